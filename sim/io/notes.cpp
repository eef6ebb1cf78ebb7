#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include <fmt/format.h>

#include <switchfault/catalog.h>
#include <switchfault/load.h>

#include "core/node_criteria.h"
#include "io/dependency_cycles.h"
#include "io/node_kind.h"
#include "io/overlapping_networks.h"

namespace switchfault {
namespace {

constexpr std::size_t kNamesListed = 6;

// "a, b and 3 more".
std::string list_of(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kNamesListed); ++i) {
    text += fmt::format("{}{}", i == 0 ? "" : ", ", names[i]);
  }
  return names.size() > kNamesListed
             ? fmt::format("{} and {} more", text, names.size() - kNamesListed)
             : text;
}

// One note for all items of a list that something holds for: the text, then their names.
template <typename T, typename Holds>
void note_all(std::vector<LoadNote>& notes, const std::vector<T>& items, std::string_view text,
              const Holds& holds) {
  std::vector<std::string> names;
  SourcePos at;
  for (const T& item : items) {
    if (holds(item)) {
      at = names.empty() ? item.at : at;
      names.push_back(item.name);
    }
  }
  if (!names.empty()) {
    notes.push_back({at, fmt::format("{}: {}", text, list_of(names))});
  }
}

void note_start_cycles(const Scenario& scenario, std::vector<LoadNote>& notes) {
  for (const auto& cycle : dependency_cycles(scenario.services, DependencyKind::start)) {
    const auto first = std::find_if(scenario.services.begin(), scenario.services.end(),
                                    [&](const ServiceConfig& s) { return s.name == cycle[0]; });
    notes.push_back(
        {first->at, fmt::format("these services need each other to start and cannot come up "
                                "together from nothing: {}",
                                fmt::join(cycle, " -> "))});
  }
}

void note_unused_services(const Scenario& scenario, std::vector<LoadNote>& notes) {
  std::set<std::string_view> used;
  for (const UserGroupConfig& group : scenario.users) {
    if (group.uses.empty()) {
      return;  // Uses all of them.
    }
    for (const Name& service : group.uses) {
      used.insert(service.text);
    }
  }
  note_all(notes, scenario.services,
           "no users use these services themselves, so nothing measures them",
           [&](const ServiceConfig& service) { return !used.contains(service.name); });
}

// People at a place where no node stands: often a misspelt site.
void note_sites(const Scenario& scenario, std::vector<LoadNote>& notes) {
  std::set<std::string_view> sites;
  for (const NodeConfig& node : scenario.topology.nodes) {
    sites.insert(node.site);
  }
  note_all(
      notes, scenario.operations.people, "no node stands at the site of these people",
      [&](const PeoplePool& pool) { return !pool.site.empty() && !sites.contains(pool.site); });
}

void note_services(const Scenario& scenario, std::vector<LoadNote>& notes) {
  note_all(notes, scenario.services, "not modelled: a limit of logins per minute at",
           [](const ServiceConfig& s) { return s.logins_per_minute == 0; });
  note_all(notes, scenario.services,
           "not modelled: an interruption that breaks sessions (no session_gap)",
           [](const ServiceConfig& s) { return s.session_gap == Duration::zero(); });
}

void note_nodes(const Scenario& scenario, std::vector<LoadNote>& notes) {
  const std::vector<NodeConfig>& nodes = scenario.topology.nodes;
  note_all(notes, nodes, "not modelled: memory of",
           [](const NodeConfig& node) { return has_os(node.kind) && node.memory.count == 0; });
  note_all(notes, nodes, "not modelled: a limit of sessions at", [](const NodeConfig& node) {
    return node.stateful && node.stateful->session_capacity == 0;
  });
  note_all(
      notes, nodes, "no management_address, so nobody polls or logs in in band",
      [](const NodeConfig& node) { return has_os(node.kind) && node.management_address.empty(); });
  note_all(notes, nodes, "protocols stand at nodes that run no switch OS",
           [](const NodeConfig& node) { return !has_os(node.kind) && !node.protocols.empty(); });
}

// Settings of a port that no link uses are often a misspelt name.
void note_unlinked_ports(const Scenario& scenario, std::vector<LoadNote>& notes) {
  std::set<std::pair<std::string_view, std::string_view>> linked;
  for (const LinkConfig& link : scenario.topology.links) {
    linked.insert({link.a.node.text, link.a.port});
    linked.insert({link.b.node.text, link.b.port});
  }
  std::vector<std::string> names;
  SourcePos at;
  for (const NodeConfig& node : scenario.topology.nodes) {
    for (const LagConfig& lag : node.lags) {
      linked.insert({node.name, lag.name});
    }
    for (const PortConfig& port : node.ports) {
      if (!linked.contains({node.name, port.name})) {
        at = names.empty() ? port.at : at;
        names.push_back(fmt::format("{}:{}", node.name, port.name));
      }
    }
  }
  if (!names.empty()) {
    notes.push_back({at, fmt::format("settings of ports without a link: {}", list_of(names))});
  }
}

// What kinds of protocol say about their settings at both ends of links.
void note_protocols(const Scenario& scenario, std::vector<LoadNote>& notes) {
  for (const KindInfo& kind : builtin_catalog().protocols) {
    if (kind.check == nullptr) {
      continue;
    }
    for (const Remark& remark : kind.check(scenario.topology)) {
      if (!remark.refused) {
        notes.push_back({remark.at, remark.hint.empty()
                                        ? remark.text
                                        : fmt::format("{} ({})", remark.text, remark.hint)});
      }
    }
  }
}

void note_faults(const Scenario& scenario, std::vector<LoadNote>& notes) {
  const auto unstated = [](const FaultConfig& fault) { return !fault.until.stated; };
  constexpr std::string_view kText =
      "not stated which boots clear it (until: {boots: ...}), so its kind decides";
  note_all(notes, scenario.faults, kText, unstated);
  for (const FaultAlternatives& one_of : scenario.one_of) {
    for (const FaultAlternatives::Alternative& alternative : one_of.alternatives) {
      note_all(notes, alternative.faults, kText, unstated);
    }
  }
}

void note_strategies(const Scenario& scenario, std::vector<LoadNote>& notes) {
  for (const StrategyConfig& strategy : scenario.strategies) {
    std::vector<std::string> always;
    for (const StepConfig& step : strategy.steps) {
      if (!step.success) {
        always.push_back(step.name);
      }
    }
    if (!always.empty()) {
      notes.push_back(
          {strategy.at, fmt::format("not modelled: a failure of these steps of {} (no success): {}",
                                    strategy.name, list_of(always))});
    }
  }
}

void note_detection(const Scenario& scenario, std::vector<LoadNote>& notes) {
  const bool has_faults = !scenario.faults.empty() || !scenario.one_of.empty();
  const bool somebody_calls = std::any_of(scenario.users.begin(), scenario.users.end(),
                                          [](const UserGroupConfig& group) { return group.calls; });
  if (has_faults && scenario.operations.monitors.empty() && !somebody_calls) {
    notes.push_back({{}, "nothing detects a fault: no monitoring, and no users with call_after"});
  }
  if (somebody_calls && !scenario.operations.calls_stated) {
    notes.push_back({{},
                     fmt::format("operations do not say calls_to_detect: {} calls raise an "
                                 "incident",
                                 scenario.operations.calls_to_detect)});
  }
}

void note_clock(const Scenario& scenario, std::vector<LoadNote>& notes) {
  const bool has_calendar =
      std::any_of(scenario.users.begin(), scenario.users.end(),
                  [](const UserGroupConfig& group) { return !group.demand.empty(); }) ||
      std::any_of(scenario.operations.people.begin(), scenario.operations.people.end(),
                  [](const PeoplePool& pool) { return !pool.shifts.empty(); });
  if (has_calendar && !scenario.clock.start_stated) {
    notes.push_back(
        {{}, "no clock start: shifts and demand are those of Thursday, 1 January 1970"});
  }
}

}  // namespace

std::vector<LoadNote> notes(const Scenario& scenario) {
  std::vector<LoadNote> notes;
  note_clock(scenario, notes);
  note_start_cycles(scenario, notes);
  note_nodes(scenario, notes);
  note_unlinked_ports(scenario, notes);
  note_protocols(scenario, notes);
  std::ranges::move(overlapping_networks(scenario.topology), std::back_inserter(notes));
  note_services(scenario, notes);
  note_unused_services(scenario, notes);
  note_detection(scenario, notes);
  note_sites(scenario, notes);
  note_faults(scenario, notes);
  note_strategies(scenario, notes);
  return notes;
}

}  // namespace switchfault
