#include "study/variance_reduction.h"

#include <cmath>
#include <limits>
#include <vector>

#include "study/coverage.h"

namespace switchfault {
namespace {

using Values = std::vector<double>;

TEST(VarianceReduction, ComparesPairedWithIndependentSeeds) {
  const VarianceReduction result =
      variance_reduction(Values{1, 2, 3, 4}, Values{2, 4, 6, 8});  // b = 2 a
  EXPECT_DOUBLE_EQ(result.correlation, 1);
  EXPECT_DOUBLE_EQ(result.independent, 5.0 / 3 + 20.0 / 3);
  EXPECT_DOUBLE_EQ(result.paired, 5.0 / 3);
  EXPECT_DOUBLE_EQ(result.factor.estimate, 5);
}

TEST(VarianceReduction, IsALossWhenLuckIsOpposed) {
  const VarianceReduction result = variance_reduction(Values{1, 2, 3, 4}, Values{4, 3, 2, 1});
  EXPECT_DOUBLE_EQ(result.correlation, -1);
  EXPECT_DOUBLE_EQ(result.factor.estimate, 0.5);
}

TEST(VarianceReduction, HasNoFactorWithoutVariance) {
  EXPECT_EQ(variance_reduction(Values{1, 2, 3}, Values{3, 4, 5}).factor.estimate,
            std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(variance_reduction(Values{1, 1}, Values{2, 2}).factor.estimate));
  EXPECT_EQ(variance_reduction(Values{1, 1}, Values{2, 2}).correlation, 0);
}

TEST(VarianceReduction, LeavesOutWhatIsNotFinite) {
  constexpr double kNever = std::numeric_limits<double>::infinity();
  EXPECT_EQ(variance_reduction(Values{1, 2, 3, kNever}, Values{2, 4, 6, 8}).factor.count, 3U);
}

// Luck is shared: a = c + x, b = c + y with equal variances, so that the truth is (2+2)/(1+1) = 2.
TEST(VarianceReductionCoverage, IntervalHoldsTheTruth) {
  const Draws draws(441);
  Coverage coverage;
  for (std::size_t study = 0; study < 2000; ++study) {
    Values a;
    Values b;
    for (std::size_t i = 0; i < 60; ++i) {
      const double common = draws.normal(study, i, 0);
      a.push_back(common + draws.normal(study, i, 1));
      b.push_back(common + draws.normal(study, i, 2));
    }
    coverage.add(variance_reduction(a, b).factor.contains(2));
  }
  EXPECT_GT(coverage.share().low, 0.92);  // The jackknife is approximate.
  EXPECT_LT(coverage.share().high, 0.975);
}

}  // namespace
}  // namespace switchfault
