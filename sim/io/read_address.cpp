#include <fmt/format.h>

#include "io/loading.h"

namespace switchfault {
namespace {

// What is wrong with an address as that of one interface; empty: nothing.
std::string_view unusable(const IpPrefix& prefix) {
  if (prefix.address().is_multicast()) {
    return "a multicast address";
  }
  if (prefix.address().is_unspecified()) {
    return "the unspecified address";
  }
  // RFC 3021: with 31 bits both addresses are usable.
  if (prefix.is_v4() && prefix.length() < 31) {
    if (prefix.network().address() == prefix.address()) {
      return "the address of the network itself";
    }
    if (prefix.broadcast() == prefix.address()) {
      return "the broadcast address of its network";
    }
  }
  return {};
}

}  // namespace

std::optional<IpPrefix> read_interface_address(const Name& text, Reading reading) {
  const auto prefix = IpPrefix::parse(text.text);
  if (!prefix) {
    if (const auto plain = IpAddress::parse(text.text)) {
      reading.sink.error(text.at,
                         fmt::format("the address {} has no prefix length", in_quotes(text.text)),
                         fmt::format("write {}/{}", text.text, plain->is_v4() ? 24 : 64));
    } else {
      reading.sink.error(text.at,
                         fmt::format("{} is no address with a prefix length", in_quotes(text.text)),
                         "write 10.0.0.1/24 or 2001:db8::1/64");
    }
    return std::nullopt;
  }
  const std::string_view reason = unusable(*prefix);
  if (!reason.empty()) {
    reading.sink.error(text.at, fmt::format("{} is {}", in_quotes(text.text), reason));
    return std::nullopt;
  }
  return prefix;
}

std::optional<IpAddress> read_plain_address(const Name& text, Reading reading) {
  const auto address = IpAddress::parse(text.text);
  if (address) {
    return address;
  }
  if (IpPrefix::parse(text.text)) {
    reading.sink.error(text.at, fmt::format("{} has a prefix length", in_quotes(text.text)),
                       fmt::format("write {}", text.text.substr(0, text.text.find('/'))));
  } else {
    reading.sink.error(text.at, fmt::format("{} is no address", in_quotes(text.text)),
                       "write 10.0.0.1 or 2001:db8::1");
  }
  return std::nullopt;
}

std::optional<IpPrefix> read_prefix(const Name& text, Reading reading) {
  const auto prefix = IpPrefix::parse(text.text);
  if (!prefix) {
    reading.sink.error(text.at, fmt::format("{} is no prefix", in_quotes(text.text)),
                       "write 10.0.0.0/8 or 2001:db8::/32");
    return std::nullopt;
  }
  if (prefix->network() != *prefix) {
    reading.sink.error(text.at,
                       fmt::format("the prefix {} has host bits set", in_quotes(text.text)),
                       fmt::format("write {}", prefix->network().text()));
    return std::nullopt;
  }
  return prefix;
}

}  // namespace switchfault
