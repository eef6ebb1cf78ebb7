#include "os/supervisor.h"

#include <algorithm>

namespace switchfault {
namespace {

// The first poll later than `after`.
SimTime next_poll(SimTime origin, Duration poll, SimTime after) {
  if (after < origin) {
    return origin;
  }
  return origin + ((after - origin) / poll + 1) * poll;
}

}  // namespace

SimTime Supervision::notices_crash(const SupervisorPolicy& policy, SimTime crashed,
                                   SimTime origin) {
  return policy.poll <= Duration::zero() ? crashed : next_poll(origin, policy.poll, crashed);
}

SimTime Supervision::notices_hang(const SupervisorPolicy& policy, SimTime hung, SimTime origin) {
  if (policy.unresponsive_after <= Duration::zero()) {
    return kNever;
  }
  const SimTime due = hung + policy.unresponsive_after;
  if (policy.poll <= Duration::zero()) {
    return due;
  }
  // A poll in the very instant in which it is due finds it.
  return next_poll(origin, policy.poll, due - Duration{1});
}

void Supervision::started(const SupervisorPolicy& policy, SimTime at) {
  if (policy.limit_starts == 0) {
    return;
  }
  if (starts_.size() == policy.limit_starts) {
    starts_.erase(starts_.begin());
  }
  starts_.push_back(at);
}

Duration Supervision::next_delay(const SupervisorPolicy& policy, SimTime started, SimTime ended) {
  if (policy.delay_max <= Duration::zero()) {
    return policy.delay;
  }
  // As watchfrr does: after twice the longest delay without a fault the back-off begins anew.
  const bool lived_well = ended - started > 2 * policy.delay_max;
  delay_ = delay_ == Duration::zero() || lived_well ? policy.delay
                                                    : std::min(2 * delay_, policy.delay_max);
  return delay_;
}

bool Supervision::may_start(const SupervisorPolicy& policy, SimTime now) const {
  if (policy.limit_starts == 0 || starts_.size() < policy.limit_starts) {
    return true;
  }
  return now - starts_.front() >= policy.limit_window;
}

void Supervision::forget() {
  delay_ = {};
  starts_.clear();
}

}  // namespace switchfault
