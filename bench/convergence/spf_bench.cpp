// spf_bench [--rounds=N] [GRAPH]
//
//   How long does a router calculate its routes, beside Dijkstra of the Boost Graph Library on the
//   same graph? Fat-trees k = 8, 16, 32 and a graph given as pairs of node numbers; up to 64 roots,
//   microseconds each. `spf` finds all shortest ways with all their first steps, `routes` is that
//   and the routes to all prefixes, one a link and one a router; Boost finds the distances and one
//   way, on its compressed rows (its fastest form) and on its usual adjacency list. `graph` is what
//   all routers of an area do once: links that both ends advertise, prefixes in order. The
//   distances of all must agree.

#include <algorithm>
#include <cstdint>
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

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <fmt/format.h>

#include "convergence/topologies.h"
#include "protocols/ospf_spf.h"
#include "take_number.h"

namespace switchfault::bench {
namespace {

constexpr std::uint16_t kCost = 10;
constexpr std::uint32_t kMostRoots = 64;
constexpr std::uint32_t kNetworks = 0x0a000000, kLoopbacks = 0xc0a80000;

struct Cost {
  int cost = kCost;
};
using Rows = boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, Cost>;
using Lists =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property, Cost>;

double seconds(std::clock_t since) {
  return static_cast<double>(std::clock() - since) / CLOCKS_PER_SEC;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// Router n has the identifier n + 1.
LinkStateDatabase database_of(const Edges& edges, bool with_prefixes) {
  std::vector<LsaBody> bodies(nodes_of(edges));
  for (std::uint32_t i = 0; i < edges.size(); ++i) {
    const auto [a, b] = edges[i];
    const std::uint32_t network = kNetworks + 2 * i;
    bodies[a].links.push_back({RouterLink::Type::point_to_point, kCost, b + 1, network});
    bodies[b].links.push_back({RouterLink::Type::point_to_point, kCost, a + 1, network + 1});
    if (with_prefixes) {
      bodies[a].links.push_back({RouterLink::Type::stub, kCost, network, 0xfffffffe});
      bodies[b].links.push_back({RouterLink::Type::stub, kCost, network, 0xfffffffe});
    }
  }
  LinkStateDatabase database;
  for (std::uint32_t router = 0; router < bodies.size(); ++router) {
    if (with_prefixes) {
      bodies[router].links.push_back({RouterLink::Type::stub, 0, kLoopbacks + router, 0xffffffff});
    }
    LinkStateDatabase::Entry entry;
    entry.lsa = make_content<Lsa>(LsaKey{LsaType::router, router + 1, router + 1},
                                  kLsaInitialSequence, std::move(bodies[router]));
    database.install(std::move(entry));
  }
  return database;
}

std::vector<OspfRootLink> root_links(const LinkStateDatabase& database, std::uint32_t router) {
  std::vector<OspfRootLink> links;
  const auto* own = database.find({LsaType::router, router + 1, router + 1});
  for (const RouterLink& link : own->lsa->body().links) {
    if (link.type == RouterLink::Type::point_to_point) {
      links.push_back({.link = link,
                       .interface = static_cast<InterfaceIndex>(links.size()),
                       .gateway = link.data ^ 1U});
    }
  }
  return links;
}

template <typename Graph>
double boost_seconds(const Graph& graph, std::uint32_t root, std::vector<int>& distances) {
  const std::clock_t start = std::clock();
  distances.assign(boost::num_vertices(graph), 0);
  std::vector<typename boost::graph_traits<Graph>::vertex_descriptor> way(distances.size());
  const auto index = boost::get(boost::vertex_index, graph);
  boost::dijkstra_shortest_paths(
      graph, boost::vertex(root, graph),
      boost::weight_map(boost::get(&Cost::cost, graph))
          .distance_map(boost::make_iterator_property_map(distances.begin(), index))
          .predecessor_map(boost::make_iterator_property_map(way.begin(), index)));
  return seconds(start);
}

void check(const std::vector<OspfRoute>& routes, const std::vector<int>& distances) {
  for (const OspfRoute& route : routes) {
    const std::uint32_t address = route.prefix.address().v4_bits();
    if (route.prefix.length() == 32 &&
        static_cast<int>(route.cost) != distances[address - kLoopbacks]) {
      throw std::runtime_error("a distance differs");
    }
  }
}

struct Round {
  double graph = 0, spf = 0, routes = 0, rows = 0, lists = 0;  // Microseconds.
};

struct Databases {
  LinkStateDatabase all, without_prefixes;
};

Round measure(const Edges& edges, const Databases& databases) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> both = edges;
  std::ranges::transform(edges, std::back_inserter(both),
                         [](const auto& edge) { return std::pair(edge.second, edge.first); });
  const std::uint32_t nodes = nodes_of(edges);
  const std::vector<Cost> costs(both.size());
  const Rows rows(boost::edges_are_unsorted_multi_pass, both.begin(), both.end(), costs.begin(),
                  nodes);
  const Lists lists(both.begin(), both.end(), costs.begin(), nodes);
  Round round;
  std::clock_t start = std::clock();
  const OspfGraph graph(databases.all);
  round.graph = seconds(start);
  const OspfGraph bare(databases.without_prefixes);
  const std::uint32_t roots = std::min(nodes, kMostRoots);
  std::vector<int> distances;
  for (std::uint32_t i = 0; i < roots; ++i) {
    const std::uint32_t root = i * nodes / roots;
    const std::vector<OspfRootLink> links = root_links(databases.all, root);
    NextHopGroups groups;
    start = std::clock();
    ospf_routes(bare, {.id = root + 1, .links = links}, groups);
    round.spf += seconds(start);
    start = std::clock();
    const std::vector<OspfRoute> routes =
        ospf_routes(graph, {.id = root + 1, .links = links}, groups);
    round.routes += seconds(start);
    round.rows += boost_seconds(rows, root, distances);
    check(routes, distances);
    round.lists += boost_seconds(lists, root, distances);
    check(routes, distances);
  }
  const double each = 1e6 / roots;
  return {round.graph * 1e6, round.spf * each, round.routes * each, round.rows * each,
          round.lists * each};
}

void row(const std::string& name, const Edges& edges, int rounds) {
  const Databases databases{database_of(edges, true), database_of(edges, false)};
  std::vector<Round> all;
  all.reserve(static_cast<std::size_t>(rounds));
  for (int i = 0; i < rounds; ++i) {
    all.push_back(measure(edges, databases));
  }
  const auto of_all = [&](auto figure) {
    std::vector<double> values;
    std::ranges::transform(all, std::back_inserter(values), figure);
    return median(values);
  };
  fmt::print("{:<20}{:>7}{:>7}{:>10.0f}{:>9.0f}{:>11.0f}{:>9.0f}{:>10.0f}{:>10.2f}{:>13.2f}\n",
             name, nodes_of(edges), edges.size(), of_all(&Round::graph), of_all(&Round::spf),
             of_all(&Round::routes), of_all(&Round::rows), of_all(&Round::lists),
             of_all([](const Round& round) { return round.spf / round.rows; }),
             of_all([](const Round& round) { return round.routes / round.rows; }));
}

void measure_all(int rounds, const std::string& graph) {
  fmt::print("{:<20}{:>7}{:>7}{:>10}{:>9}{:>11}{:>9}{:>10}{:>10}{:>13}\n", "graph", "nodes",
             "links", "graph us", "spf us", "routes us", "rows us", "lists us", "spf/rows",
             "routes/rows");
  for (const std::uint32_t k : {8U, 16U, 32U}) {
    row(fmt::format("fat-tree k = {}", k), fat_tree_edges(k), rounds);
  }
  if (!graph.empty()) {
    std::ifstream file(graph, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    row(graph.substr(graph.rfind('/') + 1), edges_of(text), rounds);
  }
}

}  // namespace
}  // namespace switchfault::bench

int main(int count, char** values) {
  int rounds = 5;
  std::string graph;
  for (int i = 1; i < count; ++i) {
    const std::string_view value = values[i];
    if (switchfault::bench::take_number(value, "--rounds=", rounds)) {
      continue;
    }
    if (value.starts_with("-") || !graph.empty()) {
      std::fputs("usage: spf_bench [--rounds=N] [GRAPH]\n", stderr);
      return 2;
    }
    graph = value;
  }
  try {
    switchfault::bench::measure_all(rounds, graph);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
  return 0;
}
