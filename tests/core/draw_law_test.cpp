#include "core/draw_law.h"

#include <chrono>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

Duration drawn(const DurationLaw& law, std::uint64_t occurrence = 0) {
  return draw(Random(1), {.purpose = Purpose{"test"}, .occurrence = occurrence}, law);
}

TEST(DrawLaw, FixedIsWhatItSays) {
  EXPECT_EQ(drawn({.a = 10min}), 10min);
  EXPECT_EQ(drawn({.a = 10min}, 7), 10min);
}

TEST(DrawLaw, TriangularStaysBetweenItsEnds) {
  const DurationLaw law{
      .kind = DurationLaw::Kind::triangular, .a = 5min, .mode = 10min, .high = 30min};
  for (std::uint64_t i = 0; i < 1000; ++i) {
    EXPECT_GE(drawn(law, i), 5min);
    EXPECT_LE(drawn(law, i), 30min);
  }
}

TEST(DrawLaw, MedianOfLogNormalIsItsParameter) {
  const DurationLaw law{.kind = DurationLaw::Kind::log_normal, .a = 30min, .shape = 0.9};
  int below = 0;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    below += drawn(law, i) < 30min ? 1 : 0;
  }
  EXPECT_NEAR(below, 5000, 200);  // Four standard deviations of a fair coin.
}

TEST(DrawLaw, MeanOfExponentialAndWeibullWithShapeOneAgree) {
  const DurationLaw exponential{.kind = DurationLaw::Kind::exponential, .a = 1h};
  const DurationLaw weibull{.kind = DurationLaw::Kind::weibull, .a = 1h, .shape = 1};
  double sums[2] = {0, 0};
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    sums[0] += std::chrono::duration<double, std::ratio<3600>>(drawn(exponential, i)).count();
    sums[1] += std::chrono::duration<double, std::ratio<3600>>(drawn(weibull, i)).count();
  }
  EXPECT_NEAR(sums[0] / 10'000, 1, 0.04);
  EXPECT_NEAR(sums[1] / 10'000, 1, 0.04);
}

}  // namespace
}  // namespace switchfault
