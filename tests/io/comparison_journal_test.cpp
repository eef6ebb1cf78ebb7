#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <switchfault/study.h>

#include "study/study_lab.h"

namespace switchfault {
namespace {

nlohmann::json journal(const std::vector<std::string>& strategies, std::uint64_t replications) {
  return nlohmann::json::parse(journal_json(StudyLab().compare(strategies, replications)));
}

TEST(ComparisonJournalTest, HasWhatTheContractNames) {
  const auto document = journal({"quick", "slow"}, 8);
  EXPECT_EQ(document["format"], "switchfault-journal");
  EXPECT_EQ(document["schema_version"], 1);
  EXPECT_EQ(document["verdict"], "decided");
  EXPECT_EQ(document["replications"], 8);
  EXPECT_EQ(document["first_seeds"][0], replication_seed(1, 0));
  EXPECT_EQ(document["best"], nlohmann::json({"quick"}));
  const auto& strategy = document["strategies"][0];
  EXPECT_EQ(strategy["name"], "quick");
  const auto& metric = strategy["metrics"]["user_minutes_lost"];
  EXPECT_NEAR(metric["mean"].get<double>() - metric["half_width"].get<double>(),
              metric["low"].get<double>(), 1e-5);
  EXPECT_EQ(metric["quantiles"][2]["share"], 0.5);
  EXPECT_EQ(strategy["services"][0]["service"], "intranet");
  EXPECT_TRUE(strategy["services"][0]["metrics"].contains("outage_s"));
  const auto& pair = document["pairs"][0];
  EXPECT_EQ(pair["a"], "quick");
  EXPECT_EQ(pair["metric"], "user_minutes_lost");
  EXPECT_NEAR(pair["difference"].get<double>(), -3000, 0.01);
  EXPECT_EQ(pair["verdict"], "better");
}

TEST(ComparisonJournalTest, TheDistributionRisesToOne) {
  const auto document = journal({"quick", "slow"}, 8);
  const auto& steps = document["strategies"][1]["metrics"]["recovery_s"]["ecdf"];
  ASSERT_EQ(steps.size(), 8U);
  EXPECT_EQ(steps[0][1], 0.125);
  EXPECT_EQ(steps[7][1], 1.0);
  EXPECT_LT(steps[0][0], steps[7][0]);
}

TEST(ComparisonJournalTest, ServicesHaveTheirDistributionsToo) {
  const auto document = journal({"quick", "slow"}, 8);
  const auto& row = document["strategies"][0]["services"][0]["metrics"]["outage_s"];
  EXPECT_EQ(row["ecdf"].size(), 8U);
  EXPECT_EQ(document["by_priority"]["ranks"]["quick"], 1);
  EXPECT_EQ(document["by_priority"]["ranks"]["slow"], 2);
  EXPECT_EQ(document["by_priority"]["pairs"][0]["verdict"], "better");
}

TEST(ComparisonJournalTest, SaysWhichReplicationsWereAllotted) {
  EXPECT_TRUE(journal({"quick", "slow"}, 2)["allocation"].is_null());
  StudyReport report = StudyLab().compare({"quick", "slow"}, 2);
  report.allocation = {
      .rows =
          {{.name = "fleet", .share = 0.25, .replications = 4, .passed_over = 31, .events = 5e8}},
      .passed_over = 31,
      .replications = {0, 3, 7, 8}};
  const auto allocation = nlohmann::json::parse(journal_json(report))["allocation"];
  EXPECT_EQ(allocation["passed_over"], 31);
  EXPECT_EQ(allocation["replications"], nlohmann::json({0, 3, 7, 8}));
  EXPECT_EQ(allocation["alternatives"][0]["name"], "fleet");
  EXPECT_EQ(allocation["alternatives"][0]["share"], 0.25);
  EXPECT_EQ(allocation["alternatives"][0]["events"], 5e8);
}

TEST(ComparisonJournalTest, WhatASampleDoesNotBoundIsNull) {
  const auto document = journal({"quick", "slow"}, 2);
  const auto& quantile = document["strategies"][0]["metrics"]["user_minutes_lost"]["quantiles"][5];
  EXPECT_EQ(quantile["share"], 0.95);
  EXPECT_TRUE(quantile["high"].is_null());
}

}  // namespace
}  // namespace switchfault
