#include "core/timer_wheel.h"

#include <algorithm>
#include <bit>

#include "core/check.h"

namespace switchfault {

TimerWheel::TimerWheel(SimTime start) : horizon_(unit_of(start)) {
  buckets_.fill(kNone);
}

void TimerWheel::file(Slot slot, SimTime at) {
  const std::uint64_t unit = unit_of(at);
  SF_CHECK(unit > horizon_);
  // It differs from the horizon; with the lowest bit set as well the analyzer knows.
  const unsigned digit =
      (static_cast<unsigned>(std::bit_width((unit ^ horizon_) | 1U)) - 1) / kDigitBits;
  const unsigned value = static_cast<unsigned>(unit >> (digit * kDigitBits)) % kValues;
  const unsigned bucket = digit * kValues + value;
  if (buckets_[bucket] == kNone || chunks_[buckets_[bucket]].used == kBatchSlots) {
    const ChunkIndex added = take_chunk();
    chunks_[added].next = buckets_[bucket];
    chunks_[added].bucket = static_cast<std::uint16_t>(bucket);
    chunks_[added].used = 0;
    buckets_[bucket] = added;
    occupied_[digit] |= std::uint64_t{1} << value;
    occupied_digits_ |= 1U << digit;
    next_opening_ = std::min(next_opening_, start_of(bucket));
  }
  Chunk& chunk = chunks_[buckets_[bucket]];
  chunk.slots[chunk.used] = slot;
  places_[slot] = buckets_[bucket] * kPlaces + chunk.used;
  ++chunk.used;
  ++size_;
}

// The last slot of the bucket's first chunk fills the gap.
void TimerWheel::withdraw(Slot slot) {
  const Place place = places_[slot];
  const unsigned bucket = chunks_[place / kPlaces].bucket;
  const ChunkIndex first = buckets_[bucket];
  Chunk& source = chunks_[first];
  --source.used;
  const Slot last = source.slots[source.used];
  chunks_[place / kPlaces].slots[place % kPlaces] = last;
  places_[last] = place;
  places_[slot] = kNowhere;
  --size_;
  if (source.used > 0) {
    return;
  }
  buckets_[bucket] = source.next;
  free_chunk(first);
  if (buckets_[bucket] == kNone) {
    vacate(bucket);
  }
}

void TimerWheel::open() {
  SF_CHECK(size_ > 0 && opened_ == kNone);
  const unsigned bucket = first_bucket();
  horizon_ = unit_of(next_opening_);
  opened_ = buckets_[bucket];
  buckets_[bucket] = kNone;
  vacate(bucket);
}

// The chunk is free before its slots are filed anew, so that few chunks stay in use.
bool TimerWheel::take(Batch& batch) {
  if (opened_ == kNone) {
    return false;
  }
  const Chunk& chunk = chunks_[opened_];
  const ChunkIndex next = chunk.next;
  batch.slots = chunk.slots;
  batch.count = chunk.used;
  for (const Slot slot : batch.span()) {
    places_[slot] = kNowhere;
  }
  size_ -= batch.count;
  free_chunk(opened_);
  opened_ = next;
  return true;
}

// All digits above the bucket's are the horizon's, all below are 0.
SimTime TimerWheel::start_of(unsigned bucket) const {
  const unsigned digit_shift = bucket / kValues * kDigitBits;
  const std::uint64_t above = horizon_ >> (digit_shift + kDigitBits) << kDigitBits;
  const std::uint64_t unit = (above | bucket % kValues) << digit_shift;
  return SimTime{Duration{static_cast<std::int64_t>((unit << kUnitBits) ^ kSignBit)}};
}

// REQUIRES: some bucket is occupied. The lowest digit's are earlier than those of higher digits.
unsigned TimerWheel::first_bucket() const {
  const auto digit = static_cast<unsigned>(std::countr_zero(occupied_digits_));
  return digit * kValues + static_cast<unsigned>(std::countr_zero(occupied_[digit]));
}

void TimerWheel::vacate(unsigned bucket) {
  const unsigned digit = bucket / kValues;
  SF_CHECK(digit < kDigits);
  occupied_[digit] &= ~(std::uint64_t{1} << (bucket % kValues));
  if (occupied_[digit] == 0) {
    occupied_digits_ &= ~(1U << digit);
  }
  next_opening_ = occupied_digits_ == 0 ? kNever : start_of(first_bucket());
}

TimerWheel::ChunkIndex TimerWheel::take_chunk() {
  if (free_ == kNone) {
    chunks_.emplace_back();
    return static_cast<ChunkIndex>(chunks_.size() - 1);
  }
  const ChunkIndex chunk = free_;
  free_ = chunks_[chunk].next;
  return chunk;
}

void TimerWheel::free_chunk(ChunkIndex chunk) {
  chunks_[chunk].next = free_;
  free_ = chunk;
}

}  // namespace switchfault
