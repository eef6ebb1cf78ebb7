#include "protocols/rstp_machine.h"

#include <algorithm>
#include <utility>

#include "core/check.h"

namespace switchfault {
namespace {

constexpr std::uint64_t kAddressBits = 0xffffffffffffULL;  // Of a bridge identifier.
constexpr std::uint16_t kNumberBits = 0x0fffU;             // Of a port identifier.
constexpr BpduTime kOneSecond{256};
constexpr int kMissedHellos = 3;  // 17.21.23
// No run of the machines needs more rounds than a few times the ports; more would be a defect.
constexpr std::size_t kRoundsPerPort = 50;

bool same_bridge(std::uint64_t a, std::uint64_t b) {
  return ((a ^ b) & kAddressBits) == 0;
}
bool same_number(std::uint16_t a, std::uint16_t b) {
  return ((a ^ b) & kNumberBits) == 0;
}
bool carries_tree(RstpRole role) {
  return role == RstpRole::root || role == RstpRole::designated;
}

}  // namespace

std::string_view rstp_role_name(RstpRole role) {
  switch (role) {
    case RstpRole::disabled:
      return "disabled";
    case RstpRole::root:
      return "root";
    case RstpRole::designated:
      return "designated";
    case RstpRole::alternate:
      return "alternate";
    case RstpRole::backup:
      return "backup";
  }
  return "";
}

RstpMachine::RstpMachine(const RstpBridgeSettings& bridge,
                         const std::vector<RstpPortSettings>& ports, SimTime ticks_from)
    : bridge_(bridge), ticks_from_(ticks_from), now_(ticks_from) {
  ports_.resize(ports.size());
  for (std::size_t i = 0; i < ports.size(); ++i) {
    ports_[i].settings = ports[i];
    ports_[i].edge = ports[i].edge;
    ports_[i].flush = true;  // 17.31, state INACTIVE
    ports_[i].sends_rapid = !bridge.version_0;
  }
}

void RstpMachine::continue_from(const RstpMachine& former) {
  for (Port& port : ports_) {
    const auto same = [&](const Port& other) { return other.settings.id == port.settings.id; };
    const auto known = std::find_if(former.ports_.begin(), former.ports_.end(), same);
    if (known == former.ports_.end()) continue;
    const RstpPortSettings settings = port.settings;
    port = *known;
    port.settings = settings;
    port.reselect = true;
    port.selected = false;
    port.sent = 0;
    port.sent_tick = 0;
  }
  stirred_ = true;
}

void RstpMachine::set_usable(std::size_t port, bool usable) {
  Port& changed = ports_[port];
  if (changed.usable == usable) return;
  changed.usable = usable;
  stirred_ = true;
  if (!usable) {
    changed.to_send = true;
    changed.sent = 0;
    changed.sends_rapid = !bridge_.version_0;
    changed.migration.stop();
  }
}

// With timers of whole seconds one of n seconds is over at the n-th tick from now.
SimTime RstpMachine::after(SimTime from, Duration time) const {
  if (!bridge_.whole_seconds) return from + time;
  return ticks_from_ + (tick(from) + std::chrono::ceil<std::chrono::seconds>(time).count()) *
                           std::chrono::seconds{1};
}

void RstpMachine::start(Countdown& timer, Duration time) const {
  timer.run_until(after(now_, time));
}

// 17.24: what was heard last is spoken, but for a while after each change.
void RstpMachine::migrate(Port& port, const RstpBpdu& bpdu) {
  const bool rapid = bpdu.kind == RstpBpdu::Kind::rapid;
  if (bridge_.version_0 || rapid == port.sends_rapid || !port.migration.over(now_)) return;
  port.sends_rapid = rapid;
  start(port.migration, bridge_.migrate_time);
  stirred_ = true;
}

bool RstpMachine::receive(std::size_t port, const RstpBpdu& bpdu, SimTime now) {
  Port& receiver = ports_[port];
  if (!receiver.usable) return false;
  now_ = now;
  start(receiver.edge_delay, bridge_.migrate_time);
  migrate(receiver, bpdu);
  if (renews(port, bpdu)) {
    renew(receiver);
    return false;
  }
  stirred_ = stirred_ || receiver.edge;
  receiver.edge = false;
  receiver.arrived = bpdu;
  receiver.has_arrived = true;
  return true;
}

// 17.26, state TRANSMIT_PERIODIC.
void RstpMachine::hello_due(std::size_t port, SimTime now) {
  Port& sender = ports_[port];
  const bool spreads = sender.role == RstpRole::root && !sender.change.over(now);
  if (sender.role == RstpRole::designated || spreads) sender.to_send = true;
}

void RstpMachine::release(std::size_t port, SimTime last) {
  Port& receiver = ports_[port];
  receiver.held_fresh = false;
  if (last == SimTime::min() || receiver.information != Information::received) return;
  receiver.information_age.extend(after(last, kMissedHellos * Duration{receiver.held_times.hello}));
}

// Each hello finds at least one second gone since the one before, so that the count never grows
// and the largest of the two lower bounds is exact.
void RstpMachine::skip_hellos(std::size_t port, std::int64_t count, SimTime last) {
  if (count <= 0) return;
  Port& sender = ports_[port];
  const std::int64_t seconds = tick(last) - sender.sent_tick;
  const std::int64_t left = static_cast<std::int64_t>(sender.sent) + count - seconds;
  sender.sent = static_cast<std::uint32_t>(std::max<std::int64_t>(1, left));
  sender.sent_tick = tick(last);
}

bool RstpMachine::settle(SimTime now) {
  now_ = now;
  const std::size_t bound = kRoundsPerPort * (ports_.size() + 1);
  bool ever_moved = std::exchange(stirred_, false);
  bool moved = true;
  for (std::size_t round = 0; moved; ++round) {
    SF_CHECK(round < bound);
    moved = select_roles();
    for (Port& port : ports_) {
      moved |= inform(port);
      moved |= detect_edge(port);
      moved |= change_role(port);
      moved |= move_role(port);
      moved |= change_state(port);
      moved |= spread_change(port);
    }
    ever_moved |= moved;
  }
  return ever_moved;
}

// --- 17.28 Port Role Selection -------------------------------------------------------------------

bool RstpMachine::select_roles() {
  const auto wanted = [](const Port& port) { return port.reselect; };
  if (std::none_of(ports_.begin(), ports_.end(), wanted)) return false;
  root_ = {.root = bridge_.id, .cost = 0, .bridge = bridge_.id, .port = 0};
  root_times_ = bridge_.times;
  root_node_ = bridge_.node;
  const Port* root_port = nullptr;
  for (const Port& port : ports_) {
    if (port.information != Information::received || port.settings.restricted_role ||
        same_bridge(port.held.bridge, bridge_.id)) {
      continue;
    }
    RstpVector path = port.held;
    path.cost += port.settings.cost;
    const bool better = path < root_ || (path == root_ && root_port != nullptr &&
                                         port.settings.id < root_port->settings.id);
    if (!better) continue;
    root_ = path;
    root_port = &port;
    root_times_ = port.held_times;
    root_times_.message_age += kOneSecond;
    root_node_ = port.held_root_node;
  }
  for (Port& port : ports_)
    assign_role(port, root_port);
  return true;
}

void RstpMachine::assign_role(Port& port, const Port* root_port) {
  port.reselect = false;
  port.selected = true;
  port.designated = {
      .root = root_.root, .cost = root_.cost, .bridge = bridge_.id, .port = port.settings.id};
  port.designated_times = root_times_;
  port.designated_times.hello = bridge_.times.hello;
  port.update = false;
  switch (port.information) {
    case Information::disabled:
      port.selected_role = RstpRole::disabled;
      return;
    case Information::aged:
      port.selected_role = port.loop_guarded ? RstpRole::alternate : RstpRole::designated;
      port.update = !port.loop_guarded;
      return;
    case Information::mine:
      port.selected_role = RstpRole::designated;
      port.update = port.held != port.designated || port.held_times != port.designated_times;
      return;
    case Information::received:
      break;
  }
  if (&port == root_port) {
    port.selected_role = RstpRole::root;
  } else if (port.designated < port.held) {
    port.selected_role = RstpRole::designated;
    port.update = true;
  } else {
    const bool own = same_bridge(port.held.bridge, bridge_.id);
    port.selected_role = own ? RstpRole::backup : RstpRole::alternate;
  }
}

// --- 17.27 Port Information ----------------------------------------------------------------------

bool RstpMachine::inform(Port& port) {
  if (!port.usable) {
    port.has_arrived = false;
    if (port.information == Information::disabled) return false;
    port.agree = port.agreed = port.proposed = port.proposing = port.disputed = false;
    port.information_age.stop();
    port.held_fresh = false;
    port.loop_guarded = false;
    port.information = Information::disabled;
  } else if (port.information == Information::disabled) {  // NOLINT(bugprone-branch-clone): order.
    port.information = Information::aged;
  } else if (port.selected && port.update) {
    const bool as_good = port.information == Information::mine && port.designated <= port.held;
    port.proposed = port.proposing = false;
    port.agreed = port.agreed && as_good;
    port.synced = port.synced && port.agreed;
    port.held = port.designated;
    port.held_times = port.designated_times;
    port.held_root_node = root_node_;
    port.information = Information::mine;
    port.update = false;
    port.to_send = true;
    return true;
  } else if (port.has_arrived && !port.update) {
    return digest(port);
  } else if (forgotten(port, now_)) {
    port.information = Information::aged;
    port.loop_guarded = port.settings.loop_guard;
  } else {
    return false;
  }
  port.reselect = true;
  port.selected = false;
  return true;
}

bool RstpMachine::forgotten(const Port& port, SimTime now) const {
  return port.information == Information::received && !port.held_fresh &&
         port.information_age.over(now);
}

// 17.21.8; a message from the port that is designated anyway replaces what it said before, even
// by something worse (17.6).
RstpMachine::Arrival RstpMachine::classify(const Port& port, const RstpBpdu& bpdu) const {
  const RstpVector& vector = bpdu.vector;
  if (bpdu.kind == RstpBpdu::Kind::topology_change) return Arrival::other;
  if (bpdu.role != RstpRole::designated) {
    return vector >= port.held ? Arrival::not_designated : Arrival::other;
  }
  if (port.loop_guarded) return Arrival::superior;  // Whatever it says is news.
  const bool same = vector == port.held && bpdu.times == port.held_times;
  if (same) {
    return port.information == Information::received ? Arrival::repeated : Arrival::inferior;
  }
  const bool from_designated =
      same_bridge(vector.bridge, port.held.bridge) && same_number(vector.port, port.held.port);
  return vector <= port.held || from_designated ? Arrival::superior : Arrival::inferior;
}

// Whether anything has changed but the age of the information.
bool RstpMachine::digest(Port& port) {
  const RstpBpdu& bpdu = port.arrived;
  const Arrival arrival = classify(port, bpdu);
  const bool changed = bpdu.topology_change && !port.settings.restricted_change;
  const bool woken = std::exchange(port.loop_guarded, false) && arrival != Arrival::superior;
  port.has_arrived = false;
  port.reselect = port.reselect || woken;
  port.selected = port.selected && !woken;
  port.acknowledged = port.acknowledged || bpdu.acknowledges;
  switch (arrival) {
    case Arrival::superior:
      accept(port);
      return true;
    case Arrival::repeated:
      renew(port);
      port.proposed = port.proposed || bpdu.proposal;
      port.change_arrived = port.change_arrived || changed;
      return bpdu.proposal || changed || bpdu.acknowledges;
    case Arrival::inferior:  // 17.21.10 recordDispute
      port.disputed = port.disputed || bpdu.learning;
      port.agreed = port.agreed && !bpdu.learning;
      return bpdu.learning;
    case Arrival::not_designated: {  // 17.21.9 recordAgreement
      const bool agreed = port.settings.point_to_point && bpdu.agreement;
      const bool news = agreed != port.agreed || changed || woken;
      port.agreed = agreed;
      if (agreed) port.proposing = false;
      port.change_arrived = port.change_arrived || changed;
      return news;
    }
    case Arrival::other:
      port.notified = port.notified || (bpdu.kind == RstpBpdu::Kind::topology_change &&
                                        !port.settings.restricted_change);
      return port.notified || woken;
  }
  return false;
}

void RstpMachine::accept(Port& port) {
  const RstpBpdu& bpdu = port.arrived;
  const bool as_good = port.information == Information::received && bpdu.vector <= port.held;
  port.agreed = port.proposing = false;
  port.proposed = port.proposed || bpdu.proposal;
  port.change_arrived =
      port.change_arrived || (bpdu.topology_change && !port.settings.restricted_change);
  port.agree = port.agree && as_good;
  port.held = bpdu.vector;
  port.held_times = bpdu.times;
  port.held_root_node = bpdu.root_node;
  renew(port);
  port.information = Information::received;
  port.reselect = true;
  port.selected = false;
}

// 17.21.23
void RstpMachine::renew(Port& port) {
  if (port.held_times.message_age + kOneSecond <= port.held_times.max_age) {
    start(port.information_age, kMissedHellos * Duration{port.held_times.hello});
  } else {
    port.information_age.stop();
  }
}

// --- 17.25 Bridge Detection ----------------------------------------------------------------------

bool RstpMachine::detect_edge(Port& port) {
  const bool before = port.edge;
  if (!port.usable) {
    port.edge = port.settings.edge;
  } else if (port.settings.auto_edge && port.proposing && port.sends_rapid &&
             port.edge_delay.over(now_)) {
    port.edge = true;
  }
  return port.edge != before;
}

// --- 17.29 Port Role Transitions -----------------------------------------------------------------

bool RstpMachine::change_role(Port& port) {
  if (!port.selected || port.update || port.role == port.selected_role) return false;
  leave_role(port);
  port.role = port.selected_role;
  port.restrained = false;
  if (port.role == RstpRole::root) port.recent_root.pin();
  if (!carries_tree(port.role)) port.learn = port.forward = false;
  return true;
}

// Timers kept at their full value in the former role begin to run.
void RstpMachine::leave_role(Port& port) {
  const RstpTimes& times = port.designated_times;
  switch (port.role) {
    case RstpRole::disabled:
      release(port.wait, bridge_.wait_hello_time || bridge_.whole_seconds
                             ? times.max_age  // 17.29.1, state DISABLED_PORT
                             : times.forward_delay);
      break;
    case RstpRole::root:
      release(port.recent_root, times.forward_delay);
      break;
    case RstpRole::designated:
      break;
    case RstpRole::backup:
      release(port.recent_backup, 2 * times.hello);
      [[fallthrough]];
    case RstpRole::alternate:
      release(port.wait, step_delay(port));
      break;
  }
}

// The tick of this very instant has already lowered a timer that ticks.
void RstpMachine::release(Countdown& timer, Duration time) const {
  timer.run_until(after(bridge_.whole_seconds ? now_ - Duration{1} : now_, time));
}

bool RstpMachine::move_role(Port& port) {
  if (!port.selected || port.update || port.role != port.selected_role) return false;
  switch (port.role) {
    case RstpRole::root:
      return move_root(port);
    case RstpRole::designated:
      return move_designated(port);
    case RstpRole::disabled:
    case RstpRole::alternate:
    case RstpRole::backup:
      return move_blocked(port);
  }
  return false;
}

bool RstpMachine::move_root(Port& port) {
  const bool ready = port.wait.over(now_) ||
                     (re_rooted(port) && port.recent_backup.over(now_) && !bridge_.version_0);
  if (port.proposed && !port.agree) {
    for (Port& other : ports_)
      other.sync = true;
    port.proposed = false;
  } else if ((!port.agree && all_synced()) || (port.proposed && port.agree)) {
    port.proposed = port.sync = false;
    port.agree = port.to_send = true;
  } else if (!port.forward && !port.re_root) {
    for (Port& other : ports_)
      other.re_root = true;
  } else if (ready && !port.learn) {
    start(port.wait, step_delay(port));
    port.learn = true;
  } else if (ready && !port.forward) {
    port.wait.stop();
    port.forward = true;
  } else if (port.re_root && port.forward) {
    port.re_root = false;
  } else {
    return false;
  }
  return true;
}

bool RstpMachine::move_designated(Port& port) {
  const bool must_stop = (port.sync && !port.synced) ||
                         (port.re_root && !port.recent_root.over(now_)) || port.disputed;
  const bool may_go = (port.wait.over(now_) || port.agreed || port.edge) &&
                      (port.recent_root.over(now_) || !port.re_root) && !port.sync;
  if (must_stop && !port.edge && (port.learn || port.forward)) {
    port.learn = port.forward = port.disputed = false;
    start(port.wait, step_delay(port));
  } else if (may_go && !port.learn) {
    port.learn = true;
    start(port.wait, step_delay(port));
  } else if (may_go && !port.forward) {
    port.forward = true;
    port.wait.stop();
    port.agreed = port.sends_rapid;
  } else if (!port.forward && !port.agreed && !port.proposing && !port.edge) {
    port.proposing = true;
    start(port.edge_delay, port.settings.point_to_point ? bridge_.migrate_time
                                                        : Duration{port.designated_times.max_age});
    port.to_send = true;
  } else if ((!port.learning && !port.forwarding && !port.synced) ||
             (port.agreed && !port.synced) || (port.edge && !port.synced) ||
             (port.sync && port.synced)) {
    port.recent_root.stop();
    port.synced = true;
    port.sync = false;
  } else if (port.re_root && port.recent_root.over(now_)) {
    port.re_root = false;
  } else {
    return false;
  }
  return true;
}

bool RstpMachine::move_blocked(Port& port) {
  if (port.learning || port.forwarding) return false;
  if (!port.restrained || port.sync || port.re_root || !port.synced) {
    port.wait.pin();
    port.recent_root.stop();
    if (port.role == RstpRole::backup) port.recent_backup.pin();
    port.synced = port.restrained = true;
    port.sync = port.re_root = false;
    return true;
  }
  if (port.role == RstpRole::disabled) return false;
  if (port.proposed && !port.agree) {
    for (Port& other : ports_)
      other.sync = true;
    port.proposed = false;
    return true;
  }
  if ((port.agree || !all_synced()) && !(port.proposed && port.agree)) return false;
  port.proposed = false;
  port.agree = port.to_send = true;
  return true;
}

bool RstpMachine::all_synced() const {
  return std::all_of(ports_.begin(), ports_.end(), [](const Port& port) {
    return port.selected && port.role == port.selected_role &&
           (port.synced || port.role == RstpRole::root);
  });
}

bool RstpMachine::re_rooted(const Port& port) const {
  return std::all_of(ports_.begin(), ports_.end(), [&](const Port& other) {
    return &other == &port || other.recent_root.over(now_);
  });
}

Duration RstpMachine::step_delay(const Port& port) const {
  return bridge_.wait_hello_time && port.sends_rapid ? port.designated_times.hello
                                                     : port.designated_times.forward_delay;
}

// --- 17.30 Port State Transition, 17.31 Topology Change ------------------------------------------

bool RstpMachine::change_state(Port& port) {
  if (port.learning == port.learn && port.forwarding == port.forward) return false;
  port.learning = port.learn;
  port.forwarding = port.forward;
  return true;
}

bool RstpMachine::spread_change(Port& port) {
  const bool told =
      port.change_arrived || port.change_to_spread || port.notified || port.acknowledged;
  const bool in_tree = carries_tree(port.role);
  switch (port.detection) {
    case ChangeDetection::inactive:
      port.change_arrived = port.change_to_spread = port.notified = port.acknowledged = false;
      if (!port.learn) {
        return false;
      }
      port.detection = ChangeDetection::learning;
      return true;
    case ChangeDetection::learning:
      if (told) {
        port.change_arrived = port.change_to_spread = port.notified = port.acknowledged = false;
      } else if (in_tree && port.forward && !port.edge) {
        begin_change(port);
        spread_to_others(port);
        port.to_send = true;
        port.detection = ChangeDetection::active;
      } else if (!in_tree && !port.learn && !port.learning) {
        port.flush = true;
        port.change.stop();
        port.acknowledge = false;
        port.detection = ChangeDetection::inactive;
      } else {
        return false;
      }
      return true;
    case ChangeDetection::active:
      if (!in_tree || port.edge) {
        port.change_arrived = port.change_to_spread = false;
        port.detection = ChangeDetection::learning;
      } else if (port.change_arrived || port.notified) {
        if (std::exchange(port.notified, false)) begin_change(port);
        port.change_arrived = false;
        port.acknowledge = port.role == RstpRole::designated && !port.sends_rapid;
        spread_to_others(port);
      } else if (port.acknowledged) {
        port.acknowledged = false;
        port.change.stop();
      } else if (port.change_to_spread) {
        begin_change(port);
        port.flush = true;
        port.change_to_spread = false;
      } else {
        return false;
      }
      return true;
  }
  return false;
}

// 17.21.7 newTcWhile
void RstpMachine::begin_change(Port& port) {
  if (!port.change.over(now_)) return;
  if (!port.sends_rapid) {
    start(port.change, root_times_.max_age + root_times_.forward_delay);
    return;
  }
  start(port.change, port.designated_times.hello + kOneSecond);
  port.to_send = true;
}

void RstpMachine::spread_to_others(const Port& port) {
  for (Port& other : ports_) {
    if (&other != &port) other.change_to_spread = true;
  }
}

// --- 17.26 Port Transmit -------------------------------------------------------------------------

std::int64_t RstpMachine::tick(SimTime time) const {
  return (time - ticks_from_) / std::chrono::seconds{1};
}

std::uint32_t RstpMachine::sent_recently(const Port& port, SimTime now) const {
  const std::int64_t left = static_cast<std::int64_t>(port.sent) - (tick(now) - port.sent_tick);
  return static_cast<std::uint32_t>(std::max<std::int64_t>(0, left));
}

RstpBpdu RstpMachine::message(std::size_t port, SimTime now) const {
  const Port& sender = ports_[port];
  if (!sender.sends_rapid) {
    const bool root = sender.role == RstpRole::root;
    return {.vector = sender.designated,
            .times = sender.designated_times,
            .root_node = root_node_,
            .role = sender.role,
            .topology_change = !root && !sender.change.over(now),
            .kind = root ? RstpBpdu::Kind::topology_change : RstpBpdu::Kind::configuration,
            .acknowledges = sender.acknowledge};
  }
  return {.vector = sender.designated,
          .times = sender.designated_times,
          .root_node = root_node_,
          .role = sender.role,
          .topology_change = !sender.change.over(now),
          .proposal = sender.proposing,
          .agreement = sender.agree,
          .learning = sender.learning,
          .forwarding = sender.forwarding};
}

std::optional<RstpBpdu> RstpMachine::take_message(std::size_t port, SimTime now) {
  Port& sender = ports_[port];
  if (!sender.usable || !waits_to_send(sender)) return std::nullopt;
  const std::uint32_t sent = sent_recently(sender, now);
  if (sent >= bridge_.hold_count) return std::nullopt;
  sender.to_send = false;
  sender.sent = sent + 1;
  sender.sent_tick = tick(now);
  RstpBpdu bpdu = message(port, now);
  if (bpdu.kind != RstpBpdu::Kind::topology_change) sender.acknowledge = false;
  return bpdu;
}

bool RstpMachine::take_flush(std::size_t port) {
  const bool flush = ports_[port].flush;
  ports_[port].flush = false;
  return flush;
}

bool RstpMachine::steady(std::size_t port, SimTime now) const {
  const Port& sender = ports_[port];
  return !sender.usable || (!sender.to_send && !sender.acknowledge && sender.change.over(now));
}

bool RstpMachine::renews(std::size_t port, const RstpBpdu& bpdu) const {
  const Port& receiver = ports_[port];
  const bool fresh = bpdu.times.message_age + kOneSecond <= bpdu.times.max_age;
  return !receiver.usable || (fresh && !receiver.edge && !receiver.has_arrived && !bpdu.proposal &&
                              !bpdu.topology_change && !bpdu.acknowledges &&
                              classify(receiver, bpdu) == Arrival::repeated);
}

bool RstpMachine::information_over(std::size_t port, SimTime now) const {
  return forgotten(ports_[port], now);
}

RstpGuard RstpMachine::guard(std::size_t port) const {
  const Port& own = ports_[port];
  if (own.loop_guarded) return RstpGuard::loop;
  if (!own.settings.restricted_role || own.information != Information::received ||
      carries_tree(own.role)) {
    return RstpGuard::none;
  }
  RstpVector path = own.held;
  path.cost += own.settings.cost;
  return path < root_ ? RstpGuard::root : RstpGuard::none;
}

StpState RstpMachine::state(std::size_t port) const {
  if (ports_[port].forwarding) return StpState::forwarding;
  return ports_[port].learning ? StpState::learning : StpState::discarding;
}

SimTime RstpMachine::next_deadline(SimTime now) const {
  const bool re_rooting = std::any_of(ports_.begin(), ports_.end(), [](const Port& port) {
    return port.role == RstpRole::root && !port.forward;
  });
  SimTime next = kNever;
  const auto consider = [&](bool counts, SimTime due) {
    if (counts) next = std::min(next, due);
  };
  for (const Port& port : ports_) {
    if (!port.usable) continue;
    const bool received = port.information == Information::received;
    consider(received && !port.held_fresh, port.information_age.due(now));
    consider(carries_tree(port.role) && !port.forward, port.wait.due(now));
    consider(re_rooting || port.re_root, port.recent_root.due(now));
    consider(port.role == RstpRole::root && !port.forward, port.recent_backup.due(now));
    consider(port.settings.auto_edge && port.proposing && !port.edge, port.edge_delay.due(now));
    consider(waits_to_send(port), next_tick(now));
  }
  return next;
}

SimTime RstpMachine::send_deadline(std::size_t port, SimTime now) const {
  return ports_[port].usable && waits_to_send(ports_[port]) ? next_tick(now) : kNever;
}

bool RstpMachine::waits_to_send(const Port& port) {
  return port.to_send && port.role != RstpRole::disabled &&
         (port.sends_rapid || carries_tree(port.role));
}

SimTime RstpMachine::next_tick(SimTime now) const {
  return ticks_from_ + (tick(now) + 1) * std::chrono::seconds{1};
}

}  // namespace switchfault
