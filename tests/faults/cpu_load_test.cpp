#include <chrono>

#include <gtest/gtest.h>

#include "faults/fault_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(CpuLoadFault, TakesItsShareUntilCleared) {
  FaultLab lab;
  lab.inject("cpu_load", {{"share", "95%"}});
  EXPECT_DOUBLE_EQ(lab.os().cpu_load(), 0.95);
  EXPECT_EQ(lab.survives(), kEveryBoot);
  lab.boot(BootKind::cold);
  EXPECT_DOUBLE_EQ(lab.os().cpu_load(), 0.95);
  lab.clear();
  EXPECT_DOUBLE_EQ(lab.os().cpu_load(), 0);
  EXPECT_EQ(lab.log().front(), "0s s1 cpu 95%");
  EXPECT_EQ(lab.log().back(), "3m1ns s1 cpu 0%");
}

TEST(CpuLoadFault, OfAProcessThatSpinsEndsWithABoot) {
  FaultLab lab;
  lab.inject("cpu_load", {{"share", "1"}, {"persistent", "false"}});
  lab.boot(BootKind::warm);
  EXPECT_DOUBLE_EQ(lab.os().cpu_load(), 0);
}

}  // namespace
}  // namespace switchfault
