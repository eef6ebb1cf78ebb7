#include <gtest/gtest.h>

#include <switchfault/report.h>
#include <switchfault/sweep.h>

#include "study/study_lab.h"

namespace switchfault {
namespace {

using Levels = std::vector<std::string>;

Levels levels(const std::string& value) {
  const SweepPlan plan = plan_sweep({"key=" + value});
  return plan.factors.empty() ? Levels{} : plan.factors.front().levels;
}

std::string error(const std::vector<std::string>& settings) {
  try {
    static_cast<void>(plan_sweep(settings));
  } catch (const InputError& refused) {
    return refused.what();
  }
  return "";
}

SweepReport swept(const std::vector<std::string>& settings, std::uint32_t jobs = 1) {
  return sweep(
      plan_sweep(settings), {.strategies = {"quick", "slow"}, .replications = 8, .jobs = jobs},
      [](const std::vector<std::string>& all) {
        std::vector<std::string> set = all;
        set.emplace_back("clock.duration=4h");
        return load_scenario_text("test.yaml", hanging_switch(), builtin_catalog(), {.set = set});
      });
}

TEST(Sweep, RangesAndListsAreLevels) {
  EXPECT_EQ(levels("1..4"), (Levels{"1", "2", "3", "4"}));
  EXPECT_EQ(levels("2..9/3"), (Levels{"2", "5", "8"}));
  EXPECT_EQ(levels("0..1/0.25"), (Levels{"0", "0.25", "0.5", "0.75", "1"}));
  EXPECT_EQ(levels("0..0.3/0.1"), (Levels{"0", "0.1", "0.2", "0.3"}));
  EXPECT_EQ(levels("80%..100%/10%"), (Levels{"80%", "90%", "100%"}));
  EXPECT_EQ(levels("30m..1h30m/30m"), (Levels{"30m", "1h", "1h30m"}));
  EXPECT_EQ(levels("5m, 1h"), (Levels{"5m", "1h"}));
  EXPECT_EQ(levels("1..2,8"), (Levels{"1", "2", "8"}));
}

TEST(Sweep, WhatIsOneValueIsLeftAsItIs) {
  for (const char* value :
       {"4", "7.9.*", "[a, b]", "{low: 1m, mode: 2m, high: 3m}", "\"a,b\"", "15.2(4)E .. 15.2(7)E",
        "../topologies/a.yaml", "2026-01-05T08:00:00Z"}) {
    EXPECT_EQ(levels(value), Levels{}) << value;
  }
}

TEST(Sweep, SaysWhatIsNoRange) {
  EXPECT_EQ(error({"key=10m..40m"}),
            "--set: error: 'key=10m..40m': only a range of whole numbers has a step of itself\n"
            "  write it, as in 10m..40m/STEP\n");
  for (const char* value : {"8..1", "1..b", "1..8/0", "1m..8m/2", "1..2m/1"}) {
    EXPECT_NE(error({std::string("key=") + value}).find("is no range"), std::string::npos) << value;
  }
  EXPECT_NE(error({"key=a,,b"}).find("a level is missing"), std::string::npos);
  EXPECT_NE(error({"key=1..1000000000"}).find("1000000000 levels are more than 100"),
            std::string::npos);
  EXPECT_NE(error({"a=1..20", "b=1..20"}).find("make more than 100 points"), std::string::npos);
}

TEST(Sweep, EveryCombinationIsAPointOfTheSameSeeds) {
  const SweepReport report =
      swept({"users.office.count=100..300/100", "strategies.slow.steps[0].wait_before=1h,2h"});
  ASSERT_EQ(report.points.size(), 6U);
  EXPECT_EQ(report.points[0].levels, (Levels{"100", "1h"}));
  EXPECT_EQ(report.points[1].levels, (Levels{"100", "2h"}));
  EXPECT_EQ(report.points[5].levels, (Levels{"300", "2h"}));
  const auto mean = [&](std::size_t point, std::size_t strategy) {
    return report.points[point].report.strategies[strategy].metrics[0].mean.value;
  };
  EXPECT_NEAR(mean(4, 0), 3 * mean(0, 0), 1e-6);         // Three times as many people.
  EXPECT_NEAR(mean(1, 1) - mean(0, 1), 100 * 60, 1e-6);  // An hour more.
  EXPECT_EQ(mean(1, 0), mean(0, 0));
}

TEST(Sweep, IsTheSameForAnyNumberOfThreads) {
  const Levels settings{"users.office.count=100,200"};
  EXPECT_EQ(journal_json(swept(settings, 3)), journal_json(swept(settings, 1)));
}

TEST(Sweep, APointThatCannotBeLoadedIsFoundFirst) {
  try {
    static_cast<void>(swept({"users.office.count=100,many"}));
    FAIL();
  } catch (const InputError& refused) {
    EXPECT_NE(std::string(refused.what()).find("users.office.count=many"), std::string::npos);
  }
}

}  // namespace
}  // namespace switchfault
