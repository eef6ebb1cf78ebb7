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

TEST(SwitchOsLife, AHangMayTakeTheDataPlaneWithIt) {
  Lab lab(lab_switch("s1"));
  lab.os().hang_host("disk", true);
  EXPECT_FALSE(lab.os().serves(Plane::data));
  lab.os().boot(BootKind::power_cycle, "on site");
  lab.run_for(130s);
  EXPECT_TRUE(lab.os().serves(Plane::data));
  EXPECT_TRUE(lab.os().serves(Plane::management));
}

TEST(SwitchOsLife, ClocksStartAsStatedAndUptimeStartsAnewWithABoot) {
  NodeConfig config = lab_switch("s1");
  config.uptime_at_start = 1000h;
  config.power_on_at_start = 5000h;
  Lab lab(config);
  lab.run_for(1h);
  EXPECT_EQ(lab.os().uptime(), Duration{1001h});
  EXPECT_EQ(lab.os().power_on_time(), Duration{5001h});
  lab.os().boot(BootKind::cold, "reload");
  EXPECT_EQ(lab.os().uptime(), Duration{0s});
  lab.run_for(1h);
  EXPECT_EQ(lab.os().uptime(), Duration{59min});  // The host was up after a minute.
  EXPECT_EQ(lab.os().power_on_time(), Duration{5002h});
}

TEST(SwitchOsLife, PowerOnTimeStandsStillWithoutPower) {
  Lab lab(lab_switch("s1"));
  lab.run_for(1h);
  lab.os().power_off();
  lab.run_for(1h);
  EXPECT_EQ(lab.os().power_on_time(), Duration{1h});
  lab.os().power_on();
  lab.run_for(1h);
  EXPECT_EQ(lab.os().power_on_time(), Duration{2h});
}

TEST(SwitchOsLife, PowerThatReturnsStartsAPowerCycleBoot) {
  Lab lab(lab_switch("s1"));
  lab.os().power_off();
  EXPECT_FALSE(lab.os().port_powered(PortIndex{0}));
  lab.run_for(10s);
  lab.os().power_on();
  lab.run_for(5min);
  EXPECT_EQ(lab.log(), (Log{"0s s1 host off: no power", "0s s1 control down", "0s s1 data down",
                            "0s s1 management down", "10s s1 boot power_cycle: power on",
                            "10s s1 host booting", "1m40s s1 host up", "1m40s s1 control up",
                            "2m10s s1 data up", "2m20s s1 management up"}));
}

class PowerListener final : public OsListener {
 public:
  void port_power_changed(SwitchOs& os, PortIndex port) override {
    changes.push_back(os.port_name(port) + (os.port_powered(port) ? " on" : " off"));
  }
  Log changes;
};

TEST(SwitchOsLife, ABoxOfAStackLosesItsPortsAndTheLastOneTheInstance) {
  NodeConfig config = lab_switch("s1");
  config.boxes = 2;
  Lab lab(config);
  PowerListener listener;
  lab.os().add_listener(listener);
  lab.os().power_box(2, false);
  EXPECT_EQ(listener.changes, (Log{"2/1 off", "2/2 off"}));
  EXPECT_EQ(lab.os().host_state(), HostState::up);
  lab.os().power_box(1, false);
  EXPECT_EQ(lab.os().host_state(), HostState::off);
  lab.os().power_box(2, true);
  EXPECT_EQ(lab.os().host_state(), HostState::booting);
  EXPECT_TRUE(lab.os().port_powered(PortIndex{2}));
  EXPECT_FALSE(lab.os().port_powered(PortIndex{0}));
}

TEST(SwitchOsLife, ABootThatFailsStaysDeadUntilMended) {
  Lab lab(lab_switch("s1"));
  lab.os().fail_boot("flash worn");
  lab.run_for(1h);
  EXPECT_TRUE(lab.os().serves(Plane::control));  // It sleeps until the boot.
  lab.os().boot(BootKind::cold, "reload");
  lab.run_for(1h);
  EXPECT_EQ(lab.log(), (Log{"1h s1 boot cold: reload", "1h s1 host booting", "1h s1 control down",
                            "1h s1 data down", "1h s1 management down",
                            "1h1m s1 boot failed: flash worn", "1h1m s1 host failed"}));
  lab.os().boot(BootKind::power_cycle, "again");
  lab.run_for(1h);
  EXPECT_EQ(lab.os().host_state(), HostState::failed);
  lab.os().mend_boot();
  lab.os().boot(BootKind::power_cycle, "third");
  lab.run_for(1h);
  EXPECT_EQ(lab.os().host_state(), HostState::up);
}

TEST(SwitchOsLife, ABootInProgressFailsAtOnce) {
  Lab lab(lab_switch("s1"));
  lab.os().boot(BootKind::cold, "reload");
  lab.run_for(10s);
  lab.os().fail_boot("flash full");
  EXPECT_EQ(lab.os().host_state(), HostState::failed);
  EXPECT_FALSE(lab.os().boot_in_progress());
}

TEST(SwitchOsLife, AReplacedBoxHasNoFaultsOfTheOldOneAndTheBackupConfiguration) {
  Lab lab(lab_switch("s1"));
  lab.os().fail_boot("flash worn");
  lab.os().configure("features.x", "on");
  lab.os().save_configuration();
  lab.os().set_port_fault(1, PortIndex{2}, {.transmit_loss = 1});
  lab.run_for(1h);
  lab.os().replace();
  lab.run_for(1h);
  EXPECT_EQ(lab.os().host_state(), HostState::up);
  EXPECT_EQ(lab.os().power_on_time(), Duration{1h});
  EXPECT_EQ(lab.os().configured("features.x"), "");
  EXPECT_EQ(lab.os().port_fault(PortIndex{2}), PortFault{});
  EXPECT_EQ(lab.os().replacements(), 1U);
}

NodeConfig dual(bool synchronised) {
  NodeConfig config = lab_switch("s1");
  config.dual_supervisor = true;
  config.supervisor_synchronised = synchronised;
  return config;
}

TEST(SwitchOsLife, ASynchronisedStandbySupervisorTakesOverWithoutTouchingData) {
  Lab lab(dual(true));
  lab.os().configure("features.x", "on");  // Never saved, but the standby knows it.
  lab.run_for(1h);
  lab.forget();
  lab.os().panic("bug");
  lab.run_for(5min);
  EXPECT_EQ(lab.log(),
            (Log{"1h s1 host panicked: bug", "1h s1 control down", "1h s1 management down",
                 "1h s1 boot warm: standby supervisor takes over", "1h s1 host booting",
                 "1h1m s1 host up", "1h1m s1 control up", "1h1m10s s1 management up"}));
  EXPECT_EQ(lab.os().configured("features.x"), "on");
  EXPECT_EQ(lab.os().uptime(), Duration{1h + 5min});
}

TEST(SwitchOsLife, TheOtherSupervisorMustHaveBootedBeforeItCanTakeOverAgain) {
  Lab lab(dual(true));
  lab.os().hang_host("first");
  lab.run_for(59s);
  lab.os().panic("second");
  EXPECT_FALSE(lab.os().serves(Plane::data));
  lab.run_for(5min);
  lab.os().panic("third");
  EXPECT_TRUE(lab.os().serves(Plane::data));
}

TEST(SwitchOsLife, AnUnsynchronisedStandbySupervisorStartsCold) {
  Lab lab(dual(false));
  lab.os().hang_host("bug");
  EXPECT_EQ(lab.os().host_state(), HostState::booting);
  EXPECT_FALSE(lab.os().serves(Plane::data));
}

TEST(SwitchOsLife, ABootThatWaitsAfterAPanicDiesWithThePower) {
  Lab lab(lab_switch("s1"));
  lab.os().set_panic_reboots(true, 1min);
  lab.os().panic("bug");
  lab.os().power_off();
  lab.run_for(1h);
  EXPECT_EQ(lab.os().host_state(), HostState::off);
}

TEST(SwitchOsLife, AReloadDuringATakeOverLoadsTheStartUpConfiguration) {
  Lab lab(dual(true));
  lab.os().configure("features.x", "on");
  lab.os().panic("bug");
  lab.os().boot(BootKind::cold, "reload");
  lab.run_for(5min);
  EXPECT_FALSE(lab.os().has_feature("x"));
}

TEST(SwitchOsLife, WhatFollowsFromAPanicHasItAsItsCause) {
  Lab lab(lab_switch("s1"));
  lab.os().panic("bug");
  lab.run_for(5min);
  const auto& log = lab.observations().observations();
  const auto cause = [&](std::size_t i) { return static_cast<std::size_t>(log[i].cause); };
  EXPECT_EQ(log[0].kind, ObservationKind::host_state);
  EXPECT_EQ(cause(1), 0U);  // control down
  EXPECT_EQ(cause(3), 0U);  // data down
  EXPECT_EQ(log[4].kind, ObservationKind::boot_started);
  EXPECT_EQ(cause(4), 0U);
  EXPECT_EQ(cause(5), 4U);  // host booting
  EXPECT_EQ(cause(6), 5U);  // host up
}

}  // namespace
}  // namespace switchfault
