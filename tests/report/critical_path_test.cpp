#include "report/critical_path.h"

#include <chrono>

#include <gtest/gtest.h>

#include "operations/lab.h"

namespace switchfault {
namespace {

TEST(CriticalPath, IsEmptyWhenNothingFell) {
  EXPECT_TRUE(critical_path(RunLog{}, Report{}).empty());
}

TEST(CriticalPath, PartsAddUpToTheRecovery) {
  const ScenarioLab lab(
      hung_switch(kCycle, "  diagnosis: {pool: team, duration: 10m, wrong: []}\n"));
  const SimTime start = lab.report.services.front().outages.front().start;
  ASSERT_TRUE(lab.report.service_reachable.has_value());
  Duration sum{};
  std::string phases;
  for (const CriticalPathPart& part : lab.report.critical_path) {
    sum += part.time;
    phases += part.phase + " ";
  }
  EXPECT_EQ(sum, *lab.report.service_reachable - start);
  EXPECT_EQ(phases.find("detection "), 0U);
  EXPECT_NE(phases.find("boot "), std::string::npos);
}

Observation of_action(ObservationKind kind, int minute) {
  return {.at = kTimeZero + std::chrono::minutes{minute},
          .subject = Entity{EntityKind::action, 0},
          .kind = kind};
}

TEST(CriticalPath, ABlockedActionIsNotHandsOn) {
  RunLog log;
  log.end = kTimeZero + std::chrono::minutes{30};
  log.observations = {of_action(ObservationKind::incident_detected, 1),
                      of_action(ObservationKind::action_started, 10),
                      of_action(ObservationKind::action_blocked, 12),
                      of_action(ObservationKind::strategy_done, 20)};
  Report report;
  report.services = {{.outages = {{.start = kTimeZero}}}};
  std::string phases;
  for (const CriticalPathPart& part : critical_path(log, report)) {
    phases += part.phase + " " + format_duration(part.time) + ", ";
  }
  EXPECT_EQ(phases, "detection 1m, other 17m, hands on 2m, nothing done 10m, ");
}

}  // namespace
}  // namespace switchfault
