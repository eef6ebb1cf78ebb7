#include "run/delay_sketch.h"

#include <algorithm>
#include <array>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(DelaySketchTest, EqualDelaysAreTold) {
  DelaySketch sketch;
  for (int i = 0; i < 1000; ++i) {
    sketch.add(123'457ns);
  }
  EXPECT_EQ(sketch.quantile(0.5), 123'457ns);
  EXPECT_EQ(sketch.mean(), 123'457ns);
  EXPECT_EQ(sketch.min(), 123'457ns);
  EXPECT_EQ(sketch.max(), 123'457ns);
}

TEST(DelaySketchTest, SmallDelaysAreExact) {
  DelaySketch sketch;
  for (int ns = 1; ns <= 40; ++ns) {
    sketch.add(Duration{ns});
  }
  EXPECT_EQ(sketch.quantile(0.5), 20ns);
  EXPECT_EQ(sketch.quantile(0.99), 40ns);
  EXPECT_EQ(sketch.quantile(0.025), 1ns);
}

TEST(DelaySketchTest, QuantilesAreWithinABucket) {
  DelaySketch sketch;
  for (int us = 1000; us < 1500; ++us) {
    sketch.add(std::chrono::microseconds{us});
  }
  EXPECT_NEAR(static_cast<double>(sketch.quantile(0.5).count()), 1'249e3, 0.016 * 1'249e3);
  EXPECT_NEAR(static_cast<double>(sketch.quantile(0.99).count()), 1'494e3, 0.016 * 1'494e3);
}

// Two sketches added are the sketch of all their delays, however often each has joined buckets.
RC_GTEST_PROP(DelaySketchTest, ASumIsTheSketchOfAll, (std::vector<std::uint32_t> delays)) {
  RC_PRE(!delays.empty());
  DelaySketch all, sum;
  std::array<DelaySketch, 2> parts;
  for (std::size_t i = 0; i < delays.size(); ++i) {
    all.add(Duration{delays[i]});
    parts[i % 3 == 0 ? 0 : 1].add(Duration{delays[i]});
  }
  sum.add(parts[0]);
  sum.add(parts[1]);
  RC_ASSERT(sum.count() == all.count());
  RC_ASSERT(sum.mean() == all.mean());
  for (const double share : {0.01, 0.25, 0.5, 0.75, 0.99, 1.0}) {
    RC_ASSERT(sum.quantile(share) == all.quantile(share));
  }
}

// However far delays spread, a quantile is at least the exact one and at most one bucket beyond.
RC_GTEST_PROP(DelaySketchTest, QuantileIsNeverBelowTheExactOne,
              (std::vector<std::uint32_t> delays)) {
  RC_PRE(!delays.empty());
  DelaySketch sketch;
  for (const std::uint32_t ns : delays) {
    sketch.add(Duration{ns});
  }
  std::sort(delays.begin(), delays.end());
  const std::size_t middle = (delays.size() + 1) / 2 - 1;
  RC_ASSERT(sketch.quantile(0.5).count() >= delays[middle]);
  RC_ASSERT(sketch.quantile(0.5) <= sketch.max());
  RC_ASSERT(sketch.quantile(1).count() == delays.back());
}

}  // namespace
}  // namespace switchfault
