#include "os/process.h"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "os/lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

// "name(function)" of each process.
std::string names(const NodeConfig& config) {
  std::string text;
  for (const Process& process : make_processes(config, 0)) {
    text += text.empty() ? "" : " ";
    text += process.name;
    if (process.name != function_name(process.function)) {
      text += "(" + std::string(function_name(process.function)) + ")";
    }
  }
  return text;
}

TEST(Processes, EachKindOfNodeHasThoseOfItsFunctions) {
  NodeConfig config;
  config.kind = NodeKind::switch_;
  EXPECT_EQ(names(config),
            "spanning_tree routing first_hop_redundancy mac_learning neighbor_resolution "
            "table_programmer management");
  config.kind = NodeKind::router;
  EXPECT_EQ(names(config),
            "routing first_hop_redundancy neighbor_resolution table_programmer management");
  config.kind = NodeKind::firewall;
  EXPECT_EQ(names(config),
            "routing first_hop_redundancy mac_learning neighbor_resolution table_programmer "
            "sessions management");
  config.kind = NodeKind::load_balancer;
  EXPECT_EQ(names(config),
            "routing first_hop_redundancy mac_learning neighbor_resolution table_programmer "
            "sessions health_checks management");
  config.kind = NodeKind::controller;
  EXPECT_EQ(names(config), "neighbor_resolution management");
  config.kind = NodeKind::host;
  EXPECT_EQ(names(config), "");
}

TEST(Processes, NamedOnesTakeThePlaceOfDefaultsOrStandBesideThem) {
  NodeConfig config;
  config.kind = NodeKind::controller;
  add_process(config, "sshd", "management");
  add_process(config, "neighbor_resolution", "");
  add_process(config, "thermald", "");
  add_process(config, "teamd", "lacp");
  EXPECT_EQ(names(config), "neighbor_resolution sshd(management) thermald(other) teamd(lacp)");
  EXPECT_EQ(process_count(config), 4U);
}

TEST(Processes, AreNumberedFromTheirBase) {
  NodeConfig config;
  config.kind = NodeKind::controller;
  const auto processes = make_processes(config, 40);
  EXPECT_EQ(processes[1].entity, Entity(EntityKind::process, 41));
}

TEST(Processes, ALeakGrowsByWholeAmountsOfTime) {
  Process process;
  process.state = ProcessState::running;
  process.memory_at_start = {1000};
  process.lost = {50};
  process.leak = {{10}, 3s};
  process.leak_since = kTimeZero + 1s;
  EXPECT_EQ(process.memory_at(kTimeZero + 1s), Bytes{1050});
  EXPECT_EQ(process.memory_at(kTimeZero + 7s), Bytes{1070});
  EXPECT_EQ(process.memory_at(kTimeZero + 7s - 1ns), Bytes{1069});
  process.state = ProcessState::crashed;
  EXPECT_EQ(process.memory_at(kTimeZero + 7s), Bytes{0});
}

TEST(Processes, ALargeLeakOverCenturiesDoesNotOverflow) {
  Process process;
  process.state = ProcessState::running;
  process.leak = {{std::int64_t{1} << 40U}, 1ns};
  EXPECT_EQ(process.memory_at(SimTime::max()), Bytes{std::int64_t{1} << 60U});
}

}  // namespace
}  // namespace switchfault
