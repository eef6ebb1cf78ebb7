// FrameFlows: the flows between hosts that are bare devices and send frames, without any stack.

#ifndef SWITCHFAULT_BENCH_NS3_FRAME_FLOWS_H_
#define SWITCHFAULT_BENCH_NS3_FRAME_FLOWS_H_

#include <cstdint>
#include <vector>

#include <ns3/network-module.h>

#include "peers/fat_tree_flows.h"

namespace switchfault::bench {

class FrameFlows {
 public:
  // One device a host; gaps and starts are `stretch` times as long.
  FrameFlows(const FatTreeFlows& flows, std::vector<ns3::Ptr<ns3::NetDevice>> devices,
             std::uint64_t stretch);

  void schedule();                     // All flows, from now on.
  void broadcast(std::uint32_t host);  // One frame to all now, outside the flows.

  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  [[nodiscard]] std::uint64_t delivered() const { return delivered_; }

 private:
  void send_next(std::uint32_t host);
  bool receive(ns3::Ptr<ns3::NetDevice> device, ns3::Ptr<const ns3::Packet> packet,
               std::uint16_t protocol, const ns3::Address& from);

  const FatTreeFlows& flows_;
  std::vector<ns3::Ptr<ns3::NetDevice>> devices_;  // By host.
  std::uint64_t stretch_;
  std::vector<std::uint64_t> left_;  // By host: packets to send.
  std::uint64_t sent_ = 0;
  std::uint64_t delivered_ = 0;
};

}  // namespace switchfault::bench

#endif  // SWITCHFAULT_BENCH_NS3_FRAME_FLOWS_H_
