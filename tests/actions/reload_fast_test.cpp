#include <chrono>

#include <gtest/gtest.h>

#include "actions/action_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(ReloadFast, TakesTheTimesOfAFastBoot) {
  ActionLab lab;
  EXPECT_EQ(lab.act("reload_fast"), "");
  lab.run_for(24s);
  EXPECT_FALSE(lab.os().serves(Plane::data));
  lab.run_for(1s);
  EXPECT_TRUE(lab.os().serves(Plane::data));
  EXPECT_EQ(lab.action().boot(), BootKind::fast);
}

}  // namespace
}  // namespace switchfault
