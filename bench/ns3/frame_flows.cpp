#include "ns3/frame_flows.h"

#include <utility>

#include <ns3/core-module.h>

namespace switchfault::bench {
namespace {

constexpr std::uint16_t kBroadcast = 0x88b5;  // EtherTypes for local experiments.
constexpr std::uint16_t kFlow = 0x88b6;

}  // namespace

FrameFlows::FrameFlows(const FatTreeFlows& flows, std::vector<ns3::Ptr<ns3::NetDevice>> devices,
                       std::uint64_t stretch)
    : flows_(flows),
      devices_(std::move(devices)),
      stretch_(stretch),
      left_(flows.hosts(), flows.packets_per_host()) {
  for (const auto& device : devices_) {
    device->SetReceiveCallback(ns3::MakeCallback(&FrameFlows::receive, this));
  }
}

void FrameFlows::schedule() {
  for (std::uint32_t host = 0; host < flows_.hosts(); ++host) {
    ns3::Simulator::ScheduleWithContext(devices_[host]->GetNode()->GetId(),
                                        ns3::NanoSeconds(flows_.start_ns(host) * stretch_),
                                        &FrameFlows::send_next, this, host);
  }
}

void FrameFlows::broadcast(std::uint32_t host) {
  devices_[host]->Send(ns3::Create<ns3::Packet>(kPacketBytes), devices_[host]->GetBroadcast(),
                       kBroadcast);
}

void FrameFlows::send_next(std::uint32_t host) {
  devices_[host]->Send(ns3::Create<ns3::Packet>(kPacketBytes),
                       devices_[flows_.destination(host)]->GetAddress(), kFlow);
  ++sent_;
  if (--left_[host] > 0) {
    ns3::Simulator::Schedule(ns3::NanoSeconds(flows_.gap_ns() * stretch_), &FrameFlows::send_next,
                             this, host);
  }
}

bool FrameFlows::receive(ns3::Ptr<ns3::NetDevice> /*device*/,
                         ns3::Ptr<const ns3::Packet> /*packet*/, std::uint16_t protocol,
                         const ns3::Address& /*from*/) {
  delivered_ += protocol == kFlow ? 1U : 0U;
  return true;
}

}  // namespace switchfault::bench
