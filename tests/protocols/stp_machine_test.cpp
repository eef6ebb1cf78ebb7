#include "protocols/stp_machine.h"

#include <chrono>
#include <vector>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

StpBridgeSettings bridge(std::uint64_t id) {
  return {.id = id,
          .node = static_cast<std::uint32_t>(id),
          .max_age = 20s,
          .hello = 2s,
          .forward_delay = 15s,
          .age_step = 1s};
}

StpBpdu from_root(std::uint64_t root) {
  return {.vector = {.root = root, .cost = 0, .bridge = root, .port = 1},
          .max_age = bpdu_time(20s),
          .hello = bpdu_time(2s),
          .forward_delay = bpdu_time(15s)};
}

class StpMachineTest : public testing::Test {
 protected:
  StpMachineTest() {
    machine_.start(kTimeZero, 1s);
    machine_.set_usable(0, true, kTimeZero);
    machine_.set_usable(1, true, kTimeZero);
  }
  void run_until(SimTime end) {
    while (machine_.next_deadline() <= end) {
      machine_.run_timers(machine_.next_deadline());
    }
  }

  StpMachine machine_{bridge(5), {{.id = 1, .cost = 4}, {.id = 2, .cost = 4}}};
};

TEST_F(StpMachineTest, APortWaitsTheForwardDelayTwice) {
  EXPECT_EQ(machine_.state(0), StpPortState::listening);
  run_until(kTimeZero + 15s);
  EXPECT_EQ(machine_.state(0), StpPortState::learning);
  run_until(kTimeZero + 30s);
  EXPECT_EQ(machine_.state(0), StpPortState::forwarding);
  EXPECT_TRUE(machine_.is_root());
  EXPECT_TRUE(machine_.topology_change());
}

TEST_F(StpMachineTest, ABetterRootIsBelievedAtOnceAndPassedOn) {
  machine_.take_outbox();
  run_until(kTimeZero + 4s);
  machine_.take_outbox();
  machine_.receive(0, from_root(1), kTimeZero + 4500ms);
  EXPECT_EQ(machine_.root(), 1U);
  EXPECT_EQ(machine_.root_port(), 0U);
  EXPECT_EQ(machine_.root_cost(), 4U);
  const auto sent = machine_.take_outbox();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].port, 1U);
  EXPECT_EQ(sent[0].bpdu.vector.cost, 4U);
  EXPECT_EQ(sent[0].bpdu.age, bpdu_time(1s));
}

TEST_F(StpMachineTest, AWorseBpduIsNotBelievedBeforeMaxAge) {
  machine_.receive(0, from_root(1), kTimeZero + 1s);
  machine_.receive(0, from_root(3), kTimeZero + 2s);
  EXPECT_EQ(machine_.root(), 1U);
  run_until(kTimeZero + 20s);
  EXPECT_EQ(machine_.root(), 1U);
  run_until(kTimeZero + 21s);
  EXPECT_TRUE(machine_.is_root());
}

// Open vSwitch counts its timers when it wakes up, at the latest after a second.
TEST_F(StpMachineTest, TimersMayBeCountedOnceASecond) {
  StpBridgeSettings settings = bridge(5);
  settings.wake = 1s;
  machine_ = StpMachine(settings, {{.id = 1, .cost = 4}, {.id = 2, .cost = 4}});
  machine_.start(kTimeZero, 1s);
  machine_.set_usable(0, true, kTimeZero + 300ms);  // Its carrier wakes it.
  run_until(kTimeZero + 15299ms);
  EXPECT_EQ(machine_.state(0), StpPortState::listening);
  run_until(kTimeZero + 15300ms);
  EXPECT_EQ(machine_.state(0), StpPortState::learning);
  // What came 200 ms after it woke up has been there since then when it looks again.
  machine_.receive(0, from_root(1), kTimeZero + 20500ms);
  EXPECT_EQ(machine_.root(), 1U);
  run_until(kTimeZero + 40299ms);
  EXPECT_EQ(machine_.root(), 1U);
  run_until(kTimeZero + 40300ms);
  EXPECT_TRUE(machine_.is_root());
}

TEST_F(StpMachineTest, TellsWhenAddressesAreToBeForgotten) {
  run_until(kTimeZero + 14s);
  EXPECT_FALSE(machine_.take_flush());
  run_until(kTimeZero + 15s);  // It learns.
  EXPECT_TRUE(machine_.take_flush());
  EXPECT_FALSE(machine_.take_flush());
  StpBpdu change = from_root(1);
  change.change = true;
  machine_.receive(0, change, kTimeZero + 16s);
  EXPECT_TRUE(machine_.take_flush());
}

TEST_F(StpMachineTest, TwoBpdusOfAPortAreASecondApart) {
  machine_.take_outbox();
  for (int i = 0; i < 3; ++i) {
    machine_.receive(0, from_root(9), kTimeZero + 100ms);  // Worse: answered.
  }
  EXPECT_EQ(machine_.take_outbox().size(), 1U);
  run_until(kTimeZero + 1s);
  EXPECT_EQ(machine_.take_outbox().size(), 1U);  // The hello, on the other port only.
  run_until(kTimeZero + 1100ms);
  EXPECT_EQ(machine_.take_outbox().size(), 1U);  // Answers and hello in one.
}

TEST_F(StpMachineTest, WhoIsNotRootTellsTheRootOfAChange) {
  machine_.receive(0, from_root(1), kTimeZero + 1s);
  machine_.take_outbox();
  run_until(kTimeZero + 30s - 1ns);
  machine_.receive(0, from_root(1), kTimeZero + 15s);
  run_until(kTimeZero + 30s);
  bool told = false;
  for (const StpMachine::Sent& sent : machine_.take_outbox()) {
    told = told || (sent.bpdu.kind == StpBpdu::Kind::topology_change && sent.port == 0);
  }
  EXPECT_TRUE(told);
  EXPECT_FALSE(machine_.topology_change());  // Only the root says so.
}

TEST_F(StpMachineTest, SwitchedOffItLeavesPortsAndOpensNewOnesAtOnce) {
  machine_.switch_off();
  EXPECT_EQ(machine_.state(0), StpPortState::listening);
  machine_.set_usable(0, false, kTimeZero + 1s);
  machine_.set_usable(0, true, kTimeZero + 2s);
  EXPECT_EQ(machine_.state(0), StpPortState::forwarding);
}

TEST(StpMachine, AGuardedPortNeverLeadsToTheRoot) {
  StpMachine machine(bridge(5), {{.id = 1, .cost = 4, .guard_root = true},
                                 {.id = 2, .cost = 4, .guard_bpdus = true}});
  machine.start(kTimeZero, 1s);
  machine.set_usable(0, true, kTimeZero);
  machine.set_usable(1, true, kTimeZero);
  machine.receive(0, from_root(1), kTimeZero + 1s);
  EXPECT_TRUE(machine.is_root());
  machine.receive(1, from_root(9), kTimeZero + 1s);
  EXPECT_EQ(machine.state(1), StpPortState::disabled);
  EXPECT_TRUE(machine.shut_by_guard(1));
}

}  // namespace
}  // namespace switchfault
