#include "io/shift_calendar.h"

#include <algorithm>

#include "core/local_time.h"

namespace switchfault {
namespace {

constexpr Duration kDay = std::chrono::hours{24};
constexpr unsigned kDaysOfWeek = 7;

}  // namespace

bool on_shift_during(const PeoplePool& pool, const ClockConfig& clock) {
  if (pool.shifts.empty()) {
    return true;
  }
  const LocalTime start = local_time(clock, kTimeZero);
  const Duration end = start.time_of_day + clock.duration;  // Since the first midnight.
  for (unsigned day = 0; day <= kDaysOfWeek && day * kDay <= end; ++day) {
    const unsigned weekday = (start.weekday + day) % kDaysOfWeek;
    for (const ShiftPeriod& shift : pool.shifts) {
      const bool today = ((shift.days >> weekday) & 1U) != 0;
      if (today && day * kDay + shift.from <= end && day * kDay + shift.to > start.time_of_day) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace switchfault
