// The structure of a Network from its Topology. Ports and interfaces are numbered by the natural
// order of their names and links by their ends, so that the order of lines in a file changes
// nothing. REQUIRES: the topology has passed validation (names resolve, no port is used twice).

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>

#include "core/check.h"
#include "net/control_frames.h"
#include "net/network_impl.h"
#include "net/packet_plane.h"
#include "net/port_names.h"
#include "net/port_roles.h"
#include "net/stateful.h"
#include "net/storm.h"
#include "net/walker.h"

namespace switchfault {
namespace {

template <typename Configs>
auto in_natural_order(const Configs& configs) {
  std::vector<const typename Configs::value_type*> sorted;
  sorted.reserve(configs.size());
  for (const auto& config : configs) {
    sorted.push_back(&config);
  }
  std::ranges::sort(
      sorted, [](const auto* a, const auto* b) { return natural_order(a->name, b->name) < 0; });
  return sorted;
}

LogicalPort find_logical(const Node& node, std::string_view name) {
  const auto physical = std::span(node.logical_ports).first(node.ports.size());
  const auto found = std::ranges::lower_bound(
      physical, name, [](auto a, auto b) { return natural_order(a, b) < 0; },
      &LogicalPortInfo::name);
  if (found != physical.end() && found->name == name) {
    return static_cast<LogicalPort>(found - physical.begin());
  }
  for (std::size_t i = node.ports.size(); i < node.logical_ports.size(); ++i) {
    if (node.logical_ports[i].name == name) {
      return static_cast<LogicalPort>(i);
    }
  }
  return LogicalPort::none;
}

// "2/0/13" and "eth2/13" are ports of the second box of a stack; a name without a slash is of the
// first.
std::uint16_t box_of(std::string_view name, std::uint32_t boxes) {
  const std::size_t slash = name.find('/');
  if (boxes < 2 || slash == std::string_view::npos) {
    return 0;
  }
  std::uint32_t number = 0;
  const std::size_t digits = name.find_first_of("0123456789");
  for (std::size_t i = digits; i < slash; ++i) {
    number = number * 10 + static_cast<std::uint32_t>(name[i] - '0');
  }
  return static_cast<std::uint16_t>(number >= 1 && number <= boxes ? number - 1 : 0);
}

void build_ports(Node& node, NodeState& state, std::span<const std::string_view> names) {
  node.ports.resize(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    node.ports[i].name = names[i];
    node.ports[i].entity = {EntityKind::port, state.first_port + static_cast<std::uint32_t>(i)};
    node.ports[i].box = box_of(names[i], node.config->boxes);
  }
}

// Physical ports first, then aggregates.
void build_logical_ports(Node& node, NodeState& state) {
  node.logical_ports.reserve(node.ports.size() + node.config->lags.size());
  for (const Port& port : node.ports) {
    LogicalPortInfo& logical = node.logical_ports.emplace_back();
    logical.name = port.name;
    logical.entity = port.entity;
  }
  std::uint32_t row = state.first_interface;
  for (const LagConfig* lag : in_natural_order(node.config->lags)) {
    std::vector<PortIndex> members;
    for (const Name& member : lag->members) {
      members.push_back(static_cast<PortIndex>(find_logical(node, member.text)));
    }
    std::ranges::sort(members);
    state.lag_members.insert(state.lag_members.end(), members.begin(), members.end());
    LogicalPortInfo& logical = node.logical_ports.emplace_back();
    logical.name = lag->name;
    logical.aggregate = lag;
    logical.entity = {EntityKind::interface, row++};
  }
  for (const PortConfig& config : node.config->ports) {
    const LogicalPort port = find_logical(node, config.name);
    SF_CHECK(port != LogicalPort::none);
    node.logical_ports[static_cast<std::size_t>(port)].config = &config;
  }
}

// The global VRF, then the others by name.
void build_vrfs(Node& node) {
  node.vrfs.emplace_back("");
  for (const InterfaceConfig& interface : node.config->interfaces) {
    const auto place = std::ranges::lower_bound(node.vrfs, interface.vrf);
    if (place == node.vrfs.end() || *place != interface.vrf) {
      node.vrfs.insert(place, interface.vrf);
    }
  }
}

// The ports of interfaces in their natural order, which is that of the ports: mostly the next one.
class PortsInOrder {
 public:
  explicit PortsInOrder(const Node& node) : node_(node) {}
  LogicalPort find(std::string_view name) {
    const bool is_next = next_ < node_.ports.size() && node_.ports[next_].name == name;
    const LogicalPort port = is_next ? static_cast<LogicalPort>(next_) : find_logical(node_, name);
    SF_CHECK(port != LogicalPort::none);
    next_ = static_cast<std::size_t>(port) + 1;
    return port;
  }

 private:
  const Node& node_;
  std::size_t next_ = 0;
};

void build_interfaces(Node& node, const NodeState& state) {
  build_vrfs(node);
  std::uint32_t row = state.first_interface + static_cast<std::uint32_t>(node.config->lags.size());
  node.interfaces.reserve(node.config->interfaces.size());
  PortsInOrder ports(node);
  for (const InterfaceConfig* config : in_natural_order(node.config->interfaces)) {
    const InterfaceName name = parse_interface_name(*config);
    Interface& interface = node.interfaces.emplace_back();
    interface.name = config->name;
    interface.config = config;
    interface.entity = {EntityKind::interface, row++};
    interface.kind = name.kind;
    interface.vlan = name.vlan;
    interface.vrf =
        static_cast<VrfIndex>(std::ranges::lower_bound(node.vrfs, config->vrf) - node.vrfs.begin());
    interface.mac = {node.mac.bits + node.interfaces.size()};
    if (!name.port.empty()) {
      interface.port = ports.find(name.port);
    }
  }
}

// Node MACs have 24 bits of their own: in a large network two may derive the same. The later id
// then takes the next one, so that addresses never depend on the order of the file.
void derive_macs(std::vector<Node>& nodes) {
  std::map<MacAddress, NodeIndex> taken;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    std::uint64_t id = nodes[i].stable_id;
    do {
      nodes[i].mac = derived_mac(id++, 0);
    } while (!taken.try_emplace(nodes[i].mac, static_cast<NodeIndex>(i)).second);
  }
}

// Kind and arguments as one text; two instances of a kind differ in it, or need not be told apart.
std::string identity_of(const ProtocolConfig& config) {
  std::vector<std::string> parts;
  for (const Argument& argument : config.arguments) {
    std::string part = argument.name + "=" + argument.text;
    for (const std::string& item : argument.items) {
      part += "," + item;
    }
    parts.push_back(std::move(part));
  }
  std::ranges::sort(parts);
  std::string identity = config.kind;
  for (const std::string& part : parts) {
    identity += " " + part;
  }
  return identity;
}

std::vector<const ProtocolConfig*> protocols_in_order(const NodeConfig& node) {
  std::vector<std::pair<std::string, const ProtocolConfig*>> sorted;
  for (const ProtocolConfig& config : node.protocols) {
    sorted.emplace_back(identity_of(config), &config);
  }
  std::ranges::stable_sort(
      sorted, [](const auto& a, const auto& b) { return natural_order(a.first, b.first) < 0; });
  std::vector<const ProtocolConfig*> protocols;
  protocols.reserve(sorted.size());
  for (const auto& [identity, config] : sorted) {
    protocols.push_back(config);
  }
  return protocols;
}

std::uint64_t stable_id_of(const NodeConfig& config, const SwitchOs* os) {
  return os != nullptr ? os->stable_id() : stable_hash(config.id.empty() ? config.name : config.id);
}

// The tables of a node without OS: the kernel of a host, or the bridge of a segment.
std::unique_ptr<Chip> own_chip(const Node& node) {
  const NodeConfig& config = *node.config;
  return std::make_unique<Chip>(node.ports.size(), config.lags.size(),
                                ChipCapacity{.macs = config.mac_capacity,
                                             .routes = config.route_capacity,
                                             .neighbors = config.neighbor_capacity},
                                config.mac_ageing.value_or(kDefaultMacAgeing),
                                config.neighbors.reachable.value_or(
                                    config.neighbor_timeout.value_or(kDefaultHostNeighborTimeout)));
}

// Of kernels that probe; those of others are set where the chip is made.
// Linux draws the reachable time for each device (neigh_rand_reach_time()), and anew every 300 s,
// which is not modelled. Dell's N series asks again for an entry that was used when its age is
// over; five retries are the default of Dell's OS9, which spaces them exponentially.
NeighborTimers neighbor_timers(const NodeConfig& config, std::uint64_t stable_id,
                               const Random& random) {
  using std::chrono::seconds;
  const NeighborConfig& from = config.neighbors;
  const bool kernel = from.profile == NeighborConfig::Profile::linux_kernel;
  NeighborTimers timers;
  timers.lifetime = from.reachable.value_or(
      kernel ? Duration(seconds{30}) : config.neighbor_timeout.value_or(kDefaultNeighborTimeout));
  if (kernel) {
    timers.lifetime =
        random.uniform({.purpose = Purpose("net.neighbor_reachable"), .entity = stable_id},
                       timers.lifetime / 2, timers.lifetime * 3 / 2);
  }
  timers.probed = timers.lifetime > Duration::zero();  // Else entries stay for ever.
  timers.delay = from.delay.value_or(seconds{kernel ? 5 : 0});
  timers.retransmit = from.retransmit.value_or(seconds{1});
  timers.probes = from.probes.value_or(kernel ? 3 : 5);
  return timers;
}

// A link of the file with its ends found, the lesser one first.
struct PlacedLink {
  PortRef a, b;
  const LinkConfig* config;
  bool turned;  // The file names the ends the other way round.
};

PortRef place_end(const PortNames::End& end) {
  SF_CHECK(end.node != PortNames::End::kUnknown);
  return {static_cast<NodeIndex>(end.node), static_cast<PortIndex>(end.port)};
}

std::vector<PlacedLink> place_links(const Topology& topology, const PortNames& names) {
  std::vector<PlacedLink> placed;
  placed.reserve(topology.links.size());
  for (std::size_t i = 0; i < topology.links.size(); ++i) {
    const PortRef a = place_end(names.link_ends()[2 * i]);
    const PortRef b = place_end(names.link_ends()[2 * i + 1]);
    placed.push_back({std::min(a, b), std::max(a, b), &topology.links[i], b < a});
  }
  std::ranges::sort(placed, {}, [](const PlacedLink& link) { return std::pair(link.a, link.b); });
  return placed;
}

Link make_link(const PlacedLink& placed, std::size_t index) {
  const LinkConfig& config = *placed.config;
  Link link;
  link.entity = {EntityKind::link, static_cast<std::uint32_t>(index)};
  link.a = placed.a;
  link.b = placed.b;
  link.rate = config.rate;
  link.delay = config.delay;
  link.dark[0] = link.dark[1] = !config.up;
  const std::size_t forth = placed.turned ? 1 : 0;
  link.loss[forth] = config.loss_ab;
  link.loss[1 - forth] = config.loss_ba;
  link.background[forth] = config.background_ab;
  link.background[1 - forth] = config.background_ba;
  return link;
}

std::unique_ptr<MlagState> make_mlag(const Network& network, const Node& node, NodeIndex index) {
  if (!node.config->mlag) {
    return nullptr;
  }
  const MlagConfig& config = *node.config->mlag;
  auto mlag = std::make_unique<MlagState>();
  mlag->peer = network.find_node(config.peer.text);
  SF_CHECK(mlag->peer != NodeIndex::none);
  mlag->peer_link = find_logical(node, config.peer_link.text);
  SF_CHECK(mlag->peer_link != LogicalPort::none);
  mlag->on_loss = config.on_peer_link_loss;
  // Should both or neither claim to be primary, the lesser id is.
  const auto& peer = network.node(mlag->peer).config->mlag;
  mlag->primary = peer && peer->primary != config.primary ? config.primary : index < mlag->peer;
  return mlag;
}

}  // namespace

NetworkImpl::NetworkImpl(Network& facade, const Network::Context& context,
                         const Topology& whole_topology, const PortNames& names,
                         std::span<const NodeConfig* const> configs,
                         std::span<SwitchOs* const> instances)
    : network(facade),
      simulator(context.simulator),
      log(context.log),
      random(context.random),
      topology(whole_topology),
      skip_quiet_time(context.skip_quiet_time),
      nodes(configs.size()),
      states(configs.size()),
      watches(configs.size(), whole_topology.links.size()) {
  SF_CHECK(instances.size() == configs.size());
  std::size_t most_ports = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    nodes[i].entity = {EntityKind::node, static_cast<std::uint32_t>(i)};
    nodes[i].kind = configs[i]->kind;
    nodes[i].config = configs[i];
    nodes[i].os = instances[i];
    nodes[i].stable_id = stable_id_of(*configs[i], instances[i]);
    most_ports = std::max(most_ports, names.of(i).size());
  }
  derive_macs(nodes);
  identity.resize(most_ports);
  for (std::size_t i = 0; i < most_ports; ++i) {
    identity[i] = static_cast<PortIndex>(i);
  }
  build_nodes(names);
  build_links(names);
  build_lookups();
  frames = std::make_unique<ControlFrames>(*this);
  walker = std::make_unique<Walker>(*this);
  storms = std::make_unique<Storms>(*this, walker->domains(), walker->forwarding());
  released_timer_ =
      Timer(simulator, Phase::settle, Entity(), Entity(), [this] { tell_released(); });
}

// Protocols hold flows that look for the lists they are in.
NetworkImpl::~NetworkImpl() {
  for (Node& node : nodes) {
    node.protocols.clear();
  }
}

void NetworkImpl::build_nodes(const PortNames& names) {
  std::uint32_t ports = 0;
  std::uint32_t interfaces = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    Node& node = nodes[i];
    NodeState& state = states[i];
    state.first_port = ports;
    state.first_interface = interfaces;
    build_ports(node, state, names.of(i));
    build_logical_ports(node, state);
    build_interfaces(node, state);
    ports += static_cast<std::uint32_t>(node.ports.size());
    interfaces += static_cast<std::uint32_t>(node.config->lags.size() + node.interfaces.size());
    assign_port_roles(*this, node, state);
    state.routes = std::make_unique<RoutingTable>(node.config->routes, node.vrfs);
    if (node.config->next_hop_group_keep > Duration::zero()) {
      state.routes->keep_groups(node.config->next_hop_group_keep);
    }
    if (node.os == nullptr) {
      state.own_chip = own_chip(node);
    } else {
      node.os->set_port_names({names.of(i).begin(), names.of(i).end()});
      node.os->add_listener(*this);
    }
    if (node.config->neighbors.profile != NeighborConfig::Profile::idle) {
      chip(static_cast<NodeIndex>(i))
          .set_neighbor_timers(neighbor_timers(*node.config, node.stable_id, random));
    }
  }
}

void NetworkImpl::build_links(const PortNames& names) {
  const std::vector<PlacedLink> placed = place_links(topology, names);
  links.reserve(placed.size());
  for (std::size_t i = 0; i < placed.size(); ++i) {
    links.push_back(make_link(placed[i], i));
    for (const PortRef end : {placed[i].a, placed[i].b}) {
      SF_CHECK(port(end).link == LinkIndex::none);
      port(end).link = static_cast<LinkIndex>(i);
    }
  }
}

void NetworkImpl::build_lookups() {
  std::size_t interfaces = 0;
  std::size_t prefixes = 0;
  for (const Node& node : nodes) {
    interfaces += node.interfaces.size();
    for (const Interface& interface : node.interfaces) {
      prefixes += interface.addresses.size();
    }
  }
  by_name.reserve(nodes.size());
  macs.reserve(interfaces);
  addresses.reserve(prefixes);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto index = static_cast<NodeIndex>(i);
    by_name.push_back(index);
    for (std::size_t j = 0; j < nodes[i].interfaces.size(); ++j) {
      const Interface& interface = nodes[i].interfaces[j];
      macs.push_back({interface.mac, index, static_cast<InterfaceIndex>(j)});
      for (const IpPrefix& address : interface.addresses) {
        addresses.push_back({address.address(), index, static_cast<InterfaceIndex>(j)});
      }
    }
  }
  std::ranges::sort(by_name, {},
                    [&](NodeIndex index) { return std::string_view(node(index).config->name); });
  std::ranges::sort(addresses);
  std::ranges::sort(macs);
}

void NetworkImpl::set_address(NodeIndex index, InterfaceIndex interface, const IpPrefix& address,
                              bool present) {
  Node& box = node(index);
  NodeState& own = state(index);
  const auto place = static_cast<std::size_t>(interface);
  const auto has = [&](const IpPrefix& one) { return one.address() == address.address(); };
  if (std::ranges::any_of(box.interfaces[place].addresses, has) == present) {
    return;
  }
  own.moved_addresses.resize(box.interfaces.size());
  auto& list = own.moved_addresses[place];
  if (!list) {
    list.emplace(box.interfaces[place].addresses.begin(), box.interfaces[place].addresses.end());
  }
  const AddressOwner owner{address.address(), index, interface};
  if (present) {
    list->push_back(address);
    addresses.insert(std::ranges::lower_bound(addresses, owner), owner);
  } else {
    std::erase_if(*list, has);
    std::erase(addresses, owner);
  }
  assign_addresses(box, own);
  ++address_assignments;
  node_changed(index);
  later(Step::routes, index);
  settle();
}

std::span<const AddressOwner> NetworkImpl::owners_of(const IpAddress& address) const {
  const auto begin = std::ranges::lower_bound(addresses, address, {}, &AddressOwner::address);
  const auto end = std::ranges::upper_bound(addresses, address, {}, &AddressOwner::address);
  return {begin, end};
}

std::span<const MacOwner> NetworkImpl::owners_of(MacAddress mac) const {
  const auto begin = std::ranges::lower_bound(macs, mac, {}, &MacOwner::mac);
  const auto end = std::ranges::upper_bound(macs, mac, {}, &MacOwner::mac);
  return {begin, end};
}

bool NetworkImpl::has_address(NodeIndex index, VrfIndex vrf, const IpAddress& address) const {
  const Node& box = node(index);
  if (box.kind == NodeKind::external) {
    const auto& routes = box.config->routes;
    const auto discards = [](const RouteConfig& route) { return route.discard; };
    const auto answers = [&](const RouteConfig& route) {
      return route.discard && IpPrefix::parse(route.prefix)->contains(address);
    };
    if (std::ranges::none_of(routes, discards) || std::ranges::any_of(routes, answers)) {
      return true;
    }
  }
  return std::ranges::any_of(box.interfaces, [&](const Interface& interface) {
    return interface.up && interface.vrf == vrf &&
           std::ranges::any_of(interface.addresses,
                               [&](const IpPrefix& own) { return own.address() == address; });
  });
}

VrfIndex NetworkImpl::vrf_of(NodeIndex index, const IpAddress& address) const {
  for (const Interface& interface : node(index).interfaces) {
    if (std::ranges::any_of(interface.addresses,
                            [&](const IpPrefix& own) { return own.address() == address; })) {
      return interface.vrf;
    }
  }
  return VrfIndex::global;
}

void NetworkImpl::build_pairs() {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    states[i].mlag = make_mlag(network, nodes[i], static_cast<NodeIndex>(i));
  }
}

void NetworkImpl::build_protocols(std::span<const ProtocolKind> kinds) {
  for (const ProtocolKind& kind : kinds) {
    reserved_kinds.push_back(kind.reserved);
    per_link_kinds.push_back(kind.per_link);
    bytes_of_kinds.push_back(kind.bytes);
  }
  shared_of_kinds.resize(kinds.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    Node& node = nodes[i];
    if (node.os == nullptr) {
      continue;  // Hosts may have taken protocols from defaults; nobody runs them.
    }
    std::vector<std::uint16_t> made(kinds.size(), 0);  // Of each kind on this node.
    for (const ProtocolConfig* config : protocols_in_order(*node.config)) {
      const auto kind = std::ranges::find(kinds, config->kind,
                                          [](const ProtocolKind& row) { return row.info.name; });
      SF_CHECK(kind != kinds.end());
      const auto id = static_cast<std::uint16_t>(kind - kinds.begin());
      const ProtocolContext context{.simulator = simulator,
                                    .log = log,
                                    .random = random,
                                    .network = network,
                                    .os = *node.os,
                                    .node = static_cast<NodeIndex>(i),
                                    .id = id,
                                    .instance = made[id]++,
                                    .skip_quiet_time = skip_quiet_time,
                                    .shared = shared_of_kinds[id]};
      node.protocols.push_back(kind->make(context, ArgumentReader(config->arguments)));
      states[i].protocol_slots.push_back({.kind = id});
    }
  }
}

Network::Network(const Context& context, const Topology& topology, const PortNames& names,
                 std::span<const NodeConfig* const> nodes, std::span<SwitchOs* const> instances,
                 std::span<const ProtocolKind> protocols)
    : impl_(std::make_unique<NetworkImpl>(*this, context, topology, names, nodes, instances)) {
  // What looks around in the network while it is made needs impl_ in its place.
  impl_->build_pairs();
  impl_->stateful = std::make_unique<StatefulNodes>(*impl_, impl_->walker->forwarding());
  impl_->build_protocols(protocols);
}

Network::~Network() = default;

}  // namespace switchfault
