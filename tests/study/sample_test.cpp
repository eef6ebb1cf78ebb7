#include "study/sample.h"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using Values = std::vector<double>;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

TEST(Sample, SummarisesFiniteValuesAndCountsTheOthers) {
  const SampleSummary summary = summarise(Values{4, kInfinity, 2, kUndefined, 9, -kInfinity});
  EXPECT_EQ(summary.count, 3U);
  EXPECT_EQ(summary.infinite, 2U);
  EXPECT_EQ(summary.undefined, 1U);
  EXPECT_DOUBLE_EQ(summary.mean, 5);
  EXPECT_DOUBLE_EQ(summary.deviation * summary.deviation, 13);
  EXPECT_EQ(summary.minimum, 2);
  EXPECT_EQ(summary.maximum, 9);
}

TEST(Sample, HasNoDeviationOfOneValueOrOfNone) {
  EXPECT_EQ(summarise(Values{7}).deviation, 0);
  EXPECT_EQ(summarise(Values{7}).mean, 7);
  EXPECT_EQ(summarise(Values{}).count, 0U);
  EXPECT_EQ(summarise(Values{kInfinity}).mean, 0);
}

TEST(Sample, OfEqualValuesHasExactlyNoDeviation) {
  const SampleSummary summary = summarise(Values(1000, 0.1));
  EXPECT_EQ(summary.mean, 0.1);
  EXPECT_EQ(summary.deviation, 0);
}

TEST(Sample, KeepsItsDigitsFarFromZero) {
  EXPECT_DOUBLE_EQ(summarise(Values{1e12 + 1, 1e12 + 2, 1e12 + 3}).deviation, 1);
}

TEST(Sample, QuantilesAreValuesOfTheSample) {
  const Values sorted = sorted_values(Values{5, 1, kUndefined, 3, kInfinity});
  EXPECT_EQ(sorted, (Values{1, 3, 5, kInfinity}));
  EXPECT_EQ(sample_quantile(sorted, 0), 1);
  EXPECT_EQ(sample_quantile(sorted, 0.25), 1);
  EXPECT_EQ(sample_quantile(sorted, 0.5), 3);
  EXPECT_EQ(sample_quantile(sorted, 0.75), 5);
  EXPECT_EQ(sample_quantile(sorted, 0.76), kInfinity);  // A quarter never recovered.
}

TEST(Sample, CumulativeSharesUpAtEachDistinctValue) {
  const auto steps = cumulative_shares(Values{1, 1, 2, 5});
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(steps[0].value, 1);
  EXPECT_EQ(steps[0].share, 0.5);
  EXPECT_EQ(steps[1].share, 0.75);
  EXPECT_EQ(steps[2].value, 5);
  EXPECT_EQ(steps[2].share, 1);
}

}  // namespace
}  // namespace switchfault
