// Process: a daemon of the switch OS, and which daemons an OS has.
//
// One process per function of the node's kind unless the topology file names its own; a named one
// takes the place of the default with the same name or function, or stands beside them with the
// function `other`. Names are views into the configuration or into literals.
// Not modelled: threads, scheduling, the time a process needs to come up (it runs at once).

#ifndef SWITCHFAULT_OS_PROCESS_H_
#define SWITCHFAULT_OS_PROCESS_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include <switchfault/catalog.h>
#include <switchfault/entity.h>
#include <switchfault/observation.h>
#include <switchfault/topology.h>
#include <switchfault/units.h>

namespace switchfault {

enum class ProcessFunction : std::uint8_t {
  spanning_tree,
  lacp,
  routing,
  ospf,
  bgp,
  bfd,
  first_hop_redundancy,
  mac_learning,
  neighbor_resolution,
  table_programmer,
  sessions,
  health_checks,
  management,
  other,
};
inline constexpr std::size_t kProcessFunctions = 14;

// As written in files: "spanning_tree".
std::string_view function_name(ProcessFunction function);

// Index of a process within its instance.
enum class ProcessIndex : std::uint16_t { none = 0xffff };

struct Process {
  std::string_view name;
  ProcessFunction function = ProcessFunction::other;
  ProcessState state = ProcessState::stopped;
  Entity entity;
  Bytes memory_at_start;
  Bytes lost;     // By leaks, until leak_since.
  ByteRate leak;  // Grows linearly from leak_since.
  SimTime leak_since;
  SimTime started;
  std::uint32_t starts = 0;  // Since the last boot.
  SupervisorPolicy supervisor;

  // Holds memory: runs or hangs.
  [[nodiscard]] bool alive() const {
    return state == ProcessState::running || state == ProcessState::hung;
  }
  // In closed form; zero unless alive.
  [[nodiscard]] Bytes memory_at(SimTime time) const;
};

// The policy of processes whose file states none: what systemd does to a service that is to be
// restarted on failure (told at once, 100 ms, five starts in 10 s); hangs go unnoticed.
SupervisorPolicy default_supervisor();

// What nodes of each kind run by default, for the catalogue; kinds without an OS are left out.
std::vector<KindProcesses> processes_by_kind();
// The processes of a node with an OS, all stopped, with entities from `process_base` on.
std::vector<Process> make_processes(const NodeConfig& config, std::uint32_t process_base);
// How many that is.
std::size_t process_count(const NodeConfig& config);

}  // namespace switchfault

#endif  // SWITCHFAULT_OS_PROCESS_H_
