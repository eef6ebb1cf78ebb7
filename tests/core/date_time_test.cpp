#include <gtest/gtest.h>

#include <switchfault/date_time.h>

namespace switchfault {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::int64_t kSecond = 1'000'000'000;

TEST(DateTime, ReadsRfc3339) {
  EXPECT_EQ(parse_date_time("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parse_date_time("2026-03-02T07:40:00+01:00"), 1'772'433'600 * kSecond);
  EXPECT_EQ(parse_date_time("2026-03-02t06:40:00z"), 1'772'433'600 * kSecond);
  EXPECT_EQ(parse_date_time("2026-03-02T03:10:00-03:30"), 1'772'433'600 * kSecond);
  EXPECT_EQ(parse_date_time("2000-02-29T23:59:59Z"), 951'868'799 * kSecond);
  EXPECT_EQ(parse_date_time("1969-12-31T23:59:59.5Z"), -kSecond / 2);
  EXPECT_EQ(parse_date_time("1970-01-01T00:00:00.000000001Z"), 1);
  EXPECT_EQ(parse_date_time("2262-01-01T00:00:00Z"), 9'214'646'400 * kSecond);
}

TEST(DateTime, RefusesEverythingElse) {
  for (const char* text : {"",
                           "2026-03-02",
                           "2026-03-02T07:40:00",
                           "2026-03-02 07:40:00Z",
                           "2026-03-02T07:40Z",
                           "2026-02-29T00:00:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-01-32T00:00:00Z",
                           "2026-01-01T24:00:00Z",
                           "2026-01-01T00:60:00Z",
                           "2026-12-31T23:59:60Z",
                           "2026-01-01T00:00:00+24:00",
                           "2026-01-01T00:00:00+0100",
                           "2026-01-01T00:00:00.Z",
                           "2026-01-01T00:00:00.1234567891Z",
                           "26-01-01T00:00:00Z",
                           "2026-01-01T00:00:00Z ",
                           "+026-01-01T00:00:00Z",
                           "2263-01-01T00:00:00Z",
                           "1677-01-01T00:00:00Z"}) {
    EXPECT_EQ(parse_date_time(text), std::nullopt) << text;
  }
}

TEST(DateTime, WritesLocalTimeWithItsOffset) {
  const std::int64_t time = 1'772'433'600 * kSecond;
  EXPECT_EQ(format_date_time(time, Duration::zero()), "2026-03-02T06:40:00Z");
  EXPECT_EQ(format_date_time(time, hours{1}), "2026-03-02T07:40:00+01:00");
  EXPECT_EQ(format_date_time(time, -hours{3} - minutes{30}), "2026-03-02T03:10:00-03:30");
  EXPECT_EQ(format_date_time(time, -hours{7}), "2026-03-01T23:40:00-07:00");
  EXPECT_EQ(format_date_time(time + kSecond / 4, Duration::zero()), "2026-03-02T06:40:00.25Z");
  EXPECT_EQ(format_date_time(-1, Duration::zero()), "1969-12-31T23:59:59.999999999Z");
}

TEST(DateTime, ReadsWhatItWrites) {
  for (const char* text : {"2026-03-02T07:40:00+01:00", "1700-01-01T00:00:00.000001-11:30",
                           "2262-04-11T12:00:00Z", "2024-02-29T23:59:59.9+14:00"}) {
    const std::string_view view = text;
    const auto time = parse_date_time(view);
    ASSERT_TRUE(time.has_value()) << text;
    Duration offset{};
    if (view.back() != 'Z') {
      const std::string_view zone = view.substr(view.size() - 6);
      offset = hours{(zone[1] - '0') * 10 + zone[2] - '0'} +
               minutes{(zone[4] - '0') * 10 + zone[5] - '0'};
      offset = zone[0] == '-' ? -offset : offset;
    }
    EXPECT_EQ(format_date_time(*time, offset), text);
  }
}

}  // namespace
}  // namespace switchfault
