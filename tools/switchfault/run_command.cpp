#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

#include <switchfault/report.h>

#include "commands.h"
#include "loading.h"

namespace switchfault {
namespace {

// Set by the signal handler alone; a lock-free atomic is what a handler may write.
std::atomic<bool> interrupted{false};

void on_interrupt(int) {
  interrupted = true;
}

// A line on stderr once a second, on a terminal only.
class Progress {
 public:
  bool operator()(SimTime now, SimTime end) {
    const auto wall = std::chrono::steady_clock::now();
    if (::isatty(STDERR_FILENO) != 0 && wall - shown_ > std::chrono::seconds{1}) {
      shown_ = wall;
      const double share = static_cast<double>(now.time_since_epoch().count()) /
                           static_cast<double>(end.time_since_epoch().count());
      fmt::print(stderr, "\r{:3.0f} % simulated, at {}   ", 100 * std::max(0.0, share),
                 format_duration(std::chrono::floor<std::chrono::seconds>(now.time_since_epoch())));
      std::fflush(stderr);
      drawn_ = true;
    }
    return !interrupted;
  }
  void finish() const {
    if (drawn_) {
      fmt::print(stderr, "\r{:40}\r", "");
    }
  }

 private:
  std::chrono::steady_clock::time_point shown_ = std::chrono::steady_clock::now();
  bool drawn_ = false;
};

int execute(const Parsed& parsed) {
  const Scenario scenario = load_from(parsed);
  RunOptions options = run_options(parsed);
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  Progress progress;
  options.progress = [&](SimTime now, SimTime end) { return progress(now, end); };
  const RunLog log = run(scenario, options);
  progress.finish();
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
  spec.options.push_back({"journal", "FILE.json", "write the journal, one JSON document"});
  spec.options.push_back({"events", "FILE.jsonl", "write every observation as JSON Lines"});
  spec.options.push_back({"junit", "FILE.xml", "write the expectations as JUnit XML"});
  spec.options.push_back({"format", "FORMAT", "text or json on stdout"});
  return {spec, execute};
}

}  // namespace switchfault
