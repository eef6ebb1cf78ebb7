#include <algorithm>

#include <fmt/format.h>

#include "core/mac_address.h"
#include "io/loading.h"

namespace switchfault {
namespace {

// One of the choices of a parameter.
bool check_choice(YamlCursor cursor, const Parameter& parameter, Reading reading) {
  const std::vector<std::string_view> names(parameter.choices.begin(), parameter.choices.end());
  if (cursor.is_scalar() && std::find(names.begin(), names.end(), cursor.text()) != names.end()) {
    return true;
  }
  return read_choice_index(cursor, reading, names).has_value();
}

bool check_integer(YamlCursor cursor, const Parameter& parameter, Reading reading) {
  const bool bounded = parameter.minimum != 0 || parameter.maximum != 0;
  const IntegerRange range =
      bounded ? IntegerRange{parameter.minimum, parameter.maximum} : IntegerRange{};
  const auto value = read_integer(cursor, reading, range);
  const std::int64_t beyond = value ? (*value - parameter.minimum) % parameter.step : 0;
  if (beyond != 0) {
    const std::int64_t below = *value - beyond;
    reading.sink.error(
        cursor.at(),
        fmt::format("this number comes in steps of {}, found '{}'", parameter.step, *value),
        fmt::format("the nearest are {} and {}", below, below + parameter.step));
  }
  return value && beyond == 0;
}

bool check_duration(YamlCursor cursor, const Parameter& parameter, Reading reading) {
  const bool bounded = parameter.longest != Duration::zero();
  const DurationRange range =
      bounded ? DurationRange{parameter.shortest, parameter.longest} : DurationRange{};
  return read_duration(cursor, reading, range).has_value();
}

bool check_mac(YamlCursor cursor, Reading reading) {
  if (cursor.is_scalar() && parse_mac(cursor.text())) {
    return true;
  }
  reading.sink.error(cursor.at(), "this is no MAC address", "write it as 02:00:5e:10:00:01");
  return false;
}

// Whether a scalar is what the parameter's unit asks for; reports it when not.
bool check_scalar(YamlCursor cursor, const Parameter& parameter, Reading reading) {
  const auto name = [&] { return Name{std::string(cursor.text()), cursor.at()}; };
  switch (parameter.unit) {
    case Unit::name:
    case Unit::names:
    case Unit::process:
      return read_name(cursor, reading).has_value();
    case Unit::duration:
      return check_duration(cursor, parameter, reading);
    case Unit::bit_rate:
      return read_bit_rate(cursor, reading).has_value();
    case Unit::bytes:
      return read_bytes(cursor, reading).has_value();
    case Unit::byte_rate:
      return read_byte_rate(cursor, reading).has_value();
    case Unit::share:
      return read_share(cursor, reading).has_value();
    case Unit::integer:
      return check_integer(cursor, parameter, reading);
    case Unit::boolean:
      return read_boolean(cursor, reading).has_value();
    case Unit::address:
    case Unit::addresses:
      return read_name(cursor, reading) && read_plain_address(name(), reading);
    case Unit::prefix:
      return read_name(cursor, reading) && read_prefix(name(), reading);
    case Unit::mac:
      return check_mac(cursor, reading);
    case Unit::choice:
      return check_choice(cursor, parameter, reading);
  }
  return false;
}

// What may be assumed with a range.
bool is_quantity(Unit unit) {
  return unit == Unit::duration || unit == Unit::bit_rate || unit == Unit::bytes ||
         unit == Unit::byte_rate || unit == Unit::share || unit == Unit::integer;
}

bool is_list(Unit unit) {
  return unit == Unit::names || unit == Unit::addresses;
}

std::optional<Argument> read_argument(YamlCursor cursor, const Parameter& parameter,
                                      Reading reading) {
  const bool quantity = is_quantity(parameter.unit);
  const YamlCursor value = unwrap(cursor, reading, quantity ? Ranged::yes : Ranged::no);
  Argument argument{.name = parameter.name, .text = {}, .items = {}, .at = value.at()};
  if (is_list(parameter.unit)) {
    const auto names = read_names(value, reading);
    if (!names) {
      return std::nullopt;
    }
    for (const Name& name : *names) {
      if (parameter.unit == Unit::addresses && !read_plain_address(name, reading)) {
        return std::nullopt;
      }
      argument.items.push_back(name.text);
    }
    return argument;
  }
  if (!check_scalar(quantity ? cursor : value, parameter, reading)) {
    return std::nullopt;
  }
  argument.text = value.text();
  return argument;
}

}  // namespace

const KindInfo* find_kind(const std::vector<KindInfo>& kinds, const Name& name,
                          std::string_view what, Reading reading) {
  std::vector<std::string_view> known;
  for (const KindInfo& kind : kinds) {
    if (kind.name == name.text) {
      return &kind;
    }
    known.push_back(kind.name);
  }
  std::string hint = hint_for(name.text, known, reading);
  if (hint.ends_with("...")) {
    hint += fmt::format("; 'switchfault list {}s' prints all", what);
  }
  reading.sink.error(name.at, fmt::format("there is no {} {}", what, in_quotes(name.text)),
                     std::move(hint));
  return nullptr;
}

Arguments read_arguments(MapReader& in, const std::vector<Parameter>& parameters,
                         SourcePos kind_at) {
  Arguments arguments;
  for (const Parameter& parameter : parameters) {
    const bool required = parameter.default_text.empty() && !parameter.optional;
    const auto cursor = required ? in.required(parameter.name) : in.optional(parameter.name);
    if (cursor) {
      if (auto argument = read_argument(*cursor, parameter, in.reading())) {
        arguments.push_back(*std::move(argument));
      }
    } else if (!parameter.default_text.empty()) {
      Argument argument{
          .name = parameter.name, .text = parameter.default_text, .items = {}, .at = kind_at};
      if (is_list(parameter.unit)) {
        argument.items.push_back(std::move(argument.text));
        argument.text.clear();
      }
      arguments.push_back(std::move(argument));
    }
  }
  return arguments;
}

}  // namespace switchfault
