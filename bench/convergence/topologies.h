// Texts of networks whose size is a parameter, as the loader reads them.

#ifndef SWITCHFAULT_BENCH_CONVERGENCE_TOPOLOGIES_H_
#define SWITCHFAULT_BENCH_CONVERGENCE_TOPOLOGIES_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace switchfault::bench {

struct Network {
  std::string yaml;
  std::uint32_t nodes = 0;
  std::uint32_t links = 0;
};

// 5/4 k² routers of OSPF in area 0, each link a network of its own.
Network ospf_fat_tree(std::uint32_t k);
// The same over pairs of node numbers, one a line; lines that begin with # are skipped.
Network ospf_graph(std::string_view edges);
// Bridges in a circle; each joined to the one of half its number.
Network rstp_ring(std::uint32_t bridges);
Network rstp_tree(std::uint32_t bridges);

// One port of the network is shut a second after it has converged.
std::string with_a_port_shut(const Network& network);

}  // namespace switchfault::bench

#endif  // SWITCHFAULT_BENCH_CONVERGENCE_TOPOLOGIES_H_
