#include "operations/attempt.h"

#include <gtest/gtest.h>

#include "operations/lab.h"

namespace switchfault {
namespace {

using Kind = ObservationKind;

TEST(Attempt, EndsWhenItsEffectIsComplete) {
  const ScenarioLab lab(hung_switch(kCycle));
  ASSERT_EQ(lab.report.actions.size(), 1U);
  const ActionReport& action = lab.report.actions.front();
  EXPECT_EQ(action.outcome, "done");
  // One minute of hands, five of boot; each part adds a nanosecond of order.
  EXPECT_EQ(std::chrono::round<std::chrono::seconds>(*action.ended - action.started),
            std::chrono::minutes{6});
}

TEST(Attempt, AVerificationThatDoesNotHoldIsAFailure) {
  const ScenarioLab lab(hung_switch(R"([{name: cycle, action: power_cycle, targets: s1,
      access: [on-site], duration: 1m, success: 1,
      verify: {kind: service, target: intranet, within: 10m}}])"));
  ASSERT_EQ(lab.report.actions.size(), 1U);
  EXPECT_EQ(lab.report.actions.front().outcome, "failed");
  EXPECT_EQ(lab.report.actions.front().reason, "not verified: intranet");
}

TEST(Attempt, TheRightTargetIsVerified) {
  const ScenarioLab lab(hung_switch(R"([{name: cycle, action: power_cycle, targets: s2,
      access: [on-site], duration: 1m, success: 1,
      verify: {kind: service, target: intranet, within: 10m}}])"));
  EXPECT_EQ(lab.report.actions.front().outcome, "done");
  EXPECT_EQ(lab.lines({Kind::action_verified}).size(), 1U);
}

TEST(Attempt, ARefusalIsSaid) {
  const ScenarioLab lab(hung_switch(R"([{name: back, action: roll_back, targets: s1,
      access: [in-band], duration: 1m, success: 1}])"));
  ASSERT_EQ(lab.report.actions.size(), 1U);
  EXPECT_EQ(lab.report.actions.front().outcome, "failed");
  EXPECT_NE(lab.report.actions.front().reason.find("standby"), std::string::npos);
}

}  // namespace
}  // namespace switchfault
