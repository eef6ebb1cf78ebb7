// Loading: YAML files to a checked Scenario.
//
// Throws InputError with all diagnostics (20 at most) when the files cannot be used, and
// std::runtime_error with path and system text when one cannot be read. Never prints, never writes.

#ifndef SWITCHFAULT_LOAD_H_
#define SWITCHFAULT_LOAD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <switchfault/catalog.h>
#include <switchfault/scenario.h>

namespace switchfault {

struct LoadOptions {
  std::uint64_t max_input_bytes = 8U << 20U;  // Larger files are refused before parsing.
  std::vector<std::string> set;               // "KEY.PATH=VALUE", applied to the scenario file.
  std::vector<std::string> strategy_files;    // Paths of files with more strategies.
  std::optional<RangeEnd> range_end;          // Of an assumption, as loading without it gave it.
};

// Reads the scenario and the topology it names (relative to the scenario's folder).
Scenario load_scenario(const std::string& path, const Catalog& catalog,
                       const LoadOptions& options = {});
// The same from text in memory; the topology must be inline. `name` stands in diagnostics.
Scenario load_scenario_text(const std::string& name, const std::string& text,
                            const Catalog& catalog, const LoadOptions& options = {});
// A topology file alone (ours or an unchanged containerlab file), as a scenario without faults.
Scenario load_topology(const std::string& path, const Catalog& catalog,
                       const LoadOptions& options = {});
// Either of the two, as its keys tell.
Scenario load_file(const std::string& path, const Catalog& catalog,
                   const LoadOptions& options = {});

// What is legal and worth knowing before a run: cycles among start dependencies, what the scenario
// leaves out and is therefore not modelled. One sentence each, with the place it speaks of.
struct LoadNote {
  SourcePos at;
  std::string text;
};
std::vector<LoadNote> notes(const Scenario& scenario);

}  // namespace switchfault

#endif  // SWITCHFAULT_LOAD_H_
