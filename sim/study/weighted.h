// Estimates from runs in which faults were made more frequent: importance sampling.
//
// Such a run carries a weight, the ratio of its probability under the scenario's own laws to that
// under the hastened ones (RunLog::log_weight). The mean of weight x value is then the plain mean
// without bias. All that is said of means, differences and stopping holds for the products; only
// quantiles and proportions of raw values do not.

#ifndef SWITCHFAULT_STUDY_WEIGHTED_H_
#define SWITCHFAULT_STUDY_WEIGHTED_H_

#include <span>
#include <vector>

#include "study/intervals.h"

namespace switchfault {

// The values to give to everything that works on means.
std::vector<double> weighted_values(std::span<const double> values,
                                    std::span<const double> log_weights);

struct WeightedEstimate {
  Interval mean;
  // The mean weight is 1 in truth. An interval that misses 1, or few effective runs, says that the
  // faults were hastened too much or that what matters was never drawn.
  Interval weight;
  double effective = 0;  // (sum w)^2 / sum w^2: as many unweighted runs weigh as much.
  // How many times as many plain runs would give the same width; infinite without spread, NaN when
  // the value never differed from 0.
  double gain = 1;
};

// REQUIRES: equal sizes, values finite.
WeightedEstimate weighted_mean(std::span<const double> values, std::span<const double> log_weights,
                               double level = 0.95);

}  // namespace switchfault

#endif  // SWITCHFAULT_STUDY_WEIGHTED_H_
