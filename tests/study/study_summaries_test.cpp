#include "study/study_summaries.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using Indices = std::vector<std::uint32_t>;
using Steps = std::vector<std::pair<double, double>>;

// Rows of values by replication, one column a strategy.
class StudySummariesTest : public ::testing::Test {
 protected:
  // A letter of `alternatives` a row.
  ReplicationTable table(const std::vector<std::vector<double>>& rows,
                         const std::string& alternatives = "") {
    names_.clear();
    ReplicationTable table(rows.front().size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (std::size_t s = 0; s < rows[i].size(); ++s) {
        table.add({.replication = i,
                   .strategy = static_cast<std::uint32_t>(s),
                   .alternative = alternatives.substr(std::min(i, alternatives.size()), 1),
                   .values = {rows[i][s]},
                   .recovered = rows[i][s] < 100,
                   .events = 7});
      }
    }
    for (std::size_t s = 0; s < rows.front().size(); ++s) {
      names_.push_back("s" + std::to_string(s));
    }
    return table;
  }

  std::vector<StudyMetric> metrics_ = {{.name = "minutes"}};
  std::vector<std::string> names_;
  SummaryPlan plan_{.metrics = metrics_, .strategies = names_};
};

TEST_F(StudySummariesTest, PairsAreJudgedByTheDifferenceWithinReplications) {
  const auto results = table({{10, 12}, {50, 52}, {90, 92}, {30, 32}, {45, 47}, {45, 47}});
  const ReplicationList all{0, 1, 2, 3, 4, 5};
  const auto pairs = compare_pairs(results, all, 0, plan_);
  ASSERT_EQ(pairs.size(), 1U);
  EXPECT_EQ(pairs[0].difference.value, -2);
  EXPECT_EQ(pairs[0].difference.half_width(), 0);
  EXPECT_EQ(pairs[0].margin, 0.05 * 45);
  EXPECT_EQ(pairs[0].verdict, PairVerdict::equivalent);
  plan_.indifference = 0.01;
  EXPECT_EQ(compare_pairs(results, all, 0, plan_)[0].verdict, PairVerdict::better);
  EXPECT_EQ(pairs[0].variance_ratio, 0);  // The difference never varies.
}

TEST_F(StudySummariesTest, MoreMayBeBetter) {
  metrics_[0].more_is_better = true;
  const auto results = table({{10, 20}, {11, 21}, {12, 22.5}, {9, 19}, {8, 18}, {7, 17}});
  const ReplicationList all{0, 1, 2, 3, 4, 5};
  EXPECT_EQ(compare_pairs(results, all, 0, plan_)[0].verdict, PairVerdict::worse);
  const auto strategies = summarise_strategies(results, all, plan_);
  EXPECT_EQ(rank_strategies(strategies, plan_), (Indices{1, 0}));
}

TEST_F(StudySummariesTest, NoiseIsUndecided) {
  const auto results = table({{10, 20}, {40, 20}, {25, 30}});
  const auto pairs = compare_pairs(results, {0, 1, 2}, 0, plan_);
  EXPECT_EQ(pairs[0].verdict, PairVerdict::undecided);
  EXPECT_TRUE(best_of({1, 0}, pairs).empty());
}

TEST_F(StudySummariesTest, MorePairsMakeEachIntervalWider) {
  const auto two = table({{10, 20}, {40, 20}, {25, 30}});
  const double narrow = compare_pairs(two, {0, 1, 2}, 0, plan_)[0].difference.half_width();
  const auto three = table({{10, 20, 7}, {40, 20, 7}, {25, 30, 7}});
  EXPECT_GT(compare_pairs(three, {0, 1, 2}, 0, plan_)[0].difference.half_width(), narrow);
}

TEST_F(StudySummariesTest, TheBestAreTheFirstAndItsEquals) {
  std::vector<std::vector<double>> rows;
  ReplicationList all;
  for (std::uint64_t i = 0; i < 9; ++i) {
    const auto x = static_cast<double>(i % 3);
    rows.push_back({30 + x, 10 + 1.1 * x, 10.01 + 1.1 * x});
    all.push_back(i);
  }
  const auto results = table(rows);
  const auto strategies = summarise_strategies(results, all, plan_);
  const auto ranking = rank_strategies(strategies, plan_);
  EXPECT_EQ(ranking, (Indices{1, 2, 0}));
  EXPECT_EQ(best_of(ranking, compare_pairs(results, all, 0, plan_)), (Indices{1, 2}));
  const auto behind = regrets(strategies, plan_);
  EXPECT_EQ(behind[1], 0);
  EXPECT_NEAR(behind[0], 19.9, 1e-9);
}

TEST_F(StudySummariesTest, CountsWhatIsLostAtTheEnd) {
  const auto results = table({{30, 200}, {31, 11}, {32, 300}, {1, 2}});
  const auto strategies = summarise_strategies(results, {0, 1, 2, 3}, plan_);
  EXPECT_EQ(strategies[0].not_recovered.value, 0);
  EXPECT_EQ(strategies[1].not_recovered.value, 0.5);
  EXPECT_NEAR(strategies[1].not_recovered.low, 0.0676, 0.0001);  // Clopper and Pearson, 2 of 4.
  EXPECT_EQ(strategies[1].metrics[0].ecdf, (Steps{{2, 0.25}, {11, 0.5}, {200, 0.75}, {300, 1}}));
}

TEST_F(StudySummariesTest, LongDistributionsAreKeptAtEqualShares) {
  std::vector<std::vector<double>> rows;
  ReplicationList all;
  for (int i = 0; i < 1000; ++i) {
    rows.push_back({static_cast<double>(i), 1});
    all.push_back(static_cast<std::uint64_t>(i));
  }
  const auto results = table(rows);
  const auto strategies = summarise_strategies(results, all, plan_);
  const Steps& steps = strategies[0].metrics[0].ecdf;
  ASSERT_EQ(steps.size(), 200U);
  EXPECT_EQ(steps[0], (std::pair<double, double>{4, 0.005}));
  EXPECT_EQ(steps[199], (std::pair<double, double>{999, 1}));
  EXPECT_EQ(strategies[1].metrics[0].ecdf, (Steps{{1, 1}}));
}

TEST_F(StudySummariesTest, SeveralLooksMakeEachIntervalWider) {
  const auto results = table({{10, 20}, {11, 21}, {12, 22.5}});
  const double once = relative_width_of(results, {0, 1, 2}, 0, plan_);
  plan_.looks = 10;
  EXPECT_GT(relative_width_of(results, {0, 1, 2}, 0, plan_), 2 * once);
}

TEST_F(StudySummariesTest, AMeanThatIsExactIsPrecise) {
  const auto results = table({{0, 10}, {0, 12}});
  EXPECT_EQ(relative_width_of(results, {0, 1}, 0, plan_), 0);
  EXPECT_NEAR(relative_width_of(results, {0, 1}, 1, plan_), 12.706 / 11, 0.001);
}

TEST(PairVerdictTest, HasNames) {
  EXPECT_EQ(pair_verdict_name(PairVerdict::better), "better");
  EXPECT_EQ(pair_verdict_name(PairVerdict::undecided), "undecided");
}

// Two alternatives as likely, four and two replications.
TEST_F(StudySummariesTest, AllottedReplicationsWeighTheSharesOfTheirAlternatives) {
  auto results = table({{1, 2}, {2, 4}, {3, 6}, {4, 8}, {100, 10}, {102, 11}}, "aaaabb");
  plan_.shares = {{"a", 0.5}, {"b", 0.5}};
  plan_.allotted = true;
  const ReplicationList all{0, 1, 2, 3, 4, 5};
  const auto strategies = summarise_strategies(results, all, plan_);
  const MetricSummary& first = strategies[0].metrics[0];
  EXPECT_EQ(first.mean.value, 0.5 * 2.5 + 0.5 * 101);
  EXPECT_EQ(first.quantiles[2].second.value, 4);  // The median: half of all nights are of a.
  EXPECT_EQ(first.ecdf.front(), (std::pair<double, double>{1, 0.125}));
  EXPECT_NEAR(first.deviation, 49.2686, 1e-3);
  EXPECT_EQ(strategies[0].not_recovered.value, 0.5);  // 100 and 102.
  // Of means: (0.25 x 5/3 / 4 + 0.25 x 2 / 2 + 0.25 x 20/3 / 4 + 0.25 x 0.5 / 2) over that of the
  // differences, which vary by 5/3 in a and 0.5 in b.
  EXPECT_NEAR(compare_pairs(results, all, 0, plan_)[0].variance_ratio, 5, 1e-9);
}

TEST_F(StudySummariesTest, AnAlternativesSpreadIsThatOfTheStrategyThatNeedsMost) {
  auto results = table({{1, 20}, {3, 20}, {10, 16}, {10, 24}}, "aabb");
  plan_.shares = {{"a", 0.5}, {"b", 0.5}};
  plan_.allotted = true;
  const auto seen = seen_of_strata(results, {0, 1, 2, 3}, plan_, 0.1, 0);
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].replications, 2U);
  EXPECT_NEAR(seen[0].spread, 2 / 0.36, 1e-9);  // A variance of 2 where 6 +- 0.6 is wanted.
  EXPECT_NEAR(seen[1].spread, 32 / 4.0, 1e-9);  // One of 32 where 20 +- 2 is.
  EXPECT_EQ(seen[0].cost, 14);                  // 7 events a run of each strategy.
  EXPECT_NEAR(seen_of_strata(results, {0, 1, 2, 3}, plan_, 0.1, 4)[0].spread, 0.125, 1e-9);
}

}  // namespace
}  // namespace switchfault
