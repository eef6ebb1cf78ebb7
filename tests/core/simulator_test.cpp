#include "core/simulator.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace switchfault
