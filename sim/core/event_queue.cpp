#include "core/event_queue.h"

#include <algorithm>

#include "core/check.h"

namespace switchfault {
namespace {

// Order within one instant, latest first: the heap algorithms put the greatest in front.
bool runs_later(const PendingEvent& a, const PendingEvent& b) {
  return b.key() < a.key();
}

}  // namespace

void EventQueue::push(const PendingEvent& event) {
  const std::uint64_t at = ordinal(event.at);
  SF_CHECK(at >= floor_ && at < kNone);
  ++size_;
  const auto bucket = static_cast<std::size_t>(std::bit_width(at ^ floor_));
  buckets_[bucket].push_back(event);
  if (bucket == 0) {
    std::push_heap(buckets_[0].begin(), buckets_[0].end(), runs_later);
    return;
  }
  occupied_ |= std::uint64_t{1} << (bucket - 1);
  earliest_[bucket] = std::min(earliest_[bucket], at);
}

SimTime EventQueue::earliest() const {
  if (!buckets_[0].empty()) {
    return instant(floor_);
  }
  if (occupied_ == 0) {
    return kNever;
  }
  return instant(earliest_[static_cast<std::size_t>(std::countr_zero(occupied_)) + 1]);
}

void EventQueue::advance() {
  if (buckets_[0].empty()) {
    SF_CHECK(occupied_ != 0);
    spread(static_cast<std::size_t>(std::countr_zero(occupied_)) + 1);
  }
}

// The events of `bucket` agree with its earliest one in all bits from bucket - 1 upwards, so all
// of them move to lower buckets; those above stay where they are.
void EventQueue::spread(std::size_t bucket) {
  floor_ = earliest_[bucket];
  occupied_ &= ~(std::uint64_t{1} << (bucket - 1));
  earliest_[bucket] = kNone;
  for (const PendingEvent& event : buckets_[bucket]) {
    const std::uint64_t at = ordinal(event.at);
    const auto lower = static_cast<std::size_t>(std::bit_width(at ^ floor_));
    buckets_[lower].push_back(event);
    if (lower != 0) {
      occupied_ |= std::uint64_t{1} << (lower - 1);
      earliest_[lower] = std::min(earliest_[lower], at);
    }
  }
  buckets_[bucket].clear();
  std::make_heap(buckets_[0].begin(), buckets_[0].end(), runs_later);
}

PendingEvent EventQueue::pop() {
  std::vector<PendingEvent>& instant_events = buckets_[0];
  std::pop_heap(instant_events.begin(), instant_events.end(), runs_later);
  const PendingEvent event = instant_events.back();
  instant_events.pop_back();
  --size_;
  return event;
}

}  // namespace switchfault
