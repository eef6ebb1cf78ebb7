#include "operations/monitoring.h"

#include <gtest/gtest.h>

#include "operations/lab.h"

namespace switchfault {
namespace {

using Kind = ObservationKind;

TEST(Monitoring, RaisesAnAlarmAfterSoManyMissedPolls) {
  const ScenarioLab lab(hung_switch(kCycle));
  SimTime lost;
  SimTime raised;
  for (const Observation& observation : lab.log.observations) {
    if (observation.kind == Kind::poll_state && observation.value == 0) {
      lost = observation.at;
    }
    if (observation.kind == Kind::alarm && observation.value == 1) {
      raised = observation.at;
    }
  }
  EXPECT_GE(lost, kTimeZero + std::chrono::minutes{10});
  EXPECT_EQ(raised - lost, std::chrono::minutes{1});  // The second missed poll.
}

TEST(Monitoring, SkippedPollsChangeNothing) {
  RunOptions all;
  all.skip_quiet_time = false;
  EXPECT_EQ(ScenarioLab(hung_switch(kCycle)).log.fingerprint,
            ScenarioLab(hung_switch(kCycle), all).log.fingerprint);
}

TEST(Monitoring, EnoughCallsMakeAnIncident) {
  const ScenarioLab lab(two_switches(R"(
services:
  intranet: {endpoints: [web], depends: none}
  chat: {endpoints: [web], depends: none}
users:
  office: {places: [desk], count: 100, call_after: 3m}
  field: {places: [ops], count: 10, call_after: 5m}
operations: {calls_to_detect: 2}
faults: [{name: panic, kind: kernel_panic, select: s2, trigger: {at: 10m}}]
)"));
  EXPECT_EQ(lab.lines({Kind::call_received, Kind::incident_detected}),
            (Lines{"13m office call about chat", "13m office call about intranet"}));
}

}  // namespace
}  // namespace switchfault
