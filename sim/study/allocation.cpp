#include "study/allocation.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

#include "core/check.h"

namespace switchfault {
namespace {

constexpr std::size_t kMost = 8;
constexpr double kRarest = 0.01;
// Of the replications at least one in so many, whatever was seen so far: what never varied may.
constexpr std::uint64_t kOneIn = 20;

// The spread is taken two of its standard errors (of normal values) too high, so that a few equal
// nights by luck do not starve an alternative.
double urgency(const AllocationStratum& stratum) {
  if (stratum.seen < 2) {
    return 0;
  }
  const double doubt = 1 + 2 * std::sqrt(2 / static_cast<double>(stratum.seen - 1));
  return stratum.share * std::sqrt(stratum.spread * doubt / stratum.cost);
}

std::vector<double> urgencies(std::span<const AllocationStratum> strata) {
  std::vector<double> result;
  std::transform(strata.begin(), strata.end(), std::back_inserter(result), urgency);
  if (std::all_of(result.begin(), result.end(), [](double value) { return value == 0; })) {
    std::transform(strata.begin(), strata.end(), result.begin(),
                   [](const AllocationStratum& stratum) { return stratum.share; });
  }
  return result;
}

// In proportion to `urgent`, but to each its bound at least.
std::vector<double> shared_out(const std::vector<double>& urgent,
                               const std::vector<std::uint64_t>& bounds, std::uint64_t total) {
  std::vector<double> parts(bounds.begin(), bounds.end());
  std::vector<bool> bound(bounds.size(), false);
  for (bool again = true; again;) {
    again = false;
    auto left = static_cast<double>(total);
    double sum = 0;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      left -= bound[i] ? parts[i] : 0;
      sum += bound[i] ? 0 : urgent[i];
    }
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      if (bound[i]) {
        continue;
      }
      parts[i] = sum > 0 ? left * urgent[i] / sum : 0;
      if (parts[i] < static_cast<double>(bounds[i])) {
        parts[i] = static_cast<double>(bounds[i]);
        bound[i] = true;
        again = true;
      }
    }
  }
  return parts;
}

}  // namespace

bool can_allocate(const std::map<std::string, double>& shares) {
  return shares.size() > 1 && shares.size() <= kMost &&
         std::all_of(shares.begin(), shares.end(),
                     [](const auto& share) { return share.second >= kRarest; });
}

std::vector<std::uint64_t> allocate(std::span<const AllocationStratum> strata,
                                    std::uint64_t total) {
  std::vector<std::uint64_t> counts;
  std::uint64_t left = total;
  for (const AllocationStratum& stratum : strata) {
    SF_CHECK(stratum.count <= left);
    counts.push_back(stratum.count);
    left -= stratum.count;
  }
  const std::uint64_t fewest = std::max(kFewestOfAlternative, total / kOneIn);
  for (std::uint64_t& count : counts) {
    const std::uint64_t more = std::min(left, fewest - std::min(fewest, count));
    count += more;
    left -= more;
  }
  const std::vector<double> parts = shared_out(urgencies(strata), counts, total);
  std::vector<double> fractions;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto whole = std::max(counts[i], static_cast<std::uint64_t>(parts[i]));
    const std::uint64_t more = std::min(left, whole - counts[i]);
    counts[i] += more;
    left -= more;
    fractions.push_back(parts[i] - static_cast<double>(counts[i]));
  }
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return fractions[a] > fractions[b]; });
  for (std::size_t i = 0; left > 0; ++i, --left) {
    ++counts[order[i % order.size()]];
  }
  return counts;
}

}  // namespace switchfault
