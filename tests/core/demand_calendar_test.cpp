#include "core/demand_calendar.h"

#include <chrono>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

// Monday 2026-03-02, 00:00 UTC at time 0.
ClockConfig monday() {
  ClockConfig clock;
  clock.start_unix_ns = 1'772'409'600'000'000'000;
  return clock;
}

UserGroupConfig office() {
  UserGroupConfig users;
  users.demand = {{.days = 0x1f, .from = 8h, .to = 16h, .level = 1},
                  {.days = 0x7f, .from = 16h, .to = 20h, .level = 0.25}};
  users.demand_otherwise = 0;
  return users;
}

TEST(DemandCalendar, TheFirstPeriodThatCoversDecides) {
  const UserGroupConfig users = office();
  const ClockConfig clock = monday();
  const DemandCalendar calendar(users, clock);
  EXPECT_EQ(calendar.level(kTimeZero + 7h), 0);
  EXPECT_EQ(calendar.level(kTimeZero + 8h), 1);
  EXPECT_EQ(calendar.level(kTimeZero + 16h), 0.25);
  EXPECT_EQ(calendar.level(kTimeZero + 5 * 24h + 9h), 0);  // Saturday.
}

TEST(DemandCalendar, MinutesAreTheIntegral) {
  const UserGroupConfig users = office();
  const ClockConfig clock = monday();
  const DemandCalendar calendar(users, clock);
  EXPECT_DOUBLE_EQ(calendar.minutes(kTimeZero, kTimeZero + 24h), 8 * 60 + 60);
  EXPECT_DOUBLE_EQ(calendar.minutes(kTimeZero, kTimeZero + 7 * 24h), 5 * 480 + 7 * 60);
  EXPECT_DOUBLE_EQ(calendar.minutes(kTimeZero + 15h, kTimeZero + 17h), 60 + 15);
}

TEST(DemandCalendar, WithoutACalendarEverybodyAlwaysWants) {
  const UserGroupConfig users;
  const ClockConfig clock = monday();
  EXPECT_DOUBLE_EQ(DemandCalendar(users, clock).minutes(kTimeZero, kTimeZero + 90min), 90);
}

}  // namespace
}  // namespace switchfault
