#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <limits>
#include <span>

#include <switchfault/units.h>

namespace switchfault {
namespace {

__extension__ using Wide = unsigned __int128;
constexpr std::uint64_t kMaxMagnitude = std::numeric_limits<std::int64_t>::max();
// 10^18 is the last power of ten below 2^63; a longer fraction cannot be exact in any unit of ours.
constexpr std::size_t kMaxFractionDigits = 18;

struct Unit {
  std::string_view name;
  std::int64_t size;
};

constexpr std::int64_t kSecond = 1'000'000'000;
// Largest first: a duration names its units in this order, each at most once.
constexpr std::array<Unit, 8> kTimeUnits = {{{"w", 604'800 * kSecond},
                                             {"d", 86'400 * kSecond},
                                             {"h", 3'600 * kSecond},
                                             {"m", 60 * kSecond},
                                             {"s", kSecond},
                                             {"ms", 1'000'000},
                                             {"us", 1'000},
                                             {"ns", 1}}};
constexpr std::array<Unit, 5> kRateUnits = {{{"bps", 1},
                                             {"kbps", 1'000},
                                             {"Mbps", 1'000'000},
                                             {"Gbps", 1'000'000'000},
                                             {"Tbps", 1'000'000'000'000}}};
constexpr std::array<Unit, 11> kByteUnits = {{{"B", 1},
                                              {"kB", 1'000},
                                              {"MB", 1'000'000},
                                              {"GB", 1'000'000'000},
                                              {"TB", 1'000'000'000'000},
                                              {"PB", 1'000'000'000'000'000},
                                              {"KiB", std::int64_t{1} << 10},
                                              {"MiB", std::int64_t{1} << 20},
                                              {"GiB", std::int64_t{1} << 30},
                                              {"TiB", std::int64_t{1} << 40},
                                              {"PiB", std::int64_t{1} << 50}}};

// The language's character tests depend on the locale; these do not.
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string_view take_while(std::string_view& text, bool (*belongs)(char)) {
  const auto end = std::find_if_not(text.begin(), text.end(), belongs);
  const auto length = static_cast<std::size_t>(end - text.begin());
  const std::string_view taken = text.substr(0, length);
  text.remove_prefix(length);
  return taken;
}

// Digits to a number, empty when there are none or the number exceeds 2^63 - 1.
std::optional<std::uint64_t> digits_value(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size() || value > kMaxMagnitude) {
    return std::nullopt;
  }
  return value;
}

// A decimal number and its unit at the front of a text: "1.5s".
struct Quantity {
  std::uint64_t whole = 0;
  std::uint64_t fraction = 0;        // 5 of "1.50"
  std::uint64_t fraction_scale = 1;  // 10 of "1.50"
  bool has_point = false;
  std::string_view unit;
};

std::optional<Quantity> take_quantity(std::string_view& text) {
  Quantity quantity;
  const auto whole = digits_value(take_while(text, is_digit));
  if (!whole) {
    return std::nullopt;
  }
  quantity.whole = *whole;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    quantity.has_point = true;
    std::string_view digits = take_while(text, is_digit);
    if (digits.empty()) {
      return std::nullopt;
    }
    digits = digits.substr(0, digits.find_last_not_of('0') + 1);
    if (digits.size() > kMaxFractionDigits) {
      return std::nullopt;
    }
    quantity.fraction = digits.empty() ? 0 : digits_value(digits).value_or(0);
    for (std::size_t i = 0; i < digits.size(); ++i) {
      quantity.fraction_scale *= 10;
    }
  }
  quantity.unit = take_while(text, is_letter);
  return quantity;
}

std::optional<std::size_t> find_unit(std::span<const Unit> units, std::string_view name) {
  const auto found = std::ranges::find(units, name, &Unit::name);
  if (found == units.end()) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(found - units.begin());
}

// Empty when the value is not a whole number of base units or exceeds 2^63 - 1.
std::optional<std::int64_t> in_base_units(const Quantity& quantity, std::int64_t unit_size) {
  const Wide size = static_cast<std::uint64_t>(unit_size);
  const Wide part = size * quantity.fraction;
  if (part % quantity.fraction_scale != 0) {
    return std::nullopt;
  }
  const Wide total = size * quantity.whole + part / quantity.fraction_scale;
  if (total > kMaxMagnitude) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(total);
}

// One number with one unit, nothing else.
std::optional<std::int64_t> parse_single(std::string_view text, std::span<const Unit> units) {
  const auto quantity = take_quantity(text);
  if (!quantity || !text.empty()) {
    return std::nullopt;
  }
  const auto unit = find_unit(units, quantity->unit);
  return unit ? in_base_units(*quantity, units[*unit].size) : std::nullopt;
}

std::uint64_t magnitude(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  return value < 0 ? 0 - bits : bits;
}

// "1.5" of 15 tenths: whole units, then the rest without trailing zeros.
std::string decimal(std::uint64_t value, std::uint64_t unit_size) {
  std::string text = std::to_string(value / unit_size);
  std::uint64_t rest = value % unit_size;
  if (rest == 0) {
    return text;
  }
  text += '.';
  while (rest != 0) {
    unit_size /= 10;
    text += static_cast<char>('0' + rest / unit_size);
    rest %= unit_size;
  }
  return text;
}

// "1h30m". Weeks are read but not written: incidents are told in days.
std::string compound(std::uint64_t nanoseconds) {
  std::string text;
  for (const Unit& unit : std::span(kTimeUnits).subspan(1)) {
    const auto size = static_cast<std::uint64_t>(unit.size);
    if (nanoseconds >= size) {
      text += std::to_string(nanoseconds / size);
      text += unit.name;
      nanoseconds %= size;
    }
  }
  return text;
}

// "1.5s": the largest unit that fits, with a fraction. REQUIRES: 0 < nanoseconds < one minute.
std::string single(std::uint64_t nanoseconds) {
  const auto unit = std::ranges::find_if(kTimeUnits, [nanoseconds](const Unit& candidate) {
    return static_cast<std::uint64_t>(candidate.size) <= nanoseconds;
  });
  return decimal(nanoseconds, static_cast<std::uint64_t>(unit->size)) + std::string(unit->name);
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  if (const auto nanoseconds = parse_single(text, kTimeUnits)) {
    return Duration{*nanoseconds};
  }
  std::uint64_t total = 0;
  std::size_t next_unit = 0;
  do {
    const auto quantity = take_quantity(text);
    if (!quantity || quantity->has_point) {
      return std::nullopt;
    }
    const auto unit = find_unit(kTimeUnits, quantity->unit);
    if (!unit || *unit < next_unit) {
      return std::nullopt;
    }
    const auto part = in_base_units(*quantity, kTimeUnits[*unit].size);
    if (!part || static_cast<std::uint64_t>(*part) > kMaxMagnitude - total) {
      return std::nullopt;
    }
    total += static_cast<std::uint64_t>(*part);
    next_unit = *unit + 1;
  } while (!text.empty());
  return Duration{static_cast<std::int64_t>(total)};
}

std::optional<BitRate> parse_bit_rate(std::string_view text) {
  const auto bits = parse_single(text, kRateUnits);
  return bits ? std::optional(BitRate{*bits}) : std::nullopt;
}

std::optional<Bytes> parse_bytes(std::string_view text) {
  const auto count = parse_single(text, kByteUnits);
  return count ? std::optional(Bytes{*count}) : std::nullopt;
}

std::optional<ByteRate> parse_byte_rate(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    return std::nullopt;
  }
  const auto amount = parse_bytes(text.substr(0, slash));
  const auto per = parse_duration(text.substr(slash + 1));
  if (!amount || !per || *per == Duration::zero()) {
    return std::nullopt;
  }
  return ByteRate{*amount, *per};
}

std::optional<double> parse_share(std::string_view text) {
  std::string number(text);
  const bool percent = !number.empty() && number.back() == '%';
  if (percent) {
    number.pop_back();
  }
  // Digits, or digits point digits; from_chars alone would read "inf", "1e-3" and ".5" too.
  std::string_view rest = number;
  if (take_while(rest, is_digit).empty()) {
    return std::nullopt;
  }
  if (!rest.empty()) {
    const bool point = rest.front() == '.';
    rest.remove_prefix(1);
    if (!point || take_while(rest, is_digit).empty() || !rest.empty()) {
      return std::nullopt;
    }
  }
  if (percent) {
    number += "e-2";  // Rounded once: "33.3%" is the double next to 0.333.
  }
  double share = 0;
  const auto result = std::from_chars(number.data(), number.data() + number.size(), share);
  if (result.ec != std::errc{} || share > 1.0) {
    return std::nullopt;
  }
  return share;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

std::string format_duration(Duration duration) {
  const std::uint64_t nanoseconds = magnitude(duration.count());
  if (nanoseconds == 0) {
    return "0s";
  }
  std::string text = compound(nanoseconds);
  if (nanoseconds < 60 * static_cast<std::uint64_t>(kSecond)) {
    std::string alternative = single(nanoseconds);
    if (alternative.size() < text.size()) {
      text = std::move(alternative);
    }
  }
  return duration < Duration::zero() ? "-" + text : text;
}

std::string format_seconds(Duration duration) {
  const std::string text = decimal(magnitude(duration.count()), kSecond);
  return duration < Duration::zero() ? "-" + text : text;
}

}  // namespace switchfault
