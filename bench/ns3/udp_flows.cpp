#include "ns3/udp_flows.h"

#include <ns3/core-module.h>

namespace switchfault::bench {
namespace {

constexpr std::uint16_t kPort = 9;
constexpr std::uint32_t kHeaderBytes = 28;  // IPv4 and UDP.

}  // namespace

UdpFlows::UdpFlows(const FatTreeFlows& flows, const ns3::NodeContainer& hosts,
                   const std::function<ns3::Ipv4Address(std::uint32_t)>& address_of,
                   std::uint64_t stretch)
    : flows_(flows),
      hosts_(hosts),
      stretch_(stretch),
      left_(flows.hosts(), flows.packets_per_host()) {
  for (std::uint32_t host = 0; host < flows.hosts(); ++host) {
    const auto socket =
        ns3::Socket::CreateSocket(hosts.Get(host), ns3::UdpSocketFactory::GetTypeId());
    socket->Bind(ns3::InetSocketAddress(ns3::Ipv4Address::GetAny(), kPort));
    socket->Connect(ns3::InetSocketAddress(address_of(flows.destination(host)), kPort));
    socket->SetRecvCallback(ns3::MakeCallback(&UdpFlows::receive, this));
    sockets_.push_back(socket);
  }
}

void UdpFlows::schedule() {
  for (std::uint32_t host = 0; host < flows_.hosts(); ++host) {
    ns3::Simulator::ScheduleWithContext(hosts_.Get(host)->GetId(),
                                        ns3::NanoSeconds(flows_.start_ns(host) * stretch_),
                                        &UdpFlows::send_next, this, host);
  }
}

void UdpFlows::send(std::uint32_t host) {
  sockets_[host]->Send(ns3::Create<ns3::Packet>(kPacketBytes - kHeaderBytes));
  ++sent_;
}

void UdpFlows::send_next(std::uint32_t host) {
  send(host);
  if (--left_[host] > 0) {
    ns3::Simulator::Schedule(ns3::NanoSeconds(flows_.gap_ns() * stretch_), &UdpFlows::send_next,
                             this, host);
  }
}

void UdpFlows::receive(ns3::Ptr<ns3::Socket> socket) {
  while (socket->Recv()) {
    ++delivered_;
  }
}

}  // namespace switchfault::bench
