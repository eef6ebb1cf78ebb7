#include "report/service_report.h"

#include <algorithm>
#include <chrono>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

// One service, 60 users; half served from 1 h, none from 2 h, all from 3 h, in a run of 4 h.
struct Story {
  Story() {
    scenario.services.push_back({.name = "s", .priority = 2});
    scenario.users.push_back({.name = "u", .count = 60});
    log.end = kTimeZero + 4h;
    log.texts = {"", "no_route"};
    log.demands = {{.service_name = "s", .users_name = "u"}};
    add(1h, ObservationKind::service_share, 500'000'000);
    add(1h, ObservationKind::service_state, 1);
    add(2h, ObservationKind::service_share, 0);
    add(2h, ObservationKind::service_state, 0);
    add(3h, ObservationKind::service_share, 1'000'000'000);
    add(3h, ObservationKind::service_state, 2);
  }
  void add(Duration at, ObservationKind kind, std::int64_t value) {
    log.observations.push_back({.at = kTimeZero + at,
                                .value = value,
                                .subject = {EntityKind::demand, 0},
                                .text = TextId{1},
                                .kind = kind});
  }
  Scenario scenario;
  RunLog log;
};

TEST(ServiceReport, CountsUpDegradedAndDown) {
  const Story story;
  const auto rows = fold_services(story.scenario, story.log);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].up, 2h);
  EXPECT_EQ(rows[0].degraded, 1h);
  EXPECT_EQ(rows[0].down, 1h);
  EXPECT_DOUBLE_EQ(rows[0].availability, 0.75);
  EXPECT_DOUBLE_EQ(rows[0].user_minutes_lost, 60 * 0.5 * 60 + 60 * 60);
  EXPECT_EQ(rows[0].recovered, kTimeZero + 3h);
  EXPECT_EQ(rows[0].outages.front().missing, "no_route");
}

TEST(ServiceReport, DemandWeighsTheMinutes) {
  Story story;
  story.scenario.clock.start_unix_ns = 0;
  story.scenario.users.front().demand = {{.from = 0h, .to = 150min, .level = 1}};
  story.scenario.users.front().demand_otherwise = 0;
  const auto rows = fold_services(story.scenario, story.log);
  EXPECT_DOUBLE_EQ(rows[0].user_minutes_lost, 60 * 0.5 * 60 + 60 * 30);
  EXPECT_DOUBLE_EQ(rows[0].user_minutes_lost_raw, 60 * 0.5 * 60 + 60 * 60);
}

TEST(ServiceReport, DetectionIsTheFirstAlarmAfterTheOnset) {
  Story story;
  for (const Duration at : {Duration{30min}, Duration{125min}}) {
    story.log.observations.push_back(
        {.at = kTimeZero + at, .value = 1, .kind = ObservationKind::alarm});
  }
  std::stable_sort(story.log.observations.begin(), story.log.observations.end(),
                   [](const Observation& a, const Observation& b) { return a.at < b.at; });
  EXPECT_EQ(fold_services(story.scenario, story.log)[0].detected, kTimeZero + 125min);
}

TEST(ServiceReport, TheStateAtATimeIsTheLastBefore) {
  const Story story;
  EXPECT_EQ(demand_at(story.log, 0, kTimeZero + 90min).share, 0.5);
  EXPECT_EQ(demand_at(story.log, 0, kTimeZero + 150min).state, ServiceState::down);
  EXPECT_EQ(demand_at(story.log, 0, kTimeZero).since, nullptr);
}

}  // namespace
}  // namespace switchfault
