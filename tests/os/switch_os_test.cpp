#include "os/switch_os.h"

#include <chrono>
#include <vector>

#include <gtest/gtest.h>

#include "os/lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

constexpr LogicalPort kPort1{1};
constexpr LogicalPort kPort2{2};

LearnMac learn(std::uint64_t mac, LogicalPort port = kPort1) {
  return {{.vlan = 10, .mac = {mac}, .port = port, .last_seen = kTimeZero}};
}

SetRoute route(const char* text) {
  return {{VrfIndex::global, *IpPrefix::parse(text), {}}};
}

// Counts what it is told.
class Listener final : public OsListener {
 public:
  void chip_changed(SwitchOs& /*os*/, const ChipWrite* write) override {
    (write == nullptr ? whole : writes) += 1;
  }
  void port_admin_changed(SwitchOs& os, PortIndex port) override {
    ports.push_back(os.port_name(port) + (os.port_enabled(port) ? " on" : " off"));
  }
  void port_fault_changed(SwitchOs& os, PortIndex port) override {
    ports.push_back(os.port_name(port) + " fault");
  }
  void configuration_changed(SwitchOs& /*os*/, std::string_view key) override {
    keys.emplace_back(key);
  }
  int writes = 0, whole = 0;
  Log ports, keys;
};

TEST(SwitchOs, WritesReachTheChipAtOnceAndOnlyChangesAreTold) {
  Lab lab(lab_switch("s1"));
  Listener listener;
  lab.os().add_listener(listener);
  lab.os().program(SetPortState{kPort1, StpState::forwarding});
  lab.os().program(SetPortState{kPort1, StpState::forwarding});
  EXPECT_EQ(listener.writes, 1);
  EXPECT_EQ(lab.os().chip().port_state(kPort1), StpState::forwarding);
  EXPECT_EQ(lab.log(), Log{});
}

TEST(SwitchOs, RoutesWrittenTogetherAreToldOnce) {
  NodeConfig config = lab_switch("s1");
  config.route_capacity = 2;
  Lab lab(config);
  Listener listener;
  lab.os().add_listener(listener);
  const std::vector<ChipWrite> writes = {route("10.0.0.0/8"), route("11.0.0.0/8"),
                                         route("12.0.0.0/8")};
  lab.os().program_routes(writes, {});
  EXPECT_EQ(listener.writes, 1);
  EXPECT_EQ(lab.os().chip().routes().size(), 2U);
  EXPECT_EQ(lab.log(), Log{"0s s1 table routes full"});
  lab.os().give_up(lab.os().find_process("table_programmer"));
  lab.os().program_routes(
      std::vector<ChipWrite>{RemoveRoute{VrfIndex::global, *IpPrefix::parse("10.0.0.0/8")},
                             route("10.0.0.0/8")},
      {});
  EXPECT_EQ(lab.os().pending_writes(), 1U);
}

TEST(SwitchOs, WritesWaitWhileTheProgrammerIsDeadAndAreAppliedWhenItStarts) {
  Lab lab(lab_switch("s1"));
  const ProcessIndex programmer = lab.os().find_process("table_programmer");
  lab.os().give_up(programmer);
  lab.run_for(1s);
  lab.os().program(SetPortState{kPort1, StpState::learning});
  lab.os().program(SetPortState{kPort1, StpState::forwarding});
  lab.os().program(SetPortState{kPort2, StpState::learning});
  EXPECT_EQ(lab.os().pending_writes(), 2U);
  EXPECT_EQ(lab.os().chip().port_state(kPort1), StpState::discarding);
  lab.run_for(1s);
  lab.os().restart(programmer);
  EXPECT_EQ(lab.os().chip().port_state(kPort1), StpState::forwarding);
  EXPECT_EQ(lab.log(), (Log{"0s s1 table_programmer given up", "1s s1 tables stale",
                            "2s s1 tables agree", "2s s1 table_programmer running"}));
}

TEST(SwitchOs, AMacThatWaitedIsAsFreshAsItsWriting) {
  Lab lab(lab_switch("s1"));
  const ProcessIndex programmer = lab.os().find_process("table_programmer");
  lab.os().give_up(programmer);
  lab.os().program(learn(1));
  lab.run_for(1h);
  lab.os().restart(programmer);
  lab.run_for(299s);
  SimTime expires = kNever;
  const SimTime now = lab.simulator().now();
  EXPECT_NE(lab.os().chip().find_mac(10, {1}, now, expires), nullptr);
  EXPECT_EQ(expires, now + 1s);
}

TEST(SwitchOs, WhatIsDecidedWhenControlReturnsReachesTheChipAtOnce) {
  class Decider final : public OsListener {
   public:
    void plane_changed(SwitchOs& os, Plane plane) override {
      if (plane == Plane::control && os.serves(plane)) {
        os.program(SetPortState{kPort1, StpState::forwarding});
      }
    }
  };
  Lab lab(lab_switch("s1"));
  Decider decider;
  lab.os().add_listener(decider);
  lab.os().boot(BootKind::warm, "reload");
  lab.run_for(1min);
  EXPECT_EQ(lab.os().chip().port_state(kPort1), StpState::forwarding);
  EXPECT_EQ(lab.log().back(), "1m s1 control up");
}

TEST(SwitchOs, ARestartOfTheProgrammerRepairsTheTables) {
  Lab lab(lab_switch("s1"));
  lab.os().program(learn(1));
  lab.os().corrupt({.table = ChipTable::mac, .share = 1});
  EXPECT_EQ(lab.log(), (Log{"0s s1 table mac corrupted: 1"}));
  EXPECT_TRUE(lab.os().chip().corrupted(ChipTable::mac, mac_key(10, {1}), nullptr));
  lab.os().restart(lab.os().find_process("table_programmer"));
  EXPECT_FALSE(lab.os().chip().corrupted(ChipTable::mac, mac_key(10, {1}), nullptr));
}

TEST(SwitchOs, NewMacsNeedTheLearningProcessKnownOnesOnlyTheChip) {
  Lab lab(lab_switch("s1"));
  lab.os().program(learn(1));
  lab.os().give_up(lab.os().find_process("mac_learning"));
  lab.os().give_up(lab.os().find_process("table_programmer"));
  lab.forget();
  lab.os().program(learn(1));  // Refreshed by the chip.
  lab.os().program(learn(2));  // Not learned.
  EXPECT_EQ(lab.log(), Log{});
  EXPECT_EQ(lab.os().chip().macs().size(), 1U);
  EXPECT_EQ(lab.os().pending_writes(), 0U);
}

TEST(SwitchOs, AFullTableIsNotedOnceAndAgainWhenThereIsRoom) {
  NodeConfig config = lab_switch("s1");
  config.route_capacity = 1;
  Lab lab(config);
  lab.os().program(route("10.0.0.0/8"));
  lab.os().program(route("11.0.0.0/8"));
  lab.os().program(route("12.0.0.0/8"));
  lab.os().program(RemoveRoute{VrfIndex::global, *IpPrefix::parse("10.0.0.0/8")});
  EXPECT_EQ(lab.log(), (Log{"0s s1 table routes full", "0s s1 table routes has room"}));
  EXPECT_EQ(lab.os().chip().routes().size(), 0U);
}

TEST(SwitchOs, ClearingForgetsLearnedEntriesButWritesRoutesAgain) {
  Lab lab(lab_switch("s1"));
  Listener listener;
  lab.os().program(learn(1));
  lab.os().program(route("10.0.0.0/8"));
  lab.os().corrupt({.table = ChipTable::routes, .share = 1});
  lab.os().add_listener(listener);
  lab.os().clear_table(ChipTable::mac);
  lab.os().clear_table(ChipTable::routes);
  EXPECT_TRUE(lab.os().chip().macs().empty());
  EXPECT_EQ(lab.os().chip().routes().size(), 1U);
  EXPECT_FALSE(lab.os().chip().corrupted(ChipTable::routes, 1, nullptr));
  EXPECT_EQ(listener.whole, 2);
}

TEST(SwitchOs, NothingIsClearedWhileTheProgrammerIsDead) {
  Lab lab(lab_switch("s1"));
  lab.os().program(learn(1));
  lab.os().give_up(lab.os().find_process("table_programmer"));
  lab.os().clear_table(ChipTable::mac);
  EXPECT_EQ(lab.os().chip().macs().size(), 1U);
}

TEST(SwitchOs, FaultsOfSeveralOwnersOnAPortAreIndependent) {
  Lab lab(lab_switch("s1"));
  Listener listener;
  lab.os().add_listener(listener);
  const PortIndex port{2};
  lab.os().set_port_fault(1, port, {.transmit_loss = 0.5});
  lab.os().set_port_fault(2, port, {.transmit_loss = 0.5, .stuck = true});
  EXPECT_EQ(lab.os().port_fault(port), (PortFault{0.75, 0, true}));
  lab.os().set_port_fault(1, port, {});
  EXPECT_EQ(lab.os().port_fault(port), (PortFault{0.5, 0, true}));
  lab.os().set_port_fault(2, port, {});
  lab.os().set_port_fault(2, port, {});
  EXPECT_EQ(lab.os().port_fault(port), PortFault{});
  EXPECT_EQ(listener.ports.size(), 4U);
}

TEST(SwitchOs, PortsHaveNamesAndBoxes) {
  NodeConfig config = lab_switch("s1");
  config.boxes = 2;
  Lab lab(config);
  EXPECT_EQ(lab.os().find_port("2/1"), PortIndex{2});
  EXPECT_EQ(lab.os().find_port("3/1"), std::nullopt);
  EXPECT_EQ(lab.os().port_name(PortIndex{1}), "1/2");
  EXPECT_EQ(lab.os().box_of(PortIndex{1}), 1U);
  EXPECT_EQ(lab.os().box_of(PortIndex{2}), 2U);
}

TEST(SwitchOs, PortsAreShutAndOpenedByConfiguration) {
  NodeConfig config = lab_switch("s1");
  PortConfig shut;
  shut.name = "1/2";
  shut.up = false;
  config.ports = {shut};
  Lab lab(config);
  Listener listener;
  lab.os().add_listener(listener);
  EXPECT_FALSE(lab.os().port_enabled(PortIndex{1}));
  lab.os().set_port_enabled(PortIndex{0}, false);
  lab.os().configure("isolated", "on");
  lab.os().configure("isolated", "off");
  EXPECT_EQ(listener.ports, (Log{"1/1 off", "2/1 off", "2/2 off", "2/1 on", "2/2 on"}));
  EXPECT_EQ(lab.log(),
            (Log{"0s s1 configuration ports.1/1.up = off", "0s s1 configuration isolated = on",
                 "0s s1 configuration isolated = off"}));
}

TEST(SwitchOs, AnUnsavedChangeDiesAtTheBootASavedOneStays) {
  NodeConfig config = lab_switch("s1");
  config.features = {"dns_client"};
  Lab lab(config);
  lab.os().configure("features.dns_client", "off");
  EXPECT_FALSE(lab.os().has_feature("dns_client"));
  lab.os().boot(BootKind::cold, "reload");
  lab.run_for(5min);
  EXPECT_TRUE(lab.os().has_feature("dns_client"));
  lab.os().configure("features.dns_client", "off");
  lab.os().save_configuration();
  lab.os().boot(BootKind::cold, "reload");
  lab.run_for(5min);
  EXPECT_FALSE(lab.os().has_feature("dns_client"));
}

TEST(SwitchOs, AValueTakenOutLeavesWhatTheFileSays) {
  Lab lab(lab_switch("s1"));
  lab.os().configure("isolated", "on");
  lab.os().configure("isolated", "");
  EXPECT_TRUE(lab.os().port_enabled(PortIndex{0}));
  EXPECT_EQ(lab.log().back(), "0s s1 configuration isolated removed");
}

TEST(SwitchOs, ALostStartupConfigurationIsMissedAtTheNextBoot) {
  NodeConfig config = lab_switch("s1");
  config.features = {"dns_client"};
  Lab lab(config);
  Listener listener;
  lab.os().add_listener(listener);
  lab.os().lose_startup_configuration();
  EXPECT_TRUE(lab.os().has_feature("dns_client"));
  lab.os().boot(BootKind::warm, "reload");
  lab.run_for(5min);
  EXPECT_TRUE(lab.os().configuration_lost());
  EXPECT_FALSE(lab.os().has_feature("dns_client"));
  EXPECT_EQ(listener.keys, (Log{""}));
  lab.os().restore_configuration();
  EXPECT_TRUE(lab.os().configuration_lost());  // Until it boots with it.
  lab.os().boot(BootKind::warm, "reload");
  lab.run_for(5min);
  EXPECT_FALSE(lab.os().configuration_lost());
}

TEST(SwitchOs, AConfigurationThatWasNeverSavedIsLostAtTheFirstReload) {
  NodeConfig config = lab_switch("s1");
  config.startup_config_saved = false;
  Lab lab(config);
  EXPECT_FALSE(lab.os().configuration_lost());
  lab.os().boot(BootKind::cold, "reload");
  lab.run_for(5min);
  EXPECT_TRUE(lab.os().configuration_lost());
}

TEST(SwitchOs, ALostConfigurationIsExplainedByWhatLostIt) {
  Lab lab(lab_switch("s1"));
  lab.os().configure("features.x", "on");  // Observation 0 stands for the fault.
  lab.os().lose_startup_configuration();
  lab.os().boot(BootKind::cold, "reload");
  lab.run_for(1min);
  EXPECT_EQ(lab.log()[7], "1m s1 configuration lost");
  EXPECT_EQ(static_cast<std::size_t>(lab.observations().observations()[7].cause), 0U);
}

TEST(SwitchOs, OneThatWasNeverSavedIsExplainedByTheBoot) {
  NodeConfig config = lab_switch("s1");
  config.startup_config_saved = false;
  Lab lab(config);
  lab.os().boot(BootKind::cold, "reload");
  lab.run_for(1min);
  EXPECT_EQ(lab.log()[5], "1m s1 host up");
  EXPECT_EQ(lab.log()[6], "1m s1 configuration lost");
  EXPECT_EQ(static_cast<std::size_t>(lab.observations().observations()[6].cause), 5U);
}

TEST(SwitchOs, AnUnreadableStartupConfigurationMayEndTheBoot) {
  Lab lab(lab_switch("s1"));
  lab.os().lose_startup_configuration(StartupLoss::boot_fails);
  lab.os().boot(BootKind::cold, "reload");
  lab.run_for(5min);
  EXPECT_EQ(lab.os().host_state(), HostState::failed);
  lab.os().restore_configuration();
  lab.os().boot(BootKind::power_cycle, "on site");
  lab.run_for(5min);
  EXPECT_EQ(lab.os().host_state(), HostState::up);
}

TEST(SwitchOs, LoginsFailWhileAnybodyBlocksThem) {
  Lab lab(lab_switch("s1"));
  lab.os().set_management_blocked(1, true);
  lab.os().set_management_blocked(2, true);
  lab.os().set_management_blocked(1, false);
  EXPECT_FALSE(lab.os().serves(Plane::management));
  lab.os().set_management_blocked(2, false);
  EXPECT_EQ(lab.log(), (Log{"0s s1 management down", "0s s1 management up"}));
}

TEST(SwitchOs, TheOtherImageRunsAfterTheNextBoot) {
  NodeConfig config = lab_switch("s1");
  config.standby_version = "0.9";
  Lab lab(config);
  lab.os().set_standby_version(*Version::parse("2.0"));
  lab.os().activate_standby();
  EXPECT_EQ(lab.os().firmware().active.text(), "1.0");
  lab.os().boot(BootKind::cold, "upgrade");
  lab.run_for(61s);
  EXPECT_EQ(lab.os().firmware().active.text(), "2.0");
  EXPECT_EQ(lab.os().firmware().standby->text(), "1.0");
  EXPECT_EQ(lab.log()[6], "1m s1 firmware LabOS 2.0");
}

}  // namespace
}  // namespace switchfault
