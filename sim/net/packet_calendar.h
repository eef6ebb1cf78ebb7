// PacketCalendar: which direction of a link has its next frame arriving when. Private to sim/net.
//
// A radix heap to the base 64 like core/event_queue.h, but with at most one entry a direction, so
// that entries are links in lists over the directions and nothing is allocated. Of directions that
// are due in one instant the smallest comes first. Monotone: nothing may be pushed below the last
// popped time. push and pop O(digits of the increment) amortised; remove O(entries of a bucket).
// Each entry carries a number of its owner's, who is told it shortly before the entry is due, so
// that memory that is far away can be fetched meanwhile.

#ifndef SWITCHFAULT_NET_PACKET_CALENDAR_H_
#define SWITCHFAULT_NET_PACKET_CALENDAR_H_

#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <vector>

#include <switchfault/units.h>

namespace switchfault {

class PacketCalendar {
 public:
  using Direction = std::uint32_t;

  PacketCalendar(std::size_t directions, SimTime floor);

  // REQUIRES: the direction is not in it; `at` is not before the last popped time.
  void push(Direction direction, SimTime at, std::uint32_t hint = 0) {
    place(direction, ordinal(at), hint);
  }
  // kNever when empty.
  [[nodiscard]] SimTime earliest() const { return SimTime{Duration{earliest_}}; }
  // REQUIRES: not empty; the simulation really is at earliest(). `soon(entry, hint, round)` is
  // called for entries that will be due soon, for all of them with round 0 and then again with
  // round 1.
  template <typename Soon>
  Direction pop(Soon soon) {
    if (due_.empty()) {
      gather(soon);
    }
    const Direction direction = due_.back();
    due_.pop_back();
    entries_[direction].at = kNoTime;
    find_earliest();
    return direction;
  }
  Direction pop() {
    return pop([](Direction, std::uint32_t, unsigned) {});
  }
  // The direction will be pushed soon.
  void fetch(Direction direction) const { __builtin_prefetch(&entries_[direction]); }
  // REQUIRES: the direction is in it.
  void remove(Direction direction);

 private:
  static constexpr unsigned kDigitBits = 6;
  static constexpr unsigned kValues = 1U << kDigitBits;
  static constexpr unsigned kDigits = (64 + kDigitBits - 1) / kDigitBits;
  static constexpr Direction kNone = std::numeric_limits<Direction>::max();
  static constexpr std::int64_t kNoTime = std::numeric_limits<std::int64_t>::max();

  struct Entry {
    std::int64_t at = kNoTime;
    Direction next = kNone;
    std::uint32_t hint = 0;
  };
  struct Bucket {
    std::int64_t earliest = kNoTime;
    Direction first = kNone;
  };

  static std::int64_t ordinal(SimTime at) { return at.time_since_epoch().count(); }
  // Negative times differ from positive ones in the highest digit, which counts them as later; a
  // run's packets are all at or after time 0 or all before it.
  [[nodiscard]] unsigned bucket_of(std::int64_t at) const {
    const std::uint64_t differs =
        static_cast<std::uint64_t>(at) ^ static_cast<std::uint64_t>(floor_);
    const unsigned digit =
        differs == 0 ? 0 : (63U - static_cast<unsigned>(std::countl_zero(differs))) / kDigitBits;
    const auto value =
        static_cast<unsigned>((static_cast<std::uint64_t>(at) >> (digit * kDigitBits)) & 63U);
    return digit * kValues + value;
  }
  void place(Direction direction, std::int64_t at, std::uint32_t hint) {
    const unsigned index = bucket_of(at);
    Bucket& bucket = buckets_[index];
    entries_[direction] = {at, bucket.first, hint};
    bucket.first = direction;
    if (at < bucket.earliest) {
      bucket.earliest = at;
    }
    occupied_[index / kValues] |= std::uint64_t{1} << (index % kValues);
    occupied_digits_ |= 1U << (index / kValues);
    if (at < earliest_) {
      earliest_ = at;
    }
  }
  [[nodiscard]] unsigned first_bucket() const {
    const auto digit = static_cast<unsigned>(std::countr_zero(occupied_digits_));
    return digit * kValues + static_cast<unsigned>(std::countr_zero(occupied_[digit]));
  }
  void vacate(unsigned index) {
    buckets_[index] = {};
    std::uint64_t& values = occupied_[index / kValues];
    values &= ~(std::uint64_t{1} << (index % kValues));
    if (values == 0) {
      occupied_digits_ &= ~(1U << (index / kValues));
    }
  }
  void find_earliest() {
    earliest_ = !due_.empty()           ? floor_
                : occupied_digits_ == 0 ? kNoTime
                                        : buckets_[first_bucket()].earliest;
  }
  // Moves the floor to the earliest time and takes what is due then.
  template <typename Soon>
  void gather(Soon soon) {
    const unsigned index = first_bucket();
    const Direction first = buckets_[index].first;
    floor_ = buckets_[index].earliest;
    vacate(index);
    if (entries_[first].next == kNone) {  // Often; it is at the floor.
      due_.push_back(first);
      return;
    }
    for (Direction entry = first; entry != kNone;) {
      const auto [at, next, hint] = entries_[entry];
      if (at == floor_) {
        due_.push_back(entry);
      } else {
        place(entry, at, hint);
        soon(entry, hint, 0U);
        moved_.push_back(entry);
      }
      entry = next;
    }
    for (const Direction entry : moved_) {
      soon(entry, entries_[entry].hint, 1U);
    }
    moved_.clear();
    if (due_.size() > 1) {
      sort_due();
    }
  }
  void sort_due();

  std::int64_t floor_;
  std::int64_t earliest_ = kNoTime;
  std::uint32_t occupied_digits_ = 0;
  std::array<std::uint64_t, kDigits> occupied_{};
  std::array<Bucket, std::size_t{kDigits} * kValues> buckets_{};
  std::vector<Entry> entries_;    // By direction.
  std::vector<Direction> due_;    // At the floor, the smallest last.
  std::vector<Direction> moved_;  // Nearer: scratch.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_PACKET_CALENDAR_H_
