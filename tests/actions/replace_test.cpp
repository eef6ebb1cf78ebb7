#include <chrono>

#include <gtest/gtest.h>

#include "actions/action_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(Replace, TakesAwayWhatSurvivesBoots) {
  ActionLab lab;
  lab.os().fail_boot("flash worn");
  lab.os().set_port_fault(1, PortIndex{0}, {.transmit_loss = 1});
  lab.os().boot(BootKind::cold, "reload");
  lab.run_for(1h);
  EXPECT_EQ(lab.act("replace"), "");
  lab.run_for(130s);
  EXPECT_TRUE(lab.complete());
  EXPECT_EQ(lab.os().port_fault(PortIndex{0}), PortFault{});
  EXPECT_TRUE(kind_named(action_catalog(), "replace").needs_presence);
}

TEST(Replace, WorksWithoutPowerInTheOldBox) {
  ActionLab lab;
  lab.os().power_off();
  EXPECT_EQ(lab.act("replace"), "");
  lab.run_for(130s);
  EXPECT_TRUE(lab.complete());
}

}  // namespace
}  // namespace switchfault
