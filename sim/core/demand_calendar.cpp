#include "core/demand_calendar.h"

#include <algorithm>

#include "core/local_time.h"

namespace switchfault {

double DemandCalendar::level(SimTime at) const {
  if (users_->demand.empty()) {
    return 1;
  }
  const LocalTime local = local_time(*clock_, at);
  for (const DemandPeriod& period : users_->demand) {
    if (((period.days >> local.weekday) & 1U) != 0 && period.from <= local.time_of_day &&
        local.time_of_day < period.to) {
      return period.level;
    }
  }
  return users_->demand_otherwise;
}

// The first time after `after` at which the level may differ: a period's edge, midnight, or a
// change of the zone's offset.
SimTime DemandCalendar::next_change(SimTime after) const {
  const Duration time = local_time(*clock_, after).time_of_day;
  Duration step = std::chrono::hours{24} - time;
  for (const DemandPeriod& period : users_->demand) {
    for (const Duration edge : {period.from, period.to}) {
      if (edge > time) {
        step = std::min(step, edge - time);
      }
    }
  }
  return std::min(after + step, next_offset_change(*clock_, after));
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
