#include "core/event_queue.h"

#include <algorithm>
#include <bit>

#include "core/check.h"

namespace switchfault {

// Turns are taken from the back; the heap algorithms put what would be last in order in front.
inline auto EventQueue::latest_first() const {
  return [this](const Turn& a, const Turn& b) {
    if (a.phase_target != b.phase_target) {
      return a.phase_target > b.phase_target;
    }
    if (a.source() != b.source()) {
      return a.source() > b.source();
    }
    return present_[a.index()].occurrence > present_[b.index()].occurrence;
  };
}

// Written field by field into its place: copying what has just been written in narrower pieces
// would wait for the store buffer.
void EventQueue::push(const EventKey& key, const InlineAction& action, ObservationId cause) {
  const std::uint64_t at = ordinal(key.at);
  SF_CHECK(at >= floor_ && at < kNone);
  ++size_;
  earliest_ = std::min(earliest_, at);
  const bool late = at == floor_;
  PendingEvent& event = late ? present_.emplace_back() : place(at);
  event.at = key.at;
  event.occurrence = key.occurrence;
  event.action = action;
  event.target = key.target;
  event.source = key.source;
  event.cause = cause;
  event.phase = key.phase;
  if (late) {
    late_.push_back(turn_of_last());
    std::push_heap(late_.begin(), late_.end(), latest_first());
  }
}

// A place in the bucket of this time.
inline PendingEvent& EventQueue::place(std::uint64_t at) {
  // It differs from the floor; with the lowest bit set as well the analyzer knows.
  const unsigned digit =
      (static_cast<unsigned>(std::bit_width((at ^ floor_) | 1U)) - 1) / kDigitBits;
  const unsigned value = static_cast<unsigned>(at >> (digit * kDigitBits)) % kValues;
  Bucket& bucket = buckets_[digit * kValues + value];
  if (bucket.used == kChunkEvents) {
    Chunk* chunk = take_chunk();
    chunk->next = bucket.chunks;
    bucket.chunks = chunk;
    bucket.used = 0;
    occupied_[digit] |= std::uint64_t{1} << value;
    occupied_digits_ |= 1U << digit;
  }
  bucket.earliest = std::min(bucket.earliest, at);
  return bucket.chunks->events[bucket.used++];
}

inline EventQueue::Turn EventQueue::turn_of_last() const {
  const PendingEvent& event = present_.back();
  const std::uint64_t phase = static_cast<std::uint64_t>(event.phase);
  const std::uint64_t source = event.source.packed;
  return {(phase << 32U) | event.target.packed, (source << 32U) | (present_.size() - 1)};
}

EventQueue::Chunk* EventQueue::take_chunk() {
  if (free_ == nullptr) {
    chunks_.push_back(std::make_unique<Chunk>());
    return chunks_.back().get();
  }
  Chunk* chunk = free_;
  free_ = chunk->next;
  return chunk;
}

// REQUIRES: some bucket is occupied. All events of the lowest digit's lowest value are earlier
// than those of higher values, and those of higher digits.
inline EventQueue::Bucket& EventQueue::earliest_bucket() {
  const auto digit = static_cast<unsigned>(std::countr_zero(occupied_digits_));
  const auto value = static_cast<unsigned>(std::countr_zero(occupied_[digit]));
  return buckets_[digit * kValues + value];
}

// Brings the events of the earliest instant together.
void EventQueue::gather() {
  SF_CHECK(occupied_digits_ != 0);
  Bucket& bucket = earliest_bucket();
  std::uint64_t& values = occupied_[static_cast<unsigned>(std::countr_zero(occupied_digits_))];
  values &= values - 1;
  if (values == 0) {
    occupied_digits_ &= occupied_digits_ - 1;
  }
  spread(bucket);
  if (turns_.size() > 1) {
    std::sort(turns_.begin(), turns_.end(), latest_first());
  }
}

// Seen from its earliest event all others of a bucket differ in a lower digit, so none comes back.
void EventQueue::spread(Bucket& bucket) {
  floor_ = bucket.earliest;
  Chunk* chunk = bucket.chunks;
  unsigned used = bucket.used;
  bucket = Bucket{};
  while (chunk != nullptr) {
    for (unsigned i = 0; i < used; ++i) {
      const PendingEvent& event = chunk->events[i];
      const std::uint64_t at = ordinal(event.at);
      if (at == floor_) {
        present_.push_back(event);
        turns_.push_back(turn_of_last());
      } else {
        place(at) = event;
      }
    }
    Chunk* next = chunk->next;
    chunk->next = free_;
    free_ = chunk;
    chunk = next;
    used = kChunkEvents;
  }
}

bool EventQueue::late_beats_turns() const {
  return turns_.empty() || latest_first()(turns_.back(), late_.front());
}

PendingEvent EventQueue::pop() {
  std::vector<Turn>& from = late_is_first() ? late_ : turns_;
  if (&from == &late_) {
    std::pop_heap(late_.begin(), late_.end(), latest_first());
  }
  const PendingEvent event = present_[from.back().index()];
  from.pop_back();
  --size_;
  if (turns_.empty() && late_.empty()) {
    present_.clear();
    earliest_ = occupied_digits_ == 0 ? kNone : earliest_bucket().earliest;
  }
  return event;
}

}  // namespace switchfault
