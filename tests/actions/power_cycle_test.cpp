#include <chrono>

#include <gtest/gtest.h>

#include "actions/action_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(PowerCycle, HelpsWhereNothingAnswers) {
  ActionLab lab;
  lab.os().hang_host("bug", true);
  EXPECT_EQ(lab.act("power_cycle"), "");
  lab.run_for(129s);
  EXPECT_FALSE(lab.complete());
  lab.run_for(1s);
  EXPECT_TRUE(lab.complete());
}

TEST(PowerCycle, NeedsSomebodyAtTheBoxAndPower) {
  const ActionKind kind = kind_named(action_catalog(), "power_cycle");
  EXPECT_TRUE(kind.needs_presence);
  EXPECT_FALSE(kind.needs_login);
  ActionLab lab;
  lab.os().power_off();
  EXPECT_EQ(lab.act("power_cycle"), "the host has no power");
}

}  // namespace
}  // namespace switchfault
