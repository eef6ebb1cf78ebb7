#include "run/time_bins.h"

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(TimeBinsTest, CountsWhereTimeFalls) {
  TimeBins bins;
  bins.add(0ms, false);
  bins.add(127ms, true);
  EXPECT_EQ(bins.width(), 1ms);
  EXPECT_EQ(bins.bins()[0].sent, 1U);
  EXPECT_EQ(bins.bins()[127].lost_by_faults, 1U);
}

TEST(TimeBinsTest, WidensWithoutLosingCounts) {
  TimeBins bins;
  for (int ms = 0; ms < 1000; ++ms) {
    bins.add(std::chrono::milliseconds{ms}, ms >= 500);
  }
  EXPECT_EQ(bins.width(), 8ms);
  EXPECT_EQ(bins.bins()[0].sent, 8U);
  EXPECT_EQ(bins.bins()[0].lost_by_faults, 0U);
  EXPECT_EQ(bins.bins()[62].lost_by_faults, 4U);  // 496 … 503 ms
  EXPECT_EQ(bins.bins()[125].sent, 0U);
}

TEST(TimeBinsTest, CanBeMadeAsWideAsOthers) {
  TimeBins bins;
  bins.add(10ms, false);
  bins.widen(5ms);
  EXPECT_EQ(bins.width(), 8ms);
  EXPECT_EQ(bins.bins()[1].sent, 1U);
}

}  // namespace
}  // namespace switchfault
