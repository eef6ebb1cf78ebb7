#include <chrono>

#include <gtest/gtest.h>

#include "faults/fault_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

NodeConfig supervised() {
  NodeConfig config = lab_switch("s1");
  add_process(config, "bgpd", "routing", {}, SupervisorPolicy{.delay = 60s});
  return config;
}

TEST(ProcessCrash, HappensOnceAndTheSupervisorStartsItAgain) {
  FaultLab lab(supervised());
  lab.inject("process_crash", {{"process", "routing"}});
  lab.run_for(1h);
  EXPECT_EQ(lab.log(), (Log{"0s s1 bgpd crashed", "1m s1 bgpd running"}));
  EXPECT_EQ(lab.survives(), "");
}

TEST(ProcessCrash, MayComeBackAfterEachStartUntilCleared) {
  FaultLab lab(supervised());
  lab.inject("process_crash", {{"process", "bgpd"}, {"again_after", "30s"}});
  lab.run_for(100s);
  EXPECT_EQ(lab.log(), (Log{"0s s1 bgpd crashed", "1m s1 bgpd running", "1m30s s1 bgpd crashed"}));
  EXPECT_EQ(lab.survives(), kEveryBoot);
  lab.clear();
  lab.run_for(1h);
  EXPECT_TRUE(lab.os().running(ProcessFunction::routing));
}

TEST(ProcessCrash, ComesBackAfterABootAsAfterAnyStart) {
  FaultLab lab(supervised());
  lab.inject("process_crash", {{"process", "bgpd"}, {"again_after", "30s"}});
  lab.os().boot(BootKind::cold, "reload");
  lab.run_for(60s);
  lab.booted(BootKind::cold);
  EXPECT_TRUE(lab.os().running(ProcessFunction::routing));
  lab.run_for(30s);
  EXPECT_FALSE(lab.os().running(ProcessFunction::routing));
}

TEST(ProcessCrash, DoesNothingWhereTheProcessIsNot) {
  FaultLab lab;
  lab.inject("process_crash", {{"process", "ospfd"}});
  lab.clear();
  EXPECT_EQ(lab.log(), Log{});
}

}  // namespace
}  // namespace switchfault
