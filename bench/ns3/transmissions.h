// Transmissions: how many packets the devices of a network have sent, from their queues' counters.

#ifndef SWITCHFAULT_BENCH_NS3_TRANSMISSIONS_H_
#define SWITCHFAULT_BENCH_NS3_TRANSMISSIONS_H_

#include <cstdint>
#include <vector>

#include <ns3/network-module.h>

namespace switchfault::bench {

class Transmissions {
 public:
  void watch(const ns3::Ptr<ns3::NetDevice>& device) {
    ns3::PointerValue queue;
    device->GetAttribute("TxQueue", queue);
    queues_.push_back(queue.Get<ns3::Queue<ns3::Packet>>());
  }
  // What was taken in and has left again. Every packet passes the queue, also of an idle device.
  [[nodiscard]] std::uint64_t count() const {
    std::uint64_t count = 0;
    for (const auto& queue : queues_) {
      count += queue->GetTotalReceivedPackets() - queue->GetTotalDroppedPacketsAfterDequeue() -
               queue->GetNPackets();
    }
    return count;
  }

 private:
  std::vector<ns3::Ptr<ns3::Queue<ns3::Packet>>> queues_;
};

}  // namespace switchfault::bench

#endif  // SWITCHFAULT_BENCH_NS3_TRANSMISSIONS_H_
