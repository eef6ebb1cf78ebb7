#include "net/storm.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/walk_lab.h"

namespace switchfault {
namespace {

constexpr std::int64_t kMega = 1'000'000;

// Storm loads out of the port at one end of a link and back, in Mbps: "1000/2000".
std::string load(WalkLab& lab, const std::string& place) {
  const Link& link = lab.network().link(lab.link(place));
  const bool forth = link.a == lab.port(place);
  const auto mbps = [&](std::size_t direction) {
    return std::to_string(link.terms->storm[direction].bits_per_second / kMega);
  };
  return mbps(forth ? 0 : 1) + "/" + mbps(forth ? 1 : 0);
}

const std::vector<ObservationKind> kStorms = {ObservationKind::storm};

// Without spanning tree.
const char* const kRing = R"(
  switch s1 s2 s3
  host h1 10.0.0.1/24
  host h2 10.0.0.2/24
  link s1:eth1 s2:eth1 1us 1Gbps
  link s2:eth2 s3:eth2 1us 1Gbps
  link s3:eth3 s1:eth3 1us 1Gbps
  link h1:eth0 s1:eth9 1us 1Gbps
  link h2:eth0 s2:eth9 1us 10Gbps
)";

TEST(StormTest, RingRunsAtLineRateInBothSenses) {
  WalkLab lab(kRing);
  EXPECT_EQ(load(lab, "s1:eth1"), "0/0");
  EXPECT_EQ(lab.ping("h1", "h2"), "delivered at h2");
  EXPECT_TRUE(lab.last.looped);
  lab.run_for(1s);
  EXPECT_EQ(load(lab, "s1:eth1"), "1000/1000");
  EXPECT_EQ(load(lab, "s2:eth2"), "1000/1000");
  EXPECT_EQ(load(lab, "s3:eth3"), "1000/1000");
  EXPECT_EQ(load(lab, "s1:eth9"), "2000/0");
  EXPECT_EQ(load(lab, "s2:eth9"), "2000/0");
  EXPECT_EQ(lab.log(kStorms), Log{"600us vlan1 storm 1"});
}

NetPlan controlled_ring(const std::vector<std::string>& ports, StormControl::Action action) {
  NetPlan plan(kRing);
  for (NodeConfig& node : plan.topology.nodes) {
    for (const std::string& place : ports) {
      if (place.starts_with(node.name + ":")) {
        node.ports.push_back(
            {.name = place.substr(node.name.size() + 1),
             .storm_control = StormControl{.rate = {10 * kMega}, .action = action}});
      }
    }
  }
  return plan;
}

TEST(StormTest, ALoopCarriesNoMoreThanItsPortsLetIn) {
  WalkLab lab(controlled_ring({"s1:eth1", "s1:eth3", "s2:eth1", "s2:eth2", "s3:eth2", "s3:eth3"},
                              StormControl::Action::drop),
              {});
  lab.send("h1", "h2");
  lab.run_for(1s);
  EXPECT_EQ(load(lab, "s1:eth1"), "10/10");
  EXPECT_EQ(load(lab, "s3:eth3"), "10/10");
  EXPECT_EQ(load(lab, "s1:eth9"), "20/0");
  EXPECT_EQ(lab.log(kStorms), Log{"600us vlan1 storm 1"});
}

// One port with a limit paces the sense that goes through it, and only that.
TEST(StormTest, OneControlledPortPacesOneSenseOfARing) {
  WalkLab lab(controlled_ring({"s2:eth1"}, StormControl::Action::drop), {});
  lab.send("h1", "h2");
  lab.run_for(1s);
  EXPECT_EQ(load(lab, "s1:eth1"), "10/1000");
  EXPECT_EQ(load(lab, "s2:eth2"), "10/1000");
  EXPECT_EQ(load(lab, "s3:eth3"), "10/1000");
}

TEST(StormTest, APortThatShutsEndsTheLoop) {
  WalkLab lab(controlled_ring({"s2:eth1"}, StormControl::Action::shutdown), {});
  lab.send("h1", "h2");
  lab.run_for(1s);
  EXPECT_FALSE(lab.up("s2:eth1"));
  EXPECT_EQ(load(lab, "s2:eth2"), "0/0");
  EXPECT_EQ(lab.log(kStorms), (Log{"600us vlan1 storm 1", "600us vlan1 storm 0"}));
  EXPECT_EQ(lab.ping("h1", "h2"), "delivered at h2");
  lab.os("s2").set_port_enabled(lab.port("s2:eth1").port, true);
  lab.ping("h1", "h2");
  lab.run_for(1s);
  EXPECT_FALSE(lab.up("s2:eth1"));
}

TEST(StormTest, SlowestLinkSetsThePace) {
  WalkLab lab(R"(
    switch s1 s2 s3
    host h1 10.0.0.1/24
    host h2 10.0.0.2/24
    link s1:eth1 s2:eth1 10Gbps
    link s2:eth2 s3:eth2 100Mbps
    link s3:eth3 s1:eth3 1Gbps
    link h1:eth0 s1:eth9 1Gbps
    link h2:eth0 s2:eth9 10Mbps
  )");
  lab.send("h1", "h2");
  lab.run_for(1s);
  EXPECT_EQ(load(lab, "s1:eth1"), "100/100");
  EXPECT_EQ(load(lab, "s2:eth2"), "100/100");
  EXPECT_EQ(load(lab, "s3:eth3"), "100/100");
  EXPECT_EQ(load(lab, "s1:eth9"), "200/0");
  EXPECT_EQ(load(lab, "s2:eth9"), "200/0");
}

TEST(StormTest, MeshOffersTwiceTheRate) {
  WalkLab lab(R"(
    switch a b c d
    host h1 10.0.0.1/24
    host h2 10.0.0.2/24
    link a:1 b:1
    link a:2 c:1
    link a:3 d:1
    link b:2 c:2
    link b:3 d:2
    link c:3 d:3
    link h1:eth0 a:9
    link h2:eth0 d:9
  )");
  lab.send("h1", "h2");
  lab.run_for(1s);
  EXPECT_EQ(load(lab, "a:1"), "2000/2000");
  EXPECT_EQ(load(lab, "c:3"), "2000/2000");
  EXPECT_EQ(load(lab, "a:9"), "3000/0");
}

TEST(StormTest, TreeBesideTheRingCarriesOnlyOutwards) {
  NetPlan plan(kRing);
  plan.add(
      "switch s4\n host h3 10.0.0.3/24\n link s3:eth4 s4:eth4 1us 1Gbps\n"
      "link s4:eth9 h3:eth0 1us 1Gbps");
  WalkLab lab(plan, {});
  lab.send("h1", "h2");
  lab.run_for(1s);
  EXPECT_EQ(load(lab, "s3:eth4"), "2000/0");
  EXPECT_EQ(load(lab, "s4:eth9"), "1000/0");
}

TEST(StormTest, HalfOfWhatIsOfferedTwiceGetsThrough) {
  WalkLab lab(kRing);
  lab.ping("h2", "h1");
  lab.run_for(1s);
  // The port towards h1 is offered 2 Gbps, those of the ring just their rate.
  EXPECT_EQ(lab.walk("h2", "h1"), "0.5 delivered at h1, the rest lost at s1:eth9");
  EXPECT_EQ(lab.walk("h1", "h2"), "delivered at h2");
  EXPECT_EQ(lab.ping("h1", "h2"), "0.5 delivered at h2, the rest lost at s1:eth9");
}

TEST(StormTest, EndsWithItsLoopAndIsExplainedByTheLink) {
  WalkLab lab(kRing);
  lab.cut("s2:eth2");
  lab.send("h1", "h2");
  lab.run_for(1s);
  EXPECT_EQ(lab.log(kStorms), Log{});
  lab.mend("s2:eth2");
  lab.send("h1", "10.0.0.77");
  lab.run_for(1s);
  EXPECT_EQ(load(lab, "s2:eth2"), "1000/1000");
  lab.at(3s, [&] { lab.cut("s1:eth1"); });
  lab.run_for(1s);
  EXPECT_EQ(load(lab, "s2:eth2"), "0/0");
  EXPECT_EQ(load(lab, "s1:eth9"), "0/0");
  EXPECT_EQ(lab.log(kStorms), (Log{"1s600us vlan1 storm 1", "3s vlan1 storm 0"}));
}

TEST(StormTest, StaysInItsVlan) {
  WalkLab lab(R"(
    switch s1 s2
    host h1 10.0.0.1/24
    host h2 10.0.0.2/24
    host h3 10.0.1.1/24
    link s1:eth1 s2:eth1 1Gbps
    link s1:eth2 s2:eth2 1Gbps
    link h1:eth0 s1:eth8
    link h2:eth0 s2:eth8
    link h3:eth0 s1:eth9
    trunk s1:eth1 10,20
    trunk s2:eth1 10,20
    trunk s1:eth2 10
    trunk s2:eth2 10
    access s1:eth8 10
    access s2:eth8 10
    access s1:eth9 20
  )");
  lab.send("h1", "h2");
  lab.run_for(1s);
  EXPECT_EQ(load(lab, "s1:eth1"), "1000/1000");
  EXPECT_EQ(load(lab, "s1:eth8"), "2000/0");
  EXPECT_EQ(load(lab, "s1:eth9"), "0/0");
  EXPECT_EQ(lab.log(kStorms), Log{"400us vlan10 storm 1"});
}

TEST(StormTest, InstancesWithAnInterfaceInTheVlanSpendCpuTime) {
  NetPlan plan(kRing);
  plan.add("address s1:vlan1 10.0.0.254/24");
  plan.add("router r1\n link r1:eth0 s2:eth8\n address r1:eth0 10.0.0.253/24");
  WalkLab lab(plan, {});
  lab.send("h1", "h2");
  lab.run_for(1s);
  EXPECT_DOUBLE_EQ(lab.os("s1").cpu_load(), 0.6);
  EXPECT_DOUBLE_EQ(lab.os("s2").cpu_load(), 0.0);
  EXPECT_DOUBLE_EQ(lab.os("r1").cpu_load(), 0.6);
  lab.cut("s1:eth1");
  lab.run_for(1s);
  EXPECT_DOUBLE_EQ(lab.os("s1").cpu_load(), 0.0);
  EXPECT_DOUBLE_EQ(lab.os("r1").cpu_load(), 0.0);
}

TEST(StormTest, CostsAFewEventsHoweverLongItLasts) {
  WalkLab lab(kRing);
  lab.send("h1", "h2");
  const std::uint64_t before = lab.simulator().executed();
  lab.run_for(24h);
  EXPECT_LE(lab.simulator().executed() - before, 4U);
  EXPECT_EQ(load(lab, "s1:eth1"), "1000/1000");
}

TEST(StormTest, MlagPairIsNoLoop) {
  WalkLab lab(R"(
    switch a b s
    host h1 10.0.0.1/24
    host h2 10.0.0.2/24
    link a:peer b:peer
    link s:eth1 a:eth1
    link s:eth2 b:eth1
    link h1:eth0 s:eth9
    link h2:eth0 b:eth9
    lag s:po1 eth1 eth2
    lag a:po5 eth1 mlag=5
    lag b:po5 eth1 mlag=5
    pair a b peer
  )");
  EXPECT_EQ(lab.ping("h1", "h2"), "delivered at h2");
  EXPECT_EQ(lab.send("h1", "h2"), "delivered at h2");
  EXPECT_FALSE(lab.last.looped);
  lab.run_for(1s);
  EXPECT_EQ(lab.log(kStorms), Log{});
}

}  // namespace
}  // namespace switchfault
