#include "net/bridge_domains.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/walk_lab.h"

namespace switchfault {
namespace {

// What a walk says of the domain of a VLAN: a flood in a looped one says so.
bool looped(WalkLab& lab, const std::string& from, const std::string& to) {
  lab.ping(from, to);
  return lab.last.looped;
}

const char* const kRing = R"(
  switch s1 s2 s3
  host h1 10.0.0.1/24
  host h2 10.0.0.2/24
  link s1:eth1 s2:eth1
  link s2:eth2 s3:eth2
  link s3:eth3 s1:eth3
  link h1:eth0 s1:eth9
  link h2:eth0 s2:eth9
)";

TEST(BridgeDomainsTest, RingIsLoopedUntilOnePortDiscards) {
  WalkLab lab(kRing);
  EXPECT_TRUE(looped(lab, "h1", "h2"));
  lab.os("s3").program(SetPortState{lab.logical("s3:eth3").second, StpState::discarding});
  EXPECT_FALSE(looped(lab, "h1", "h2"));
  EXPECT_EQ(lab.ping("h1", "h2"), "delivered at h2");
  lab.os("s3").program(SetPortState{lab.logical("s3:eth3").second, StpState::learning});
  EXPECT_FALSE(looped(lab, "h1", "h2"));
  lab.os("s3").program(SetPortState{lab.logical("s3:eth3").second, StpState::forwarding});
  EXPECT_TRUE(looped(lab, "h1", "h2"));
}

// Of two VLANs on a ring of trunks one discards at a port.
TEST(BridgeDomainsTest, AVlanIsLoopedByItsOwnStates) {
  WalkLab lab(R"(
    switch s1 s2 s3
    host h1 10.0.0.1/24
    host h2 10.0.0.2/24
    host g1 10.0.1.1/24
    host g2 10.0.1.2/24
    link s1:eth1 s2:eth1
    link s2:eth2 s3:eth2
    link s3:eth3 s1:eth3
    trunk s1:eth1 10,20
    trunk s2:eth1 10,20
    trunk s2:eth2 10,20
    trunk s3:eth2 10,20
    trunk s3:eth3 10,20
    trunk s1:eth3 10,20
    access s1:eth8 10
    access s2:eth8 10
    access s1:eth9 20
    access s2:eth9 20
    link h1:eth0 s1:eth8
    link h2:eth0 s2:eth8
    link g1:eth0 s1:eth9
    link g2:eth0 s2:eth9
  )");
  const auto set = [&](StpState state, VlanId vlan) {
    lab.os("s3").program(SetPortState{lab.logical("s3:eth3").second, state, vlan});
  };
  EXPECT_TRUE(looped(lab, "h1", "h2"));
  set(StpState::discarding, 10);
  set(StpState::forwarding, 20);
  EXPECT_FALSE(looped(lab, "h1", "h2"));
  EXPECT_TRUE(looped(lab, "g1", "g2"));
  set(StpState::discarding, 20);
  EXPECT_FALSE(looped(lab, "g1", "g2"));
  EXPECT_EQ(lab.ping("g1", "g2"), "delivered at g2");
  set(StpState::forwarding, 10);
  EXPECT_TRUE(looped(lab, "h1", "h2"));
  EXPECT_FALSE(looped(lab, "g1", "g2"));
}

TEST(BridgeDomainsTest, CutAndMendedLinkOpensAndClosesTheRing) {
  WalkLab lab(kRing);
  lab.cut("s2:eth2");
  EXPECT_FALSE(looped(lab, "h1", "h2"));
  lab.mend("s2:eth2");
  EXPECT_TRUE(looped(lab, "h1", "h2"));
}

TEST(BridgeDomainsTest, BridgeThatComesBackClosesTheRingOfItsNeighbours) {
  NetPlan plan(kRing);
  plan.node("s3").boots[static_cast<std::size_t>(BootKind::power_cycle)] =
      PlaneTimes{3min, 3min, 3min};
  WalkLab lab(plan, {});
  lab.os("s3").power_off();
  EXPECT_FALSE(looped(lab, "h1", "h2"));
  lab.os("s3").power_on();
  lab.run_for(1h);
  EXPECT_TRUE(looped(lab, "h1", "h2"));
}

TEST(BridgeDomainsTest, CableBackToTheSameBridgeIsALoop) {
  WalkLab lab(R"(
    switch s1
    host h1 10.0.0.1/24
    host h2 10.0.0.2/24
    link s1:eth1 s1:eth2
    link h1:eth0 s1:eth8
    link h2:eth0 s1:eth9
  )");
  EXPECT_TRUE(looped(lab, "h1", "h2"));
  EXPECT_EQ(lab.ping("h1", "h2"), "delivered at h2");
}

TEST(BridgeDomainsTest, ParallelLinksAreALoopUnlessTheyAreAnAggregate) {
  const std::string links = R"(
    switch s1 s2
    host h1 10.0.0.1/24
    host h2 10.0.0.2/24
    link s1:eth1 s2:eth1
    link s1:eth2 s2:eth2
    link h1:eth0 s1:eth9
    link h2:eth0 s2:eth9
  )";
  WalkLab separate(links);
  EXPECT_TRUE(looped(separate, "h1", "h2"));
  WalkLab bundled(links + "lag s1:po1 eth1 eth2\n lag s2:po1 eth1 eth2");
  EXPECT_FALSE(looped(bundled, "h1", "h2"));
}

TEST(BridgeDomainsTest, PairWithoutItsPeerLinkIsStillNoLoop) {
  WalkLab lab(R"(
    switch a b s
    host h1 10.0.0.1/24
    host h2 10.0.0.2/24
    link a:peer b:peer
    link s:eth1 a:eth1
    link s:eth2 b:eth1
    link h1:eth0 s:eth9
    link h2:eth0 a:eth9
    lag s:po1 eth1 eth2
    lag a:po1 eth1 mlag=1
    lag b:po1 eth1 mlag=1
    pair a b peer split_brain
  )");
  EXPECT_FALSE(looped(lab, "h1", "h2"));
  EXPECT_EQ(lab.ping("h1", "h2"), "delivered at h2");
  lab.cut("a:peer");
  EXPECT_FALSE(looped(lab, "h1", "h2"));
}

TEST(BridgeDomainsTest, PairWithAPlainSecondWayIsALoop) {
  WalkLab lab(R"(
    switch a b s
    host h1 10.0.0.1/24
    host h2 10.0.0.2/24
    link a:peer b:peer
    link s:eth1 a:eth1
    link s:eth2 b:eth1
    link h1:eth0 s:eth9
    link h2:eth0 a:eth9
    pair a b peer
  )");
  EXPECT_TRUE(looped(lab, "h1", "h2"));
}

TEST(BridgeDomainsTest, VlansLoopEachOnItsOwn) {
  WalkLab lab(R"(
    switch s1 s2
    host a 10.0.10.1/24
    host b 10.0.10.2/24
    host c 10.0.20.1/24
    host d 10.0.20.2/24
    link s1:eth1 s2:eth1
    link s1:eth2 s2:eth2
    link a:eth0 s1:eth6
    link b:eth0 s2:eth6
    link c:eth0 s1:eth7
    link d:eth0 s2:eth7
    access s1:eth6 10
    access s2:eth6 10
    access s1:eth7 20
    access s2:eth7 20
    trunk s1:eth1 10,20
    trunk s2:eth1 10,20
    trunk s1:eth2 20
    trunk s2:eth2 20
  )");
  EXPECT_FALSE(looped(lab, "a", "b"));
  EXPECT_TRUE(looped(lab, "c", "d"));
}

}  // namespace
}  // namespace switchfault
