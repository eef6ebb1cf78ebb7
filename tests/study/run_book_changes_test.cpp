#include "study/run_book_changes.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "study/study_lab.h"

namespace switchfault {
namespace {

std::vector<std::string> changes(const std::string& steps) {
  const StudyLab lab(two_switches(R"(
operations:
  people:
    office: {count: 2, skills: [network]}
    field: {count: 1, skills: [network]}
    guards: {count: 3}
strategies:
  s: {steps: [)" + steps + "]}\n"));
  std::vector<std::string> texts;
  for (const RunBookChange& change : run_book_changes(lab.scenario, lab.scenario.strategies[0])) {
    texts.push_back(change.what);
  }
  EXPECT_EQ(std::set<std::string>(texts.begin(), texts.end()).size(), texts.size());
  return texts;
}

using Texts = std::vector<std::string>;

TEST(RunBookChanges, ASingleStepOnOneTargetHasNone) {
  EXPECT_EQ(changes("{name: x, action: reload_cold, targets: s1}"), Texts{});
}

TEST(RunBookChanges, StepsChangePlacesAndRunSideBySide) {
  EXPECT_EQ(changes("{name: x, action: reload_cold, targets: s1},"
                    "{name: y, action: reload_cold, targets: s2}"),
            (Texts{"x beside what follows", "y before x"}));
}

TEST(RunBookChanges, WideStepsChangeWidthOrderAndWaves) {
  EXPECT_EQ(changes("{name: x, action: reload_cold, targets: {role: access}}"),
            (Texts{"x: 2 at once", "x: site:north first", "x: site:south first"}));
  EXPECT_EQ(changes("{name: x, action: reload_cold, targets: {role: access}, parallel: 2,"
                    " order_by: [\"site:north\"]}"),
            (Texts{"x: 1 at once", "x: site:south first", "x: one of a site at once"}));
}

TEST(RunBookChanges, NamedTargetsMayBecomeStepsOfTheirOwn) {
  const Texts texts = changes("{name: x, action: reload_cold, targets: [s1, s2]}");
  EXPECT_EQ(std::count(texts.begin(), texts.end(), "x in one step a target"), 1);
}

TEST(RunBookChanges, WhatWaitedForTheDiagnosisGoesOnWaitingForIt) {
  const StudyLab lab(two_switches(R"(
operations: {diagnosis: {duration: 5m}}
strategies:
  s:
    steps:
      - {name: before, action: reload_cold, targets: s1}
      - {name: asks, action: reload_cold, targets: s1, needs: [{kind: diagnosis}]}
      - {name: after, action: reload_cold, targets: s2}
  b:
    steps:
      - {name: asks, action: reload_cold, targets: s1, needs: [{kind: diagnosis}],
         in_background: true}
      - {name: after, action: reload_cold, targets: s2}
)"));
  const StrategyConfig stated = with_stated_diagnosis(lab.scenario.strategies[0]);
  EXPECT_TRUE(stated.steps[0].needs.empty());
  EXPECT_EQ(stated.steps[1].needs.size(), 1U);
  ASSERT_EQ(stated.steps[2].needs.size(), 1U);
  EXPECT_EQ(stated.steps[2].needs[0].kind, "diagnosis");
  // Nobody waits for a step in the background.
  EXPECT_TRUE(with_stated_diagnosis(lab.scenario.strategies[1]).steps[1].needs.empty());
}

TEST(RunBookChanges, OnlyThoseWithTheSkillTakeOver) {
  EXPECT_EQ(changes("{name: x, action: reload_cold, targets: s1,"
                    " needs: [{kind: person, what: office, skill: network}]}"),
            (Texts{"x by field"}));
}

}  // namespace
}  // namespace switchfault
