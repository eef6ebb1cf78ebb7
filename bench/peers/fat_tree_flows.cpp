#include "peers/fat_tree_flows.h"

#include <algorithm>

#include "kernel/draws.h"

namespace switchfault::bench {
namespace {

constexpr std::uint64_t kFirstNs = 1000;

// 20 us at k = 8, in proportion to the hosts of a pod.
std::uint64_t gap(std::uint64_t k) {
  return 20'000 * k * k / 64;
}

}  // namespace

FatTreeFlows::FatTreeFlows(std::uint64_t k, std::uint64_t packet_hops)
    : k_(static_cast<std::uint32_t>(k)), half_(k_ / 2), gap_ns_(gap(k)) {
  packets_ = std::max<std::uint64_t>(packet_hops / (kHopsPerPacket * hosts()), 1);
  Xorshift random;
  for (std::uint32_t host = 0; host < hosts(); ++host) {
    starts_.push_back(kFirstNs + random.next() % gap_ns_);
  }
}

FatTreeFlows::Place FatTreeFlows::place(std::uint32_t host) const {
  return {host / (half_ * half_), host / half_ % half_, host % half_};
}

std::uint32_t FatTreeFlows::destination(std::uint32_t host) const {
  const std::uint32_t hosts_in_pod = half_ * half_;
  const std::uint32_t in_pod = host % hosts_in_pod;
  const std::uint32_t pod = (host / hosts_in_pod + 1 + in_pod % (k_ - 1)) % k_;
  return pod * hosts_in_pod + in_pod;
}

}  // namespace switchfault::bench
