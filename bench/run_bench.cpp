// run_bench SCENARIO [--rounds=N] [--no-skip]
//
//   How much faster than real time does a whole run go, and what share of it is loading?
//   One after the other in each round: loading the scenario with everything it refers to, and a run
//   of its first strategy; CPU seconds of one thread, the median over the rounds.
//   With --no-skip one more run executes what can change nothing, too: how often does skipping make
//   it faster, and was the result the same?

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <switchfault/catalog.h>
#include <switchfault/load.h>
#include <switchfault/run.h>

namespace {

struct Options {
  std::string scenario;
  int rounds = 5;
  bool no_skip = false;
};

Options options_of(int argc, char** argv) {
  constexpr std::string_view kRounds = "--rounds=";
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--no-skip") {
      options.no_skip = true;
    } else if (argument.starts_with(kRounds)) {
      const char* end = argument.data() + argument.size();
      std::from_chars(argument.data() + kRounds.size(), end, options.rounds);
      options.rounds = std::max(options.rounds, 1);
    } else {
      options.scenario = argument;
    }
  }
  return options;
}

double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double simulated_seconds(const switchfault::RunLog& log) {
  return std::chrono::duration<double>(log.end - switchfault::kTimeZero).count();
}

void measure(const Options& options) {
  std::vector<double> loading, running;
  double simulated = 0;
  std::string fingerprint;
  for (int round = 0; round < options.rounds; ++round) {
    const double start = cpu_seconds();
    const switchfault::Scenario scenario =
        switchfault::load_scenario(options.scenario, switchfault::builtin_catalog());
    const double loaded = cpu_seconds();
    const switchfault::RunLog log = switchfault::run(scenario);
    loading.push_back(loaded - start);
    running.push_back(cpu_seconds() - loaded);
    simulated = simulated_seconds(log);
    fingerprint = log.fingerprint;
  }
  const double whole = median(loading) + median(running);
  fmt::print("{}: {:.0f} simulated seconds\n", options.scenario, simulated);
  fmt::print("  loading          {:8.3f} CPU s  ({:.1f} % of the whole)\n", median(loading),
             100 * median(loading) / whole);
  fmt::print("  running          {:8.3f} CPU s\n", median(running));
  fmt::print("  simulated / CPU  {:8.0f}\n", simulated / whole);
  if (!options.no_skip) {
    return;
  }
  const switchfault::Scenario scenario =
      switchfault::load_scenario(options.scenario, switchfault::builtin_catalog());
  const double start = cpu_seconds();
  const switchfault::RunLog log = switchfault::run(scenario, {.skip_quiet_time = false});
  const double executed = cpu_seconds() - start;
  fmt::print("  nothing skipped  {:8.3f} CPU s, {:.0f} times as long, {} result\n", executed,
             executed / median(running), log.fingerprint == fingerprint ? "same" : "ANOTHER");
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = options_of(argc, argv);
  if (options.scenario.empty()) {
    fmt::print(stderr, "usage: run_bench SCENARIO [--rounds=N] [--no-skip]\n");
    return 2;
  }
  try {
    measure(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
  return 0;
}
