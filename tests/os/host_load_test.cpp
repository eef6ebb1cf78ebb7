#include "os/host_load.h"

#include <chrono>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

Process leaking(std::int64_t start, std::int64_t amount, Duration per) {
  Process process;
  process.state = ProcessState::running;
  process.memory_at_start = {start};
  process.leak = {{amount}, per};
  process.leak_since = kTimeZero;
  return process;
}

TEST(HostMemory, ReachesABoundAtAComputedInstant) {
  const std::vector<Process> one{leaking(100, 3, 60s)};
  EXPECT_EQ(memory_reaches(one, {100}, kTimeZero), kTimeZero);
  EXPECT_EQ(memory_reaches(one, {103}, kTimeZero), kTimeZero + 60s);
  EXPECT_EQ(memory_reaches(one, {101}, kTimeZero), kTimeZero + 20s);
  EXPECT_EQ(memory_reaches(one, {101}, kTimeZero + 30s), kTimeZero + 30s);
}

TEST(HostMemory, AddsSeveralLeaks) {
  const std::vector<Process> two{leaking(0, 1, 2s), leaking(0, 1, 3s)};
  EXPECT_EQ(memory_used(two, kTimeZero + 6s), Bytes{5});
  EXPECT_EQ(memory_reaches(two, {5}, kTimeZero), kTimeZero + 6s);
}

TEST(HostMemory, IsNeverReachedWithoutALeak) {
  EXPECT_EQ(memory_reaches({leaking(100, 0, 1s)}, {101}, kTimeZero), kNever);
}

TEST(HostMemory, TheLeakOfAProductionSwitchFillsItWhenItDid) {
  // sonic-buildimage issue 7515: 3 MiB every 60 s, out of memory 17,758 s after the boot.
  constexpr std::int64_t kMiB = 1 << 20U;
  const std::vector<Process> pmon{leaking(0, 3 * kMiB, 60s)};
  EXPECT_EQ(memory_used(pmon, kTimeZero + 17'758s).count / kMiB, 887);
  EXPECT_EQ(memory_reaches(pmon, {888 * kMiB}, kTimeZero), kTimeZero + 17'760s);
}

TEST(CpuLoad, AddsUpToOneByOwner) {
  CpuLoad load;
  load.set(7, 0.5);
  load.set(3, 0.25);
  EXPECT_DOUBLE_EQ(load.total(), 0.75);
  load.set(9, 0.5);
  EXPECT_DOUBLE_EQ(load.total(), 1);
  load.set(7, 0.125);
  EXPECT_DOUBLE_EQ(load.total(), 0.875);
  load.set(3, 0);
  load.set(3, 0);
  load.set(9, 0);
  EXPECT_DOUBLE_EQ(load.total(), 0.125);
}

}  // namespace
}  // namespace switchfault
