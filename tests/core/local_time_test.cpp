#include "core/local_time.h"

#include <chrono>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

// 2026-03-29T00:00:00Z, a Sunday; one hour later Berlin goes from +1 h to +2 h.
constexpr std::int64_t kSunday = 1'774'742'400'000'000'000;

ClockConfig berlin() {
  ClockConfig clock;
  clock.start_unix_ns = kSunday;
  clock.zone_periods = {{kSunday - 1'000'000'000, 1h}, {kSunday + Duration{1h}.count(), 2h}};
  return clock;
}

TEST(LocalTime, KnowsWeekdayAndTimeOfDay) {
  const LocalTime local = local_time(berlin(), kTimeZero);
  EXPECT_EQ(local.weekday, 6U);
  EXPECT_EQ(local.time_of_day, 1h);
}

TEST(LocalTime, JumpsWithTheZone) {
  EXPECT_EQ(local_time(berlin(), kTimeZero + 59min).time_of_day, 1h + 59min);
  EXPECT_EQ(local_time(berlin(), kTimeZero + 60min).time_of_day, 3h);
  EXPECT_EQ(next_offset_change(berlin(), kTimeZero), kTimeZero + 1h);
  EXPECT_EQ(next_offset_change(berlin(), kTimeZero + 1h), kNever);
}

TEST(LocalTime, MondayFollowsSunday) {
  EXPECT_EQ(local_time(berlin(), kTimeZero + 22h).weekday, 0U);
  EXPECT_EQ(local_time(berlin(), kTimeZero + 22h).time_of_day, 0h);
}

TEST(LocalTime, WorksBeforeTheEpoch) {
  ClockConfig clock;
  clock.start_unix_ns = -Duration{1h}.count();  // 1969-12-31T23:00Z, a Wednesday.
  EXPECT_EQ(local_time(clock, kTimeZero).weekday, 2U);
  EXPECT_EQ(local_time(clock, kTimeZero).time_of_day, 23h);
}

}  // namespace
}  // namespace switchfault
