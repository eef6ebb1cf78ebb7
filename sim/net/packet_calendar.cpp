#include "net/packet_calendar.h"

#include <algorithm>
#include <functional>

#include "core/check.h"

namespace switchfault {

PacketCalendar::PacketCalendar(std::size_t directions, SimTime floor)
    : floor_(ordinal(floor)), entries_(directions) {
  SF_CHECK(floor_ >= 0 && directions < kNone);
  slots_.fill(kNone);
}

void PacketCalendar::take_all(Direction first) {
  for (Direction entry = first; entry != kNone; entry = entries_[entry].next) {
    due_.push_back(entry);
  }
  std::sort(due_.begin(), due_.end(), std::greater<>());
}

void PacketCalendar::remove(Direction direction) {
  const std::int64_t at = entries_[direction].at;
  SF_CHECK(at != kNoTime);
  entries_[direction].at = kNoTime;
  if (std::erase(due_, direction) == 0) {
    const bool near = static_cast<std::uint64_t>(at ^ floor_) < kSlots;
    Direction entry = kNone;
    if (near) {
      const auto slot = static_cast<unsigned>(at & kNearMask);
      entry = std::exchange(slots_[slot], kNone);
      words_[slot / kValues] &= ~bit(slot % kValues);
      if (words_[slot / kValues] == 0) {
        summary_ &= ~bit(slot / kValues);
      }
    } else {
      entry = take_far(far_bucket(at));
    }
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
