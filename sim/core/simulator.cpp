#include "core/simulator.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "core/check.h"
#include "core/event_queue.h"
#include "core/timer_queue.h"

namespace switchfault {
namespace {

// Lets a failed check say when and in which run; restores what an outer simulator has set.
class ContextScope {
 public:
  ContextScope(std::uint64_t seed, SimTime now) : context_(check_context()), former_(context_) {
    context_ = {now.time_since_epoch().count(), seed, true};
  }
  ~ContextScope() { context_ = former_; }
  ContextScope(const ContextScope&) = delete;
  ContextScope& operator=(const ContextScope&) = delete;
  void set_now(SimTime now) { context_.now_ns = now.time_since_epoch().count(); }

 private:
  CheckContext& context_;
  CheckContext former_;
};

std::string text(Entity entity) {
  return std::to_string(static_cast<unsigned>(entity.kind())) + ":" +
         std::to_string(entity.index());
}

std::string text(const EventKey& key) {
  return format_duration(key.at.time_since_epoch()) + " phase " +
         std::to_string(static_cast<unsigned>(key.phase)) + " target " + text(key.target) +
         " source " + text(key.source) + " occurrence " + std::to_string(key.occurrence);
}

// `what` names the broken rule; the keys are what one needs to find the culprit.
[[noreturn]] void order_failed(const char* what, const EventKey& key, const EventKey& running) {
  const std::string message =
      std::string(what) + "\n  key: " + text(key) + "\n  last: " + text(running);
  check_failed(message.c_str(), __FILE__, __LINE__);
}

// Not earlier than any key of the instant.
EventKey end_of(SimTime instant) {
  Entity last;
  last.packed = std::numeric_limits<std::uint32_t>::max();
  return {instant, Phase::record, last, last, std::numeric_limits<std::uint64_t>::max()};
}

}  // namespace

struct Simulator::Queues {
  explicit Queues(SimTime start) : events(start) {}
  EventQueue events;
  TimerQueue timers;
};

Simulator::Simulator(std::uint64_t seed, SimTime start)
    : queues_(std::make_unique<Queues>(start)),
      now_(start),
      // Nothing has run: any key from `start` on is later.
      running_{SimTime::min(), Phase::environment, {}, {}, 0},
      seed_(seed) {}

Simulator::~Simulator() {
  SF_CHECK(queues_->timers.owned() == 0);
}

bool Simulator::in_order(const EventKey& key) const {
  return key > running_ || (reopened_ && key.at == now_);
}

void Simulator::require_later(const EventKey& key) const {
  if (!in_order(key) || key.at < now_ || key.at == kNever) {
    order_failed("an event is scheduled not later than the running one, or at kNever", key,
                 running_);
  }
}

void Simulator::schedule(const EventKey& key, InlineAction action) {
  require_later(key);
  queues_->events.push({key.at, key.occurrence, action, key.target, key.source, cause_, key.phase});
}

void Simulator::run_until(SimTime until) {
  SF_CHECK(until >= now_ && !inside_);
  stopped_ = false;
  while (!stopped_ && step(until)) {
  }
  if (!stopped_) {
    now_ = until;
    running_ = end_of(until);
    reopened_ = true;
  }
}

bool Simulator::step(SimTime until) {
  EventQueue& events = queues_->events;
  TimerQueue& timers = queues_->timers;
  const SimTime event_at = events.earliest();
  const SimTime timer_at = timers.earliest();
  const SimTime at = std::min(event_at, timer_at);
  if (at > until || at == kNever) {
    return false;
  }
  // The radix heap must not look further than the simulation goes: it advances only to `at`.
  bool event_first = event_at == at;
  if (event_first) {
    events.advance();
  }
  if (event_at == timer_at) {
    const EventKey timer_key = timers.identity(timers.front().slot).key(at);
    event_first = events.front().key() < timer_key;
  }
  if (event_first) {
    PendingEvent event = events.pop();
    execute(event.key(), event.cause, event.action);
  } else {
    const TimerQueue::Entry entry = timers.pop();
    const TimerQueue::Identity& identity = timers.identity(entry.slot);
    execute(identity.key(at), entry.cause, identity.action);
  }
  return true;
}

// `action` is a copy: the event may destroy the timer it belongs to.
void Simulator::execute(const EventKey& key, ObservationId cause, InlineAction action) {
  if (!in_order(key)) {
    order_failed("two events have one key", key, running_);
  }
  SF_CHECK(!inside_);
  ContextScope context(seed_, key.at);
  CauseScope scope(*this, cause);
  now_ = key.at;
  running_ = key;
  reopened_ = false;
  ++executed_;
  inside_ = true;
  action();
  inside_ = false;
}

std::size_t Simulator::pending() const {
  return queues_->events.size() + queues_->timers.size();
}

std::size_t Simulator::timer_entries() const {
  return queues_->timers.size();
}

Timer::Timer(Simulator& simulator, Phase phase, Entity target, Entity source, InlineAction action)
    : simulator_(&simulator) {
  SF_CHECK(action);
  slot_ = simulator.queues_->timers.acquire({phase, target, source, action});
}

Timer::~Timer() {
  if (simulator_ != nullptr) {
    simulator_->queues_->timers.release(slot_);
  }
}

Timer::Timer(Timer&& other) noexcept
    : simulator_(std::exchange(other.simulator_, nullptr)),
      slot_(std::exchange(other.slot_, kNoSlot)) {}

Timer& Timer::operator=(Timer&& other) noexcept {
  Timer former(std::move(other));  // Takes what is ours with it when it goes.
  std::swap(simulator_, former.simulator_);
  std::swap(slot_, former.slot_);
  return *this;
}

void Timer::arm(SimTime deadline) {
  SF_CHECK(simulator_ != nullptr);
  TimerQueue& timers = simulator_->queues_->timers;
  if (deadline == kNever) {
    timers.cancel(slot_);
    return;
  }
  if (deadline <= simulator_->now_) {
    simulator_->require_later(timers.identity(slot_).key(deadline));
  }
  timers.arm(slot_, deadline, simulator_->cause_);
}

void Timer::cancel() {
  if (simulator_ != nullptr) {
    simulator_->queues_->timers.cancel(slot_);
  }
}

bool Timer::armed() const {
  return deadline() != kNever;
}

SimTime Timer::deadline() const {
  return simulator_ == nullptr ? kNever : simulator_->queues_->timers.deadline(slot_);
}

}  // namespace switchfault
