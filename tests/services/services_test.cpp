#include "services/services.h"

#include <gtest/gtest.h>

#include "run/scenario_lab.h"

namespace switchfault {
namespace {

using Kind = ObservationKind;

TEST(Services, AreDownWhileTheWayIs) {
  const ScenarioLab lab(two_switches(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
faults: [{name: panic, kind: kernel_panic, select: s2, trigger: {at: 10m}}]
)"));
  EXPECT_EQ(lab.lines({Kind::service_state}),
            (Lines{"10m intranet for office down: neighbor_unresolved at s1:eth2",
                   "14m intranet for office up"}));
}

TEST(Services, SessionsBreakAfterTheirGapAndUsersReturnAtTheirRate) {
  const ScenarioLab lab(two_switches(R"(
services: {intranet: {endpoints: [web], depends: none, session_gap: 1m, logins_per_minute: 10}}
users: {office: {places: [desk], count: 100}}
faults: [{name: panic, kind: kernel_panic, select: s2, trigger: {at: 10m}}]
)"));
  EXPECT_EQ(lab.lines({Kind::sessions_broken}),
            Lines{"11m intranet for office sessions of 100 users broken"});
  ASSERT_TRUE(lab.report.services.front().recovered.has_value());
  // Back at 14 min; 100 users at 10 a minute take ten more.
  EXPECT_EQ(format_duration(std::chrono::round<std::chrono::seconds>(
                lab.report.services.front().recovered->time_since_epoch())),
            "24m");
}

TEST(Services, ARunDependencyIsBridgedByItsGrace) {
  const ScenarioLab lab(two_switches(R"(
services:
  names: {endpoints: [web], depends: none, protocol: udp, port: 53}
  chat: {endpoints: [ops], depends: [{service: names, kind: run, grace: 2m}]}
users: {office: {places: [desk], count: 100, uses: [chat]}}
faults: [{name: panic, kind: kernel_panic, select: s2, trigger: {at: 10m}}]
)"));
  EXPECT_EQ(
      lab.lines({Kind::service_state}),
      (Lines{"12m chat for office down: server not serving at ops", "14m chat for office up"}));
}

TEST(Services, AServerThatLostItsDependencyTooLongRestarts) {
  const ScenarioLab lab(two_switches(R"(
services:
  names: {endpoints: [web], depends: none, protocol: udp, port: 53}
  chat:
    {endpoints: [ops], depends: [{service: names, kind: run}], fails_after: 1m,
     restart_time: 5m}
users: {office: {places: [desk], count: 100, uses: [chat]}}
faults: [{name: panic, kind: kernel_panic, select: s2, trigger: {at: 10m}}]
)"));
  EXPECT_EQ(lab.lines({Kind::server_state}),
            (Lines{"11m chat server on ops down", "14m chat server on ops starting",
                   "19m chat server on ops up"}));
}

}  // namespace
}  // namespace switchfault
