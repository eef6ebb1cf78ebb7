#include "operations/people.h"

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

struct Waiter final : PersonWaiter {
  explicit Waiter(Simulator& s) : simulator(s) {}
  void person_ready(PersonIndex who) override {
    person = who;
    at = simulator.now();
  }
  Simulator& simulator;
  PersonIndex person = PersonIndex::none;
  SimTime at = kNever;
};

// Monday 2026-03-02, 08:00 UTC at time 0.
class PeopleTest : public ::testing::Test {
 protected:
  PeopleTest() { clock.start_unix_ns = 1'772'438'400'000'000'000; }
  People& make(std::vector<PeoplePool> given) {
    pools = std::move(given);
    people.emplace(People::Context{simulator, log, random, clock}, pools);
    return *people;
  }
  Simulator simulator;
  ObservationLog log{simulator};
  Random random{1};
  ClockConfig clock;
  std::vector<PeoplePool> pools;
  std::optional<People> people;
};

PeoplePool day_shift(std::uint32_t count) {
  return {.name = "team",
          .count = count,
          .skills = {"network"},
          .site = "north",
          .shifts = {{.days = 0x1f, .from = 7h, .to = 17h}},
          .travel = {.a = 30min}};
}

TEST_F(PeopleTest, OnShiftAtTheSiteSomebodyIsThereAtOnce) {
  Waiter waiter(simulator);
  make({day_shift(1)}).request({.pool = "team", .skill = "network"}, waiter);
  simulator.run_until(kTimeZero + 1s);
  EXPECT_EQ(waiter.at, kTimeZero + 1ns);
}

TEST_F(PeopleTest, ElsewhereTheyTravelAndStay) {
  Waiter first(simulator);
  Waiter second(simulator);
  People& team = make({day_shift(1)});
  team.request({.pool = "team", .site = "south"}, first);
  simulator.run_until(kTimeZero + 1h);
  EXPECT_EQ(first.at, kTimeZero + 30min);
  team.release(first.person);
  team.request({.pool = "team", .site = "south"}, second);
  simulator.run_until(kTimeZero + 2h);
  EXPECT_EQ(second.at, kTimeZero + 1h + 1ns);
}

TEST_F(PeopleTest, TheSecondWaitsForTheOnlyOne) {
  Waiter first(simulator);
  Waiter second(simulator);
  People& team = make({day_shift(1)});
  team.request({.pool = "team"}, first);
  team.request({.pool = "team"}, second);
  simulator.run_until(kTimeZero + 10min);
  EXPECT_EQ(second.at, kNever);
  team.release(first.person);
  simulator.run_until(kTimeZero + 11min);
  EXPECT_EQ(second.at, kTimeZero + 10min + 1ns);
}

TEST_F(PeopleTest, OffShiftTheyAreCalledInOrTheMorningIsWaitedFor) {
  clock.start_unix_ns += Duration{12h}.count();  // Monday 20:00.
  PeoplePool on_call = day_shift(1);
  on_call.name = "on-call";
  on_call.can_be_called_in = true;
  on_call.call_in = {.a = 45min};
  Waiter waits(simulator);
  Waiter called(simulator);
  People& both = make({day_shift(1), on_call});
  both.request({.pool = "team"}, waits);
  both.request({.pool = "on-call"}, called);
  simulator.run_until(kTimeZero + 24h);
  EXPECT_EQ(called.at, kTimeZero + 45min);
  EXPECT_EQ(waits.at, kTimeZero + 11h);  // Tuesday 07:00.
}

TEST_F(PeopleTest, NobodyWithoutTheSkillIsSent) {
  Waiter waiter(simulator);
  make({day_shift(3)}).request({.pool = "team", .skill = "firewall"}, waiter);
  simulator.run_until(kTimeZero + 48h);
  EXPECT_EQ(waiter.at, kNever);
}

}  // namespace
}  // namespace switchfault
