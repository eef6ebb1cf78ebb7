#include <chrono>

#include <gtest/gtest.h>

#include "actions/action_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(RollBack, BootsTheStandbyImage) {
  NodeConfig config = lab_switch("s1");
  config.standby_version = "0.9";
  ActionLab lab(config);
  EXPECT_EQ(lab.act("roll_back"), "");
  lab.run_for(100s);
  EXPECT_TRUE(lab.complete());
  EXPECT_EQ(lab.os().firmware().active.text(), "0.9");
  EXPECT_EQ(lab.os().firmware().standby->text(), "1.0");
}

TEST(RollBack, NeedsAStandbyImage) {
  ActionLab lab;
  EXPECT_EQ(lab.act("roll_back"), "there is no standby image");
}

}  // namespace
}  // namespace switchfault
