// DemandCalendar: how many of a group's users want the service at a time, in local time.
//
// The first period that covers the time of day on the weekday decides, otherwise the level that
// holds between them. Local time follows the zone's offsets, resolved while loading, so a day of
// 23 or 25 hours is counted as it is.

#ifndef SWITCHFAULT_CORE_DEMAND_CALENDAR_H_
#define SWITCHFAULT_CORE_DEMAND_CALENDAR_H_

#include <switchfault/scenario.h>

namespace switchfault {

class DemandCalendar {
 public:
  DemandCalendar(const UserGroupConfig& users, const ClockConfig& clock)
      : users_(&users), clock_(&clock) {}

  // Level (1: everybody) at a simulated time.
  [[nodiscard]] double level(SimTime at) const;
  // Integral of the level over [from, to), in minutes.
  [[nodiscard]] double minutes(SimTime from, SimTime to) const;

 private:
  [[nodiscard]] SimTime next_change(SimTime after) const;

  const UserGroupConfig* users_;
  const ClockConfig* clock_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_DEMAND_CALENDAR_H_
