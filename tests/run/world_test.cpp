#include "run/world.h"

#include <chrono>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "run/scenario_lab.h"

namespace switchfault {
namespace {

using std::chrono::minutes;

Scenario shipped(std::string_view name) {
  return load_scenario(
      std::string(SWITCHFAULT_SOURCE_DIR) + "/scenarios/" + std::string(name) + ".yaml",
      builtin_catalog());
}

std::vector<std::string> strategies_of(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const StrategyConfig& strategy : scenario.strategies) {
    names.push_back(strategy.name);
  }
  if (names.empty()) {
    names.emplace_back();
  }
  return names;
}

std::string journal_of(const Scenario& scenario, RunOptions options, bool skip) {
  options.skip_quiet_time = skip;
  return journal_json(make_report(scenario, run(scenario, options)));
}

// Every expectation that did not hold and every fault without effect, for a test's message.
std::string complaints(const Report& report) {
  std::string text = report.strategy + ":";
  for (const ExpectationReport& expectation : report.expectations) {
    text += expectation.judged && !expectation.held
                ? " " + expectation.name + " (" + expectation.observed + ")"
                : "";
  }
  for (const FaultReport& fault : report.faults) {
    text += fault.exercised || fault.not_sprung ? "" : " " + fault.name + " not exercised";
  }
  return text;
}

// Every shipped scenario of moderate size, with each of its strategies: expectations hold, twice
// the same, and the same without skipping.
class ShippedScenario : public ::testing::TestWithParam<const char*> {};

TEST_P(ShippedScenario, HoldsItsExpectationsWithAndWithoutSkipping) {
  const Scenario scenario = shipped(GetParam());
  for (const std::string& strategy : strategies_of(scenario)) {
    RunOptions options;
    options.strategy = strategy;
    const Report report = make_report(scenario, run(scenario, options));
    EXPECT_EQ(report.verdict, "pass") << complaints(report);
    EXPECT_EQ(journal_json(report), journal_of(scenario, options, false)) << strategy;
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, ShippedScenario,
                         ::testing::Values("first-steps", "memory-leak", "uptime-bomb-pair",
                                           "dns-reboot-loop-2026"));

// Without skipping its two days are half a minute.
TEST(ShippedBackbone, HoldsItsExpectations) {
  const Scenario scenario = shipped("aarnet-uptime");
  ASSERT_EQ(scenario.strategies.size(), 2U);
  for (const StrategyConfig& strategy : scenario.strategies) {
    RunOptions options;
    options.strategy = strategy.name;
    EXPECT_EQ(make_report(scenario, run(scenario, options)).verdict, "pass") << strategy.name;
  }
}

TEST(ReadMe, ShowsTheFirstResultAsItIs) {
  std::ifstream file(std::string(SWITCHFAULT_SOURCE_DIR) + "/README.md");
  std::stringstream text;
  text << file.rdbuf();
  const Scenario scenario = shipped("first-steps");
  const RunLog log = run(scenario, {});
  const std::string result = format_summary(scenario, log, make_report(scenario, log), {});
  EXPECT_NE(text.str().find("run scenarios/first-steps.yaml\n" + result), std::string::npos)
      << result;
}

// The first ten minutes after the onset in Essen: the window that a sanitizer can afford.
TEST(Essen, IsTheSameWithoutSkippingAroundTheOnset) {
  const Scenario scenario = shipped("essen-2026");
  RunOptions options;
  options.until = minutes{52};
  EXPECT_EQ(journal_of(scenario, options, true), journal_of(scenario, options, false));
}

// Who gets through is drawn each time.
TEST(World, ATightSessionTableIsTheSameWithoutSkipping) {
  const Scenario scenario = load_scenario_text("t.yaml", R"(
title: tight
topology:
  topology:
    nodes:
      fw: {kind: firewall, stateful: {session_capacity: 100},
           filters: [{action: permit, from: 10.0.1.0/24}],
           interfaces: {eth1: {address: 10.0.1.254/24}, eth2: {address: 10.0.2.254/24}}}
      desk: {kind: host, address: 10.0.1.1/24, gateway: 10.0.1.254}
      web: {kind: host, address: 10.0.2.1/24, gateway: 10.0.2.254}
    links:
      - endpoints: ["fw:eth1", "desk:eth0"]
      - endpoints: ["fw:eth2", "web:eth0"]
  probes: [{from: desk, to: web, interval: 1s}]
services: {intranet: {endpoints: [web], depends: none, sessions_per_user: 2}}
users: {office: {places: [desk], count: 100}}
clock: {duration: 10m}
)",
                                               builtin_catalog());
  const std::string journal = journal_of(scenario, {}, true);
  EXPECT_EQ(journal, journal_of(scenario, {}, false));
  EXPECT_NE(journal.find("\"lost\": 304"), std::string::npos);  // Of 601: about half.
}

TEST(EssenLongTest, EveryStrategyRunsToItsEndAndHolds) {
  const Scenario scenario = shipped("essen-2026");
  for (const std::string& strategy : strategies_of(scenario)) {
    RunOptions options;
    options.strategy = strategy;
    const Report report = make_report(scenario, run(scenario, options));
    EXPECT_EQ(report.verdict, "pass") << complaints(report);
    EXPECT_TRUE(report.service_reachable.has_value()) << strategy;
  }
}

TEST(EssenLongTest, IsTheSameWithoutSkippingForAllOfIt) {
  const Scenario scenario = shipped("essen-2026");
  EXPECT_EQ(journal_of(scenario, {}, true), journal_of(scenario, {}, false));
}

// Seeds of one scenario and strategy, shared out to two threads; the sum does not depend on them.
struct Seeds {
  int held = 0;
  std::string complaints;
};

Seeds hold(const Scenario& scenario, std::uint64_t from, std::uint64_t to) {
  Seeds seeds;
  for (std::uint64_t seed = from; seed < to; ++seed) {
    RunOptions options;
    options.seed = seed;
    const Report report = make_report(scenario, run(scenario, options));
    if (report.verdict == "pass") {
      ++seeds.held;
    } else {
      seeds.complaints += "seed " + std::to_string(seed) + ", " + complaints(report) + "\n";
    }
  }
  return seeds;
}

// What is not optimised takes ten times as long and has fewer of them.
#ifdef __OPTIMIZE__
constexpr std::uint64_t kSeeds = 200;
#else
constexpr std::uint64_t kSeeds = 20;
#endif

TEST(EssenLongTest, HoldsItsBandsInNineteenOfTwentySeeds) {
  const Scenario scenario = shipped("essen-2026");
  Seeds first;
  std::thread other([&] { first = hold(scenario, 1, 1 + kSeeds / 2); });
  const Seeds second = hold(scenario, 1 + kSeeds / 2, 1 + kSeeds);
  other.join();
  EXPECT_GE(first.held + second.held, static_cast<int>(kSeeds * 19 / 20))
      << first.complaints << second.complaints;
}

// The alternative that a seed draws, as the faults that are there say.
std::string alternative_of(const Report& report) {
  for (const FaultReport& fault : report.faults) {
    if (!fault.alternative.empty()) {
      return fault.alternative;
    }
  }
  return "";
}

// The first seed that draws the alternative.
std::uint64_t seed_of(const Scenario& scenario, const std::string& alternative) {
  for (std::uint64_t seed = 1; seed < 100; ++seed) {
    RunOptions options;
    options.seed = seed;
    options.until = minutes{1};
    if (alternative_of(make_report(scenario, run(scenario, options))) == alternative) {
      return seed;
    }
  }
  return 0;
}

TEST(EssenAlternativesLongTest, EachOfThemRunsAndHolds) {
  const Scenario scenario = shipped("essen-2026-alternatives");
  ASSERT_EQ(scenario.one_of.size(), 1U);
  for (const auto& alternative : scenario.one_of.front().alternatives) {
    RunOptions options;
    options.seed = seed_of(scenario, alternative.name);
    ASSERT_NE(*options.seed, 0U) << alternative.name;
    const Report report = make_report(scenario, run(scenario, options));
    EXPECT_EQ(alternative_of(report), alternative.name);
    EXPECT_EQ(report.verdict, "pass") << alternative.name << ", " << complaints(report);
  }
}

TEST(World, SeveralInOneProcessDoNotMeet) {
  const Scenario scenario = shipped("first-steps");
  World a(scenario, {});
  World b(scenario, {});
  a.run_until(kTimeZero + minutes{11});
  b.run_until(kTimeZero + minutes{30});
  a.run_until(kTimeZero + minutes{30});
  EXPECT_EQ(a.take_log().fingerprint, b.take_log().fingerprint);
}

}  // namespace
}  // namespace switchfault
