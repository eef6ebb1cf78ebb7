#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include <switchfault/load.h>
#include <switchfault/optimize.h>
#include <switchfault/run.h>

#include "io/scenario_text.h"
#include "run/scenario_lab.h"

namespace switchfault {
namespace {

// A strategy with every key that a step has.
const std::string kFull = two_switches(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
operations:
  people: {field: {count: 2, skills: [net, "on site"]}}
  access: {on-site: {kind: on_site, targets: all}}
  diagnosis: {duration: 5m}
  channels: {phone: independent}
  artefacts: {fix: {kind: patch, version: 7.9.5, available_after: {mean: 10m}}}
faults:
  - {name: hang, kind: host_hang, select: s2, trigger: {at: 10m}, data_plane: stops,
     until: {boots: [power_cycle]}}
strategies:
  full:
    summary: "power, then the rest: \"all\" of it"
    steps:
      - {name: power cycle, action: power_cycle,
         targets: {names: ["s*"], role: access, amount: 70%},
         order_by: ["role:access", name], parallel: 3, one_per: 1, one_per_label: site,
         duration: {median: 5m, sigma: 0.4}, success: 0.95, retries: 3, access: [on-site],
         needs: [{kind: diagnosis}, {kind: person, what: field, skill: "on site"},
                 {kind: approval, time: {low: 1m, mode: 2m, high: 4m}},
                 {kind: channel, what: phone}, {kind: artefact, what: fix}],
         verify: {kind: service, target: intranet, within: 20m}, on_failure: {go_to: last},
         when: detected, wait_before: 1m30s, in_background: true}
      - {name: features, action: disable_feature, feature: telemetry, save: false,
         targets: {version: ">=7.9 <7.12", os: campusos}, duration: {scale: 2m, shape: 2}}
      - {name: last, action: reload_cold, targets: all, only: silent, on_failure: stop}
      - {name: watch, action: reload_cold, targets: all, only: silent, standing: true}
)");

class StrategyYaml : public ::testing::Test {
 protected:
  StrategyYaml() {
    std::string name = (std::filesystem::temp_directory_path() / "strategy-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~StrategyYaml() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string write(const std::string& text) const {
    const std::string path = folder_ + "/more.yaml";
    std::ofstream(path) << text;
    return path;
  }
  // The scenario in a file, with strategies from another one.
  [[nodiscard]] Scenario load_with(const std::string& strategies) const {
    const std::string path = folder_ + "/test.yaml";
    std::ofstream(path) << kFull;
    return load_scenario(path, builtin_catalog(), {.strategy_files = {write(strategies)}});
  }

  std::string folder_;
};

StrategyConfig full(const std::string& name) {
  StrategyConfig strategy =
      load_scenario_text("test.yaml", kFull, builtin_catalog(), {}).strategies.front();
  strategy.name = name;
  return strategy;
}

TEST_F(StrategyYaml, WhatIsWrittenLoadsAgainAsTheSame) {
  const std::string text = strategy_yaml(full("again"), {"a comment", "of\ntwo lines"});
  EXPECT_TRUE(text.starts_with("# a comment\n# of two lines\nstrategies:\n  again:\n")) << text;
  const Scenario scenario = load_with(text);
  ASSERT_EQ(scenario.strategies.size(), 2U);
  EXPECT_EQ(strategy_yaml(scenario.strategies[1], {}), strategy_yaml(full("again"), {}));
  EXPECT_EQ(scenario.strategies[1].summary, "power, then the rest: \"all\" of it");
  EXPECT_EQ(scenario.strategies[1].steps[0].targets.share, 0.7);
}

TEST_F(StrategyYaml, ItRunsToTheSameFigures) {
  const Scenario scenario = load_with(strategy_yaml(full("again"), {}));
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const RunLog one = run(scenario, {.strategy = "full", .seed = seed});
    const RunLog other = run(scenario, {.strategy = "again", .seed = seed});
    EXPECT_EQ(one.observations.size(), other.observations.size());
    EXPECT_EQ(make_report(scenario, one).user_minutes_lost,
              make_report(scenario, other).user_minutes_lost);
    EXPECT_GT(make_report(scenario, one).user_minutes_lost, 0);
  }
}

TEST_F(StrategyYaml, NamesAndKeysOfTheFileAreChecked) {
  const auto error = [&](const std::string& text) -> std::string {
    try {
      static_cast<void>(load_with(text));
    } catch (const InputError& refused) {
      return refused.what();
    }
    return "";
  };
  EXPECT_NE(error(strategy_yaml(full("full"), {}))
                .find("more.yaml:2:3: error: there are two "
                      "strategies 'full'"),
            std::string::npos);
  EXPECT_NE(error("strategies: {x: {steps: []}}\nclock: {}\n").find("unknown key 'clock'"),
            std::string::npos);
  EXPECT_NE(error("x: 1\n").find("missing key 'strategies'"), std::string::npos);
}

}  // namespace
}  // namespace switchfault
