#include "core/timer_queue.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include <gtest/gtest.h>  // Before rapidcheck/gtest.h, which needs it.
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TimerQueue::Identity identity(std::uint32_t port, Phase phase = Phase::protocol) {
  return {phase, Entity(EntityKind::port, port), Entity(EntityKind::node, 1), [] {}};
}

constexpr SimTime kEnd = kNever - 1ns;  // A limit that excludes nothing.

TEST(TimerQueue, ASlotIsUsedAgain) {
  TimerQueue queue;
  TimerDue first;
  TimerDue second;
  queue.acquire(identity(1), first);
  queue.acquire(identity(2), second);
  queue.arm(first, kTimeZero + 1s, ObservationId{7});
  const std::uint32_t slot = first.slot;
  queue.release(first);
  EXPECT_EQ(queue.earliest(kEnd), kNever);
  EXPECT_EQ(queue.owned(), 1U);
  TimerDue third;
  queue.acquire(identity(3), third);
  EXPECT_EQ(third.slot, slot);
  EXPECT_NE(third.slot, second.slot);
  EXPECT_EQ(queue.identity(third).target, Entity(EntityKind::port, 3));
}

TEST(TimerQueue, ArmingAgainReplacesDeadlineAndCause) {
  TimerQueue queue;
  TimerDue due;
  queue.acquire(identity(1), due);
  queue.arm(due, kTimeZero + 1s, ObservationId{7});
  queue.arm(due, kTimeZero + 3s, ObservationId{8});
  queue.arm(due, kTimeZero + 2s, ObservationId{9});
  EXPECT_EQ(queue.size(), 1U);
  EXPECT_EQ(queue.earliest(kTimeZero + 1s), kNever);
  EXPECT_EQ(queue.earliest(kEnd), kTimeZero + 2s);
  EXPECT_EQ(queue.pop(), ObservationId{9});
  EXPECT_EQ(due.deadline, kNever);
  EXPECT_EQ(queue.size(), 0U);
}

TEST(TimerQueue, FollowsATimerThatMoves) {
  TimerQueue queue;
  TimerDue before;
  queue.acquire(identity(1), before);
  queue.arm(before, kTimeZero + 1s, ObservationId{7});
  TimerDue after = before;
  queue.relocate(after);
  queue.arm(after, kTimeZero + 2s, ObservationId{8});
  EXPECT_EQ(queue.earliest(kEnd), kTimeZero + 2s);
  EXPECT_EQ(queue.pop(), ObservationId{8});
}

TEST(TimerQueue, AFarDeadlineMovedBeforeItsBucketOpensIsNotMissed) {
  TimerQueue queue;
  TimerDue hour;
  TimerDue second;
  queue.acquire(identity(1), hour);
  queue.acquire(identity(2), second);
  queue.arm(hour, kTimeZero + 1h, ObservationId{7});
  queue.arm(second, kTimeZero + 1s, ObservationId{8});
  queue.arm(hour, kTimeZero + 500ms, ObservationId{9});
  EXPECT_EQ(queue.size(), 2U);
  EXPECT_EQ(queue.earliest(kTimeZero + 499ms), kNever);
  EXPECT_EQ(queue.earliest(kEnd), kTimeZero + 500ms);
  EXPECT_EQ(queue.pop(), ObservationId{9});
  EXPECT_EQ(queue.earliest(kEnd), kTimeZero + 1s);
}

TEST(TimerQueue, ADeadlineBeforeThoseLookedAtComesFirst) {
  TimerQueue queue;
  TimerDue minute;
  TimerDue second;
  queue.acquire(identity(1), minute);
  queue.acquire(identity(2), second);
  queue.arm(minute, kTimeZero + 1min, ObservationId{7});
  EXPECT_EQ(queue.earliest(kTimeZero + 59s), kNever);  // The wheel may have opened until there.
  queue.arm(second, kTimeZero + 1s, ObservationId{8});
  EXPECT_EQ(queue.earliest(kEnd), kTimeZero + 1s);
  EXPECT_EQ(queue.pop(), ObservationId{8});
  EXPECT_EQ(queue.earliest(kEnd), kTimeZero + 1min);
}

// The entry that fills a gap may have to rise: 3 under 2 replaces 101 under 100.
TEST(TimerQueue, AGapInALateBranchIsFilledByAnEarlierDeadline) {
  TimerQueue queue;
  std::array<TimerDue, 10> dues;
  std::uint32_t port = 0;
  for (const int deadline : {1, 100, 2, 50, 51, 101, 102, 103, 104, 3}) {
    queue.acquire(identity(port), dues.at(port));
    queue.arm(dues.at(port), kTimeZero + Duration{deadline}, ObservationId::none);
    ++port;
  }
  queue.cancel(dues[5]);
  std::vector<std::int64_t> order;
  while (queue.size() > 0) {
    order.push_back(queue.earliest(kEnd).time_since_epoch().count());
    queue.pop();
  }
  EXPECT_EQ(order, (std::vector<std::int64_t>{1, 2, 3, 50, 51, 100, 102, 103, 104}));
}

// Property: arming, moving, cancelling and releasing in any mixture leaves the order of a sorted
// map from keys to timers, with one entry for each armed timer.
RC_GTEST_PROP(TimerQueueProperty, PopsLikeASortedMap, ()) {
  constexpr std::uint32_t kTimers = 40;
  TimerQueue queue;
  std::array<TimerDue, kTimers> dues;
  std::map<EventKey, std::uint32_t> model;
  std::array<std::optional<EventKey>, kTimers> armed;
  const auto kind = [](std::uint32_t i) {
    return identity(i / 2, i % 2 == 0 ? Phase::os : Phase::frame);
  };
  for (std::uint32_t i = 0; i < kTimers; ++i) {
    queue.acquire(kind(i), dues.at(i));
  }
  const auto disarm = [&](std::uint32_t i) {
    if (armed.at(i)) {
      model.erase(*armed.at(i));
      armed.at(i).reset();
    }
  };
  const auto pop_both = [&] {
    const auto [key, first] = *model.begin();
    RC_ASSERT(queue.earliest(key.at - 1ns) == kNever);
    RC_ASSERT(queue.earliest(key.at) == key.at);
    RC_ASSERT(queue.front().key(key.at) == key);
    RC_ASSERT(queue.pop() == ObservationId{first});
    disarm(first);
  };
  // Many ties, some, none; in seconds and in months, where entries wait in the wheel at first.
  const auto latest =
      *rc::gen::element<std::int64_t>(3, 20, 1'000'000, 5'000'000'000, 10'000'000'000'000'000);
  const auto operations =
      *rc::gen::scale(5.0, rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 12)));
  for (const int operation : operations) {
    const auto i = *rc::gen::inRange<std::uint32_t>(0, kTimers);
    if (operation == 0) {
      queue.cancel(dues.at(i));
      disarm(i);
    } else if (operation == 1) {
      queue.release(dues.at(i));
      disarm(i);
      queue.acquire(kind(i), dues.at(i));
    } else if (operation == 2 && !model.empty()) {
      pop_both();
    } else {
      const EventKey key =
          kind(i).key(kTimeZero + Duration{*rc::gen::inRange<std::int64_t>(0, latest)});
      queue.arm(dues.at(i), key.at, ObservationId{i});
      disarm(i);
      armed.at(i) = key;
      model.emplace(key, i);
    }
    RC_ASSERT(queue.size() == model.size());
    RC_ASSERT(dues.at(i).deadline == (armed.at(i) ? armed.at(i)->at : kNever));
  }
  while (!model.empty()) {
    pop_both();
  }
  RC_ASSERT(queue.earliest(kEnd) == kNever);
}

}  // namespace
}  // namespace switchfault
