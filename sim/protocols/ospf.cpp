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
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <switchfault/observation.h>

#include "net/hello_stream.h"
#include "net/multicast_stream.h"
#include "net/network.h"
#include "net/protocol.h"
#include "protocols/ospf_packet.h"
#include "protocols/ospf_spf.h"
#include "protocols/port_arguments.h"

namespace switchfault {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kName = "ospf";
constexpr std::size_t kHeadersInPacket = 72;  // 1500 bytes of MTU, 20 a header.
constexpr std::size_t kUpdateLength = 1400;   // Of advertisements in one packet, if it can be.
constexpr Duration kAckDelay = seconds{1};    // RFC 2328 13.5 leaves it open; FRR's value.
constexpr Duration kAtOnce = std::chrono::microseconds{1};
constexpr std::uint16_t kMaxMetric = 0xffff;  // RFC 6987.
constexpr std::size_t kIsDesignated = 2;      // Most highest-ranked roles of a network.

std::vector<Parameter> interface_parameters();

// In front of every body.
struct Envelope {
  std::uint32_t router = 0;
  std::uint32_t area = 0;
  std::uint32_t source = 0;
  std::uint32_t destination = 0;  // 0: all routers of the network.
  std::uint32_t node = 0;         // To find out later why it fell silent; not on the wire.
};

enum class NeighborState : std::uint8_t { down, init, two_way, ex_start, exchange, loading, full };
constexpr const char* kStateNames[] = {"down",     "init",    "2-way", "exstart",
                                       "exchange", "loading", "full"};

struct Neighbor {
  std::uint32_t id = 0;
  std::uint32_t address = 0;
  NodeIndex node = NodeIndex::none;
  NeighborState state = NeighborState::down;
  OspfHello hello;  // The last one.
  SimTime deadline = kNever;
  bool held = false;
  bool observed = false;  // As adjacent.
  // Exchange of databases.
  bool master = false;  // This router is.
  std::uint32_t sequence = 0;
  OspfDescription sent;
  std::optional<OspfDescription> received;
  std::vector<LsaHeader> summary;  // Still to be described.
  std::vector<LsaHeader> requests;
  std::vector<LsaKey> asked;  // By the last request.
  SimTime describe_at = kNever;
  SimTime request_at = kNever;
  // Flooding.
  std::map<LsaKey, LsaRef> unacknowledged;
  SimTime resend_at = kNever;
};

enum class InterfaceState : std::uint8_t {
  down,
  waiting,
  point_to_point,
  other,
  backup,
  designated
};

class Ospf;

struct OwnInterface final : MulticastStream::Sender {
  explicit OwnInterface(Ospf& owner) : ospf(owner) {}
  virtual ~OwnInterface() = default;
  [[nodiscard]] Message message() const override;
  [[nodiscard]] std::vector<MulticastStream::Listener> who_heard(const std::vector<NodeIndex>&,
                                                                 SimTime) const override {
    return {};
  }

  Ospf& ospf;
  InterfaceIndex index = InterfaceIndex::none;
  std::size_t area = 0;  // Of Ospf::areas_.
  // Configured.
  std::uint32_t address = 0;
  std::uint8_t length = 0;
  std::uint16_t cost = 0;
  std::uint8_t priority = 0;
  Duration hello{}, dead{};
  bool passive = false;
  bool broadcast = false;
  LogicalPort port = LogicalPort::none;  // Of frames to the other end of a link; else none.

  InterfaceState state = InterfaceState::down;
  std::uint64_t ups = 0;
  std::vector<Neighbor> neighbors;  // By identifier.
  std::uint32_t designated = 0;     // Addresses.
  std::uint32_t backup = 0;
  SimTime wait_until = kNever;
  std::string refused;  // Why the last hello was.
  std::vector<OspfUpdate::Item> pending;
  std::vector<LsaHeader> acknowledgments;
  SimTime acknowledge_at = kNever;
  std::unique_ptr<HelloStream> hellos;
  std::unique_ptr<MulticastStream> multicast_hellos;
  ContentRef<OspfContent> said;  // The present hello.
  Timer timer;
};

class Ospf final : public Protocol, private HelloStream::Sender {
 public:
  Ospf(const ProtocolContext& context, const ArgumentReader& arguments);

  [[nodiscard]] ProcessFunction process() const override { return function_; }
  void start() override;
  void stop() override;
  void port_changed(LogicalPort /*port*/) override {}
  void interface_changed(InterfaceIndex index) override;
  bool receive(LogicalPort port, InterfaceIndex index, const ControlFrame& frame) override;
  [[nodiscard]] bool renews(LogicalPort port, InterfaceIndex index,
                            const ControlFrame& frame) const override;
  void held(LogicalPort port, InterfaceIndex index, bool held, SimTime last) override;
  void neighbor_lost(InterfaceIndex index) override;
  [[nodiscard]] ProtocolTable table() const override;

  [[nodiscard]] MulticastStream::Sender::Message hello_message(const OwnInterface& own) const;

 private:
  // What this router advertises itself.
  struct OwnLsa {
    LsaBody body;
    SimTime made = SimTime::min();
    bool waits = false;  // For MinLSInterval.
  };
  struct Area {
    std::uint32_t id = 0;
    LinkStateDatabase database;
    std::map<LsaKey, OwnLsa> own;
  };

  // --- life ---
  void read_interfaces();
  void read_interface(std::size_t index, const Interface& interface);
  void forget();
  [[nodiscard]] bool ends_in_order() const;
  [[nodiscard]] std::optional<ProcessState> process_state() const;
  void bring_up(OwnInterface& own);
  void bring_down(OwnInterface& own);
  void start_hellos(OwnInterface& own);
  // Everything that a packet, a timer or a change asks for is done; what is left goes out.
  void finish();
  // --- hellos and neighbours ---
  bool hear_hello(OwnInterface& own, const Envelope& from, const OspfHello& hello);
  [[nodiscard]] std::string refusal(const OwnInterface& own, const Envelope& from,
                                    const OspfHello& hello) const;
  void say_anew(OwnInterface& own);
  void change(OwnInterface& own, Neighbor& neighbor, NeighborState state);
  void lose(OwnInterface& own, std::uint32_t id);
  void consider_adjacency(OwnInterface& own, Neighbor& neighbor);
  void elect(OwnInterface& own);
  // --- exchange of databases ---
  void begin_exchange(OwnInterface& own, Neighbor& neighbor);
  void negotiated(OwnInterface& own, Neighbor& neighbor);
  void describe(OwnInterface& own, Neighbor& neighbor);
  void hear(OwnInterface& own, Neighbor& neighbor, const OspfDescription& description);
  void take_headers(OwnInterface& own, Neighbor& neighbor, const OspfDescription& description);
  void exchange_done(OwnInterface& own, Neighbor& neighbor);
  void request(OwnInterface& own, Neighbor& neighbor);
  void check_loading(OwnInterface& own, Neighbor& neighbor);
  void hear(OwnInterface& own, Neighbor& neighbor, const OspfRequest& request);
  // --- flooding ---
  void hear(OwnInterface& own, Neighbor& neighbor, const OspfUpdate& update);
  void hear_one(OwnInterface& own, Neighbor& neighbor, const OspfUpdate::Item& item);
  void hear(OwnInterface& own, Neighbor& neighbor, const OspfAcknowledgment& acknowledgment);
  bool flood(std::size_t area, const OspfUpdate::Item& item, const OwnInterface* from,
             const Neighbor* sender);
  static bool still_requested(Neighbor& neighbor, const OspfUpdate::Item& item);
  void install(std::size_t area, const OspfUpdate::Item& item, bool flooded);
  void acknowledge(OwnInterface& own, const LsaHeader& header);
  void drop_acknowledged(std::size_t area, const LsaKey& key);
  void send_update(OwnInterface& own, std::uint32_t to, std::vector<OspfUpdate::Item> items);
  // --- own advertisements ---
  void originate_router(std::size_t area);
  void originate_network(OwnInterface& own);
  void originate_summaries();
  void originate(std::size_t area, const LsaKey& key, LsaBody body);
  void withdraw(std::size_t area, const LsaKey& key);
  void make(std::size_t area, const LsaKey& key, OwnLsa& own,
            std::int32_t beyond = kLsaInitialSequence - 1);
  void hear_of_own(std::size_t area, const OspfUpdate::Item& item);
  [[nodiscard]] bool is_border() const;
  // --- routes ---
  void schedule_routes();
  void calculate();
  [[nodiscard]] std::vector<OspfRootLink> root_links(std::size_t area) const;
  // --- sending, timers ---
  void send(OwnInterface& own, std::uint32_t to, const ContentRef<OspfContent>& content);
  void send(OwnInterface& own, std::uint32_t to, OspfBody body) {
    send(own, to, make_content<OspfContent>(std::move(body)));
  }
  [[nodiscard]] ControlFrame frame(const OwnInterface& own, std::uint32_t to,
                                   const FrameContent* content) const;
  void handle(OwnInterface& own, const Envelope& from, const OspfBody& body);
  void read_inbox();
  void on_timer(OwnInterface& own);
  void on_own_timer();
  void arm(OwnInterface& own);
  // --- reasons ---
  [[nodiscard]] ObservationId way_change(const OwnInterface& own) const;
  [[nodiscard]] ObservationId why_silent(const OwnInterface& own, const Neighbor& neighbor) const;
  void because(ObservationId why) { why_ = later_reason(why_, why); }

  // --- HelloStream::Sender: key = place in interfaces_ ---
  void hello_due(std::size_t key) override;
  [[nodiscard]] Next next_hello(std::size_t key) const override;
  void hellos_skipped(std::size_t, std::int64_t, SimTime) override {}

  [[nodiscard]] const Node& node() const { return context_.network.node(context_.node); }
  [[nodiscard]] const Interface& interface(const OwnInterface& own) const {
    return node().interfaces[static_cast<std::size_t>(own.index)];
  }
  [[nodiscard]] OwnInterface* find(InterfaceIndex index) const;
  [[nodiscard]] static Neighbor* find(OwnInterface& own, std::uint32_t id);
  [[nodiscard]] SimTime now() const { return context_.simulator.now(); }

  ProtocolContext context_;
  Arguments arguments_;
  ProcessFunction function_ = ProcessFunction::routing;
  std::uint32_t router_ = 0;  // Its identifier.
  Duration retransmit_{}, least_interval_{}, least_arrival_{};
  Duration delay_{}, hold_{}, hold_max_{};
  bool max_metric_ = false;
  std::size_t most_paths_ = 0;

  bool running_ = false;
  ObservationId why_ = ObservationId::none;
  ObservationId stopped_ = ObservationId::none;
  std::vector<Area> areas_;                                // By identifier.
  std::vector<std::unique_ptr<OwnInterface>> interfaces_;  // In the order of the node's.
  std::uint32_t sequence_ = 0;                             // Of exchanges.
  struct Received {
    InterfaceIndex interface;
    ControlFrame frame;
    ObservationId cause;
  };
  std::vector<Received> inbox_;
  Timer inbox_timer_, origin_timer_, route_timer_;
  SimTime calculated_ = SimTime::min();
  std::int64_t hold_factor_ = 1;
  std::vector<OspfRoute> routes_;
  std::map<std::pair<std::size_t, LsaKey>, bool> summaries_;
};

// --- what is configured --------------------------------------------------------------------------

std::uint32_t number_of_area(const std::string& text) {
  if (const auto address = IpAddress::parse(text); address && address->is_v4()) {
    return address->v4_bits();
  }
  return static_cast<std::uint32_t>(std::stoul(text));
}

std::string text_of(std::uint32_t address) {
  return IpAddress::v4(address).text();
}

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
                   [this] { calculate(); }) {
  least_interval_ = arguments.text("profile") == "frr" ? Duration{} : seconds{5};
  if (arguments.has("min_ls_interval")) {
    least_interval_ = arguments.duration("min_ls_interval");
  }
  for (const Process& process : context.os.processes()) {
    if (process.function == ProcessFunction::ospf) {
      function_ = ProcessFunction::ospf;
    }
  }
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
    for (const IpPrefix& address : interface.addresses) {
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
  const auto address = std::ranges::find_if(interface.addresses, &IpPrefix::is_v4);
  if (address == interface.addresses.end() || interface.vrf != VrfIndex::global) {
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
  own->address = address->address().v4_bits();
  own->length = address->length();
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
    bool routed = !port.members.empty();
    for (const PortIndex member : port.members) {
      const LinkIndex link = node().ports[static_cast<std::size_t>(member)].link;
      if (link == LinkIndex::none) {
        routed = false;
        continue;
      }
      rate += context_.network.link(link).rate.bits_per_second;
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
  placed.timer = Timer(context_.simulator, Phase::protocol, interface.entity, context_.source(1),
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
  why_ = context_.simulator.cause();
  context_.network.learn_routes(context_.node, RouteSource::ospf, {});
  for (const auto& own : interfaces_) {
    if (interface(*own).up) {
      bring_up(*own);
    }
  }
  for (std::size_t area = 0; area < areas_.size(); ++area) {
    originate_router(area);
  }
  finish();
  context_.network.touch(context_.node);
}

void Ospf::stop() {
  stopped_ = context_.simulator.cause();
  if (ends_in_order()) {
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
  for (const auto& own : interfaces_) {
    own->timer.cancel();
    if (own->hellos) {
      own->hellos->stop();
    }
    if (own->multicast_hellos) {
      own->multicast_hellos->stop();
    }
  }
  inbox_timer_.cancel();
  origin_timer_.cancel();
  route_timer_.cancel();
  if (process_state() != ProcessState::hung && context_.os.host_state() != HostState::hung) {
    context_.network.learn_routes(context_.node, RouteSource::ospf, {});
  }
}

std::optional<ProcessState> Ospf::process_state() const {
  for (const Process& one : context_.os.processes()) {
    if (one.function == function_) {
      return one.state;
    }
  }
  return std::nullopt;
}

// Its process was told to end, by itself or with the node.
bool Ospf::ends_in_order() const {
  return process_state() == ProcessState::stopped && context_.os.host_state() == HostState::up;
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
         .entity = context_.os.stable_id() ^ stable_hash(interface(own).name),
         .occurrence = own.ups},
        Duration::zero(), own.hello);
  }
  ++own.ups;
  const StandingFlow::Schedule schedule{.anchor = anchor,
                                        .period = own.hello,
                                        .phase = Phase::protocol,
                                        .target = interface(own).entity,
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

// --- hellos and neighbours -----------------------------------------------------------------------

// What the next hello says. Whoever counts on the former one is told by touch().
void Ospf::say_anew(OwnInterface& own) {
  OspfHello hello{.mask = own.broadcast ? mask_of_length(own.length) : mask_of_length(own.length),
                  .hello_seconds = static_cast<std::uint16_t>(own.hello / seconds{1}),
                  .priority = own.priority,
                  .dead_seconds = static_cast<std::uint32_t>(own.dead / seconds{1}),
                  .designated = own.designated,
                  .backup = own.backup,
                  .neighbors = {}};
  for (const Neighbor& neighbor : own.neighbors) {
    hello.neighbors.push_back(neighbor.id);
  }
  own.said = make_content<OspfContent>(std::move(hello));
}

void Ospf::hello_due(std::size_t key) {
  OwnInterface& own = *interfaces_[key];
  send(own, 0, own.said);
}

HelloStream::Sender::Next Ospf::next_hello(std::size_t key) const {
  const OwnInterface& own = *interfaces_[key];
  return {.same_again = true, .frame = frame(own, 0, own.said.get())};
}

MulticastStream::Sender::Message OwnInterface::message() const {
  return ospf.hello_message(*this);
}

MulticastStream::Sender::Message Ospf::hello_message(const OwnInterface& own) const {
  return {.interface = own.index,
          .source = interface(own).mac,
          .frame = frame(own, 0, own.said.get()),
          .why = ObservationId::none};
}

// RFC 2328 8.2 and 10.5, and what would make two routers one.
std::string Ospf::refusal(const OwnInterface& own, const Envelope& from,
                          const OspfHello& hello) const {
  if (from.area != areas_[own.area].id) {
    return "area " + text_of(from.area) + " is not " + text_of(areas_[own.area].id);
  }
  if (from.router == router_) {
    return "router id " + text_of(router_) + " is ours";
  }
  const auto* mine = std::get_if<OspfHello>(&own.said->body());
  if (mine == nullptr) {
    return "";
  }
  if (hello.hello_seconds != mine->hello_seconds || hello.dead_seconds != mine->dead_seconds) {
    return "hello or dead interval differs";
  }
  if (own.broadcast && hello.mask != mine->mask) {
    return "mask differs";
  }
  return "";
}

bool Ospf::hear_hello(OwnInterface& own, const Envelope& from, const OspfHello& hello) {
  std::string refused = refusal(own, from, hello);
  if (!refused.empty()) {
    const bool same = refused == own.refused;
    own.refused = std::move(refused);
    if (!same) {
      context_.network.touch(context_.node);
    }
    return same;
  }
  Neighbor* neighbor = find(own, from.router);
  if (neighbor != nullptr && neighbor->hello == hello && neighbor->state != NeighborState::down) {
    neighbor->deadline = now() + own.dead;
    return true;
  }
  own.refused.clear();
  because(later_reason(context_.simulator.cause(), way_change(own)));
  const CauseScope scope(context_.simulator, why_);
  const OspfHello former = neighbor != nullptr ? neighbor->hello : OspfHello();
  const bool is_new = neighbor == nullptr;
  if (is_new) {
    if (!own.broadcast && !own.neighbors.empty()) {
      lose(own, own.neighbors.front().id);  // Somebody else is at the other end now.
    }
    Neighbor made;
    made.id = from.router;
    const auto place = std::ranges::lower_bound(own.neighbors, made.id, {}, &Neighbor::id);
    neighbor = &*own.neighbors.insert(place, std::move(made));
    neighbor->state = NeighborState::init;
  }
  neighbor->address = from.source;
  neighbor->node = static_cast<NodeIndex>(from.node);
  neighbor->hello = hello;
  neighbor->deadline = now() + own.dead;
  if (is_new) {
    say_anew(own);
  }
  const bool heard = std::ranges::find(hello.neighbors, router_) != hello.neighbors.end();
  const bool was_heard = neighbor->state >= NeighborState::two_way;
  if (heard && !was_heard) {
    change(own, *neighbor, NeighborState::two_way);
    consider_adjacency(own, *neighbor);
  } else if (!heard && was_heard) {
    change(own, *neighbor, NeighborState::init);
  }
  if (own.broadcast) {
    const bool claims = hello.designated == from.source || hello.backup == from.source;
    const bool claimed = former.designated == from.source || former.backup == from.source;
    const bool backup_seen =
        own.state == InterfaceState::waiting && heard &&
        (hello.backup == from.source || (hello.designated == from.source && hello.backup == 0));
    if (backup_seen) {
      own.wait_until = kNever;
      own.state = InterfaceState::other;
      elect(own);
    } else if (own.state != InterfaceState::waiting &&
               (heard != was_heard || claims != claimed || hello.designated != former.designated ||
                hello.backup != former.backup || hello.priority != former.priority)) {
      elect(own);
    }
  }
  arm(own);
  finish();
  context_.network.touch(context_.node);
  return false;
}

void Ospf::change(OwnInterface& own, Neighbor& neighbor, NeighborState state) {
  const NeighborState before = std::exchange(neighbor.state, state);
  if (state < NeighborState::exchange) {
    neighbor.requests.clear();
    neighbor.summary.clear();
    neighbor.unacknowledged.clear();
    neighbor.received.reset();
    neighbor.describe_at = neighbor.request_at = neighbor.resend_at = kNever;
  }
  const bool full = state == NeighborState::full;
  if (full != (before == NeighborState::full)) {
    if (std::exchange(neighbor.observed, full) != full) {
      const CauseScope scope(context_.simulator, context_.simulator.cause());
      const ObservationId seen =
          context_.log.append(ObservationKind::adjacency, interface(own).entity,
                              {.object = context_.network.node(neighbor.node).entity,
                               .value = full ? 1 : 0,
                               .text = std::string(kName) + " " + text_of(neighbor.id)});
      because(seen);
    }
    originate_router(own.area);
    originate_network(own);
  }
}

void Ospf::lose(OwnInterface& own, std::uint32_t id) {
  Neighbor* neighbor = find(own, id);
  change(own, *neighbor, NeighborState::down);
  own.neighbors.erase(own.neighbors.begin() + (neighbor - own.neighbors.data()));
  say_anew(own);
  if (own.broadcast && own.state > InterfaceState::point_to_point) {
    elect(own);
  }
}

// RFC 2328 10.4.
void Ospf::consider_adjacency(OwnInterface& own, Neighbor& neighbor) {
  const bool wanted = !own.broadcast || own.state == InterfaceState::designated ||
                      own.state == InterfaceState::backup || neighbor.address == own.designated ||
                      neighbor.address == own.backup;
  if (wanted && neighbor.state == NeighborState::two_way) {
    begin_exchange(own, neighbor);
  } else if (!wanted && neighbor.state > NeighborState::two_way) {
    change(own, neighbor, NeighborState::two_way);
  }
}

// RFC 2328 9.4.
void Ospf::elect(OwnInterface& own) {
  struct Candidate {
    std::uint8_t priority;
    std::uint32_t id, address, designated, backup;
  };
  const auto list = [&] {
    std::vector<Candidate> candidates;
    if (own.priority > 0) {
      candidates.push_back({own.priority, router_, own.address, own.designated, own.backup});
    }
    for (const Neighbor& one : own.neighbors) {
      if (one.state >= NeighborState::two_way && one.hello.priority > 0) {
        candidates.push_back(
            {one.hello.priority, one.id, one.address, one.hello.designated, one.hello.backup});
      }
    }
    return candidates;
  };
  const auto best = [](const std::vector<Candidate>& candidates, auto allowed) {
    const Candidate* found = nullptr;
    for (const Candidate& one : candidates) {
      if (allowed(one) && (found == nullptr || std::pair(one.priority, one.id) >
                                                   std::pair(found->priority, found->id))) {
        found = &one;
      }
    }
    return found == nullptr ? 0 : found->address;
  };
  const std::uint32_t designated_before = own.designated;
  const std::uint32_t backup_before = own.backup;
  for (std::size_t round = 0; round < kIsDesignated; ++round) {
    const std::vector<Candidate> candidates = list();
    const auto is_dr = [](const Candidate& one) { return one.designated == one.address; };
    const auto says_backup = [&](const Candidate& one) {
      return !is_dr(one) && one.backup == one.address;
    };
    std::uint32_t backup = best(candidates, says_backup);
    if (backup == 0) {
      backup = best(candidates, [&](const Candidate& one) { return !is_dr(one); });
    }
    std::uint32_t designated = best(candidates, is_dr);
    designated = designated == 0 ? backup : designated;
    const bool was = own.designated == own.address || own.backup == own.address;
    const bool is = designated == own.address || backup == own.address;
    const bool moved = (own.designated == own.address) != (designated == own.address) ||
                       (own.backup == own.address) != (backup == own.address);
    own.designated = designated;
    own.backup = backup == designated ? 0 : backup;
    if (!moved || was == is) {
      break;  // Step 4: again, when this router has become or ceased to be one of them.
    }
  }
  own.state = own.designated == own.address ? InterfaceState::designated
              : own.backup == own.address   ? InterfaceState::backup
                                            : InterfaceState::other;
  say_anew(own);
  for (Neighbor& neighbor : own.neighbors) {
    consider_adjacency(own, neighbor);
  }
  if (own.designated != designated_before || own.backup != backup_before) {
    originate_router(own.area);
    originate_network(own);
  }
}

// --- exchange of databases (RFC 2328 10.6 to 10.9) -----------------------------------------------

void Ospf::begin_exchange(OwnInterface& own, Neighbor& neighbor) {
  change(own, neighbor, NeighborState::ex_start);
  neighbor.master = true;
  neighbor.sequence = ++sequence_;
  neighbor.sent = {
      .initial = true, .more = true, .master = true, .sequence = neighbor.sequence, .headers = {}};
  neighbor.describe_at = now() + retransmit_;
  send(own, neighbor.address, neighbor.sent);
}

void Ospf::negotiated(OwnInterface& own, Neighbor& neighbor) {
  change(own, neighbor, NeighborState::exchange);
  for (const LinkStateDatabase::Entry& entry : areas_[own.area].database.entries()) {
    if (entry.over()) {
      neighbor.unacknowledged[entry.lsa->key()] = entry.lsa;
      neighbor.resend_at = std::min(neighbor.resend_at, now() + retransmit_);
    } else {
      neighbor.summary.push_back(entry.header());
    }
  }
  std::ranges::reverse(neighbor.summary);  // Taken from the back.
}

// Sends the next part. Only the master sends it again by itself.
void Ospf::describe(OwnInterface& own, Neighbor& neighbor) {
  neighbor.sent = {.initial = false,
                   .more = false,
                   .master = neighbor.master,
                   .sequence = neighbor.sequence,
                   .headers = {}};
  while (!neighbor.summary.empty() && neighbor.sent.headers.size() < kHeadersInPacket) {
    neighbor.sent.headers.push_back(neighbor.summary.back());
    neighbor.summary.pop_back();
  }
  neighbor.sent.more = !neighbor.summary.empty();
  neighbor.describe_at = neighbor.master ? now() + retransmit_ : kNever;
  send(own, neighbor.address, neighbor.sent);
}

void Ospf::hear(OwnInterface& own, Neighbor& neighbor, const OspfDescription& description) {
  if (neighbor.state == NeighborState::init) {
    change(own, neighbor, NeighborState::two_way);
    consider_adjacency(own, neighbor);
  }
  if (neighbor.state < NeighborState::ex_start) {
    return;
  }
  if (neighbor.state == NeighborState::ex_start) {
    if (description.initial && description.more && description.master &&
        description.headers.empty() && neighbor.id > router_) {
      neighbor.master = false;
      neighbor.sequence = description.sequence;
      negotiated(own, neighbor);
      neighbor.received = description;
      describe(own, neighbor);
    } else if (!description.initial && !description.master && neighbor.id < router_ &&
               description.sequence == neighbor.sequence) {
      negotiated(own, neighbor);
      take_headers(own, neighbor, description);
    }
    return;
  }
  if (neighbor.received == description) {
    if (!neighbor.master) {
      send(own, neighbor.address, neighbor.sent);  // Our answer was lost.
    }
    return;
  }
  const std::uint32_t expected = neighbor.sequence + (neighbor.master ? 0 : 1);
  if (neighbor.state != NeighborState::exchange || description.initial ||
      description.master == neighbor.master || description.sequence != expected) {
    begin_exchange(own, neighbor);  // SeqNumberMismatch.
    return;
  }
  take_headers(own, neighbor, description);
}

void Ospf::take_headers(OwnInterface& own, Neighbor& neighbor, const OspfDescription& description) {
  neighbor.received = description;
  for (const LsaHeader& header : description.headers) {
    const auto* entry = areas_[own.area].database.find(header.key);
    if (entry == nullptr || more_recent(header, entry->header()) > 0) {
      neighbor.requests.push_back(header);
    }
  }
  if (neighbor.master) {
    ++neighbor.sequence;
    if (!description.more && !neighbor.sent.more) {
      exchange_done(own, neighbor);
    } else {
      describe(own, neighbor);
    }
    return;
  }
  neighbor.sequence = description.sequence;
  describe(own, neighbor);
  if (!description.more && !neighbor.sent.more) {
    exchange_done(own, neighbor);
  }
}

void Ospf::exchange_done(OwnInterface& own, Neighbor& neighbor) {
  neighbor.describe_at = kNever;
  if (neighbor.requests.empty()) {
    change(own, neighbor, NeighborState::full);
    return;
  }
  change(own, neighbor, NeighborState::loading);
  request(own, neighbor);
}

void Ospf::request(OwnInterface& own, Neighbor& neighbor) {
  OspfRequest asked;
  for (const LsaHeader& header : neighbor.requests) {
    if (asked.keys.size() == kHeadersInPacket) {
      break;
    }
    asked.keys.push_back(header.key);
  }
  neighbor.asked = asked.keys;
  neighbor.request_at = now() + retransmit_;
  send(own, neighbor.address, std::move(asked));
}

void Ospf::check_loading(OwnInterface& own, Neighbor& neighbor) {
  if (neighbor.state == NeighborState::loading && neighbor.requests.empty()) {
    neighbor.request_at = kNever;
    change(own, neighbor, NeighborState::full);
  }
}

void Ospf::hear(OwnInterface& own, Neighbor& neighbor, const OspfRequest& request) {
  if (neighbor.state < NeighborState::exchange) {
    return;
  }
  std::vector<OspfUpdate::Item> items;
  for (const LsaKey& key : request.keys) {
    const auto* entry = areas_[own.area].database.find(key);
    if (entry == nullptr) {
      begin_exchange(own, neighbor);  // BadLSReq.
      return;
    }
    items.push_back({entry->lsa, entry->age});
  }
  send_update(own, neighbor.address, std::move(items));
}

// --- flooding (RFC 2328 section 13) --------------------------------------------------------------

void Ospf::hear(OwnInterface& own, Neighbor& neighbor, const OspfUpdate& update) {
  const std::uint32_t id = neighbor.id;
  for (const OspfUpdate::Item& item : update.items) {
    Neighbor* sender = find(own, id);
    if (sender == nullptr || sender->state < NeighborState::exchange) {
      return;
    }
    hear_one(own, *sender, item);
  }
  Neighbor* sender = find(own, id);
  if (sender == nullptr) {
    return;
  }
  check_loading(own, *sender);
  const auto open = [&](const LsaKey& key) {
    return std::ranges::find(sender->requests, key, &LsaHeader::key) != sender->requests.end();
  };
  if (sender->state == NeighborState::loading && std::ranges::none_of(sender->asked, open)) {
    request(own, *sender);  // The next ones.
  }
}

void Ospf::hear_one(OwnInterface& own, Neighbor& neighbor, const OspfUpdate::Item& item) {
  Area& area = areas_[own.area];
  const LsaHeader header = item.lsa->header(item.age);
  const auto* entry = area.database.find(header.key);
  const bool over = header.age >= kLsaMaxAge;
  if (entry == nullptr && over) {
    const bool exchanging = std::ranges::any_of(interfaces_, [&](const auto& one) {
      return std::ranges::any_of(one->neighbors, [](const Neighbor& other) {
        return other.state == NeighborState::exchange || other.state == NeighborState::loading;
      });
    });
    if (!exchanging) {
      send(own, neighbor.address, OspfAcknowledgment{{header}});
      return;
    }
  }
  const auto order =
      entry == nullptr ? std::strong_ordering::greater : more_recent(header, entry->header());
  if (order > 0) {
    // The first own instance after a start does not count as just installed.
    const bool fresh =
        entry != nullptr && now() - entry->installed < least_arrival_ &&
        !(header.key.router == router_ && entry->lsa->sequence() == kLsaInitialSequence);
    if (fresh && (entry->flooded || header.key.router == router_)) {
      return;
    }
    const bool back = flood(own.area, item, &own, &neighbor);
    install(own.area, item, true);
    if (!back) {
      acknowledge(own, header);
    }
    if (header.key.router == router_) {
      hear_of_own(own.area, item);
    }
    return;
  }
  const auto requested = std::ranges::find(neighbor.requests, header.key, &LsaHeader::key);
  if (requested != neighbor.requests.end()) {
    if (order == 0) {
      neighbor.requests.erase(requested);  // Another neighbour was quicker.
    } else {
      begin_exchange(own, neighbor);  // BadLSReq.
    }
    return;
  }
  if (order == 0) {
    const auto waiting = neighbor.unacknowledged.find(header.key);
    if (waiting != neighbor.unacknowledged.end() &&
        waiting->second->sequence() == item.lsa->sequence()) {
      neighbor.unacknowledged.erase(waiting);  // It has it: as good as an acknowledgment.
      drop_acknowledged(own.area, header.key);
    } else {
      send(own, neighbor.address, OspfAcknowledgment{{header}});
    }
    return;
  }
  send_update(own, neighbor.address, {{entry->lsa, entry->age}});  // Ours is newer.
}

// Steps 1 to 5 of 13.3 on every interface of the area; true: it leaves by the one it came in by.
bool Ospf::flood(std::size_t area, const OspfUpdate::Item& item, const OwnInterface* from,
                 const Neighbor* sender) {
  bool back = false;
  for (const auto& one : interfaces_) {
    OwnInterface& own = *one;
    if (own.area != area || own.state == InterfaceState::down) {
      continue;
    }
    bool added = false;
    for (Neighbor& neighbor : own.neighbors) {
      if (neighbor.state < NeighborState::exchange || !still_requested(neighbor, item) ||
          &neighbor == sender) {
        continue;
      }
      neighbor.unacknowledged[item.lsa->key()] = item.lsa;
      neighbor.resend_at = std::min(neighbor.resend_at, now() + retransmit_);
      added = true;
    }
    if (!added) {
      continue;
    }
    if (&own == from) {
      const bool by_chief =
          sender != nullptr && (sender->address == own.designated || sender->address == own.backup);
      if (by_chief || own.state == InterfaceState::backup) {
        continue;
      }
      back = true;
    }
    own.pending.push_back(item);
  }
  return back;
}

// Whether a neighbour that is not yet full needs it: he does not when what was asked of him is as
// recent.
bool Ospf::still_requested(Neighbor& neighbor, const OspfUpdate::Item& item) {
  if (neighbor.state >= NeighborState::full) {
    return true;
  }
  const auto asked = std::ranges::find(neighbor.requests, item.lsa->key(), &LsaHeader::key);
  if (asked == neighbor.requests.end()) {
    return true;
  }
  const auto order = more_recent(item.lsa->header(item.age), *asked);
  if (order < 0) {
    return false;
  }
  neighbor.requests.erase(asked);
  return order > 0;
}

void Ospf::install(std::size_t area, const OspfUpdate::Item& item, bool flooded) {
  const LsaKey key = item.lsa->key();
  const auto* before = areas_[area].database.find(key);
  const bool same = before != nullptr && before->lsa->body() == item.lsa->body() &&
                    before->over() == (item.age >= kLsaMaxAge);
  areas_[area].database.install(
      {.lsa = item.lsa, .installed = now(), .age = item.age, .flooded = flooded});
  for (const auto& own : interfaces_) {
    if (own->area != area) {
      continue;
    }
    for (Neighbor& neighbor : own->neighbors) {
      const auto waiting = neighbor.unacknowledged.find(key);
      if (waiting != neighbor.unacknowledged.end() && !(waiting->second == item.lsa)) {
        neighbor.unacknowledged.erase(waiting);
      }
    }
  }
  if (!same) {
    schedule_routes();
  }
  drop_acknowledged(area, key);
}

void Ospf::acknowledge(OwnInterface& own, const LsaHeader& header) {
  own.acknowledgments.push_back(header);
  own.acknowledge_at = std::min(own.acknowledge_at, now() + kAckDelay);
}

void Ospf::hear(OwnInterface& own, Neighbor& neighbor, const OspfAcknowledgment& acknowledgment) {
  for (const LsaHeader& header : acknowledgment.headers) {
    const auto waiting = neighbor.unacknowledged.find(header.key);
    if (waiting != neighbor.unacknowledged.end() &&
        waiting->second->sequence() == header.sequence) {
      neighbor.unacknowledged.erase(waiting);
      drop_acknowledged(own.area, header.key);
    }
  }
  if (neighbor.unacknowledged.empty()) {
    neighbor.resend_at = kNever;
  }
}

// An advertisement that is over goes when everybody has confirmed that it is (section 14).
void Ospf::drop_acknowledged(std::size_t area, const LsaKey& key) {
  const auto* entry = areas_[area].database.find(key);
  if (entry == nullptr || !entry->over()) {
    return;
  }
  const bool needed = std::ranges::any_of(interfaces_, [&](const auto& own) {
    return own->area == area && std::ranges::any_of(own->neighbors, [&](const Neighbor& one) {
             return one.state == NeighborState::exchange || one.state == NeighborState::loading ||
                    one.unacknowledged.contains(key);
           });
  });
  if (!needed) {
    areas_[area].database.remove(key);
  }
}

void Ospf::send_update(OwnInterface& own, std::uint32_t to, std::vector<OspfUpdate::Item> items) {
  OspfUpdate update;
  std::size_t length = 0;
  for (OspfUpdate::Item& item : items) {
    length += item.lsa->length();
    if (length > kUpdateLength && !update.items.empty()) {
      send(own, to, std::exchange(update, {}));
      length = item.lsa->length();
    }
    update.items.push_back(std::move(item));
  }
  if (!update.items.empty()) {
    send(own, to, std::move(update));
  }
}

void Ospf::finish() {
  for (const auto& own : interfaces_) {
    for (Neighbor& neighbor : own->neighbors) {
      check_loading(*own, neighbor);  // Another one may have sent what was asked of it.
    }
  }
  for (const auto& own : interfaces_) {
    if (!own->pending.empty()) {
      send_update(*own, 0, std::exchange(own->pending, {}));
    }
    arm(*own);
  }
}

// --- own advertisements (RFC 2328 12.4) ----------------------------------------------------------

bool Ospf::is_border() const {
  return areas_.size() > 1;
}

void Ospf::originate_router(std::size_t area) {
  LsaBody body{.border = is_border(), .links = {}, .routers = {}, .mask = 0, .metric = 0};
  for (const auto& one : interfaces_) {
    const OwnInterface& own = *one;
    if (own.area != area || own.state == InterfaceState::down) {
      continue;
    }
    const std::uint16_t cost = max_metric_ ? kMaxMetric : own.cost;
    const RouterLink stub{.type = RouterLink::Type::stub,
                          .metric = own.cost,
                          .id = own.address & mask_of_length(own.length),
                          .data = mask_of_length(own.length)};
    if (own.broadcast && !own.passive) {
      const bool attached = std::ranges::any_of(own.neighbors, [&](const Neighbor& neighbor) {
        return neighbor.state == NeighborState::full &&
               (own.state == InterfaceState::designated || neighbor.address == own.designated);
      });
      body.links.push_back(attached && own.state != InterfaceState::waiting
                               ? RouterLink{.type = RouterLink::Type::transit,
                                            .metric = cost,
                                            .id = own.designated,
                                            .data = own.address}
                               : stub);
      continue;
    }
    for (const Neighbor& neighbor : own.neighbors) {
      if (neighbor.state == NeighborState::full) {
        body.links.push_back({.type = RouterLink::Type::point_to_point,
                              .metric = cost,
                              .id = neighbor.id,
                              .data = own.address});
      }
    }
    body.links.push_back(stub);
  }
  originate(area, {LsaType::router, router_, router_}, std::move(body));
}

void Ospf::originate_network(OwnInterface& own) {
  if (!own.broadcast) {
    return;
  }
  const LsaKey key{LsaType::network, own.address, router_};
  LsaBody body{.border = false,
               .links = {},
               .routers = {router_},
               .mask = mask_of_length(own.length),
               .metric = 0};
  for (const Neighbor& neighbor : own.neighbors) {
    if (neighbor.state == NeighborState::full) {
      body.routers.push_back(neighbor.id);
    }
  }
  if (own.state == InterfaceState::designated && body.routers.size() > 1) {
    originate(own.area, key, std::move(body));
  } else {
    withdraw(own.area, key);
  }
}

// 12.4.3: into each area the networks of the others; those that came by summaries only from the
// backbone.
void Ospf::originate_summaries() {
  if (!is_border()) {
    return;
  }
  std::map<std::pair<std::size_t, LsaKey>, bool> wanted;
  for (std::size_t from = 0; from < areas_.size(); ++from) {
    const bool backbone = areas_[from].id == 0;
    for (const OspfRoute& route :
         ospf_routes(areas_[from].database, router_, root_links(from), backbone)) {
      const auto best = std::ranges::lower_bound(routes_, route.prefix, {}, &OspfRoute::prefix);
      if (best == routes_.end() || best->prefix != route.prefix || best->cost != route.cost ||
          best->inter_area != route.inter_area) {
        continue;  // Another area has the better way.
      }
      for (std::size_t to = 0; to < areas_.size(); ++to) {
        if (to == from || (route.inter_area && areas_[to].id == 0)) {
          continue;
        }
        const LsaKey key{LsaType::summary, route.prefix.address().v4_bits(), router_};
        if (!wanted.emplace(std::pair(to, key), true).second) {
          continue;
        }
        originate(to, key,
                  {.border = false,
                   .links = {},
                   .routers = {},
                   .mask = mask_of_length(route.prefix.length()),
                   .metric = route.cost});
      }
    }
  }
  for (const auto& [place, present] : std::exchange(summaries_, wanted)) {
    if (!wanted.contains(place)) {
      withdraw(place.first, place.second);
    }
  }
}

void Ospf::originate(std::size_t area, const LsaKey& key, LsaBody body) {
  OwnLsa& own = areas_[area].own[key];
  const auto* entry = areas_[area].database.find(key);
  own.body = std::move(body);
  if (entry != nullptr && !entry->over() && entry->lsa->body() == own.body) {
    own.waits = false;
    return;
  }
  if (own.made != SimTime::min() && now() < own.made + least_interval_) {
    own.waits = true;
    const SimTime due = own.made + least_interval_;
    if (due < origin_timer_.deadline()) {
      origin_timer_.arm(due);
    }
    return;
  }
  make(area, key, own);
}

// With a sequence number beyond that one and that of the instance in the database.
void Ospf::make(std::size_t area, const LsaKey& key, OwnLsa& own, std::int32_t beyond) {
  const auto* entry = areas_[area].database.find(key);
  const std::int32_t sequence =
      1 + (entry == nullptr ? beyond : std::max(beyond, entry->lsa->sequence()));
  own.made = now();
  own.waits = false;
  const OspfUpdate::Item item{make_content<Lsa>(key, sequence, own.body), 0};
  flood(area, item, nullptr, nullptr);
  install(area, item, false);
}

void Ospf::withdraw(std::size_t area, const LsaKey& key) {
  areas_[area].own.erase(key);
  const auto* entry = areas_[area].database.find(key);
  if (entry == nullptr || entry->over()) {
    return;
  }
  const OspfUpdate::Item item{entry->lsa, kLsaMaxAge};
  flood(area, item, nullptr, nullptr);
  install(area, item, false);
}

// 13.4: somebody still has one from before this process was started.
void Ospf::hear_of_own(std::size_t area, const OspfUpdate::Item& item) {
  const LsaKey key = item.lsa->key();
  const auto own = areas_[area].own.find(key);
  if (own == areas_[area].own.end()) {
    withdraw(area, key);
  } else {
    make(area, key, own->second, item.lsa->sequence());
  }
}

void Ospf::on_own_timer() {
  const CauseScope scope(context_.simulator, why_);
  SimTime next = kNever;
  for (std::size_t area = 0; area < areas_.size(); ++area) {
    for (auto& [key, own] : areas_[area].own) {
      if (!own.waits) {
        continue;
      }
      if (own.made + least_interval_ <= now()) {
        make(area, key, own);
      } else {
        next = std::min(next, own.made + least_interval_);
      }
    }
  }
  origin_timer_.arm(next);
  finish();
}

// --- routes --------------------------------------------------------------------------------------

// The first change is answered after `delay`; further ones within the hold time wait for its end,
// and it grows while they come.
void Ospf::schedule_routes() {
  if (route_timer_.armed()) {
    return;
  }
  const Duration hold = std::min(hold_max_, hold_ * hold_factor_);
  const CauseScope scope(context_.simulator, why_);
  if (calculated_ != SimTime::min() && now() - calculated_ < hold) {
    hold_factor_ += hold < hold_max_ ? 1 : 0;
    route_timer_.arm(std::max(calculated_ + hold, now() + std::max(delay_, kAtOnce)));
  } else {
    hold_factor_ = 1;
    route_timer_.arm(now() + std::max(delay_, kAtOnce));
  }
}

std::vector<OspfRootLink> Ospf::root_links(std::size_t area) const {
  std::vector<OspfRootLink> links;
  const auto* own = areas_[area].database.find({LsaType::router, router_, router_});
  if (own == nullptr || own->over()) {
    return links;
  }
  for (const RouterLink& link : own->lsa->body().links) {
    if (link.type == RouterLink::Type::stub) {
      continue;
    }
    for (const auto& one : interfaces_) {
      if (one->address != link.data || one->area != area) {
        continue;
      }
      if (link.type == RouterLink::Type::transit) {
        links.push_back({.link = link, .interface = one->index, .gateway = 0});
        continue;
      }
      for (const Neighbor& neighbor : one->neighbors) {
        if (neighbor.id == link.id && neighbor.state == NeighborState::full) {
          links.push_back({.link = link, .interface = one->index, .gateway = neighbor.address});
        }
      }
    }
  }
  return links;
}

void Ospf::calculate() {
  calculated_ = now();
  const CauseScope scope(context_.simulator, why_);
  std::map<IpPrefix, OspfRoute> best;
  for (std::size_t area = 0; area < areas_.size(); ++area) {
    const bool summaries = !is_border() || areas_[area].id == 0;
    for (OspfRoute& route :
         ospf_routes(areas_[area].database, router_, root_links(area), summaries)) {
      const auto rank = [](const OspfRoute& one) { return std::pair(one.inter_area, one.cost); };
      const auto [place, is_new] = best.try_emplace(route.prefix, route);
      if (!is_new && rank(route) < rank(place->second)) {
        place->second = std::move(route);
      }
    }
  }
  std::vector<OspfRoute> routes;
  routes.reserve(best.size());
  for (auto& [prefix, route] : best) {
    if (route.next_hops.size() > most_paths_) {
      route.next_hops.resize(most_paths_);
    }
    routes.push_back(std::move(route));
  }
  if (routes == routes_) {
    originate_summaries();
    finish();
    return;
  }
  routes_ = std::move(routes);
  std::vector<FibEntry> learned;
  for (const OspfRoute& route : routes_) {
    if (!route.next_hops.empty()) {
      learned.push_back({.vrf = VrfIndex::global,
                         .prefix = route.prefix,
                         .next_hops = NextHops(route.next_hops)});
    }
  }
  context_.network.learn_routes(context_.node, RouteSource::ospf, std::move(learned));
  originate_summaries();
  finish();
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
  context_.network.multicast(context_.node, own.index, interface(own).mac,
                             frame(own, to, content.get()), reads, kept);
}

bool Ospf::receive(LogicalPort /*port*/, InterfaceIndex index, const ControlFrame& frame) {
  OwnInterface* own = find(index);
  if (!running_ || own == nullptr || own->state == InterfaceState::down || own->passive) {
    return true;
  }
  const auto from = frame.as<Envelope>();
  if (from.source == own->address || (from.destination != 0 && from.destination != own->address)) {
    return true;
  }
  const OspfBody& body = static_cast<const OspfContent&>(*frame.more).body();
  if (const auto* hello = std::get_if<OspfHello>(&body)) {
    return hear_hello(*own, from, *hello);
  }
  if (own->port == LogicalPort::none) {
    // It came at the instant at which it was sent: the sender goes on first.
    inbox_.push_back({index, frame, context_.simulator.cause()});
    if (!inbox_timer_.armed()) {
      inbox_timer_.arm(now() + kAtOnce);
    }
    return false;
  }
  handle(*own, from, body);
  return false;
}

void Ospf::read_inbox() {
  for (const Received& one : std::exchange(inbox_, {})) {
    OwnInterface* own = find(one.interface);
    const CauseScope scope(context_.simulator, one.cause);
    if (own->state != InterfaceState::down) {
      handle(*own, one.frame.as<Envelope>(),
             static_cast<const OspfContent&>(*one.frame.more).body());
    }
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
  const auto* hello = std::get_if<OspfHello>(&static_cast<const OspfContent&>(*frame.more).body());
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
  for (const Neighbor& neighbor : own.neighbors) {
    if (!neighbor.held && neighbor.deadline <= now()) {
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
    send(own, 0, OspfAcknowledgment{std::exchange(own.acknowledgments, {})});
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
      neighbor.resend_at = kNever;
      std::vector<OspfUpdate::Item> items;
      for (const auto& [key, lsa] : neighbor.unacknowledged) {
        const auto* entry = areas_[own.area].database.find(key);
        items.push_back({lsa, entry == nullptr ? std::uint16_t{0} : entry->age});
      }
      if (!items.empty()) {
        neighbor.resend_at = now() + retransmit_;
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
    next = std::min({next, neighbor.held ? kNever : neighbor.deadline, neighbor.describe_at,
                     neighbor.request_at, neighbor.resend_at});
  }
  if (!running_) {
    next = kNever;
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
  for (const PortIndex member : node().logical_ports[static_cast<std::size_t>(own.port)].members) {
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
    const std::string name{interface(*own).name};
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

}  // namespace

ProtocolKind ospf() {
  return {
      .info = {.name = std::string{kName},
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
                     .shortest = milliseconds{50},
                     .longest = seconds{65535},
                     .source = "RFC 2328 C.3"},
                    {.name = "dead",
                     .unit = Unit::duration,
                     .default_text = "40s",
                     .summary = "a neighbour is lost so long after its last hello",
                     .shortest = seconds{1},
                     .longest = seconds{65535},
                     .source = "RFC 2328 C.3"},
                    {.name = "retransmit",
                     .unit = Unit::duration,
                     .default_text = "5s",
                     .summary = "until what nobody confirms is sent again",
                     .shortest = seconds{1},
                     .longest = seconds{65535},
                     .source = "RFC 2328 C.3"},
                    {.name = "profile",
                     .unit = Unit::choice,
                     .default_text = "standard",
                     .summary = "frr: a changed router advertisement does not wait",
                     .choices = {"standard", "frr"},
                     .source = "RFC 2328"},
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
               .interface_parameters = interface_parameters()},
      .show = std::string{kName},
      .make = [](const ProtocolContext& context, const ArgumentReader& arguments)
          -> std::unique_ptr<Protocol> { return std::make_unique<Ospf>(context, arguments); }};
}

}  // namespace switchfault
