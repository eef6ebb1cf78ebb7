#include "net/bridge_domains.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/check.h"

namespace switchfault {
namespace {

std::uint64_t blend(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15ULL;
  return hash ^ (hash >> 32U);
}

// Depth-first over arcs: an arc to something that is still open closes a cycle.
class CycleSearch {
 public:
  explicit CycleSearch(const std::vector<std::vector<std::uint32_t>>& arcs)
      : arcs_(arcs), states_(arcs.size(), State::unseen) {}

  bool any() {
    for (std::uint32_t root = 0; root < arcs_.size(); ++root) {
      if (states_[root] == State::unseen && closes_from(root)) {
        return true;
      }
    }
    return false;
  }

 private:
  enum class State : std::uint8_t { unseen, open, done };
  struct Visit {
    std::uint32_t at;
    std::size_t next_arc;
  };

  bool closes_from(std::uint32_t root) {
    std::vector<Visit> path{{root, 0}};
    states_[root] = State::open;
    while (!path.empty()) {
      Visit& visit = path.back();
      if (visit.next_arc == arcs_[visit.at].size()) {
        states_[visit.at] = State::done;
        path.pop_back();
        continue;
      }
      const std::uint32_t next = arcs_[visit.at][visit.next_arc++];
      if (states_[next] == State::open) {
        return true;
      }
      if (states_[next] == State::unseen) {
        states_[next] = State::open;
        path.push_back({next, 0});
      }
    }
    return false;
  }

  const std::vector<std::vector<std::uint32_t>>& arcs_;
  std::vector<State> states_;
};

}  // namespace

BridgeDomains::BridgeDomains(const NetworkImpl& network, const Forwarding& forwarding)
    : network_(network),
      forwarding_(forwarding),
      nodes_(network.nodes.size()),
      signatures_(network.nodes.size()),
      is_changed_(network.nodes.size(), false) {}

BridgeDomains::Shape BridgeDomains::shape(NodeIndex node, VlanId vlan) {
  catch_up();
  return domains_[domain_of(vertex(node, vlan))].shape;
}

std::vector<BridgeDomains::Bridge> BridgeDomains::bridges(NodeIndex node, VlanId vlan) {
  catch_up();
  std::vector<Bridge> bridges;
  for (const Vertex vertex : domains_[domain_of(vertex(node, vlan))].vertices) {
    bridges.push_back(vertices_[vertex].bridge);
  }
  std::sort(bridges.begin(), bridges.end());
  return bridges;
}

bool BridgeDomains::same(const Bridge& a, const Bridge& b) {
  catch_up();
  return domain_of(vertex(a.node, a.vlan)) == domain_of(vertex(b.node, b.vlan));
}

std::uint32_t BridgeDomains::number(NodeIndex node, VlanId vlan) {
  catch_up();
  return domain_of(vertex(node, vlan));
}

// Rows are added when asked for: a segment has a row for each tag it was asked about.
BridgeDomains::Vertex BridgeDomains::vertex(NodeIndex node, VlanId vlan) {
  NodeVertices& all = nodes_.at(static_cast<std::size_t>(node));
  const auto at = std::lower_bound(all.rows.begin(), all.rows.end(), std::pair(vlan, Vertex{0}));
  if (at != all.rows.end() && at->first == vlan) {
    return at->second;
  }
  const auto vertex = static_cast<Vertex>(vertices_.size());
  all.rows.insert(at, {vlan, vertex});
  vertices_.push_back({{node, vlan}, kNone});
  return vertex;
}

void BridgeDomains::node_changed(NodeIndex node) {
  mark(node);
  if (!nothing_derived()) {
    nodes_.at(static_cast<std::size_t>(node)).all_ports = true;
  }
}

void BridgeDomains::port_changed(NodeIndex node, LogicalPort port) {
  mark(node);
  if (nothing_derived()) {
    return;
  }
  std::vector<LogicalPort>& ports = nodes_.at(static_cast<std::size_t>(node)).changed_ports;
  if (ports.empty() || ports.back() != port) {
    ports.push_back(port);
  }
}

void BridgeDomains::mark(NodeIndex node) {
  if (!is_changed_[static_cast<std::size_t>(node)]) {
    is_changed_[static_cast<std::size_t>(node)] = true;
    changed_.push_back(node);
  }
}

void BridgeDomains::catch_up() {
  for (const NodeIndex node : changed_) {
    is_changed_[static_cast<std::size_t>(node)] = false;
    NodeVertices* const all = nodes_.find(static_cast<std::size_t>(node));
    const bool all_ports = all != nullptr && std::exchange(all->all_ports, false);
    const std::vector<LogicalPort> ports =
        all == nullptr ? std::vector<LogicalPort>() : std::exchange(all->changed_ports, {});
    const std::uint64_t now = signature(node);
    if (std::exchange(signatures_.at(static_cast<std::size_t>(node)), now) == now) {
      continue;
    }
    forget_at(node);
    // A bridge that now takes part joins the domains of its neighbours.
    const auto& logical_ports = network_.node(node).logical_ports;
    for (std::size_t i = 0; all_ports && i < logical_ports.size(); ++i) {
      forget_beyond(node, static_cast<LogicalPort>(i));
    }
    for (std::size_t i = 0; !all_ports && i < ports.size(); ++i) {
      forget_beyond(node, ports[i]);
    }
  }
  changed_.clear();
}

void BridgeDomains::forget_beyond(NodeIndex node, LogicalPort port) {
  for (const PortIndex member : network_.logical(node, port).members()) {
    if (const auto other = network_.other_end({node, member})) {
      forget_at(other->node);
    }
  }
}

void BridgeDomains::forget_at(NodeIndex node) {
  const NodeVertices* all = nodes_.find(static_cast<std::size_t>(node));
  for (std::size_t i = 0; all != nullptr && i < all->rows.size(); ++i) {
    forget(vertices_[all->rows[i].second].domain);
  }
}

// All that find_edges() reads at the node.
std::uint64_t BridgeDomains::signature(NodeIndex node) const {
  const Node& at = network_.node(node);
  std::uint64_t hash = network_.forwards(node) ? 1 : 2;
  for (std::size_t i = 0; i < at.logical_ports.size(); ++i) {
    const auto port = static_cast<LogicalPort>(i);
    const LogicalPortInfo& info = at.logical_ports[i];
    hash = blend(hash, (info.routed ? 1U : 0U) | (std::uint64_t{info.untagged} << 8U) |
                           (std::uint64_t{info.tagged().size()} << 24U));
    for (const VlanId vlan : info.tagged()) {
      hash = blend(hash, vlan);
    }
    if (info.routed || !takes_part(node, port, hash)) {
      continue;
    }
    hash = blend(hash, i);
    if (i >= at.ports.size()) {
      for (const PortIndex member : network_.chip(node).lag_members(port)) {
        hash = blend(hash, static_cast<std::uint64_t>(member));
      }
    }
  }
  if (const MlagState* mlag = network_.state(node).mlag.get()) {
    hash = blend(hash, mlag->peer_link_up ? 1 : 0);
  }
  return hash;
}

// Whether the port forwards in some VLAN; in which of them, where each has its own state.
bool BridgeDomains::takes_part(NodeIndex node, LogicalPort port, std::uint64_t& hash) const {
  const LogicalPortInfo& info = network_.logical(node, port);
  if (network_.node(node).kind == NodeKind::segment ||
      network_.chip(node).port_state(port) != StpState::by_vlan) {
    return forwarding_.forwards_at(node, port, info.untagged);
  }
  bool any = false;
  const auto add = [&](VlanId vlan) {
    if (vlan != 0 && forwarding_.forwards_at(node, port, vlan)) {
      hash = blend(hash, vlan);
      any = true;
    }
  };
  add(info.untagged);
  for (const VlanId vlan : info.tagged()) {
    add(vlan);
  }
  return any;
}

void BridgeDomains::forget(std::uint32_t domain) {
  if (domain == kNone) {
    return;
  }
  for (const Vertex vertex : domains_[domain].vertices) {
    vertices_[vertex].domain = kNone;
  }
  domains_[domain].vertices.clear();
  free_domains_.push_back(domain);
}

std::uint32_t BridgeDomains::domain_of(Vertex start) {
  if (vertices_[start].domain != kNone) {
    return vertices_[start].domain;
  }
  std::vector<Vertex> reached{start};
  std::vector<Edge> edges;
  std::vector<bool> seen(vertices_.size(), false);
  seen[start] = true;
  for (std::size_t i = 0; i < reached.size(); ++i) {
    const std::size_t first = edges.size();
    find_edges(reached[i], edges);
    seen.resize(vertices_.size(), false);
    for (std::size_t j = first; j < edges.size(); ++j) {
      if (!seen[edges[j].to]) {
        seen[edges[j].to] = true;
        reached.push_back(edges[j].to);
      }
    }
  }
  for (const Vertex vertex : reached) {
    forget(vertices_[vertex].domain);
  }
  std::uint32_t number = static_cast<std::uint32_t>(domains_.size());
  if (free_domains_.empty()) {
    domains_.emplace_back();
  } else {
    number = free_domains_.back();
    free_domains_.pop_back();
  }
  Domain& domain = domains_[number];
  for (const Vertex vertex : reached) {
    vertices_[vertex].domain = number;
  }
  domain.vertices = std::move(reached);
  find_boundary(domain);
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  domain.shape.tree = is_tree(domain, edges);
  domain.shape.looped = !domain.shape.tree && is_looped(edges);
  return number;
}

void BridgeDomains::find_boundary(Domain& domain) const {
  domain.nodes.clear();
  domain.boundary.clear();
  for (const Vertex vertex : domain.vertices) {
    const Bridge& bridge = vertices_[vertex].bridge;
    domain.nodes.push_back(bridge.node);
    for (const LogicalPort port : forwarding_.vlan_ports(bridge.node, bridge.vlan)) {
      find_stops(bridge, port, domain.boundary);
    }
  }
  const auto sort_unique = [](auto& all) {
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
  };
  sort_unique(domain.nodes);
  sort_unique(domain.boundary);
}

void BridgeDomains::find_stops(const Bridge& bridge, LogicalPort port,
                               std::vector<Stop>& stops) const {
  const LogicalPortInfo& info = network_.logical(bridge.node, port);
  const bool forwards = forwarding_.forwards_at(bridge.node, port, bridge.vlan);
  const VlanId tag = info.untagged == bridge.vlan ? VlanId{0} : bridge.vlan;
  for (const PortIndex member : info.members()) {
    const PortRef sender{bridge.node, member};
    const auto other = network_.other_end(sender);
    if (!other) {
      continue;
    }
    if (!forwards || !network_.port(sender).carrier) {
      stops.push_back({sender, other->node, bridge.vlan});
    } else if (!network_.logical(other->node, network_.port(*other).logical).routed &&
               !forwarding_.bridges_at(*other, tag)) {
      const LogicalPort there = network_.port(*other).logical;
      stops.push_back({*other, other->node, forwarding_.vlan_at(other->node, there, tag)});
    }
  }
}

void BridgeDomains::find_edges(Vertex from, std::vector<Edge>& edges) {
  const auto [node, vlan] = vertices_[from].bridge;
  if (!network_.forwards(node)) {
    return;
  }
  const Node& at = network_.node(node);
  if (at.kind == NodeKind::segment) {
    for (std::size_t i = 0; i < at.ports.size(); ++i) {
      find_edges_at(from, static_cast<LogicalPort>(i), vlan, edges);
    }
    return;
  }
  for (const LogicalPort port : forwarding_.vlan_ports(node, vlan)) {
    if (forwarding_.forwards_at(node, port, vlan)) {
      const bool untagged = network_.logical(node, port).untagged == vlan;
      find_edges_at(from, port, untagged ? VlanId{0} : vlan, edges);
    }
  }
}

void BridgeDomains::find_edges_at(Vertex from, LogicalPort port, VlanId tag,
                                  std::vector<Edge>& edges) {
  const NodeIndex node = vertices_[from].bridge.node;
  for (const PortIndex member : network_.logical(node, port).members()) {
    const PortRef sender{node, member};
    const auto receiver = network_.other_end(sender);
    if (!receiver || !network_.port(sender).carrier || !forwarding_.is_member(node, port, member)) {
      continue;
    }
    if (const auto vlan = forwarding_.bridges_at(*receiver, tag)) {
      edges.push_back(
          {from, vertex(receiver->node, *vlan), port, network_.port(*receiver).logical});
    }
  }
}

// Both instances of a pair whose peer link works are the one with the smaller index.
BridgeDomains::Bridge BridgeDomains::contracted(const Bridge& bridge) const {
  const MlagState* mlag = network_.state(bridge.node).mlag.get();
  if (mlag == nullptr || !mlag->peer_link_up) {
    return bridge;
  }
  return {std::min(bridge.node, mlag->peer), bridge.vlan};
}

bool BridgeDomains::is_tree(const Domain& domain, const std::vector<Edge>& edges) const {
  std::vector<Bridge> bridges;
  for (const Vertex vertex : domain.vertices) {
    bridges.push_back(contracted(vertices_[vertex].bridge));
  }
  std::sort(bridges.begin(), bridges.end());
  bridges.erase(std::unique(bridges.begin(), bridges.end()), bridges.end());

  // A port of one end as all instances of its pair know it.
  const auto port_key = [&](Vertex vertex, LogicalPort port) {
    const Bridge& bridge = vertices_[vertex].bridge;
    const std::uint32_t mlag_id = network_.logical(bridge.node, port).mlag_id();
    return mlag_id == 0 ? std::tuple(static_cast<std::uint32_t>(bridge.node),
                                     static_cast<std::uint32_t>(port))
                        : std::tuple(kNone, mlag_id);
  };
  using End = std::tuple<Bridge, std::tuple<std::uint32_t, std::uint32_t>>;
  std::vector<std::pair<End, End>> ways;
  for (const Edge& edge : edges) {
    const End from{contracted(vertices_[edge.from].bridge), port_key(edge.from, edge.out)};
    const End to{contracted(vertices_[edge.to].bridge), port_key(edge.to, edge.in)};
    const bool peer_link = std::get<0>(from) == std::get<0>(to) && edge.from != edge.to;
    if (!peer_link && from <= to) {
      ways.emplace_back(from, to);
    }
  }
  std::sort(ways.begin(), ways.end());
  ways.erase(std::unique(ways.begin(), ways.end()), ways.end());
  return ways.size() + 1 == bridges.size();
}

// A frame that came in by one edge leaves by every other one of the bridge but those that its port
// of arrival forbids.
bool BridgeDomains::is_looped(const std::vector<Edge>& edges) const {
  std::vector<std::vector<std::uint32_t>> arcs(edges.size());
  for (std::uint32_t i = 0; i < edges.size(); ++i) {
    const Edge& edge = edges[i];
    const NodeIndex node = vertices_[edge.to].bridge.node;
    const auto first = std::lower_bound(edges.begin(), edges.end(), edge.to,
                                        [](const Edge& a, Vertex b) { return a.from < b; });
    for (auto next = first; next != edges.end() && next->from == edge.to; ++next) {
      if (next->out != edge.in && !network_.mlag_blocks(node, edge.in, next->out)) {
        arcs[i].push_back(static_cast<std::uint32_t>(next - edges.begin()));
      }
    }
  }
  return CycleSearch(arcs).any();
}

}  // namespace switchfault
