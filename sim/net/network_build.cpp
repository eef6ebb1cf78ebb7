// The structure of a Network from its Topology. Ports and interfaces are numbered by the natural
// order of their names and links by their ends, so that the order of lines in a file changes
// nothing. REQUIRES: the topology has passed validation (names resolve, no port is used twice).

#include <algorithm>
#include <bit>
#include <functional>
#include <iterator>
#include <numeric>
#include <string>
#include <type_traits>
#include <utility>

#include "core/check.h"
#include "core/prefetch.h"
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

constexpr VlanId kVlanBits = 0xfff;
constexpr std::size_t kAhead = 4;  // Interfaces of which addresses are fetched meanwhile.
constexpr std::uint64_t kMacBits = 0xffff'ffff'ffff;

std::vector<const LagConfig*> in_natural_order(const std::vector<LagConfig>& lags) {
  std::vector<const LagConfig*> sorted;
  sorted.reserve(lags.size());
  for (const LagConfig& lag : lags) {
    sorted.push_back(&lag);
  }
  sort_naturally(sorted, [](const LagConfig* lag) { return std::string_view(lag->name); });
  return sorted;
}

LogicalPort find_logical(const Node& node, std::string_view name) {
  const auto names = node.port_names();
  const auto found = std::ranges::lower_bound(names, name, naturally_before);
  if (found != names.end() && *found == name) {
    return static_cast<LogicalPort>(found - names.begin());
  }
  for (std::size_t i = node.ports.size(); i < node.logical_ports.size(); ++i) {
    if (node.logical_ports[i].aggregate()->name == name) {
      return static_cast<LogicalPort>(i);
    }
  }
  return LogicalPort::none;
}

// Physical ports first, then aggregates.
void build_ports(Node& node, NodeState& state) {
  const std::size_t physical = node.ports.size();
  for (std::size_t i = 0; i < physical; ++i) {
    node.logical_ports[i].row = state.first_port + static_cast<std::uint32_t>(i);
    node.logical_ports[i].self = static_cast<PortIndex>(i);
  }
  const NodeConfig& config = *node.config;
  if (config.lags.empty() && config.ports.empty()) {
    return;
  }
  state.plan = std::make_unique<PortPlan>();
  PortPlan& plan = *state.plan;
  plan.settings.reserve(config.lags.size() + config.ports.size());
  const std::vector<const LagConfig*> lags = in_natural_order(config.lags);
  for (std::size_t i = 0; i < lags.size(); ++i) {
    std::vector<PortIndex> members;
    for (const Name& member : lags[i]->members) {
      members.push_back(static_cast<PortIndex>(find_logical(node, member.text)));
    }
    std::ranges::sort(members);
    plan.lag_members.insert(plan.lag_members.end(), members.begin(), members.end());
    LogicalPortInfo& logical = node.logical_ports[physical + i];
    PortSettings& settings = plan.settings.emplace_back();
    settings.aggregate = lags[i];
    logical.settings = &settings;
    logical.row = state.first_interface + static_cast<std::uint32_t>(i);
  }
  for (const PortConfig& port : config.ports) {
    const LogicalPort found = find_logical(node, port.name);
    SF_CHECK(found != LogicalPort::none);
    LogicalPortInfo& logical = node.logical_ports[static_cast<std::size_t>(found)];
    if (logical.settings == nullptr) {
      logical.settings = &plan.settings.emplace_back();
    }
    const auto place = logical.settings - plan.settings.data();
    plan.settings[static_cast<std::size_t>(place)].config = &port;
  }
}

// The global VRF, then the others by name.
std::vector<std::string_view> vrf_names(const NodeConfig& config) {
  std::vector<std::string_view> names = {""};
  for (const InterfaceConfig& interface : config.interfaces) {
    const auto place = std::ranges::lower_bound(names, interface.vrf);
    if (place == names.end() || *place != interface.vrf) {
      names.insert(place, interface.vrf);
    }
  }
  return names;
}

// MACs of nodes given so far. Open addressing; no node has the MAC 0.
class TakenMacs {
 public:
  explicit TakenMacs(std::size_t nodes) : slots_(std::bit_ceil(2 * nodes + 1)) {}
  // False: it is taken.
  bool take(MacAddress mac) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = (mac.bits >> 16U) & mask;
    while (slots_[at] != MacAddress()) {
      if (slots_[at] == mac) {
        return false;
      }
      at = (at + 1) & mask;
    }
    slots_[at] = mac;
    return true;
  }

 private:
  std::vector<MacAddress> slots_;
};

// The ports of interfaces in their natural order, which is that of the ports: mostly the next one.
class PortsInOrder {
 public:
  explicit PortsInOrder(const Node& node) : node_(node) {}
  LogicalPort find(std::string_view name) {
    const bool is_next = next_ < node_.ports.size() && node_.port_names()[next_] == name;
    const LogicalPort port = is_next ? static_cast<LogicalPort>(next_) : find_logical(node_, name);
    SF_CHECK(port != LogicalPort::none);
    next_ = static_cast<std::size_t>(port) + 1;
    return port;
  }

 private:
  const Node& node_;
  std::size_t next_ = 0;
};

// The places of a node's interfaces in the natural order of their names.
class InterfaceOrder {
 public:
  // True if they are named as those of the node before, in the same order of the file.
  bool follow(const std::vector<InterfaceConfig>& configs) {
    const bool alike =
        before_ != nullptr &&
        std::ranges::equal(configs, *before_, {}, &InterfaceConfig::name, &InterfaceConfig::name);
    if (!alike) {
      places_.resize(configs.size());
      std::iota(places_.begin(), places_.end(), 0U);
      sort_naturally(places_, [&](std::uint32_t i) { return std::string_view(configs[i].name); });
    }
    before_ = &configs;
    return alike;
  }
  [[nodiscard]] const std::vector<std::uint32_t>& places() const { return places_; }

 private:
  const std::vector<InterfaceConfig>* before_ = nullptr;
  std::vector<std::uint32_t> places_;
};

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

// A link of the file, as seen from its lesser end.
struct PlacedLink {
  const LinkConfig* config;
  bool turned;  // The file names the ends the other way round.
};

// Of one interface.
std::uint64_t* write_addresses(const std::vector<InterfaceAddress>& addresses, std::uint64_t* to) {
  for (const InterfaceAddress& address : addresses) {
    to = PrefixList::write(address.prefix, &address == &addresses.back(), to);
  }
  return to;
}

PortRef place_end(const PortNames::End& end) {
  SF_CHECK(end.node != PortNames::End::kUnknown);
  return {static_cast<NodeIndex>(end.node), static_cast<PortIndex>(end.port)};
}

LinkTerms terms_of(const PlacedLink& placed) {
  const LinkConfig& config = *placed.config;
  LinkTerms terms;
  terms.rate = config.rate;
  terms.delay = config.delay;
  const std::size_t forth = placed.turned ? 1 : 0;
  terms.loss[forth] = config.loss_ab;
  terms.loss[1 - forth] = config.loss_ba;
  terms.background[forth] = config.background_ab;
  terms.background[1 - forth] = config.background_ba;
  return terms;
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

// Adds a row to a sorted table or takes it out.
template <typename Address>
void set_owner(std::vector<std::pair<Address, std::uint32_t>>& owners, const Address& address,
               std::uint32_t interface, bool present) {
  const std::pair row(address, interface);
  if (present) {
    owners.insert(std::ranges::lower_bound(owners, row), row);
  } else {
    std::erase(owners, row);
  }
}

}  // namespace

NetworkImpl::NetworkImpl(Network& facade, const Network::Context& context,
                         const Topology& whole_topology, PortNames names,
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
      port_names(std::move(names)),
      watches(configs.size(), whole_topology.links.size()) {
  SF_CHECK(instances.size() == configs.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    nodes[i].entity = {EntityKind::node, static_cast<std::uint32_t>(i)};
    nodes[i].kind = configs[i]->kind;
    nodes[i].config = configs[i];
    nodes[i].os = instances[i];
    nodes[i].stable_id = stable_id_of(*configs[i], instances[i]);
  }
  derive_macs();
  build_nodes();
  build_links();
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

// Node MACs have 24 bits of their own: in a large network two may derive the same. The later id
// then takes the next one, so that addresses never depend on the order of the file.
void NetworkImpl::derive_macs() {
  TakenMacs taken(nodes.size());
  std::vector<std::pair<MacAddress, NodeIndex>> sorted;
  sorted.reserve(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    std::uint64_t id = nodes[i].stable_id;
    do {
      nodes[i].mac = derived_mac(id++, 0);
    } while (!taken.take(nodes[i].mac));
    sorted.emplace_back(nodes[i].mac, static_cast<NodeIndex>(i));
  }
  std::ranges::sort(sorted);
  by_mac.reserve(nodes.size());
  for (const auto& [mac, index] : sorted) {
    by_mac.push_back(index);
  }
}

// What is known from the nodes before: many are alike.
struct NetworkImpl::InterfaceWork {
  std::uint64_t* next_prefix;  // Where the addresses of the next node go.
  const Node* before = nullptr;
  InterfaceOrder order{};
};

void NetworkImpl::build_nodes() {
  std::size_t port_count = 0, aggregate_count = 0, interface_count = 0, prefix_count = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const NodeConfig& config = *nodes[i].config;
    NodeState& state = states[i];
    state.first_port = static_cast<std::uint32_t>(port_count);
    state.first_interface = static_cast<std::uint32_t>(aggregate_count + interface_count);
    port_count += port_names.of(i).size();
    aggregate_count += config.lags.size();
    interface_count += config.interfaces.size();
    most_interfaces = std::max(most_interfaces, config.interfaces.size());
    for (const InterfaceConfig& interface : config.interfaces) {
      prefix_count += interface.addresses.size();
    }
  }
  ports.resize(port_count);
  logical_ports.resize(port_count + aggregate_count);
  interfaces.resize(interface_count);
  prefixes = ZeroedTable<std::uint64_t>(prefix_count * PrefixList::kV6Words);
  InterfaceWork work{.next_prefix = prefixes.data()};
  std::size_t aggregates = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    Node& node = nodes[i];
    NodeState& state = states[i];
    const std::size_t lags = node.config->lags.size();
    const std::span<const std::string_view> names = port_names.of(i);
    node.first_port_name = names.data();
    const std::size_t physical = names.size();
    node.ports = Rows(std::span(ports).subspan(state.first_port, physical));
    node.logical_ports =
        Rows(std::span(logical_ports).subspan(state.first_port + aggregates, physical + lags));
    node.interfaces =
        Rows(std::span(interfaces)
                 .subspan(state.first_interface - aggregates, node.config->interfaces.size()));
    aggregates += lags;
    build_ports(node, state);
    state.first_address = static_cast<std::uint32_t>(work.next_prefix - prefixes.data());
    build_interfaces(node, state, work);
    assign_port_roles(*this, node, state);
    if (node.config->next_hop_group_keep > Duration::zero()) {
      state.routes.keep_groups(node.config->next_hop_group_keep);
    }
    if (node.os == nullptr) {
      state.own_chip = own_chip(node);
    } else {
      state.control = std::make_unique<NodeState::Control>();
      node.os->set_port_names(node.port_names());
      node.os->add_listener(*this);
    }
    if (node.config->neighbors.profile != NeighborConfig::Profile::idle) {
      chip(static_cast<NodeIndex>(i))
          .set_neighbor_timers(neighbor_timers(*node.config, node.stable_id, random));
    }
  }
}

void NetworkImpl::build_interfaces(Node& node, const NodeState& state, InterfaceWork& work) {
  const Node* before = work.before;
  std::vector<std::string_view> names = vrf_names(*node.config);
  const bool same_vrfs = before != nullptr && *before->vrf_names == names;
  node.vrf_names = same_vrfs ? before->vrf_names : &*vrf_lists.insert(std::move(names)).first;
  const auto first_row =
      state.first_interface + static_cast<std::uint32_t>(node.config->lags.size());
  PortsInOrder order(node);
  const bool alike = work.order.follow(node.config->interfaces) &&
                     node.first_port_name == before->first_port_name && node.config->lags.empty() &&
                     before->config->lags.empty();
  const std::vector<std::uint32_t>& places = work.order.places();
  for (std::size_t i = 0; i < places.size(); ++i) {
    const InterfaceConfig& config = node.config->interfaces[places[i]];
    if (i + kAhead < places.size()) {
      prefetch(node.config->interfaces[places[i + kAhead]].addresses.data());
    }
    Interface& interface = node.interfaces[i];
    interface.config = &config;
    interface.row = first_row + static_cast<std::uint32_t>(i);
    const auto vrf = std::ranges::lower_bound(node.vrfs(), config.vrf);
    interface.vrf = static_cast<VrfIndex>(vrf - node.vrfs().begin());
    interface.mac_bits = (node.mac.bits + i + 1) & kMacBits;
    if (alike && before->interfaces[i].config->vlan == config.vlan) {
      interface.kind = before->interfaces[i].kind;
      interface.vlan = before->interfaces[i].vlan;
      interface.port = before->interfaces[i].port;
    } else {
      const InterfaceName name = parse_interface_name(config);
      interface.kind = name.kind;
      interface.vlan = name.vlan & kVlanBits;
      if (!name.port.empty()) {
        interface.port = order.find(name.port);
      }
    }
    work.next_prefix = write_addresses(config.addresses, work.next_prefix);
  }
  work.before = &node;
}

// In the order of their lesser ends. A port says which end in the file is there, then which link.
void NetworkImpl::build_links() {
  const std::vector<PortNames::End>& ends = port_names.link_ends();
  for (std::size_t end = 0; end < ends.size(); ++end) {
    LinkIndex& at = port(place_end(ends[end])).link;
    SF_CHECK(at == LinkIndex::none);
    at = static_cast<LinkIndex>(end);
  }
  links.reserve(topology.links.size());
  const LinkTerms* last = nullptr;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (std::size_t j = 0; j < nodes[i].ports.size(); ++j) {
      const PortRef a{static_cast<NodeIndex>(i), static_cast<PortIndex>(j)};
      const auto end = static_cast<std::size_t>(port(a).link);
      if (port(a).link == LinkIndex::none || (end < links.size() && links[end].b == a)) {
        continue;  // Its link is there already.
      }
      const PortRef b = place_end(ends[end ^ 1U]);
      const PlacedLink placed{&topology.links[end / 2], end % 2 != 0};
      if (const LinkTerms terms = terms_of(placed); last == nullptr || *last != terms) {
        last = &*link_terms.insert(terms).first;
      }
      const bool dark = !placed.config->up;
      port(a).link = port(b).link = static_cast<LinkIndex>(links.size());
      links.push_back({.a = a, .b = b, .terms = last, .dark = {dark, dark}});
    }
  }
  port_names.forget_places();
}

LinkTerms& NetworkImpl::change_terms(LinkIndex index) {
  const auto [own, made] = changed_terms.try_emplace(index, *link(index).terms);
  link(index).terms = &own->second;
  return own->second;
}

void NetworkImpl::build_lookups() {
  v4_owners.reserve(interfaces.size());
  for (std::uint32_t i = 0; i < interfaces.size(); ++i) {
    for (const IpPrefix& prefix : interfaces[i].addresses()) {
      const IpAddress address = prefix.address();
      if (address.is_v4()) {
        v4_owners.emplace_back(address.v4_bits(), i);
      } else {
        v6_owners.emplace_back(address, i);
      }
    }
  }
  std::ranges::sort(v4_owners);
  std::ranges::sort(v6_owners);
}

void NetworkImpl::set_address(NodeIndex index, InterfaceIndex interface, const IpPrefix& address,
                              bool present) {
  Node& box = node(index);
  NodeState& own = state(index);
  const auto place = static_cast<std::size_t>(interface);
  const auto has = [&](const IpPrefix& one) { return one.address() == address.address(); };
  if (std::ranges::any_of(box.interfaces[place].addresses(), has) == present) {
    return;
  }
  std::vector<IpPrefix> now;
  std::ranges::copy(box.interfaces[place].addresses(), std::back_inserter(now));
  if (present) {
    now.push_back(address);
  } else {
    std::erase_if(now, has);
  }
  std::vector<std::uint64_t>& words = moved_addresses[{index, interface}];
  words.resize(now.size() * PrefixList::kV6Words);
  std::uint64_t* to = words.data();
  for (const IpPrefix& one : now) {
    to = PrefixList::write(one, &one == &now.back(), to);
  }
  const auto row = static_cast<std::uint32_t>(&box.interfaces[place] - interfaces.data());
  if (address.address().is_v4()) {
    set_owner(v4_owners, address.address().v4_bits(), row, present);
  } else {
    set_owner(v6_owners, address.address(), row, present);
  }
  assign_addresses(*this, box, own);
  ++address_assignments;
  node_changed(index);
  later(Step::routes, index);
  settle();
}

AddressOwner NetworkImpl::owner_of(std::uint32_t interface) const {
  const Interface* const at = &interfaces[interface];
  const auto after = std::ranges::upper_bound(
      nodes, at, std::less<>(), [](const Node& node) { return node.interfaces.begin(); });
  const Node& owner = *std::prev(after);
  return {static_cast<NodeIndex>(owner.entity.index()),
          static_cast<InterfaceIndex>(at - owner.interfaces.begin())};
}

Owners NetworkImpl::owners_of(const IpAddress& address) const {
  Owners owners;
  const auto add_all = [&](const auto& rows, const auto& key) {
    using Row = typename std::decay_t<decltype(rows)>::value_type;
    for (auto row = std::ranges::lower_bound(rows, key, {}, &Row::first);
         row != rows.end() && row->first == key; ++row) {
      owners.push_back(owner_of(row->second));
    }
  };
  if (address.is_v4()) {
    add_all(v4_owners, address.v4_bits());
  } else {
    add_all(v6_owners, address);
  }
  return owners;
}

// That of an interface follows that of its node.
Owners NetworkImpl::owners_of(MacAddress mac) const {
  Owners owners;
  const MacAddress least{mac.bits - std::min<std::uint64_t>(mac.bits, most_interfaces)};
  const auto mac_of = [&](NodeIndex index) { return node(index).mac; };
  for (auto row = std::ranges::lower_bound(by_mac, least, {}, mac_of);
       row != by_mac.end() && mac_of(*row) < mac; ++row) {
    const std::uint64_t place = mac.bits - mac_of(*row).bits - 1;
    if (place < node(*row).interfaces.size()) {
      owners.push_back({*row, static_cast<InterfaceIndex>(place)});
    }
  }
  std::ranges::sort(owners);
  return owners;
}

bool NetworkImpl::has_address(NodeIndex index, VrfIndex vrf, const IpAddress& address) const {
  const Node& box = node(index);
  if (box.kind == NodeKind::external) {
    const auto& routes = box.config->routes;
    const auto discards = [](const RouteConfig& route) { return route.discard; };
    const auto answers = [&](const RouteConfig& route) {
      return route.discard && route.prefix.contains(address);
    };
    if (std::ranges::none_of(routes, discards) || std::ranges::any_of(routes, answers)) {
      return true;
    }
  }
  return std::ranges::any_of(box.interfaces, [&](const Interface& interface) {
    return interface.up && interface.vrf == vrf &&
           std::ranges::any_of(interface.addresses(),
                               [&](const IpPrefix& own) { return own.address() == address; });
  });
}

VrfIndex NetworkImpl::vrf_of(NodeIndex index, const IpAddress& address) const {
  for (const Interface& interface : node(index).interfaces) {
    if (std::ranges::any_of(interface.addresses(),
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

namespace {

// What a protocol is told in a VLAN goes before what it is told on the node.
Arguments arguments_in(const ProtocolConfig& config, VlanId vlan) {
  Arguments arguments = config.arguments;
  const auto own = config.vlans.find(vlan);
  for (const Argument& argument : own == config.vlans.end() ? Arguments() : own->second) {
    std::erase_if(arguments, [&](const Argument& other) { return other.name == argument.name; });
    arguments.push_back(argument);
  }
  return arguments;
}

}  // namespace

void NetworkImpl::build_protocols(std::span<const ProtocolKind> kinds) {
  for (const ProtocolKind& kind : kinds) {
    reserved_kinds.push_back(kind.reserved);
    per_link_kinds.push_back(kind.per_link);
    bytes_of_kinds.push_back(kind.bytes);
    second_bytes_of_kinds.push_back(kind.second_bytes);
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
      ProtocolContext context{.simulator = simulator,
                              .log = log,
                              .random = random,
                              .network = network,
                              .os = *node.os,
                              .node = static_cast<NodeIndex>(i),
                              .id = id,
                              .instance = 0,
                              .vlan = 0,
                              .skip_quiet_time = skip_quiet_time,
                              .shared = shared_of_kinds[id]};
      const auto make = [&](const Arguments& arguments) {
        context.instance = made[id]++;
        node.protocols.push_back(kind->make(context, ArgumentReader(arguments)));
        states[i].control->protocol_slots.push_back({.kind = id});
      };
      if (kind->per_vlan == nullptr || !kind->per_vlan(ArgumentReader(config->arguments))) {
        make(config->arguments);
        continue;
      }
      for (const VlanId vlan : known_vlans(node)) {
        context.vlan = vlan;
        make(arguments_in(*config, vlan));
      }
    }
  }
}

Network::Network(const Context& context, const Topology& topology, PortNames names,
                 std::span<const NodeConfig* const> nodes, std::span<SwitchOs* const> instances,
                 std::span<const ProtocolKind> protocols)
    : impl_(std::make_unique<NetworkImpl>(*this, context, topology, std::move(names), nodes,
                                          instances)) {
  // What looks around in the network while it is made needs impl_ in its place.
  impl_->build_pairs();
  impl_->stateful = std::make_unique<StatefulNodes>(*impl_, impl_->walker->forwarding());
  impl_->build_protocols(protocols);
}

Network::~Network() = default;

}  // namespace switchfault
