// How many replications each alternative of a study gets: by its weight, by how much its nights
// vary and by what one costs.
//
// Neyman's allocation with costs: what narrows an interval most for the work done. Costs are events
// executed, so that every machine decides the same. docs/statistics.md has references and limits.

#ifndef SWITCHFAULT_STUDY_ALLOCATION_H_
#define SWITCHFAULT_STUDY_ALLOCATION_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace switchfault {

// Of each alternative before anything is known of how it varies, and always.
inline constexpr std::uint64_t kFewestOfAlternative = 8;

struct AllocationStratum {
  double share = 0;         // How often it is drawn in truth.
  double spread = 0;        // Variance of one replication, in whatever unit all have.
  double cost = 1;          // Of one replication.
  std::uint64_t seen = 0;   // Replications of which spread and cost are.
  std::uint64_t count = 0;  // Replications it has.
};

// Whether replications can be allotted to alternatives with these shares: a few, none of them so
// rare that it would have to be sought for long.
bool can_allocate(const std::map<std::string, double>& shares);

// By stratum, in all `total`; none gets fewer than it has. REQUIRES: total >= the sum of the
// counts.
std::vector<std::uint64_t> allocate(std::span<const AllocationStratum> strata, std::uint64_t total);

}  // namespace switchfault

#endif  // SWITCHFAULT_STUDY_ALLOCATION_H_
