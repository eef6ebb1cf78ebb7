#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/diary_protocol.h"
#include "net/lab.h"

namespace switchfault {
namespace {

const char* const kCampus = R"(
  switch s10 s2
  router r1
  host h1 10.0.1.10/24 2001:db8:1::10/64 via 10.0.1.1
  link s2:eth2 s10:eth10
  link h1:eth0 s10:eth1
  link s2:eth1 r1:eth1
  link s10:eth9 s2:eth3
  lag s2:po2 eth2
  lag s2:po1 eth3
  lag s10:po1 eth9
  address r1:eth1 10.0.1.1/24
  address r1:lo 10.255.0.1/32
  address r1:eth3 10.9.0.1/24 vrf=red
  address r1:eth2 10.8.0.1/24 vrf=management
)";

// What others refer to by number or derive from names, as one text a part.
Log structure(const NetLab& lab) {
  Log lines;
  const Network& network = lab.network();
  for (std::size_t i = 0; i < network.node_count(); ++i) {
    const Node& node = network.node(static_cast<NodeIndex>(i));
    lines.push_back(node.config->name + " " + format_mac(node.mac));
    for (const LogicalPortInfo& port : node.logical_ports) {
      lines.push_back(network.name(port.entity()) + " " + std::to_string(port.entity().index()));
    }
    for (const Interface& interface : node.interfaces) {
      lines.push_back(network.name(interface.entity()) + " " +
                      std::to_string(interface.entity().index()) + " " +
                      format_mac(interface.mac()));
    }
  }
  for (std::size_t i = 0; i < network.link_count(); ++i) {
    const Link& link = network.link(static_cast<LinkIndex>(i));
    lines.push_back(network.name(entity_of(static_cast<LinkIndex>(i))) + " " +
                    format_duration(link.terms->delay) + " " +
                    std::to_string(link.terms->background[0].bits_per_second));
  }
  return lines;
}

TEST(NetworkBuild, NumbersByNamesAndNotByLines) {
  NetPlan plan(kCampus);
  plan.topology.links[0].background_ab = {5};  // s2 to s10
  NetLab lab(plan, {});

  NetPlan turned(kCampus);
  turned.topology.links[0].background_ba = {5};
  std::ranges::reverse(turned.topology.nodes);
  std::ranges::reverse(turned.topology.links);
  for (LinkConfig& link : turned.topology.links) {
    if (link.a.port == "eth2") {
      std::swap(link.a, link.b);
    }
  }
  for (NodeConfig& node : turned.topology.nodes) {
    std::ranges::reverse(node.interfaces);
    std::ranges::reverse(node.lags);
  }
  EXPECT_EQ(structure(lab), structure(NetLab(turned, {})));
}

TEST(NetworkBuild, LinksAreOrderedByTheirLesserEnd) {
  NetLab lab(kCampus);
  Log names;
  for (std::size_t i = 0; i < lab.network().link_count(); ++i) {
    names.push_back(lab.network().name(entity_of(static_cast<LinkIndex>(i))));
  }
  EXPECT_EQ(names, (Log{"h1:eth0 -- s10:eth1", "r1:eth1 -- s2:eth1", "s2:eth2 -- s10:eth10",
                        "s2:eth3 -- s10:eth9"}));
}

TEST(NetworkBuild, DirectionsOfALinkTurnWithItsEnds) {
  NetPlan plan("switch a b");
  LinkConfig& link = plan.link("b:eth1", "a:eth1");
  link.loss_ab = 0.25;
  link.background_ba = {7};
  NetLab lab(plan, {});
  const Link& built = lab.network().link(LinkIndex{0});
  EXPECT_EQ(built.terms->loss[1], 0.25);  // From b, now the second end.
  EXPECT_EQ(built.terms->loss[0], 0);
  EXPECT_EQ(built.terms->background[0].bits_per_second, 7);
}

TEST(NetworkBuild, InterfacesKnowTheirKindPortAndVrf) {
  NetLab lab(R"(
    router r1
    address r1:eth1.20 10.0.20.1/24
    address r1:lo 10.255.0.1/32
    address r1:eth2 10.8.0.1/24 vrf=management
    address r1:eth3 10.9.0.1/24 vrf=blue
  )");
  const Node& r1 = lab.node("r1");
  EXPECT_THAT(r1.vrfs(), testing::ElementsAre("", "blue", "management"));
  const Interface& sub = r1.interfaces[0];
  EXPECT_EQ(sub.kind, InterfaceKind::sub);
  EXPECT_EQ(sub.vlan, 20);
  EXPECT_EQ(sub.port, lab.logical("r1:eth1").second);
  EXPECT_EQ(r1.interfaces[1].vrf, VrfIndex{2});
  EXPECT_EQ(r1.interfaces[2].vrf, VrfIndex{1});
  EXPECT_EQ(r1.interfaces[3].kind, InterfaceKind::loopback);
  EXPECT_EQ(r1.interfaces[3].port, LogicalPort::none);
}

TEST(NetworkBuild, ProtocolsAreNumberedByTheirArguments) {
  const auto instances = [](const std::string& first, const std::string& second) {
    NetLab lab("switch s1\n protocol s1 " + first + "\n protocol s1 " + second, with_diaries());
    Log processes;
    for (const auto& protocol : lab.node("s1").protocols) {
      processes.push_back(protocol->table().name);
    }
    return processes;
  };
  EXPECT_EQ(instances("diary id=10", "diary id=9"), (Log{"diary 9", "diary 10"}));
  EXPECT_EQ(instances("diary id=9", "diary id=10"), (Log{"diary 9", "diary 10"}));
}

TEST(NetworkBuild, ProtocolsOfHostsAreNobodys) {
  const NetLab lab("switch s1\n protocol s1 diary\n host h1 10.0.0.1/24\n protocol h1 diary",
                   with_diaries());
  EXPECT_EQ(lab.node("s1").protocols.size(), 1U);
  EXPECT_TRUE(lab.node("h1").protocols.empty());
}

// MACs of nodes have 24 bits of their own, so that among 10,000 nodes some would collide.
TEST(NetworkBuild, MacsAreUniqueInALargeNetwork) {
  NetPlan plan;
  for (int i = 0; i < 10'000; ++i) {
    plan.add_node(NodeKind::host, "h" + std::to_string(i));
  }
  NetLab lab(plan, {});
  std::set<MacAddress> macs;
  for (std::size_t i = 0; i < lab.network().node_count(); ++i) {
    macs.insert(lab.network().node(static_cast<NodeIndex>(i)).mac);
  }
  EXPECT_EQ(macs.size(), 10'000U);
}

TEST(NetworkBuild, AStableIdSurvivesARename) {
  NetPlan plan("switch a");
  plan.topology.nodes[0].id = "rack 7";
  NetPlan renamed("switch b");
  renamed.topology.nodes[0].id = "rack 7";
  EXPECT_EQ(NetLab(plan, {}).node("a").mac, NetLab(renamed, {}).node("b").mac);
}

}  // namespace
}  // namespace switchfault
