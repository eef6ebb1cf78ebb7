#include <chrono>

#include <gtest/gtest.h>

#include "faults/fault_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(BootFailure, SleepsUntilTheNextBoot) {
  FaultLab lab;
  lab.inject("boot_failure", {{"reason", "flash worn"}});
  lab.run_for(1h);
  EXPECT_EQ(lab.os().host_state(), HostState::up);
  lab.os().boot(BootKind::cold, "reload");
  lab.run_for(1h);
  EXPECT_EQ(lab.log().back(), "1h1m s1 host failed");
  EXPECT_EQ(lab.survives(), kEveryBoot);
}

TEST(BootFailure, IsOverWhenClearedOrTheBoxIsReplaced) {
  FaultLab lab;
  lab.inject("boot_failure");
  lab.clear();
  lab.boot(BootKind::cold);
  EXPECT_EQ(lab.os().host_state(), HostState::up);
  FaultLab other;
  other.inject("boot_failure");
  other.os().replace();
  other.run_for(1h);
  EXPECT_EQ(other.os().host_state(), HostState::up);
  EXPECT_EQ(other.survives(), "");
}

}  // namespace
}  // namespace switchfault
