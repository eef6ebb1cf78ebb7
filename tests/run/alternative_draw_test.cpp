#include "run/alternative_draw.h"

#include <chrono>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include <switchfault/run.h>

#include "run/scenario_lab.h"

namespace switchfault {
namespace {

const std::string kTwoChoices = two_switches(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
faults:
  - one-of:
      - {name: left, weight: 1,
         faults: [{name: l, kind: cpu_load, select: s1, share: 50%, trigger: {at: 5m}}]}
      - {name: never, weight: 0,
         faults: [{name: n, kind: cpu_load, select: s1, share: 50%, trigger: {at: 5m}}]}
      - {name: right, weight: 3,
         faults: [{name: r, kind: cpu_load, select: s2, share: 50%, trigger: {at: 5m}}]}
  - one-of:
      - {name: loud, weight: 1,
         faults: [{name: b, kind: cpu_load, select: s2, share: 50%, trigger: {at: 5m}}]}
      - {name: quiet, weight: 1, faults: []}
)");

TEST(AlternativeDraw, IsKnownWithoutRunningAndIsWhatARunDraws) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const ScenarioLab lab(kTwoChoices, {.seed = seed, .until = std::chrono::minutes{1}});
    std::string drawn;
    for (const auto& fault : lab.log.faults) {
      drawn += (drawn.empty() ? "" : " + ") + fault.alternative;
    }
    EXPECT_EQ(drawn_alternative(lab.scenario, seed), drawn) << seed;
  }
}

TEST(AlternativeDraw, FollowsTheWeights) {
  const ScenarioLab lab(kTwoChoices, {.until = std::chrono::minutes{1}});
  std::map<std::string, int> counts;
  for (std::uint64_t seed = 0; seed < 8000; ++seed) {
    ++counts[drawn_alternative(lab.scenario, seed)];
  }
  // Within four standard deviations.
  EXPECT_EQ(counts.size(), 4U);
  EXPECT_NEAR(counts["left"], 1000, 119);
  EXPECT_NEAR(counts["left + loud"], 1000, 119);
  EXPECT_NEAR(counts["right"], 3000, 174);
  EXPECT_NEAR(counts["right + loud"], 3000, 174);
}

TEST(AlternativeDraw, ThereIsNoneWithoutOneOf) {
  EXPECT_EQ(drawn_alternative(Scenario{}, 7), "");
  EXPECT_TRUE(draw_alternatives(Scenario{}, Random(7)).empty());
}

}  // namespace
}  // namespace switchfault
