#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

std::vector<ShiftPeriod> shifts(const std::string& text) {
  return load_with_network("operations: {people: {p: {count: 1, shifts: [" + text + "]}}}")
      .operations.people[0]
      .shifts;
}

std::string error(const std::string& text) {
  return brief_errors("operations: {people: {p: {count: 1, shifts: [" + text + "]}}}" + kNetwork);
}

TEST(ReadCalendar, DaysAreNamesRangesAndLists) {
  EXPECT_EQ(shifts("{days: mon}")[0].days, 0b0000001);
  EXPECT_EQ(shifts("{days: mon-fri}")[0].days, 0b0011111);
  EXPECT_EQ(shifts("{days: [tue, sat-mon]}")[0].days, 0b1100011);
  EXPECT_EQ(shifts("{days: all}")[0].days, 0b1111111);
  EXPECT_EQ(shifts("{}")[0].days, 0b1111111);
}

TEST(ReadCalendar, ADayEndsAtTwentyFour) {
  const auto whole = shifts("{}");
  EXPECT_EQ(whole[0].from, hours{0});
  EXPECT_EQ(whole[0].to, hours{24});
  const auto part = shifts("{from: \"07:30\", to: 24:00}");
  EXPECT_EQ(part[0].from, hours{7} + minutes{30});
  EXPECT_EQ(part[0].to, hours{24});
}

TEST(ReadCalendar, ANightShiftIsTwoParts) {
  const auto night = shifts("{days: [mon, sun], from: \"22:00\", to: \"06:00\"}");
  ASSERT_EQ(night.size(), 2U);
  EXPECT_EQ(night[0].days, 0b1000001);
  EXPECT_EQ(night[0].from, hours{22});
  EXPECT_EQ(night[0].to, hours{24});
  EXPECT_EQ(night[1].days, 0b0000011);  // The mornings of Tuesday and Monday.
  EXPECT_EQ(night[1].from, hours{0});
  EXPECT_EQ(night[1].to, hours{6});
}

TEST(ReadCalendar, SaysWhatIsNoTime) {
  const std::string days =
      " | write all, mon, tue, wed, thu, fri, sat, sun or a range such as "
      "mon-fri\n";
  EXPECT_EQ(error("{days: monday}"), "1:53 'monday' is no day of the week" + days);
  EXPECT_EQ(error("{days: fri-}"), "1:53 'fri-' is no day of the week" + days);
  const std::string time =
      " is no time of day | write hours and minutes such as 07:30, at most "
      "24:00\n";
  EXPECT_EQ(error("{from: 7:30}"), "1:53 '7:30'" + time);
  EXPECT_EQ(error("{from: 24:01}"), "1:53 '24:01'" + time);
  EXPECT_EQ(error("{from: 10:60}"), "1:53 '10:60'" + time);
  EXPECT_EQ(error("{from: -1:10}"), "1:53 '-1:10'" + time);
  EXPECT_EQ(error("{from: noon}"), "1:53 'noon'" + time);
}

}  // namespace
}  // namespace switchfault
