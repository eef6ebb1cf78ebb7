#include <algorithm>
#include <span>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "core/random.h"
#include "io/check_scenario.h"
#include "io/node_kind.h"

namespace switchfault {
namespace {

// A port of a node as links name it.
struct PortKey {
  std::size_t node;
  std::string_view port;
  friend bool operator==(const PortKey&, const PortKey&) = default;
};
struct PortKeyHash {
  std::size_t operator()(const PortKey& key) const {
    return stable_hash(key.port) ^ (key.node * 0x9e3779b97f4a7c15ULL);
  }
};
// The link at each port, and the node at its other end.
struct PortUse {
  const LinkConfig* link;
  std::size_t neighbour;
};
using PortUses = std::unordered_map<PortKey, PortUse, PortKeyHash>;

void check_ids(const References& all) {
  const std::vector<NodeConfig>& nodes = all.scenario.topology.nodes;
  struct Id {
    std::uint64_t hash;
    std::size_t node;
  };
  std::vector<Id> ids(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    ids[i] = {stable_hash(nodes[i].id.empty() ? nodes[i].name : nodes[i].id), i};
  }
  std::sort(ids.begin(), ids.end(), [](const Id& a, const Id& b) {
    return a.hash != b.hash ? a.hash < b.hash : a.node < b.node;
  });
  for (std::size_t i = 1; i < ids.size(); ++i) {
    const NodeConfig& first = nodes[ids[i - 1].node];
    const NodeConfig& second = nodes[ids[i].node];
    if (ids[i - 1].hash == ids[i].hash && first.name != second.name) {
      all.sink.error(second.at,
                     fmt::format("the nodes {} and {} have the same identity",
                                 in_quotes(first.name), in_quotes(second.name)),
                     "give one of them another id");
    }
  }
}

PortUses check_links(const References& all) {
  PortUses uses;
  uses.reserve(2 * all.scenario.topology.links.size());
  for (const LinkConfig& link : all.scenario.topology.links) {
    const auto a = all.nodes.refer(link.a.node);
    const auto b = all.nodes.refer(link.b.node);
    if (!a || !b) {
      continue;
    }
    if (*a == *b) {
      all.sink.error(link.b.node.at,
                     fmt::format("this link joins {} to itself", in_quotes(link.a.node.text)));
      continue;
    }
    for (const auto& [end, node, other] :
         {std::tuple{&link.a, *a, *b}, std::tuple{&link.b, *b, *a}}) {
      const auto [use, fresh] = uses.emplace(PortKey{node, end->port}, PortUse{&link, other});
      if (!fresh) {
        all.sink.error(end->node.at,
                       fmt::format("the port {}:{} has a link already, in line {}", end->node.text,
                                   end->port, use->second.link->at.line),
                       "every port has one link");
      }
    }
  }
  return uses;
}

bool are_mlag_peers(const NodeConfig& a, const NodeConfig& b) {
  return a.mlag && b.mlag && a.mlag->peer.text == b.name && b.mlag->peer.text == a.name;
}

void check_lag_member(const References& all, const NodeConfig& node, const Name& member,
                      const PortUse& first, const PortUse& use) {
  const std::vector<NodeConfig>& nodes = all.scenario.topology.nodes;
  if (use.link->rate != first.link->rate) {
    all.sink.error(member.at,
                   fmt::format("the members of a LAG have one rate; {} has {} Mbps, the first {}",
                               in_quotes(member.text), use.link->rate.bits_per_second / 1'000'000,
                               first.link->rate.bits_per_second / 1'000'000));
  }
  const NodeConfig& there = nodes[use.neighbour];
  const NodeConfig& first_there = nodes[first.neighbour];
  if (use.neighbour != first.neighbour && !are_mlag_peers(there, first_there)) {
    all.sink.error(member.at,
                   fmt::format("the members of a LAG of {} lead to {} and {}", in_quotes(node.name),
                               in_quotes(first_there.name), in_quotes(there.name)),
                   "they lead to one node, or to the two of an MLAG pair");
  }
}

void check_lags(const References& all, std::size_t index, const PortUses& uses) {
  const NodeConfig& node = all.scenario.topology.nodes[index];
  std::unordered_map<std::string_view, std::string_view> owner;
  for (const LagConfig& lag : node.lags) {
    if (uses.contains({index, lag.name})) {
      all.sink.error(lag.at,
                     fmt::format("{} is both a LAG and a port with a link", in_quotes(lag.name)));
    }
    const PortUse* first = nullptr;
    for (const Name& member : lag.members) {
      const auto use = uses.find({index, member.text});
      if (use == uses.end()) {
        all.sink.error(member.at, fmt::format("{} has no link at port {}", in_quotes(node.name),
                                              in_quotes(member.text)));
        continue;
      }
      const auto [other, fresh] = owner.emplace(member.text, lag.name);
      if (!fresh) {
        all.sink.error(member.at, fmt::format("the port {} is in the LAG {} already",
                                              in_quotes(member.text), in_quotes(other->second)));
      }
      first = first == nullptr ? &use->second : first;
      check_lag_member(all, node, member, *first, use->second);
    }
    if (lag.mlag_id != 0 && !node.mlag) {
      all.sink.error(lag.at,
                     fmt::format("the LAG {} has a number of an MLAG, but {} has no mlag",
                                 in_quotes(lag.name), in_quotes(node.name)),
                     "write mlag: {peer: ..., peer_link: ..., on_peer_link_loss: ...}");
    }
  }
}

// The node behind a LAG or port.
std::optional<std::size_t> behind(const NodeConfig& node, std::size_t index, std::string_view name,
                                  const PortUses& uses) {
  const auto lag = std::find_if(node.lags.begin(), node.lags.end(),
                                [&](const LagConfig& l) { return l.name == name; });
  const bool is_lag = lag != node.lags.end() && !lag->members.empty();
  const auto use = uses.find({index, is_lag ? std::string_view(lag->members[0].text) : name});
  return use == uses.end() ? std::nullopt : std::optional(use->second.neighbour);
}

void check_mlag(const References& all, std::size_t index, const PortUses& uses) {
  const NodeConfig& node = all.scenario.topology.nodes[index];
  const MlagConfig& mlag = *node.mlag;
  const auto peer = all.nodes.refer(mlag.peer);
  if (!peer) {
    return;
  }
  if (*peer == index) {
    all.sink.error(mlag.peer.at, "a node cannot be its own MLAG peer");
    return;
  }
  const NodeConfig& other = all.scenario.topology.nodes[*peer];
  if (!other.mlag || other.mlag->peer.text != node.name) {
    all.sink.error(mlag.peer.at,
                   fmt::format("{} does not name {} as its MLAG peer", in_quotes(other.name),
                               in_quotes(node.name)),
                   "an MLAG pair names each other");
    return;
  }
  if (index < *peer && mlag.primary == other.mlag->primary) {
    all.sink.error(
        mlag.at,
        fmt::format("{} of {} and {} is the primary of the MLAG pair",
                    mlag.primary ? "each" : "neither", in_quotes(node.name), in_quotes(other.name)),
        "write primary: true at one of them");
  }
  const auto neighbour = behind(node, index, mlag.peer_link.text, uses);
  if (!neighbour) {
    all.sink.error(mlag.peer_link.at,
                   fmt::format("{} has no LAG and no linked port {}", in_quotes(node.name),
                               in_quotes(mlag.peer_link.text)));
  } else if (*neighbour != *peer) {
    all.sink.error(mlag.peer_link.at,
                   fmt::format("the peer link leads to {}, not to the peer {}",
                               in_quotes(all.scenario.topology.nodes[*neighbour].name),
                               in_quotes(other.name)));
  }
}

void check_stateful(const References& all, const NodeConfig& node) {
  if (!node.stateful->peer) {
    return;
  }
  const auto peer = all.nodes.refer(*node.stateful->peer);
  if (!peer) {
    return;
  }
  const NodeConfig& other = all.scenario.topology.nodes[*peer];
  if (other.name == node.name) {
    all.sink.error(node.stateful->peer->at, "a node cannot be its own peer");
    return;
  }
  const bool mutual =
      other.stateful && other.stateful->peer && other.stateful->peer->text == node.name;
  if (!mutual) {
    all.sink.error(
        node.stateful->peer->at,
        fmt::format("{} does not name {} as its peer", in_quotes(other.name), in_quotes(node.name)),
        "an active/standby pair names each other");
  } else if (node.name < other.name && node.stateful->active == other.stateful->active) {
    all.sink.error(node.stateful->at,
                   fmt::format("{} of {} and {} is active at the start",
                               node.stateful->active ? "each" : "neither", in_quotes(node.name),
                               in_quotes(other.name)),
                   "write active: false at the standby");
  }
}

void check_pools(const References& all, const NodeConfig& node) {
  for (const VirtualService& service : node.virtual_services) {
    for (const Name& host : service.pool) {
      all.nodes.refer(host);
    }
    if (node.kind != NodeKind::load_balancer) {
      all.sink.error(service.at, fmt::format("{} is no load balancer", in_quotes(node.name)),
                     "virtual services stand on nodes of kind load_balancer");
    }
  }
}

// A protocol that runs on an interface names one of the node.
void check_protocols(const References& all, const NodeConfig& node) {
  std::unordered_set<std::string_view> interfaces;
  for (const InterfaceConfig& interface : node.interfaces) {
    interfaces.insert(interface.name);
  }
  for (const ProtocolConfig& protocol : node.protocols) {
    for (const Argument& argument : protocol.arguments) {
      if (argument.name != "interface" || interfaces.contains(argument.text) || all.sink.full()) {
        continue;
      }
      std::vector<std::string_view> known;
      for (const InterfaceConfig& interface : node.interfaces) {
        known.push_back(interface.name);
      }
      all.sink.error(
          argument.at,
          fmt::format("{} has no interface {}", in_quotes(node.name), in_quotes(argument.text)),
          suggestion(argument.text, known));
    }
  }
}

}  // namespace

void check_topology(References& all) {
  check_ids(all);
  const PortUses uses = check_links(all);
  const std::vector<NodeConfig>& nodes = all.scenario.topology.nodes;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const NodeConfig& node = nodes[i];
    if (!node.lags.empty()) {
      check_lags(all, i, uses);
    }
    if (node.mlag) {
      check_mlag(all, i, uses);
    }
    if (node.stateful) {
      check_stateful(all, node);
    }
    check_pools(all, node);
    if (!node.protocols.empty()) {
      check_protocols(all, node);
    }
  }
}

}  // namespace switchfault
