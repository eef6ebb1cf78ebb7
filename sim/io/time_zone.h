// IANA time zones, resolved while loading into plain offsets that a run can carry.
//
// Reads the operating system's zone files through Howard Hinnant's date library (tz part). Not
// modelled: daylight saving after 2037, where those files end, and leap seconds.

#ifndef SWITCHFAULT_IO_TIME_ZONE_H_
#define SWITCHFAULT_IO_TIME_ZONE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <switchfault/scenario.h>

namespace switchfault {

// The offsets from UTC that hold in [from, until], in order; the first starts at or before `from`.
// Empty when there is no zone of this name.
std::optional<std::vector<ClockConfig::ZonePeriod>> zone_periods(std::string_view zone,
                                                                 std::int64_t from_unix_ns,
                                                                 std::int64_t until_unix_ns);

// All zone names, for suggestions.
std::vector<std::string> zone_names();

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_TIME_ZONE_H_
