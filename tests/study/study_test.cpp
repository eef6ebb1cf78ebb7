#include <gtest/gtest.h>

#include <switchfault/report.h>
#include <switchfault/study.h>

#include "study/study_lab.h"

namespace switchfault {
namespace {

using Names = std::vector<std::string>;

std::string error_of(const StudyLab& lab, const Names& strategies) {
  try {
    static_cast<void>(lab.compare(strategies, 2));
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(StudyTest, NamesTheBetterStrategy) {
  const StudyReport report = StudyLab().compare({"slow", "quick"}, 10);
  EXPECT_EQ(report.verdict, "decided");
  EXPECT_EQ(report.ranking, (std::vector<std::uint32_t>{1, 0}));
  EXPECT_EQ(report.best, std::vector<std::uint32_t>{1});
  const PairSummary& pair = pair_of(report, 0, 1);
  EXPECT_EQ(pair.verdict, PairVerdict::worse);
  EXPECT_DOUBLE_EQ(pair.difference.value, 3000);  // Half an hour of a hundred people.
  EXPECT_LT(pair.difference.half_width(), 0.01);  // The same luck for both.
  EXPECT_GT(pair.variance_ratio, 1000);
}

TEST(StudyTest, StrategiesThatDoTheSameAreEquivalent) {
  const StudyReport report = StudyLab().compare({"quick", "again", "slow"}, 10);
  EXPECT_EQ(pair_of(report, 0, 1).verdict, PairVerdict::equivalent);
  EXPECT_EQ(pair_of(report, 0, 1).difference.value, 0);
  EXPECT_EQ(report.best, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(report.verdict, "decided");
}

TEST(StudyTest, ADifferenceBelowTheMarginIsNone) {
  const StudyReport report = StudyLab().compare({"quick", "later"}, 10);
  EXPECT_LT(pair_of(report, 0, 1).difference.high, 0);
  EXPECT_EQ(pair_of(report, 0, 1).verdict, PairVerdict::equivalent);
}

// Each is right in one alternative and wrong in the other by as much, and both alternatives are as
// likely: on average there is nothing between them, however often each happened to be drawn.
TEST(StudyTest, AlternativesWeighByTheirSharesAndNotByTheirDraws) {
  const StudyLab lab(two_switches(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
faults:
  - one-of:
      - {name: at-s1, faults: [{kind: host_hang, select: s1, trigger: {at: 10m},
                                data_plane: stops, until: {boots: [power_cycle]}}]}
      - {name: at-s2, faults: [{kind: host_hang, select: s2, trigger: {at: 10m},
                                data_plane: stops, until: {boots: [power_cycle]}}]}
strategies:
  first: {steps: [{action: power_cycle, targets: s1, when: start, wait_before: 20m,
                   duration: 1m, success: 1},
                  {action: power_cycle, targets: s2, wait_before: 60m, duration: 1m, success: 1}]}
  second: {steps: [{action: power_cycle, targets: s2, when: start, wait_before: 20m,
                    duration: 1m, success: 1},
                   {action: power_cycle, targets: s1, wait_before: 60m, duration: 1m,
                    success: 1}]}
)"));
  const StudyReport report = lab.compare({}, 24);
  EXPECT_EQ(report.best.size(), 2U);
  EXPECT_EQ(pair_of(report, 0, 1).verdict, PairVerdict::equivalent);
  ASSERT_EQ(report.alternatives.size(), 2U);
  EXPECT_EQ(report.alternatives[0].name, "at-s1");
  EXPECT_EQ(report.alternatives[0].replications + report.alternatives[1].replications, 24U);
  EXPECT_EQ(report.alternatives[0].regret[0], 0);
  EXPECT_GT(report.alternatives[0].regret[1], 5000);
  EXPECT_GT(report.alternatives[1].regret[0], 5000);
  EXPECT_EQ(report.alternatives[1].pairs.front().verdict, PairVerdict::worse);
  EXPECT_EQ(report.alternatives[0].best, std::vector<std::uint32_t>{0});
  EXPECT_EQ(report.alternatives[1].best, std::vector<std::uint32_t>{1});
  EXPECT_TRUE(report.alternatives_not_drawn.empty());
  EXPECT_TRUE(report.stratified);
  const auto mean = [](const StrategySummary& strategy) { return strategy.metrics[0].mean.value; };
  // Each is drawn half of the nights in truth, however often it was among these 24.
  EXPECT_NEAR(
      mean(report.strategies[0]),
      (mean(report.alternatives[0].strategies[0]) + mean(report.alternatives[1].strategies[0])) / 2,
      1e-6);
  EXPECT_NE(report.alternatives[0].replications, report.alternatives[1].replications);
  const std::string text = format_comparison(report, {});
  EXPECT_NE(text.find("  at-s1, "), std::string::npos);
  EXPECT_NE(text.find(" of 24 replications: best is first\n    first "), std::string::npos) << text;
  EXPECT_NE(text.find("  regret 0\n    second "), std::string::npos);
  EXPECT_NE(text.find("\n  largest regret whichever it is: "), std::string::npos);
  const StudyReport two = lab.compare({}, 1);
  ASSERT_EQ(two.alternatives_not_drawn.size(), 1U);
  EXPECT_FALSE(two.stratified);
  EXPECT_NE(format_comparison(two, {}).find("  never drawn, so nothing is said of it: at-s"),
            std::string::npos);
}

TEST(StudyTest, TheObjectiveOfTheFileDecides) {
  const StudyLab lab(hanging_switch("cost: {action: 100}\nobjective: cost\n"));
  const StudyReport report = lab.compare({"quick", "slow", "none"}, 8);
  EXPECT_EQ(metric_text(report.metrics[report.objective]), "cost");
  EXPECT_EQ(report.best, (std::vector<std::uint32_t>{0, 1, 2}));  // One action each.
}

TEST(StudyTest, CountsWhatHasNotEndedAsALowerBound) {
  const StudyReport report = StudyLab().compare({"quick", "none"}, 5);
  EXPECT_EQ(report.strategies[0].not_recovered.value, 0);
  EXPECT_EQ(report.strategies[1].not_recovered.value, 1);
  EXPECT_EQ(report.strategies[1].not_recovered_seeds, report.seeds);
  EXPECT_EQ(metric_of(report, 1, "recovery_s").open, 5U);
  EXPECT_EQ(metric_of(report, 0, "recovery_s").open, 0U);
}

TEST(StudyTest, TheReportIsTheSameForAnyNumberOfThreads) {
  const StudyLab lab;
  const std::string one = journal_json(lab.compare({}, 7, 1));
  EXPECT_EQ(journal_json(lab.compare({}, 7, 2)), one);
  EXPECT_EQ(journal_json(lab.compare({}, 7, 5)), one);
}

TEST(StudyTest, ReplicatesUntilTheMeanIsPrecise) {
  const StudyLab lab;
  StudyOptions options{.strategies = {"quick", "slow"}, .precision = 0.1};
  const StudyReport coarse = compare(lab.scenario, options);
  EXPECT_TRUE(coarse.precise);
  EXPECT_EQ(coarse.replications % 8, 0U);  // A batch.
  options.precision = 0.02;
  options.jobs = 3;
  const StudyReport fine = compare(lab.scenario, options);
  EXPECT_GT(fine.replications, coarse.replications);
  EXPECT_LE(fine.strategies[0].metrics[0].mean.half_width(),
            0.02 * fine.strategies[0].metrics[0].mean.value);
  options.jobs = 1;
  EXPECT_EQ(journal_json(compare(lab.scenario, options)), journal_json(fine));
}

// Keeps what it is given, and has every other one of `before`.
class HalfDone final : public ReplicationStore {
 public:
  explicit HalfDone(std::vector<StrategyReplication> before = {}) : before_(std::move(before)) {}
  std::vector<StrategyReplication> begin(const StudyIdentity&) override {
    std::vector<StrategyReplication> half;
    for (std::size_t i = 0; i < before_.size(); i += 2) {
      half.push_back(before_[i]);
    }
    return half;
  }
  void put(const StrategyReplication& result) override { kept.push_back(result); }
  void commit() override {}

  std::vector<StrategyReplication> kept;

 private:
  std::vector<StrategyReplication> before_;
};

TEST(StudyTest, PassesOverReplicationsOfAnAlternativeThatHasEnough) {
  const StudyLab lab(looping_or_hanging_switch());
  HalfDone store;
  StudyOptions options{.precision = 0.05, .store = &store};
  const StudyReport report = compare(lab.scenario, options);
  EXPECT_TRUE(report.precise);
  ASSERT_TRUE(report.allocation.has_value());
  const auto& rows = report.allocation->rows;
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].name, "hang");
  EXPECT_EQ(rows[0].share, 0.75);
  EXPECT_EQ(rows[1].name, "loop");
  EXPECT_GT(rows[1].events, 3 * rows[0].events);
  EXPECT_EQ(rows[0].replications + rows[1].replications, report.replications);
  EXPECT_LT(8 * rows[1].replications, report.replications);  // Not one in four.
  EXPECT_GT(rows[1].passed_over, 0U);
  EXPECT_EQ(rows[0].passed_over + rows[1].passed_over, report.allocation->passed_over);
  EXPECT_EQ(report.allocation->replications.size(), report.replications);
  EXPECT_EQ(report.allocation->replications.back() + 1,
            report.replications + report.allocation->passed_over);
  // Each weighs its share of the nights.
  const auto mean = [](const StrategySummary& strategy) { return strategy.metrics[0].mean.value; };
  EXPECT_NEAR(mean(report.strategies[0]),
              0.75 * mean(report.alternatives[0].strategies[0]) +
                  0.25 * mean(report.alternatives[1].strategies[0]),
              1e-6);
  EXPECT_NEAR(report.strategies[0].not_recovered.value, 0.25, 1e-9);
  EXPECT_LT(report.strategies[0].not_recovered.low, 0.25);

  const std::string journal = journal_json(report);
  options.store = nullptr;
  options.jobs = 3;
  EXPECT_EQ(journal_json(compare(lab.scenario, options)), journal);
  HalfDone half(store.kept);
  options.store = &half;
  EXPECT_EQ(journal_json(compare(lab.scenario, options)), journal);
  EXPECT_LT(half.kept.size(), store.kept.size());
}

TEST(StudyTest, AFixedNumberOfReplicationsPassesOverNone) {
  const StudyReport report = StudyLab(looping_or_hanging_switch()).compare({}, 12);
  EXPECT_FALSE(report.allocation.has_value());
  EXPECT_EQ(report.replications, 12U);
  EXPECT_EQ(report.seeds[4], replication_seed(1, 4));
}

TEST(StudyTest, AFloorEndsAStudyWhoseMeanIsNearNothing) {
  const StudyLab lab(hanging_switch("objective: detection_s\n"));
  StudyOptions options{
      .strategies = {"quick", "slow"}, .precision = 0.0001, .replications_max = 40};
  options.precision_floor = 1e9;
  const StudyReport report = compare(lab.scenario, options);
  EXPECT_TRUE(report.precise);
  EXPECT_EQ(report.replications, 32U);
}

TEST(StudyTest, RanksByThePriorityOfServices) {
  // The switch that each strategy leaves alone for longer serves the urgent one or the other.
  const StudyLab lab(two_switches(R"(
services:
  urgent: {endpoints: [web], depends: none, priority: 1}
  other: {endpoints: [ops], depends: none, priority: 2}
users: {office: {places: [desk], count: 100}}
faults:
  - {name: a, kind: host_hang, select: s2, trigger: {at: 10m}, data_plane: stops,
     until: {boots: [power_cycle]}}
strategies:
  early: {steps: [{action: power_cycle, targets: s2, when: start, wait_before: 20m, duration: 1m,
                   success: 1}]}
  late: {steps: [{action: power_cycle, targets: s2, when: start, wait_before: 60m, duration: 1m,
                  success: 1}]}
)"));
  const StudyReport report = lab.compare({}, 12);
  ASSERT_EQ(report.by_priority.classes.size(), 2U);
  EXPECT_EQ(report.by_priority.classes[0].priority, 1);
  EXPECT_EQ(report.by_priority.classes[1].means[1].value, 0);  // Nobody loses the other one.
  EXPECT_EQ(report.by_priority.ranks, (std::vector<std::size_t>{1, 2}));
  EXPECT_EQ(report.by_priority.pairs[0].verdict, PairVerdict::better);
  EXPECT_EQ(report.by_priority.pairs[0].priority, 1);
}

TEST(StudyTest, SaysSoWhenThePrecisionIsNotReached) {
  const StudyLab lab;
  const StudyReport report = compare(
      lab.scenario, {.strategies = {"quick", "slow"}, .precision = 0.0001, .replications_max = 12});
  EXPECT_FALSE(report.precise);
  EXPECT_EQ(report.replications, 12U);
}

TEST(StudyTest, AnInterruptKeepsWhatIsComplete) {
  const StudyLab lab;
  StudyOptions options{.strategies = {"quick", "slow"}, .replications = 1000};
  options.progress = [](const StudyProgress& state) { return state.replications < 3; };
  const StudyReport report = compare(lab.scenario, options);
  EXPECT_TRUE(report.interrupted);
  EXPECT_GE(report.replications, 3U);
  EXPECT_LT(report.replications, 1000U);
  EXPECT_EQ(report.strategies[0].replications, report.replications);
  EXPECT_EQ(report.verdict, "undecided");
}

// As if `slow` had failed in replication 1.
class FailedBefore final : public ReplicationStore {
 public:
  std::vector<StrategyReplication> begin(const StudyIdentity& identity) override {
    return {{.replication = 1,
             .strategy = 1,
             .seed = replication_seed(identity.seed, 1),
             .error = "it broke"}};
  }
  void put(const StrategyReplication&) override {}
  void commit() override {}
};

TEST(StudyTest, AReplicationThatFailedForOneCountsForNone) {
  const StudyLab lab;
  FailedBefore store;
  const StudyReport report =
      compare(lab.scenario, {.strategies = {"quick", "slow"}, .replications = 10, .store = &store});
  EXPECT_EQ(report.replications, 10U);
  EXPECT_EQ(report.strategies[0].replications, 9U);
  EXPECT_EQ(report.strategies[1].replications, 9U);
  ASSERT_EQ(report.failures.size(), 1U);
  EXPECT_EQ(report.failures[0].strategy_name, "slow");
  EXPECT_EQ(report.failures[0].seed, replication_seed(lab.scenario.seed, 1));
  EXPECT_NE(
      format_comparison(report, {})
          .find("  replication 1: it broke\n    switchfault run test.yaml --strategy slow --seed " +
                std::to_string(report.failures[0].seed)),
      std::string::npos);
}

TEST(StudyTest, RefusesWhatCannotBeCompared) {
  const StudyLab lab;
  EXPECT_EQ(error_of(lab, {"quick", "slwo"}),
            "test.yaml: error: unknown strategy 'slwo'\n  did you mean 'slow'?\n");
  EXPECT_EQ(error_of(lab, {"quick", "quick"}),
            "test.yaml: error: a comparison needs two strategies; there is only 'quick'\n"
            "  'switchfault run' runs one of them\n");
}

}  // namespace
}  // namespace switchfault
