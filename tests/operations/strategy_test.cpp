#include "operations/strategy.h"

#include <gtest/gtest.h>

#include "operations/lab.h"

namespace switchfault {
namespace {

using Kind = ObservationKind;

TEST(Strategy, WaitsForDiagnosisPersonAndBoot) {
  const ScenarioLab lab(hung_switch(
      R"([{name: cycle, action: power_cycle, targets: s2, access: [on-site],
      needs: [{kind: diagnosis}, {kind: person, what: team}], duration: 2m, success: 1}])",
      "  diagnosis: {pool: team, duration: 10m,"
      " wrong: [{name: the line, probability: 1, cost: 5m}]}\n"));
  const Lines lines = lab.lines({Kind::diagnosis_wrong, Kind::diagnosis_done, Kind::action_started,
                                 Kind::action_done, Kind::strategy_done});
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_NE(lines[0].find("wrong hypothesis given up: the line"), std::string::npos);
  EXPECT_NE(lines[1].find("diagnosis done"), std::string::npos);
  EXPECT_NE(lines[2].find("cycle power_cycle on s2"), std::string::npos);
  EXPECT_NE(lines[3].find("power_cycle done on s2"), std::string::npos);
  EXPECT_NE(lines[4].find("book strategy done"), std::string::npos);
  EXPECT_FALSE(lab.report.services.front().outages.empty());
  EXPECT_TRUE(lab.report.services.front().recovered.has_value());
}

TEST(Strategy, NamesTheFirstMissingLinkOfAPathThroughTheBrokenNetwork) {
  const ScenarioLab lab(
      hung_switch(R"([{name: reload, action: reload_cold, targets: s2, access: [in-band],
      duration: 1m, success: 1}])"));
  ASSERT_EQ(lab.report.actions.size(), 1U);
  EXPECT_EQ(lab.report.actions.front().outcome, "blocked");
  EXPECT_EQ(lab.report.actions.front().reason, "login on s2");
}

TEST(Strategy, ANeverWorkingActionIsRetriedThenFails) {
  const ScenarioLab lab(
      hung_switch(R"([{name: cycle, action: power_cycle, targets: s2, access: [on-site],
      duration: 1m, success: 0, retries: 2}])"));
  EXPECT_EQ(lab.report.actions.size(), 3U);
  EXPECT_EQ(lab.report.actions.back().outcome, "failed");
  EXPECT_EQ(lab.lines({Kind::step_failed}).size(), 1U);
}

TEST(Strategy, WithoutADetectedIncidentNothingStarts) {
  const ScenarioLab lab(two_switches(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
operations: {access: {on-site: {kind: on_site, targets: all}}}
faults: [{name: hang, kind: host_hang, select: s2, trigger: {at: 10m}, data_plane: stops}]
strategies: {book: {steps: )" + std::string(kCycle) +
                                     "}}\n"));
  EXPECT_TRUE(lab.lines({Kind::step_started}).empty());
  EXPECT_FALSE(lab.report.services.front().recovered.has_value());
}

// Each time monitoring sees a node silent it is worked on, also after the last step has ended.
TEST(Strategy, AStandingOrderGoesOn) {
  const ScenarioLab lab(two_switches(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
operations:
  monitoring: {ping: {host: ops, interval: 60s, lost: 1, targets: s2}}
  people: {team: {count: 1}}
  access: {on-site: {kind: on_site, targets: all}}
faults:
  - {name: first, kind: host_hang, select: s2, trigger: {at: 10m}, data_plane: stops}
  - {name: second, kind: host_hang, select: s2, trigger: {at: 30m}, data_plane: stops}
strategies:
  book:
    steps:
      - {name: watch, standing: true, only: silent, action: power_cycle, targets: "s*", when: start,
         access: [on-site], needs: [{kind: person, what: team}], duration: 3m, success: 1,
         verify: {kind: poll, within: 10m}}
      - {name: tell, action: notify_users}
)"));
  EXPECT_EQ(lab.lines({Kind::action_started, Kind::action_verified, Kind::step_done,
                       Kind::strategy_done}),
            (Lines{"10m39s955ms685us2ns watch power_cycle on s2",
                   "10m39s955ms685us3ns tell notify_users on ",
                   "10m39s955ms685us5ns tell step done", "10m39s955ms685us5ns book strategy done",
                   "19m39s955ms685us1ns watch verification on s2 held",
                   "30m39s955ms685us2ns watch power_cycle on s2",
                   "39m39s955ms685us1ns watch verification on s2 held"}));
}

TEST(Strategy, EveryStrategyMeetsTheSameLuck) {
  const auto first_outage = [](const char* strategy) {
    return ScenarioLab(hung_switch(strategy)).report.services.front().outages.front().start;
  };
  EXPECT_EQ(first_outage("[{name: a, action: wait_for_vendor}]"),
            first_outage("[{name: b, action: notify_users}]"));
}

}  // namespace
}  // namespace switchfault
