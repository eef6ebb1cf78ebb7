#include <gtest/gtest.h>

#include <switchfault/report.h>
#include <switchfault/study.h>

#include "study/study_lab.h"

namespace switchfault {
namespace {

// `patient` waits an hour and is done in a minute; `eager` begins at once and takes as long as a
// person is assumed to take. The hang begins after 20 minutes.
std::string assumed_duration(std::string_view stated, std::string_view more = "") {
  return two_switches(std::string(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: {value: 100, basis: assumed, range: [80, 200]}}}
faults:
  - {name: hang, kind: host_hang, select: s2, trigger: {at: 20m}, data_plane: stops,
     until: {boots: [power_cycle]}}
strategies:
  eager: {steps: [{action: power_cycle, targets: s2, when: start, wait_before: 21m,
                   duration: &hands )") +
                      std::string(stated) + R"(, success: 1}]}
  patient: {steps: [{action: power_cycle, targets: s2, when: start, wait_before: 60m,
                     duration: {low: 1m, mode: 2m, high: 3m}, success: 1}]}
)" + std::string(more));
}

StudyReport judged(std::string_view stated, std::uint64_t replications = 10) {
  return StudyLab(assumed_duration(stated)).compare_over_ranges({.replications = 20}, replications);
}

constexpr std::string_view kHarmless =
    "{value: {low: 5m, mode: 10m, high: 15m}, basis: assumed, source: a guess,"
    " range: [{low: 2m, mode: 5m, high: 8m}, {low: 10m, mode: 20m, high: 25m}]}";
constexpr std::string_view kTurning =
    "{value: {low: 5m, mode: 10m, high: 15m}, basis: assumed, source: a guess,"
    " range: [{low: 2m, mode: 5m, high: 8m}, {low: 60m, mode: 70m, high: 80m}]}";

TEST(OverRanges, AVerdictThatEveryEndShowsSurvives) {
  const StudyReport report = judged(kHarmless);
  ASSERT_TRUE(report.ranges);
  EXPECT_EQ(report.ranges->verdict, "decided");
  EXPECT_FALSE(report.ranges->obstacle);
  EXPECT_EQ(report.ranges->replications, 10U);
  ASSERT_EQ(report.ranges->pairs.size(), 1U);
  EXPECT_EQ(report.ranges->pairs[0].verdict, PairVerdict::better);
  EXPECT_EQ(report.ranges->pairs[0].effect, RangeEffect::holds);
}

TEST(OverRanges, ARankingThatTurnsIsUndecidedAndNamesTheAssumption) {
  const StudyReport report = judged(kTurning);
  EXPECT_EQ(report.verdict, "decided");
  EXPECT_EQ(report.ranges->verdict, "undecided");
  const PairOverRanges& pair = report.ranges->pairs.front();
  EXPECT_EQ(pair.verdict, PairVerdict::undecided);
  EXPECT_EQ(pair.effect, RangeEffect::reverses);
  EXPECT_EQ(pair.at_end, PairVerdict::worse);
  const RangeSummary& cause = report.ranges->ranges[pair.range];
  EXPECT_EQ(cause.path, "strategies.eager.steps[0].duration");
  EXPECT_EQ(cause.end(pair.high).value, "{low: 60m, mode: 70m, high: 80m}");
}

TEST(OverRanges, TheTornadoIsSortedAndCountsBothEnds) {
  const StudyReport report = judged(kTurning);
  ASSERT_EQ(report.ranges->ranges.size(), 2U);
  const RangeSummary& duration = report.ranges->ranges[0];
  const RangeSummary& count = report.ranges->ranges[1];
  EXPECT_EQ(count.path, "users.office.count");
  // The loss grows by the people; that of 100 is the study's own.
  EXPECT_NEAR(count.high.means[0].value / count.low.means[0].value, 2.5, 1e-9);
  EXPECT_NEAR(count.swing.value, count.high.means[0].value - count.low.means[0].value, 1e-6);
  // 65 minutes more of a hundred people, but for the draws.
  EXPECT_NEAR(duration.swing.value, 6500, 300);
  EXPECT_GT(duration.swing.low, 0);
}

TEST(OverRanges, AnEndWithTooFewReplicationsCannotTell) {
  const StudyReport report = judged(kHarmless, 3);
  EXPECT_EQ(report.verdict, "decided");
  EXPECT_EQ(report.ranges->pairs[0].effect, RangeEffect::open);
  EXPECT_EQ(report.ranges->verdict, "undecided");
}

TEST(OverRanges, AnAssumptionNamedTwiceIsOne) {
  const StudyLab lab(assumed_duration(
      kHarmless,
      "  other: {steps: [{action: power_cycle, targets: s2, when: start, wait_before: "
      "25m, duration: *hands, success: 1}]}\n"));
  EXPECT_EQ(lab.scenario.assumptions.size(), 3U);
  EXPECT_EQ(lab.compare_over_ranges({.replications = 12}, 12).ranges->ranges.size(), 2U);
}

TEST(OverRanges, WithoutRangesThereIsNothingToJudge) {
  EXPECT_FALSE(StudyLab().compare_over_ranges({.replications = 2}, 2).ranges);
}

TEST(OverRanges, AreTheSameForAnyNumberOfThreads) {
  const StudyLab lab(assumed_duration(kTurning));
  const std::string one = journal_json(lab.compare_over_ranges({.replications = 9, .jobs = 1}, 5));
  EXPECT_EQ(journal_json(lab.compare_over_ranges({.replications = 9, .jobs = 3}, 5)), one);
}

TEST(OverRanges, AnInterruptKeepsTheEndsThatAreThere) {
  const StudyLab lab(assumed_duration(kTurning));
  int begun = 0;
  StudyOptions options{.replications = 12};
  std::uint64_t before = 0;
  options.progress = [&](const StudyProgress& state) {
    begun += state.runs_done < before ? 1 : 0;  // Another end.
    before = state.runs_done;
    return begun < 3;
  };
  const StudyReport report = lab.compare_over_ranges(options, 12);
  EXPECT_TRUE(report.ranges->interrupted);
  EXPECT_LT(report.ranges->ranges.size(), 2U);
  EXPECT_EQ(report.ranges->verdict, "undecided");
}

TEST(OverRanges, AreToldAndWritten) {
  const StudyReport report = judged(kTurning);
  const std::string text = format_comparison(report, {});
  EXPECT_NE(text.find("  patient  better            undecided: worse with "
                      "strategies.eager.steps[0].duration at {low: 60m, mode: 70m, high: 80m}\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("What moves the mean user_minutes_lost of eager\n"), std::string::npos);
  EXPECT_TRUE(
      text.ends_with("\ndecided, assumptions held: eager\n"
                     "undecided, over the ranges of assumed values: patient is better than "
                     "eager with strategies.eager.steps[0].duration at {low: 60m, mode: "
                     "70m, high: 80m}\n"))
      << text;
  const std::string journal = journal_json(report);
  EXPECT_NE(journal.find("\"effect\": \"reverses\""), std::string::npos);
  EXPECT_NE(journal.find("{\"path\":\"users.office.count\",\"value\":\"100\""), std::string::npos);
}

}  // namespace
}  // namespace switchfault
