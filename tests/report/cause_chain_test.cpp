#include "report/cause_chain.h"

#include <gtest/gtest.h>

#include "run/scenario_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

// A reload at 20 min; the boot of 4 min fails.
const std::string kWornFlash = two_switches(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
faults: [{name: worn-flash, kind: boot_failure, select: s2, trigger: {at: 5m}, latent: true}]
strategies:
  night:
    steps:
      - {name: reload, action: reload_cold, targets: s2, when: start, wait_before: 20m, success: 1}
)");

Lines chain_at(const ScenarioLab& lab, Duration at) {
  Lines lines;
  const ObservationId outage = lab.report.services.front().outages.front().cause;
  for (const ObservationId id : cause_chain(lab.log, outage, kTimeZero + at)) {
    lines.push_back(observation_text(lab.log, lab.log.observations[static_cast<std::size_t>(id)]));
  }
  return lines;
}

TEST(CauseChain, GoesBackToWhatBeganTheOutage) {
  const ScenarioLab lab(kWornFlash);
  const Lines lines = chain_at(lab, 22min);
  EXPECT_EQ(lines.front(), "20m2ns intranet for office down: neighbor_unresolved at s1:eth2");
  EXPECT_EQ(lines.back(), "0s scenario run started");
  const ObservationId outage = lab.report.services.front().outages.front().cause;
  EXPECT_EQ(lab.log.name(behind(lab.log, outage, kTimeZero + 22min)), "reload");
}

TEST(CauseChain, GoesOnWithTheBootThatFailed) {
  const ScenarioLab lab(kWornFlash);
  const Lines lines = chain_at(lab, 30min);
  ASSERT_GE(lines.size(), 3U);
  EXPECT_EQ(lines[lines.size() - 2], "24m2ns s2 boot failed: image cannot be read");
  EXPECT_EQ(lines.back(), "5m worn-flash fault strikes s2");
  const ObservationId outage = lab.report.services.front().outages.front().cause;
  EXPECT_EQ(lab.log.name(behind(lab.log, outage, kTimeZero + 30min)), "worn-flash");
}

TEST(CauseChain, IsEmptyWithoutAStart) {
  EXPECT_TRUE(cause_chain(RunLog{}, ObservationId::none, kTimeZero).empty());
  EXPECT_EQ(behind(RunLog{}, ObservationId::none, kTimeZero), Entity{});
}

}  // namespace
}  // namespace switchfault
