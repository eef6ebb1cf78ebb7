// KernelTimers: when a timer of the Linux kernel fires.
//
// Its wheel (kernel/time/timer.c since 4.8) has levels of 64 buckets, each level eight times as
// coarse as the one below; a timer goes into the first level that reaches far enough and fires at
// the end of its bucket, never early and up to an eighth of its delay late: 4 s at a tick of 4 ms
// become 4 s to 4.256 s. Cascading is not done. round_jiffies() moves a deadline to a whole second.
// All kernels tick together here, from time 0. With a tick of zero timers are exact.
// Not modelled: timers that move to another CPU, interrupts that come late.

#ifndef SWITCHFAULT_OS_KERNEL_TIMERS_H_
#define SWITCHFAULT_OS_KERNEL_TIMERS_H_

#include <switchfault/units.h>

namespace switchfault {

class KernelTimers {
 public:
  explicit KernelTimers(Duration tick) : tick_(tick) {}

  // Of a timer that is set now.
  [[nodiscard]] SimTime fires(SimTime now, Duration delay) const;
  // The same with the deadline moved to a whole second first, as the CPU counts them: each three
  // ticks later than the one before, so that they do not all wake at once.
  [[nodiscard]] SimTime fires_on_second(SimTime now, Duration delay, std::int64_t cpu) const;

 private:
  [[nodiscard]] std::int64_t ticks(SimTime time) const;
  [[nodiscard]] SimTime bucket_end(std::int64_t now, std::int64_t expires) const;

  Duration tick_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_OS_KERNEL_TIMERS_H_
