// What an OS tells its network, and the steps that follow.
//
// Everything is done within the instant. A step carries the cause that was current when it was
// asked for, so that each consequence is explained by its own reason and not by its neighbour's.

#include <algorithm>
#include <utility>
#include <variant>

#include "core/check.h"
#include "net/network_impl.h"
#include "net/packet_plane.h"
#include "net/port_roles.h"
#include "net/stateful.h"
#include "net/walker.h"

namespace switchfault {
namespace {

NodeIndex index_of(const SwitchOs& os) {
  return static_cast<NodeIndex>(os.node().index());
}

// Which life of a process this is; 0 while it does not run.
// zebra sweeps its predecessor's routes in its first turn, but looks at those it has read from the
// kernel only after the hold time of its queue, 10 ms. Whether its start takes longer than that is
// not known; nothing speaks for one more than for the other.
constexpr double kFormerRoutesStay = 0.5;

std::uint64_t incarnation(const SwitchOs& os, ProcessFunction function) {
  if (!os.running(function)) {
    return 0;
  }
  for (const Process& process : os.processes()) {
    if (process.function == function && process.state == ProcessState::running) {
      return (static_cast<std::uint64_t>(os.boots()) << 32U) + process.starts + 1;
    }
  }
  return 1;
}

// What belongs to single links opens no ports, whichever process runs it.
bool has_spanning_tree(const NetworkImpl& network, NodeIndex index) {
  const auto slots = network.state(index).protocol_slots();
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const Protocol& protocol = *network.node(index).protocols[i];
    if (protocol.process() == ProcessFunction::spanning_tree &&
        !network.per_link_kinds[slots[i].kind]) {
      return true;
    }
  }
  return false;
}

template <typename Tell>
void for_running_protocols(const NetworkImpl& network, NodeIndex index, Tell tell) {
  const auto slots = network.state(index).protocol_slots();
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (slots[i].running()) {
      tell(*network.node(index).protocols[i]);
    }
  }
}

// Whether walks ask for it. What others decide reaches walks by the tables that they write.
bool handles_frames(ProcessFunction function) {
  switch (function) {
    case ProcessFunction::mac_learning:
    case ProcessFunction::neighbor_resolution:
    case ProcessFunction::table_programmer:
    case ProcessFunction::sessions:
      return true;
    case ProcessFunction::spanning_tree:
    case ProcessFunction::lacp:
    case ProcessFunction::routing:
    case ProcessFunction::ospf:
    case ProcessFunction::bgp:
    case ProcessFunction::bfd:
    case ProcessFunction::first_hop_redundancy:
    case ProcessFunction::health_checks:
    case ProcessFunction::management:
    case ProcessFunction::other:
      return false;
  }
  return true;
}

}  // namespace

// --- access ---

void NetworkImpl::program(NodeIndex index, const ChipWrite& write) {
  if (SwitchOs* os = node(index).os) {
    os->program(write);  // Tells by chip_changed() when it has taken effect.
    return;
  }
  state(index).own_chip->apply(write);
  chip_written(index, write);
  settle();
}

void NetworkImpl::program_routes(NodeIndex index, std::span<const ChipWrite> writes) {
  if (writes.empty()) {
    return;
  }
  Chip& tables = chip(index);
  const RouteRows& decided = state(index).routes.rows();
  if (SwitchOs* os = node(index).os) {
    os->program_routes(writes, decided);
    tables.share_routes(decided);
    return;
  }
  if (!tables.take_routes(writes, decided)) {
    for (const ChipWrite& write : writes) {
      tables.apply(write);
    }
    tables.share_routes(decided);
  }
  chip_written(index, writes.back());
  settle();
}

RoutingTable::Given NetworkImpl::given_to_routes(NodeIndex index) const {
  const Node& box = node(index);
  return {.interfaces = {box.interfaces.begin(), box.interfaces.size()},
          .routes = state(index).blank ? std::span<const RouteConfig>() : box.config->routes,
          .vrfs = box.vrfs(),
          .now = simulator.now()};
}

bool NetworkImpl::decides(NodeIndex index) const {
  const Node& box = node(index);
  return box.os != nullptr ? box.os->serves(Plane::control) : box.host_up;
}

// --- telling readers ---

void NetworkImpl::node_changed(NodeIndex index) {
  node(index).last_change = simulator.cause();
  walker->node_changed(index);
  stateful->node_changed(index);
  tell_packets(index);
  watches.tell_node(index, simulator.cause());
  if (walker->domains().nothing_derived()) {
    return;
  }
  for (std::size_t i = 0; i < node(index).logical_ports.size(); ++i) {
    tell_domains(index, static_cast<LogicalPort>(i));
  }
}

void NetworkImpl::tell_domains(NodeIndex index, LogicalPort port) {
  walker->domains().visit_touched(
      index, port, [&](std::uint32_t domain) { watches.tell_domain(domain, simulator.cause()); });
}

void NetworkImpl::port_changed(PortRef ref) {
  port(ref).last_change = simulator.cause();
  if (packets != nullptr) {
    packets->port_changed(ref);
  }
  logical_port_changed(ref.node, port(ref).logical);
}

void NetworkImpl::logical_port_changed(NodeIndex index, LogicalPort port) {
  node(index).last_change = simulator.cause();
  walker->port_changed(index, port);
  stateful->node_changed(index);
  tell_packets(index);
  watches.tell_port({index, port}, simulator.cause());
  tell_domains(index, port);
}

void NetworkImpl::link_changed(LinkIndex index) {
  link(index).last_change = simulator.cause();
  if (packets != nullptr) {
    packets->port_changed(link(index).a);
  }
  watches.tell_link(index, simulator.cause());
}

// What a node does with packets is asked again; an instance of a pair goes by the other's ports.
void NetworkImpl::tell_packets(NodeIndex index) {
  if (packets == nullptr) {
    return;
  }
  packets->node_changed(index);
  if (const MlagState* mlag = state(index).mlag.get()) {
    packets->node_changed(mlag->peer);
  }
}

void NetworkImpl::mac_changed(NodeIndex index, VlanId vlan, MacAddress mac, LogicalPort now) {
  tell_packets(index);
  watches.tell_mac({.node = index, .vlan = vlan, .mac = mac}, now, simulator.cause());
}

void NetworkImpl::neighbor_changed(NodeIndex index, VrfIndex vrf, const IpAddress& address) {
  tell_packets(index);
  watches.tell_neighbor({.node = index, .vrf = vrf, .address = address}, simulator.cause());
}

// --- steps ---

void NetworkImpl::later(Step step, NodeIndex index, std::uint16_t detail) {
  const bool tells = step == Step::tell_port || step == Step::tell_interface;
  if (tells && node(index).protocols.empty()) {
    return;  // Nobody is there to be told.
  }
  auto& items = steps_[static_cast<std::size_t>(step)];
  const Item item{.node = index, .detail = detail, .cause = simulator.cause()};
  const bool repeated = items.size() > done_[static_cast<std::size_t>(step)] &&
                        items.back().node == index &&
                        (items.back().detail == detail || items.back().detail == kAllPorts);
  if (repeated) {
    return;
  }
  if (step == Step::interfaces) {
    if (state(index).interfaces_due) {
      return;  // All interfaces are looked at then.
    }
    state(index).interfaces_due = true;
  }
  items.push_back(item);
}

void NetworkImpl::start() {
  settling_ = true;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].os != nullptr) {
      nodes[i].os->power_on();
    } else {
      boot_host(static_cast<NodeIndex>(i));
    }
  }
  settling_ = false;
  starting_ = true;
  settle();
  starting_ = false;
}

void NetworkImpl::settle() {
  if (settling_) {
    return;
  }
  settling_ = true;
  std::size_t step = 0;
  while (step < kSteps) {
    auto& items = steps_[step];
    if (done_[step] == items.size()) {
      items.clear();
      if (items.capacity() > kKeptItems) {
        items.shrink_to_fit();
      }
      done_[step] = 0;
      ++step;
      continue;
    }
    const Item item = items[done_[step]++];
    CauseScope scope(simulator, item.cause);
    perform(static_cast<Step>(step), item.node, item.detail);
    step = 0;  // What it left behind may belong to an earlier step.
  }
  settling_ = false;
}

void NetworkImpl::perform(Step step, NodeIndex index, std::uint16_t detail) {
  switch (step) {
    case Step::carrier:
      if (detail != kAllPorts) {
        update_carrier({index, static_cast<PortIndex>(detail)});
        return;
      }
      for (std::size_t i = 0; i < node(index).ports.size(); ++i) {
        const PortRef ref{index, static_cast<PortIndex>(i)};
        const LinkIndex at = port(ref).link;
        if (!starting_ || (at != LinkIndex::none && link(at).a == ref)) {
          update_carrier(ref);
        }
      }
      return;
    case Step::logical_port:
      update_logical_port(index, static_cast<LogicalPort>(detail));
      return;
    case Step::mlag:
      update_mlag(index);
      return;
    case Step::lag_members:
      write_lag_members(index, static_cast<LogicalPort>(detail));
      return;
    case Step::interfaces:
      state(index).interfaces_due = false;
      update_interfaces(index);
      return;
    case Step::tell_port:
      for_running_protocols(*this, index, [&](Protocol& protocol) {
        protocol.port_changed(static_cast<LogicalPort>(detail));
      });
      return;
    case Step::tell_interface:
      for_running_protocols(*this, index, [&](Protocol& protocol) {
        protocol.interface_changed(static_cast<InterfaceIndex>(detail));
      });
      return;
    case Step::routes:
      update_routes(index);
      return;
  }
}

// --- decisions ---

// The bundle members and states of ports without spanning tree, as the control plane writes them
// when it has come up.
void NetworkImpl::write_base_entries(NodeIndex index) {
  if (!decides(index)) {
    return;
  }
  const Node& box = node(index);
  const bool spanning_tree = has_spanning_tree(*this, index);
  for (std::size_t i = 0; i < box.logical_ports.size(); ++i) {
    const auto port = static_cast<LogicalPort>(i);
    if (box.logical_ports[i].aggregate() != nullptr) {
      write_lag_members(index, port);
    }
    if (!spanning_tree || box.logical_ports[i].routed) {
      program(index, SetPortState{.port = port, .state = StpState::forwarding});
    }
  }
}

void NetworkImpl::boot_host(NodeIndex index) {
  NodeState& own = state(index);
  own.own_chip->reset();
  watches.tell_all_macs(index, simulator.cause());
  watches.tell_all_neighbors(index, simulator.cause());
  write_base_entries(index);
  program_routes(index, own.routes.restart(given_to_routes(index), false));
  power_changed(index);
}

void NetworkImpl::update_routes(NodeIndex index) {
  if (!runs(index, ProcessFunction::routing)) {
    return;  // Nothing is decided; the next process starts from what the interfaces are then.
  }
  program_routes(index, state(index).routes.update(given_to_routes(index)));
}

// Whether a routing process that starts now leaves alone what its predecessor wrote.
bool NetworkImpl::finds_former_routes(NodeIndex index) const {
  const Node& box = node(index);
  return box.config->former_routes == FormerRoutes::by_chance &&
         random.chance(
             {.purpose = Purpose("net.former_routes"),
              .entity = box.stable_id,
              .occurrence = static_cast<std::uint64_t>(simulator.now().time_since_epoch().count())},
             kFormerRoutesStay);
}

// Starts and stops what belongs to processes that have come or gone.
void NetworkImpl::follow_processes(NodeIndex index) {
  Node& box = node(index);
  RoutingTable& routes = state(index).routes;
  NodeState::Control& own = *state(index).control;
  const std::uint64_t routing = incarnation(*box.os, ProcessFunction::routing);
  if (std::exchange(own.routing_incarnation, routing) != routing && routing != 0) {
    if (std::exchange(own.routing_latest, routing) == routing) {
      update_routes(index);  // It was hung.
    } else {
      program_routes(index, routes.restart(given_to_routes(index), finds_former_routes(index)));
    }
  }
  for (std::size_t i = 0; i < box.protocols.size(); ++i) {
    Protocol& protocol = *box.protocols[i];
    const std::uint64_t now = incarnation(*box.os, protocol.process());
    const std::uint64_t before = std::exchange(own.protocol_slots[i].incarnation, now);
    if (before != now && before != 0) {
      protocol.stop();
    }
    if (before != now && now != 0) {
      if (std::exchange(own.protocol_slots[i].latest, now) == now) {
        protocol.resume();
      } else {
        protocol.start();
      }
    }
  }
}

void NetworkImpl::follow_configuration(NodeIndex index) {
  NodeState& own = state(index);
  const bool blank = node(index).os->configuration_lost();
  if (own.blank == blank) {
    return;
  }
  own.blank = blank;
  assign_port_roles(*this, node(index), own);
  for (std::size_t i = 0; i < node(index).logical_ports.size(); ++i) {
    later(Step::logical_port, index, static_cast<std::uint16_t>(i));
  }
  later(Step::interfaces, index);
  later(Step::routes, index);
  write_base_entries(index);
}

// --- OsListener ---

void NetworkImpl::process_changed(SwitchOs& os, ProcessIndex process) {
  const NodeIndex index = index_of(os);
  if (handles_frames(os.processes()[static_cast<std::size_t>(process)].function)) {
    node_changed(index);
  } else {
    node(index).last_change = simulator.cause();
    stateful->node_changed(index);
    watches.tell_protocols(index, simulator.cause());
  }
  follow_processes(index);
  settle();
}

void NetworkImpl::plane_changed(SwitchOs& os, Plane plane) {
  const NodeIndex index = index_of(os);
  node_changed(index);
  switch (plane) {
    case Plane::data:
      power_changed(index);
      break;
    case Plane::control:
      follow_configuration(index);
      write_base_entries(index);
      follow_processes(index);
      if (const MlagState* mlag = state(index).mlag.get()) {
        later(Step::mlag, index);
        later(Step::mlag, mlag->peer);
      }
      break;
    case Plane::management:
      break;
  }
  settle();
}

void NetworkImpl::chip_changed(SwitchOs& os, const ChipWrite* write) {
  const NodeIndex index = index_of(os);
  if (write != nullptr) {
    chip_written(index, *write);
  } else {
    walker->flow_caches().forget(index);
    node_changed(index);
    watches.tell_all_macs(index, simulator.cause());
    watches.tell_all_neighbors(index, simulator.cause());
    later(Step::interfaces, index);
  }
  settle();
}

void NetworkImpl::chip_written(NodeIndex index, const ChipWrite& write) {
  struct Visitor {
    NetworkImpl& network;
    NodeIndex index;
    void operator()(const SetPortState& write) const {
      network.logical_port_changed(index, write.port);
      network.later(Step::interfaces, index);
    }
    void operator()(const SetLagMembers& write) const {
      network.logical_port_changed(index, write.lag);
    }
    void operator()(const SetRoute& /*write*/) const { network.node_changed(index); }
    void operator()(const RemoveRoute& /*write*/) const { network.node_changed(index); }
    void operator()(const SetRouterMac& /*write*/) const { network.node_changed(index); }
    void operator()(const SetNeighbor& write) const {
      network.neighbor_changed(index, write.entry.vrf, write.entry.address);
    }
    void operator()(const RemoveNeighbor& write) const {
      network.neighbor_changed(index, write.vrf, write.address);
    }
    void operator()(const LearnMac& write) const {
      network.mac_changed(index, write.entry.vlan, write.entry.mac, write.entry.port);
      network.walker->flow_caches().learned(index);
    }
    void operator()(const FlushMacs& /*write*/) const { tell_flushed(); }
    void operator()(const SweepMacs& /*write*/) const { tell_flushed(); }
    void operator()(const ForgetMac& /*write*/) const { tell_flushed(); }
    void tell_flushed() const {
      for (const MacEntry& entry : network.chip(index).flushed()) {
        network.mac_changed(index, entry.vlan, entry.mac, LogicalPort::none);
      }
      network.walker->flow_caches().flushed(index, network.chip(index).flushed());
    }
  };
  std::visit(Visitor{*this, index}, write);
}

void NetworkImpl::port_fault_changed(SwitchOs& os, PortIndex port) {
  port_changed({index_of(os), port});
}

void NetworkImpl::port_admin_changed(SwitchOs& os, PortIndex port) {
  later(Step::carrier, index_of(os), static_cast<std::uint16_t>(port));
  settle();
}

void NetworkImpl::port_power_changed(SwitchOs& os, PortIndex port) {
  port_admin_changed(os, port);
}

void NetworkImpl::configuration_changed(SwitchOs& os, std::string_view key) {
  const NodeIndex index = index_of(os);
  const bool of_a_trunk = key.starts_with("ports.") && key.ends_with(".trunk");
  if (of_a_trunk || (key.empty() && state(index).trunks_changed)) {
    state(index).trunks_changed = of_a_trunk;
    assign_port_roles(*this, node(index), state(index));
    later(Step::interfaces, index);
  }
  node_changed(index);
  follow_configuration(index);
  settle();
}

void NetworkImpl::cpu_changed(SwitchOs& os) {
  node_changed(index_of(os));
}

}  // namespace switchfault
