// PHOLD on ns-3: the model of kernel/phold_bench.cpp, its draws included.

#include <cstdint>
#include <vector>

#include <ns3/core-module.h>

#include "kernel/draws.h"
#include "ns3/ns3_bench.h"

namespace switchfault::bench {
namespace {

constexpr std::uint32_t kProcesses = 1024;

class Phold {
 public:
  explicit Phold(const PeerOptions& options)
      : received_(kProcesses), warm_(2 * options.pending), end_(warm_ + options.events) {
    for (std::uint64_t i = 0; i < options.pending; ++i) {
      send();
    }
  }

  double run() {
    ns3::Simulator::Run();
    return cpu_at_end_ - cpu_at_start_;
  }

 private:
  void send() {
    const auto to = static_cast<std::uint32_t>(increments_.below(kProcesses));
    const auto delay = static_cast<std::uint64_t>(increments_.next().count());
    ns3::Simulator::Schedule(ns3::NanoSeconds(delay), &Phold::receive, this, to);
  }
  void receive(std::uint32_t process) {
    ++received_[process];
    ++executed_;
    if (executed_ == warm_) {
      cpu_at_start_ = cpu_seconds();
    } else if (executed_ == end_) {
      cpu_at_end_ = cpu_seconds();
      ns3::Simulator::Stop();
    }
    send();
  }

  Increments increments_{Law::lookahead};
  std::vector<std::uint64_t> received_;
  std::uint64_t executed_ = 0;
  std::uint64_t warm_;
  std::uint64_t end_;
  double cpu_at_start_ = 0;
  double cpu_at_end_ = 0;
};

}  // namespace

PholdResult run_phold(const PeerOptions& options) {
  Phold phold(options);
  return {options.events, phold.run()};
}

}  // namespace switchfault::bench
