// The fat-tree without its loops on ns-3, bridged: one core, one aggregation switch a pod.
//
// BridgeNetDevice cannot sit on point-to-point devices, hence csma or SimpleNetDevice. Before the
// flows begin each host has been heard everywhere, so that every bridge knows it: by its ARP
// request, or by a broadcast if hosts are bare devices. All of a pod shares one link here, and csma
// is half duplex: gaps are k times those of the fat-tree, so that carriers are seldom found busy.

#include <cstdint>
#include <vector>

#include <ns3/bridge-module.h>
#include <ns3/core-module.h>
#include <ns3/csma-module.h>
#include <ns3/internet-module.h>
#include <ns3/network-module.h>

#include "ns3/frame_flows.h"
#include "ns3/ns3_bench.h"
#include "ns3/transmissions.h"
#include "ns3/udp_flows.h"
#include "peers/fat_tree_flows.h"

namespace switchfault::bench {
namespace {

constexpr std::uint64_t kLearningGapNs = 100'000;
constexpr std::uint64_t kPacketHops = 600'000;
const ns3::Ipv4Mask kSubnetMask("255.0.0.0");

ns3::Ipv4Address address(std::uint32_t host) {
  return ns3::Ipv4Address((10U << 24U) + host + 1);
}

class BridgedTree {
 public:
  BridgedTree(const FatTreeFlows& flows, bool csma) : flows_(flows), csma_(csma) {
    const std::uint32_t half = flows.half();
    hosts_.Create(flows.hosts());
    edges_.Create(flows.k() * half);
    aggregations_.Create(flows.k());
    core_.Create(1);
    for (std::uint32_t host = 0; host < flows.hosts(); ++host) {
      devices_.push_back(link(hosts_.Get(host), edges_.Get(host / half)));
    }
    for (std::uint32_t edge = 0; edge < flows.k() * half; ++edge) {
      link(edges_.Get(edge), aggregations_.Get(edge / half));
    }
    for (std::uint32_t pod = 0; pod < flows.k(); ++pod) {
      link(aggregations_.Get(pod), core_.Get(0));
    }
    for (const ns3::NodeContainer& bridges : {edges_, aggregations_, core_}) {
      for (auto node = bridges.Begin(); node != bridges.End(); ++node) {
        bridge(*node);
      }
    }
  }

  HopResult run_with_stacks() {
    ns3::InternetStackHelper stack;
    stack.SetRoutingHelper(ns3::Ipv4StaticRoutingHelper());
    stack.SetIpv6StackInstall(false);
    stack.Install(hosts_);
    for (std::uint32_t host = 0; host < flows_.hosts(); ++host) {
      const auto ipv4 = hosts_.Get(host)->GetObject<ns3::Ipv4>();
      const std::uint32_t interface = ipv4->AddInterface(devices_[host]);
      ipv4->AddAddress(interface, ns3::Ipv4InterfaceAddress(address(host), kSubnetMask));
      ipv4->SetUp(interface);
    }
    UdpFlows flows(flows_, hosts_, address, flows_.k());
    return measure(flows, &UdpFlows::send);
  }
  HopResult run_bare() {
    FrameFlows flows(flows_, devices_, flows_.k());
    return measure(flows, &FrameFlows::broadcast);
  }

 private:
  // Returns the lower device.
  ns3::Ptr<ns3::NetDevice> link(const ns3::Ptr<ns3::Node>& lower,
                                const ns3::Ptr<ns3::Node>& upper) {
    const ns3::NodeContainer ends(lower, upper);
    const ns3::NetDeviceContainer devices = csma_ ? csma_link(ends) : simple_link(ends);
    transmissions_.watch(devices.Get(0));
    transmissions_.watch(devices.Get(1));
    return devices.Get(0);
  }
  static ns3::NetDeviceContainer csma_link(const ns3::NodeContainer& ends) {
    ns3::CsmaHelper helper;
    helper.SetChannelAttribute("DataRate", ns3::StringValue("10Gbps"));
    helper.SetChannelAttribute("Delay", ns3::TimeValue(ns3::NanoSeconds(kLinkNs)));
    helper.SetQueue("ns3::DropTailQueue", "MaxSize", queue_size());
    helper.DisableFlowControl();
    return helper.Install(ends);
  }
  static ns3::NetDeviceContainer simple_link(const ns3::NodeContainer& ends) {
    ns3::SimpleNetDeviceHelper helper;
    helper.SetDeviceAttribute("DataRate", ns3::StringValue("10Gbps"));
    helper.SetChannelAttribute("Delay", ns3::TimeValue(ns3::NanoSeconds(kLinkNs)));
    helper.SetQueue("ns3::DropTailQueue", "MaxSize", queue_size());
    helper.DisableFlowControl();
    return helper.Install(ends);
  }
  static ns3::QueueSizeValue queue_size() {
    return ns3::QueueSizeValue(ns3::QueueSize(ns3::QueueSizeUnit::PACKETS, kQueuePackets));
  }
  static void bridge(const ns3::Ptr<ns3::Node>& node) {
    ns3::NetDeviceContainer ports;
    for (std::uint32_t i = 0; i < node->GetNDevices(); ++i) {
      ports.Add(node->GetDevice(i));
    }
    ns3::BridgeHelper().Install(node, ports);
  }

  template <typename Flows>
  HopResult measure(Flows& flows, void (Flows::*announce)(std::uint32_t)) {
    for (std::uint32_t host = 0; host < flows_.hosts(); ++host) {
      ns3::Simulator::ScheduleWithContext(hosts_.Get(host)->GetId(),
                                          ns3::NanoSeconds(host * kLearningGapNs), announce, &flows,
                                          host);
    }
    ns3::Simulator::Run();  // Until nothing is left to do.
    const HopResult before{transmissions_.count(), flows.sent(), flows.delivered(), cpu_seconds()};
    flows.schedule();
    ns3::Simulator::Run();
    return {transmissions_.count() - before.hops, flows.sent() - before.sent,
            flows.delivered() - before.delivered, cpu_seconds() - before.cpu_s};
  }

  const FatTreeFlows& flows_;
  bool csma_;
  ns3::NodeContainer hosts_, edges_, aggregations_, core_;
  std::vector<ns3::Ptr<ns3::NetDevice>> devices_;  // By host.
  Transmissions transmissions_;
};

}  // namespace

HopResult run_bridged(const PeerOptions& options) {
  const FatTreeFlows flows(options.k, options.packet_hops > 0 ? options.packet_hops : kPacketHops);
  BridgedTree network(flows, options.device == "csma");
  return options.hosts == "ip" ? network.run_with_stacks() : network.run_bare();
}

}  // namespace switchfault::bench
