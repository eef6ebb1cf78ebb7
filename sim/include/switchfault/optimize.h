// Optimisation: a better run book than those of the scenario, by search, and whether it is better.
//
// A search flatters what it finds: of many candidates the one that looks best was also lucky. So
// the gain that is reported comes from seeds that the search has never seen. The search knows what
// the model knows and nothing else; it is a local one and may miss the best run book
// (docs/optimize.md).

#ifndef SWITCHFAULT_OPTIMIZE_H_
#define SWITCHFAULT_OPTIMIZE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <switchfault/ranks.h>
#include <switchfault/scenario.h>
#include <switchfault/study.h>

namespace switchfault {

struct OptimizeProgress {
  std::uint64_t runs_done = 0, runs_planned = 0;  // Of the search, then of the comparison.
  std::uint32_t changes = 0;                      // Accepted so far.
};

struct OptimizeOptions {
  std::vector<std::string> strategies;  // Those to start from and to beat; empty: all.
  std::uint64_t budget = 1000;          // Runs that the search may take, a whole round at a time.
  std::uint64_t replications = 32;      // Fresh seeds for the comparison at the end.
  std::optional<std::uint64_t> seed;    // Default: the scenario's.
  double confidence = 0.95;
  std::uint32_t jobs = 1;
  Ranks* ranks = nullptr;          // That share the runs; null: this process alone. Not owned.
  std::string name = "optimized";  // Of what is found.
  // Called now and then by the thread that called optimize(); false ends it with what there is.
  std::function<bool(const OptimizeProgress&)> progress;
};

// A change of the run book that the search accepted.
struct AcceptedChange {
  std::string what;       // "repair-b before repair-a"
  double gain = 0;        // Mean of the objective, in the search: flattered.
  std::uint64_t run = 0;  // Runs of the search until then.
};

struct OptimizationReport {
  std::string start;  // The strategy that the search began with.
  std::vector<AcceptedChange> changes;
  std::uint64_t runs = 0;               // Of the search.
  bool exhausted = false;               // No single change is an improvement any more.
  std::optional<StrategyConfig> found;  // None: nothing better than `start`.
  // The given strategies and, last, the found one over the fresh seeds; none when there is only
  // one.
  std::optional<StudyReport> comparison;
  bool interrupted = false;
  std::string interruption;  // Why, unless the user did it: a rank was lost.
};

// Throws InputError: an unknown strategy, none at all, the name is taken, another rank refused.
// REQUIRES: this is rank 0, if there are ranks.
OptimizationReport optimize(const Scenario& scenario, const OptimizeOptions& options);
// What each other rank calls where rank 0 calls optimize(), with the same scenario and options:
// follows the same search by the results that rank 0 tells, and runs what it is given until all
// ends. Throws InputError and RankLost.
void serve_optimization(const Scenario& scenario, const OptimizeOptions& options);

// A file that `--strategies` reads: `strategies: {NAME: ...}` in block form, below comments.
std::string strategy_yaml(const StrategyConfig& strategy, const std::vector<std::string>& comments);
struct SummaryOptions;
std::string format_optimization(const OptimizationReport& report, const SummaryOptions& options);
// docs/journal.md.
std::string journal_json(const OptimizationReport& report);

}  // namespace switchfault

#endif  // SWITCHFAULT_OPTIMIZE_H_
