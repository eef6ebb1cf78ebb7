// TimerWheel: the slots of timers whose deadlines lie beyond a horizon, in buckets of coarse time.
//
// Times are counted in units of a millisecond or so and read as numbers to the base 64. A slot
// waits in the bucket of the highest digit in which its unit differs from the horizon's and of that
// digit's value: near times in narrow buckets, far ones in wide ones. Opening the first bucket
// moves the horizon to the bucket's first unit and hands out its slots; whoever takes them files
// them anew, further down or further out. Nothing is sorted, and the wheel keeps no deadlines: a
// timer that is armed again, later, need not move. file, withdraw and open O(1), take O(1) a slot.
// Memory: 4 bytes a slot, and chunks of 128 bytes that are used again at once.

#ifndef SWITCHFAULT_CORE_TIMER_WHEEL_H_
#define SWITCHFAULT_CORE_TIMER_WHEEL_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <switchfault/units.h>

namespace switchfault {

class TimerWheel {
 public:
  using Slot = std::uint32_t;
  static constexpr std::size_t kBatchSlots = 30;  // With a header of 8 bytes, two cache lines.
  struct Batch {
    std::array<Slot, kBatchSlots> slots;
    std::size_t count = 0;
    [[nodiscard]] std::span<const Slot> span() const { return {slots.data(), count}; }
  };

  explicit TimerWheel(SimTime start);

  void add_slot() { places_.push_back(kNowhere); }  // Slots are numbered from 0.
  [[nodiscard]] bool holds(Slot slot) const { return places_[slot] != kNowhere; }
  [[nodiscard]] bool beyond_horizon(SimTime at) const { return unit_of(at) > horizon_; }

  // REQUIRES: not held, beyond the horizon, before kNever.
  void file(Slot slot, SimTime at);
  void withdraw(Slot slot);  // REQUIRES: held.
  // When the slot's bucket opens: never after the time it was filed for. REQUIRES: held.
  [[nodiscard]] SimTime opening(Slot slot) const {
    return start_of(chunks_[places_[slot] / kPlaces].bucket);
  }
  // When the first bucket opens, kNever when nothing is filed.
  [[nodiscard]] SimTime next_opening() const { return next_opening_; }

  // Moves the horizon into the first bucket, whose slots take() then hands out, batch by batch,
  // until it returns false. REQUIRES: something is filed, and the last bucket was taken to its end.
  void open();
  bool take(Batch& batch);

  [[nodiscard]] std::size_t size() const { return size_; }  // Slots held.

 private:
  using ChunkIndex = std::uint32_t;
  using Place = std::uint32_t;  // Chunk and index in it.
  static constexpr unsigned kUnitBits = 20;
  static constexpr unsigned kDigitBits = 6;  // A word is the map of a digit's 64 values.
  static constexpr unsigned kValues = 1U << kDigitBits;
  static constexpr unsigned kDigits = (64 - kUnitBits + kDigitBits - 1) / kDigitBits;
  static constexpr Place kPlaces = 32;  // A power of two above kBatchSlots.
  static constexpr Place kNowhere = std::numeric_limits<Place>::max();
  static constexpr ChunkIndex kNone = std::numeric_limits<ChunkIndex>::max();

  struct alignas(64) Chunk {
    ChunkIndex next;
    std::uint16_t bucket;
    std::uint16_t used;  // Only the first of a bucket has room.
    std::array<Slot, kBatchSlots> slots;
  };
  static_assert(sizeof(Chunk) == 128);

  // Simulated times are signed; their units keep the order and are not.
  static constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63U;
  static std::uint64_t unit_of(SimTime at) {
    return (static_cast<std::uint64_t>(at.time_since_epoch().count()) ^ kSignBit) >> kUnitBits;
  }

  [[nodiscard]] SimTime start_of(unsigned bucket) const;
  [[nodiscard]] unsigned first_bucket() const;
  void vacate(unsigned bucket);  // Its chunks are gone.
  ChunkIndex take_chunk();
  void free_chunk(ChunkIndex chunk);

  std::uint64_t horizon_;  // A unit; nothing that is filed lies in it or before.
  SimTime next_opening_ = kNever;
  std::size_t size_ = 0;
  std::vector<Place> places_;  // By slot.
  std::vector<Chunk> chunks_;
  ChunkIndex free_ = kNone;
  ChunkIndex opened_ = kNone;
  std::uint32_t occupied_digits_ = 0;              // Bit d: a bucket of digit d is not empty.
  std::array<std::uint64_t, kDigits> occupied_{};  // By digit; bit v: the bucket of value v.
  std::array<ChunkIndex, std::size_t{kDigits} * kValues> buckets_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_TIMER_WHEEL_H_
