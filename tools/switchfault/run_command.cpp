#include <fmt/format.h>

#include <switchfault/report.h>

#include "capture_files.h"
#include "commands.h"
#include "loading.h"
#include "progress.h"

namespace switchfault {
namespace {

int execute(const Parsed& parsed) {
  check_outputs(parsed, {"journal", "events", "junit"});
  const Scenario scenario = load_from(parsed);
  RunOptions options = run_options(parsed);
  CaptureFiles captures(parsed.texts("capture"));
  options.captures = captures.ports();
  Progress progress;
  options.progress = [&](SimTime now, SimTime end) { return progress(now, end); };
  const RunLog log = run(scenario, options);
  progress.finish();
  captures.finish();
  const Report report = make_report(scenario, log);
  if (!parsed.has("quiet")) {
    if (parsed.choice("format", {"text", "json"}) == "json") {
      fmt::print("{}", journal_json(report));
    } else {
      fmt::print("{}", format_summary(scenario, log, report, {.color = use_color(parsed)}));
    }
  }
  if (parsed.has("journal")) {
    write_file(parsed.text("journal", ""), journal_json(report));
  }
  if (parsed.has("events")) {
    write_file(parsed.text("events", ""), events_json_lines(log));
  }
  if (parsed.has("junit")) {
    write_file(parsed.text("junit", ""), junit_xml(report));
  }
  if (log.interrupted) {
    return kExitInterrupted;
  }
  return report.verdict == "pass" ? kExitPass : kExitFail;
}

}  // namespace

Command run_command() {
  CommandSpec spec{.name = "run",
                   .summary = "run a scenario file",
                   .arguments = "SCENARIO",
                   .minimum = 1,
                   .maximum = 1,
                   .options = scenario_options()};
  spec.options.push_back(CaptureFiles::option());
  spec.options.push_back({"journal", "FILE.json", "write the journal, one JSON document"});
  spec.options.push_back({"events", "FILE.jsonl", "write every observation as JSON Lines"});
  spec.options.push_back({"junit", "FILE.xml", "write the expectations as JUnit XML"});
  spec.options.push_back({"format", "FORMAT", "text or json on stdout"});
  return {spec, execute};
}

}  // namespace switchfault
