// Verdicts on literal samples, and how often a winner is named where there is none.

#include "study/comparison.h"

#include <cmath>
#include <limits>
#include <vector>

#include "study/coverage.h"

namespace switchfault {
namespace {

using Values = std::vector<double>;
using Table = std::vector<Values>;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// n values about `mean`, alternating by `spread`.
Values around(double mean, double spread, std::size_t n) {
  Values values;
  for (std::size_t i = 0; i < n; ++i) {
    values.push_back(mean + (i % 2 == 0 ? spread : -spread));
  }
  return values;
}

PairComparison compare_two(const Values& a, const Values& b, const ComparisonOptions& options) {
  return compare_pairs(Table{a, b}, options).at(0);
}

TEST(Comparison, NamesAWinnerOnlyOutsideTheNoise) {
  const Values zero(20, 0.0);
  EXPECT_EQ(compare_two(around(-10, 3, 20), zero, {}).verdict, Verdict::better);
  EXPECT_EQ(compare_two(around(10, 3, 20), zero, {}).verdict, Verdict::worse);
  EXPECT_EQ(compare_two(around(10, 3, 20), zero, {.better = Better::higher}).verdict,
            Verdict::better);
  EXPECT_EQ(compare_two(around(1, 3, 20), zero, {}).verdict, Verdict::undecided);
}

TEST(Comparison, IsEquivalentOnlyWithinWhatTheUserCallsEqual) {
  const Values zero(20, 0.0);
  EXPECT_EQ(compare_two(around(1, 3, 20), zero, {.equivalence = 5}).verdict, Verdict::equivalent);
  EXPECT_EQ(compare_two(around(1, 3, 20), zero, {.equivalence = 2}).verdict, Verdict::undecided);
  // Better, but by less than matters.
  EXPECT_EQ(compare_two(around(-3, 3, 20), zero, {.equivalence = 5}).verdict, Verdict::equivalent);
}

TEST(Comparison, OfEqualDifferencesNeedsAsManyAsACoinWould) {
  EXPECT_EQ(compare_two(Values(5, 1), Values(5, 2), {}).verdict, Verdict::undecided);  // 2/32
  EXPECT_EQ(compare_two(Values(6, 1), Values(6, 2), {}).verdict, Verdict::better);     // 2/64
  EXPECT_EQ(compare_two(Values(5, 1), Values(5, 1), {}).verdict, Verdict::undecided);
  EXPECT_EQ(compare_two(Values(6, 1), Values(6, 1), {}).verdict, Verdict::equivalent);
  EXPECT_EQ(compare_two(Values(1, 1), Values(1, 2), {.equivalence = 9}).verdict,
            Verdict::undecided);
  EXPECT_EQ(compare_two(Values{}, Values{}, {}).verdict, Verdict::undecided);
}

// Student's test alone would call this decided at 95 %: four ones among a hundred zeros.
TEST(Comparison, IsNotDecidedByFewReplicationsThatDiffer) {
  Values a(100, 0.0);
  a[3] = a[40] = a[41] = a[90] = 1;
  const PairComparison pair = compare_two(a, Values(100, 0.0), {});
  EXPECT_GT(pair.difference.low, 0);
  EXPECT_EQ(pair.differing, 4U);
  EXPECT_DOUBLE_EQ(pair.probability, 0.125);
  EXPECT_EQ(pair.verdict, Verdict::undecided);
}

TEST(Comparison, LeavesOutWhatIsNotFinite) {
  const PairComparison pair = compare_two(Values{1, kInfinity, 3}, Values{2, 2, 2}, {});
  EXPECT_EQ(pair.left_out, 1U);
  EXPECT_EQ(pair.difference.count, 2U);
  EXPECT_EQ(pair.difference.estimate, 0);
}

TEST(Comparison, WidensWithTheNumberOfPairs) {
  const Table three{around(-10, 3, 20), around(0, 2, 20), around(5, 1, 20)};
  const auto pairs = compare_pairs(three, {});
  ASSERT_EQ(pairs.size(), 3U);
  EXPECT_NEAR(pairs[0].difference.level, 1 - 0.05 / 3, 1e-12);
  EXPECT_GT(pairs[0].difference.half_width(),
            compare_two(three[0], three[1], {}).difference.half_width());
  EXPECT_NEAR(compare_pairs(three, {.family = 10})[0].difference.level, 0.995, 1e-12);
}

TEST(Comparison, HolmStepsDown) {
  EXPECT_EQ(holm_adjusted(Values{0.01, 0.04, 0.03}), (Values{0.03, 0.06, 0.06}));
  EXPECT_EQ(holm_adjusted(Values{0.5, 0.9}), (Values{1, 1}));
  EXPECT_EQ(holm_adjusted(Values{0.01}, 5), (Values{0.05}));
}

TEST(Comparison, OneSidedTestsOfEquivalence) {
  const Values differences = around(0, 1, 16);                           // error 0.2582
  EXPECT_NEAR(equivalence_probability(differences, 0.5), 0.036, 0.001);  // t = 1.936, 15 degrees
  EXPECT_GT(equivalence_probability(differences, 0), 0.49);
  EXPECT_EQ(equivalence_probability(Values{1}, 9), 1);
  EXPECT_EQ(equivalence_probability(Values(9, 3), 2), 1);
}

TEST(Comparison, VerdictsTurnRound) {
  EXPECT_EQ(opposite(Verdict::better), Verdict::worse);
  EXPECT_EQ(opposite(Verdict::undecided), Verdict::undecided);
  EXPECT_EQ(verdict_name(Verdict::equivalent), "equivalent");
}

// --- How often verdicts err ----------------------------------------------------------------------

constexpr std::size_t kStudies = 2000;

// Strategies share half of their luck; strategy s has mean shift[s].
Table study_of(const Draws& draws, std::size_t study, const Values& shift, std::size_t n) {
  Table table(shift.size());
  for (std::size_t i = 0; i < n; ++i) {
    const double common = draws.normal(study, i, 0);
    for (std::size_t s = 0; s < shift.size(); ++s) {
      table[s].push_back(shift[s] + common + draws.normal(study, i, s + 1));
    }
  }
  return table;
}

// Among four equal strategies six pairs could each name a wrong winner.
TEST(ComparisonCoverage, NamesAWrongWinnerInAtMostFivePercentOfStudies) {
  const Draws draws(411);
  Coverage silent;
  Coverage covered;
  Coverage holm;
  for (std::size_t study = 0; study < kStudies; ++study) {
    bool all_silent = true;
    bool all_covered = true;
    bool none_rejected = true;
    for (const auto& pair : compare_pairs(study_of(draws, study, {5, 5, 5, 5}, 12), {})) {
      all_silent = all_silent && pair.verdict == Verdict::undecided;
      all_covered = all_covered && pair.difference.contains(0);
      none_rejected = none_rejected && pair.adjusted > 0.05;
    }
    silent.add(all_silent);
    covered.add(all_covered);
    holm.add(none_rejected);
  }
  expect_at_least(silent, 0.95);
  expect_at_least(covered, 0.95);
  expect_at_least(holm, 0.95);
  EXPECT_LT(covered.share().low, 0.985);  // Not by being absurdly wide.
}

TEST(ComparisonCoverage, FindsTheWinnerWhenThereIsOne) {
  const Draws draws(412);
  Coverage found;
  for (std::size_t study = 0; study < kStudies; ++study) {
    found.add(compare_pairs(study_of(draws, study, {0, 1}, 40), {})[0].verdict == Verdict::better);
  }
  EXPECT_GT(found.share().low, 0.97);  // Power at 4.5 standard errors.
}

// The truth lies exactly on the margin: calling it equivalent is an error of at most 2.5 %.
TEST(ComparisonCoverage, CallsTheMarginEquivalentInAtMostItsShareOfStudies) {
  const Draws draws(413);
  Coverage refused;
  Coverage one_sided;
  for (std::size_t study = 0; study < kStudies; ++study) {
    const Table table = study_of(draws, study, {0, 1}, 60);
    refused.add(compare_pairs(table, {.equivalence = 1})[0].verdict != Verdict::equivalent);
    const Values differences = paired_differences(table[0], table[1]);
    one_sided.add(equivalence_probability(differences, 1) > 0.05);
  }
  expect_exactly(refused, 0.975);
  expect_exactly(one_sided, 0.95);
}

}  // namespace
}  // namespace switchfault
