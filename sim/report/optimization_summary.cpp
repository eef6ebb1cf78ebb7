// The terminal summary of an optimisation: the changes that the search made, then the comparison on
// seeds that it has not seen.

#include <string>
#include <vector>

#include <fmt/format.h>

#include <switchfault/optimize.h>
#include <switchfault/report.h>

#include "report/study_text.h"

namespace switchfault {
namespace {

// What became of a strategy against the found one, which is the last.
std::string against(const StudyReport& report, const PairSummary& pair) {
  const StudyMetric& metric = report.metrics[report.objective];
  const Estimate gain = pair.difference;  // Given less found.
  const std::string verdict = pair.verdict == PairVerdict::worse ? "better"
                              : pair.verdict == PairVerdict::better
                                  ? "worse"
                                  : std::string(pair_verdict_name(pair.verdict));
  return fmt::format("  {} {}: gain {}\n", report.strategies[pair.a].name, verdict,
                     with_interval(metric, gain));
}

std::string gains(const StudyReport& report) {
  if (report.strategies.empty()) {
    return "  nothing can be said, no replication is complete\n";
  }
  std::string text;
  const auto found = static_cast<std::uint32_t>(report.strategies.size() - 1);
  for (const PairSummary& pair : report.pairs) {
    if (pair.metric == report.objective && pair.b == found) {
      text += against(report, pair);
    }
  }
  return text;
}

}  // namespace

std::string format_optimization(const OptimizationReport& report, const SummaryOptions& options) {
  std::string text = fmt::format(
      "Search from {}, {} runs: ", report.start.empty() ? "-" : report.start, report.runs);
  text += report.interrupted ? "interrupted\n"
          : report.exhausted ? "no single change is an improvement any more\n"
                             : "the budget is spent\n";
  for (const AcceptedChange& change : report.changes) {
    text += fmt::format("  {} (about {} less in the search, which flatters)\n", change.what,
                        figure(change.gain));
  }
  if (!report.found) {
    text += "  nothing better was found\n";
  }
  if (report.comparison) {
    text += "\n" + format_comparison(*report.comparison, options);
    if (report.found) {
      text += fmt::format("\n{} against each given strategy, on seeds the search has not seen\n",
                          report.found->name) +
              gains(*report.comparison);
    }
  }
  return text;
}

}  // namespace switchfault
