#include "net/forwarding.h"

#include <algorithm>
#include <tuple>

#include "core/check.h"

namespace switchfault {
namespace {

// The finaliser of SplitMix64: every input bit reaches every output bit.
std::uint64_t mix(std::uint64_t bits) {
  bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111ebULL;
  return bits ^ (bits >> 31U);
}

std::uint64_t combine(std::uint64_t hash, std::uint64_t value) {
  return mix(hash * 0x9e3779b97f4a7c15ULL + value);
}

// So that the choice of a next hop says nothing about that of a member at the same node.
constexpr std::uint64_t kMemberSalt = stable_hash("aggregate member");

struct CompiledFilter {
  bool permit = true;
  std::optional<IpPrefix> from, to;
  enum class Protocol : std::uint8_t { any, tcp, udp, icmp } protocol = Protocol::any;
  std::uint16_t port = 0;

  [[nodiscard]] bool matches(const Packet& packet) const {
    return (!from || from->contains(packet.source)) && (!to || to->contains(packet.destination)) &&
           matches(packet.protocol) && (port == 0 || port == packet.destination_port);
  }

  [[nodiscard]] bool matches(IpProtocol other) const {
    switch (protocol) {
      case Protocol::any:
        return true;
      case Protocol::tcp:
        return other == IpProtocol::tcp;
      case Protocol::udp:
        return other == IpProtocol::udp;
      case Protocol::icmp:
        return other == IpProtocol::icmp || other == IpProtocol::icmp6;
    }
    return false;
  }
};

CompiledFilter compile(const FilterRule& rule) {
  using Protocol = CompiledFilter::Protocol;
  CompiledFilter filter{.permit = rule.permit, .port = rule.port};
  if (!rule.from.empty()) {
    filter.from = IpPrefix::parse(rule.from);
    SF_CHECK(filter.from.has_value());
  }
  if (!rule.to.empty()) {
    filter.to = IpPrefix::parse(rule.to);
    SF_CHECK(filter.to.has_value());
  }
  filter.protocol = rule.protocol == "tcp"    ? Protocol::tcp
                    : rule.protocol == "udp"  ? Protocol::udp
                    : rule.protocol == "icmp" ? Protocol::icmp
                                              : Protocol::any;
  return filter;
}

// Kinds that pass on packets which are not for themselves.
bool forwards_packets(NodeKind kind) {
  switch (kind) {
    case NodeKind::switch_:
    case NodeKind::router:
    case NodeKind::firewall:
    case NodeKind::load_balancer:
      return true;
    case NodeKind::controller:
    case NodeKind::host:
    case NodeKind::external:
    case NodeKind::segment:
      return false;
  }
  return false;
}

bool has(std::span<const VlanId> sorted, VlanId vlan) {
  return std::binary_search(sorted.begin(), sorted.end(), vlan);
}

Verdict ended(Disposition disposition, Entity place, LogicalPort port = LogicalPort::none) {
  Verdict verdict;
  verdict.disposition = disposition;
  verdict.place = place;
  verdict.place_port = port;
  return verdict;
}

}  // namespace

// --- Trail ---------------------------------------------------------------------------------------

void Trail::clear() {
  places_.clear();
  ++generation_;
}

void Trail::add(NodeIndex node, VlanId vlan, MacAddress mac, LogicalPort port) {
  Crossing& crossing = crossed_[static_cast<std::size_t>(node)];
  const std::uint32_t before = crossing.generation == generation_ ? crossing.latest : kNoPlace;
  crossing = {generation_, static_cast<std::uint32_t>(places_.size())};
  places_.push_back({mac, before, vlan, port});
}

LogicalPort Trail::find(NodeIndex node, VlanId vlan, MacAddress mac) const {
  const Crossing& crossing = crossed_[static_cast<std::size_t>(node)];
  if (crossing.generation != generation_) {
    return LogicalPort::none;
  }
  for (std::uint32_t i = crossing.latest; i != kNoPlace; i = places_[i].before) {
    if (places_[i].mac == mac && places_[i].vlan == vlan) {
      return places_[i].port;
    }
  }
  return LogicalPort::none;
}

// --- Hashes --------------------------------------------------------------------------------------

std::uint64_t flow_hash(const Packet& packet) {
  std::uint64_t hash = combine(packet.source.high(), packet.source.low());
  hash = combine(hash, packet.destination.high());
  hash = combine(hash, packet.destination.low());
  return combine(hash, (static_cast<std::uint64_t>(packet.protocol) << 32U) |
                           (static_cast<std::uint64_t>(packet.source_port) << 16U) |
                           packet.destination_port);
}

std::size_t equal_choice(std::uint64_t hash, std::uint64_t seed, std::size_t count) {
  return count == 1 ? 0 : static_cast<std::size_t>(mix(hash ^ seed) % count);
}

std::size_t member_choice(std::uint64_t hash, std::uint64_t stable_id, std::size_t count) {
  return equal_choice(hash, stable_id ^ kMemberSalt, count);
}

std::uint64_t frame_hash(MacAddress source, MacAddress destination, VlanId vlan) {
  return combine(combine(source.bits, destination.bits), vlan);
}

// --- Layout --------------------------------------------------------------------------------------

struct Forwarding::Layout {
  struct VlanRow {
    VlanId vlan = 0;
    InterfaceIndex interface = InterfaceIndex::none;
    std::uint32_t first = 0, count = 0;  // Of `ports`.
  };
  struct RoutedRow {
    LogicalPort port = LogicalPort::none;
    VlanId tag = 0;
    InterfaceIndex interface = InterfaceIndex::none;
    friend auto operator<=>(const RoutedRow&, const RoutedRow&) = default;
  };

  Layout(const Node& node, const NodeState& state);
  [[nodiscard]] const VlanRow* row(VlanId vlan) const {
    const auto at = std::lower_bound(vlans.begin(), vlans.end(), vlan);
    return at == vlans.end() || *at != vlan ? nullptr
                                            : &rows[static_cast<std::size_t>(at - vlans.begin())];
  }

  std::vector<VlanId> vlans;  // Sorted, beside `rows`.
  std::vector<VlanRow> rows;
  std::vector<LogicalPort> ports;
  std::vector<RoutedRow> routed;  // Sorted.
  std::vector<CompiledFilter> filters;
  std::uint32_t assignment = 0;  // Of roles to ports, from which this was derived.
};

Forwarding::Layout::Layout(const Node& node, const NodeState& state)
    : assignment(state.role_assignments) {
  std::vector<std::pair<VlanId, LogicalPort>> members;
  for (std::size_t i = 0; i < node.logical_ports.size(); ++i) {
    const LogicalPortInfo& port = node.logical_ports[i];
    if (port.routed || port.members().empty()) {
      continue;
    }
    if (port.untagged != 0) {
      members.emplace_back(port.untagged, static_cast<LogicalPort>(i));
    }
    for (const VlanId vlan : port.tagged()) {
      members.emplace_back(vlan, static_cast<LogicalPort>(i));
    }
  }
  std::sort(members.begin(), members.end());
  for (const auto& [vlan, port] : members) {
    vlans.push_back(vlan);
    ports.push_back(port);
  }
  for (std::size_t i = 0; i < node.interfaces.size(); ++i) {
    const Interface& interface = node.interfaces[i];
    const auto index = static_cast<InterfaceIndex>(i);
    if (interface.kind == InterfaceKind::vlan) {
      vlans.push_back(interface.vlan);
    } else if (interface.kind != InterfaceKind::loopback) {
      const bool tagged = interface.kind == InterfaceKind::sub;
      routed.push_back({interface.port, tagged ? interface.vlan : VlanId{0}, index});
    }
  }
  std::sort(routed.begin(), routed.end());
  std::sort(vlans.begin(), vlans.end());
  vlans.erase(std::unique(vlans.begin(), vlans.end()), vlans.end());
  for (const VlanId vlan : vlans) {
    const auto range =
        std::equal_range(members.begin(), members.end(), std::pair(vlan, LogicalPort{}),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
    VlanRow row{.vlan = vlan,
                .first = static_cast<std::uint32_t>(range.first - members.begin()),
                .count = static_cast<std::uint32_t>(range.second - range.first)};
    for (std::size_t i = 0; i < node.interfaces.size(); ++i) {
      const Interface& interface = node.interfaces[i];
      if (interface.kind == InterfaceKind::vlan && interface.vlan == vlan) {
        row.interface = static_cast<InterfaceIndex>(i);
      }
    }
    rows.push_back(row);
  }
  if (!state.blank) {
    for (const FilterRule& rule : node.config->filters) {
      filters.push_back(compile(rule));
    }
  }
}

Forwarding::Forwarding(const NetworkImpl& network)
    : network_(network), layouts_(network.nodes.size()) {}

Forwarding::~Forwarding() = default;

const Forwarding::Layout& Forwarding::layout(NodeIndex node) const {
  auto& layout = layouts_[static_cast<std::size_t>(node)];
  const NodeState& state = network_.state(node);
  if (!layout || layout->assignment != state.role_assignments) {
    layout = std::make_unique<Layout>(network_.node(node), state);
  }
  return *layout;
}

InterfaceIndex Forwarding::vlan_interface(NodeIndex node, VlanId vlan) const {
  const auto* row = layout(node).row(vlan);
  return row == nullptr ? InterfaceIndex::none : row->interface;
}

std::span<const LogicalPort> Forwarding::vlan_ports(NodeIndex node, VlanId vlan) const {
  const Layout& all = layout(node);
  const auto* row = all.row(vlan);
  return row == nullptr ? std::span<const LogicalPort>()
                        : std::span(all.ports).subspan(row->first, row->count);
}

std::span<const VlanId> Forwarding::vlans(NodeIndex node) const {
  return layout(node).vlans;
}

// --- Layer 2 -------------------------------------------------------------------------------------

VlanId Forwarding::vlan_at(NodeIndex node, LogicalPort port, VlanId tag) const {
  const LogicalPortInfo& info = network_.logical(node, port);
  if (tag == 0) {
    return info.untagged;
  }
  return has(info.tagged(), tag) ? tag : VlanId{0};
}

bool Forwarding::forwards_at(NodeIndex node, LogicalPort port, VlanId vlan) const {
  return network_.logical(node, port).up &&
         (network_.node(node).kind == NodeKind::segment ||
          network_.chip(node).port_state(port, vlan) == StpState::forwarding);
}

std::optional<VlanId> Forwarding::bridges_at(const PortRef& port, VlanId tag) const {
  const LogicalPort logical = network_.port(port).logical;
  if (!network_.port(port).carrier || !network_.forwards(port.node) ||
      !network_.carries_traffic(port)) {
    return std::nullopt;
  }
  if (network_.node(port.node).kind == NodeKind::segment) {
    return tag;
  }
  const VlanId vlan =
      network_.logical(port.node, logical).routed ? VlanId{0} : vlan_at(port.node, logical, tag);
  return vlan != 0 && forwards_at(port.node, logical, vlan) ? std::optional(vlan) : std::nullopt;
}

bool Forwarding::is_member(NodeIndex node, LogicalPort port, PortIndex physical) const {
  if (static_cast<std::size_t>(port) < network_.node(node).ports.size()) {
    return static_cast<PortIndex>(port) == physical;
  }
  const auto& members = network_.chip(node).lag_members(port);
  return std::find(members.begin(), members.end(), physical) != members.end();
}

std::optional<PortIndex> Forwarding::member(NodeIndex node, LogicalPort port,
                                            std::uint64_t hash) const {
  const Node& at = network_.node(node);
  if (static_cast<std::size_t>(port) < at.ports.size()) {
    return static_cast<PortIndex>(port);
  }
  const auto& members = network_.chip(node).lag_members(port);
  if (members.empty()) {
    return std::nullopt;
  }
  const auto& buckets = network_.chip(node).lag_buckets(port);
  const auto& choices = buckets.empty() ? members : buckets;
  return choices[member_choice(hash, at.stable_id, choices.size())];
}

bool Forwarding::is_router_mac(NodeIndex node, InterfaceIndex interface, MacAddress mac) const {
  if (network_.interface(node, interface).mac() == mac) {
    return true;
  }
  const auto& macs = network_.chip(node).router_macs();
  return std::any_of(macs.begin(), macs.end(), [&](const RouterMac& one) {
    return one.mac == mac && one.interface == interface;
  });
}

Verdict Forwarding::receive(NodeIndex node, PortIndex port, const Frame& frame,
                            const Trail* trail) const {
  const Node& at = network_.node(node);
  const Port& physical = at.ports[static_cast<std::size_t>(port)];
  if (!network_.forwards(node)) {
    return ended(at.os != nullptr ? Disposition::data_plane_down : Disposition::host_down,
                 at.entity);
  }
  if (at.kind == NodeKind::segment) {
    Verdict verdict;
    verdict.kind = Verdict::Kind::flood;
    verdict.vlan = frame.tag;
    verdict.in = physical.logical;
    return verdict;
  }
  if (!network_.carries_traffic({node, port})) {
    Verdict verdict = ended(Disposition::port_discarding, at.entity_of(port));
    verdict.in = physical.logical;
    return verdict;
  }
  const LogicalPortInfo& logical = network_.logical(node, physical.logical);
  return logical.routed ? arrive_routed(node, physical.logical, frame, at.entity_of(port))
                        : arrive_bridged(node, physical.logical, frame, at.entity_of(port), trail);
}

InterfaceIndex Forwarding::routed_interface(NodeIndex node, LogicalPort port, VlanId tag) const {
  const auto& rows = layout(node).routed;
  const auto row = std::lower_bound(rows.begin(), rows.end(), Layout::RoutedRow{port, tag, {}});
  if (row == rows.end() || row->port != port || row->tag != tag) {
    return InterfaceIndex::none;
  }
  return network_.interface(node, row->interface).up ? row->interface : InterfaceIndex::none;
}

Verdict Forwarding::arrive_routed(NodeIndex node, LogicalPort port, const Frame& frame,
                                  Entity at) const {
  const InterfaceIndex interface = routed_interface(node, port, frame.tag);
  if (interface == InterfaceIndex::none) {
    return ended(Disposition::vlan_not_allowed, at, port);
  }
  if (!frame.destination.is_group() && !is_router_mac(node, interface, frame.destination)) {
    return ended(Disposition::not_for_host, network_.node(node).entity);
  }
  Verdict verdict;
  verdict.kind = Verdict::Kind::for_node;
  verdict.for_node = true;
  verdict.interface = interface;
  verdict.in = port;
  return verdict;
}

Verdict Forwarding::arrive_bridged(NodeIndex node, LogicalPort port, const Frame& frame, Entity at,
                                   const Trail* trail) const {
  Verdict verdict;
  verdict.in = port;
  verdict.vlan = vlan_at(node, port, frame.tag);
  if (verdict.vlan == 0) {
    return ended(Disposition::vlan_not_allowed, at, port);
  }
  const StpState state = network_.chip(node).port_state(port, verdict.vlan);
  verdict.learns = state != StpState::discarding && !frame.source.is_group() &&
                   !network_.is_working_peer_link(node, port);
  if (state != StpState::forwarding) {
    verdict.disposition = Disposition::port_discarding;
    verdict.place = at;
    verdict.place_port = port;
    return verdict;
  }
  const InterfaceIndex interface = vlan_interface(node, verdict.vlan);
  const bool routes = interface != InterfaceIndex::none && network_.interface(node, interface).up;
  if (frame.destination.is_group()) {
    verdict.kind = Verdict::Kind::flood;
    verdict.for_node = routes;
    verdict.interface = interface;
    return verdict;
  }
  if (routes && is_router_mac(node, interface, frame.destination)) {
    verdict.kind = Verdict::Kind::for_node;
    verdict.for_node = true;
    verdict.interface = interface;
    return verdict;
  }
  look_up_mac(node, frame, trail, verdict);
  return verdict;
}

// A MAC entry towards the port of arrival means that the destination has had its copy there.
void Forwarding::look_up_mac(NodeIndex node, const Frame& frame, const Trail* trail,
                             Verdict& verdict) const {
  const Chip& chip = network_.chip(node);
  LogicalPort out =
      trail == nullptr ? LogicalPort::none : trail->find(node, verdict.vlan, frame.destination);
  verdict.reads.mac = true;
  verdict.reads.vlan = verdict.vlan;
  verdict.reads.mac_address = frame.destination;
  const auto look_up = [&] {
    return chip.find_mac(verdict.vlan, frame.destination, network_.simulator.now(),
                         verdict.reads.mac_expires);
  };
  // The trail is what the table will hold when it has learned, which a static entry prevents.
  if (out != LogicalPort::none && chip.has_static_macs()) {
    const MacEntry* entry = look_up();
    out = entry != nullptr && entry->fixed && !entry->moves ? entry->port : out;
  }
  if (out == LogicalPort::none) {
    const MacEntry* entry = look_up();
    if (entry == nullptr) {
      verdict.kind = Verdict::Kind::flood;
      return;
    }
    out = entry->port;
  }
  const Entity place = network_.node(node).entity;
  if (chip.has_corruption() &&
      chip.corrupted(ChipTable::mac, mac_key(verdict.vlan, frame.destination), frame.hash,
                     nullptr)) {
    verdict.kind = Verdict::Kind::ended;
    verdict.disposition = Disposition::table_corrupted;
    verdict.place = place;
  } else if (out == verdict.in) {
    verdict.kind = Verdict::Kind::ended;
    verdict.disposition = Disposition::no_destination_port;
    verdict.place = network_.logical(node, out).entity();
  } else {
    leave_by(node, out, frame.hash, verdict);
  }
}

void Forwarding::leave_by(NodeIndex node, LogicalPort port, std::uint64_t hash,
                          Verdict& verdict) const {
  const LogicalPortInfo& info = network_.logical(node, port);
  verdict.kind = Verdict::Kind::ended;
  verdict.place = info.entity();
  verdict.place_port = port;
  if (!NetworkImpl::carries(info, verdict.vlan)) {
    verdict.disposition = Disposition::vlan_not_allowed;
    return;
  }
  const auto physical = member(node, port, hash);
  if (!info.up || !physical) {
    verdict.disposition = Disposition::no_carrier;
    return;
  }
  if (network_.chip(node).port_state(port, verdict.vlan) != StpState::forwarding ||
      (verdict.in != LogicalPort::none && network_.mlag_blocks(node, verdict.in, port))) {
    verdict.disposition = Disposition::port_discarding;
    return;
  }
  verdict.kind = Verdict::Kind::unicast;
  verdict.egress = {port, *physical, verdict.vlan == info.untagged ? VlanId{0} : verdict.vlan};
}

void Forwarding::flood(NodeIndex node, VlanId vlan, LogicalPort in, std::uint64_t hash,
                       LogicalPort only, std::vector<Egress>& copies) const {
  copies.clear();
  const Node& at = network_.node(node);
  if (at.kind == NodeKind::segment) {
    for (std::size_t i = 0; i < at.ports.size(); ++i) {
      const auto port = static_cast<LogicalPort>(i);
      if (port != in && at.ports[i].carrier && (only == LogicalPort::none || only == port)) {
        copies.push_back({port, static_cast<PortIndex>(i), vlan});
      }
    }
    return;
  }
  for (const LogicalPort port : vlan_ports(node, vlan)) {
    if (port == in || (only != LogicalPort::none && port != only) ||
        !forwards_at(node, port, vlan) ||
        (in != LogicalPort::none && network_.mlag_blocks(node, in, port))) {
      continue;
    }
    if (const auto physical = member(node, port, hash)) {
      const bool untagged = vlan == network_.logical(node, port).untagged;
      copies.push_back({port, *physical, untagged ? VlanId{0} : vlan});
    }
  }
}

Verdict Forwarding::send(NodeIndex node, InterfaceIndex interface, const Frame& frame,
                         const Trail* trail) const {
  const Interface& out = network_.interface(node, interface);
  if (!network_.forwards(node)) {
    const Node& at = network_.node(node);
    return ended(at.os != nullptr ? Disposition::data_plane_down : Disposition::host_down,
                 at.entity);
  }
  if (!out.up || out.kind == InterfaceKind::loopback) {
    return ended(Disposition::no_carrier, out.entity());
  }
  Verdict verdict;
  if (out.kind == InterfaceKind::vlan) {
    verdict.vlan = out.vlan;
    if (frame.destination.is_group()) {
      verdict.kind = Verdict::Kind::flood;
    } else {
      look_up_mac(node, frame, trail, verdict);
    }
    return verdict;
  }
  const LogicalPortInfo& info = network_.logical(node, out.port);
  const auto physical = member(node, out.port, frame.hash);
  if (!info.up || !physical) {
    return ended(Disposition::no_carrier, info.entity());
  }
  verdict.kind = Verdict::Kind::unicast;
  verdict.egress = {out.port, *physical, out.kind == InterfaceKind::sub ? out.vlan : VlanId{0}};
  return verdict;
}

// --- Layer 3 -------------------------------------------------------------------------------------

// By an interface of the VRF that is up.
bool Forwarding::owns(NodeIndex node, VrfIndex vrf, const IpAddress& address) const {
  const auto& interfaces = network_.node(node).interfaces;
  for (std::size_t i = 0; i < interfaces.size(); ++i) {
    if (interfaces[i].vrf == vrf && is_local(node, static_cast<InterfaceIndex>(i), address)) {
      return true;
    }
  }
  return false;
}

bool Forwarding::is_local(NodeIndex node, InterfaceIndex interface,
                          const IpAddress& address) const {
  const Interface& at = network_.interface(node, interface);
  if (at.up && std::any_of(at.addresses().begin(), at.addresses().end(),
                           [&](const IpPrefix& own) { return own.address() == address; })) {
    return true;
  }
  return find_virtual(node, interface, address) != nullptr;
}

const RouterMac* Forwarding::find_virtual(NodeIndex node, InterfaceIndex interface,
                                          const IpAddress& address) const {
  const auto& macs = network_.chip(node).router_macs();
  const auto found = std::ranges::find_if(macs, [&](const RouterMac& one) {
    return one.interface == interface && one.answers_for == address;
  });
  return found == macs.end() ? nullptr : &*found;
}

std::optional<MacAddress> Forwarding::answers(NodeIndex node, InterfaceIndex interface,
                                              const IpAddress& address) const {
  if (const RouterMac* own = find_virtual(node, interface, address)) {
    return own->mac;
  }
  const Interface& at = network_.interface(node, interface);
  if (at.up && std::any_of(at.addresses().begin(), at.addresses().end(),
                           [&](const IpPrefix& own) { return own.address() == address; })) {
    return at.mac();
  }
  return std::nullopt;
}

bool Forwarding::permits(NodeIndex node, const Packet& packet) const {
  const auto& filters = layout(node).filters;
  const auto match = std::find_if(filters.begin(), filters.end(),
                                  [&](const CompiledFilter& one) { return one.matches(packet); });
  if (match != filters.end()) {
    return match->permit;
  }
  return filters.empty() || network_.node(node).kind != NodeKind::firewall;
}

Verdict Forwarding::route(NodeIndex node, VrfIndex vrf, const Packet& packet, std::uint64_t hash,
                          bool transit, bool filtered) const {
  const Node& at = network_.node(node);
  const Chip& chip = network_.chip(node);
  Verdict verdict;
  const bool router = forwards_packets(at.kind) &&
                      (at.os == nullptr || at.os->configured(kIpForwardingKey) != "off");
  if (transit && !router) {
    verdict.kind = Verdict::Kind::local;
    return network_.has_address(node, vrf, packet.destination)
               ? verdict
               : ended(Disposition::not_for_host, at.entity);
  }
  const std::optional<FibEntry> entry = chip.find_route(vrf, packet.destination);
  if (!entry) {
    verdict.kind = Verdict::Kind::local;
    return owns(node, vrf, packet.destination) ? verdict : ended(Disposition::no_route, at.entity);
  }
  if (chip.has_corruption() &&
      chip.corrupted(ChipTable::routes, route_key(vrf, entry->prefix), hash, &packet.destination)) {
    return ended(Disposition::table_corrupted, at.entity);
  }
  if (entry->next_hops.empty()) {
    return ended(Disposition::discard_route, at.entity);
  }
  const NextHop& hop = entry->next_hops[equal_choice(hash, at.stable_id, entry->next_hops.size())];
  verdict.interface = hop.interface;
  const bool connected = hop.gateway.is_unspecified();
  if (connected && is_local(node, hop.interface, packet.destination)) {
    const RouterMac* own = find_virtual(node, hop.interface, packet.destination);
    if (own != nullptr && !own->accepts) {
      return ended(Disposition::not_for_host, at.entity);
    }
    verdict.kind = Verdict::Kind::local;
    return verdict;
  }
  if (transit && packet.ttl <= 1) {
    return ended(Disposition::ttl_exceeded, at.entity);
  }
  if (filtered && !permits(node, packet)) {
    return ended(Disposition::filtered, at.entity);
  }
  verdict.next_hop = connected ? packet.destination : hop.gateway;
  const Interface& out = network_.interface(node, hop.interface);
  if (out.kind == InterfaceKind::loopback) {
    return ended(Disposition::not_for_host, at.entity);
  }
  if (!out.up) {
    return ended(Disposition::no_carrier, out.entity());
  }
  look_up_neighbor(node, vrf, hash, verdict);
  return verdict;
}

void Forwarding::look_up_neighbor(NodeIndex node, VrfIndex vrf, std::uint64_t hash,
                                  Verdict& verdict) const {
  const Chip& chip = network_.chip(node);
  verdict.reads.neighbor = true;
  verdict.reads.vrf = vrf;
  verdict.reads.address = verdict.next_hop;
  const NeighborEntry* entry =
      chip.find_neighbor(vrf, verdict.next_hop, network_.simulator.now(), verdict.reads.expires);
  if (entry == nullptr) {
    verdict.kind = Verdict::Kind::unresolved;
    return;
  }
  if (chip.has_corruption() &&
      chip.corrupted(ChipTable::neighbors, neighbor_key(vrf, verdict.next_hop), hash,
                     &verdict.next_hop)) {
    verdict.disposition = Disposition::table_corrupted;
    verdict.place = network_.node(node).entity;
    return;
  }
  verdict.kind = Verdict::Kind::resolved;
  verdict.destination = entry->mac;
}

}  // namespace switchfault
