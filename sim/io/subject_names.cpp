#include "io/subject_names.h"

#include <algorithm>

#include <fmt/format.h>

namespace switchfault {
namespace {

// Names compared for a hint; more would cost more than it helps.
constexpr std::size_t kMostHinted = 20'000;
constexpr std::string_view kFor = " for ";
constexpr std::string_view kTo = " -- ";
constexpr std::int64_t kMostVlans = 4094;

bool has(const std::vector<std::string_view>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool uses(const UserGroupConfig& group, std::string_view service) {
  return group.uses.empty() || std::any_of(group.uses.begin(), group.uses.end(),
                                           [&](const Name& name) { return name.text == service; });
}

bool in_range(std::string_view digits, std::int64_t most) {
  const auto number = parse_integer(digits);
  return number && *number >= 1 && *number <= most;
}

}  // namespace

SubjectNames::SubjectNames(const References& all) : all_(all) {
  for (const NameTable* const table : {&all.nodes, &all.services, &all.users, &all.monitors,
                                       &all.chains, &all.artefacts, &all.faults, &all.strategies}) {
    std::for_each(table->names().begin(), table->names().end(),
                  [&](std::string_view name) { add(name); });
  }
  for (const StrategyConfig& strategy : all.scenario.strategies) {
    for (const StepConfig& step : strategy.steps) {
      add(step.name);
      add(step.action);  // What an attempt says it does.
    }
  }
  for (const ProbeConfig& probe : all.scenario.probes) {
    add(probe.name);
  }
  for (const FaultAlternatives& one_of : all.scenario.one_of) {
    for (const FaultAlternatives::Alternative& alternative : one_of.alternatives) {
      add(alternative.name);
    }
  }
  if (all.scenario.operations.diagnosis) {
    for (const Hypothesis& wrong : all.scenario.operations.diagnosis->wrong) {
      add(wrong.name);
    }
  }
  add("scenario");
  for (const LinkConfig& link : all.scenario.topology.links) {
    linked_[link.a.node.text].push_back(link.a.port);
    linked_[link.b.node.text].push_back(link.b.port);
  }
}

void SubjectNames::add(std::string_view name) {
  if (single_.emplace(name, true).second) {
    names_.push_back(name);
  }
}

bool SubjectNames::contains(std::string_view subject) const {
  return single_.contains(subject) || is_demand(subject) || is_port(subject) ||
         is_part_of_node(subject) || is_person(subject) || is_link(subject) || is_domain(subject);
}

std::string SubjectNames::hint(std::string_view subject) const {
  std::vector<std::string> made;
  const auto make = [&](std::string_view head, std::string_view between, const Words& tails) {
    for (const std::string_view tail : tails) {
      made.push_back(fmt::format("{}{}{}", head, between, tail));
    }
  };
  if (subject.find(kFor) != std::string_view::npos) {
    for (const ServiceConfig& service : all_.scenario.services) {
      for (const UserGroupConfig& group : all_.scenario.users) {
        if (made.size() < kMostHinted && uses(group, service.name)) {
          make(service.name, kFor, {group.name});
        }
      }
    }
  } else if (const std::size_t colon = subject.find(':'); colon != std::string_view::npos) {
    make(subject.substr(0, colon), ":", ports_of(subject.substr(0, colon)));
  } else if (const NodeConfig* const owner = node(subject.substr(0, subject.find(' ')))) {
    make(owner->name, " ", parts_of(*owner));
  }
  if (!made.empty()) {
    return suggestion(subject, {made.begin(), made.end()});
  }
  return suggestion(subject, {names_.begin(), names_.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                                   names_.size(), kMostHinted))});
}

const NodeConfig* SubjectNames::node(std::string_view name) const {
  const auto index = all_.nodes.find(name);
  return index ? &all_.scenario.topology.nodes[*index] : nullptr;
}

bool SubjectNames::is_port(std::string_view text) const {
  const std::size_t colon = text.find(':');
  return colon != std::string_view::npos &&
         has(ports_of(text.substr(0, colon)), text.substr(colon + 1));
}

bool SubjectNames::is_link(std::string_view text) const {
  const std::size_t middle = text.find(kTo);
  if (middle == std::string_view::npos) {
    return false;
  }
  const std::string_view a = text.substr(0, middle);
  const std::string_view b = text.substr(middle + kTo.size());
  const auto is = [](const LinkEnd& end, std::string_view written) {
    return written == fmt::format("{}:{}", end.node.text, end.port);
  };
  return std::any_of(all_.scenario.topology.links.begin(), all_.scenario.topology.links.end(),
                     [&](const LinkConfig& link) { return is(link.a, a) && is(link.b, b); });
}

bool SubjectNames::is_part_of_node(std::string_view text) const {
  const std::size_t blank = text.find(' ');
  const NodeConfig* const owner = node(text.substr(0, blank));
  return blank != std::string_view::npos && owner != nullptr &&
         has(parts_of(*owner), text.substr(blank + 1));
}

// "network-team 2"
bool SubjectNames::is_person(std::string_view text) const {
  const std::size_t blank = text.rfind(' ');
  const auto index =
      blank == std::string_view::npos ? std::nullopt : all_.pools.find(text.substr(0, blank));
  return index && in_range(text.substr(blank + 1), all_.scenario.operations.people[*index].count);
}

// "intranet for office"; either name may hold the word itself.
bool SubjectNames::is_demand(std::string_view text) const {
  for (std::size_t at = text.find(kFor); at != std::string_view::npos;
       at = text.find(kFor, at + 1)) {
    const std::string_view service = text.substr(0, at);
    const auto users = all_.users.find(text.substr(at + kFor.size()));
    if (all_.services.find(service) && users && uses(all_.scenario.users[*users], service)) {
      return true;
    }
  }
  return false;
}

bool SubjectNames::is_domain(std::string_view text) {
  return text.starts_with("vlan") && in_range(text.substr(4), kMostVlans);
}

SubjectNames::Words SubjectNames::ports_of(std::string_view name) const {
  const auto linked = linked_.find(name);
  Words words = linked == linked_.end() ? Words{} : linked->second;
  if (const NodeConfig* const owner = node(name)) {
    for (const PortConfig& port : owner->ports) {
      words.emplace_back(port.name);
    }
    for (const LagConfig& lag : owner->lags) {
      for (const Name& member : lag.members) {
        words.emplace_back(member.text);
      }
    }
    for (const InterfaceConfig& interface : owner->interfaces) {
      words.emplace_back(interface.name);
    }
  }
  return words;
}

SubjectNames::Words SubjectNames::parts_of(const NodeConfig& owner) const {
  Words words = ports_of(owner.name);
  for (const LagConfig& lag : owner.lags) {
    words.emplace_back(lag.name);
  }
  for (const ProcessConfig& process : owner.processes) {
    words.emplace_back(process.name);
  }
  for (const KindProcesses& kind : all_.catalog.processes) {
    if (kind.kind == owner.kind) {
      words.insert(words.end(), kind.functions.begin(), kind.functions.end());
    }
  }
  return words;
}

}  // namespace switchfault
