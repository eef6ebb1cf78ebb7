#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <switchfault/optimize.h>

#include "study/study_lab.h"

namespace switchfault {
namespace {

TEST(OptimizationJournal, HasTheSearchAndTheComparison) {
  const StudyLab lab;
  OptimizationReport report;
  report.start = "slow";
  report.runs = 480;
  report.changes = {{.what = "b before a", .gain = 3100, .run = 240}};
  report.found = lab.scenario.strategies.front();
  report.comparison = lab.compare({"slow", "quick"}, 6);
  const auto document = nlohmann::json::parse(journal_json(report));
  EXPECT_EQ(document["search"]["changes"][0]["what"], "b before a");
  EXPECT_EQ(document["search"]["found"], "quick");
  EXPECT_TRUE(document["search"]["yaml"].get<std::string>().starts_with("strategies:\n  quick:"));
  EXPECT_EQ(document["comparison"]["replications"], 6);
}

TEST(OptimizationJournal, WhatIsNotThereIsNull) {
  const auto document = nlohmann::json::parse(journal_json(OptimizationReport{}));
  EXPECT_TRUE(document["search"]["found"].is_null());
  EXPECT_TRUE(document["comparison"].is_null());
}

}  // namespace
}  // namespace switchfault
