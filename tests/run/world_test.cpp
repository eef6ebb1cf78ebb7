#include "run/world.h"

#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "run/scenario_lab.h"

namespace switchfault {
namespace {

std::string shipped(std::string_view name) {
  return std::string(SWITCHFAULT_SOURCE_DIR) + "/scenarios/" + std::string(name) + ".yaml";
}

// Every shipped scenario of moderate size, with each of its strategies: expectations hold, twice
// the same, and the same without skipping.
class ShippedScenario : public ::testing::TestWithParam<const char*> {};

TEST_P(ShippedScenario, HoldsItsExpectationsWithAndWithoutSkipping) {
  const Scenario scenario = load_scenario(shipped(GetParam()), builtin_catalog());
  std::vector<std::string> strategies;
  for (const StrategyConfig& strategy : scenario.strategies) {
    strategies.push_back(strategy.name);
  }
  if (strategies.empty()) {
    strategies.emplace_back();
  }
  for (const std::string& strategy : strategies) {
    RunOptions options;
    options.strategy = strategy;
    const Report report = make_report(scenario, run(scenario, options));
    EXPECT_EQ(report.verdict, "pass") << strategy;
    options.skip_quiet_time = false;
    EXPECT_EQ(journal_json(report), journal_json(make_report(scenario, run(scenario, options))))
        << strategy;
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, ShippedScenario,
                         ::testing::Values("first-steps", "memory-leak", "uptime-bomb-pair"));

// Without skipping its two days are half a minute.
TEST(ShippedBackbone, HoldsItsExpectations) {
  const Scenario scenario = load_scenario(shipped("aarnet-uptime"), builtin_catalog());
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
  const Scenario scenario = load_scenario(shipped("first-steps"), builtin_catalog());
  const RunLog log = run(scenario, {});
  const std::string result = format_summary(scenario, log, make_report(scenario, log), {});
  EXPECT_NE(text.str().find("run scenarios/first-steps.yaml\n" + result), std::string::npos)
      << result;
}

TEST(World, SeveralInOneProcessDoNotMeet) {
  const Scenario scenario = load_scenario(shipped("first-steps"), builtin_catalog());
  World a(scenario, {});
  World b(scenario, {});
  a.run_until(kTimeZero + std::chrono::minutes{11});
  b.run_until(kTimeZero + std::chrono::minutes{30});
  a.run_until(kTimeZero + std::chrono::minutes{30});
  EXPECT_EQ(a.take_log().fingerprint, b.take_log().fingerprint);
}

}  // namespace
}  // namespace switchfault
