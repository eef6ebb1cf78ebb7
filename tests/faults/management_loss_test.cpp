#include <chrono>

#include <gtest/gtest.h>

#include "faults/fault_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(ManagementLoss, NobodyLogsInThoughEverythingElseWorks) {
  FaultLab lab;
  lab.inject("management_loss");
  EXPECT_TRUE(lab.os().serves(Plane::control));
  lab.clear();
  EXPECT_EQ(lab.log(), (Log{"0s s1 management down", "0s s1 management up"}));
}

TEST(ManagementLoss, EndsWithABootUnlessPersistent) {
  FaultLab lab;
  lab.inject("management_loss");
  lab.boot(BootKind::warm);
  EXPECT_TRUE(lab.os().serves(Plane::management));
  FaultLab expired;
  expired.inject("management_loss", {{"persistent", "true"}});
  expired.boot(BootKind::cold);
  EXPECT_FALSE(expired.os().serves(Plane::management));
  EXPECT_EQ(expired.survives(), kEveryBoot);
}

}  // namespace
}  // namespace switchfault
