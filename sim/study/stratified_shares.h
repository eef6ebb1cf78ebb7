// Proportions, quantiles and distributions of all nights where alternatives have more or fewer
// replications than their true shares: each replication weighs its alternative's share over its
// number of replications.
//
// Intervals add up those of the alternatives, each by Clopper and Pearson at its part of the error:
// at least `level` whatever the distribution, and wide where an alternative has few replications.

#ifndef SWITCHFAULT_STUDY_STRATIFIED_SHARES_H_
#define SWITCHFAULT_STUDY_STRATIFIED_SHARES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "study/intervals.h"
#include "study/stratified.h"

namespace switchfault {

class StratifiedShares {
 public:
  // REQUIRES: the strata outlive it and have a replication at least.
  StratifiedShares(const Strata& strata, double level);

  // Of the replications with a value of true. REQUIRES: as many as the strata are of.
  [[nodiscard]] Interval proportion(const std::vector<bool>& values) const;

  // Values in ascending order with their stratum. REQUIRES: as above, none is undefined.
  using Sorted = std::vector<std::pair<double, std::uint32_t>>;
  [[nodiscard]] Sorted sorted(std::span<const double> values) const;
  [[nodiscard]] Interval quantile(const Sorted& sorted, double share) const;
  // After each distinct value the share at or below it: all, or about `steps` at equal shares.
  [[nodiscard]] std::vector<std::pair<double, double>> distribution(const Sorted& sorted,
                                                                    std::size_t steps) const;

 private:
  struct Share {
    double estimate, low, high;
  };
  [[nodiscard]] Share share_of(const std::vector<std::size_t>& successes) const;

  const Strata& strata_;
  double level_;
  std::vector<std::size_t> counts_;        // By stratum.
  double seen_ = 0;                        // The true share of strata with replications.
  std::vector<std::vector<Interval>> of_;  // By stratum, successes.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_STUDY_STRATIFIED_SHARES_H_
