#include <chrono>

#include <gtest/gtest.h>

#include "actions/action_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(ReloadCold, IsCompleteWhenEveryPlaneIsBack) {
  ActionLab lab;
  EXPECT_EQ(lab.act("reload_cold"), "");
  EXPECT_EQ(lab.log().front(), "0s s1 boot cold: reload_cold");
  EXPECT_TRUE(lab.action().takes_path_down());
  EXPECT_EQ(lab.action().boot(), BootKind::cold);
  lab.run_for(99s);
  EXPECT_FALSE(lab.complete());
  lab.run_for(1s);
  EXPECT_TRUE(lab.complete());
}

TEST(ReloadCold, IsRefusedByAHostThatHangs) {
  ActionLab lab;
  lab.os().hang_host("bug");
  EXPECT_EQ(lab.act("reload_cold"), "the host hangs");
}

TEST(ReloadCold, IsNeverCompleteWhenTheBootFails) {
  ActionLab lab;
  lab.os().fail_boot("flash worn");
  EXPECT_EQ(lab.act("reload_cold"), "");
  lab.run_for(10h);
  EXPECT_FALSE(lab.complete());
}

}  // namespace
}  // namespace switchfault
