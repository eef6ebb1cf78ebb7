// active_standby: which of two stateful nodes owns the shared addresses, agreed by heartbeats.
//
// Both send a heartbeat every `heartbeat` of their StatefulConfig to the subnet of `interface`; it
// says whether the sender owns, whether its data plane works, and whether it has settled since its
// process started. The lever is Network::set_owner, which moves the addresses and, without
// synchronisation, loses the sessions.
//
//   heartbeats_lost missed, or told that the peer leaves or cannot forward ─▶ the standby owns
//   both own ─▶ who has not settled yields to who has; else the configured standby yields
//
// So the one that comes back stays standby; with `preempt` the configured active one takes its
// place again. A node whose data plane goes down owns no more. Hung or crashed, the process is
// silent and its node goes on owning: then both do, as when only the heartbeats are lost.
// Not modelled: more than one heartbeat interface, tests of other interfaces before taking over,
// clusters of more than two, the time the synchronisation of sessions takes.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/frame_sender.h"
#include "net/multicast_stream.h"
#include "net/network.h"
#include "net/protocol.h"
#include "protocols/heartbeat.h"
#include "protocols/own_process.h"

namespace switchfault {
namespace {

constexpr std::string_view kName = "active_standby";

class ActiveStandby final : public Protocol, private MulticastStream::Sender {
 public:
  ActiveStandby(const ProtocolContext& context, const ArgumentReader& arguments);

  [[nodiscard]] ProcessFunction process() const override { return ProcessFunction::sessions; }
  void start() override;
  void stop() override;
  void port_changed(LogicalPort /*port*/) override {}
  void interface_changed(InterfaceIndex /*interface*/) override {}
  bool receive(LogicalPort port, InterfaceIndex interface, const ControlFrame& frame) override;
  void held(LogicalPort port, InterfaceIndex interface, bool held, SimTime last) override;
  [[nodiscard]] ProtocolTable table() const override;

 private:
  struct PlaneWatch final : OsListener {
    explicit PlaneWatch(ActiveStandby& own) : protocol(own) {}
    void plane_changed(SwitchOs& /*os*/, Plane plane) override {
      if (plane == Plane::data) {
        protocol.data_plane_changed();
      }
    }
    ActiveStandby& protocol;
  };

  void data_plane_changed();
  void decide(ObservationId why);
  [[nodiscard]] bool must_yield() const;
  void own(bool owns, ObservationId why);
  void settle();
  void say();
  void start_heartbeats();
  void on_timer();
  void arm();
  [[nodiscard]] ActiveStandby* find_peer() const;
  [[nodiscard]] ObservationId why_silent() const;
  [[nodiscard]] bool owns() const { return context_.network.owns(context_.node); }
  [[nodiscard]] bool fit() const { return context_.os.serves(Plane::data); }
  [[nodiscard]] Duration dead_time() const { return heartbeats_lost_ * heartbeat_; }
  [[nodiscard]] const Node& node() const { return context_.network.node(context_.node); }
  [[nodiscard]] Message message(bool leaves) const;
  [[nodiscard]] Message message() const override { return message(false); }
  [[nodiscard]] std::vector<MulticastStream::Listener> who_heard(
      const std::vector<NodeIndex>& nodes, SimTime at) const override;

  ProtocolContext context_;
  std::string interface_name_;
  InterfaceIndex interface_ = InterfaceIndex::none;
  bool preempts_ = false;
  NodeIndex peer_ = NodeIndex::none;  // None: nothing to agree on.
  bool preferred_ = true;             // The configured active one.
  Duration heartbeat_{};
  std::int64_t heartbeats_lost_ = 0;
  PlaneWatch plane_watch_{*this};
  Timer timer_;

  bool running_ = false;
  bool settled_ = false;
  std::uint64_t starts_ = 0;
  ObservationId why_ = ObservationId::none;      // It is in this state.
  ObservationId stopped_ = ObservationId::none;  // Its process stopped.
  std::unique_ptr<MulticastStream> heartbeats_;
  std::optional<Heartbeat> heard_;  // Empty: the peer is silent.
  SimTime heard_at_ = SimTime::min();
  SimTime deadline_ = kNever;
  bool held_ = false;
};

// --- what is configured --------------------------------------------------------------------------

ActiveStandby::ActiveStandby(const ProtocolContext& context, const ArgumentReader& arguments)
    : context_(context),
      interface_name_(arguments.text("interface")),
      interface_(context.network.find_interface(context.node, interface_name_)),
      preempts_(arguments.boolean("preempt")),
      timer_(context.simulator, Phase::protocol, context.os.node(), context.source(),
             [this] { on_timer(); }) {
  const auto& config = context.os.config().stateful;
  if (!config || !config->peer || interface_ == InterfaceIndex::none) {
    return;
  }
  peer_ = context.network.find_node(config->peer->text);
  const auto& theirs = context.network.node(peer_).config->stateful;
  preferred_ = theirs && theirs->active != config->active ? config->active : context.node < peer_;
  heartbeat_ = config->heartbeat;
  heartbeats_lost_ = config->heartbeats_lost;
  context_.os.add_listener(plane_watch_);
}

// --- life ----------------------------------------------------------------------------------------

void ActiveStandby::start() {
  if (peer_ == NodeIndex::none) {
    return;
  }
  running_ = true;
  settled_ = false;
  held_ = false;
  heard_.reset();
  why_ = context_.simulator.cause();
  deadline_ = context_.simulator.now() + dead_time();
  start_heartbeats();
  arm();
}

void ActiveStandby::stop() {
  if (peer_ == NodeIndex::none) {
    return;
  }
  stopped_ = context_.simulator.cause();
  if (ended_in_order(context_.os, process()) && owns() && heard_ && heard_->fit) {
    own(false, stopped_);
    heartbeats_->send(message(true));
  }
  running_ = false;
  timer_.cancel();
  heartbeats_->stop();
}

void ActiveStandby::data_plane_changed() {
  const ObservationId why = context_.simulator.cause();
  if (!fit() && owns()) {
    own(false, why);
  }
  if (running_) {
    say();
    decide(why);
  }
}

// --- who owns ------------------------------------------------------------------------------------

void ActiveStandby::decide(ObservationId why) {
  if (!heard_ || !fit()) {
    return;
  }
  if (owns() && heard_->owns) {
    if (must_yield()) {
      own(false, why);
      say();
    }
    return;
  }
  const bool abandoned = heard_->leaves || !heard_->fit;
  const bool free = !heard_->owns && (abandoned || preferred_);
  const bool claims = heard_->owns && preferred_ && preempts_;
  if (!owns() && (free || claims || abandoned)) {
    own(true, why);
    say();
  }
}

// Both own and both can.
bool ActiveStandby::must_yield() const {
  if (settled_ == heard_->settled) {
    return !preferred_;
  }
  const ActiveStandby* peer = find_peer();
  const bool peer_insists = !preferred_ && peer != nullptr && peer->preempts_;
  const bool insists = preferred_ && preempts_;
  return settled_ ? peer_insists : !insists;
}

void ActiveStandby::own(bool owns, ObservationId why) {
  why_ = later_reason(why_, why);
  const CauseScope scope(context_.simulator, why_);
  context_.network.set_owner(context_.node, owns);
}

void ActiveStandby::settle() {
  if (!settled_) {
    settled_ = true;
    context_.network.touch(context_.node);  // It says something else from now on.
  }
}

// --- heartbeats ----------------------------------------------------------------------------------

void ActiveStandby::start_heartbeats() {
  const Entity entity = node().interfaces[static_cast<std::size_t>(interface_)].entity();
  const Duration phase =
      context_.random.uniform({.purpose = Purpose("active_standby.heartbeat_phase"),
                               .entity = context_.os.stable_id(),
                               .occurrence = starts_++},
                              Duration::zero(), heartbeat_);
  heartbeats_.reset();  // Two flows of one key must not exist.
  heartbeats_ = std::make_unique<MulticastStream>(
      MulticastStream::Context{.simulator = context_.simulator,
                               .network = context_.network,
                               .node = context_.node,
                               .skip_quiet_time = context_.skip_quiet_time},
      static_cast<MulticastStream::Sender&>(*this),
      StandingFlow::Schedule{.anchor = context_.simulator.now() + phase,
                             .period = heartbeat_,
                             .phase = Phase::protocol,
                             .target = entity,
                             .source = context_.source(1)});
  heartbeats_->start();
}

void ActiveStandby::say() {
  heartbeats_->send(message(false));
}

MulticastStream::Sender::Message ActiveStandby::message(bool leaves) const {
  const Heartbeat heartbeat{.node = static_cast<std::uint32_t>(context_.node),
                            .owns = owns(),
                            .fit = fit(),
                            .settled = settled_,
                            .leaves = leaves};
  return {.interface = interface_,
          .source = node().interfaces[static_cast<std::size_t>(interface_)].mac(),
          .frame = ControlFrame::of(context_.id, heartbeat),
          .why = why_};
}

bool ActiveStandby::receive(LogicalPort /*port*/, InterfaceIndex interface,
                            const ControlFrame& frame) {
  const auto heartbeat = frame.as<Heartbeat>();
  if (interface != interface_ || heartbeat.node != static_cast<std::uint32_t>(peer_)) {
    return true;
  }
  const bool same = settled_ && heard_ == heartbeat;
  heard_ = heartbeat;
  heard_at_ = context_.simulator.now();
  deadline_ = heard_at_ + dead_time();
  arm();
  if (same) {
    return true;
  }
  const ObservationId told = later_reason(context_.simulator.cause(), why_);
  decide(later_reason(told, heartbeats_->last_change()));
  settle();
  return false;
}

std::vector<MulticastStream::Listener> ActiveStandby::who_heard(
    const std::vector<NodeIndex>& /*nodes*/, SimTime at) const {
  ActiveStandby* peer = find_peer();
  if (peer == nullptr || !peer->running_ || peer->heard_at_ != at) {
    return {};
  }
  return {{.protocol = peer, .interface = peer->interface_}};
}

ActiveStandby* ActiveStandby::find_peer() const {
  const auto found = context_.network.instances(peer_, context_.id);
  return found.empty() ? nullptr : static_cast<ActiveStandby*>(found.front());
}

ObservationId ActiveStandby::why_silent() const {
  const ActiveStandby* peer = find_peer();
  if (peer == nullptr || !peer->running_) {
    return peer == nullptr ? why_ : peer->stopped_;
  }
  return later_reason(node().last_change, peer->heartbeats_->last_change());
}

// --- deadlines -----------------------------------------------------------------------------------

void ActiveStandby::held(LogicalPort /*port*/, InterfaceIndex /*interface*/, bool held,
                         SimTime last) {
  held_ = held;
  if (!held && last != SimTime::min()) {
    deadline_ = std::max(deadline_, last + dead_time());
  }
  arm();
}

void ActiveStandby::on_timer() {
  if (deadline_ > context_.simulator.now()) {
    arm();  // A heartbeat came in the same instant.
    return;
  }
  const ObservationId why = why_silent();
  heard_.reset();
  settle();
  if (!owns() && fit()) {
    own(true, why);
    say();
  }
}

void ActiveStandby::arm() {
  const SimTime now = context_.simulator.now();
  if (timer_.armed() && timer_.deadline() == now) {
    return;  // Its turn is still to come in this instant.
  }
  if (running_ && !held_ && deadline_ > now) {
    timer_.arm(deadline_);
  } else {
    timer_.cancel();
  }
}

// --- what is shown -------------------------------------------------------------------------------

ProtocolTable ActiveStandby::table() const {
  const std::string peer =
      peer_ == NodeIndex::none ? "" : std::string(context_.network.node(peer_).config->name);
  std::string peer_state = "silent";
  if (!running_) {
    peer_state = "unknown";
  } else if (heard_) {
    peer_state = heard_->owns ? "active" : "standby";
  }
  return {.name = "active-standby",
          .columns = {"interface", "role", "peer", "peer role", "preempt"},
          .rows = {{interface_name_, owns() ? "active" : "standby", peer, peer_state,
                    preempts_ ? "yes" : "no"}}};
}

FrameBytes heartbeat_bytes(const ControlFrame& frame, const FrameSender& sender) {
  return in_ethernet(kBroadcastMac, sender.mac, kHeartbeatType,
                     encode_heartbeat(frame.as<Heartbeat>()));
}

}  // namespace

ProtocolKind active_standby() {
  return {.info = {.name = std::string{kName},
                   .summary = "Two stateful nodes agree by heartbeats which of them is active.",
                   .parameters = {{.name = "interface",
                                   .unit = Unit::name,
                                   .summary = "interface of the node towards its peer"},
                                  {.name = "preempt",
                                   .unit = Unit::boolean,
                                   .default_text = "false",
                                   .summary = "the configured active node takes over again when "
                                              "it is back",
                                   .source = "usual default of firewall pairs"}},
                   .port_parameters = {}},
          .show = "active-standby",
          .make = [](const ProtocolContext& context,
                     const ArgumentReader& arguments) -> std::unique_ptr<Protocol> {
            return std::make_unique<ActiveStandby>(context, arguments);
          },
          .bytes = heartbeat_bytes};
}

}  // namespace switchfault
