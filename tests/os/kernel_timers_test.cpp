#include "os/kernel_timers.h"

#include <chrono>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(KernelTimers, WithoutATickTheyAreExact) {
  const KernelTimers timers(0s);
  EXPECT_EQ(timers.fires(kTimeZero + 1ns, 4s), kTimeZero + 4s + 1ns);
  EXPECT_EQ(timers.fires_on_second(kTimeZero + 300ms, 1s, 0), kTimeZero + 1300ms);
}

TEST(KernelTimers, FireAtTheEndOfTheirBucket) {
  const KernelTimers timers(4ms);
  EXPECT_EQ(timers.fires(kTimeZero, 20ms), kTimeZero + 24ms);         // One tick more.
  EXPECT_EQ(timers.fires(kTimeZero, 1s), kTimeZero + 1024ms);         // Buckets of 32 ms.
  EXPECT_EQ(timers.fires(kTimeZero, 4s), kTimeZero + 4096ms);         // Buckets of 256 ms.
  EXPECT_EQ(timers.fires(kTimeZero + 96ms, 4s), kTimeZero + 4352ms);  // The full bucket later.
  EXPECT_EQ(timers.fires(kTimeZero - 4096ms, 4s), kTimeZero);         // Before time 0 as after.
}

TEST(KernelTimers, MoveToAWholeSecondOfTheirCpu) {
  const KernelTimers timers(4ms);
  EXPECT_EQ(timers.fires_on_second(kTimeZero + 40ms, 1s, 0), kTimeZero + 1024ms);   // Down …
  EXPECT_EQ(timers.fires_on_second(kTimeZero + 400ms, 1s, 0), kTimeZero + 2016ms);  // … or up.
  EXPECT_EQ(timers.fires_on_second(kTimeZero + 40ms, 1s, 1), kTimeZero + 992ms);
}

}  // namespace
}  // namespace switchfault
