// The benchmarks of the kernel, registered file by file.
//
// A benchmark is named case/engine ("hold/packet/1000/switchfault"): the engines of one case are
// registered one after the other, run one after the other in each round, and compared per round.

#ifndef SWITCHFAULT_BENCH_KERNEL_KERNEL_BENCH_H_
#define SWITCHFAULT_BENCH_KERNEL_KERNEL_BENCH_H_

#include <cstdint>

namespace switchfault::bench {

// Of every queue benchmark, at least: filling a million events again for each of Google Benchmark's
// guesses at a number would take most of the time.
inline constexpr std::int64_t kIterations = 1'000'000;
inline constexpr const char* kOurs = "switchfault";  // The engine that all others are divided by.

void register_hold();
void register_phold();
void register_timers();

}  // namespace switchfault::bench

#endif  // SWITCHFAULT_BENCH_KERNEL_KERNEL_BENCH_H_
