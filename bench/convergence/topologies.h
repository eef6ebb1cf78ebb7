// Texts of networks whose size is a parameter, as the loader reads them.

#ifndef SWITCHFAULT_BENCH_CONVERGENCE_TOPOLOGIES_H_
#define SWITCHFAULT_BENCH_CONVERGENCE_TOPOLOGIES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace switchfault::bench {

struct Network {
  std::string yaml;
  std::uint32_t nodes = 0;
  std::uint32_t links = 0;
};

// Pairs of node numbers.
using Edges = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
// 5/4 k² switches: the cores, then pod by pod the upper and the lower ones.
Edges fat_tree_edges(std::uint32_t k);
// One pair a line; lines that begin with # are skipped.
Edges edges_of(std::string_view text);
std::uint32_t nodes_of(const Edges& edges);

// Routers of OSPF in area 0, each link a network of its own.
Network ospf_network(const Edges& edges);
// Bridges in a circle; each joined to the one of half its number.
Network rstp_ring(std::uint32_t bridges);
Network rstp_tree(std::uint32_t bridges);

// One port of the network is shut a second after it has converged.
std::string with_a_port_shut(const Network& network);

}  // namespace switchfault::bench

#endif  // SWITCHFAULT_BENCH_CONVERGENCE_TOPOLOGIES_H_
