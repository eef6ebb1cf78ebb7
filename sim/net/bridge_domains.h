// BridgeDomains: which bridges a flooded frame reaches, and whether it would come back.
//
// A domain is a connected set of (bridge, VLAN) over ports that are up and forwarding. It is a tree
// when every copy of a flood has one way to each bridge (an MLAG pair counts as one bridge, the
// members of an aggregate as one port); it is looped when some copy would meet itself. Derived when
// asked for and kept until a bridge of it changes. O(bridges and ports of the domain).
// Not modelled: which member of an aggregate a flow takes; every member may carry a copy.

#ifndef SWITCHFAULT_NET_BRIDGE_DOMAINS_H_
#define SWITCHFAULT_NET_BRIDGE_DOMAINS_H_

#include <cstdint>
#include <vector>

#include "net/forwarding.h"
#include "net/network_impl.h"

namespace switchfault {

class BridgeDomains {
 public:
  struct Shape {
    bool tree = true;
    bool looped = false;
  };
  struct Bridge {
    NodeIndex node = NodeIndex::none;
    VlanId vlan = 0;
    friend auto operator<=>(const Bridge&, const Bridge&) = default;
  };

  BridgeDomains(const NetworkImpl& network, const Forwarding& forwarding);

  // REQUIRES: the node bridges the VLAN.
  [[nodiscard]] Shape shape(NodeIndex node, VlanId vlan);
  [[nodiscard]] std::vector<Bridge> bridges(NodeIndex node, VlanId vlan);
  [[nodiscard]] bool same(const Bridge& a, const Bridge& b);  // Domain.
  // Something at the node changed; looked at before the next answer.
  void node_changed(NodeIndex node);

 private:
  using Vertex = std::uint32_t;
  static constexpr std::uint32_t kNone = 0xffffffff;
  struct Domain {
    std::vector<Vertex> vertices;
    Shape shape;
  };
  struct VertexState {
    Bridge bridge;
    std::uint32_t domain = kNone;
  };
  // A logical port of one bridge that reaches one of another.
  struct Edge {
    Vertex from, to;
    LogicalPort out, in;
    friend auto operator<=>(const Edge&, const Edge&) = default;
  };
  struct NodeVertices {
    std::vector<std::pair<VlanId, Vertex>> rows;  // Sorted.
    std::uint64_t signature = 0;
    bool changed = false;
  };

  void catch_up();
  Vertex vertex(NodeIndex node, VlanId vlan);
  std::uint32_t domain_of(Vertex vertex);
  void forget(std::uint32_t domain);
  void forget_at(NodeIndex node);
  void find_edges(Vertex from, std::vector<Edge>& edges);
  void find_edges_at(Vertex from, LogicalPort port, VlanId tag, std::vector<Edge>& edges);
  [[nodiscard]] bool is_tree(const Domain& domain, const std::vector<Edge>& edges) const;
  [[nodiscard]] bool is_looped(const std::vector<Edge>& edges) const;
  [[nodiscard]] Bridge contracted(const Bridge& bridge) const;
  [[nodiscard]] std::uint64_t signature(NodeIndex node) const;

  const NetworkImpl& network_;
  const Forwarding& forwarding_;
  std::vector<NodeVertices> nodes_;
  std::vector<NodeIndex> changed_;
  std::vector<VertexState> vertices_;
  std::vector<Domain> domains_;
  std::vector<std::uint32_t> free_domains_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_BRIDGE_DOMAINS_H_
