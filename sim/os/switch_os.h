// SwitchOs: one OS instance with its parts: firmware, host, configuration, processes, tables in the
// chip, ports, management. The waist of the model: faults and actions pull its levers, forwarding
// and protocols read it and are told of changes; none of them knows the others.
//
// A switch is not "up" or "down": three planes serve independently. The data plane serves while the
// boxes have power and the chip is programmed; the control plane while the host is up and processes
// run; the management plane while logins work. A hung host silences every process, the chip may go
// on forwarding with stale tables. Anything linear in time (a leak, an uptime) is a rate with a
// computed deadline.
//
// Each change is observed first (data and control as plane_state, management as management;
// processes one by one only when the host itself did not change) and is the cause of what the
// listeners do, who are told at once. Not modelled: swapping, file systems, scheduling between
// processes, the time until a standby supervisor notices that the active one is gone.

#ifndef SWITCHFAULT_OS_SWITCH_OS_H_
#define SWITCHFAULT_OS_SWITCH_OS_H_

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <switchfault/observation.h>
#include <switchfault/topology.h>
#include <switchfault/units.h>

#include "core/observation_log.h"
#include "core/random.h"
#include "core/simulator.h"
#include "core/version.h"
#include "os/chip.h"
#include "os/configuration.h"
#include "os/host_load.h"
#include "os/process.h"
#include "os/update_damage.h"

namespace switchfault {

struct PortFault {
  double transmit_loss = 0;  // Gray: carrier stays.
  double receive_loss = 0;
  bool stuck = false;  // Transmit queue never drains: loss 1 outwards.
  friend bool operator==(const PortFault&, const PortFault&) = default;
};

class SwitchOs;

// Whoever must react to the OS within the same instant. Called synchronously; overrides what it
// wants to hear.
class OsListener {
 public:
  virtual void process_changed(SwitchOs& /*os*/, ProcessIndex /*process*/) {}
  virtual void plane_changed(SwitchOs& /*os*/, Plane /*plane*/) {}
  // After a write took effect; null: a whole table was cleared, reset, corrupted or repaired.
  virtual void chip_changed(SwitchOs& /*os*/, const ChipWrite* /*write*/) {}
  virtual void sessions_changed(SwitchOs& /*os*/) {}  // Their number.
  virtual void port_fault_changed(SwitchOs& /*os*/, PortIndex /*port*/) {}
  virtual void port_admin_changed(SwitchOs& /*os*/, PortIndex /*port*/) {}
  // Empty key: all of it was replaced by a boot.
  virtual void configuration_changed(SwitchOs& /*os*/, std::string_view /*key*/) {}
  virtual void cpu_changed(SwitchOs& /*os*/) {}
  virtual void update_damage_changed(SwitchOs& /*os*/) {}
  virtual void port_power_changed(SwitchOs& /*os*/, PortIndex /*port*/) {}

 protected:
  ~OsListener() = default;
};

// Firmware slots: what runs, and what the next boot would start.
struct Firmware {
  std::string_view os;
  Version active;
  std::optional<Version> standby;
};

// What an unreadable start-up configuration does to the boot that wants it.
enum class StartupLoss : std::uint8_t { boots_blank, boot_fails };

// What a process does again, this long after each of its starts.
struct Relapse {
  ProcessState into = ProcessState::crashed;  // or hung
  Duration after{};
};

class SwitchOs {
 public:
  struct Context {
    Simulator& simulator;
    ObservationLog& log;
    const Random& random;
  };
  // `process_base` is the World-wide row of this instance's first process. `config` outlives this.
  SwitchOs(const Context& context, const NodeConfig& config, Entity node, std::uint64_t stable_id,
           std::uint32_t process_base, std::size_t physical_ports);
  ~SwitchOs();
  SwitchOs(const SwitchOs&) = delete;
  SwitchOs& operator=(const SwitchOs&) = delete;

  void add_listener(OsListener& listener) { listeners_.push_back(&listener); }
  // By PortIndex; both the list and its texts outlive this. Called once, before the first start.
  // Without it ports are named by their numbers. A name "2/1/4" belongs to box 2, one without a
  // slash to box 1.
  void set_port_names(std::span<const std::string_view> names);

  // --- identity ---
  [[nodiscard]] const NodeConfig& config() const { return config_; }
  [[nodiscard]] Entity node() const { return node_; }
  [[nodiscard]] std::uint64_t stable_id() const { return stable_id_; }
  [[nodiscard]] const Firmware& firmware() const { return firmware_; }
  [[nodiscard]] bool has_feature(std::string_view feature) const;  // In the running configuration.
  [[nodiscard]] std::size_t port_count() const { return physical_ports_; }
  [[nodiscard]] std::optional<PortIndex> find_port(std::string_view name) const;
  [[nodiscard]] std::string port_name(PortIndex port) const;
  [[nodiscard]] std::uint32_t box_of(PortIndex port) const;  // From 1.

  // --- state ---
  [[nodiscard]] HostState host_state() const { return host_; }
  [[nodiscard]] bool serves(Plane plane) const { return planes_[static_cast<std::size_t>(plane)]; }
  [[nodiscard]] bool running(ProcessFunction function) const;
  [[nodiscard]] const std::vector<Process>& processes() const { return processes_; }
  [[nodiscard]] ProcessIndex find_process(std::string_view name_or_function) const;
  [[nodiscard]] Chip& chip() { return chip_; }
  [[nodiscard]] const Chip& chip() const { return chip_; }
  [[nodiscard]] Bytes memory_used() const;  // At now, closed form.
  [[nodiscard]] double cpu_load() const;    // 0 … 1, of the host; 1 is an overload.
  // The same not cut at 1: a storm that is punted asks for several times what there is.
  [[nodiscard]] double cpu_demand() const;
  [[nodiscard]] Duration uptime() const;  // Since the host came up in the last boot; 0 in one.
  [[nodiscard]] Duration power_on_time() const;
  [[nodiscard]] SimTime booted_at() const { return booted_at_; }
  [[nodiscard]] std::uint32_t boots() const { return boots_; }  // Finished or begun since −warm_up.
  [[nodiscard]] bool boot_in_progress() const;                  // A plane is still to return.
  // The times of this kind, if stated.
  [[nodiscard]] std::optional<PlaneTimes> boot_times(BootKind kind) const;
  [[nodiscard]] std::uint32_t replacements() const { return replacements_; }
  [[nodiscard]] const PortFault& port_fault(PortIndex port) const;
  [[nodiscard]] bool port_enabled(PortIndex port) const;  // Administratively.
  [[nodiscard]] bool port_powered(PortIndex port) const;
  [[nodiscard]] bool box_powered(std::uint32_t box) const;  // From 1.
  [[nodiscard]] std::size_t pending_writes() const;         // Decisions that wait.
  // What is wrong with the BGP updates about a route that this instance sends.
  [[nodiscard]] std::optional<UpdateDamage> update_damage(const IpPrefix& route) const;

  // --- levers: life of the instance ---
  // First start of the run, or after power_off: a power-cycle boot. The first one takes no time if
  // it is not after time 0: what boots take matters from there on.
  void power_on();
  void power_off();
  void power_box(std::uint32_t box, bool on);  // All boxes off: the instance is off.
  // A reload from any state but off. REQUIRES: the times of this kind are stated.
  void boot(BootKind kind, std::string_view why);
  void panic(std::string_view why);  // Host dies; reboots by itself if `panic_reboots`.
  // Processes silent, chip goes on unless it hangs too. From up only.
  void hang_host(std::string_view why, bool with_data_plane = false);
  // Boots fail from now on, one in progress at once, until mended or replaced.
  void fail_boot(std::string_view why);
  void mend_boot();
  void replace();  // By a new box with the backup configuration; boots it.
  void set_panic_reboots(bool reboots, Duration after = {});
  // --- levers: processes, memory, CPU ---
  void crash(ProcessIndex process);
  void hang(ProcessIndex process);
  void resume(ProcessIndex process);   // Hung, it goes on where it was.
  void give_up(ProcessIndex process);  // Crashes, and its supervisor leaves it.
  void restart(ProcessIndex process);  // Stop and start now, whatever the supervisor thinks.
  void stop(ProcessIndex process);
  // It crashes or hangs again after every start; now, if it has run that long. Empty ends it.
  void set_relapse(ProcessIndex process, const std::optional<Relapse>& relapse);
  void leak_memory(ProcessIndex process, ByteRate rate);  // Zero ends it; what was lost stays lost.
  void set_memory_policy(const MemoryPolicy& policy);
  void set_cpu_load(std::uint64_t owner, double share);  // Loads of several owners add up to 1.
  // Of several owners the one with the lowest number counts.
  void set_update_damage(std::uint64_t owner, const std::optional<DamagedUpdates>& damage);
  // --- levers: chip ---
  void program(const ChipWrite& write);  // Waits while the programmer is not running.
  // The same for writes of routes; listeners hear of the last one that has changed anything.
  // `decided`: what should stand in the table then.
  void program_routes(std::span<const ChipWrite> writes, const RouteRows& decided);
  void corrupt(const Corruption& corruption);
  // So many sessions are in the chip's table now.
  void set_sessions(std::size_t sessions);
  // By the programmer, nothing while it is not running: learned entries are forgotten, routes are
  // written again (the gap between is not modelled).
  void clear_table(ChipTable table);
  void repair_table(ChipTable table);
  // How old MAC entries may become from now on; empty: as configured. Where a sweep removes them
  // (NodeConfig::mac_sweep) it looks at this when it next comes by, which this does not change.
  void set_mac_hold(std::optional<Duration> hold);
  void set_mac_ageing(Duration ageing);  // What is configured from now on.
  void sweep_macs();  // The sweep comes by now, and again when the oldest entry is due.
  // --- levers: ports, management, configuration, firmware ---
  // Losses of several owners on one port are independent of each other.
  void set_port_fault(std::uint64_t owner, PortIndex port, const PortFault& fault);
  void set_port_fault(PortIndex port, const PortFault& fault) { set_port_fault(0, port, fault); }
  void set_port_enabled(PortIndex port, bool enabled);
  void set_management_blocked(std::uint64_t owner, bool blocked);
  // Running configuration. An empty value takes the key out: what the topology file says holds.
  void configure(std::string_view key, std::string_view value);
  void save_configuration();
  // The next boot comes up without it.
  void lose_startup_configuration(StartupLoss outcome = StartupLoss::boots_blank);
  void restore_configuration();  // Start-up, from the backup of the topology file; boot to use it.
  [[nodiscard]] std::string_view configured(std::string_view key) const;  // Empty: not set.
  [[nodiscard]] bool configuration_lost() const { return running_.blank; }
  void set_standby_version(const Version& version);
  void activate_standby();  // The next boot starts the other image. REQUIRES: there is one.

 private:
  struct Impl;  // Timers and bookkeeping of boots, supervisors, memory, writes.
  friend struct Impl;

  Context context_;
  const NodeConfig& config_;
  Entity node_;
  std::uint64_t stable_id_;
  std::size_t physical_ports_;
  Firmware firmware_;
  HostState host_ = HostState::off;
  std::array<bool, 3> planes_{};
  std::vector<Process> processes_;
  Chip chip_;
  Configuration running_, startup_;
  SimTime booted_at_;
  SimTime powered_at_;
  std::uint32_t boots_ = 0;
  std::uint32_t replacements_ = 0;
  std::vector<OsListener*> listeners_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_OS_SWITCH_OS_H_
