// Means over strata whose shares are known: the alternatives of `one-of` faults by their weights.
//
// Replications draw their alternative at random, so that a plain mean also carries the luck of how
// often each was drawn. The shares are known, so the mean within each is weighed by its true share
// instead (post-stratification), and only what varies within an alternative is left in the
// interval. docs/statistics.md has the references and the limits.

#ifndef SWITCHFAULT_STUDY_STRATIFIED_H_
#define SWITCHFAULT_STUDY_STRATIFIED_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <switchfault/scenario.h>

#include "study/intervals.h"

namespace switchfault {

struct Strata {
  std::vector<std::uint32_t> of;  // By replication: which stratum.
  std::vector<double> shares;     // By stratum: how often it is drawn in truth, in all 1.
  // Replications were allotted: how often each was run says nothing of its share, so that there is
  // no plain mean to fall back upon.
  bool allotted = false;
};

// How often each combination of alternatives is drawn, by the name that a replication has of it;
// one without faults has no name. Empty without `one-of` faults.
std::map<std::string, double> alternative_shares(const Scenario& scenario);

// The strata of replications with these names. None when there is only one, a name is unknown, or
// a stratum has too few replications to tell how much they vary: then the plain mean has to do.
std::optional<Strata> strata_of(const std::map<std::string, double>& shares,
                                const std::vector<std::string>& names);
// The same of replications that were allotted, however few of each there are. REQUIRES: the names
// are known.
Strata allotted_strata(const std::map<std::string, double>& shares,
                       const std::vector<std::string>& names);

// Without strata, or when a value is not finite (nobody knows the shares of those that are), that
// of the finite values alone. The degrees are Satterthwaite's. Of allotted replications nothing
// bounds the mean when a stratum has fewer than two, or when a value is not finite: the estimate is
// that of the other strata, and the count is 1.
MeanError mean_error(std::span<const double> values, const Strata* strata);

// Standard deviation of one night, whichever alternative it has. REQUIRES: values are finite.
double deviation(std::span<const double> values, const Strata& strata);

// Student's t. REQUIRES: strata of as many values, or none.
Interval mean_interval(std::span<const double> values, const Strata* strata, double level);

}  // namespace switchfault

#endif  // SWITCHFAULT_STUDY_STRATIFIED_H_
