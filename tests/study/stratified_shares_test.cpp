// Proportions, quantiles and distributions by hand, and their coverage where a costly alternative
// has a twelfth of the replications and a quarter of the nights.

#include "study/stratified_shares.h"

#include <cmath>
#include <limits>
#include <vector>

#include "study/coverage.h"

namespace switchfault {
namespace {

using Steps = std::vector<std::pair<double, double>>;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Two nights of one half of all, four of the other.
const Strata kTwoAndFour{.of = {0, 1, 1, 0, 1, 1}, .shares = {0.5, 0.5}, .allotted = true};

TEST(StratifiedShares, ANightWeighsItsAlternativesShareOverItsNumber) {
  const StratifiedShares shares(kTwoAndFour, 0.95);
  const Interval one = shares.proportion({true, false, false, false, false, true});
  EXPECT_DOUBLE_EQ(one.estimate, 0.375);  // 0.5 x 1/2 + 0.5 x 1/4
  const Interval first = proportion_interval(1, 2, 0.975);
  const Interval second = proportion_interval(1, 4, 0.975);
  EXPECT_DOUBLE_EQ(one.low, 0.5 * first.low + 0.5 * second.low);
  EXPECT_DOUBLE_EQ(one.high, 0.5 * first.high + 0.5 * second.high);
  EXPECT_EQ(shares.proportion(std::vector<bool>(6, true)).high, 1);
}

TEST(StratifiedShares, QuantilesAndDistributionsWeighTheSame) {
  const StratifiedShares shares(kTwoAndFour, 0.95);
  const auto sorted = shares.sorted(std::vector<double>{5, 1, 2, 10, 2, 4});
  EXPECT_EQ(shares.distribution(sorted, 200),
            (Steps{{1, 0.125}, {2, 0.375}, {4, 0.5}, {5, 0.75}, {10, 1}}));
  EXPECT_EQ(shares.quantile(sorted, 0.5).estimate, 4);
  EXPECT_EQ(shares.quantile(sorted, 0.51).estimate, 5);
  EXPECT_EQ(shares.quantile(sorted, 0.95).estimate, 10);
  EXPECT_EQ(shares.quantile(sorted, 0.5).low, -kInfinity);  // Six nights bound nothing.
  EXPECT_EQ(shares.quantile(sorted, 0.5).high, kInfinity);
}

TEST(StratifiedShares, AnAlternativeWithoutReplicationsBoundsNothing) {
  const Strata strata{.of = {0, 0, 0, 0}, .shares = {0.75, 0.25}, .allotted = true};
  const Interval interval = StratifiedShares(strata, 0.95).proportion({true, true, true, true});
  EXPECT_EQ(interval.estimate, 1);
  EXPECT_DOUBLE_EQ(interval.low, 0.75 * proportion_interval(4, 4, 0.975).low);
  EXPECT_EQ(interval.high, 1);
}

TEST(StratifiedShares, ALongDistributionIsThinned) {
  Strata strata{.of = std::vector<std::uint32_t>(1000, 0), .shares = {1}, .allotted = true};
  std::vector<double> values(1000);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<double>(i);
  }
  const StratifiedShares shares(strata, 0.95);
  const Steps steps = shares.distribution(shares.sorted(values), 100);
  EXPECT_NEAR(static_cast<double>(steps.size()), 100, 2);
  EXPECT_EQ(steps.back(), (std::pair<double, double>{999, 1}));
}

// --- Over many synthetic studies ---------------------------------------------------------------

// 55 nights of three quarters, normal about 10, and 5 of a quarter, normal about 20.
struct Night {
  Strata strata{.of = {}, .shares = {0.75, 0.25}, .allotted = true};
  std::vector<double> values;
};
Night night(const Draws& draws, std::size_t study) {
  Night night;
  for (std::size_t i = 0; i < 60; ++i) {
    night.strata.of.push_back(i < 55 ? 0 : 1);
    night.values.push_back((i < 55 ? 10 : 20) + draws.normal(study, i));
  }
  return night;
}

TEST(StratifiedSharesCoverage, HoldsForProportionsAndQuantiles) {
  const Draws draws(1703);
  Coverage proportion;
  Coverage median;
  Coverage high;
  for (std::size_t study = 0; study < 2000; ++study) {
    const Night one = night(draws, study);
    const StratifiedShares shares(one.strata, 0.95);
    std::vector<bool> above;
    for (const double value : one.values) {
      above.push_back(value > 20);
    }
    proportion.add(shares.proportion(above).contains(0.125));  // Half of a quarter.
    const auto sorted = shares.sorted(one.values);
    // Two thirds of three quarters lie below the median, a fifth of a quarter above the 95th.
    median.add(shares.quantile(sorted, 0.5).contains(10.4307));
    high.add(shares.quantile(sorted, 0.95).contains(20.8416));
    EXPECT_LT(shares.quantile(sorted, 0.5).high, 20);
  }
  expect_at_least(proportion, 0.95);
  expect_at_least(median, 0.95);
  expect_at_least(high, 0.95);
}

}  // namespace
}  // namespace switchfault
