#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TEST(LoadClock, KnowsTheZonesOffsetsInTheSimulatedSpan) {
  // The clocks went forward at 2026-03-29T01:00:00Z.
  const ClockConfig clock =
      load_with_network(
          "clock: {start: 2026-03-28T22:00:00+01:00, zone: Europe/Berlin, warm_up: 10m, duration: "
          "12h}")
          .clock;
  EXPECT_TRUE(clock.start_stated);
  EXPECT_EQ(clock.start_unix_ns, 1'774'731'600'000'000'000);
  EXPECT_EQ(clock.warm_up, minutes{10});
  EXPECT_EQ(clock.duration, hours{12});
  ASSERT_EQ(clock.zone_periods.size(), 2U);
  EXPECT_LE(clock.zone_periods[0].from_unix_ns, 1'774'731'000'000'000'000);
  EXPECT_EQ(clock.zone_periods[0].offset, hours{1});
  EXPECT_EQ(clock.zone_periods[1].from_unix_ns, 1'774'746'000'000'000'000);
  EXPECT_EQ(clock.zone_periods[1].offset, hours{2});
}

TEST(LoadClock, WithoutOneAnHourOfUtcRuns) {
  const ClockConfig clock = load_with_network("").clock;
  EXPECT_FALSE(clock.start_stated);
  EXPECT_EQ(clock.duration, hours{1});
  ASSERT_EQ(clock.zone_periods.size(), 1U);
  EXPECT_EQ(clock.zone_periods[0].offset, hours{0});
}

TEST(LoadClock, SaysWhatIsNoClock) {
  EXPECT_EQ(network_errors("clock: {start: 2026-03-02, zone: Europe/Berln}"),
            "s.yaml:1:16: error: expected a date and time with offset such as "
            "2026-03-02T07:40:00+01:00, found '2026-03-02'\n"
            "  clock: {start: 2026-03-02, zone: Europe/Berln}\n"
            "                 ^\n"
            "s.yaml:1:34: error: there is no time zone 'Europe/Berln'\n"
            "  clock: {start: 2026-03-02, zone: Europe/Berln}\n"
            "                                   ^\n"
            "  did you mean 'Europe/Berlin'?\n");
  EXPECT_EQ(brief_errors("clock: {duration: 0s}" + std::string(kNetwork)),
            "1:19 this duration must be from 1ns to 18300d, found '0s'\n");
  EXPECT_EQ(brief_errors("clock: {start: 2261-01-01T00:00:00Z}" + std::string(kNetwork)),
            "1:16 the start is too far from 1970 for this clock\n");
}

}  // namespace
}  // namespace switchfault
