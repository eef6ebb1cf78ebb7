#include "convergence/topologies.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace switchfault::bench {
namespace {

std::string address(std::uint32_t network, std::uint32_t number) {
  return fmt::format("10.{}.{}.{}", network + (number >> 16U), number >> 8U & 255U, number & 255U);
}

// Ports are numbered by the links: no two of a network have one name.
std::string links_text(const Edges& edges) {
  std::string text = "  links:\n";
  for (std::size_t i = 0; i < edges.size(); ++i) {
    text += fmt::format(
        "    - {{endpoints: [\"n{}:eth{}\", \"n{}:eth{}\"], rate: 10Gbps, delay: 5us}}\n",
        edges[i].first, i, edges[i].second, i);
  }
  return text;
}

constexpr const char* kHead = "clock: {warm_up: 5m, duration: 1m}\ntopology:\n  defaults: ";

Network rstp(const Edges& edges) {
  const std::uint32_t nodes = nodes_of(edges);
  std::string text = kHead;
  text += "{protocols: {rstp: {}}}\n  nodes:\n";
  for (std::uint32_t i = 0; i < nodes; ++i) {
    text += fmt::format("    n{}: {{kind: switch}}\n", i);
  }
  return {text + links_text(edges), nodes, static_cast<std::uint32_t>(edges.size())};
}

}  // namespace

std::uint32_t nodes_of(const Edges& edges) {
  std::uint32_t count = 0;
  for (const auto& [a, b] : edges) {
    count = std::max({count, a + 1, b + 1});
  }
  return count;
}

Edges fat_tree_edges(std::uint32_t k) {
  const std::uint32_t half = k / 2;
  const std::uint32_t cores = half * half;
  Edges edges;
  for (std::uint32_t pod = 0; pod < k; ++pod) {
    const std::uint32_t first = cores + pod * k;
    for (std::uint32_t above = 0; above < half; ++above) {
      for (std::uint32_t i = 0; i < half; ++i) {
        edges.emplace_back(first + above, above * half + i);
        edges.emplace_back(first + above, first + half + i);
      }
    }
  }
  return edges;
}

Edges edges_of(std::string_view text) {
  Edges found;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const char* const end = line.data() + line.size();
    std::pair<std::uint32_t, std::uint32_t> edge;
    const auto first = std::from_chars(line.data(), end, edge.first);
    if (first.ec == std::errc{} && first.ptr != end &&
        std::from_chars(first.ptr + 1, end, edge.second).ec == std::errc{}) {
      found.push_back(edge);
    }
  }
  return found;
}

Network ospf_network(const Edges& edges) {
  const std::uint32_t nodes = nodes_of(edges);
  std::vector<std::string> interfaces(nodes);
  for (std::uint32_t i = 0; i < edges.size(); ++i) {
    interfaces[edges[i].first] += fmt::format(", eth{}: {{address: {}/31}}", i, address(0, 2 * i));
    interfaces[edges[i].second] +=
        fmt::format(", eth{}: {{address: {}/31}}", i, address(0, 2 * i + 1));
  }
  std::string text = kHead;
  text += "{protocols: {ospf: {network: point_to_point}}}\n  nodes:\n";
  for (std::uint32_t i = 0; i < nodes; ++i) {
    text += fmt::format("    n{}: {{kind: router, interfaces: {{lo: {{address: {}/32}}{}}}}}\n", i,
                        address(200, i), interfaces[i]);
  }
  return {text + links_text(edges), nodes, static_cast<std::uint32_t>(edges.size())};
}

Network rstp_ring(std::uint32_t bridges) {
  Edges edges;
  for (std::uint32_t i = 0; i < bridges; ++i) {
    edges.emplace_back(i, (i + 1) % bridges);
  }
  return rstp(edges);
}

Network rstp_tree(std::uint32_t bridges) {
  Edges edges;
  for (std::uint32_t i = 2; i <= bridges; ++i) {
    edges.emplace_back(i / 2 - 1, i - 1);
  }
  return rstp(edges);
}

std::string with_a_port_shut(const Network& network) {
  return network.yaml +
         "faults:\n"
         "  - {name: cut, kind: port_shutdown, select: n0, ports: [eth0], trigger: {at: 1s}}\n";
}

}  // namespace switchfault::bench
