// Calendar dates in text: RFC 3339 with offset, as nanoseconds since the Unix epoch.
//
// Pure arithmetic on std::chrono calendars, so that reports may use it; zone names are resolved
// while loading (io/time_zone.h). Not modelled: leap seconds (a second 60 is refused).

#ifndef SWITCHFAULT_DATE_TIME_H_
#define SWITCHFAULT_DATE_TIME_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <switchfault/units.h>

namespace switchfault {

// "2026-03-02T07:40:00+01:00", "2026-03-02T06:40:00.25Z"; years 1678 to 2262.
std::optional<std::int64_t> parse_date_time(std::string_view text);
// The same form at this offset from UTC, fractions only when there are any; offset 0 is "Z".
std::string format_date_time(std::int64_t unix_ns, Duration offset);

}  // namespace switchfault

#endif  // SWITCHFAULT_DATE_TIME_H_
