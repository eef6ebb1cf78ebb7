#include "os/boot_sequence.h"

#include <algorithm>

namespace switchfault {

void BootSequence::begin(BootKind kind, const PlaneTimes& times, const Planes& serving,
                         SimTime now) {
  kind_ = kind;
  const std::array<Duration, 3> stated{times.data, times.control, times.management};
  const Duration longest = *std::max_element(stated.begin(), stated.end());
  for (std::size_t i = 0; i < stated.size(); ++i) {
    if (stated[i] > Duration::zero()) {
      returns_[i] = now + stated[i];
    } else {
      returns_[i] = serving[i] ? kNever : now + longest;
    }
  }
}

SimTime BootSequence::next() const {
  return *std::min_element(returns_.begin(), returns_.end());
}

std::optional<Plane> BootSequence::take(SimTime now) {
  for (const Plane plane : {Plane::control, Plane::data, Plane::management}) {
    SimTime& returns = returns_[static_cast<std::size_t>(plane)];
    if (returns <= now) {
      returns = kNever;
      return plane;
    }
  }
  return std::nullopt;
}

}  // namespace switchfault
