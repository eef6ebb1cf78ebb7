// Local time of day and weekday of a simulated time, from the zone offsets resolved while loading.

#ifndef SWITCHFAULT_CORE_LOCAL_TIME_H_
#define SWITCHFAULT_CORE_LOCAL_TIME_H_

#include <switchfault/scenario.h>

namespace switchfault {

struct LocalTime {
  unsigned weekday = 0;  // 0 Monday … 6 Sunday.
  Duration time_of_day{};
};

LocalTime local_time(const ClockConfig& clock, SimTime at);
// The first change of the zone's offset after `after`; kNever when there is none.
SimTime next_offset_change(const ClockConfig& clock, SimTime after);

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_LOCAL_TIME_H_
