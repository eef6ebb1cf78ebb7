#include "io/shift_calendar.h"

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using std::chrono::hours;

constexpr std::uint8_t kMonday = 1, kTuesday = 2, kSaturday = 32;

// Monday, 2 March 2026, 07:40 in a zone one hour before UTC.
ClockConfig clock_of(Duration duration) {
  ClockConfig clock;
  clock.start_unix_ns = 1'772'433'600'000'000'000;
  clock.duration = duration;
  clock.zone_periods = {{0, hours{1}}};
  return clock;
}

bool on_shift(std::uint8_t days, int from, int to, Duration duration) {
  PeoplePool pool;
  pool.shifts.push_back({.days = days, .from = hours{from}, .to = hours{to}, .at = {}});
  return on_shift_during(pool, clock_of(duration));
}

TEST(ShiftCalendar, AShiftCountsWhenItMeetsTheRun) {
  EXPECT_TRUE(on_shift(kMonday, 8, 16, hours{8}));
  EXPECT_FALSE(on_shift(kMonday, 8, 16, std::chrono::minutes{10}));  // The run ends at 07:50.
  EXPECT_TRUE(on_shift(kMonday, 6, 8, hours{1}));                    // Under way at the start.
  EXPECT_FALSE(on_shift(kMonday, 0, 7, hours{24}));                  // Over before it.
  EXPECT_TRUE(on_shift(kMonday, 0, 7, hours{24 * 7}));               // Next Monday.
  EXPECT_TRUE(on_shift(kTuesday, 8, 16, hours{25}));
  EXPECT_FALSE(on_shift(kSaturday, 0, 24, hours{24 * 4}));
  EXPECT_TRUE(on_shift(kSaturday, 0, 24, hours{24 * 5}));
  EXPECT_FALSE(on_shift(0, 0, 24, hours{24 * 30}));
}

TEST(ShiftCalendar, WithoutShiftsTheyAreAlwaysThere) {
  EXPECT_TRUE(on_shift_during(PeoplePool{}, clock_of(hours{1})));
}

}  // namespace
}  // namespace switchfault
