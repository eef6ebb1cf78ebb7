#include "net/port_names.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using Texts = std::vector<std::string>;

TEST(NaturalOrder, ComparesRunsOfDigitsAsNumbers) {
  Texts names = {"eth10", "eth2", "Ethernet1/12", "Ethernet1/2", "eth02", "eth", "mgmt0", "eth2.5"};
  std::ranges::sort(names, [](const auto& a, const auto& b) { return natural_order(a, b) < 0; });
  EXPECT_EQ(names, (Texts{"Ethernet1/2", "Ethernet1/12", "eth", "eth02", "eth2", "eth2.5", "eth10",
                          "mgmt0"}));
}

TEST(NaturalOrder, IsTotal) {
  EXPECT_TRUE(natural_order("eth1", "eth1") == 0);
  EXPECT_TRUE(natural_order("eth01", "eth1") < 0);
  EXPECT_TRUE(natural_order("eth00000000000000000000002", "eth10") < 0);
}

struct ParsedName {
  std::string name;
  std::uint16_t vlan;
  InterfaceKind kind;
  std::string port;
  std::uint16_t parsed_vlan;
};

TEST(InterfaceName, SaysWhatItStandsOn) {
  const std::vector<ParsedName> cases = {
      {"vlan10", 0, InterfaceKind::vlan, "", 10},
      {"vlan10", 20, InterfaceKind::vlan, "", 20},
      {"servers", 30, InterfaceKind::vlan, "", 30},
      {"eth1.20", 0, InterfaceKind::sub, "eth1", 20},
      {"eth1.1", 20, InterfaceKind::sub, "eth1", 20},
      {"ge-0/0/1.0", 0, InterfaceKind::routed, "ge-0/0/1", 0},
      {"eth3", 0, InterfaceKind::routed, "eth3", 0},
      {"lo", 0, InterfaceKind::loopback, "", 0},
      {"lo10", 0, InterfaceKind::loopback, "", 0},
      {"long1", 0, InterfaceKind::routed, "long1", 0},
      {"mgmt0", 0, InterfaceKind::routed, "mgmt0", 0},
  };
  for (const ParsedName& expected : cases) {
    InterfaceConfig config;
    config.name = expected.name;
    config.vlan = expected.vlan;
    const InterfaceName parsed = parse_interface_name(config);
    EXPECT_EQ(parsed.kind, expected.kind) << expected.name;
    EXPECT_EQ(parsed.port, expected.port) << expected.name;
    EXPECT_EQ(parsed.vlan, expected.parsed_vlan) << expected.name;
  }
}

Texts texts(std::span<const std::string_view> names) {
  return {names.begin(), names.end()};
}

TEST(PortNames, ComeFromLinksConfigurationAggregatesAndInterfaces) {
  NodeConfig a;
  a.name = "a";
  a.ports.resize(2);
  a.ports[0].name = "eth9";
  a.ports[1].name = "po1";  // Settings of the aggregate, no port.
  a.lags.push_back({.name = "po1", .members = {{"eth4", {}}, {"eth3", {}}}, .at = {}});
  a.interfaces.resize(3);
  a.interfaces[0].name = "eth11.7";
  a.interfaces[1].name = "vlan5";
  a.interfaces[2].name = "lo";
  NodeConfig b;
  b.name = "b";
  Topology topology;
  topology.links.resize(2);
  topology.links[0].a = {{"b", {}}, "eth1"};
  topology.links[0].b = {{"a", {}}, "eth10"};
  topology.links[1].a = {{"a", {}}, "eth3"};
  topology.links[1].b = {{"nobody", {}}, "eth1"};
  const std::vector<const NodeConfig*> nodes = {&a, &b};

  const PortNames names(topology, nodes);
  EXPECT_EQ(texts(names.of(0)), (Texts{"eth3", "eth4", "eth9", "eth10", "eth11"}));
  EXPECT_EQ(texts(names.of(1)), (Texts{"eth1"}));
  EXPECT_EQ(names.find(0, "eth10"), 3U);
  EXPECT_EQ(names.find(0, "eth1"), PortNames::kNone);
  EXPECT_EQ(names.link_ends()[1].node, 0U);  // eth10 of a.
  EXPECT_EQ(names.link_ends()[1].port, 3U);
  EXPECT_EQ(names.link_ends()[3].node, PortNames::End::kUnknown);
}

}  // namespace
}  // namespace switchfault
