// The fat-tree on ns-3, routed: static prefix routes over point-to-point links.
//
// Host p of edge e in pod d has the address 10.d.e.(4p + 2) in a /30 of its own. Edges hold a route
// to each other pod, aggregation switches one to each other pod and to each edge of their own,
// cores one to each pod. Links between switches have addresses but no routes to them: ns-3 reads
// its static table from the first entry to the last.

#include <cstdint>
#include <vector>

#include <ns3/core-module.h>
#include <ns3/internet-module.h>
#include <ns3/network-module.h>
#include <ns3/point-to-point-module.h>

#include "ns3/ns3_bench.h"
#include "ns3/transmissions.h"
#include "ns3/udp_flows.h"
#include "peers/fat_tree_flows.h"

namespace switchfault::bench {
namespace {

constexpr std::uint64_t kPacketHops = 600'000;
const ns3::Ipv4Mask kLinkMask("255.255.255.252");
const ns3::Ipv4Mask kEdgeMask("255.255.255.0");
const ns3::Ipv4Mask kPodMask("255.255.0.0");

ns3::Ipv4Address address(std::uint32_t pod, std::uint32_t edge, std::uint32_t last) {
  return ns3::Ipv4Address((10U << 24U) | (pod << 16U) | (edge << 8U) | last);
}

class RoutedFatTree {
 public:
  explicit RoutedFatTree(const FatTreeFlows& flows) : flows_(flows) {
    const std::uint32_t k = flows.k();
    const std::uint32_t half = flows.half();
    link_helper_.SetDeviceAttribute("DataRate", ns3::StringValue("10Gbps"));
    link_helper_.SetChannelAttribute("Delay", ns3::TimeValue(ns3::NanoSeconds(kLinkNs)));
    link_helper_.SetQueue(
        "ns3::DropTailQueue", "MaxSize",
        ns3::QueueSizeValue(ns3::QueueSize(ns3::QueueSizeUnit::PACKETS, kQueuePackets)));
    link_helper_.DisableFlowControl();
    hosts_.Create(flows.hosts());
    edges_.Create(k * half);
    aggregations_.Create(k * half);
    cores_.Create(half * half);
    ns3::InternetStackHelper stack;
    stack.SetRoutingHelper(ns3::Ipv4StaticRoutingHelper());
    stack.SetIpv6StackInstall(false);
    for (const ns3::NodeContainer& nodes : {hosts_, edges_, aggregations_, cores_}) {
      stack.Install(nodes);
    }
    link_hosts();
    link_pods();
    link_cores();
  }

  HopResult run() {
    UdpFlows flows(
        flows_, hosts_,
        [this](std::uint32_t host) {
          const auto [pod, edge, port] = flows_.place(host);
          return address(pod, edge, 4 * port + 2);
        },
        1);
    const double start = cpu_seconds();
    flows.schedule();
    ns3::Simulator::Run();
    return {transmissions_.count(), flows.sent(), flows.delivered(), cpu_seconds() - start};
  }

 private:
  struct Interfaces {
    std::uint32_t lower, upper;
  };

  static ns3::Ptr<ns3::Ipv4StaticRouting> routes(const ns3::Ptr<ns3::Node>& node) {
    return ns3::Ipv4StaticRoutingHelper().GetStaticRouting(node->GetObject<ns3::Ipv4>());
  }
  static std::uint32_t add_interface(const ns3::Ptr<ns3::NetDevice>& device,
                                     ns3::Ipv4Address address) {
    const auto ipv4 = device->GetNode()->GetObject<ns3::Ipv4>();
    const std::uint32_t interface = ipv4->AddInterface(device);
    ipv4->AddAddress(interface, ns3::Ipv4InterfaceAddress(address, kLinkMask));
    ipv4->SetUp(interface);
    return interface;
  }
  // The routes to the subnet of a link that nobody sends to.
  static void forget_link(const ns3::Ptr<ns3::Node>& node, std::uint32_t interface) {
    const auto table = routes(node);
    for (std::uint32_t i = table->GetNRoutes(); i-- > 0;) {
      if (table->GetRoute(i).GetInterface() == interface) {
        table->RemoveRoute(i);
      }
    }
  }

  Interfaces link(const ns3::Ptr<ns3::Node>& lower, const ns3::Ptr<ns3::Node>& upper,
                  ns3::Ipv4Address network) {
    const ns3::NetDeviceContainer devices = link_helper_.Install(lower, upper);
    transmissions_.watch(devices.Get(0));
    transmissions_.watch(devices.Get(1));
    return {add_interface(devices.Get(0), ns3::Ipv4Address(network.Get() + 2)),
            add_interface(devices.Get(1), ns3::Ipv4Address(network.Get() + 1))};
  }
  Interfaces link_switches(const ns3::Ptr<ns3::Node>& lower, const ns3::Ptr<ns3::Node>& upper) {
    const Interfaces ends = link(lower, upper, ns3::Ipv4Address(next_link_));
    next_link_ += 4;
    forget_link(lower, ends.lower);
    forget_link(upper, ends.upper);
    return ends;
  }

  void link_hosts() {
    for (std::uint32_t host = 0; host < flows_.hosts(); ++host) {
      const auto [pod, edge, port] = flows_.place(host);
      const auto ends = link(hosts_.Get(host), edges_.Get(pod * flows_.half() + edge),
                             address(pod, edge, 4 * port));
      forget_link(hosts_.Get(host), ends.lower);
      routes(hosts_.Get(host))->SetDefaultRoute(address(pod, edge, 4 * port + 1), ends.lower);
    }
  }
  void link_pods() {
    const std::uint32_t half = flows_.half();
    for (std::uint32_t pod = 0; pod < flows_.k(); ++pod) {
      for (std::uint32_t edge = 0; edge < half; ++edge) {
        std::vector<std::uint32_t> up;
        for (std::uint32_t i = 0; i < half; ++i) {
          const auto upper = aggregations_.Get(pod * half + i);
          const auto ends = link_switches(edges_.Get(pod * half + edge), upper);
          up.push_back(ends.lower);
          routes(upper)->AddNetworkRouteTo(address(pod, edge, 0), kEdgeMask, ends.upper);
        }
        for (std::uint32_t other = 0; other < flows_.k(); ++other) {
          if (other != pod) {
            routes(edges_.Get(pod * half + edge))
                ->AddNetworkRouteTo(address(other, 0, 0), kPodMask, up[flows_.edge_port_up(other)]);
          }
        }
      }
    }
  }
  void link_cores() {
    const std::uint32_t half = flows_.half();
    for (std::uint32_t lower = 0; lower < flows_.k() * half; ++lower) {
      const std::uint32_t pod = lower / half;
      std::vector<std::uint32_t> up;
      for (std::uint32_t i = 0; i < half; ++i) {
        const auto upper = cores_.Get(lower % half * half + i);
        const auto ends = link_switches(aggregations_.Get(lower), upper);
        up.push_back(ends.lower);
        routes(upper)->AddNetworkRouteTo(address(pod, 0, 0), kPodMask, ends.upper);
      }
      for (std::uint32_t other = 0; other < flows_.k(); ++other) {
        if (other != pod) {
          routes(aggregations_.Get(lower))
              ->AddNetworkRouteTo(address(other, 0, 0), kPodMask,
                                  up[flows_.aggregation_port_up(other)]);
        }
      }
    }
  }

  const FatTreeFlows& flows_;
  ns3::PointToPointHelper link_helper_;
  ns3::NodeContainer hosts_, edges_, aggregations_, cores_;  // Pod by pod; cores group by group.
  Transmissions transmissions_;
  std::uint32_t next_link_ = (172U << 24U) | (16U << 16U);
};

}  // namespace

HopResult run_routed(const PeerOptions& options) {
  const FatTreeFlows flows(options.k, options.packet_hops > 0 ? options.packet_hops : kPacketHops);
  RoutedFatTree network(flows);
  return network.run();
}

}  // namespace switchfault::bench
