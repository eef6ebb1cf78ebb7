// The probability of a correct selection over many synthetic studies, and what screening saves.

#include "study/kim_nelson.h"

#include <cmath>
#include <vector>

#include "study/coverage.h"

namespace switchfault {
namespace {

using Values = std::vector<double>;
using Table = std::vector<Values>;

TEST(KimNelson, DropsWhatIsClearlyWorseAtTheFirstLook) {
  KimNelson selection({.indifference = 1, .first = 4, .batch = 4}, 3);
  selection.look(Table{{10, 11, 10, 11}, {90, 91, 90, 91}, {10.5, 10.5, 10.5, 10.5}});
  EXPECT_EQ(selection.contenders(), (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(selection.next_look(), 8U);
  EXPECT_FALSE(selection.decided());
}

TEST(KimNelson, RemembersWhoWasAheadAndByHowMuch) {
  KimNelson selection({.indifference = 1, .first = 4, .batch = 4}, 3);
  selection.look(Table{{10, 11, 10, 11}, {90, 91, 90, 91}, {10.5, 10.5, 10.5, 10.5}});
  ASSERT_EQ(selection.dropped().size(), 1U);
  EXPECT_EQ(selection.dropped()[0].strategy, 1U);
  EXPECT_EQ(selection.dropped()[0].by, 0U);  // As far behind 2, but more was allowed there.
  EXPECT_EQ(selection.dropped()[0].after, 4U);
  EXPECT_EQ(selection.dropped()[0].behind, 80);
  EXPECT_EQ(selection.dropped()[0].allowed, 0);
}

TEST(KimNelson, WhatIsWithdrawnNeedsNoValues) {
  KimNelson selection({.indifference = 1, .first = 4}, 3);
  selection.withdraw(0);
  selection.look(Table{{}, Values(4, 2), Values(4, 1)});
  EXPECT_EQ(selection.contenders(), (std::vector<std::size_t>{2}));
}

TEST(KimNelson, TakesTheFirstOfEqualOnes) {
  KimNelson selection({.first = 4}, 3);
  selection.look(Table{Values(4, 2), Values(4, 1), Values(4, 1)});
  EXPECT_EQ(selection.contenders(), (std::vector<std::size_t>{1}));
  KimNelson alone({}, 1);
  EXPECT_TRUE(alone.decided());
}

TEST(KimNelson, PrefersTheHigherWhenAsked) {
  KimNelson selection({.first = 4, .better = Better::higher}, 2);
  selection.look(Table{Values(4, 2), Values(4, 1)});
  EXPECT_EQ(selection.contenders(), (std::vector<std::size_t>{0}));
}

// n0 = 10, k = 2, alpha = 0.05: h^2 = 9 (0.1^(-2/9) - 1) = 6.0135; differences of variance 40/9.
TEST(KimNelson, KnowsAfterTheFirstLookWhenItMustEnd) {
  const Values zigzag{2, -2, 2, -2, 2, -2, 2, -2, 2, -2};
  KimNelson selection({.indifference = 1, .first = 10, .batch = 5}, 2);
  selection.look(Table{zigzag, Values(10, 0)});
  EXPECT_EQ(selection.most_replications(), 30U);  // 26.7
  EXPECT_FALSE(selection.decided());
}

struct Repeated {
  Coverage correct;
  double spent = 0;  // Replications x strategies a study, mean.
};

// The last strategy is the best by `gap`; luck is shared in part and spreads differ.
Repeated repeat(std::size_t strategies, double gap, double delta, std::size_t studies) {
  const Draws draws(431);
  Repeated result;
  for (std::size_t study = 0; study < studies; ++study) {
    KimNelson selection({.indifference = delta, .first = 16, .batch = 16}, strategies);
    Table table(strategies);
    double spent = 0;
    while (!selection.decided()) {
      for (const std::size_t s : selection.contenders()) {
        while (table[s].size() < selection.next_look()) {
          const std::size_t i = table[s].size();
          const double best = s + 1 == strategies ? -gap : 0;
          table[s].push_back(best + draws.normal(study, i, 0) +
                             (1 + 0.2 * static_cast<double>(s)) * draws.normal(study, i, s + 1));
          ++spent;
        }
      }
      selection.look(table);
    }
    result.correct.add(selection.contenders()[0] + 1 == strategies);
    result.spent += spent / static_cast<double>(studies);
  }
  return result;
}

// The least favourable case: all others exactly the indifference zone behind.
TEST(KimNelsonCoverage, SelectsTheBestAsOftenAsPromised) {
  expect_at_least(repeat(2, 1, 1, 1000).correct, 0.95);
  expect_at_least(repeat(5, 1, 1, 600).correct, 0.95);
  expect_at_least(repeat(10, 1, 1, 300).correct, 0.95);
}

TEST(KimNelsonCoverage, SpendsFewReplicationsOnClearCases) {
  const Repeated clear = repeat(5, 1, 0.25, 100);
  expect_at_least(clear.correct, 0.95);
  EXPECT_LT(clear.spent, repeat(5, 0.25, 0.25, 100).spent / 2);
}

}  // namespace
}  // namespace switchfault
