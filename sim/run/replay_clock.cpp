#include "run/replay_clock.h"

#include <algorithm>
#include <limits>

namespace switchfault {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t kMillion = 1'000'000;
constexpr std::size_t kDecimals = 6;
constexpr std::size_t kDigits = 7;  // Of a million.

}  // namespace

std::optional<ReplaySpeed> parse_replay_speed(std::string_view text) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = point < text.size() ? text.substr(point + 1) : "";
  const auto digits = [](std::string_view part) {
    return std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (whole.empty() || whole.size() > kDigits || fraction.size() > kDecimals || !digits(whole) ||
      !digits(fraction) || (point < text.size() && fraction.empty())) {
    return std::nullopt;
  }
  ReplaySpeed speed{.numerator = 0, .denominator = 1};
  for (const char c : whole) {
    speed.numerator = speed.numerator * 10 + (c - '0');
  }
  for (const char c : fraction) {
    speed.numerator = speed.numerator * 10 + (c - '0');
    speed.denominator *= 10;
  }
  const bool in_range = speed.numerator > 0 && speed.numerator <= kMillion * speed.denominator;
  return in_range ? std::optional(speed) : std::nullopt;
}

ReplayClock::ReplayClock(Duration start, ReplaySpeed speed, SimTime end)
    : loop_start_(kTimeZero + start), speed_(speed), end_(end) {}

SimTime ReplayClock::at(std::int64_t since_first) const {
  if (loop_start_ == kNever) {
    return kNever;
  }
  if (speed_.numerator == speed_.denominator && loop_start_ <= end_) {
    return Duration{since_first} > end_ - loop_start_ ? kNever
                                                      : loop_start_ + Duration{since_first};
  }
  const Wide since = Wide{since_first} * speed_.denominator / speed_.numerator;
  const Wide left = (end_ - loop_start_).count();
  return since > left ? kNever : loop_start_ + Duration{static_cast<std::int64_t>(since)};
}

SimTime ReplayClock::send_time(std::int64_t recorded_ns) {
  if (packets_++ == 0) {
    first_ = recorded_ns;
    last_ = recorded_ns;
  }
  if (recorded_ns < last_) {
    ++backward_;
  }
  last_ = std::max(last_, recorded_ns);
  // From the earliest to the latest stamp there is, a difference fits only unsigned.
  const Wide since = Wide{last_} - first_;
  return since > std::numeric_limits<std::int64_t>::max() ? kNever
                                                          : at(static_cast<std::int64_t>(since));
}

void ReplayClock::begin_next_loop() {
  const Wide took = Wide{last_} - first_;
  const auto gaps = Wide{std::max<std::uint64_t>(packets_, 2) - 1};
  const Wide period = took + std::max<Wide>(took / gaps, 1);
  loop_start_ = period > std::numeric_limits<std::int64_t>::max()
                    ? kNever
                    : at(static_cast<std::int64_t>(period));
  packets_ = 0;
}

}  // namespace switchfault
