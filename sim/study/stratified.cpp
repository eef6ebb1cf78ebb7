#include "study/stratified.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "core/check.h"
#include "study/sample.h"

namespace switchfault {
namespace {

constexpr std::size_t kFewest = 8;  // Replications of a stratum.

bool all_finite(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(),
                     [](double value) { return std::isfinite(value); });
}

std::vector<std::vector<double>> by_stratum(std::span<const double> values, const Strata& strata) {
  SF_CHECK(strata.of.size() == values.size());
  std::vector<std::vector<double>> parts(strata.shares.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    parts[strata.of[i]].push_back(values[i]);
  }
  return parts;
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
  const bool known = std::all_of(names.begin(), names.end(), [&](const std::string& name) {
    return shares.find(name) != shares.end();
  });
  if (shares.size() < 2 || !known) {
    return std::nullopt;
  }
  Strata strata = allotted_strata(shares, names);
  strata.allotted = false;
  std::vector<std::size_t> counts(shares.size(), 0);
  for (const std::uint32_t stratum : strata.of) {
    ++counts[stratum];
  }
  const bool enough =
      std::all_of(counts.begin(), counts.end(), [](std::size_t count) { return count >= kFewest; });
  return enough ? std::optional(std::move(strata)) : std::nullopt;
}

Strata allotted_strata(const std::map<std::string, double>& shares,
                       const std::vector<std::string>& names) {
  Strata strata{.of = {}, .shares = {}, .allotted = true};
  for (const auto& [name, share] : shares) {
    strata.shares.push_back(share);
  }
  for (const std::string& name : names) {
    const auto found = shares.find(name);
    SF_CHECK(found != shares.end());
    strata.of.push_back(static_cast<std::uint32_t>(std::distance(shares.begin(), found)));
  }
  return strata;
}

MeanError mean_error(std::span<const double> values, const Strata* strata) {
  if (strata == nullptr || (!strata->allotted && !all_finite(values))) {
    return mean_error(values);
  }
  const auto parts = by_stratum(values, *strata);
  MeanError result{.count = values.size()};
  double variance = 0;
  double squares = 0;  // Of the parts of the variance, each over its degrees.
  double seen = 0;
  bool enough = all_finite(values);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const MeanError part = mean_error(parts[i]);
    enough = enough && part.count > 1;
    if (part.count == 0) {
      continue;
    }
    const double error = strata->shares[i] * part.error;
    seen += strata->shares[i];
    result.mean += strata->shares[i] * part.mean;
    variance += error * error;
    squares += error > 0 ? error * error * error * error / part.degrees : 0;
  }
  if (!enough) {
    return {.mean = result.mean / seen, .count = std::min<std::size_t>(values.size(), 1)};
  }
  result.error = std::sqrt(variance);
  result.degrees =
      squares > 0 ? variance * variance / squares : static_cast<double>(values.size() - 1);
  return result;
}

double deviation(std::span<const double> values, const Strata& strata) {
  const auto parts = by_stratum(values, strata);
  const double mean = mean_error(values, &strata).mean;
  double squares = 0;
  double seen = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].empty()) {
      const SampleSummary part = summarise(parts[i]);
      const double away = part.mean - mean;
      squares += strata.shares[i] * (part.deviation * part.deviation + away * away);
      seen += strata.shares[i];
    }
  }
  return std::sqrt(squares / seen);
}

Interval mean_interval(std::span<const double> values, const Strata* strata, double level) {
  return student_interval(mean_error(values, strata), level);
}

}  // namespace switchfault
