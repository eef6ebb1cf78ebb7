#include "actions/conditions.h"

#include <chrono>

#include <gtest/gtest.h>

#include "actions/action_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(Conditions, ACommandNeedsAHostThatAnswers) {
  ActionLab lab;
  EXPECT_EQ(why_no_command(lab.os()), "");
  lab.os().hang_host("bug");
  EXPECT_EQ(why_no_command(lab.os()), "the host hangs");
  lab.os().set_panic_reboots(false);
  lab.os().panic("bug");
  EXPECT_EQ(why_no_command(lab.os()), "the host has panicked");
  lab.os().boot(BootKind::cold, "reload");
  EXPECT_EQ(why_no_command(lab.os()), "the host is booting");
  lab.os().fail_boot("flash");
  EXPECT_EQ(why_no_command(lab.os()), "the host does not boot");
  lab.os().power_off();
  EXPECT_EQ(why_no_command(lab.os()), "the host has no power");
}

TEST(Conditions, ABootNeedsPowerAndStatedTimes) {
  NodeConfig config = lab_switch("s1");
  config.boots[static_cast<std::size_t>(BootKind::warm)].reset();
  ActionLab lab(config);
  EXPECT_EQ(why_no_boot(lab.os(), BootKind::cold), "");
  EXPECT_EQ(why_no_boot(lab.os(), BootKind::warm), "its times of a warm boot are not stated");
  lab.os().power_off();
  EXPECT_EQ(why_no_boot(lab.os(), BootKind::cold), "the host has no power");
}

}  // namespace
}  // namespace switchfault
