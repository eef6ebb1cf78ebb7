#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <utility>

#include <fmt/format.h>

#include <switchfault/diagnostic.h>
#include <switchfault/optimize.h>
#include <switchfault/report.h>

#include "core/check.h"
#include "core/fingerprint.h"
#include "core/random.h"
#include "study/comparison.h"
#include "study/rank_pool.h"
#include "study/replication_table.h"
#include "study/replications.h"
#include "study/run_book_changes.h"
#include "study/sample.h"

namespace switchfault {
namespace {

// A round of the search: so many candidates beside the incumbent, all with so many seeds at first;
// after each stage the better half goes on with twice as many, up to the last.
constexpr std::size_t kCandidates = 24;
constexpr std::uint64_t kFirstSeeds = 4;
constexpr std::uint64_t kLastSeeds = 32;
// Replications of the search begin here, those of the comparison at 0: none is used twice.
constexpr std::uint64_t kSearchSeeds = std::uint64_t{1} << 40U;
constexpr std::chrono::milliseconds kTick{100};
constexpr double kWorthIt = 0.001;  // Of the incumbent's mean.
constexpr double kWorst = std::numeric_limits<double>::infinity();

void refuse(const Scenario& scenario, const std::string& message, const std::string& hint) {
  DiagnosticSink sink(scenario.files);
  sink.error({}, message, hint);
  sink.throw_if_any();
}

const StrategyConfig* find(const Scenario& scenario, const std::string& name) {
  const auto found =
      std::find_if(scenario.strategies.begin(), scenario.strategies.end(),
                   [&](const StrategyConfig& strategy) { return strategy.name == name; });
  return found == scenario.strategies.end() ? nullptr : &*found;
}

std::vector<StrategyConfig> given_strategies(const Scenario& scenario,
                                             const OptimizeOptions& options) {
  std::vector<std::string_view> known;
  for (const StrategyConfig& strategy : scenario.strategies) {
    known.emplace_back(strategy.name);
  }
  std::vector<StrategyConfig> given;
  for (const std::string& name : options.strategies) {
    const StrategyConfig* strategy = find(scenario, name);
    if (strategy == nullptr) {
      refuse(scenario, "unknown strategy '" + name + "'", suggestion(name, known));
    }
    given.push_back(*strategy);
  }
  if (given.empty()) {
    given = scenario.strategies;
  }
  if (given.empty()) {
    refuse(scenario, "there is no strategy to start from", "write one below 'strategies'");
  }
  if (find(scenario, options.name) != nullptr) {
    refuse(scenario, "the scenario has a strategy '" + options.name + "' already",
           "give what is found another name: --name NAME");
  }
  return given;
}

// Equal on all ranks that can follow one search.
std::string series_of(const Scenario& scenario, const OptimizeOptions& options) {
  Fingerprint digest;
  digest.add(program_version());
  digest.add(scenario_hash(scenario));
  digest.add(options.name);
  digest.add(fmt::format("{} {} {}", options.seed.value_or(scenario.seed), options.budget,
                         options.replications));
  for (const std::string& strategy : options.strategies) {
    digest.add(strategy);
  }
  return digest.hex();
}

bool follows(const OptimizeOptions& options) {
  return options.ranks != nullptr && options.ranks->rank() > 0;
}

// Means of the objective with the sign that makes less better. On a rank other than 0 they are
// those that rank 0 tells, so that the search goes the same way there.
class Bench {
 public:
  Bench(const Scenario& scenario, const OptimizeOptions& options)
      : options_(options),
        scenario_(scenario),
        metrics_(study_metrics(scenario)),
        objective_(objective_metric(scenario, metrics_)),
        seed_(options.seed.value_or(scenario.seed)),
        series_(series_of(scenario, options)) {}

  // By run book and seed; infinite where the run failed. Empty: interrupted. Throws RankLost.
  std::vector<std::vector<double>> values(const std::vector<const StrategyConfig*>& run_books,
                                          std::uint64_t first, std::uint64_t count,
                                          const OptimizeProgress& before) {
    Scenario scenario = scenario_;
    scenario.strategies.clear();
    std::vector<std::string> names;
    for (const StrategyConfig* run_book : run_books) {
      names.push_back(std::to_string(names.size()));
      scenario.strategies.push_back(*run_book);
      scenario.strategies.back().name = names.back();
    }
    const Replications replications(scenario, metrics_, names);
    const RankPoolOptions pool{.threads = options_.jobs,
                               .study = fmt::format("{}/search {}", series_, before.runs_done)};
    return follows(options_) ? told_values(replications, pool, run_books.size(), count)
                             : run_values(*workforce(replications, options_.ranks, pool),
                                          run_books.size(), first, count, before);
  }

  [[nodiscard]] const std::string& series() const { return series_; }

 private:
  using Values = std::vector<std::vector<double>>;

  Values run_values(Workforce& pool, std::size_t run_books, std::uint64_t first,
                    std::uint64_t count, const OptimizeProgress& before) {
    for (std::uint64_t i = 0; i < count; ++i) {
      for (std::uint32_t book = 0; book < run_books; ++book) {
        pool.submit({.replication = i,
                     .strategy = book,
                     .seed = replication_seed(seed_, kSearchSeeds + first + i)});
      }
    }
    Values values(run_books, std::vector<double>(count, kWorst));
    const double sign = metrics_[objective_].more_is_better ? -1 : 1;
    const std::uint64_t all = count * run_books;
    for (std::uint64_t done = 0; done < all;) {
      if (const auto result = pool.take(kTick)) {
        ++done;
        if (result->error.empty()) {
          values[result->strategy][result->replication] =
              sign * weighted_value(*result, objective_);
        }
      }
      if (options_.progress && !options_.progress({.runs_done = before.runs_done + done,
                                                   .runs_planned = options_.budget,
                                                   .changes = before.changes})) {
        return {};
      }
    }
    std::vector<double> outcome;
    for (const std::vector<double>& of_book : values) {
      outcome.insert(outcome.end(), of_book.begin(), of_book.end());
    }
    pool.conclude(outcome);
    return values;
  }

  // Empty as well: rank 0 has left.
  Values told_values(const Replications& replications, const RankPoolOptions& pool,
                     std::size_t run_books, std::uint64_t count) {
    const auto outcome = serve(replications, *options_.ranks, pool,
                               [&] { return !options_.progress || options_.progress({}); });
    if (!outcome || outcome->size() != run_books * count) {
      return {};
    }
    Values values;
    for (std::size_t book = 0; book < run_books; ++book) {
      const auto begin = outcome->begin() + static_cast<std::ptrdiff_t>(book * count);
      values.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(count));
    }
    return values;
  }

  const OptimizeOptions& options_;
  const Scenario& scenario_;
  std::vector<StudyMetric> metrics_;
  std::size_t objective_;
  std::uint64_t seed_;
  std::string series_;
};

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

class Search {
 public:
  Search(const Scenario& scenario, const OptimizeOptions& options)
      : scenario_(scenario),
        options_(options),
        given_(given_strategies(scenario, options)),
        bench_(scenario, options) {}

  OptimizationReport run() {
    try {
      search();
    } catch (const RankLost& lost) {
      if (follows(options_)) {
        throw;
      }
      report_.interrupted = true;
      report_.interruption = lost.what();
    }
    return std::move(report_);
  }

 private:
  void search() {
    if (choose_start()) {
      while (!report_.exhausted && !report_.interrupted && report_.runs < options_.budget) {
        round();
      }
    }
    if (!report_.changes.empty()) {
      report_.found = incumbent_;
      report_.found->name = options_.name;
      report_.found->summary = "found by search from " + report_.start;
    }
    if (!report_.interrupted) {
      compare_on_fresh_seeds();
    }
  }

  struct Entry {
    StrategyConfig run_book;
    std::string what;  // Empty: the incumbent.
    std::vector<double> values;
  };

  // Successive halving over the same seeds; the first entry stays to the end. False: interrupted.
  bool race(std::vector<Entry>& entries) {
    const std::uint64_t first = rounds_ * kLastSeeds;
    ++rounds_;
    std::uint64_t done = 0;
    for (std::uint64_t seeds = kFirstSeeds; seeds <= kLastSeeds; seeds *= 2) {
      std::vector<const StrategyConfig*> run_books;
      run_books.reserve(entries.size());
      for (const Entry& entry : entries) {
        run_books.push_back(&entry.run_book);
      }
      const auto values = bench_.values(run_books, first + done, seeds - done, progress());
      if (values.empty()) {
        report_.interrupted = true;
        return false;
      }
      report_.runs += (seeds - done) * entries.size();
      for (std::size_t i = 0; i < entries.size(); ++i) {
        entries[i].values.insert(entries[i].values.end(), values[i].begin(), values[i].end());
      }
      done = seeds;
      if (seeds < kLastSeeds) {
        keep_better_half(entries);
      }
    }
    return true;
  }

  static void keep_better_half(std::vector<Entry>& entries) {
    std::stable_sort(entries.begin() + 1, entries.end(), [](const Entry& a, const Entry& b) {
      return mean_of(a.values) < mean_of(b.values);
    });
    entries.resize(1 + (entries.size() - 1 + 1) / 2);
  }

  // The given strategy with the best mean over the seeds of the first round.
  bool choose_start() {
    std::vector<Entry> entries;
    for (const StrategyConfig& strategy : given_) {
      entries.push_back({.run_book = strategy, .what = {}, .values = {}});
    }
    if (entries.size() > 1 && !race(entries)) {
      return false;
    }
    const auto best =
        entries.size() == 1
            ? entries.begin()
            : std::min_element(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
                return mean_of(a.values) < mean_of(b.values);
              });
    incumbent_ = with_stated_diagnosis(best->run_book);
    report_.start = incumbent_.name;
    return true;
  }

  // Neighbours that have not been tried since the last change, at most kCandidates, drawn.
  std::vector<Entry> candidates() {
    std::vector<RunBookChange> changes = run_book_changes(scenario_, incumbent_);
    std::erase_if(changes,
                  [&](const RunBookChange& change) { return tried_.contains(change.what); });
    const Random random(options_.seed.value_or(scenario_.seed));
    std::vector<Entry> entries{{.run_book = incumbent_, .what = {}, .values = {}}};
    while (!changes.empty() && entries.size() <= kCandidates) {
      const auto chosen = static_cast<std::ptrdiff_t>(
          random.below({.purpose = Purpose{"optimize.candidate"},
                        .entity = rounds_,
                        .occurrence = static_cast<std::uint32_t>(entries.size())},
                       changes.size()));
      tried_.insert(changes[static_cast<std::size_t>(chosen)].what);
      entries.push_back({.run_book = std::move(changes[static_cast<std::size_t>(chosen)].result),
                         .what = changes[static_cast<std::size_t>(chosen)].what,
                         .values = {}});
      changes.erase(changes.begin() + chosen);
    }
    return entries;
  }

  void round() {
    std::vector<Entry> entries = candidates();
    if (entries.size() == 1) {
      report_.exhausted = true;
      return;
    }
    if (!race(entries)) {
      return;
    }
    const Entry* best = nullptr;
    for (std::size_t i = 1; i < entries.size(); ++i) {
      if (best == nullptr || mean_of(entries[i].values) < mean_of(best->values)) {
        best = &entries[i];
      }
    }
    // More than its own noise, and worth a change: else the search wanders among equals.
    const SampleSummary gain = summarise(paired_differences(entries[0].values, best->values));
    const double error = gain.deviation / std::sqrt(static_cast<double>(gain.count));
    const double worth = kWorthIt * std::abs(mean_of(entries[0].values));
    if (gain.count == kLastSeeds && gain.mean > error && gain.mean > worth) {
      incumbent_ = best->run_book;
      report_.changes.push_back({.what = best->what, .gain = gain.mean, .run = report_.runs});
      tried_.clear();
    }
  }

  void compare_on_fresh_seeds() {
    Scenario scenario = scenario_;
    StudyOptions options{.replications = options_.replications,
                         .seed = options_.seed,
                         .confidence = options_.confidence,
                         .jobs = options_.jobs,
                         .ranks = options_.ranks,
                         .part = StudyPart{.series = bench_.series(), .name = "comparison"}};
    for (const StrategyConfig& strategy : given_) {
      options.strategies.push_back(strategy.name);
    }
    if (report_.found) {
      scenario.strategies.push_back(*report_.found);
      options.strategies.push_back(report_.found->name);
    }
    if (options.strategies.size() < 2) {
      return;
    }
    options.progress = [&](const StudyProgress& state) {
      return !options_.progress || options_.progress({.runs_done = state.runs_done,
                                                      .runs_planned = state.runs_planned,
                                                      .changes = progress().changes});
    };
    if (follows(options_)) {
      serve_study(scenario, options);
      return;
    }
    report_.comparison = compare(scenario, options);
    report_.interrupted = report_.comparison->interrupted;
    report_.interruption = report_.comparison->interruption;
  }

  [[nodiscard]] OptimizeProgress progress() const {
    return {.runs_done = report_.runs,
            .runs_planned = options_.budget,
            .changes = static_cast<std::uint32_t>(report_.changes.size())};
  }

  const Scenario& scenario_;
  const OptimizeOptions& options_;
  std::vector<StrategyConfig> given_;
  Bench bench_;
  OptimizationReport report_;
  StrategyConfig incumbent_;
  std::set<std::string> tried_;  // Changes of the incumbent that were no improvement.
  std::uint64_t rounds_ = 0;
};

}  // namespace

OptimizationReport optimize(const Scenario& scenario, const OptimizeOptions& options) {
  SF_CHECK(options.replications > 1 && options.budget > 0 && options.jobs > 0);
  return Search(scenario, options).run();
}

void serve_optimization(const Scenario& scenario, const OptimizeOptions& options) {
  SF_CHECK(follows(options));
  static_cast<void>(Search(scenario, options).run());
}

}  // namespace switchfault
