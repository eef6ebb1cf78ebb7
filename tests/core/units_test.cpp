#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <switchfault/units.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

TEST(Units, DurationsAreReadUnitByUnit) {
  const std::vector<std::pair<std::string, Duration>> table = {
      {"250ms", 250ms},
      {"1h30m", 90min},
      {"49d17h2m47s", 49 * 24h + 17h + 2min + 47s},
      {"2w", 14 * 24h},
      {"1w1d1h1m1s1ms1us1ns", 8 * 24h + 1h + 1min + 1s + 1ms + 1us + 1ns},
      {"90m", 90min},
      {"0s", 0s},
      {"007s", 7s},
      {"1.5s", 1500ms},
      {"0.25h", 15min},
      {"1.50us", 1500ns},
      {"2.0ns", 2ns},
      {"0.000000001s", 1ns},
      {"9223372036854775807ns", Duration::max()},
      {"9223372036.854775807s", Duration::max()},
      {"106751d23h47m16s854ms775us807ns", Duration::max()},
  };
  for (const auto& [text, expected] : table) {
    EXPECT_EQ(parse_duration(text), expected) << text;
  }
}

TEST(Units, OtherDurationsAreRefused) {
  for (const char* text : {"",
                           "5",
                           "s",
                           "-5s",
                           "+5s",
                           " 5s",
                           "5s ",
                           "5 s",
                           "1m1h",
                           "1s1s",
                           "1.5h30m",
                           "1h1.5m",
                           ".5s",
                           "1.s",
                           "1e3s",
                           "0x10s",
                           "1S",
                           "5min",
                           "1.5ns",
                           "0.0000000001s",
                           "1..5s",
                           "1,5s",
                           "9223372036854775808ns",
                           "15251w",
                           "106752d",
                           "106751d24h",
                           "99999999999999999999s",
                           "0.1234567890123456789012s",
                           "5\xc2\xb5s"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(Units, RatesAreDecimal) {
  EXPECT_EQ(parse_bit_rate("9600bps"), (BitRate{9'600}));
  EXPECT_EQ(parse_bit_rate("56kbps"), (BitRate{56'000}));
  EXPECT_EQ(parse_bit_rate("2.5Gbps"), (BitRate{2'500'000'000}));
  EXPECT_EQ(parse_bit_rate("9Tbps"), (BitRate{9'000'000'000'000}));
  for (const char* text : {"", "10", "10G", "10gbps", "10GBps", "10Gb/s", "1.5bps", "-1bps",
                           "9223373Tbps", "1Mbps1kbps"}) {
    EXPECT_EQ(parse_bit_rate(text), std::nullopt) << text;
  }
}

TEST(Units, SizesAreBinaryOrDecimal) {
  EXPECT_EQ(parse_bytes("1500B"), (Bytes{1'500}));
  EXPECT_EQ(parse_bytes("64MiB"), (Bytes{67'108'864}));
  EXPECT_EQ(parse_bytes("2GB"), (Bytes{2'000'000'000}));
  EXPECT_EQ(parse_bytes("1.5KiB"), (Bytes{1'536}));
  EXPECT_EQ(parse_bytes("8191PiB"), (Bytes{9'222'246'136'947'933'184}));
  for (const char* text : {"", "64", "64M", "64mib", "64KB", "0.3B", "8192PiB", "-1B"}) {
    EXPECT_EQ(parse_bytes(text), std::nullopt) << text;
  }
}

TEST(Units, AByteRateIsAnAmountInATime) {
  EXPECT_EQ(parse_byte_rate("3MiB/60s"), (ByteRate{Bytes{3'145'728}, 60s}));
  EXPECT_EQ(parse_byte_rate("1B/49d17h"), (ByteRate{Bytes{1}, 49 * 24h + 17h}));
  for (const char* text : {"", "/", "3MiB", "3MiB/", "/60s", "3MiB/0s", "3MiB/60", "3MiB/6s/6s"}) {
    EXPECT_EQ(parse_byte_rate(text), std::nullopt) << text;
  }
}

TEST(Units, AShareIsBetweenZeroAndOne) {
  EXPECT_EQ(parse_share("30%"), 0.3);
  EXPECT_EQ(parse_share("33.3%"), 0.333);
  EXPECT_EQ(parse_share("0.3"), 0.3);
  EXPECT_EQ(parse_share("0"), 0.0);
  EXPECT_EQ(parse_share("100%"), 1.0);
  for (const char* text : {"", "%", "1.01", "101%", "-0.1", "0.3.1", ".3", "3.", "1e-1", "0x1p-1",
                           "inf", "nan", "30 %", "30%%", "0,3"}) {
    EXPECT_EQ(parse_share(text), std::nullopt) << text;
  }
}

TEST(Units, AnIntegerIsDecimal) {
  EXPECT_EQ(parse_integer("010"), 10);
  EXPECT_EQ(parse_integer("-7"), -7);
  EXPECT_EQ(parse_integer("9223372036854775807"), kMost);
  EXPECT_EQ(parse_integer("-9223372036854775808"), -kMost - 1);
  for (const char* text :
       {"", "-", "+1", "0x10", "1.0", "1e3", " 1", "1 ", "--1", "9223372036854775808"}) {
    EXPECT_EQ(parse_integer(text), std::nullopt) << text;
  }
}

TEST(Units, DurationsAreWrittenShort) {
  const std::vector<std::pair<Duration, std::string>> table = {
      {0s, "0s"},
      {5400s, "1h30m"},
      {-90s, "-1m30s"},
      {49 * 24h + 17h + 2min + 47s, "49d17h2m47s"},
      {1500ms, "1.5s"},
      {1s + 1ns, "1s1ns"},
      {61500ms, "1m1s500ms"},
      {250us, "250us"},
      {1500ns, "1.5us"},
      {Duration::min(), "-106751d23h47m16s854ms775us808ns"},
  };
  for (const auto& [duration, expected] : table) {
    EXPECT_EQ(format_duration(duration), expected);
  }
}

TEST(Units, SecondsKeepOnlyTheDigitsThatCount) {
  EXPECT_EQ(format_seconds(0s), "0");
  EXPECT_EQ(format_seconds(90min), "5400");
  EXPECT_EQ(format_seconds(1500ms), "1.5");
  EXPECT_EQ(format_seconds(-1ns), "-0.000000001");
  EXPECT_EQ(format_seconds(Duration::min()), "-9223372036.854775808");
}

}  // namespace
}  // namespace switchfault
