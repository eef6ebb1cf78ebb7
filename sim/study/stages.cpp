#include "study/stages.h"

#include <numeric>
#include <utility>

#include "core/check.h"

namespace switchfault {

Stages::Stages(std::vector<std::size_t> looks)
    : looks_(std::move(looks)), chosen_(looks_.back()), size_(looks_.front()), stage_(1) {
  std::iota(chosen_.begin(), chosen_.end(), std::uint64_t{0});
}

Stages::Stages(std::vector<std::size_t> looks, const std::vector<double>& shares,
               StratumOf stratum_of)
    : looks_(std::move(looks)), stratum_of_(std::move(stratum_of)) {
  for (const double share : shares) {
    strata_.push_back({.share = share});
  }
  strata_ = choose(strata_, shares.size() * kFewestOfAlternative);
  size_ = chosen_.size();
}

void Stages::advance(std::span<const StratumSeen> seen) {
  SF_CHECK(!is_last());
  ++stage_;
  if (strata_.empty()) {
    size_ = looks_[stage_ - 1];
    return;
  }
  SF_CHECK(seen.size() == strata_.size());
  for (std::size_t i = 0; i < strata_.size(); ++i) {
    strata_[i].seen = seen[i].replications;
    strata_[i].spread = seen[i].spread;
    strata_[i].cost = seen[i].cost;
  }
  chosen_.resize(size_);
  strata_ = choose(strata_, looks_[stage_ - 1]);
  size_ = chosen_.size();
  if (!is_last()) {
    choose(strata_, looks_[stage_]);
  }
}

// The next replications of each stratum, in the order in which they are drawn, up to so many in
// all.
std::vector<AllocationStratum> Stages::choose(std::vector<AllocationStratum> strata,
                                              std::uint64_t total) {
  const std::vector<std::uint64_t> targets = allocate(strata, total);
  std::uint64_t next = chosen_.empty() ? 0 : chosen_.back() + 1;
  for (; chosen_.size() < total; ++next) {
    const std::size_t stratum = stratum_of_(next);
    if (strata[stratum].count < targets[stratum]) {
      ++strata[stratum].count;
      chosen_.push_back(next);
    }
  }
  return strata;
}

}  // namespace switchfault
