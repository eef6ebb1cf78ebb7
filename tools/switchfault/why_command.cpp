#include <stdexcept>

#include <fmt/format.h>

#include <switchfault/report.h>

#include "commands.h"
#include "loading.h"

namespace switchfault {
namespace {

int execute(const Parsed& parsed) {
  if (!parsed.has("service")) {
    throw UsageError("--service is needed");
  }
  const Scenario scenario = load_from(parsed);
  const Duration at = time_argument(parsed, scenario);
  RunOptions options = run_options(parsed);
  options.until = at;  // Causes point backwards: what comes later cannot matter.
  const RunLog log = run(scenario, options);
  try {
    fmt::print("{}",
               explain(scenario, log, parsed.text("service", ""), parsed.text("users", ""), at));
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
  return kExitPass;
}

}  // namespace

Command why_command() {
  CommandSpec spec{.name = "why",
                   .summary = "why a service was not served at a time, back to the scenario's line",
                   .arguments = "SCENARIO",
                   .minimum = 1,
                   .maximum = 1,
                   .options = scenario_options(),
                   .details = "--service and --at are needed."};
  spec.options.push_back({"service", "NAME", "the service, one that users use themselves"});
  spec.options.push_back({"users", "GROUP", "the users; the worst served when not given"});
  spec.options.push_back({"at", "TIME", "time since the start (4h30m) or a date with offset"});
  return {spec, execute};
}

}  // namespace switchfault
