#include "os/supervisor.h"

#include <chrono>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

SimTime at(Duration since) {
  return kTimeZero + since;
}

// FRRouting watchfrr: polls every 5 s, unresponsive after 90 s, back-off 60 s to 600 s.
SupervisorPolicy watchfrr() {
  return {.restarts = true,
          .poll = 5s,
          .unresponsive_after = 90s,
          .delay = 60s,
          .delay_max = 600s,
          .limit_starts = 0,
          .limit_window = {}};
}

TEST(Supervision, FindsACrashAtItsNextPollOrAtOnce) {
  EXPECT_EQ(Supervision::notices_crash(watchfrr(), at(12s), at(0s)), at(15s));
  EXPECT_EQ(Supervision::notices_crash(watchfrr(), at(15s), at(0s)), at(20s));
  EXPECT_EQ(Supervision::notices_crash(watchfrr(), at(12s), at(1s)), at(16s));
  EXPECT_EQ(Supervision::notices_crash({.poll = {}}, at(12s), at(0s)), at(12s));
}

TEST(Supervision, FindsAHangWithinNinetyFiveSecondsOrNever) {
  EXPECT_EQ(Supervision::notices_hang(watchfrr(), at(0s), at(0s)), at(90s));
  EXPECT_EQ(Supervision::notices_hang(watchfrr(), at(1s), at(0s)), at(95s));
  EXPECT_EQ(Supervision::notices_hang({.unresponsive_after = 7s}, at(1s), at(0s)), at(8s));
  EXPECT_EQ(Supervision::notices_hang({.unresponsive_after = {}}, at(1s), at(0s)), kNever);
}

TEST(Supervision, BacksOffTwiceAsLongUpToABound) {
  Supervision supervision;
  const SupervisorPolicy policy = watchfrr();
  for (const Duration expected : {60s, 120s, 240s, 480s, 600s, 600s}) {
    EXPECT_EQ(supervision.next_delay(policy, at(0s), at(1s)), expected);
  }
  // Having lived twice the longest delay it begins anew.
  EXPECT_EQ(supervision.next_delay(policy, at(0s), at(1200s)), Duration{600s});
  EXPECT_EQ(supervision.next_delay(policy, at(0s), at(1201s)), Duration{60s});
}

TEST(Supervision, WithoutABoundTheDelayStays) {
  Supervision supervision;
  EXPECT_EQ(supervision.next_delay({.delay = 30s}, at(0s), at(1s)), Duration{30s});
  EXPECT_EQ(supervision.next_delay({.delay = 30s}, at(0s), at(1s)), Duration{30s});
}

TEST(Supervision, AllowsSoManyStartsInAWindow) {
  // systemd unit of SONiC's swss: StartLimit 3 in 1200 s.
  const SupervisorPolicy policy{.limit_starts = 3, .limit_window = 1200s};
  Supervision supervision;
  supervision.started(policy, at(0s));
  supervision.started(policy, at(100s));
  EXPECT_TRUE(supervision.may_start(policy, at(200s)));
  supervision.started(policy, at(200s));
  EXPECT_FALSE(supervision.may_start(policy, at(1199s)));
  EXPECT_TRUE(supervision.may_start(policy, at(1200s)));
  supervision.started(policy, at(1200s));
  EXPECT_FALSE(supervision.may_start(policy, at(1299s)));
  supervision.forget();
  EXPECT_TRUE(supervision.may_start(policy, at(1299s)));
}

}  // namespace
}  // namespace switchfault
