// lldp: who is at the other end of each link (IEEE 802.1AB-2016), as one node tells and knows it.
//
// Every port with carrier tells chassis, port and a time to live each 30 s, and at once when it
// gets carrier; a new neighbour is told four times, a second apart. What was told is believed until
// its time to live is over, whatever becomes of the link meanwhile (9.2.9): so `show … lldp` still
// names who was there, for up to two minutes. A process that ends in order says so (9.2.4).
//
//   carrier, every `interval` ─▶ frame ─▶ neighbour known ─▶ time to live over, or told void ─▶
//   gone
//
// Nothing forwards by it; operators find wrong cables and hung switches with it. It runs in the
// process with the function `management`, without such a process in `routing`.
// Not modelled: several neighbours of a port (it keeps the last one), other addresses than that of
// the nearest bridge, credits of transmission (9.2.5.17), values beside the system's name.

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <switchfault/observation.h>

#include "net/frame_sender.h"
#include "net/hello_stream.h"
#include "net/network.h"
#include "net/protocol.h"
#include "protocols/link_history.h"
#include "protocols/lldpdu.h"
#include "protocols/own_process.h"

namespace switchfault {
namespace {

using std::chrono::seconds;

constexpr std::string_view kName = "lldp";
constexpr int kFastFrames = 4;                 // txFastInit, 9.2.5.19.
constexpr Duration kFastInterval{seconds{1}};  // msgFastTx, 9.2.5.5.
constexpr std::int64_t kMostTtl = 65535;       // 9.2.5.22.

// What a frame says; the names are made from it where its bytes are wanted.
struct Carried {
  std::uint32_t node = 0;
  std::uint16_t port = 0;
  std::uint16_t ttl = 0;
  friend bool operator==(const Carried&, const Carried&) = default;
};

class Lldp final : public Protocol, private HelloStream::Sender {
 public:
  Lldp(const ProtocolContext& context, const ArgumentReader& arguments);

  [[nodiscard]] ProcessFunction process() const override { return function_; }
  void start() override;
  void stop() override;
  void resume() override;
  void port_changed(LogicalPort port) override;
  void interface_changed(InterfaceIndex /*interface*/) override {}
  bool receive(LogicalPort port, InterfaceIndex interface, const ControlFrame& frame) override;
  void queue(LogicalPort port, InterfaceIndex interface, const ControlFrame& frame) override;
  [[nodiscard]] bool renews(LogicalPort port, InterfaceIndex interface,
                            const ControlFrame& frame) const override;
  void held(LogicalPort port, InterfaceIndex interface, bool held, SimTime last) override;
  [[nodiscard]] ProtocolTable table() const override;

 private:
  struct Agent {
    PortIndex port{};
    bool speaks = false;  // Since it has carrier.
    std::unique_ptr<HelloStream> stream;
    std::uint64_t streams = 0;
    int fast_left = 0;
    SimTime fast_at = kNever;
    std::optional<Carried> heard;  // Empty: nobody is known.
    SimTime deadline = kNever;
    bool held = false;
    std::optional<ControlFrame> waiting;  // The last frame that came while the process hung.
  };

  void begin(Agent& agent);
  static void end(Agent& agent);
  void forget(Agent& agent, ObservationId why);
  void send(const Agent& agent, std::int64_t ttl);
  void on_timer();
  void arm();
  [[nodiscard]] ObservationId why_silent(const Agent& agent) const;
  [[nodiscard]] Agent* find(LogicalPort port);
  [[nodiscard]] const Agent* find(LogicalPort port) const;
  [[nodiscard]] ControlFrame frame(const Agent& agent, std::int64_t ttl) const;

  // --- HelloStream::Sender: key = place in agents_ ---
  void hello_due(std::size_t key) override { send(agents_[key], ttl_); }
  [[nodiscard]] Next next_hello(std::size_t key) const override {
    return {.same_again = true, .frame = frame(agents_[key], ttl_)};
  }
  void hellos_skipped(std::size_t, std::int64_t, SimTime) override {}

  [[nodiscard]] const Node& node() const { return context_.network.node(context_.node); }
  [[nodiscard]] const Port& physical(const Agent& agent) const {
    return node().ports[static_cast<std::size_t>(agent.port)];
  }
  [[nodiscard]] SimTime now() const { return context_.simulator.now(); }

  ProtocolContext context_;
  ProcessFunction function_;
  Duration interval_;
  std::int64_t ttl_;
  bool running_ = false;
  ObservationId stopped_ = ObservationId::none;
  std::vector<Agent> agents_;
  Timer timer_;
};

Lldp::Lldp(const ProtocolContext& context, const ArgumentReader& arguments)
    : context_(context),
      function_(own_process(context.os, {ProcessFunction::management})),
      interval_(arguments.duration("interval")),
      ttl_(std::min(kMostTtl, interval_ / seconds{1} * arguments.integer("hold") + 1)),
      timer_(context.simulator, Phase::protocol, context.os.node(), context.source(1),
             [this] { on_timer(); }) {
  for (std::size_t i = 0; i < node().ports.size(); ++i) {
    if (node().ports[i].link != LinkIndex::none) {
      agents_.emplace_back().port = static_cast<PortIndex>(i);
    }
  }
}

Lldp::Agent* Lldp::find(LogicalPort port) {
  const auto found = std::ranges::find(agents_, static_cast<PortIndex>(port), &Agent::port);
  return found == agents_.end() ? nullptr : &*found;
}

const Lldp::Agent* Lldp::find(LogicalPort port) const {
  const auto found = std::ranges::find(agents_, static_cast<PortIndex>(port), &Agent::port);
  return found == agents_.end() ? nullptr : &*found;
}

// --- the life of the process ---------------------------------------------------------------------

void Lldp::start() {
  running_ = true;
  for (Agent& agent : agents_) {
    end(agent);
    agent.heard.reset();
    agent.waiting.reset();
    agent.deadline = kNever;
    agent.held = false;
    if (physical(agent).carrier) {
      begin(agent);
    }
  }
  arm();
  context_.network.touch(context_.node);
}

void Lldp::stop() {
  const bool in_order = ended_in_order(context_.os, function_);
  running_ = false;
  stopped_ = context_.simulator.cause();
  timer_.cancel();
  for (Agent& agent : agents_) {
    if (in_order && agent.speaks) {
      send(agent, 0);
    }
    end(agent);
  }
}

// Who has said nothing for too long is forgotten before what has arrived meanwhile is read.
void Lldp::resume() {
  running_ = true;
  for (Agent& agent : agents_) {
    if (physical(agent).carrier) {
      begin(agent);
    }
  }
  on_timer();
  for (Agent& agent : agents_) {
    if (const auto waiting = std::exchange(agent.waiting, std::nullopt)) {
      receive(static_cast<LogicalPort>(agent.port), InterfaceIndex::none, *waiting);
    }
  }
  context_.network.touch(context_.node);
}

// Of an aggregate it may be any of its members.
void Lldp::port_changed(LogicalPort port) {
  if (!running_) {
    return;
  }
  for (Agent& agent : agents_) {
    const bool carrier = physical(agent).carrier;
    if (physical(agent).logical != port || carrier == agent.speaks) {
      continue;
    }
    if (carrier) {
      begin(agent);
    } else {
      end(agent);
    }
  }
  arm();
  context_.network.touch(context_.node);
}

// A port that got carrier before the run began has spoken for long: its phase is drawn.
void Lldp::begin(Agent& agent) {
  agent.speaks = true;
  SimTime anchor = now() + interval_;
  if (now() < kTimeZero) {
    anchor = now() + context_.random.uniform(
                         {.purpose = Purpose("lldp.phase"),
                          .entity = context_.os.stable_id() ^ stable_hash(node().name(agent.port)),
                          .occurrence = agent.streams},
                         std::chrono::microseconds{1}, interval_);
  }
  ++agent.streams;
  agent.stream.reset();  // Two flows of one key must not exist.
  agent.stream = std::make_unique<HelloStream>(
      HelloStream::Context{.simulator = context_.simulator,
                           .network = context_.network,
                           .node = context_.node,
                           .port = static_cast<LogicalPort>(agent.port),
                           .protocol = context_.id,
                           .skip_quiet_time = context_.skip_quiet_time},
      static_cast<HelloStream::Sender&>(*this), static_cast<std::size_t>(&agent - agents_.data()),
      StandingFlow::Schedule{.anchor = anchor,
                             .period = interval_,
                             .phase = Phase::protocol,
                             .target = node().entity_of(agent.port),
                             .source = context_.source()});
  agent.stream->start();
  send(agent, ttl_);
}

// Whoever is held by it is let go first.
void Lldp::end(Agent& agent) {
  agent.speaks = false;
  agent.fast_left = 0;
  agent.fast_at = kNever;
  if (agent.stream) {
    agent.stream->stop();
  }
  agent.stream.reset();
}

ControlFrame Lldp::frame(const Agent& agent, std::int64_t ttl) const {
  return ControlFrame::of(context_.id, Carried{.node = static_cast<std::uint32_t>(context_.node),
                                               .port = static_cast<std::uint16_t>(agent.port),
                                               .ttl = static_cast<std::uint16_t>(ttl)});
}

void Lldp::send(const Agent& agent, std::int64_t ttl) {
  context_.network.send(context_.node, static_cast<LogicalPort>(agent.port), frame(agent, ttl));
}

// --- what is heard -------------------------------------------------------------------------------

bool Lldp::receive(LogicalPort port, InterfaceIndex /*interface*/, const ControlFrame& frame) {
  Agent* const agent = find(port);
  if (agent == nullptr || !running_) {
    return true;
  }
  const auto carried = frame.as<Carried>();
  if (carried.ttl == 0) {
    forget(*agent, context_.simulator.cause());
    arm();
    return false;
  }
  agent->deadline = now() + seconds{carried.ttl};
  if (agent->heard == carried) {
    return true;
  }
  const bool known = agent->heard && agent->heard->node == carried.node;
  agent->heard = carried;
  const CauseScope scope(context_.simulator,
                         later_reason(context_.simulator.cause(), physical(*agent).last_change));
  if (!known) {
    context_.log.append(
        ObservationKind::adjacency, node().entity_of(agent->port),
        {.object = context_.network.node(static_cast<NodeIndex>(carried.node)).entity,
         .value = 1,
         .text = kName});
    agent->fast_left = kFastFrames;
    agent->fast_at = now();
  }
  context_.network.touch(context_.node);
  arm();
  return false;
}

void Lldp::queue(LogicalPort port, InterfaceIndex /*interface*/, const ControlFrame& frame) {
  if (Agent* const agent = find(port)) {
    agent->waiting = frame;
  }
}

bool Lldp::renews(LogicalPort port, InterfaceIndex /*interface*/, const ControlFrame& frame) const {
  const Agent* const agent = find(port);
  return agent == nullptr || !running_ || agent->heard == frame.as<Carried>();
}

void Lldp::held(LogicalPort port, InterfaceIndex /*interface*/, bool held, SimTime last) {
  Agent* const agent = find(port);
  if (agent == nullptr) {
    return;
  }
  agent->held = held;
  if (!held && last != SimTime::min() && agent->heard) {
    agent->deadline = std::max(agent->deadline, last + seconds{agent->heard->ttl});
  }
  arm();
}

void Lldp::forget(Agent& agent, ObservationId why) {
  if (!agent.heard) {
    return;
  }
  const CauseScope scope(context_.simulator, why);
  context_.log.append(
      ObservationKind::adjacency, node().entity_of(agent.port),
      {.object = context_.network.node(static_cast<NodeIndex>(agent.heard->node)).entity,
       .value = 0,
       .text = kName});
  agent.heard.reset();
  agent.deadline = kNever;
  context_.network.touch(context_.node);
}

void Lldp::on_timer() {
  for (Agent& agent : agents_) {
    if (agent.fast_at <= now()) {
      agent.fast_at = --agent.fast_left > 0 ? now() + kFastInterval : kNever;
      send(agent, ttl_);
    }
    if (!agent.held && agent.deadline <= now()) {
      forget(agent, why_silent(agent));
    }
  }
  arm();
}

// Deadlines only move away while frames come in: this may fire too early, never too late.
void Lldp::arm() {
  if (timer_.armed() && timer_.deadline() == now()) {
    return;  // Its turn is still to come in this instant.
  }
  SimTime next = kNever;
  for (const Agent& agent : agents_) {
    next = std::min({next, agent.fast_at, agent.held ? kNever : agent.deadline});
  }
  if (!running_ || next == kNever) {
    timer_.cancel();
  } else if (next != timer_.deadline()) {
    timer_.arm(next);
  }
}

// The last change of the link and both its ports, or of the neighbour's process.
ObservationId Lldp::why_silent(const Agent& agent) const {
  const PortRef port{context_.node, agent.port};
  ObservationId last = last_change_on(context_.network, port);
  const auto other = context_.network.neighbor(port);  // Agents have a link.
  for (const Protocol* protocol : context_.network.instances(other->node, context_.id)) {
    const auto& neighbor = *static_cast<const Lldp*>(protocol);  // Of this kind, as its id says.
    last = later_reason(last, neighbor.running_ ? ObservationId::none : neighbor.stopped_);
  }
  return last;
}

// --- what is shown and documented ----------------------------------------------------------------

ProtocolTable Lldp::table() const {
  ProtocolTable table{.name = std::string(kName),
                      .columns = {"port", "neighbor", "neighbor port", "carrier", "TTL"},
                      .rows = {}};
  for (const Agent& agent : agents_) {
    std::vector<std::string> row{std::string(node().name(agent.port)), "", "",
                                 physical(agent).carrier ? "up" : "down", ""};
    if (!running_) {
      row[1] = "unknown";
    } else if (agent.heard) {
      const Node& there = context_.network.node(static_cast<NodeIndex>(agent.heard->node));
      row[1] = there.config->name;
      row[2] = there.name(static_cast<PortIndex>(agent.heard->port));
      row[4] = std::to_string(agent.heard->ttl) + " s";
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

FrameBytes lldp_bytes(const ControlFrame& frame, const FrameSender& sender) {
  const auto carried = frame.as<Carried>();
  const Node& node = sender.network.node(sender.node);
  return in_ethernet(
      kNearestBridgeMac, sender.mac, kLldpType,
      encode_lldpdu({.chassis = node.mac,
                     .port = std::string(node.name(static_cast<PortIndex>(carried.port))),
                     .ttl = carried.ttl,
                     .system = std::string(node.config->name)}));
}

}  // namespace

ProtocolKind lldp() {
  return {.info = {.name = std::string(kName),
                   .summary = "Tells at each end of a link who is at the other.",
                   .parameters = {{.name = "interval",
                                   .unit = Unit::duration,
                                   .default_text = "30s",
                                   .summary = "between two frames, in whole seconds",
                                   .shortest = seconds{1},
                                   .longest = seconds{3600},
                                   .source = "IEEE 802.1AB-2016 9.2.5.7: msgTxInterval"},
                                  {.name = "hold",
                                   .unit = Unit::integer,
                                   .default_text = "4",
                                   .summary = "so many intervals and a second are the time to live",
                                   .minimum = 1,
                                   .maximum = 100,
                                   .source = "IEEE 802.1AB-2016 9.2.5.6: msgTxHold"}}},
          .show = std::string(kName),
          .make = [](const ProtocolContext& context, const ArgumentReader& arguments)
              -> std::unique_ptr<Protocol> { return std::make_unique<Lldp>(context, arguments); },
          .reserved = true,
          .per_link = true,
          .bytes = lldp_bytes};
}

}  // namespace switchfault
