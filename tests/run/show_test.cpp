#include <algorithm>

#include <gtest/gtest.h>

#include "run/scenario_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

const std::string kPanic = two_switches(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
faults: [{name: panic, kind: kernel_panic, select: s2, trigger: {at: 10m}}]
)");

Snapshot one(std::string_view what, Duration at) {
  const Scenario scenario = load_scenario_text("test.yaml", kPanic, builtin_catalog());
  const auto all = show(scenario, {}, at, "s1", std::string(what));
  return all.empty() ? Snapshot{} : all.front();
}

TEST(Show, PortsSeeTheCarrierAtTheTimeAskedFor) {
  const auto carrier_of_uplink = [](Duration at) {
    for (const auto& row : one("ports", at).rows) {
      if (row[0] == "eth2") {
        return row[1];
      }
    }
    return std::string("none");
  };
  EXPECT_EQ(carrier_of_uplink(9min), "yes");
  EXPECT_EQ(carrier_of_uplink(11min), "no");
}

TEST(Show, RoutesNameTheirInterface) {
  const Snapshot routes = one("routes", 1min);
  EXPECT_EQ(routes.columns, (Lines{"vrf", "prefix", "next hop", "interface"}));
  EXPECT_NE(std::find(routes.rows.begin(), routes.rows.end(),
                      Lines{"", "10.0.10.0/24", "connected", "vlan10"}),
            routes.rows.end());
}

TEST(Show, ATableOfAProtocolIsFoundByItsName) {
  std::string yaml = kPanic;
  const std::string plain = "boot: {cold: 4m, power_cycle: 5m}";
  yaml.replace(yaml.find(plain), plain.size(), plain + ", protocols: {rstp: {}}");
  const Scenario scenario = load_scenario_text("test.yaml", yaml, builtin_catalog());
  const auto tables = show(scenario, {}, 1min, "s1", "spanning-tree");
  ASSERT_EQ(tables.size(), 1U);
  EXPECT_FALSE(tables.front().rows.empty());
}

TEST(Show, EachVlanHasASectionWhereItHasATree) {
  std::string yaml = kPanic;
  const std::string plain = "boot: {cold: 4m, power_cycle: 5m}";
  yaml.replace(yaml.find(plain), plain.size(),
               plain + ", protocols: {rstp: {per_vlan: true, vlans: {10: {priority: 4096}}}}");
  const Scenario scenario = load_scenario_text("test.yaml", yaml, builtin_catalog());
  const auto tables = show(scenario, {}, 1min, "s1", "spanning-tree");
  ASSERT_FALSE(tables.empty());
  for (const Snapshot& table : tables) {
    EXPECT_EQ(table.title.substr(0, 21), "s1 spanning-tree VLAN");
    EXPECT_EQ(table.facts.size(), 3U);
    EXPECT_FALSE(table.rows.empty());
  }
}

TEST(Show, SessionsOfPacketsUntilTheyEnd) {
  const Scenario scenario = load_scenario_text("test.yaml", R"(title: test
topology:
  name: t
  topology:
    nodes:
      fw: {kind: firewall, os: x, version: 1.0.0, boot: {cold: 1m},
           interfaces: {eth1: {address: 10.0.1.254/24}, eth2: {address: 10.0.2.254/24}},
           stateful: {session_capacity: 100, udp_timeout: 30s}}
      desk: {kind: host, address: 10.0.1.1/24, gateway: 10.0.1.254}
      web: {kind: host, address: 10.0.2.1/24, gateway: 10.0.2.254}
    links:
      - endpoints: ["desk:eth0", "fw:eth1"]
      - endpoints: ["web:eth0", "fw:eth2"]
traffic: {calls: {from: desk, to: web, port: 5060, rate: 8kbps, size: 1000B, until: 10m}}
clock: {warm_up: 1m, duration: 1h}
)",
                                               builtin_catalog());
  const auto rows = [&](Duration at) { return show(scenario, {}, at, "fw", "sessions")[0].rows; };
  EXPECT_EQ(rows(5min + 500ms), (std::vector<Lines>{{"10.0.1.1 port 50000", "10.0.2.1 port 5060",
                                                     "udp", "opened", "499.99184ms", "30s"}}));
  EXPECT_EQ(rows(10min + 29s).size(), 1U);
  EXPECT_EQ(rows(10min + 30s).size(), 0U);
}

TEST(Show, KnowsItsTables) {
  const auto tables = show_tables();
  for (const char* name : {"routes", "neighbors", "mac", "lag", "processes", "ports", "sessions",
                           "spanning-tree", "vrrp"}) {
    EXPECT_NE(std::find(tables.begin(), tables.end(), name), tables.end()) << name;
  }
}

}  // namespace
}  // namespace switchfault
