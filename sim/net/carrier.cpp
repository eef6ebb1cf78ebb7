// From links and power to ports, aggregates and interfaces: what is up, and who is to know.
//
// A port has carrier while its link is whole and both ends serve: the box forwards, the port has
// power, is enabled and not shut by an MLAG pair that lost its peer link. Carrier is seen by both
// ends alike. Not modelled: negotiation, debounce, one-way light (a lossy direction is).

#include <algorithm>
#include <utility>

#include "core/check.h"
#include "net/network_impl.h"

namespace switchfault {
namespace {

bool is_disabled(const PortConfig* config) {
  return config != nullptr && !config->up;
}

// Whether the end of a link would light it.
bool serves(const NetworkImpl& network, PortRef ref) {
  const Node& node = network.node(ref.node);
  const NodeState& state = network.state(ref.node);
  const LogicalPortInfo& logical = network.logical(ref.node, network.port(ref).logical);
  if (!network.forwards(ref.node)) {
    return false;
  }
  if (state.mlag != nullptr && state.mlag->ports_shut && logical.mlag_id() != 0) {
    return false;
  }
  if (logical.aggregate() != nullptr && is_disabled(logical.config())) {
    return false;
  }
  if (node.os != nullptr) {
    return node.os->port_enabled(ref.port) && node.os->port_powered(ref.port);
  }
  return !is_disabled(node.logical_ports[static_cast<std::size_t>(ref.port)].config());
}

void set_carrier(NetworkImpl& network, PortRef ref, bool carrier) {
  Port& port = network.port(ref);
  if (port.carrier == carrier) {
    return;
  }
  CauseScope scope(network.simulator, network.simulator.cause());
  port.carrier = carrier;
  const Node& node = network.node(ref.node);
  if (node.os != nullptr) {
    network.log.append(ObservationKind::port_carrier, network.entity_of(ref),
                       {.object = node.entity, .value = carrier ? 1 : 0});
  }
  network.port_changed(ref);
  network.later(Step::logical_port, ref.node, static_cast<std::uint16_t>(port.logical));
}

bool has_member_up(const Node& node, const LogicalPortInfo& port,
                   const GovernedAggregate* governed) {
  return std::ranges::any_of(port.members(), [&](PortIndex member) {
    const bool may = governed == nullptr || std::ranges::binary_search(governed->members, member);
    return may && node.ports[static_cast<std::size_t>(member)].carrier;
  });
}

constexpr PortIndex kNoMember{0xffff};

// Buckets whose member is gone get another one, in turns; the others stay. Without any member all
// have none: whichever comes first gets them.
void fill_buckets(std::vector<PortIndex>& buckets, const std::vector<PortIndex>& members) {
  if (members.empty()) {
    std::ranges::fill(buckets, kNoMember);
    return;
  }
  std::size_t next = 0;
  for (PortIndex& bucket : buckets) {
    if (std::ranges::find(members, bucket) == members.end()) {
      bucket = members[next++ % members.size()];
    }
  }
}

// A VLAN interface is up while some port of its VLAN is up and forwards.
bool vlan_is_up(const Node& node, const Chip& chip, VlanId vlan) {
  for (std::size_t i = 0; i < node.logical_ports.size(); ++i) {
    const LogicalPortInfo& port = node.logical_ports[i];
    if (port.up && NetworkImpl::carries(port, vlan) &&
        chip.port_state(static_cast<LogicalPort>(i), vlan) == StpState::forwarding) {
      return true;
    }
  }
  return false;
}

bool is_up(const NetworkImpl& network, NodeIndex index, const Interface& interface) {
  if (!interface.enabled || !network.forwards(index)) {
    return false;
  }
  switch (interface.kind) {
    case InterfaceKind::vlan:
      return vlan_is_up(network.node(index), network.chip(index), interface.vlan);
    case InterfaceKind::routed:
    case InterfaceKind::sub:
      return network.logical(index, interface.port).up;
    case InterfaceKind::loopback:
      return true;
  }
  return false;
}

}  // namespace

unsigned NetworkImpl::direction_out_of(PortRef ref) const {
  return link(port(ref).link).a == ref ? 0 : 1;
}

bool NetworkImpl::runs(NodeIndex index, ProcessFunction function) const {
  const Node& box = node(index);
  return box.os != nullptr ? box.os->running(function) : box.host_up;
}

LinkLoss NetworkImpl::loss_out_of(PortRef from, bool reserved) const {
  const Link& cable = link(port(from).link);
  const unsigned direction = direction_out_of(from);
  const PortRef to = *other_end(from);
  const PortFault none;
  const SwitchOs* sender = node(from.node).os;
  const SwitchOs* receiver = node(to.node).os;
  const PortFault& sending = sender == nullptr ? none : sender->port_fault(from.port);
  const PortFault& receiving = receiver == nullptr ? none : receiver->port_fault(to.port);
  const double passes = sending.stuck ? 0 : 1 - sending.transmit_loss;
  const std::int64_t load = cable.terms->background[direction].bits_per_second +
                            cable.terms->storm[direction].bits_per_second;
  const std::int64_t rate = cable.terms->rate.bits_per_second;
  LinkLoss loss;
  loss.whole = (1 - cable.terms->loss[direction]) * passes * (1 - receiving.receive_loss);
  if (cable.dark[direction] ||
      (reserved ? cable.terms->blocks_reserved : cable.terms->blocks_others)) {
    loss.whole = 0;
  }
  loss.room = load > rate ? static_cast<double>(rate) / static_cast<double>(load) : 1;
  if (loss.whole < 1) {
    const bool at_receiver = passes >= 1 && cable.terms->loss[direction] == 0;
    loss.at = at_receiver ? to : from;
    loss.by_link = passes >= 1 && !at_receiver;
  } else {
    loss.at = from;
    loss.by_link = true;
  }
  return loss;
}

double NetworkImpl::delivery_share(PortRef from, bool reserved) const {
  if (!port(from).carrier) {
    return 0;
  }
  const LinkLoss loss = loss_out_of(from, reserved);
  return loss.whole * loss.room;
}

double NetworkImpl::cpu_share(NodeIndex index) const {
  const SwitchOs* os = node(index).os;
  const double demand = os == nullptr ? 0 : os->cpu_demand();
  return demand > 1 ? 1 / demand : 1;
}

bool NetworkImpl::carries(const LogicalPortInfo& port, VlanId vlan) {
  return !port.routed && (port.untagged == vlan || std::ranges::binary_search(port.tagged(), vlan));
}

void NetworkImpl::power_changed(NodeIndex index) {
  node_changed(index);
  later(Step::carrier, index, kAllPorts);
  later(Step::interfaces, index);
}

void NetworkImpl::update_carrier(PortRef ref) {
  const std::optional<PortRef> other = other_end(ref);
  if (!other) {
    return;
  }
  const Link& cable = link(port(ref).link);
  const bool served = serves(*this, cable.a) && serves(*this, cable.b);
  set_carrier(*this, cable.a, served && !cable.dark[1]);
  set_carrier(*this, cable.b, served && !cable.dark[0]);
}

void NetworkImpl::update_logical_port(NodeIndex index, LogicalPort port) {
  LogicalPortInfo& info = logical(index, port);
  const bool was_up = info.up;
  info.up = has_member_up(node(index), info, governed(index, port));
  if (info.aggregate() != nullptr) {
    later(Step::lag_members, index, static_cast<std::uint16_t>(port));
  } else if (info.up == was_up) {
    return;
  }
  logical_port_changed(index, port);
  later(Step::tell_port, index, static_cast<std::uint16_t>(port));
  if (info.up != was_up) {
    later(Step::interfaces, index);
    mlag_port_changed(index, port);
    if (!info.up && runs(index, ProcessFunction::mac_learning)) {
      program(index, FlushMacs{.port = port, .but = LogicalPort::none});
    }
  }
}

void NetworkImpl::write_lag_members(NodeIndex index, LogicalPort port) {
  if (!decides(index)) {
    return;  // Written when the control plane returns.
  }
  SetLagMembers write{.lag = port, .members = {}, .buckets = {}};
  GovernedAggregate* const own = governed(index, port);
  for (const PortIndex member : logical(index, port).members()) {
    const bool may = own == nullptr || std::ranges::binary_search(own->members, member);
    if (may && node(index).ports[static_cast<std::size_t>(member)].carrier) {
      write.members.push_back(member);
    }
  }
  if (own != nullptr && !own->buckets.empty()) {
    fill_buckets(own->buckets, write.members);
    write.buckets = own->buckets;
  }
  program(index, write);
}

GovernedAggregate* NetworkImpl::governed(NodeIndex index, LogicalPort port) {
  return const_cast<GovernedAggregate*>(std::as_const(*this).governed(index, port));
}

const GovernedAggregate* NetworkImpl::governed(NodeIndex index, LogicalPort port) const {
  const NodeState::Control* const control = state(index).control.get();
  if (control == nullptr) {
    return nullptr;
  }
  const auto found = std::ranges::find(control->governed, port, &GovernedAggregate::port);
  return found == control->governed.end() ? nullptr : &*found;
}

bool NetworkImpl::carries_traffic(PortRef ref) const {
  const NodeState::Control* const control = state(ref.node).control.get();
  if (control == nullptr || control->governed.empty()) {
    return true;
  }
  const LogicalPort logical = port(ref).logical;
  if (governed(ref.node, logical) == nullptr) {
    return true;
  }
  const auto& members = chip(ref.node).lag_members(logical);
  return std::ranges::find(members, ref.port) != members.end();
}

void Network::govern_aggregate(NodeIndex node, LogicalPort aggregate) {
  if (impl_->governed(node, aggregate) == nullptr) {
    impl_->state(node).control->governed.push_back(
        {.port = aggregate, .members = {}, .buckets = {}});
  }
}

void Network::set_aggregate_members(NodeIndex node, LogicalPort aggregate,
                                    std::vector<PortIndex> members) {
  GovernedAggregate* const own = impl_->governed(node, aggregate);
  SF_CHECK(own != nullptr);
  std::ranges::sort(members);
  if (own->members == members) {
    return;
  }
  own->members = std::move(members);
  impl_->later(Step::logical_port, node, static_cast<std::uint16_t>(aggregate));
  impl_->settle();
}

void Network::bucket_aggregate(NodeIndex node, LogicalPort aggregate, std::size_t buckets) {
  GovernedAggregate* const own = impl_->governed(node, aggregate);
  SF_CHECK(own != nullptr && buckets > 0);
  own->buckets.assign(buckets, kNoMember);
}

void Network::move_bucket(NodeIndex node, LogicalPort aggregate, std::size_t bucket,
                          PortIndex member) {
  GovernedAggregate* const own = impl_->governed(node, aggregate);
  SF_CHECK(own != nullptr && bucket < own->buckets.size());
  own->buckets[bucket] = member;
  impl_->later(Step::lag_members, node, static_cast<std::uint16_t>(aggregate));
  impl_->settle();
}

void NetworkImpl::update_interfaces(NodeIndex index) {
  bool changed = false;
  for (std::size_t i = 0; i < node(index).interfaces.size(); ++i) {
    Interface& interface = node(index).interfaces[i];
    const bool up = is_up(*this, index, interface);
    if (interface.up != up) {
      interface.up = up;
      changed = true;
      if (!up && chip(index).neighbor_timers().probed) {
        for (const NeighborEntry& entry :
             chip(index).drop_neighbors(static_cast<InterfaceIndex>(i))) {
          neighbor_changed(index, entry.vrf, entry.address);
        }
      }
      later(Step::tell_interface, index, static_cast<std::uint16_t>(i));
    }
  }
  if (changed) {
    node_changed(index);
    later(Step::routes, index);
  }
}

}  // namespace switchfault
