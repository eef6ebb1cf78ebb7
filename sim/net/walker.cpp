#include "net/walker.h"

#include <algorithm>
#include <limits>
#include <span>
#include <tuple>

#include "core/byte_order.h"
#include "core/check.h"
#include "net/control_frames.h"

namespace switchfault {
namespace {

constexpr std::size_t kHints = 4096;
constexpr std::size_t kLeastResolutionSlots = 1024;
constexpr std::uint32_t kFarthest = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint16_t kUnreached = std::numeric_limits<std::uint16_t>::max();

std::uint64_t scatter(std::uint64_t a, std::uint64_t b) {
  std::uint64_t hash = (a ^ (b * 0x9e3779b97f4a7c15ULL)) * 0xbf58476d1ce4e5b9ULL;
  return hash ^ (hash >> 29U);
}

MacAddress destination_of(const FrameBytes& frame) {
  constexpr unsigned kTypeBits = 16;
  return {load_big64(frame.data()) >> kTypeBits};
}
bool is_to_group(const FrameBytes& frame) {
  return destination_of(frame).is_group();
}

// Those of a sorted vector whose first member is the key.
template <typename Item, typename Key>
std::span<const Item> all_with(const std::vector<Item>& items, const Key& key, Key Item::*member) {
  return {std::ranges::lower_bound(items, key, {}, member),
          std::ranges::upper_bound(items, key, {}, member)};
}

}  // namespace

void Walker::Pass::begin(Aim what, bool is_sampled) {
  aim = what;
  sampled = is_sampled;
  hints = !is_sampled;
  one_way = true;
  hinted = false;
  flooded = false;
  nowhere = false;
  looped = false;
  reply = false;
  target = {};
  goal = {};
  goal_node = NodeIndex::none;
  goal_interface = InterfaceIndex::none;
  delivered = false;
  share = 0;
  last_hop = kNoHop;
  node = NodeIndex::none;
  interface = InterfaceIndex::none;
  packet = 0;
  answer = {};
  ended.clear();
  obstacle.reset();
  lossy.reset();
  obstacle_distance = kFarthest;
  hops.clear();
  copies.clear();
  packets.clear();
  sessions.clear();
  receivers.clear();
  shown.clear();
  crossings.clear();
  arrived_by = kNoHop;
}

Walker::Walker(NetworkImpl& network)
    : network_(network),
      forwarding_(network),
      domains_(network, forwarding_),
      flow_caches_(network),
      collector_(network.nodes.size(), network.links.size()),
      asking_reads_(network.nodes.size(), network.links.size()),
      trail_(network.nodes.size()),
      asking_trail_(network.nodes.size()),
      resolution_slots_(kLeastResolutionSlots, kNoHop),
      hints_(kHints),
      changed_(network.nodes.size(), true),
      facts_(network.nodes.size()),
      distances_(network.nodes.size()) {
  std::size_t ports = 0;
  for (std::size_t i = 0; i < network.nodes.size(); ++i) {
    ports += network.nodes[i].ports.size();
    changed_nodes_.push_back(static_cast<NodeIndex>(i));
  }
  visited_ = ZeroedTable<std::uint64_t>(ports);
  there_.trail = back_.trail = everybody_.trail = &trail_;
  asking_.trail = answering_.trail = &asking_trail_;
}

Walker::~Walker() = default;

// --- What has changed since the last walk --------------------------------------------------------

void Walker::node_changed(NodeIndex node) {
  domains_.node_changed(node);
  mark(node);
}

void Walker::port_changed(NodeIndex node, LogicalPort port) {
  domains_.port_changed(node, port);
  mark(node);
}

void Walker::mark(NodeIndex node) {
  if (!changed_[static_cast<std::size_t>(node)]) {
    changed_[static_cast<std::size_t>(node)] = true;
    changed_nodes_.push_back(node);
  }
}

void Walker::catch_up() {
  for (const NodeIndex node : changed_nodes_) {
    changed_[static_cast<std::size_t>(node)] = false;
    look_at(node);
  }
  changed_nodes_.clear();
  if (const std::uint64_t epoch = network_.watches.told(); epoch_ != epoch) {
    epoch_ = epoch;
    resolution_count_ = 0;
    edges_.clear();
    std::fill(resolution_slots_.begin(), resolution_slots_.end(), kNoHop);
  }
}

// What walks ask of a node again and again.
void Walker::look_at(NodeIndex node) {
  Facts& facts = facts_[static_cast<std::size_t>(node)];
  const SwitchOs* os = network_.node(node).os;
  facts.kernel_up = os != nullptr ? os->host_state() == HostState::up : network_.forwards(node);
  const bool programs = network_.runs(node, ProcessFunction::table_programmer);
  facts.learns = programs && network_.runs(node, ProcessFunction::mac_learning);
  facts.resolves = programs && network_.runs(node, ProcessFunction::neighbor_resolution);
  facts.stateful = network_.stateful->is_stateful(node);
  facts.loses = false;
  for (std::size_t i = 0; os != nullptr && i < network_.node(node).ports.size(); ++i) {
    const PortFault& fault = os->port_fault(static_cast<PortIndex>(i));
    facts.loses = facts.loses || fault.stuck || fault.transmit_loss != 0 || fault.receive_loss != 0;
  }

  std::vector<VirtualOwner> own;
  for (const RouterMac& one : network_.chip(node).router_macs()) {
    if (!one.answers_for.is_unspecified()) {
      own.push_back({one.answers_for, one.mac, node, one.interface});
    }
  }
  for (std::size_t i = 0; facts.stateful && i < network_.node(node).interfaces.size(); ++i) {
    const auto interface = static_cast<InterfaceIndex>(i);
    for (const IpAddress& address : network_.stateful->virtual_addresses(node, interface)) {
      own.push_back({address, network_.interface(node, interface).mac(), node, interface});
    }
  }
  const auto is_own = [&](const VirtualOwner& owner) { return owner.node == node; };
  if (own.empty() && std::none_of(virtual_owners_.begin(), virtual_owners_.end(), is_own)) {
    return;
  }
  std::erase_if(virtual_owners_, is_own);
  virtual_owners_.insert(virtual_owners_.end(), own.begin(), own.end());
  std::sort(virtual_owners_.begin(), virtual_owners_.end());
  virtual_places_.clear();
  for (const VirtualOwner& owner : virtual_owners_) {
    virtual_places_.push_back({owner.mac, owner.node, owner.interface});
  }
  std::sort(virtual_places_.begin(), virtual_places_.end());
  virtual_places_.erase(std::unique(virtual_places_.begin(), virtual_places_.end()),
                        virtual_places_.end());
}

// --- Following copies ----------------------------------------------------------------------------

// The first way is the one that led there the last time; only if it does not, all are looked at.
void Walker::run_packet(Pass& pass, NodeIndex from, const Packet& packet, bool sampled,
                        bool reply) {
  for (const bool hints : {true, false}) {
    pass.begin(Aim::packet, sampled);
    pass.hints = hints && !sampled;
    pass.reply = reply;
    pass.packets.push_back(packet);
    pass.target = packet.destination;
    originate(pass, from);
    follow(pass);
    if (pass.delivered || !pass.hinted) {
      break;
    }
  }
  if (pass.done()) {
    remember_ways(pass);
  }
  blame_ports(pass);
}

void Walker::originate(Pass& pass, NodeIndex from) {
  const Packet& packet = pass.packets.front();
  Copy copy{.node = from, .ttl = packet.ttl};
  copy.frame.hash = flow_hash(packet);
  ++counters_.sent;
  const std::uint32_t hop = add_hop(pass, copy);
  if (!facts_[static_cast<std::size_t>(from)].kernel_up) {
    end(pass, obstacle_at(from, Disposition::host_down));
    return;
  }
  route(pass, copy, hop, network_.vrf_of(from, packet.source), false);
}

std::uint32_t Walker::add_hop(Pass& pass, const Copy& copy) {
  Hop& hop = pass.hops.emplace_back();
  hop.before = copy.before;
  hop.node = copy.node;
  hop.link = copy.link;
  hop.left_by = copy.left_by;
  return static_cast<std::uint32_t>(pass.hops.size() - 1);
}

void Walker::follow(Pass& pass) {
  while (!pass.copies.empty()) {
    if (pass.done()) {
      counters_.left += pass.copies.size();
      pass.copies.clear();
      return;
    }
    const Copy copy = pass.copies.back();
    pass.copies.pop_back();
    arrive(pass, copy);
  }
}

void Walker::arrive(Pass& pass, const Copy& copy) {
  std::uint64_t& visited =
      visited_[network_.state(copy.node).first_port + static_cast<std::size_t>(copy.port)];
  const std::uint64_t visit = (copy.leg << 16U) | copy.frame.tag;
  const bool met_itself = visited == visit;
  visited = visit;
  const std::uint32_t hop = add_hop(pass, copy);
  if (met_itself || pass.hops.size() > kMaxCopies) {
    end(pass, obstacle_at(copy.node, Disposition::loop_limit));
    return;
  }
  const Verdict verdict = forwarding_.receive(copy.node, copy.port, copy.frame, pass.trail);
  Hop& at = pass.hops[hop];
  at.in = verdict.in;
  at.vlan = verdict.vlan;
  at.source = copy.frame.source;
  at.destination = copy.frame.destination;
  at.counted = verdict.learns && pass.sampled && flow_caches_.counts(copy.node, flow_of(at));
  at.learns = verdict.learns && !at.counted;
  at.reads = verdict.reads;
  if (verdict.for_node) {
    if (verdict.kind == Verdict::Kind::flood) {
      ++counters_.copied;
    }
    arrive_for_node(pass, copy, hop, verdict.interface);
  }
  take(pass, copy, hop, verdict);
}

// What becomes of the copy at layer 2, besides the one for the node itself.
void Walker::take(Pass& pass, const Copy& copy, std::uint32_t hop, const Verdict& verdict) {
  switch (verdict.kind) {
    case Verdict::Kind::ended:
      end(pass, obstacle_of(copy.node, verdict));
      return;
    case Verdict::Kind::unicast:
      cross(pass, copy, hop, verdict.egress);
      return;
    case Verdict::Kind::flood:
      if (pass.done()) {
        ++counters_.left;
      } else {
        flood(pass, copy, hop, verdict);
      }
      return;
    case Verdict::Kind::for_node:
    case Verdict::Kind::local:
    case Verdict::Kind::unresolved:
    case Verdict::Kind::resolved:
      return;
  }
}

void Walker::flood(Pass& pass, const Copy& copy, std::uint32_t hop, const Verdict& verdict) {
  const MacAddress goal = copy.frame.destination.is_group() ? pass.goal : copy.frame.destination;
  const BridgeDomains::Shape shape = domains_.shape(copy.node, verdict.vlan);
  if (shape.looped && !pass.looped) {
    pass.looped = true;
    pass.looped_at = {copy.node, verdict.vlan};
  }
  if (!pass.sampled && !shape.looped) {
    const std::uint32_t domain = domains_.number(copy.node, verdict.vlan);
    if (leads_nowhere(pass, goal, domain)) {
      pass.nowhere = true;
      pass.hops[hop].domain = domain;
      end_nowhere(pass, copy.node, domain);
      return;
    }
  }
  pass.one_way = pass.one_way && shape.tree && goal.bits != 0 && one_place(goal);
  pass.flooded = true;
  pass.hops[hop].floods = true;
  pass.hops[hop].flooded = verdict.vlan;
  pass.hops[hop].goal = goal;
  LogicalPort only = LogicalPort::none;
  if (pass.one_way && pass.hints) {
    const Hint& known = hint(copy.node, verdict.vlan, goal);
    if (known.node == copy.node && known.vlan == verdict.vlan && known.mac == goal &&
        known.port != verdict.in) {
      only = known.port;
    }
  }
  forwarding_.flood(copy.node, verdict.vlan, verdict.in, copy.frame.hash, only, pass.egress);
  if (only != LogicalPort::none && pass.egress.empty()) {
    forwarding_.flood(copy.node, verdict.vlan, verdict.in, copy.frame.hash, LogicalPort::none,
                      pass.egress);
  } else {
    pass.hinted = pass.hinted || only != LogicalPort::none;
  }
  if (pass.egress.empty()) {
    end(pass, obstacle_at(copy.node, Disposition::no_destination_port));
    return;
  }
  counters_.copied += pass.egress.size() - 1;
  const std::size_t first = pass.copies.size();
  for (const Egress& egress : pass.egress) {
    cross(pass, copy, hop, egress);
  }
  // The last is taken first.
  std::reverse(pass.copies.begin() + static_cast<std::ptrdiff_t>(first), pass.copies.end());
}

// Nobody who has the address is in the domain. Whoever could come to be is told of by the domain,
// because a bridge or what hangs on it has changed then.
bool Walker::leads_nowhere(const Pass& pass, MacAddress goal, std::uint32_t domain) {
  const auto any_in = [&](const auto& owners) {
    return std::ranges::any_of(
        owners, [&](const auto& owner) { return is_in(domain, owner.node, owner.interface); });
  };
  if (pass.aim == Aim::request) {
    return !any_in(network_.owners_of(pass.target)) &&
           !any_in(all_with(virtual_owners_, pass.target, &VirtualOwner::address));
  }
  return goal.bits != 0 && !any_in(network_.owners_of(goal)) &&
         !any_in(all_with(virtual_places_, goal, &MacOwner::mac));
}

// Whether a frame in the domain can come to the interface.
bool Walker::is_in(std::uint32_t domain, NodeIndex node, InterfaceIndex interface) {
  const Interface& at = network_.interface(node, interface);
  if (at.kind == InterfaceKind::vlan) {
    return domains_.number(node, at.vlan) == domain;
  }
  if (at.kind == InterfaceKind::loopback) {
    return false;
  }
  for (const PortIndex member : network_.logical(node, at.port).members()) {
    const auto other = network_.other_end({node, member});
    const auto vlan =
        other ? forwarding_.bridges_at(*other, at.kind == InterfaceKind::sub ? at.vlan : VlanId{0})
              : std::nullopt;
    if (vlan && domains_.number(other->node, *vlan) == domain) {
      return true;
    }
  }
  return false;
}

// Of what does not lead on out of the domain, the nearest to the goal.
const Walker::Edge& Walker::edge_towards(std::uint32_t domain, NodeIndex goal) {
  const auto known = std::ranges::find_if(
      edges_, [&](const Edge& edge) { return edge.domain == domain && edge.goal == goal; });
  if (known != edges_.end()) {
    return *known;
  }
  Edge nearest{.domain = domain, .goal = goal, .obstacle = {}};
  for (const NodeIndex node : domains_.nodes(domain)) {
    if (const std::uint32_t away = distance(node, goal); away < nearest.away) {
      nearest.away = away;
      nearest.obstacle = obstacle_at(node, Disposition::no_destination_port);
    }
  }
  for (const BridgeDomains::Stop& stop : domains_.boundary(domain)) {
    if (const std::uint32_t away = distance(stop.beyond, goal); away < nearest.away) {
      nearest.away = away;
      nearest.obstacle = obstacle_beyond(stop.port, stop.vlan);
    }
  }
  edges_.push_back(nearest);
  return edges_.back();
}

void Walker::end_nowhere(Pass& pass, NodeIndex node, std::uint32_t domain) {
  if (pass.goal_node == NodeIndex::none) {
    pass.goal_node = owner_node(pass.target);
  }
  end(pass, obstacle_at(node, Disposition::no_destination_port));
  if (pass.goal_node == NodeIndex::none) {
    return;
  }
  choose_obstacle(pass);
  if (const Edge& edge = edge_towards(domain, pass.goal_node); edge.away < pass.obstacle_distance) {
    pass.obstacle = edge.obstacle;
    pass.obstacle_distance = edge.away;
  }
}

void Walker::cross(Pass& pass, const Copy& copy, std::uint32_t hop, const Egress& egress) {
  const PortRef from{copy.node, egress.port};
  const Port& port = network_.port(from);
  if (port.link == LinkIndex::none || !port.carrier) {
    end(pass, {Disposition::no_carrier, copy.node, network_.entity_of(from), cause_at(from)});
    return;
  }
  const Link& link = network_.link(port.link);
  const PortRef to = link.a == from ? link.b : link.a;
  Copy next = copy;
  next.node = to.node;
  next.port = to.port;
  next.frame.tag = egress.tag;
  next.left_by = egress.logical;
  next.link = port.link;
  next.before = hop;
  const bool lost = !survives(pass, from, to, next.share);
  if (network_.wire != nullptr && pass.sampled) {
    show(pass, next, from, to, lost);
  }
  if (lost) {
    add_hop(pass, next);
    return;
  }
  pass.copies.push_back(next);
}

// A frame for one that is taken everywhere to find him is shown when his way is known.
void Walker::show(Pass& pass, Copy& copy, const PortRef& from, const PortRef& to, bool lost) {
  const WireView::Crossing crossing{.from = from,
                                    .to = to,
                                    .tag = copy.frame.tag,
                                    .disposition = !lost ? Disposition::delivered
                                                   : network_.loss_out_of(from).whole < 1
                                                       ? Disposition::gray_loss
                                                       : Disposition::overload};
  const WireView& wire = *network_.wire;
  if (pass.aim == Aim::everybody && !pass.shown.empty() && !is_to_group(pass.shown)) {
    pass.crossings.push_back({crossing, copy.crossing});
    copy.crossing = static_cast<std::uint32_t>(pass.crossings.size() - 1);
  } else if (!wire.watches(from) && !wire.watches(to)) {
    return;
  } else if (pass.aim == Aim::packet) {
    const FrameBytes bytes = WireView::poll_frame({.source = copy.frame.source,
                                                   .destination = copy.frame.destination,
                                                   .packet = pass.packets[copy.packet],
                                                   .ttl = copy.ttl,
                                                   .reply = pass.reply,
                                                   .number = exchange_});
    if (!bytes.empty()) {
      wire.crossing(crossing, bytes);
    }
  } else if (!pass.shown.empty()) {
    wire.crossing(crossing, pass.shown);
  }
}

void Walker::show_way(const Pass& pass) const {
  std::vector<const WireView::Crossing*> way;
  for (std::uint32_t i = pass.arrived_by; i != kNoHop; i = pass.crossings[i].before) {
    way.push_back(&pass.crossings[i].crossing);
  }
  for (auto crossing = way.rbegin(); crossing != way.rend(); ++crossing) {
    network_.wire->crossing(**crossing, pass.shown);
  }
}

bool Walker::loses_nothing(const Link& link) const {
  const auto whole = [&](const PortRef& end) {
    const auto node = static_cast<std::size_t>(end.node);
    return !changed_[node] && !facts_[node].loses;
  };
  const auto clear = [&](unsigned direction) {
    const LinkTerms& terms = *link.terms;
    return !link.dark[direction] && terms.loss[direction] == 0 &&
           terms.storm[direction].bits_per_second == 0 &&
           terms.background[direction].bits_per_second <= terms.rate.bits_per_second;
  };
  return !link.terms->blocks_others && whole(link.a) && whole(link.b) && clear(0) && clear(1);
}

// Loss on the way from one port to the other: as a share of a pure walk, by a draw of a real frame.
bool Walker::survives(Pass& pass, const PortRef& from, const PortRef& to, double& share) {
  const Link& link = network_.link(network_.port(from).link);
  const unsigned direction = link.a == from ? 0 : 1;
  const LinkTerms& terms = *link.terms;
  const std::int64_t load =
      terms.background[direction].bits_per_second + terms.storm[direction].bits_per_second;
  const std::int64_t rate = terms.rate.bits_per_second;
  if (load <= rate && !link.dark[direction] && terms.loss[direction] == 0 && !terms.blocks_others &&
      !facts_[static_cast<std::size_t>(from.node)].loses &&
      !facts_[static_cast<std::size_t>(to.node)].loses) {
    return true;
  }
  const LinkLoss loss = network_.loss_out_of(from);
  if (loss.whole >= 1 && loss.room >= 1) {
    return true;
  }
  const bool gray = pass.sampled ? !drawn(from, 0, loss.whole) : loss.whole <= 0;
  const bool full = pass.sampled ? !drawn(from, 1, loss.room) : loss.room <= 0;
  const Obstacle obstacle{loss.whole < 1 ? Disposition::gray_loss : Disposition::overload,
                          loss.at.node, network_.entity_of(loss.at),
                          loss.by_link ? link.last_change : network_.port(loss.at).last_change};
  if (gray || full) {
    end(pass, obstacle);
    return false;
  }
  if (!pass.sampled) {
    share *= loss.whole * loss.room;
    pass.lossy = obstacle;
  }
  return true;
}

// Frames of one instant over one direction share their luck.
bool Walker::drawn(const PortRef& sender, std::uint64_t index, double probability) const {
  const DrawKey key{
      .purpose = Purpose("net.walk_loss"),
      .entity = network_.node(sender.node).stable_id ^
                stable_hash(network_.node(sender.node).name(sender.port)),
      .occurrence = static_cast<std::uint64_t>(network_.simulator.now().time_since_epoch().count()),
      .index = index};
  return network_.random.chance(key, probability);
}

// --- Arriving at a node --------------------------------------------------------------------------

void Walker::arrive_for_node(Pass& pass, const Copy& copy, std::uint32_t hop,
                             InterfaceIndex interface) {
  switch (pass.aim) {
    case Aim::packet:
      if (copy.frame.destination.is_group()) {
        end(pass, obstacle_at(copy.node, Disposition::not_for_host));
      } else {
        route(pass, copy, hop, network_.interface(copy.node, interface).vrf, true);
      }
      return;
    case Aim::request:
      if (const auto mac = answer_of(copy.node, interface, pass.target)) {
        arrived(pass, copy, hop, interface, *mac);
      } else {
        end(pass, obstacle_at(copy.node, facts_[static_cast<std::size_t>(copy.node)].kernel_up
                                             ? Disposition::not_for_host
                                             : Disposition::host_down));
      }
      return;
    case Aim::reply:
      if (copy.node == pass.goal_node && interface == pass.goal_interface) {
        arrived(pass, copy, hop, interface, {});
      } else {
        end(pass, obstacle_at(copy.node, Disposition::not_for_host));
      }
      return;
    case Aim::everybody:
      if (!pass.shown.empty() &&
          network_.interface(copy.node, interface).mac() == destination_of(pass.shown)) {
        pass.arrived_by = copy.crossing;
      }
      pass.receivers.push_back({copy.node, pass.hops[hop].in, interface,
                                network_.other_end({copy.node, copy.port}).value_or(PortRef{})});
      ++counters_.ended[static_cast<std::size_t>(Disposition::delivered)];
      return;
  }
}

void Walker::route(Pass& pass, Copy copy, std::uint32_t hop, VrfIndex vrf, bool transit) {
  const NodeIndex node = copy.node;
  const bool stateful = transit && facts_[static_cast<std::size_t>(node)].stateful;
  if (stateful && !cross_stateful(pass, copy, hop, vrf)) {
    return;
  }
  Packet packet = pass.packets[copy.packet];
  packet.ttl = copy.ttl;
  const Verdict verdict =
      forwarding_.route(node, vrf, packet, copy.frame.hash, transit, transit && !stateful);
  pass.hops[hop].reads.neighbor = verdict.reads.neighbor;
  pass.hops[hop].reads.vrf = verdict.reads.vrf;
  pass.hops[hop].reads.address = verdict.reads.address;
  pass.hops[hop].reads.expires = std::min(pass.hops[hop].reads.expires, verdict.reads.expires);
  if (verdict.kind == Verdict::Kind::local) {
    if (stateful && !network_.stateful->may_answer(node, packet.destination)) {
      end(pass, obstacle_at(node, Disposition::no_session));
      return;
    }
    deliver(pass, copy, hop, verdict.interface);
    return;
  }
  if (verdict.kind == Verdict::Kind::ended) {
    end(pass, obstacle_of(node, verdict));
    return;
  }
  MacAddress destination = verdict.destination;
  // A real frame goes where a stale entry says; so does any where nobody is there to ask.
  const NeighborEntry* stale =
      verdict.kind == Verdict::Kind::unresolved && (pass.sampled || !can_ask(node))
          ? network_.chip(node).stale_neighbor(vrf, verdict.next_hop, network_.simulator.now())
          : nullptr;
  if (stale == nullptr && verdict.kind == Verdict::Kind::unresolved && pass.sampled) {
    stale = just_learned(node, vrf, verdict.next_hop);
  }
  if (stale != nullptr) {
    destination = stale->mac;
  } else if (verdict.kind == Verdict::Kind::unresolved) {
    const std::uint32_t number = resolve(pass, node, verdict.interface, verdict.next_hop);
    const Resolution& resolution = *resolutions_[number];
    pass.hops[hop].resolution = number;
    if (!resolution.found) {
      end(pass, resolution.obstacle);
      return;
    }
    destination = resolution.mac;
  }
  Copy next = copy;
  next.ttl = static_cast<std::uint8_t>(copy.ttl - (transit ? 1 : 0));
  next.frame.source = network_.interface(node, verdict.interface).mac();
  next.frame.destination = destination;
  emit(pass, next, hop, verdict.interface);
}

// False: it ended there. Otherwise `copy` has the packet as it goes on.
bool Walker::cross_stateful(Pass& pass, Copy& copy, std::uint32_t hop, VrfIndex vrf) {
  const Packet packet = pass.packets[copy.packet];
  const StatefulNodes::Crossing crossing =
      network_.stateful->cross(copy.node, vrf, packet, copy.frame.hash, pass.reply, sessions_);
  if (crossing.disposition != Disposition::delivered) {
    end(pass, obstacle_at(copy.node, crossing.disposition));
    return false;
  }
  if (!crossing.session) {
    return true;
  }
  if (crossing.share < 1) {
    const Obstacle obstacle = obstacle_at(copy.node, Disposition::session_table_full);
    if (pass.sampled && !drawn({copy.node, copy.port}, 3, crossing.share)) {
      end(pass, obstacle);
      return false;
    }
    if (!pass.sampled) {
      copy.share *= crossing.share;
      pass.lossy = obstacle;
    }
  }
  if (!pass.reply) {
    pass.hops[hop].session = static_cast<std::uint32_t>(pass.sessions.size());
    pass.sessions.push_back({copy.node, packet, crossing.packet});
  }
  copy.packet = static_cast<std::uint16_t>(pass.packets.size());
  pass.packets.push_back(crossing.packet);
  copy.frame.hash = flow_hash(crossing.packet);
  return true;
}

// A frame leaves an interface; from here to the next router it is one frame and its copies.
void Walker::emit(Pass& pass, Copy copy, std::uint32_t hop, InterfaceIndex interface) {
  copy.leg = next_leg_++;
  const Verdict verdict = forwarding_.send(copy.node, interface, copy.frame, pass.trail);
  TableReads& reads = pass.hops[hop].reads;
  if (verdict.reads.mac) {
    reads.mac = true;
    reads.vlan = verdict.reads.vlan;
    reads.mac_address = verdict.reads.mac_address;
    reads.mac_expires = verdict.reads.mac_expires;
  }
  take(pass, copy, hop, verdict);
}

void Walker::deliver(Pass& pass, const Copy& copy, std::uint32_t hop, InterfaceIndex interface) {
  const Facts& facts = facts_[static_cast<std::size_t>(copy.node)];
  if (!facts.kernel_up) {
    end(pass, obstacle_at(copy.node, Disposition::host_down));
    return;
  }
  Copy taken_in = copy;
  if (const double cpu_share = network_.cpu_share(copy.node); cpu_share < 1) {
    const PortRef at{copy.node, copy.port};
    if (pass.sampled && !drawn(at, 2, cpu_share)) {
      end(pass, obstacle_at(copy.node, Disposition::overload));
      return;
    }
    taken_in.share *= pass.sampled ? 1 : cpu_share;
  }
  arrived(pass, taken_in, hop, interface, {});
}

void Walker::arrived(Pass& pass, const Copy& copy, std::uint32_t hop, InterfaceIndex interface,
                     MacAddress answer) {
  ++counters_.ended[static_cast<std::size_t>(Disposition::delivered)];
  if (pass.delivered && pass.share >= copy.share) {
    return;
  }
  pass.delivered = true;
  pass.share = copy.share;
  pass.last_hop = hop;
  pass.node = copy.node;
  pass.interface = interface;
  pass.packet = copy.packet;
  pass.answer = answer;
}

// --- Obstacles -----------------------------------------------------------------------------------

void Walker::end(Pass& pass, const Obstacle& obstacle) {
  ++counters_.ended[static_cast<std::size_t>(obstacle.disposition)];
  if (!pass.delivered) {
    pass.ended.push_back({obstacle, pass.hops.size()});
  }
}

// Only asked for when nothing has been delivered.
void Walker::choose_obstacle(Pass& pass) {
  for (const Ended& ended : pass.ended) {
    const std::uint32_t distance = distance_to_goal(pass, ended);
    if (!pass.obstacle || distance < pass.obstacle_distance) {
      pass.obstacle = ended.obstacle;
      pass.obstacle_distance = distance;
    }
  }
  pass.ended.clear();
}

// Nobody owns the destination: the copy that came farthest stands for all.
std::uint32_t Walker::distance_to_goal(Pass& pass, const Ended& ended) {
  if (pass.goal_node == NodeIndex::none) {
    pass.goal_node = owner_node(pass.target);
  }
  return pass.goal_node == NodeIndex::none ? kFarthest - static_cast<std::uint32_t>(ended.hops)
                                           : distance(ended.obstacle.node, pass.goal_node);
}

// A flood that led nowhere would have led on over a port that did not take part: if that is nearer
// to the destination than where the copies ended, it is what was in the way.
void Walker::blame_ports(Pass& pass) {
  if (pass.delivered) {
    return;
  }
  choose_obstacle(pass);
  if (pass.aim == Aim::everybody) {
    return;
  }
  for (const Hop& hop : pass.hops) {
    if (!hop.floods) {
      continue;
    }
    for (const LogicalPort port : forwarding_.vlan_ports(hop.node, hop.flooded)) {
      if (port != hop.in && !forwarding_.forwards_at(hop.node, port, hop.flooded)) {
        blame_port(pass, hop.node, port, hop.flooded);
      }
    }
  }
}

void Walker::blame_port(Pass& pass, NodeIndex node, LogicalPort port, VlanId vlan) {
  const LogicalPortInfo& info = network_.logical(node, port);
  for (const PortIndex member : info.members()) {
    const PortRef from{node, member};
    const auto other = network_.other_end(from);
    if (!other || pass.goal_node == NodeIndex::none) {
      continue;
    }
    const std::uint32_t beyond = distance(other->node, pass.goal_node);
    if (beyond < pass.obstacle_distance) {
      pass.obstacle_distance = beyond;
      pass.obstacle = obstacle_beyond(from, vlan);
    }
  }
}

NodeIndex Walker::owner_node(const IpAddress& address) {
  if (const auto owners = network_.owners_of(address); !owners.empty()) {
    return owners.front().node;
  }
  const auto at = std::lower_bound(
      virtual_owners_.begin(), virtual_owners_.end(), address,
      [](const VirtualOwner& owner, const IpAddress& wanted) { return owner.address < wanted; });
  if (at != virtual_owners_.end() && at->address == address) {
    return at->node;
  }
  const NodeIndex balancer = network_.stateful->balancer_of(address);
  return balancer != NodeIndex::none ? balancer : gateway_of(address);
}

// A virtual address that nobody holds now belongs to one of the routers of its network, of which
// the first stands for all.
NodeIndex Walker::gateway_of(const IpAddress& address) {
  if (gateways_of_assignment_ != network_.address_assignments) {
    gateways_of_assignment_ = network_.address_assignments;
    gateways_.clear();
  }
  const auto [found, added] = gateways_.emplace(address, NodeIndex::none);
  if (added) {
    found->second = find_gateway(address);
  }
  return found->second;
}

NodeIndex Walker::find_gateway(const IpAddress& address) const {
  for (std::size_t i = 0; i < network_.nodes.size(); ++i) {
    const Node& node = network_.nodes[i];
    const bool routes =
        node.os != nullptr && std::ranges::any_of(node.interfaces, [&](const auto& row) {
          return std::ranges::any_of(row.addresses(), [&](const IpPrefix& own) {
            return own.contains(address) && !own.is_host();
          });
        });
    if (routes) {
      return static_cast<NodeIndex>(i);
    }
  }
  return NodeIndex::none;
}

// In links, whatever their state.
std::uint32_t Walker::distance(NodeIndex from, NodeIndex to) {
  auto& distances = distances_.at(static_cast<std::size_t>(to));
  if (distances.empty()) {
    distances.assign(network_.nodes.size(), kUnreached);
    distances[static_cast<std::size_t>(to)] = 0;
    std::vector<NodeIndex> reached{to};
    for (std::size_t i = 0; i < reached.size(); ++i) {
      const Node& node = network_.node(reached[i]);
      for (std::size_t port = 0; port < node.ports.size(); ++port) {
        const auto other = network_.other_end({reached[i], static_cast<PortIndex>(port)});
        if (other && distances[static_cast<std::size_t>(other->node)] == kUnreached) {
          distances[static_cast<std::size_t>(other->node)] =
              static_cast<std::uint16_t>(distances[static_cast<std::size_t>(reached[i])] + 1);
          reached.push_back(other->node);
        }
      }
    }
  }
  return distances[static_cast<std::size_t>(from)];
}

Walker::Obstacle Walker::obstacle_at(NodeIndex node, Disposition disposition) const {
  const Node& at = network_.node(node);
  return {disposition, node, at.entity, at.last_change};
}

// A port that does not take part in the VLAN; 0: there it has none for what arrives.
Walker::Obstacle Walker::obstacle_beyond(const PortRef& ref, VlanId vlan) const {
  const Port& port = network_.port(ref);
  if (!port.carrier) {
    return {Disposition::no_carrier, ref.node, network_.entity_of(ref), cause_at(ref)};
  }
  if (!network_.forwards(ref.node)) {
    return obstacle_at(ref.node, Disposition::data_plane_down);
  }
  const bool none = vlan == 0 && network_.node(ref.node).kind != NodeKind::segment &&
                    network_.chip(ref.node).port_state(port.logical) == StpState::by_vlan;
  const bool forwards = none || forwarding_.forwards_at(ref.node, port.logical, vlan);
  return {forwards ? Disposition::vlan_not_allowed : Disposition::port_discarding, ref.node,
          network_.entity_of(ref), cause_at(ref)};
}

Walker::Obstacle Walker::obstacle_of(NodeIndex node, const Verdict& verdict) const {
  Obstacle obstacle{verdict.disposition, node, verdict.place, network_.node(node).last_change};
  if (verdict.place_port != LogicalPort::none) {
    for (const PortIndex member : network_.logical(node, verdict.place_port).members()) {
      obstacle.cause = cause_at({node, member});
    }
  }
  return obstacle;
}

// Why a port has no carrier, or what came with the one it has.
ObservationId Walker::cause_at(const PortRef& ref) const {
  const ObservationId cause = network_.port(ref).last_change;
  return cause != ObservationId::none ? cause : network_.node(ref.node).last_change;
}

// --- Neighbours ----------------------------------------------------------------------------------

std::uint32_t Walker::resolve(Pass& pass, NodeIndex node, InterfaceIndex interface,
                              const IpAddress& address) {
  const std::uint64_t hash = scatter(
      scatter((static_cast<std::uint64_t>(node) << 16U) | static_cast<std::uint64_t>(interface),
              address.high()),
      address.low());
  std::size_t slot = hash & (resolution_slots_.size() - 1);
  while (!pass.sampled && resolution_slots_[slot] != kNoHop) {
    const Resolution& known = *resolutions_[resolution_slots_[slot]];
    if (known.node == node && known.interface == interface && known.address == address) {
      if (known.reads.expires <= network_.simulator.now()) {
        break;
      }
      use(pass, known);
      return resolution_slots_[slot];
    }
    slot = (slot + 1) & (resolution_slots_.size() - 1);
  }
  const auto number = static_cast<std::uint32_t>(resolution_count_++);
  if (number == resolutions_.size()) {
    resolutions_.push_back(std::make_unique<Resolution>());
  }
  Resolution& resolution = *resolutions_[number];
  resolution.node = node;
  resolution.interface = interface;
  resolution.address = address;
  ask(resolution, pass.sampled);
  if (!pass.sampled) {
    resolution_slots_[slot] = number;
    if (resolution_count_ * 2 > resolution_slots_.size()) {
      grow_resolution_slots();
    }
  }
  use(pass, resolution);
  return number;
}

void Walker::grow_resolution_slots() {
  const std::vector<std::uint32_t> before = std::move(resolution_slots_);
  resolution_slots_.assign(before.size() * 2, kNoHop);
  for (const std::uint32_t number : before) {
    if (number == kNoHop) {
      continue;
    }
    const Resolution& one = *resolutions_[number];
    const std::uint64_t hash = scatter(scatter((static_cast<std::uint64_t>(one.node) << 16U) |
                                                   static_cast<std::uint64_t>(one.interface),
                                               one.address.high()),
                                       one.address.low());
    std::size_t slot = hash & (resolution_slots_.size() - 1);
    while (resolution_slots_[slot] != kNoHop) {
      slot = (slot + 1) & (resolution_slots_.size() - 1);
    }
    resolution_slots_[slot] = number;
  }
}

// The bridges on the way have seen both frames.
void Walker::use(Pass& pass, const Resolution& resolution) {
  if (resolution.looped && !pass.looped) {
    pass.looped = true;
    pass.looped_at = resolution.looped_at;
  }
  for (const Place& place : resolution.places) {
    pass.trail->add(place.node, place.vlan, place.mac, place.port);
  }
}

bool Walker::can_ask(NodeIndex node) const {
  const Chip& chip = network_.chip(node);
  const std::uint32_t capacity = chip.capacity(ChipTable::neighbors);
  return facts_[static_cast<std::size_t>(node)].resolves &&
         (capacity == 0 || chip.neighbors().size() < capacity ||
          chip.entries(ChipTable::neighbors, network_.simulator.now()) < capacity);
}

// A real question leaves when the one before it is long enough ago.
bool Walker::may_ask(Resolution& resolution) {
  const NodeIndex node = resolution.node;
  const VrfIndex vrf = network_.interface(node, resolution.interface).vrf;
  Chip& chip = network_.chip(node);
  const bool asks = chip.ask_for(vrf, resolution.address, resolution.interface,
                                 network_.simulator.now(), ask_again_);
  if (chip.neighbor_timers().probed) {
    questions_.push_back({node, vrf, resolution.address});
  }
  return asks;
}

// With `to` a probe of that address, else everybody is asked.
void Walker::ask(Resolution& resolution, bool sampled, MacAddress to) {
  const NodeIndex node = resolution.node;
  const InterfaceIndex interface = resolution.interface;
  resolution.found = false;
  resolution.looped = false;
  resolution.places.clear();
  resolution.reads.clear();
  asking_trail_.clear();
  const bool probes = !to.is_group();
  if (!can_ask(node) || (sampled && !probes && !may_ask(resolution))) {
    resolution.reads.nodes.push_back(node);
    resolution.obstacle = obstacle_at(node, Disposition::neighbor_unresolved);
    return;
  }
  const MacAddress own = network_.interface(node, interface).mac();
  const auto goal = one_owner(resolution.address);
  for (const bool hints : {true, false}) {
    begin_frame(asking_, Aim::request, sampled);
    asking_.hints = hints && !sampled;
    asking_.target = resolution.address;
    asking_.goal = goal.value_or(MacAddress{});
    if (network_.wire != nullptr && sampled) {
      asking_.shown = neighbor_frame(question_of(resolution, to));
    }
    send_frame(asking_, node, interface, own, to);
    if (asking_.delivered || !asking_.hinted) {
      break;
    }
  }
  finish_question(resolution, asking_);
  if (!asking_.delivered || (probes && asking_.answer != to)) {
    return;
  }
  if (sampled) {
    note_asker(node, interface);
  }
  for (const Place& place : resolution.places) {
    asking_trail_.add(place.node, place.vlan, place.mac, place.port);
  }
  for (const bool hints : {true, false}) {
    begin_frame(answering_, Aim::reply, sampled);
    answering_.hints = hints && !sampled;
    answering_.target = resolution.address;
    answering_.goal_node = node;
    answering_.goal_interface = interface;
    if (network_.wire != nullptr && sampled) {
      const NeighborMessage question = question_of(resolution, to);
      answering_.shown = neighbor_frame({.kind = NeighborMessage::Kind::answer,
                                         .sender = asking_.answer,
                                         .sender_address = resolution.address,
                                         .target = own,
                                         .target_address = question.sender_address});
    }
    send_frame(answering_, asking_.node, asking_.interface, asking_.answer, own);
    if (answering_.delivered || !answering_.hinted) {
      break;
    }
  }
  finish_question(resolution, answering_);
  if (!answering_.delivered) {
    return;
  }
  resolution.found = true;
  resolution.mac = asking_.answer;
  if (sampled && !probes) {
    answers_.push_back({node,
                        {.vrf = network_.interface(node, interface).vrf,
                         .address = resolution.address,
                         .mac = resolution.mac,
                         .interface = interface,
                         .confirmed = network_.simulator.now(),
                         .used = network_.simulator.now()}});
  }
}

// From the address of the interface in the network that the question is about; a probe goes to one.
NeighborMessage Walker::question_of(const Resolution& resolution, MacAddress to) const {
  const Interface& interface = network_.interface(resolution.node, resolution.interface);
  NeighborMessage question{.kind = NeighborMessage::Kind::question,
                           .sender = interface.mac(),
                           .sender_address = resolution.address,
                           .target = to.is_group() ? MacAddress{} : to,
                           .target_address = resolution.address};
  if (const IpAddress own =
          address_towards(resolution.node, resolution.interface, resolution.address);
      !own.is_unspecified()) {
    question.sender_address = own;
  }
  return question;
}

// A kernel that probes takes the address of who asks from the question; it is stale at once.
void Walker::note_asker(NodeIndex node, InterfaceIndex interface) {
  const Chip& chip = network_.chip(asking_.node);
  const SimTime now = network_.simulator.now();
  const IpAddress asker = address_towards(node, interface, asking_.target);
  const VrfIndex vrf = network_.interface(asking_.node, asking_.interface).vrf;
  if (!chip.neighbor_timers().probed || asker.is_unspecified() ||
      just_learned(asking_.node, vrf, asker) != nullptr ||
      !facts_[static_cast<std::size_t>(asking_.node)].resolves) {
    return;
  }
  const MacAddress mac = network_.interface(node, interface).mac();
  SimTime expires = kNever;
  const NeighborEntry* known = chip.find_neighbor(vrf, asker, now, expires);
  known = known != nullptr ? known : chip.stale_neighbor(vrf, asker, now);
  if (known == nullptr || known->mac != mac) {
    answers_.push_back({asking_.node,
                        {.vrf = vrf,
                         .address = asker,
                         .mac = mac,
                         .interface = asking_.interface,
                         .confirmed = now - chip.neighbor_timers().lifetime,
                         .used = known != nullptr ? known->used : now}});
  }
}

// Of a kernel that probes: what frames of this exchange have told it.
const NeighborEntry* Walker::just_learned(NodeIndex node, VrfIndex vrf,
                                          const IpAddress& address) const {
  const auto found = std::ranges::find_if(answers_, [&](const Answer& answer) {
    return answer.node == node && answer.entry.vrf == vrf && answer.entry.address == address;
  });
  const bool probed = network_.chip(node).neighbor_timers().probed;
  return probed && found != answers_.end() ? &found->entry : nullptr;
}

// By which the node is known where the other one is; unspecified: it has none there.
IpAddress Walker::address_towards(NodeIndex node, InterfaceIndex interface,
                                  const IpAddress& other) const {
  for (const IpPrefix& own : network_.interface(node, interface).addresses()) {
    if (own.contains(other)) {
      return own.address();
    }
  }
  return {};
}

void Walker::begin_frame(Pass& pass, Aim aim, bool sampled) {
  pass.begin(aim, sampled);
  pass.packets.emplace_back();
}

void Walker::send_frame(Pass& pass, NodeIndex node, InterfaceIndex interface, MacAddress source,
                        MacAddress destination) {
  Copy copy{.node = node};
  copy.frame.source = source;
  copy.frame.destination = destination;
  copy.frame.hash = frame_hash(source, destination, network_.interface(node, interface).vlan);
  ++counters_.sent;
  emit(pass, copy, add_hop(pass, copy), interface);
  follow(pass);
  if (pass.done()) {
    remember_ways(pass);
  }
  blame_ports(pass);
}

void Walker::finish_question(Resolution& resolution, const Pass& pass) {
  asking_reads_.attach(resolution.reads);
  add_reads(pass, asking_reads_);
  asking_reads_.detach();
  teach(pass, resolution.places);
  if (pass.sampled) {
    note_learning(pass);
  }
  if (pass.looped && !resolution.looped) {
    resolution.looped = true;
    resolution.looped_at = pass.looped_at;
  }
  if (!pass.delivered) {
    resolution.obstacle = pass.obstacle.value_or(obstacle_at(resolution.node, {}));
    resolution.obstacle.disposition = Disposition::neighbor_unresolved;
  }
}

std::optional<MacAddress> Walker::answer_of(NodeIndex node, InterfaceIndex interface,
                                            const IpAddress& address) const {
  const Facts& facts = facts_[static_cast<std::size_t>(node)];
  if (!facts.kernel_up) {
    return std::nullopt;
  }
  if (facts.stateful) {
    const VirtualOwner first{address, MacAddress{}, node, interface};
    const auto at = std::lower_bound(virtual_owners_.begin(), virtual_owners_.end(), first);
    for (auto owner = at; owner != virtual_owners_.end() && owner->address == address; ++owner) {
      if (owner->node == node && owner->interface == interface) {
        return owner->mac;
      }
    }
    if (!network_.stateful->may_answer(node, address)) {
      return std::nullopt;
    }
  }
  return forwarding_.answers(node, interface, address);
}

// The MAC of the one interface that would answer; empty when there are several or none.
std::optional<MacAddress> Walker::one_owner(const IpAddress& address) const {
  std::optional<MacAddress> found;
  std::size_t count = 0;
  for (const AddressOwner& owner : network_.owners_of(address)) {
    if (const auto mac = answer_of(owner.node, owner.interface, address)) {
      found = mac;
      ++count;
    }
  }
  const auto first = std::lower_bound(
      virtual_owners_.begin(), virtual_owners_.end(), address,
      [](const VirtualOwner& owner, const IpAddress& wanted) { return owner.address < wanted; });
  for (auto at = first; at != virtual_owners_.end() && at->address == address; ++at) {
    found = at->mac;
    ++count;
  }
  return count == 1 ? found : std::nullopt;
}

bool Walker::one_place(MacAddress mac) const {
  const auto places = all_with(virtual_places_, mac, &MacOwner::mac);
  return places.empty() || places.front().node == places.back().node;
}

// --- What led there the last time ----------------------------------------------------------------

Walker::Hint& Walker::hint(NodeIndex node, VlanId vlan, MacAddress mac) {
  const std::uint64_t hash = scatter((static_cast<std::uint64_t>(node) << 16U) | vlan, mac.bits);
  return hints_[hash % kHints];
}

void Walker::remember_ways(const Pass& pass) {
  for (std::uint32_t i = pass.last_hop; i != kNoHop; i = pass.hops[i].before) {
    const Hop& hop = pass.hops[i];
    if (hop.before == kNoHop) {
      return;
    }
    const Hop& before = pass.hops[hop.before];
    if (before.floods) {
      hint(before.node, before.flooded, before.goal) = {before.goal, before.node, before.flooded,
                                                        hop.left_by};
    }
  }
}

// What the bridges on the way of the copy that arrived have learned.
void Walker::teach(const Pass& pass, std::vector<Place>& places) {
  if (!pass.delivered) {
    return;
  }
  for (std::uint32_t i = pass.last_hop; i != kNoHop; i = pass.hops[i].before) {
    const Hop& hop = pass.hops[i];
    if (!hop.learns || !facts_[static_cast<std::size_t>(hop.node)].learns) {
      continue;
    }
    const Chip& chip = network_.chip(hop.node);
    const std::uint32_t capacity = chip.capacity(ChipTable::mac);
    if (capacity != 0 && chip.macs().size() >= capacity) {
      continue;  // There may be room or not; the entry, if any, says where the MAC is.
    }
    places.push_back({hop.node, hop.vlan, hop.in, hop.source});
    if (const auto peer = network_.mlag_learns_at(hop.node, hop.in)) {
      places.push_back({peer->first, hop.vlan, peer->second, hop.source});
    }
  }
}

}  // namespace switchfault
