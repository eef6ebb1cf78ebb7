// Units of the simulator's public surface: time, rates and sizes as types, with their text forms.
//
// Time is int64 nanoseconds of the simulated clock, never floating point. Text forms are what the
// YAML files carry ("90s", "49d17h", "10Gbps", "3MiB/60s"); parsers accept nothing without a unit
// and report failure by an empty optional, so that the caller can point at the source line.

#ifndef SWITCHFAULT_UNITS_H_
#define SWITCHFAULT_UNITS_H_

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace switchfault {

// The simulated clock: nanoseconds since `clock.start` of the scenario; negative during warm-up.
struct SimClock {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<SimClock>;
  static constexpr bool is_steady = true;
};
using Duration = SimClock::duration;
using SimTime = SimClock::time_point;
inline constexpr SimTime kTimeZero{};
inline constexpr SimTime kNever = SimTime::max();

struct BitRate {
  std::int64_t bits_per_second = 0;
  friend auto operator<=>(BitRate, BitRate) = default;
};

struct Bytes {
  std::int64_t count = 0;
  friend auto operator<=>(Bytes, Bytes) = default;
};

// An amount in a time, kept as written so that deadlines stay exact: 3MiB/60s.
struct ByteRate {
  Bytes amount;
  Duration per{std::chrono::seconds{1}};
  friend auto operator<=>(ByteRate, ByteRate) = default;
};

// "250ms", "1h30m", "49d17h2m47s"; units ns us ms s m h d w, largest first, no sign, no fraction
// but in a single-unit form ("1.5s"). Empty when malformed or beyond 292 years.
std::optional<Duration> parse_duration(std::string_view text);
// "10Gbps", "100Mbps", "9600bps"; decimal multiples.
std::optional<BitRate> parse_bit_rate(std::string_view text);
// "64MiB", "1500B", "2GB"; binary (KiB) and decimal (kB) multiples.
std::optional<Bytes> parse_bytes(std::string_view text);
// "3MiB/60s": bytes, a slash, a duration.
std::optional<ByteRate> parse_byte_rate(std::string_view text);
// "30%" or "0.3": a share in [0, 1].
std::optional<double> parse_share(std::string_view text);
// Decimal digits only (no octal, no hexadecimal), with an optional leading minus.
std::optional<std::int64_t> parse_integer(std::string_view text);

// Shortest exact text: 5400 s is "1h30m", 0 is "0s", a negative one has a leading minus.
std::string format_duration(Duration duration);
// Seconds with trailing zeros removed, at most 9 decimals, as used in journals.
std::string format_seconds(Duration duration);

}  // namespace switchfault

#endif  // SWITCHFAULT_UNITS_H_
