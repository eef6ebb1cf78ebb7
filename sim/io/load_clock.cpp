#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "io/sections.h"
#include "io/time_zone.h"

namespace switchfault {
namespace {

// A restoration after the end is still told in local time.
constexpr Duration kAfterEnd = std::chrono::hours{24};
// Longer runs would leave the range of the clock.
constexpr Duration kLongest = std::chrono::hours{24 * 366 * 50};

// Of the start from 1970, so that nothing in a run leaves the range of 64 bits.
constexpr std::int64_t kFarthestStart = (Duration::max() - 4 * kLongest).count();

void resolve_zone(MapReader& in, ClockConfig& clock) {
  const auto ns = [](Duration duration) { return duration.count(); };
  auto periods = zone_periods(clock.zone, clock.start_unix_ns - ns(clock.warm_up),
                              clock.start_unix_ns + ns(clock.duration) + ns(kAfterEnd));
  if (!periods) {
    const std::vector<std::string> names = zone_names();
    in.error("zone", fmt::format("there is no time zone {}", in_quotes(clock.zone)),
             hint_for(clock.zone, {names.begin(), names.end()}, in.reading()));
    return;
  }
  clock.zone_periods = *std::move(periods);
}

}  // namespace

void read_clock(MapReader& in, Loading& loading) {
  ClockConfig& clock = loading.scenario.clock;
  const auto start = in.date_time("start");
  if (start && std::abs(*start) > kFarthestStart) {
    in.error("start", "the start is too far from 1970 for this clock");
  } else if (start) {
    clock.start_unix_ns = *start;
    clock.start_stated = true;
  }
  set(clock.zone, in.text("zone"));
  set(clock.warm_up, in.duration("warm_up", Presence::optional, {.max = kLongest}));
  set(clock.duration, in.duration("duration", Presence::optional,
                                  {.min = std::chrono::nanoseconds{1}, .max = kLongest}));
  resolve_zone(in, clock);
}

void load_clock(MapReader& in, Loading& loading) {
  const auto section = in.optional("clock");
  if (!section) {
    loading.scenario.clock.zone_periods = {{}};  // UTC all the time.
    return;
  }
  MapReader clock(*section, loading.reading);
  read_clock(clock, loading);
  clock.finish();
}

}  // namespace switchfault
