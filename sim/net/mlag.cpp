// Pairs of instances that present one aggregate (MLAG): the peer link, what its loss does, and MACs
// that both know.
//
// The peer link is up while both ends see it. When it is lost while both control planes live (they
// hear each other over a keepalive path of their own, which is not modelled), the secondary shuts
// its legs or both go on, as declared. When the peer itself is gone, nothing is shut. Legs come
// back as soon as the reason is gone. Not modelled: restore delays, roles that change.

#include <algorithm>
#include <utility>

#include "net/network_impl.h"

namespace switchfault {
namespace {

constexpr std::string_view kOutcomeShut = "secondary_ports_shut";
constexpr std::string_view kOutcomeSplit = "split_brain";
constexpr std::string_view kOutcomePeerGone = "peer_gone";

bool sees_peer_link(const NetworkImpl& network, NodeIndex index) {
  return network.logical(index, network.state(index).mlag->peer_link).up;
}

// Whether the keepalive of an instance can be heard.
bool lives(const NetworkImpl& network, NodeIndex index) {
  return network.decides(index) && !network.state(index).blank;
}

std::string_view outcome(const NetworkImpl& network, const MlagState& mlag, NodeIndex index) {
  if (mlag.peer_link_up) {
    return "";
  }
  if (!lives(network, mlag.peer) || !lives(network, index)) {
    return kOutcomePeerGone;
  }
  return mlag.on_loss == MlagConfig::OnPeerLinkLoss::split_brain ? kOutcomeSplit : kOutcomeShut;
}

// The legs of the secondary; only a living control plane shuts or opens them.
void update_shut(NetworkImpl& network, NodeIndex index) {
  MlagState& mlag = *network.state(index).mlag;
  const bool shut = !mlag.primary && outcome(network, mlag, index) == kOutcomeShut;
  if (!network.decides(index) || mlag.ports_shut == shut) {
    return;
  }
  mlag.ports_shut = shut;
  const Node& node = network.node(index);
  for (std::size_t i = node.ports.size(); i < node.logical_ports.size(); ++i) {
    if (node.logical_ports[i].mlag_id() != 0) {
      for (const PortIndex member : node.logical_ports[i].members()) {
        network.later(Step::carrier, index, static_cast<std::uint16_t>(member));
      }
    }
  }
}

void update_instance(NetworkImpl& network, NodeIndex index, bool peer_link_up) {
  MlagState& mlag = *network.state(index).mlag;
  CauseScope scope(network.simulator, network.simulator.cause());
  if (mlag.peer_link_up != peer_link_up) {
    mlag.peer_link_up = peer_link_up;
    network.log.append(ObservationKind::mlag_state, network.node(index).entity,
                       {.value = peer_link_up ? 1 : 0, .text = outcome(network, mlag, index)});
    network.node_changed(index);
  }
  update_shut(network, index);
}

// The aggregate with this number, or none.
LogicalPort leg(const Node& node, std::uint32_t mlag_id) {
  for (std::size_t i = node.ports.size(); i < node.logical_ports.size(); ++i) {
    if (node.logical_ports[i].mlag_id() == mlag_id) {
      return static_cast<LogicalPort>(i);
    }
  }
  return LogicalPort::none;
}

// The peer's leg of the aggregate, while it is up.
LogicalPort peer_leg_up(const NetworkImpl& network, NodeIndex index, LogicalPort port) {
  const std::uint32_t mlag_id = network.logical(index, port).mlag_id();
  if (mlag_id == 0) {
    return LogicalPort::none;
  }
  const NodeIndex peer = network.state(index).mlag->peer;
  const LogicalPort found = leg(network.node(peer), mlag_id);
  return found != LogicalPort::none && network.logical(peer, found).up ? found : LogicalPort::none;
}

// Learned entries of one port are written again for another.
void move_macs(NetworkImpl& network, NodeIndex index, const std::vector<MacEntry>& entries,
               LogicalPort to) {
  for (MacEntry entry : entries) {
    entry.port = to;
    network.program(index, LearnMac{entry});
  }
}

std::vector<MacEntry> learned_on(const Chip& chip, LogicalPort port) {
  std::vector<MacEntry> entries;
  std::ranges::copy_if(chip.macs(), std::back_inserter(entries),
                       [&](const MacEntry& entry) { return entry.port == port && !entry.fixed; });
  return entries;
}

}  // namespace

void NetworkImpl::update_mlag(NodeIndex index) {
  const MlagState* mlag = state(index).mlag.get();
  if (mlag == nullptr || state(mlag->peer).mlag == nullptr) {
    return;
  }
  const auto [first, second] = std::minmax(index, mlag->peer);
  const bool up = sees_peer_link(*this, first) && sees_peer_link(*this, second);
  for (const NodeIndex one : {first, second}) {
    update_instance(*this, one, up);
  }
}

void NetworkImpl::mlag_port_changed(NodeIndex index, LogicalPort port) {
  const MlagState* mlag = state(index).mlag.get();
  if (mlag == nullptr) {
    return;
  }
  if (port == mlag->peer_link) {
    later(Step::mlag, index);
    return;
  }
  const LogicalPort peer_leg = peer_leg_up(*this, index, port);
  if (!mlag->peer_link_up || peer_leg == LogicalPort::none ||
      !runs(index, ProcessFunction::mac_learning)) {
    return;
  }
  // What lies behind the aggregate is reached over the peer link while the own leg is down.
  if (!logical(index, port).up) {
    move_macs(*this, index, learned_on(chip(index), port), mlag->peer_link);
    return;
  }
  std::vector<MacEntry> behind = learned_on(chip(index), mlag->peer_link);
  const std::vector<MacEntry> at_peer = learned_on(chip(mlag->peer), peer_leg);
  std::erase_if(behind, [&](const MacEntry& entry) {
    return std::ranges::none_of(at_peer, [&](const MacEntry& other) {
      return other.vlan == entry.vlan && other.mac == entry.mac;
    });
  });
  move_macs(*this, index, behind, port);
}

std::optional<std::pair<NodeIndex, LogicalPort>> NetworkImpl::mlag_learns_at(
    NodeIndex index, LogicalPort port) const {
  const MlagState* mlag = state(index).mlag.get();
  if (mlag == nullptr || !mlag->peer_link_up || port == mlag->peer_link) {
    return std::nullopt;
  }
  const LogicalPort peer_leg = peer_leg_up(*this, index, port);
  return std::pair(mlag->peer,
                   peer_leg != LogicalPort::none ? peer_leg : state(mlag->peer).mlag->peer_link);
}

bool NetworkImpl::mlag_blocks(NodeIndex index, LogicalPort in, LogicalPort out) const {
  return is_working_peer_link(index, in) && peer_leg_up(*this, index, out) != LogicalPort::none;
}

bool NetworkImpl::is_working_peer_link(NodeIndex index, LogicalPort port) const {
  const MlagState* mlag = state(index).mlag.get();
  return mlag != nullptr && mlag->peer_link_up && port == mlag->peer_link;
}

}  // namespace switchfault
