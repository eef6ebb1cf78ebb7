#include "io/shift_calendar.h"

#include <algorithm>

namespace switchfault {
namespace {

constexpr std::int64_t kDay = 86'400'000'000'000;
constexpr std::int64_t kDaysOfWeek = 7;
constexpr std::int64_t kThursday = 3;  // 1 January 1970, counted from Monday.

std::int64_t floor_div(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

// The offset from UTC that holds at a time.
Duration offset_at(const ClockConfig& clock, std::int64_t unix_ns) {
  Duration offset{};
  for (const ClockConfig::ZonePeriod& period : clock.zone_periods) {
    if (period.from_unix_ns <= unix_ns) {
      offset = period.offset;
    }
  }
  return offset;
}

}  // namespace

bool on_shift_during(const PeoplePool& pool, const ClockConfig& clock) {
  if (pool.shifts.empty()) {
    return true;
  }
  const std::int64_t start = clock.start_unix_ns + offset_at(clock, clock.start_unix_ns).count();
  const std::int64_t end_utc = clock.start_unix_ns + clock.duration.count();
  const std::int64_t end = end_utc + offset_at(clock, end_utc).count();
  const std::int64_t first_day = floor_div(start, kDay);
  const std::int64_t last_day = std::min(floor_div(end, kDay), first_day + kDaysOfWeek);
  for (std::int64_t day = first_day; day <= last_day; ++day) {
    const std::int64_t weekday = ((day + kThursday) % kDaysOfWeek + kDaysOfWeek) % kDaysOfWeek;
    for (const ShiftPeriod& shift : pool.shifts) {
      const bool today = ((shift.days >> weekday) & 1U) != 0;
      const std::int64_t from = day * kDay + shift.from.count();
      const std::int64_t to = day * kDay + shift.to.count();
      if (today && from <= end && to > start) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace switchfault
