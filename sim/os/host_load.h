// HostMemory and CpuLoad: what the processes of a host leave of it.
//
// Memory is a sum of straight lines, so the time at which it reaches a bound is computed, not
// sampled. CPU loads of several owners (a fault, a storm that is punted) add up.
// Not modelled: swapping, fragmentation, caches, which process gets the CPU.

#ifndef SWITCHFAULT_OS_HOST_LOAD_H_
#define SWITCHFAULT_OS_HOST_LOAD_H_

#include <cstdint>
#include <utility>
#include <vector>

#include <switchfault/units.h>

#include "os/process.h"

namespace switchfault {

// What happens on the way to no memory at all.
struct MemoryPolicy {
  // Logins hang from this share in use on. 75 %: sonic-buildimage issue 7515.
  double logins_hang_at = 0.75;
  // At 100 %: the kernel panics (panic_on_oom, the same issue), or kills the process that lost
  // most.
  enum class Exhausted : std::uint8_t { panic, kill_process };
  Exhausted exhausted = Exhausted::panic;
};

Bytes memory_used(const std::vector<Process>& processes, SimTime at);
// The first time not before `from` at which at least `bound` is in use; kNever when it never is.
SimTime memory_reaches(const std::vector<Process>& processes, Bytes bound, SimTime from);

class CpuLoad {
 public:
  void set(std::uint64_t owner, double share);                              // Zero takes it away.
  [[nodiscard]] double total() const { return demand_ < 1 ? demand_ : 1; }  // 0 … 1
  // What is wanted of it; above 1 the part 1 − 1/demand of the work is left undone.
  [[nodiscard]] double demand() const { return demand_; }

 private:
  std::vector<std::pair<std::uint64_t, double>> shares_;  // Sorted by owner.
  double demand_ = 0;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_OS_HOST_LOAD_H_
