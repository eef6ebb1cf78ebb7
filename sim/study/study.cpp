#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include <switchfault/report.h>
#include <switchfault/run.h>
#include <switchfault/study.h>

#include "core/check.h"
#include "core/fingerprint.h"
#include "study/allocation.h"
#include "study/precision.h"
#include "study/rank_pool.h"
#include "study/replication_table.h"
#include "study/replications.h"
#include "study/selected_study.h"
#include "study/selection.h"
#include "study/stages.h"
#include "study/stratified.h"
#include "study/study_identity.h"
#include "study/study_summaries.h"

namespace switchfault {
namespace {

// Runs begun or waiting for each thread, so that none is idle while results are folded.
constexpr std::size_t kRunsAhead = 2;
constexpr std::chrono::milliseconds kTick{100};
constexpr double kDefaultIndifference = 0.05;
constexpr std::size_t kSeedsPrinted = 5;

// With a fixed number of replications there is one look, at its end. Runs of hastened faults have
// weights, whose spread no pilot tells.
Stages stages_of(const Scenario& scenario, const StudyOptions& options, std::uint64_t seed) {
  if (!options.precision) {
    return Stages({*options.replications});
  }
  const std::map<std::string, double> shares = alternative_shares(scenario);
  const std::size_t fewest = shares.size() * kFewestOfAlternative;
  const bool allots =
      !is_hastened(scenario) && can_allocate(shares) && fewest <= options.replications_max;
  const std::size_t first = std::max(PrecisionPlan{}.first, allots ? fewest : 0);
  const std::vector<std::size_t> looks =
      look_counts({.first = std::min<std::size_t>(first, options.replications_max),
                   .maximum = options.replications_max});
  if (!allots) {
    return Stages(looks);
  }
  std::vector<double> by_name;
  std::transform(shares.begin(), shares.end(), std::back_inserter(by_name),
                 [](const auto& share) { return share.second; });
  return {looks, by_name, [&scenario, shares, seed](std::uint64_t replication) {
            const std::string name =
                drawn_alternative(scenario, replication_seed(seed, replication));
            return static_cast<std::size_t>(std::distance(shares.begin(), shares.find(name)));
          }};
}

class Study {
 public:
  Study(const Scenario& scenario, const StudyOptions& options)
      : scenario_(scenario),
        options_(options),
        identity_(identity_of(scenario, options)),
        strategies_(identity_.strategies),
        metrics_(identity_.metrics),
        seed_(identity_.seed),
        replications_(scenario, metrics_, strategies_),
        table_(strategies_.size()),
        stages_(stages_of(scenario, options, seed_)),
        plan_{.metrics = metrics_,
              .strategies = strategies_,
              .objective = objective_metric(scenario, metrics_),
              .level = options.confidence,
              .indifference =
                  options.margin.value_or(options.precision.value_or(kDefaultIndifference)),
              .indifference_width = options.margin_width,
              .hastened = is_hastened(scenario),
              .shares = alternative_shares(scenario)} {
    plan_.looks = stages_.looks_to_come().size();
    plan_.allotted = stages_.has_strata();
    build_strategies(scenario, strategies_);
  }

  StudyReport compare() {
    resume();
    try {
      replicate();
    } catch (const RankLost& lost) {
      interrupted_ = true;
      interruption_ = lost.what();
    }
    if (options_.store != nullptr) {
      options_.store->commit();
    }
    return report();
  }

 private:
  void resume() {
    if (options_.store == nullptr) {
      return;
    }
    for (StrategyReplication& result : options_.store->begin(identity_)) {
      if (result.replication < kSelectionReplications) {
        table_.add(std::move(result));
      }
    }
    resumed_ = table_.size();
  }

  void replicate() {
    const std::unique_ptr<Workforce> pool = workforce(
        replications_, options_.ranks,
        {.threads = options_.jobs, .study = study_digest(identity_, scenario_, options_)});
    while (!interrupted_ && !reached()) {
      submit_ahead(*pool);
      take(*pool, kTick);
      interrupted_ = options_.progress && !options_.progress(progress(pool->threads()));
    }
    while (take(*pool, std::chrono::milliseconds{0})) {
    }
  }

  bool take(Workforce& pool, std::chrono::milliseconds wait) {
    auto result = pool.take(wait);
    if (!result) {
      return false;
    }
    if (options_.store != nullptr) {
      options_.store->put(*result);
    }
    table_.add(std::move(*result));
    return true;
  }

  // The chosen replications that are complete, without a gap: what is folded.
  [[nodiscard]] std::span<const std::uint64_t> folded() {
    const auto chosen = stages_.chosen();
    while (folded_ < chosen.size() && table_.complete(chosen[folded_])) {
      ++folded_;
    }
    return chosen.first(folded_);
  }

  // Decisions fall only at the ends of stages, of what is folded up to them.
  bool reached() {
    while (folded().size() == stages_.chosen().size()) {
      if (stages_.is_last() || (stages_.is_look() && is_precise())) {
        return true;
      }
      next_ = stages_.chosen().size() * strategies_.size();
      stages_.advance(stages_.has_strata()
                          ? seen_of_strata(table_, usable_replications(table_, folded()), plan_,
                                           *options_.precision, options_.precision_floor)
                          : std::vector<StratumSeen>{});
    }
    return false;
  }

  // A study with a fixed end never goes beyond it; another one works ahead of its decisions.
  void submit_ahead(Workforce& pool) {
    const auto chosen = stages_.chosen();
    const auto ahead = stages_.ahead();
    const std::uint64_t last = (chosen.size() + ahead.size()) * strategies_.size();
    while (pool.open() < kRunsAhead * pool.threads() && next_ < last) {
      const std::uint64_t index = next_ / strategies_.size();
      const std::uint64_t replication =
          index < chosen.size() ? chosen[index] : ahead[index - chosen.size()];
      const auto strategy = static_cast<std::uint32_t>(next_ % strategies_.size());
      ++next_;
      if (!table_.has(replication, strategy) && submitted_.emplace(replication, strategy).second) {
        pool.submit({.replication = replication,
                     .strategy = strategy,
                     .seed = replication_seed(seed_, replication)});
      }
    }
  }

  // Half-width of the widest interval of the objective ÷ its mean.
  [[nodiscard]] double relative_width() {
    const ReplicationList list = usable_replications(table_, folded());
    double widest = list.empty() ? std::numeric_limits<double>::infinity() : 0;
    for (std::size_t i = 0; !list.empty() && i < strategies_.size(); ++i) {
      widest = std::max(widest, relative_width_of(table_, list, i, plan_));
    }
    return widest;
  }

  [[nodiscard]] bool is_precise() {
    const ReplicationList list = usable_replications(table_, folded());
    for (std::size_t i = 0; !list.empty() && i < strategies_.size(); ++i) {
      if (!switchfault::is_precise(table_, list, i, plan_, *options_.precision,
                                   options_.precision_floor)) {
        return false;
      }
    }
    return !list.empty();
  }

  // The look at which the study will probably stop: intervals narrow with the root of the
  // replications.
  [[nodiscard]] std::uint64_t probable_end() {
    const auto looks = stages_.looks_to_come();
    if (!options_.precision || !std::isfinite(width_)) {
      return looks.front();
    }
    const double ratio = width_ / *options_.precision;
    const double needed = static_cast<double>(folded().size()) * ratio * ratio;
    const auto look = std::find_if(looks.begin(), looks.end() - 1, [&](std::size_t count) {
      return static_cast<double>(count) >= needed;
    });
    return *look;
  }

  [[nodiscard]] StudyProgress progress(std::size_t threads) {
    const std::uint64_t complete = folded().size();
    if (complete != shown_) {
      shown_ = complete;
      width_ = relative_width();
    }
    return {.runs_done = table_.size(),
            .runs_resumed = resumed_,
            .runs_planned = probable_end() * strategies_.size(),
            .replications = complete,
            .threads = threads,
            .relative_width = std::isfinite(width_) ? std::optional(width_) : std::nullopt};
  }

  StudyReport report() {
    const auto counted = folded();
    StudyReport report{.title = scenario_.title,
                       .notice = scenario_.notice,
                       .scenario_path = scenario_.files.empty() ? "" : scenario_.files.front().path,
                       .program_version = std::string(program_version()),
                       .start_unix_ns = scenario_.clock.start_unix_ns,
                       .duration = scenario_.clock.duration,
                       .seed = seed_,
                       .confidence = options_.confidence,
                       .precision = options_.precision,
                       .precision_floor = options_.precision_floor,
                       .objective = plan_.objective,
                       .metrics = metrics_};
    report.interrupted = interrupted_;
    report.interruption = interruption_;
    report.replications = counted.size();
    for (const std::uint64_t i : counted.first(std::min(counted.size(), kSeedsPrinted))) {
      report.seeds.push_back(replication_seed(seed_, i));
    }
    add_failures(report);
    add_objective(report);
    if (options_.keep_results) {
      keep_results(report);
    }
    if (stages_.has_strata()) {
      add_allocation(report);
    }
    const ReplicationList list = usable_replications(table_, counted);
    report.verdict = "undecided";
    if (list.empty()) {
      return report;
    }
    report.precise = !options_.precision || is_precise();
    report.strategies = summarise_strategies(table_, list, plan_);
    for (StrategySummary& strategy : report.strategies) {
      strategy.summary = summary_of(strategy.name);
    }
    report.ranking = rank_strategies(report.strategies, plan_);
    add_pairs(list, report);
    report.by_priority = order_by_priority(table_, list, plan_);
    add_alternatives(list, report);
    report.stratified = strata_of(table_, list, plan_).has_value();
    return report;
  }

  void add_pairs(const ReplicationList& list, StudyReport& report) const {
    report.pairs = compare_pairs(table_, list, plan_.objective, plan_);
    report.best = best_of(report.ranking, report.pairs);
    const bool weights_hold =
        std::all_of(report.strategies.begin(), report.strategies.end(),
                    [](const StrategySummary& row) { return !row.weights || row.weights->holds; });
    if (!report.best.empty() && !report.interrupted && weights_hold) {
      report.verdict = "decided";
    }
    for (std::size_t metric = 0; metric < metrics_.size(); ++metric) {
      if (metric != plan_.objective && metrics_[metric].service.empty()) {
        const auto pairs = compare_pairs(table_, list, metric, plan_);
        report.pairs.insert(report.pairs.end(), pairs.begin(), pairs.end());
      }
    }
  }

  void add_alternatives(const ReplicationList& list, StudyReport& report) const {
    std::set<std::string> names;
    for (const std::uint64_t i : list) {
      names.insert(table_.alternative(i));
    }
    names.erase("");
    SummaryPlan within = plan_;  // One alternative is one sample.
    within.shares.clear();
    within.allotted = false;
    for (const std::string& name : names) {
      const ReplicationList part = of_alternative(table_, list, name);
      AlternativeSummary& summary = report.alternatives.emplace_back();
      summary.name = name;
      summary.replications = part.size();
      summary.strategies = summarise_strategies(table_, part, within);
      summary.pairs = compare_pairs(table_, part, plan_.objective, within);
      summary.regret = regrets(summary.strategies, within);
      summary.ranking = rank_strategies(summary.strategies, within);
      summary.best = best_of(summary.ranking, summary.pairs);
    }
    for (const FaultAlternatives& one_of : scenario_.one_of) {
      for (const FaultAlternatives::Alternative& alternative : one_of.alternatives) {
        const bool drawn = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
          return (" + " + name + " + ").find(" + " + alternative.name + " + ") != std::string::npos;
        });
        if (!drawn && !alternative.faults.empty()) {
          report.alternatives_not_drawn.push_back(alternative.name);
        }
      }
    }
  }

  // What was run and passed over of each alternative.
  void add_allocation(StudyReport& report) {
    AllocationReport allocation;
    for (const auto& [name, share] : plan_.shares) {
      allocation.rows.push_back({.name = name, .share = share});
    }
    std::uint64_t next = 0;
    for (const std::uint64_t i : folded()) {
      for (; next < i; ++next) {
        ++row_of(allocation, next).passed_over;
        ++allocation.passed_over;
      }
      AllocationReport::Row& row = row_of(allocation, i);
      ++row.replications;
      for (std::size_t strategy = 0; strategy < strategies_.size(); ++strategy) {
        row.events += static_cast<double>(table_.at(i, strategy).events);
      }
      allocation.replications.push_back(i);
      ++next;
    }
    for (AllocationReport::Row& row : allocation.rows) {
      row.events /= static_cast<double>(std::max<std::uint64_t>(1, row.replications));
    }
    report.allocation = std::move(allocation);
  }

  [[nodiscard]] AllocationReport::Row& row_of(AllocationReport& allocation,
                                              std::uint64_t replication) const {
    const std::string name = drawn_alternative(scenario_, replication_seed(seed_, replication));
    const auto row = std::find_if(allocation.rows.begin(), allocation.rows.end(),
                                  [&](const auto& one) { return one.name == name; });
    SF_CHECK(row != allocation.rows.end());
    return *row;
  }

  void keep_results(StudyReport& report) {
    for (const std::uint64_t i : folded()) {
      for (std::size_t strategy = 0; strategy < strategies_.size(); ++strategy) {
        report.results.push_back(table_.at(i, strategy));
      }
    }
  }

  void add_objective(StudyReport& report) {
    report.objective_values.assign(strategies_.size(), {});
    for (const std::uint64_t i : folded()) {
      for (std::size_t strategy = 0; strategy < strategies_.size(); ++strategy) {
        report.objective_values[strategy].push_back(
            table_.usable(i) ? weighted_value(table_.at(i, strategy), plan_.objective)
                             : std::numeric_limits<double>::quiet_NaN());
      }
    }
  }

  void add_failures(StudyReport& report) {
    for (const std::uint64_t i : folded()) {
      for (std::size_t strategy = 0; strategy < strategies_.size(); ++strategy) {
        const StrategyReplication& result = table_.at(i, strategy);
        if (!result.error.empty()) {
          report.failures.push_back({.strategy_name = strategies_[strategy],
                                     .strategy = result.strategy,
                                     .replication = i,
                                     .seed = result.seed,
                                     .error = result.error});
        }
      }
    }
  }

  [[nodiscard]] std::string summary_of(const std::string& name) const {
    const auto found =
        std::find_if(scenario_.strategies.begin(), scenario_.strategies.end(),
                     [&](const StrategyConfig& strategy) { return strategy.name == name; });
    SF_CHECK(found != scenario_.strategies.end());
    return found->summary;
  }

  const Scenario& scenario_;
  const StudyOptions& options_;
  StudyIdentity identity_;
  const std::vector<std::string>& strategies_;
  const std::vector<StudyMetric>& metrics_;
  std::uint64_t seed_;
  Replications replications_;
  ReplicationTable table_;
  Stages stages_;
  SummaryPlan plan_;
  std::size_t folded_ = 0;  // Of the chosen replications.
  std::uint64_t next_ =
      0;  // The next run to submit: place among the chosen × strategies + strategy.
  std::set<std::pair<std::uint64_t, std::uint32_t>> submitted_;
  std::uint64_t resumed_ = 0;
  std::uint64_t shown_ = std::numeric_limits<std::uint64_t>::max();
  double width_ = 0;
  bool interrupted_ = false;
  std::string interruption_;
};

}  // namespace

std::size_t objective_metric(const Scenario& scenario, const std::vector<StudyMetric>& metrics) {
  const std::string& name = scenario.objective.text;
  const auto found = std::find_if(metrics.begin(), metrics.end(), [&](const StudyMetric& metric) {
    return metric.service.empty() && (name.empty() || metric.name == name);
  });
  SF_CHECK(found != metrics.end());
  return static_cast<std::size_t>(found - metrics.begin());
}

std::string scenario_hash(const Scenario& scenario) {
  Fingerprint hash;
  for (const SourceFile& file : scenario.files) {
    hash.add(file.text);
  }
  return hash.hex();
}

StudyReport compare(const Scenario& scenario, const StudyOptions& options) {
  SF_CHECK(options.replications.has_value() != options.precision.has_value());
  return options.select ? compare_selected(scenario, options) : Study(scenario, options).compare();
}

std::optional<std::vector<std::string>> serve_study(const Scenario& scenario,
                                                    const StudyOptions& options) {
  SF_CHECK(options.ranks != nullptr && options.ranks->rank() > 0);
  if (options.select) {
    return serve_selected(scenario, options);
  }
  const StudyIdentity identity = identity_of(scenario, options);
  const Replications replications(scenario, identity.metrics, identity.strategies);
  const auto end =
      serve(replications, *options.ranks,
            {.threads = options.jobs, .study = study_digest(identity, scenario, options)},
            [&] { return !options.progress || options.progress({.threads = options.jobs}); });
  return end ? std::optional(identity.strategies) : std::nullopt;
}

void refuse_to_serve(Ranks& ranks, const std::string& reason) {
  ranks.send(0, rank_bytes({.word = RankWord::refuse, .text = reason}));
}

}  // namespace switchfault
