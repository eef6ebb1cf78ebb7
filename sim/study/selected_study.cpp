#include "study/selected_study.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "core/check.h"
#include "study/rank_pool.h"
#include "study/replication_table.h"
#include "study/replications.h"
#include "study/selection.h"
#include "study/study_identity.h"

namespace switchfault {
namespace {

constexpr std::size_t kRunsAhead = 2;  // As of a study without selection.
constexpr std::chrono::milliseconds kTick{100};

// What a store of all strategies keeps of the study of some of them.
class StoreOfSome final : public ReplicationStore {
 public:
  StoreOfSome(ReplicationStore& whole, std::vector<std::size_t> strategies,
              const std::vector<StrategyReplication>& stored)
      : whole_(whole), strategies_(std::move(strategies)) {
    for (const StrategyReplication& result : stored) {
      for (std::uint32_t i = 0; i < strategies_.size(); ++i) {
        if (strategies_[i] == result.strategy && result.replication < kSelectionReplications) {
          stored_.push_back(result);
          stored_.back().strategy = i;
        }
      }
    }
  }

  std::vector<StrategyReplication> begin(const StudyIdentity&) override {
    return std::move(stored_);
  }
  void put(const StrategyReplication& result) override {
    StrategyReplication in_whole = result;
    in_whole.strategy = static_cast<std::uint32_t>(strategies_[result.strategy]);
    whole_.put(in_whole);
  }
  void commit() override { whole_.commit(); }

 private:
  ReplicationStore& whole_;
  std::vector<std::size_t> strategies_;  // By index here, that in the whole.
  std::vector<StrategyReplication> stored_;
};

class SelectedStudy {
 public:
  SelectedStudy(const Scenario& scenario, const StudyOptions& options)
      : scenario_(scenario),
        options_(options),
        identity_(identity_of(scenario, options)),
        objective_(objective_metric(scenario, identity_.metrics)),
        selection_({.zone = *options.select,
                    .level = options.confidence,
                    .better = identity_.metrics[objective_].more_is_better ? Better::higher
                                                                           : Better::lower,
                    .most = options.replications_max},
                   identity_.strategies.size()) {}

  StudyReport compare() {
    build_strategies(scenario_, identity_.strategies);
    try {
      select();
    } catch (const RankLost& lost) {
      interrupted_ = true;
      interruption_ = lost.what();
    }
    if (options_.store != nullptr) {
      options_.store->commit();
    }
    if (selection_.without_zone()) {
      refuse_study(scenario_,
                   fmt::format("a share of the smallest mean {} is no zone: that mean is 0",
                               metric_text(identity_.metrics[objective_])),
                   "give a width instead: --select 1000");
    }
    StudyReport report = study_of_finalists();
    report.selection = selection_.report(identity_.strategies);
    report.selection->failures = failures(*report.selection);
    confirm(report);
    return report;
  }

 private:
  void select() {
    if (options_.store != nullptr) {
      stored_ = options_.store->begin(identity_);
    }
    for (const StrategyReplication& result : stored_) {
      if (result.replication >= kSelectionReplications) {
        fold(result);
        ++resumed_;
      }
    }
    const Replications replications(scenario_, identity_.metrics, identity_.strategies);
    const std::unique_ptr<Workforce> pool = workforce(
        replications, options_.ranks,
        {.threads = options_.jobs, .study = study_digest(identity_, scenario_, options_)});
    done_ = resumed_;
    while (!interrupted_ && !selection_.ended()) {
      submit_ahead(*pool);
      take(*pool, kTick);
      interrupted_ = options_.progress && !options_.progress(progress(pool->threads()));
    }
    while (take(*pool, std::chrono::milliseconds{0})) {
    }
    if (!interrupted_ && !selection_.without_zone()) {
      const std::vector<std::size_t> finalists = selection_.finalists();
      pool->conclude(std::vector<double>(finalists.begin(), finalists.end()));
    }
  }

  void submit_ahead(Workforce& pool) {
    while (pool.open() < kRunsAhead * pool.threads()) {
      const auto run = selection_.next();
      if (!run) {
        return;
      }
      const std::uint64_t replication = kSelectionReplications + run->replication;
      pool.submit({.replication = replication,
                   .strategy = run->strategy,
                   .seed = replication_seed(identity_.seed, replication)});
    }
  }

  bool take(Workforce& pool, std::chrono::milliseconds wait) {
    const auto result = pool.take(wait);
    if (!result) {
      return false;
    }
    if (options_.store != nullptr) {
      options_.store->put(*result);
    }
    fold(*result);
    ++done_;
    return true;
  }

  void fold(const StrategyReplication& result) {
    const Selection::Run run{.replication = result.replication - kSelectionReplications,
                             .strategy = result.strategy};
    if (result.error.empty()) {
      selection_.add(run, weighted_value(result, objective_));
    } else {
      selection_.add(run, std::nullopt);
      failures_.push_back({.strategy_name = identity_.strategies[result.strategy],
                           .strategy = result.strategy,
                           .replication = run.replication,
                           .seed = result.seed,
                           .error = result.error});
    }
  }

  [[nodiscard]] StudyProgress progress(std::size_t threads) const {
    return {.runs_done = done_,
            .runs_resumed = resumed_,
            .runs_planned = std::max(done_, selection_.runs_planned()),
            .replications = selection_.replications(),
            .threads = threads};
  }

  // Of the finalists, on seeds that the selection has not seen.
  StudyReport study_of_finalists() {
    const std::vector<std::size_t> finalists = selection_.finalists();
    std::vector<std::string> names;
    names.reserve(finalists.size());
    for (const std::size_t s : finalists) {
      names.push_back(identity_.strategies[s]);
    }
    if (interrupted_ || names.size() < 2) {
      return nothing_to_compare();
    }
    StudyOptions options = after_selection(scenario_, options_, names);
    options.margin_width = selection_.report(identity_.strategies).zone;
    std::unique_ptr<StoreOfSome> store;
    if (options.store != nullptr) {
      store = std::make_unique<StoreOfSome>(*options.store, finalists, stored_);
      options.store = store.get();
    }
    return switchfault::compare(scenario_, options);
  }

  [[nodiscard]] StudyReport nothing_to_compare() const {
    return {.title = scenario_.title,
            .notice = scenario_.notice,
            .scenario_path = scenario_.files.empty() ? "" : scenario_.files.front().path,
            .program_version = identity_.program_version,
            .start_unix_ns = scenario_.clock.start_unix_ns,
            .duration = scenario_.clock.duration,
            .seed = identity_.seed,
            .confidence = options_.confidence,
            .precision = options_.precision,
            .precision_floor = options_.precision_floor,
            .precise = !options_.precision,
            .objective = objective_,
            .metrics = identity_.metrics,
            .verdict = "undecided",
            .interrupted = interrupted_,
            .interruption = interruption_};
  }

  // Of runs that counted, by replication.
  [[nodiscard]] std::vector<ReplicationFailure> failures(const SelectionReport& selection) const {
    std::vector<ReplicationFailure> counted;
    std::copy_if(failures_.begin(), failures_.end(), std::back_inserter(counted),
                 [&](const ReplicationFailure& failure) {
                   return failure.replication < selection.rows[failure.strategy].replications;
                 });
    std::sort(counted.begin(), counted.end(), [](const auto& a, const auto& b) {
      return std::pair(a.replication, a.strategy) < std::pair(b.replication, b.strategy);
    });
    return counted;
  }

  // Decided is: one was selected, no strategy was left out for its failures, and fresh seeds do not
  // leave it open whether the last one dropped is better.
  void confirm(StudyReport& report) const {
    const SelectionReport& selection = *report.selection;
    const bool selected = selection.selected && !report.ranking.empty();
    const bool confirmed =
        selected && std::any_of(report.best.begin(), report.best.end(), [&](std::uint32_t best) {
          return report.strategies[best].name == identity_.strategies[*selection.selected];
        });
    const bool all_ran = std::none_of(
        selection.rows.begin(), selection.rows.end(),
        [](const SelectionRow& row) { return row.fate == SelectionRow::Fate::failed; });
    if (!confirmed || !all_ran) {
      report.verdict = "undecided";
    }
  }

  const Scenario& scenario_;
  const StudyOptions& options_;
  StudyIdentity identity_;
  std::size_t objective_;
  Selection selection_;
  std::vector<StrategyReplication> stored_;
  std::vector<ReplicationFailure> failures_;
  std::uint64_t resumed_ = 0, done_ = 0;
  bool interrupted_ = false;
  std::string interruption_;
};

}  // namespace

StudyOptions after_selection(const Scenario& scenario, const StudyOptions& options,
                             const std::vector<std::string>& strategies) {
  StudyOptions after = options;
  after.strategies = strategies;
  if (options.select) {
    after.part = {.series = study_series(identity_of(scenario, options)), .name = "selected"};
    after.select.reset();
  }
  return after;
}

StudyReport compare_selected(const Scenario& scenario, const StudyOptions& options) {
  const std::uint64_t fewest = fewest_replications(*options.select);
  if (options.replications_max < fewest) {
    refuse_study(scenario, fmt::format("a selection needs {} replications at least", fewest),
                 "--max-replications allows fewer");
  }
  return SelectedStudy(scenario, options).compare();
}

std::optional<std::vector<std::string>> serve_selected(const Scenario& scenario,
                                                       const StudyOptions& options) {
  const StudyIdentity identity = identity_of(scenario, options);
  const Replications replications(scenario, identity.metrics, identity.strategies);
  const auto finalists =
      serve(replications, *options.ranks,
            {.threads = options.jobs, .study = study_digest(identity, scenario, options)},
            [&] { return !options.progress || options.progress({.threads = options.jobs}); });
  if (!finalists) {
    return std::nullopt;
  }
  std::vector<std::string> names;
  names.reserve(finalists->size());
  for (const double s : *finalists) {
    names.push_back(identity.strategies.at(static_cast<std::size_t>(s)));
  }
  return names.size() < 2 ? std::vector<std::string>{}
                          : serve_study(scenario, after_selection(scenario, options, names));
}

}  // namespace switchfault
