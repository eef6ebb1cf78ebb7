#include "study/weighted.h"

#include <cmath>
#include <cstddef>

#include "core/check.h"
#include "study/sample.h"

namespace switchfault {

std::vector<double> weighted_values(std::span<const double> values,
                                    std::span<const double> log_weights) {
  SF_CHECK(values.size() == log_weights.size());
  std::vector<double> weighted(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    weighted[i] = std::exp(log_weights[i]) * values[i];
  }
  return weighted;
}

// The plain variance is estimated from the same runs: its second moment is the mean of
// weight x value^2.
WeightedEstimate weighted_mean(std::span<const double> values, std::span<const double> log_weights,
                               double level) {
  const std::vector<double> products = weighted_values(values, log_weights);
  const std::vector<double> ones(values.size(), 1);
  const std::vector<double> weights = weighted_values(ones, log_weights);
  double sum = 0;
  double squares = 0;
  double second_moment = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sum += weights[i];
    squares += weights[i] * weights[i];
    second_moment += products[i] * values[i];
  }
  WeightedEstimate estimate{.mean = mean_interval(products, level),
                            .weight = mean_interval(weights, level),
                            .effective = squares > 0 ? sum * sum / squares : 0};
  const SampleSummary summary = summarise(products);
  const double plain =
      second_moment / static_cast<double>(values.size()) - summary.mean * summary.mean;
  estimate.gain = plain / (summary.deviation * summary.deviation);
  return estimate;
}

}  // namespace switchfault
