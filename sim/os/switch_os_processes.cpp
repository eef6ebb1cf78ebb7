// Processes of one instance, their supervisor, and the memory they use.

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/check.h"
#include "os/switch_os.h"
#include "os/switch_os_impl.h"

namespace switchfault {
namespace {

constexpr std::int64_t kHighPercent = 90;  // From here on monitoring calls memory short.
// A process lives at least so long between two relapses, so that a crash loop takes time.
constexpr Duration kShortestLife = std::chrono::milliseconds{100};

// The least amount that is at least this share of the total.
Bytes bound(Bytes total, double share) {
  return {static_cast<std::int64_t>(std::ceil(share * static_cast<double>(total.count)))};
}

}  // namespace

SwitchOs::Impl::Care& SwitchOs::Impl::care_of(ProcessIndex process) {
  if (care.empty()) {
    care.resize(os.processes_.size());
    for (std::size_t i = 0; i < care.size(); ++i) {
      if (os.processes_[i].starts > 0) {
        care[i].supervision.started(os.processes_[i].supervisor, os.processes_[i].started);
      }
    }
  }
  return care[static_cast<std::size_t>(process)];
}

void SwitchOs::Impl::set_process(ProcessIndex process, ProcessState state) {
  Process& row = at(process);
  row.state = state;
  CauseScope scope(os.context_.simulator, os.context_.simulator.cause());
  os.context_.log.append(
      ObservationKind::process_state, row.entity,
      {.object = os.node_, .value = static_cast<std::int64_t>(state), .text = {}});
  tell([&](OsListener& listener) { listener.process_changed(os, process); });
  if (row.function == ProcessFunction::management) {
    update_management();
  }
  update_memory();
}

void SwitchOs::Impl::start_process(ProcessIndex process, bool observed) {
  Process& row = at(process);
  row.state = ProcessState::running;
  row.started = now();
  row.leak_since = now();
  row.lost = {};
  ++row.starts;
  if (!care.empty()) {
    Care& one = care_of(process);
    one.supervision.started(row.supervisor, now());
    if (one.relapse) {
      schedule(process, Care::Next::relapse, now() + std::max(one.relapse->after, kShortestLife));
    }
  }
  if (row.function == ProcessFunction::table_programmer) {
    resynchronise();
  }
  if (observed) {
    set_process(process, ProcessState::running);
  } else {
    tell([&](OsListener& listener) { listener.process_changed(os, process); });
  }
}

void SwitchOs::Impl::start_processes(bool (*chosen)(const Process&)) {
  for (std::size_t i = 0; i < os.processes_.size(); ++i) {
    if (chosen(os.processes_[i])) {
      start_process(static_cast<ProcessIndex>(i), false);
    }
  }
}

// --- supervision --------------------------------------------------------------------------------

void SwitchOs::Impl::supervise_crash(ProcessIndex process) {
  const Process& row = at(process);
  if (!row.supervisor.restarts) {
    return;
  }
  const SimTime noticed = Supervision::notices_crash(row.supervisor, now(), os.booted_at_);
  const Duration delay =
      care_of(process).supervision.next_delay(row.supervisor, row.started, now());
  schedule(process, Care::Next::start, noticed + delay);
}

void SwitchOs::Impl::schedule(ProcessIndex process, Care::Next next, SimTime when) {
  Care& one = care_of(process);
  one.next = next;
  if (when <= now()) {
    due(process);
    return;
  }
  if (!one.timer) {
    one.timer.emplace(os.context_.simulator, Phase::os, at(process).entity, os.node_,
                      [this, process] { due(process); });
  }
  one.timer->arm(when);
}

void SwitchOs::Impl::due(ProcessIndex process) {
  Care& one = care_of(process);
  switch (one.next) {
    case Care::Next::start:
      try_start(process);
      break;
    case Care::Next::kill: {
      set_process(process, ProcessState::crashed);
      const Process& row = at(process);
      schedule(process, Care::Next::start,
               now() + one.supervision.next_delay(row.supervisor, row.started, now()));
      break;
    }
    case Care::Next::relapse:
      if (one.relapse->into == ProcessState::hung) {
        os.hang(process);
      } else {
        os.crash(process);
      }
      break;
  }
}

void SwitchOs::Impl::try_start(ProcessIndex process) {
  if (care_of(process).supervision.may_start(at(process).supervisor, now())) {
    start_process(process, true);
  } else {
    set_process(process, ProcessState::given_up);
  }
}

void SwitchOs::Impl::cancel(ProcessIndex process) {
  if (!care.empty() && care_of(process).timer) {
    care_of(process).timer->cancel();
  }
}

// --- levers -------------------------------------------------------------------------------------

void SwitchOs::crash(ProcessIndex process) {
  if (host_ != HostState::up || !impl_->at(process).alive()) {
    return;
  }
  impl_->cancel(process);
  impl_->set_process(process, ProcessState::crashed);
  impl_->supervise_crash(process);
}

void SwitchOs::hang(ProcessIndex process) {
  Process& row = impl_->at(process);
  if (host_ != HostState::up || row.state != ProcessState::running) {
    return;
  }
  impl_->cancel(process);
  impl_->set_process(process, ProcessState::hung);
  const SimTime noticed =
      Supervision::notices_hang(row.supervisor, context_.simulator.now(), booted_at_);
  if (row.supervisor.restarts && noticed != kNever) {
    impl_->schedule(process, Impl::Care::Next::kill, noticed);
  }
}

void SwitchOs::resume(ProcessIndex process) {
  if (host_ != HostState::up || impl_->at(process).state != ProcessState::hung) {
    return;
  }
  impl_->cancel(process);
  impl_->set_process(process, ProcessState::running);
}

void SwitchOs::give_up(ProcessIndex process) {
  if (host_ != HostState::up || impl_->at(process).state == ProcessState::given_up) {
    return;
  }
  impl_->cancel(process);
  impl_->set_process(process, ProcessState::given_up);
}

void SwitchOs::stop(ProcessIndex process) {
  if (host_ != HostState::up || impl_->at(process).state == ProcessState::stopped) {
    return;
  }
  impl_->cancel(process);
  impl_->set_process(process, ProcessState::stopped);
}

void SwitchOs::restart(ProcessIndex process) {
  if (host_ != HostState::up) {
    return;
  }
  if (impl_->at(process).alive()) {
    stop(process);
  }
  impl_->cancel(process);
  if (!impl_->care.empty()) {
    impl_->care_of(process).supervision.forget();
  }
  impl_->start_process(process, true);
}

void SwitchOs::set_relapse(ProcessIndex process, const std::optional<Relapse>& relapse) {
  Impl::Care& care = impl_->care_of(process);
  const Process& row = impl_->at(process);
  const bool runs = host_ == HostState::up && row.state == ProcessState::running;
  if (care.relapse && runs) {
    impl_->cancel(process);
  }
  care.relapse = relapse;
  if (relapse && runs) {
    impl_->schedule(process, Impl::Care::Next::relapse,
                    row.started + std::max(relapse->after, kShortestLife));
  }
}

// --- memory -------------------------------------------------------------------------------------

void SwitchOs::leak_memory(ProcessIndex process, ByteRate rate) {
  Process& row = impl_->at(process);
  const SimTime now = context_.simulator.now();
  if (row.alive()) {
    row.lost = {row.memory_at(now).count - row.memory_at_start.count};
  }
  row.leak = rate;
  row.leak_since = now;
  impl_->update_memory();
}

void SwitchOs::set_memory_policy(const MemoryPolicy& policy) {
  impl_->memory_policy = policy;
  impl_->update_memory();
}

void SwitchOs::Impl::update_memory() {
  const Bytes total = os.config_.memory;
  if (total.count == 0 || !up()) {
    return;
  }
  const Bytes used = os.memory_used();
  const Bytes high = bound(total, static_cast<double>(kHighPercent) / 100);
  const Bytes hanging = bound(total, memory_policy.logins_hang_at);
  if ((used >= high) != memory_high) {
    memory_high = !memory_high;
    CauseScope scope(os.context_.simulator, os.context_.simulator.cause());
    const double percent = 100 * static_cast<double>(used.count) / static_cast<double>(total.count);
    note(ObservationKind::memory_state, std::llround(percent));
  }
  // A host that its processes fill without a leak was sized so and works.
  const bool leaked =
      std::any_of(os.processes_.begin(), os.processes_.end(), [this](const Process& process) {
        return process.memory_at(now()) > process.memory_at_start;
      });
  if (leaked && used >= total) {
    exhausted();
    return;
  }
  logins_hang = leaked && used >= hanging;
  update_management();
  SimTime next = kNever;
  for (const Bytes one : {high, hanging, total}) {
    // Where it is full already, the first leaked byte counts.
    const Bytes ahead = leaked && used >= one ? Bytes{std::numeric_limits<std::int64_t>::max()}
                                              : std::max(one, Bytes{used.count + 1});
    next = std::min(next, memory_reaches(os.processes_, ahead, now()));
  }
  if (next != kNever && !memory_timer) {
    memory_timer.emplace(os.context_.simulator, Phase::os, os.node_, Entity(EntityKind::none, 3),
                         [this] { update_memory(); });
  }
  if (memory_timer) {
    memory_timer->arm(next);
  }
}

void SwitchOs::Impl::exhausted() {
  if (memory_policy.exhausted == MemoryPolicy::Exhausted::panic) {
    os.panic("out of memory");
    return;
  }
  const auto largest = std::max_element(os.processes_.begin(), os.processes_.end(),
                                        [this](const Process& a, const Process& b) {
                                          return a.memory_at(now()) < b.memory_at(now());
                                        });
  os.crash(static_cast<ProcessIndex>(largest - os.processes_.begin()));
}

}  // namespace switchfault
