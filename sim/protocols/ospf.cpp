// ospf: the open shortest path first protocol, version 2 (RFC 2328), on one node.
//
//   hellos ─▶ neighbours ─▶ databases agree ─▶ adjacency ─▶ own advertisements ─▶ flooding
//                                                database ─▶ shortest paths ─▶ routing table
//
// Every interface with an IPv4 address in the global VRF takes part. Adjacencies, databases and
// flooding are exchanged packet by packet (protocols/ospf_packet.h); routes (protocols/ospf_spf.h)
// go to the routing table of the node and from there to the chip. Hellos sleep while they would
// only move the dead interval of who hears them.
//
// It runs in the process with the function `ospf`, or in `routing` when the node has no such one.
// In a process of its own: hung, its routes stay and neighbours route round; killed, the routing
// process withdraws them at once while neighbours still send. In `routing` itself, killed, they
// stay in the chip. Ended in order it takes its advertisements out of the network first.
//
// A segment between routers and VLAN interfaces are reached by multicasts that cross bridges at one
// instant; a point-to-point link by frames with the delay of the link.
//
// Not modelled: external routes, stub areas and NSSA, virtual links, authentication, refreshing
// every half hour and ageing out of what nobody refreshes any more (such routers are unreachable),
// sleeping of hellos on shared networks.

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "net/frame_sender.h"
#include "protocols/ospf_router.h"
#include "protocols/own_process.h"
#include "protocols/remarks.h"

namespace switchfault::ospf_v2 {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// BIRD advertises and calculates in ticks: OSPF_DEFAULT_TICK, and the first one after 100 ms,
// ospf_start() of proto/ospf/ospf.c.
constexpr Duration kTick = seconds{1};
constexpr Duration kFirstTick = milliseconds{100};
// Of a process that hangs: about what the receive buffer of a socket holds.
constexpr std::size_t kMostWaiting = 1000;

// What the frame carries.
const OspfBody& body_of(const ControlFrame& frame) {
  return static_cast<const OspfContent&>(*frame.more).body();
}

constexpr const char* kStateNames[] = {"down",     "init",    "2-way", "exstart",
                                       "exchange", "loading", "full"};

std::vector<Parameter> interface_parameters();

std::uint32_t number_of_area(const std::string& text) {
  if (const auto address = IpAddress::parse(text); address && address->is_v4()) {
    return address->v4_bits();
  }
  return static_cast<std::uint32_t>(std::stoul(text));
}

}  // namespace

// --- what is configured --------------------------------------------------------------------------

Ospf::Ospf(const ProtocolContext& context, const ArgumentReader& arguments)
    : context_(context),
      retransmit_(arguments.duration("retransmit")),
      least_arrival_(arguments.duration("min_ls_arrival")),
      delay_(arguments.duration("spf_delay")),
      hold_(arguments.duration("spf_hold")),
      hold_max_(arguments.duration("spf_hold_max")),
      max_metric_(arguments.boolean("max_metric")),
      most_paths_(static_cast<std::size_t>(arguments.integer("max_paths"))),
      inbox_timer_(context.simulator, Phase::protocol, context.os.node(), context.source(2),
                   [this] { read_inbox(); }),
      origin_timer_(context.simulator, Phase::protocol, context.os.node(), context.source(3),
                    [this] { on_own_timer(); }),
      route_timer_(context.simulator, Phase::protocol, context.os.node(), context.source(4),
                   [this] { calculate(); }),
      grace_timer_(context.simulator, Phase::protocol, context.os.node(), context.source(5),
                   [this] { on_grace_timer(); }) {
  if (!context.shared.has_value()) {
    context.shared.emplace<OspfGraphs>();
  }
  graphs_ = std::any_cast<OspfGraphs>(&context.shared);
  frr_ = arguments.text("profile") == "frr";
  bird_ = arguments.text("profile") == "bird";
  cpu_wait_ = node().config->cpu_wait;
  graceful_ = arguments.boolean("graceful_restart");
  unplanned_ = arguments.boolean("graceful_unplanned");
  helper_ = arguments.boolean("graceful_helper");
  grace_period_ = arguments.duration("grace_period");
  context.os.add_listener(*this);
  least_interval_ = frr_ ? Duration{} : seconds{5};
  if (arguments.has("min_ls_interval")) {
    least_interval_ = arguments.duration("min_ls_interval");
  }
  function_ = own_process(context.os, {ProcessFunction::ospf});
  for (const std::string_view name :
       {"router_id", "area", "hello", "dead", "network", "reference_bandwidth"}) {
    if (arguments.has(name)) {
      arguments_.push_back(
          {.name = std::string{name}, .text = arguments.text(name), .items = {}, .at = {}});
    }
  }
  read_interfaces();
}

void Ospf::read_interfaces() {
  std::uint32_t highest = 0;
  bool loopback = false;
  for (std::size_t i = 0; i < node().interfaces.size(); ++i) {
    const Interface& interface = node().interfaces[i];
    read_interface(i, interface);
    // RFC 2328 C.1 leaves it open: the highest address of a loopback, else of any interface.
    const bool is_loopback = interface.kind == InterfaceKind::loopback;
    for (const IpPrefix& address : interface.addresses()) {
      if (address.is_v4() && interface.vrf == VrfIndex::global && is_loopback >= loopback) {
        highest = is_loopback > loopback ? address.address().v4_bits()
                                         : std::max(highest, address.address().v4_bits());
        loopback = is_loopback;
      }
    }
  }
  const ArgumentReader reader(arguments_);
  router_ = reader.has("router_id") ? reader.address("router_id").v4_bits() : highest;
}

void Ospf::read_interface(std::size_t index, const Interface& interface) {
  const auto address = std::ranges::find_if(interface.addresses(), &IpPrefix::is_v4);
  if (address == interface.addresses().end() || interface.vrf != VrfIndex::global) {
    return;
  }
  const Arguments given = interface_arguments(interface.config, kName, interface_parameters());
  const ArgumentReader here(given);
  const ArgumentReader all(arguments_);
  if (!here.boolean("enabled")) {
    return;
  }
  const auto either = [&](std::string_view name) { return here.has(name) ? here : all; };
  auto own = std::make_unique<OwnInterface>(*this);
  own->index = static_cast<InterfaceIndex>(index);
  own->address = (*address).address().v4_bits();
  own->length = (*address).length();
  own->priority = static_cast<std::uint8_t>(here.integer("priority"));
  own->hello = either("hello").duration("hello");
  own->dead = either("dead").duration("dead");
  const bool loopback = interface.kind == InterfaceKind::loopback;
  own->passive = here.boolean("passive") || loopback;
  own->broadcast = either("network").text("network") == "broadcast";
  const std::uint32_t area = number_of_area(either("area").text("area"));
  auto place = std::ranges::lower_bound(areas_, area, {}, &Area::id);
  if (place == areas_.end() || place->id != area) {
    const auto at = static_cast<std::size_t>(place - areas_.begin());
    for (const auto& other : interfaces_) {
      other->area += other->area >= at ? 1U : 0U;
    }
    place = areas_.insert(place, Area{.id = area, .database = {}, .own = {}});
  }
  own->area = static_cast<std::size_t>(place - areas_.begin());
  std::int64_t rate = 0;
  if (interface.kind == InterfaceKind::routed && interface.port != LogicalPort::none) {
    const LogicalPortInfo& port = node().logical_ports[static_cast<std::size_t>(interface.port)];
    bool routed = !port.members().empty();
    for (const PortIndex member : port.members()) {
      const LinkIndex link = node().ports[static_cast<std::size_t>(member)].link;
      if (link == LinkIndex::none) {
        routed = false;
        continue;
      }
      rate += context_.network.link(link).terms->rate.bits_per_second;
      const auto other = context_.network.neighbor({context_.node, member});
      const Node& there = context_.network.node(other->node);
      const auto logical = there.ports[static_cast<std::size_t>(other->port)].logical;
      routed = routed && there.os != nullptr &&
               there.logical_ports[static_cast<std::size_t>(logical)].routed;
    }
    if (routed && !own->broadcast) {
      own->port = interface.port;
    }
  }
  const std::int64_t reference = parse_bit_rate(all.text("reference_bandwidth"))->bits_per_second;
  const std::int64_t by_rate =
      std::clamp<std::int64_t>(rate == 0 ? 1 : reference / rate, 1, kMaxMetric);
  own->cost = static_cast<std::uint16_t>(here.has("cost") ? here.integer("cost")
                                                          : (loopback ? 0 : by_rate));
  OwnInterface& placed = *interfaces_.emplace_back(std::move(own));
  placed.timer = Timer(context_.simulator, Phase::protocol, interface.entity(), context_.source(1),
                       [this, &placed] { on_timer(placed); });
}

OwnInterface* Ospf::find(InterfaceIndex index) const {
  const auto found =
      std::ranges::find(interfaces_, index, [](const auto& own) { return own->index; });
  return found == interfaces_.end() ? nullptr : found->get();
}

Neighbor* Ospf::find(OwnInterface& own, std::uint32_t id) {
  const auto found = std::ranges::find(own.neighbors, id, &Neighbor::id);
  return found == own.neighbors.end() ? nullptr : &*found;
}

// --- the life of the process ---------------------------------------------------------------------

void Ospf::forget() {
  for (Area& area : areas_) {
    area.database.clear();
    area.own.clear();
  }
  for (const auto& own : interfaces_) {
    own->state = InterfaceState::down;
    own->neighbors.clear();
    own->designated = own->backup = 0;
    own->wait_until = own->acknowledge_at = kNever;
    own->pending.clear();
    own->acknowledgments.clear();
    own->refused.clear();
    own->hellos.reset();
    own->multicast_hellos.reset();
    own->timer.cancel();
  }
  summaries_.clear();
  inbox_.clear();
  routes_.clear();
  inbox_timer_.cancel();
  origin_timer_.cancel();
  route_timer_.cancel();
  calculated_ = SimTime::min();
  hold_factor_ = 1;
}

void Ospf::start() {
  forget();
  running_ = true;
  restarting_ = now() < prepared_until_;
  why_ = context_.simulator.cause();
  ticks_from_ = now() + kFirstTick;
  if (now() < kTimeZero) {
    ticks_from_ = now() + context_.random.uniform({.purpose = Purpose("ospf.tick_phase"),
                                                   .entity = context_.os.stable_id()},
                                                  Duration::zero(), kTick);
  }
  if (!restarting_) {
    context_.network.learn_routes(context_.node, RouteSource::ospf, {});
  }
  for (const auto& own : interfaces_) {
    if (!interface(*own).up) {
      continue;
    }
    bring_up(*own);
    if (frr_) {
      originate_router(own->area);  // FRR tells of each interface by itself.
    }
  }
  if (restarting_ && unplanned_) {
    send_grace(0);  // Before the first hello, which would end the adjacencies.
  }
  for (std::size_t area = 0; area < areas_.size(); ++area) {
    originate_router(area);
  }
  finish();
  context_.network.touch(context_.node);
}

void Ospf::stop() {
  stopped_ = context_.simulator.cause();
  const bool in_order = ended_in_order(context_.os, function_);
  if (in_order && graceful_ && !frr_ && function_ == ProcessFunction::ospf) {
    prepare_restart();
  }
  if (process_state(context_.os, function_) == ProcessState::crashed && graceful_ && unplanned_) {
    prepared_until_ = now() + grace_period_;
  }
  if (in_order && !keeps_routes()) {
    because(stopped_);
    const CauseScope scope(context_.simulator, why_);
    for (std::size_t area = 0; area < areas_.size(); ++area) {
      std::vector<LsaKey> keys;
      for (const auto& [key, own] : areas_[area].own) {
        keys.push_back(key);
      }
      for (const LsaKey& key : keys) {
        withdraw(area, key);
      }
    }
    finish();
  }
  running_ = false;
  hung_since_ = now();
  for (const auto& own : interfaces_) {
    own->timer.cancel();
    if (own->hellos) {
      own->hellos->stop();
    }
    if (own->multicast_hellos) {
      own->multicast_hellos->stop();
    }
  }
  origin_due_ = origin_timer_.deadline();
  route_due_ = route_timer_.deadline();
  inbox_timer_.cancel();
  origin_timer_.cancel();
  route_timer_.cancel();
  if (keeps_routes() && process_state(context_.os, function_) != ProcessState::hung) {
    grace_timer_.arm(prepared_until_);
    return;
  }
  if (process_state(context_.os, function_) != ProcessState::hung &&
      context_.os.host_state() != HostState::hung) {
    context_.network.learn_routes(context_.node, RouteSource::ospf, {});
  }
}

// It was stopped while it waited for timers and sockets, and both are due now. FRR's event loop
// first does what timers have run out for, hellos before neighbours; one that was silent for too
// long only asks for an event, which comes after a turn of reading, and what its hellos and
// descriptions in that turn would have caused is forgotten with it (ospf_inactivity_timer(),
// ospf_nbr_free()). Its last hello finds no neighbour and makes a new one: measured, both
// neighbours of a router that hung for 10 s begin their exchange at once. A turn takes 20 packets
// (ospf_read()); why the last hello of each is not in it the source does not tell. BIRD reads
// before it looks at timers, so that hellos which have waited keep their neighbour (io_loop()).
void Ospf::resume() {
  running_ = true;
  why_ = context_.simulator.cause();
  std::vector<Received> waiting = std::exchange(inbox_, {});
  for (const auto& own : interfaces_) {
    const bool up = interface(*own).up;
    if (up != (own->state != InterfaceState::down)) {
      up ? bring_up(*own) : bring_down(*own);
      originate_router(own->area);
    } else if (up && !own->passive) {
      resume_hellos(*own);
      add_waiting_hellos(*own, waiting);
    }
  }
  std::ranges::stable_sort(waiting, {}, &Received::at);
  std::map<InterfaceIndex, const Received*> last;  // Hellos, of those who are given up.
  for (const Received& packet : waiting) {
    if (bird_ || !is_forgotten(packet)) {
      read(packet);
    } else if (is_hello(packet)) {
      last[packet.interface] = &packet;
    }
  }
  for (const auto& own : interfaces_) {
    if (own->state != InterfaceState::down) {
      on_timer(*own);
    }
  }
  for (const auto& [index, packet] : last) {
    read(*packet);
  }
  for (const auto& [timer, due] :
       {std::pair{&origin_timer_, origin_due_}, std::pair{&route_timer_, route_due_}}) {
    if (due < timer->deadline()) {
      timer->arm(std::max(due, now() + kAtOnce));
    }
  }
  finish();
  context_.network.touch(context_.node);
}

bool Ospf::is_hello(const Received& packet) {
  return std::holds_alternative<OspfHello>(body_of(packet.frame));
}

// A hello or a description of a neighbour that is given up.
bool Ospf::is_forgotten(const Received& packet) const {
  OwnInterface* own = find(packet.interface);
  const Neighbor* neighbor =
      own == nullptr ? nullptr : find(*own, packet.frame.as<Envelope>().router);
  const bool description = std::holds_alternative<OspfDescription>(body_of(packet.frame));
  return neighbor != nullptr && !neighbor->held && !neighbor->helped_until &&
         neighbor->deadline <= now() && (description || is_hello(packet));
}

SimTime Ospf::tick_from(SimTime time) const {
  const Duration since = std::max(time - ticks_from_, Duration::zero());
  return ticks_from_ + (since + kTick - Duration{1}) / kTick * kTick;
}

void Ospf::resume_hellos(OwnInterface& own) {
  SimTime next = own.hellos_from;
  if (next < hung_since_) {
    next += ((hung_since_ - next) / own.hello + 1) * own.hello;
  }
  if (next <= now()) {
    send(own, kAllRouters, own.said);
    next = now() + own.hello;
  }
  send_hellos_from(own, next);
}

// Hellos from the other end of a link that came while this process hung: as many as its socket
// holds, the present one since it is said, before that the one that was heard last.
void Ospf::add_waiting_hellos(const OwnInterface& own, std::vector<Received>& waiting) const {
  if (own.port == LogicalPort::none) {
    return;
  }
  const Network::Way there = context_.network.way(context_.node, own.port, context_.id);
  if (there.listeners.empty()) {
    return;
  }
  const auto& other = *static_cast<const Ospf*>(there.listeners.front());  // As its id says.
  const OwnInterface* const far = other.find(there.interface);
  if (far == nullptr || far->passive || far->state == InterfaceState::down) {
    return;
  }
  const Network::Way back = context_.network.way(other.context_.node, far->port, context_.id);
  if (!back.open) {
    return;
  }
  const auto before = own.neighbors.empty()
                          ? ContentRef<OspfContent>()
                          : make_content<OspfContent>(OspfBody(own.neighbors.front().hello));
  SimTime sent = far->hellos_from;
  if (sent < hung_since_) {
    sent += (hung_since_ - sent) / far->hello * far->hello;
  }
  std::size_t most = kMostWaiting;
  for (; context_.network.arrival(sent, back) <= now() && most > 0; sent += far->hello) {
    const bool present = sent >= far->said_since;
    if (context_.network.arrival(sent, back) >= hung_since_ && (present || before)) {
      const FrameContent* const said = present ? far->said.get() : before.get();
      waiting.push_back({.at = context_.network.arrival(sent, back),
                         .interface = own.index,
                         .frame = other.frame(*far, kAllRouters, said),
                         .cause = ObservationId::none});
      --most;
    }
  }
}

void Ospf::interface_changed(InterfaceIndex index) {
  OwnInterface* own = find(index);
  if (own == nullptr) {
    return;
  }
  const bool up = interface(*own).up;
  if (up == (own->state != InterfaceState::down)) {
    return;
  }
  because(context_.simulator.cause());
  const CauseScope scope(context_.simulator, context_.simulator.cause());
  if (up) {
    bring_up(*own);
  } else {
    bring_down(*own);
  }
  originate_router(own->area);
  finish();
  context_.network.touch(context_.node);
}

// BFD has noticed before the dead interval is over.
void Ospf::neighbor_lost(InterfaceIndex index) {
  OwnInterface* own = find(index);
  if (!running_ || own == nullptr || own->neighbors.empty()) {
    return;
  }
  because(context_.simulator.cause());
  const CauseScope scope(context_.simulator, why_);
  while (!own->neighbors.empty()) {
    lose(*own, own->neighbors.back().id);
  }
  finish();
  context_.network.touch(context_.node);
}

void Ospf::bring_up(OwnInterface& own) {
  own.state = InterfaceState::point_to_point;
  if (own.broadcast) {
    own.state = own.passive || own.priority == 0 ? InterfaceState::other : InterfaceState::waiting;
    own.wait_until = own.state == InterfaceState::waiting ? now() + own.dead : kNever;
  }
  if (!own.passive) {
    say_anew(own);
    start_hellos(own);
  }
  arm(own);
}

// At once when an interface comes up; what came up before the run has begun has been up for long.
void Ospf::start_hellos(OwnInterface& own) {
  SimTime anchor = now() + kAtOnce;
  if (now() < kTimeZero) {
    anchor += context_.random.uniform(
        {.purpose = Purpose("ospf.hello_phase"),
         .entity = context_.os.stable_id() ^ stable_hash(interface(own).name()),
         .occurrence = own.ups},
        Duration::zero(), own.hello);
  }
  ++own.ups;
  send_hellos_from(own, anchor);
}

void Ospf::send_hellos_from(OwnInterface& own, SimTime anchor) {
  own.hellos_from = anchor;
  const StandingFlow::Schedule schedule{.anchor = anchor,
                                        .period = own.hello,
                                        .phase = Phase::protocol,
                                        .target = interface(own).entity(),
                                        .source = context_.source()};
  if (own.port != LogicalPort::none) {
    const auto key = static_cast<std::size_t>(
        std::ranges::find(interfaces_, &own, [](const auto& one) { return one.get(); }) -
        interfaces_.begin());
    own.hellos = std::make_unique<HelloStream>(
        HelloStream::Context{.simulator = context_.simulator,
                             .network = context_.network,
                             .node = context_.node,
                             .port = own.port,
                             .protocol = context_.id,
                             .skip_quiet_time = context_.skip_quiet_time},
        static_cast<HelloStream::Sender&>(*this), key, schedule);
    own.hellos->start();
  } else {
    own.multicast_hellos =
        std::make_unique<MulticastStream>(MulticastStream::Context{.simulator = context_.simulator,
                                                                   .network = context_.network,
                                                                   .node = context_.node,
                                                                   .skip_quiet_time = false},
                                          own, schedule);
    own.multicast_hellos->start();
  }
}

void Ospf::bring_down(OwnInterface& own) {
  own.hellos.reset();
  own.multicast_hellos.reset();
  while (!own.neighbors.empty()) {
    lose(own, own.neighbors.back().id);
  }
  own.state = InterfaceState::down;
  own.designated = own.backup = 0;
  own.wait_until = own.acknowledge_at = kNever;
  own.pending.clear();
  own.acknowledgments.clear();
  withdraw(own.area, {LsaType::network, own.address, router_});
  arm(own);
}

// --- sending, receiving, timers ------------------------------------------------------------------

ControlFrame Ospf::frame(const OwnInterface& own, std::uint32_t to,
                         const FrameContent* content) const {
  ControlFrame frame =
      ControlFrame::of(context_.id, Envelope{.router = router_,
                                             .area = areas_[own.area].id,
                                             .source = own.address,
                                             .destination = to,
                                             .node = static_cast<std::uint32_t>(context_.node)});
  frame.more = ContentRef<FrameContent>(content);
  return frame;
}

void Ospf::send(OwnInterface& own, std::uint32_t to, const ContentRef<OspfContent>& content) {
  if (own.port != LogicalPort::none) {
    context_.network.send(context_.node, own.port, frame(own, to, content.get()));
    return;
  }
  ReadSet reads, kept;
  context_.network.multicast(context_.node, own.index, interface(own).mac(),
                             frame(own, to, content.get()), reads, kept);
}

bool Ospf::is_for(const OwnInterface& own, const Envelope& envelope) {
  const std::uint32_t to = envelope.destination;
  return envelope.source != own.address &&
         (to == own.address || to == kAllRouters || (to == kDesignatedRouters && own.is_chief()));
}

bool Ospf::receive(LogicalPort /*port*/, InterfaceIndex index, const ControlFrame& frame) {
  OwnInterface* own = find(index);
  if (!running_ || own == nullptr || own->state == InterfaceState::down || own->passive) {
    return true;
  }
  const auto from = frame.as<Envelope>();
  if (!is_for(*own, from)) {
    return true;
  }
  const OspfBody& body = body_of(frame);
  if (const auto* hello = std::get_if<OspfHello>(&body)) {
    return hear_hello(*own, from, *hello);
  }
  if (own->port == LogicalPort::none || cpu_wait_ > Duration::zero()) {
    // On a shared network it came at the instant at which it was sent: the sender goes on first.
    inbox_.push_back({now(), index, frame, context_.simulator.cause()});
    wake_to_read();
    return false;
  }
  handle(*own, from, body);
  return false;
}

// Hellos over a link are not kept: the last one is known from who sent it.
void Ospf::queue(LogicalPort /*port*/, InterfaceIndex index, const ControlFrame& frame) {
  OwnInterface* own = find(index);
  const bool hello = std::holds_alternative<OspfHello>(body_of(frame));
  if (own == nullptr || own->state == InterfaceState::down || own->passive ||
      (hello && own->port != LogicalPort::none) || inbox_.size() >= kMostWaiting) {
    return;
  }
  if (is_for(*own, frame.as<Envelope>())) {
    inbox_.push_back({now(), index, frame, context_.simulator.cause()});
  }
}

void Ospf::wake_to_read() {
  if (!inbox_timer_.armed()) {
    inbox_timer_.arm(now() + kAtOnce + wait_for_cpu(now()));
  }
}

Duration Ospf::wait_for_cpu(SimTime woken) const {
  if (cpu_wait_ == Duration::zero()) {
    return {};
  }
  return context_.random.exponential(
      {.purpose = Purpose("ospf.cpu_wait"),
       .entity = context_.os.stable_id(),
       .occurrence = static_cast<std::uint64_t>(woken.time_since_epoch().count())},
      cpu_wait_);
}

void Ospf::read_inbox() {
  for (const Received& one : std::exchange(inbox_, {})) {
    read(one);
  }
}

void Ospf::read(const Received& packet) {
  OwnInterface* own = find(packet.interface);
  const CauseScope scope(context_.simulator, packet.cause);
  if (own->state == InterfaceState::down) {
    return;
  }
  const OspfBody& body = body_of(packet.frame);
  if (const auto* hello = std::get_if<OspfHello>(&body)) {
    hear_hello(*own, packet.frame.as<Envelope>(), *hello);
  } else {
    handle(*own, packet.frame.as<Envelope>(), body);
  }
}

void Ospf::handle(OwnInterface& own, const Envelope& from, const OspfBody& body) {
  Neighbor* neighbor = find(own, from.router);
  if (neighbor == nullptr || from.area != areas_[own.area].id) {
    return;
  }
  because(later_reason(context_.simulator.cause(), way_change(own)));
  const CauseScope scope(context_.simulator, why_);
  const NeighborState before = neighbor->state;
  if (const auto* description = std::get_if<OspfDescription>(&body)) {
    hear(own, *neighbor, *description);
  } else if (const auto* request = std::get_if<OspfRequest>(&body)) {
    hear(own, *neighbor, *request);
  } else if (const auto* update = std::get_if<OspfUpdate>(&body)) {
    hear(own, *neighbor, *update);
  } else if (const auto* acknowledgment = std::get_if<OspfAcknowledgment>(&body)) {
    hear(own, *neighbor, *acknowledgment);
  }
  finish();
  neighbor = find(own, from.router);
  if (neighbor == nullptr || neighbor->state != before) {
    context_.network.touch(context_.node);
  }
}

bool Ospf::renews(LogicalPort /*port*/, InterfaceIndex index, const ControlFrame& frame) const {
  OwnInterface* own = find(index);
  if (!running_ || own == nullptr || own->state == InterfaceState::down || own->passive) {
    return true;
  }
  const auto from = frame.as<Envelope>();
  const auto* hello = std::get_if<OspfHello>(&body_of(frame));
  if (hello == nullptr) {
    return false;
  }
  const std::string refused = refusal(*own, from, *hello);
  if (!refused.empty()) {
    return refused == own->refused;
  }
  const Neighbor* neighbor = find(*own, from.router);
  return neighbor != nullptr && neighbor->hello == *hello;
}

void Ospf::held(LogicalPort /*port*/, InterfaceIndex index, bool held, SimTime last) {
  OwnInterface* own = find(index);
  if (own == nullptr || own->neighbors.empty()) {
    return;
  }
  Neighbor& neighbor = own->neighbors.front();  // The one at the other end.
  neighbor.held = held;
  if (!held && last != SimTime::min()) {
    neighbor.deadline = std::max(neighbor.deadline, last + own->dead);
  }
  arm(*own);
}

void Ospf::on_timer(OwnInterface& own) {
  std::vector<std::uint32_t> silent;
  for (Neighbor& neighbor : own.neighbors) {
    if (neighbor.helped_until && *neighbor.helped_until <= now()) {
      end_help(own, neighbor);
    }
  }
  for (const Neighbor& neighbor : own.neighbors) {
    if (!neighbor.held && !neighbor.helped_until && neighbor.deadline <= now()) {
      silent.push_back(neighbor.id);
      because(why_silent(own, neighbor));
    }
  }
  const CauseScope scope(context_.simulator, why_);
  for (const std::uint32_t id : silent) {
    lose(own, id);
  }
  if (own.wait_until <= now()) {
    own.wait_until = kNever;
    own.state = InterfaceState::other;
    elect(own);
    context_.network.touch(context_.node);
  }
  if (own.acknowledge_at <= now()) {
    own.acknowledge_at = kNever;
    send(own, own.group(), OspfAcknowledgment{std::exchange(own.acknowledgments, {})});
  }
  for (Neighbor& neighbor : own.neighbors) {
    if (neighbor.describe_at <= now()) {
      neighbor.describe_at = now() + retransmit_;
      send(own, neighbor.address, neighbor.sent);
    }
    if (neighbor.request_at <= now()) {
      request(own, neighbor);
    }
    if (neighbor.resend_at <= now()) {
      neighbor.ticks_from = now();
      neighbor.resend_at = neighbor.unacknowledged.empty() ? kNever : next_resend(neighbor);
      std::vector<OspfUpdate::Item> items;
      for (const auto& [key, lsa] : neighbor.unacknowledged) {
        const auto* entry = areas_[own.area].database.find(key);
        if (frr_ && entry != nullptr && now() - entry->installed < retransmit_) {
          continue;  // It may still be on its way; the next time, then.
        }
        items.push_back({lsa, entry == nullptr ? std::uint16_t{0} : entry->age});
      }
      if (!items.empty()) {
        send_update(own, neighbor.address, std::move(items));
      }
    }
  }
  if (!silent.empty()) {
    context_.network.touch(context_.node);
  }
  finish();
}

// Deadlines only move away while hellos come in: the timer may fire too early, never too late.
void Ospf::arm(OwnInterface& own) {
  if (own.timer.armed() && own.timer.deadline() == now()) {
    return;  // Its turn is still to come in this instant.
  }
  SimTime next = std::min(own.wait_until, own.acknowledge_at);
  for (const Neighbor& neighbor : own.neighbors) {
    const SimTime lost = neighbor.helped_until ? *neighbor.helped_until
                         : neighbor.held       ? kNever
                                               : neighbor.deadline;
    next = std::min({next, lost, neighbor.describe_at, neighbor.request_at, neighbor.resend_at});
  }
  if (!running_) {
    next = kNever;
  } else if (next < now()) {
    next = now() + kAtOnce;  // It has hung beyond that.
  }
  if (next != own.timer.deadline()) {
    own.timer.arm(next);
  }
}

// --- reasons -------------------------------------------------------------------------------------

// The last change of the links and ports between the neighbour and this interface.
ObservationId Ospf::way_change(const OwnInterface& own) const {
  ObservationId last = ObservationId::none;
  if (own.port == LogicalPort::none) {
    return last;
  }
  for (const PortIndex member :
       node().logical_ports[static_cast<std::size_t>(own.port)].members()) {
    const Port& physical = node().ports[static_cast<std::size_t>(member)];
    last = later_reason(last, physical.last_change);
    last = later_reason(last, context_.network.link(physical.link).last_change);
    if (const auto other = context_.network.neighbor({context_.node, member})) {
      const Node& there = context_.network.node(other->node);
      last = later_reason(last, there.ports[static_cast<std::size_t>(other->port)].last_change);
    }
  }
  return last;
}

// Why nothing was heard any more: the neighbour's process, or the way to it.
ObservationId Ospf::why_silent(const OwnInterface& own, const Neighbor& neighbor) const {
  ObservationId last = way_change(own);
  for (const Protocol* protocol : context_.network.instances(neighbor.node, context_.id)) {
    const auto& other = *static_cast<const Ospf*>(protocol);  // Of this kind, as its id says.
    last = later_reason(last, other.running_ ? ObservationId::none : other.stopped_);
  }
  return last;
}

// --- what is shown and documented ----------------------------------------------------------------

ProtocolTable Ospf::table() const {
  ProtocolTable table{.name = std::string(kName),
                      .columns = {"interface", "neighbor", "state", "address", "note"},
                      .rows = {}};
  for (const auto& own : interfaces_) {
    const std::string name{interface(*own).name()};
    if (!running_) {
      table.rows.push_back({name, "", "unknown", "", ""});
      continue;
    }
    if (own->neighbors.empty() && !own->passive) {
      table.rows.push_back({name, "", "down", "", own->refused});
    }
    for (const Neighbor& neighbor : own->neighbors) {
      table.rows.push_back({name, text_of(neighbor.id),
                            kStateNames[static_cast<std::size_t>(neighbor.state)],
                            text_of(neighbor.address), own->refused});
    }
  }
  return table;
}

namespace {

std::vector<Parameter> interface_parameters() {
  return {
      {.name = "enabled",
       .unit = Unit::boolean,
       .default_text = "true",
       .summary = "takes part; its network is advertised",
       .source = "needs no line for each interface"},
      {.name = "passive",
       .unit = Unit::boolean,
       .default_text = "false",
       .summary = "advertised, but no hellos: users and servers are behind it",
       .source = "RFC 2328 9.1: hellos go to every network"},
      {.name = "area",
       .unit = Unit::name,
       .summary = "as that of the node, for this interface",
       .optional = true},
      {.name = "cost",
       .unit = Unit::integer,
       .summary = "of sending by it; when not given the reference bandwidth over its rate",
       .optional = true,
       .minimum = 1,
       .maximum = 65535,
       .source = "RFC 2328 C.3"},
      {.name = "network",
       .unit = Unit::choice,
       .summary = "as that of the node, for this interface",
       .optional = true,
       .choices = {"broadcast", "point_to_point"}},
      {.name = "hello",
       .unit = Unit::duration,
       .summary = "as that of the node, for this interface",
       .optional = true,
       .shortest = milliseconds{50},
       .longest = seconds{65535}},
      {.name = "dead",
       .unit = Unit::duration,
       .summary = "as that of the node, for this interface",
       .optional = true,
       .shortest = seconds{1},
       .longest = seconds{65535}},
      {.name = "priority",
       .unit = Unit::integer,
       .default_text = "1",
       .summary = "the highest one becomes designated router; 0 never does",
       .minimum = 0,
       .maximum = 255,
       .source = "RFC 2328 C.3; the default is that of implementations"},
  };
}

// RFC 2328 A.1.
FrameBytes ospf_bytes(const ControlFrame& frame, const FrameSender& sender) {
  constexpr std::uint8_t kOspf = 89, kTtl = 1;
  const auto said = frame.as<Envelope>();
  const IpAddress to = IpAddress::v4(said.destination);
  const auto mac = to.is_multicast() ? std::optional(mac_of_group(to)) : mac_of(sender, to);
  if (!mac) {
    return {};
  }
  const auto& content = static_cast<const OspfContent&>(*frame.more);
  return in_ethernet(
      *mac, sender.mac,
      in_ip(
          {.source = IpAddress::v4(said.source), .destination = to, .protocol = kOspf, .ttl = kTtl},
          encode_ospf(said.router, said.area, content.body())));
}

}  // namespace

}  // namespace switchfault::ospf_v2

namespace switchfault {

ProtocolKind ospf() {
  return {
      .info = {.name = std::string{ospf_v2::kName},
               .summary = "Link-state routing within one network (OSPF version 2).",
               .parameters =
                   {{.name = "router_id",
                     .unit = Unit::address,
                     .summary = "when not given the highest address of a loopback, else of any",
                     .optional = true},
                    {.name = "area",
                     .unit = Unit::name,
                     .default_text = "0",
                     .summary = "of its interfaces, a number or as an address",
                     .source = "RFC 2328 3.1: the backbone"},
                    {.name = "network",
                     .unit = Unit::choice,
                     .default_text = "broadcast",
                     .summary = "kind of its networks: broadcast elects a designated router",
                     .choices = {"broadcast", "point_to_point"},
                     .source = "RFC 2328 1.2: Ethernet is a broadcast network"},
                    {.name = "hello",
                     .unit = Unit::duration,
                     .default_text = "10s",
                     .summary = "between two hellos",
                     .shortest = std::chrono::milliseconds{50},
                     .longest = std::chrono::seconds{65535},
                     .source = "RFC 2328 C.3"},
                    {.name = "dead",
                     .unit = Unit::duration,
                     .default_text = "40s",
                     .summary = "a neighbour is lost so long after its last hello",
                     .shortest = std::chrono::seconds{1},
                     .longest = std::chrono::seconds{65535},
                     .source = "RFC 2328 C.3"},
                    {.name = "retransmit",
                     .unit = Unit::duration,
                     .default_text = "5s",
                     .summary = "until what nobody confirms is sent again",
                     .shortest = std::chrono::seconds{1},
                     .longest = std::chrono::seconds{65535},
                     .source = "RFC 2328 C.3"},
                    {.name = "profile",
                     .unit = Unit::choice,
                     .default_text = "standard",
                     .summary = "frr: a changed router advertisement does not wait; "
                                "bird: advertises and calculates once a second",
                     .choices = {"standard", "frr", "bird"},
                     .source = "RFC 2328; FRR 8.4; BIRD 2.0.12: tick of ospf"},
                    {.name = "min_ls_interval",
                     .unit = Unit::duration,
                     .summary = "between two instances of an own advertisement; 5s, with frr 0s",
                     .optional = true,
                     .source = "RFC 2328 appendix B"},
                    {.name = "min_ls_arrival",
                     .unit = Unit::duration,
                     .default_text = "1s",
                     .summary = "newer instances that arrive within it are ignored",
                     .source = "RFC 2328 appendix B"},
                    {.name = "spf_delay",
                     .unit = Unit::duration,
                     .default_text = "0s",
                     .summary = "from a change to the calculation of routes",
                     .source = "FRR 8.4"},
                    {.name = "spf_hold",
                     .unit = Unit::duration,
                     .default_text = "50ms",
                     .summary = "between two calculations; grows by itself while changes come",
                     .source = "FRR 8.4"},
                    {.name = "spf_hold_max",
                     .unit = Unit::duration,
                     .default_text = "5s",
                     .summary = "to which it grows",
                     .source = "FRR 8.4"},
                    {.name = "graceful_restart",
                     .unit = Unit::boolean,
                     .default_text = "false",
                     .summary = "told to end, its routes stay and neighbours go on as if it were "
                                "there; frr: only when told to prepare for it",
                     .source = "RFC 3623; off, as in FRR"},
                    {.name = "graceful_unplanned",
                     .unit = Unit::boolean,
                     .default_text = "false",
                     .summary = "with graceful_restart: also when its process has crashed; started "
                                "again it says so before its first hello",
                     .source = "RFC 3623 section 5, which leaves it to the operator; FRR 8.4 "
                               "cannot"},
                    {.name = "graceful_helper",
                     .unit = Unit::boolean,
                     .default_text = "true",
                     .summary = "goes on as if a neighbour were there that says it starts again",
                     .source = "RFC 3623 section 3; FRR 8.4 has to be told so"},
                    {.name = "grace_period",
                     .unit = Unit::duration,
                     .default_text = "120s",
                     .summary = "within which it must be back and adjacent to all",
                     .shortest = std::chrono::seconds{1},
                     .longest = std::chrono::seconds{1800},
                     .source = "RFC 3623 B.2; FRR 8.4"},
                    {.name = "max_metric",
                     .unit = Unit::boolean,
                     .default_text = "false",
                     .summary =
                         "its links cost 65535: nobody routes through it who has another way",
                     .source = "RFC 6987"},
                    {.name = "max_paths",
                     .unit = Unit::integer,
                     .default_text = "64",
                     .summary = "equally short ways that are used",
                     .minimum = 1,
                     .maximum = 1024,
                     .source = "FRR 8.4"},
                    {.name = "reference_bandwidth",
                     .unit = Unit::bit_rate,
                     .default_text = "100Mbps",
                     .summary = "an interface of this rate costs 1, slower ones more",
                     .source = "usual default of routers"}},
               .port_parameters = {},
               .interface_parameters = ospf_v2::interface_parameters(),
               .check = &ospf_remarks},
      .show = std::string{ospf_v2::kName},
      .make = [](const ProtocolContext& context,
                 const ArgumentReader& arguments) -> std::unique_ptr<Protocol> {
        return std::make_unique<ospf_v2::Ospf>(context, arguments);
      },
      .bytes = ospf_v2::ospf_bytes};
}

}  // namespace switchfault
