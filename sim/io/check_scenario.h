// Checks of a scenario as a whole, after everything has been read: references between its parts,
// impossible topologies, faults that select nothing, steps that nobody can do.
//
// Each check reports at the place that has to be changed. They work on scenarios with errors too,
// so that a file shows all its errors at once. Hash tables and sorting only: linear, but for a
// logarithm, in the size of the scenario.

#ifndef SWITCHFAULT_IO_CHECK_SCENARIO_H_
#define SWITCHFAULT_IO_CHECK_SCENARIO_H_

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <switchfault/catalog.h>
#include <switchfault/diagnostic.h>
#include <switchfault/scenario.h>

#include "core/version.h"

namespace switchfault {

// Names of one sort and the index of each in its list.
class NameTable {
 public:
  NameTable(std::string_view what, DiagnosticSink& sink) : what_(what), sink_(&sink) {}

  // Reports a name that is there already.
  void add(std::string_view name, SourcePos at);
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
  // The same, and reports an unknown one.
  std::optional<std::size_t> refer(const Name& name) const;
  [[nodiscard]] const std::vector<std::string_view>& names() const { return names_; }

 private:
  std::string_view what_;  // "node"
  DiagnosticSink* sink_;
  std::unordered_map<std::string_view, std::size_t> indices_;
  std::vector<std::string_view> names_;
};

// What the checks share: tables of all names that something can refer to.
struct References {
  References(const Scenario& whole, const Catalog& kinds, DiagnosticSink& errors);

  const Scenario& scenario;
  const Catalog& catalog;
  DiagnosticSink& sink;
  // Of the nodes, parsed when a selector looks at them.
  std::vector<std::optional<Version>> versions;
  // Comparisons of selectors with nodes that are still allowed; see check_selector.cpp. None left:
  // no selector is checked any more.
  std::size_t comparisons = 8'000'000;
  NameTable nodes, services, users, monitors, pools, chains, artefacts, channels, faults,
      strategies;
};

void check_scenario(const Scenario& scenario, const Catalog& catalog, DiagnosticSink& sink);

// The parts of check_scenario().
void check_topology(References& all);
void check_routing(References& all);
void check_addresses(References& all);
void check_services(References& all);
void check_operations(References& all);
void check_faults(References& all);
void check_strategies(References& all);
void check_expectations(References& all);

// Indices of the nodes that fit a selector, its amount left aside; only nodes with a switch OS when
// asked so. Not all of them when so much has been compared that only the run can find out.
std::vector<std::size_t> selected_nodes(const Selector& selector, References& all, bool with_os);
// Reports unknown names, and a selector that selects nothing. Returns what selected_nodes() does.
std::vector<std::size_t> check_selector(const Selector& selector, References& all, bool with_os);
// False when so much must not be compared any more.
bool spend(std::size_t comparisons, References& all);
// "'s1'", "'s1' and 2 other nodes". REQUIRES: `nodes` are indices, at least one.
std::string node_and_others(const References& all, const std::vector<std::size_t>& nodes);

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_CHECK_SCENARIO_H_
