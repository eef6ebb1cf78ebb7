#include "net/walk.h"

#include <gtest/gtest.h>

#include "net/walk_lab.h"

namespace switchfault {
namespace {

const char* const kTwoSwitches = R"(
  switch s1 s2
  host h1 10.0.0.1/24
  host h2 10.0.0.2/24
  link h1:eth0 s1:eth1
  link s1:eth2 s2:eth2
  link h2:eth0 s2:eth1
)";

TEST(WalkTest, CrossesTwoBridges) {
  WalkLab lab(kTwoSwitches);
  EXPECT_EQ(lab.walk("h1", "h2"), "delivered at h2");
  EXPECT_EQ(lab.ping("h1", "h2"), "delivered at h2");
}

TEST(WalkTest, PureWalkLeavesNoTrace) {
  WalkLab lab(kTwoSwitches);
  EXPECT_EQ(lab.ping("h1", "h2"), "delivered at h2");
  EXPECT_EQ(lab.learned("s1", 1, "h1"), "-");
  EXPECT_FALSE(lab.last.learned);
}

TEST(WalkTest, ExchangeTeachesBridgesBothPlaces) {
  WalkLab lab(kTwoSwitches);
  EXPECT_EQ(lab.send("h1", "h2"), "delivered at h2");
  EXPECT_TRUE(lab.last.learned);
  EXPECT_EQ(lab.learned("s1", 1, "h1"), "eth1");
  EXPECT_EQ(lab.learned("s1", 1, "h2"), "eth2");
  EXPECT_EQ(lab.learned("s2", 1, "h1"), "eth2");
  EXPECT_EQ(lab.send("h1", "h2"), "delivered at h2");
  EXPECT_FALSE(lab.last.learned);
}

TEST(WalkTest, CutLinkIsNamed) {
  WalkLab lab(kTwoSwitches);
  lab.cut("s1:eth2");
  EXPECT_EQ(lab.walk("h1", "h2"), "neighbor_unresolved at s1:eth2");
}

const char* const kRouted = R"(
  router r1 r2
  host h1 10.0.1.1/24 2001:db8:1::1/64 via 10.0.1.254 via 2001:db8:1::fe
  host h2 10.0.2.1/24 2001:db8:2::1/64 via 10.0.2.254 via 2001:db8:2::fe
  link h1:eth0 r1:eth1
  link r1:eth2 r2:eth2
  link h2:eth0 r2:eth1
  address r1:eth1 10.0.1.254/24 2001:db8:1::fe/64
  address r1:eth2 192.0.2.1/30 2001:db8:f::1/64
  address r2:eth2 192.0.2.2/30 2001:db8:f::2/64
  address r2:eth1 10.0.2.254/24 2001:db8:2::fe/64
  route r1 10.0.2.0/24 192.0.2.2
  route r1 2001:db8:2::/64 2001:db8:f::2
  route r2 10.0.1.0/24 192.0.2.1
  route r2 2001:db8:1::/64 2001:db8:f::1
)";

TEST(WalkTest, CrossesTwoRoutersInBothFamilies) {
  WalkLab lab(kRouted);
  EXPECT_EQ(lab.ping("h1", "h2"), "delivered at h2");
  EXPECT_EQ(lab.ping("h1", "2001:db8:2::1"), "delivered at h2");
  EXPECT_EQ(lab.ping("h1", "192.0.2.2"), "delivered at r2");
}

}  // namespace
}  // namespace switchfault
