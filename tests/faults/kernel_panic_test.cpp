#include <chrono>

#include <gtest/gtest.h>

#include "faults/fault_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(KernelPanic, HappensOnceAndTheHostReboots) {
  FaultLab lab;
  lab.run_for(10s);
  lab.inject("kernel_panic");
  lab.run_for(1h);
  EXPECT_EQ(lab.log().front(), "10s s1 host panicked: kernel panic");
  EXPECT_EQ(lab.os().boots(), 2U);
  EXPECT_EQ(lab.survives(), "");
}

TEST(KernelPanic, MayComeBackAfterEachBootUntilCleared) {
  FaultLab lab;
  lab.inject("kernel_panic", {{"after_boot", "2m"}});
  EXPECT_EQ(lab.survives(), kEveryBoot);
  lab.run_for(60s);  // Up again.
  lab.booted(BootKind::cold);
  lab.run_for(2min);
  EXPECT_EQ(lab.os().host_state(), HostState::booting);
  lab.run_for(60s);
  lab.booted(BootKind::cold);
  lab.clear();
  lab.run_for(1h);
  EXPECT_EQ(lab.os().boots(), 3U);
}

TEST(KernelPanic, TheTimeAfterABootMayBeDrawnBetweenTwo) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    FaultLab lab(lab_switch("s1"), seed);
    lab.inject("kernel_panic", {{"after_boot", "2m"}, {"after_boot_max", "5m"}});
    lab.run_for(60s);
    lab.booted(BootKind::cold);
    lab.run_for(2min - 1ns);
    EXPECT_EQ(lab.os().host_state(), HostState::up);
    lab.run_for(3min);
    EXPECT_EQ(lab.os().boots(), 3U);
  }
}

TEST(KernelPanic, AnExponentialTimeDiffersBySeed) {
  const auto life = [](std::uint64_t seed) {
    FaultLab lab(lab_switch("s1"), seed);
    lab.inject("kernel_panic", {{"after_boot", "1h"}, {"law", "exponential"}});
    lab.run_for(3min);
    lab.booted(BootKind::cold);
    while (lab.os().host_state() == HostState::up) {
      lab.run_for(1s);
    }
    return lab.simulator().now();
  };
  EXPECT_EQ(life(1), life(1));
  EXPECT_NE(life(1), life(2));
}

TEST(KernelPanic, AHostThatDoesNotRebootStaysDead) {
  FaultLab lab;
  lab.inject("kernel_panic", {{"reboots", "false"}});
  lab.run_for(10h);
  EXPECT_EQ(lab.os().host_state(), HostState::panicked);
  FaultLab later;
  later.inject("kernel_panic", {{"reboot_delay", "10m"}});
  later.run_for(10min);
  EXPECT_EQ(later.log().back(), "10m s1 host booting");
}

}  // namespace
}  // namespace switchfault
