#include <algorithm>
#include <limits>
#include <map>
#include <string>

#include <switchfault/report.h>

#include "report/cause_chain.h"
#include "report/critical_path.h"
#include "report/expectations.h"
#include "report/service_report.h"
#include "report/state_timeline.h"

namespace switchfault {
namespace {

bool is_fault_bookkeeping(ObservationKind kind) {
  return kind == ObservationKind::fault_injected || kind == ObservationKind::fault_cleared;
}

constexpr std::size_t kNoStrike = std::numeric_limits<std::size_t>::max();

// For every observation the strike of a fault that it goes back to, or none: one pass, causes point
// backwards.
std::vector<std::size_t> root_strikes(const RunLog& log) {
  std::vector<std::size_t> roots(log.observations.size(), kNoStrike);
  for (std::size_t i = 0; i < log.observations.size(); ++i) {
    const Observation& observation = log.observations[i];
    if (observation.kind == ObservationKind::fault_injected) {
      roots[i] = i;
    } else if (observation.cause != ObservationId::none) {
      roots[i] = roots[static_cast<std::size_t>(observation.cause)];
    }
  }
  return roots;
}

void add_once(std::vector<std::string>& names, std::string_view name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    names.emplace_back(name);
  }
}

std::vector<FaultReport> fold_faults(const RunLog& log, const std::vector<std::size_t>& roots) {
  std::vector<FaultReport> reports;
  for (const FaultInfo& info : log.faults) {
    reports.push_back({.name = info.name,
                       .kind = info.kind,
                       .alternative = info.alternative,
                       .latent = info.latent});
  }
  for (std::size_t i = 0; i < log.observations.size(); ++i) {
    const Observation& observation = log.observations[i];
    if (observation.kind == ObservationKind::fault_cleared) {
      reports[observation.subject.index()].last_cleared = observation.at;
    } else if (observation.kind == ObservationKind::fault_injected) {
      FaultReport& report = reports[observation.subject.index()];
      ++report.injections;
      report.first_injected = report.first_injected.value_or(observation.at);
      add_once(report.nodes, log.name(observation.object));
    } else if (roots[i] != kNoStrike) {
      const Observation& strike = log.observations[roots[i]];
      FaultReport& report = reports[strike.subject.index()];
      report.exercised = true;
      report.first_effect = report.first_effect.value_or(observation.at);
      add_once(report.affected, log.name(strike.object));
    }
  }
  for (std::size_t i = 0; i < reports.size(); ++i) {
    FaultReport& report = reports[i];
    report.not_sprung =
        report.latent && !report.exercised && (report.first_injected || log.faults[i].awaits_event);
  }
  return reports;
}

// The fault or action behind each outage: what began it, or what kept it going until its end.
void name_origins(const RunLog& log, std::vector<ServiceReport>& services) {
  for (ServiceReport& row : services) {
    for (Outage& outage : row.outages) {
      const Entity origin = behind(log, outage.cause, outage.end.value_or(log.end));
      if (origin.kind() == EntityKind::fault) {
        outage.fault = log.faults[origin.index()].name;
      } else if (origin.kind() == EntityKind::action) {
        outage.action = log.name(origin);
      }
    }
  }
}

// When the last fault had been cleared; none while one is active or none has struck. A latent one
// that has not sprung on a node needs no repair there.
std::optional<SimTime> fault_repaired(const RunLog& log, const std::vector<FaultReport>& faults) {
  std::map<std::pair<Entity, Entity>, bool> active;
  std::optional<SimTime> repaired;
  for (const Observation& observation : log.observations) {
    if (!is_fault_bookkeeping(observation.kind)) {
      continue;
    }
    const FaultReport& fault = faults[observation.subject.index()];
    const auto& affected = fault.affected;
    if (fault.latent && std::find(affected.begin(), affected.end(), log.name(observation.object)) ==
                            affected.end()) {
      continue;
    }
    active[{observation.subject, observation.object}] =
        observation.kind == ObservationKind::fault_injected;
    const bool any =
        std::any_of(active.begin(), active.end(), [](const auto& entry) { return entry.second; });
    repaired = any ? std::nullopt : std::optional(observation.at);
  }
  return repaired;
}

// When the last demand had its network back, and when it was served again.
void set_reachable(const RunLog& log, Report& report) {
  std::map<std::uint32_t, bool> network_bad;
  std::map<std::uint32_t, bool> service_bad;
  for (const Observation& observation : log.observations) {
    if (observation.kind != ObservationKind::service_share) {
      continue;
    }
    const std::uint32_t demand = observation.subject.index();
    const bool full = observation.value >= 1'000'000'000;
    const bool bad_network = lacks_network(log, observation);
    if (network_bad[demand] && !bad_network) {
      report.network_reachable = observation.at;
    }
    if (service_bad[demand] && full) {
      report.service_reachable = observation.at;
    }
    network_bad[demand] = bad_network;
    service_bad[demand] = !full;
  }
  const auto any = [](const std::map<std::uint32_t, bool>& map) {
    return std::any_of(map.begin(), map.end(), [](const auto& entry) { return entry.second; });
  };
  if (any(network_bad)) {
    report.network_reachable.reset();
  }
  if (any(service_bad)) {
    report.service_reachable.reset();
  }
}

std::vector<ActionReport> fold_actions(const RunLog& log) {
  std::vector<ActionReport> reports;
  std::map<Entity, std::size_t> open;
  for (const Observation& observation : log.observations) {
    if (observation.subject.kind() != EntityKind::action) {
      continue;
    }
    const std::string text(log.text(observation.text));
    const auto found = open.find(observation.subject);
    if (found == open.end()) {
      open[observation.subject] = reports.size();
      reports.push_back({.step = std::string(log.name(observation.subject)),
                         .action = text,
                         .target = std::string(log.name(observation.object)),
                         .started = observation.at,
                         .outcome = "running"});
    }
    ActionReport& report = reports[open[observation.subject]];
    if (observation.kind == ObservationKind::action_blocked) {
      report.outcome = "blocked";
      report.reason = text;
      report.ended = observation.at;
    } else if (observation.kind == ObservationKind::action_failed) {
      report.outcome = "failed";
      report.reason = text;
      report.ended = observation.at;
    } else if (observation.kind == ObservationKind::action_done) {
      report.outcome = "done";
      report.ended = observation.at;
    } else if (observation.kind == ObservationKind::action_verified && observation.value == 0) {
      report.outcome = "failed";
      report.reason = "not verified: " + text;
      report.ended = observation.at;
    }
  }
  return reports;
}

// Gaps of probes: from the first lost request to the next good one.
std::vector<ProbeReport> fold_probes(const Scenario& scenario, const RunLog& log) {
  std::vector<ProbeReport> reports;
  for (const ProbeConfig& probe : scenario.probes) {
    ProbeReport report{.from = probe.from.text, .to = probe.to.text};
    const Duration total = log.end - kTimeZero;
    report.sent = static_cast<std::uint64_t>(total / probe.interval) + 1;
    const auto lost_between = [&](SimTime start, SimTime end) {
      return static_cast<std::uint64_t>((end - start) / probe.interval);
    };
    for (const Observation& observation : log.observations) {
      if (observation.kind != ObservationKind::probe_state ||
          log.name(observation.subject) != probe.name) {
        continue;
      }
      if (observation.value == 0) {
        report.outages.push_back({.start = observation.at});
      } else if (!report.outages.empty()) {
        ProbeReport::Gap& gap = report.outages.back();
        gap.end = observation.at;
        gap.lost = lost_between(gap.start, observation.at);
      }
    }
    if (!report.outages.empty() && !report.outages.back().end) {
      report.outages.back().lost = lost_between(report.outages.back().start, log.end) + 1;
    }
    for (const ProbeReport::Gap& gap : report.outages) {
      report.lost += gap.lost;
    }
    reports.push_back(std::move(report));
  }
  return reports;
}

// Time during which at least one service x users was down.
Duration any_down(const std::vector<ServiceReport>& services, SimTime end) {
  std::vector<std::pair<SimTime, int>> edges;
  for (const ServiceReport& row : services) {
    for (const Outage& outage : row.outages) {
      edges.emplace_back(outage.start, 1);
      edges.emplace_back(outage.end.value_or(end), -1);
    }
  }
  std::sort(edges.begin(), edges.end());
  Duration sum{};
  int down = 0;
  SimTime since = kTimeZero;
  for (const auto& [at, step] : edges) {
    if (down > 0) {
      sum += at - since;
    }
    since = at;
    down += step;
  }
  return sum;
}

std::string verdict(const Report& report) {
  const bool failed = std::any_of(report.expectations.begin(), report.expectations.end(),
                                  [](const ExpectationReport& e) { return e.judged && !e.held; });
  return failed || report.not_exercised ? "fail" : "pass";
}

}  // namespace

std::string_view program_version() {
  return SWITCHFAULT_VERSION;
}

Report make_report(const Scenario& scenario, const RunLog& log) {
  Report report{.title = scenario.title,
                .notice = scenario.notice,
                .scenario_path = scenario.files.empty() ? "" : scenario.files.front().path,
                .strategy = log.strategy,
                .seed = log.seed,
                .fingerprint = log.fingerprint,
                .program_version = std::string(program_version()),
                .log_weight = log.log_weight,
                .start_unix_ns = scenario.clock.start_unix_ns,
                .duration = log.end - kTimeZero};
  report.services = fold_services(scenario, log);
  name_origins(log, report.services);
  report.faults = fold_faults(log, root_strikes(log));
  report.fault_repaired = fault_repaired(log, report.faults);
  set_reachable(log, report);
  report.probes = fold_probes(scenario, log);
  report.traffic = log.traffic;
  report.actions = fold_actions(log);
  report.assumptions = scenario.assumptions;
  for (const ServiceReport& row : report.services) {
    report.user_minutes_lost += row.user_minutes_lost;
  }
  report.any_service_down = any_down(report.services, log.end);
  report.not_modelled = log.not_modelled;
  report.interrupted = log.interrupted;
  report.not_exercised =
      std::any_of(report.faults.begin(), report.faults.end(),
                  [](const FaultReport& fault) { return !fault.exercised && !fault.not_sprung; });
  report.critical_path = critical_path(log, report);
  report.expectations = judge(scenario, log, report);
  report.verdict = verdict(report);
  return report;
}

}  // namespace switchfault
