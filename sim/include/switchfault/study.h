// Study: the strategies of a scenario compared over many seeded replications.
//
// Replication r runs every strategy with the same seed, so that all of them meet the same luck
// (common random numbers). Replications may be computed by any number of threads and in any order;
// they are folded strictly by index, so that the report is the same for all of them. What the
// methods are and when they mislead: docs/statistics.md; how to read a comparison: docs/compare.md.

#ifndef SWITCHFAULT_STUDY_H_
#define SWITCHFAULT_STUDY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <switchfault/ranks.h>
#include <switchfault/scenario.h>
#include <switchfault/units.h>

namespace switchfault {

// The seed of replication `replication` (from 0) of a study: the output number `replication` of
// SplitMix64 started at `study_seed`, its upper 53 bits, so that every reader of JSON keeps it.
// What `run --seed` takes to repeat the replication.
std::uint64_t replication_seed(std::uint64_t study_seed, std::uint64_t replication);

// Something measured once in every run.
struct StudyMetric {
  std::string name;  // "user_minutes_lost"
  std::string unit;  // "user-min", "s", "share", "h"; empty: a count.
  bool more_is_better = false;
  std::string service, users;  // Empty: of the whole run.
  std::int32_t priority = 0;   // Of the service.
};
// Of the whole run first, then of each service and its users by priority.
std::vector<StudyMetric> study_metrics(const Scenario& scenario);
// Index of the metric that decides. REQUIRES: the metrics are those of the loaded scenario.
std::size_t objective_metric(const Scenario& scenario, const std::vector<StudyMetric>& metrics);
// "outage_s of portal for citizens".
std::string metric_text(const StudyMetric& metric);

// One strategy in one replication.
struct StrategyReplication {
  std::uint64_t replication = 0;
  std::uint32_t strategy = 0;  // Index among those compared.
  std::uint64_t seed = 0;
  std::string alternative;        // Drawn of each one-of, joined by " + "; empty: there is none.
  std::vector<double> values;     // By metric.
  std::vector<std::size_t> open;  // Metrics that had not ended: their value is a lower bound.
  bool recovered = true;          // Every service was up at the end.
  double log_weight = 0;          // RunLog's: not 0 where faults were hastened.
  std::uint64_t events = 0;       // RunLog's: what it cost, the same on every machine.
  std::string error;              // It could not be run; there are no values.
};

// What results belong to. A store of anything else is refused.
struct StudyIdentity {
  std::string program_version, scenario_hash, title;
  std::uint64_t seed = 0;
  std::vector<std::string> strategies;
  std::vector<StudyMetric> metrics;
};
// Of the texts of all files and of every --set, not of their paths.
std::string scenario_hash(const Scenario& scenario);

// Where results outlive the program. A resource with one owner; called by one thread.
class ReplicationStore {
 public:
  virtual ~ReplicationStore() = default;
  // What has been stored of this study. Throws InputError when the store holds another one.
  virtual std::vector<StrategyReplication> begin(const StudyIdentity& identity) = 0;
  // Kept for good by the next commit, its own or commit(). Throws std::system_error.
  virtual void put(const StrategyReplication& result) = 0;
  virtual void commit() = 0;
};
// A file of SQLite (docs/compare.md has the schema). It must not exist, unless it is resumed.
// Throws InputError for what is no such store, std::system_error when the machine cannot.
std::unique_ptr<ReplicationStore> open_replication_store(const std::string& path, bool resume);

struct Estimate {
  double value = 0, low = 0, high = 0;
  [[nodiscard]] double half_width() const { return (high - low) / 2; }
};

struct MetricSummary {
  std::size_t metric = 0;  // Index in StudyReport::metrics.
  Estimate mean;
  double deviation = 0;  // Of one replication.
  double minimum = 0, maximum = 0;
  std::uint64_t open = 0;                              // Replications in which it had not ended.
  std::vector<std::pair<double, Estimate>> quantiles;  // Order, value.
  // Values and the share of replications at or below them: all, or 200 of them at equal shares.
  std::vector<std::pair<double, double>> ecdf;
};

// Of runs in which faults were hastened: how far their weights can be trusted.
struct WeightSummary {
  Estimate mean;         // 1 in truth.
  bool holds = true;     // Its interval contains 1.
  double effective = 0;  // As many runs of equal weight weigh as much.
  // As many times as many plain runs would make the mean of the objective as exact; not a number
  // when it was always 0, infinite when it never varied.
  double gain = 1;
};

// What replications of one strategy gave, of all alternatives or of one.
struct StrategySummary {
  std::string name, summary;
  std::uint64_t replications = 0;  // Without those that failed.
  Estimate not_recovered;          // Share of replications with a service lost at the end.
  std::vector<std::uint64_t> not_recovered_seeds;  // The first few.
  // Only where faults are hastened: means are then those of weight x value, and there are no
  // quantiles and no distributions.
  std::optional<WeightSummary> weights;
  std::vector<MetricSummary> metrics;
};

enum class PairVerdict : std::uint8_t { better, worse, equivalent, undecided };
std::string_view pair_verdict_name(PairVerdict verdict);

// a against b over the same replications; the difference is a − b.
struct PairSummary {
  std::uint32_t a = 0, b = 0;  // Strategies.
  std::size_t metric = 0;
  Estimate difference;
  double margin = 0;  // Differences within it are equivalent.
  PairVerdict verdict = PairVerdict::undecided;
  double probability = 1;  // Of so clear a difference if there were none, adjusted for all pairs.
  // Variance of the difference with independent seeds ÷ that with common ones; 0: it never varied.
  double variance_ratio = 1;
};

// One class of service priority: the user-minutes lost of all its services.
struct PriorityClass {
  std::int32_t priority = 0;
  std::vector<Estimate> means;  // By strategy.
  double margin = 0;            // Differences within it are equivalent.
};
// Strategies in lexicographic order: a class decides among those that are equivalent in all more
// urgent ones.
struct PriorityOrder {
  std::vector<PriorityClass> classes;  // The most urgent first.
  std::vector<std::size_t> ranks;      // By strategy: 1 + how many come before it.
  struct Pair {
    std::uint32_t a = 0, b = 0;
    PairVerdict verdict = PairVerdict::undecided;
    std::int32_t priority = 0;  // Of the class that decided or left it open.
  };
  std::vector<Pair> pairs;
};

// Which replications a study by `precision` ran where alternatives differ in what they cost and in
// how much their nights vary (docs/statistics.md).
struct AllocationReport {
  struct Row {
    std::string name;                // Of the alternative; empty: no fault holds.
    double share = 0;                // How often it is drawn in truth.
    std::uint64_t replications = 0;  // Run.
    std::uint64_t passed_over = 0;   // Drawn and not run: it had enough.
    double events = 0;               // Of one replication, all strategies; the mean.
  };
  std::vector<Row> rows;
  std::uint64_t passed_over = 0;
  std::vector<std::uint64_t> replications;  // Those that were run.
};

struct ReplicationFailure {
  std::string strategy_name;
  std::uint32_t strategy = 0;
  std::uint64_t replication = 0, seed = 0;
  std::string error;
};

// One alternative of the scenario's one-of lists, as far as it was drawn.
struct AlternativeSummary {
  std::string name;
  std::uint64_t replications = 0;
  std::vector<StrategySummary> strategies;
  std::vector<PairSummary> pairs;
  // By strategy: how much worse its objective is on average than that of the best one here.
  std::vector<double> regret;
  std::vector<std::uint32_t> ranking, best;  // As of the study, of these replications alone.
};

// --- what if assumed values are wrong -------------------------------------------------------

// The strategies with one assumption at one end of its range, over the first seeds of the study.
struct RangeEndSummary {
  std::string value;               // "40m"
  std::uint64_t replications = 0;  // Without those that failed.
  std::vector<Estimate> means;     // Of the objective, by strategy.
  std::vector<PairSummary> pairs;  // Of the objective, as those of the study.
};
struct RangeSummary {
  std::string path, value, source;
  RangeEndSummary low, high;
  // Of the objective of the strategy with the best mean: that at the high end less that at the low
  // end, replication by replication.
  Estimate swing;
  [[nodiscard]] const RangeEndSummary& end(bool high_end) const { return high_end ? high : low; }
};
enum class RangeEffect : std::uint8_t {
  holds,     // every end shows the same verdict
  open,      // some end does not show it, nor another one
  changes,   // some end shows a difference that does not matter, or one where there was none
  reverses,  // some end shows the opposite
};
std::string_view range_effect_name(RangeEffect effect);
// A pair of the study's objective, judged once more over all ranges.
struct PairOverRanges {
  std::uint32_t a = 0, b = 0;
  PairVerdict verdict = PairVerdict::undecided;  // The study's when it holds.
  RangeEffect effect = RangeEffect::holds;
  // Unless it holds: at which end of which range, and what that shows.
  std::size_t range = 0;
  bool high = false;
  PairVerdict at_end = PairVerdict::undecided;
};
struct RangesReport {
  std::uint64_t replications = 0;     // At each end.
  std::vector<RangeSummary> ranges;   // The widest swing first.
  std::vector<PairOverRanges> pairs;  // As the study's pairs of the objective.
  std::string verdict;                // decided, undecided
  // The end that speaks most against the best strategy (a) of a study that is decided.
  std::optional<PairOverRanges> obstacle;
  bool interrupted = false;  // Some ends are missing.
};

// --- the best of many strategies ------------------------------------------------------------

// One strategy in a selection: still a contender at its end, dropped because another one was ahead
// by more than the pair was allowed, or dropped because it failed.
struct SelectionRow {
  enum class Fate : std::uint8_t { contender, behind, failed };
  std::string name;
  std::uint64_t replications = 0;  // Until it was dropped, or to the end.
  Fate fate = Fate::contender;
  std::uint32_t by = 0;  // With behind: who was ahead, by how much more than was allowed.
  double behind = 0, allowed = 0;
};
struct SelectionReport {
  double zone = 0;              // The smallest difference worth detecting, in the objective's unit.
  std::optional<double> share;  // That zone was asked for as this share of the smallest mean,
  std::uint64_t pilot = 0;      // which these first replications told; they decide nothing else.
  std::uint64_t replications = 0;            // At the last look.
  std::uint64_t runs = 0;                    // Up to it.
  std::uint64_t runs_of_all = 0;             // If no strategy had been dropped.
  std::vector<SelectionRow> rows;            // By strategy.
  std::optional<std::uint32_t> selected;     // None: several contenders are left, or none.
  std::vector<ReplicationFailure> failures;  // `replication` counts from the selection's first.
};
std::string_view selection_fate_name(SelectionRow::Fate fate);

struct StudyReport {
  std::string title, notice, scenario_path, program_version;
  std::int64_t start_unix_ns = 0;
  Duration duration{};
  std::uint64_t seed = 0;
  double confidence = 0.95;
  std::optional<double> precision;  // Asked for, as a share of the mean.
  double precision_floor = 0;       // Or so narrow, in the objective's unit.
  bool precise = true;              // Every strategy's interval is as tight as asked for.
  std::size_t objective = 0;        // Metric that decides.
  std::vector<StudyMetric> metrics;
  std::uint64_t replications = 0;  // Folded.
  std::vector<StrategySummary> strategies;
  std::vector<PairSummary> pairs;  // Of the objective: all; of other totals: the same pairs.
  PriorityOrder by_priority;       // Without classes when there are no services.
  std::vector<AlternativeSummary> alternatives;
  std::vector<std::string> alternatives_not_drawn;  // The study says nothing of them.
  bool stratified = false;  // Means over all weigh each alternative by its true share.
  // When replications were passed over by their alternative; otherwise they are 0, 1, 2, …
  std::optional<AllocationReport> allocation;
  std::vector<ReplicationFailure> failures;
  std::vector<std::uint64_t> seeds;    // Of the first replications.
  std::vector<std::uint32_t> ranking;  // Strategies by the mean of the objective.
  std::vector<std::uint32_t> best;     // Those that nothing is shown to be better than.
  std::string verdict;                 // decided, undecided
  bool interrupted = false;
  std::string interruption;  // Why, unless the user did it: a rank was lost.
  // The objective by strategy and replication; not a number where the replication does not count.
  std::vector<std::vector<double>> objective_values;
  std::optional<RangesReport> ranges;  // See judge_over_ranges().
  // With StudyOptions::select; the rest is then of the strategies it left.
  std::optional<SelectionReport> selection;
  // With StudyOptions::keep_results: what the report was folded from, by replication and strategy.
  std::vector<StrategyReplication> results;
};

struct StudyProgress {
  std::uint64_t runs_done = 0;           // Those read from a store included.
  std::uint64_t runs_resumed = 0;        // Read from a store.
  std::uint64_t runs_planned = 0;        // Up to where it will probably stop.
  std::uint64_t replications = 0;        // Folded.
  std::size_t threads = 0;               // Of all ranks.
  std::optional<double> relative_width;  // Widest half-width ÷ mean so far.
};

// Which one of several studies in one run of the program, for the ranks that share them.
struct StudyPart {
  std::string series;  // Digest of all of them, equal on all ranks.
  std::string name;    // Differs from part to part.
};

// The smallest difference of the objective that is worth detecting. One of the two is above 0.
struct SelectionZone {
  double share = 0;  // Of the smallest mean.
  double width = 0;  // In the objective's unit.
};

struct StudyOptions {
  std::vector<std::string> strategies;        // Empty: all of the scenario.
  std::optional<std::uint64_t> replications;  // Fixed; otherwise as `precision` needs.
  std::optional<double> precision;            // Half-width of the objective's mean ÷ the mean.
  double precision_floor = 0;                 // Or this half-width, in the objective's unit.
  std::uint64_t replications_max = 10'000;    // With `precision`, and in a selection.
  std::optional<std::uint64_t> seed;          // Default: the scenario's.
  double confidence = 0.95;
  // Differences within this share of the smallest mean do not matter; `precision`, or 5 %.
  std::optional<double> margin;
  std::optional<double> margin_width;  // Instead of it for the objective, in its unit.
  std::uint32_t jobs = 1;
  Ranks* ranks = nullptr;         // That share the runs; null: this process alone. Not owned.
  std::optional<StudyPart> part;  // When there are ranks and several studies.
  // First drop the strategies that fall behind (selection.h); the study is then of the best one
  // and of the last one dropped, on seeds that the selection has not seen.
  std::optional<SelectionZone> select;
  ReplicationStore* store = nullptr;  // Read first, then written; not owned.
  bool keep_results = false;
  // Called some times a second by the thread that called compare(); false ends the study with what
  // has been folded.
  std::function<bool(const StudyProgress&)> progress;
};

// Throws InputError when a strategy is unknown, fewer than two are left to compare, the scenario
// cannot be run, or another rank refused. REQUIRES: this is rank 0, if there are ranks.
StudyReport compare(const Scenario& scenario, const StudyOptions& options);
// What each other rank calls where rank 0 calls compare(), with the same scenario and options: runs
// what it is given until the study ends. Returns the strategies that were compared, none when a
// selection left nothing to compare; nothing: rank 0 has left. Throws InputError and RankLost.
std::optional<std::vector<std::string>> serve_study(const Scenario& scenario,
                                                    const StudyOptions& options);
// Tells rank 0 why this one cannot take part.
void refuse_to_serve(Ranks& ranks, const std::string& reason);

// Loads the scenario of a study with one end of a range in the place of its value.
using LoadRangeEnd = std::function<Scenario(const RangeEnd&)>;
// Repeats the study's first replications with each assumption that states a range at both of its
// ends, one at a time, and judges every pair over all of them: sets report.ranges, or nothing when
// no assumption has a range. `replications` at each end, no more than the study's.
void judge_over_ranges(const Scenario& scenario, const StudyOptions& options,
                       std::uint64_t replications, const LoadRangeEnd& load, StudyReport& report);
// What each other rank calls where rank 0 calls judge_over_ranges(), with what serve_study()
// returned.
void serve_over_ranges(const Scenario& scenario, const StudyOptions& options,
                       const std::vector<std::string>& strategies, const LoadRangeEnd& load);

struct SummaryOptions;
// The terminal summary of `compare`.
std::string format_comparison(const StudyReport& report, const SummaryOptions& options);
// The journal of `compare` (docs/journal.md).
std::string journal_json(const StudyReport& report);
// One row a strategy and replication, a column a metric. REQUIRES: the results were kept.
std::string replications_csv(const StudyReport& report);

}  // namespace switchfault

#endif  // SWITCHFAULT_STUDY_H_
