#include "io/check_scenario.h"

#include <algorithm>

#include <fmt/format.h>

namespace switchfault {
namespace {

// Names compared for a hint; more would cost more than it helps.
constexpr std::size_t kMostHinted = 20'000;

}  // namespace

void NameTable::add(std::string_view name, SourcePos at) {
  const bool fresh = indices_.emplace(name, names_.size()).second;
  names_.push_back(name);
  if (!fresh) {
    sink_->error(at, fmt::format("there are two {}s {}", what_, in_quotes(name)));
  }
}

std::optional<std::size_t> NameTable::find(std::string_view name) const {
  const auto found = indices_.find(name);
  return found == indices_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::size_t> NameTable::refer(const Name& name) const {
  const auto index = find(name.text);
  if (!index && !name.text.empty()) {
    std::string hint;
    if (names_.empty()) {
      hint = fmt::format("there are no {}s", what_);
    } else if (!sink_->full()) {
      const std::size_t count = std::min(names_.size(), kMostHinted);
      hint = suggestion(name.text,
                        {names_.begin(), names_.begin() + static_cast<std::ptrdiff_t>(count)});
    }
    sink_->error(name.at, fmt::format("there is no {} {}", what_, in_quotes(name.text)),
                 std::move(hint));
  }
  return index;
}

References::References(const Scenario& whole, const Catalog& kinds, DiagnosticSink& errors)
    : scenario(whole),
      catalog(kinds),
      sink(errors),
      nodes("node", errors),
      services("service", errors),
      users("user group", errors),
      monitors("monitor", errors),
      pools("pool", errors),
      chains("access chain", errors),
      artefacts("artefact", errors),
      channels("channel", errors),
      faults("fault", errors),
      strategies("strategy", errors) {
  const auto add = [](NameTable& table, const auto& items) {
    for (const auto& item : items) {
      table.add(item.name, item.at);
    }
  };
  add(nodes, whole.topology.nodes);
  add(services, whole.services);
  add(users, whole.users);
  add(monitors, whole.operations.monitors);
  add(pools, whole.operations.people);
  add(chains, whole.operations.access);
  add(artefacts, whole.operations.artefacts);
  add(channels, whole.operations.channels);
  add(faults, whole.faults);
  for (const FaultAlternatives& one_of : whole.one_of) {
    for (const FaultAlternatives::Alternative& alternative : one_of.alternatives) {
      add(faults, alternative.faults);
    }
  }
  add(strategies, whole.strategies);
}

void check_scenario(const Scenario& scenario, const Catalog& catalog, DiagnosticSink& sink) {
  References references(scenario, catalog, sink);
  check_topology(references);
  check_routing(references);
  check_addresses(references);
  check_services(references);
  check_operations(references);
  check_faults(references);
  check_strategies(references);
  check_expectations(references);
}

}  // namespace switchfault
