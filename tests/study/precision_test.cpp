// When a study stops, and that the interval it stops with covers: over many repeated studies.

#include "study/precision.h"

#include <cmath>
#include <functional>
#include <vector>

#include "study/coverage.h"

namespace switchfault {
namespace {

using Values = std::vector<double>;
using Counts = std::vector<std::size_t>;

TEST(Precision, LooksAtNumbersKnownBeforehand) {
  EXPECT_EQ(look_counts({.first = 30, .growth = 1.5, .batch = 8, .maximum = 200}),
            (Counts{32, 48, 72, 112, 168, 200}));
  EXPECT_EQ(look_counts({.first = 2, .growth = 1.1, .batch = 1, .maximum = 5}),
            (Counts{2, 3, 4, 5}));
  EXPECT_EQ(look_counts({.first = 30, .maximum = 10}), (Counts{10}));
}

TEST(Precision, IsRelativeToTheMeanWithAFloorNearZero) {
  const PrecisionPlan plan{.relative = 0.1, .floor = 0.5, .first = 8, .maximum = 8};
  Values values{99, 101, 99, 101, 99, 101, 99, 101};
  EXPECT_TRUE(look(plan, values).precise);
  EXPECT_DOUBLE_EQ(look(plan, values).wanted, 10);
  for (double& value : values) {
    value -= 100;
  }
  EXPECT_DOUBLE_EQ(look(plan, values).wanted, 0.5);
  EXPECT_FALSE(look(plan, values).precise);  // 2.36 * 1.069 / sqrt(8) = 0.894
  EXPECT_EQ(look(plan, values).next, 0U);
}

TEST(Precision, SharesTheErrorAmongAllLooks) {
  const PrecisionPlan plan{.first = 8, .growth = 2, .batch = 8, .maximum = 64};
  const PrecisionLook first = look(plan, Values(8, 3.0));
  EXPECT_DOUBLE_EQ(first.interval.level, 1 - 0.05 / 4);
  EXPECT_TRUE(first.precise);  // Nothing varies: stops at once, marked as constant.
  EXPECT_TRUE(first.interval.constant);
  EXPECT_EQ(first.next, 16U);
}

TEST(Precision, IsNeverReachedByWhatHasNoMean) {
  const PrecisionPlan plan{.first = 2, .batch = 1, .maximum = 2};
  EXPECT_FALSE(look(plan, Values{1, std::nan("")}).precise);
}

// --- Coverage over repeated studies --------------------------------------------------------------

using Value = std::function<double(const Draws&, std::size_t study, std::size_t i)>;
struct Stopped {
  Coverage covered;
  double replications = 0;  // Mean number at the stop.
};

// Stops as soon as a look is precise; `spending` false: as if each look were the only one.
Stopped repeat(const PrecisionPlan& plan, double truth, const Value& value, bool spending = true) {
  constexpr std::size_t kStudies = 2000;
  const Draws draws(421);
  const Counts counts = look_counts(plan);
  Stopped result;
  for (std::size_t study = 0; study < kStudies; ++study) {
    Values values;
    for (const std::size_t count : counts) {
      while (values.size() < count) {
        values.push_back(value(draws, study, values.size()));
      }
      PrecisionLook now = look(plan, values);
      if (!spending) {
        now.interval = mean_interval(values, plan.level);
        now.precise = now.interval.half_width() <= now.wanted;
      }
      if (now.precise || now.next == 0) {
        result.covered.add(now.interval.contains(truth));
        result.replications += static_cast<double>(count) / kStudies;
        break;
      }
    }
  }
  return result;
}

constexpr PrecisionPlan kPlan{.relative = 0.1, .first = 16, .maximum = 2000};

TEST(PrecisionCoverage, HoldsForNormalAndSkewedValues) {
  expect_at_least(repeat(kPlan, 10,
                         [](const Draws& draws, std::size_t study, std::size_t i) {
                           return 10 + 5 * draws.normal(study, i);
                         })
                      .covered,
                  0.95);
  expect_at_least(repeat(kPlan, 1,
                         [](const Draws& draws, std::size_t study, std::size_t i) {
                           return draws.exponential(study, i);
                         })
                      .covered,
                  0.95);
}

// One replication in five has an outage at all.
TEST(PrecisionCoverage, HoldsWhenMostReplicationsAreZero) {
  expect_at_least(repeat(kPlan, 0.2,
                         [](const Draws& draws, std::size_t study, std::size_t i) {
                           return draws.uniform(study, i) < 0.2 ? draws.exponential(study, i, 1)
                                                                : 0;
                         })
                      .covered,
                  0.95);
}

TEST(PrecisionCoverage, HoldsAtTheFloor) {
  const PrecisionPlan plan{.relative = 0.05, .floor = 0.2, .first = 16, .maximum = 2000};
  expect_at_least(repeat(plan, 0,
                         [](const Draws& draws, std::size_t study, std::size_t i) {
                           return draws.normal(study, i);
                         })
                      .covered,
                  0.95);
}

// Why the error is shared out: stopping at the first lucky look does not hold what it says.
TEST(PrecisionCoverage, FailsWithoutSpending) {
  const Value skewed = [](const Draws& draws, std::size_t study, std::size_t i) {
    return draws.exponential(study, i);
  };
  const PrecisionPlan loose{.relative = 0.3, .first = 8, .growth = 1.1, .maximum = 400};
  const Stopped naive = repeat(loose, 1, skewed, false);
  const Stopped spent = repeat(loose, 1, skewed);
  EXPECT_LT(naive.covered.share().high, 0.95);
  expect_at_least(spent.covered, 0.95);
  EXPECT_GT(spent.replications, naive.replications);  // The price.
}

}  // namespace
}  // namespace switchfault
