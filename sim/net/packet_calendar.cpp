#include "net/packet_calendar.h"

#include <algorithm>
#include <functional>

#include "core/check.h"

namespace switchfault {

PacketCalendar::PacketCalendar(std::size_t directions, SimTime floor)
    : floor_(ordinal(floor)), entries_(directions) {
  SF_CHECK(floor_ >= 0 && directions < kNone);
}

void PacketCalendar::sort_due() {
  std::sort(due_.begin(), due_.end(), std::greater<>());
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
      const auto [time, next, hint] = entries_[entry];
      if (entry != direction) {
        place(entry, time, hint);
      }
      entry = next;
    }
  }
  find_earliest();
}

}  // namespace switchfault
