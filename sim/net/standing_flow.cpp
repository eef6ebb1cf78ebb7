#include "net/standing_flow.h"

#include <algorithm>

#include "core/check.h"

namespace switchfault {
namespace {

std::int64_t floor_divide(Duration dividend, Duration divisor) {
  const std::int64_t quotient = dividend / divisor;
  return dividend % divisor < Duration{} ? quotient - 1 : quotient;
}

// What a sleeping flow keeps it also reads: an entry that is flushed or moved wakes it.
template <typename Key>
void merge(std::vector<Key>& into, const std::vector<Key>& from) {
  into.insert(into.end(), from.begin(), from.end());
  std::ranges::sort(into);
  into.erase(std::unique(into.begin(), into.end()), into.end());
}

}  // namespace

StandingFlow::StandingFlow(Simulator& simulator, Network& network, const Schedule& schedule,
                           bool skip_quiet_time)
    : simulator_(simulator),
      network_(network),
      schedule_(schedule),
      timer_(simulator, schedule.phase, schedule.target, schedule.source, [this] { run(next_); }),
      watch_(network.add_owner(*this)),
      skip_(skip_quiet_time) {
  SF_CHECK(schedule.period > schedule.jitter.most);
}

StandingFlow::~StandingFlow() {
  network_.remove_owner(watch_);
}

SimTime StandingFlow::time_of(std::int64_t occurrence) const {
  const SimTime grid = schedule_.anchor + occurrence * schedule_.period;
  const Jitter& jitter = schedule_.jitter;
  if (jitter.most == Duration{}) {
    return grid;
  }
  DrawKey key = jitter.key;
  key.occurrence = static_cast<std::uint64_t>(occurrence);
  return grid + jitter.random->uniform(key, Duration{}, jitter.most);
}

// The last occurrence whose turn has come, executed or not: at this instant order decides.
std::int64_t StandingFlow::last_due() const {
  const SimTime now = simulator_.now();
  const std::int64_t begun = floor_divide(now - schedule_.anchor, schedule_.period);
  const std::int64_t n = time_of(begun) > now ? begun - 1 : begun;
  const EventKey key{
      .at = now, .phase = schedule_.phase, .target = schedule_.target, .source = schedule_.source};
  const bool still_to_come = time_of(n) == now && key > simulator_.running();
  return still_to_come ? n - 1 : n;
}

std::int64_t StandingFlow::last_occurrence() const {
  const std::int64_t last = asleep_ ? last_due() : next_ - 1;
  return last < first_ ? -1 : last;
}

void StandingFlow::start() {
  if (running_) {
    return;
  }
  running_ = true;
  first_ = std::max<std::int64_t>(last_due() + 1, 0);
  schedule(first_);
}

void StandingFlow::stop() {
  if (!running_) {
    return;
  }
  if (asleep_) {
    network_.unwatch(watch_);
    wake();
  }
  running_ = false;
  timer_.cancel();
}

void StandingFlow::restart(SimTime anchor) {
  stop();
  schedule_.anchor = anchor;
  start();
}

void StandingFlow::schedule(std::int64_t n) {
  CauseScope scope(simulator_, ObservationId::none);
  next_ = n;
  timer_.arm(time_of(n));
}

void StandingFlow::run(std::int64_t n) {
  reads_.clear();
  kept_.clear();
  next_ = n + 1;
  const Outcome outcome = execute(n, reads_, kept_);
  if (!running_ || timer_.armed()) {
    return;  // It has been stopped, or stopped and started, by what it did.
  }
  if (!skip_ || !outcome.quiet ||
      !network_.may_sleep(reads_, kept_, schedule_.period + schedule_.jitter.most)) {
    schedule(n + 1);
    return;
  }
  merge(reads_.macs, kept_.macs);
  merge(reads_.neighbors, kept_.neighbors);
  asleep_ = true;
  network_.watch(watch_, reads_);
  network_.keep(kept_);
  fell_asleep(n);
}

// Had it not slept it would not be told of this change at all: nothing that follows from waking may
// be explained by it. So an occurrence has no cause but the clock; what it finds has one.
void StandingFlow::wake() {
  CauseScope scope(simulator_, ObservationId::none);
  const std::int64_t last = last_due();
  asleep_ = false;
  schedule(last + 1);
  network_.release(kept_, time_of(last));
  woke(last);
}

void StandingFlow::stale(ObservationId /*cause*/) {
  SF_CHECK(asleep_);
  wake();
}

}  // namespace switchfault
