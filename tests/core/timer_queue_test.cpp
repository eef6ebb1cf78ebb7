#include "core/timer_queue.h"

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
using Slot = TimerQueue::Slot;

TimerQueue::Identity identity(std::uint32_t port, Phase phase = Phase::protocol) {
  return {phase, Entity(EntityKind::port, port), Entity(EntityKind::node, 1), [] {}};
}

TEST(TimerQueue, ASlotIsUsedAgain) {
  TimerQueue queue;
  const Slot first = queue.acquire(identity(1));
  const Slot second = queue.acquire(identity(2));
  queue.arm(first, kTimeZero + 1s, ObservationId{7});
  queue.release(first);
  EXPECT_EQ(queue.earliest(), kNever);
  EXPECT_EQ(queue.owned(), 1U);
  EXPECT_EQ(queue.acquire(identity(3)), first);
  EXPECT_EQ(queue.deadline(first), kNever);
  EXPECT_EQ(queue.identity(first).target, Entity(EntityKind::port, 3));
  EXPECT_NE(first, second);
}

TEST(TimerQueue, ArmingAgainMovesTheEntryAndItsCause) {
  TimerQueue queue;
  const Slot slot = queue.acquire(identity(1));
  queue.arm(slot, kTimeZero + 1s, ObservationId{7});
  queue.arm(slot, kTimeZero + 3s, ObservationId{8});
  queue.arm(slot, kTimeZero + 2s, ObservationId{9});
  EXPECT_EQ(queue.size(), 1U);
  const TimerQueue::Entry fired = queue.pop();
  EXPECT_EQ(fired.at, kTimeZero + 2s);
  EXPECT_EQ(fired.slot, slot);
  EXPECT_EQ(fired.cause, ObservationId{9});
  EXPECT_EQ(queue.deadline(slot), kNever);
}

// The entry that fills a gap may have to rise: 3 under 2 replaces 101 under 100.
TEST(TimerQueue, AGapInALateBranchIsFilledByAnEarlierDeadline) {
  TimerQueue queue;
  std::vector<Slot> slots;
  for (const int deadline : {1, 100, 2, 50, 51, 101, 102, 103, 104, 3}) {
    slots.push_back(queue.acquire(identity(static_cast<std::uint32_t>(slots.size()))));
    queue.arm(slots.back(), kTimeZero + Duration{deadline}, ObservationId::none);
  }
  queue.cancel(slots[5]);
  std::vector<std::int64_t> order;
  while (queue.size() > 0) {
    order.push_back(queue.pop().at.time_since_epoch().count());
  }
  EXPECT_EQ(order, (std::vector<std::int64_t>{1, 2, 3, 50, 51, 100, 102, 103, 104}));
}

// Property: arming, moving, cancelling and releasing in any mixture leaves the order of a sorted
// map from keys to slots, with one entry for each armed timer.
RC_GTEST_PROP(TimerQueueProperty, PopsLikeASortedMap, ()) {
  constexpr std::uint32_t kTimers = 40;
  TimerQueue queue;
  std::vector<Slot> slots;
  std::map<EventKey, std::uint32_t> model;
  std::vector<std::optional<EventKey>> armed(kTimers);
  const auto kind = [](std::uint32_t i) {
    return identity(i / 2, i % 2 == 0 ? Phase::os : Phase::frame);
  };
  for (std::uint32_t i = 0; i < kTimers; ++i) {
    slots.push_back(queue.acquire(kind(i)));
  }
  const auto disarm = [&](std::uint32_t i) {
    if (armed[i]) {
      model.erase(*armed[i]);
      armed[i].reset();
    }
  };
  const auto pop_both = [&] {
    RC_ASSERT(queue.earliest() == model.begin()->first.at);
    const std::uint32_t expected = model.begin()->second;
    RC_ASSERT(queue.pop().slot == slots[expected]);
    disarm(expected);
  };
  const auto latest = *rc::gen::element(3, 20, 1'000'000);  // Many ties, some, none.
  const auto operations =
      *rc::gen::scale(5.0, rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 12)));
  for (const int operation : operations) {
    const auto i = *rc::gen::inRange<std::uint32_t>(0, kTimers);
    if (operation == 0) {
      queue.cancel(slots[i]);
      disarm(i);
    } else if (operation == 1) {
      queue.release(slots[i]);
      disarm(i);
      slots[i] = queue.acquire(kind(i));
    } else if (operation == 2 && !model.empty()) {
      pop_both();
    } else {
      const EventKey key = kind(i).key(kTimeZero + Duration{*rc::gen::inRange(0, latest)});
      queue.arm(slots[i], key.at, ObservationId::none);
      disarm(i);
      armed[i] = key;
      model.emplace(key, i);
    }
    RC_ASSERT(queue.size() == model.size());
    RC_ASSERT(queue.deadline(slots[i]) == (armed[i] ? armed[i]->at : kNever));
  }
  while (!model.empty()) {
    pop_both();
  }
  RC_ASSERT(queue.earliest() == kNever);
}

}  // namespace
}  // namespace switchfault
