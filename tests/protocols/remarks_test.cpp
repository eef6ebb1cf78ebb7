#include "protocols/remarks.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using Texts = std::vector<std::string>;

Argument argument(const std::string& name, const std::string& text) {
  return {.name = name, .text = text, .items = {}, .at = {}};
}

// r1:eth1 to r2:eth1, in 10.0.0.0/30, both with a kind of protocol that has these settings.
Topology two_routers(const std::string& kind, const Arguments& settings) {
  Topology topology;
  for (const char* name : {"r1", "r2"}) {
    NodeConfig node{.name = name, .kind = NodeKind::router};
    InterfaceConfig interface { .name = "eth1" };
    interface.addresses.push_back(
        {IpPrefix(IpAddress::v4(node.name == "r1" ? 0x0a000001U : 0x0a000002U), 30), {}});
    node.interfaces.push_back(interface);
    node.protocols.push_back({.kind = kind, .arguments = settings, .at = {}});
    topology.nodes.push_back(node);
  }
  LinkConfig link;
  link.a = {.node = {.text = "r1", .at = {}}, .port = "eth1"};
  link.b = {.node = {.text = "r2", .at = {}}, .port = "eth1"};
  topology.links.push_back(link);
  return topology;
}

Arguments& settings_of(Topology& topology, std::size_t node, const std::string& kind) {
  return topology.nodes[node].interfaces.front().protocols[kind];
}

Texts texts(const std::vector<Remark>& remarks) {
  Texts all;
  for (const Remark& remark : remarks) {
    all.push_back(remark.text);
  }
  return all;
}

// Two links between s1 and s2, an aggregate at both ends, with these modes; empty: no lacp.
Topology bundle(const std::string& a, const std::string& b) {
  Topology topology;
  for (const auto& [name, mode] : {std::pair("s1", a), std::pair("s2", b)}) {
    NodeConfig node{.name = name, .kind = NodeKind::switch_};
    LagConfig lag{.name = "po1"};
    lag.members = {{.text = "eth1", .at = {}}, {.text = "eth2", .at = {}}};
    node.lags.push_back(lag);
    if (!mode.empty()) {
      node.protocols.push_back({.kind = "lacp", .arguments = {argument("mode", mode)}, .at = {}});
    }
    topology.nodes.push_back(node);
  }
  for (const char* const port : {"eth1", "eth2"}) {
    LinkConfig link;
    link.a = {.node = {.text = "s1", .at = {}}, .port = port};
    link.b = {.node = {.text = "s2", .at = {}}, .port = port};
    topology.links.push_back(link);
  }
  return topology;
}

TEST(Remarks, LacpNeedsTwoEndsOfWhichOneBegins) {
  EXPECT_EQ(texts(lacp_remarks(bundle("active", "passive"))), Texts{});
  EXPECT_EQ(texts(lacp_remarks(bundle("", ""))), Texts{});
  EXPECT_EQ(texts(lacp_remarks(bundle("active", ""))),
            (Texts{"'s1:po1' speaks lacp and 's2:po1' does not: it stays down"}));
  EXPECT_EQ(texts(lacp_remarks(bundle("passive", "passive"))),
            (Texts{"lacp is passive at 's1:po1' and at 's2:po1': neither begins, both stay down"}));
}

TEST(Remarks, LacpOfAnAggregateMayBeOffOrOneLinkAlone) {
  Topology topology = bundle("active", "");
  topology.nodes[0].protocols[0].arguments.push_back(argument("silent", "one"));
  EXPECT_EQ(texts(lacp_remarks(topology)),
            (Texts{"'s1:po1' speaks lacp and 's2:po1' does not: one link works alone"}));
  PortConfig off{.name = "po1"};
  off.protocols["lacp"] = {argument("mode", "off")};
  topology.nodes[0].ports.push_back(off);
  EXPECT_EQ(texts(lacp_remarks(topology)), Texts{});
  topology = bundle("active", "");
  topology.nodes[1].kind = NodeKind::host;
  EXPECT_EQ(texts(lacp_remarks(topology)), Texts{});
}

Topology ospf_pair() {
  return two_routers("ospf", {argument("area", "0"), argument("hello", "10s"),
                              argument("dead", "40s"), argument("network", "broadcast")});
}

TEST(Remarks, TwoEndsThatFitNeedNone) {
  Topology topology = ospf_pair();
  settings_of(topology, 1, "ospf") = {argument("area", "0.0.0.0"), argument("hello", "10000ms")};
  EXPECT_EQ(texts(ospf_remarks(topology)), Texts{});
}

TEST(Remarks, OspfNeedsTheSameAreaIntervalsAndNetworkAtBothEnds) {
  Topology topology = ospf_pair();
  settings_of(topology, 1, "ospf") = {argument("area", "1"), argument("dead", "4s"),
                                      argument("network", "point_to_point")};
  topology.nodes[1].interfaces.front().addresses.front().prefix =
      IpPrefix::parse("10.9.0.2/30").value();
  EXPECT_EQ(texts(ospf_remarks(topology)),
            (Texts{"'r1:eth1' has area 0 of ospf and 'r2:eth1' has 1: they form no adjacency",
                   "'r1:eth1' has dead 40s of ospf and 'r2:eth1' has 4s: they form no adjacency",
                   "'r1:eth1' has network broadcast of ospf and 'r2:eth1' has point_to_point: "
                   "routes over this link are not used",
                   "'r1:eth1' is in 10.0.0.0/30 and 'r2:eth1' in 10.9.0.0/30: next hops between "
                   "them cannot be reached"}));
}

TEST(Remarks, OneEndAloneFormsNoAdjacency) {
  Topology topology = ospf_pair();
  settings_of(topology, 0, "ospf") = {argument("passive", "true")};
  EXPECT_EQ(texts(ospf_remarks(topology)),
            (Texts{"'r2:eth1' speaks ospf and 'r1:eth1' does not: they form no adjacency"}));
}

TEST(Remarks, BgpNeedsTheOtherEndAndItsNumber) {
  Topology topology = two_routers("bgp", {argument("as", "65001")});
  settings_of(topology, 0, "bgp") = {argument("remote_as", "65002")};
  EXPECT_EQ(texts(bgp_remarks(topology)),
            (Texts{"'r1:eth1' wants a bgp session and 'r2:eth1' does not: it never comes up"}));
  settings_of(topology, 1, "bgp") = {argument("remote_as", "65001")};
  EXPECT_EQ(texts(bgp_remarks(topology)),
            (Texts{"remote_as of 'r1:eth1' is 65002 and 'r2:eth1' is in AS 65001: the session is "
                   "refused"}));
}

TEST(Remarks, BfdNeedsBothEndsAndARouteThatFollowsItNeedsBfd) {
  Topology topology = two_routers("bfd", {});
  EXPECT_EQ(texts(bfd_remarks(topology)), Texts{});
  topology.nodes[1].protocols.clear();
  topology.nodes[1].routes.push_back({.prefix = IpPrefix::parse("10.7.0.0/16").value(),
                                      .next_hops = {IpAddress::parse("10.0.0.1").value()},
                                      .bfd = true,
                                      .at = {}});
  EXPECT_EQ(
      texts(bfd_remarks(topology)),
      (Texts{"'r1:eth1' has bfd and 'r2:eth1' has not: silence between them is noticed by nobody",
             "the route to 10.7.0.0/16 follows bfd, which 'r2' does not run: it is never used"}));
}

// A ring, or a chain, of bridges.
Topology bridges(std::size_t count, bool ring, const Arguments& settings) {
  Topology topology;
  for (std::size_t i = 0; i < count; ++i) {
    NodeConfig node{.name = "s" + std::to_string(i), .kind = NodeKind::switch_};
    node.protocols.push_back({.kind = "rstp", .arguments = settings, .at = {}});
    topology.nodes.push_back(node);
  }
  for (std::size_t i = 0; i + (ring ? 0 : 1) < count; ++i) {
    LinkConfig link;
    link.a = {.node = {.text = topology.nodes[i].name, .at = {}}, .port = "right"};
    link.b = {.node = {.text = topology.nodes[(i + 1) % count].name, .at = {}}, .port = "left"};
    topology.links.push_back(link);
  }
  return topology;
}

Arguments timers(const std::string& hello, const std::string& age, const std::string& delay) {
  return {argument("hello", hello), argument("max_age", age), argument("forward_delay", delay)};
}

TEST(Remarks, TimersOf8021DHoldTogether) {
  EXPECT_EQ(texts(bridge_remarks(bridges(1, false, timers("2s", "20s", "15s")), "rstp", true)),
            Texts{});
  const auto late = bridge_remarks(bridges(1, false, timers("2s", "20s", "10s")), "rstp", true);
  EXPECT_EQ(texts(late), (Texts{"max_age 20s of 's0' is more than 2 x (forward_delay 10s - 1s): "
                                "ports may forward before all old information has gone"}));
  EXPECT_TRUE(late.front().refused);
  const auto hasty = bridge_remarks(bridges(1, false, timers("2s", "5s", "15s")), "rstp", false);
  EXPECT_EQ(texts(hasty),
            (Texts{"max_age 5s of 's0' is less than 2 x (hello 2s + 1s): one lost BPDU moves the "
                   "tree"}));
  EXPECT_FALSE(hasty.front().refused);
}

TEST(Remarks, InformationMustLiveFromOneEndToTheOther) {
  const Arguments usual = timers("2s", "20s", "15s");
  EXPECT_EQ(texts(bridge_remarks(bridges(21, true, usual), "rstp", true)), Texts{});
  EXPECT_EQ(texts(bridge_remarks(bridges(22, true, usual), "rstp", true)),
            (Texts{"a ring of 22 bridges: without one of its links they are up to 21 apart, and "
                   "information lives for 20"}));
  EXPECT_EQ(texts(bridge_remarks(bridges(22, false, usual), "rstp", true)),
            (Texts{"bridges are up to 21 apart, and information lives for 20"}));
}

TEST(Remarks, ATreeForEachVlanNeedsNeighboursThatHaveThem) {
  Topology topology = bridges(2, false, {argument("per_vlan", "true")});
  EXPECT_EQ(texts(vlan_tree_remarks(topology, "rstp")), Texts{});
  topology.nodes[1].protocols[0].arguments = {argument("per_vlan", "false")};
  EXPECT_EQ(texts(vlan_tree_remarks(topology, "rstp")), Texts{});  // One VLAN: access ports.
  topology.nodes[0].lags.push_back({.name = "po1", .members = {{.text = "right", .at = {}}}});
  topology.nodes[0].ports.push_back({.name = "po1", .trunk_vlans = {1, 20}});
  const auto remarks = vlan_tree_remarks(topology, "rstp");
  EXPECT_EQ(texts(remarks),
            (Texts{"'s0' has a tree for each VLAN and its neighbour 's1' on a trunk "
                   "one for all: between them only VLAN 1 has one"}));
  EXPECT_FALSE(remarks.front().refused);
}

TEST(Remarks, WhatATreeForEachVlanDoesNotGoWithIsRefused) {
  Topology topology = bridges(1, false, {argument("per_vlan", "true"), argument("version", "stp")});
  topology.nodes[0].mlag.emplace();
  topology.nodes[0].protocols[0].arguments[0].at.line = 7;
  const auto remarks = vlan_tree_remarks(topology, "rstp");
  EXPECT_EQ(texts(remarks),
            (Texts{"'s0' is one of an MLAG pair, which has one tree",
                   "a tree for each VLAN speaks rapid BPDUs, and 's0' is told version: stp"}));
  EXPECT_TRUE(remarks.front().refused);
  EXPECT_EQ(remarks.front().at.line, 7U);
  topology.nodes[0].protocols[0].arguments = {argument("per_vlan", "false")};
  topology.nodes[0].protocols[0].vlans[20] = {argument("priority", "4096")};
  EXPECT_EQ(texts(vlan_tree_remarks(topology, "rstp")),
            (Texts{"'s0' has one tree for all VLANs, and settings of VLAN 20"}));
}

}  // namespace
}  // namespace switchfault
