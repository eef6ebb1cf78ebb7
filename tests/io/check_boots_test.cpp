#include "io/check_boots.h"

#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

TEST(CheckBoots, AFaultThatBootsNeedsItsTimes) {
  EXPECT_EQ(brief_errors("faults: [{kind: kernel_panic, select: all, trigger: {at: 1s}}]" +
                         std::string(kNetwork)),
            "1:10 'kernel_panic' needs the times of a cold boot, which 's2' does not state | write "
            "boot: {cold: 4m} at the node, its kind or in defaults\n");
}

TEST(CheckBoots, AnActionMaySayWhichBoot) {
  const auto step = [](const std::string& keys) {
    return brief_errors("strategies: {s: {steps: [{action: reload, " + keys + "}]}}" + kNetwork);
  };
  EXPECT_EQ(step("targets: s1"), "");
  EXPECT_EQ(step("targets: s1, kind: cold"), "");
  EXPECT_EQ(
      step("targets: all, kind: warm"),
      "1:26 'reload' needs the times of a warm boot, which 's1' and 1 other node do not state "
      "| write boot: {warm: 4m} at the node, its kind or in defaults\n");
}

}  // namespace
}  // namespace switchfault
