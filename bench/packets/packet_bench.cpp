// packet_bench --workload fat-tree-l3|tree-l2 [--k 8] [--packet-hops 6000000] [--json]
//
// Packet-hops a CPU second through the whole simulator: a World with an OS in each switch, chip
// tables, counters, dispositions and fault hooks, as `switchfault replay` uses it. The packets are
// made while the clock runs, in rounds. Two packets a flow go first, so that neighbours are known,
// addresses are learned and no table changes in the measured section. --workload setup measures
// building alone.

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <switchfault/scenario.h>

#include "core/check.h"
#include "net/packet_plane.h"
#include "peers/fat_tree_flows.h"
#include "peers/peer_options.h"
#include "run/world.h"

namespace switchfault::bench {
namespace {

constexpr std::uint64_t kPacketHops = 12'000'000;
constexpr std::size_t kPacketsARound = 16'384;
constexpr BitRate kRate{10'000'000'000};
constexpr std::uint32_t kEthernetHeader = 14;

std::string numbered(const char* what, std::uint32_t a, std::uint32_t b) {
  return fmt::format("{}-{}-{}", what, a, b);
}

// Routers with static prefix routes; each link is a network of its own.
class FatTree {
 public:
  explicit FatTree(const FatTreeFlows& flows) : flows_(flows), half_(flows.half()) {
    add_cores();
    for (std::uint32_t pod = 0; pod < flows.k(); ++pod) {
      add_pod(pod);
    }
  }
  Topology take() { return std::move(topology_); }

  static std::string host_name(const FatTreeFlows::Place& place) {
    return fmt::format("host-{}-{}-{}", place.pod, place.edge, place.port);
  }
  // "10.pod.edge.port", two of the last byte for each port.
  static IpAddress host_address(const FatTreeFlows::Place& place) {
    return ten(place.pod, place.edge, 2 * place.port + 1);
  }

 private:
  NodeConfig& add(NodeKind kind, std::string name) {
    NodeConfig& node = topology_.nodes.emplace_back();
    node.kind = kind;
    node.name = std::move(name);
    return node;
  }
  static IpAddress ten(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    return IpAddress::v4(10U << 24U | a << 16U | b << 8U | c);
  }
  static void address(NodeConfig& node, const std::string& port, IpAddress own) {
    InterfaceConfig& interface = node.interfaces.emplace_back();
    interface.name = port;
    interface.addresses.push_back({IpPrefix(own, 31), {}});
  }
  static void route(NodeConfig& node, IpPrefix prefix, IpAddress next_hop) {
    node.routes.push_back(
        {.prefix = prefix, .next_hops = {next_hop}, .vrf = "", .discard = false, .at = {}});
  }
  void link(const std::string& a, const std::string& a_port, const std::string& b,
            const std::string& b_port) {
    LinkConfig& link = topology_.links.emplace_back();
    link.a = {{a, {}}, a_port};
    link.b = {{b, {}}, b_port};
    link.rate = kRate;
    link.delay = Duration{kLinkNs};
  }
  // The two addresses of the next link between switches.
  // Two addresses each, from 172.16.0.0 on.
  std::pair<IpAddress, IpAddress> next_network() {
    const std::uint32_t low = (172U << 24U | 16U << 16U) + links_++ * 2;
    return {IpAddress::v4(low), IpAddress::v4(low + 1)};
  }

  void add_cores() {
    for (std::uint32_t i = 0; i < half_ * half_; ++i) {
      add(NodeKind::router, fmt::format("core-{}", i));
    }
  }
  NodeConfig& core(std::uint32_t i) { return topology_.nodes[i]; }

  void add_pod(std::uint32_t pod) {
    const std::size_t first = topology_.nodes.size();
    for (std::uint32_t i = 0; i < half_; ++i) {
      add(NodeKind::router, numbered("aggregation", pod, i));
    }
    for (std::uint32_t i = 0; i < half_; ++i) {
      add(NodeKind::router, numbered("edge", pod, i));
    }
    for (std::uint32_t i = 0; i < half_; ++i) {
      join_cores(pod, i, topology_.nodes[first + i]);
    }
    for (std::uint32_t edge = 0; edge < half_; ++edge) {
      for (std::uint32_t i = 0; i < half_; ++i) {
        join_edge(pod, edge, i, topology_.nodes[first + i], topology_.nodes[first + half_ + edge]);
      }
    }
    for (std::uint32_t edge = 0; edge < half_; ++edge) {
      add_hosts(pod, edge, first + half_ + edge);
    }
  }
  void join_cores(std::uint32_t pod, std::uint32_t i, NodeConfig& aggregation) {
    for (std::uint32_t j = 0; j < half_; ++j) {
      NodeConfig& above = core(i * half_ + j);
      const auto [up, down] = next_network();
      const std::string up_port = fmt::format("up{}", j), down_port = fmt::format("pod{}", pod);
      address(aggregation, up_port, up);
      address(above, down_port, down);
      route(above, IpPrefix(ten(pod, 0, 0), 16), up);
      link(aggregation.name, up_port, above.name, down_port);
      for (std::uint32_t other = 0; other < flows_.k(); ++other) {
        if (other != pod && flows_.aggregation_port_up(other) == j) {
          route(aggregation, IpPrefix(ten(other, 0, 0), 16), down);
        }
      }
    }
  }
  void join_edge(std::uint32_t pod, std::uint32_t number, std::uint32_t i, NodeConfig& aggregation,
                 NodeConfig& edge) {
    const auto [up, down] = next_network();
    const std::string up_port = fmt::format("up{}", i), down_port = fmt::format("edge{}", number);
    address(edge, up_port, up);
    address(aggregation, down_port, down);
    route(aggregation, IpPrefix(ten(pod, number, 0), 24), up);
    link(edge.name, up_port, aggregation.name, down_port);
    for (std::uint32_t other = 0; other < flows_.k(); ++other) {
      if (other != pod && flows_.edge_port_up(other) == i) {
        route(edge, IpPrefix(ten(other, 0, 0), 16), down);
      }
    }
  }
  void add_hosts(std::uint32_t pod, std::uint32_t number, std::size_t edge) {
    for (std::uint32_t i = 0; i < half_; ++i) {
      const FatTreeFlows::Place place{pod, number, i};
      const IpAddress gateway = ten(pod, number, 2 * i);
      NodeConfig& host = add(NodeKind::host, host_name(place));
      address(host, "eth0", host_address(place));
      route(host, IpPrefix(IpAddress::v4(0), 0), gateway);
      NodeConfig& above = topology_.nodes[edge];
      const std::string port = fmt::format("host{}", i);
      address(above, port, gateway);
      link(host.name, "eth0", above.name, port);
    }
  }

  const FatTreeFlows& flows_;
  std::uint32_t half_;
  std::uint32_t links_ = 0;
  Topology topology_;
};

// The same hosts under a tree of bridges: the first aggregation switch of each pod, the first core.
Topology bridged_tree(const FatTreeFlows& flows) {
  Topology topology;
  const auto add = [&](NodeKind kind, const std::string& name) -> NodeConfig& {
    NodeConfig& node = topology.nodes.emplace_back();
    node.kind = kind;
    node.name = name;
    return node;
  };
  const auto link = [&](const std::string& a, const std::string& a_port, const std::string& b,
                        const std::string& b_port) {
    LinkConfig& one = topology.links.emplace_back();
    one.a = {{a, {}}, a_port};
    one.b = {{b, {}}, b_port};
    one.rate = kRate;
    one.delay = Duration{kLinkNs};
  };
  add(NodeKind::switch_, "core");
  for (std::uint32_t pod = 0; pod < flows.k(); ++pod) {
    const std::string aggregation = fmt::format("aggregation-{}", pod);
    add(NodeKind::switch_, aggregation);
    link(aggregation, "up", "core", fmt::format("pod{}", pod));
    for (std::uint32_t edge = 0; edge < flows.half(); ++edge) {
      const std::string name = numbered("edge", pod, edge);
      add(NodeKind::switch_, name);
      link(name, "up", aggregation, fmt::format("edge{}", edge));
      for (std::uint32_t port = 0; port < flows.half(); ++port) {
        const FatTreeFlows::Place place{pod, edge, port};
        NodeConfig& host = add(NodeKind::host, FatTree::host_name(place));
        InterfaceConfig& interface = host.interfaces.emplace_back();
        interface.name = "eth0";
        interface.addresses.push_back({IpPrefix(FatTree::host_address(place), 8), {}});
        link(host.name, "eth0", name, fmt::format("host{}", port));
      }
    }
  }
  return topology;
}

class Sink final : public PacketSink {
 public:
  void ended(const Ended& packet) override {
    delivered += packet.disposition == Disposition::delivered ? 1U : 0U;
  }
  std::uint64_t delivered = 0;
};

class Engine {
 public:
  Engine(const FatTreeFlows& flows, Topology topology) : flows_(flows) {
    scenario_.title = "packet bench";
    scenario_.topology = std::move(topology);
    scenario_.clock.duration = std::chrono::hours{1};
    scenario_.clock.warm_up = std::chrono::minutes{10};
    world_ = std::make_unique<World>(scenario_, RunOptions{});
    world_->run_until(kTimeZero);
    plane().set_sink(sink_);
    plane().set_queue_limit(kQueuePackets, 0);
    // Hosts follow each other in the order of their names, which is that of their places.
    const auto first = static_cast<std::uint32_t>(node_of(0));
    SF_CHECK(node_of(flows.hosts() - 1) == NodeIndex{first + flows.hosts() - 1});
    flow_.reserve(flows.hosts());
    for (std::uint32_t host = 0; host < flows.hosts(); ++host) {
      add_flow(host, NodeIndex{first + host});
    }
  }

  HopResult run() {
    order_.resize(flows_.hosts());
    std::iota(order_.begin(), order_.end(), 0U);
    std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return std::pair(flows_.start_ns(a), a) < std::pair(flows_.start_ns(b), b);
    });
    send(1);
    send(1);
    const PacketCounters before = plane().counters();
    const std::uint64_t delivered = sink_.delivered;
    const double start = cpu_seconds();
    send(flows_.packets_per_host());
    const double cpu_s = cpu_seconds() - start;
    const PacketCounters& after = plane().counters();
    return {after.hops - before.hops, after.offered - before.offered, sink_.delivered - delivered,
            cpu_s};
  }

 private:
  PacketPlane& plane() { return world_->packets(); }

  [[nodiscard]] NodeIndex node_of(std::uint32_t host) const {
    return world_->network().find_node(FatTree::host_name(flows_.place(host)));
  }

  void add_flow(std::uint32_t host, NodeIndex from) {
    const auto address = [&](std::uint32_t which) {
      return FatTree::host_address(flows_.place(which));
    };
    flow_.push_back(plane().add_flow({.from = from,
                                      .packet = {.source = address(host),
                                                 .destination = address(flows_.destination(host)),
                                                 .source_port = 40'000,
                                                 .destination_port = 9},
                                      .conversation = host,
                                      .group = {}}));
  }

  // So many packets a host, and time for the last ones to arrive.
  void send(std::uint64_t packets) {
    const std::uint64_t rounds = std::max<std::uint64_t>(kPacketsARound / order_.size(), 1);
    std::vector<OfferedPacket> offers;
    for (std::uint64_t first = 0; first < packets; first += rounds) {
      offers.clear();
      for (std::uint64_t i = first; i < std::min(first + rounds, packets); ++i) {
        for (const std::uint32_t host : order_) {
          offers.push_back({.at = base_ + Duration{static_cast<std::int64_t>(flows_.start_ns(host) +
                                                                             i * flows_.gap_ns())},
                            .number = number_++,
                            .flow = flow_[host],
                            .length = kPacketBytes + kEthernetHeader});
        }
      }
      plane().offer(offers);
      world_->run_until(offers.back().at);
    }
    base_ = world_->simulator().now() + std::chrono::milliseconds{10};
    world_->run_until(base_);
  }

  const FatTreeFlows& flows_;
  Scenario scenario_;
  std::unique_ptr<World> world_;
  Sink sink_;
  std::vector<FlowIndex> flow_;       // By host.
  std::vector<std::uint32_t> order_;  // Hosts by the time of their first packet.
  SimTime base_ = kTimeZero;
  std::uint64_t number_ = 0;
};

long peak_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

// What the process has now, less than its peak. Of Linux.
long resident_kib() {
  std::ifstream file("/proc/self/statm");
  long pages = 0;
  long resident = 0;
  file >> pages >> resident;
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

int run(const PeerOptions& options) {
  const FatTreeFlows flows(options.k, options.packet_hops > 0 ? options.packet_hops : kPacketHops);
  const bool routed = options.workload == "fat-tree-l3";
  const bool setup = options.workload == "setup";
  if (!routed && !setup && options.workload != "tree-l2") {
    fmt::print(stderr,
               "usage: packet_bench --workload fat-tree-l3|tree-l2|setup [--k 8] [--json]\n");
    return 2;
  }
  Topology topology = options.workload == "tree-l2" ? bridged_tree(flows) : FatTree(flows).take();
  const std::size_t ports = 2 * topology.links.size();
  const long before_kib = resident_kib();
  const double start = cpu_seconds();
  Engine engine(flows, std::move(topology));
  if (setup) {
    fmt::print("k = {}: {} ports set up in {:.3f} CPU s, {:.0f} bytes a port\n", options.k, ports,
               cpu_seconds() - start,
               static_cast<double>(peak_kib() - before_kib) * 1024 / static_cast<double>(ports));
    return 0;
  }
  return report(options, engine.run());
}

}  // namespace
}  // namespace switchfault::bench

int main(int argc, char** argv) {
  const auto options = switchfault::bench::parse_peer_options(argc, argv);
  return options ? switchfault::bench::run(*options) : 2;
}
