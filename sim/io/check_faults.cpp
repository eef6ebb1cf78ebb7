#include <algorithm>

#include <fmt/format.h>

#include "core/version.h"
#include "io/check_boots.h"
#include "io/check_node_parts.h"
#include "io/check_scenario.h"

namespace switchfault {
namespace {

// The fault that this one is a later stage of.
void check_leader(References& all, const FaultConfig& fault) {
  const Name& leader = fault.trigger.leader;
  if (fault.trigger.kind != Trigger::Kind::follows) {
    return;
  }
  if (leader.text == fault.name) {
    all.sink.error(leader.at, "a fault cannot follow itself");
    return;
  }
  std::vector<std::string_view> names;
  const auto add = [&](const std::vector<FaultConfig>& faults) {
    for (const FaultConfig& other : faults) {
      names.push_back(other.name);
    }
  };
  add(all.scenario.faults);
  for (const FaultAlternatives& one_of : all.scenario.one_of) {
    for (const FaultAlternatives::Alternative& alternative : one_of.alternatives) {
      add(alternative.faults);
    }
  }
  if (std::find(names.begin(), names.end(), leader.text) == names.end()) {
    all.sink.error(leader.at, fmt::format("there is no fault {}", in_quotes(leader.text)),
                   suggestion(leader.text, names));
  }
}

void check_fault(References& all, const FaultConfig& fault) {
  check_leader(all, fault);
  const std::vector<std::size_t> nodes = check_selector(fault.select, all, true);
  if (fault.trigger.of) {
    check_selector(*fault.trigger.of, all, false);
  }
  if (fault.trigger.kind == Trigger::Kind::wall_date && !all.scenario.clock.start_stated) {
    all.sink.error(fault.trigger.at, "a trigger by date needs the date at which the clock starts",
                   "write clock: {start: 2026-03-02T07:40:00+01:00}");
  }
  if (!fault.until.fixed_in.empty() && !VersionRange::parse(fault.until.fixed_in)) {
    all.sink.error(fault.until.at,
                   fmt::format("{} is not a range of versions", in_quotes(fault.until.fixed_in)),
                   "write '>=4.2.1' or '4.2.1, 4.3.*'");
  }
  check_boot_times(all, all.catalog.faults, fault.kind, fault.arguments, nodes, fault.at);
  const auto kind = std::find_if(all.catalog.faults.begin(), all.catalog.faults.end(),
                                 [&](const KindInfo& info) { return info.name == fault.kind; });
  if (kind != all.catalog.faults.end()) {
    check_processes(all, *kind, fault.arguments, nodes);
    check_memory(all, *kind, nodes, fault.at);
  }
}

void check_alternatives(References& all, const FaultAlternatives& one_of) {
  NameTable names("alternative", all.sink);
  double weights = 0;
  for (const FaultAlternatives::Alternative& alternative : one_of.alternatives) {
    names.add(alternative.name, alternative.at);
    weights += alternative.weight;
    for (const FaultConfig& fault : alternative.faults) {
      check_fault(all, fault);
    }
  }
  if (weights <= 0) {
    all.sink.error(one_of.at, "one of the alternatives needs a weight above 0");
  }
}

}  // namespace

void check_faults(References& all) {
  for (const FaultConfig& fault : all.scenario.faults) {
    check_fault(all, fault);
  }
  for (const FaultAlternatives& one_of : all.scenario.one_of) {
    check_alternatives(all, one_of);
  }
}

}  // namespace switchfault
