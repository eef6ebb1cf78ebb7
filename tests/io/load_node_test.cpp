#include "io/load_node.h"

#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

std::string file(const std::string& keys) {
  return "topology:\n  nodes:\n    n:\n      kind: switch\n      " + keys + "\n";
}
NodeConfig load_node(const std::string& keys) {
  return load_text(file(keys)).topology.nodes[0];
}
std::string error(const std::string& keys) {
  return brief_errors(file(keys));
}

TEST(LoadNode, KnowsWhatSelectorsAskFor) {
  const NodeConfig n = load_node(
      "id: rack-7\n      os: sonic\n      version: 202311.1\n"
      "      standby_version: 202305.2\n      type: ixr-d2l\n"
      "      hardware_revision: r3\n      site: north\n"
      "      labels: {role: leaf, side: a}\n"
      "      features: [dns_client, ntp]");
  EXPECT_EQ(n.id, "rack-7");
  EXPECT_EQ(n.version, "202311.1");
  EXPECT_EQ(n.standby_version, "202305.2");
  EXPECT_EQ(n.model, "ixr-d2l");
  EXPECT_EQ(n.hardware_revision, "r3");
  EXPECT_EQ(n.role, "leaf");
  EXPECT_EQ(n.features, (std::vector<std::string>{"dns_client", "ntp"}));
}

TEST(LoadNode, BootsHaveTimesPerPlane) {
  const NodeConfig n = load_node(
      "boot: {cold: 4m, fast: {data: 30s, control: 90s, management: 2m}, warm: {value: 0s, basis: "
      "assumed}}");
  EXPECT_EQ(n.boots[0]->management, minutes{4});
  EXPECT_EQ(n.boots[1]->data, seconds{30});
  EXPECT_EQ(n.boots[1]->control, seconds{90});
  EXPECT_EQ(n.boots[2]->data, seconds{0});
  EXPECT_FALSE(n.boots[3].has_value());
}

TEST(LoadNode, ProcessesHaveSupervisors) {
  const NodeConfig n = load_node(
      "processes: {bgpd: {function: routing, memory: 64MiB, supervisor: {poll: 5s, delay: 60s, "
      "delay_max: 10m, limit_starts: 3, limit_window: 20m}}, thermald: {supervisor: none}}");
  ASSERT_EQ(n.processes.size(), 2U);
  EXPECT_EQ(n.processes[0].function, "routing");
  EXPECT_EQ(n.processes[0].memory.count, 67'108'864);
  EXPECT_EQ(n.processes[0].supervisor->delay_max, minutes{10});
  EXPECT_EQ(n.processes[0].supervisor->limit_starts, 3U);
  EXPECT_FALSE(n.processes[1].supervisor->restarts);
}

TEST(LoadNode, PortsInterfacesAndLags) {
  const NodeConfig n = load_node(
      "ports: {eth1: {vlan: 10, rstp: {edge: true}, storm_control: {rate: 10Mbps, action: "
      "shutdown}}, eth2: {trunk: [20, 10], native: 1}, eth3: {routed: true, up: false}}\n      "
      "interfaces: {vlan10: {address: 10.0.0.1/24}, eth3.20: "
      "{address: [10.0.1.1/24], vrf: blue}, lo: {address: 10.9.9.9/32, up: false}}\n"
      "      routes: [{to: 10.8.0.0/16, via: [10.0.0.2, 10.0.0.3]}, {to: 10.7.0.0/16, discard: "
      "true}]");
  EXPECT_EQ(n.ports[0].access_vlan, 10);
  EXPECT_EQ(n.ports[0].protocols.at("rstp")[0].text, "true");
  EXPECT_EQ(n.ports[0].storm_control->rate.bits_per_second, 10'000'000);
  EXPECT_EQ(n.ports[0].storm_control->action, StormControl::Action::shutdown);
  EXPECT_FALSE(n.ports[1].storm_control.has_value());
  EXPECT_EQ(n.ports[1].trunk_vlans, (std::vector<std::uint16_t>{10, 20}));
  EXPECT_EQ(n.ports[1].native_vlan, 1);
  EXPECT_TRUE(n.ports[2].routed);
  EXPECT_FALSE(n.ports[2].up);
  EXPECT_EQ(n.interfaces[0].vlan, 10);
  EXPECT_EQ(n.interfaces[1].vlan, 20);
  EXPECT_EQ(n.interfaces[1].vrf, "blue");
  EXPECT_EQ(n.interfaces[2].vlan, 0);
  EXPECT_EQ(n.routes[0].next_hops,
            (std::vector{IpAddress::v4(0x0a000002), IpAddress::v4(0x0a000003)}));
  EXPECT_TRUE(n.routes[1].discard);
}

TEST(LoadNode, ProtocolsRunOnceOrSeveralTimes) {
  const NodeConfig n = load_node(
      "interfaces: {vlan10: {address: 10.0.0.1/24}}\n      protocols: {rstp: , vrrp: [{id: 1, "
      "interface: vlan10, addresses: 10.0.0.9}, {id: 2, interface: vlan10, addresses: "
      "[10.0.0.8]}]}");
  ASSERT_EQ(n.protocols.size(), 3U);
  EXPECT_EQ(n.protocols[0].kind, "rstp");
  EXPECT_EQ(n.protocols[0].arguments[0].text, "32768");  // The catalogue's default.
  EXPECT_EQ(n.protocols[2].arguments[0].text, "2");
  EXPECT_EQ(n.protocols[2].arguments[2].items, std::vector<std::string>{"10.0.0.8"});
}

TEST(LoadNode, KeysOfContainerlabMeanNothingHere) {
  std::string keys = "ports: [\"80:8080\"]\n      memory: 1Gb\n";
  for (const std::string_view key : ignored_node_keys()) {
    keys += "      " + std::string(key) + ": {x: [1]}\n";
  }
  const NodeConfig n = load_node(keys);
  EXPECT_TRUE(n.ports.empty());
  EXPECT_EQ(n.memory.count, 0);
}

TEST(LoadNode, SaysWhatIsWrong) {
  const struct {
    const char* keys;
    const char* errors;
  } cases[] = {
      {"ports: {e1: {vlan: 4095}}", "5:26 this number must be from 1 to 4094, found '4095'\n"},
      {"ports: {e1: {vlan: 010}}", "5:26 expected a whole number in decimal digits, found '010'\n"},
      {"ports: {e1: {vlan: 1, trunk: all}}",
       "5:19 a port is an access port, a trunk or routed, only one of them | write one of vlan: "
       "10, trunk: [10, 20], routed: true\n"},
      {"ports: {e1: {native: 1}}", "5:28 a native VLAN belongs to a trunk\n"},
      {"ports: {e1: {trunk: [5, 6, 5]}}", "5:27 VLAN 5 stands twice in this list\n"},
      {"ports: {e1: {edge: true}}",
       "5:20 unknown key 'edge' | known: vlan, trunk, native, routed, up, storm_control, rstp\n"},
      {"ports: {e1: {storm_control: {action: shut}}}",
       "5:35 missing key 'rate'\n5:44 expected drop or shutdown, found 'shut'\n"},
      {"boot: {cold: {data: 1m}}", "5:20 missing key 'control'\n5:20 missing key 'management'\n"},
      {"boot: {cold: 240}",
       "5:20 expected a duration such as 250ms, 90s or 1h30m, found '240' | units must be written, "
       "as in '240s'\n"},
      {"boot: {colt: 4m}", "5:14 unknown key 'colt' | did you mean 'cold'?\n"},
      {"version: latest", "5:16 the version 'latest' holds no number\n"},
      {"protocols: {ospf: {}}", "5:19 there is no protocol 'ospf' | known: rstp, vrrp\n"},
      {"protocols: {rstp: {priority: 70000}}",
       "5:36 this number must be from 0 to 61440, found '70000'\n"},
      {"protocols: {rstp: {priority: 5000}}",
       "5:36 this number comes in steps of 4096, found '5000' | the nearest are 4096 and 8192\n"},
      {"protocols: {rstp: {vlans: {20: {priority: 5000}}}}",
       "5:49 this number comes in steps of 4096, found '5000' | the nearest are 4096 and 8192\n"},
      {"protocols: {rstp: {vlans: {5000: {priority: 4096}}}}",
       "5:34 this number must be from 1 to 4094, found '5000'\n"},
      {"protocols: {rstp: {vlans: {20: {hello: 1s}}}}",
       "5:39 unknown key 'hello' | known: priority\n"},
      {"protocols: {vrrp: {}}",
       "5:25 missing key 'id'\n5:25 missing key 'interface'\n5:25 missing key 'addresses'\n"},
      {"lags: {po1: {}}", "5:19 missing key 'members'\n"},
      {"routes: [{to: 10.0.0.0/8}]",
       "5:16 a route goes via a next hop or is discarded | write via: 10.0.0.1 or discard: true\n"},
      {"routes: [{to: \"::/0\", via: 10.0.0.1}]",
       "5:34 '10.0.0.1' and '::/0' are of different families\n"},
      {"filters: [{action: allow}]", "5:26 expected permit or deny, found 'allow'\n"},
      {"filters: [{action: deny, port: 80}]", "5:38 a port goes with protocol: tcp or udp\n"},
      {"stateful: {peer: n}", "5:17 missing key 'heartbeat'\n5:24 a node cannot be its own peer\n"},
      {"stateful: {udp_timeout: 0s}", "5:31 a session must last a while\n"},
      {"mlag: {peer: n, peer_link: po1, on_peer_link_loss: shrug}",
       "5:20 a node cannot be its own MLAG peer\n"
       "5:58 expected secondary_ports_shut or split_brain, found 'shrug'\n"},
      {"processes: {p: {supervisor: {limit_starts: 3}}}",
       "5:50 'limit_starts' and 'limit_window' go together\n"},
      {"processes: {p: {function: routnig}}",
       "5:33 expected spanning_tree, lacp, routing, ospf, bgp, bfd, first_hop_redundancy, "
       "mac_learning, "
       "neighbor_resolution, table_programmer, sessions, health_checks or management, found "
       "'routnig' | did you mean 'routing'?\n"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(error(c.keys), c.errors) << c.keys;
  }
}

}  // namespace
}  // namespace switchfault
