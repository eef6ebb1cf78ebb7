#include "protocols/lacp_machine.h"

#include <algorithm>
#include <chrono>

#include "core/check.h"

namespace switchfault {
namespace {

using std::chrono::seconds;

// IEEE 802.1AX-2014 6.4.4.
constexpr Duration kFastPeriod = seconds{1};
constexpr Duration kSlowPeriod = seconds{30};
constexpr Duration kShortTimeout = seconds{3};
constexpr Duration kLongTimeout = seconds{90};
constexpr Duration kChurn = seconds{60};

// What an update of the partner's knowledge looks at (6.4.9, update_NTT).
constexpr std::uint8_t kToldState =
    LacpState::kActive | LacpState::kShortTimeout | LacpState::kAggregatable | LacpState::kInSync;

bool same_port(const LacpInfo& a, const LacpInfo& b) {
  return a.system == b.system && a.system_priority == b.system_priority && a.key == b.key &&
         a.port_priority == b.port_priority && a.port == b.port;
}

bool differs(const LacpInfo& a, const LacpInfo& b, std::uint8_t state) {
  return !same_port(a, b) || ((a.state ^ b.state) & state) != 0;
}

void set_bits(LacpInfo& info, std::uint8_t bits, bool on) {
  info.state = static_cast<std::uint8_t>(on ? info.state | bits : info.state & ~bits);
}

// Of one aggregate they must be the same (6.4.6.1).
bool same_partner(const LacpInfo& a, const LacpInfo& b) {
  return a.system == b.system && a.system_priority == b.system_priority && a.key == b.key;
}

}  // namespace

std::string_view lacp_word(LacpReceive state) {
  static constexpr std::string_view kWords[] = {"port disabled", "expired", "defaulted", "current"};
  return kWords[static_cast<std::size_t>(state)];
}

std::string_view lacp_word(LacpSelected state) {
  static constexpr std::string_view kWords[] = {"unselected", "standby", "selected"};
  return kWords[static_cast<std::size_t>(state)];
}

std::string_view lacp_word(LacpMux state) {
  static constexpr std::string_view kWords[] = {"detached", "waiting", "attached",
                                                "collecting distributing"};
  return kWords[static_cast<std::size_t>(state)];
}

LacpMachine::LacpMachine(const LacpSettings& settings, const std::vector<LacpPortSettings>& ports,
                         SimTime now)
    : settings_(settings) {
  for (const LacpPortSettings& port : ports) {
    ports_.push_back({.settings = port, .partner = {}, .heard = {}, .told = {}});
    ports_.back().unsynced_since = now;
  }
}

LacpInfo LacpMachine::actor(const Port& port) const {
  LacpInfo info{.system = settings_.system,
                .system_priority = settings_.system_priority,
                .key = settings_.key,
                .port_priority = port.settings.priority,
                .port = port.settings.number};
  const bool attached = port.mux >= LacpMux::attached;
  const bool works = settings_.open_vswitch ? attached || !negotiated_
                                            : port.mux == LacpMux::collecting_distributing;
  set_bits(info, LacpState::kActive, settings_.active);
  set_bits(info, LacpState::kShortTimeout, settings_.fast);
  set_bits(info, LacpState::kAggregatable, !settings_.open_vswitch || ports_.size() > 1);
  set_bits(info, LacpState::kInSync, attached);
  set_bits(info, LacpState::kCollecting | LacpState::kDistributing, works);
  set_bits(info, LacpState::kDefaulted, port.receive == LacpReceive::defaulted);
  set_bits(info, LacpState::kExpired, port.receive == LacpReceive::expired);
  return info;
}

// --- receive machine -----------------------------------------------------------------------------

void LacpMachine::set_enabled(std::size_t port, bool enabled, SimTime now) {
  Port& at = ports_[port];
  at.enabled = enabled;
  set_bits(at.partner, LacpState::kInSync, false);
  if (!enabled && !settings_.open_vswitch) {
    at.receive = LacpReceive::port_disabled;
    at.timeout = kNever;
    return;
  }
  if (settings_.open_vswitch && !settings_.active && at.receive != LacpReceive::current) {
    return;
  }
  at.receive = LacpReceive::expired;
  set_bits(at.partner, LacpState::kShortTimeout, true);
  at.timeout = now + kShortTimeout;
  at.unsynced_since = now;
  at.send = true;
}

void LacpMachine::receive(std::size_t port, const Lacpdu& pdu, SimTime now) {
  Port& at = ports_[port];
  if (!at.enabled) {
    return;
  }
  at.heard = pdu;
  at.told = pdu.partner;
  at.receive = LacpReceive::current;
  at.timeout = now + (settings_.fast ? kShortTimeout : kLongTimeout);
  if (settings_.open_vswitch) {
    update_ = update_ || at.partner != pdu.actor;
    at.partner = pdu.actor;
    return;
  }
  if (differs(at.partner, pdu.actor, LacpState::kAggregatable)) {
    set_mux(at, LacpMux::detached, now);
  }
  const LacpInfo own = actor(at);
  at.send = at.send || differs(pdu.partner, own, kToldState);
  at.partner = pdu.actor;
  const bool maintained = pdu.actor.has(LacpState::kActive) || settings_.active;
  const bool knows_us = !differs(pdu.partner, own, LacpState::kAggregatable) ||
                        !pdu.actor.has(LacpState::kAggregatable);
  set_bits(at.partner, LacpState::kInSync,
           pdu.actor.has(LacpState::kInSync) && maintained && knows_us);
}

void LacpMachine::release(std::size_t port, SimTime last) {
  Port& at = ports_[port];
  at.held = false;
  if (last != SimTime::min() && at.timeout != kNever && at.receive == LacpReceive::current) {
    at.timeout = std::max(at.timeout, last + (settings_.fast ? kShortTimeout : kLongTimeout));
  }
}

bool LacpMachine::silent(std::size_t port, SimTime now) const {
  return !ports_[port].held && ports_[port].timeout <= now;
}

void LacpMachine::expire(std::size_t port, SimTime now) {
  Port& at = ports_[port];
  SF_CHECK(silent(port, now));
  if (at.receive == LacpReceive::current) {
    at.receive = LacpReceive::expired;
    set_bits(at.partner, LacpState::kInSync, false);
    set_bits(at.partner, LacpState::kShortTimeout, true);
    at.timeout = now + kShortTimeout;
    return;
  }
  at.receive = LacpReceive::defaulted;
  at.partner = {};
  at.heard = {};
  at.timeout = kNever;
  update_ = true;
}

// --- selection -----------------------------------------------------------------------------------

bool LacpMachine::loops_back(const Port& port) const {
  return port.partner.system == settings_.system;
}

bool LacpMachine::may_join(const Port& port) const {
  const bool known = port.receive == LacpReceive::current || port.receive == LacpReceive::expired;
  return port.enabled && known && port.partner.system != MacAddress{} && !loops_back(port);
}

LacpMachine::Rank LacpMachine::rank(const Port& port) const {
  const LacpInfo own = actor(port);
  const LacpInfo& theirs = port.partner;
  const LacpInfo& better =
      std::pair(own.system_priority, own.system) < std::pair(theirs.system_priority, theirs.system)
          ? own
          : theirs;
  return {better.system_priority, better.system, better.port_priority, better.port};
}

// The link whose partner is to be aggregated.
std::optional<std::size_t> LacpMachine::leading() const {
  std::optional<std::size_t> lead;
  const auto order = [&](const Port& port) {
    const int joined = port.mux >= LacpMux::attached ? static_cast<int>(port.mux) : 0;
    return std::tuple(-joined, -static_cast<int>(port.receive), rank(port));
  };
  for (std::size_t i = 0; i < ports_.size(); ++i) {
    if (may_join(ports_[i]) && (!lead || order(ports_[i]) < order(ports_[*lead]))) {
      lead = i;
    }
  }
  return lead;
}

void LacpMachine::select() {
  const std::optional<std::size_t> lead = leading();
  negotiated_ = lead.has_value();
  std::vector<Port*> group;
  for (std::size_t i = 0; i < ports_.size(); ++i) {
    Port& port = ports_[i];
    port.selected = LacpSelected::unselected;
    if (port.receive == LacpReceive::defaulted) {
      set_bits(port.partner, LacpState::kInSync, false);
    }
    const bool joins = lead && may_join(port) && port.partner.has(LacpState::kAggregatable) &&
                       same_partner(port.partner, ports_[*lead].partner);
    if (joins || lead == i) {
      group.push_back(&port);
    }
  }
  if (lead && !ports_[*lead].partner.has(LacpState::kAggregatable)) {
    group = {&ports_[*lead]};
  }
  std::ranges::sort(group, {}, [&](const Port* port) { return rank(*port); });
  for (std::size_t i = 0; i < group.size(); ++i) {
    group[i]->selected = i < settings_.max_links ? LacpSelected::selected : LacpSelected::standby;
  }
  if (!lead && settings_.one_alone) {
    select_alone();
  }
}

// Nobody speaks LACP at the other ends: the best link works as if there were no aggregate.
void LacpMachine::select_alone() {
  Port* best = nullptr;
  for (Port& port : ports_) {
    const auto order = [](const Port& one) {
      return std::pair(one.settings.priority, one.settings.number);
    };
    const bool alone = port.enabled && port.receive == LacpReceive::defaulted;
    if (alone && (best == nullptr || order(port) < order(*best))) {
      best = &port;
    }
  }
  if (best != nullptr) {
    best->selected = LacpSelected::selected;
    set_bits(best->partner, LacpState::kInSync, true);
  }
}

// --- mux machine ---------------------------------------------------------------------------------

void LacpMachine::set_mux(Port& port, LacpMux mux, SimTime now) {
  const bool in_sync = port.mux >= LacpMux::attached;
  if (mux != port.mux && mux != LacpMux::waiting) {
    port.send = true;  // 6.4.14: on entering each of the others.
  }
  port.mux = mux;
  port.wait_until = mux == LacpMux::waiting ? now + settings_.wait : kNever;
  if (in_sync && mux < LacpMux::attached) {
    port.unsynced_since = now;
  }
}

// Links that belong together join together.
bool LacpMachine::ready(SimTime now) const {
  return std::ranges::all_of(ports_, [&](const Port& port) {
    return port.mux != LacpMux::waiting || port.selected != LacpSelected::selected ||
           port.wait_until <= now;
  });
}

bool LacpMachine::move_mux(Port& port, SimTime now) {
  const bool selected = port.selected == LacpSelected::selected;
  const bool in_sync = port.partner.has(LacpState::kInSync);
  switch (port.mux) {
    case LacpMux::detached:
      if (port.selected == LacpSelected::unselected) {
        return false;
      }
      set_mux(port, LacpMux::waiting, now);
      return true;
    case LacpMux::waiting:
      if (port.selected == LacpSelected::unselected) {
        set_mux(port, LacpMux::detached, now);
        return true;
      }
      if (!selected || !ready(now)) {
        return false;
      }
      set_mux(port, LacpMux::attached, now);
      return true;
    case LacpMux::attached:
      if (selected && !in_sync) {
        return false;
      }
      set_mux(port, selected ? LacpMux::collecting_distributing : LacpMux::detached, now);
      return true;
    case LacpMux::collecting_distributing:
      if (selected && in_sync) {
        return false;
      }
      set_mux(port, LacpMux::attached, now);
      return true;
  }
  return false;
}

void LacpMachine::move_all(SimTime now) {
  // All that have waited join, before the first of them leaves the others behind.
  const bool all = ready(now);
  for (Port& port : ports_) {
    if (all && port.mux == LacpMux::waiting && port.selected == LacpSelected::selected) {
      set_mux(port, LacpMux::attached, now);
    }
  }
  for (Port& port : ports_) {
    while (move_mux(port, now)) {
    }
  }
}

void LacpMachine::settle(SimTime now) {
  if (settings_.open_vswitch) {
    if (update_) {
      attach_as_open_vswitch();
    }
    for (Port& port : ports_) {
      const bool works = port.partner.has(LacpState::kInSync) ||
                         (settings_.one_alone && port.receive == LacpReceive::defaulted);
      if (port.mux != LacpMux::detached) {
        port.mux = works ? LacpMux::collecting_distributing : LacpMux::attached;
      }
      port.selected =
          port.mux == LacpMux::detached ? LacpSelected::unselected : LacpSelected::selected;
    }
    return;
  }
  select();
  move_all(now);
}

// --- Open vSwitch --------------------------------------------------------------------------------

// The best of the links that are heard and attached.
const LacpMachine::Port* LacpMachine::working() const {
  const Port* best = nullptr;
  for (const Port& port : ports_) {
    if (port.receive == LacpReceive::current && port.mux != LacpMux::detached &&
        (best == nullptr || rank(port) < rank(*best))) {
      best = &port;
    }
  }
  return best;
}

// lacp_update_attached(): runs only when something about a partner has changed, so that a link
// whose partner has expired stays attached until it is defaulted.
void LacpMachine::attach_as_open_vswitch() {
  update_ = false;
  const Port* const current = working();
  const std::optional<LacpInfo> known =
      current == nullptr ? std::nullopt : std::optional(current->partner);
  const Port* lead = current;
  const auto order = [&](const Port& port) {
    return std::pair(!port.partner.has(LacpState::kInSync), rank(port));
  };
  for (Port& port : ports_) {
    port.mux = LacpMux::detached;
    if (loops_back(port)) {
      continue;
    }
    if (port.receive == LacpReceive::defaulted) {
      port.mux = settings_.one_alone ? LacpMux::attached : LacpMux::detached;
      continue;
    }
    if (!known || known->system == port.partner.system) {
      port.mux = LacpMux::attached;
      lead = lead == nullptr || order(port) < order(*lead) ? &port : lead;
    }
  }
  negotiated_ = lead != nullptr;
  for (Port& port : ports_) {
    const bool other = lead != nullptr && (lead->partner.key != port.partner.key ||
                                           lead->partner.system != port.partner.system);
    port.mux = other ? LacpMux::detached : port.mux;
  }
}

// --- what follows --------------------------------------------------------------------------------

SimTime LacpMachine::deadline() const {
  SimTime next = kNever;
  SimTime join = SimTime::min();
  for (const Port& port : ports_) {
    next = std::min(next, port.held ? kNever : port.timeout);
    if (port.mux == LacpMux::waiting && port.selected == LacpSelected::selected) {
      join = std::max(join, port.wait_until);
    }
  }
  return join == SimTime::min() ? next : std::min(next, join);
}

bool LacpMachine::renews(std::size_t port, const Lacpdu& pdu) const {
  const Port& at = ports_[port];
  return !at.enabled || (at.receive == LacpReceive::current && pdu == at.heard &&
                         !differs(pdu.partner, actor(at), kToldState));
}

bool LacpMachine::speaks(const Port& port) const {
  const bool other = settings_.open_vswitch ? port.receive != LacpReceive::defaulted
                                            : port.partner.has(LacpState::kActive);
  return port.enabled && (settings_.active || other);
}

bool LacpMachine::wants_to_send(std::size_t port) const {
  const Port& at = ports_[port];
  return speaks(at) && (settings_.open_vswitch ? differs(at.told, actor(at), kToldState) : at.send);
}

Lacpdu LacpMachine::compose(std::size_t port) const {
  return {.actor = actor(ports_[port]), .partner = ports_[port].partner};
}

void LacpMachine::sent(std::size_t port) {
  ports_[port].send = false;
  ports_[port].told = actor(ports_[port]);
}

std::optional<Duration> LacpMachine::period(std::size_t port) const {
  const Port& at = ports_[port];
  if (!speaks(at)) {
    return std::nullopt;
  }
  return at.partner.has(LacpState::kShortTimeout) ? kFastPeriod : kSlowPeriod;
}

bool LacpMachine::carries(std::size_t port) const {
  const auto works = [](const Port& one) {
    return one.enabled && one.mux == LacpMux::collecting_distributing;
  };
  if (settings_.one_alone && !negotiated_ &&
      std::ranges::find_if(ports_, works) != ports_.begin() + static_cast<std::ptrdiff_t>(port)) {
    return false;
  }
  return works(ports_[port]) && std::ranges::count_if(ports_, works) >= settings_.min_links;
}

bool LacpMachine::churns(std::size_t port, SimTime now) const {
  const Port& at = ports_[port];
  return at.enabled && !settings_.open_vswitch && at.mux < LacpMux::attached &&
         now - at.unsynced_since >= kChurn;
}

}  // namespace switchfault
