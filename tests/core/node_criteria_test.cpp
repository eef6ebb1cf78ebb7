#include "core/node_criteria.h"

#include <gtest/gtest.h>

namespace switchfault {
namespace {

TEST(NodeCriteria, OnlyNetworkDevicesRunASwitchOs) {
  EXPECT_TRUE(has_os(NodeKind::switch_));
  EXPECT_TRUE(has_os(NodeKind::controller));
  EXPECT_FALSE(has_os(NodeKind::host));
  EXPECT_FALSE(has_os(NodeKind::external));
  EXPECT_FALSE(has_os(NodeKind::segment));
}

TEST(NodeCriteria, APatternsStarStandsForAnyText) {
  const struct {
    const char* pattern;
    const char* name;
    bool fits;
  } cases[] = {
      {"core-1", "core-1", true},
      {"core-1", "core-11", false},
      {"core-*", "core-1", true},
      {"core-*", "core-", true},
      {"*", "", true},
      {"*-1", "core-1", true},
      {"*-1", "core-12", false},
      {"a*b*c", "aXbYc", true},
      {"a*b*c", "aXcYb", false},
      {"a*aab", "aaaaaaaaaab", true},
      {"", "x", false},
      {"a**", "a", true},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(matches_pattern(c.pattern, c.name), c.fits) << c.pattern << " " << c.name;
  }
}

TEST(NodeCriteria, AllWrittenCriteriaMustHold) {
  NodeConfig node;
  node.name = "core-1";
  node.os = "sonic";
  node.role = "core";
  node.site = "north";
  Selector selector;
  EXPECT_TRUE(matches_identity(selector, node));
  selector.names = {{"edge-*", {}}, {"core-*", {}}};
  selector.os = "so*";
  selector.role = "core";
  EXPECT_TRUE(matches_identity(selector, node));
  selector.site = "south";
  EXPECT_FALSE(matches_identity(selector, node));
}

TEST(NodeCriteria, VersionFeatureAndAmountAreSomebodyElsesBusiness) {
  NodeConfig node;
  Selector selector;
  selector.version = "9.*";
  selector.feature = "none";
  selector.amount = Selector::Amount::count;
  selector.count = 7;
  EXPECT_TRUE(matches_identity(selector, node));
}

TEST(NodeCriteria, EveryLabelThatIsWrittenMustBeThere) {
  NodeConfig node;
  node.group = "spine";
  node.labels = {{"rack", "r1"}, {"side", "a"}};
  const auto fits = [&](const Selector& selector) { return matches_properties(selector, node); };
  Selector labels;
  labels.labels = {{"rack", "r*"}, {"side", "a"}};
  EXPECT_TRUE(fits(labels));
  labels.labels["side"] = "b";
  EXPECT_FALSE(fits(labels));
  labels.labels = {{"row", "*"}};
  EXPECT_FALSE(fits(labels));
  Selector group;
  group.group = "sp*";
  EXPECT_TRUE(fits(group));
  group.group = "leaf";
  EXPECT_FALSE(fits(group));
}

}  // namespace
}  // namespace switchfault
