#include "operations/operations.h"

#include <gtest/gtest.h>

#include "operations/lab.h"

namespace switchfault {
namespace {

TEST(Operations, SayWhatIsNotStated) {
  const ScenarioLab lab(hung_switch(
      "[{name: cycle, action: power_cycle, targets: s2, access: [on-site], duration: 1m}]"));
  EXPECT_NE(std::find(lab.log.not_modelled.begin(), lab.log.not_modelled.end(),
                      "step cycle: success is not stated, taken as certain"),
            lab.log.not_modelled.end());
}

TEST(Operations, WithoutAStrategyPeopleOnlyLook) {
  const ScenarioLab lab(two_switches(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
operations: {monitoring: {ping: {host: ops, interval: 60s, lost: 2, targets: s2}}}
faults: [{name: panic, kind: kernel_panic, select: s2, trigger: {at: 10m}}]
)"));
  EXPECT_EQ(lab.lines({ObservationKind::incident_detected}).size(), 1U);
  EXPECT_TRUE(lab.report.actions.empty());
}

}  // namespace
}  // namespace switchfault
