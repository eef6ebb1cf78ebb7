#include <gtest/gtest.h>

#include <switchfault/report.h>

#include "run/scenario_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

std::string panic_with(std::string_view more) {
  return two_switches(std::string(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
faults: [{name: panic, kind: kernel_panic, select: s2, trigger: {at: 10m}}]
)") + std::string(more));
}

TEST(Report, SumsCloseAndMinutesAreUsersTimesTime) {
  const ScenarioLab lab(panic_with(""));
  const ServiceReport& row = lab.report.services.front();
  EXPECT_EQ(row.up + row.degraded + row.down, 1h);
  EXPECT_EQ(row.down, 4min);
  EXPECT_EQ(row.outage, row.longest_outage);
  EXPECT_DOUBLE_EQ(row.availability, 1 - 4.0 / 60);
  EXPECT_DOUBLE_EQ(row.user_minutes_lost, 400);
  EXPECT_EQ(row.outages.front().missing, "neighbor_unresolved at s1:eth2");
}

TEST(Report, TheThreeClocksFollowEachOther) {
  const ScenarioLab lab(panic_with(""));
  ASSERT_TRUE(lab.report.fault_repaired && lab.report.network_reachable &&
              lab.report.service_reachable);
  EXPECT_LE(*lab.report.network_reachable, *lab.report.service_reachable);
}

TEST(Report, AnOutageOpenAtTheEndIsCensored) {
  RunOptions options;
  options.until = 12min;
  const ScenarioLab lab(panic_with(""), options);
  ASSERT_EQ(lab.report.services.front().outages.size(), 1U);
  EXPECT_FALSE(lab.report.services.front().outages.front().end.has_value());
  EXPECT_FALSE(lab.report.service_reachable.has_value());
}

TEST(Report, AFaultThatChangedNothingDoesNotPass) {
  const ScenarioLab lab(two_switches(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
faults: [{name: late, kind: kernel_panic, select: s2, trigger: {at: 2h}}]
)"));
  EXPECT_TRUE(lab.report.not_exercised);
  EXPECT_EQ(lab.report.verdict, "fail");
}

// A switch whose configuration nobody saved: `steps` may reload it.
std::string unsaved(std::string_view steps, std::string_view more = "") {
  return two_switches(std::string(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
faults:
  - {name: hang, kind: management_loss, select: s1, trigger: {at: 10m}, until: none}
  - name: unsaved
    kind: configuration_lost
    outcome: boot_fails
    select: s2
    trigger: {at: 0s}
    latent: true
strategies: {night: {steps: [)") +
                      std::string(steps) + "]}}\n" + std::string(more));
}
constexpr std::string_view kReload =
    "{name: reload, action: reload_cold, targets: s2, when: start, wait_before: 20m, success: 1}";

TEST(Report, ALatentFaultMayBeAvoided) {
  const ScenarioLab lab(unsaved("{name: tell, action: notify_users, when: start, success: 1}"));
  EXPECT_EQ(lab.report.verdict, "pass");
  const FaultReport& latent = lab.report.faults.back();
  EXPECT_TRUE(latent.not_sprung);
  EXPECT_FALSE(latent.exercised);
  EXPECT_TRUE(latent.affected.empty());
}

TEST(Report, ALatentFaultSpringsByAnAction) {
  const ScenarioLab lab(unsaved(kReload));
  const FaultReport& latent = lab.report.faults.back();
  EXPECT_FALSE(latent.not_sprung);
  EXPECT_EQ(latent.affected, std::vector<std::string>{"s2"});
  ASSERT_TRUE(latent.first_effect.has_value());
  EXPECT_EQ(std::chrono::round<std::chrono::seconds>(*latent.first_effect), kTimeZero + 24min);
  EXPECT_FALSE(lab.report.fault_repaired.has_value());
  ASSERT_EQ(lab.report.services.front().outages.size(), 1U);
  EXPECT_EQ(lab.report.services.front().outages.front().fault, "unsaved");
}

TEST(Report, ALatentFaultThatCannotComeIsNotExercised) {
  const ScenarioLab lab(two_switches(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
faults: [{name: late, kind: boot_failure, select: s2, trigger: {at: 2h}, latent: true}]
)"));
  EXPECT_TRUE(lab.report.not_exercised);
}

TEST(Report, AnOutageIsBlamedOnTheBootThatKeepsItGoing) {
  const ScenarioLab lab(two_switches(std::string(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
faults: [{name: worn-flash, kind: boot_failure, select: s2, trigger: {at: 5m}, latent: true}]
strategies: {night: {steps: [)") + std::string(kReload) +
                                     "]}}\n"));
  ASSERT_EQ(lab.report.services.front().outages.size(), 1U);
  EXPECT_EQ(lab.report.services.front().outages.front().fault, "worn-flash");
}

TEST(Report, ProbesCountFromTheFirstLostToTheNextGood) {
  const ScenarioLab lab(panic_with("probes: [{from: desk, to: web, interval: 1s}]\n"));
  ASSERT_EQ(lab.report.probes.size(), 1U);
  EXPECT_EQ(lab.report.probes.front().sent, 3601U);
  ASSERT_EQ(lab.report.probes.front().outages.size(), 1U);
  EXPECT_NEAR(static_cast<double>(lab.report.probes.front().lost), 240, 1);
}

TEST(Report, ExpectationsSayWhatWasSeenInstead) {
  const ScenarioLab lab(panic_with(R"(
expect:
  - {name: never down, services: [intranet], state: up, window: always}
  - {name: back in five, metric: recovered_s, services: [intranet], maximum: 15m}
)"));
  ASSERT_EQ(lab.report.expectations.size(), 2U);
  EXPECT_FALSE(lab.report.expectations[0].held);
  EXPECT_EQ(lab.report.expectations[0].observed,
            "0 of 1 up throughout 0s to 1h; intranet down at 10m");
  EXPECT_TRUE(lab.report.expectations[1].held);
  EXPECT_EQ(lab.report.verdict, "fail");
}

}  // namespace
}  // namespace switchfault
