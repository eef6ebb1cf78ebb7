// Whether a pool of people is at work at any time of a run, by its shifts in local time.

#ifndef SWITCHFAULT_IO_SHIFT_CALENDAR_H_
#define SWITCHFAULT_IO_SHIFT_CALENDAR_H_

#include <switchfault/scenario.h>

namespace switchfault {

// True when some shift overlaps [start, start + duration] of the clock, or the pool has no shifts
// (it is always at work). A change of the clocks within the run is not looked at.
bool on_shift_during(const PeoplePool& pool, const ClockConfig& clock);

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_SHIFT_CALENDAR_H_
