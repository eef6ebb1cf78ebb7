#include <chrono>

#include <gtest/gtest.h>

#include "actions/action_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(EnableFeature, IsTheOppositeOfDisabling) {
  ActionLab lab;
  EXPECT_EQ(lab.act("enable_feature", {{"feature", "storm_control"}}), "");
  EXPECT_TRUE(lab.os().has_feature("storm_control"));
  EXPECT_EQ(lab.act("disable_feature", {{"feature", "storm_control"}}), "");
  EXPECT_FALSE(lab.os().has_feature("storm_control"));
}

}  // namespace
}  // namespace switchfault
