#include "study/comparison.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/check.h"
#include "study/distributions.h"
#include "study/sample.h"

namespace switchfault {
namespace {

// Of `tosses` of a fair coin falling on one side, either side.
double coin_probability(std::size_t tosses) {
  return tosses == 0 ? 1 : std::exp2(1 - static_cast<double>(tosses));
}

// How many standard errors the mean is from `from`; signed infinity without spread.
double distance(const SampleSummary& summary, double from) {
  const double error = summary.deviation / std::sqrt(static_cast<double>(summary.count));
  return (summary.mean - from) / error;
}

std::size_t differing_count(std::span<const double> differences) {
  return static_cast<std::size_t>(std::count_if(differences.begin(), differences.end(),
                                                [](double value) { return value != 0; }));
}

// With `share` the pair's part of the family's error.
Verdict judge(const PairComparison& pair, const ComparisonOptions& options, double share) {
  const Interval& difference = pair.difference;
  const bool enough = coin_probability(difference.count) <= share;
  if (enough && -options.equivalence <= difference.low && difference.high <= options.equivalence) {
    return Verdict::equivalent;
  }
  if (pair.probability > share || difference.contains(0)) {
    return Verdict::undecided;
  }
  const bool lower = difference.high < 0;
  return lower == (options.better == Better::lower) ? Verdict::better : Verdict::worse;
}

}  // namespace

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::better:
      return "better";
    case Verdict::worse:
      return "worse";
    case Verdict::equivalent:
      return "equivalent";
    case Verdict::undecided:
      return "undecided";
  }
  return "";
}

Verdict opposite(Verdict verdict) {
  switch (verdict) {
    case Verdict::better:
      return Verdict::worse;
    case Verdict::worse:
      return Verdict::better;
    case Verdict::equivalent:
    case Verdict::undecided:
      return verdict;
  }
  return verdict;
}

std::vector<double> paired_differences(std::span<const double> a, std::span<const double> b) {
  SF_CHECK(a.size() == b.size());
  std::vector<double> differences;
  differences.reserve(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isfinite(a[i]) && std::isfinite(b[i])) {
      differences.push_back(a[i] - b[i]);
    }
  }
  return differences;
}

double difference_probability(std::span<const double> differences, const Strata* strata) {
  const MeanError mean = mean_error(differences, strata);
  const double coin = coin_probability(differing_count(differences));
  if (mean.error == 0) {
    return coin;
  }
  const double tail = student_t_probability(mean.degrees, -std::abs(mean.mean / mean.error));
  return std::max(2 * tail, coin);
}

double equivalence_probability(std::span<const double> differences, double margin) {
  SF_CHECK(margin >= 0);
  const SampleSummary summary = summarise(differences);
  if (summary.count < 2) {
    return 1;
  }
  if (summary.deviation == 0) {
    return std::abs(summary.mean) <= margin ? coin_probability(summary.count) : 1;
  }
  const auto degrees = static_cast<double>(summary.count - 1);
  return std::max(student_t_probability(degrees, distance(summary, margin)),
                  student_t_probability(degrees, -distance(summary, -margin)));
}

std::vector<double> holm_adjusted(std::span<const double> probabilities, std::size_t family) {
  const std::size_t tests = std::max(family, probabilities.size());
  std::vector<std::size_t> order(probabilities.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return probabilities[a] < probabilities[b];
  });
  std::vector<double> adjusted(probabilities.size());
  double largest = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const double scaled = probabilities[order[i]] * static_cast<double>(tests - i);
    largest = std::max(largest, std::min(1.0, scaled));
    adjusted[order[i]] = largest;
  }
  return adjusted;
}

std::vector<PairComparison> compare_pairs(std::span<const std::vector<double>> values,
                                          const ComparisonOptions& options) {
  SF_CHECK(options.level > 0 && options.level < 1 && options.equivalence >= 0);
  const std::size_t pairs = values.size() * (values.size() - (values.empty() ? 0 : 1)) / 2;
  const double share =
      (1 - options.level) / static_cast<double>(std::max<std::size_t>({pairs, options.family, 1}));
  std::vector<PairComparison> comparisons;
  std::vector<double> probabilities;
  for (std::size_t a = 0; a < values.size(); ++a) {
    for (std::size_t b = a + 1; b < values.size(); ++b) {
      const std::vector<double> differences = paired_differences(values[a], values[b]);
      const Strata* strata = differences.size() == values[a].size() ? options.strata : nullptr;
      PairComparison pair{.a = a,
                          .b = b,
                          .difference = mean_interval(differences, strata, 1 - share),
                          .left_out = values[a].size() - differences.size(),
                          .differing = differing_count(differences),
                          .probability = difference_probability(differences, strata)};
      pair.verdict = judge(pair, options, share);
      probabilities.push_back(pair.probability);
      comparisons.push_back(pair);
    }
  }
  const std::vector<double> adjusted = holm_adjusted(probabilities, options.family);
  for (std::size_t i = 0; i < comparisons.size(); ++i) {
    comparisons[i].adjusted = adjusted[i];
  }
  return comparisons;
}

}  // namespace switchfault
