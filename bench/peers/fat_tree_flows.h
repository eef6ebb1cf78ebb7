// FatTreeFlows: who sends to whom and when, the same for every engine that is compared.
//
// A k-ary fat-tree: k pods of k/2 edge and k/2 aggregation switches, (k/2)^2 cores, k^3/4 hosts,
// links of 10 Gb/s and 1 us, queues of 100 packets. Each host sends 1000-byte packets at a constant
// gap to the host at its own place in another pod, so that each packet takes six packet-hops:
//
//   host -> edge -> aggregation -> core -> aggregation -> edge -> host
//
// An edge sends up by its port (destination pod mod k/2), an aggregation switch by its port
// (destination pod div k/2) mod k/2. The gap keeps links so lightly loaded that nothing is lost.

#ifndef SWITCHFAULT_BENCH_PEERS_FAT_TREE_FLOWS_H_
#define SWITCHFAULT_BENCH_PEERS_FAT_TREE_FLOWS_H_

#include <cstdint>
#include <vector>

namespace switchfault::bench {

inline constexpr std::uint64_t kMaxArity = 128;
inline constexpr std::uint64_t kHopsPerPacket = 6;
inline constexpr std::uint32_t kPacketBytes = 1000;
inline constexpr std::uint64_t kLinkNs = 1000;
inline constexpr std::uint32_t kQueuePackets = 100;

class FatTreeFlows {
 public:
  // `packet_hops` is what all packets together come near to.
  FatTreeFlows(std::uint64_t k, std::uint64_t packet_hops);

  struct Place {
    std::uint32_t pod, edge, port;  // The edge's number in its pod, the host's at its edge.
  };
  [[nodiscard]] Place place(std::uint32_t host) const;
  [[nodiscard]] std::uint32_t destination(std::uint32_t host) const;
  [[nodiscard]] std::uint64_t start_ns(std::uint32_t host) const { return starts_[host]; }
  [[nodiscard]] std::uint64_t gap_ns() const { return gap_ns_; }
  [[nodiscard]] std::uint64_t packets_per_host() const { return packets_; }

  [[nodiscard]] std::uint32_t edge_port_up(std::uint32_t pod) const { return pod % half_; }
  [[nodiscard]] std::uint32_t aggregation_port_up(std::uint32_t pod) const {
    return pod / half_ % half_;
  }

  [[nodiscard]] std::uint32_t k() const { return k_; }
  [[nodiscard]] std::uint32_t half() const { return half_; }
  [[nodiscard]] std::uint32_t hosts() const { return k_ * half_ * half_; }

 private:
  std::uint32_t k_;
  std::uint32_t half_;
  std::uint64_t gap_ns_;
  std::uint64_t packets_;
  std::vector<std::uint64_t> starts_;  // By host, within the first gap.
};

}  // namespace switchfault::bench

#endif  // SWITCHFAULT_BENCH_PEERS_FAT_TREE_FLOWS_H_
