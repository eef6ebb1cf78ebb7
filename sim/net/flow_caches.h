// FlowCaches: switches whose data path keeps flows and learns from the first frame of each only.
//
// Open vSwitch (ofproto/ofproto-dpif-upcall.c): the first frame of a flow (port, VLAN, both MACs)
// is translated, which learns its source. The flow is then kept in the data path, where its frames
// are counted and teach nothing. A revalidator looks at all flows soon after a table has changed,
// and at the latest every kRevalidation; what a flow has counted since the last time goes through
// its translation again (XC_NORMAL), which learns the source at the port of the flow. So an address
// that was learned at its new port goes back when the flow by the old one is pushed after that, and
// stays there until a flow by the new port has counted something and is pushed. Whether that
// happens is a race of threads, which wait for a CPU (NodeConfig::cpu_wait). A flow goes when
// nobody has used it for kFlowIdle. Its order among the flows is one of a hash: drawn. Sampled
// walks see this; replayed packets and the walks of services do not. A switch is one when any of
// its protocols has `profile: openvswitch`.

#ifndef SWITCHFAULT_NET_FLOW_CACHES_H_
#define SWITCHFAULT_NET_FLOW_CACHES_H_

#include <map>
#include <span>
#include <utility>
#include <vector>

#include "net/network_impl.h"

namespace switchfault {

// max-revalidator and max-idle of Open vSwitch.
inline constexpr Duration kRevalidation = std::chrono::milliseconds{500};
inline constexpr Duration kFlowIdle = std::chrono::seconds{10};

class FlowCaches {
 public:
  struct Flow {
    LogicalPort in = LogicalPort::none;
    VlanId vlan = 0;
    MacAddress source;
    MacAddress destination;
    friend auto operator<=>(const Flow&, const Flow&) = default;
  };

  explicit FlowCaches(NetworkImpl& network);

  // Whether a frame would only be counted, so that its source is not learned where it is.
  [[nodiscard]] bool counts(NodeIndex node, const Flow& flow) const;
  // It has come; told before its source is learned.
  void took(NodeIndex node, const Flow& flow);
  // The MAC table has changed.
  void learned(NodeIndex node);
  void flushed(NodeIndex node, std::span<const MacEntry> entries);
  void forget(NodeIndex node);  // The switch has lost all tables.

 private:
  struct Use {
    SimTime last;    // Of its frames.
    SimTime pushed;  // What has come until then has been learned from.
  };
  struct Cache {
    std::map<Flow, Use> flows;
    std::map<std::pair<VlanId, MacAddress>, LogicalPort> talks;  // By which its last frame came.
    SimTime looked;
    bool looking = false;
    bool changed = false;  // By what is pushed.
    Timer revalidator;
  };

  void look(NodeIndex node);
  void look_soon(NodeIndex node, Cache& cache, unsigned threads);
  void look_at(Cache& cache, SimTime due);
  void used(Cache& cache, const MacEntry& entry);
  [[nodiscard]] bool may_learn(NodeIndex node, LogicalPort port, VlanId vlan) const;
  [[nodiscard]] const MacEntry* entry_of(NodeIndex node, const Flow& flow) const;

  NetworkImpl& network_;
  std::map<NodeIndex, Cache> caches_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_FLOW_CACHES_H_
