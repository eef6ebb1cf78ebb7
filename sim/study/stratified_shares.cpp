#include "study/stratified_shares.h"

#include <algorithm>
#include <limits>

#include "core/check.h"

namespace switchfault {
namespace {

constexpr double kRounding = 1e-12;  // Of sums of weights.

}  // namespace

StratifiedShares::StratifiedShares(const Strata& strata, double level)
    : strata_(strata), level_(level), counts_(strata.shares.size(), 0) {
  SF_CHECK(level > 0 && level < 1 && !strata.of.empty());
  for (const std::uint32_t stratum : strata.of) {
    ++counts_[stratum];
  }
  const double each = 1 - (1 - level) / static_cast<double>(counts_.size());
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    seen_ += counts_[i] > 0 ? strata.shares[i] : 0;
    std::vector<Interval>& intervals = of_.emplace_back();
    for (std::size_t successes = 0; successes <= counts_[i]; ++successes) {
      intervals.push_back(proportion_interval(successes, counts_[i], each));
    }
  }
}

StratifiedShares::Share StratifiedShares::share_of(
    const std::vector<std::size_t>& successes) const {
  Share share{};
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    const Interval& interval = of_[i][successes[i]];
    share.estimate += counts_[i] > 0 ? strata_.shares[i] / seen_ * interval.estimate : 0;
    share.low += strata_.shares[i] * interval.low;
    share.high += strata_.shares[i] * interval.high;
  }
  return share;
}

Interval StratifiedShares::proportion(const std::vector<bool>& values) const {
  SF_CHECK(values.size() == strata_.of.size());
  std::vector<std::size_t> successes(counts_.size(), 0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    successes[strata_.of[i]] += values[i] ? 1U : 0U;
  }
  const Share share = share_of(successes);
  return {.estimate = share.estimate,
          .low = share.low,
          .high = std::min(share.high, 1.0),
          .level = level_,
          .count = values.size()};
}

StratifiedShares::Sorted StratifiedShares::sorted(std::span<const double> values) const {
  SF_CHECK(values.size() == strata_.of.size());
  Sorted sorted;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sorted.emplace_back(values[i], strata_.of[i]);
  }
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

// The shares of nights at or below a value rise with it. The quantile is not below the first value
// whose share may be as large, nor above the first whose share is surely larger.
Interval StratifiedShares::quantile(const Sorted& sorted, double share) const {
  SF_CHECK(share > 0 && share < 1 && !sorted.empty());
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Interval interval{.estimate = sorted.back().first,
                    .low = -kInfinity,
                    .high = kInfinity,
                    .level = level_,
                    .count = sorted.size()};
  std::vector<std::size_t> below(counts_.size(), 0);
  bool low_open = share_of(below).high < share;
  bool estimated = false;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    ++below[sorted[i].second];
    if (i + 1 < sorted.size() && sorted[i + 1].first == sorted[i].first) {
      continue;
    }
    const Share at = share_of(below);
    if (low_open && at.high >= share) {
      interval.low = sorted[i].first;
      low_open = false;
    }
    if (!estimated && at.estimate >= share - kRounding) {
      interval.estimate = sorted[i].first;
      estimated = true;
    }
    if (at.low > share) {
      interval.high = sorted[i].first;
      break;
    }
  }
  interval.constant = interval.low == interval.high;
  return interval;
}

std::vector<std::pair<double, double>> StratifiedShares::distribution(const Sorted& sorted,
                                                                      std::size_t steps) const {
  std::vector<std::pair<double, double>> result;
  std::vector<std::size_t> below(counts_.size(), 0);
  double next = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    ++below[sorted[i].second];
    const bool last = i + 1 == sorted.size();
    if (!last && sorted[i + 1].first == sorted[i].first) {
      continue;
    }
    const double share = last ? 1 : share_of(below).estimate;
    if (last || sorted.size() <= steps || share >= next) {
      result.emplace_back(sorted[i].first, share);
      next = share + 1 / static_cast<double>(steps);
    }
  }
  return result;
}

}  // namespace switchfault
