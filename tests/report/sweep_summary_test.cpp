#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <switchfault/report.h>
#include <switchfault/sweep.h>

#include "study/study_lab.h"

namespace switchfault {
namespace {

SweepReport by_people() {
  return sweep(plan_sweep({"users.office.count=100,400"}),
               {.strategies = {"quick", "slow"}, .replications = 8},
               [](const std::vector<std::string>& all) {
                 std::vector<std::string> set = all;
                 set.emplace_back("clock.duration=4h");
                 return load_scenario_text("test.yaml", hanging_switch(), builtin_catalog(),
                                           {.set = set});
               });
}

TEST(SweepSummary, HasATableAndACurveForEachStrategy) {
  const std::string text = format_sweep(by_people(), {});
  EXPECT_NE(text.find("test: user_minutes_lost over 2 points of users.office.count\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\n  users.office.count  quick"), std::string::npos) << text;
  EXPECT_NE(text.find("\n  100 "), std::string::npos);
  EXPECT_NE(text.find("  quick\n"), std::string::npos);  // The best.
  const std::size_t curve = text.find("Response of slow");
  ASSERT_NE(curve, std::string::npos);
  const std::size_t bar = text.find("\n  400 ", curve);
  EXPECT_NE(text.find(std::string(30, '#'), bar), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with("\ndecided at 2 of 2 points\n"));
}

TEST(SweepSummary, TheJournalHasAllPoints) {
  const auto document = nlohmann::json::parse(journal_json(by_people()));
  EXPECT_EQ(document["factors"][0]["levels"], nlohmann::json({"100", "400"}));
  ASSERT_EQ(document["points"].size(), 2U);
  EXPECT_EQ(document["points"][1]["settings"]["users.office.count"], "400");
  EXPECT_EQ(document["points"][1]["best"], nlohmann::json({"quick"}));
  EXPECT_EQ(document["points"][0]["pairs"].size(), 1U);
  EXPECT_EQ(document["first_seeds"][0], replication_seed(1, 0));
}

}  // namespace
}  // namespace switchfault
