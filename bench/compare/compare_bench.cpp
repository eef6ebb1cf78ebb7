// compare_bench SCENARIO [--rounds=N] [--threads=N]
//
//   How long does one replication take, what share of it is its set-up (building the network and
//   its warm-up), and how much memory does one more in flight need beside its mutable state?
//   Set-up: runs of each strategy that are dropped just before time 0, and whole ones, with the
//   same seeds, alternately, in CPU seconds of one thread; medians over the rounds. Memory: the
//   peak of processes that run N replications at the same time, and one; what one more adds, beside
//   the most that one has live on the heap while it runs. bench/compare-figures adds the speed-up
//   on two threads and on two ranks.

#include <algorithm>
#include <barrier>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <exception>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <switchfault/catalog.h>
#include <switchfault/load.h>
#include <switchfault/report.h>
#include <switchfault/run.h>
#include <switchfault/study.h>

#include "take_number.h"

namespace switchfault {
namespace {

constexpr double kMiB = 1024.0 * 1024.0;

struct Options {
  std::string scenario;
  int rounds = 3;
  int threads = 5;
};

Scenario loaded(const Options& options) {
  return load_scenario(options.scenario, builtin_catalog());
}

double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

double live_bytes() {
  const struct mallinfo2 info = ::mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// CPU seconds of a replication as a study runs it.
double replication(const Scenario& scenario, const RunOptions& options) {
  const double start = cpu_seconds();
  const RunLog log = run(scenario, options);
  static_cast<void>(make_report(scenario, log));
  return cpu_seconds() - start;
}

// Of one that is dropped just before time 0.
double set_up(const Scenario& scenario, RunOptions options) {
  options.until = Duration{-1};
  const double start = cpu_seconds();
  static_cast<void>(run(scenario, options));
  return cpu_seconds() - start;
}

void measure_set_up(const Options& options) {
  const Scenario scenario = loaded(options);
  std::vector<double> setting_up, whole;
  for (int round = 0; round < options.rounds; ++round) {
    const std::uint64_t seed = replication_seed(scenario.seed, static_cast<std::uint64_t>(round));
    double set_up_sum = 0;
    double whole_sum = 0;
    for (const StrategyConfig& strategy : scenario.strategies) {
      const RunOptions run_options{.strategy = strategy.name, .seed = seed};
      whole_sum += replication(scenario, run_options);
      set_up_sum += set_up(scenario, run_options);
    }
    const auto strategies = static_cast<double>(scenario.strategies.size());
    setting_up.push_back(set_up_sum / strategies);
    whole.push_back(whole_sum / strategies);
  }
  fmt::print("replication  {:.3f} CPU s, {:.2f} a second and core\n", median(whole),
             1 / median(whole));
  fmt::print("set-up       {:.4f} CPU s, {:.1f} % of it\n", median(setting_up),
             100 * median(setting_up) / median(whole));
}

// The most that one run has live on the heap beyond the loaded scenario.
double mutable_state(const Scenario& scenario) {
  const double before = live_bytes();
  double most = 0;
  RunOptions options;
  options.progress = [&](SimTime, SimTime) {
    most = std::max(most, live_bytes() - before);
    return true;
  };
  static_cast<void>(run(scenario, options));
  return most;
}

// Peak of a process of its own that runs so many replications, all of which meet half-way.
double peak_bytes(const Options& options, int threads) {
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) {
    const Scenario scenario = loaded(options);
    std::barrier half_way(threads);
    std::vector<std::thread> running;
    running.reserve(static_cast<std::size_t>(threads));
    for (int i = 0; i < threads; ++i) {
      running.emplace_back([&] {
        bool waited = false;
        static_cast<void>(run(scenario, {.progress = [&](SimTime now, SimTime end) {
                                if (!waited && now - kTimeZero > (end - kTimeZero) / 2) {
                                  waited = true;
                                  half_way.arrive_and_wait();
                                }
                                return true;
                              }}));
      });
    }
    for (std::thread& thread : running) {
      thread.join();
    }
    ::_exit(0);
  }
  int status = 0;
  struct rusage usage {};
  ::wait4(child, &status, 0, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024;
}

void measure_memory(const Options& options) {
  const double one = peak_bytes(options, 1);
  const double several = peak_bytes(options, options.threads);
  const double more = (several - one) / (options.threads - 1);
  const double state = mutable_state(loaded(options));
  fmt::print(
      "memory       {:.1f} MiB for one, {:.1f} MiB for each more: {:.2f} times its state "
      "of {:.1f} MiB\n",
      one / kMiB, more / kMiB, more / state, state / kMiB);
}

int measured(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (!bench::take_number(argument, "--rounds=", options.rounds) &&
        !bench::take_number(argument, "--threads=", options.threads)) {
      options.scenario = argument;
    }
  }
  if (options.scenario.empty() || options.scenario.starts_with("--") || options.threads < 2) {
    fmt::print(stderr, "usage: compare_bench SCENARIO [--rounds=N] [--threads=N], N > 1 threads\n");
    return 2;
  }
  measure_memory(options);  // First: the heap is still that of a new process.
  measure_set_up(options);
  return 0;
}

}  // namespace
}  // namespace switchfault

int main(int argc, char** argv) {
  try {
    return switchfault::measured(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
}
