#include "io/time_zone.h"

#include <chrono>
#include <exception>

#include <date/tz.h>

namespace switchfault {

std::optional<std::vector<ClockConfig::ZonePeriod>> zone_periods(std::string_view zone,
                                                                 std::int64_t from_unix_ns,
                                                                 std::int64_t until_unix_ns) {
  using std::chrono::duration_cast;
  using std::chrono::floor;
  using std::chrono::seconds;
  if (zone == "UTC") {
    return {{ClockConfig::ZonePeriod{.from_unix_ns = from_unix_ns, .offset = Duration::zero()}}};
  }
  std::vector<ClockConfig::ZonePeriod> periods;
  try {
    const date::time_zone* found = date::locate_zone(std::string(zone));
    const date::sys_seconds until{floor<seconds>(Duration{until_unix_ns})};
    date::sys_seconds time{floor<seconds>(Duration{from_unix_ns})};
    std::int64_t from = from_unix_ns;
    while (time <= until) {
      const date::sys_info info = found->get_info(time);
      if (periods.empty() || periods.back().offset != info.offset) {
        periods.push_back({.from_unix_ns = from, .offset = info.offset});
      }
      if (info.end > until) {
        break;  // Also keeps a period without an end out of the arithmetic.
      }
      time = info.end;
      from = duration_cast<Duration>(time.time_since_epoch()).count();
    }
  } catch (const std::exception&) {  // The only way the library says that it has no such zone.
    return std::nullopt;
  }
  return periods;
}

std::vector<std::string> zone_names() {
  std::vector<std::string> names;
  try {
    for (const date::time_zone& zone : date::get_tzdb().zones) {
      names.push_back(zone.name());
    }
  } catch (const std::exception&) {  // No zone files are installed: nothing to suggest.
    names.clear();
  }
  return names;
}

}  // namespace switchfault
