#include "net/stateful.h"

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>
#include <utility>

#include "core/check.h"
#include "net/standing_flow.h"

namespace switchfault {
namespace {

// Virtual services of one load balancer: their numbers tell the events of its checks apart.
constexpr std::uint32_t kMaxServices = 1024;
// How often it is looked at most how many sessions have ended.
constexpr Duration kTellAgain = std::chrono::seconds{1};
constexpr std::uint16_t kFirstCheckPort = 50000;  // Dynamic port (RFC 6335); any fixed one does.

bool is_reply_to(const Packet& packet, const Packet& request) {
  return packet.source == request.destination && packet.destination == request.source &&
         packet.source_port == request.destination_port &&
         packet.destination_port == request.source_port && packet.protocol == request.protocol;
}

bool is_same_flow(const Packet& a, const Packet& b) {
  return a.source == b.source && a.destination == b.destination && a.source_port == b.source_port &&
         a.destination_port == b.destination_port && a.protocol == b.protocol;
}

// The reply to a translated packet, as the one who sent it before translation expects it.
Packet translated_back(Packet reply, const Packet& before) {
  reply.source = before.destination;
  reply.source_port = before.destination_port;
  reply.destination = before.source;
  reply.destination_port = before.source_port;
  return reply;
}

// A single session needs room, too, whether somebody has asked for it or not.
std::uint64_t at_least_one(std::uint64_t sessions) {
  return std::max<std::uint64_t>(sessions, 1);
}

bool is_alive(const Process& process) {
  return process.function == ProcessFunction::sessions && process.alive();
}

}  // namespace

// --- HealthCheck ---------------------------------------------------------------------------------

// Asks one member of a pool at its own times, from the load balancer, over the network.
class HealthCheck final : public StandingFlow {
 public:
  struct Place {
    NodeIndex node;  // The load balancer.
    std::size_t service, member;
  };
  HealthCheck(StatefulNodes& nodes, const Place& place, const Schedule& schedule,
              bool skip_quiet_time)
      : StandingFlow(nodes.network_.simulator, nodes.network_.network, schedule, skip_quiet_time),
        nodes_(nodes),
        place_(place) {}

 protected:
  Outcome execute(std::int64_t /*n*/, ReadSet& reads, ReadSet& kept) override {
    StatefulNodes::Service& service = nodes_.find(place_.node)->services[place_.service];
    StatefulNodes::Member& member = service.members[place_.member];
    const auto source =
        nodes_.own_address(*nodes_.find(place_.node), VrfIndex::global, member.address);
    const Packet request{.source = source.value_or(IpAddress{}),
                         .destination = member.address,
                         .protocol = IpProtocol::tcp,
                         .source_port = kFirstCheckPort,
                         .destination_port = service.port};
    const WalkResult result = nodes_.network_.network.exchange(place_.node, request, reads, kept);
    reads.nodes.push_back(member.host);  // Whether it serves.
    const bool answered =
        result.delivered() && nodes_.serving_[static_cast<std::size_t>(member.host)];
    const std::uint32_t lost_before = lost_;
    const bool changed =
        nodes_.checked(place_.node, member, answered, lost_, service.lost_limit, result.cause);
    return {.quiet = !result.learned && !changed && lost_ == lost_before};
  }

 private:
  StatefulNodes& nodes_;
  Place place_;
  std::uint32_t lost_ = 0;  // In a row, up to the limit.
};

// --- Building ------------------------------------------------------------------------------------

StatefulNodes::StatefulNodes(NetworkImpl& network, const Forwarding& forwarding)
    : network_(network), forwarding_(forwarding), serving_(network.nodes.size(), true) {
  for (std::size_t i = 0; i < network.nodes.size(); ++i) {
    const Node& node = network.nodes[i];
    const bool stateful = node.config->stateful.has_value() || node.kind == NodeKind::firewall ||
                          node.kind == NodeKind::load_balancer;
    if (stateful && node.os != nullptr) {
      boxes_.push_back(make_box(static_cast<NodeIndex>(i)));
    }
  }
  for (Box& box : boxes_) {
    box.tells = Timer(network.simulator, Phase::programming, network.node(box.node).entity,
                      Entity(EntityKind::service, static_cast<std::uint32_t>(box.node)),
                      [this, node = box.node] { tell_users(*find(node)); });
    make_services(box);
  }
  std::sort(balancers_.begin(), balancers_.end());
}

StatefulNodes::~StatefulNodes() = default;

StatefulNodes::Box StatefulNodes::make_box(NodeIndex node) const {
  const Node& at = network_.node(node);
  Box box;
  box.node = node;
  box.filters_all = at.kind != NodeKind::load_balancer;
  box.epoch = at.os->chip().session_epoch();
  if (const auto& config = at.config->stateful) {
    box.synchronised = config->sessions_synchronised;
    box.sessions = SessionTable(config->timeouts);
    if (config->peer) {
      box.peer = network_.network.find_node(config->peer->text);
      box.owner = config->active;
    }
  }
  return box;
}

void StatefulNodes::make_services(Box& box) {
  const NodeConfig& config = *network_.node(box.node).config;
  SF_CHECK(config.virtual_services.size() <= kMaxServices);
  for (std::size_t i = 0; i < config.virtual_services.size(); ++i) {
    const VirtualService& from = config.virtual_services[i];
    const auto address = IpAddress::parse(from.address);
    SF_CHECK(address.has_value());
    Service& service = box.services.emplace_back();
    service.address = *address;
    service.port = from.port;
    service.lost_limit = std::max<std::uint32_t>(from.health_lost, 1);
    balancers_.emplace_back(*address, box.node);
    for (const Name& name : from.pool) {
      Member member{.host = network_.network.find_node(name.text)};
      SF_CHECK(member.host != NodeIndex::none);
      const auto own = network_.network.address_of(member.host, !address->is_v4());
      member.address = own.value_or(IpAddress{});
      member.in_pool = own.has_value();  // Of the other family only: never.
      if (member.in_pool && from.health_interval > Duration::zero()) {
        const HealthCheck::Place place{box.node, i, service.members.size()};
        // Checks begin spread over the interval, so that they do not all fall into one instant.
        const DrawKey phase{.purpose = Purpose("health_check.phase"),
                            .entity = network_.node(box.node).stable_id,
                            .occurrence = i,
                            .index = network_.node(member.host).stable_id};
        const StandingFlow::Schedule schedule{
            .anchor = network_.simulator.now() +
                      network_.random.uniform(phase, Duration::zero(), from.health_interval),
            .period = from.health_interval,
            .phase = Phase::traffic,
            .target = network_.node(member.host).entity,
            .source = {EntityKind::service, static_cast<std::uint32_t>(box.node) * kMaxServices +
                                                static_cast<std::uint32_t>(i)}};
        member.check =
            std::make_unique<HealthCheck>(*this, place, schedule, network_.skip_quiet_time);
      }
      service.members.push_back(std::move(member));
    }
  }
}

StatefulNodes::Box* StatefulNodes::find(NodeIndex node) {
  const auto at = std::lower_bound(boxes_.begin(), boxes_.end(), node,
                                   [](const Box& box, NodeIndex n) { return box.node < n; });
  return at == boxes_.end() || at->node != node ? nullptr : &*at;
}

const StatefulNodes::Box* StatefulNodes::find(NodeIndex node) const {
  const auto at = std::lower_bound(boxes_.begin(), boxes_.end(), node,
                                   [](const Box& box, NodeIndex n) { return box.node < n; });
  return at == boxes_.end() || at->node != node ? nullptr : &*at;
}

// --- Crossing ------------------------------------------------------------------------------------

StatefulNodes::Crossing StatefulNodes::cross(NodeIndex node, VrfIndex vrf, const Packet& packet,
                                             std::uint64_t hash, bool reply,
                                             std::span<const SessionRecord> sessions) const {
  const Box& box = *find(node);
  for (const SessionRecord& session : sessions) {
    if (session.node == node && reply && is_reply_to(packet, session.after)) {
      return {.session = true, .packet = translated_back(packet, session.before)};
    }
  }
  const auto service =
      std::find_if(box.services.begin(), box.services.end(), [&](const Service& one) {
        return one.address == packet.destination &&
               (one.port == 0 || one.port == packet.destination_port);
      });
  if (service != box.services.end()) {
    return balance(box, vrf, *service, packet, hash);
  }
  if (std::any_of(box.services.begin(), box.services.end(),
                  [&](const Service& one) { return one.address == packet.destination; })) {
    return {.disposition = Disposition::not_for_host};  // Nothing listens on this port.
  }
  if (!box.filters_all || network_.has_address(node, vrf, packet.destination)) {
    return {.packet = packet};
  }
  if (reply || !box.owner || !box.has_table) {
    return {.disposition = Disposition::no_session};
  }
  if (!forwarding_.permits(node, packet)) {
    return {.disposition = Disposition::filtered};
  }
  return open(box, packet, packet, hash);
}

StatefulNodes::Crossing StatefulNodes::pass(const Passing& passing,
                                            std::vector<PacketSession>& sessions) {
  Box& box = *find(passing.node);
  const SessionHop hop = session_hop(passing.node);
  SessionTable& table = find(hop.node)->sessions;
  const SimTime now = network_.simulator.now();
  std::erase_if(sessions, [&](const PacketSession& one) { return !one.ref.alive(now); });
  for (const PacketSession& one : sessions) {
    if (one.pair != hop.node || !box.owner || !box.has_table) {
      continue;
    }
    const SessionTable::Session& session = *one.ref.session;
    const bool reply = !is_same_flow(passing.packet, session.before);
    if (reply && !is_reply_to(passing.packet, session.after)) {
      continue;
    }
    table.renew(one.ref, {.opens = passing.opens, .closes = passing.closes, .reply = reply}, now);
    return {.session = true,
            .packet = reply ? translated_back(passing.packet, session.before) : session.after,
            .by = {&table, one.ref, reply}};
  }
  Crossing crossing =
      cross(passing.node, passing.vrf, passing.packet, passing.hash, !passing.opens, {});
  if (crossing.disposition != Disposition::delivered || !crossing.session) {
    return crossing;
  }
  if (!passing.opens) {
    return {.disposition = Disposition::no_session};
  }
  // Those of users that want in, and this one, have the room together.
  const double share =
      static_cast<double>(room(box, table.count(now))) / static_cast<double>(wanted(box) + 1);
  const DrawKey key{.purpose = Purpose("net.packet_session"),
                    .entity = network_.node(passing.node).stable_id,
                    .occurrence = passing.conversation,
                    .index = hop.generation};
  if (share < 1 && !network_.random.chance(key, share)) {
    return {.disposition = Disposition::session_table_full};
  }
  const SessionTable::Ref ref = table.open(passing.packet, crossing.packet, passing.closes, now);
  sessions.push_back({hop.node, ref});
  crossing.by = {&table, ref, false};
  tell_chip(box);
  const bool tight = is_tight(box, table.count(now));
  if (tight && !is_tight(box, find(hop.node)->packets_told)) {
    tell_users(box);
  } else {
    look_again(box, tight ? now : table.earliest_end());
  }
  return crossing;
}

StatefulNodes::Crossing StatefulNodes::open(const Box& box, const Packet& packet,
                                            const Packet& translated, std::uint64_t hash) const {
  const Chip& chip = network_.chip(box.node);
  if (chip.has_corruption() &&
      chip.corrupted(ChipTable::sessions, flow_hash(packet), hash, &packet.destination)) {
    return {.disposition = Disposition::table_corrupted};
  }
  const std::uint64_t packets = named(box).packets_told;
  return {.session = true,
          .packet = translated,
          .share = is_tight(box, packets) ? static_cast<double>(room(box, packets)) /
                                                static_cast<double>(at_least_one(wanted(box)))
                                          : 1};
}

std::uint64_t StatefulNodes::room(const Box& box, std::uint64_t packets) const {
  const std::uint64_t capacity = network_.chip(box.node).capacity(ChipTable::sessions);
  return capacity == 0 ? std::numeric_limits<std::uint64_t>::max()
                       : capacity - std::min(capacity, packets);
}

bool StatefulNodes::is_tight(const Box& box, std::uint64_t packets) const {
  return at_least_one(wanted(box)) > room(box, packets);
}

bool StatefulNodes::refuses_some(NodeIndex node) const {
  const Box* box = find(node);
  return box != nullptr && is_tight(*box, named(*box).packets_told);
}

// Why the node does what it does has not changed.
void StatefulNodes::tell_users(Box& box) {
  const SimTime now = network_.simulator.now();
  Box& shared = named(box);
  const std::uint64_t packets = shared.sessions.count(now);
  const CauseScope scope(network_.simulator, network_.node(box.node).last_change);
  tell_chip(box);
  if (std::exchange(shared.packets_told, packets) != packets) {
    network_.node_changed(box.node);
  }
  look_again(box, shared.sessions.earliest_end());
}

// A table without limit is looked at when somebody asks.
void StatefulNodes::look_again(Box& box, SimTime at) {
  const SimTime next = std::max(at, network_.simulator.now() + kTellAgain);
  if (network_.chip(box.node).capacity(ChipTable::sessions) != 0 && next < box.tells.deadline()) {
    box.tells.arm(next);
  }
}

void StatefulNodes::tell_chip(Box& box) {
  const std::uint64_t packets = named(box).sessions.count(network_.simulator.now());
  const std::uint64_t users = std::min(wanted(box), room(box, packets));
  network_.node(box.node).os->set_sessions(static_cast<std::size_t>(users + packets));
}

StatefulNodes::Crossing StatefulNodes::balance(const Box& box, VrfIndex vrf, const Service& service,
                                               const Packet& packet, std::uint64_t hash) const {
  if (!box.owner || !box.has_table) {
    return {.disposition = Disposition::no_session};
  }
  const auto in_pool = [](const Member& member) { return member.in_pool; };
  const auto healthy = static_cast<std::uint64_t>(
      std::count_if(service.members.begin(), service.members.end(), in_pool));
  if (healthy == 0) {
    return {.disposition = Disposition::no_pool_member};
  }
  std::uint64_t skip = equal_choice(hash, network_.node(box.node).stable_id, healthy);
  const Member* chosen = nullptr;
  for (const Member& member : service.members) {
    if (member.in_pool && skip-- == 0) {
      chosen = &member;
      break;
    }
  }
  const auto source = own_address(box, vrf, chosen->address);
  if (!source) {
    return {.disposition = Disposition::no_route};
  }
  Packet translated = packet;
  translated.source = *source;
  translated.destination = chosen->address;
  return open(box, packet, translated, hash);
}

// The address of the interface by which the node reaches another one.
std::optional<IpAddress> StatefulNodes::own_address(const Box& box, VrfIndex vrf,
                                                    const IpAddress& towards) const {
  const std::optional<FibEntry> route = network_.chip(box.node).find_route(vrf, towards);
  if (!route || route->next_hops.empty()) {
    return std::nullopt;
  }
  const Interface& out = network_.interface(box.node, route->next_hops.front().interface);
  for (const IpPrefix& address : out.addresses()) {
    if (address.is_v4() == towards.is_v4()) {
      return address.address();
    }
  }
  return std::nullopt;
}

// --- Owners and generations ----------------------------------------------------------------------

SessionHop StatefulNodes::session_hop(NodeIndex node) const {
  const Box* box = find(node);
  const NodeIndex name = box->peer == NodeIndex::none ? node : std::min(node, box->peer);
  return {.node = name, .generation = find(name)->generation};
}

bool StatefulNodes::owns(NodeIndex node) const {
  const Box* box = find(node);
  return box == nullptr || box->owner;
}

void StatefulNodes::set_owner(NodeIndex node, bool owner) {
  Box* box = find(node);
  SF_CHECK(box != nullptr);
  if (box->owner == owner) {
    return;
  }
  CauseScope scope(network_.simulator, network_.simulator.cause());
  box->owner = owner;
  network_.log.append(ObservationKind::ownership, network_.node(node).entity,
                      {.value = owner ? 1 : 0});
  if (owner && !box->synchronised) {
    forget_sessions(*box, "ownership moved");
  } else if (owner && named(*box).sessions.count(network_.simulator.now()) > 0) {
    tell_chip(*box);
  }
  network_.node_changed(node);
  if (owner) {
    announce(*box);
  }
}

// The addresses of the pair are here now.
void StatefulNodes::announce(const Box& box) {
  const Node& node = network_.node(box.node);
  for (std::size_t i = 0; i < node.interfaces.size(); ++i) {
    const auto interface = static_cast<InterfaceIndex>(i);
    if (!node.interfaces[i].up) {
      continue;
    }
    for (const IpPrefix& address : node.interfaces[i].addresses()) {
      if (is_shared(box, address.address())) {
        network_.network.announce(box.node, interface, node.interfaces[i].mac(), address.address());
      }
    }
    for (const IpAddress& address : virtual_addresses(box.node, interface)) {
      network_.network.announce(box.node, interface, node.interfaces[i].mac(), address);
    }
  }
}

bool StatefulNodes::is_shared(const Box& box, const IpAddress& address) const {
  const auto owners = network_.owners_of(address);
  return box.peer != NodeIndex::none &&
         std::any_of(owners.begin(), owners.end(),
                     [&](const AddressOwner& owner) { return owner.node == box.peer; });
}

bool StatefulNodes::may_answer(NodeIndex node, const IpAddress& address) const {
  const Box* box = find(node);
  return box == nullptr || box->owner || !is_shared(*box, address);
}

std::vector<IpAddress> StatefulNodes::virtual_addresses(NodeIndex node,
                                                        InterfaceIndex interface) const {
  std::vector<IpAddress> addresses;
  const Box* box = find(node);
  const Interface& at = network_.interface(node, interface);
  if (box == nullptr || !box->owner || !at.up) {
    return addresses;
  }
  for (const Service& service : box->services) {
    const bool on_link =
        std::any_of(at.addresses().begin(), at.addresses().end(),
                    [&](const IpPrefix& own) { return own.contains(service.address); });
    const bool known =
        std::find(addresses.begin(), addresses.end(), service.address) != addresses.end();
    if (on_link && !known) {
      addresses.push_back(service.address);
    }
  }
  return addresses;
}

NodeIndex StatefulNodes::balancer_of(const IpAddress& address) const {
  const auto at =
      std::lower_bound(balancers_.begin(), balancers_.end(), std::pair(address, NodeIndex{}));
  return at == balancers_.end() || at->first != address ? NodeIndex::none : at->second;
}

bool StatefulNodes::has_table(NodeIndex node) const {
  const auto& processes = network_.node(node).os->processes();
  return std::any_of(processes.begin(), processes.end(), is_alive);
}

void StatefulNodes::node_changed(NodeIndex node) {
  Box* box = find(node);
  if (box == nullptr) {
    return;
  }
  const std::uint32_t epoch = network_.chip(node).session_epoch();
  const bool table = has_table(node);
  const bool lost = box->has_table && (!table || epoch != box->epoch);
  box->has_table = table;
  box->epoch = epoch;
  const Box* peer = box->peer == NodeIndex::none ? nullptr : find(box->peer);
  const bool copied = box->synchronised && peer != nullptr && peer->has_table;
  if (lost && box->owner && !copied) {
    forget_sessions(*box, table ? "table emptied" : "process died");
  }
  const bool checking = network_.runs(node, ProcessFunction::health_checks);
  if (checking == box->checking) {
    return;
  }
  box->checking = checking;
  for (Service& service : box->services) {
    for (Member& member : service.members) {
      if (member.check != nullptr) {
        checking ? member.check->start() : member.check->stop();
      }
    }
  }
}

void StatefulNodes::forget_sessions(Box& box, std::string_view why) {
  Box& shared = named(box);
  ++shared.generation;
  const SimTime now = network_.simulator.now();
  const std::uint64_t packets = shared.sessions.count(now);
  shared.sessions.clear();
  shared.packets_told = 0;
  if (network_.chip(box.node).entries(ChipTable::sessions, now) != 0) {
    tell_chip(box);
  }
  CauseScope scope(network_.simulator, network_.simulator.cause());
  network_.log.append(ObservationKind::session_table, network_.node(box.node).entity,
                      {.value = static_cast<std::int64_t>(shared.wanted + packets), .text = why});
}

// Alone, active, or told of all sessions by the active one.
bool StatefulNodes::has_sessions(const Box& box) {
  return box.has_table && (box.owner || box.synchronised);
}

std::vector<const SessionTable::Session*> StatefulNodes::packet_sessions(NodeIndex node) const {
  const Box* box = find(node);
  if (box == nullptr || !has_sessions(*box)) {
    return {};
  }
  return named(*box).sessions.all(network_.simulator.now());
}

std::uint64_t StatefulNodes::user_sessions(NodeIndex node) const {
  const Box* box = find(node);
  return box == nullptr || !has_sessions(*box)
             ? 0
             : std::min(wanted(*box), room(*box, packet_sessions(node).size()));
}

void StatefulNodes::set_session_demand(std::uint64_t owner, NodeIndex node,
                                       std::uint64_t sessions) {
  SF_CHECK(is_stateful(node));
  Box& shared = named(*find(node));
  const auto at = std::lower_bound(shared.demands.begin(), shared.demands.end(),
                                   std::pair(owner, std::uint64_t{0}));
  const bool known = at != shared.demands.end() && at->first == owner;
  const std::uint64_t before = known ? at->second : 0;
  if (before == sessions) {
    return;
  }
  if (known && sessions == 0) {
    shared.demands.erase(at);
  } else if (known) {
    at->second = sessions;
  } else {
    shared.demands.insert(at, {owner, sessions});
  }
  const std::array<Box*, 2> pair = {&shared, find(shared.peer)};
  std::array<bool, 2> tight{};
  for (std::size_t i = 0; i < pair.size(); ++i) {
    tight[i] = pair[i] != nullptr && is_tight(*pair[i], shared.packets_told);
  }
  shared.packets_told = shared.sessions.count(network_.simulator.now());
  shared.wanted = shared.wanted - before + sessions;
  for (std::size_t i = 0; i < pair.size(); ++i) {
    if (pair[i] == nullptr || !has_sessions(*pair[i])) {
      continue;
    }
    tell_chip(*pair[i]);
    if (tight[i] || is_tight(*pair[i], shared.packets_told)) {
      network_.node_changed(pair[i]->node);
    }
    look_again(*pair[i], shared.sessions.earliest_end());
  }
}

void StatefulNodes::set_serving(NodeIndex host, bool serving) {
  if (serving_[static_cast<std::size_t>(host)] != serving) {
    serving_[static_cast<std::size_t>(host)] = serving;
    network_.node_changed(host);
  }
}

bool StatefulNodes::checked(NodeIndex node, Member& member, bool answered, std::uint32_t& lost,
                            std::uint32_t limit, ObservationId cause) {
  lost = answered ? 0 : std::min(lost + 1, limit);
  const bool in_pool = answered || (member.in_pool && lost < limit);
  if (in_pool == member.in_pool) {
    return false;
  }
  member.in_pool = in_pool;
  CauseScope scope(network_.simulator, cause);
  network_.log.append(ObservationKind::pool_member, network_.node(node).entity,
                      {.object = network_.node(member.host).entity, .value = in_pool ? 1 : 0});
  network_.node_changed(node);
  return true;
}

// --- Network -------------------------------------------------------------------------------------

void Network::set_owner(NodeIndex node, bool owner) {
  impl_->stateful->set_owner(node, owner);
}

bool Network::owns(NodeIndex node) const {
  return impl_->stateful->owns(node);
}

Network::Sessions Network::sessions(NodeIndex node) const {
  const SimTime now = impl_->simulator.now();
  Sessions sessions{.of_packets = {}, .of_users = impl_->stateful->user_sessions(node)};
  for (const SessionTable::Session* one : impl_->stateful->packet_sessions(node)) {
    sessions.of_packets.push_back({.request = one->before,
                                   .state = one->closing    ? "closing"
                                            : one->answered ? "established"
                                                            : "opened",
                                   .idle = now - one->last,
                                   .idle_limit = one->idle});
  }
  return sessions;
}

void Network::set_session_demand(std::uint64_t owner, NodeIndex node, std::uint64_t sessions) {
  impl_->stateful->set_session_demand(owner, node, sessions);
}

void Network::set_serving(NodeIndex host, bool serving) {
  impl_->stateful->set_serving(host, serving);
}

}  // namespace switchfault
