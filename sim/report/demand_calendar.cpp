#include "report/demand_calendar.h"

#include <algorithm>

namespace switchfault {
namespace {

constexpr Duration kDay{std::chrono::hours{24}};
// 1970-01-01 was a Thursday; Monday is day 0 of a week.
constexpr std::int64_t kEpochWeekday = 3;

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

struct LocalDay {
  unsigned weekday;  // 0 Monday
  Duration time;     // Since local midnight.
};

LocalDay local_day(Duration local) {
  const std::int64_t day = floor_div(local.count(), kDay.count());
  const std::int64_t weekday = ((day + kEpochWeekday) % 7 + 7) % 7;
  return {.weekday = static_cast<unsigned>(weekday), .time = local - day * kDay};
}

}  // namespace

Duration DemandCalendar::offset_at(SimTime at) const {
  const std::int64_t unix_ns = clock_->start_unix_ns + at.time_since_epoch().count();
  Duration offset{};
  for (const auto& period : clock_->zone_periods) {
    if (period.from_unix_ns <= unix_ns) {
      offset = period.offset;
    }
  }
  return offset;
}

Duration DemandCalendar::local_time(SimTime at) const {
  return Duration{clock_->start_unix_ns} + at.time_since_epoch() + offset_at(at);
}

double DemandCalendar::level_of_local(Duration local) const {
  if (users_->demand.empty()) {
    return 1;
  }
  const LocalDay day = local_day(local);
  for (const DemandPeriod& period : users_->demand) {
    if (((period.days >> day.weekday) & 1U) != 0 && period.from <= day.time &&
        day.time < period.to) {
      return period.level;
    }
  }
  return users_->demand_otherwise;
}

double DemandCalendar::level(SimTime at) const {
  return level_of_local(local_time(at));
}

// The first time after `after` at which the level may differ: a period's edge, midnight, or a
// change of the zone's offset.
SimTime DemandCalendar::next_change(SimTime after) const {
  const Duration time = local_day(local_time(after)).time;
  Duration step = kDay - time;
  for (const DemandPeriod& period : users_->demand) {
    for (const Duration edge : {period.from, period.to}) {
      if (edge > time) {
        step = std::min(step, edge - time);
      }
    }
  }
  SimTime next = after + step;
  for (const auto& period : clock_->zone_periods) {
    const SimTime change = kTimeZero + Duration{period.from_unix_ns - clock_->start_unix_ns};
    if (change > after) {
      next = std::min(next, change);
    }
  }
  return next;
}

double DemandCalendar::minutes(SimTime from, SimTime to) const {
  constexpr double kNanosecondsPerMinute = 60e9;
  if (users_->demand.empty()) {
    return static_cast<double>((to - from).count()) / kNanosecondsPerMinute;
  }
  double sum = 0;
  while (from < to) {
    const SimTime next = std::min(to, next_change(from));
    sum += level(from) * static_cast<double>((next - from).count()) / kNanosecondsPerMinute;
    from = next;
  }
  return sum;
}

}  // namespace switchfault
