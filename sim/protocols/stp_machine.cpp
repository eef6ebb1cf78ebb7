#include "protocols/stp_machine.h"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

namespace switchfault {
namespace {

constexpr Duration kHoldTime = std::chrono::seconds{1};  // 8.10.2: no two BPDUs closer than this.

}  // namespace

StpMachine::StpMachine(const StpBridgeSettings& bridge, const std::vector<StpPortSettings>& ports)
    : bridge_(bridge),
      root_(bridge.id),
      max_age_(bridge.max_age),
      hello_(bridge.hello),
      forward_delay_(bridge.forward_delay) {
  for (const StpPortSettings& settings : ports) {
    Port& port = ports_.emplace_back();
    port.settings = settings;
    become_designated(port);
  }
}

// Counted from the last wake-up on: what began since then has all of the time from it.
SimTime StpMachine::fires(SimTime now, Duration delay) const {
  if (bridge_.wake == Duration::zero()) {
    return KernelTimers(bridge_.kernel_tick).fires(now, delay);
  }
  const auto passed = (now - woken_) / bridge_.wake - (now < woken_ ? 1 : 0);
  const auto wakes = (delay + bridge_.wake - Duration{1}) / bridge_.wake;
  return woken_ + (passed + wakes) * bridge_.wake;
}

SimTime StpMachine::fires_on_second(SimTime now, Duration delay) const {
  return bridge_.wake == Duration::zero()
             ? KernelTimers(bridge_.kernel_tick).fires_on_second(now, delay, bridge_.cpu)
             : fires(now, delay);
}

void StpMachine::set_state(Port& port, StpPortState state) {
  const auto learns = [](StpPortState one) { return one >= StpPortState::learning; };
  flush_ = flush_ || learns(state) != learns(port.state);
  port.state = state;
}

std::uint32_t StpMachine::root_node() const {
  return root_port_ ? ports_[*root_port_].held_node : bridge_.node;
}

bool StpMachine::designated(std::size_t port) const {
  const Port& one = ports_[port];
  return one.held.bridge == bridge_.id && one.held.port == one.settings.id;
}

// --- what happens to it --------------------------------------------------------------------------

void StpMachine::start(SimTime now, Duration first_hello) {
  on_ = true;
  hello_due_ = now + first_hello;
  generate(now);
}

void StpMachine::switch_off() {
  on_ = false;
}

void StpMachine::switch_on(SimTime now) {
  on_ = true;
  select_states(now);
  generate(now);
  hello_due_ = fires(now, hello_);
}

// br_stp_enable_port(), br_stp_disable_port()
void StpMachine::set_usable(std::size_t index, bool usable, SimTime now) {
  Port& port = ports_[index];
  if (usable == (port.state != StpPortState::disabled) || (usable && port.shut)) {
    return;
  }
  const bool was_root = is_root();
  woken_ = now;
  become_designated(port);
  port.acknowledge = port.configuration_pending = false;
  if (usable) {
    set_state(port, StpPortState::blocking);
    select_states(now);
    return;
  }
  port.shut = false;
  set_state(port, StpPortState::disabled);
  port.message_age = port.forward = port.hold = kNever;
  update_configuration(now);
  select_states(now);
  if (is_root() && !was_root) {
    become_root(now);
  }
}

void StpMachine::receive(std::size_t index, const StpBpdu& bpdu, SimTime now) {
  Port& port = ports_[index];
  if (!on_ || port.state == StpPortState::disabled) {
    return;
  }
  if (port.settings.guard_bpdus) {
    set_usable(index, false, now);
    port.shut = true;
    return;
  }
  if (bpdu.kind == StpBpdu::Kind::configuration) {
    receive_configuration(port, bpdu, now);
  } else {
    receive_change(port, now);
  }
}

// 8.7.1; what is worse than what is held only earns an answer.
void StpMachine::receive_configuration(Port& port, const StpBpdu& bpdu, SimTime now) {
  const auto index = static_cast<std::size_t>(&port - ports_.data());
  const bool was_root = is_root();
  if (!supersedes(port, bpdu.vector)) {
    if (designated(index)) {
      transmit(port, now);
    }
    return;
  }
  record(port, bpdu, now);
  update_configuration(now);
  select_states(now);
  if (!is_root() && was_root) {
    hello_due_ = kNever;
    if (change_detected_) {
      change_due_ = kNever;
      transmit_change();
      notify_due_ = fires(now, bridge_.hello);
    }
  }
  if (root_port_ == index) {
    max_age_ = Duration{bpdu.max_age};
    hello_ = Duration{bpdu.hello};
    forward_delay_ = Duration{bpdu.forward_delay};
    set_change(bpdu.change);
    flush_ = flush_ || bpdu.change;
    generate(now);
    if (bpdu.acknowledges) {
      change_detected_ = false;
      notify_due_ = kNever;
    }
  }
}

void StpMachine::receive_change(Port& port, SimTime now) {
  if (designated(static_cast<std::size_t>(&port - ports_.data()))) {
    detect_change(now);
    port.acknowledge = true;
    transmit(port, now);
  }
}

void StpMachine::record(Port& port, const StpBpdu& bpdu, SimTime now) {
  port.held = bpdu.vector;
  port.held_node = bpdu.root_node;
  port.held_since = now - Duration{bpdu.age};
  port.message_age = fires(now, Duration{bpdu.max_age - bpdu.age});
}

bool StpMachine::supersedes(const Port& port, const StpVector& vector) const {
  const auto rank = [](const StpVector& one) { return std::tuple(one.root, one.cost, one.bridge); };
  if (rank(vector) != rank(port.held)) {
    return rank(vector) < rank(port.held);
  }
  return vector.bridge != bridge_.id || vector.port <= port.held.port;
}

// --- timers --------------------------------------------------------------------------------------

SimTime StpMachine::next_deadline() const {
  SimTime next = std::min({hello_due_, notify_due_, change_due_});
  for (const Port& port : ports_) {
    next = std::min({next, port.message_age, port.forward, port.hold});
  }
  return next;
}

void StpMachine::run_timers(SimTime now) {
  const auto due = [now](SimTime& timer) {
    return timer <= now && std::exchange(timer, kNever) != kNever;
  };
  if (due(hello_due_) && on_) {
    generate(now);
    hello_due_ = fires_on_second(now, hello_);
  }
  if (due(notify_due_) && !is_root()) {
    transmit_change();
    notify_due_ = fires(now, bridge_.hello);
  }
  if (due(change_due_)) {
    change_detected_ = false;
    set_change(false);
  }
  for (Port& port : ports_) {
    if (due(port.message_age)) {
      message_age_over(port, now);
    }
    if (due(port.forward)) {
      forward_over(port, now);
    }
    if (due(port.hold) && port.configuration_pending) {
      transmit(port, now);
    }
  }
}

void StpMachine::message_age_over(Port& port, SimTime now) {
  if (port.state == StpPortState::disabled) {
    return;
  }
  const bool was_root = is_root();
  become_designated(port);
  update_configuration(now);
  select_states(now);
  if (is_root() && !was_root) {
    become_root(now);
  }
}

void StpMachine::forward_over(Port& port, SimTime now) {
  if (port.state == StpPortState::listening) {
    set_state(port, StpPortState::learning);
    port.forward = fires(now, forward_delay_);
  } else if (port.state == StpPortState::learning) {
    set_state(port, StpPortState::forwarding);
    for (std::size_t i = 0; i < ports_.size(); ++i) {
      if (ports_[i].state != StpPortState::disabled && designated(i)) {
        detect_change(now);
        break;
      }
    }
  }
}

// --- 8.6: the procedures -------------------------------------------------------------------------

void StpMachine::become_designated(Port& port) {
  port.held = {.root = root_, .cost = root_cost_, .bridge = bridge_.id, .port = port.settings.id};
  port.held_node = root_node();
}

bool StpMachine::should_become_root_port(const Port& port, const Port* best) const {
  const bool own = port.held.bridge == bridge_.id && port.held.port == port.settings.id;
  if (port.state == StpPortState::disabled || own || bridge_.id <= port.held.root) {
    return false;
  }
  const auto rank = [](const Port& one) {
    return std::tuple(one.held.root, one.held.cost + one.settings.cost, one.held.bridge,
                      one.held.port, one.settings.id);
  };
  return best == nullptr || rank(port) < rank(*best);
}

bool StpMachine::should_become_designated(const Port& port) const {
  const bool own = port.held.bridge == bridge_.id && port.held.port == port.settings.id;
  return own || port.held.root != root_ ||
         std::tuple(root_cost_, bridge_.id, port.settings.id) <
             std::tuple(port.held.cost, port.held.bridge, port.held.port);
}

void StpMachine::update_configuration(SimTime now) {
  const Port* best = nullptr;
  for (Port& port : ports_) {
    if (!should_become_root_port(port, best)) {
      continue;
    }
    if (port.settings.guard_root) {  // br_root_port_block()
      set_state(port, StpPortState::listening);
      port.forward = fires(now, forward_delay_);
    } else {
      best = &port;
    }
  }
  root_port_.reset();
  root_ = bridge_.id;
  root_cost_ = 0;
  if (best != nullptr) {
    root_port_ = static_cast<std::size_t>(best - ports_.data());
    root_ = best->held.root;
    root_cost_ = best->held.cost + best->settings.cost;
  }
  for (Port& port : ports_) {
    if (port.state != StpPortState::disabled && should_become_designated(port)) {
      become_designated(port);
    }
  }
}

void StpMachine::select_states(SimTime now) {
  for (std::size_t i = 0; i < ports_.size(); ++i) {
    Port& port = ports_[i];
    if (port.state == StpPortState::disabled) {
      continue;
    }
    if (root_port_ == i) {
      port.configuration_pending = port.acknowledge = false;
      make_forwarding(port, now);
    } else if (designated(i)) {
      port.message_age = kNever;
      make_forwarding(port, now);
    } else {
      port.configuration_pending = port.acknowledge = false;
      make_blocking(port, now);
    }
  }
}

void StpMachine::make_forwarding(Port& port, SimTime now) {
  if (port.state != StpPortState::blocking) {
    return;
  }
  if (!on_) {
    set_state(port, StpPortState::forwarding);
    return;
  }
  set_state(port, StpPortState::listening);
  port.forward = fires(now, forward_delay_);
}

void StpMachine::make_blocking(Port& port, SimTime now) {
  if (port.state == StpPortState::blocking) {
    return;
  }
  if (port.state == StpPortState::forwarding || port.state == StpPortState::learning) {
    detect_change(now);
  }
  set_state(port, StpPortState::blocking);
  port.forward = kNever;
}

void StpMachine::become_root(SimTime now) {
  max_age_ = bridge_.max_age;
  hello_ = bridge_.hello;
  forward_delay_ = bridge_.forward_delay;
  detect_change(now);
  notify_due_ = kNever;
  generate(now);
  hello_due_ = fires(now, hello_);
}

void StpMachine::detect_change(SimTime now) {
  if (!on_) {
    return;
  }
  if (is_root()) {
    set_change(true);
    change_due_ = fires(now, bridge_.forward_delay + bridge_.max_age);
  } else if (!change_detected_) {
    transmit_change();
    notify_due_ = fires(now, bridge_.hello);
  }
  change_detected_ = true;
  flush_ = true;
}

// --- sending -------------------------------------------------------------------------------------

void StpMachine::generate(SimTime now) {
  for (std::size_t i = 0; i < ports_.size(); ++i) {
    if (ports_[i].state != StpPortState::disabled && designated(i)) {
      transmit(ports_[i], now);
    }
  }
}

void StpMachine::transmit(Port& port, SimTime now) {
  if (port.hold != kNever) {
    port.configuration_pending = true;
    return;
  }
  StpBpdu bpdu{
      .change = change_,
      .acknowledges = port.acknowledge,
      .vector = {.root = root_, .cost = root_cost_, .bridge = bridge_.id, .port = port.settings.id},
      .root_node = root_node(),
      .max_age = bpdu_time(max_age_),
      .hello = bpdu_time(hello_),
      .forward_delay = bpdu_time(forward_delay_)};
  if (root_port_) {
    bpdu.age = bpdu_time(now - ports_[*root_port_].held_since + bridge_.age_step);
  }
  if (bpdu.age >= bpdu.max_age) {
    return;
  }
  outbox_.push_back({static_cast<std::size_t>(&port - ports_.data()), bpdu});
  port.acknowledge = port.configuration_pending = false;
  if (on_) {
    port.hold = fires_on_second(now, kHoldTime);
  }
}

void StpMachine::transmit_change() {
  if (root_port_) {
    outbox_.push_back({*root_port_, {.kind = StpBpdu::Kind::topology_change}});
  }
}

std::vector<StpMachine::Sent> StpMachine::take_outbox() {
  return std::exchange(outbox_, {});
}

}  // namespace switchfault
