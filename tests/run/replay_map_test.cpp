#include "run/replay_map.h"

#include <gtest/gtest.h>

#include "run/scenario_lab.h"
#include "run/world.h"

namespace switchfault {
namespace {

constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kUdp = 17;

// Two groups of users, an external network, services with and without a virtual address.
constexpr const char* kSite = R"(title: site
topology:
  name: site
  topology:
    nodes:
      sw: {kind: switch, os: x, version: 1.0.0, ports: {eth1: {vlan: 1}, eth2: {vlan: 1},
           eth3: {vlan: 1}, eth4: {vlan: 1}, eth5: {vlan: 1}, eth6: {vlan: 1}, eth7: {vlan: 1},
           eth8: {vlan: 1}}}
      lb: {kind: load_balancer, os: x, version: 1.0.0, interfaces: {eth1: {address: 10.0.0.8/24}},
           virtual_services: [{address: 10.0.0.80, port: 8443, pool: [web1], health_interval: 5s}]}
      a1: {kind: host, address: 10.0.0.1/24}
      a2: {kind: host, address: [10.0.0.2/24, "2001:db8::2/64"]}
      b1: {kind: host, address: 10.0.0.3/24}
      world: {kind: external, address: 10.0.0.4/24}
      web1: {kind: host, address: 10.0.0.5/24}
      web2: {kind: host, address: 10.0.0.6/24}
      ns: {kind: host, address: 10.0.0.7/24}
    links:
      - endpoints: ["sw:eth1", "a1:eth0"]
      - endpoints: ["sw:eth2", "a2:eth0"]
      - endpoints: ["sw:eth3", "b1:eth0"]
      - endpoints: ["sw:eth4", "world:eth0"]
      - endpoints: ["sw:eth5", "web1:eth0"]
      - endpoints: ["sw:eth6", "web2:eth0"]
      - endpoints: ["sw:eth7", "ns:eth0"]
      - endpoints: ["sw:eth8", "lb:eth1"]
  services:
    dns: {endpoints: [ns], protocol: udp, port: 53, depends: none}
    shop: {endpoints: [web1, web2], port: 443, depends: none}
    portal: {endpoints: [web1], address: 10.0.0.80, port: 8443, depends: none}
  users:
    alpha: {places: [a1, a2], count: 2, uses: [dns, shop]}
    beta: {places: [b1], count: 1, uses: [shop]}
    citizens: {places: [world], count: 9, uses: [shop, portal]}
clock: {warm_up: 1m, duration: 1h}
)";

class MapLab {
 public:
  explicit MapLab(ReplayMap given = {})
      : scenario(load_scenario_text("site.yaml", kSite, builtin_catalog())),
        world(scenario, {}),
        map(std::move(given)),
        hosts(scenario, world.network(), map) {}

  static RecordedHost recorded(const char* address) {
    return {.address = *IpAddress::parse(address)};
  }
  // A conversation of the client with the server.
  MapLab& talk(const char* client, const char* server, std::uint16_t port,
               std::uint8_t protocol = kTcp, Evidence evidence = Evidence::port) {
    const HostIndex asks = hosts.find_or_add(recorded(client));
    const HostIndex serves = hosts.find_or_add(recorded(server));
    hosts.note(asks, false, evidence, protocol, port, serves);
    hosts.note(serves, true, evidence, protocol, port, asks);
    return *this;
  }
  // "a1", "web1 at 10.0.0.80" or "-" for each of them.
  std::string where(std::initializer_list<const char*> addresses) {
    hosts.decide();
    std::string all;
    for (const char* address : addresses) {
      const auto& place = hosts.place(hosts.find_or_add(recorded(address)));
      all += (all.empty() ? "" : ", ") +
             (place.node == NodeIndex::none ? "-" : world.network().node(place.node).config->name) +
             (place.address ? " at " + place.address->text() : "");
    }
    return all;
  }
  std::string why(std::size_t row) { return hosts.rows()[row].why; }

  Scenario scenario;
  World world;
  ReplayMap map;
  RecordedHosts hosts;
};

TEST(ReplayMapTest, ServersTakeThePlacesOfTheServiceWithTheirPort) {
  MapLab lab;
  lab.talk("192.168.1.9", "192.168.5.1", 53, kUdp)
      .talk("192.168.1.9", "192.168.5.2", 443)
      .talk("192.168.1.9", "192.168.5.3", 443)
      .talk("192.168.1.9", "192.168.5.4", 443)
      .talk("192.168.1.9", "192.168.5.5", 8443);
  EXPECT_EQ(lab.where({"192.168.5.1", "192.168.5.2", "192.168.5.3", "192.168.5.4", "192.168.5.5"}),
            "ns, web1, web2, web1, web1 at 10.0.0.80");
  EXPECT_EQ(lab.why(1), "serves udp 53: service dns");
  const HostIndex portal = lab.hosts.find_or_add(MapLab::recorded("192.168.5.5"));
  EXPECT_EQ(lab.hosts.service_at(portal, kTcp, 8443), "portal");
  EXPECT_EQ(lab.hosts.service_at(portal, kTcp, 443), "");
  EXPECT_EQ(lab.hosts.sends_from(portal, false)->text(), "10.0.0.5");
}

TEST(ReplayMapTest, ClientsOfASubnetSitTogether) {
  MapLab lab;
  lab.talk("192.168.1.7", "192.168.5.1", 443)
      .talk("192.168.2.7", "192.168.5.1", 443)
      .talk("192.168.1.8", "192.168.5.1", 443)
      .talk("192.168.1.9", "192.168.5.1", 443);
  // alpha and beta are inside; the third of alpha's subnet shares the first host.
  EXPECT_EQ(lab.where({"192.168.1.7", "192.168.2.7", "192.168.1.8", "192.168.1.9"}),
            "a1, b1, a2, a1");
  EXPECT_EQ(lab.why(0), "client of tcp 443, subnet 192.168.1.0/24: users alpha");
}

TEST(ReplayMapTest, ClientsGoWhereTheirServiceIsUsed) {
  MapLab lab;
  lab.talk("192.168.1.7", "192.168.5.1", 53, kUdp).talk("192.168.2.7", "192.168.5.1", 53, kUdp);
  EXPECT_EQ(lab.where({"192.168.1.7", "192.168.2.7"}), "a1, a1");  // Only alpha uses dns.
}

TEST(ReplayMapTest, PublicClientsAreOutside) {
  MapLab lab;
  lab.talk("198.51.100.7", "192.168.5.1", 443);
  EXPECT_EQ(lab.where({"198.51.100.7"}), "world");
}

TEST(ReplayMapTest, ServersOfNoServiceAreOutsideOrAmongServers) {
  MapLab lab;
  lab.talk("192.168.1.7", "198.51.100.7", 80).talk("192.168.1.7", "192.168.5.1", 80);
  EXPECT_EQ(lab.where({"198.51.100.7", "192.168.5.1"}), "world, web1");
  EXPECT_EQ(lab.why(2), "serves tcp 80, no service here: where services of its clients are");
}

TEST(ReplayMapTest, TwoThatTalkToEachOtherGetTwoHosts) {
  MapLab lab;
  lab.talk("192.168.1.7", "192.168.1.8", 5000, kUdp, Evidence::first_word)
      .talk("192.168.1.8", "192.168.1.7", 5001, kUdp, Evidence::first_word);
  // Neither is more of a server than the other; beta has one place only.
  EXPECT_EQ(lab.where({"192.168.1.7", "192.168.1.8"}), "a1, a2");
}

TEST(ReplayMapTest, PortsAreTranslatedByTheMap) {
  ReplayMap map;
  map.ports[80] = 443;
  MapLab lab(map);
  lab.talk("192.168.1.7", "198.51.100.7", 80);
  EXPECT_EQ(lab.where({"198.51.100.7"}), "web1");
  EXPECT_EQ(lab.hosts.port_here(80), 443);
  EXPECT_EQ(lab.hosts.service_at(lab.hosts.find_or_add(MapLab::recorded("198.51.100.7")), kTcp, 80),
            "shop");
}

TEST(ReplayMapTest, HandshakeWeighsMoreThanPorts) {
  MapLab lab;
  lab.talk("192.168.1.7", "192.168.1.8", 443, kTcp, Evidence::port)
      .talk("192.168.1.8", "192.168.1.7", 443, kTcp, Evidence::handshake);
  EXPECT_EQ(lab.where({"192.168.1.7", "192.168.1.8"}), "web1, a1");
}

TEST(ReplayMapTest, OwnAddressesStandForTheirOwners) {
  MapLab lab;
  lab.talk("10.0.0.3", "10.0.0.80", 8443).talk("2001:db8::2", "10.0.0.7", 53, kUdp);
  EXPECT_EQ(lab.where({"10.0.0.3", "10.0.0.80", "2001:db8::2"}),
            "b1 at 10.0.0.3, web1 at 10.0.0.80, a2 at 2001:db8::2");
}

TEST(ReplayMapTest, RulesComeFirstInTheirOrder) {
  ReplayMap map;
  map.rules = {{.prefix = "192.168.1.9/32", .to = {}},
               {.prefix = "192.168.1.0/24", .to = {{"b1", {}}, {"a2", {}}}},
               {.mac = "02:00:00:00:00:09", .to = {{"a1", {}}}},
               {.prefix = "192.168.3.0/24", .to = {{"web1", {}}}, .as = "10.0.0.80"}};
  map.automatic = false;
  MapLab lab(map);
  RecordedHost by_mac = MapLab::recorded("192.168.2.1");
  by_mac.mac = {0x020000000009};
  lab.hosts.find_or_add(by_mac);
  lab.talk("192.168.1.1", "192.168.1.2", 443)
      .talk("192.168.1.3", "192.168.1.9", 443)
      .talk("192.168.4.4", "192.168.3.3", 8443);
  EXPECT_EQ(lab.where({"192.168.2.1", "192.168.1.1", "192.168.1.2", "192.168.1.3", "192.168.1.9",
                       "192.168.3.3", "192.168.4.4"}),
            "a1, b1, a2, b1, -, web1 at 10.0.0.80, -");
  EXPECT_EQ(lab.why(5), "no rule of the map");
}

TEST(ReplayMapTest, RulesMayTellVlansApart) {
  ReplayMap map;
  map.rules = {{.vlan = 12, .to = {{"a1", {}}}}, {.vlan = 13, .to = {{"b1", {}}}}};
  MapLab lab(map);
  EXPECT_TRUE(lab.hosts.by_vlan());
  RecordedHost host = MapLab::recorded("192.168.1.1");
  host.vlan = 12;
  const HostIndex first = lab.hosts.find_or_add(host);
  host.vlan = 13;
  const HostIndex second = lab.hosts.find_or_add(host);
  lab.hosts.decide();
  EXPECT_EQ(lab.hosts.rows()[0].node, "a1");
  EXPECT_EQ(lab.hosts.rows()[1].node, "b1");
  EXPECT_NE(first, second);
}

TEST(ReplayMapTest, MacGoesWhereItsAddressGoes) {
  MapLab lab;
  const HostIndex mac = lab.hosts.find_or_add({.mac = {0x020000000007}, .by_mac = true});
  lab.talk("192.168.2.1", "192.168.5.1", 443).talk("192.168.3.7", "192.168.5.1", 443);
  lab.hosts.join(mac, lab.hosts.find_or_add(MapLab::recorded("192.168.3.7")));
  lab.hosts.decide();
  EXPECT_EQ(lab.hosts.rows()[0].recorded, "02:00:00:00:00:07");
  EXPECT_EQ(lab.hosts.rows()[0].node, "b1");
  EXPECT_EQ(lab.hosts.rows()[0].why, "the host of 192.168.3.7");
}

TEST(ReplayMapTest, FamilyIsPreferredWhereSomebodyHasIt) {
  MapLab lab;
  lab.talk("fd00::1", "fd00:0:0:5::1", 443);
  EXPECT_EQ(lab.where({"fd00::1"}), "a2");
  const HostIndex server = lab.hosts.find_or_add(MapLab::recorded("fd00:0:0:5::1"));
  EXPECT_FALSE(lab.hosts.reached_at(server, true).has_value());  // No server has IPv6.
}

TEST(ReplayMapTest, UnknownNodesAreErrorsWithTheirPlace) {
  ReplayMap map;
  map.files = {{.path = "map.yaml", .text = "map:\n  - {to: web3}\n"}};
  map.rules = {{.to = {{"web3", {.file = 0, .line = 2, .column = 10}}}}};
  try {
    MapLab lab(map);
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_EQ(std::string(error.what()),
              "map.yaml:2:10: error: there is no node 'web3'\n"
              "    - {to: web3}\n"
              "           ^\n"
              "  did you mean 'web1'?\n");
  }
}

TEST(ReplayMapTest, WithoutUsersAnyHostIsAClient) {
  const Scenario scenario = load_scenario_text("t.yaml", two_switches(""), builtin_catalog());
  const World world(scenario, {});
  const ReplayMap map;
  RecordedHosts hosts(scenario, world.network(), map);
  hosts.note(hosts.find_or_add(MapLab::recorded("192.168.1.1")), false, Evidence::port, kTcp, 80,
             HostIndex::none);
  hosts.decide();
  EXPECT_EQ(hosts.rows()[0].node, "desk");
}

}  // namespace
}  // namespace switchfault
