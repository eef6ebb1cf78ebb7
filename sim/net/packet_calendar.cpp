#include "net/packet_calendar.h"

#include <algorithm>
#include <functional>

#include "core/check.h"

namespace switchfault {

PacketCalendar::PacketCalendar(std::size_t directions, SimTime floor)
    : floor_(ordinal(floor)), entries_(directions) {
  SF_CHECK(floor_ >= 0 && directions < kNone);
}

// Moves the floor to the earliest time and takes what is due then.
void PacketCalendar::gather() {
  const unsigned index = first_bucket();
  Direction entry = buckets_[index].first;
  floor_ = buckets_[index].earliest;
  vacate(index);
  if (index < kValues && entries_[entry].next == kNone) {  // Nearly always.
    due_.push_back(entry);
    return;
  }
  while (entry != kNone) {
    const auto [at, next] = entries_[entry];
    if (at == floor_) {
      due_.push_back(entry);
    } else {
      place(entry, at);
    }
    entry = next;
  }
  if (due_.size() > 1) {
    std::sort(due_.begin(), due_.end(), std::greater<>());
  }
}

PacketCalendar::Direction PacketCalendar::pop() {
  if (due_.empty()) {
    gather();
  }
  const Direction direction = due_.back();
  due_.pop_back();
  entries_[direction].at = kNoTime;
  find_earliest();
  return direction;
}

void PacketCalendar::remove(Direction direction) {
  const std::int64_t at = entries_[direction].at;
  SF_CHECK(at != kNoTime);
  entries_[direction].at = kNoTime;
  if (std::erase(due_, direction) == 0) {
    const unsigned index = bucket_of(at);
    Direction entry = buckets_[index].first;
    vacate(index);
    while (entry != kNone) {
      const auto [time, next] = entries_[entry];
      if (entry != direction) {
        place(entry, time);
      }
      entry = next;
    }
  }
  find_earliest();
}

}  // namespace switchfault
