#include <string>

#include <fmt/format.h>

#include <switchfault/load.h>

#include "commands.h"
#include "loading.h"

namespace switchfault {
namespace {

int execute(const Parsed& parsed) {
  const LoadOptions options = load_options(parsed);
  bool broken = false;
  for (const std::string& path : parsed.positional()) {
    try {
      const Scenario scenario = load_file(path, builtin_catalog(), options);
      fmt::print(
          "{}: good: {} nodes, {} links, {} services, {} user groups, {} faults, {} "
          "strategies, {} expectations\n",
          path, scenario.topology.nodes.size(), scenario.topology.links.size(),
          scenario.services.size(), scenario.users.size(), scenario.faults.size(),
          scenario.strategies.size(), scenario.expectations.size());
      for (const LoadNote& note : notes(scenario)) {
        const bool here = note.at.known() && note.at.file == 0;
        fmt::print("  note{}: {}\n", here ? fmt::format(" on line {}", note.at.line) : "",
                   note.text);
      }
    } catch (const InputError& error) {
      fmt::print(stderr, "{}", error.what());
      broken = true;
    }
  }
  return broken ? kExitUsage : kExitPass;
}

}  // namespace

Command validate_command() {
  constexpr std::size_t kManyFiles = 10000;
  return {{.name = "validate",
           .summary = "check scenario or topology files without running them",
           .arguments = "FILE...",
           .minimum = 1,
           .maximum = kManyFiles,
           .options = {{"set", "KEY=VALUE", "changes a value of the file", true}}},
          execute};
}

}  // namespace switchfault
