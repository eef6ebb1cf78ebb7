#include "run/fault_director.h"

#include <chrono>
#include <cmath>

#include <gtest/gtest.h>

#include "run/scenario_lab.h"

namespace switchfault {
namespace {

using Kind = ObservationKind;

Lines struck(std::string_view faults) {
  const ScenarioLab lab(two_switches(std::string(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
faults:
)") + std::string(faults)));
  return lab.lines({Kind::fault_injected, Kind::fault_cleared});
}

TEST(FaultDirector, TriggersByInstantDateAndUptime) {
  EXPECT_EQ(struck("  - {name: f, kind: cpu_load, select: s1, share: 50%, trigger: {at: 5m}}\n"),
            Lines{"5m f fault strikes s1"});
  EXPECT_EQ(struck("  - {name: f, kind: cpu_load, select: s1, share: 50%,\n"
                   "     trigger: {date: \"2026-03-02T08:20:00Z\"}}\n"),
            Lines{"20m f fault strikes s1"});
  EXPECT_EQ(
      struck("  - {name: f, kind: cpu_load, select: s1, share: 50%, trigger: {uptime: 10m}}\n"),
      Lines{"10m f fault strikes s1"});
}

// Without power there is no uptime, and whoever comes back begins anew: off from 5m to 15m, booting
// until 20m.
TEST(FaultDirector, UptimeStandsStillWithoutPower) {
  EXPECT_EQ(struck(R"(  - {name: off, kind: power_loss, select: s1, trigger: {at: 5m},
     until: {boots: none, after: 10m}}
  - {name: f, kind: cpu_load, select: s1, share: 50%, trigger: {uptime: 12m}}
)"),
            (Lines{"5m off fault strikes s1", "15m off fault cleared on s1 by time",
                   "32m f fault strikes s1"}));
}

TEST(FaultDirector, EachBootDrawsItsOwnTimeToFail) {
  const Lines lines = struck(
      "  - {name: f, kind: kernel_panic, select: s1, trigger: {uptime: {mean: 5m}},\n"
      "     until: {boots: any}}\n");
  EXPECT_GT(lines.size(), 4U);
}

TEST(FaultDirector, TriggersByAnEventOfSomebodyElse) {
  const Lines lines = struck(R"(  - {name: a, kind: kernel_panic, select: s2, trigger: {at: 5m}}
  - name: b
    kind: cpu_load
    select: s1
    share: 50%
    trigger: {event: {kind: host_state, of: s2}, after: 1m}
)");
  ASSERT_GE(lines.size(), 2U);
  EXPECT_EQ(lines[0], "5m a fault strikes s2");
  EXPECT_EQ(lines[1], "6m b fault strikes s1");
}

// The second stage waits from when the first strikes; a boot that clears the first cancels it.
TEST(FaultDirector, ALaterStageFollowsTheFirst) {
  EXPECT_EQ(
      struck(R"(  - {name: aging, kind: cpu_load, select: s1, share: 5%, trigger: {at: 5m},
     until: {boots: none, after: 20m}}
  - {name: crash, kind: cpu_load, select: s1, share: 90%, trigger: {follows: aging, after: 3m},
     until: {boots: none, after: 4m}}
)"),
      (Lines{"5m aging fault strikes s1", "8m crash fault strikes s1",
             "12m crash fault cleared on s1 by time", "25m aging fault cleared on s1 by time"}));
  EXPECT_EQ(struck(R"(  - {name: aging, kind: cpu_load, select: s1, share: 5%, trigger: {at: 5m},
     until: {boots: any}}
  - {name: crash, kind: cpu_load, select: s1, share: 90%, trigger: {follows: aging, after: 9m}}
  - {name: panic, kind: kernel_panic, select: s1, trigger: {at: 10m}, until: {boots: any}}
)"),
            (Lines{"5m aging fault strikes s1", "10m panic fault strikes s1",
                   "14m1ns aging fault cleared on s1 by boot",
                   "14m1ns panic fault cleared on s1 by boot"}));
}

TEST(FaultDirector, AnEventIsFollowedWithAProbability) {
  const auto strikes = [](const std::string& probability) {
    const Lines lines = struck(
        "  - {name: a, kind: cpu_load, select: s2, share: 5%, until: {boots: none, after: 1s},\n"
        "     trigger: {random: {mean: 30s}}}\n"
        "  - {name: b, kind: cpu_load, select: s1, share: 5%, until: {boots: none, after: 1s},\n"
        "     trigger: {event: {kind: fault_injected, of: s2}, repeats: true, probability: " +
        probability + "}}\n");
    return std::count_if(lines.begin(), lines.end(), [](const std::string& line) {
      return line.ends_with(" b fault strikes s1");
    });
  };
  EXPECT_EQ(strikes("0%"), 0);
  EXPECT_GT(strikes("50%"), 30);
  EXPECT_LT(strikes("50%"), 80);
  EXPECT_GT(strikes("100%"), 90);
}

TEST(FaultDirector, EndsByTimeAndByBoot) {
  EXPECT_EQ(struck("  - {name: f, kind: cpu_load, select: s1, share: 50%, trigger: {at: 5m},\n"
                   "     until: {boots: none, after: 7m}}\n"),
            (Lines{"5m f fault strikes s1", "12m f fault cleared on s1 by time"}));
}

TEST(FaultDirector, EndsAfterATimeDrawnAnewEachTime) {
  const Lines lines = struck(
      "  - {name: f, kind: cpu_load, select: s1, share: 50%, trigger: {random: {mean: 2m}},\n"
      "     until: {boots: none, after: {mean: 3m}}}\n");
  EXPECT_GT(lines.size(), 4U);  // Strikes, ends and strikes again within the hour.
}

// With exp(-t / mean) all along, a fault that passes 9 times as fast strikes at a ninth of its
// time.
TEST(FaultDirector, HastenedFaultsStrikeSoonerAndTheRunCarriesAWeight) {
  const auto once = [](const std::string& hasten) {
    return ScenarioLab(two_switches(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
faults:
  - {name: f, kind: cpu_load, select: s1, share: 50%, until: none,
     trigger: {random: {mean: 20m})" +
                                    hasten + "}}\n"));
  };
  const auto strikes_at = [](const ScenarioLab& lab) {
    return std::chrono::duration<double>(lab.report.faults[0].first_injected.value() - kTimeZero)
        .count();
  };
  const ScenarioLab plain = once("");
  const ScenarioLab hastened = once(", hasten: {always: 9}");
  EXPECT_EQ(plain.log.log_weight, 0);
  EXPECT_NEAR(strikes_at(hastened), strikes_at(plain) / 9, 1e-5);
  EXPECT_NEAR(hastened.log.log_weight, 8 * strikes_at(hastened) / 1200 - std::log(9), 1e-6);
}

// The second switch is hastened from when the first is struck until that is cleared.
TEST(FaultDirector, TogetherHastensWhileAnotherIsStruck) {
  const auto both = [](const std::string& hasten) {
    return struck(
        "  - {name: f, kind: cpu_load, select: \"s*\", share: 50%, until: none,\n"
        "     trigger: {random: {mean: 20m}" +
        hasten + "}}\n");
  };
  const Lines plain = both("");
  const Lines together = both(", hasten: {together: 1000}");
  ASSERT_EQ(together.size(), 2U);
  EXPECT_EQ(together[0], plain.at(0));
  EXPECT_NE(together[1], plain.at(1));
}

TEST(FaultDirector, ABootBeforeAFaultStrikesIsNoneOfItsBusiness) {
  const Lines lines = struck(
      "  - {name: panic, kind: kernel_panic, select: s2, trigger: {at: 5m}}\n"
      "  - {name: lost, kind: configuration_lost, select: s2, trigger: {at: 20m}}\n");
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines.front(), "5m panic fault strikes s2");
  EXPECT_EQ(lines.back(), "20m lost fault strikes s2");
}

TEST(FaultDirector, OneOfSeveralAlternativesHolds) {
  const std::string yaml = two_switches(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
faults:
  - one-of:
      - {name: left, weight: 1,
         faults: [{name: l, kind: cpu_load, select: s1, share: 50%, trigger: {at: 5m}}]}
      - {name: right, weight: 1,
         faults: [{name: r, kind: cpu_load, select: s2, share: 50%, trigger: {at: 5m}}]}
)");
  int left = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    RunOptions options;
    options.seed = seed;
    options.until = std::chrono::minutes{6};
    const ScenarioLab lab(yaml, options);
    ASSERT_EQ(lab.log.faults.size(), 1U);
    left += lab.log.faults.front().alternative == "left" ? 1 : 0;
  }
  EXPECT_NEAR(left, 100, 28);  // Four standard deviations of a fair coin.
}

TEST(FaultDirector, AShareIsDrawnOnceAndPrinted) {
  const ScenarioLab lab(two_switches(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
faults:
  - {name: f, kind: cpu_load, select: {os: campusos, amount: one}, share: 50%, trigger: {at: 5m}}
)"));
  EXPECT_EQ(lab.log.faults.front().nodes.size(), 1U);
}

}  // namespace
}  // namespace switchfault
