#include "os/next_hops.h"

#include <vector>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

NextHop hop(std::uint16_t interface) {
  return {InterfaceIndex{interface}, IpAddress::v4(0x0a000000U + interface)};
}

TEST(NextHops, KnowHowManyTheyAre) {
  EXPECT_TRUE(NextHops().empty());
  const NextHops one = {hop(4)};
  EXPECT_EQ(one.size(), 1U);
  EXPECT_EQ(one.front(), hop(4));
  const NextHops two = {hop(4), hop(2)};
  ASSERT_EQ(two.size(), 2U);
  EXPECT_EQ(two[0], hop(4));
  EXPECT_EQ(two[1], hop(2));
}

TEST(NextHops, AreEqualByWhatTheyName) {
  const NextHops two = {hop(4), hop(2)};
  EXPECT_EQ(two, (NextHops{hop(4), hop(2)}));
  EXPECT_NE(two, (NextHops{hop(2), hop(4)}));
  EXPECT_NE(two, NextHops{hop(4)});
  EXPECT_NE(NextHops(), NextHops{hop(4)});
}

TEST(NextHops, OneThatIsCopiedSharesItsGroup) {
  const NextHops two = {hop(4), hop(2)};
  EXPECT_FALSE(two.shared());
  const std::vector<NextHops> held = {two};
  EXPECT_TRUE(two.shared());
  EXPECT_TRUE(held[0].shares(two));
  EXPECT_FALSE(held[0].shares(NextHops{hop(4), hop(2)}));
}

TEST(NextHopGroups, EqualGroupsAreOneUntilNobodyHoldsThem) {
  NextHopGroups groups;
  const std::vector<NextHop> hops = {hop(1), hop(2)};
  NextHops held = groups.of(hops);
  EXPECT_TRUE(groups.of(hops).shares(held));
  groups.of(std::vector<NextHop>{hop(1), hop(3)});
  EXPECT_EQ(groups.size(), 2U);
  groups.forget_unused();
  EXPECT_EQ(groups.size(), 1U);
  held = {};
  groups.forget_unused();
  EXPECT_EQ(groups.size(), 0U);
}

}  // namespace
}  // namespace switchfault
