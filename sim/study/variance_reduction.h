// What common random numbers bought: the variance of a paired difference against that of the same
// difference from independent seeds.
//
// Needs no runs of its own: with independent seeds the difference of two strategies has the sum of
// their variances, and each strategy's own variance is the same either way.

#ifndef SWITCHFAULT_STUDY_VARIANCE_REDUCTION_H_
#define SWITCHFAULT_STUDY_VARIANCE_REDUCTION_H_

#include <cstddef>
#include <span>

#include "study/intervals.h"

namespace switchfault {

struct VarianceReduction {
  double independent = 0;  // var(a) + var(b)
  double paired = 0;       // var(a - b)
  double correlation = 0;  // Of a and b; 0 when one of them does not vary.
  // independent / paired: as many times fewer replications for the same width. Above 1 a gain,
  // below 1 a loss. Infinite when the difference does not vary, NaN when nothing does. The interval
  // is the jackknife's on the logarithm.
  Interval factor;
};

// Replications with a value that is not finite are left out. REQUIRES: equal sizes.
VarianceReduction variance_reduction(std::span<const double> a, std::span<const double> b,
                                     double level = 0.95);

}  // namespace switchfault

#endif  // SWITCHFAULT_STUDY_VARIANCE_REDUCTION_H_
