// Rare events estimated from hastened draws, against a probability known exactly.

#include "study/weighted.h"

#include <cmath>
#include <vector>

#include "study/coverage.h"

namespace switchfault {
namespace {

using Values = std::vector<double>;

TEST(Weighted, OfUnweightedRunsIsThePlainMean) {
  const Values values{1, 2, 3, 4};
  const WeightedEstimate estimate = weighted_mean(values, Values(4, 0.0));
  EXPECT_EQ(estimate.mean.estimate, 2.5);
  EXPECT_EQ(estimate.effective, 4);
  EXPECT_NEAR(estimate.gain, 0.75, 1e-12);  // n / (n - 1) apart, both are the same variance.
}

TEST(Weighted, ValuesAreProducts) {
  EXPECT_EQ(weighted_values(Values{2, 8}, Values{0, std::log(0.25)}), (Values{2, 2}));
}

TEST(Weighted, SaysThatOneRunOutweighsAllOthers) {
  const WeightedEstimate estimate = weighted_mean(Values(10, 1.0), [] {
    Values weights(10, -9.0);
    weights[4] = 3;
    return weights;
  }());
  EXPECT_LT(estimate.effective, 1.01);
}

// P(T < 0.001) of a unit exponential time, drawn with rate 500: weight exp(499 t) / 500.
TEST(WeightedCoverage, RareProbabilityIsCoveredAndTheGainIsReal) {
  const Draws draws(451);
  const double truth = -std::expm1(-0.001);
  Coverage covered;
  double gain = 0;
  constexpr std::size_t kStudies = 1000;
  for (std::size_t study = 0; study < kStudies; ++study) {
    Values hits;
    Values log_weights;
    for (std::size_t i = 0; i < 200; ++i) {
      const double time = draws.exponential(study, i) / 500;
      hits.push_back(time < 0.001 ? 1 : 0);
      // What happens after 0.001 is not looked at: such runs only carry P(T > 0.001).
      log_weights.push_back(time < 0.001 ? 499 * time - std::log(500) : 499 * 0.001);
    }
    const WeightedEstimate estimate = weighted_mean(hits, log_weights);
    covered.add(estimate.mean.contains(truth));
    gain += estimate.gain / kStudies;
  }
  expect_exactly(covered, 0.95);
  EXPECT_GT(gain, 500);  // 200 runs tell as much as 100,000 plain ones.
}

}  // namespace
}  // namespace switchfault
