#include "study/stratified.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "core/check.h"

namespace switchfault {
namespace {

constexpr std::size_t kFewest = 8;  // Replications of a stratum.

bool all_finite(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(),
                     [](double value) { return std::isfinite(value); });
}

std::string joined(const std::string& first, const std::string& second) {
  return first.empty() || second.empty() ? first + second : first + " + " + second;
}

}  // namespace

std::map<std::string, double> alternative_shares(const Scenario& scenario) {
  std::map<std::string, double> shares;
  if (scenario.one_of.empty()) {
    return shares;
  }
  shares.emplace("", 1);
  for (const FaultAlternatives& one_of : scenario.one_of) {
    double total = 0;
    for (const FaultAlternatives::Alternative& alternative : one_of.alternatives) {
      total += alternative.weight;
    }
    std::map<std::string, double> next;
    for (const auto& [name, share] : shares) {
      for (const FaultAlternatives::Alternative& alternative : one_of.alternatives) {
        if (alternative.weight > 0) {
          next[joined(name, alternative.faults.empty() ? "" : alternative.name)] +=
              share * alternative.weight / total;
        }
      }
    }
    shares = std::move(next);
  }
  return shares;
}

std::optional<Strata> strata_of(const std::map<std::string, double>& shares,
                                const std::vector<std::string>& names) {
  if (shares.size() < 2) {
    return std::nullopt;
  }
  Strata strata;
  for (const auto& [name, share] : shares) {
    strata.shares.push_back(share);
  }
  std::vector<std::size_t> counts(shares.size(), 0);
  for (const std::string& name : names) {
    const auto found = shares.find(name);
    if (found == shares.end()) {
      return std::nullopt;
    }
    const auto index = std::distance(shares.begin(), found);
    strata.of.push_back(static_cast<std::uint32_t>(index));
    ++counts[static_cast<std::size_t>(index)];
  }
  const bool enough =
      std::all_of(counts.begin(), counts.end(), [](std::size_t count) { return count >= kFewest; });
  return enough ? std::optional(std::move(strata)) : std::nullopt;
}

MeanError mean_error(std::span<const double> values, const Strata* strata) {
  if (strata == nullptr || !all_finite(values)) {
    return mean_error(values);
  }
  SF_CHECK(strata->of.size() == values.size());
  std::vector<std::vector<double>> parts(strata->shares.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    parts[strata->of[i]].push_back(values[i]);
  }
  MeanError result{.count = values.size()};
  double variance = 0;
  double squares = 0;  // Of the parts of the variance, each over its degrees.
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const MeanError part = mean_error(parts[i]);
    const double error = strata->shares[i] * part.error;
    result.mean += strata->shares[i] * part.mean;
    variance += error * error;
    squares += error * error * error * error / part.degrees;
  }
  result.error = std::sqrt(variance);
  result.degrees =
      squares > 0 ? variance * variance / squares : static_cast<double>(values.size() - 1);
  return result;
}

Interval mean_interval(std::span<const double> values, const Strata* strata, double level) {
  return student_interval(mean_error(values, strata), level);
}

}  // namespace switchfault
