// SwitchOs::Impl: the timers and the bookkeeping behind SwitchOs. For the files switch_os*.cpp
// only.
//
// Timers are keyed by (node, none entity 1 … 3) and (process, node), all in Phase::os. Most are
// made when first needed, so that a quiet instance costs little. A consequence of a change is
// observed within a CauseScope, so that the change, not its last consequence, remains the cause of
// what follows.

#ifndef SWITCHFAULT_OS_SWITCH_OS_IMPL_H_
#define SWITCHFAULT_OS_SWITCH_OS_IMPL_H_

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "os/boot_sequence.h"
#include "os/supervisor.h"
#include "os/switch_os.h"
#include "os/table_programmer.h"

namespace switchfault {

struct SwitchOs::Impl {
  explicit Impl(SwitchOs& instance);

  // What is known about one process beyond its row; exists once it was needed.
  struct Care {
    enum class Next : std::uint8_t { start, kill, relapse };
    Supervision supervision;
    std::optional<Timer> timer;
    Next next = Next::start;
    std::optional<Relapse> relapse;
  };
  struct OwnedPortFault {
    std::uint64_t owner;
    PortIndex port;
    PortFault fault;
  };

  [[nodiscard]] SimTime now() const { return os.context_.simulator.now(); }
  [[nodiscard]] bool up() const { return os.host_ == HostState::up; }
  ObservationId note(ObservationKind kind, std::int64_t value, std::string_view text = {});
  template <typename Call>
  void tell(Call call);  // call(OsListener&), each with the same cause.

  // --- life (switch_os_life.cpp) ---
  void start_power(std::string_view why);
  // `taken_over`: by the standby supervisor, which knows the running configuration.
  void begin_boot(BootKind kind, const PlaneTimes& times, std::string_view why,
                  bool taken_over = false);
  void cancel_boots();  // The one in progress, and the one that waits after a panic.
  void continue_boot();
  void returned(Plane plane);
  void control_returned();
  void fail(std::string_view why);
  bool take_over();  // By the standby supervisor; false: there is none that is ready.
  void set_host(HostState state, std::string_view why);
  void set_plane(Plane plane, bool serves);
  void data_down();
  void update_management();
  void silence(ProcessState state);  // The host takes all processes with it.
  void tell_port_power();

  // --- processes and memory (switch_os_processes.cpp) ---
  Process& at(ProcessIndex process) { return os.processes_[static_cast<std::size_t>(process)]; }
  Care& care_of(ProcessIndex process);
  void set_process(ProcessIndex process, ProcessState state);
  void start_process(ProcessIndex process, bool observed);
  void start_processes(bool (*chosen)(const Process&));  // In a boot; not observed one by one.
  void supervise_crash(ProcessIndex process);
  void try_start(ProcessIndex process);
  void schedule(ProcessIndex process, Care::Next next, SimTime when);
  void due(ProcessIndex process);
  void cancel(ProcessIndex process);
  void update_memory();
  void exhausted();

  // --- chip, ports, configuration (switch_os.cpp) ---
  void apply(const ChipWrite& write);
  void refused(const ChipWrite& write);  // The table is full.
  void resynchronise();                  // The programmer runs again.
  [[nodiscard]] Duration hold() const;
  void check_room();
  void tell_chip_if(std::uint64_t revision_before, const ChipWrite* write = nullptr);
  void load_configuration();
  void refresh_ports();
  PortFault combined(PortIndex port) const;

  SwitchOs& os;
  BootSequence boot;
  Timer boot_timer;
  std::optional<Timer> panic_timer, memory_timer, sweep_timer;
  std::optional<Duration> mac_hold;
  Duration mac_ageing;
  std::vector<Care> care;  // Empty, or one a process.
  MemoryPolicy memory_policy;
  CpuLoad cpu;
  PendingWrites pending;
  std::vector<std::uint64_t> management_blockers;  // Sorted.
  std::span<const std::string_view> port_names;
  std::vector<bool> ports_enabled;
  std::vector<bool> boxes_off;                              // Empty: all have power.
  std::vector<OwnedPortFault> owned_faults;                 // Sorted by (port, owner).
  std::map<std::uint64_t, DamagedUpdates> damaged_updates;  // By owner.
  std::vector<PortFault> port_faults;                       // Empty: none.
  std::optional<std::string> boot_failure;                  // Why boots fail.
  ObservationId why_boot_fails = ObservationId::none;
  std::optional<StartupLoss> startup_lost;
  ObservationId why_startup_lost = ObservationId::none;  // Explains what the next boot meets.
  Duration panic_reboot_after{};
  Duration power_on_before{};  // Until the last time it lost power.
  SimTime standby_ready_at = SimTime::min();
  bool panic_reboots = true;
  bool first_start = true;
  bool keeps_configuration = false;  // Of the boot in progress.
  bool activates_standby = false;
  bool memory_high = false, logins_hang = false, cpu_high = false;
  bool stale = false;
  std::uint8_t full_tables = 0;  // Bit by ChipTable.
};

template <typename Call>
void SwitchOs::Impl::tell(Call call) {
  // By index: a protocol that starts within a call may add a listener.
  for (std::size_t i = 0; i < os.listeners_.size(); ++i) {
    CauseScope scope(os.context_.simulator, os.context_.simulator.cause());
    call(*os.listeners_[i]);
  }
}

}  // namespace switchfault

#endif  // SWITCHFAULT_OS_SWITCH_OS_IMPL_H_
