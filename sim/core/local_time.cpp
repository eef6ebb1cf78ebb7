#include "core/local_time.h"

#include <algorithm>

namespace switchfault {
namespace {

constexpr Duration kDay{std::chrono::hours{24}};
// 1970-01-01 was a Thursday; Monday is day 0 of a week.
constexpr std::int64_t kEpochWeekday = 3;

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

Duration offset_at(const ClockConfig& clock, std::int64_t unix_ns) {
  Duration offset{};
  for (const auto& period : clock.zone_periods) {
    if (period.from_unix_ns <= unix_ns) {
      offset = period.offset;
    }
  }
  return offset;
}

}  // namespace

LocalTime local_time(const ClockConfig& clock, SimTime at) {
  const std::int64_t unix_ns = clock.start_unix_ns + at.time_since_epoch().count();
  const Duration local = Duration{unix_ns} + offset_at(clock, unix_ns);
  const std::int64_t day = floor_div(local.count(), kDay.count());
  const std::int64_t weekday = ((day + kEpochWeekday) % 7 + 7) % 7;
  return {.weekday = static_cast<unsigned>(weekday), .time_of_day = local - day * kDay};
}

SimTime next_offset_change(const ClockConfig& clock, SimTime after) {
  SimTime next = kNever;
  for (const auto& period : clock.zone_periods) {
    const SimTime change = kTimeZero + Duration{period.from_unix_ns - clock.start_unix_ns};
    if (change > after) {
      next = std::min(next, change);
    }
  }
  return next;
}

}  // namespace switchfault
