#include "net/network.h"

#include <algorithm>
#include <utility>

#include "core/check.h"
#include "net/control_frames.h"
#include "net/network_impl.h"

namespace switchfault {
namespace {

constexpr std::int64_t kBillion = 1'000'000'000;  // Loss shares are observed in parts per billion.

// The node whose rows hold this one; `first_row` names the first row of a node's state.
NodeIndex owner_of_row(const std::vector<NodeState>& states, std::uint32_t NodeState::*first_row,
                       std::uint32_t row) {
  const auto after = std::ranges::upper_bound(states, row, {}, first_row);
  return static_cast<NodeIndex>(after - states.begin() - 1);
}

std::string name_of_interface_row(const NetworkImpl& impl, std::uint32_t row) {
  const NodeIndex index = owner_of_row(impl.states, &NodeState::first_interface, row);
  const Node& node = impl.node(index);
  const std::size_t offset = row - impl.state(index).first_interface;
  const std::size_t aggregates = node.config->lags.size();
  const std::string_view name =
      offset < aggregates ? node.name(static_cast<LogicalPort>(node.ports.size() + offset))
                          : node.interfaces[offset - aggregates].name();
  return node.config->name + " " + std::string(name);
}

std::string name_of_end(const NetworkImpl& impl, PortRef end) {
  return impl.node(end.node).config->name + ":" + std::string(impl.node(end.node).name(end.port));
}

bool is_global(const Interface& interface, const IpPrefix& address) {
  return interface.vrf == VrfIndex::global && !address.address().is_link_local();
}

}  // namespace

// --- structure ---

std::string_view Node::name(LogicalPort port) const {
  const auto index = static_cast<std::size_t>(port);
  return index < ports.size() ? first_port_name[index]
                              : std::string_view(logical_ports[index].aggregate()->name);
}

std::size_t Network::node_count() const {
  return impl_->nodes.size();
}

const Node& Network::node(NodeIndex node) const {
  return impl_->node(node);
}

std::size_t Network::link_count() const {
  return impl_->links.size();
}

const Link& Network::link(LinkIndex link) const {
  return impl_->link(link);
}

const Chip& Network::chip(NodeIndex node) const {
  return impl_->chip(node);
}

NodeIndex Network::find_node(std::string_view name) const {
  return static_cast<NodeIndex>(impl_->port_names.nodes().find(
      name, [&](std::uint32_t node) { return std::string_view(impl_->nodes[node].config->name); }));
}

std::optional<PortRef> Network::neighbor(PortRef port) const {
  return impl_->other_end(port);
}

LogicalPort Network::find_logical_port(NodeIndex node, std::string_view name) const {
  const Node& at = impl_->node(node);
  for (std::size_t i = 0; i < at.logical_ports.size(); ++i) {
    if (at.name(static_cast<LogicalPort>(i)) == name) {
      return static_cast<LogicalPort>(i);
    }
  }
  return LogicalPort::none;
}

InterfaceIndex Network::find_interface(NodeIndex node, std::string_view name) const {
  const auto& interfaces = impl_->node(node).interfaces;
  const auto found = std::ranges::find(interfaces, name, &Interface::name);
  return found == interfaces.end() ? InterfaceIndex::none
                                   : static_cast<InterfaceIndex>(found - interfaces.begin());
}

std::optional<IpAddress> Network::address_of(NodeIndex node, bool ipv6) const {
  for (const Interface& interface : impl_->node(node).interfaces) {
    for (const IpPrefix& address : interface.addresses()) {
      if (address.is_v4() != ipv6 && is_global(interface, address)) {
        return address.address();
      }
    }
  }
  return std::nullopt;
}

BitRate Network::speed(NodeIndex node, LogicalPort port) const {
  BitRate sum;
  for (const PortIndex member : impl_->logical(node, port).members()) {
    const Port& physical = impl_->port({node, member});
    if (physical.carrier) {
      sum.bits_per_second += impl_->link(physical.link).terms->rate.bits_per_second;
    }
  }
  return sum;
}

std::string Network::name(Entity entity) const {
  switch (entity.kind()) {
    case EntityKind::node:
      return impl_->nodes[entity.index()].config->name;
    case EntityKind::port: {
      const NodeIndex index = owner_of_row(impl_->states, &NodeState::first_port, entity.index());
      return name_of_end(
          *impl_, {index, static_cast<PortIndex>(entity.index() - impl_->state(index).first_port)});
    }
    case EntityKind::link: {
      const Link& link = impl_->links[entity.index()];
      return name_of_end(*impl_, link.a) + " -- " + name_of_end(*impl_, link.b);
    }
    case EntityKind::interface:
      return name_of_interface_row(*impl_, entity.index());
    case EntityKind::domain:
      return "vlan" + std::to_string(entity.index());
    case EntityKind::none:
    case EntityKind::scenario:
    case EntityKind::fault:
    case EntityKind::process:
    case EntityKind::service:
    case EntityKind::users:
    case EntityKind::demand:
    case EntityKind::monitor:
    case EntityKind::strategy:
    case EntityKind::step:
    case EntityKind::action:
    case EntityKind::person:
    case EntityKind::chain:
    case EntityKind::probe:
    case EntityKind::expectation:
      break;
  }
  SF_CHECK(false);  // Nothing of the network.
}

// --- levers outside the OS ---

void Network::set_link_dark(LinkIndex index, std::array<bool, 2> dark) {
  Link& link = impl_->link(index);
  if (std::ranges::equal(link.dark, dark)) {
    return;
  }
  CauseScope scope(impl_->simulator, impl_->simulator.cause());
  const bool was_whole = !link.dark[0] && !link.dark[1];
  std::ranges::copy(dark, link.dark);
  if (const bool whole = !dark[0] && !dark[1]; whole != was_whole) {
    impl_->log.append(ObservationKind::link_state, entity_of(index), {.value = whole ? 1 : 0});
  }
  impl_->link_changed(index);
  impl_->later(Step::carrier, link.a.node, static_cast<std::uint16_t>(link.a.port));
  impl_->settle();
}

void Network::set_link_loss(LinkIndex index, unsigned direction, double share) {
  const Link& link = impl_->link(index);
  SF_CHECK(direction < 2 && share >= 0 && share <= 1);
  if (link.terms->loss[direction] == share) {
    return;
  }
  CauseScope scope(impl_->simulator, impl_->simulator.cause());
  impl_->change_terms(index).loss[direction] = share;
  // Seen, if at all, where the frames should arrive.
  const PortRef receiver = direction == 0 ? link.b : link.a;
  impl_->log.append(ObservationKind::port_loss, impl_->entity_of(receiver),
                    {.object = impl_->node(receiver.node).entity,
                     .value = static_cast<std::int64_t>(share * kBillion)});
  impl_->link_changed(index);
}

void Network::set_link_filter(LinkIndex index, bool blocks_reserved, bool blocks_others) {
  const Link& link = impl_->link(index);
  if (link.terms->blocks_reserved == blocks_reserved &&
      link.terms->blocks_others == blocks_others) {
    return;
  }
  CauseScope scope(impl_->simulator, impl_->simulator.cause());
  LinkTerms& terms = impl_->change_terms(index);
  terms.blocks_reserved = blocks_reserved;
  terms.blocks_others = blocks_others;
  const bool passes = !blocks_reserved && !blocks_others;
  impl_->log.append(ObservationKind::port_loss, impl_->entity_of(link.b),
                    {.object = impl_->node(link.b.node).entity, .value = passes ? 0 : kBillion});
  impl_->link_changed(index);
}

void Network::program(NodeIndex node, const ChipWrite& write) {
  impl_->program(node, write);
}

void Network::set_address(NodeIndex node, InterfaceIndex interface, const IpPrefix& address,
                          bool present) {
  impl_->set_address(node, interface, address, present);
}

void Network::set_host_up(NodeIndex index, bool up) {
  Node& node = impl_->node(index);
  SF_CHECK(node.os == nullptr);
  if (node.host_up == up) {
    return;
  }
  CauseScope scope(impl_->simulator, impl_->simulator.cause());
  node.host_up = up;
  impl_->log.append(ObservationKind::host_state, node.entity,
                    {.value = static_cast<std::int64_t>(up ? HostState::up : HostState::off)});
  if (up) {
    impl_->boot_host(index);
  } else {
    impl_->power_changed(index);
  }
  impl_->settle();
}

void Network::start() {
  impl_->start();
}

// --- being told ---

WatchId Network::add_owner(WalkOwner& owner) {
  return impl_->watches.add_owner(owner);
}

void Network::remove_owner(WatchId watch) {
  impl_->watches.remove_owner(watch);
}

void Network::watch(WatchId watch, const ReadSet& reads) {
  impl_->watches.watch(watch, reads);
}

void Network::unwatch(WatchId watch) {
  impl_->watches.unwatch(watch);
}

void Network::touch(NodeIndex node) {
  impl_->watches.tell_protocols(node, impl_->simulator.cause());
}

// --- routes ---

void Network::learn_routes(NodeIndex node, RouteSource source, std::vector<FibEntry> routes) {
  impl_->state(node).routes.learn(source, std::move(routes));
  impl_->later(Step::routes, node);
  impl_->settle();
}

void Network::hear_next_hop(NodeIndex node, InterfaceIndex interface, bool heard) {
  impl_->state(node).routes.hear(interface, heard);
  impl_->later(Step::routes, node);
  impl_->settle();
}

// --- control frames ---

void Network::send(NodeIndex from, LogicalPort port, const ControlFrame& frame) {
  impl_->frames->send(from, port, frame);
}

std::vector<Protocol*> Network::instances(NodeIndex node, std::uint16_t protocol) const {
  return impl_->frames->instances(node, protocol, false);
}

Network::Way Network::way(NodeIndex from, LogicalPort port, std::uint16_t protocol) const {
  return impl_->frames->way(from, port, protocol);
}

SimTime Network::arrival(SimTime sent, const Way& way) const {
  return impl_->frames->arrival(sent, way.from);
}

bool Network::send_as_of(SimTime sent, const Way& way, const ControlFrame& frame) {
  return impl_->frames->send_as_of(sent, way, frame);
}

Protocol* Network::peer(NodeIndex from, LogicalPort port, std::uint16_t protocol) const {
  return impl_->frames->peer(from, port, protocol);
}

}  // namespace switchfault
