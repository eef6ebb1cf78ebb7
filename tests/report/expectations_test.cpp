#include "report/expectations.h"

#include <gtest/gtest.h>

#include "run/scenario_lab.h"

namespace switchfault {
namespace {

// A panic at 10 min, back after 14 min; what is expected, and whether it held.
ExpectationReport judged(std::string_view expectation) {
  const ScenarioLab lab(two_switches(std::string(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
faults: [{name: panic, kind: kernel_panic, select: s2, trigger: {at: 10m}}]
expect: [{name: x, )") + std::string(expectation) +
                                     "}]\n"));
  return lab.report.expectations.front();
}
bool held(std::string_view expectation) {
  return judged(expectation).held;
}

struct Case {
  const char* expectation;
  bool holds;
};

TEST(Expectations, Table) {
  for (const Case& c : {
           Case{"services: [intranet], state: up, window: always", false},
           Case{"services: [intranet], state: up, window: at end", true},
           Case{"services: [intranet], state: up, window: at 9m", true},
           Case{"services: [intranet], state: down, window: at 11m", true},
           Case{"services: [intranet], state: not_up, window: within 1m of panic", true},
           Case{"services: [intranet], state: down, window: within 9m", false},
           Case{"services: [intranet], state: up, window: after 14m", true},
           Case{"services: [intranet], state: up, window: after 13m", false},
           Case{"services: [intranet], state: up, window: {from: 15m, to: 1h}", true},
           Case{"services: [intranet], state: up, hold: throughout, window: {from: 15m, to: 1h}",
                true},
           Case{"services: [intranet], state: up, hold: throughout, window: {from: 13m, to: 1h}",
                false},
           Case{"services: [intranet], state: up, hold: throughout, window: within 9m", true},
           Case{"services: [intranet], state: up, hold: throughout, window: within 11m", false},
           Case{"services: [intranet], state: down, hold: sometime, window: always", true},
           Case{"services: [intranet], state: down, hold: sometime, window: after 15m", false},
           Case{
               "services: [intranet], state: up, hold: throughout, window: {from: 55m, to: 1h, of: "
               "panic}",
               false},
           Case{"metric: recovered_s, services: [intranet], maximum: 14m", true},
           Case{"metric: recovered_s, services: [intranet], maximum: 13m59s", false},
           Case{"metric: outage_s, services: [intranet], minimum: 4m, maximum: 4m", true},
           Case{"metric: availability, services: [intranet], minimum: 95%", false},
           Case{"metric: user_minutes_lost, services: [intranet], maximum: 400", true},
           Case{"observed: fault_injected, subject: panic, occurrences_max: 1, window: always",
                true},
           Case{"observed: service_state, subject: intranet for office, window: always", true},
           Case{"observed: host_state, subject: s1, window: always", false},
           Case{"observed: service_state, text: no_route, occurrences_max: 0, window: always",
                true},
           Case{"observed: host_state, text: out of memory, window: always", false},
           Case{"observed: service_state, text: neighbor_unresolved, window: always", true},
           Case{"observed: storm, occurrences_max: 0, window: always", true},
           Case{"observed: storm, window: always", false},
       }) {
    EXPECT_EQ(held(c.expectation), c.holds) << c.expectation;
  }
}

TEST(Expectations, AStateThroughoutNamesItsFirstBreak) {
  const std::string intranet = "services: [intranet], state: up, hold: throughout, window: ";
  EXPECT_EQ(judged(intranet + "{from: 5m, to: 40m}").observed,
            "0 of 1 up throughout 5m to 40m; intranet down at 10m");
  EXPECT_EQ(judged(intranet + "{from: 12m, to: 40m}").observed,
            "0 of 1 up throughout 12m to 40m; intranet down at 12m");
  EXPECT_EQ(judged(intranet + "{from: 14m, to: 40m}").observed, "1 of 1 up throughout 14m to 40m");
  EXPECT_EQ(judged("services: [intranet], state: up, window: at 12m").observed,
            "0 of 1 up at 12m; intranet down");
}

}  // namespace
}  // namespace switchfault
