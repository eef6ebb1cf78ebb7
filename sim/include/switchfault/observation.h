// Observation: a change of state that a user or an operator could notice, with its cause.
//
// The log of observations is the one result of a run: triggers and operations read it while it
// grows, reports are pure folds over it, `why` follows its causes back to a line of the scenario.
// A hello or a successful poll is never an observation, nor is anything that depends on how the
// program computes (event counts, wall time, skipping).

#ifndef SWITCHFAULT_OBSERVATION_H_
#define SWITCHFAULT_OBSERVATION_H_

#include <cstdint>
#include <string_view>

#include <switchfault/entity.h>
#include <switchfault/units.h>

namespace switchfault {

// Index of an observation in the log; the reason why something happens.
enum class ObservationId : std::uint32_t { none = 0xffffffff };

// Index of an interned text of the log; 0 is the empty text.
enum class TextId : std::uint32_t { none = 0 };

// Meaning of (subject, object, value, text) per kind. Closed: switched over without default.
enum class ObservationKind : std::uint8_t {
  run_started,        // scenario
  fault_injected,     // fault, node or port hit
  fault_cleared,      // fault, node; text: by what
  fault_alternative,  // scenario; text: the alternative drawn (hidden from operations)
  host_state,         // node; value HostState
  boot_started,       // node; value BootKind; text: why
  boot_failed,        // node; text: why
  plane_state,        // node; value: 2 * Plane + (1 when it serves)
  process_state,      // process, node; value ProcessState
  memory_state,       // node; value: percent in use when a threshold is crossed
  cpu_state,          // node; value: percent
  configuration,      // node; text: key = value, or "lost"
  firmware,           // node; text: OS and version now running
  table_stale,        // node; value 1: decisions wait for the programmer, 0: chip agrees again
  table_corrupted,    // node; value: entries hit; invisible to operations
  table_full,         // node; text: table; value 1 full, 0 room again
  management,         // node; value 1: logins work
  port_carrier,       // port, node; value 1: carrier
  port_loss,          // port, node; value: loss share in parts per billion; invisible
  link_state,         // link; value 1: whole
  port_role,          // port or aggregate, node; value: protocol's role; text: protocol, VLAN
  port_state,         // port or aggregate, node; 0 discarding 1 learning 2 forwarding; text: VLAN
  root_bridge,        // node, root node; text: VLAN
  gateway_state,     // interface, node; value: 0 initialise 1 backup 2 master; text: virtual router
  adjacency,         // interface, neighbour node; value 1: up, 0: down; text: protocol, neighbour
  malformed_frame,   // interface, neighbour node; value 0 ignored 1 routes withdrawn 2 reset
  ownership,         // node; value 1: active of its pair, 0: standby
  mlag_state,        // node; value 1: peer link up, 0: down; text: outcome
  pool_member,       // node (load balancer), host; value 1: in the pool
  storm,             // domain, node where it was found; value: 1 began, 0 ended
  session_table,     // node; value: sessions dropped; text: why
  server_state,      // service, host; value: ServerState
  dependency_state,  // service, host it is needed at; value: 1 met 0 missing; text: which, and why
  service_share,     // demand, place of the failure; value: delivered share, parts per billion
  service_state,     // demand; value: 2 up 1 degraded 0 down
  sessions_broken,   // demand; value: users whose sessions broke
  poll_state,        // monitor, node; value 1 answers 0 does not
  alarm,             // monitor, node; value 1 raised 0 cleared
  call_received,     // users, service
  incident_detected,   // scenario, source (monitor or users)
  diagnosis_started,   // scenario
  diagnosis_wrong,     // scenario; text: hypothesis given up
  diagnosis_done,      // scenario
  person_called,       // person, step
  person_ready,        // person, step
  person_released,     // person
  vendor_called,       // scenario
  artefact_available,  // scenario; text: artefact
  step_started,        // step
  step_waiting,        // step; text: what it waits for
  step_done,           // step
  step_failed,         // step; text: why
  step_skipped,        // step; text: why
  action_started,      // action, node or service
  action_blocked,      // action, first missing link; text: its name
  action_failed,       // action, node; text: why
  action_done,         // action, node
  action_verified,     // action, node; value 1 held 0 did not
  strategy_done,       // strategy; value 1: every step done
  probe_state,         // probe; value 1 answered 0 lost; text: disposition
  steady_state,        // expectation; value 1 held
  run_ended,           // scenario
};

// snake_case name of the kind as written in events files and expectations.
std::string_view observation_name(ObservationKind kind);
// True for what no operator can see: truth for the report only.
bool hidden_from_operations(ObservationKind kind);

struct Observation {
  SimTime at;
  std::int64_t value = 0;
  Entity subject;
  Entity object;
  TextId text = TextId::none;
  ObservationId cause = ObservationId::none;
  ObservationKind kind = ObservationKind::run_started;
  friend bool operator==(const Observation&, const Observation&) = default;
};

// Values carried by observations. Closed sets.
enum class HostState : std::uint8_t { off, booting, up, hung, panicked, failed };
enum class Plane : std::uint8_t { data, control, management };
enum class ProcessState : std::uint8_t { stopped, starting, running, hung, crashed, given_up };
enum class ServerState : std::uint8_t { down, starting, up };
enum class ServiceState : std::uint8_t { down, degraded, up };

}  // namespace switchfault

#endif  // SWITCHFAULT_OBSERVATION_H_
