// load_bench [--rounds=N] [--switches=N] [--links=N] [--rstp]
//
//   What does it cost to get from the text of an explicit topology to a network that could run,
//   beside yaml-cpp's own tree of the same bytes?
//   Time: YAML::Load of the text; load_topology of the file (reading, checking, plain data) and a
//   run that ends when everything has just got power, with --rstp as far as the first frames of a
//   spanning tree over all of it. One after the other in each round; ratios are formed in each
//   round, from CPU seconds.
//   Memory: how far the peak of the process rises above where it stood, measured once each, ours
//   first, because a process never gives back what it once asked for.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <switchfault/catalog.h>
#include <switchfault/load.h>
#include <switchfault/run.h>

#include "take_number.h"

namespace {

using switchfault::Scenario;
using switchfault::bench::take_number;

struct Options {
  int rounds = 5;
  int switches = 10'000;
  int links = 40'000;
  bool rstp = false;
};

// One line a switch and a link: a ring of all switches first, then links of growing reach, so that
// every switch gets as many ports as the others.
std::string topology_text(const Options& options) {
  std::string text = "name: big\ntopology:\n";
  text += options.rstp ? "  defaults: {protocols: {rstp: {}}}\n" : "";
  text += "  nodes:\n";
  for (int i = 0; i < options.switches; ++i) {
    text += fmt::format(
        "    sw{:05}: {{kind: switch, os: exampleos, version: 4.2.1, role: access, site: s{}}}\n",
        i, i % 40);
  }
  text += "  links:\n";
  std::vector<int> ports(static_cast<std::size_t>(options.switches));
  for (int i = 0; i < options.links; ++i) {
    const int from = i % options.switches;
    const int to = (from + 1 + i / options.switches * 17) % options.switches;
    text += fmt::format(
        "    - {{endpoints: [\"sw{:05}:eth{}\", \"sw{:05}:eth{}\"], rate: 10Gbps, delay: 5us}}\n",
        from, ++ports[static_cast<std::size_t>(from)], to, ++ports[static_cast<std::size_t>(to)]);
  }
  return text;
}

double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

template <typename Work>
double seconds_of(Work work) {
  const double start = cpu_seconds();
  work();
  return cpu_seconds() - start;
}

// A figure of this process in kB, such as VmRSS or VmHWM (the peak).
long memory_kb(std::string_view name) {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with(name)) {
      return std::stol(line.substr(name.size() + 1));
    }
  }
  return 0;
}

template <typename Work>
double peak_megabytes_of(Work work) {
  const long before = memory_kb("VmRSS");
  work();
  return static_cast<double>(memory_kb("VmHWM") - before) / 1024;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void measure(const Options& options) {
  const std::string text = topology_text(options);
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / fmt::format("load_bench_{}.yaml", std::clock());
  std::ofstream(path, std::ios::binary) << text;
  const switchfault::Catalog& catalog = switchfault::builtin_catalog();

  std::size_t links = 0;
  double building = 0;
  const auto ours = [&] {
    const Scenario scenario =
        switchfault::load_topology(path.string(), catalog, {.max_input_bytes = text.size()});
    links = scenario.topology.links.size();
    building = seconds_of([&] { run(scenario, {.until = -scenario.clock.warm_up}); });
  };
  const auto theirs = [&] { links = YAML::Load(text)["topology"]["links"].size(); };

  fmt::print("{} switches, {} links, {:.1f} MB, {} rounds\n", options.switches, options.links,
             static_cast<double>(text.size()) / 1e6, options.rounds);
  const double our_peak = peak_megabytes_of(ours);
  const double their_peak = peak_megabytes_of(theirs);
  std::vector<double> our_times;
  std::vector<double> build_times;
  std::vector<double> their_times;
  std::vector<double> ratios;
  for (int round = 0; round < options.rounds; ++round) {
    their_times.push_back(seconds_of(theirs));
    our_times.push_back(seconds_of(ours));
    build_times.push_back(building);
    ratios.push_back(our_times.back() / their_times.back());
  }
  std::filesystem::remove(path);
  fmt::print("                   CPU s    peak MB\n");
  fmt::print("yaml-cpp Load    {:7.3f}    {:7.1f}\n", median(their_times), their_peak);
  fmt::print("ours             {:7.3f}    {:7.1f}\n", median(our_times), our_peak);
  fmt::print("  of it building {:7.3f}\n", median(build_times));
  fmt::print("ratio            {:7.2f}    from {:.2f} to {:.2f}\n", median(ratios),
             *std::min_element(ratios.begin(), ratios.end()),
             *std::max_element(ratios.begin(), ratios.end()));
}

}  // namespace

int main(int count, char** values) {
  Options options;
  for (int i = 1; i < count; ++i) {
    if (values[i] == std::string_view("--rstp")) {
      options.rstp = true;
    } else if (!take_number(values[i], "--rounds=", options.rounds) &&
               !take_number(values[i], "--switches=", options.switches) &&
               !take_number(values[i], "--links=", options.links)) {
      std::fputs("usage: load_bench [--rounds=N] [--switches=N] [--links=N] [--rstp]\n", stderr);
      return 2;
    }
  }
  try {
    measure(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
  return 0;
}
