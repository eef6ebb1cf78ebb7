// Supervision: what the supervisor of an OS knows about one of its processes, and when it acts.
//
// It is told of a crash at once, or finds it at its next poll; a hang it finds at the first poll
// after the process has been unresponsive long enough. It starts the process again after a delay
// that doubles up to a bound and is short again once the process has lived well, and gives up when
// that start would be one too many within a window. Pure arithmetic: timers are SwitchOs's.
// Not modelled: dependencies between processes, the time a kill takes.

#ifndef SWITCHFAULT_OS_SUPERVISOR_H_
#define SWITCHFAULT_OS_SUPERVISOR_H_

#include <cstdint>
#include <vector>

#include <switchfault/topology.h>
#include <switchfault/units.h>

namespace switchfault {

class Supervision {
 public:
  // When the supervisor learns of a crash at `crashed`; its polls stand at `origin` + n * poll.
  [[nodiscard]] static SimTime notices_crash(const SupervisorPolicy& policy, SimTime crashed,
                                             SimTime origin);
  // When it finds a process that hangs since `hung`; kNever when it does not look.
  [[nodiscard]] static SimTime notices_hang(const SupervisorPolicy& policy, SimTime hung,
                                            SimTime origin);

  void started(const SupervisorPolicy& policy, SimTime at);
  // The delay before the next start of a process that ran from `started` to `ended`.
  Duration next_delay(const SupervisorPolicy& policy, SimTime started, SimTime ended);
  // Whether another start at `now` would be within the limit.
  [[nodiscard]] bool may_start(const SupervisorPolicy& policy, SimTime now) const;
  void forget();  // An operator has reset it, or the instance boots.

 private:
  Duration delay_{};             // The last one; zero: none yet.
  std::vector<SimTime> starts_;  // The last `limit_starts` ones, oldest first.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_OS_SUPERVISOR_H_
