// What a sample of replications says by itself: mean, standard deviation, quantiles, distribution.
//
// A value may be infinite ("never recovered") or not a number (the metric has no meaning in that
// replication, or the replication failed). Means use the finite values and say how many were left
// out; quantiles and the distribution keep infinite values in their place at the end. The order of
// the values never changes a result but for rounding, and values are always folded by index.

#ifndef SWITCHFAULT_STUDY_SAMPLE_H_
#define SWITCHFAULT_STUDY_SAMPLE_H_

#include <cstddef>
#include <span>
#include <vector>

namespace switchfault {

struct SampleSummary {
  std::size_t count = 0;      // Finite values; what mean and deviation are of.
  std::size_t infinite = 0;   // Left out of them.
  std::size_t undefined = 0;  // Not a number.
  double mean = 0;            // 0 when there is none.
  double deviation = 0;       // Standard deviation with n - 1; 0 below two values.
  double minimum = 0, maximum = 0;
};
SampleSummary summarise(std::span<const double> values);

// Ascending without the undefined; infinities stay.
std::vector<double> sorted_values(std::span<const double> values);

// The smallest value with at least `share` of the sample at or below it. REQUIRES: sorted, not
// empty, 0 <= share <= 1.
double sample_quantile(std::span<const double> sorted, double share);

// The empirical distribution: after each distinct value the share of the sample at or below it.
struct CumulativeShare {
  double value;
  double share;
};
std::vector<CumulativeShare> cumulative_shares(std::span<const double> sorted);

}  // namespace switchfault

#endif  // SWITCHFAULT_STUDY_SAMPLE_H_
