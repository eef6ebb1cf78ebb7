#include <switchfault/observation.h>

namespace switchfault {

std::string_view observation_name(ObservationKind kind) {
  switch (kind) {
#define SF_NAME(name)         \
  case ObservationKind::name: \
    return #name
    SF_NAME(run_started);
    SF_NAME(fault_injected);
    SF_NAME(fault_cleared);
    SF_NAME(fault_alternative);
    SF_NAME(host_state);
    SF_NAME(boot_started);
    SF_NAME(boot_failed);
    SF_NAME(plane_state);
    SF_NAME(process_state);
    SF_NAME(memory_state);
    SF_NAME(cpu_state);
    SF_NAME(configuration);
    SF_NAME(firmware);
    SF_NAME(table_stale);
    SF_NAME(table_corrupted);
    SF_NAME(table_full);
    SF_NAME(management);
    SF_NAME(port_carrier);
    SF_NAME(port_loss);
    SF_NAME(link_state);
    SF_NAME(port_role);
    SF_NAME(port_state);
    SF_NAME(root_bridge);
    SF_NAME(gateway_state);
    SF_NAME(adjacency);
    SF_NAME(malformed_frame);
    SF_NAME(ownership);
    SF_NAME(mlag_state);
    SF_NAME(pool_member);
    SF_NAME(storm);
    SF_NAME(session_table);
    SF_NAME(server_state);
    SF_NAME(dependency_state);
    SF_NAME(service_share);
    SF_NAME(service_state);
    SF_NAME(sessions_broken);
    SF_NAME(poll_state);
    SF_NAME(alarm);
    SF_NAME(call_received);
    SF_NAME(incident_detected);
    SF_NAME(diagnosis_started);
    SF_NAME(diagnosis_wrong);
    SF_NAME(diagnosis_done);
    SF_NAME(person_called);
    SF_NAME(person_ready);
    SF_NAME(person_released);
    SF_NAME(vendor_called);
    SF_NAME(artefact_available);
    SF_NAME(step_started);
    SF_NAME(step_waiting);
    SF_NAME(step_done);
    SF_NAME(step_failed);
    SF_NAME(step_skipped);
    SF_NAME(action_started);
    SF_NAME(action_blocked);
    SF_NAME(action_failed);
    SF_NAME(action_done);
    SF_NAME(action_verified);
    SF_NAME(strategy_done);
    SF_NAME(probe_state);
    SF_NAME(steady_state);
    SF_NAME(run_ended);
#undef SF_NAME
  }
  return "unknown";
}

bool hidden_from_operations(ObservationKind kind) {
  return kind == ObservationKind::fault_injected || kind == ObservationKind::fault_cleared ||
         kind == ObservationKind::fault_alternative || kind == ObservationKind::table_corrupted ||
         kind == ObservationKind::port_loss || kind == ObservationKind::table_stale;
}

}  // namespace switchfault
