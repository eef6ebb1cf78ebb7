#include <gtest/gtest.h>

#include <switchfault/run.h>

#include "run/scenario_lab.h"

namespace switchfault {
namespace {

const std::string kPanic = two_switches(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
faults: [{name: panic, kind: kernel_panic, select: s2, trigger: {random: {mean: 20m}}}]
)");

RunOptions seeded(std::uint64_t seed) {
  RunOptions options;
  options.seed = seed;
  return options;
}

TEST(Run, SameSeedSameLog) {
  EXPECT_EQ(ScenarioLab(kPanic, seeded(3)).log.observations,
            ScenarioLab(kPanic, seeded(3)).log.observations);
  EXPECT_NE(ScenarioLab(kPanic, seeded(3)).log.fingerprint,
            ScenarioLab(kPanic, seeded(4)).log.fingerprint);
}

TEST(Run, StopsWhenProgressSaysSo) {
  RunOptions options;
  options.skip_quiet_time = false;
  options.progress = [](SimTime, SimTime) { return false; };
  const std::string probed = kPanic + "probes: [{from: desk, to: web, interval: 10ms}]\n";
  const ScenarioLab lab(probed, options);
  EXPECT_TRUE(lab.log.interrupted);
  EXPECT_LT(lab.log.end, kTimeZero + std::chrono::hours{1});
}

TEST(Run, AnUnknownStrategyIsTheUsersMistake) {
  RunOptions options;
  options.strategy = "heroics";
  EXPECT_THROW(ScenarioLab(kPanic, options), InputError);
}

TEST(Run, OrderOfNodesAndLinksChangesNothing) {
  std::string swapped = kPanic;
  const std::string a = "      - endpoints: [\"desk:eth0\", \"s1:eth1\"]\n";
  const std::string b = "      - endpoints: [\"ops:eth0\", \"s1:eth3\"]\n";
  swapped.replace(swapped.find(a + b), (a + b).size(), b + a);
  const std::string desk = "      desk: {kind: host, address: 10.0.10.20/24}\n";
  const std::string ops = "      ops: {kind: host, address: 10.0.10.30/24}\n";
  swapped.replace(swapped.find(desk + ops), (desk + ops).size(), ops + desk);
  EXPECT_EQ(ScenarioLab(kPanic).log.fingerprint, ScenarioLab(swapped).log.fingerprint);
}

TEST(Run, AFurtherProbeMovesNoDraw) {
  const auto panic_at = [](const std::string& yaml) {
    return ScenarioLab(yaml).report.faults.front().first_injected;
  };
  EXPECT_EQ(panic_at(kPanic), panic_at(kPanic + "probes: [{from: desk, to: web}]\n"));
}

}  // namespace
}  // namespace switchfault
