#include "study/study_summaries.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "core/check.h"
#include "study/comparison.h"
#include "study/intervals.h"
#include "study/priority_ranking.h"
#include "study/sample.h"
#include "study/stratified_shares.h"
#include "study/variance_reduction.h"
#include "study/weighted.h"

namespace switchfault {
namespace {

constexpr double kQuantiles[] = {0.05, 0.25, 0.5, 0.75, 0.9, 0.95};
constexpr std::size_t kSeedsNamed = 5;
constexpr std::size_t kStepsKept = 200;  // Of a distribution.

Estimate estimate(const Interval& interval) {
  return {interval.estimate, interval.low, interval.high};
}

// After each distinct value the share at or below it; of long samples at equal shares.
std::vector<std::pair<double, double>> distribution(const std::vector<double>& sorted) {
  std::vector<std::pair<double, double>> steps;
  const std::size_t size = sorted.size();
  const std::size_t count = std::min(size, kStepsKept);
  for (std::size_t i = 1; i <= count; ++i) {
    const std::size_t rank = (i * size + count - 1) / count;  // Rounded up: the last is the last.
    const auto last = std::upper_bound(sorted.begin(), sorted.end(), sorted[rank - 1]);
    const double share = static_cast<double>(last - sorted.begin()) / static_cast<double>(size);
    if (steps.empty() || steps.back().first != sorted[rank - 1]) {
      steps.emplace_back(sorted[rank - 1], share);
    }
  }
  return steps;
}

// As they were drawn, without weights.
std::vector<double> raw_values(const ReplicationTable& table, const ReplicationList& list,
                               std::size_t strategy, std::size_t metric) {
  std::vector<double> values;
  values.reserve(list.size());
  for (const std::uint64_t i : list) {
    values.push_back(table.at(i, strategy).values[metric]);
  }
  return values;
}

MetricSummary summarise_metric(const ReplicationTable& table, const ReplicationList& list,
                               std::size_t strategy, std::size_t metric, double level,
                               const Strata* strata, const StratifiedShares* shares,
                               bool hastened) {
  const std::vector<double> values = values_of(table, list, strategy, metric);
  const SampleSummary sample = summarise(values);
  MetricSummary summary{.metric = metric,
                        .mean = estimate(mean_interval(values, strata, level)),
                        .deviation = sample.deviation,
                        .minimum = sample.minimum,
                        .maximum = sample.maximum};
  for (const std::uint64_t i : list) {
    const auto& open = table.at(i, strategy).open;
    summary.open += std::find(open.begin(), open.end(), metric) != open.end() ? 1U : 0U;
  }
  if (hastened) {  // Ordinary nights, of which quantiles speak, are hardly among the runs.
    const SampleSummary raw = summarise(raw_values(table, list, strategy, metric));
    summary.minimum = raw.minimum;
    summary.maximum = raw.maximum;
    return summary;
  }
  if (shares != nullptr) {
    const auto sorted = shares->sorted(values);
    for (const double share : kQuantiles) {
      summary.quantiles.emplace_back(share, estimate(shares->quantile(sorted, share)));
    }
    summary.deviation = deviation(values, *strata);
    summary.ecdf = shares->distribution(sorted, kStepsKept);
    return summary;
  }
  const std::vector<double> sorted = sorted_values(values);
  for (const double share : kQuantiles) {
    summary.quantiles.emplace_back(share, estimate(quantile_interval(sorted, share, level)));
  }
  summary.ecdf = distribution(sorted);
  return summary;
}

const Strata* to_use(const std::optional<Strata>& strata) {
  return strata ? &*strata : nullptr;
}

double lowest_mean(const ReplicationTable& table, const ReplicationList& list, std::size_t metric,
                   const Strata* strata) {
  double lowest = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < table.strategies(); ++i) {
    lowest = std::min(lowest, std::abs(mean_error(values_of(table, list, i, metric), strata).mean));
  }
  return lowest;
}

PairVerdict public_verdict(Verdict verdict) {
  switch (verdict) {
    case Verdict::better:
      return PairVerdict::better;
    case Verdict::worse:
      return PairVerdict::worse;
    case Verdict::equivalent:
      return PairVerdict::equivalent;
    case Verdict::undecided:
      return PairVerdict::undecided;
  }
  return PairVerdict::undecided;
}

// The level of each look, so that those of all looks hold together.
double level_of_look(const SummaryPlan& plan) {
  return 1 - (1 - plan.level) / static_cast<double>(plan.looks);
}

// The share of nights with a service lost at the end. With weights it is the mean of the weights of
// those runs; when there was none, nothing bounds it from above.
Estimate share_not_recovered(const ReplicationTable& table, const ReplicationList& list,
                             std::size_t strategy, const SummaryPlan& plan,
                             const StratifiedShares* shares) {
  std::size_t lost = 0;
  std::vector<bool> each;
  std::vector<double> weights;
  for (const std::uint64_t i : list) {
    const StrategyReplication& result = table.at(i, strategy);
    lost += result.recovered ? 0U : 1U;
    each.push_back(!result.recovered);
    weights.push_back(result.recovered ? 0 : std::exp(result.log_weight));
  }
  if (shares != nullptr) {
    return estimate(shares->proportion(each));
  }
  if (!plan.hastened) {
    return estimate(proportion_interval(lost, list.size(), level_of_look(plan)));
  }
  if (lost == 0) {
    return {.value = 0, .low = 0, .high = std::numeric_limits<double>::infinity()};
  }
  const Interval mean = mean_interval(weights, level_of_look(plan));
  return {mean.estimate, std::max(0.0, mean.low), mean.high};
}

// Means of all strategies' weights hold together.
WeightSummary summarise_weights(const ReplicationTable& table, const ReplicationList& list,
                                std::size_t strategy, const SummaryPlan& plan) {
  std::vector<double> log_weights;
  for (const std::uint64_t i : list) {
    log_weights.push_back(table.at(i, strategy).log_weight);
  }
  const double level = 1 - (1 - level_of_look(plan)) / static_cast<double>(table.strategies());
  const WeightedEstimate weighted =
      weighted_mean(raw_values(table, list, strategy, plan.objective), log_weights, level);
  return {.mean = estimate(weighted.weight),
          .holds = weighted.weight.contains(1),
          .effective = weighted.effective,
          .gain = weighted.gain};
}

// What common seeds gain. Of allotted replications the variances are those of the means over all
// alternatives. 0: the difference never varied.
double variance_ratio(const std::vector<double>& a, const std::vector<double>& b,
                      const SummaryPlan& plan, const std::optional<Strata>& strata) {
  if (!plan.allotted) {
    const VarianceReduction gain = variance_reduction(a, b, plan.level);
    return gain.paired > 0 ? gain.factor.estimate : 0;
  }
  std::vector<double> difference(a.size());
  std::transform(a.begin(), a.end(), b.begin(), difference.begin(), std::minus<>());
  const double of_a = mean_error(a, &*strata).error;
  const double of_b = mean_error(b, &*strata).error;
  const double paired = mean_error(difference, &*strata).error;
  return paired > 0 ? (of_a * of_a + of_b * of_b) / (paired * paired) : 0;
}

Interval objective_interval(const ReplicationTable& table, const ReplicationList& list,
                            std::size_t strategy, const SummaryPlan& plan) {
  const std::optional<Strata> strata = strata_of(table, list, plan);
  return mean_interval(values_of(table, list, strategy, plan.objective), to_use(strata),
                       level_of_look(plan));
}

}  // namespace

std::string_view pair_verdict_name(PairVerdict verdict) {
  switch (verdict) {
    case PairVerdict::better:
      return "better";
    case PairVerdict::worse:
      return "worse";
    case PairVerdict::equivalent:
      return "equivalent";
    case PairVerdict::undecided:
      return "undecided";
  }
  return "";
}

std::optional<Strata> strata_of(const ReplicationTable& table, const ReplicationList& list,
                                const SummaryPlan& plan) {
  if (plan.hastened) {
    return std::nullopt;
  }
  std::vector<std::string> names;
  names.reserve(list.size());
  for (const std::uint64_t i : list) {
    names.push_back(table.alternative(i));
  }
  return plan.allotted ? allotted_strata(plan.shares, names) : strata_of(plan.shares, names);
}

std::vector<StrategySummary> summarise_strategies(const ReplicationTable& table,
                                                  const ReplicationList& list,
                                                  const SummaryPlan& plan) {
  SF_CHECK(!list.empty());
  const std::optional<Strata> strata = strata_of(table, list, plan);
  std::optional<StratifiedShares> shares;
  if (plan.allotted) {
    shares.emplace(*strata, level_of_look(plan));
  }
  std::vector<StrategySummary> summaries;
  for (std::size_t strategy = 0; strategy < table.strategies(); ++strategy) {
    StrategySummary& summary = summaries.emplace_back();
    summary.name = plan.strategies[strategy];
    summary.replications = list.size();
    for (const std::uint64_t i : list) {
      const StrategyReplication& result = table.at(i, strategy);
      if (!result.recovered && summary.not_recovered_seeds.size() < kSeedsNamed) {
        summary.not_recovered_seeds.push_back(result.seed);
      }
    }
    summary.not_recovered =
        share_not_recovered(table, list, strategy, plan, shares ? &*shares : nullptr);
    if (plan.hastened) {
      summary.weights = summarise_weights(table, list, strategy, plan);
    }
    for (std::size_t metric = 0; metric < plan.metrics.size(); ++metric) {
      summary.metrics.push_back(summarise_metric(table, list, strategy, metric, level_of_look(plan),
                                                 to_use(strata), shares ? &*shares : nullptr,
                                                 plan.hastened));
    }
  }
  return summaries;
}

std::vector<StratumSeen> seen_of_strata(const ReplicationTable& table, const ReplicationList& list,
                                        const SummaryPlan& plan, double relative, double floor) {
  std::vector<double> wanted;
  for (std::size_t strategy = 0; strategy < table.strategies(); ++strategy) {
    const double mean = objective_interval(table, list, strategy, plan).estimate;
    wanted.push_back(std::max(floor, relative * std::abs(mean)));
  }
  std::vector<StratumSeen> seen;
  for (const auto& [name, share] : plan.shares) {
    const ReplicationList part = of_alternative(table, list, name);
    StratumSeen& stratum = seen.emplace_back();
    stratum.replications = part.size();
    double events = 0;
    for (std::size_t strategy = 0; strategy < table.strategies(); ++strategy) {
      const double deviation =
          summarise(values_of(table, part, strategy, plan.objective)).deviation / wanted[strategy];
      if (std::isfinite(deviation)) {  // Of a mean of 0 no width is wanted.
        stratum.spread = std::max(stratum.spread, deviation * deviation);
      }
      for (const std::uint64_t i : part) {
        events += static_cast<double>(table.at(i, strategy).events);
      }
    }
    stratum.cost = part.empty() ? 1 : std::max(1.0, events / static_cast<double>(part.size()));
  }
  return seen;
}

bool is_precise(const ReplicationTable& table, const ReplicationList& list, std::size_t strategy,
                const SummaryPlan& plan, double relative, double floor) {
  const Interval mean = objective_interval(table, list, strategy, plan);
  return mean.half_width() <= std::max(floor, relative * std::abs(mean.estimate));
}

double relative_width_of(const ReplicationTable& table, const ReplicationList& list,
                         std::size_t strategy, const SummaryPlan& plan) {
  const Interval mean = objective_interval(table, list, strategy, plan);
  return mean.half_width() > 0 ? mean.half_width() / std::abs(mean.estimate) : 0;
}

std::vector<PairSummary> compare_pairs(const ReplicationTable& table, const ReplicationList& list,
                                       std::size_t metric, const SummaryPlan& plan) {
  SF_CHECK(!list.empty());
  const std::size_t strategies = table.strategies();
  std::vector<std::vector<double>> values;
  for (std::size_t i = 0; i < strategies; ++i) {
    values.push_back(values_of(table, list, i, metric));
  }
  const std::optional<Strata> strata = strata_of(table, list, plan);
  const double margin = plan.indifference_width && metric == plan.objective
                            ? *plan.indifference_width
                            : plan.indifference * lowest_mean(table, list, metric, to_use(strata));
  const bool more = plan.metrics[metric].more_is_better;
  std::vector<PairSummary> summaries;
  for (const PairComparison& pair :
       compare_pairs(values, {.level = plan.level,
                             .better = more ? Better::higher : Better::lower,
                             .equivalence = margin,
                             .family = strategies * (strategies - 1) / 2 * plan.looks,
                             .strata = to_use(strata)})) {
    summaries.push_back(
        {.a = static_cast<std::uint32_t>(pair.a),
         .b = static_cast<std::uint32_t>(pair.b),
         .metric = metric,
         .difference = estimate(pair.difference),
         .margin = margin,
         .verdict = public_verdict(pair.verdict),
         .probability = pair.adjusted,
         .variance_ratio = variance_ratio(values[pair.a], values[pair.b], plan, strata)});
  }
  return summaries;
}

std::vector<double> regrets(const std::vector<StrategySummary>& strategies,
                            const SummaryPlan& plan) {
  const double sign = plan.metrics[plan.objective].more_is_better ? -1 : 1;
  const auto cost = [&](const StrategySummary& strategy) {
    return sign * strategy.metrics[plan.objective].mean.value;
  };
  double best = std::numeric_limits<double>::infinity();
  for (const StrategySummary& strategy : strategies) {
    best = std::min(best, cost(strategy));
  }
  std::vector<double> result;
  result.reserve(strategies.size());
  for (const StrategySummary& strategy : strategies) {
    result.push_back(cost(strategy) - best);
  }
  return result;
}

std::vector<std::uint32_t> rank_strategies(const std::vector<StrategySummary>& strategies,
                                           const SummaryPlan& plan) {
  const std::vector<double> behind = regrets(strategies, plan);
  std::vector<std::uint32_t> ranking(strategies.size());
  std::iota(ranking.begin(), ranking.end(), 0);
  std::stable_sort(ranking.begin(), ranking.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return behind[a] < behind[b]; });
  return ranking;
}

PriorityOrder order_by_priority(const ReplicationTable& table, const ReplicationList& list,
                                const SummaryPlan& plan) {
  const std::size_t strategies = table.strategies();
  std::map<std::int32_t, std::vector<std::vector<double>>> classes;  // By priority, strategy.
  for (std::size_t metric = 0; metric < plan.metrics.size(); ++metric) {
    const StudyMetric& info = plan.metrics[metric];
    if (info.service.empty() || info.name != "user_minutes_lost") {
      continue;
    }
    auto& sums = classes[info.priority];
    sums.resize(strategies, std::vector<double>(list.size(), 0));
    for (std::size_t strategy = 0; strategy < strategies; ++strategy) {
      const std::vector<double> values = values_of(table, list, strategy, metric);
      std::transform(values.begin(), values.end(), sums[strategy].begin(), sums[strategy].begin(),
                     std::plus<>());
    }
  }
  PriorityOrder order;
  std::vector<std::vector<std::vector<double>>> values;
  std::vector<double> margins;
  const std::optional<Strata> strata = strata_of(table, list, plan);
  for (auto& [priority, of_class] : classes) {
    PriorityClass& summary = order.classes.emplace_back();
    summary.priority = priority;
    double lowest = std::numeric_limits<double>::infinity();
    for (const std::vector<double>& strategy : of_class) {
      summary.means.push_back(
          estimate(mean_interval(strategy, to_use(strata), level_of_look(plan))));
      lowest = std::min(lowest, summary.means.back().value);
    }
    summary.margin = plan.indifference * lowest;
    margins.push_back(summary.margin);
    values.push_back(std::move(of_class));
  }
  if (values.empty()) {
    return order;
  }
  const std::size_t pairs = strategies * (strategies - 1) / 2;
  const PriorityRanking ranking = rank_by_priority(
      values,
      {.level = plan.level, .family = values.size() * pairs * plan.looks, .strata = to_use(strata)},
      margins);
  order.ranks = ranking.ranks;
  for (const PriorityComparison& pair : ranking.pairs) {
    order.pairs.push_back({.a = static_cast<std::uint32_t>(pair.a),
                           .b = static_cast<std::uint32_t>(pair.b),
                           .verdict = public_verdict(pair.verdict),
                           .priority = order.classes[pair.decided_in].priority});
  }
  return order;
}

std::vector<std::uint32_t> best_of(const std::vector<std::uint32_t>& ranking,
                                   const std::vector<PairSummary>& pairs) {
  std::vector<std::uint32_t> best{ranking.front()};
  for (const PairSummary& pair : pairs) {
    if (pair.a != ranking.front() && pair.b != ranking.front()) {
      continue;
    }
    if (pair.verdict == PairVerdict::undecided) {
      return {};
    }
    if (pair.verdict == PairVerdict::equivalent) {
      best.push_back(pair.a == ranking.front() ? pair.b : pair.a);
    }
  }
  return best;
}

}  // namespace switchfault
