#include "os/kernel_timers.h"

#include <chrono>

namespace switchfault {
namespace {

constexpr int kLevels = 8;      // LVL_DEPTH for HZ up to 100; one more above changes nothing here.
constexpr int kLevelShift = 3;  // LVL_CLK_SHIFT
constexpr std::int64_t kTicksOfCpu = 3;  // round_jiffies_common()
constexpr std::int64_t kSlots = 64;      // LVL_SIZE

}  // namespace

std::int64_t KernelTimers::ticks(SimTime time) const {
  const std::int64_t since = (time - kTimeZero).count();
  const std::int64_t tick = tick_.count();
  return since / tick - (since % tick < 0 ? 1 : 0);
}

// calc_wheel_index() and calc_index()
SimTime KernelTimers::bucket_end(std::int64_t now, std::int64_t expires) const {
  int level = 0;
  while (level + 1 < kLevels && expires - now >= (kSlots - 1) << (level * kLevelShift)) {
    ++level;
  }
  const int shift = level * kLevelShift;
  return kTimeZero + (((expires >> shift) + 1) << shift) * tick_;
}

SimTime KernelTimers::fires(SimTime now, Duration delay) const {
  if (tick_ <= Duration::zero()) {
    return now + delay;
  }
  const std::int64_t at = ticks(now);
  return bucket_end(at, at + delay / tick_);
}

SimTime KernelTimers::fires_on_second(SimTime now, Duration delay, std::int64_t cpu) const {
  if (tick_ <= Duration::zero()) {
    return now + delay;
  }
  const std::int64_t second = std::chrono::seconds{1} / tick_;
  const std::int64_t at = ticks(now);
  const std::int64_t wanted = at + delay / tick_;
  const std::int64_t shift = kTicksOfCpu * cpu;
  std::int64_t rest = (wanted + shift) % second;
  rest += rest < 0 ? second : 0;
  // round_jiffies_common(): down within the first quarter of a second, else up; never to the past.
  const std::int64_t rounded = rest < second / 4 ? wanted - rest : wanted - rest + second;
  return bucket_end(at, rounded > at ? rounded : wanted);
}

}  // namespace switchfault
