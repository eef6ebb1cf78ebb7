// MeasuredBond: how a bond of Open vSwitch in mode balance-tcp spreads flows over its links.
//
// The hash of a flow chooses one of 256 buckets; each has a link and keeps it until that is out, so
// that a link which comes back has no traffic at first. Every ten seconds buckets move from the
// link with the most load to that with the least (bond_rebalance() of ofproto/bond.c). The load is
// that of the probes of a case whose addresses the switch has learned on the two sides.
// Not modelled: that the load of a flow is gone while its packets are lost before the switch.

#ifndef SWITCHFAULT_RUN_MEASURED_BOND_H_
#define SWITCHFAULT_RUN_MEASURED_BOND_H_

#include <array>
#include <cstdint>
#include <vector>

#include <switchfault/measured.h>

#include "core/simulator.h"
#include "net/network.h"

namespace switchfault {

class MeasuredBond {
 public:
  // It is balanced at `phase` after now, and so on. REQUIRES: the aggregate is governed.
  MeasuredBond(Simulator& simulator, Network& network, const MeasuredCase& measured, NodeIndex node,
               LogicalPort aggregate, Duration phase);

 private:
  static constexpr std::size_t kBuckets = 256;
  // Requests or answers of a stream.
  struct Flow {
    std::size_t bucket;
    MacAddress from, to;
    Duration interval;
  };
  struct Link {
    PortIndex port;
    std::uint64_t load = 0;
    std::vector<std::size_t> buckets;  // With load, not moved yet.
  };

  void add_flow(NodeIndex from, NodeIndex to, const Packet& packet, Duration interval);
  void balance();
  void account();
  [[nodiscard]] bool leaves_here(const Flow& flow) const;
  [[nodiscard]] std::vector<Link> links() const;
  void shift(std::vector<Link>& links);

  Simulator& simulator_;
  Network& network_;
  NodeIndex node_;
  LogicalPort aggregate_;
  std::vector<Flow> flows_;
  std::array<std::uint64_t, kBuckets> bytes_{};
  SimTime last_;
  Timer timer_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_RUN_MEASURED_BOND_H_
