// PacketCalendar: which direction of a link has its next frame arriving when. Private to sim/net.
//
// A radix heap like core/event_queue.h, but with at most one entry a direction, so that entries are
// links in lists over the directions and nothing is allocated; they take memory once they have been
// used. Of directions that are due in one instant the smallest comes first. Monotone: nothing may
// be pushed below the last popped time. push and pop O(digits of the increment) amortised; remove
// O(entries of a bucket).

#ifndef SWITCHFAULT_NET_PACKET_CALENDAR_H_
#define SWITCHFAULT_NET_PACKET_CALENDAR_H_

#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <switchfault/units.h>

#include "core/huge_pages.h"
#include "core/prefetch.h"

namespace switchfault {

class PacketCalendar {
 public:
  using Direction = std::uint32_t;

  PacketCalendar(std::size_t directions, SimTime floor);

  // REQUIRES: the direction is not in it; `at` is not before the last popped time.
  void push(Direction direction, SimTime at) { place(direction, ordinal(at)); }
  // kNever when empty.
  [[nodiscard]] SimTime earliest() const { return SimTime{Duration{earliest_}}; }
  // REQUIRES: not empty; the simulation really is at earliest().
  Direction pop() {
    if (due_.empty()) {
      if (summary_ == 0) {
        come_near();
      }
      const unsigned slot = first_slot();
      floor_ = (floor_ & ~kNearMask) | slot;
      const Direction first = take_slot(slot);
      if (entries_[first].next == kNone) {  // Nearly always.
        entries_[first].at = kNoTime;
        find_earliest();
        return first;
      }
      take_all(first);
    }
    const Direction direction = due_.back();
    due_.pop_back();
    entries_[direction].at = kNoTime;
    find_earliest();
    return direction;
  }
  // The direction will be pushed soon.
  void fetch(Direction direction) const { prefetch(&entries_[direction]); }
  // REQUIRES: the direction is in it.
  void remove(Direction direction);

 private:
  // The lowest digit has 12 bits: frames of one site are microseconds apart, and each is placed
  // once. The others have 6 bits, so that a word is the map of one.
  static constexpr unsigned kNearBits = 12;
  static constexpr unsigned kSlots = 1U << kNearBits;
  static constexpr std::int64_t kNearMask = kSlots - 1;
  static constexpr unsigned kDigitBits = 6;
  static constexpr unsigned kValues = 1U << kDigitBits;
  static constexpr unsigned kDigits = (64 - kNearBits + kDigitBits - 1) / kDigitBits;
  static constexpr Direction kNone = std::numeric_limits<Direction>::max();
  static constexpr std::int64_t kNoTime = std::numeric_limits<std::int64_t>::max();

  struct Entry {
    std::int64_t at = kNoTime;
    Direction next = kNone;
  };
  struct Bucket {
    std::int64_t earliest = kNoTime;
    Direction first = kNone;
  };

  static std::int64_t ordinal(SimTime at) { return at.time_since_epoch().count(); }
  static std::uint64_t bit(unsigned n) { return std::uint64_t{1} << n; }
  static unsigned lowest(std::uint64_t word) {
    return static_cast<unsigned>(std::countr_zero(word));
  }

  void place(Direction direction, std::int64_t at) {
    const auto differs = static_cast<std::uint64_t>(at ^ floor_);
    if (differs < kSlots) {
      const auto slot = static_cast<unsigned>(at & kNearMask);
      entries_[direction] = {at, slots_[slot]};
      slots_[slot] = direction;
      words_[slot / kValues] |= bit(slot % kValues);
      summary_ |= bit(slot / kValues);
    } else {
      place_far(direction, at, far_bucket(at));
    }
    if (at < earliest_) {
      earliest_ = at;
    }
  }
  void place_far(Direction direction, std::int64_t at, unsigned index) {
    Bucket& bucket = buckets_[index];
    entries_[direction] = {at, bucket.first};
    bucket.first = direction;
    bucket.earliest = at < bucket.earliest ? at : bucket.earliest;
    occupied_[index / kValues] |= bit(index % kValues);
    digits_ |= bit(index / kValues);
  }
  // REQUIRES: at differs from the floor above the lowest digit.
  [[nodiscard]] unsigned far_bucket(std::int64_t at) const {
    const auto differs = static_cast<std::uint64_t>(at ^ floor_);
    const unsigned digit =
        (63U - static_cast<unsigned>(std::countl_zero(differs)) - kNearBits) / kDigitBits;
    const auto value = static_cast<unsigned>(
        (static_cast<std::uint64_t>(at) >> (kNearBits + digit * kDigitBits)) % kValues);
    return digit * kValues + value;
  }
  [[nodiscard]] unsigned first_slot() const {
    const unsigned word = lowest(summary_);
    return word * kValues + lowest(words_[word]);
  }
  Direction take_slot(unsigned slot) {
    std::uint64_t& word = words_[slot / kValues];
    word &= word - 1;  // It is the lowest.
    if (word == 0) {
      summary_ &= summary_ - 1;
    }
    return std::exchange(slots_[slot], kNone);
  }
  [[nodiscard]] unsigned first_far() const {
    const unsigned digit = lowest(digits_);
    return digit * kValues + lowest(occupied_[digit]);
  }
  Direction take_far(unsigned index) {
    std::uint64_t& values = occupied_[index / kValues];
    values &= ~bit(index % kValues);
    if (values == 0) {
      digits_ &= ~bit(index / kValues);
    }
    return std::exchange(buckets_[index], Bucket{}).first;
  }
  void find_earliest() {
    if (!due_.empty()) {
      earliest_ = floor_;
    } else if (summary_ != 0) {
      earliest_ = (floor_ & ~kNearMask) | first_slot();
    } else {
      earliest_ = digits_ == 0 ? kNoTime : buckets_[first_far()].earliest;
    }
  }
  // Moves the floor to the earliest time, which was far.
  void come_near() {
    const unsigned index = first_far();
    floor_ = buckets_[index].earliest;
    for (Direction entry = take_far(index); entry != kNone;) {
      const auto [at, next] = entries_[entry];
      place(entry, at);
      entry = next;
    }
  }
  // Several are due at the floor.
  void take_all(Direction first);

  std::int64_t floor_;
  std::int64_t earliest_ = kNoTime;
  std::uint64_t summary_ = 0;  // Bit w: words_[w] is not zero.
  std::uint64_t digits_ = 0;   // Bit d: occupied_[d] is not zero.
  std::array<std::uint64_t, kSlots / kValues> words_{};
  std::array<std::uint64_t, kDigits> occupied_{};
  std::array<Direction, kSlots> slots_;
  std::array<Bucket, std::size_t{kDigits} * kValues> buckets_{};
  ZeroedTable<Entry> entries_;  // By direction.
  std::vector<Direction> due_;  // At the floor, the smallest last.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_PACKET_CALENDAR_H_
