// floor_bench --workload fat-tree-l3 [--k 8] [--packet-hops 30000000] [--json]
//
// How fast could this machine move packets if a simulator did nothing else? A queue and a table of
// ports: one event a packet-hop, which reads the next port from a table of prefixes, asks whether
// its queue has room, and adds the time on the wire. No faults, no frames, no learning, no counters
// but one a port, no order of events beyond time and insertion. How near to it a simulator comes
// tells what its features cost.

#include <algorithm>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

#include "floor/tick_wheel.h"
#include "peers/fat_tree_flows.h"
#include "peers/peer_options.h"

namespace switchfault::bench {
namespace {

constexpr std::uint64_t kPacketHops = 30'000'000;
constexpr std::uint64_t kWireNs = 800;  // 1000 bytes at 10 Gb/s.

using Node = std::uint32_t;  // Hosts, then edges, aggregation switches and cores.
using Port = std::uint32_t;

struct PortState {
  std::uint64_t free_at = 0;  // When the last packet that was taken in will have left.
  std::uint64_t sent = 0;
  Node peer = 0;
  std::uint32_t dropped = 0;
};

// A packet arrives at a node, or (at its source) is made there.
struct Arrival {
  Node at;
  std::uint32_t destination;
};

class Floor {
 public:
  explicit Floor(const FatTreeFlows& flows)
      : flows_(flows),
        edges_(flows.hosts()),
        aggregations_(edges_ + flows.k() * flows.half()),
        cores_(aggregations_ + flows.k() * flows.half()) {
    link_hosts();
    link_edges();
    link_aggregations();
    link_cores();
    left_.assign(flows.hosts(), flows.packets_per_host());
  }

  HopResult run() {
    for (std::uint32_t host = 0; host < flows_.hosts(); ++host) {
      queue_.push(flows_.start_ns(host), {host, flows_.destination(host)});
    }
    const double start = cpu_seconds();
    while (!queue_.empty()) {
      execute(queue_.pop());
    }
    HopResult result{0, sent_, delivered_, cpu_seconds() - start};
    for (const PortState& port : ports_) {
      result.hops += port.sent;
    }
    return result;
  }

 private:
  // By pod of the destination, then by edge or port in one's own: a port of `ports_`.
  struct Switch {
    std::uint32_t pod, edge;
    std::uint32_t table;
  };
  static constexpr std::uint32_t kNoPod = 0xffffffff;

  Port add_port(Node peer) {
    ports_.push_back({0, 0, peer, 0});
    return static_cast<Port>(ports_.size() - 1);
  }
  Node edge_node(std::uint32_t pod, std::uint32_t edge) const {
    return edges_ + pod * flows_.half() + edge;
  }
  Node aggregation_node(std::uint32_t pod, std::uint32_t i) const {
    return aggregations_ + pod * flows_.half() + i;
  }
  std::uint32_t add_table() {
    const auto table = static_cast<std::uint32_t>(routes_.size());
    routes_.resize(table + flows_.k() + flows_.half());
    return table;
  }

  void link_hosts() {
    for (std::uint32_t host = 0; host < flows_.hosts(); ++host) {
      const auto [pod, edge, port] = flows_.place(host);
      add_port(edge_node(pod, edge));  // The port has its host's number.
      places_.push_back({pod, edge, port});
    }
  }
  void link_edges() {
    const std::uint32_t half = flows_.half();
    for (std::uint32_t edge = 0; edge < flows_.k() * half; ++edge) {
      const Switch here{edge / half, edge % half, add_table()};
      const auto first_up = static_cast<Port>(ports_.size());
      for (std::uint32_t i = 0; i < half; ++i) {
        add_port(aggregation_node(here.pod, i));
      }
      for (std::uint32_t pod = 0; pod < flows_.k(); ++pod) {
        routes_[here.table + pod] = first_up + flows_.edge_port_up(pod);
      }
      for (std::uint32_t i = 0; i < half; ++i) {
        routes_[here.table + flows_.k() + i] = add_port(edge * half + i);
      }
      switches_.push_back(here);
    }
  }
  void link_aggregations() {
    const std::uint32_t half = flows_.half();
    for (std::uint32_t i = 0; i < flows_.k() * half; ++i) {
      const Switch here{i / half, kNoPod, add_table()};
      const auto first_up = static_cast<Port>(ports_.size());
      for (std::uint32_t core = 0; core < half; ++core) {
        add_port(cores_ + i % half * half + core);
      }
      for (std::uint32_t pod = 0; pod < flows_.k(); ++pod) {
        routes_[here.table + pod] = first_up + flows_.aggregation_port_up(pod);
      }
      for (std::uint32_t edge = 0; edge < half; ++edge) {
        routes_[here.table + flows_.k() + edge] = add_port(edge_node(here.pod, edge));
      }
      switches_.push_back(here);
    }
  }
  void link_cores() {
    const std::uint32_t half = flows_.half();
    for (std::uint32_t core = 0; core < half * half; ++core) {
      const Switch here{kNoPod, kNoPod, add_table()};
      for (std::uint32_t pod = 0; pod < flows_.k(); ++pod) {
        routes_[here.table + pod] = add_port(aggregation_node(pod, core / half));
      }
      switches_.push_back(here);
    }
  }

  Port route(const Switch& here, const FatTreeFlows::Place& to) const {
    if (here.pod != to.pod) {
      return routes_[here.table + to.pod];
    }
    return routes_[here.table + flows_.k() + (here.edge == to.edge ? to.port : to.edge)];
  }

  void execute(const Arrival& arrival) {
    if (arrival.at == arrival.destination) {
      ++delivered_;
    } else if (arrival.at < edges_) {
      make(arrival);
    } else {
      transmit(route(switches_[arrival.at - edges_], places_[arrival.destination]),
               arrival.destination);
    }
  }
  void make(const Arrival& arrival) {
    ++sent_;
    const std::uint64_t now = queue_.now();
    transmit(arrival.at, arrival.destination);
    if (--left_[arrival.at] > 0) {
      queue_.push(now + flows_.gap_ns(), arrival);
    }
  }
  void transmit(Port number, std::uint32_t destination) {
    const std::uint64_t now = queue_.now();
    PortState& port = ports_[number];
    const std::uint64_t begin = std::max(port.free_at, now);
    if (begin - now > kQueuePackets * kWireNs) {
      ++port.dropped;
      return;
    }
    port.free_at = begin + kWireNs;
    ++port.sent;
    queue_.push(port.free_at + kLinkNs, {port.peer, destination});
  }

  const FatTreeFlows& flows_;
  Node edges_, aggregations_, cores_;  // The first of each kind.
  std::vector<PortState> ports_;       // Of hosts first.
  std::vector<Switch> switches_;
  std::vector<Port> routes_;
  std::vector<FatTreeFlows::Place> places_;  // By host.
  std::vector<std::uint64_t> left_;          // By host: packets to make.
  TickWheel<Arrival> queue_;
  std::uint64_t sent_ = 0;
  std::uint64_t delivered_ = 0;
};

int run(const PeerOptions& options) {
  if (options.workload != "fat-tree-l3") {
    fmt::print(stderr, "usage: floor_bench --workload fat-tree-l3 [--k 8] [--json]\n");
    return 2;
  }
  const FatTreeFlows flows(options.k, options.packet_hops > 0 ? options.packet_hops : kPacketHops);
  Floor floor(flows);
  return report(options, floor.run());
}

}  // namespace
}  // namespace switchfault::bench

int main(int argc, char** argv) {
  const auto options = switchfault::bench::parse_peer_options(argc, argv);
  return options ? switchfault::bench::run(*options) : 2;
}
