#include <gtest/gtest.h>

#include <switchfault/optimize.h>
#include <switchfault/report.h>

#include "study/study_lab.h"

namespace switchfault {
namespace {

OptimizationReport found() {
  const StudyLab lab;
  OptimizationReport report;
  report.start = "slow";
  report.runs = 480;
  report.exhausted = true;
  report.changes = {{.what = "b before a", .gain = 3100, .run = 240}};
  report.found = lab.scenario.strategies.front();
  report.found->name = "quick";
  report.comparison = lab.compare({"slow", "quick"}, 12);
  return report;
}

TEST(OptimizationSummary, TellsTheChangesAndTheGainOnFreshSeeds) {
  const std::string text = format_optimization(found(), {});
  EXPECT_TRUE(
      text.starts_with("Search from slow, 480 runs: no single change is an improvement any more\n"
                       "  b before a (about 3,100 less in the search, which flatters)\n"))
      << text;
  EXPECT_NE(text.find("\nquick against each given strategy, on seeds the search has not seen\n"
                      "  slow better: gain 3,000 ± "),
            std::string::npos)
      << text;
}

TEST(OptimizationSummary, SaysThatNothingWasFound) {
  OptimizationReport report = found();
  report.found.reset();
  report.comparison.reset();
  report.changes.clear();
  report.exhausted = false;
  EXPECT_EQ(format_optimization(report, {}),
            "Search from slow, 480 runs: the budget is spent\n  nothing better was found\n");
}

}  // namespace
}  // namespace switchfault
