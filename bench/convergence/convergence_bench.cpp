// convergence_bench [--rounds=N] [--largest=K] [GRAPH]
//
//   What does a whole network of routers or bridges cost until it has converged from a cold boot,
//   how does that grow, and what does one failed link cost afterwards?
//   OSPF on fat-trees k = 8, 16 (32, with --largest=32, takes 17 GB) and on a graph given as pairs
//   of node numbers; RSTP on rings and trees of 10 to 1,000 bridges. Every hello, description,
//   update and BPDU is exchanged. Each network in a process of its own: CPU seconds of building, of
//   the first five minutes, and of one more in which a port is shut; the rise of the peak of memory
//   over the loaded scenario. The exponent is that of growth with the number of
//   links, from the network before.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <exception>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <switchfault/catalog.h>
#include <switchfault/load.h>

#include "convergence/topologies.h"
#include "run/world.h"
#include "take_number.h"

namespace switchfault::bench {
namespace {

using namespace std::chrono_literals;

constexpr double kMeasurable = 1e-3;  // CPU s; shares of less are noise.

struct Figures {
  double build = 0, cold = 0, failure = 0;  // CPU s.
  double megabytes = 0;
};

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

Figures measure(const Network& network, int rounds) {
  const Scenario scenario =
      load_scenario_text("network.yaml", with_a_port_shut(network), builtin_catalog(), {});
  const double loaded = peak_megabytes();
  Figures figures;
  std::vector<double> build, cold, failure;
  for (int round = 0; round < rounds; ++round) {
    std::clock_t from = std::clock();
    const auto since = [&from] {
      const std::clock_t to = std::clock();
      return static_cast<double>(to - std::exchange(from, to)) / CLOCKS_PER_SEC;
    };
    World world(scenario, {});
    build.push_back(since());
    world.run_until(SimTime{});
    cold.push_back(since());
    figures.megabytes = round == 0 ? peak_megabytes() - loaded : figures.megabytes;
    world.run_until(world.end());
    failure.push_back(since());
  }
  figures.build = median(build);
  figures.cold = median(cold);
  figures.failure = median(failure);
  return figures;
}

// In a child, so that one network's memory is not the next one's.
Figures apart(const Network& network, int rounds) {
  int ends[2];
  if (pipe(ends) != 0) {
    throw std::runtime_error("no pipe");
  }
  const pid_t child = fork();
  if (child == 0) {
    const Figures figures = measure(network, rounds);
    const bool told = write(ends[1], &figures, sizeof figures) == sizeof figures;
    _exit(told ? 0 : 1);
  }
  Figures figures;
  close(ends[1]);
  const bool heard = child > 0 && read(ends[0], &figures, sizeof figures) == sizeof figures;
  close(ends[0]);
  waitpid(child, nullptr, 0);
  if (!heard) {
    throw std::runtime_error("a network could not be measured");
  }
  return figures;
}

class Table {
 public:
  explicit Table(int rounds) : rounds_(rounds) {
    fmt::print("{:<24}{:>7}{:>8}{:>9}{:>9}{:>9}{:>8}{:>10}{:>9}\n", "network", "nodes", "links",
               "build s", "cold s", "MB", "growth", "failure s", "of cold");
  }
  void family() { before_ = {}; }
  void row(const std::string& name, const Network& network) {
    const Figures figures = apart(network, rounds_);
    const auto measurable = [](const Figures& one) { return one.cold >= kMeasurable; };
    std::string growth;
    std::string share;
    if (measurable(figures)) {
      share = fmt::format("{:.1f} %", 100 * figures.failure / figures.cold);
      if (measurable(before_)) {
        growth = fmt::format("{:.2f}", std::log(figures.cold / before_.cold) /
                                           std::log(static_cast<double>(network.links) /
                                                    static_cast<double>(links_)));
      }
    }
    fmt::print("{:<24}{:>7}{:>8}{:>9.3f}{:>9.3f}{:>9.1f}{:>8}{:>10.4f}{:>9}\n", name, network.nodes,
               network.links, figures.build, figures.cold, figures.megabytes, growth,
               figures.failure, share);
    std::fflush(stdout);
    before_ = figures;
    links_ = network.links;
  }

 private:
  int rounds_;
  Figures before_;
  std::uint32_t links_ = 1;
};

void measure_all(int rounds, int largest, const std::string& graph) {
  Table table(rounds);
  for (const int k : {8, 16, 32}) {
    if (k <= largest) {
      table.row(fmt::format("ospf fat-tree k = {}", k),
                ospf_network(fat_tree_edges(static_cast<std::uint32_t>(k))));
    }
  }
  if (!graph.empty()) {
    std::ifstream file(graph, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    table.family();
    table.row("ospf " + graph.substr(graph.rfind('/') + 1), ospf_network(edges_of(text)));
  }
  table.family();
  for (const std::uint32_t bridges : {10U, 30U, 100U, 300U, 1000U}) {
    table.row("rstp ring", rstp_ring(bridges));
  }
  table.family();
  for (const std::uint32_t bridges : {10U, 30U, 100U, 300U, 1000U}) {
    table.row("rstp tree", rstp_tree(bridges));
  }
}

}  // namespace
}  // namespace switchfault::bench

int main(int count, char** values) {
  int rounds = 3;
  int largest = 16;
  std::string graph;
  for (int i = 1; i < count; ++i) {
    const std::string_view value = values[i];
    if (switchfault::bench::take_number(value, "--rounds=", rounds) ||
        switchfault::bench::take_number(value, "--largest=", largest)) {
      continue;
    }
    if (value.starts_with("-") || !graph.empty()) {
      std::fputs("usage: convergence_bench [--rounds=N] [--largest=K] [GRAPH]\n", stderr);
      return 2;
    }
    graph = value;
  }
  try {
    switchfault::bench::measure_all(rounds, largest, graph);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
  return 0;
}
