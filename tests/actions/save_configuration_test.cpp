#include <chrono>

#include <gtest/gtest.h>

#include "actions/action_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(SaveConfiguration, KeepsWhatWasChanged) {
  ActionLab lab;
  lab.os().configure("features.x", "on");
  EXPECT_EQ(lab.act("save_configuration"), "");
  EXPECT_TRUE(lab.complete());
  lab.os().boot(BootKind::cold, "reload");
  lab.run_for(2min);
  EXPECT_TRUE(lab.os().has_feature("x"));
}

}  // namespace
}  // namespace switchfault
