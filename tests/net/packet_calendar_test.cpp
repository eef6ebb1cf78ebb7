#include "net/packet_calendar.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace): 10s in stories.

TEST(PacketCalendarTest, GivesDirectionsInOrderOfTimeThenNumber) {
  PacketCalendar calendar(8, kTimeZero);
  calendar.push(5, kTimeZero + 10us);
  calendar.push(2, kTimeZero + 10us);
  calendar.push(7, kTimeZero + 3ns);
  EXPECT_EQ(calendar.earliest(), kTimeZero + 3ns);
  EXPECT_EQ(calendar.pop(), 7);
  EXPECT_EQ(calendar.pop(), 2);
  EXPECT_EQ(calendar.earliest(), kTimeZero + 10us);
  EXPECT_EQ(calendar.pop(), 5);
  EXPECT_EQ(calendar.earliest(), kNever);
}

TEST(PacketCalendarTest, WhatIsPushedForTheInstantComesAfterWhatWasDue) {
  PacketCalendar calendar(8, kTimeZero);
  calendar.push(4, kTimeZero + 5ns);
  calendar.push(6, kTimeZero + 5ns);
  EXPECT_EQ(calendar.pop(), 4);
  calendar.push(1, kTimeZero + 5ns);
  EXPECT_EQ(calendar.pop(), 6);
  EXPECT_EQ(calendar.pop(), 1);
}

TEST(PacketCalendarTest, ForgetsWhatIsRemoved) {
  PacketCalendar calendar(8, kTimeZero);
  calendar.push(1, kTimeZero + 1ms);
  calendar.push(2, kTimeZero + 1ms);
  calendar.push(3, kTimeZero + 2ms);
  calendar.remove(1);
  EXPECT_EQ(calendar.pop(), 2);
  calendar.remove(3);
  EXPECT_EQ(calendar.earliest(), kNever);
}

RC_GTEST_PROP(PacketCalendarTest, IsASortedSet, ()) {
  PacketCalendar calendar(64, kTimeZero);
  std::set<std::pair<SimTime, std::uint32_t>> model;
  SimTime now = kTimeZero;
  for (const auto& [direction, shift, step] :
       *rc::gen::container<std::vector<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>>>(
           rc::gen::tuple(rc::gen::inRange(0U, 64U), rc::gen::inRange(0U, 40U),
                          rc::gen::inRange(0U, 1000U)))) {
    const auto known = std::ranges::find_if(
        model, [&, wanted = direction](const auto& entry) { return entry.second == wanted; });
    if (known == model.end()) {
      // Later than now, so that what is pushed for the instant itself does not matter.
      const SimTime at = now + Duration{1 + (std::int64_t{step} << shift) % 1'000'000'000'000};
      calendar.push(direction, at);
      model.insert({at, direction});
    } else if (step % 3 == 0) {
      calendar.remove(direction);
      model.erase(known);
    } else {
      now = model.begin()->first;
      RC_ASSERT(calendar.pop() == model.begin()->second);
      model.erase(model.begin());
    }
    RC_ASSERT(calendar.earliest() == (model.empty() ? kNever : model.begin()->first));
  }
}

}  // namespace
}  // namespace switchfault
