// Confidence intervals of one sample: for its mean, a quantile, a proportion, a ratio of means.
//
// Each covers the true value with at least, or nearly, `level`; docs/statistics.md names method,
// reference and limits. What a sample cannot bound is infinite: one value alone has the mean's
// interval (-inf, inf), and the 99th percentile of ten values has no upper end. Values that are not
// a number are left out; infinite ones count only for quantiles.

#ifndef SWITCHFAULT_STUDY_INTERVALS_H_
#define SWITCHFAULT_STUDY_INTERVALS_H_

#include <cstddef>
#include <span>

namespace switchfault {

struct Interval {
  double estimate = 0;
  double low = 0, high = 0;
  double level = 0.95;
  std::size_t count = 0;  // Values used.
  // All values are equal: the interval has no width, which says nothing of what was not seen; see
  // unseen_share().
  bool constant = false;

  [[nodiscard]] double half_width() const { return (high - low) / 2; }
  [[nodiscard]] bool contains(double value) const { return low <= value && value <= high; }
};

// A mean with its standard error and the degrees of freedom of that.
struct MeanError {
  double mean = 0;
  double error = 0;
  double degrees = 0;
  std::size_t count = 0;
};
// Of the finite values; not a number without any.
MeanError mean_error(std::span<const double> values);
Interval student_interval(const MeanError& mean, double level);

// Student's t on the finite values.
Interval mean_interval(std::span<const double> values, double level = 0.95);

// Order statistics: exact for every distribution, at least `level`. REQUIRES: sorted_values().
Interval quantile_interval(std::span<const double> sorted, double share, double level = 0.95);

// Clopper and Pearson: at least `level` whatever the proportion, also for none and for all.
Interval proportion_interval(std::size_t successes, std::size_t trials, double level = 0.95);

// Sum of numerators over sum of denominators (mean time to repair over replications with any number
// of outages), by the delta method. REQUIRES: equal sizes. The estimate is NaN and the interval
// unbounded when the denominators sum to 0.
Interval ratio_interval(std::span<const double> numerators, std::span<const double> denominators,
                        double level = 0.95);

// With `count` equal values seen: the largest share of replications that may differ from them and
// still go unseen with probability 1 - level (the "rule of three": about 3/n at 95 %).
double unseen_share(std::size_t count, double level = 0.95);

}  // namespace switchfault

#endif  // SWITCHFAULT_STUDY_INTERVALS_H_
