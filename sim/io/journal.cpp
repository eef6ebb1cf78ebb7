// The journal: one JSON document a run (docs/journal.md).

#include <cstdlib>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <switchfault/date_time.h>
#include <switchfault/report.h>

#include "io/journal_document.h"

namespace switchfault {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchemaVersion = 1;

std::string_view basis_name(Basis basis) {
  switch (basis) {
    case Basis::reported:
      return "reported";
    case Basis::derived:
      return "derived";
    case Basis::assumed:
      return "assumed";
  }
  return "";
}

Json services(const Report& report) {
  Json rows = Json::array();
  for (const ServiceReport& row : report.services) {
    Json outages = Json::array();
    for (const Outage& outage : row.outages) {
      outages.push_back({{"start_s", seconds(outage.start)},
                         {"end_s", seconds(outage.end)},
                         {"censored", !outage.end.has_value()},
                         {"cause", outage.missing},
                         {"fault", outage.fault.empty() ? Json() : Json(outage.fault)},
                         {"action", outage.action.empty() ? Json() : Json(outage.action)}});
    }
    rows.push_back({{"service", row.service},
                    {"users", row.users},
                    {"users_count", row.users_count},
                    {"priority", row.priority},
                    {"availability", rounded(row.availability)},
                    {"state_s",
                     {{"up", seconds(row.up)},
                      {"degraded", seconds(row.degraded)},
                      {"down", seconds(row.down)}}},
                    {"outage_s", seconds(row.outage)},
                    {"outages", std::move(outages)},
                    {"longest_outage_s", seconds(row.longest_outage)},
                    {"user_minutes_lost", rounded(row.user_minutes_lost)},
                    {"user_minutes_lost_raw", rounded(row.user_minutes_lost_raw)},
                    {"detected_s", seconds(row.detected)},
                    {"recovered_s", seconds(row.recovered)}});
  }
  return rows;
}

Json traffic(const Report& report) {
  Json rows = Json::array();
  for (const TrafficInfo& source : report.traffic) {
    Json lost_by = Json::object();
    for (const auto& [disposition, packets] : source.lost_by) {
      lost_by[disposition] = packets;
    }
    Json delay = nullptr;
    if (source.delay) {
      delay = {{"min", seconds(source.delay->min)},
               {"mean", seconds(source.delay->mean)},
               {"max", seconds(source.delay->max)}};
    }
    rows.push_back({{"name", source.name},
                    {"from", source.from},
                    {"to", source.to},
                    {"packets", source.sent},
                    {"bytes", source.bytes},
                    {"delivered", source.delivered},
                    {"lost", source.lost},
                    {"lost_by", std::move(lost_by)},
                    {"first_loss_s", seconds(source.first_loss)},
                    {"last_loss_s", seconds(source.last_loss)},
                    {"delay_s", std::move(delay)}});
  }
  return rows;
}

Json probes(const Report& report) {
  Json rows = Json::array();
  for (const ProbeReport& probe : report.probes) {
    Json outages = Json::array();
    for (const ProbeReport::Gap& gap : probe.outages) {
      outages.push_back(
          {{"start_s", seconds(gap.start)}, {"end_s", seconds(gap.end)}, {"lost", gap.lost}});
    }
    rows.push_back({{"from", probe.from},
                    {"to", probe.to},
                    {"sent", probe.sent},
                    {"lost", probe.lost},
                    {"outages", std::move(outages)}});
  }
  return rows;
}

Json faults(const Report& report) {
  Json rows = Json::array();
  for (const FaultReport& fault : report.faults) {
    rows.push_back({{"name", fault.name},
                    {"kind", fault.kind},
                    {"alternative", fault.alternative.empty() ? Json() : Json(fault.alternative)},
                    {"nodes", fault.nodes},
                    {"injections", fault.injections},
                    {"first_injected_s", seconds(fault.first_injected)},
                    {"last_cleared_s", seconds(fault.last_cleared)},
                    {"latent", fault.latent},
                    {"first_effect_s", seconds(fault.first_effect)},
                    {"affected", fault.affected},
                    {"not_sprung", fault.not_sprung},
                    {"exercised", fault.exercised}});
  }
  return rows;
}

Json actions(const Report& report) {
  Json rows = Json::array();
  for (const ActionReport& action : report.actions) {
    rows.push_back({{"step", action.step},
                    {"action", action.action},
                    {"target", action.target},
                    {"started_s", seconds(action.started)},
                    {"ended_s", seconds(action.ended)},
                    {"outcome", action.outcome},
                    {"reason", action.reason.empty() ? Json() : Json(action.reason)}});
  }
  return rows;
}

Json assumptions(const Report& report) {
  Json rows = Json::array();
  for (const Assumption& assumption : report.assumptions) {
    rows.push_back(
        {{"path", assumption.path},
         {"value", assumption.value},
         {"basis", basis_name(assumption.basis)},
         {"calibrated", assumption.calibrated},
         {"range", assumption.low.empty() ? Json() : Json({assumption.low, assumption.high})},
         {"source", assumption.source}});
  }
  return rows;
}

Json expectations(const Report& report) {
  Json rows = Json::array();
  for (const ExpectationReport& expectation : report.expectations) {
    rows.push_back({{"name", expectation.name},
                    {"held", expectation.judged ? Json(expectation.held) : Json()},
                    {"observed", expectation.observed},
                    {"basis", expectation.basis.empty() ? Json() : Json(expectation.basis)}});
  }
  return rows;
}

Json critical_path(const Report& report) {
  Json rows = Json::array();
  for (const CriticalPathPart& part : report.critical_path) {
    rows.push_back({{"phase", part.phase}, {"time_s", seconds(part.time)}});
  }
  return rows;
}

}  // namespace

double rounded(double value) {
  return std::strtod(fmt::format("{:.9g}", value).c_str(), nullptr);
}

double seconds(Duration duration) {
  return static_cast<double>(duration.count()) / 1e9;
}
double seconds(SimTime time) {
  return seconds(time.time_since_epoch());
}
nlohmann::ordered_json seconds(const std::optional<SimTime>& time) {
  return time ? Json(seconds(*time)) : Json();
}

Json journal_document(const Report& report) {
  return {{"format", "switchfault-journal"},
          {"schema_version", kSchemaVersion},
          {"program_version", report.program_version},
          {"scenario", {{"title", report.title}, {"notice", report.notice}}},
          {"strategy", report.strategy.empty() ? Json() : Json(report.strategy)},
          {"seed", report.seed},
          {"fingerprint", report.fingerprint},
          {"log_weight", rounded(report.log_weight)},
          {"verdict", report.verdict},
          {"not_exercised", report.not_exercised},
          {"incomplete", report.interrupted},
          {"clock",
           {{"start", format_date_time(report.start_unix_ns, Duration::zero())},
            {"duration_s", seconds(report.duration)}}},
          {"clocks",
           {{"fault_repaired_s", seconds(report.fault_repaired)},
            {"network_reachable_s", seconds(report.network_reachable)},
            {"service_reachable_s", seconds(report.service_reachable)}}},
          {"totals",
           {{"user_minutes_lost", rounded(report.user_minutes_lost)},
            {"any_service_down_s", seconds(report.any_service_down)}}},
          {"services", services(report)},
          {"probes", probes(report)},
          {"traffic", traffic(report)},
          {"faults", faults(report)},
          {"actions", actions(report)},
          {"critical_path", critical_path(report)},
          {"assumptions", assumptions(report)},
          {"not_modelled", report.not_modelled},
          {"expectations", expectations(report)}};
}

std::string journal_json(const Report& report) {
  return journal_document(report).dump(2) + "\n";
}

}  // namespace switchfault
