#include "loading.h"

#include <chrono>
#include <cstdlib>
#include <limits>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <switchfault/date_time.h>
#include <switchfault/load.h>
#include <switchfault/report.h>

namespace switchfault {

std::vector<OptionSpec> scenario_options() {
  return {{"strategy", "NAME", "the run book; the first of the scenario when not given"},
          {"strategies", "FILE.yaml", "more run books: a file with 'strategies:'", true},
          {"seed", "N", "seed of all draws; the scenario's when not given"},
          {"set", "KEY=VALUE", "changes a value of the file: clock.duration=4h", true},
          {"no-skip", "", "execute what can change nothing, too; the result is the same"}};
}

LoadOptions load_options(const Parsed& parsed) {
  LoadOptions options;
  options.set = parsed.texts("set");
  options.strategy_files = parsed.texts("strategies");
  if (parsed.has("max-input")) {
    const auto size = parse_bytes(parsed.text("max-input", ""));
    if (!size || size->count <= 0) {
      throw UsageError("--max-input takes a size such as 16MiB");
    }
    options.max_input_bytes = static_cast<std::uint64_t>(size->count);
  }
  return options;
}

void check_outputs(const Parsed& parsed, std::initializer_list<const char*> options) {
  for (const char* option : options) {
    if (parsed.has(option)) {
      check_writable(parsed.text(option, ""));
    }
  }
}

Scenario load_from(const Parsed& parsed) {
  const auto began = std::chrono::steady_clock::now();
  Scenario scenario =
      load_scenario(parsed.positional().front(), builtin_catalog(), load_options(parsed));
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - began);
  spdlog::info("loaded {} nodes, {} links, {} services in {} ms", scenario.topology.nodes.size(),
               scenario.topology.links.size(), scenario.services.size(), took.count());
  return scenario;
}

RunOptions run_options(const Parsed& parsed) {
  return {.strategy = parsed.text("strategy", ""),
          .seed = parsed.number("seed", 0, std::numeric_limits<std::uint64_t>::max()),
          .skip_quiet_time = !parsed.has("no-skip")};
}

Duration time_argument(const Parsed& parsed, const Scenario& scenario) {
  const std::string text = parsed.text("at", "");
  if (text.empty()) {
    throw UsageError("--at is needed: a time such as 4h30m after the start");
  }
  std::optional<Duration> at = parse_duration(text);
  if (!at) {
    if (const auto unix_ns = parse_date_time(text)) {
      at = Duration{*unix_ns - scenario.clock.start_unix_ns};
    }
  }
  if (!at || *at < Duration::zero() || *at > scenario.clock.duration) {
    throw UsageError(fmt::format(
        "--at takes a time from 0s to {} after the start, or a date with offset in that span; not "
        "'{}'",
        format_duration(scenario.clock.duration), text));
  }
  return *at;
}

bool use_color(const Parsed& parsed) {
  const std::string when = parsed.choice("color", {"auto", "always", "never"});
  return when == "always" ||
         (when == "auto" && ::isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr);
}

}  // namespace switchfault
