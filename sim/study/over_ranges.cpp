// Whether the verdicts of a study survive when the values marked `assumed` are other ones.
//
// Each assumption that states a range is put to both of its ends, all others held, and the first
// replications of the study run again there. A verdict survives when every end shows it by itself,
// at the study's confidence. All ends have to agree, so that the error needs no sharing out among
// them (an intersection-union test; docs/statistics.md). Two assumptions that are wrong at once
// are not modelled.

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <switchfault/study.h>

#include "core/check.h"
#include "study/comparison.h"
#include "study/intervals.h"
#include "study/selected_study.h"

namespace switchfault {
namespace {

constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

PairVerdict opposite(PairVerdict verdict) {
  return verdict == PairVerdict::better  ? PairVerdict::worse
         : verdict == PairVerdict::worse ? PairVerdict::better
                                         : verdict;
}

// What an end says of a verdict.
RangeEffect effect_on(PairVerdict verdict, PairVerdict at_end) {
  if (at_end == verdict) {
    return RangeEffect::holds;
  }
  if (at_end == PairVerdict::undecided) {
    return RangeEffect::open;
  }
  const bool either_equivalent =
      at_end == PairVerdict::equivalent || verdict == PairVerdict::equivalent;
  return either_equivalent ? RangeEffect::changes : RangeEffect::reverses;
}

// The best strategy does not lose its place to one that it is equivalent to.
bool stays_best(PairVerdict of_best) {
  return of_best == PairVerdict::better || of_best == PairVerdict::equivalent;
}

// An assumption that several places name by an alias is one.
std::vector<Assumption> with_ranges(const std::vector<Assumption>& assumptions) {
  std::vector<Assumption> found;
  for (const Assumption& assumption : assumptions) {
    const bool known = std::any_of(found.begin(), found.end(), [&](const Assumption& other) {
      return other.range_at == assumption.range_at;
    });
    if (assumption.range_at.known() && !known) {
      found.push_back(assumption);
    }
  }
  return found;
}

class OverRanges {
 public:
  OverRanges(const Scenario& scenario, const StudyOptions& options, std::uint64_t replications,
             const LoadRangeEnd& load, StudyReport& report)
      : options_(after_selection(scenario, options, names_of(report.strategies))),
        load_(load),
        report_(report),
        replications_(std::min(replications, report.replications)) {}

  void judge(const std::vector<Assumption>& assumptions) {
    RangesReport& ranges = report_.ranges.emplace();
    ranges.replications = replications_;
    for (const Assumption& assumption : with_ranges(assumptions)) {
      if (!ranges.interrupted) {
        add(assumption, ranges);
      }
    }
    const auto width = [](const RangeSummary& range) { return std::abs(range.swing.value); };
    std::stable_sort(ranges.ranges.begin(), ranges.ranges.end(),
                     [&](const auto& a, const auto& b) { return width(a) > width(b); });
    for (const PairSummary& pair : report_.pairs) {
      if (pair.metric == report_.objective) {
        ranges.pairs.push_back(over_all(pair, ranges.ranges));
      }
    }
    const bool decided = report_.verdict == "decided";
    if (decided) {
      ranges.obstacle = obstacle(ranges.ranges);
    }
    ranges.verdict = decided && !ranges.obstacle && !ranges.interrupted ? "decided" : "undecided";
  }

 private:
  static std::vector<std::string> names_of(const std::vector<StrategySummary>& strategies) {
    std::vector<std::string> names;
    names.reserve(strategies.size());
    for (const StrategySummary& strategy : strategies) {
      names.push_back(strategy.name);
    }
    return names;
  }

  struct End {
    RangeEndSummary summary;
    std::vector<double> values;  // Objective of the best strategy, by replication.
    bool interrupted = false;
  };

  void add(const Assumption& assumption, RangesReport& ranges) {
    End low = run_at({.range_at = assumption.range_at, .high = false}, assumption.low);
    End high = low.interrupted
                   ? End{.interrupted = true}
                   : run_at({.range_at = assumption.range_at, .high = true}, assumption.high);
    if (high.interrupted) {
      ranges.interrupted = true;
      return;
    }
    const Interval swing =
        mean_interval(paired_differences(high.values, low.values), options_.confidence);
    ranges.ranges.push_back({.path = assumption.path,
                             .value = assumption.value,
                             .source = assumption.source,
                             .low = std::move(low.summary),
                             .high = std::move(high.summary),
                             .swing = {swing.estimate, swing.low, swing.high}});
  }

  End run_at(const RangeEnd& end, const std::string& value) const {
    const Scenario scenario = load_(end);
    StudyOptions options = options_;
    options.seed = report_.seed;
    options.replications = replications_;
    options.precision.reset();
    options.margin = options_.margin ? options_.margin : options_.precision;
    options.store = nullptr;
    options.keep_results = false;
    if (report_.selection) {
      options.margin_width = report_.selection->zone;
    }
    StudyReport report = compare(scenario, options);
    End result{.summary = {.value = value},
               .values = std::vector<double>(replications_, kNoValue),
               .interrupted = report.interrupted};
    if (report.strategies.empty()) {  // Every replication failed.
      return result;
    }
    result.values = report.objective_values[report_.ranking.front()];
    result.values.resize(replications_, kNoValue);
    result.summary.replications = report.strategies.front().replications;
    for (const StrategySummary& strategy : report.strategies) {
      result.summary.means.push_back(strategy.metrics[report.objective].mean);
    }
    for (PairSummary& pair : report.pairs) {
      if (pair.metric == report.objective) {
        result.summary.pairs.push_back(pair);
      }
    }
    return result;
  }

  // The pair at one end; undecided when all replications failed there.
  static PairVerdict verdict_at(const RangeEndSummary& end, std::uint32_t a, std::uint32_t b) {
    const auto found =
        std::find_if(end.pairs.begin(), end.pairs.end(), [&](const PairSummary& pair) {
          return (pair.a == a && pair.b == b) || (pair.a == b && pair.b == a);
        });
    if (found == end.pairs.end()) {
      return PairVerdict::undecided;
    }
    return found->a == a ? found->verdict : opposite(found->verdict);
  }

  static PairOverRanges over_all(const PairSummary& pair, const std::vector<RangeSummary>& ranges) {
    PairOverRanges result{.a = pair.a, .b = pair.b, .verdict = pair.verdict};
    for (std::size_t i = 0; i < ranges.size() && pair.verdict != PairVerdict::undecided; ++i) {
      for (const bool high : {false, true}) {
        const PairVerdict at_end = verdict_at(ranges[i].end(high), pair.a, pair.b);
        const RangeEffect effect = effect_on(pair.verdict, at_end);
        if (effect > result.effect) {
          result.effect = effect;
          result.range = i;
          result.high = high;
          result.at_end = at_end;
          result.verdict = PairVerdict::undecided;
        }
      }
    }
    return result;
  }

  // The best strategy keeps its place where it is better than or equivalent to every other one.
  [[nodiscard]] std::optional<PairOverRanges> obstacle(
      const std::vector<RangeSummary>& ranges) const {
    const std::uint32_t best = report_.ranking.front();
    std::optional<PairOverRanges> worst;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      for (const bool high : {false, true}) {
        for (auto other = report_.ranking.begin() + 1; other != report_.ranking.end(); ++other) {
          const PairVerdict at_end = verdict_at(ranges[i].end(high), best, *other);
          const RangeEffect effect =
              at_end == PairVerdict::worse ? RangeEffect::reverses : RangeEffect::open;
          if (!stays_best(at_end) && (!worst || effect > worst->effect)) {
            worst = {.a = best,
                     .b = *other,
                     .effect = effect,
                     .range = i,
                     .high = high,
                     .at_end = at_end};
          }
        }
      }
    }
    return worst;
  }

  StudyOptions options_;
  const LoadRangeEnd& load_;
  StudyReport& report_;
  std::uint64_t replications_;
};

}  // namespace

std::string_view range_effect_name(RangeEffect effect) {
  switch (effect) {
    case RangeEffect::holds:
      return "holds";
    case RangeEffect::open:
      return "open";
    case RangeEffect::changes:
      return "changes";
    case RangeEffect::reverses:
      return "reverses";
  }
  return "";
}

void judge_over_ranges(const Scenario& scenario, const StudyOptions& options,
                       std::uint64_t replications, const LoadRangeEnd& load, StudyReport& report) {
  SF_CHECK(replications > 0);
  if (!with_ranges(scenario.assumptions).empty() && !report.strategies.empty() &&
      !report.interrupted) {
    OverRanges(scenario, options, replications, load, report).judge(scenario.assumptions);
  }
}

void serve_over_ranges(const Scenario& scenario, const StudyOptions& options,
                       const std::vector<std::string>& strategies, const LoadRangeEnd& load) {
  const StudyOptions at_ends = after_selection(scenario, options, strategies);
  for (const Assumption& assumption : with_ranges(scenario.assumptions)) {
    for (const bool high : {false, true}) {
      if (!serve_study(load({.range_at = assumption.range_at, .high = high}), at_ends)) {
        return;
      }
    }
  }
}

}  // namespace switchfault
