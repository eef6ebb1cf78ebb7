// `switchfault why`: from a service outage back to a line of the scenario.

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <switchfault/diagnostic.h>
#include <switchfault/report.h>

#include "report/cause_chain.h"
#include "report/observation_text.h"
#include "report/service_report.h"

namespace switchfault {
namespace {

// Why no demand is recorded for the service.
std::string unknown_demand(const Scenario& scenario, const std::string& service,
                           const std::string& users) {
  std::vector<std::string_view> services;
  for (const ServiceConfig& known : scenario.services) {
    services.emplace_back(known.name);
  }
  if (std::find(services.begin(), services.end(), service) == services.end()) {
    return fmt::format("there is no service '{}'; {}", service, suggestion(service, services));
  }
  std::vector<std::string_view> groups;
  for (const UserGroupConfig& group : scenario.users) {
    groups.emplace_back(group.name);
  }
  if (!users.empty() && std::find(groups.begin(), groups.end(), users) == groups.end()) {
    return fmt::format("there is no user group '{}'; {}", users, suggestion(users, groups));
  }
  return users.empty() ? fmt::format(
                             "no users use '{}' themselves, so nothing measures it; ask "
                             "about a service that depends on it",
                             service)
                       : fmt::format("the users '{}' do not use '{}'", users, service);
}

// The demand of the service whose state is worst then, of the named users or of any.
std::uint32_t worst_demand(const Scenario& scenario, const RunLog& log, const std::string& service,
                           const std::string& users, SimTime at) {
  std::uint32_t worst = static_cast<std::uint32_t>(log.demands.size());
  double share = 2;
  bool known = false;
  for (std::uint32_t i = 0; i < log.demands.size(); ++i) {
    const DemandInfo& demand = log.demands[i];
    if (demand.service_name != service || (!users.empty() && demand.users_name != users)) {
      continue;
    }
    known = true;
    const double now = demand_at(log, i, at).share;
    if (now < share) {
      share = now;
      worst = i;
    }
  }
  if (!known) {
    throw std::invalid_argument(unknown_demand(scenario, service, users));
  }
  return worst;
}

std::string source_line(const Scenario& scenario, SourcePos at) {
  if (!at.known() || at.file >= scenario.files.size()) {
    return "";
  }
  const SourceFile& file = scenario.files[at.file];
  std::string line(file.line(at.line));
  line.erase(0, line.find_first_not_of(" \t"));
  return fmt::format("{}:{}:{}: {}", file.path, at.line, at.column, line);
}

}  // namespace

std::string explain(const Scenario& scenario, const RunLog& log, const std::string& service,
                    const std::string& users, Duration at) {
  const std::uint32_t demand = worst_demand(scenario, log, service, users, kTimeZero + at);
  const DemandInfo& info = log.demands[demand];
  const DemandAt state = demand_at(log, demand, kTimeZero + at);
  if (state.since == nullptr || state.share >= 1) {
    throw std::invalid_argument(fmt::format("{} is fully served for {} at {}", info.service_name,
                                            info.users_name, format_duration(at)));
  }
  std::string text =
      fmt::format("At {} {} of the demand of {} for {} is served. Why:\n", format_duration(at),
                  fmt::format("{:.3g} %", 100 * state.share), info.users_name, info.service_name);
  const auto since = static_cast<ObservationId>(state.since - log.observations.data());
  SourcePos origin;
  int depth = 0;
  for (const ObservationId id : cause_chain(log, since, kTimeZero + at)) {
    const Observation& observation = log.observations[static_cast<std::size_t>(id)];
    text += fmt::format("{:>{}}{}\n", "", 2 + 2 * std::min(depth++, 20),
                        observation_text(log, observation, std::chrono::milliseconds{1}));
    if (observation.kind == ObservationKind::fault_injected) {
      origin = log.faults[observation.subject.index()].at;
    }
  }
  const std::string line = source_line(scenario, origin);
  return text + (line.empty() ? "no fault of the scenario stands behind it\n" : line + "\n");
}

}  // namespace switchfault
