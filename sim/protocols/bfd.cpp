// bfd: bidirectional forwarding detection over one hop, asynchronous mode (RFC 5880, RFC 5881).
//
// A session runs over each routed interface with an IPv4 address whose link ends at a routed port;
// it comes up by three packets when the other end has one, too. When nothing was heard for the
// detection time it goes down, and the routing protocols of the node are told that nobody is at the
// other end of that interface (Protocol::neighbor_lost), and static routes that follow it lose that
// next hop until it is up again.
//
//   detection time = multiplier of the other x max(own interval, interval of the other)
//
// It runs in the process with the function `bfd`, or in `routing` when the node has no such one.
// Packets sleep while they would only move the detection time. Two of them are 75 to 100 % of the
// interval apart, with a multiplier of 1 up to 90 % (RFC 5880 6.8.7): each leaves up to half of
// that width after its turn in a grid of the mean interval, so that the time of the last one is
// known without those before it. Not modelled: the uniform law of FRR (this one is triangular),
// echo, demand mode, authentication, several hops, shared networks.

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <switchfault/observation.h>

#include "net/frame_sender.h"
#include "net/hello_stream.h"
#include "net/network.h"
#include "net/protocol.h"
#include "protocols/bfd_packet.h"
#include "protocols/link_history.h"
#include "protocols/own_process.h"
#include "protocols/port_arguments.h"
#include "protocols/remarks.h"

namespace switchfault {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kName = "bfd";
constexpr Duration kAtOnce = std::chrono::microseconds{1};
constexpr Duration kSlow = seconds{1};  // RFC 5880 6.8.3: at least, while a session is not up.
constexpr const char* kStateNames[] = {"admin-down", "down", "init", "up"};
constexpr std::uint8_t kDetectionExpired = 1;  // Diagnostic.

std::vector<Parameter> interface_parameters();

struct Carried {
  BfdPacket packet;
  std::uint32_t node = 0;  // To find out later why it fell silent; not on the wire.
};

struct Session {
  InterfaceIndex interface = InterfaceIndex::none;
  LogicalPort port = LogicalPort::none;
  std::uint32_t discriminator = 0;
  BfdState state = BfdState::down;
  std::uint8_t diagnostic = 0;
  BfdPacket heard;  // The last one; discriminator 0: none.
  NodeIndex peer = NodeIndex::none;
  SimTime deadline = kNever;
  bool held = false;
  bool running = false;
  std::uint64_t ups = 0;
  std::unique_ptr<HelloStream> packets;
  Timer timer;
};

class Bfd final : public Protocol, private HelloStream::Sender {
 public:
  Bfd(const ProtocolContext& context, const ArgumentReader& arguments);

  [[nodiscard]] ProcessFunction process() const override { return function_; }
  void start() override;
  void stop() override;
  void port_changed(LogicalPort /*port*/) override {}
  void interface_changed(InterfaceIndex index) override;
  bool receive(LogicalPort port, InterfaceIndex index, const ControlFrame& frame) override;
  [[nodiscard]] bool renews(LogicalPort port, InterfaceIndex index,
                            const ControlFrame& frame) const override;
  void held(LogicalPort port, InterfaceIndex index, bool held, SimTime last) override;
  [[nodiscard]] ProtocolTable table() const override;

 private:
  void read_session(std::size_t index, const Interface& interface);
  void bring_up(Session& session);
  void bring_down(Session& session);
  void send_every(Session& session, Duration period, bool at_once);
  void enter(Session& session, BfdState state);
  [[nodiscard]] Duration detection(const Session& session) const;
  [[nodiscard]] ControlFrame frame(const Session& session) const;
  void on_timer(Session& session);
  void arm(Session& session);
  [[nodiscard]] ObservationId way_change(const Session& session) const;
  void because(ObservationId why) { why_ = later_reason(why_, why); }

  // --- HelloStream::Sender: key = place in sessions_ ---
  void hello_due(std::size_t key) override;
  [[nodiscard]] Next next_hello(std::size_t key) const override {
    return {.same_again = true, .frame = frame(*sessions_[key])};
  }
  void hellos_skipped(std::size_t, std::int64_t, SimTime) override {}

  [[nodiscard]] const Node& node() const { return context_.network.node(context_.node); }
  [[nodiscard]] const Interface& interface(const Session& session) const {
    return node().interfaces[static_cast<std::size_t>(session.interface)];
  }
  [[nodiscard]] Session* find(InterfaceIndex index) const;
  [[nodiscard]] SimTime now() const { return context_.simulator.now(); }

  ProtocolContext context_;
  ProcessFunction function_ = ProcessFunction::routing;
  Duration interval_{};
  std::uint8_t multiplier_ = 0;
  bool followed_ = false;  // By a static route.
  bool running_ = false;
  ObservationId why_ = ObservationId::none;
  ObservationId stopped_ = ObservationId::none;
  std::vector<std::unique_ptr<Session>> sessions_;
};

Bfd::Bfd(const ProtocolContext& context, const ArgumentReader& arguments)
    : context_(context),
      interval_(arguments.duration("interval")),
      multiplier_(static_cast<std::uint8_t>(arguments.integer("multiplier"))) {
  function_ = own_process(context.os, {ProcessFunction::bfd});
  followed_ = std::ranges::any_of(node().config->routes, &RouteConfig::bfd);
  for (std::size_t i = 0; i < node().interfaces.size(); ++i) {
    read_session(i, node().interfaces[i]);
  }
}

void Bfd::read_session(std::size_t index, const Interface& interface) {
  const Arguments given = interface_arguments(interface.config, kName, interface_parameters());
  if (interface.kind != InterfaceKind::routed || interface.port == LogicalPort::none ||
      std::ranges::none_of(interface.addresses(), &IpPrefix::is_v4) ||
      !ArgumentReader(given).boolean("enabled")) {
    return;
  }
  const auto members = node().logical_ports[static_cast<std::size_t>(interface.port)].members();
  const auto faces_router = [&](PortIndex member) {
    const auto other = context_.network.neighbor({context_.node, member});
    if (!other) {
      return false;
    }
    const Node& there = context_.network.node(other->node);
    const auto logical = there.ports[static_cast<std::size_t>(other->port)].logical;
    return there.os != nullptr && there.logical_ports[static_cast<std::size_t>(logical)].routed;
  };
  if (members.empty() || !std::ranges::all_of(members, faces_router)) {
    return;
  }
  Session& session = *sessions_.emplace_back(std::make_unique<Session>());
  session.interface = static_cast<InterfaceIndex>(index);
  session.port = interface.port;
  session.discriminator = static_cast<std::uint32_t>(index + 1);
  session.timer = Timer(context_.simulator, Phase::protocol, interface.entity(), context_.source(1),
                        [this, &session] { on_timer(session); });
}

Session* Bfd::find(InterfaceIndex index) const {
  const auto found =
      std::ranges::find(sessions_, index, [](const auto& one) { return one->interface; });
  return found == sessions_.end() ? nullptr : found->get();
}

// --- the life of the process ---------------------------------------------------------------------

void Bfd::start() {
  running_ = true;
  why_ = context_.simulator.cause();
  for (const auto& session : sessions_) {
    session->held = false;
    session->running = false;
    session->packets.reset();
    session->timer.cancel();
    if (followed_) {
      context_.network.hear_next_hop(context_.node, session->interface, false);
    }
    if (interface(*session).up) {
      bring_up(*session);
    }
  }
  context_.network.touch(context_.node);
}

void Bfd::stop() {
  running_ = false;
  stopped_ = context_.simulator.cause();
  for (const auto& session : sessions_) {
    session->timer.cancel();
    if (session->packets) {
      session->packets->stop();
    }
  }
}

void Bfd::interface_changed(InterfaceIndex index) {
  Session* session = find(index);
  if (session == nullptr || interface(*session).up == session->running) {
    return;
  }
  because(context_.simulator.cause());
  const CauseScope scope(context_.simulator, context_.simulator.cause());
  if (interface(*session).up) {
    bring_up(*session);
  } else {
    bring_down(*session);
  }
  context_.network.touch(context_.node);
}

void Bfd::bring_up(Session& session) {
  session.running = true;
  session.state = BfdState::down;
  session.diagnostic = 0;
  session.heard = {};
  session.deadline = kNever;
  send_every(session, std::max(kSlow, interval_), true);
}

// The routing protocols see for themselves that the interface is down.
void Bfd::bring_down(Session& session) {
  session.running = false;
  session.packets.reset();
  session.held = false;
  session.deadline = kNever;
  enter(session, BfdState::down);
  arm(session);
}

// What comes up before the run has begun has been up for long: its phase is drawn.
void Bfd::send_every(Session& session, Duration period, bool at_once) {
  SimTime anchor = now() + (at_once ? kAtOnce : period);
  if (now() < kTimeZero) {
    anchor = now() + context_.random.uniform({.purpose = Purpose("bfd.phase"),
                                              .entity = context_.os.stable_id() ^
                                                        stable_hash(interface(session).name()),
                                              .occurrence = session.ups},
                                             kAtOnce, period);
  }
  const std::uint64_t up = session.ups++;
  // Half of what an interval may be shorter, in percent.
  const Duration most = period * (multiplier_ == 1 ? 15 : 25) / 200;
  const Duration longest = multiplier_ == 1 ? period * 9 / 10 : period;
  const auto key = static_cast<std::size_t>(
      std::ranges::find(sessions_, &session, [](const auto& one) { return one.get(); }) -
      sessions_.begin());
  session.packets.reset();  // Two flows of one key must not exist.
  session.packets = std::make_unique<HelloStream>(
      HelloStream::Context{.simulator = context_.simulator,
                           .network = context_.network,
                           .node = context_.node,
                           .port = session.port,
                           .protocol = context_.id,
                           .skip_quiet_time = context_.skip_quiet_time},
      static_cast<HelloStream::Sender&>(*this), key,
      StandingFlow::Schedule{.anchor = anchor,
                             .period = longest - most,
                             .phase = Phase::protocol,
                             .target = interface(session).entity(),
                             .source = context_.source(),
                             .jitter = {.most = most,
                                        .random = &context_.random,
                                        .key = {.purpose = Purpose("bfd.jitter"),
                                                .entity = context_.os.stable_id() ^
                                                          stable_hash(interface(session).name()),
                                                .index = up}}});
  session.packets->start();
}

// --- sessions (RFC 5880 6.8.6) -------------------------------------------------------------------

Duration Bfd::detection(const Session& session) const {
  const Duration theirs = std::chrono::microseconds{session.heard.transmit_us};
  return session.heard.multiplier * std::max(interval_, theirs);
}

ControlFrame Bfd::frame(const Session& session) const {
  const auto microseconds = static_cast<std::uint32_t>(interval_ / std::chrono::microseconds{1});
  const bool up = session.state == BfdState::up;
  const auto slow =
      static_cast<std::uint32_t>(std::max(kSlow, interval_) / std::chrono::microseconds{1});
  return ControlFrame::of(context_.id,
                          Carried{.packet = {.own_discriminator = session.discriminator,
                                             .your_discriminator = session.heard.own_discriminator,
                                             .transmit_us = up ? microseconds : slow,
                                             .receive_us = microseconds,
                                             .multiplier = multiplier_,
                                             .state = session.state,
                                             .diagnostic = session.diagnostic},
                                  .node = static_cast<std::uint32_t>(context_.node)});
}

void Bfd::hello_due(std::size_t key) {
  context_.network.send(context_.node, sessions_[key]->port, frame(*sessions_[key]));
}

bool Bfd::receive(LogicalPort /*port*/, InterfaceIndex index, const ControlFrame& frame) {
  Session* session = find(index);
  if (!running_ || session == nullptr || !session->running) {
    return true;
  }
  const auto carried = frame.as<Carried>();
  const BfdPacket& packet = carried.packet;
  const bool same = packet == session->heard;
  session->heard = packet;
  session->peer = static_cast<NodeIndex>(carried.node);
  session->deadline = now() + detection(*session);
  if (same) {
    return true;
  }
  because(later_reason(context_.simulator.cause(), way_change(*session)));
  const CauseScope scope(context_.simulator, why_);
  const BfdState before = session->state;
  if (packet.state == BfdState::admin_down ||
      (packet.state == BfdState::down && before == BfdState::up)) {
    enter(*session, BfdState::down);
  } else if (before == BfdState::down && packet.state != BfdState::up) {
    enter(*session, packet.state == BfdState::down ? BfdState::init : BfdState::up);
  } else if (before == BfdState::init && packet.state != BfdState::down) {
    enter(*session, BfdState::up);
  }
  if (session->state != before) {
    // RFC 5880 6.8.7: a change is told without waiting.
    const bool up = session->state == BfdState::up;
    send_every(*session, up ? interval_ : std::max(kSlow, interval_), false);
    context_.network.send(context_.node, session->port, this->frame(*session));
  }
  arm(*session);
  context_.network.touch(context_.node);
  return false;
}

void Bfd::enter(Session& session, BfdState state) {
  const BfdState before = std::exchange(session.state, state);
  const bool up = state == BfdState::up;
  if (up == (before == BfdState::up)) {
    return;
  }
  session.diagnostic = up ? std::uint8_t{0} : session.diagnostic;
  const CauseScope scope(context_.simulator, context_.simulator.cause());
  because(context_.log.append(
      ObservationKind::adjacency, interface(session).entity(),
      {.object = context_.network.node(session.peer).entity, .value = up ? 1 : 0, .text = kName}));
  if (followed_) {
    context_.network.hear_next_hop(context_.node, session.interface, up);
  }
  if (!up && session.running) {
    for (const auto& protocol : node().protocols) {
      protocol->neighbor_lost(session.interface);
    }
  }
}

bool Bfd::renews(LogicalPort /*port*/, InterfaceIndex index, const ControlFrame& frame) const {
  const Session* session = find(index);
  return !running_ || session == nullptr || !session->running ||
         frame.as<Carried>().packet == session->heard;
}

void Bfd::held(LogicalPort /*port*/, InterfaceIndex index, bool held, SimTime last) {
  Session* session = find(index);
  if (session == nullptr) {
    return;
  }
  session->held = held;
  if (!held && last != SimTime::min() && session->deadline != kNever) {
    session->deadline = std::max(session->deadline, last + detection(*session));
  }
  arm(*session);
}

void Bfd::on_timer(Session& session) {
  if (session.held || session.deadline > now()) {
    arm(session);
    return;
  }
  because(way_change(session));
  for (const Protocol* protocol : context_.network.instances(session.peer, context_.id)) {
    const auto& other = *static_cast<const Bfd*>(protocol);  // Of this kind, as its id says.
    because(other.running_ ? ObservationId::none : other.stopped_);
  }
  const CauseScope scope(context_.simulator, why_);
  session.deadline = kNever;
  session.heard = {};
  session.diagnostic = kDetectionExpired;
  const bool was_up = session.state == BfdState::up;
  enter(session, BfdState::down);
  if (was_up) {
    send_every(session, std::max(kSlow, interval_), true);
  }
  arm(session);
  context_.network.touch(context_.node);
}

// The deadline only moves away while packets come in: this may fire too early, never too late.
void Bfd::arm(Session& session) {
  if (session.timer.armed() && session.timer.deadline() == now()) {
    return;  // Its turn is still to come in this instant.
  }
  const SimTime next = running_ && !session.held ? session.deadline : kNever;
  if (next != session.timer.deadline()) {
    session.timer.arm(next);
  }
}

ObservationId Bfd::way_change(const Session& session) const {
  return last_change_on(context_.network, context_.node, session.port);
}

// --- what is shown and documented ----------------------------------------------------------------

ProtocolTable Bfd::table() const {
  ProtocolTable table{
      .name = std::string(kName), .columns = {"interface", "state", "detection time"}, .rows = {}};
  for (const auto& session : sessions_) {
    const bool known = session->heard.own_discriminator != 0;
    table.rows.push_back(
        {std::string(interface(*session).name()),
         running_ ? kStateNames[static_cast<std::size_t>(session->state)] : "unknown",
         known ? format_duration(detection(*session)) : ""});
  }
  return table;
}

std::vector<Parameter> interface_parameters() {
  return {{.name = "enabled",
           .unit = Unit::boolean,
           .default_text = "true",
           .summary = "a session with the router at the other end",
           .source = "needs no line for each interface"}};
}

// RFC 5881 section 4.
FrameBytes bfd_bytes(const ControlFrame& frame, const FrameSender& sender) {
  constexpr std::uint8_t kUdp = 17, kTtl = 255;
  constexpr std::uint16_t kPort = 3784, kFirstSource = 49152, kSources = 16384;
  const auto own = sender.address(false);
  const auto peer = receiver_of(sender);
  if (!own || !peer) {
    return {};
  }
  const BfdPacket packet = frame.as<Carried>().packet;
  const auto source =
      static_cast<std::uint16_t>(kFirstSource + packet.own_discriminator % kSources);
  return in_ethernet(
      peer->mac, sender.mac,
      in_udp({.source = *own, .destination = peer->address, .protocol = kUdp, .ttl = kTtl}, source,
             kPort, encode_bfd(packet)));
}

}  // namespace

ProtocolKind bfd() {
  return {.info = {.name = std::string{kName},
                   .summary = "Notices within a second that a neighbouring router is not heard.",
                   .parameters = {{.name = "interval",
                                   .unit = Unit::duration,
                                   .default_text = "300ms",
                                   .summary = "between two packets, once a session is up",
                                   .shortest = milliseconds{1},
                                   .longest = seconds{60},
                                   .source = "FRR 8.4; RFC 5880 has no default"},
                                  {.name = "multiplier",
                                   .unit = Unit::integer,
                                   .default_text = "3",
                                   .summary = "so many missed ones are too many",
                                   .minimum = 1,
                                   .maximum = 255,
                                   .source = "FRR 8.4; RFC 5880 has no default"}},
                   .port_parameters = {},
                   .interface_parameters = interface_parameters(),
                   .check = &bfd_remarks},
          .show = std::string{kName},
          .make = [](const ProtocolContext& context, const ArgumentReader& arguments)
              -> std::unique_ptr<Protocol> { return std::make_unique<Bfd>(context, arguments); },
          .bytes = bfd_bytes};
}

}  // namespace switchfault
