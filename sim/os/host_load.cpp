#include "os/host_load.h"

#include <algorithm>

namespace switchfault {

Bytes memory_used(const std::vector<Process>& processes, SimTime at) {
  Bytes used;
  for (const Process& process : processes) {
    used.count += process.memory_at(at).count;
  }
  return used;
}

SimTime memory_reaches(const std::vector<Process>& processes, Bytes bound, SimTime from) {
  if (memory_used(processes, from) >= bound) {
    return from;
  }
  const bool grows = std::any_of(processes.begin(), processes.end(), [](const Process& process) {
    return process.alive() && process.leak.amount.count > 0;
  });
  // Nobody simulates longer; leaks are compared at times that do not overflow.
  constexpr SimTime kHorizon = SimTime::max() - std::chrono::hours{24};
  if (!grows || memory_used(processes, kHorizon) < bound) {
    return kNever;
  }
  // The sum never falls, so bisection finds the first instant, exactly.
  SimTime low = from;
  SimTime high = kHorizon;
  while (high - low > Duration{1}) {
    const SimTime middle = low + (high - low) / 2;
    (memory_used(processes, middle) >= bound ? high : low) = middle;
  }
  return high;
}

void CpuLoad::set(std::uint64_t owner, double share) {
  const auto at =
      std::lower_bound(shares_.begin(), shares_.end(), owner,
                       [](const auto& one, std::uint64_t id) { return one.first < id; });
  const bool known = at != shares_.end() && at->first == owner;
  if (share > 0 && known) {
    at->second = share;
  } else if (share > 0) {
    shares_.insert(at, {owner, share});
  } else if (known) {
    shares_.erase(at);
  }
  double sum = 0;  // In the order of owners: the same sum whoever came first.
  for (const auto& [id, one] : shares_) {
    sum += one;
  }
  demand_ = sum;
}

}  // namespace switchfault
