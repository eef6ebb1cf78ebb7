#include <cstdio>
#include <limits>

#include <fmt/format.h>

#include <switchfault/date_time.h>
#include <switchfault/load.h>
#include <switchfault/optimize.h>
#include <switchfault/report.h>

#include "commands.h"
#include "loading.h"
#include "progress.h"
#include "shared_command.h"

namespace switchfault {
namespace {

constexpr std::uint64_t kMostRuns = 10'000'000;
constexpr std::uint64_t kMostReplications = 1'000'000;

OptimizeOptions optimize_options(const Parsed& parsed, ProcessRanks* ranks) {
  OptimizeOptions options;
  options.strategies = parsed.texts("strategy");
  options.seed = parsed.number("seed", 0, std::numeric_limits<std::uint64_t>::max());
  options.budget = parsed.number("budget", 1, kMostRuns).value_or(options.budget);
  options.replications =
      parsed.number("replications", 2, kMostReplications).value_or(options.replications);
  options.jobs = jobs(parsed, ranks);
  options.ranks = ranks;
  options.name = parsed.text("name", options.name);
  if (options.name.empty()) {
    throw UsageError("--name cannot be empty");
  }
  return options;
}

std::vector<std::string> origin(const Parsed& parsed, const OptimizationReport& report) {
  std::vector<std::string> lines{
      fmt::format("Found by 'switchfault optimize {}' from {} in {} runs.",
                  parsed.positional().front(), report.start, report.runs)};
  for (const AcceptedChange& change : report.changes) {
    lines.push_back("  " + change.what);
  }
  lines.push_back(fmt::format("Use: switchfault run {} --strategies THIS_FILE --strategy {}",
                              parsed.positional().front(), report.found->name));
  return lines;
}

// Decided is: better than or equivalent to everything given, on the fresh seeds.
int status(const OptimizationReport& report) {
  if (report.interrupted) {
    return kExitInterrupted;
  }
  return !report.comparison || report.comparison->verdict == "decided" ? kExitPass : kExitUndecided;
}

int lead(const Parsed& parsed, ProcessRanks* ranks) {
  OptimizeOptions options = optimize_options(parsed, ranks);
  check_outputs(parsed, {"journal", "write"});
  const Scenario scenario = load_from(parsed);
  StudyProgressLine progress(parsed.has("progress"));
  options.progress = [&](const OptimizeProgress& state) {
    return progress({.runs_done = state.runs_done, .runs_planned = state.runs_planned});
  };
  const OptimizationReport report = optimize(scenario, options);
  progress.finish();
  if (!report.interruption.empty()) {
    fmt::print(stderr, "switchfault: the search stopped: {}\n", report.interruption);
  }
  if (!parsed.has("quiet")) {
    if (parsed.choice("format", {"text", "json"}) == "json") {
      fmt::print("{}", journal_json(report));
    } else {
      fmt::print("{}", format_optimization(report, {.color = use_color(parsed)}));
    }
  }
  if (parsed.has("journal")) {
    write_file(parsed.text("journal", ""), journal_json(report));
  }
  if (parsed.has("write")) {
    if (report.found) {
      write_file(parsed.text("write", ""), strategy_yaml(*report.found, origin(parsed, report)));
    } else {
      fmt::print(stderr, "switchfault: nothing was found, '{}' was not written\n",
                 parsed.text("write", ""));
    }
  }
  return status(report);
}

void follow(const Parsed& parsed, ProcessRanks& ranks) {
  OptimizeOptions options = optimize_options(parsed, &ranks);
  options.progress = [](const OptimizeProgress&) { return !was_interrupted(); };
  serve_optimization(load_from(parsed), options);
}

int execute(const Parsed& parsed) {
  return execute_shared({.lead = lead, .follow = follow}, parsed);
}

}  // namespace

Command optimize_command() {
  CommandSpec spec{
      .name = "optimize",
      .summary = "searches for a better run book than the given ones",
      .arguments = "SCENARIO",
      .minimum = 1,
      .maximum = 1,
      .options = {{"strategy", "NAME", "a run book to start from and to beat; all when not given",
                   true},
                  {"budget", "N", "runs that the search may take, 1000 when not given"},
                  {"replications", "N", "fresh seeds for the comparison at the end, 32"},
                  {"name", "NAME", "of what is found; optimized when not given"},
                  {"write", "FILE.yaml", "write what is found; run reads it with --strategies"},
                  {"seed", "N", "of the search and the comparison; the scenario's when not given"},
                  {"jobs", "N", "threads; one a core when not given"},
                  {"set", "KEY=VALUE", "changes a value of the file: clock.duration=4h", true}},
      .details =
          "Changes the order of steps and targets, how many at once, and who does them, and\n"
          "keeps what loses less. The gain is that on seeds the search has not seen. Exit\n"
          "status 3 says that the best of all is undecided. docs/optimize.md tells how."};
  spec.options.push_back(
      {"strategies", "FILE.yaml", "more run books: a file with 'strategies:'", true});
  spec.options.push_back({"journal", "FILE.json", "write the journal, one JSON document"});
  spec.options.push_back(
      {"progress", "", "a line on stderr every ten seconds even if it is no terminal"});
  spec.options.push_back({"format", "FORMAT", "text or json on stdout"});
  return {spec, execute};
}

}  // namespace switchfault
