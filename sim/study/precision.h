// When a study is precise enough: replications in batches until the interval of one metric is
// tight.
//
// The looks at the data fall at numbers of replications that are known beforehand, and the error
// allowed is shared out among all of them (an equal spending of alpha). So the intervals of all
// looks hold together with `level`, and with them the one at which the study happened to stop; it
// is wider than that of a study of fixed size.

#ifndef SWITCHFAULT_STUDY_PRECISION_H_
#define SWITCHFAULT_STUDY_PRECISION_H_

#include <cstddef>
#include <span>
#include <vector>

#include "study/intervals.h"

namespace switchfault {

struct PrecisionPlan {
  double relative = 0.05;       // Half width over the absolute mean.
  double floor = 0;             // A half width that is enough whatever the mean.
  std::size_t first = 32;       // Replications at the first look ...
  double growth = 1.5;          // ... each next look at so many times as many ...
  std::size_t batch = 8;        // ... rounded up to whole batches ...
  std::size_t maximum = 10000;  // ... and no more than this.
  double level = 0.95;
};

// The numbers of replications at which to look, ascending, the last is the maximum. REQUIRES:
// 2 <= first, growth > 1, batch > 0, relative >= 0, floor >= 0.
std::vector<std::size_t> look_counts(const PrecisionPlan& plan);

struct PrecisionLook {
  Interval interval;
  double wanted = 0;     // The half width asked for, of this mean.
  bool precise = false;  // Stop: tight enough.
  std::size_t next = 0;  // Replications at the next look; 0: there is none.
};

// REQUIRES: as many values as one of look_counts().
PrecisionLook look(const PrecisionPlan& plan, std::span<const double> values);

}  // namespace switchfault

#endif  // SWITCHFAULT_STUDY_PRECISION_H_
