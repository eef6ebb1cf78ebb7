#include <gtest/gtest.h>

#include <switchfault/report.h>
#include <switchfault/study.h>

#include "study/study_lab.h"

namespace switchfault {
namespace {

TEST(ComparisonSummaryTest, AnswersInOneSentence) {
  const std::string text =
      format_comparison(StudyLab().compare({"slow", "quick", "again", "none"}, 12), {});
  EXPECT_NE(text.find("test: quick has the best mean user_minutes_lost, "), std::string::npos);
  EXPECT_NE(text.find("; better than slow and none by 3,000 ± "), std::string::npos);
  EXPECT_NE(text.find(" and more; equivalent to again within "), std::string::npos);
  EXPECT_NE(text.find("  against               difference  verdict"), std::string::npos);
  EXPECT_TRUE(text.ends_with("\ndecided: quick and again\n"));
}

TEST(ComparisonSummaryTest, GivesTheCommandThatRepeatsAReplication) {
  const StudyReport report = StudyLab().compare({"slow", "quick"}, 10);
  EXPECT_NE(format_comparison(report, {})
                .find("switchfault run test.yaml --strategy NAME --seed " +
                      std::to_string(replication_seed(1, 0)) + "\n"),
            std::string::npos);
}

TEST(ComparisonSummaryTest, NothingIsShownInsideTheNoise) {
  StudyReport report = StudyLab().compare({"slow", "quick"}, 3);
  report.pairs.front().verdict = PairVerdict::undecided;
  report.best.clear();
  report.verdict = "undecided";
  const std::string text = format_comparison(report, {});
  EXPECT_NE(text.find("; no difference can be shown to slow.\n"), std::string::npos);
  EXPECT_TRUE(text.ends_with("\nundecided\n"));
}

TEST(ComparisonSummaryTest, FailedRunsAreNamedWithTheirCommand) {
  StudyReport report = StudyLab().compare({"slow", "quick"}, 3);
  report.failures.push_back(
      {.strategy_name = "slow", .replication = 2, .seed = 99, .error = "it broke"});
  const std::string text = format_comparison(report, {});
  EXPECT_NE(text.find("  replication 2: it broke\n"
                      "    switchfault run test.yaml --strategy slow --seed 99\n"),
            std::string::npos);
}

TEST(ComparisonSummaryTest, SaysWhatWasPassedOver) {
  StudyReport report = StudyLab().compare({"slow", "quick"}, 3);
  EXPECT_EQ(format_comparison(report, {}).find("passed over"), std::string::npos);
  report.allocation = {
      .rows = {{.name = "fleet", .share = 0.25, .replications = 4, .passed_over = 31, .events = 90},
               {.name = "", .share = 0.75, .replications = 28, .passed_over = 0, .events = 7}},
      .passed_over = 31};
  EXPECT_NE(format_comparison(report, {})
                .find("  alternative   share     run passed over   events each\n"
                      "  fleet          25 %       4          31            90\n"
                      "  none           75 %      28           0             7\n"),
            std::string::npos)
      << format_comparison(report, {});
}

TEST(ComparisonSummaryTest, WithoutAReplicationThereIsNothingToSay) {
  StudyReport report;
  report.title = "test";
  report.verdict = "undecided";
  report.interrupted = true;
  EXPECT_NE(format_comparison(report, {}).find("nothing can be said"), std::string::npos);
}

}  // namespace
}  // namespace switchfault
