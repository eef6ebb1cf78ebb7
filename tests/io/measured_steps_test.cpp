#include "io/measured_steps.h"

#include <gtest/gtest.h>

namespace switchfault {
namespace {

const nlohmann::json kTopology = nlohmann::json::parse(R"({
  "nodes": {"s1": {"kind": "switch"}, "s2": {"kind": "switch"}, "h1": {"kind": "host"}},
  "links": [{"ends": ["s1", "s2"]}, {"ends": ["s1", "h1"], "id": "edge"}]})");

std::vector<MeasuredStep> read(const char* steps, std::vector<std::string>& missing) {
  return read_measured_steps(nlohmann::json::parse(steps), kTopology, missing);
}

TEST(MeasuredSteps, ANodeIsAllItsWires) {
  std::vector<std::string> missing;
  const auto steps = read(R"([{"do": "node", "node": "s1", "mode": "down", "at": 1.5}])", missing);
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].links, (std::vector<std::string>{"s1-s2", "edge"}));
  EXPECT_EQ(steps[0].at, Duration{1'500'000'000});
  EXPECT_TRUE(missing.empty());
}

TEST(MeasuredSteps, CommandsAreLevers) {
  std::vector<std::string> missing;
  const auto steps = read(
      R"([{"do": "sh", "node": "switches", "cmd": "ip link set br0 type bridge ageing_time 400"}])",
      missing);
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].nodes, (std::vector<std::string>{"s1", "s2"}));
  EXPECT_EQ(steps[0].time, Duration{4'000'000'000});
}

TEST(MeasuredSteps, AnInterfaceThatIsShutIsAWireThatIsDarkAtThatEnd) {
  std::vector<std::string> missing;
  const auto steps = read(R"([
      {"do": "sh", "node": "s2", "cmd": "ip link set s1 down"},
      {"do": "sh", "node": "s1", "cmd": "ip link set dev h1 up", "at": 2}])",
                          missing);
  EXPECT_TRUE(missing.empty());
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[0].kind, MeasuredStep::Kind::wire);
  EXPECT_EQ(steps[0].links, (std::vector<std::string>{"s1-s2"}));
  EXPECT_EQ(steps[0].what, "down_b");
  EXPECT_EQ(steps[1].links, (std::vector<std::string>{"edge"}));
  EXPECT_EQ(steps[1].what, "up");
  read(R"([{"do": "sh", "node": "s2", "cmd": "ip link set h1 down"}])", missing);
  EXPECT_EQ(missing, (std::vector<std::string>{"command 'ip link set h1 down'"}));
}

TEST(MeasuredSteps, OpenVSwitchGoesOnWithoutItsDatabase) {
  std::vector<std::string> missing;
  const auto steps = read(
      R"([{"do": "kill", "node": "s1", "daemon": ["ovsdb-server", "ovs-vswitchd"]}])", missing);
  EXPECT_TRUE(missing.empty());
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].subject, "ovs-vswitchd");
}

TEST(MeasuredSteps, ACommandOfSeveralPartsIsSeveralLeversAndWaitsForItsLastPacket) {
  std::vector<std::string> missing;
  const auto steps = read(R"([{"do": "sh", "node": "h1", "cmd":
      "ip addr add 10.0.0.11/24 dev s1; arping -q -U -S 10.0.0.11 -i s1 -c 2 10.0.0.11"}])",
                          missing);
  EXPECT_TRUE(missing.empty());
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(steps[0].kind, MeasuredStep::Kind::address);
  EXPECT_EQ(steps[0].what, "add");
  EXPECT_EQ(steps[0].subject, "10.0.0.11/24");
  EXPECT_EQ(steps[1].kind, MeasuredStep::Kind::announce);
  EXPECT_EQ(steps[1].port, "s1");
  EXPECT_EQ(steps[2].later, Duration{1'000'000'000});
  for (const MeasuredStep& step : steps) {
    EXPECT_EQ(step.waits, Duration{2'000'000'000});
  }
}

TEST(MeasuredSteps, AQuestionWithoutAnswerIsABroadcast) {
  std::vector<std::string> missing;
  const auto steps =
      read(R"([{"do": "sh", "node": "h1", "cmd": "arping -q -c 2 -i s1 10.0.0.99"}])", missing);
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[0].kind, MeasuredStep::Kind::ask);
  EXPECT_EQ(steps[0].subject, "10.0.0.99");
}

TEST(MeasuredSteps, TheVlansOfATrunkAreALever) {
  std::vector<std::string> missing;
  const auto steps =
      read(R"([{"do": "vsctl", "node": "s1", "cmd": "set port s2 trunks=10,20"}])", missing);
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].port, "s2");
  EXPECT_EQ(steps[0].vlans, (std::vector<std::uint16_t>{10, 20}));
  EXPECT_TRUE(missing.empty());
}

TEST(MeasuredSteps, ToPrepareARestartIsALineOfTheRunningConfiguration) {
  std::vector<std::string> missing;
  const auto steps =
      read(R"([{"do": "vty", "node": "s1", "cmd": "graceful-restart prepare ip ospf"}])", missing);
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_TRUE(missing.empty());
  EXPECT_EQ(steps[0].kind, MeasuredStep::Kind::configure);
  EXPECT_EQ(steps[0].subject, "ospf_graceful_restart");
  EXPECT_EQ(steps[0].what, "prepare");
}

TEST(MeasuredSteps, WhatIsNotKnownIsNamed) {
  std::vector<std::string> missing;
  read(R"([{"do": "sh", "node": "s1", "cmd": "reboot"}, {"do": "dance"},
           {"do": "wire", "link": "edge", "mode": "half"}])",
       missing);
  EXPECT_EQ(missing,
            (std::vector<std::string>{"command 'reboot'", "step 'dance'", "wire mode 'half'"}));
}

}  // namespace
}  // namespace switchfault
