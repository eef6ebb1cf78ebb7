#include "study/priority_ranking.h"

#include <vector>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using Values = std::vector<double>;
using Table = std::vector<Values>;

Values noisy(double mean) {
  Values values;
  for (int i = 0; i < 30; ++i) {
    values.push_back(mean + (i % 3) - 1);
  }
  return values;
}
Values other_noise(double mean) {
  Values values;
  for (int i = 0; i < 30; ++i) {
    values.push_back(mean + (i % 5) - 2);
  }
  return values;
}

// The second class says the opposite, louder, and is not heard.
TEST(PriorityRanking, TheMostUrgentClassDecides) {
  const PriorityRanking ranking =
      rank_by_priority(std::vector<Table>{{noisy(10), noisy(20)}, {noisy(900), noisy(1)}}, {});
  EXPECT_EQ(ranking.pairs[0].verdict, Verdict::better);
  EXPECT_EQ(ranking.pairs[0].decided_in, 0U);
  EXPECT_EQ(ranking.ranks, (std::vector<std::size_t>{1, 2}));
  EXPECT_EQ(ranking.classes[1][0].verdict, Verdict::worse);
}

TEST(PriorityRanking, EqualsAreToldApartByTheNextClass) {
  const Values same = noisy(10);
  const PriorityRanking ranking = rank_by_priority(
      std::vector<Table>{{same, same, noisy(50)}, {noisy(7), noisy(5), noisy(1)}}, {});
  EXPECT_EQ(ranking.pairs[0].verdict, Verdict::worse);
  EXPECT_EQ(ranking.pairs[0].decided_in, 1U);
  EXPECT_EQ(ranking.ranks, (std::vector<std::size_t>{2, 1, 3}));
}

TEST(PriorityRanking, WhatIsUndecidedAboveIsNotSettledBelow) {
  const std::vector<Table> values{{noisy(10), other_noise(10)}, {noisy(900), noisy(1)}};
  const PriorityRanking strict = rank_by_priority(values, {});
  EXPECT_EQ(strict.pairs[0].verdict, Verdict::undecided);
  EXPECT_EQ(strict.pairs[0].decided_in, 0U);
  EXPECT_EQ(strict.ranks, (std::vector<std::size_t>{1, 1}));
  const PriorityRanking tolerant = rank_by_priority(values, {.equivalence = 3});
  EXPECT_EQ(tolerant.pairs[0].verdict, Verdict::worse);
  EXPECT_EQ(tolerant.pairs[0].decided_in, 1U);
}

TEST(PriorityRanking, AllPairsInAllClassesAreOneFamily) {
  const Table three{noisy(1), noisy(2), noisy(3)};
  const PriorityRanking ranking = rank_by_priority(std::vector<Table>{three, three}, {});
  EXPECT_NEAR(ranking.classes[0][0].difference.level, 1 - 0.05 / 6, 1e-12);
}

TEST(PriorityRankingTest, EachClassMayHaveItsOwnMargin) {
  // Ten more in the urgent class, a hundred fewer in the other one, in every replication.
  const std::vector<double> low(12, 100);
  const std::vector<double> high(12, 110);
  const std::vector<double> many(12, 300);
  const std::vector<double> few(12, 200);
  const std::vector<std::vector<std::vector<double>>> values{{low, high}, {many, few}};
  const ComparisonOptions options{.equivalence = 5};
  EXPECT_EQ(rank_by_priority(values, options).ranks, (std::vector<std::size_t>{1, 2}));
  const double margins[] = {20, 5};
  const PriorityRanking ranking = rank_by_priority(values, options, margins);
  EXPECT_EQ(ranking.ranks, (std::vector<std::size_t>{2, 1}));
  EXPECT_EQ(ranking.pairs[0].decided_in, 1U);
}

}  // namespace
}  // namespace switchfault
