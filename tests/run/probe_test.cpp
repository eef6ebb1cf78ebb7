#include "run/probe.h"

#include <gtest/gtest.h>

#include "run/scenario_lab.h"

namespace switchfault {
namespace {

TEST(Probe, SeesTheGapInItsOwnRhythm) {
  const ScenarioLab lab(two_switches(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
probes: [{name: ping, from: desk, to: web, interval: 7s}]
faults: [{name: panic, kind: kernel_panic, select: s2, trigger: {at: 10m}}]
)"));
  // 602 s and 840 s are the first multiples of 7 s after the panic and after the boot.
  const Lines lines = lab.lines({ObservationKind::probe_state});
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].rfind("10m2s ping lost: ", 0), 0U);
  EXPECT_EQ(lines[1], "14m ping answered: delivered");
}

}  // namespace
}  // namespace switchfault
