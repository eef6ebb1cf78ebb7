#include <memory>
#include <string>

#include <fmt/format.h>

#include <switchfault/capture.h>
#include <switchfault/date_time.h>
#include <switchfault/replay.h>

#include "capture_files.h"
#include "commands.h"
#include "loading.h"
#include "progress.h"

namespace switchfault {
namespace {

constexpr std::uint64_t kMostLoops = 1'000'000;

// A time after the start, or a date with offset.
Duration start_argument(const Parsed& parsed, const Scenario& scenario) {
  const std::string text = parsed.text("start", "0s");
  std::optional<Duration> start = parse_duration(text);
  if (!start) {
    if (const auto unix_ns = parse_date_time(text)) {
      start = Duration{*unix_ns - scenario.clock.start_unix_ns};
    }
  }
  if (!start || *start < Duration::zero() || *start > scenario.clock.duration) {
    throw UsageError(fmt::format(
        "--start takes a time from 0s to {} after the start of the clock, or a date with offset in "
        "that span; not '{}'",
        format_duration(scenario.clock.duration), text));
  }
  return *start;
}

ReplayOptions replay_options(const Parsed& parsed, const Scenario& scenario) {
  ReplayOptions options;
  options.run = run_options(parsed);
  options.start = start_argument(parsed, scenario);
  if (parsed.has("map")) {
    options.map = load_replay_map(parsed.text("map", ""), load_options(parsed).max_input_bytes);
  }
  if (parsed.has("speed")) {
    const auto speed = parse_replay_speed(parsed.text("speed", ""));
    if (!speed) {
      throw UsageError(fmt::format(
          "--speed takes a number from 0.000001 to 1000000 with at most six decimals, not '{}'",
          parsed.text("speed", "")));
    }
    options.speed = *speed;
  }
  options.loops = static_cast<std::uint32_t>(parsed.number("loops", 1, kMostLoops).value_or(1));
  const std::string path = parsed.text("pcap", "");
  if (options.loops > 1 && path == "-") {
    throw UsageError("--loops needs a file that can be read again, not the standard input");
  }
  options.again = [path] { return open_capture(path); };
  return options;
}

void write_results(const Parsed& parsed, const Report& report, const ReplayReport& replay) {
  if (parsed.has("journal")) {
    write_file(parsed.text("journal", ""), journal_json(report, replay));
  }
  if (parsed.has("events")) {
    write_file(parsed.text("events", ""), events_json_lines(replay.log));
  }
  if (parsed.has("junit")) {
    write_file(parsed.text("junit", ""), junit_xml(report));
  }
  if (parsed.has("write-map")) {
    write_file(parsed.text("write-map", ""), replay_map_text(replay));
  }
}

// A capture that ends too early is an input error, unless it is accepted.
bool is_cut(const Parsed& parsed, const ReplayReport& report) {
  if (report.interrupted || report.trace.end.how == CaptureEnd::How::complete) {
    return false;
  }
  const bool accepted = parsed.has("allow-truncated");
  fmt::print(stderr, "switchfault: {}: {}: {}; {} packets replayed{}\n", parsed.text("pcap", ""),
             accepted ? "warning" : "error", report.trace.end.reason, report.trace.packets,
             accepted ? "" : "\n  --allow-truncated accepts it");
  return !accepted;
}

int execute(const Parsed& parsed) {
  if (!parsed.has("pcap")) {
    throw UsageError(
        "--pcap is needed: the capture to be replayed\nTry 'switchfault help replay'.");
  }
  check_outputs(parsed, {"journal", "events", "junit", "write-map"});
  const Scenario scenario = load_from(parsed);
  ReplayOptions options = replay_options(parsed, scenario);
  const std::unique_ptr<PacketSource> source = open_capture(parsed.text("pcap", ""));
  CaptureFiles captures(parsed.texts("capture"));
  options.run.captures = captures.ports();
  Progress progress;
  options.run.progress = [&](SimTime now, SimTime end) { return progress(now, end); };
  const ReplayReport result = replay(scenario, options, *source);
  progress.finish();
  captures.finish();
  const Report report = make_report(scenario, result.log);
  if (!parsed.has("quiet")) {
    if (parsed.choice("format", {"text", "json"}) == "json") {
      fmt::print("{}", journal_json(report, result));
    } else {
      fmt::print("{}", format_replay(report, result, {.color = use_color(parsed)}));
    }
  }
  write_results(parsed, report, result);
  if (result.interrupted) {
    return kExitInterrupted;
  }
  if (is_cut(parsed, result)) {
    return kExitUsage;
  }
  return report.verdict == "pass" ? kExitPass : kExitFail;
}

}  // namespace

Command replay_command() {
  CommandSpec spec{
      .name = "replay",
      .summary = "send a packet capture through the failing network",
      .arguments = "SCENARIO",
      .minimum = 1,
      .maximum = 1,
      .options = scenario_options(),
      .details =
          "Every recorded packet is offered to the network at its recorded time, whatever became\n"
          "of those before it (open-loop), twice: with the faults of the scenario and without.\n"
          "Recorded addresses are mapped to hosts: by the rules of --map, then addresses of the\n"
          "topology to their owners, servers to services with their port, clients to places of\n"
          "users, subnet by subnet. Verdicts of the packets sum up to the packets read.\n"
          "--pcap is needed; docs/replay.md tells the rest."};
  spec.options.push_back({"pcap", "FILE", "pcap or pcapng, also in gzip or zstd; - for stdin"});
  spec.options.push_back({"map", "FILE.yaml", "who stands for whom"});
  spec.options.push_back({"write-map", "FILE.yaml", "write who stood for whom, to be edited"});
  spec.options.push_back({"start", "TIME", "of the first packet: 4h30m, or a date with offset"});
  spec.options.push_back({"speed", "X", "times as fast as recorded, 1 when not given"});
  spec.options.push_back({"loops", "N", "the capture so many times, one after another"});
  spec.options.push_back({"allow-truncated", "", "accept a capture that ends too early"});
  spec.options.push_back(CaptureFiles::option());
  spec.options.push_back({"journal", "FILE.json", "write the journal, one JSON document"});
  spec.options.push_back({"events", "FILE.jsonl", "write every observation as JSON Lines"});
  spec.options.push_back({"junit", "FILE.xml", "write the expectations as JUnit XML"});
  spec.options.push_back({"format", "FORMAT", "text or json on stdout"});
  return {spec, execute};
}

}  // namespace switchfault
