// UdpFlows: the flows between hosts that have an IPv4 stack, one UDP socket a host.

#ifndef SWITCHFAULT_BENCH_NS3_UDP_FLOWS_H_
#define SWITCHFAULT_BENCH_NS3_UDP_FLOWS_H_

#include <cstdint>
#include <functional>
#include <vector>

#include <ns3/internet-module.h>
#include <ns3/network-module.h>

#include "peers/fat_tree_flows.h"

namespace switchfault::bench {

class UdpFlows {
 public:
  // `address_of` gives the address of a host by number; gaps and starts are `stretch` times as
  // long.
  UdpFlows(const FatTreeFlows& flows, const ns3::NodeContainer& hosts,
           const std::function<ns3::Ipv4Address(std::uint32_t)>& address_of, std::uint64_t stretch);

  void schedule();                // All flows, from now on.
  void send(std::uint32_t host);  // One packet now, outside the flows.

  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  [[nodiscard]] std::uint64_t delivered() const { return delivered_; }

 private:
  void send_next(std::uint32_t host);
  void receive(ns3::Ptr<ns3::Socket> socket);

  const FatTreeFlows& flows_;
  ns3::NodeContainer hosts_;
  std::uint64_t stretch_;
  std::vector<ns3::Ptr<ns3::Socket>> sockets_;  // By host.
  std::vector<std::uint64_t> left_;             // By host: packets to send.
  std::uint64_t sent_ = 0;
  std::uint64_t delivered_ = 0;
};

}  // namespace switchfault::bench

#endif  // SWITCHFAULT_BENCH_NS3_UDP_FLOWS_H_
