#include <chrono>

#include <gtest/gtest.h>

#include "actions/action_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(ClearTable, ForgetsWhatWasLearned) {
  ActionLab lab;
  lab.os().program(LearnMac{{.vlan = 1, .mac = {1}, .port = LogicalPort{1}}});
  EXPECT_EQ(lab.act("clear_table", {{"table", "mac"}}), "");
  EXPECT_TRUE(lab.complete());
  EXPECT_TRUE(lab.os().chip().macs().empty());
}

TEST(ClearTable, NeedsTheTableProgrammer) {
  ActionLab lab;
  lab.os().give_up(lab.os().find_process("table_programmer"));
  EXPECT_EQ(lab.act("clear_table", {{"table", "mac"}}), "its table programmer does not run");
}

}  // namespace
}  // namespace switchfault
