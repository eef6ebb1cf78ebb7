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
#include "net/sparse_table.h"

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
  // Numbers are given again when a domain has been derived anew.
  [[nodiscard]] std::uint32_t number(NodeIndex node, VlanId vlan);
  // Where a flood ends: a port that does not take part, and the node that it would lead to: of a
  // bridge of the domain, or at the other end of its link.
  struct Stop {
    PortRef port;
    NodeIndex beyond;
    VlanId vlan = 0;  // At that port; 0: it has none for what arrives.
    friend auto operator<=>(const Stop&, const Stop&) = default;
  };
  [[nodiscard]] const std::vector<Stop>& boundary(std::uint32_t domain) const {
    return domains_[domain].boundary;
  }
  [[nodiscard]] const std::vector<NodeIndex>& nodes(std::uint32_t domain) const {
    return domains_[domain].nodes;
  }
  // Calls visit(number) for all domains derived so far that the node, or what its port leads to, is
  // or could become part of.
  template <typename Visit>
  void visit_touched(NodeIndex node, LogicalPort port, Visit visit) const {
    if (nothing_derived()) {
      return;
    }
    visit_at(node, visit);
    for (const PortIndex member : network_.logical(node, port).members()) {
      if (const auto other = network_.other_end({node, member})) {
        visit_at(other->node, visit);
      }
    }
  }
  // While everything boots, and where nobody bridges: then there is nothing to forget.
  [[nodiscard]] bool nothing_derived() const { return domains_.size() == free_domains_.size(); }
  // Something at the node, or at one port of it, changed; looked at before the next answer.
  void node_changed(NodeIndex node);
  void port_changed(NodeIndex node, LogicalPort port);

 private:
  using Vertex = std::uint32_t;
  static constexpr std::uint32_t kNone = 0xffffffff;
  struct Domain {
    std::vector<Vertex> vertices;
    std::vector<NodeIndex> nodes;  // Of them, sorted.
    std::vector<Stop> boundary;    // Sorted.
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
    std::vector<LogicalPort> changed_ports;
    bool all_ports = false;  // Changed.
  };

  template <typename Visit>
  void visit_at(NodeIndex node, Visit visit) const {
    const NodeVertices* all = nodes_.find(static_cast<std::size_t>(node));
    for (std::size_t i = 0; all != nullptr && i < all->rows.size(); ++i) {
      const auto& row = all->rows[i];
      if (const std::uint32_t domain = vertices_[row.second].domain; domain != kNone) {
        visit(domain);
      }
    }
  }
  void catch_up();
  void mark(NodeIndex node);
  void forget_beyond(NodeIndex node, LogicalPort port);
  void find_boundary(Domain& domain) const;
  void find_stops(const Bridge& bridge, LogicalPort port, std::vector<Stop>& stops) const;
  Vertex vertex(NodeIndex node, VlanId vlan);
  std::uint32_t domain_of(Vertex start);
  void forget(std::uint32_t domain);
  void forget_at(NodeIndex node);
  void find_edges(Vertex from, std::vector<Edge>& edges);
  void find_edges_at(Vertex from, LogicalPort port, VlanId tag, std::vector<Edge>& edges);
  [[nodiscard]] bool is_tree(const Domain& domain, const std::vector<Edge>& edges) const;
  [[nodiscard]] bool is_looped(const std::vector<Edge>& edges) const;
  [[nodiscard]] Bridge contracted(const Bridge& bridge) const;
  [[nodiscard]] std::uint64_t signature(NodeIndex node) const;
  bool takes_part(NodeIndex node, LogicalPort port, std::uint64_t& hash) const;

  const NetworkImpl& network_;
  const Forwarding& forwarding_;
  SparseTable<NodeVertices> nodes_;
  SparseTable<std::uint64_t> signatures_;  // By node; when last looked at.
  std::vector<bool> is_changed_;           // By node: listed in changed_.
  std::vector<NodeIndex> changed_;
  std::vector<VertexState> vertices_;
  std::vector<Domain> domains_;
  std::vector<std::uint32_t> free_domains_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_BRIDGE_DOMAINS_H_
