#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include <switchfault/catalog.h>
#include <switchfault/load.h>
#include <switchfault/optimize.h>
#include <switchfault/report.h>

#include "study/repairs_lab.h"

namespace switchfault {
namespace {

Scenario loaded(const std::string& strategies) {
  return load_scenario_text("test.yaml", four_repairs(strategies), builtin_catalog(), {});
}

double mean_of(const StudyReport& report, std::size_t strategy) {
  return report.strategies[strategy].metrics[report.objective].mean.value;
}

std::string order_of(const StrategyConfig& strategy) {
  std::string order;
  for (const StepConfig& step : strategy.steps) {
    order += step.targets.names.front().text;
  }
  return order;
}

TEST(Optimize, FindsTheOrderThatEnumerationFinds) {
  // Every order, by enumeration over the same fresh seeds.
  std::string order = "abcd";
  std::string all;
  do {
    all += in_this_order("o-" + order, order);
  } while (std::next_permutation(order.begin(), order.end()));
  const StudyReport every = compare(loaded(all), {.replications = 12});
  ASSERT_EQ(every.strategies.size(), 24U);
  EXPECT_EQ(every.strategies[every.ranking.front()].name, "o-dbca");

  const OptimizationReport report =
      optimize(loaded(in_this_order("worst", "acbd")), {.budget = 6000, .replications = 12});
  ASSERT_TRUE(report.found);
  EXPECT_TRUE(report.exhausted);
  EXPECT_EQ(order_of(*report.found), "dbca");
  ASSERT_TRUE(report.comparison);
  EXPECT_NEAR(mean_of(*report.comparison, 1), mean_of(every, every.ranking.front()), 1e-6);
  EXPECT_EQ(report.comparison->pairs[0].verdict, PairVerdict::worse);  // worst against found.
}

TEST(Optimize, SplitsAStepWhoseTargetsWantAnotherOrder) {
  const Scenario scenario = loaded(R"(  whole:
    steps:
      - {name: repair, action: power_cycle, targets: [a, b, c, d], when: start,
         access: [on-site], needs: [{kind: person, what: technician, skill: field}],
         duration: {low: 8m, mode: 10m, high: 12m}, success: 1}
)");
  const OptimizationReport report = optimize(scenario, {.budget = 8000, .replications = 8});
  ASSERT_TRUE(report.found);
  ASSERT_TRUE(report.comparison);
  EXPECT_LT(mean_of(*report.comparison, 1), mean_of(*report.comparison, 0));
}

TEST(Optimize, SaysThatNothingBetterWasFound) {
  const OptimizationReport report =
      optimize(loaded(in_this_order("best", "dbca")), {.budget = 6000, .replications = 4});
  EXPECT_TRUE(report.exhausted);
  EXPECT_FALSE(report.found);
  EXPECT_FALSE(report.comparison);
  EXPECT_TRUE(report.changes.empty()) << format_optimization(report, {});
}

TEST(Optimize, BeginsWithTheBestOfTheGivenOnesAndComparesWithAll) {
  const Scenario scenario = loaded(in_this_order("bad", "acbd") + in_this_order("good", "dbac"));
  const OptimizationReport report = optimize(scenario, {.budget = 3000, .replications = 8});
  EXPECT_EQ(report.start, "good");
  ASSERT_TRUE(report.comparison);
  EXPECT_EQ(report.comparison->strategies.size(), 3U);
  EXPECT_EQ(report.comparison->strategies.back().name, "optimized");
}

TEST(Optimize, IsTheSameForAnyNumberOfThreads) {
  const Scenario scenario = loaded(in_this_order("worst", "acbd"));
  const auto journal = [&](std::uint32_t jobs) {
    return journal_json(optimize(scenario, {.budget = 400, .replications = 4, .jobs = jobs}));
  };
  EXPECT_EQ(journal(3), journal(1));
}

TEST(Optimize, TheBudgetEndsItAfterARound) {
  const OptimizationReport report =
      optimize(loaded(in_this_order("worst", "acbd")), {.budget = 1, .replications = 4});
  EXPECT_FALSE(report.exhausted);
  EXPECT_LE(report.changes.size(), 1U);
  EXPECT_LT(report.runs, 400U);
}

TEST(Optimize, AnInterruptEndsIt) {
  OptimizeOptions options{.replications = 4};
  options.progress = [](const OptimizeProgress&) { return false; };
  const OptimizationReport report = optimize(loaded(in_this_order("worst", "acbd")), options);
  EXPECT_TRUE(report.interrupted);
  EXPECT_FALSE(report.comparison);
}

TEST(Optimize, RefusesWhatItCannotStartFrom) {
  const Scenario scenario = loaded(in_this_order("worst", "acbd"));
  const auto error = [&](const OptimizeOptions& options) -> std::string {
    try {
      static_cast<void>(optimize(scenario, options));
    } catch (const InputError& refused) {
      return refused.what();
    }
    return "";
  };
  EXPECT_EQ(error({.strategies = {"wrost"}}),
            "test.yaml: error: unknown strategy 'wrost'\n  did you mean 'worst'?\n");
  EXPECT_NE(error({.name = "worst"}).find("has a strategy 'worst' already"), std::string::npos);
}

}  // namespace
}  // namespace switchfault
