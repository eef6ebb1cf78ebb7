// Sweep: a study at each level of one setting, or at all combinations of the levels of several.
//
// All points use the same seeds, so that they differ by their settings alone. A point is a study of
// its own: its verdicts hold together at its confidence, those of all points do not.

#ifndef SWITCHFAULT_SWEEP_H_
#define SWITCHFAULT_SWEEP_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include <switchfault/scenario.h>
#include <switchfault/study.h>

namespace switchfault {

struct SweepFactor {
  std::string key;  // "operations.people.field.count"
  std::vector<std::string> levels;
  std::size_t setting = 0;  // Index in SweepPlan::settings.
};
struct SweepPlan {
  std::vector<std::string> settings;  // "KEY=VALUE" as given.
  std::vector<SweepFactor> factors;   // Those of them that have several levels; may be none.
};
// KEY=1..8, KEY=0..1/0.25, KEY=10m..1h/10m, KEY=a,b,c; values in quotes, brackets or braces and
// whatever else is one value are left as they are. Throws InputError: a range without end, too
// many levels or points.
SweepPlan plan_sweep(const std::vector<std::string>& settings);

// Those of the first point.
std::vector<std::string> first_settings(const SweepPlan& plan);

struct SweepPoint {
  std::vector<std::string> levels;  // By factor.
  StudyReport report;
};
struct SweepReport {
  std::vector<SweepFactor> factors;
  std::vector<SweepPoint> points;  // The last factor varies fastest.
  bool interrupted = false;        // Points are missing.
};

using LoadWithSettings = std::function<Scenario(const std::vector<std::string>& settings)>;
// Every point is loaded before the first one runs. Throws what load and compare() throw.
SweepReport sweep(const SweepPlan& plan, const StudyOptions& options, const LoadWithSettings& load);
// What each other rank calls where rank 0 calls sweep().
void serve_sweep(const SweepPlan& plan, const StudyOptions& options, const LoadWithSettings& load);

// One table and a response curve for each strategy.
std::string format_sweep(const SweepReport& report, const SummaryOptions& options);
// docs/journal.md.
std::string journal_json(const SweepReport& report);

}  // namespace switchfault

#endif  // SWITCHFAULT_SWEEP_H_
