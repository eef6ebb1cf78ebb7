// Power, boots, panics and hangs of one instance.

#include <algorithm>

#include "core/check.h"
#include "os/switch_os.h"
#include "os/switch_os_impl.h"

namespace switchfault {
namespace {

bool programs(const Process& process) {
  return process.function == ProcessFunction::table_programmer;
}

}  // namespace

std::optional<PlaneTimes> SwitchOs::boot_times(BootKind kind) const {
  return config_.boots[static_cast<std::size_t>(kind)];
}

bool SwitchOs::boot_in_progress() const {
  return impl_->boot.running();
}

// --- power ------------------------------------------------------------------------------------

void SwitchOs::power_on() {
  if (host_ == HostState::off) {
    impl_->boxes_off.clear();
    impl_->start_power("power on");
  }
}

void SwitchOs::Impl::start_power(std::string_view why) {
  os.powered_at_ = now() - power_on_before;
  PlaneTimes times;
  const bool takes_no_time = first_start && now() <= kTimeZero;
  if (first_start) {
    // Clocks are stated for time 0.
    os.powered_at_ = std::max(now(), kTimeZero) - os.config_.power_on_at_start;
  }
  if (!takes_no_time) {
    const auto stated = os.boot_times(BootKind::power_cycle);
    SF_CHECK(stated.has_value());
    times = *stated;
  }
  begin_boot(BootKind::power_cycle, times, why);
  tell_port_power();
}

void SwitchOs::power_off() {
  if (host_ == HostState::off) {
    return;
  }
  impl_->power_on_before = power_on_time();
  impl_->cancel_boots();
  impl_->set_host(HostState::off, "no power");
  impl_->silence(ProcessState::stopped);
  impl_->set_plane(Plane::control, false);
  impl_->data_down();
  impl_->update_management();
  impl_->tell_port_power();
}

void SwitchOs::power_box(std::uint32_t box, bool on) {
  SF_CHECK(box >= 1 && box <= std::max(config_.boxes, 1U));
  auto& off = impl_->boxes_off;
  if (off.empty()) {
    off.assign(std::max(config_.boxes, 1U), host_ == HostState::off);
  }
  if (off[box - 1] != on) {
    return;
  }
  off[box - 1] = !on;
  if (on && host_ == HostState::off) {
    impl_->start_power("power on");
  } else if (std::find(off.begin(), off.end(), false) == off.end()) {
    power_off();
  } else {
    for (std::size_t i = 0; i < physical_ports_; ++i) {
      const auto port = static_cast<PortIndex>(i);
      if (box_of(port) == box) {
        impl_->tell([&](OsListener& listener) { listener.port_power_changed(*this, port); });
      }
    }
  }
}

bool SwitchOs::box_powered(std::uint32_t box) const {
  SF_CHECK(box >= 1 && box <= std::max(config_.boxes, 1U));
  return host_ != HostState::off && (impl_->boxes_off.empty() || !impl_->boxes_off[box - 1]);
}

bool SwitchOs::port_powered(PortIndex port) const {
  return box_powered(box_of(port));
}

void SwitchOs::Impl::tell_port_power() {
  for (std::size_t i = 0; i < os.physical_ports_; ++i) {
    tell([&](OsListener& listener) { listener.port_power_changed(os, static_cast<PortIndex>(i)); });
  }
}

void SwitchOs::replace() {
  power_off();
  ++replacements_;
  impl_->power_on_before = {};
  impl_->boot_failure.reset();
  impl_->startup_lost.reset();
  impl_->boxes_off.clear();
  impl_->care.clear();
  for (Process& process : processes_) {
    process.leak = {};
  }
  for (std::size_t i = 0; i < physical_ports_; ++i) {
    const auto port = static_cast<PortIndex>(i);
    std::erase_if(impl_->owned_faults, [&](const auto& one) { return one.port == port; });
    if (port_fault(port) != PortFault{}) {
      impl_->port_faults[i] = {};
      impl_->tell([&](OsListener& listener) { listener.port_fault_changed(*this, port); });
    }
  }
  startup_ = {};
  impl_->start_power("replaced");
}

// --- boots ------------------------------------------------------------------------------------

void SwitchOs::boot(BootKind kind, std::string_view why) {
  SF_CHECK(host_ != HostState::off);
  const auto times = boot_times(kind);
  SF_CHECK(times.has_value());
  impl_->begin_boot(kind, *times, why);
}

void SwitchOs::Impl::cancel_boots() {
  boot.cancel();
  boot_timer.cancel();
  if (panic_timer) {
    panic_timer->cancel();
  }
}

void SwitchOs::Impl::begin_boot(BootKind kind, const PlaneTimes& times, std::string_view why,
                                bool taken_over) {
  cancel_boots();
  keeps_configuration = taken_over;
  ++os.boots_;
  note(ObservationKind::boot_started, static_cast<std::int64_t>(kind), why);
  boot.begin(kind, times, os.planes_, now());
  CauseScope scope(os.context_.simulator, os.context_.simulator.cause());
  if (boot.waits_for(Plane::control)) {
    if (os.host_ == HostState::up && kind != BootKind::power_cycle) {
      silence(ProcessState::stopped);  // In order: what they say last still leaves the box.
    }
    set_host(HostState::booting, {});
    silence(ProcessState::stopped);
    set_plane(Plane::control, false);
  }
  if (boot.waits_for(Plane::data)) {
    data_down();
  }
  update_management();
  continue_boot();
}

void SwitchOs::Impl::continue_boot() {
  while (const auto plane = boot.take(now())) {
    returned(*plane);
  }
  boot_timer.arm(boot.next());
}

void SwitchOs::Impl::returned(Plane plane) {
  switch (plane) {
    case Plane::control:
      control_returned();
      break;
    case Plane::data:
      set_plane(Plane::data, true);
      break;
    case Plane::management:
      update_management();
      break;
  }
}

void SwitchOs::Impl::control_returned() {
  if (boot_failure) {
    os.context_.simulator.set_cause(why_boot_fails);
    fail(*boot_failure);
    return;
  }
  if (startup_lost == StartupLoss::boot_fails && !keeps_configuration) {
    os.context_.simulator.set_cause(why_startup_lost);
    fail("the start-up configuration cannot be read");
    return;
  }
  set_host(HostState::up, {});
  // Uptime at the start is stated for time 0; a supervisor that took over has been up as long.
  if (first_start && now() <= kTimeZero) {
    os.booted_at_ = kTimeZero - os.config_.uptime_at_start;
  } else if (!keeps_configuration) {
    os.booted_at_ = now();
  }
  if (activates_standby) {
    activates_standby = false;
    std::swap(os.firmware_.active, *os.firmware_.standby);
    CauseScope scope(os.context_.simulator, os.context_.simulator.cause());
    note(ObservationKind::firmware, 0,
         std::string(os.firmware_.os) + " " + os.firmware_.active.text());
  }
  // The programmer first: what the others decide in starting reaches the chip at once.
  start_processes([](const Process& row) { return programs(row); });
  if (!first_start && !keeps_configuration) {
    load_configuration();
  }
  first_start = false;
  set_plane(Plane::control, true);
  mac_hold.reset();
  os.sweep_macs();
  start_processes([](const Process& row) { return !programs(row); });
  update_memory();
  update_management();
}

void SwitchOs::fail_boot(std::string_view why) {
  impl_->boot_failure = std::string(why);
  impl_->why_boot_fails = context_.simulator.cause();
  if (host_ == HostState::booting) {
    impl_->fail(why);
  }
}

void SwitchOs::mend_boot() {
  impl_->boot_failure.reset();
}

void SwitchOs::Impl::fail(std::string_view why) {
  cancel_boots();
  note(ObservationKind::boot_failed, 0, why);
  CauseScope scope(os.context_.simulator, os.context_.simulator.cause());
  set_host(HostState::failed, {});
}

// --- panics and hangs -------------------------------------------------------------------------

void SwitchOs::set_panic_reboots(bool reboots, Duration after) {
  impl_->panic_reboots = reboots;
  impl_->panic_reboot_after = after;
}

void SwitchOs::panic(std::string_view why) {
  if (host_ != HostState::up && host_ != HostState::hung && host_ != HostState::booting) {
    return;
  }
  impl_->cancel_boots();
  impl_->set_host(HostState::panicked, why);
  impl_->silence(ProcessState::stopped);
  impl_->set_plane(Plane::control, false);
  impl_->update_management();
  if (impl_->take_over()) {
    return;
  }
  impl_->data_down();
  if (!impl_->panic_reboots) {
    return;
  }
  if (impl_->panic_reboot_after <= Duration::zero()) {
    boot(BootKind::cold, "panic");
    return;
  }
  if (!impl_->panic_timer) {
    impl_->panic_timer.emplace(context_.simulator, Phase::os, node_, Entity(EntityKind::none, 2),
                               [this] { boot(BootKind::cold, "panic"); });
  }
  impl_->panic_timer->arm(context_.simulator.now() + impl_->panic_reboot_after);
}

void SwitchOs::hang_host(std::string_view why, bool with_data_plane) {
  if (host_ != HostState::up) {
    return;
  }
  impl_->set_host(HostState::hung, why);
  impl_->silence(ProcessState::hung);
  impl_->set_plane(Plane::control, false);
  impl_->update_management();
  if (with_data_plane) {
    impl_->data_down();
  }
  impl_->take_over();
}

bool SwitchOs::Impl::take_over() {
  const auto cold = os.boot_times(BootKind::cold);
  if (!os.config_.dual_supervisor || now() < standby_ready_at || !cold) {
    return false;
  }
  // The failed one starts cold and is the standby then.
  standby_ready_at = now() + cold->control;
  const auto warm = os.boot_times(BootKind::warm);
  if (!os.config_.supervisor_synchronised || !warm) {
    begin_boot(BootKind::cold, *cold, "standby supervisor starts");
    return true;
  }
  begin_boot(BootKind::warm, {.data = {}, .control = warm->control, .management = warm->management},
             "standby supervisor takes over", true);
  return true;
}

// --- planes -----------------------------------------------------------------------------------

void SwitchOs::Impl::set_host(HostState state, std::string_view why) {
  if (os.host_ != state) {
    os.host_ = state;
    note(ObservationKind::host_state, static_cast<std::int64_t>(state), why);
  }
}

void SwitchOs::Impl::set_plane(Plane plane, bool serves) {
  bool& now_serves = os.planes_[static_cast<std::size_t>(plane)];
  if (now_serves == serves) {
    return;
  }
  now_serves = serves;
  CauseScope scope(os.context_.simulator, os.context_.simulator.cause());
  if (plane == Plane::management) {
    note(ObservationKind::management, serves ? 1 : 0);
  } else {
    note(ObservationKind::plane_state, 2 * static_cast<std::int64_t>(plane) + (serves ? 1 : 0));
  }
  tell([&](OsListener& listener) { listener.plane_changed(os, plane); });
}

void SwitchOs::Impl::data_down() {
  const bool served = os.serves(Plane::data);
  os.chip_.reset();
  full_tables = 0;
  if (served) {
    set_plane(Plane::data, false);
  } else {
    tell([this](OsListener& listener) { listener.chip_changed(os, nullptr); });
  }
}

void SwitchOs::Impl::update_management() {
  set_plane(Plane::management, up() && !boot.waits_for(Plane::management) && !logins_hang &&
                                   management_blockers.empty() &&
                                   os.running(ProcessFunction::management));
}

void SwitchOs::Impl::silence(ProcessState state) {
  pending.clear();
  logins_hang = false;
  if (memory_timer) {
    memory_timer->cancel();
  }
  // All at once: nobody sees some of them gone and others not yet.
  std::vector<ProcessIndex> changed;
  for (std::size_t i = 0; i < os.processes_.size(); ++i) {
    const auto process = static_cast<ProcessIndex>(i);
    cancel(process);
    Process& row = os.processes_[i];
    const ProcessState next =
        state == ProcessState::hung && row.state != ProcessState::running ? row.state : state;
    row.starts = state == ProcessState::stopped ? 0 : row.starts;
    if (!care.empty() && state == ProcessState::stopped) {
      care[i].supervision.forget();
    }
    if (row.state != next) {
      row.state = next;
      changed.push_back(process);
    }
  }
  for (const ProcessIndex process : changed) {
    tell([&](OsListener& listener) { listener.process_changed(os, process); });
  }
}

}  // namespace switchfault
