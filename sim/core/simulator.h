// Simulator: the clock, the pending events and the timers of one run.
//
// Order is behaviour: events run by (time, phase, target, source, occurrence). No two pending
// events have equal keys, and insertion order never counts, so that an event that was not executed
// because it could change nothing cannot shift a tie. One-shot events live in a radix heap
// (monotone, O(log range) amortised, moves whole events sequentially); timers live in an indexed
// 4-ary heap with exactly one entry a timer, so re-arming never grows the queue.
// Many simulators may exist in one process; there is no global state.

#ifndef SWITCHFAULT_CORE_SIMULATOR_H_
#define SWITCHFAULT_CORE_SIMULATOR_H_

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <type_traits>

#include <switchfault/entity.h>
#include <switchfault/observation.h>
#include <switchfault/units.h>

#include "core/check.h"

namespace switchfault {

// Order within one instant; what stands earlier is seen by what stands later.
enum class Phase : std::uint8_t {
  environment,  // triggers, faults, wall clocks: the world acts before anything reacts to it
  hardware,     // power, carrier, links: ports know before the software that reads them
  os,           // boots, processes, supervisors: a process must be up before its frames arrive
  frame,        // control frames arrive: information is in before the timer waiting for it fires
  protocol,     // protocol timers decide on what has arrived
  programming,  // decisions reach the chip before anybody's traffic is forwarded by it
  traffic,      // polls, probes, user sessions: read the chip as it is at the end of the instant
  operations,   // people and strategies act on what polls have shown
  settle,       // flows are evaluated once, after everything of this instant has changed
  record,       // snapshots and expectations read a settled instant
};

struct EventKey {
  SimTime at;
  Phase phase;
  Entity target;
  Entity source;
  std::uint64_t occurrence = 0;  // Tells apart events of one source to one target in one instant.
  friend auto operator<=>(const EventKey&, const EventKey&) = default;
};

// A trivially copyable callable of at most 16 bytes, stored inline: no allocation per event.
class InlineAction {
 public:
  static constexpr std::size_t kCapacity = 16;

  InlineAction() = default;
  template <typename F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, InlineAction>)
      InlineAction(F function) {  // NOLINT(google-explicit-constructor): a lambda is an action.
    static_assert(std::is_trivially_copyable_v<F>, "capture only pointers, ids and numbers");
    static_assert(sizeof(F) <= kCapacity, "capture at most 16 bytes; keep the rest in the object");
    std::memcpy(storage_, &function, sizeof(F));
    call_ = [](void* storage) { (*static_cast<F*>(storage))(); };
  }
  void operator()() { call_(storage_); }
  explicit operator bool() const { return call_ != nullptr; }

 private:
  void (*call_)(void*) = nullptr;
  alignas(8) std::byte storage_[kCapacity] = {};
};

class Timer;

class Simulator {
 public:
  explicit Simulator(std::uint64_t seed = 0, SimTime start = kTimeZero);
  ~Simulator();
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  [[nodiscard]] SimTime now() const { return now_; }
  [[nodiscard]] std::uint64_t seed() const { return seed_; }

  // REQUIRES: key is later than running(), before kNever, and no pending event has it; a duplicate
  // is found when its instant comes. After a run_until, the instant now() is open again to those
  // who act from outside; their events run in key order when the next run begins.
  // The current cause is kept with the event and is current again while it runs.
  void schedule(const EventKey& key, InlineAction action);

  // Runs all events up to and including `until`; now() is `until` afterwards, or the instant of the
  // event that called stop(). REQUIRES: until >= now(), not called by an event of this simulator.
  void run_until(SimTime until);
  // Runs the earliest event if it is not later than `until`; false when there was none.
  bool step(SimTime until = SimTime::max());
  // The running event goes on at a later instant, with the rest of its key, as if it had been
  // scheduled for then: for whoever has a queue of his own and many short steps. False, and nothing
  // has changed: something else is due until then, or the run ends before. REQUIRES: at >= now(),
  // called by an event.
  bool go_on_at(SimTime at) {
    if (at >= quiet_until_ && !is_quiet(at)) {
      return false;
    }
    now_ = at;
    running_.at = at;
    context_->now_ns = at.time_since_epoch().count();
    ++executed_;
    return true;
  }
  // Makes a running run_until return after the event in progress.
  void stop() {
    stopped_ = true;
    quiet_until_ = SimTime::min();
  }

  // The key of the running event: tells whether something due at now() has already had its turn.
  // After a run_until that was not stopped it is past every key of that instant.
  [[nodiscard]] const EventKey& running() const { return running_; }

  // Why the running event happens; the default cause of what it observes and schedules.
  [[nodiscard]] ObservationId cause() const { return cause_; }
  void set_cause(ObservationId cause) { cause_ = cause; }

  // Work done, for benches and progress; never part of a result.
  [[nodiscard]] std::uint64_t executed() const { return executed_; }
  [[nodiscard]] std::size_t pending() const;        // One-shot events and armed timers.
  [[nodiscard]] std::size_t timer_entries() const;  // Entries of the timer queue.

 private:
  friend class Timer;
  struct Queues;
  class RunScope;
  bool in_order(const EventKey& key) const;
  void require_later(const EventKey& key) const;
  bool run_next(SimTime until, CheckContext& context);
  void begin(const EventKey& key, ObservationId cause);
  void expect(SimTime at) { quiet_until_ = std::min(quiet_until_, at); }
  // Whether nothing is due up to and including `at`, and the run does not end before.
  bool is_quiet(SimTime at);

  std::unique_ptr<Queues> queues_;
  SimTime now_;
  SimTime until_;  // Of the run in progress.
  // Of the run in progress: nothing is due before, and it goes on until then. May be too early.
  SimTime quiet_until_ = SimTime::min();
  CheckContext* context_ = nullptr;
  EventKey running_;
  std::uint64_t seed_;
  std::uint64_t executed_ = 0;
  ObservationId cause_ = ObservationId::none;
  bool stopped_ = false;
  bool inside_ = false;    // Events are running.
  bool reopened_ = false;  // No event has run since the last run_until was complete.
};

// Sets the cause for a scope and restores the former one.
class CauseScope {
 public:
  CauseScope(Simulator& simulator, ObservationId cause)
      : simulator_(simulator), former_(simulator.cause()) {
    simulator_.set_cause(cause);
  }
  ~CauseScope() { simulator_.set_cause(former_); }
  CauseScope(const CauseScope&) = delete;
  CauseScope& operator=(const CauseScope&) = delete;

 private:
  Simulator& simulator_;
  ObservationId former_;
};

// The part of a timer that its queue reads; core/timer_queue.h.
struct TimerDue {
  SimTime deadline = kNever;
  ObservationId cause = ObservationId::none;
  std::uint32_t slot = 0;
};

// A deadline that is moved far more often than it fires. Arming an armed timer moves it. The pair
// (target, source) with the phase must be unique among timers of one simulator; the occurrence of
// its event is always 0. Not copyable; movable so that it may live in vectors. No timer may outlive
// its simulator. A timer is not armed while its own action runs; the action may arm or destroy it.
class Timer {
 public:
  Timer() = default;
  Timer(Simulator& simulator, Phase phase, Entity target, Entity source, InlineAction action);
  ~Timer();
  Timer(Timer&& other) noexcept;
  Timer& operator=(Timer&& other) noexcept;

  // REQUIRES: `deadline` with this timer's phase is later than the running event. The current
  // cause is kept and is current when the timer fires. Arming at kNever cancels.
  void arm(SimTime deadline);
  void cancel();
  [[nodiscard]] bool armed() const { return due_.deadline != kNever; }
  [[nodiscard]] SimTime deadline() const { return due_.deadline; }  // kNever when not armed.

 private:
  void take_from(Timer& other);

  Simulator* simulator_ = nullptr;  // Of the queue that knows due_.
  TimerDue due_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_SIMULATOR_H_
