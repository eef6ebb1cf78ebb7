#include "core/random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

constexpr Purpose kPurpose("test.draw");
constexpr std::uint64_t kDraws = 20'000;

DrawKey nth(std::uint64_t index) {
  return {kPurpose, 1, 2, index};
}

// Results depend on these values: they are the same on every compiler and never change. Checked
// against a Philox and closed-form quantiles written in Python.
TEST(Random, DrawsAreTheSameEverywhere) {
  const Random random(42);
  EXPECT_EQ(random.bits(nth(0)), 13'711'844'091'019'476'249U);
  EXPECT_EQ(random.bits(nth(1)), 5'920'922'180'224'635'934U);
  EXPECT_EQ(random.uniform(nth(0)), 0.7433205576132921);
  EXPECT_EQ(random.uniform(nth(0), 1s, 3s), 2'486'641us);
  EXPECT_EQ(random.below(nth(0), 1'000), 743U);
  EXPECT_EQ(random.exponential(nth(0), 1h), 4'895'738'203us);
  EXPECT_EQ(random.weibull(nth(0), 1.5, 1h), 4'418'887'628us);
  EXPECT_EQ(random.log_normal(nth(0), 1h, 0.8), 6'072'844'298us);
  EXPECT_EQ(random.triangular(nth(0), 1min, 5min, 1h), 1'868'373'815us);
}

TEST(Random, EveryPartOfTheKeyCounts) {
  const std::uint64_t base = Random(1).bits({kPurpose, 2, 3, 4});
  EXPECT_EQ(Random(1).bits({kPurpose, 2, 3, 4}), base);
  EXPECT_NE(Random(2).bits({kPurpose, 2, 3, 4}), base);
  EXPECT_NE(Random(1).bits({Purpose("test.other"), 2, 3, 4}), base);
  EXPECT_NE(Random(1).bits({kPurpose, 3, 2, 4}), base);
  EXPECT_NE(Random(1).bits({kPurpose, 2, 4, 3}), base);
  EXPECT_NE(Random(1).bits({kPurpose, 2, 3, 5}), base);
}

TEST(Random, StableHashIsFnv) {
  EXPECT_EQ(stable_hash(""), 0xcbf29ce484222325ULL);
  EXPECT_EQ(stable_hash("foobar"), 0x85944171f73967e8ULL);  // From the authors' test vectors.
}

TEST(Random, UniformTimesCoverTheirRangeInMicroseconds) {
  const Random random(7);
  Duration least = Duration::max();
  Duration most = Duration::min();
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    const Duration drawn = random.uniform(nth(i), -5us, 5us);
    EXPECT_EQ(drawn.count() % 1'000, 0);
    least = std::min(least, drawn);
    most = std::max(most, drawn);
  }
  EXPECT_EQ(least, -5us);
  EXPECT_EQ(most, 4us);
  EXPECT_EQ(random.uniform(nth(0), 3s, 3s), 3s);
  EXPECT_EQ(random.uniform(nth(0), 3s, 3s + 1ns), 3s);
  EXPECT_GE(random.uniform(nth(0), Duration::min(), Duration::max()), Duration::min());
}

TEST(Random, BelowHitsEveryValue) {
  const Random random(7);
  std::array<int, 6> hits{};
  for (std::uint64_t i = 0; i < 6'000; ++i) {
    ++hits.at(random.below(nth(i), 6));
  }
  for (const int count : hits) {
    EXPECT_NEAR(count, 1'000, 150);  // Five standard deviations; the seed is fixed.
  }
  EXPECT_EQ(random.below(nth(0), 1), 0U);
}

TEST(Random, ChanceKnowsNeverAndAlways) {
  const Random random(7);
  int hits = 0;
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    EXPECT_FALSE(random.chance(nth(i), 0.0));
    EXPECT_TRUE(random.chance(nth(i), 1.0));
    hits += random.chance(nth(i), 0.3) ? 1 : 0;
  }
  EXPECT_NEAR(hits, 6'000, 330);
}

// Mean and, where it has a closed form, one quantile, within five standard errors.
TEST(Random, ExponentialHasItsMeanAndMedian) {
  const Random random(7);
  double sum = 0;
  int below_median = 0;
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    const Duration drawn = random.exponential(nth(i), 1s);
    EXPECT_EQ(drawn.count() % 1'000, 0);
    sum += static_cast<double>(drawn.count()) / 1e9;
    below_median += drawn < 693'147us ? 1 : 0;
  }
  EXPECT_NEAR(sum / kDraws, 1.0, 0.036);
  EXPECT_NEAR(below_median, 10'000, 354);
}

TEST(Random, WeibullPassesItsScaleWithOneOverE) {
  const Random random(7);
  int below_scale = 0;
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    below_scale += random.weibull(nth(i), 2.5, 1h) < 1h ? 1 : 0;
  }
  EXPECT_NEAR(below_scale, kDraws * (1 - std::exp(-1.0)), 341);
}

TEST(Random, LogNormalHasItsMedianAndSpread) {
  const Random random(7);
  int below_median = 0;
  int below_one_sigma = 0;
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    const Duration drawn = random.log_normal(nth(i), 10min, std::log(2.0));
    below_median += drawn < 10min ? 1 : 0;
    below_one_sigma += drawn < 20min ? 1 : 0;
  }
  EXPECT_NEAR(below_median, 10'000, 354);
  EXPECT_NEAR(below_one_sigma, kDraws * 0.841345, 259);
}

TEST(Random, TriangularStaysInItsRange) {
  const Random random(7);
  int below_mode = 0;
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    const Duration drawn = random.triangular(nth(i), 10s, 20s, 50s);
    EXPECT_GE(drawn, 10s);
    EXPECT_LE(drawn, 50s);
    below_mode += drawn < 20s ? 1 : 0;
  }
  EXPECT_NEAR(below_mode, kDraws * 0.25, 307);
}

TEST(Random, DegenerateLawsAreConstants) {
  const Random random(7);
  EXPECT_EQ(random.exponential(nth(0), 0s), 0s);
  EXPECT_EQ(random.weibull(nth(0), 2.0, 0s), 0s);
  EXPECT_EQ(random.log_normal(nth(0), 10min, 0.0), 10min);
  EXPECT_EQ(random.triangular(nth(0), 5s, 5s, 5s), 5s);
  EXPECT_LE(random.triangular(nth(0), 5s, 5s, 6s), 6s);
}

// A heavy tail is cut, so that adding it to an instant cannot overflow.
TEST(Random, NoDrawIsLongerThanACentury) {
  const Random random(7);
  const Duration century = 24h * 365 * 100;
  bool cut = false;
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    const Duration drawn = random.weibull(nth(i), 0.01, 1h);
    EXPECT_LE(drawn, century);
    EXPECT_GE(drawn, 0s);
    cut = cut || drawn == century;
  }
  EXPECT_TRUE(cut);
}

TEST(RandomDeathTest, ImpossibleParametersAreDefects) {
  const Random random(7);
  EXPECT_DEATH((void)random.below(nth(0), 0), "count > 0");
  EXPECT_DEATH((void)random.chance(nth(0), 1.5), "probability");
  EXPECT_DEATH((void)random.chance(nth(0), std::numeric_limits<double>::quiet_NaN()),
               "probability");
  EXPECT_DEATH((void)random.uniform(nth(0), 2s, 1s), "low <= high");
  EXPECT_DEATH((void)random.exponential(nth(0), -1s), "mean");
}

}  // namespace
}  // namespace switchfault
