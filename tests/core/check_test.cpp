#include "core/check.h"

#include <thread>

#include <gtest/gtest.h>

#include "core/simulator.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(CheckDeathTest, SaysWhatFailedAndWhere) {
  EXPECT_DEATH(SF_CHECK(1 + 1 == 3),
               "check failed: 1 \\+ 1 == 3\n.*check_test.cpp:[0-9]+\n.*no simulation running");
}

TEST(CheckDeathTest, SaysWhenAndInWhichRun) {
  Simulator simulator(42);
  simulator.schedule({kTimeZero + 1500ms, Phase::os, {}, {}}, [] { SF_CHECK(false); });
  EXPECT_DEATH(simulator.run_until(kTimeZero + 2s), "simulated time 1.5s, seed 42");
}

TEST(Check, TheContextIsRestoredAfterARun) {
  Simulator outer(1);
  bool seen = false;
  outer.schedule({kTimeZero + 1s, Phase::os, {}, {}}, [&seen] {
    Simulator inner(2);
    inner.schedule({kTimeZero + 3s, Phase::os, {}, {}}, [&seen] {
      seen = check_context().seed == 2 && check_context().now_ns == 3'000'000'000;
    });
    inner.run_until(kTimeZero + 4s);
    EXPECT_EQ(check_context().seed, 1U);
    EXPECT_EQ(check_context().now_ns, 1'000'000'000);
  });
  outer.run_until(kTimeZero + 2s);
  EXPECT_TRUE(seen);
  EXPECT_FALSE(check_context().running);
}

TEST(Check, EachThreadHasItsOwnContext) {
  check_context().seed = 7;
  std::uint64_t elsewhere = 1;
  std::thread([&elsewhere] { elsewhere = check_context().seed; }).join();
  EXPECT_EQ(elsewhere, 0U);
  EXPECT_EQ(check_context().seed, 7U);
  check_context() = {};
}

}  // namespace
}  // namespace switchfault
