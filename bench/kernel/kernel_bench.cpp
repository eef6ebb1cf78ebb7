// kernel_bench [--rounds=N] [--benchmark_filter=REGEX]
//
//   hold/…     what does the queue of one-shot events cost at 1e2 … 1e6 pending? (hold_bench.cpp)
//   phold/…    how fast does the whole engine dispatch? (phold_bench.cpp)
//   timers/…   what does a re-arming cost, and does it grow the queue? (timer_bench.cpp)
//
// All benchmarks run once a round, the engines of a case one after the other; at the end a table
// gives the ratios to ours, formed in each round. Figures are CPU nanoseconds of one operation.

#include "kernel/kernel_bench.h"

#include <charconv>
#include <cstddef>
#include <cstdio>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "kernel/ratio_table.h"

namespace {

constexpr int kDefaultRounds = 5;
constexpr std::string_view kRoundsFlag = "--rounds=";

// Takes our flag out of the arguments; 0 when it is not a positive number.
int take_rounds(std::vector<char*>& arguments) {
  int rounds = kDefaultRounds;
  std::erase_if(arguments, [&rounds](std::string_view argument) {
    if (!argument.starts_with(kRoundsFlag)) {
      return false;
    }
    argument.remove_prefix(kRoundsFlag.size());
    const char* end = argument.data() + argument.size();
    const auto result = std::from_chars(argument.data(), end, rounds);
    rounds = result.ptr == end ? rounds : 0;
    return true;
  });
  return rounds;
}

}  // namespace

int main(int count, char** values) {
  std::vector<char*> arguments(values, values + count);
  const int rounds = take_rounds(arguments);
  count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (rounds <= 0 || benchmark::ReportUnrecognizedArguments(count, arguments.data())) {
    std::fputs("usage: kernel_bench [--rounds=N] [--benchmark_…]\n", stderr);
    return 2;
  }
  switchfault::bench::register_hold();
  switchfault::bench::register_phold();
  switchfault::bench::register_timers();
  switchfault::bench::RatioTable table;
  for (int round = 1; round <= rounds; ++round) {
    std::fprintf(stderr, "round %d of %d\n", round, rounds);
    benchmark::RunSpecifiedBenchmarks(&table);
  }
  std::fputs(table.text().c_str(), stdout);
  return 0;
}
