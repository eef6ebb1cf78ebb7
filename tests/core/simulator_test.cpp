#include "core/simulator.h"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>  // Before rapidcheck/gtest.h, which needs it.
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;
using Log = std::vector<std::string>;

constexpr Entity kS1(EntityKind::node, 1);
constexpr Entity kS2(EntityKind::node, 2);

class SimulatorTest : public testing::Test {
 protected:
  static SimTime at(Duration since_start) { return kTimeZero + since_start; }

  void note(const char* what) {
    log_.push_back(format_duration(simulator_.now().time_since_epoch()) + " " + what);
  }
  void schedule(Duration when, const char* what, Phase phase = Phase::os, Entity target = kS1,
                Entity source = kS1, std::uint64_t occurrence = 0) {
    simulator_.schedule({at(when), phase, target, source, occurrence},
                        [this, what] { note(what); });
  }
  Timer timer(const char* what, Phase phase = Phase::protocol, Entity target = kS1) {
    return Timer(simulator_, phase, target, kS1, [this, what] { note(what); });
  }

  Simulator simulator_;
  Log log_;
};

TEST_F(SimulatorTest, RunsEventsInTheOrderOfTime) {
  schedule(3s, "third");
  schedule(1s, "first");
  schedule(2s, "second");
  simulator_.run_until(at(2s));
  EXPECT_EQ(log_, (Log{"1s first", "2s second"}));
  EXPECT_EQ(simulator_.now(), at(2s));
  EXPECT_EQ(simulator_.pending(), 1U);
}

TEST_F(SimulatorTest, TiesGoByPhaseTargetSourceAndOccurrence) {
  schedule(1s, "occurrence 2", Phase::frame, kS1, kS1, 2);
  schedule(1s, "record", Phase::record);
  schedule(1s, "from s2", Phase::frame, kS1, kS2);
  schedule(1s, "to s2", Phase::frame, kS2, kS1);
  schedule(1s, "occurrence 1", Phase::frame, kS1, kS1, 1);
  schedule(1s, "environment", Phase::environment, kS2, kS2, 9);
  simulator_.run_until(at(1s));
  EXPECT_EQ(log_, (Log{"1s environment", "1s occurrence 1", "1s occurrence 2", "1s from s2",
                       "1s to s2", "1s record"}));
}

TEST_F(SimulatorTest, TimersAndEventsShareOneOrder) {
  Timer early = timer("timer of s1", Phase::frame, kS1);
  Timer late = timer("timer of s2", Phase::frame, kS2);
  early.arm(at(1s));
  late.arm(at(1s));
  schedule(1s, "os", Phase::os);
  schedule(1s, "frame", Phase::frame, kS1, kS2);
  schedule(1s, "protocol", Phase::protocol);
  simulator_.run_until(at(1s));
  EXPECT_EQ(log_, (Log{"1s os", "1s timer of s1", "1s frame", "1s timer of s2", "1s protocol"}));
}

TEST_F(SimulatorTest, AnEventMayScheduleIntoItsOwnInstant) {
  simulator_.schedule({at(1s), Phase::os, kS1, kS1}, [this] {
    schedule(1s, "settle", Phase::settle);
    schedule(1s, "frame", Phase::frame);
  });
  schedule(1s, "traffic", Phase::traffic);
  simulator_.run_until(at(1s));
  EXPECT_EQ(log_, (Log{"1s frame", "1s traffic", "1s settle"}));
}

TEST_F(SimulatorTest, ReArmingMovesTheOneEntry) {
  Timer hello = timer("hello");
  for (int i = 1; i <= 1'000; ++i) {
    hello.arm(at(i * 1s));
    EXPECT_EQ(simulator_.timer_entries(), 1U);
  }
  EXPECT_EQ(hello.deadline(), at(1'000s));
  hello.arm(at(5s));
  simulator_.run_until(at(2'000s));
  EXPECT_EQ(log_, Log{"5s hello"});
  EXPECT_FALSE(hello.armed());
  EXPECT_EQ(hello.deadline(), kNever);
}

TEST_F(SimulatorTest, ATimerRepeatsByArmingItself) {
  Timer hello;
  hello = Timer(simulator_, Phase::protocol, kS1, kS1, [this, &hello] {
    note(hello.armed() ? "armed" : "hello");
    hello.arm(simulator_.now() + 2s);
  });
  hello.arm(at(1s));
  simulator_.run_until(at(6s));
  EXPECT_EQ(log_, (Log{"1s hello", "3s hello", "5s hello"}));
  EXPECT_EQ(hello.deadline(), at(7s));
}

TEST_F(SimulatorTest, CancelledDestroyedAndReplacedTimersDoNotFire) {
  Timer cancelled = timer("cancelled", Phase::protocol, Entity(EntityKind::port, 1));
  cancelled.arm(at(1s));
  cancelled.cancel();
  Timer never = timer("never", Phase::protocol, Entity(EntityKind::port, 2));
  never.arm(at(1s));
  never.arm(kNever);
  Timer replaced = timer("replaced");
  replaced.arm(at(1s));
  replaced = Timer();
  {
    Timer destroyed = timer("destroyed");
    destroyed.arm(at(1s));
  }
  simulator_.run_until(at(1s));
  EXPECT_EQ(log_, Log{});
  EXPECT_EQ(simulator_.pending(), 0U);
}

TEST_F(SimulatorTest, AMovedTimerKeepsItsDeadline) {
  std::vector<Timer> timers;
  for (std::uint32_t i = 0; i < 20; ++i) {  // The vector moves its timers as it grows.
    timers.push_back(timer("tick", Phase::protocol, Entity(EntityKind::port, i)));
    timers.back().arm(at((i + 1) * 1s));
  }
  timers.erase(timers.begin(), timers.begin() + 18);
  EXPECT_EQ(timers[0].deadline(), at(19s));
  simulator_.run_until(at(30s));
  EXPECT_EQ(log_, (Log{"19s tick", "20s tick"}));
}

TEST_F(SimulatorTest, ATimerMayDestroyItselfWhileFiring) {
  auto hello = std::make_unique<Timer>();
  *hello = Timer(simulator_, Phase::protocol, kS1, kS1, [this, &hello] {
    hello.reset();
    note("gone");
  });
  hello->arm(at(1s));
  simulator_.run_until(at(2s));
  EXPECT_EQ(log_, Log{"1s gone"});
  EXPECT_EQ(hello, nullptr);
}

TEST_F(SimulatorTest, LookingAtAFarEventDoesNotForbidNearerOnes) {
  schedule(100s, "far");
  simulator_.run_until(at(1s));
  EXPECT_FALSE(simulator_.step(at(50s)));
  Timer near_timer = timer("near timer");
  near_timer.arm(at(60s));
  simulator_.run_until(at(70s));
  schedule(71s, "near");
  simulator_.run_until(at(100s));
  EXPECT_EQ(log_, (Log{"1m near timer", "1m11s near", "1m40s far"}));
}

TEST_F(SimulatorTest, StopReturnsAfterTheEventInProgress) {
  simulator_.schedule({at(1s), Phase::os, kS1, kS1}, [this] { simulator_.stop(); });
  schedule(1s, "after the stop", Phase::frame);
  simulator_.run_until(at(10s));
  EXPECT_EQ(simulator_.now(), at(1s));
  EXPECT_EQ(log_, Log{});
  simulator_.run_until(at(10s));
  EXPECT_EQ(simulator_.now(), at(10s));
  EXPECT_EQ(log_, Log{"1s after the stop"});
}

TEST_F(SimulatorTest, CausesTravelWithEventsAndTimers) {
  std::vector<ObservationId> causes;
  const auto observe = [this, &causes] { causes.push_back(simulator_.cause()); };
  Timer hello(simulator_, Phase::protocol, kS1, kS1, observe);
  {
    const CauseScope scope(simulator_, ObservationId{7});
    simulator_.schedule({at(1s), Phase::os, kS1, kS1}, observe);
    hello.arm(at(2s));
    hello.arm(at(3s));
  }
  simulator_.schedule({at(2s), Phase::os, kS1, kS1}, observe);
  simulator_.run_until(at(3s));
  EXPECT_EQ(causes, (std::vector{ObservationId{7}, ObservationId::none, ObservationId{7}}));
  EXPECT_EQ(simulator_.cause(), ObservationId::none);
}

TEST_F(SimulatorTest, TimeMayBeginBeforeZero) {
  Simulator warm(1, at(-10min));
  std::vector<Duration> seen;
  const auto observe = [&] { seen.push_back(warm.now().time_since_epoch()); };
  warm.schedule({at(1s), Phase::os, kS1, kS1}, observe);
  warm.schedule({at(-10min), Phase::os, kS1, kS1}, observe);
  warm.schedule({at(-1s), Phase::os, kS1, kS1}, observe);
  warm.schedule({at(0s), Phase::os, kS1, kS1}, observe);
  warm.run_until(at(1s));
  EXPECT_EQ(seen, (std::vector<Duration>{-10min, -1s, 0s, 1s}));
}

TEST_F(SimulatorTest, AfterARunItsInstantIsOverAndOpenAgain) {
  const EventKey due{at(5s), Phase::record, kS2, kS2, 9};
  simulator_.run_until(at(5s));
  EXPECT_GT(simulator_.running(), due);
  schedule(5s, "traffic", Phase::traffic);
  simulator_.run_until(at(5s));
  schedule(5s, "os", Phase::os);
  Timer hello = timer("hello");
  hello.arm(at(5s));
  simulator_.run_until(at(5s));
  EXPECT_EQ(log_, (Log{"5s traffic", "5s os", "5s hello"}));
}

using SimulatorDeathTest = SimulatorTest;

TEST_F(SimulatorDeathTest, ThePastIsClosed) {
  simulator_.run_until(at(5s));
  EXPECT_DEATH(schedule(4s, "past"), "not later than the running one");
  EXPECT_DEATH(simulator_.run_until(at(4s)), "until >= now_");
  Timer late = timer("late");
  EXPECT_DEATH(late.arm(at(4s)), "not later than the running one");
  EXPECT_DEATH(schedule(kNever - kTimeZero, "never"), "kNever");
}

TEST_F(SimulatorDeathTest, AnEventSchedulesOnlyLaterKeys) {
  schedule(5s, "event");
  EXPECT_TRUE(simulator_.step());
  EXPECT_DEATH(schedule(5s, "same key"), "not later than the running one");
  EXPECT_DEATH(schedule(5s, "earlier phase", Phase::hardware), "not later than the running one");
  Timer late = timer("late", Phase::hardware);
  EXPECT_DEATH(late.arm(at(5s)), "not later than the running one");
}

TEST_F(SimulatorDeathTest, TwoEventsWithOneKeyAreFoundWhenTheirInstantComes) {
  schedule(5s, "one");
  schedule(5s, "two");
  EXPECT_DEATH(simulator_.run_until(at(5s)), "two events have one key.*5s phase 2 target 3:1");
}

TEST_F(SimulatorDeathTest, ATimerAndAnEventWithOneKeyAreFound) {
  Timer hello = timer("hello", Phase::os);
  hello.arm(at(5s));
  schedule(5s, "event");
  EXPECT_DEATH(simulator_.run_until(at(5s)), "two events have one key");
}

TEST_F(SimulatorDeathTest, TwoTimersWithOneKeyAreFound) {
  Timer one = timer("one");
  Timer two = timer("two");
  one.arm(at(5s));
  two.arm(at(5s));
  EXPECT_DEATH(simulator_.run_until(at(5s)), "two events have one key");
}

TEST_F(SimulatorDeathTest, AnEventDoesNotRunTheSimulatorItself) {
  simulator_.schedule({at(1s), Phase::os, kS1, kS1}, [this] { simulator_.run_until(at(2s)); });
  EXPECT_DEATH(simulator_.run_until(at(5s)), "inside_");
}

TEST_F(SimulatorDeathTest, ATimerDoesNotOutliveItsSimulator) {
  auto short_lived = std::make_unique<Simulator>();
  std::optional<Timer> hello(std::in_place, *short_lived, Phase::os, kS1, kS1, [] {});
  EXPECT_DEATH(short_lived.reset(), "owned");
  hello.reset();
}

// --- Against a model that is obviously right ----------------------------------------------------

// One thing done to the simulator, either by an event or from outside.
struct Step {
  int kind = 0;
  std::int64_t delay = 0;
  Phase phase = Phase::environment;
  std::uint32_t target = 0;
  std::uint32_t source = 0;
  std::uint64_t occurrence = 0;
  std::uint32_t timer = 0;
  int follow = 0;  // Steps that the scheduled event takes when it runs.
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << "{kind " << step.kind << ", delay " << step.delay << ", phase "
             << static_cast<int>(step.phase) << ", target " << step.target << ", source "
             << step.source << ", occurrence " << step.occurrence << ", timer " << step.timer
             << ", follow " << step.follow << "}";
}

rc::Gen<Step> steps() {
  // Mostly ties and neighbours, sometimes any power of two up to 2^50 ns (13 days).
  const auto delays =
      rc::gen::oneOf(rc::gen::inRange<std::int64_t>(0, 3), rc::gen::inRange<std::int64_t>(0, 100),
                     rc::gen::map(rc::gen::inRange(0, 50),
                                  [](int exponent) { return std::int64_t{1} << exponent; }));
  return rc::gen::build<Step>(
      rc::gen::set(&Step::kind, rc::gen::inRange(0, 12)), rc::gen::set(&Step::delay, delays),
      rc::gen::set(&Step::phase, rc::gen::map(rc::gen::inRange(0, 10),
                                              [](int phase) { return static_cast<Phase>(phase); })),
      rc::gen::set(&Step::target, rc::gen::inRange<std::uint32_t>(0, 2)),
      rc::gen::set(&Step::source, rc::gen::inRange<std::uint32_t>(0, 2)),
      rc::gen::set(&Step::occurrence, rc::gen::inRange<std::uint64_t>(0, 3)),
      rc::gen::set(&Step::timer, rc::gen::inRange<std::uint32_t>(0, 12)),
      rc::gen::set(&Step::follow, rc::gen::inRange(0, 4)));
}

// Drives a simulator and a sorted map in lockstep: every event that runs must be the first of the
TEST_F(SimulatorTest, AnEventMayGoOnAtALaterInstantWhileNothingElseIsDue) {
  struct Story {
    Simulator simulator{1};
    std::vector<std::string> told;
    void go(int ms) {
      const bool went = simulator.go_on_at(kTimeZero + std::chrono::milliseconds{ms});
      told.push_back(std::to_string(ms) + (went ? " went" : " stayed"));
    }
  } story;
  const auto at = [](int ms) {
    return EventKey{.at = kTimeZero + std::chrono::milliseconds{ms},
                    .phase = Phase::traffic,
                    .target = {},
                    .source = {}};
  };
  story.simulator.schedule(at(10), [self = &story] {
    self->go(19);
    self->go(20);
    self->told.push_back(format_duration(self->simulator.now().time_since_epoch()));
  });
  story.simulator.schedule(at(20), [self = &story] {
    self->go(31);
    self->go(30);
  });
  story.simulator.run_until(kTimeZero + std::chrono::milliseconds{30});
  EXPECT_EQ(story.told,
            (std::vector<std::string>{"19 went", "20 stayed", "19ms", "31 stayed", "30 went"}));
}

TEST_F(SimulatorTest, AnEventThatGoesOnSeesWhatBecameDueMeanwhile) {
  static constexpr auto kAt = [](int ms) { return kTimeZero + std::chrono::milliseconds{ms}; };
  struct Story {
    Simulator simulator{1};
    std::vector<bool> went;
    Timer timer{simulator, Phase::traffic, Entity(EntityKind::node, 9), {}, [] {}};
    void go(int ms) { went.push_back(simulator.go_on_at(kAt(ms))); }
  } story;
  story.simulator.schedule({.at = kAt(1), .phase = Phase::traffic, .target = {}, .source = {}},
                           [self = &story] {
                             self->go(2);  // Nothing is due up to the end.
                             self->simulator.schedule({.at = kAt(5),
                                                       .phase = Phase::traffic,
                                                       .target = Entity(EntityKind::node, 2),
                                                       .source = {}},
                                                      [] {});
                             self->go(4);
                             self->go(5);
                             self->timer.arm(kAt(4) + Duration{1});
                             self->go(4);
                             self->go(5);
                             self->timer.cancel();
                             self->simulator.stop();
                             self->go(4);
                           });
  story.simulator.run_until(kAt(30));
  EXPECT_EQ(story.went, (std::vector<bool>{true, true, false, true, false, false}));
  EXPECT_EQ(story.simulator.now(), kAt(4));
}

// map, at its time and with its cause. Events take further steps of the same script.
class Lockstep {
 public:
  explicit Lockstep(std::vector<Step> script) : script_(std::move(script)) {
    for (std::uint32_t i = 0; i < kTimers; ++i) {
      create(i);
    }
  }

  void run() {
    while (next_ < script_.size()) {
      const Step step = script_[next_++];
      if (step.kind == 0) {
        run_until(simulator_.now() + Duration{step.delay});
      } else if (step.kind == 1) {
        const bool any = !model_.empty();
        RC_ASSERT(simulator_.step() == any);
        stopped_ = false;
      } else {
        take(step);
      }
      compare();
    }
    while (!model_.empty()) {
      run_until(model_.rbegin()->first.at);
    }
    compare();
  }

 private:
  static constexpr std::uint32_t kTimers = 12;
  struct Waiting {
    ObservationId cause;
    int follow;
    std::optional<std::uint32_t> timer;
  };

  void run_until(SimTime until) {
    simulator_.run_until(until);
    if (stopped_) {
      stopped_ = false;
      RC_ASSERT(simulator_.now() <= until);
      return;
    }
    RC_ASSERT(simulator_.now() == until);
    RC_ASSERT((model_.empty() || model_.begin()->first.at > until));
    closed_ = true;
  }

  void compare() {
    RC_ASSERT(simulator_.pending() == model_.size());
    std::size_t armed = 0;
    for (std::uint32_t i = 0; i < kTimers; ++i) {
      RC_ASSERT(timer(i).deadline() == (keys_[i] ? keys_[i]->at : kNever));
      armed += keys_[i].has_value() ? 1U : 0U;
    }
    RC_ASSERT(simulator_.timer_entries() == armed);
  }

  // What every event and timer does when it runs.
  void happen() {
    RC_ASSERT(!model_.empty());
    const auto [key, waiting] = *model_.begin();
    RC_ASSERT(simulator_.running() == key);
    RC_ASSERT(simulator_.now() == key.at);
    RC_ASSERT(simulator_.cause() == waiting.cause);
    RC_ASSERT(!stopped_);
    model_.erase(model_.begin());
    if (waiting.timer) {
      keys_[*waiting.timer].reset();
    }
    closed_ = false;
    inside_ = true;
    for (int i = 0; i < waiting.follow && next_ < script_.size(); ++i) {
      take(script_[next_++]);
    }
    inside_ = false;
  }

  void take(const Step& step) {
    const CauseScope cause(simulator_, ObservationId{++serial_});
    if (step.kind < 6) {
      schedule(step);
    } else if (step.kind < 9) {
      arm(step);
    } else if (step.kind == 9) {
      timer(step.timer).cancel();
      disarm(step.timer);
    } else if (step.kind == 10) {
      replace_or_move(step);
    } else if (inside_) {
      simulator_.stop();
      stopped_ = true;
    }
  }

  void schedule(const Step& step) {
    const EventKey key{simulator_.now() + Duration{step.delay}, step.phase,
                       Entity(EntityKind::node, step.target), Entity(EntityKind::node, step.source),
                       step.occurrence};
    if (may_wait(key)) {
      model_[key] = {simulator_.cause(), step.follow, std::nullopt};
      simulator_.schedule(key, [this] { happen(); });
    }
  }

  void arm(const Step& step) {
    const EventKey key = timer_key(step.timer, simulator_.now() + Duration{step.delay});
    const bool same = keys_[step.timer] == key;
    if (same || may_wait(key)) {
      disarm(step.timer);
      keys_[step.timer] = key;
      model_[key] = {simulator_.cause(), step.follow, step.timer};
      timer(step.timer).arm(key.at);
    }
  }

  // Also the timer whose action is running.
  void replace_or_move(const Step& step) {
    if (step.follow == 0) {
      timer(step.timer) = Timer();
      disarm(step.timer);
      create(step.timer);
    } else if (step.follow == 1) {
      timers_.push_back(std::move(timer(step.timer)));  // Now and then moves all the others too.
      places_[step.timer] = timers_.size() - 1;
    } else {
      std::swap(timer(step.timer), timer((step.timer + 1) % kTimers));
      std::swap(places_[step.timer], places_[(step.timer + 1) % kTimers]);
    }
  }

  [[nodiscard]] bool may_wait(const EventKey& key) const {
    const bool later = key > simulator_.running() || (closed_ && key.at == simulator_.now());
    return later && !model_.contains(key);
  }
  static EventKey timer_key(std::uint32_t i, SimTime at) {
    return {at, i % 3 == 0 ? Phase::frame : Phase::protocol, Entity(EntityKind::node, i % 4),
            Entity(EntityKind::node, i / 4), 0};
  }
  Timer& timer(std::uint32_t i) { return timers_[places_[i]]; }
  void create(std::uint32_t i) {
    const EventKey key = timer_key(i, kTimeZero);
    timers_.emplace_back(simulator_, key.phase, key.target, key.source, [this] { happen(); });
    places_[i] = timers_.size() - 1;
  }
  void disarm(std::uint32_t i) {
    if (keys_[i]) {
      model_.erase(*keys_[i]);
      keys_[i].reset();
    }
  }

  std::vector<Step> script_;
  std::size_t next_ = 0;
  std::uint32_t serial_ = 0;
  bool stopped_ = false;
  bool closed_ = false;  // A run is complete and nothing has run since.
  bool inside_ = false;
  std::map<EventKey, Waiting> model_;
  std::array<std::optional<EventKey>, kTimers> keys_;
  std::array<std::size_t, kTimers> places_{};
  Simulator simulator_{7, kTimeZero - 1h};
  std::vector<Timer> timers_;
};

// Property: for any script of scheduling, arming, moving, cancelling, replacing and stopping,
// inside events and between runs, events happen in the order of their keys, once, with their cause.
RC_GTEST_PROP(SimulatorProperty, RunsLikeASortedMap, ()) {
  Lockstep(*rc::gen::scale(4.0, rc::gen::container<std::vector<Step>>(steps()))).run();
}

}  // namespace
}  // namespace switchfault
