#include "study/sample.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "core/check.h"

namespace switchfault {

// Deviations from the first value are summed, so that equal values have exactly no deviation and a
// large offset costs no digits.
SampleSummary summarise(std::span<const double> values) {
  SampleSummary summary;
  double first = 0;
  double sum = 0;
  for (const double value : values) {
    if (std::isnan(value)) {
      ++summary.undefined;
    } else if (std::isinf(value)) {
      ++summary.infinite;
    } else {
      if (summary.count++ == 0) {
        first = summary.minimum = summary.maximum = value;
      }
      summary.minimum = std::min(summary.minimum, value);
      summary.maximum = std::max(summary.maximum, value);
      sum += value - first;
    }
  }
  if (summary.count == 0) {
    return summary;
  }
  const auto count = static_cast<double>(summary.count);
  const double mean = sum / count;
  summary.mean = first + mean;
  double squares = 0;
  for (const double value : values) {
    if (std::isfinite(value)) {
      const double distance = (value - first) - mean;
      squares += distance * distance;
    }
  }
  if (summary.count > 1) {
    summary.deviation = std::sqrt(squares / (count - 1));
  }
  return summary;
}

std::vector<double> sorted_values(std::span<const double> values) {
  std::vector<double> sorted;
  sorted.reserve(values.size());
  std::copy_if(values.begin(), values.end(), std::back_inserter(sorted),
               [](double value) { return !std::isnan(value); });
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

double sample_quantile(std::span<const double> sorted, double share) {
  SF_CHECK(!sorted.empty() && share >= 0 && share <= 1);
  const double rank = std::ceil(share * static_cast<double>(sorted.size()));
  return sorted[rank < 1 ? 0 : static_cast<std::size_t>(rank) - 1];
}

std::vector<CumulativeShare> cumulative_shares(std::span<const double> sorted) {
  std::vector<CumulativeShare> steps;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i + 1 == sorted.size() || sorted[i + 1] > sorted[i]) {
      steps.push_back({sorted[i], static_cast<double>(i + 1) / static_cast<double>(sorted.size())});
    }
  }
  return steps;
}

}  // namespace switchfault
