#include "report/observation_text.h"

#include <array>

#include <fmt/format.h>

namespace switchfault {
namespace {

template <std::size_t N>
std::string_view pick(const std::array<std::string_view, N>& names, std::int64_t value) {
  return value >= 0 && value < static_cast<std::int64_t>(N) ? names[static_cast<std::size_t>(value)]
                                                            : "?";
}

constexpr std::array<std::string_view, 6> kHost{"off",  "booting",  "up",
                                                "hung", "panicked", "failed"};
constexpr std::array<std::string_view, 4> kBoot{"cold", "fast", "warm", "power cycle"};
constexpr std::array<std::string_view, 6> kProcess{"stopped", "starting", "running",
                                                   "hung",    "crashed",  "given up"};
constexpr std::array<std::string_view, 6> kPlane{"data plane down",    "data plane serves",
                                                 "control plane down", "control plane serves",
                                                 "management down",    "management plane serves"};
constexpr std::array<std::string_view, 3> kPort{"discarding", "learning", "forwarding"};
constexpr std::array<std::string_view, 5> kRole{"disabled", "root", "designated", "alternate",
                                                "backup"};
constexpr std::array<std::string_view, 3> kGateway{"initialise", "backup", "master"};
constexpr std::array<std::string_view, 3> kMalformed{"ignored", "its routes are withdrawn",
                                                     "the session ends"};
constexpr std::array<std::string_view, 3> kServer{"down", "starting", "up"};
constexpr std::array<std::string_view, 3> kService{"down", "degraded", "up"};

// What the value and text of the kind say, without subject and time.
std::string said(const RunLog& log, const Observation& o) {
  const std::string_view text = log.text(o.text);
  const std::string_view object = log.name(o.object);
  const auto on_off = [&](std::string_view on, std::string_view off) {
    return std::string(o.value != 0 ? on : off);
  };
  using Kind = ObservationKind;
  switch (o.kind) {
    case Kind::run_started:
      return "run started";
    case Kind::fault_injected:
      return fmt::format("fault strikes {}", object);
    case Kind::fault_cleared:
      return fmt::format("fault cleared on {} by {}", object, text);
    case Kind::fault_alternative:
      return fmt::format("drawn: {}", text);
    case Kind::host_state:
      return fmt::format("host {}", pick(kHost, o.value));
    case Kind::boot_started:
      return fmt::format("{} boot starts{}{}", pick(kBoot, o.value), text.empty() ? "" : ": ",
                         text);
    case Kind::boot_failed:
      return fmt::format("boot failed: {}", text);
    case Kind::plane_state:
      return std::string(pick(kPlane, o.value));
    case Kind::process_state:
      return fmt::format("process {}", pick(kProcess, o.value));
    case Kind::memory_state:
      return fmt::format("memory {} % in use", o.value);
    case Kind::cpu_state:
      return fmt::format("CPU load {} %", o.value);
    case Kind::configuration:
      return fmt::format("configuration {}", text);
    case Kind::firmware:
      return fmt::format("runs {}", text);
    case Kind::table_stale:
      return on_off("decisions wait for the table programmer", "chip agrees again");
    case Kind::table_corrupted:
      return fmt::format("table corrupted: {}", text);
    case Kind::table_full:
      return fmt::format("{} table {}", text, o.value != 0 ? "full" : "has room again");
    case Kind::management:
      return on_off("logins work", "logins fail");
    case Kind::port_carrier:
      return on_off("carrier up", "carrier lost");
    case Kind::port_loss:
      return fmt::format("loses {:.3g} % of frames", static_cast<double>(o.value) / 1e7);
    case Kind::link_state:
      return on_off("link whole", "link cut");
    case Kind::port_role:
      return fmt::format("role {}, by {}", pick(kRole, o.value), text);
    case Kind::port_state:
      return fmt::format("{}{}{}", pick(kPort, o.value), text.empty() ? "" : " in ", text);
    case Kind::root_bridge:
      return fmt::format("root bridge{}{} is {}", text.empty() ? "" : " in ", text, object);
    case Kind::gateway_state:
      return fmt::format("gateway {} {}", text, pick(kGateway, o.value));
    case Kind::adjacency:
      return fmt::format("{} {}", text, o.value != 0 ? "up" : "down");
    case Kind::malformed_frame:
      return fmt::format("{}: {}", text, pick(kMalformed, o.value));
    case Kind::ownership:
      return on_off("active of its pair", "standby of its pair");
    case Kind::mlag_state:
      return fmt::format("peer link {}{}{}", o.value != 0 ? "up" : "down", text.empty() ? "" : ": ",
                         text);
    case Kind::pool_member:
      return fmt::format("pool member {} {}", object, o.value != 0 ? "in" : "out");
    case Kind::storm:
      return on_off("broadcast storm", "broadcast storm over");
    case Kind::session_table:
      return fmt::format("{} sessions lost: {}", o.value, text);
    case Kind::server_state:
      return fmt::format("server on {} {}", object, pick(kServer, o.value));
    case Kind::dependency_state:
      return fmt::format("at {} {} {}", object, o.value != 0 ? "has again" : "lacks", text);
    case Kind::service_share:
      return fmt::format("{:.3g} % served{}{}{}{}", static_cast<double>(o.value) / 1e7,
                         text.empty() ? "" : ": ", text, object.empty() ? "" : " at ", object);
    case Kind::service_state:
      return fmt::format("{}{}{}{}{}", pick(kService, o.value), text.empty() ? "" : ": ", text,
                         object.empty() ? "" : " at ", object);
    case Kind::sessions_broken:
      return fmt::format("sessions of {} users broken", o.value);
    case Kind::poll_state:
      return fmt::format("{} {}", object, o.value != 0 ? "answers polls" : "does not answer");
    case Kind::alarm:
      return fmt::format("alarm for {} {}", object, o.value != 0 ? "raised" : "cleared");
    case Kind::call_received:
      return fmt::format("call about {}", object);
    case Kind::incident_detected:
      return fmt::format("incident known from {}", object);
    case Kind::diagnosis_started:
      return "diagnosis starts";
    case Kind::diagnosis_wrong:
      return fmt::format("wrong hypothesis given up: {}", text);
    case Kind::diagnosis_done:
      return "diagnosis done";
    case Kind::person_called:
      return fmt::format("called for {}", object);
    case Kind::person_ready:
      return fmt::format("ready for {}", object);
    case Kind::person_released:
      return "released";
    case Kind::vendor_called:
      return "vendor called";
    case Kind::artefact_available:
      return fmt::format("available: {}", text);
    case Kind::step_started:
      return "step starts";
    case Kind::step_waiting:
      return fmt::format("step waits for {}", text);
    case Kind::step_done:
      return "step done";
    case Kind::step_failed:
      return fmt::format("step failed: {}", text);
    case Kind::step_skipped:
      return fmt::format("step skipped: {}", text);
    case Kind::action_started:
      return fmt::format("{} on {}", text, object);
    case Kind::action_blocked:
      return fmt::format("blocked: {} is missing", text);
    case Kind::action_failed:
      return fmt::format("failed on {}: {}", object, text);
    case Kind::action_done:
      return fmt::format("{} done on {}", text, object);
    case Kind::action_verified:
      return fmt::format("verification on {} {}", object, o.value != 0 ? "held" : "did not hold");
    case Kind::strategy_done:
      return on_off("strategy done", "strategy ended with failed steps");
    case Kind::probe_state:
      return fmt::format("{}{}{}", o.value != 0 ? "answered" : "lost", text.empty() ? "" : ": ",
                         text);
    case Kind::steady_state:
      return on_off("steady state held", "steady state did not hold");
    case Kind::run_ended:
      return "run ended";
  }
  return "";
}

}  // namespace

std::string observation_text(const RunLog& log, const Observation& observation,
                             Duration resolution) {
  const Duration at = observation.at.time_since_epoch();
  return fmt::format("{} {} {}", format_duration(at - at % resolution),
                     log.name(observation.subject), said(log, observation));
}

}  // namespace switchfault
