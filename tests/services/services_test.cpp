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

TEST(Services, OnlyThoseReturnWhoWantTheServiceThen) {
  const ScenarioLab lab(two_switches(R"(
services: {intranet: {endpoints: [web], depends: none, session_gap: 1m, logins_per_minute: 10}}
users:
  office:
    {places: [desk], count: 100,
     demand: [{days: mon-sun, from: "00:00", to: "24:00", level: 0.2}]}
faults: [{name: panic, kind: kernel_panic, select: s2, trigger: {at: 10m}}]
)"));
  EXPECT_EQ(lab.lines({Kind::sessions_broken}),
            Lines{"11m intranet for office sessions of 20 users broken"});
  // Back at 14 min; 20 users at 10 a minute take two more.
  EXPECT_EQ(lab.lines({Kind::service_state}).back(), "16m1us intranet for office up");
}

TEST(Services, UsersWhoReturnCanBeHeldBack) {
  const ScenarioLab lab(two_switches(R"(
services: {intranet: {endpoints: [web], depends: none, session_gap: 1m}}
users: {office: {places: [desk], count: 100}}
faults: [{name: panic, kind: kernel_panic, select: s2, trigger: {at: 10m}}]
strategies:
  careful:
    steps:
      - {name: hold, action: limit_logins, per_minute: 0, target_services: [intranet], when: start,
         success: 1}
      - {name: wait, action: notify_users, when: start, duration: 20m, success: 1}
      - {name: admit, action: limit_logins, per_minute: 20, target_services: [intranet],
         when: start, success: 1}
)"));
  // The way is there at 14 min; from 20 min on 100 users return at 20 a minute.
  const Lines states = lab.lines({Kind::service_state});
  ASSERT_EQ(states.size(), 3U);
  EXPECT_EQ(states.back().substr(0, 3), "25m");
}

// A firewall of which the table holds 100 entries.
constexpr std::string_view kFirewalled = R"(
title: firewalled
clock: {start: 2026-01-05T06:00:00Z, duration: 30m}
topology:
  nodes:
    fw:
      kind: firewall
      interfaces: {eth1: {address: 10.0.1.254/24}, eth2: {address: 10.0.2.254/24}}
      stateful: {session_capacity: 100}
      filters: [{action: permit, from: 10.0.1.0/24}]
    desk: {kind: host, address: 10.0.1.1/24, gateway: 10.0.1.254}
    web: {kind: host, address: 10.0.2.1/24, gateway: 10.0.2.254}
  links:
    - endpoints: ["fw:eth1", "desk:eth0"]
    - endpoints: ["fw:eth2", "web:eth0"]
users: {office: {places: [desk], count: 200}}
)";

TEST(Services, UsersShareTheSessionTableOnTheirWay) {
  const ScenarioLab lab(std::string(kFirewalled) + R"(
services:
  intranet: {endpoints: [web], depends: none, sessions_per_user: 0.25}
  mail: {endpoints: [web], depends: none, port: 25, sessions_per_user: 1.75}
)");
  // 50 and 350 are wanted: one of four gets through.
  EXPECT_EQ(lab.lines({Kind::service_state}),
            (Lines{"0s intranet for office degraded: session_table_full at fw",
                   "0s mail for office degraded: session_table_full at fw"}));
}

TEST(Services, ALostTableIsThatOfItsUsers) {
  const ScenarioLab lab(std::string(kFirewalled) + R"(
services: {intranet: {endpoints: [web], depends: none, sessions_per_user: 0.25}}
faults: [{name: crash, kind: process_crash, select: fw, process: sessions, trigger: {at: 10m}}]
)");
  EXPECT_EQ(lab.lines({Kind::session_table}), Lines{"10m fw 50 sessions lost: process died"});
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

TEST(Services, TellWhichDependencyIsMissingAtWhichServer) {
  const ScenarioLab lab(two_switches(R"(
services:
  names: {endpoints: [web], depends: none, protocol: udp, port: 53}
  chat: {endpoints: [ops], depends: [{service: names, kind: run, grace: 2m}]}
users: {office: {places: [desk], count: 100, uses: [chat]}}
faults: [{name: panic, kind: kernel_panic, select: s2, trigger: {at: 10m}}]
)"));
  EXPECT_EQ(lab.lines({Kind::dependency_state}),
            (Lines{"12m chat at ops lacks names: neighbor_unresolved at s1:eth2",
                   "14m chat at ops has again names"}));
}

TEST(Services, ABlackStartWaitsForWhatIsNotThere) {
  const ScenarioLab lab(two_switches(R"(
services:
  names: {endpoints: [web], depends: none, starts_up: false, restart_time: 3m}
  chat: {endpoints: [ops], depends: [{service: names, kind: start}], starts_up: false}
users: {office: {places: [desk], count: 100, uses: [chat]}}
)"));
  EXPECT_EQ(lab.lines({Kind::dependency_state, Kind::server_state}),
            (Lines{"0s chat at ops lacks names: server not serving at web",
                   "0s names server on web starting", "3m names server on web up",
                   "3m chat at ops has again names", "3m chat server on ops up"}));
}

}  // namespace
}  // namespace switchfault
