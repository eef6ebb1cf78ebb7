#include "run/replay_clock.h"

#include <limits>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kEpoch = 1'413'745'931'455'999'001;  // Of a capture.

TEST(ReplayClockTest, FirstPacketIsSentAtTheStart) {
  ReplayClock clock(5min, {}, kTimeZero + 1h);
  EXPECT_EQ(clock.send_time(kEpoch), kTimeZero + 5min);
  EXPECT_EQ(clock.send_time(kEpoch + 1), kTimeZero + 5min + 1ns);
}

TEST(ReplayClockTest, SpeedIsExact) {
  ReplayClock twice(0s, *parse_replay_speed("2"), kTimeZero + 1h);
  twice.send_time(kEpoch);
  EXPECT_EQ(twice.send_time(kEpoch + 3'000'000'001), kTimeZero + 1'500'000'000ns);
  ReplayClock slow(0s, *parse_replay_speed("0.3"), kTimeZero + 1h);
  slow.send_time(kEpoch);
  EXPECT_EQ(slow.send_time(kEpoch + 3), kTimeZero + 10ns);
}

TEST(ReplayClockTest, TimeNeverRunsBackwards) {
  ReplayClock clock(0s, {}, kTimeZero + 1h);
  clock.send_time(kEpoch);
  clock.send_time(kEpoch + 1000);
  EXPECT_EQ(clock.send_time(kEpoch - 5'000'000), kTimeZero + 1us);
  EXPECT_EQ(clock.send_time(kEpoch + 999), kTimeZero + 1us);
  EXPECT_EQ(clock.send_time(kEpoch + 1001), kTimeZero + 1001ns);
  EXPECT_EQ(clock.backward(), 2U);
}

TEST(ReplayClockTest, WhatIsAfterTheEndIsNeverSent) {
  ReplayClock clock(0s, {}, kTimeZero + 1s);
  clock.send_time(kEpoch);
  EXPECT_EQ(clock.send_time(kEpoch + 1'000'000'000), kTimeZero + 1s);
  EXPECT_EQ(clock.send_time(kEpoch + 1'000'000'001), kNever);
  EXPECT_EQ(clock.send_time(std::numeric_limits<std::int64_t>::max()), kNever);
}

TEST(ReplayClockTest, StampsAnyDistanceApartAreTold) {
  ReplayClock clock(0s, {}, kTimeZero + 1s);
  clock.send_time(std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(clock.send_time(std::numeric_limits<std::int64_t>::max()), kNever);
}

TEST(ReplayClockTest, LoopsFollowAfterOneMeanGap) {
  ReplayClock clock(0s, {}, kTimeZero + 1h);
  for (const std::int64_t ns : {0, 10, 40}) {
    clock.send_time(kEpoch + ns);
  }
  clock.begin_next_loop();
  EXPECT_EQ(clock.send_time(kEpoch), kTimeZero + 60ns);
  EXPECT_EQ(clock.send_time(kEpoch + 40), kTimeZero + 100ns);
  EXPECT_EQ(clock.backward(), 0U);
}

TEST(ReplayClockTest, SpeedsAreDecimalNumbers) {
  const auto text = [](std::string_view written) -> std::string {
    const auto speed = parse_replay_speed(written);
    return speed ? std::to_string(speed->numerator) + "/" + std::to_string(speed->denominator)
                 : "none";
  };
  EXPECT_EQ(text("2"), "2/1");
  EXPECT_EQ(text("1.25"), "125/100");
  EXPECT_EQ(text("0.000001"), "1/1000000");
  EXPECT_EQ(text("1000000"), "1000000/1");
  for (const char* wrong :
       {"", "0", "0.0", "-1", "1e3", "1.", ".5", "1000001", "0.0000001", "2x"}) {
    EXPECT_EQ(text(wrong), "none") << wrong;
  }
}

}  // namespace
}  // namespace switchfault
