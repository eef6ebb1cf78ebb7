// SwitchOs: one OS instance with its parts: firmware, host, configuration, processes, tables in the
// chip, ports, management. The waist of the model: faults and actions pull its levers, forwarding
// and protocols read it and are told of changes; none of them knows the others.
//
// A switch is not "up" or "down": three planes serve independently. The data plane serves while the
// boxes have power and the chip is programmed; the control plane while the host is up and processes
// run; the management plane while logins work. A hung or panicked host stops every process, the
// chip may go on forwarding with stale tables. Anything linear in time (a leak, an uptime) is a
// rate with a computed deadline. Not modelled: swapping, file systems, scheduling between
// processes.

#ifndef SWITCHFAULT_OS_SWITCH_OS_H_
#define SWITCHFAULT_OS_SWITCH_OS_H_

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <switchfault/observation.h>
#include <switchfault/topology.h>
#include <switchfault/units.h>

#include "core/observation_log.h"
#include "core/random.h"
#include "core/simulator.h"
#include "core/version.h"
#include "os/chip.h"

namespace switchfault {

enum class ProcessFunction : std::uint8_t {
  spanning_tree,
  lacp,
  routing,
  first_hop_redundancy,
  mac_learning,
  neighbor_resolution,
  table_programmer,
  sessions,
  health_checks,
  management,
  other,
};

// Index of a process within its instance.
enum class ProcessIndex : std::uint16_t { none = 0xffff };

struct Process {
  std::string name;
  ProcessFunction function = ProcessFunction::other;
  ProcessState state = ProcessState::stopped;
  Entity entity;
  Bytes memory_at_start;
  ByteRate leak;  // Grows linearly from leak_since.
  SimTime leak_since;
  SimTime started;
  std::uint32_t starts = 0;  // Since the last boot.
  SupervisorPolicy supervisor;
};

enum class Direction : std::uint8_t { transmit, receive };

struct PortFault {
  double transmit_loss = 0;  // Gray: carrier stays.
  double receive_loss = 0;
  bool stuck = false;  // Transmit queue never drains: loss 1 outwards.
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
  virtual void port_fault_changed(SwitchOs& /*os*/, PortIndex /*port*/) {}
  virtual void port_admin_changed(SwitchOs& /*os*/, PortIndex /*port*/) {}
  virtual void configuration_changed(SwitchOs& /*os*/, std::string_view /*key*/) {}
  virtual void cpu_changed(SwitchOs& /*os*/) {}

 protected:
  ~OsListener() = default;
};

// Firmware slots: what runs, and what the next boot would start.
struct Firmware {
  std::string os;
  Version active;
  std::optional<Version> standby;
};

// Key-value configuration with the version of the OS that wrote it.
struct Configuration {
  std::map<std::string, std::string, std::less<>> values;
  std::string written_by;
};

class SwitchOs {
 public:
  struct Context {
    Simulator& simulator;
    ObservationLog& log;
    const Random& random;
  };
  // `process_base` is the World-wide row of this instance's first process.
  SwitchOs(const Context& context, const NodeConfig& config, Entity node, std::uint64_t stable_id,
           std::uint32_t process_base, std::size_t physical_ports);
  ~SwitchOs();
  SwitchOs(const SwitchOs&) = delete;
  SwitchOs& operator=(const SwitchOs&) = delete;

  void add_listener(OsListener& listener) { listeners_.push_back(&listener); }

  // --- identity ---
  [[nodiscard]] const NodeConfig& config() const { return config_; }
  [[nodiscard]] Entity node() const { return node_; }
  [[nodiscard]] std::uint64_t stable_id() const { return stable_id_; }
  [[nodiscard]] const Firmware& firmware() const { return firmware_; }
  [[nodiscard]] bool has_feature(std::string_view feature) const;  // In the running configuration.

  // --- state ---
  [[nodiscard]] HostState host_state() const { return host_; }
  [[nodiscard]] bool serves(Plane plane) const;
  [[nodiscard]] bool running(ProcessFunction function) const;
  [[nodiscard]] const std::vector<Process>& processes() const { return processes_; }
  [[nodiscard]] ProcessIndex find_process(std::string_view name_or_function) const;
  [[nodiscard]] Chip& chip() { return chip_; }
  [[nodiscard]] const Chip& chip() const { return chip_; }
  [[nodiscard]] Bytes memory_used() const;  // At now, closed form.
  [[nodiscard]] double cpu_load() const;    // 0 … 1, of the host.
  [[nodiscard]] Duration uptime() const;    // Since the last boot finished its firmware stage.
  [[nodiscard]] Duration power_on_time() const;
  [[nodiscard]] SimTime booted_at() const { return booted_at_; }
  [[nodiscard]] std::uint32_t boots() const { return boots_; }  // Finished or begun since −warm_up.
  [[nodiscard]] const PortFault& port_fault(PortIndex port) const;
  [[nodiscard]] bool port_enabled(PortIndex port) const;  // Administratively.
  [[nodiscard]] std::size_t pending_writes() const;       // Decisions that wait for the programmer.

  // --- levers: life of the instance ---
  void power_on();  // First start of the run, or after power_off: a power-cycle boot.
  void power_off();
  void boot(BootKind kind, std::string_view why);  // A reload from any state but off.
  void panic(std::string_view why);      // Host dies; reboots by itself if `panic_reboots`.
  void hang_host(std::string_view why);  // Processes silent, chip goes on.
  void fail_boot(std::string_view why);  // Stays dead until replaced or recovered on site.
  void set_panic_reboots(bool reboots) { panic_reboots_ = reboots; }
  // --- levers: processes, memory, CPU ---
  void crash(ProcessIndex process);
  void hang(ProcessIndex process);
  void restart(ProcessIndex process);  // Stop and start now, whatever the supervisor thinks.
  void stop(ProcessIndex process);
  void leak_memory(ProcessIndex process, ByteRate rate);  // Zero ends it; what was lost stays lost.
  void set_cpu_load(std::uint64_t owner, double share);   // Loads of several owners add up to 1.
  // --- levers: chip ---
  void program(const ChipWrite& write);  // Waits while the programmer is not running.
  void corrupt(const Corruption& corruption);
  void clear_table(ChipTable table);
  void repair_table(ChipTable table);
  // --- levers: ports, management, configuration, firmware ---
  void set_port_fault(PortIndex port, const PortFault& fault);
  void set_port_enabled(PortIndex port, bool enabled);
  void set_management_blocked(std::uint64_t owner, bool blocked);
  void configure(std::string_view key, std::string_view value);  // Running configuration.
  void save_configuration();
  void lose_startup_configuration();  // Boot comes up without it.
  void restore_configuration();       // From the backup of the topology file.
  [[nodiscard]] std::string_view configured(std::string_view key) const;  // Empty: not set.
  [[nodiscard]] bool configuration_lost() const { return configuration_lost_; }
  void set_standby_version(const Version& version);
  void activate_standby();  // The next boot starts the other image.

 private:
  struct Impl;  // Timers and bookkeeping of boots, supervisors, leaks.
  friend struct Impl;

  Context context_;
  const NodeConfig& config_;
  Entity node_;
  std::uint64_t stable_id_;
  Firmware firmware_;
  HostState host_ = HostState::off;
  std::array<bool, 3> planes_{};
  std::vector<Process> processes_;
  Chip chip_;
  std::vector<PortFault> port_faults_;
  std::vector<bool> port_enabled_;
  Configuration running_, startup_;
  bool configuration_lost_ = false;
  bool panic_reboots_ = true;
  SimTime booted_at_;
  SimTime powered_at_;
  std::uint32_t boots_ = 0;
  std::vector<OsListener*> listeners_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_OS_SWITCH_OS_H_
