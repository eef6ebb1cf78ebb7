#include "core/event_queue.h"

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

PendingEvent event(SimTime at, std::uint64_t occurrence = 0) {
  return {at, occurrence, [] {}, kS1, kS1, ObservationId::none, Phase::frame};
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
  queue.push(event(kTimeZero + 1h));
  EXPECT_EQ(queue.earliest(), kTimeZero + 1h);
  queue.push(event(kTimeZero + 1s));
  EXPECT_EQ(queue.earliest(), kTimeZero + 1s);
  EXPECT_EQ(drain(queue), (std::vector<std::int64_t>{1'000'000'000, 3'600'000'000'000}));
}

TEST(EventQueue, TheWholeRangeOfTimeFits) {
  EventQueue queue(SimTime::min());
  for (const SimTime at : {kNever - 1ns, kTimeZero, SimTime::min(), kTimeZero - 1ns}) {
    queue.push(event(at));
  }
  const std::int64_t least = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(drain(queue), (std::vector<std::int64_t>{least, -1, 0, -(least + 2)}));
}

TEST(EventQueueDeathTest, NothingGoesBelowTheFloor) {
  EventQueue queue(kTimeZero);
  queue.push(event(kTimeZero + 5s));
  queue.advance();
  EXPECT_DEATH(queue.push(event(kTimeZero + 4s)), "at >= floor_");
  EXPECT_DEATH(queue.push(event(kNever)), "at < kNone");
  EventQueue empty(kTimeZero);
  EXPECT_DEATH(empty.advance(), "occupied_ != 0");
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
    PendingEvent pushed = event(now + Duration{increment}, *rc::gen::inRange<std::uint64_t>(0, 9));
    pushed.cause = ObservationId{++serial};
    if (model.emplace(pushed.key(), pushed.cause).second) {
      queue.push(pushed);
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
