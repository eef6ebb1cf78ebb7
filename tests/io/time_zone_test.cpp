#include "io/time_zone.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include <switchfault/date_time.h>

namespace switchfault {
namespace {

// The periods as "from the start of each, in its own local time".
std::string periods_of(std::string_view zone, std::string_view from, std::string_view until) {
  const auto periods = zone_periods(zone, *parse_date_time(from), *parse_date_time(until));
  if (!periods) {
    return "no such zone";
  }
  std::string text;
  for (const ClockConfig::ZonePeriod& period : *periods) {
    text += (text.empty() ? "" : " ") + format_date_time(period.from_unix_ns, period.offset);
  }
  return text;
}

TEST(TimeZone, GivesTheOffsetsOfTheSpan) {
  EXPECT_EQ(periods_of("Europe/Berlin", "2026-03-02T06:40:00Z", "2026-03-03T14:40:00Z"),
            "2026-03-02T07:40:00+01:00");
  EXPECT_EQ(periods_of("Europe/Berlin", "2026-03-02T00:00:00Z", "2026-12-01T00:00:00Z"),
            "2026-03-02T01:00:00+01:00 2026-03-29T03:00:00+02:00 2026-10-25T02:00:00+01:00");
  EXPECT_EQ(periods_of("America/St_Johns", "2026-03-08T00:00:00Z", "2026-03-09T00:00:00Z"),
            "2026-03-07T20:30:00-03:30 2026-03-08T03:00:00-02:30");
}

TEST(TimeZone, ChangesAtTheEdgeOfTheSpanCount) {
  EXPECT_EQ(periods_of("Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z"),
            "2026-03-29T03:00:00+02:00");
  EXPECT_EQ(periods_of("Europe/Berlin", "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z"),
            "2026-03-29T01:59:59+01:00 2026-03-29T03:00:00+02:00");
}

TEST(TimeZone, KnowsUtcAndRefusesOthers) {
  EXPECT_EQ(periods_of("UTC", "2026-03-02T06:40:00Z", "2262-01-01T00:00:00Z"),
            "2026-03-02T06:40:00Z");
  for (const char* zone : {"", "Europe/Essen", "../zoneinfo/Europe/Berlin", "Europe", "Europe/"}) {
    EXPECT_EQ(periods_of(zone, "2026-03-02T06:40:00Z", "2026-03-03T06:40:00Z"), "no such zone")
        << zone;
  }
}

TEST(TimeZone, ListsNamesForSuggestions) {
  const auto names = zone_names();
  EXPECT_EQ(std::count(names.begin(), names.end(), "Europe/Berlin"), 1);
}

}  // namespace
}  // namespace switchfault
