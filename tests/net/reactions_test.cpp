#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "net/diary_protocol.h"
#include "net/lab.h"

namespace switchfault {
namespace {

Log routes(const NetLab& lab, std::string_view node) {
  Log prefixes;
  for (const FibEntry& entry : lab.network().chip(lab.index(node)).routes()) {
    prefixes.push_back(entry.prefix.text());
  }
  return prefixes;
}

const char* const kRouters = R"(
  router r1 r2
  link r1:eth1 r2:eth1
  address r1:eth1 10.0.0.1/24
  address r2:eth1 10.0.0.2/24
  route r1 0.0.0.0/0 10.0.0.2
)";

NetPlan with_boots(const std::string& text) {
  NetPlan plan(text);
  for (NodeConfig& node : plan.topology.nodes) {
    node.boots[static_cast<std::size_t>(BootKind::cold)] = {60s, 50s, 60s};
    node.boots[static_cast<std::size_t>(BootKind::warm)] = {0s, 50s, 50s};
  }
  return plan;
}

TEST(Reactions, RoutesFollowInterfacesWhileTheRoutingProcessRuns) {
  NetLab lab(kRouters);
  EXPECT_EQ(routes(lab, "r1"), (Log{"10.0.0.0/24", "0.0.0.0/0"}));
  lab.os("r1").stop(lab.os("r1").find_process("routing"));
  lab.cut("r1:eth1");
  EXPECT_EQ(routes(lab, "r1"), (Log{"10.0.0.0/24", "0.0.0.0/0"}));  // Stale.
  EXPECT_EQ(routes(lab, "r2"), Log{});
  lab.restart("r1", "routing");
  EXPECT_EQ(routes(lab, "r1"), Log{});
}

TEST(Reactions, AColdBootWritesEverythingAgain) {
  NetLab lab(with_boots(R"(
    switch s1
    host h1 10.0.0.10/24 via 10.0.0.1
    link s1:eth1 h1:eth0
    lag s1:po1 eth1
    address s1:vlan1 10.0.0.1/24
    route s1 10.9.0.0/16
  )"),
             {});
  lab.os("s1").boot(BootKind::cold, "reload");
  EXPECT_EQ(routes(lab, "s1"), Log{});
  lab.run_for(61s);
  const Chip& chip = lab.os("s1").chip();
  EXPECT_EQ(routes(lab, "s1"), (Log{"10.0.0.0/24", "10.9.0.0/16"}));
  EXPECT_EQ(chip.lag_members(LogicalPort{1}).size(), 1U);
  EXPECT_EQ(chip.port_state(LogicalPort{1}), StpState::forwarding);
  EXPECT_TRUE(lab.interface_up("s1:vlan1"));
}

TEST(Reactions, AWarmBootLeavesTheTablesAlone) {
  NetLab lab(with_boots(kRouters), {});
  lab.os("r1").boot(BootKind::warm, "upgrade");
  EXPECT_EQ(routes(lab, "r1"), (Log{"10.0.0.0/24", "0.0.0.0/0"}));
  lab.run_for(20s);
  lab.cut("r1:eth1");
  EXPECT_EQ(routes(lab, "r1"), (Log{"10.0.0.0/24", "0.0.0.0/0"}));
  lab.run_for(40s);
  EXPECT_EQ(routes(lab, "r1"), Log{});
}

TEST(Reactions, ProtocolsStartAndStopWithTheirProcess) {
  NetLab lab(with_boots(R"(
    switch s1 s2
    link s1:eth1 s2:eth1
    protocol s1 diary
  )"),
             with_diaries());
  lab.at(1s, [&] { lab.hang("s1", "spanning_tree"); });
  lab.at(2s, [&] { lab.cut("s1:eth1"); });
  lab.at(3s, [&] { lab.restart("s1", "spanning_tree"); });
  lab.at(4s, [&] { lab.restart("s1", "spanning_tree"); });
  lab.at(5s, [&] { lab.crash("s1", "routing"); });
  lab.at(6s, [&] { lab.os("s1").boot(BootKind::cold, "reload"); });
  lab.run_for(100s);
  EXPECT_EQ(diary(lab, "s1"),
            (Log{"1s stop", "3s start", "4s stop", "4s start", "6s stop", "56s start"}));
}

TEST(Reactions, PortsWithoutSpanningTreeForwardAndOthersWaitForIt) {
  NetLab lab(R"(
    switch s1 s2
    link s1:eth1 s2:eth1
    address s1:eth2 10.0.0.1/24
    protocol s1 diary
  )",
             with_diaries());
  EXPECT_EQ(lab.os("s1").chip().port_state(LogicalPort{0}), StpState::discarding);
  EXPECT_EQ(lab.os("s1").chip().port_state(LogicalPort{1}), StpState::forwarding);  // Routed.
  EXPECT_EQ(lab.os("s2").chip().port_state(LogicalPort{0}), StpState::forwarding);
}

TEST(Reactions, WithoutConfigurationARouterHasNoAddressesAndNoRoutes) {
  NetLab lab(with_boots(kRouters), {});
  lab.os("r1").lose_startup_configuration();
  lab.os("r1").boot(BootKind::cold, "reload");
  lab.run_for(2min);
  EXPECT_EQ(routes(lab, "r1"), Log{});
  EXPECT_TRUE(lab.os("r1").chip().router_macs().empty());
  EXPECT_FALSE(lab.carrier("r2:eth1"));  // Routers leave the factory with their ports shut.
  lab.os("r1").restore_configuration();
  lab.os("r1").boot(BootKind::cold, "reload");
  lab.run_for(2min);
  EXPECT_EQ(routes(lab, "r1"), (Log{"10.0.0.0/24", "0.0.0.0/0"}));
  EXPECT_TRUE(lab.carrier("r2:eth1"));
}

TEST(Reactions, HostsHaveTheirRoutesWithoutAnOs) {
  NetLab lab(R"(
    switch s1
    host h1 10.0.0.10/24 2001:db8::10/64 via 10.0.0.1 via 2001:db8::1
    link s1:eth1 h1:eth0
  )");
  EXPECT_EQ(routes(lab, "h1"), (Log{"10.0.0.0/24", "0.0.0.0/0", "2001:db8::/64", "::/0"}));
  lab.set_host_up("h1", false);
  lab.set_host_up("h1", true);
  EXPECT_EQ(routes(lab, "h1"), (Log{"10.0.0.0/24", "0.0.0.0/0", "2001:db8::/64", "::/0"}));
  lab.cut("s1:eth1");
  EXPECT_EQ(routes(lab, "h1"), Log{});
}

// Who reads a node, a MAC or a neighbour is told of changes of that alone.
struct Reader final : WalkOwner {
  explicit Reader(NetLab& lab) : network(lab.network()), id(network.add_owner(*this)) {}
  void stale(ObservationId /*cause*/) override { ++told; }
  int watch_told(const ReadSet& reads, const std::function<void()>& change) {
    told = 0;
    network.watch(id, reads);
    change();
    return told;
  }
  Network& network;
  WatchId id;
  int told = 0;
};

TEST(Reactions, ReadersAreToldByKey) {
  NetLab lab(R"(
    switch s1 s2
    link s1:eth1 s2:eth1
    address s1:vlan1 10.0.0.1/24
  )");
  const NodeIndex s1 = lab.index("s1");
  const MacAddress mac{0x42};
  const IpAddress address = IpAddress::v4(0x0a000002);
  ReadSet node;
  node.nodes = {s1};
  ReadSet mac_key;
  mac_key.macs = {{.node = s1, .vlan = 1, .mac = mac}};
  ReadSet neighbor_key;
  neighbor_key.neighbors = {{.node = s1, .vrf = VrfIndex::global, .address = address}};
  SwitchOs& os = lab.os("s1");
  const auto learn = [&](MacAddress what) {
    return [&os, what] { os.program(LearnMac{{.vlan = 1, .mac = what, .port = LogicalPort{0}}}); };
  };
  const auto resolve = [&] {
    os.program(SetNeighbor{{.address = address, .mac = mac, .interface = InterfaceIndex{0}}});
  };
  const auto flush = [&] { os.program(FlushMacs{LogicalPort::none, LogicalPort::none}); };
  const auto crash = [&] { lab.crash("s1", "neighbor_resolution"); };

  Reader reader(lab);
  EXPECT_EQ(reader.watch_told(mac_key, learn(MacAddress{0x43})), 0);
  EXPECT_EQ(reader.watch_told(mac_key, learn(mac)), 1);
  EXPECT_EQ(reader.watch_told(mac_key, resolve), 0);
  EXPECT_EQ(reader.watch_told(mac_key, flush), 1);
  EXPECT_EQ(reader.watch_told(node, learn(mac)), 0);
  EXPECT_EQ(reader.watch_told(node, crash), 1);
  EXPECT_EQ(reader.watch_told(neighbor_key,
                              [&] {
                                os.program(RemoveNeighbor{VrfIndex::global, address});
                              }),
            1);
  EXPECT_EQ(reader.watch_told(node, [&] { lab.os("s2").set_cpu_load(1, 0.5); }), 0);
  EXPECT_EQ(reader.watch_told(node, [&] { os.set_port_fault(PortIndex{0}, {.stuck = true}); }), 1);
  EXPECT_EQ(reader.watch_told(mac_key, [&] { os.clear_table(ChipTable::mac); }), 1);
}

TEST(Reactions, WhatChangedLastIsTheExplanation) {
  NetLab lab(R"(
    switch s1 s2
    link s1:eth1 s2:eth1
  )");
  lab.at(1s, [&] { lab.cut("s1:eth1"); });
  lab.run_for(2s);
  EXPECT_EQ(lab.network().link(LinkIndex{0}).last_change, ObservationId{0});
  EXPECT_EQ(lab.node("s1").ports[0].last_change, ObservationId{1});
  EXPECT_EQ(lab.node("s2").last_change, ObservationId{2});
}

}  // namespace
}  // namespace switchfault
