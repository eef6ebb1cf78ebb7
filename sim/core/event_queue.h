// EventQueue: the pending one-shot events of one Simulator, a radix heap over their times.
//
// Monotone: the queue has a floor, no event may be pushed below it, and only advance() raises it.
// Bucket b > 0 holds the events whose time differs from the floor in bit b - 1 as the highest one;
// bucket 0 holds those of the floor itself, as a binary heap on the rest of their keys. Advancing
// spreads the lowest occupied bucket over lower ones, reading and writing whole events
// sequentially, which is why a million pending events cost little more than a thousand.
// push O(1); earliest O(1), changes nothing; advance and pop together O(log range) amortised plus
// O(log ties of the instant). Memory: every bucket keeps the capacity it has needed.

#ifndef SWITCHFAULT_CORE_EVENT_QUEUE_H_
#define SWITCHFAULT_CORE_EVENT_QUEUE_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include <switchfault/entity.h>
#include <switchfault/units.h>

#include "core/simulator.h"

namespace switchfault {

// An event as it waits; the key is kept in parts because that saves 8 bytes.
struct PendingEvent {
  SimTime at;
  std::uint64_t occurrence = 0;
  InlineAction action;
  Entity target;
  Entity source;
  ObservationId cause = ObservationId::none;
  Phase phase = Phase::environment;

  [[nodiscard]] EventKey key() const { return {at, phase, target, source, occurrence}; }
};
static_assert(sizeof(PendingEvent) == 56 && std::is_trivially_copyable_v<PendingEvent>);

class EventQueue {
 public:
  explicit EventQueue(SimTime floor) : floor_(ordinal(floor)) { earliest_.fill(kNone); }

  // REQUIRES: event.at is not before the floor, and before kNever.
  void push(const PendingEvent& event);
  // Time of the next event, kNever when there is none.
  [[nodiscard]] SimTime earliest() const;
  // Raises the floor to earliest(). REQUIRES: not empty; the simulation really goes there, for
  // nothing can be pushed below any more.
  void advance();
  // The next event. REQUIRES: advance() since the last pop.
  [[nodiscard]] const PendingEvent& front() const { return buckets_[0].front(); }
  PendingEvent pop();

  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  // Simulated times are signed; their ordinals keep the order and are not.
  static constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63U;
  static constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();
  static constexpr std::size_t kBuckets = 65;  // Bit widths of a 64-bit difference: 0 … 64.

  static std::uint64_t ordinal(SimTime at) {
    return static_cast<std::uint64_t>(at.time_since_epoch().count()) ^ kSignBit;
  }
  static SimTime instant(std::uint64_t ordinal) {
    return SimTime{Duration{static_cast<std::int64_t>(ordinal ^ kSignBit)}};
  }
  void spread(std::size_t bucket);

  std::uint64_t floor_;
  std::uint64_t occupied_ = 0;  // Bit b - 1: bucket b is not empty. Bucket 0 has no bit.
  std::size_t size_ = 0;
  std::array<std::uint64_t, kBuckets> earliest_;  // Of each bucket above 0; kNone when empty.
  std::array<std::vector<PendingEvent>, kBuckets> buckets_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_EVENT_QUEUE_H_
