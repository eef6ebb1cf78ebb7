#include <chrono>

#include <gtest/gtest.h>

#include "actions/action_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(RestoreConfiguration, BringsABlankNodeBack) {
  ActionLab lab;
  lab.os().lose_startup_configuration();
  lab.os().boot(BootKind::cold, "reload");
  lab.run_for(2min);
  EXPECT_TRUE(lab.os().configuration_lost());
  EXPECT_EQ(lab.act("restore_configuration"), "");
  lab.run_for(2min);
  EXPECT_TRUE(lab.complete());
  EXPECT_FALSE(lab.os().configuration_lost());
}

TEST(RestoreConfiguration, WorksAtTheBootLoaderToo) {
  ActionLab lab;
  lab.os().lose_startup_configuration(StartupLoss::boot_fails);
  lab.os().boot(BootKind::cold, "reload");
  lab.run_for(2min);
  EXPECT_EQ(lab.act("restore_configuration"), "");
  lab.run_for(2min);
  EXPECT_TRUE(lab.complete());
}

}  // namespace
}  // namespace switchfault
