#include <chrono>

#include <gtest/gtest.h>

#include "os/lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(SwitchOsLife, AColdBootTakesEveryPlaneDownForItsOwnTime) {
  Lab lab(lab_switch("s1"));
  lab.run_for(10s);
  lab.os().boot(BootKind::cold, "reload");
  lab.run_for(5min);
  EXPECT_EQ(lab.log(),
            (Log{"10s s1 boot cold: reload", "10s s1 host booting", "10s s1 control down",
                 "10s s1 data down", "10s s1 management down", "1m10s s1 host up",
                 "1m10s s1 control up", "1m40s s1 data up", "1m50s s1 management up"}));
}

TEST(SwitchOsLife, AWarmBootKeepsTheDataPlaneAndItsTables) {
  Lab lab(lab_switch("s1"));
  lab.os().program(SetPortState{LogicalPort{1}, StpState::forwarding});
  lab.os().boot(BootKind::warm, "reload");
  lab.run_for(30s);
  EXPECT_TRUE(lab.os().serves(Plane::data));
  EXPECT_EQ(lab.os().chip().port_state(LogicalPort{1}), StpState::forwarding);
  lab.run_for(5min);
  EXPECT_EQ(lab.log(), (Log{"0s s1 boot warm: reload", "0s s1 host booting", "0s s1 control down",
                            "0s s1 management down", "1m s1 host up", "1m s1 control up",
                            "1m10s s1 management up"}));
}

TEST(SwitchOsLife, AColdBootEmptiesTheChip) {
  Lab lab(lab_switch("s1"));
  lab.os().program(SetPortState{LogicalPort{1}, StpState::forwarding});
  lab.os().boot(BootKind::cold, "reload");
  EXPECT_EQ(lab.os().chip().port_state(LogicalPort{1}), StpState::discarding);
}

TEST(SwitchOsLife, ABootDuringABootStartsAnew) {
  Lab lab(lab_switch("s1"));
  lab.os().boot(BootKind::cold, "first");
  lab.run_for(50s);
  lab.os().boot(BootKind::cold, "second");
  lab.run_for(59s);
  EXPECT_EQ(lab.os().host_state(), HostState::booting);
  lab.run_for(1s);
  EXPECT_EQ(lab.os().host_state(), HostState::up);
  EXPECT_EQ(lab.os().boots(), 3U);  // With the first start.
}

TEST(SwitchOsLife, APanicEmptiesTheChipAndRebootsCold) {
  Lab lab(lab_switch("s1"));
  lab.run_for(1s);
  lab.os().panic("bug");
  lab.run_for(2min);
  EXPECT_EQ(lab.log(), (Log{"1s s1 host panicked: bug", "1s s1 control down",
                            "1s s1 management down", "1s s1 data down", "1s s1 boot cold: panic",
                            "1s s1 host booting", "1m1s s1 host up", "1m1s s1 control up",
                            "1m31s s1 data up", "1m41s s1 management up"}));
}

TEST(SwitchOsLife, APanicMayWaitOrStay) {
  Lab lab({lab_switch("s1"), lab_switch("s2")});
  lab.os("s1").set_panic_reboots(true, 30s);
  lab.os("s2").set_panic_reboots(false);
  lab.os("s1").panic("bug");
  lab.os("s2").panic("bug");
  lab.run_for(29s);
  EXPECT_EQ(lab.os("s1").host_state(), HostState::panicked);
  lab.run_for(1s);
  EXPECT_EQ(lab.os("s1").host_state(), HostState::booting);
  lab.run_for(1h);
  EXPECT_EQ(lab.os("s1").host_state(), HostState::up);
  EXPECT_EQ(lab.os("s2").host_state(), HostState::panicked);
}

TEST(SwitchOsLife, AHungHostForwardsWithStaleTables) {
  Lab lab(lab_switch("s1"));
  lab.os().program(SetPortState{LogicalPort{1}, StpState::forwarding});
  lab.os().hang_host("bug");
  EXPECT_EQ(lab.log(),
            (Log{"0s s1 host hung: bug", "0s s1 control down", "0s s1 management down"}));
  EXPECT_TRUE(lab.os().serves(Plane::data));
  EXPECT_FALSE(lab.os().running(ProcessFunction::routing));
  lab.os().program(SetPortState{LogicalPort{1}, StpState::discarding});
  EXPECT_EQ(lab.os().chip().port_state(LogicalPort{1}), StpState::forwarding);
  EXPECT_EQ(lab.os().pending_writes(), 1U);
}

}  // namespace
}  // namespace switchfault
