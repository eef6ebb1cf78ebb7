// window_bench [K] [NS_A_HOP] [SLOWER]
//
// What could two threads gain within one run? A bound, without a parallel engine: the fat-tree is
// cut into halves of its pods, and cores by their group. A half may run ahead of the other by the
// delay of a link, so both meet at a barrier every microsecond. Counted for the flows of
// fat_tree_flows.h: packet-hops of each half in each window, and those whose frame goes over to the
// other half; measured: a barrier of two spinning threads. NS_A_HOP is what one core takes for a
// hop (packet_bench), SLOWER how many times as long when the other core is as busy. Not counted:
// handing frames over and putting them in order, observations and timers that are common to both.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "peers/fat_tree_flows.h"

namespace switchfault::bench {
namespace {

constexpr std::uint64_t kHopNs = 1800;  // 1000 bytes on the wire and 1 us.
constexpr int kBarriers = 1'000'000;

class Barrier {
 public:
  void wait(int& sense) {
    sense = 1 - sense;
    if (waiting_.fetch_add(1) == 1) {
      waiting_.store(0);
      sense_.store(sense);
    } else {
      while (sense_.load(std::memory_order_acquire) != sense) {
      }
    }
  }

 private:
  alignas(64) std::atomic<int> waiting_{0};
  alignas(64) std::atomic<int> sense_{0};
};

double barrier_ns() {
  Barrier barrier;
  const auto meet = [&] {
    int sense = 0;
    for (int i = 0; i < kBarriers; ++i) {
      barrier.wait(sense);
    }
  };
  const auto begin = std::chrono::steady_clock::now();
  std::thread other(meet);
  meet();
  other.join();
  const std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - begin;
  return taken.count() / kBarriers;
}

struct Window {
  std::array<std::uint32_t, 2> hops{};
};

// The halves of the six nodes that send a packet on.
std::array<unsigned, kHopsPerPacket> halves(const FatTreeFlows& flows, std::uint32_t host) {
  const std::uint32_t from = flows.place(host).pod;
  const std::uint32_t to = flows.place(flows.destination(host)).pod;
  const unsigned near = 2 * from >= flows.k() ? 1 : 0;
  const unsigned far = 2 * to >= flows.k() ? 1 : 0;
  const unsigned core = 2 * flows.edge_port_up(to) >= flows.half() ? 1 : 0;
  return {near, near, near, core, far, far};
}

int run(std::uint64_t k, double hop_ns, double slower) {
  const FatTreeFlows flows(k, 1);
  std::vector<Window> windows(flows.gap_ns() / kLinkNs);
  std::uint64_t crossings = 0;
  for (std::uint32_t host = 0; host < flows.hosts(); ++host) {
    const auto half = halves(flows, host);
    for (std::size_t hop = 0; hop < half.size(); ++hop) {
      const std::uint64_t at = (flows.start_ns(host) + hop * kHopNs) / kLinkNs;
      ++windows[at % windows.size()].hops[half[hop]];
      crossings += hop > 0 && half[hop] != half[hop - 1] ? 1U : 0U;
    }
  }
  const double barrier = barrier_ns();
  double alone = 0;
  double together = 0;
  double slowest = 0;
  for (const Window& window : windows) {
    const std::uint32_t most = std::max(window.hops[0], window.hops[1]);
    alone += (window.hops[0] + window.hops[1]) * hop_ns;
    slowest += most * hop_ns;
    together += most * hop_ns * slower + barrier;
  }
  fmt::print("k = {}: {:.1f} hops a window, {:.3f} of them cross, a barrier {:.0f} ns\n", k,
             alone / hop_ns / static_cast<double>(windows.size()),
             static_cast<double>(crossings) / (alone / hop_ns), barrier);
  fmt::print("  by the slower half of each window {:.2f}, all counted at most {:.2f} times\n",
             alone / slowest, alone / together);
  return 0;
}

}  // namespace
}  // namespace switchfault::bench

int main(int count, char** values) {
  const std::uint64_t k = count > 1 ? std::strtoull(values[1], nullptr, 10) : 90;
  const double hop_ns = count > 2 ? std::strtod(values[2], nullptr) : 75;
  const double slower = count > 3 ? std::strtod(values[3], nullptr) : 1;
  if (k < 4 || k % 2 != 0 || k > switchfault::bench::kMaxArity || hop_ns <= 0 || slower < 1) {
    fmt::print(stderr, "usage: window_bench [K] [NS_A_HOP] [SLOWER]\n");
    return 2;
  }
  return switchfault::bench::run(k, hop_ns, slower);
}
