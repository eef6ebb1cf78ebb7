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
    : speed_(speed), end_(end) {
  begin_loop(kTimeZero + start);
}

void ReplayClock::begin_loop(SimTime at) {
  loop_start_ = at;
  packets_ = 0;
  const bool as_recorded = speed_.numerator == speed_.denominator && at <= end_;
  as_recorded_below_ = as_recorded ? static_cast<std::uint64_t>((end_ - at).count()) + 1 : 0;
}

SimTime ReplayClock::at(std::uint64_t since_first) const {
  if (loop_start_ == kNever || since_first > std::numeric_limits<std::int64_t>::max()) {
    return kNever;
  }
  const Wide since = Wide{since_first} * speed_.denominator / speed_.numerator;
  const Wide left = (end_ - loop_start_).count();
  return since > left ? kNever : loop_start_ + Duration{static_cast<std::int64_t>(since)};
}

void ReplayClock::begin_next_loop() {
  const Wide took = Wide{last_} - first_;
  const auto gaps = Wide{std::max<std::uint64_t>(packets_, 2) - 1};
  const Wide period = took + std::max<Wide>(took / gaps, 1);
  begin_loop(period > std::numeric_limits<std::int64_t>::max()
                 ? kNever
                 : at(static_cast<std::uint64_t>(period)));
}

}  // namespace switchfault
