#include "net/forwarding.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "net/walk_lab.h"

namespace switchfault {
namespace {

// Two VLANs on one switch, a trunk with a native VLAN to another.
const char* const kVlans = R"(
  switch s1 s2
  host a 10.0.10.1/24
  host b 10.0.10.2/24
  host c 10.0.20.1/24
  host d 10.0.10.3/24
  link a:eth0 s1:eth1
  link b:eth0 s2:eth1
  link c:eth0 s1:eth2
  link d:eth0 s2:eth3
  link s1:eth9 s2:eth9
  access s1:eth1 10
  access s1:eth2 20
  access s2:eth1 10
  access s2:eth3 30
  trunk s1:eth9 10,20 native=99
  trunk s2:eth9 10,20 native=99
)";

TEST(ForwardingTest, TrunkCarriesTheVlanOfBothEnds) {
  WalkLab lab(kVlans);
  EXPECT_EQ(lab.ping("a", "b"), "delivered at b");
}

TEST(ForwardingTest, AccessPortsOfOtherVlansAreNotReached) {
  WalkLab lab(kVlans);
  EXPECT_EQ(lab.ping("a", "d"), "neighbor_unresolved at s2");
}

TEST(ForwardingTest, NativeVlanTravelsUntagged) {
  WalkLab lab(R"(
    switch s1 s2
    host a 10.0.0.1/24
    host b 10.0.0.2/24
    link a:eth0 s1:eth1
    link b:eth0 s2:eth1
    link s1:eth9 s2:eth9
    access s1:eth1 99
    access s2:eth1 98
    trunk s1:eth9 10 native=99
    trunk s2:eth9 10 native=98
  )");
  // Different native VLANs leak into each other, as on real switches.
  EXPECT_EQ(lab.ping("a", "b"), "delivered at b");
}

TEST(ForwardingTest, TaggedFrameOfAForeignVlanIsRefused) {
  WalkLab lab(R"(
    switch s1 s2
    host a 10.0.0.1/24
    host b 10.0.0.2/24
    link a:eth0 s1:eth1
    link b:eth0 s2:eth1
    link s1:eth9 s2:eth9
    access s1:eth1 10
    access s2:eth1 10
    trunk s1:eth9 10
    trunk s2:eth9 20
  )");
  EXPECT_EQ(lab.ping("a", "b"), "neighbor_unresolved at s2:eth9");
}

const char* const kGateway = R"(
  switch s1
  host a 10.0.10.1/24 via 10.0.10.254
  host b 10.0.20.1/24 via 10.0.20.254
  link a:eth0 s1:eth1
  link b:eth0 s1:eth2
  access s1:eth1 10
  access s1:eth2 20
  address s1:vlan10 10.0.10.254/24
  address s1:vlan20 10.0.20.254/24
)";

TEST(ForwardingTest, RoutesBetweenVlanInterfaces) {
  WalkLab lab(kGateway);
  EXPECT_EQ(lab.ping("a", "b"), "delivered at b");
  EXPECT_EQ(lab.ping("a", "10.0.20.254"), "delivered at s1");
}

TEST(ForwardingTest, WithoutIpForwardingARouterIsAHost) {
  WalkLab lab(kGateway);
  lab.os("s1").configure(kIpForwardingKey, "off");
  EXPECT_EQ(lab.ping("a", "b"), "not_for_host at s1");
  EXPECT_EQ(lab.ping("a", "10.0.20.254"), "delivered at s1");
  lab.os("s1").configure(kIpForwardingKey, "on");
  EXPECT_EQ(lab.ping("a", "b"), "delivered at b");
}

TEST(ForwardingTest, SubInterfacesRouteByTag) {
  WalkLab lab(R"(
    switch s1
    router r1
    host a 10.0.10.1/24 via 10.0.10.254
    host b 10.0.20.1/24 via 10.0.20.254
    link a:eth0 s1:eth1
    link b:eth0 s1:eth2
    link s1:eth9 r1:eth0
    access s1:eth1 10
    access s1:eth2 20
    trunk s1:eth9 10,20
    address r1:eth0.10 10.0.10.254/24
    address r1:eth0.20 10.0.20.254/24
  )");
  EXPECT_EQ(lab.ping("a", "b"), "delivered at b");
}

TEST(ForwardingTest, RoutingLoopEndsByTimeToLive) {
  WalkLab lab(R"(
    router r1 r2
    host a 10.0.1.1/24 via 10.0.1.254
    link a:eth0 r1:eth1
    link r1:eth2 r2:eth2
    address r1:eth1 10.0.1.254/24
    address r1:eth2 192.0.2.1/30
    address r2:eth2 192.0.2.2/30
    route r1 10.9.0.0/16 192.0.2.2
    route r2 10.9.0.0/16 192.0.2.1
    route r2 10.0.1.0/24 192.0.2.1
  )");
  Packet packet = lab.packet("a", "10.9.0.1");
  EXPECT_EQ(lab.walk("a", packet), "ttl_exceeded at r2");  // 64 - 63 routers.
  packet.ttl = 2;
  EXPECT_EQ(lab.walk("a", packet), "ttl_exceeded at r2");
  packet.ttl = 1;
  EXPECT_EQ(lab.walk("a", packet), "ttl_exceeded at r1");
}

TEST(ForwardingTest, MissingAndDiscardRoutesAreToldApart) {
  NetPlan plan(kGateway);
  plan.add("route s1 10.66.0.0/16");
  WalkLab lab(plan, {});
  EXPECT_EQ(lab.walk("a", "10.77.0.1"), "no_route at s1");
  EXPECT_EQ(lab.walk("a", "10.66.0.1"), "discard_route at s1");
}

// A host, a router with two equal ways, and an external network behind both.
NetPlan fan_out() {
  return NetPlan(R"(
    router r1 up1 up2 out
    host a 10.0.1.1/24 via 10.0.1.254
    link a:eth0 r1:eth1
    link r1:eth2 up1:eth1
    link r1:eth3 up2:eth1
    link up1:eth2 out:eth1
    link up2:eth2 out:eth2
    address r1:eth1 10.0.1.254/24
    address r1:eth2 192.0.2.1/30
    address r1:eth3 192.0.2.5/30
    address up1:eth1 192.0.2.2/30
    address up2:eth1 192.0.2.6/30
    address up1:eth2 192.0.2.9/30
    address up2:eth2 192.0.2.13/30
    address out:eth1 192.0.2.10/30
    address out:eth2 192.0.2.14/30
    address out:lo 203.0.113.1/32
    route r1 203.0.113.0/24 192.0.2.2 192.0.2.6
    route up1 203.0.113.0/24 192.0.2.10
    route up2 203.0.113.0/24 192.0.2.14
    route up1 10.0.1.0/24 192.0.2.1
    route up2 10.0.1.0/24 192.0.2.5
    route out 10.0.1.0/24 192.0.2.9 192.0.2.13
  )");
}

// How many of 1000 flows find the way.
int delivered_flows(WalkLab& lab) {
  int delivered = 0;
  for (std::uint16_t port = 0; port < 1000; ++port) {
    Packet packet = lab.packet("a", "203.0.113.1");
    packet.source_port = port;
    ReadSet reads;
    delivered += lab.network().walk(lab.index("a"), packet, reads).delivered() ? 1 : 0;
  }
  return delivered;
}

TEST(ForwardingTest, EqualPathsShareFlowsAboutEqually) {
  WalkLab lab(fan_out(), {});
  EXPECT_EQ(delivered_flows(lab), 1000);
  // One way dies beyond the horizon of r1: half of the flows are lost for good.
  lab.cut("up1:eth2");
  const int left = delivered_flows(lab);
  EXPECT_GE(left, 450);
  EXPECT_LE(left, 550);
  // The same flows every time.
  EXPECT_EQ(delivered_flows(lab), left);
}

TEST(ForwardingTest, AFlowKeepsItsWay) {
  WalkLab lab(fan_out(), {});
  lab.cut("up1:eth2");
  const std::string first = lab.walk("a", "203.0.113.1");
  EXPECT_EQ(lab.walk("a", "203.0.113.1"), first);
}

// --- Ways to end ---------------------------------------------------------------------------------

struct Ending {
  std::string name;
  std::string to;
  void (*spoil)(WalkLab&);
  std::string there;  // One way.
};
void PrintTo(const Ending& ending, std::ostream* out) {
  *out << ending.name;
}

constexpr std::uint64_t kOwner = 7;

// a - s1 - r1 - s2 - b, everything learned and resolved.
const char* const kPath = R"(
  switch s1 s2
  router r1
  host a 10.0.1.1/24 2001:db8:1::1/64 via 10.0.1.254 via 2001:db8:1::fe
  host b 10.0.2.1/24 2001:db8:2::1/64 via 10.0.2.254 via 2001:db8:2::fe
  link a:eth0 s1:eth1
  link s1:eth2 r1:eth1
  link r1:eth2 s2:eth2
  link b:eth0 s2:eth1
  address r1:eth1 10.0.1.254/24 2001:db8:1::fe/64
  address r1:eth2 10.0.2.254/24 2001:db8:2::fe/64
)";

class EndingTest : public ::testing::TestWithParam<Ending> {};

TEST_P(EndingTest, InBothFamilies) {
  for (const std::string to : {"10.0.2.1", "2001:db8:2::1"}) {
    WalkLab lab(kPath);
    EXPECT_EQ(lab.send("a", to), "delivered at b");
    EXPECT_EQ(lab.send("b", to == "10.0.2.1" ? "10.0.1.1" : "2001:db8:1::1"), "delivered at a");
    GetParam().spoil(lab);
    EXPECT_EQ(lab.walk("a", to), GetParam().there) << to;
  }
}

const std::vector<Ending> kEndings = {
    {"no_carrier", "b", [](WalkLab& lab) { lab.cut("s2:eth1"); }, "no_carrier at s2:eth1"},
    {"no_carrier_at_the_sender", "b", [](WalkLab& lab) { lab.cut("a:eth0"); }, "no_route at a"},
    {"port_discarding", "b",
     [](WalkLab& lab) {
       lab.os("s2").program(SetPortState{lab.logical("s2:eth1").second, StpState::discarding});
     },
     "port_discarding at s2:eth1"},
    {"port_discarding_in_its_vlan", "b",
     [](WalkLab& lab) {
       lab.os("s2").program(SetPortState{lab.logical("s2:eth1").second, StpState::forwarding, 7});
     },
     "port_discarding at s2:eth1"},
    {"data_plane_down", "b", [](WalkLab& lab) { lab.os("s2").hang_host("test", true); },
     "no_route at r1"},
    {"host_down", "b", [](WalkLab& lab) { lab.set_host_up("a", false); }, "host_down at a"},
    {"mac_table_corrupted", "b",
     [](WalkLab& lab) {
       lab.os("s2").corrupt(
           {.table = ChipTable::mac, .which = Corruption::Which::share_of_keys, .share = 1});
     },
     "table_corrupted at s2"},
    {"route_corrupted", "b",
     [](WalkLab& lab) {
       lab.os("r1").corrupt(
           {.table = ChipTable::routes, .which = Corruption::Which::share_of_keys, .share = 1});
     },
     "table_corrupted at r1"},
    {"neighbor_corrupted", "b",
     [](WalkLab& lab) {
       lab.os("r1").corrupt(
           {.table = ChipTable::neighbors, .which = Corruption::Which::share_of_keys, .share = 1});
     },
     "table_corrupted at r1"},
    {"flow_bucket_corrupted", "b",
     [](WalkLab& lab) {
       lab.os("r1").corrupt({.table = ChipTable::routes,
                             .which = Corruption::Which::hash_bucket,
                             .bucket = 0,
                             .buckets = 1});
     },
     "table_corrupted at r1"},
    {"gray_transmit", "b",
     [](WalkLab& lab) {
       lab.os("s1").set_port_fault(kOwner, lab.port("s1:eth2").port, {.transmit_loss = 1});
     },
     "gray_loss at s1:eth2"},
    {"gray_receive", "b",
     [](WalkLab& lab) {
       lab.os("s2").set_port_fault(kOwner, lab.port("s2:eth2").port, {.receive_loss = 1});
     },
     "gray_loss at s2:eth2"},
    {"stuck_queue", "b",
     [](WalkLab& lab) {
       lab.os("s2").set_port_fault(kOwner, lab.port("s2:eth1").port, {.stuck = true});
     },
     "gray_loss at s2:eth1"},
    {"lossy_link", "b", [](WalkLab& lab) { lab.set_loss("a:eth0", 1); }, "gray_loss at a:eth0"},
    {"half_lossy_link", "b", [](WalkLab& lab) { lab.set_loss("a:eth0", 0.25); },
     "0.75 delivered at b, the rest lost at a:eth0"},
    {"other_direction_does_not_matter", "b", [](WalkLab& lab) { lab.set_loss("s1:eth1", 1); },
     "delivered at b"},
};

INSTANTIATE_TEST_SUITE_P(Each, EndingTest, ::testing::ValuesIn(kEndings),
                         [](const auto& row) { return row.param.name; });

TEST(ForwardingTest, StaleMacEntryLeadsBackWhereItCameFrom) {
  WalkLab lab(kPath);
  lab.send("a", "b");
  // The bridge believes that the router is where the host is.
  const MacAddress router = lab.node("r1").interfaces.front().mac();
  lab.os("s1").program(LearnMac{{.vlan = 1,
                                 .mac = router,
                                 .port = lab.logical("s1:eth1").second,
                                 .last_seen = lab.simulator().now()}});
  EXPECT_EQ(lab.walk("a", "b"), "no_destination_port at s1:eth1");
}

TEST(ForwardingTest, AddressOfNobodyIsNotResolved) {
  WalkLab lab(kPath);
  EXPECT_EQ(lab.walk("a", "10.0.2.77"), "neighbor_unresolved at s2");
}

TEST(ForwardingTest, HostDoesNotForward) {
  WalkLab lab(kPath);
  NetPlan plan(kPath);
  plan.add("route r1 10.5.0.0/16 10.0.2.1");
  WalkLab other(plan, {});
  EXPECT_EQ(other.walk("a", "10.5.0.1"), "not_for_host at b");
}

TEST(ForwardingTest, LoadAboveTheRateIsLostInProportion) {
  NetPlan plan(kPath);
  plan.topology.links[1].rate = BitRate{1'000'000'000};
  plan.topology.links[1].background_ab = BitRate{4'000'000'000};
  WalkLab lab(plan, {});
  EXPECT_EQ(lab.walk("a", "b"), "0.25 delivered at b, the rest lost at s1:eth2");
  EXPECT_EQ(lab.walk("b", "a"), "delivered at a");
}

TEST(ForwardingTest, FirstMatchingFilterDecides) {
  NetPlan plan(kPath);
  plan.node("r1").filters = {{.permit = true, .to = "10.0.2.1/32", .protocol = "tcp", .port = 443},
                             {.permit = false, .to = "10.0.2.0/24"}};
  WalkLab lab(plan, {});
  Packet packet = lab.packet("a", "b");
  EXPECT_EQ(lab.walk("a", packet), "filtered at r1");
  packet.protocol = IpProtocol::tcp;
  packet.destination_port = 443;
  EXPECT_EQ(lab.walk("a", packet), "delivered at b");
  EXPECT_EQ(lab.walk("b", "a"), "delivered at a");  // A router permits the rest.
}

TEST(ForwardingTest, PrefixCorruptionHitsOnlyItsAddresses) {
  WalkLab lab(kPath);
  lab.os("r1").corrupt({.table = ChipTable::routes,
                        .which = Corruption::Which::prefix,
                        .prefix = IpPrefix::parse("10.0.2.0/25").value()});
  EXPECT_EQ(lab.walk("a", "10.0.2.1"), "table_corrupted at r1");
  EXPECT_EQ(lab.walk("b", "10.0.1.1"), "delivered at a");
}

TEST(ForwardingTest, HashBucketHitsItsShareOfFlows) {
  WalkLab lab(fan_out(), {});
  lab.os("r1").corrupt({.table = ChipTable::routes,
                        .which = Corruption::Which::hash_bucket,
                        .bucket = 3,
                        .buckets = 8});
  const int left = delivered_flows(lab);
  EXPECT_GE(left, 840);  // 7/8 of 1000 are 875.
  EXPECT_LE(left, 910);
}

TEST(ForwardingTest, NodeAnswersWhileItsHostIsUpAndForwardsWithoutIt) {
  WalkLab lab(kPath);
  lab.send("a", "b");
  lab.send("b", "a");
  EXPECT_EQ(lab.ping("a", "10.0.1.254"), "delivered at r1");
  lab.os("r1").set_management_blocked(kOwner, true);
  EXPECT_EQ(lab.ping("a", "10.0.1.254"), "delivered at r1");
  EXPECT_FALSE(lab.network().login_works(lab.index("r1")));
  lab.os("r1").hang_host("test");
  EXPECT_EQ(lab.ping("a", "10.0.1.254"), "host_down at r1");
  EXPECT_EQ(lab.ping("a", "b"), "delivered at b");
}

TEST(ForwardingTest, NeighboursNeedTheirProcessesAndRoom) {
  for (const std::string process : {"neighbor_resolution", "table_programmer"}) {
    WalkLab lab(kPath);
    lab.hang("r1", process);
    EXPECT_EQ(lab.walk("a", "b"), "neighbor_unresolved at r1") << process;
  }
  NetPlan plan(kPath);
  plan.node("r1").neighbor_capacity = 1;
  WalkLab lab(plan, {});
  EXPECT_EQ(lab.send("b", "10.0.2.254"), "delivered at r1");  // Takes the only place.
  EXPECT_EQ(lab.walk("b", "a"), "neighbor_unresolved at r1");
}

TEST(ForwardingTest, AggregateSpreadsFlowsOverMembers) {
  WalkLab lab(R"(
    switch s1 s2
    host a 10.0.0.1/24
    host b 10.0.0.2/24
    link a:eth0 s1:eth9
    link b:eth0 s2:eth9
    link s1:eth1 s2:eth1
    link s1:eth2 s2:eth2
    lag s1:po1 eth1 eth2
    lag s2:po1 eth1 eth2
  )");
  lab.send("a", "b");
  const auto lost = [&] {
    int count = 0;
    for (std::uint16_t port = 0; port < 1000; ++port) {
      Packet packet = lab.packet("a", "b");
      packet.source_port = port;
      count += lab.network().walk(lab.index("a"), packet, lab.reads).delivered() ? 0 : 1;
    }
    return count;
  };
  EXPECT_EQ(lost(), 0);
  lab.set_loss("s1:eth1", 1);  // Gray: stays in the bundle.
  EXPECT_GE(lost(), 450);
  EXPECT_LE(lost(), 550);
  lab.cut("s1:eth1");  // Seen: leaves it.
  EXPECT_EQ(lost(), 0);
}

TEST(ForwardingTest, MlagPairForwardsOnceWhicheverLegIsTaken) {
  WalkLab lab(R"(
    switch a b s t
    host h1 10.0.0.1/24
    host h2 10.0.0.2/24
    host h3 10.0.0.3/24
    link a:peer b:peer
    link s:eth1 a:eth1
    link s:eth2 b:eth1
    link t:eth1 a:eth2
    link t:eth2 b:eth2
    link h1:eth0 s:eth9
    link h2:eth0 t:eth9
    link h3:eth0 b:eth9
    lag s:po1 eth1 eth2
    lag t:po1 eth1 eth2
    lag a:po1 eth1 mlag=1
    lag b:po1 eth1 mlag=1
    lag a:po2 eth2 mlag=2
    lag b:po2 eth2 mlag=2
    pair a b peer
  )");
  for (std::uint16_t port = 0; port < 20; ++port) {
    Packet packet = lab.packet("h1", "h2");
    packet.source_port = port;
    EXPECT_EQ(lab.ping("h1", packet), "delivered at h2");
    packet.destination = lab.address("h3");
    EXPECT_EQ(lab.ping("h1", packet), "delivered at h3");
  }
  lab.send("h1", "h2");
  EXPECT_EQ(lab.learned("a", 1, "h1"), "po1");
  EXPECT_EQ(lab.learned("b", 1, "h1"), "po1");  // Whichever of the two saw it.
  lab.cut("s:eth1");
  for (std::uint16_t port = 0; port < 20; ++port) {
    Packet packet = lab.packet("h2", "h1");
    packet.source_port = port;
    EXPECT_EQ(lab.ping("h2", packet), "delivered at h1");
  }
}

TEST(ForwardingTest, SegmentPassesEveryTagToEveryPort) {
  WalkLab lab(R"(
    switch s1 s2
    segment hub
    host a 10.0.0.1/24
    host b 10.0.0.2/24
    link a:eth0 s1:eth1
    link b:eth0 s2:eth1
    link s1:eth9 hub:p1
    link s2:eth9 hub:p2
    access s1:eth1 10
    access s2:eth1 10
    trunk s1:eth9 10
    trunk s2:eth9 10
  )");
  EXPECT_EQ(lab.ping("a", "b"), "delivered at b");
}

}  // namespace
}  // namespace switchfault
