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

// Each pair of names whose beginnings differ is in the order of these.
TEST(NaturalOrder, IsThatOfBeginnings) {
  const Texts names = {"",
                       "eth",
                       "eth0",
                       "eth1",
                       "eth02",
                       "eth2",
                       "eth2.5",
                       "eth9",
                       "eth10",
                       "eth255",
                       "eth256",
                       "eth65536",
                       "eth-1",
                       "eth/1",
                       "eth:1",
                       "a1b2c3",
                       "a1b10c3",
                       "host-12-34-5",
                       "host-12-34-45",
                       "host-12-34-45-7-a",
                       "a99999999999999999999999",
                       "a99999999999999999999998",
                       "core"};
  std::size_t told = 0;
  for (const std::string& a : names) {
    for (const std::string& b : names) {
      if (natural_beginning(a) != natural_beginning(b)) {
        EXPECT_EQ(natural_beginning(a) < natural_beginning(b), naturally_before(a, b)) << a << b;
        ++told;
      }
    }
  }
  EXPECT_GT(told, 480U);
}

TEST(NaturalOrder, SortsItemsByTheirNames) {
  Texts names = {"host-12-34-45-7-10", "host-12-34-45-7-9", "eth10", "eth2", "a"};
  sort_naturally(names, [](const std::string& name) { return std::string_view(name); });
  EXPECT_EQ(names, (Texts{"a", "eth2", "eth10", "host-12-34-45-7-9", "host-12-34-45-7-10"}));
}

TEST(NodeNames, AreFound) {
  std::vector<NodeConfig> configs(100);
  std::vector<const NodeConfig*> nodes;
  for (std::size_t i = 0; i < configs.size(); ++i) {
    configs[i].name = "n" + std::to_string(i);
    nodes.push_back(&configs[i]);
  }
  const NodeNames names(nodes);
  const auto find = [&](std::string_view name) {
    return names.find(name,
                      [&](std::uint32_t node) { return std::string_view(nodes[node]->name); });
  };
  for (std::uint32_t i = 0; i < configs.size(); ++i) {
    EXPECT_EQ(find(configs[i].name), i);
  }
  EXPECT_EQ(find("n100"), NodeNames::kNone);
  EXPECT_EQ(find(""), NodeNames::kNone);
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
