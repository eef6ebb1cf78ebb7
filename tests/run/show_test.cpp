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

TEST(Show, KnowsItsTables) {
  const auto tables = show_tables();
  for (const char* name :
       {"routes", "neighbors", "mac", "lag", "processes", "ports", "spanning-tree", "vrrp"}) {
    EXPECT_NE(std::find(tables.begin(), tables.end(), name), tables.end()) << name;
  }
}

}  // namespace
}  // namespace switchfault
