#include "io/measured_topology.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "os/arguments.h"

namespace switchfault {
namespace {

MeasuredCase read(const char* text) {
  nlohmann::json topology = nlohmann::json::parse(text);
  MeasuredCase out;
  read_measured_topology(topology, out);
  return out;
}

TEST(MeasuredTopology, PortsAreNumberedInTheOrderOfTheLinks) {
  const MeasuredCase out = read(R"({"static_arp": true, "stp": {"mode": "stp", "cost": 2},
    "order": {"s1": 1, "s2": 2}, "nodes": {"s1": {"kind": "switch"}, "s2": {"kind": "switch"}},
    "links": [{"ends": ["s1", "s2"]}, {"ends": ["s2", "s1"], "id": "second"}]})");
  EXPECT_TRUE(out.missing.empty());
  EXPECT_EQ(out.interfaces.at("s1").at("p1"), "s2");
  EXPECT_EQ(out.interfaces.at("s1").at("p2"), "s2.2");
  EXPECT_EQ(out.links, (std::vector<std::string>{"s1-s2", "second"}));
  ASSERT_EQ(out.topology.nodes[0].protocols.size(), 1U);
  EXPECT_EQ(out.topology.nodes[0].protocols[0].kind, "stp");
  EXPECT_TRUE(out.topology.nodes[0].mac_sweep);
}

TEST(MeasuredTopology, AnImplementationIsAProfile) {
  const MeasuredCase out = read(R"({"static_arp": true, "impl": {"switch": "mstpd"},
    "stp": {"mode": "rstp"}, "order": {"s1": 1, "h1": 2},
    "nodes": {"s1": {"kind": "switch"}, "h1": {"kind": "host", "addr": "10.0.0.1/24"}},
    "links": [{"ends": ["s1", "h1"]}]})");
  EXPECT_EQ(out.topology.nodes[1].protocols[0].kind, "rstp");
  EXPECT_EQ(out.topology.nodes[1].processes[0].name, "mstpd");
  EXPECT_EQ(out.host_addresses.at("02:00:00:00:00:02"), "h1");
}

TEST(MeasuredTopology, AVirtualRouterIsThatOfItsDaemon) {
  const MeasuredCase out = read(R"({"order": {"s1": 1, "g1": 2, "u1": 3}, "stp": {"mode": "none"},
    "vrrp": [{"vrid": 5, "vip": "10.0.0.254", "on": "s1", "routers": {"g1": 200}, "track": ["u1"],
              "preempt": false}],
    "nodes": {"s1": {"kind": "switch"}, "g1": {"kind": "router"}, "u1": {"kind": "router"}},
    "links": [{"ends": ["s1", "g1"], "addr": {"g1": "10.0.0.1/24"}}, {"ends": ["g1", "u1"]}]})");
  EXPECT_TRUE(out.missing.empty());
  const NodeConfig& g1 = out.topology.nodes[0];
  EXPECT_EQ(g1.neighbors.profile, NeighborConfig::Profile::linux_kernel);
  EXPECT_EQ(g1.processes.back().name, "keepalived");
  ASSERT_EQ(g1.protocols.size(), 1U);
  const ArgumentReader vrrp(g1.protocols[0].arguments);
  EXPECT_EQ(vrrp.text("interface"), "p1");
  EXPECT_EQ(vrrp.names("track"), (std::vector<std::string>{"p2"}));
  EXPECT_EQ(vrrp.text("profile"), "keepalived");
  EXPECT_EQ(vrrp.integer("version"), 2);
  EXPECT_FALSE(vrrp.boolean("preempt"));
  ASSERT_EQ(out.gateways.size(), 1U);
  EXPECT_EQ(out.gateways[0].nodes, (std::vector<std::string>{"g1"}));
  EXPECT_FALSE(out.gateways[0].asks_daemon);
}

MeasuredCase bonded(const std::string& lacp) {
  const std::string text = R"({"static_arp": true, "order": {"s1": 1, "s2": 2},
    "impl": {"switch": "ovs"}, "stp": {"mode": "none"},
    "nodes": {"s1": {"kind": "switch"}, "s2": {"kind": "switch"}},
    "links": [{"ends": ["s1", "s2"], "bond": "lag", "lacp": )" +
                           lacp + R"(}, {"ends": ["s1", "s2"], "bond": "lag"}]})";
  return read(text.c_str());
}

TEST(MeasuredTopology, ABondOfOpenVSwitchIsAnAggregateWithLacp) {
  const MeasuredCase out = bonded(R"({"mode": "passive", "time": "fast"})");
  EXPECT_TRUE(out.missing.empty());
  const NodeConfig& node = out.topology.nodes[0];
  ASSERT_EQ(node.lags.size(), 1U);
  EXPECT_EQ(node.lags[0].name, "lag");
  EXPECT_EQ(node.lags[0].members.size(), 2U);
  ASSERT_EQ(node.protocols.size(), 1U);
  EXPECT_EQ(node.protocols[0].kind, "lacp");
  ASSERT_EQ(node.ports.back().name, "lag");
  const auto& arguments = node.ports.back().protocols.at("lacp");
  const auto has = [&](const char* name, const char* text) {
    return std::any_of(arguments.begin(), arguments.end(), [&](const Argument& argument) {
      return argument.name == name && argument.text == text;
    });
  };
  EXPECT_TRUE(has("mode", "passive"));
  EXPECT_TRUE(has("rate", "fast"));
}

TEST(MeasuredTopology, WhatTheSimulatorLacksIsNamed) {
  const MeasuredCase out = bonded(R"({"bond_mode": "balance-slb"})");
  EXPECT_EQ(out.missing,
            (std::vector<std::string>{"bond with lacp=active and bond_mode=balance-slb"}));
}

}  // namespace
}  // namespace switchfault
