#include <chrono>

#include <gtest/gtest.h>

#include "faults/fault_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(HostHang, SilencesTheHostUntilItBoots) {
  FaultLab lab;
  lab.inject("host_hang");
  lab.run_for(1h);
  EXPECT_TRUE(lab.os().serves(Plane::data));
  EXPECT_EQ(lab.log(), (Log{"0s s1 host hung: the host hangs", "0s s1 control down",
                            "0s s1 management down"}));
  lab.boot(BootKind::power_cycle);
  EXPECT_EQ(lab.os().host_state(), HostState::up);
  EXPECT_EQ(lab.survives(), "");
}

TEST(HostHang, MayStopTheDataPlaneToo) {
  FaultLab lab;
  lab.inject("host_hang", {{"data_plane", "stops"}});
  EXPECT_FALSE(lab.os().serves(Plane::data));
}

TEST(HostHang, AWatchdogBootsTheHost) {
  FaultLab lab;
  lab.inject("host_hang", {{"watchdog", "2m"}});
  lab.run_for(121s);
  EXPECT_EQ(lab.log()[3], "2m s1 boot cold: watchdog");
}

TEST(HostHang, AWatchdogDoesNotBiteAHostThatWasBootedBefore) {
  FaultLab lab;
  lab.inject("host_hang", {{"watchdog", "10m"}});
  lab.boot(BootKind::cold);
  lab.run_for(1h);
  EXPECT_EQ(lab.os().boots(), 2U);
}

}  // namespace
}  // namespace switchfault
