#include <chrono>

#include <gtest/gtest.h>

#include "faults/fault_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(ProcessHang, IsSilentUntilSomebodyRestartsIt) {
  FaultLab lab;
  lab.inject("process_hang", {{"process", "spanning_tree"}});
  lab.run_for(1h);
  EXPECT_FALSE(lab.os().running(ProcessFunction::spanning_tree));
  lab.os().restart(lab.os().find_process("spanning_tree"));
  EXPECT_EQ(lab.log(), (Log{"0s s1 spanning_tree hung", "1h s1 spanning_tree stopped",
                            "1h s1 spanning_tree running"}));
  EXPECT_EQ(lab.survives(), "");
}

TEST(ProcessHang, MayComeBackAfterEachStart) {
  FaultLab lab;
  lab.inject("process_hang", {{"process", "spanning_tree"}, {"again_after", "10m"}});
  lab.os().restart(lab.os().find_process("spanning_tree"));
  lab.run_for(1h);
  EXPECT_EQ(lab.log().back(), "10m s1 spanning_tree hung");
  EXPECT_EQ(lab.survives(), kEveryBoot);
}

}  // namespace
}  // namespace switchfault
