#include "core/event_queue.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include <gtest/gtest.h>  // Before rapidcheck/gtest.h, which needs it.
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

constexpr Entity kS1(EntityKind::node, 1);

EventKey key_at(SimTime at, std::uint64_t occurrence = 0) {
  return {at, Phase::frame, kS1, kS1, occurrence};
}

void push(EventQueue& queue, SimTime at) {
  queue.push(
      key_at(at), [] {}, ObservationId::none);
}

std::vector<std::int64_t> drain(EventQueue& queue) {
  std::vector<std::int64_t> times;
  while (queue.size() > 0) {
    queue.advance();
    times.push_back(queue.pop().at.time_since_epoch().count());
  }
  return times;
}

TEST(EventQueue, AnEmptyOneHasNoEarliestEvent) {
  const EventQueue queue(kTimeZero);
  EXPECT_EQ(queue.earliest(), kNever);
  EXPECT_EQ(queue.size(), 0U);
}

TEST(EventQueue, LookingDoesNotRaiseTheFloor) {
  EventQueue queue(kTimeZero);
  push(queue, kTimeZero + 1h);
  EXPECT_EQ(queue.earliest(), kTimeZero + 1h);
  push(queue, kTimeZero + 1s);
  EXPECT_EQ(queue.earliest(), kTimeZero + 1s);
  EXPECT_EQ(drain(queue), (std::vector<std::int64_t>{1'000'000'000, 3'600'000'000'000}));
}

TEST(EventQueue, TheWholeRangeOfTimeFits) {
  EventQueue queue(SimTime::min());
  for (const SimTime at : {kNever - 1ns, kTimeZero, SimTime::min(), kTimeZero - 1ns}) {
    push(queue, at);
  }
  const std::int64_t least = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(drain(queue), (std::vector<std::int64_t>{least, -1, 0, -(least + 2)}));
}

// More events than a chunk holds, spread and of one instant, in an order far from sorted; twice, so
// that chunks are used again.
TEST(EventQueue, AThousandEventsComeOutSorted) {
  EventQueue queue(kTimeZero);
  SimTime start = kTimeZero + 1s;
  for (int round = 0; round < 2; ++round) {
    std::vector<EventKey> keys;
    for (std::uint64_t i = 0; i < 1'000; ++i) {
      const std::uint64_t scattered = i * 7'919 % 1'000;
      const auto ticks = static_cast<std::int64_t>(i % 3 == 0 ? 500 : scattered * scattered);
      keys.push_back(key_at(start + Duration{ticks}, scattered));
      queue.push(
          keys.back(), [] {}, ObservationId::none);
    }
    std::ranges::sort(keys);
    for (const EventKey& key : keys) {
      queue.advance();
      ASSERT_EQ(queue.pop().key(), key);
    }
    start += 1h;
  }
}

TEST(EventQueueDeathTest, NothingGoesBelowTheFloor) {
  EventQueue queue(kTimeZero);
  push(queue, kTimeZero + 5s);
  queue.advance();
  EXPECT_DEATH(push(queue, kTimeZero + 4s), "at >= floor_");
  EXPECT_DEATH(push(queue, kNever), "at < kNone");
  EventQueue empty(kTimeZero);
  EXPECT_DEATH(empty.advance(), "occupied_digits_ != 0");
}

// An increment whose size may be any power of two, with ties frequent.
rc::Gen<std::int64_t> increments() {
  return rc::gen::oneOf(rc::gen::inRange<std::int64_t>(0, 3),
                        rc::gen::map(rc::gen::inRange(0, 50),
                                     [](int exponent) { return std::int64_t{1} << exponent; }));
}

// Property: pushing at or after the floor and popping in any mixture gives the order of a sorted
// map of the keys, and every event comes out once with what it carried.
RC_GTEST_PROP(EventQueueProperty, PopsLikeASortedMap, ()) {
  EventQueue queue(kTimeZero);
  std::map<EventKey, ObservationId> model;
  SimTime now = kTimeZero;
  const auto pop_both = [&] {
    RC_ASSERT(queue.earliest() == model.begin()->first.at);
    now = queue.earliest();
    queue.advance();
    RC_ASSERT(queue.front().key() == model.begin()->first);
    RC_ASSERT(queue.pop().cause == model.begin()->second);
    model.erase(model.begin());
  };
  const auto steps = *rc::gen::container<std::vector<std::pair<std::int64_t, bool>>>(
      rc::gen::pair(increments(), rc::gen::arbitrary<bool>()));
  std::uint32_t serial = 0;
  for (const auto& [increment, pop] : steps) {
    const EventKey key{now + Duration{increment}, Phase::frame,
                       Entity(EntityKind::node, *rc::gen::inRange(0U, 3U)),
                       Entity(EntityKind::node, *rc::gen::inRange(0U, 3U)),
                       *rc::gen::inRange<std::uint64_t>(0, 3)};
    if (model.emplace(key, ObservationId{++serial}).second) {
      queue.push(
          key, [] {}, ObservationId{serial});
    }
    if (pop && !model.empty()) {
      pop_both();
    }
    RC_ASSERT(queue.size() == model.size());
  }
  while (!model.empty()) {
    pop_both();
  }
  RC_ASSERT(queue.earliest() == kNever);
}

}  // namespace
}  // namespace switchfault
