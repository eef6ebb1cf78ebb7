#include "core/timer_wheel.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

#include <gtest/gtest.h>  // Before rapidcheck/gtest.h, which needs it.
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;
using Slots = std::vector<TimerWheel::Slot>;

Slots open(TimerWheel& wheel) {
  Slots slots;
  TimerWheel::Batch batch;
  wheel.open();
  while (wheel.take(batch)) {
    slots.insert(slots.end(), batch.span().begin(), batch.span().end());
  }
  return slots;
}

TEST(TimerWheel, WhatIsNearLiesWithinTheHorizon) {
  const TimerWheel wheel(kTimeZero);
  EXPECT_FALSE(wheel.beyond_horizon(kTimeZero - 1h));
  EXPECT_FALSE(wheel.beyond_horizon(kTimeZero + 1ms));
  EXPECT_TRUE(wheel.beyond_horizon(kTimeZero + 2ms));
  EXPECT_EQ(wheel.next_opening(), kNever);
}

TEST(TimerWheel, BucketsOpenInTheOrderOfTime) {
  TimerWheel wheel(kTimeZero);
  for (TimerWheel::Slot slot = 0; slot < 4; ++slot) {
    wheel.add_slot();
  }
  wheel.file(0, kTimeZero + 24h);
  wheel.file(1, kTimeZero + 3s);
  wheel.file(2, kTimeZero + 24h);
  wheel.file(3, kTimeZero + 50ms);
  EXPECT_EQ(open(wheel), Slots{3});
  EXPECT_EQ(open(wheel), Slots{1});
  EXPECT_EQ(open(wheel), (Slots{0, 2}));
  EXPECT_EQ(wheel.size(), 0U);
  EXPECT_FALSE(wheel.holds(0));
}

TEST(TimerWheel, WhatIsWithdrawnIsNotHandedOut) {
  TimerWheel wheel(kTimeZero);
  Slots left;
  for (TimerWheel::Slot slot = 0; slot < 70; ++slot) {  // More than two chunks.
    wheel.add_slot();
    wheel.file(slot, kTimeZero + 3s);
  }
  for (TimerWheel::Slot slot = 0; slot < 70; ++slot) {
    if (slot % 10 == 0) {
      left.push_back(slot);
    } else {
      wheel.withdraw(slot);
    }
  }
  EXPECT_EQ(wheel.size(), 7U);
  Slots opened = open(wheel);
  std::sort(opened.begin(), opened.end());
  EXPECT_EQ(opened, left);
}

TEST(TimerWheel, TheLastOneWithdrawnLeavesNothingToOpen) {
  TimerWheel wheel(kTimeZero);
  wheel.add_slot();
  wheel.add_slot();
  wheel.file(0, kTimeZero + 1h);
  wheel.file(1, kTimeZero + 3s);
  wheel.withdraw(1);
  EXPECT_EQ(wheel.next_opening(), wheel.opening(0));
  wheel.withdraw(0);
  EXPECT_EQ(wheel.next_opening(), kNever);
}

// Property: a bucket never opens after a time that was filed into it, buckets open in order, and
// who files anew what lies beyond the horizon still sees each slot come within it in time.
RC_GTEST_PROP(TimerWheelProperty, EverySlotComesInTime, ()) {
  const auto offset = rc::gen::map(rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 55U),
                                   [](std::int64_t random) { return random >> (random % 40); });
  const SimTime start = kTimeZero + Duration{*offset} - Duration{*offset};
  TimerWheel wheel(start);
  std::map<TimerWheel::Slot, SimTime> filed;
  for (const std::int64_t wait : *rc::gen::container<std::vector<std::int64_t>>(offset)) {
    const SimTime at = start + 2ms + Duration{wait};
    const auto slot = static_cast<TimerWheel::Slot>(filed.size());
    wheel.add_slot();
    wheel.file(slot, at);
    filed.emplace(slot, at);
  }
  SimTime opened = SimTime::min();
  while (wheel.size() > 0) {
    RC_ASSERT(wheel.size() == filed.size());
    RC_ASSERT(wheel.next_opening() > opened);
    opened = wheel.next_opening();
    for (const auto& [slot, at] : filed) {
      RC_ASSERT(wheel.opening(slot) <= at);
      RC_ASSERT(wheel.opening(slot) >= opened);
    }
    for (const TimerWheel::Slot slot : open(wheel)) {
      if (wheel.beyond_horizon(filed.at(slot))) {
        wheel.file(slot, filed.at(slot));
      } else {
        RC_ASSERT(filed.at(slot) >= opened);
        filed.erase(slot);
      }
    }
  }
  RC_ASSERT(filed.empty());
}

}  // namespace
}  // namespace switchfault
