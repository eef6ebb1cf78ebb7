#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <switchfault/measured.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

MeasuredRepetition lost(Duration outage) {
  const MeasuredLoss loss{.outage = outage, .lost = static_cast<std::uint32_t>(outage / 10ms)};
  MeasuredRepetition one;
  one.fault = {{.there = loss, .back = loss}};
  return one;
}

MeasuredCase measured(const std::vector<Duration>& outages) {
  MeasuredCase one;
  one.probes = {{.name = "a>b", .pair = "a>b", .interval = 10ms}};
  one.send_gap = 20ms;
  for (const Duration outage : outages) {
    one.repetitions.push_back(lost(outage));
  }
  return one;
}

std::vector<MeasuredRepetition> evenly(Duration from, Duration to) {
  std::vector<MeasuredRepetition> all;
  for (int i = 0; i <= 200; ++i) {
    all.push_back(lost(from + (to - from) * (i * 73 % 201) / 200));  // Sessions are mixed.
  }
  return all;
}

TEST(Agreement, MeasuredValuesInsideTheSimulatedRangeAgree) {
  const auto verdict =
      judge_measured(measured({1100ms, 1500ms, 1900ms, 1300ms, 1700ms}), evenly(1s, 2s), 2);
  EXPECT_TRUE(verdict.agrees) << verdict.disagreements.front();
  EXPECT_EQ(verdict.measured->median, 1500);
  EXPECT_EQ(verdict.simulated->max, 2000);
}

TEST(Agreement, TheToleranceIsIntervalGapAndTwoPercent) {
  // 10 ms + 20 ms + 2 % of 2,070 ms are 71.4 ms.
  EXPECT_TRUE(judge_measured(measured({1500ms, 1600ms, 2070ms}), evenly(1s, 2s), 2).agrees);
  EXPECT_FALSE(judge_measured(measured({1500ms, 1600ms, 2080ms}), evenly(1s, 2s), 2).agrees);
}

TEST(Agreement, AnswersOfASwitchThatKeepsFramesAreNotCompared) {
  MeasuredCase late = measured({1500ms, 1600ms, 1700ms});
  for (MeasuredRepetition& one : late.repetitions) {
    one.fault[0].back = {.outage = 5s, .lost = 500};
  }
  EXPECT_EQ(measured_comparisons(late), 2U);
  EXPECT_FALSE(judge_measured(late, evenly(1s, 2s), 2).agrees);
  late.timely = true;
  EXPECT_EQ(measured_comparisons(late), 1U);
  const auto verdict = judge_measured(late, evenly(1s, 2s), 1);
  EXPECT_TRUE(verdict.agrees);
  EXPECT_EQ(verdict.measured->max, 1700);
}

TEST(Agreement, AVagueSimulationDoesNotPass) {
  const auto verdict =
      judge_measured(measured({1500ms, 1501ms, 1502ms, 1503ms, 1504ms}), evenly(1s, 2s), 2);
  EXPECT_FALSE(verdict.agrees);
  EXPECT_NE(verdict.disagreements.front().find("wider"), std::string::npos);
}

TEST(Agreement, WhoIsHitMustAgree) {
  const auto verdict = judge_measured(measured({0ms, 0ms, 0ms}), evenly(30ms, 40ms), 1);
  EXPECT_FALSE(verdict.agrees);
}

TEST(Agreement, ASpreadBetweenSessionsIsNotVague) {
  // Each session of five lies within 10 ms, the sessions within a second.
  std::vector<MeasuredRepetition> sessions;
  for (int i = 0; i < 200; ++i) {
    for (int k = 0; k < 5; ++k) {
      sessions.push_back(lost(1s + 5ms * i + 2ms * k));
    }
  }
  const auto verdict =
      judge_measured(measured({1500ms, 1501ms, 1502ms, 1503ms, 1504ms}), sessions, 2);
  EXPECT_TRUE(verdict.agrees) << verdict.disagreements.front();
}

TEST(Agreement, ARepetitionWithAStalledStepIsSetAside) {
  MeasuredCase one = measured({1500ms, 1501ms, 1502ms, 9s, 1504ms});
  for (MeasuredRepetition& repetition : one.repetitions) {
    repetition.fault_steps = {{.took = 20ms}};
  }
  EXPECT_FALSE(judge_measured(one, evenly(1450ms, 1550ms), 2).agrees);
  one.repetitions[3].fault_steps[0].took = 260ms;
  const auto verdict = judge_measured(one, evenly(1450ms, 1550ms), 2);
  EXPECT_TRUE(verdict.agrees) << verdict.disagreements.front();
  EXPECT_EQ(verdict.set_aside, 1U);
}

TEST(Agreement, StatesAreComparedFieldByField) {
  MeasuredCase rest;
  rest.baseline = {{"s1 root", "4096/02:00:00:00:00:01"}, {"s1 root port", ""}};
  EXPECT_TRUE(judge_rest(rest, rest.baseline).agrees);
  const auto verdict = judge_rest(rest, {{"s1 root", "8192/02:00:00:00:00:02"}});
  EXPECT_EQ(verdict.disagreements.size(), 2U);
}

}  // namespace
}  // namespace switchfault
