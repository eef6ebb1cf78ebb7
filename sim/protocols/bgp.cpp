// bgp: the border gateway protocol, version 4 (RFC 4271), on one node.
//
//   interface with `remote_as` ─▶ connection ─▶ OPEN, KEEPALIVE ─▶ established
//   UPDATE ─▶ routes of each neighbour ─▶ best path and its equals ─▶ routing
//   table
//                                                  └──▶ UPDATE to the others
//
// A session runs over the link of an interface with whoever is at its other
// end. Beneath it lies a connection as TCP gives it: what is lost is sent again
// (200 ms, doubling), in order; it is reset when the process at one end dies,
// and goes on when one hangs. Keepalives sleep while they would only move the
// hold time.
//
// It runs in the process with the function `bgp`, or in `routing` when the node
// has no such one. In a process of its own, killed, the routing process
// withdraws its routes and its neighbours are told by the reset; hung,
// neighbours wait for the hold time and forwarding goes on.
//
// With graceful restart (RFC 4724) the routing process keeps the routes of one that is killed or
// told to end for the restart time, and neighbours go on using what it had told; started again
// within that time it decides nothing before all of them have told everything.
//
// An UPDATE that its sender damages (SwitchOs::update_damage) is read from its bytes, as is one
// with attributes that a former speaker has passed on unread; what is wrong with it is treated as
// `error_handling` says.
//
// Not modelled: sessions over several hops, route refresh, damping, communities, aggregation, IPv6,
// confederations.

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <switchfault/observation.h>

#include "net/frame_sender.h"
#include "net/hello_stream.h"
#include "net/network.h"
#include "net/protocol.h"
#include "protocols/bgp_message.h"
#include "protocols/bgp_state.h"
#include "protocols/link_history.h"
#include "protocols/own_process.h"
#include "protocols/port_arguments.h"
#include "protocols/remarks.h"

namespace switchfault {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kName = "bgp";
constexpr std::uint32_t kKeepaliveOctets = 19;  // RFC 4271 4.4.
constexpr Duration kAtOnce = std::chrono::microseconds{1};
constexpr Duration kFirstResend = milliseconds{200};  // Linux: least retransmission timeout.
constexpr Duration kLastResend = seconds{120};        // Linux: greatest one.
// BIRD 2.0.12: greatest wait after errors, and how long one of them counts.
constexpr Duration kLongestErrorWait = seconds{300}, kErrorForgotten = seconds{300};
constexpr std::uint32_t kPreference = 100;  // RFC 4271 leaves it open; usual default.
constexpr std::uint8_t kUpdateError = 3, kHoldExpired = 4,
                       kCease = 6;  // Notifications, RFC 4271 4.5.
constexpr std::uint8_t kTooManyPrefixes = 1,
                       kShutdown = 2;  // Of kCease, RFC 4486.

std::vector<Parameter> interface_parameters();

struct Segment {
  enum class Kind : std::uint32_t { open, accept, acknowledge, reset, data, keepalive };
  Kind kind = Kind::open;
  std::uint32_t opener = 0;  // Who opened the connection, and his how manieth it is.
  std::uint32_t connection = 0;
  std::uint32_t sequence = 0;
  std::uint32_t source = 0;
  std::uint32_t node = 0;  // To find out later why it fell silent; not on the wire.
  // Octets of the connection before this segment, in it, and heard of the other end, for captures.
  std::uint32_t octets_before = 0, octets = 0, octets_heard = 0;
};

enum class State : std::uint8_t { idle, connect, open_sent, open_confirm, established };
constexpr const char* kStateNames[] = {"idle", "connect", "opensent", "openconfirm", "established"};

struct Session {
  InterfaceIndex interface = InterfaceIndex::none;
  LogicalPort port = LogicalPort::none;
  // Configured.
  std::uint32_t address = 0;
  std::uint32_t remote_as = 0;
  std::optional<std::uint32_t> med, local_preference;
  std::size_t prepend = 0;
  std::size_t max_prefixes = 0;
  bool next_hop_self = false;
  bool client = false;

  State state = State::idle;
  bool refused = false;  // For good: too many prefixes.
  std::uint32_t peer_address = 0, peer_id = 0;
  NodeIndex peer = NodeIndex::none;
  // The connection.
  std::uint32_t opener = 0, connection = 0;
  std::uint32_t next_out = 0, next_in = 0;
  struct Unacknowledged {
    std::uint32_t sequence = 0;
    ContentRef<BgpContent> content;
    std::uint32_t octets_before = 0, octets = 0;
  };
  std::deque<Unacknowledged> unacknowledged;
  std::uint32_t octets_out = 0, octets_in = 0;  // Of the connection.
  Duration resend_after = kFirstResend;
  SimTime resend_at = kNever;
  SimTime connect_at = kNever;
  // After errors; until refuses_until nobody else may connect, either.
  Duration error_wait{};
  SimTime failed_at = SimTime::min();
  SimTime refuses_until = SimTime::min();
  // The session.
  Duration hold{};
  SimTime hold_until = kNever;
  bool held = false;
  bool observed = false;
  std::uint64_t ups = 0;
  std::unique_ptr<HelloStream> keepalives;
  struct Heard {
    BgpPath path;
    std::uint64_t arrival = 0;  // Which came first.
    bool stale = false;         // Of a former session.
  };
  std::map<IpPrefix, Heard> in;
  struct Told {
    BgpPath path;
    std::optional<UpdateDamage> damage;
    friend auto operator<=>(const Told&, const Told&) = default;
  };
  std::map<IpPrefix, Told> out;
  std::set<IpPrefix> pending;
  std::uint64_t malformed = 0;  // Updates heard since the process runs.
  SimTime advertised = SimTime::min();
  SimTime advertise_at = kNever;
  std::optional<BgpRestart> restart;  // What the neighbour said of its restarts.
  Duration keeps_for{};               // So long BIRD keeps what it told when it is silent or gone.
  SimTime stale_until = kNever;
  bool complete = false;  // It has told all it knows since the session is up.
  Timer timer;
};

// What was chosen for a prefix.
struct Choice {
  BgpPath path;
  const Session* from = nullptr;  // Null: an own network.
  std::vector<NextHop> hops;
  bool external = false;
  friend bool operator==(const Choice&, const Choice&) = default;
};

class Bgp final : public Protocol, private HelloStream::Sender, private OsListener {
 public:
  Bgp(const ProtocolContext& context, const ArgumentReader& arguments);

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
  [[nodiscard]] std::map<IpPrefix, std::vector<std::string>> best_paths() const;

 private:
  // --- life ---
  void read_session(std::size_t index, const Interface& interface);
  void begin(Session& session);
  void fail(Session& session);
  [[nodiscard]] SimTime attempt_after_wait(Session& session);
  [[nodiscard]] Duration shortened(const Session& session, Purpose purpose, Duration time,
                                   SimTime at) const;
  void drop(Session& session, bool tell, bool keep = false);
  // --- graceful restart ---
  [[nodiscard]] bool keeps_routes() const;
  void keep_or_forget(Session& session, bool keep, bool was_up);
  void forget_stale(Session& session);
  void end_of_rib(Session& session);
  void end_deferral();
  void end_grace();
  // --- connections ---
  void connect(Session& session);
  void hear_open(Session& session, const Segment& segment);
  void accepted(Session& session);
  [[nodiscard]] std::optional<BgpRestart> offered_restart() const;
  void send(Session& session, BgpMessage message);
  void send_data(Session& session, const Session::Unacknowledged& data);
  void send_segment(Session& session, Segment::Kind kind, std::uint32_t sequence,
                    const FrameContent* content);
  [[nodiscard]] ControlFrame frame(const Session& session, Segment::Kind kind,
                                   std::uint32_t sequence, const FrameContent* content) const;
  // --- sessions ---
  void hear(Session& session, const BgpMessage& message);
  void establish(Session& session);
  void hear_update(Session& session, const BgpUpdate& update);
  void hear_bytes(Session& session, const BgpUpdate& update);
  void update_damage_changed(SwitchOs& os) override;
  [[nodiscard]] Duration hold_from(const Session& session, SimTime heard) const {
    return shortened(session, Purpose("bgp.hold"), session.hold, heard);
  }
  void renew(Session& session) {
    session.hold_until = session.hold == Duration{} ? kNever : now() + hold_from(session, now());
  }
  [[nodiscard]] bool external(const Session& session) const { return session.remote_as != as_; }
  // --- routes ---
  void look_at(const IpPrefix& prefix);
  void look_at_all();
  void decide();
  [[nodiscard]] std::optional<Choice> choose(const IpPrefix& prefix) const;
  [[nodiscard]] std::optional<NextHop> resolve(std::uint32_t gateway) const;
  [[nodiscard]] bool better(const Session& a, const BgpPath& one, const Session& b,
                            const BgpPath& other) const;
  [[nodiscard]] int rank(const Session& a, const BgpPath& one, const Session& b,
                         const BgpPath& other) const;
  void program();
  [[nodiscard]] std::optional<BgpPath> exported(const Session& to, const Choice& choice) const;
  void advertise(Session& session);
  // --- timers, reasons ---
  void on_timer(Session& session);
  void arm(Session& session);
  [[nodiscard]] ObservationId way_change(const Session& session) const;
  [[nodiscard]] ObservationId why_silent(const Session& session) const;
  [[nodiscard]] ObservationId why_damaged(const Session& session) const;
  void because(ObservationId why) { why_ = later_reason(why_, why); }

  // --- HelloStream::Sender: key = place in sessions_ ---
  void hello_due(std::size_t key) override;
  [[nodiscard]] Next next_hello(std::size_t key) const override;
  void hellos_skipped(std::size_t, std::int64_t, SimTime) override {}

  [[nodiscard]] const Node& node() const { return context_.network.node(context_.node); }
  [[nodiscard]] const Interface& interface(const Session& session) const {
    return node().interfaces[static_cast<std::size_t>(session.interface)];
  }
  [[nodiscard]] Session* find(InterfaceIndex index) const;
  [[nodiscard]] SimTime now() const { return context_.simulator.now(); }

  ProtocolContext context_;
  ProcessFunction function_ = ProcessFunction::routing;
  std::uint32_t as_ = 0;
  std::uint32_t router_ = 0;
  Duration connect_delay_{}, error_wait_{};
  bool bird_ = false;
  Duration hold_{}, keepalive_{}, connect_{}, process_delay_{}, interval_external_{},
      interval_internal_{};
  std::size_t most_paths_ = 1;
  bool relax_ = false;
  bool frr_ = false;
  bool failover_ = true;
  bool graceful_ = false;
  bool entropy_label_ = false;
  BgpRules rules_ = BgpRules::rfc7606;
  Duration restart_time_{}, stale_time_{};
  std::vector<IpPrefix> networks_;

  bool running_ = false;
  ObservationId why_ = ObservationId::none;
  ObservationId stopped_ = ObservationId::none;
  ObservationId damaged_ = ObservationId::none;  // Why its updates are what they are.
  ObservationId told_ = ObservationId::none;     // Why the message was sent that is being heard.
  std::vector<std::unique_ptr<Session>> sessions_;
  std::uint32_t connections_ = 0;
  std::uint64_t arrivals_ = 0;
  std::set<IpPrefix> dirty_;
  std::map<IpPrefix, Choice> best_;
  bool deferred_ = false;   // Just started again: nothing is decided yet.
  bool restarted_ = false;  // The next decision is the first one.
  Timer decide_timer_;
  // Of the routing process: until it takes the routes of one that is gone out of the table; of the
  // one that is back: until it decides in any case.
  Timer grace_timer_;
};

std::string text_of(std::uint32_t address) {
  return IpAddress::v4(address).text();
}

// --- what is configured
// --------------------------------------------------------------------------

Bgp::Bgp(const ProtocolContext& context, const ArgumentReader& arguments)
    : context_(context),
      as_(static_cast<std::uint32_t>(arguments.integer("as"))),
      hold_(arguments.duration("hold")),
      keepalive_(arguments.duration("keepalive")),
      connect_(arguments.duration("connect")),
      most_paths_(static_cast<std::size_t>(arguments.integer("max_paths"))),
      relax_(arguments.boolean("multipath_relax")),
      failover_(arguments.boolean("fast_failover")),
      decide_timer_(context.simulator, Phase::protocol, context.os.node(), context.source(2),
                    [this] { decide(); }),
      grace_timer_(context.simulator, Phase::protocol, context.os.node(), context.source(3),
                   [this] { end_grace(); }) {
  context.os.add_listener(*this);
  graceful_ = arguments.boolean("graceful_restart");
  restart_time_ = arguments.duration("restart_time");
  stale_time_ = arguments.duration("stale_time");
  entropy_label_ = arguments.boolean("entropy_label");
  frr_ = arguments.text("profile") == "frr";
  rules_ = frr_ ? BgpRules::frr : BgpRules::rfc7606;
  if (arguments.has("error_handling")) {
    rules_ = arguments.text("error_handling") == "rfc4271" ? BgpRules::rfc4271 : BgpRules::rfc7606;
  }
  bird_ = arguments.text("profile") == "bird";
  connect_delay_ = bird_ ? seconds{5} : Duration{};
  if (arguments.has("connect_delay")) {
    connect_delay_ = arguments.duration("connect_delay");
  }
  error_wait_ = bird_ ? seconds{60} : Duration{};
  if (arguments.has("error_wait")) {
    error_wait_ = arguments.duration("error_wait");
  }
  process_delay_ = frr_ ? milliseconds{50} : Duration{};
  interval_external_ = frr_ || bird_ ? Duration{} : seconds{30};
  interval_internal_ = frr_ || bird_ ? Duration{} : seconds{5};
  if (arguments.has("advertisement_interval")) {
    interval_external_ = interval_internal_ = arguments.duration("advertisement_interval");
  }
  function_ = own_process(context.os, {ProcessFunction::bgp});
  if (arguments.has("networks")) {
    for (const std::string& text : arguments.names("networks")) {
      if (const auto prefix = IpPrefix::parse(text)) {
        networks_.push_back(prefix->network());
      }
    }
  }
  std::uint32_t highest = 0;
  bool loopback = false;
  for (std::size_t i = 0; i < node().interfaces.size(); ++i) {
    const Interface& one = node().interfaces[i];
    read_session(i, one);
    const bool is_loopback = one.kind == InterfaceKind::loopback;
    for (const IpPrefix& address : one.addresses()) {
      if (address.is_v4() && one.vrf == VrfIndex::global && is_loopback >= loopback) {
        highest = is_loopback > loopback ? address.address().v4_bits()
                                         : std::max(highest, address.address().v4_bits());
        loopback = is_loopback;
      }
    }
  }
  router_ = arguments.has("router_id") ? arguments.address("router_id").v4_bits() : highest;
}

void Bgp::read_session(std::size_t index, const Interface& interface) {
  const Arguments given = interface_arguments(interface.config, kName, interface_parameters());
  const ArgumentReader here(given);
  const auto address = std::ranges::find_if(interface.addresses(), &IpPrefix::is_v4);
  if (!here.has("remote_as") || address == interface.addresses().end() ||
      interface.kind != InterfaceKind::routed) {
    return;
  }
  Session& session = *sessions_.emplace_back(std::make_unique<Session>());
  const auto number = [&](std::string_view name) {
    return here.has(name) ? std::optional(static_cast<std::uint32_t>(here.integer(name)))
                          : std::nullopt;
  };
  session.interface = static_cast<InterfaceIndex>(index);
  session.port = interface.port;
  session.address = (*address).address().v4_bits();
  session.remote_as = *number("remote_as");
  session.med = number("med");
  session.local_preference = number("local_preference");
  session.prepend = number("prepend").value_or(0);
  session.max_prefixes = number("max_prefixes").value_or(0);
  session.next_hop_self = here.boolean("next_hop_self");
  session.client = here.boolean("route_reflector_client");
  session.timer = Timer(context_.simulator, Phase::protocol, interface.entity(), context_.source(1),
                        [this, &session] { on_timer(session); });
}

Session* Bgp::find(InterfaceIndex index) const {
  const auto found =
      std::ranges::find(sessions_, index, [](const auto& one) { return one->interface; });
  return found == sessions_.end() ? nullptr : found->get();
}

// --- the life of the process
// ---------------------------------------------------------------------

void Bgp::start() {
  running_ = true;
  why_ = context_.simulator.cause();
  best_.clear();
  dirty_.clear();
  deferred_ = restarted_ = grace_timer_.armed();
  grace_timer_.cancel();
  if (deferred_) {
    grace_timer_.arm(now() + stale_time_);
  } else {
    context_.network.learn_routes(context_.node, RouteSource::ebgp, {});
    context_.network.learn_routes(context_.node, RouteSource::ibgp, {});
  }
  for (const auto& session : sessions_) {
    const bool had_hung = session->state >= State::open_sent;
    if (!had_hung) {
      session->error_wait = Duration{};
      session->failed_at = SimTime::min();
    } else {
      if (session->hold_until <= now()) {
        fail(*session);  // It reads that the neighbour has given up.
      }
      send_segment(*session, Segment::Kind::reset, 0, nullptr);
    }
    session->refuses_until = SimTime::min();
    session->state = State::idle;
    session->observed = session->refused = session->held = false;
    session->in.clear();
    session->out.clear();
    session->pending.clear();
    session->unacknowledged.clear();
    session->keepalives.reset();
    session->resend_at = session->hold_until = session->advertise_at = kNever;
    session->stale_until = kNever;
    session->malformed = 0;
    session->restart.reset();
    session->keeps_for = Duration{};
    session->complete = false;
    if (interface(*session).up) {
      begin(*session);
    }
  }
  for (const IpPrefix& network : networks_) {
    look_at(network);
  }
  context_.network.touch(context_.node);
}

void Bgp::stop() {
  stopped_ = context_.simulator.cause();
  const std::optional<ProcessState> state = process_state(context_.os, function_);
  const bool hung = state == ProcessState::hung || context_.os.host_state() == HostState::hung;
  // The kernel closes the connections of a process that is gone while the host
  // lives.
  if (!hung && context_.os.host_state() == HostState::up) {
    const bool in_order = state == ProcessState::stopped;
    for (const auto& session : sessions_) {
      if (session->state >= State::open_sent) {
        const CauseScope scope(context_.simulator, stopped_);
        if (in_order && !keeps_routes()) {
          send(*session, BgpNotification{.code = kCease, .subcode = kShutdown});
        }
        send_segment(*session, Segment::Kind::reset, 0, nullptr);
      }
    }
  }
  running_ = false;
  for (const auto& session : sessions_) {
    session->timer.cancel();
    if (session->keepalives) {
      session->keepalives->stop();
    }
    if (!hung) {
      session->state = State::idle;
    }
  }
  decide_timer_.cancel();
  grace_timer_.cancel();
  if (!hung && keeps_routes()) {
    grace_timer_.arm(now() + restart_time_);
  } else if (!hung) {
    context_.network.learn_routes(context_.node, RouteSource::ebgp, {});
    context_.network.learn_routes(context_.node, RouteSource::ibgp, {});
  }
}

// --- graceful restart (RFC 4724) -----------------------------------------------------------------

// The process alone is gone, and the routing process knows that it may come back.
bool Bgp::keeps_routes() const {
  return graceful_ && function_ == ProcessFunction::bgp &&
         context_.os.host_state() == HostState::up;
}

// Not back in time; or back, and not everybody has told everything in time.
void Bgp::end_grace() {
  if (running_) {
    end_deferral();
    return;
  }
  context_.network.learn_routes(context_.node, RouteSource::ebgp, {});
  context_.network.learn_routes(context_.node, RouteSource::ibgp, {});
}

void Bgp::forget_stale(Session& session) {
  session.stale_until = kNever;
  for (auto at = session.in.begin(); at != session.in.end();) {
    if (at->second.stale) {
      look_at(at->first);
      at = session.in.erase(at);
    } else {
      ++at;
    }
  }
}

void Bgp::end_of_rib(Session& session) {
  session.complete = true;
  forget_stale(session);
  const bool all = std::ranges::all_of(sessions_, [this](const auto& one) {
    return one->complete || !interface(*one).up || (one->restart && one->restart->restarting);
  });
  if (deferred_ && all) {
    end_deferral();
  }
}

// What nobody has told again leaves the table with the first decision.
void Bgp::end_deferral() {
  if (!std::exchange(deferred_, false)) {
    return;
  }
  grace_timer_.cancel();
  if (!decide_timer_.armed()) {
    decide_timer_.arm(now() + std::max(process_delay_, kAtOnce));
  }
}

void Bgp::interface_changed(InterfaceIndex index) {
  because(context_.simulator.cause());
  const CauseScope scope(context_.simulator, context_.simulator.cause());
  if (Session* session = find(index)) {
    if (interface(*session).up) {
      if (session->state == State::idle) {
        begin(*session);
      }
    } else if (session->state != State::established || (failover_ && external(*session))) {
      if (session->state == State::established) {
        fail(*session);
      }
      drop(*session, false);
    }
  }
  look_at_all();  // Next hops have come or gone.
}

// BFD has noticed before the hold time is over.
void Bgp::neighbor_lost(InterfaceIndex index) {
  Session* session = find(index);
  if (running_ && session != nullptr && session->state >= State::open_sent) {
    because(context_.simulator.cause());
    const CauseScope scope(context_.simulator, why_);
    fail(*session);
    drop(*session, true);
  }
}

void Bgp::begin(Session& session) {
  session.connect_at = attempt_after_wait(session);
  if (now() < kTimeZero) {
    session.connect_at += context_.random.uniform(
        {.purpose = Purpose("bgp.first_connect"),
         .entity = context_.os.stable_id() ^ stable_hash(interface(session).name()),
         .occurrence = session.ups++},
        Duration::zero(), seconds{1});
  }
  arm(session);
}

// The session ends by an error: the next one has to wait, longer each time.
void Bgp::fail(Session& session) {
  if (session.failed_at != SimTime::min() && now() - session.failed_at >= kErrorForgotten) {
    session.error_wait = Duration{};
  }
  session.failed_at = now();
  session.error_wait = session.error_wait == Duration{}
                           ? error_wait_
                           : std::min(2 * session.error_wait, kLongestErrorWait);
}

SimTime Bgp::attempt_after_wait(Session& session) {
  session.refuses_until =
      now() + shortened(session, Purpose("bgp.error_wait"), session.error_wait, now());
  return std::max(session.refuses_until +
                      shortened(session, Purpose("bgp.connect_delay"), connect_delay_, now()),
                  now() + kAtOnce);
}

// RFC 4271 section 10: timers are multiplied by 0.75 to 1, so that speakers do not keep step.
Duration Bgp::shortened(const Session& session, Purpose purpose, Duration time, SimTime at) const {
  if (!bird_ || time == Duration{}) {
    return time;
  }
  return time - context_.random.uniform(
                    {.purpose = purpose,
                     .entity = context_.os.stable_id() ^ stable_hash(interface(session).name()),
                     .occurrence = static_cast<std::uint64_t>(at.time_since_epoch().count())},
                    Duration::zero(), time / 4);
}

// The session is over: what it told is forgotten, or kept while its neighbour starts again, and it
// is tried again later.
void Bgp::drop(Session& session, bool tell, bool keep) {
  if (tell && session.state >= State::open_sent) {
    send_segment(session, Segment::Kind::reset, 0, nullptr);
  }
  const bool was_up = session.state == State::established;
  session.state = State::idle;
  session.keepalives.reset();
  session.unacknowledged.clear();
  session.out.clear();
  session.pending.clear();
  session.resend_at = session.hold_until = session.advertise_at = kNever;
  session.connect_at = !interface(session).up || session.refused ? kNever
                       : connect_delay_ == Duration{}            ? now() + connect_
                                                                 : attempt_after_wait(session);
  if (std::exchange(session.observed, false)) {
    const CauseScope scope(context_.simulator, context_.simulator.cause());
    because(
        context_.log.append(ObservationKind::adjacency, interface(session).entity(),
                            {.object = context_.network.node(session.peer).entity,
                             .value = 0,
                             .text = std::string(kName) + " " + text_of(session.peer_address)}));
  }
  session.complete = false;
  keep_or_forget(session, keep, was_up);
  arm(session);
  context_.network.touch(context_.node);
}

// What it told. An attempt that fails ends nothing that is kept, and keeps nothing for longer.
void Bgp::keep_or_forget(Session& session, bool keep, bool was_up) {
  if (graceful_ && session.restart && session.restart->preserved) {
    session.keeps_for = seconds{session.restart->seconds};
  }
  if (!keep || session.keeps_for == Duration{}) {
    session.stale_until = kNever;
    for (const auto& [prefix, path] : std::exchange(session.in, {})) {
      look_at(prefix);
    }
    return;
  }
  if (was_up || session.stale_until == kNever) {
    for (auto& [prefix, heard] : session.in) {
      heard.stale = true;
    }
    session.stale_until = now() + session.keeps_for;
  }
}

// --- connections
// ---------------------------------------------------------------------------------

void Bgp::connect(Session& session) {
  session.state = State::connect;
  session.opener = session.address;
  session.connection = ++connections_;
  session.connect_at =
      now() + (connect_delay_ == Duration{}
                   ? connect_
                   : shortened(session, Purpose("bgp.connect_delay"), connect_delay_, now()));
  send_segment(session, Segment::Kind::open, 0, nullptr);
}

// Of two that open at once the one of the higher address stays (RFC 4271 6.8
// goes by identifiers).
void Bgp::hear_open(Session& session, const Segment& segment) {
  if (session.refused || now() < session.refuses_until ||
      (session.state == State::connect && session.address > segment.source)) {
    return;
  }
  if (session.state >= State::open_sent) {
    drop(session, false, true);  // The other end has started anew.
  }
  session.opener = segment.opener;
  session.connection = segment.connection;
  session.peer_address = segment.source;
  session.peer = static_cast<NodeIndex>(segment.node);
  send_segment(session, Segment::Kind::accept, 0, nullptr);
  accepted(session);
}

void Bgp::accepted(Session& session) {
  session.state = State::open_sent;
  session.connect_at = kNever;
  session.next_out = session.next_in = 0;
  session.octets_out = session.octets_in = 0;
  session.hold = hold_;
  constexpr Duration kLargeHold = std::chrono::minutes{4};  // RFC 4271 8.2.2.
  session.hold_until = now() + kLargeHold;
  send(session, BgpOpen{.as = as_,
                        .hold_seconds = static_cast<std::uint16_t>(hold_ / seconds{1}),
                        .router = router_,
                        .restart = offered_restart()});
}

// FRR says that it would help others, and that it knows of longer times, when it does not restart
// gracefully itself.
std::optional<BgpRestart> Bgp::offered_restart() const {
  if (!graceful_ && !frr_) {
    return std::nullopt;
  }
  return BgpRestart{.restarting = deferred_,
                    .preserved = graceful_ && function_ == ProcessFunction::bgp,
                    .seconds = static_cast<std::uint16_t>(restart_time_ / seconds{1}),
                    .helps_only = !graceful_,
                    .long_lived = frr_};
}

ControlFrame Bgp::frame(const Session& session, Segment::Kind kind, std::uint32_t sequence,
                        const FrameContent* content) const {
  ControlFrame frame =
      ControlFrame::of(context_.id, Segment{.kind = kind,
                                            .opener = session.opener,
                                            .connection = session.connection,
                                            .sequence = sequence,
                                            .source = session.address,
                                            .node = static_cast<std::uint32_t>(context_.node),
                                            .octets_before = session.octets_out,
                                            .octets_heard = session.octets_in});
  frame.more = ContentRef<FrameContent>(content);
  return frame;
}

void Bgp::send_segment(Session& session, Segment::Kind kind, std::uint32_t sequence,
                       const FrameContent* content) {
  context_.network.send(context_.node, session.port, frame(session, kind, sequence, content));
}

void Bgp::send_data(Session& session, const Session::Unacknowledged& data) {
  ControlFrame frame = this->frame(session, Segment::Kind::data, data.sequence, data.content.get());
  auto segment = frame.as<Segment>();
  segment.octets_before = data.octets_before;
  segment.octets = data.octets;
  frame.set(segment);
  context_.network.send(context_.node, session.port, frame);
}

void Bgp::send(Session& session, BgpMessage message) {
  const auto octets = static_cast<std::uint32_t>(bgp_length(message));
  session.unacknowledged.push_back({.sequence = session.next_out++,
                                    .content = make_content<BgpContent>(std::move(message)),
                                    .octets_before = session.octets_out,
                                    .octets = octets});
  session.octets_out += octets;
  send_data(session, session.unacknowledged.back());
  if (session.resend_at == kNever) {
    session.resend_at = now() + session.resend_after;
  }
  arm(session);
}

bool Bgp::receive(LogicalPort /*port*/, InterfaceIndex index, const ControlFrame& frame) {
  Session* session = find(index);
  if (!running_ || session == nullptr) {
    return true;
  }
  const auto segment = frame.as<Segment>();
  const bool known = segment.opener == session->opener && segment.connection == session->connection;
  if (segment.kind == Segment::Kind::keepalive && known && session->state == State::established) {
    session->octets_in = segment.octets_before + kKeepaliveOctets;
    renew(*session);
    return true;
  }
  told_ = context_.simulator.cause();
  because(later_reason(told_, way_change(*session)));
  const CauseScope scope(context_.simulator, why_);
  switch (segment.kind) {
    case Segment::Kind::open:
      hear_open(*session, segment);
      break;
    case Segment::Kind::accept:
      if (known && session->state == State::connect) {
        session->peer_address = segment.source;
        session->peer = static_cast<NodeIndex>(segment.node);
        accepted(*session);
      }
      break;
    case Segment::Kind::reset:
      if (known && session->state >= State::open_sent) {
        drop(*session, false, true);
      }
      break;
    case Segment::Kind::acknowledge:
      while (known && !session->unacknowledged.empty() &&
             session->unacknowledged.front().sequence < segment.sequence) {
        session->unacknowledged.pop_front();
        session->resend_after = kFirstResend;
        session->resend_at =
            session->unacknowledged.empty() ? kNever : now() + session->resend_after;
      }
      break;
    case Segment::Kind::data:
      if (!known || session->state < State::open_sent) {
        Session other;  // Nobody knows that connection.
        other.opener = segment.opener;
        other.connection = segment.connection;
        other.address = session->address;
        other.port = session->port;
        send_segment(other, Segment::Kind::reset, 0, nullptr);
        break;
      }
      if (segment.sequence == session->next_in) {
        ++session->next_in;
        session->octets_in = segment.octets_before + segment.octets;
        send_segment(*session, Segment::Kind::acknowledge, session->next_in, nullptr);
        hear(*session, static_cast<const BgpContent&>(*frame.more).message());
      } else {
        send_segment(*session, Segment::Kind::acknowledge, session->next_in, nullptr);
      }
      break;
    case Segment::Kind::keepalive:
      break;
  }
  arm(*session);
  return false;
}

bool Bgp::renews(LogicalPort /*port*/, InterfaceIndex index, const ControlFrame& frame) const {
  const Session* session = find(index);
  if (!running_ || session == nullptr) {
    return true;
  }
  const auto segment = frame.as<Segment>();
  return segment.kind == Segment::Kind::keepalive && session->state == State::established &&
         segment.opener == session->opener && segment.connection == session->connection;
}

void Bgp::held(LogicalPort /*port*/, InterfaceIndex index, bool held, SimTime last) {
  Session* session = find(index);
  if (session == nullptr) {
    return;
  }
  session->held = held;
  if (!held && last != SimTime::min() && session->hold_until != kNever) {
    session->hold_until = std::max(session->hold_until, last + hold_from(*session, last));
  }
  arm(*session);
}

// --- sessions
// ------------------------------------------------------------------------------------

void Bgp::hear(Session& session, const BgpMessage& message) {
  if (const auto* open = std::get_if<BgpOpen>(&message)) {
    if (open->as != session.remote_as || session.state != State::open_sent) {
      fail(session);
      drop(session, true);  // Bad peer AS.
      return;
    }
    session.peer_id = open->router;
    const bool restarts = open->restart && !open->restart->helps_only;
    session.restart = restarts ? open->restart : std::nullopt;
    if (!graceful_ || !restarts || !open->restart->preserved) {
      forget_stale(session);  // Its forwarding did not go on.
    }
    const bool long_lived = bird_ && open->restart && open->restart->long_lived;
    session.keeps_for = long_lived ? seconds{open->restart->seconds} : seconds{0};
    session.hold = std::min<Duration>(hold_, seconds{open->hold_seconds});
    session.state = State::open_confirm;
    renew(session);
    send(session, BgpKeepalive{});
  } else if (std::holds_alternative<BgpKeepalive>(message)) {
    renew(session);
    if (session.state == State::open_confirm) {
      establish(session);
    }
  } else if (const auto* update = std::get_if<BgpUpdate>(&message)) {
    renew(session);
    if (update->damage || !update->path.unread.empty()) {
      hear_bytes(session, *update);
    } else {
      hear_update(session, *update);
    }
  } else {
    if (std::get<BgpNotification>(message).code != kCease) {
      fail(session);
    }
    drop(session, false);
  }
}

void Bgp::establish(Session& session) {
  session.state = State::established;
  session.observed = true;
  {
    const CauseScope scope(context_.simulator, context_.simulator.cause());
    because(
        context_.log.append(ObservationKind::adjacency, interface(session).entity(),
                            {.object = context_.network.node(session.peer).entity,
                             .value = 1,
                             .text = std::string(kName) + " " + text_of(session.peer_address)}));
  }
  if (session.hold != Duration{}) {
    // RFC 4271 4.4: a third of the agreed hold time at most.
    const Duration period =
        shortened(session, Purpose("bgp.keepalive"), std::min(keepalive_, session.hold / 3), now());
    Duration phase = period;
    if (now() < kTimeZero) {
      phase = context_.random.uniform(
          {.purpose = Purpose("bgp.keepalive_phase"),
           .entity = context_.os.stable_id() ^ stable_hash(interface(session).name()),
           .occurrence = session.ups++},
          kAtOnce, period);
    }
    const auto key = static_cast<std::size_t>(
        std::ranges::find(sessions_, &session, [](const auto& one) { return one.get(); }) -
        sessions_.begin());
    session.keepalives.reset();  // Two flows of one key must not exist.
    session.keepalives = std::make_unique<HelloStream>(
        HelloStream::Context{.simulator = context_.simulator,
                             .network = context_.network,
                             .node = context_.node,
                             .port = session.port,
                             .protocol = context_.id,
                             .skip_quiet_time = context_.skip_quiet_time},
        static_cast<HelloStream::Sender&>(*this), key,
        StandingFlow::Schedule{.anchor = now() + phase,
                               .period = period,
                               .phase = Phase::protocol,
                               .target = interface(session).entity(),
                               .source = context_.source()});
    session.keepalives->start();
  }
  for (const auto& [prefix, choice] : best_) {
    session.pending.insert(prefix);
  }
  session.advertised = SimTime::min();
  if (session.stale_until != kNever) {
    session.stale_until = now() + stale_time_;
  }
  if (!session.restart) {
    session.complete = true;  // It does not say when it has told everything.
  }
  advertise(session);
  if (session.restart && graceful_ && !deferred_) {
    send(session, BgpUpdate{});
  }
  context_.network.touch(context_.node);
}

// RFC 4271 section 6.3, RFC 7606.
void Bgp::hear_bytes(Session& session, const BgpUpdate& update) {
  auto [read, flaws] = read_bgp_update(encode_bgp(update), entropy_label_);
  if (flaws.empty()) {
    hear_update(session, read);
    return;
  }
  const BgpFlaw& flaw = worst_flaw(flaws, rules_, external(session));
  const BgpTreatment treatment = bgp_treatment(flaw, rules_, external(session));
  ++session.malformed;
  {
    const CauseScope scope(context_.simulator, update.damage ? why_damaged(session) : told_);
    because(context_.log.append(
        ObservationKind::malformed_frame, interface(session).entity(),
        {.object = context_.network.node(session.peer).entity,
         .value = static_cast<std::int64_t>(treatment),
         .text = std::string(kName) + " " + text_of(session.peer_address) + " " + text_of(flaw)}));
  }
  const CauseScope scope(context_.simulator, why_);
  context_.network.touch(context_.node);
  switch (treatment) {
    case BgpTreatment::ignore:
      hear_update(session, read);
      return;
    case BgpTreatment::withdraw:
      read.withdrawn.insert(read.withdrawn.end(), read.prefixes.begin(), read.prefixes.end());
      read.prefixes.clear();
      hear_update(session, read);
      return;
    case BgpTreatment::reset:
      send(session, BgpNotification{.code = kUpdateError, .subcode = bgp_subcode(flaw)});
      drop(session, true);
      return;
  }
}

void Bgp::update_damage_changed(SwitchOs& /*os*/) {
  damaged_ = context_.simulator.cause();
  if (!running_) {
    return;
  }
  because(damaged_);
  const CauseScope scope(context_.simulator, why_);
  for (const auto& session : sessions_) {
    if (session->state == State::established) {
      for (const auto& [prefix, told] : session->out) {
        session->pending.insert(prefix);
      }
      advertise(*session);
      arm(*session);
    }
  }
}

void Bgp::hear_update(Session& session, const BgpUpdate& update) {
  if (update.end_of_rib()) {
    end_of_rib(session);
    return;
  }
  for (const IpPrefix& prefix : update.withdrawn) {
    if (session.in.erase(prefix) > 0) {
      look_at(prefix);
    }
  }
  BgpPath path = update.path;
  if (external(session) || session.local_preference) {
    path.local_preference = session.local_preference.value_or(kPreference);
  }
  const bool loops = std::ranges::find(path.as_path, as_) != path.as_path.end() ||
                     path.originator == router_ ||
                     std::ranges::find(path.clusters, router_) != path.clusters.end();
  for (const IpPrefix& prefix : update.prefixes) {
    if (loops) {
      if (session.in.erase(prefix) > 0) {
        look_at(prefix);
      }
      continue;
    }
    const auto [heard, is_new] = session.in.try_emplace(prefix);
    heard->second.path = path;
    heard->second.stale = false;
    heard->second.arrival = is_new ? ++arrivals_ : heard->second.arrival;
    look_at(prefix);
  }
  if (session.max_prefixes > 0 && session.in.size() > session.max_prefixes) {
    send(session, BgpNotification{.code = kCease, .subcode = kTooManyPrefixes});
    session.refused = true;
    drop(session, false);
  }
}

// --- routes (RFC 4271 section 9)
// -----------------------------------------------------------------

void Bgp::look_at(const IpPrefix& prefix) {
  dirty_.insert(prefix);
  if (running_ && !deferred_ && !decide_timer_.armed()) {
    const CauseScope scope(context_.simulator, why_);
    decide_timer_.arm(now() + std::max(process_delay_, kAtOnce));
  }
}

void Bgp::look_at_all() {
  for (const auto& [prefix, choice] : best_) {
    look_at(prefix);
  }
  for (const auto& session : sessions_) {
    for (const auto& [prefix, path] : session->in) {
      look_at(prefix);
    }
  }
}

// A next hop in a network of an interface that is up.
std::optional<NextHop> Bgp::resolve(std::uint32_t gateway) const {
  for (std::size_t i = 0; i < node().interfaces.size(); ++i) {
    const Interface& one = node().interfaces[i];
    for (const IpPrefix& address : one.addresses()) {
      if (one.up && one.vrf == VrfIndex::global && address.contains(IpAddress::v4(gateway)) &&
          address.length() < 32) {
        return NextHop{.interface = static_cast<InterfaceIndex>(i),
                       .gateway = IpAddress::v4(gateway)};
      }
    }
  }
  return std::nullopt;
}

// 9.1.2.2 up to where paths are equal enough to be used together: < 0 the first
// is better.
int Bgp::rank(const Session& a, const BgpPath& one, const Session& b, const BgpPath& other) const {
  const auto preference = [](const BgpPath& path) {
    return path.local_preference.value_or(kPreference);
  };
  if (preference(one) != preference(other)) {
    return preference(one) > preference(other) ? -1 : 1;
  }
  if (one.as_path.size() != other.as_path.size()) {
    return one.as_path.size() < other.as_path.size() ? -1 : 1;
  }
  const bool same_neighbor = one.as_path.empty() || other.as_path.empty()
                                 ? one.as_path.empty() == other.as_path.empty()
                                 : one.as_path.front() == other.as_path.front();
  if (same_neighbor && one.med.value_or(0) != other.med.value_or(0)) {
    return one.med.value_or(0) < other.med.value_or(0) ? -1 : 1;
  }
  if (external(a) != external(b)) {
    return external(a) ? -1 : 1;
  }
  return 0;
}

bool Bgp::better(const Session& a, const BgpPath& one, const Session& b,
                 const BgpPath& other) const {
  if (const int order = rank(a, one, b, other); order != 0) {
    return order < 0;
  }
  const auto identifier = [](const Session& session, const BgpPath& path) {
    return path.originator != 0 ? path.originator : session.peer_id;
  };
  return std::tuple(identifier(a, one), one.clusters.size(), a.peer_address) <
         std::tuple(identifier(b, other), other.clusters.size(), b.peer_address);
}

std::optional<Choice> Bgp::choose(const IpPrefix& prefix) const {
  if (std::ranges::find(networks_, prefix) != networks_.end()) {
    return Choice{};
  }
  const Session* best = nullptr;
  const Session::Heard* chosen = nullptr;
  std::vector<std::pair<const Session*, const Session::Heard*>> candidates;
  // The best of those whose next hop cannot be reached.
  const Session* lost_from = nullptr;
  const Session::Heard* lost = nullptr;
  for (const auto& session : sessions_) {
    const auto found = session->in.find(prefix);
    if (found == session->in.end()) {
      continue;
    }
    const Session::Heard& heard = found->second;
    if (!resolve(heard.path.next_hop)) {
      if (bird_ && (lost == nullptr || better(*session, heard.path, *lost_from, lost->path))) {
        lost = &heard;
        lost_from = session.get();
      }
      continue;
    }
    candidates.emplace_back(session.get(), &heard);
    bool wins = best == nullptr || better(*session, heard.path, *best, chosen->path);
    // FRR keeps the external path that came first as long as nothing before the
    // identifier speaks against it.
    if (best != nullptr && frr_ && external(*session) && external(*best) &&
        rank(*session, heard.path, *best, chosen->path) == 0) {
      wins = heard.arrival < chosen->arrival;
    }
    if (wins) {
      best = session.get();
      chosen = &heard;
    }
  }
  if (best == nullptr) {
    return lost == nullptr ? std::nullopt
                           : std::optional(Choice{.path = lost->path,
                                                  .from = lost_from,
                                                  .hops = {},
                                                  .external = external(*lost_from)});
  }
  Choice choice{.path = chosen->path, .from = best, .hops = {}, .external = external(*best)};
  choice.hops.push_back(*resolve(chosen->path.next_hop));
  for (const auto& [session, heard] : candidates) {
    const bool together = session != best &&
                          rank(*session, heard->path, *best, chosen->path) == 0 &&
                          (relax_ || heard->path.as_path == chosen->path.as_path);
    const NextHop hop = *resolve(heard->path.next_hop);
    if (together && choice.hops.size() < most_paths_ &&
        std::ranges::find(choice.hops, hop) == choice.hops.end()) {
      choice.hops.push_back(hop);
    }
  }
  std::ranges::sort(choice.hops, {},
                    [](const NextHop& hop) { return std::tuple(hop.interface, hop.gateway); });
  return choice;
}

void Bgp::decide() {
  const CauseScope scope(context_.simulator, why_);
  bool changed = false;
  for (const IpPrefix& prefix : std::exchange(dirty_, {})) {
    const std::optional<Choice> choice = choose(prefix);
    const auto before = best_.find(prefix);
    const bool same =
        choice ? before != best_.end() && before->second == *choice : before == best_.end();
    if (same) {
      continue;
    }
    changed = true;
    if (choice) {
      best_[prefix] = *choice;
    } else {
      best_.erase(before);
    }
    for (const auto& session : sessions_) {
      if (session->state == State::established) {
        session->pending.insert(prefix);
      }
    }
  }
  const bool first = std::exchange(restarted_, false);
  if (!changed && !first) {
    return;
  }
  program();
  for (const auto& session : sessions_) {
    if (session->state == State::established) {
      advertise(*session);
      if (first && session->restart) {
        send(*session, BgpUpdate{});
      }
      arm(*session);
    }
  }
}

void Bgp::program() {
  std::vector<FibEntry> from_outside, from_inside;
  for (const auto& [prefix, choice] : best_) {
    if (choice.from != nullptr) {
      (choice.external ? from_outside : from_inside)
          .push_back(
              {.vrf = VrfIndex::global, .prefix = prefix, .next_hops = NextHops(choice.hops)});
    }
  }
  context_.network.learn_routes(context_.node, RouteSource::ebgp, std::move(from_outside));
  context_.network.learn_routes(context_.node, RouteSource::ibgp, std::move(from_inside));
}

// What a neighbour is told of a choice; nothing: it is not for it.
std::optional<BgpPath> Bgp::exported(const Session& to, const Choice& choice) const {
  if (choice.from == &to) {
    return std::nullopt;
  }
  BgpPath path = choice.path;
  if (external(to)) {
    path.as_path.insert(path.as_path.begin(), 1 + to.prepend, as_);
    path.next_hop = to.address;
    path.med = to.med;
    path.local_preference.reset();
    path.originator = 0;
    path.clusters.clear();
    return path;
  }
  const bool from_inside = choice.from != nullptr && !choice.external;
  if (from_inside) {
    if (!to.client && !choice.from->client) {
      return std::nullopt;  // Only a reflector passes on what it heard inside.
    }
    path.originator = path.originator == 0 ? choice.from->peer_id : path.originator;
    path.clusters.insert(path.clusters.begin(), router_);
  }
  if (choice.from == nullptr || (to.next_hop_self && !from_inside)) {
    path.next_hop = to.address;
  }
  path.local_preference = path.local_preference.value_or(kPreference);
  return path;
}

// Withdrawals go at once, new paths not sooner than the interval allows.
void Bgp::advertise(Session& session) {
  const Duration interval = external(session) ? interval_external_ : interval_internal_;
  const bool may = session.advertised == SimTime::min() || now() >= session.advertised + interval;
  BgpUpdate gone;
  std::map<Session::Told, std::vector<IpPrefix>> told;
  std::set<IpPrefix> later;
  for (const IpPrefix& prefix : std::exchange(session.pending, {})) {
    const auto choice = best_.find(prefix);
    const auto path = choice == best_.end() ? std::nullopt : exported(session, choice->second);
    const auto before = session.out.find(prefix);
    if (!path) {
      if (before != session.out.end()) {
        session.out.erase(before);
        gone.withdrawn.push_back(prefix);
      }
      continue;
    }
    const Session::Told now_told{.path = *path, .damage = context_.os.update_damage(prefix)};
    if (before != session.out.end() && before->second == now_told) {
      continue;
    }
    if (!may) {
      later.insert(prefix);
      continue;
    }
    session.out[prefix] = now_told;
    told[now_told].push_back(prefix);
  }
  session.pending = std::move(later);
  session.advertise_at = session.pending.empty() ? kNever : session.advertised + interval;
  if (!gone.withdrawn.empty()) {
    send(session, std::move(gone));
  }
  for (auto& [what, prefixes] : told) {
    send(session, BgpUpdate{.withdrawn = {},
                            .path = what.path,
                            .prefixes = std::move(prefixes),
                            .damage = what.damage});
  }
  if (!told.empty()) {
    session.advertised = now();
  }
}

// --- timers, reasons
// -----------------------------------------------------------------------------

void Bgp::on_timer(Session& session) {
  if (!session.held && session.hold_until <= now() && session.state >= State::open_sent) {
    session.hold_until = kNever;
    because(why_silent(session));
    const CauseScope scope(context_.simulator, why_);
    if (bird_ && session.keeps_for > Duration{}) {
      drop(session, true, true);
    } else {
      send(session, BgpNotification{.code = kHoldExpired, .subcode = 0});
      fail(session);
      drop(session, true);
    }
  }
  const CauseScope scope(context_.simulator, why_);
  if (session.connect_at <= now()) {
    connect(session);
  }
  if (session.resend_at <= now()) {
    for (const Session::Unacknowledged& one : session.unacknowledged) {
      send_data(session, one);
    }
    session.resend_after = std::min(2 * session.resend_after, kLastResend);
    session.resend_at = now() + session.resend_after;
  }
  if (session.advertise_at <= now()) {
    advertise(session);
  }
  if (session.stale_until <= now()) {
    forget_stale(session);
  }
  arm(session);
}

// The hold time only moves away while keepalives come in: this may fire too
// early, never too late.
void Bgp::arm(Session& session) {
  if (session.timer.armed() && session.timer.deadline() == now()) {
    return;  // Its turn is still to come in this instant.
  }
  const SimTime next = std::min({session.held ? kNever : session.hold_until, session.connect_at,
                                 session.resend_at, session.advertise_at, session.stale_until});
  if (!running_) {
    session.timer.cancel();
  } else if (next != session.timer.deadline()) {
    session.timer.arm(next);
  }
}

ObservationId Bgp::way_change(const Session& session) const {
  return last_change_on(context_.network, context_.node, session.port);
}

ObservationId Bgp::why_silent(const Session& session) const {
  ObservationId last = way_change(session);
  if (session.peer == NodeIndex::none) {
    return last;
  }
  for (const Protocol* protocol : context_.network.instances(session.peer, context_.id)) {
    const auto& other = *static_cast<const Bgp*>(protocol);  // Of this kind, as its id says.
    last = later_reason(last, other.running_ ? ObservationId::none : other.stopped_);
  }
  return last;
}

// Why its neighbour's updates are damaged.
ObservationId Bgp::why_damaged(const Session& session) const {
  ObservationId last = ObservationId::none;
  for (const Protocol* protocol : context_.network.instances(session.peer, context_.id)) {
    last = later_reason(last, static_cast<const Bgp*>(protocol)->damaged_);  // Of this kind.
  }
  return last;
}

void Bgp::hello_due(std::size_t key) {
  Session& session = *sessions_[key];
  if (session.state == State::established) {
    send_segment(session, Segment::Kind::keepalive, 0, nullptr);
    session.octets_out += kKeepaliveOctets;
  }
}

HelloStream::Sender::Next Bgp::next_hello(std::size_t key) const {
  const Session& session = *sessions_[key];
  if (session.state != State::established) {
    return {.same_again = true, .frame = std::nullopt};
  }
  return {.same_again = true, .frame = frame(session, Segment::Kind::keepalive, 0, nullptr)};
}

// --- what is shown and documented
// ----------------------------------------------------------------

// Of each used next hop the path that was heard from there.
std::map<IpPrefix, std::vector<std::string>> Bgp::best_paths() const {
  std::map<IpPrefix, std::vector<std::string>> all;
  if (!running_) {
    return all;
  }
  const auto text = [](std::uint32_t next_hop, const BgpPath& path) {
    std::string words;
    for (const std::uint32_t as : path.as_path) {
      words += (words.empty() ? "" : " ") + std::to_string(as);
    }
    return text_of(next_hop) + " as_path=" + words;
  };
  for (const auto& [prefix, choice] : best_) {
    std::vector<std::string>& paths = all[prefix];
    if (choice.from == nullptr) {
      paths.push_back(text(0, choice.path));
      continue;
    }
    for (const auto& session : sessions_) {
      const auto heard = session->in.find(prefix);
      if (heard == session->in.end()) {
        continue;
      }
      const auto hop = resolve(heard->second.path.next_hop);
      if (hop && std::ranges::find(choice.hops, *hop) != choice.hops.end()) {
        paths.push_back(text(heard->second.path.next_hop, heard->second.path));
      }
    }
    std::ranges::sort(paths);
  }
  return all;
}

ProtocolTable Bgp::table() const {
  ProtocolTable table{
      .name = "bgp",
      .columns = {"interface", "neighbor", "as", "state", "prefixes received", "sent", "malformed"},
      .rows = {}};
  for (const auto& session : sessions_) {
    table.rows.push_back(
        {std::string(interface(*session).name()),
         session->peer_address == 0 ? "" : text_of(session->peer_address),
         std::to_string(session->remote_as),
         running_ ? kStateNames[static_cast<std::size_t>(session->state)] : "unknown",
         std::to_string(session->in.size()), std::to_string(session->out.size()),
         std::to_string(session->malformed)});
  }
  return table;
}

std::vector<Parameter> interface_parameters() {
  constexpr std::int64_t kMost = 4'294'967'295;
  return {
      {.name = "remote_as",
       .unit = Unit::integer,
       .summary = "a session with whoever is at the other end; its AS number",
       .optional = true,
       .minimum = 1,
       .maximum = kMost},
      {.name = "next_hop_self",
       .unit = Unit::boolean,
       .default_text = "false",
       .summary = "within the AS this router names itself as next hop of what "
                  "came from outside",
       .source = "RFC 4271 5.1.3"},
      {.name = "local_preference",
       .unit = Unit::integer,
       .summary = "given to all routes heard here; the highest wins; 100 when "
                  "not given",
       .optional = true,
       .minimum = 0,
       .maximum = kMost},
      {.name = "med",
       .unit = Unit::integer,
       .summary = "told with all routes; of one AS the lowest wins",
       .optional = true,
       .minimum = 0,
       .maximum = kMost},
      {.name = "prepend",
       .unit = Unit::integer,
       .summary = "the own AS stands so many times more in the path that is told",
       .optional = true,
       .minimum = 0,
       .maximum = 32},
      {.name = "max_prefixes",
       .unit = Unit::integer,
       .summary = "more of them end the session until the process is started again",
       .optional = true,
       .minimum = 1,
       .maximum = kMost},
      {.name = "route_reflector_client",
       .unit = Unit::boolean,
       .default_text = "false",
       .summary = "what is heard inside the AS is passed on to it and from it",
       .source = "RFC 4456"},
  };
}

// The first sequence number of one side of a connection; any function of the two does.
std::uint32_t first_octet(const Segment& segment, std::uint32_t address) {
  constexpr std::uint32_t kSpread = 0x9e3779b1, kApart = 64'000;  // RFC 793 3.3: 64 kB in 0.5 s.
  return address * kSpread + segment.connection * kApart;
}

// A segment of TCP between port 179 of the one and a dynamic port of the one who has opened the
// connection. Its first data completes the handshake.
FrameBytes bgp_bytes(const ControlFrame& frame, const FrameSender& sender) {
  constexpr std::uint8_t kTcp = 6, kTtl = 1;  // Sessions span one link.
  constexpr std::uint16_t kPort = 179, kFirstOpener = 49152, kOpeners = 16384;
  const auto segment = frame.as<Segment>();
  const auto peer = receiver_of(sender);
  if (!peer) {
    return {};
  }
  const auto opener_port = static_cast<std::uint16_t>(kFirstOpener + segment.connection % kOpeners);
  const bool opener = segment.opener == segment.source;
  const std::uint32_t own = first_octet(segment, segment.source);
  const std::uint32_t other = first_octet(segment, peer->address.v4_bits());
  TcpEnvelope tcp{.source_port = opener ? opener_port : kPort,
                  .destination_port = opener ? kPort : opener_port,
                  .sequence = own + 1 + segment.octets_before,
                  .acknowledgment = other + 1 + segment.octets_heard,
                  .flags = TcpEnvelope::kAck};
  std::vector<std::byte> message;
  switch (segment.kind) {
    case Segment::Kind::open:
      tcp.sequence = own;
      tcp.acknowledgment = 0;
      tcp.flags = TcpEnvelope::kSyn;
      break;
    case Segment::Kind::accept:
      tcp.sequence = own;
      tcp.acknowledgment = other + 1;
      tcp.flags = TcpEnvelope::kSyn | TcpEnvelope::kAck;
      break;
    case Segment::Kind::acknowledge:
      break;
    case Segment::Kind::reset:
      tcp.flags = TcpEnvelope::kRst | TcpEnvelope::kAck;
      break;
    case Segment::Kind::data:
      tcp.flags = TcpEnvelope::kPsh | TcpEnvelope::kAck;
      message = encode_bgp(static_cast<const BgpContent&>(*frame.more).message());
      break;
    case Segment::Kind::keepalive:
      tcp.flags = TcpEnvelope::kPsh | TcpEnvelope::kAck;
      message = encode_bgp(BgpKeepalive{});
      break;
  }
  return in_ethernet(peer->mac, sender.mac,
                     in_tcp({.source = IpAddress::v4(segment.source),
                             .destination = peer->address,
                             .protocol = kTcp,
                             .ttl = kTtl},
                            tcp, message));
}

}  // namespace

std::map<IpPrefix, std::vector<std::string>> bgp_best_paths(const Protocol& bgp) {
  return static_cast<const Bgp&>(bgp).best_paths();
}

ProtocolKind bgp() {
  return {
      .info = {.name = std::string{kName},
               .summary = "Routing between networks, or within a data centre (BGP "
                          "version 4).",
               .parameters = {{.name = "as",
                               .unit = Unit::integer,
                               .summary = "its AS number",
                               .minimum = 1,
                               .maximum = 4'294'967'295},
                              {.name = "router_id",
                               .unit = Unit::address,
                               .summary = "when not given the highest address of a loopback, "
                                          "else of any",
                               .optional = true},
                              {.name = "networks",
                               .unit = Unit::names,
                               .summary = "prefixes that it originates",
                               .optional = true},
                              {.name = "hold",
                               .unit = Unit::duration,
                               .default_text = "90s",
                               .summary = "silence after which a neighbour is lost; the "
                                          "lower of both counts",
                               .shortest = seconds{3},
                               .longest = seconds{65535},
                               .source = "RFC 4271 section 10"},
                              {.name = "keepalive",
                               .unit = Unit::duration,
                               .default_text = "30s",
                               .summary =
                                   "between two keepalives, at most a third of the hold time",
                               .shortest = seconds{1},
                               .longest = seconds{21845},
                               .source = "RFC 4271 section 10"},
                              {.name = "connect",
                               .unit = Unit::duration,
                               .default_text = "120s",
                               .summary = "between two attempts to connect",
                               .shortest = seconds{1},
                               .longest = seconds{65535},
                               .source = "RFC 4271 section 10"},
                              {.name = "advertisement_interval",
                               .unit = Unit::duration,
                               .summary = "between two advertisements to a neighbour; "
                                          "standard 30s, 5s within "
                                          "the AS; frr 0s",
                               .optional = true,
                               .shortest = Duration{},
                               .longest = seconds{600}},
                              {.name = "profile",
                               .unit = Unit::choice,
                               .default_text = "standard",
                               .summary = "frr: no interval, routes are looked at 50ms after "
                                          "a change, the "
                                          "external path heard first stays; bird: no interval, "
                                          "timers up to a quarter shorter, it waits before it "
                                          "connects and after errors",
                               .choices = {"standard", "frr", "bird"},
                               .source = "RFC 4271; FRR 8.4: hold of the work queue in "
                                         "bgp_route.c; BIRD 2.0.12: bgp.c"},
                              {.name = "connect_delay",
                               .unit = Unit::duration,
                               .summary = "before it connects, the first time and after a "
                                          "session has ended; none, with bird 5s; when not "
                                          "none also between two attempts, in place of connect",
                               .optional = true,
                               .shortest = Duration{},
                               .longest = seconds{65535},
                               .source = "BIRD 2.0.12: connect delay time"},
                              {.name = "error_wait",
                               .unit = Unit::duration,
                               .summary = "after an error (hold time, notification, carrier) it "
                                          "neither connects nor accepts for so long, doubled "
                                          "at each further error within 300s up to 300s; none, "
                                          "with bird 60s",
                               .optional = true,
                               .shortest = Duration{},
                               .longest = seconds{300},
                               .source = "BIRD 2.0.12: error wait time, error forget time"},
                              {.name = "max_paths",
                               .unit = Unit::integer,
                               .default_text = "1",
                               .summary = "equally good paths that are used",
                               .minimum = 1,
                               .maximum = 1024,
                               .source = "RFC 4271 9.1.2"},
                              {.name = "multipath_relax",
                               .unit = Unit::boolean,
                               .default_text = "false",
                               .summary = "paths of the same length over other networks "
                                          "count as equally good",
                               .source = "usual default of routers"},
                              {.name = "fast_failover",
                               .unit = Unit::boolean,
                               .default_text = "true",
                               .summary = "an external session ends with the carrier of its "
                                          "interface",
                               .source = "FRR 8.4"},
                              {.name = "graceful_restart",
                               .unit = Unit::boolean,
                               .default_text = "false",
                               .summary = "its routes stay while the process starts again, and "
                                          "those of neighbours that do",
                               .source = "RFC 4724; off, as in FRR"},
                              {.name = "restart_time",
                               .unit = Unit::duration,
                               .default_text = "120s",
                               .summary = "until a session must be up again",
                               .shortest = seconds{1},
                               .longest = seconds{4095},
                               .source = "FRR 8.4"},
                              {.name = "stale_time",
                               .unit = Unit::duration,
                               .default_text = "360s",
                               .summary = "from then on until everything must have been told "
                                          "again, and until a restarted one decides without it",
                               .shortest = seconds{1},
                               .longest = seconds{4095},
                               .source = "FRR 8.4: stalepath-time, select-defer-time"},
                              {.name = "error_handling",
                               .unit = Unit::choice,
                               .summary = "of malformed updates: rfc4271 ends the session, "
                                          "rfc7606 withdraws their routes or ignores the "
                                          "attribute where it can; rfc7606, with frr rfc4271 "
                                          "inside the AS",
                               .optional = true,
                               .choices = {"rfc4271", "rfc7606"},
                               .source = "RFC 7606; FRR 8.4: bgp_attr_malformed()"},
                              {.name = "entropy_label",
                               .unit = Unit::boolean,
                               .default_text = "false",
                               .summary = "reads the attribute 28, which others pass on "
                                          "without reading it",
                               .source = "RFC 6790 5.2; withdrawn by RFC 7447"}},
               .port_parameters = {},
               .interface_parameters = interface_parameters(),
               .check = &bgp_remarks},
      .show = std::string{kName},
      .make = [](const ProtocolContext& context, const ArgumentReader& arguments)
          -> std::unique_ptr<Protocol> { return std::make_unique<Bgp>(context, arguments); },
      .bytes = bgp_bytes};
}

}  // namespace switchfault
