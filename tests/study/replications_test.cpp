#include "study/replications.h"

#include <set>

#include <gtest/gtest.h>

#include "study/study_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(ReplicationsTest, SeedsAreThoseOfSplitMix64) {
  // Its published outputs for the seed 1234567 are 6457827717110365317 and 3203168211198807973.
  EXPECT_EQ(replication_seed(1234567, 0), 6457827717110365317U >> 11U);
  EXPECT_EQ(replication_seed(1234567, 1), 3203168211198807973U >> 11U);
  EXPECT_EQ(replication_seed(2026, 0), 7726863918183057U);
}

TEST(ReplicationsTest, SeedsOfAStudyDifferAndFitIntoAnyReaderOfJson) {
  std::set<std::uint64_t> seeds;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    seeds.insert(replication_seed(1, i));
  }
  EXPECT_EQ(seeds.size(), 10'000U);
  EXPECT_LT(*seeds.rbegin(), std::uint64_t{1} << 53U);
}

TEST(ReplicationsTest, MetricsAreTotalsThenServicesByPriority) {
  const StudyLab lab;
  const auto metrics = study_metrics(lab.scenario);
  ASSERT_EQ(metrics.size(), 14U);
  EXPECT_EQ(metric_text(metrics[0]), "user_minutes_lost");
  EXPECT_EQ(metric_text(metrics[9]), "staff_hours");
  EXPECT_EQ(metric_text(metrics[10]), "outage_s of intranet for office");
  EXPECT_EQ(metric_text(metrics[13]), "availability of intranet for office");
}

TEST(ReplicationsTest, ShowTheFiguresOfARunWithTheSameSeed) {
  const StudyLab lab;
  const auto metrics = study_metrics(lab.scenario);
  const std::vector<std::string> names = {"quick", "slow"};
  const Replications replications(lab.scenario, metrics, names);
  const std::uint64_t seed = replication_seed(lab.scenario.seed, 3);
  const StrategyReplication result =
      replications.run({.replication = 3, .strategy = 1, .seed = seed}, [] { return true; });
  const RunLog log = run(lab.scenario, {.strategy = "slow", .seed = seed});
  const Report report = make_report(lab.scenario, log);
  const ServiceReport& row = report.services.front();
  const double down_s = static_cast<double>(row.down.count()) / 1e9;
  EXPECT_EQ(result.values[0], report.user_minutes_lost);
  EXPECT_EQ(result.values[3], down_s);
  EXPECT_EQ(result.values[7],
            static_cast<double>(
                (*report.service_reachable - *report.faults.front().first_effect).count()) /
                1e9);
  EXPECT_EQ(result.values[10], down_s);
  EXPECT_TRUE(result.recovered);
}

TEST(ReplicationsTest, CostWeighsLossesAndWork) {
  const StudyLab lab(hanging_switch("cost: {user_minute: 2, outage_hour: 60, action: 7}\n"));
  const auto metrics = study_metrics(lab.scenario);
  EXPECT_EQ(metric_text(metrics[10]), "cost");
  const std::vector<std::string> names = {"quick"};
  const StrategyReplication result =
      Replications(lab.scenario, metrics, names).run({.seed = 1}, [] { return true; });
  EXPECT_DOUBLE_EQ(result.values[10], 2 * result.values[0] + result.values[3] / 60 + 7);
}

TEST(ReplicationsTest, WhatNeverRecoversIsOpen) {
  const StudyLab lab;
  const auto metrics = study_metrics(lab.scenario);
  const std::vector<std::string> names = {"none"};
  const Replications replications(lab.scenario, metrics, names);
  const StrategyReplication result = replications.run({.seed = 1}, [] { return true; });
  EXPECT_FALSE(result.recovered);
  EXPECT_EQ(result.open, (std::vector<std::size_t>{6, 7}));  // Nobody noticed either.
}

// Its reload breaks the pair for an instant, an hour before the counter of the other would be full.
TEST(ReplicationsTest, WhatWasWholeBeforeTheFaultTookNoTimeToRecover) {
  const Scenario scenario =
      load_scenario(SWITCHFAULT_SOURCE_DIR "/scenarios/uptime-bomb-pair.yaml", builtin_catalog());
  const auto metrics = study_metrics(scenario);
  const std::vector<std::string> names = {"staggered"};
  const StrategyReplication result =
      Replications(scenario, metrics, names).run({.seed = 1}, [] { return true; });
  EXPECT_EQ(metric_text(metrics[7]), "recovery_s");
  EXPECT_GT(result.values[0], 0);
  EXPECT_EQ(result.values[7], 0);
}

TEST(ReplicationsTest, AnErrorBelongsToTheReplication) {
  const StudyLab lab;
  const auto metrics = study_metrics(lab.scenario);
  const std::vector<std::string> names = {"gone"};
  const Replications replications(lab.scenario, metrics, names);
  const StrategyReplication result = replications.run({.seed = 7}, [] { return true; });
  EXPECT_TRUE(result.values.empty());
  EXPECT_NE(result.error.find("unknown strategy 'gone'"), std::string::npos);
}

TEST(StaffHoursTest, AreThoseOfPeopleCalledUntilReleased) {
  const StudyLab lab(hanging_switch(R"(
operations:
  people: {team: {count: 2, site: north, travel: 20m}}
)"));
  RunLog log = run(lab.scenario, {.strategy = "none", .seed = 1});
  EXPECT_EQ(staff_hours(log), 0);
  const auto add = [&](ObservationKind kind, Duration at, std::uint32_t person) {
    Observation observation{};
    observation.at = kTimeZero + at;
    observation.kind = kind;
    observation.subject = {EntityKind::person, person};
    log.observations.push_back(observation);
  };
  add(ObservationKind::person_called, 1h, 0);
  add(ObservationKind::person_called, 2h, 1);
  add(ObservationKind::person_released, 2h + 30min, 0);
  EXPECT_DOUBLE_EQ(staff_hours(log), 1.5 + 2);  // The second one is still at work after four hours.
}

}  // namespace
}  // namespace switchfault
