#include <chrono>

#include <gtest/gtest.h>

#include "faults/fault_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

constexpr LogicalPort kPort{1};

TEST(ProgrammerDeath, TheTablesGoStaleUntilItIsRestarted) {
  FaultLab lab;
  lab.inject("programmer_death");
  lab.os().program(SetPortState{kPort, StpState::forwarding});
  lab.run_for(1h);
  EXPECT_EQ(lab.os().chip().port_state(kPort), StpState::discarding);
  EXPECT_EQ(lab.survives(), "");
  lab.os().restart(lab.os().find_process("table_programmer"));
  EXPECT_EQ(lab.os().chip().port_state(kPort), StpState::forwarding);
  EXPECT_EQ(lab.log(), (Log{"0s s1 table_programmer given up", "0s s1 tables stale",
                            "1h s1 tables agree", "1h s1 table_programmer running"}));
}

TEST(ProgrammerDeath, OfAChipThatHangsOnlyItsResetHelps) {
  FaultLab lab;
  lab.inject("programmer_death", {{"cured_by", "chip_reset"}});
  lab.os().restart(lab.os().find_process("table_programmer"));
  lab.run_for(1min);
  EXPECT_FALSE(lab.os().running(ProcessFunction::table_programmer));
  EXPECT_EQ(lab.survives(), "warm");
  lab.boot(BootKind::warm);
  EXPECT_FALSE(lab.os().running(ProcessFunction::table_programmer));
  lab.boot(BootKind::fast);
  EXPECT_TRUE(lab.os().running(ProcessFunction::table_programmer));
}

}  // namespace
}  // namespace switchfault
