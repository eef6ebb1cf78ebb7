#include <chrono>

#include <gtest/gtest.h>

#include "actions/action_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(ReloadWarm, DoesNotInterruptData) {
  ActionLab lab;
  EXPECT_EQ(lab.act("reload_warm"), "");
  EXPECT_TRUE(lab.os().serves(Plane::data));
  EXPECT_EQ(lab.action().boot(), BootKind::warm);
  lab.run_for(70s);
  EXPECT_TRUE(lab.complete());
}

TEST(ReloadWarm, IsRefusedWhereItsTimesAreNotStated) {
  NodeConfig config = lab_switch("s1");
  config.boots[static_cast<std::size_t>(BootKind::warm)].reset();
  ActionLab lab(config);
  EXPECT_EQ(lab.act("reload_warm"), "its times of a warm boot are not stated");
}

}  // namespace
}  // namespace switchfault
