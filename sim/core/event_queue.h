// EventQueue: the pending one-shot events of one Simulator, a radix heap over their times.
//
// Monotone: the queue has a floor, no event may be pushed below it, and only advance() raises it.
// Times are read as numbers to the base 64. An event waits in the bucket of the highest digit in
// which its time differs from the floor and of that digit's value; advancing spreads the earliest
// bucket over those of lower digits, until the events of one instant are together and are sorted by
// the rest of their keys. So an event is moved at most once a digit, in chunks that are read and
// written sequentially and used again at once, which is why a million pending events cost little
// more than a thousand. push O(1); earliest O(1), changes nothing; advance and pop together
// O(digits of the increment) amortised plus O(log ties of the instant). Memory: what waits, and a
// chunk an occupied bucket.

#ifndef SWITCHFAULT_CORE_EVENT_QUEUE_H_
#define SWITCHFAULT_CORE_EVENT_QUEUE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <type_traits>
#include <vector>

#include <switchfault/entity.h>
#include <switchfault/observation.h>
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
  explicit EventQueue(SimTime floor) : floor_(ordinal(floor)) {}

  // REQUIRES: key.at is not before the floor, and before kNever.
  void push(const EventKey& key, const InlineAction& action, ObservationId cause);
  // Time of the next event, kNever when there is none.
  [[nodiscard]] SimTime earliest() const { return instant(earliest_); }
  // Raises the floor to earliest(). REQUIRES: not empty; the simulation really goes there, for
  // nothing can be pushed below any more.
  void advance() {
    if (turns_.empty() && late_.empty()) {
      gather();
    }
  }
  // The next event. REQUIRES: advance() since the last pop.
  [[nodiscard]] const PendingEvent& front() const {
    return present_[late_is_first() ? late_.front().index() : turns_.back().index()];
  }
  PendingEvent pop();

  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  static constexpr unsigned kDigitBits = 6;  // A word is the map of a digit's 64 values.
  static constexpr unsigned kValues = 1U << kDigitBits;
  static constexpr unsigned kDigits = (64 + kDigitBits - 1) / kDigitBits;
  static constexpr unsigned kChunkEvents = 64;  // 3.5 KiB: read sequentially, used again soon.
  static constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();

  struct Chunk {
    Chunk* next;
    std::array<PendingEvent, kChunkEvents> events;
  };
  struct Bucket {
    Chunk* chunks = nullptr;  // Only the first may have room.
    unsigned used = kChunkEvents;
    std::uint64_t earliest = kNone;
  };
  // The rest of the key in two words but for the occurrence, and where in present_ the event is.
  struct Turn {
    std::uint64_t phase_target;
    std::uint64_t source_index;
    [[nodiscard]] std::uint64_t source() const { return source_index >> 32U; }
    [[nodiscard]] std::uint32_t index() const { return static_cast<std::uint32_t>(source_index); }
  };

  // Simulated times are signed; their ordinals keep the order and are not.
  static constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63U;
  static std::uint64_t ordinal(SimTime at) {
    return static_cast<std::uint64_t>(at.time_since_epoch().count()) ^ kSignBit;
  }
  static SimTime instant(std::uint64_t ordinal) {
    return SimTime{Duration{static_cast<std::int64_t>(ordinal ^ kSignBit)}};
  }

  PendingEvent& place(std::uint64_t at);
  [[nodiscard]] Turn turn_of_last() const;
  void gather();
  void spread(Bucket& bucket);
  [[nodiscard]] Bucket& earliest_bucket();
  Chunk* take_chunk();
  auto latest_first() const;
  [[nodiscard]] bool late_is_first() const { return !late_.empty() && late_beats_turns(); }
  [[nodiscard]] bool late_beats_turns() const;

  std::uint64_t floor_;
  std::uint64_t earliest_ = kNone;
  std::size_t size_ = 0;
  std::vector<PendingEvent> present_;  // Events at the floor, some of them gone already.
  std::vector<Turn> turns_;            // Those that were gathered and are left, latest first.
  std::vector<Turn> late_;             // A heap of those pushed when the floor was there already.

  std::uint32_t occupied_digits_ = 0;              // Bit d: a bucket of digit d is not empty.
  std::array<std::uint64_t, kDigits> occupied_{};  // By digit; bit v: the bucket of value v.
  std::array<Bucket, std::size_t{kDigits} * kValues> buckets_;
  Chunk* free_ = nullptr;
  std::vector<std::unique_ptr<Chunk>> chunks_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_EVENT_QUEUE_H_
