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
  explicit Queues(SimTime start) : events(start), timers(start) {}
  EventQueue events;
  TimerQueue timers;
};

Simulator::Simulator(std::uint64_t seed, SimTime start)
    : queues_(std::make_unique<Queues>(start)),
      now_(start),
      until_(start),
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
  queues_->events.push(key, action, cause_);
  expect(key.at);
}

// While events run: a failed check can say when and in which run, and no event runs the simulator
// again. Restores what an outer simulator has set, and the cause.
class Simulator::RunScope {
 public:
  explicit RunScope(Simulator& simulator)
      : simulator_(simulator),
        cause_(simulator.cause_),
        context_(check_context()),
        former_(context_) {
    SF_CHECK(!simulator.inside_);
    simulator.inside_ = true;
    context_ = {simulator.now_.time_since_epoch().count(), simulator.seed_, true};
    simulator.context_ = &context_;
    simulator.quiet_until_ = SimTime::min();
  }
  ~RunScope() {
    context_ = former_;
    simulator_.cause_ = cause_;
    simulator_.inside_ = false;
  }
  RunScope(const RunScope&) = delete;
  RunScope& operator=(const RunScope&) = delete;

  CheckContext& context() { return context_; }

 private:
  Simulator& simulator_;
  ObservationId cause_;
  CheckContext& context_;
  CheckContext former_;
};

void Simulator::run_until(SimTime until) {
  RunScope scope(*this);
  SF_CHECK(until >= now_);
  stopped_ = false;
  until_ = until;
  while (!stopped_ && run_next(until, scope.context())) {
  }
  if (!stopped_) {
    now_ = until;
    running_ = end_of(until);
    reopened_ = true;
  }
}

bool Simulator::step(SimTime until) {
  RunScope scope(*this);
  stopped_ = false;
  until_ = until;
  return run_next(until, scope.context());
}

bool Simulator::run_next(SimTime until, CheckContext& context) {
  EventQueue& events = queues_->events;
  TimerQueue& timers = queues_->timers;
  const SimTime event_at = events.earliest();
  const SimTime timer_at = timers.earliest(std::min(until, event_at));
  const SimTime at = std::min(event_at, timer_at);
  if (at > until || at == kNever) {
    return false;
  }
  // The radix heap must not look further than the simulation goes: it advances only to `at`.
  if (event_at == at) {
    events.advance();
  }
  const bool event_first = event_at < timer_at ||
                           (event_at == timer_at && events.front().key() < timers.front().key(at));
  context.now_ns = at.time_since_epoch().count();
  // The actions are copies: an event may destroy the timer that it belongs to.
  if (event_first) {
    PendingEvent event = events.pop();
    begin(event.key(), event.cause);
    event.action();
  } else {
    InlineAction action = timers.front().action;
    const EventKey key = timers.front().key(at);
    begin(key, timers.pop());
    action();
  }
  return true;
}

bool Simulator::is_quiet(SimTime at) {
  const SimTime event_at = queues_->events.earliest();
  if (stopped_ || at > until_ || event_at <= at || queues_->timers.earliest(at) <= at) {
    return false;
  }
  quiet_until_ = std::min({until_, event_at, queues_->timers.not_before()});
  return true;
}

void Simulator::begin(const EventKey& key, ObservationId cause) {
  if (!in_order(key)) {
    order_failed("two events have one key", key, running_);
  }
  now_ = key.at;
  running_ = key;
  reopened_ = false;
  cause_ = cause;
  ++executed_;
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
  simulator.queues_->timers.acquire({phase, target, source, action}, due_);
}

Timer::~Timer() {
  if (simulator_ != nullptr) {
    simulator_->queues_->timers.release(due_);
  }
}

Timer::Timer(Timer&& other) noexcept {
  take_from(other);
}

Timer& Timer::operator=(Timer&& other) noexcept {
  if (this != &other) {
    const Timer former(std::move(*this));  // Released at the end of the scope.
    take_from(other);
  }
  return *this;
}

// REQUIRES: this timer is empty.
void Timer::take_from(Timer& other) {
  simulator_ = std::exchange(other.simulator_, nullptr);
  due_ = std::exchange(other.due_, TimerDue{});
  if (simulator_ != nullptr) {
    simulator_->queues_->timers.relocate(due_);
  }
}

void Timer::arm(SimTime deadline) {
  SF_CHECK(simulator_ != nullptr);
  TimerQueue& timers = simulator_->queues_->timers;
  if (deadline <= simulator_->now_ || deadline == kNever) [[unlikely]] {
    if (deadline == kNever) {
      timers.cancel(due_);
      return;
    }
    simulator_->require_later(timers.identity(due_).key(deadline));
  }
  timers.arm(due_, deadline, simulator_->cause_);
  simulator_->expect(deadline);
}

void Timer::cancel() {
  if (simulator_ != nullptr) {
    simulator_->queues_->timers.cancel(due_);
  }
}

}  // namespace switchfault
