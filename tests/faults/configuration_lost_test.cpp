#include <chrono>

#include <gtest/gtest.h>

#include "faults/fault_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(ConfigurationLost, TheNodeComesUpBlank) {
  FaultLab lab;
  lab.inject("configuration_lost");
  EXPECT_FALSE(lab.os().configuration_lost());
  lab.boot(BootKind::cold);
  EXPECT_TRUE(lab.os().configuration_lost());
  EXPECT_EQ(lab.survives(), kEveryBoot);
}

TEST(ConfigurationLost, IsOverAfterABootWithTheBackup) {
  FaultLab lab;
  lab.inject("configuration_lost");
  lab.boot(BootKind::cold);
  lab.os().restore_configuration();
  lab.boot(BootKind::cold);
  EXPECT_FALSE(lab.os().configuration_lost());
  EXPECT_EQ(lab.os().boots(), 3U);
  lab.boot(BootKind::cold);
  EXPECT_FALSE(lab.os().configuration_lost());
}

TEST(ConfigurationLost, MayEndTheBoot) {
  FaultLab lab;
  lab.inject("configuration_lost", {{"outcome", "boot_fails"}});
  lab.os().boot(BootKind::cold, "reload");
  lab.run_for(1h);
  EXPECT_EQ(lab.log().back(), "1m s1 host failed");
}

}  // namespace
}  // namespace switchfault
