// A stratified mean by hand, when it is not taken, and its coverage and gain over synthetic studies
// whose alternatives differ more than their nights do.

#include "study/stratified.h"

#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "study/coverage.h"

namespace switchfault {
namespace {

using Values = std::vector<double>;
const std::map<std::string, double> kShares{{"core", 0.75}, {"edge", 0.25}};
const Strata kFiveOfEach{.of = {0, 0, 0, 0, 0, 1, 1, 1, 1, 1}, .shares = {0.75, 0.25}};

std::vector<std::string> drawn(std::size_t cores, std::size_t edges) {
  std::vector<std::string> names(cores, "core");
  names.resize(cores + edges, "edge");
  return names;
}

// Five of each were drawn: the plain mean of 8 and 100 would be 54.
TEST(Stratified, MeansWeighAlternativesByTheirSharesAndNotByTheirDraws) {
  const Values values{6, 7, 8, 9, 10, 98, 99, 100, 101, 102};
  const MeanError mean = mean_error(values, &kFiveOfEach);
  EXPECT_DOUBLE_EQ(mean.mean, 31);  // 0.75 x 8 + 0.25 x 100
  // Each has a standard error of sqrt(2.5 / 5): 0.5 x (0.75^2 + 0.25^2) = 0.3125 in all.
  EXPECT_DOUBLE_EQ(mean.error, std::sqrt(0.3125));
  // Satterthwaite: 0.3125^2 over (0.28125^2 + 0.03125^2) / 4.
  EXPECT_NEAR(mean.degrees, 4.878, 1e-3);
  EXPECT_EQ(mean.count, 10U);
  EXPECT_DOUBLE_EQ(mean_interval(values, nullptr, 0.95).estimate, 54);
}

TEST(Stratified, NeedsEightReplicationsOfEachAndNamesThatAreKnown) {
  EXPECT_TRUE(strata_of(kShares, drawn(20, 8)).has_value());
  EXPECT_FALSE(strata_of(kShares, drawn(20, 7)).has_value());
  EXPECT_FALSE(strata_of({{"core", 1.0}}, drawn(20, 0)).has_value());
  EXPECT_FALSE(strata_of({{"core", 0.5}, {"fleet", 0.5}}, drawn(20, 8)).has_value());
  EXPECT_FALSE(strata_of({}, {}).has_value());
}

// Nobody knows the shares of the nights that recovered.
TEST(Stratified, ValuesThatAreNotFiniteLeaveThePlainMean) {
  const Values values{6, 7, 8, 9, 10, 98, 99, 100, 101, std::numeric_limits<double>::infinity()};
  const MeanError mean = mean_error(values, &kFiveOfEach);
  EXPECT_EQ(mean.count, 9U);
  EXPECT_DOUBLE_EQ(mean.mean, 438.0 / 9);
}

// There is no plain mean to fall back upon: of one night of the edge nobody knows how it varies.
TEST(Stratified, AllottedReplicationsNeedTwoOfEach) {
  const Values values{6, 7, 8, 9, 10, 100};
  const Strata one = allotted_strata(kShares, drawn(5, 1));
  const Interval interval = mean_interval(values, &one, 0.95);
  EXPECT_EQ(interval.estimate, 31);
  EXPECT_TRUE(std::isinf(interval.high));
  const Strata two = allotted_strata(kShares, drawn(4, 2));
  EXPECT_TRUE(std::isfinite(mean_interval(values, &two, 0.95).high));
  const Values infinite{6, 7, 8, 9, 10, std::numeric_limits<double>::infinity()};
  EXPECT_TRUE(std::isinf(mean_interval(infinite, &two, 0.95).high));
}

// 2.5 within each, and 0.75 x 23^2 + 0.25 x 69^2 between them.
TEST(Stratified, TheDeviationIsThatOfANightOfAnyAlternative) {
  const Values values{6, 7, 8, 9, 10, 98, 99, 100, 101, 102};
  EXPECT_NEAR(deviation(values, kFiveOfEach), std::sqrt(2.5 + 1587), 1e-9);
}

TEST(Stratified, SharesOfSeveralChoicesMultiplyAndAQuietOneHasNoName) {
  Scenario scenario;
  const std::vector<FaultConfig> some(1);
  scenario.one_of = {{.alternatives = {{.name = "core", .weight = 2, .faults = some},
                                       {.name = "edge", .weight = 1, .faults = some},
                                       {.name = "nothing", .weight = 1, .faults = {}},
                                       {.name = "never", .weight = 0, .faults = some}}},
                     {.alternatives = {{.name = "power", .weight = 1, .faults = some},
                                       {.name = "no power", .weight = 3, .faults = {}}}}};
  const std::map<std::string, double> expected{
      {"", 0.1875},     {"core", 0.375},          {"core + power", 0.125},
      {"edge", 0.1875}, {"edge + power", 0.0625}, {"power", 0.0625}};
  EXPECT_EQ(alternative_shares(scenario), expected);
  EXPECT_TRUE(alternative_shares(Scenario{}).empty());
}

// --- Over many synthetic studies ---------------------------------------------------------------

// Nights of the core cost 80 to 120, those of the edge 9 to 11: the mean of all is 77.5. As many
// are drawn of each as chance will have it.
TEST(StratifiedCoverage, IsNominalAndThePlainIntervalIsFiveTimesAsWide) {
  const Draws draws(1701);
  Coverage coverage;
  double plain = 0;
  double stratified = 0;
  for (std::size_t study = 0; study < 4000; ++study) {
    Values values;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < 60; ++i) {
      const bool core = draws.uniform(study, i, 8) < 0.75;
      names.emplace_back(core ? "core" : "edge");
      const double luck = draws.normal(study, i);
      values.push_back(core ? 100 + 7 * luck : 10 + luck / 2);
    }
    const auto strata = strata_of(kShares, names);
    if (strata) {
      const Interval interval = mean_interval(values, &*strata, 0.95);
      coverage.add(interval.contains(77.5));
      stratified += interval.half_width();
      plain += mean_interval(values).half_width();
    }
  }
  expect_exactly(coverage, 0.95);
  EXPECT_GT(coverage.studies, 3900U);
  EXPECT_GT(plain / stratified, 5);
}

// Both alternatives vary, one of them much and drawn seldom: where Satterthwaite's degrees matter.
TEST(StratifiedCoverage, HoldsWhereTheRareAlternativeVariesMost) {
  const Draws draws(1702);
  Coverage coverage;
  for (std::size_t study = 0; study < 4000; ++study) {
    Values values;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < 48; ++i) {
      const bool core = draws.uniform(study, i, 8) < 0.75;
      names.emplace_back(core ? "core" : "edge");
      values.push_back(core ? draws.normal(study, i) : 20 + 10 * draws.normal(study, i));
    }
    const auto strata = strata_of(kShares, names);
    if (strata) {
      coverage.add(mean_interval(values, &*strata, 0.95).contains(5));
    }
  }
  expect_exactly(coverage, 0.95);
}

}  // namespace
}  // namespace switchfault
