#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include <switchfault/report.h>
#include <switchfault/study.h>
#include <switchfault/sweep.h>

#include "commands.h"
#include "loading.h"
#include "progress.h"
#include "shared_command.h"

namespace switchfault {
namespace {

constexpr std::uint64_t kMostReplications = 1'000'000;
constexpr std::uint64_t kRangeReplications = 12;

// "5%" or "0.05", above 0 and below 1; behind a comma a half-width that is enough whatever the
// mean.
struct Precision {
  double share = 0;
  std::string floor;
};

Precision precision_argument(const Parsed& parsed) {
  const std::string text = parsed.text("precision", "");
  const std::size_t comma = std::min(text.find(','), text.size());
  const std::string share = text.substr(0, comma);
  char* end = nullptr;
  double value = std::strtod(share.c_str(), &end);
  const bool percent = *end == '%' && end[1] == '\0';
  value /= percent ? 100 : 1;
  if (end == share.c_str() || (*end != '\0' && !percent) || !(value > 0) || value >= 1 ||
      comma + 1 == text.size()) {
    throw UsageError(fmt::format(
        "--precision takes a share of the mean above 0% and below 100%, such as 5%, and may add a "
        "width that is enough, such as 5%,1000; not '{}'",
        text));
  }
  return {value, comma < text.size() ? text.substr(comma + 1) : ""};
}

// In the unit of the objective: a time for metrics in seconds, else a number.
double width_argument(std::string_view option, const std::string& text, const Scenario& scenario) {
  const std::vector<StudyMetric> metrics = study_metrics(scenario);
  const StudyMetric& metric = metrics[objective_metric(scenario, metrics)];
  if (metric.unit == "s") {
    if (const auto time = parse_duration(text)) {
      return std::chrono::duration<double>(*time).count();
    }
  } else {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (end != text.c_str() && *end == '\0' && value >= 0 && std::isfinite(value)) {
      return value;
    }
  }
  throw UsageError(
      fmt::format("--{}: '{}' is no width of {}; {}", option, text, metric_text(metric),
                  metric.unit == "s" ? "write a time such as 10m" : "write a number such as 1000"));
}

// "2%": a share of the smallest mean; else a width in the unit of the objective.
std::optional<SelectionZone> selection_zone(const Parsed& parsed, const Scenario& scenario) {
  if (!parsed.has("select")) {
    return std::nullopt;
  }
  const std::string text = parsed.text("select", "");
  SelectionZone zone;
  if (text.ends_with('%')) {
    char* end = nullptr;
    zone.share = std::strtod(text.c_str(), &end) / 100;
    zone.share = *end == '%' && end[1] == '\0' && zone.share < 1 ? zone.share : 0;
  } else {
    zone.width = width_argument("select", text, scenario);
  }
  if (!(zone.share > 0) && !(zone.width > 0)) {
    throw UsageError(fmt::format(
        "--select takes the smallest difference that is worth detecting: a share of the smallest "
        "mean above 0% and below 100%, such as 2%, or a width such as 1000 or 10m; not '{}'",
        text));
  }
  return zone;
}

double precision_floor(const Parsed& parsed, const Scenario& scenario) {
  const std::string text = parsed.has("precision") ? precision_argument(parsed).floor : "";
  return text.empty() ? 0 : width_argument("precision", text, scenario);
}

StudyOptions study_options(const Parsed& parsed, ProcessRanks* ranks) {
  StudyOptions options;
  options.strategies = parsed.texts("strategy");
  options.seed = parsed.number("seed", 0, std::numeric_limits<std::uint64_t>::max());
  options.jobs = jobs(parsed, ranks);
  options.ranks = ranks;
  const bool fixed = parsed.has("replications");
  if (fixed == parsed.has("precision")) {
    throw UsageError(
        "either --replications or --precision is needed\nTry 'switchfault help compare'.");
  }
  if (fixed) {
    options.replications = parsed.number("replications", 2, kMostReplications);
  } else {
    options.precision = precision_argument(parsed).share;
  }
  if (const auto most = parsed.number("max-replications", 2, kMostReplications)) {
    options.replications_max = *most;
  }
  return options;
}

// How often each end of a range is run; none when the user wants no ranges.
std::optional<std::uint64_t> range_replications(const Parsed& parsed) {
  if (parsed.text("assumptions", "") == "off") {
    return std::nullopt;
  }
  return parsed.number("assumptions", 2, kMostReplications).value_or(kRangeReplications);
}

LoadRangeEnd range_end_loader(const Parsed& parsed) {
  return [&parsed](const RangeEnd& end) {
    LoadOptions loading = load_options(parsed);
    loading.range_end = end;
    return load_scenario(parsed.positional().front(), builtin_catalog(), loading);
  };
}

// Ends that cannot be loaded are found before anything runs.
void check_ranges(const Scenario& scenario, const LoadRangeEnd& load) {
  for (const Assumption& assumption : scenario.assumptions) {
    if (assumption.range_at.known()) {
      static_cast<void>(load({.range_at = assumption.range_at, .high = false}));
      static_cast<void>(load({.range_at = assumption.range_at, .high = true}));
    }
  }
}

int status(const StudyReport& report) {
  if (report.interrupted || (report.ranges && report.ranges->interrupted)) {
    return kExitInterrupted;
  }
  if (report.ranges && report.ranges->verdict != "decided") {
    return kExitUndecided;
  }
  return report.verdict == "decided" ? kExitPass : kExitUndecided;
}

LoadWithSettings settings_loader(const Parsed& parsed) {
  return [&parsed](const std::vector<std::string>& settings) {
    LoadOptions loading = load_options(parsed);
    loading.set = settings;
    return load_scenario(parsed.positional().front(), builtin_catalog(), loading);
  };
}

// A study at each level of the settings that have several.
int lead_sweep(const Parsed& parsed, const SweepPlan& plan, ProcessRanks* ranks) {
  for (const char* option : {"store", "resume", "csv", "assumptions", "select"}) {
    if (parsed.has(option)) {
      throw UsageError(
          fmt::format("--{} does not go with a --set of several levels\nQuote the "
                      "value if it is one: --set 'KEY=\"a,b\"'.",
                      option));
    }
  }
  StudyOptions options = study_options(parsed, ranks);
  const LoadWithSettings load = settings_loader(parsed);
  if (parsed.has("precision") && !precision_argument(parsed).floor.empty()) {
    options.precision_floor = precision_floor(parsed, load(first_settings(plan)));
  }
  StudyProgressLine progress(parsed.has("progress"));
  options.progress = [&](const StudyProgress& state) { return progress(state); };
  const SweepReport report = sweep(plan, options, load);
  progress.finish();
  if (!parsed.has("quiet")) {
    if (parsed.choice("format", {"text", "json"}) == "json") {
      fmt::print("{}", journal_json(report));
    } else {
      fmt::print("{}", format_sweep(report, {.color = use_color(parsed)}));
    }
  }
  if (parsed.has("journal")) {
    write_file(parsed.text("journal", ""), journal_json(report));
  }
  if (report.interrupted) {
    return kExitInterrupted;
  }
  const bool decided =
      std::all_of(report.points.begin(), report.points.end(),
                  [](const SweepPoint& point) { return point.report.verdict == "decided"; });
  return decided ? kExitPass : kExitUndecided;
}

int lead(const Parsed& parsed, ProcessRanks* ranks) {
  check_outputs(parsed, {"journal", "csv"});
  if (const SweepPlan plan = plan_sweep(parsed.texts("set")); !plan.factors.empty()) {
    return lead_sweep(parsed, plan, ranks);
  }
  StudyOptions options = study_options(parsed, ranks);
  const Scenario scenario = load_from(parsed);
  StudyProgressLine progress(parsed.has("progress"));
  options.progress = [&](const StudyProgress& state) { return progress(state); };
  std::unique_ptr<ReplicationStore> store;
  if (parsed.has("store")) {
    store = open_replication_store(parsed.text("store", ""), parsed.has("resume"));
    options.store = store.get();
  } else if (parsed.has("resume")) {
    throw UsageError("--resume goes with --store: the file to go on with");
  }
  options.keep_results = parsed.has("csv");
  options.precision_floor = precision_floor(parsed, scenario);
  options.select = selection_zone(parsed, scenario);
  const auto at_ends = range_replications(parsed);
  const LoadRangeEnd load_end = range_end_loader(parsed);
  if (at_ends) {
    check_ranges(scenario, load_end);
  }
  StudyReport report = compare(scenario, options);
  if (at_ends) {
    judge_over_ranges(scenario, options, *at_ends, load_end, report);
  }
  progress.finish();
  if (!report.interruption.empty()) {
    fmt::print(stderr, "switchfault: the study stopped: {}\n", report.interruption);
  }
  if (!parsed.has("quiet")) {
    if (parsed.choice("format", {"text", "json"}) == "json") {
      fmt::print("{}", journal_json(report));
    } else {
      fmt::print("{}", format_comparison(report, {.color = use_color(parsed)}));
    }
  }
  if (parsed.has("journal")) {
    write_file(parsed.text("journal", ""), journal_json(report));
  }
  if (parsed.has("csv")) {
    write_file(parsed.text("csv", ""), replications_csv(report));
  }
  return status(report);
}

void follow(const Parsed& parsed, ProcessRanks& ranks) {
  StudyOptions options = study_options(parsed, &ranks);
  options.progress = [](const StudyProgress&) { return !was_interrupted(); };
  if (const SweepPlan plan = plan_sweep(parsed.texts("set")); !plan.factors.empty()) {
    serve_sweep(plan, options, settings_loader(parsed));
    return;
  }
  const Scenario scenario = load_from(parsed);
  options.select = selection_zone(parsed, scenario);
  const auto strategies = serve_study(scenario, options);
  if (strategies && !strategies->empty() && range_replications(parsed)) {
    serve_over_ranges(scenario, options, *strategies, range_end_loader(parsed));
  }
}

int execute(const Parsed& parsed) {
  return execute_shared({.lead = lead, .follow = follow}, parsed);
}

}  // namespace

Command compare_command() {
  CommandSpec spec{
      .name = "compare",
      .summary = "which strategy is best, over many seeds",
      .arguments = "SCENARIO",
      .minimum = 1,
      .maximum = 1,
      .options =
          {{"strategy", "NAME", "a run book to compare; all of the scenario when not given", true},
           {"replications", "N", "this many seeds, the same for every strategy"},
           {"precision", "SHARE[,WIDTH]", "as many as make every mean this exact: 5%; or 5%,1000"},
           {"max-replications", "N", "with --precision or --select: not more than so many, 10000"},
           {"select", "ZONE",
            "drop strategies that fall behind, spend replications on the others: 2% or a "
            "width, the smallest difference worth detecting"},
           {"seed", "N", "of the study; the scenario's when not given"},
           {"jobs", "N", "threads; one a core when not given"},
           {"set", "KEY=VALUE",
            "changes a value of the file: clock.duration=4h; several levels are a sweep: "
            "KEY=1..8, KEY=0..1/0.25, KEY=10m,1h",
            true}},
      .details =
          "Every replication runs all strategies with one seed, so that they meet the same luck;\n"
          "'switchfault run --strategy NAME --seed N' repeats one. Nothing is called better "
          "inside\n"
          "the noise: exit status 3 says that the best strategy is undecided. docs/compare.md\n"
          "tells how to read the result."};
  spec.options.push_back(
      {"strategies", "FILE.yaml", "more run books: a file with 'strategies:'", true});
  spec.options.push_back({"assumptions", "N",
                          "replications at each end of the range of an assumed value: 12; or off"});
  spec.options.push_back(
      {"store", "FILE.sqlite", "keep every run, so that it need not be repeated"});
  spec.options.push_back({"resume", "", "go on with the store of an interrupted study"});
  spec.options.push_back(
      {"progress", "", "a line on stderr every ten seconds even if it is no terminal"});
  spec.options.push_back({"csv", "FILE.csv", "write every run, one row each"});
  spec.options.push_back({"journal", "FILE.json", "write the journal, one JSON document"});
  spec.options.push_back({"format", "FORMAT", "text or json on stdout"});
  return {spec, execute};
}

}  // namespace switchfault
