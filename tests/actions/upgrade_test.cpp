#include <chrono>

#include <gtest/gtest.h>

#include "actions/action_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(Upgrade, RunsTheOtherVersionAndKeepsTheFormerAsStandby) {
  ActionLab lab;
  EXPECT_EQ(lab.act("upgrade", {{"version", "2.0"}}), "");
  lab.run_for(100s);
  EXPECT_TRUE(lab.complete());
  EXPECT_EQ(lab.os().firmware().active.text(), "2.0");
  EXPECT_EQ(lab.act("roll_back"), "");
  lab.run_for(100s);
  EXPECT_EQ(lab.os().firmware().active.text(), "1.0");
}

TEST(Upgrade, NeedsAVersion) {
  ActionLab lab;
  EXPECT_EQ(lab.act("upgrade", {{"version", "latest"}}), "latest is not a version");
}

TEST(Upgrade, WithoutTimesOfAColdBootIsRefused) {
  NodeConfig config = lab_switch("s1");
  config.boots[static_cast<std::size_t>(BootKind::cold)].reset();
  ActionLab lab(config);
  EXPECT_EQ(lab.act("upgrade", {{"version", "2.0"}}), "its times of a cold boot are not stated");
}

}  // namespace
}  // namespace switchfault
