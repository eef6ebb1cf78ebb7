#include "os/arguments.h"

#include <algorithm>

#include "core/check.h"

namespace switchfault {
namespace {

// The loader has checked the text against the catalogue, so it parses.
template <typename Value>
Value checked(std::optional<Value> value) {
  SF_CHECK(value.has_value());
  return *value;
}

const Argument* find(const Arguments& arguments, std::string_view name) {
  const auto at = std::find_if(arguments.begin(), arguments.end(),
                               [&](const Argument& argument) { return argument.name == name; });
  return at == arguments.end() ? nullptr : &*at;
}

}  // namespace

bool ArgumentReader::has(std::string_view name) const {
  return find(*arguments_, name) != nullptr;
}

const std::string& ArgumentReader::text(std::string_view name) const {
  const Argument* argument = find(*arguments_, name);
  SF_CHECK(argument != nullptr);
  return argument->text;
}

std::vector<std::string> ArgumentReader::names(std::string_view name) const {
  const Argument* argument = find(*arguments_, name);
  SF_CHECK(argument != nullptr);
  return argument->items.empty() && !argument->text.empty()
             ? std::vector<std::string>{argument->text}
             : argument->items;
}

Duration ArgumentReader::duration(std::string_view name) const {
  return checked(parse_duration(text(name)));
}

Bytes ArgumentReader::bytes(std::string_view name) const {
  return checked(parse_bytes(text(name)));
}

ByteRate ArgumentReader::byte_rate(std::string_view name) const {
  return checked(parse_byte_rate(text(name)));
}

double ArgumentReader::share(std::string_view name) const {
  return checked(parse_share(text(name)));
}

std::int64_t ArgumentReader::integer(std::string_view name) const {
  return checked(parse_integer(text(name)));
}

bool ArgumentReader::boolean(std::string_view name) const {
  const std::string& value = text(name);
  SF_CHECK(value == "true" || value == "false");
  return value == "true";
}

IpAddress ArgumentReader::address(std::string_view name) const {
  return checked(IpAddress::parse(text(name)));
}

IpPrefix ArgumentReader::prefix(std::string_view name) const {
  return checked(IpPrefix::parse(text(name)));
}

}  // namespace switchfault
