#include "services/logins.h"

#include <chrono>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(Logins, WithoutALimitEverybodyIsInAtOnce) {
  Logins logins;
  EXPECT_TRUE(logins.next(1000, 0).all);
}

TEST(Logins, TenStepsTakeTheWholeTime) {
  Logins logins;
  double waiting = 600;
  Duration time{};
  int steps = 0;
  for (LoginStep step = logins.next(waiting, 60); !step.all; step = logins.next(waiting, 60)) {
    waiting -= step.share * waiting;
    time += step.wait;
    ASSERT_LE(++steps, 20);
  }
  EXPECT_EQ(time, 10min);  // 600 users at 60 a minute.
  EXPECT_EQ(steps, 10);
}

TEST(Logins, NewcomersBeginANewLine) {
  Logins logins;
  LoginStep step = logins.next(100, 60);
  EXPECT_EQ(step.wait, 10s);
  step = logins.next(500, 60);  // 400 more have come.
  EXPECT_EQ(step.share, 0);
  EXPECT_EQ(step.wait, 50s);
}

}  // namespace
}  // namespace switchfault
