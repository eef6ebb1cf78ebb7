// Reads case files and files of networks at rest.

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <switchfault/measured.h>

#include "io/measured_state.h"
#include "io/measured_steps.h"
#include "io/measured_topology.h"

namespace switchfault {
namespace {

using nlohmann::json;

// Fields that a case leaves out, as the program that measured filled them in.
constexpr double kWindow = 20;
constexpr double kLeastWindow = 3;
constexpr double kSettle = 2;
constexpr double kPhase = 2;
constexpr double kProbeInterval = 10;                                 // Milliseconds.
constexpr Duration kSpread = std::chrono::milliseconds{10};           // First packets of streams.
constexpr Duration kBetweenPhases = std::chrono::milliseconds{1200};  // Counters and state read.
constexpr Duration kBeforePhase = std::chrono::milliseconds{1600};    // 1.1 s, and counters read.
constexpr double kQuiet = 3;      // Seconds without a change before the next repetition …
constexpr double kResettle = 60;  // … which is begun after so long in any case.
constexpr std::uint16_t kFirstNumber = 0;

Duration seconds(double value) {
  return Duration{std::llround(value * 1e9)};
}
Duration milliseconds(double value) {
  return Duration{std::llround(value * 1e6)};
}

// Numbers of nodes follow the order of the topology that was measured, which the file has lost;
// they are the last parts of the bridges' addresses.
json numbers_of(const json& document, const json& state) {
  if (document.contains("node_number")) {
    return document.at("node_number");
  }
  json numbers;
  for (const auto& [node, spec] : document.at("topology").at("nodes").items()) {
    numbers[node] = 0;
  }
  for (const auto& [node, one] : state.at("switches").items()) {
    const std::string id = one.contains("bridge_id") && one.at("bridge_id").is_string()
                               ? one.at("bridge_id").get<std::string>()
                               : one.value("bridge_mac", "");
    const std::size_t colon = id.rfind(':');
    numbers[node] = colon == std::string::npos ? 0 : std::stoi(id.substr(colon + 1), nullptr, 16);
  }
  int next = 1;  // Where no state tells: any order will do, nothing depends on it.
  for (auto& [node, number] : numbers.items()) {
    const auto taken = [&](int value) {
      return std::any_of(numbers.begin(), numbers.end(),
                         [&](const json& other) { return other == value; });
    };
    while (taken(next)) {
      ++next;
    }
    if (number == 0) {
      number = next;
    }
  }
  return numbers;
}

std::string address_of(const json& topology, const std::string& host) {
  const std::string address = topology.at("nodes").at(host).value("addr", "");
  return address.substr(0, address.find('/'));
}

void add_probe(const json& probe, const std::string& from, const std::string& to,
               const json& topology, MeasuredCase& out) {
  const unsigned flows = probe.value("flows", 1U);
  for (unsigned k = 0; k < flows; ++k) {
    MeasuredProbe one;
    one.pair = fmt::format("{}>{}", from, to);
    one.name = flows > 1 ? fmt::format("{}#{}", one.pair, k) : one.pair;
    one.from = from;
    one.receivers = {to};
    for (const json& also : probe.value("also", json::array())) {
      one.receivers.push_back(also);
    }
    const bool forth = to == probe.at("dst");
    one.destination =
        forth ? probe.value("dst_ip", address_of(topology, to)) : address_of(topology, to);
    one.interval = milliseconds(probe.value("interval_ms", kProbeInterval));
    one.number = static_cast<std::uint16_t>(kFirstNumber + out.probes.size());
    out.probes.push_back(one);
  }
}

void read_probes(const json& topology, MeasuredCase& out) {
  for (const json& probe : topology.value("probes", json::array())) {
    add_probe(probe, probe.at("src"), probe.at("dst"), topology, out);
    if (probe.value("duplex", false)) {
      add_probe(probe, probe.at("dst"), probe.at("src"), topology, out);
    }
  }
  for (MeasuredProbe& probe : out.probes) {
    probe.offset = kSpread * probe.number / static_cast<std::int64_t>(out.probes.size());
  }
}

MeasuredLoss read_loss(const json& loss) {
  return {.outage = milliseconds(loss.at("outage_ms")),
          .lost = loss.at("lost"),
          .recovered = loss.at("recovered")};
}

MeasuredPhase read_phase(const json& phase, MeasuredCase& out) {
  MeasuredPhase flows;
  for (const json& probe : phase.at("probes")) {
    const std::size_t place = flows.size();
    if (place >= out.probes.size() || out.probes[place].name != probe.at("probe")) {
      throw std::runtime_error("its probes are not those of its topology");
    }
    const char* const there = out.timely && probe.contains("fwd_timely") ? "fwd_timely" : "fwd";
    flows.push_back({.there = read_loss(probe.at(there)), .back = read_loss(probe.at("rt"))});
    if (probe.at("send_gap_ms_max").is_number()) {
      out.send_gap = std::max(out.send_gap, milliseconds(probe.at("send_gap_ms_max")));
    }
  }
  if (flows.size() != out.probes.size()) {
    throw std::runtime_error("it has fewer probes than its topology");
  }
  return flows;
}

std::vector<MeasuredStepTime> read_step_times(const json& phase) {
  std::vector<MeasuredStepTime> times;
  for (const json& step : phase.value("steps", json::array())) {
    times.push_back(
        {.began = milliseconds(step.at("began_ms")), .took = milliseconds(step.at("took_ms"))});
  }
  return times;
}

// The probing program, which has nothing to do but to send in time, was late by so much at most:
// whoever else had to be woken up on that machine waited for a CPU as it did. Of n waits that are
// exponentially distributed the longest is expected to be ln n + 0.577 times their mean.
Duration cpu_wait(const json& phase) {
  constexpr double kEuler = 0.5772;
  Duration longest{};
  for (const json& probe : phase.at("probes")) {
    if (probe.at("send_gap_ms_max").is_number()) {
      const Duration interval = milliseconds(probe.at("interval_ms"));
      const Duration late = milliseconds(probe.at("send_gap_ms_max")) - interval;
      const double count =
          std::max(2.0, static_cast<double>(seconds(phase.at("observed_s")) / interval));
      longest =
          std::max(longest, Duration{static_cast<std::int64_t>(static_cast<double>(late.count()) /
                                                               (std::log(count) + kEuler))});
    }
  }
  return longest;
}

void read_repetitions(const json& document, MeasuredCase& out) {
  const json& states = document.at("states");
  const auto state = [&](const json& holder, const char* key) {
    return holder.contains(key) ? read_settled_state(states.at(holder.at(key).get<std::string>()))
                                : SettledState{};
  };
  out.baseline = state(document, "baseline");
  Duration since_boot = seconds(document.value("converged_after_s", 0.0));
  for (const json& one : document.at("reps")) {
    MeasuredRepetition repetition;
    since_boot += kBeforePhase;
    repetition.since_boot = since_boot;
    repetition.fault = read_phase(one.at("fault"), out);
    repetition.observed = seconds(one.at("fault").at("observed_s"));
    repetition.fault_steps = read_step_times(one.at("fault"));
    repetition.cpu_wait = cpu_wait(one.at("fault"));
    since_boot += out.phase / 2 + repetition.observed + kBetweenPhases;
    if (one.contains("restore") && !one.at("restore").is_null()) {
      repetition.restore = read_phase(one.at("restore"), out);
      repetition.restore_observed = seconds(one.at("restore").at("observed_s"));
      repetition.restore_steps = read_step_times(one.at("restore"));
      repetition.cpu_wait = std::max(repetition.cpu_wait, cpu_wait(one.at("restore")));
      since_boot += repetition.restore_observed;
    }
    repetition.returned = one.value("back_to_baseline", true);
    since_boot +=
        repetition.returned ? seconds(document.at("case").value("quiet", kQuiet)) : out.resettle;
    repetition.after = state(one, "state_after");
    repetition.restored = state(one, "state_restored");
    out.repetitions.push_back(std::move(repetition));
  }
}

MeasuredWatch read_watch(const json& measured, const json& topology, bool restore,
                         std::vector<std::string>& missing) {
  const double window = measured.value("window", kWindow);
  const double least = measured.value("min_window", kLeastWindow);
  MeasuredWatch watch;
  watch.steps = read_measured_steps(measured.at(restore ? "restore" : "event"), topology, missing);
  watch.most = seconds(restore ? measured.value("restore_window", window) : window);
  watch.least = seconds(restore ? measured.value("restore_min_window", least) : least);
  watch.settle = seconds(measured.value("settle", kSettle));
  return watch;
}

// Its data path is in the process, and frames wait in the sockets meanwhile.
bool hangs_open_vswitch(const MeasuredCase& measured) {
  const auto& steps = measured.fault.steps;
  return std::any_of(steps.begin(), steps.end(), [&](const MeasuredStep& step) {
    return step.kind == MeasuredStep::Kind::process && step.what == "stop" &&
           std::any_of(step.nodes.begin(), step.nodes.end(), [&](const std::string& node) {
             return measured.open_vswitches.contains(node) &&
                    (step.subject == "all" || step.subject == "ovs-vswitchd");
           });
  });
}

// Steps name links, nodes and their daemons; the harness stops at one that is not there.
void note_absent(const MeasuredWatch& watch, MeasuredCase& out) {
  const auto note = [&](const std::string& what) {
    if (std::find(out.missing.begin(), out.missing.end(), what) == out.missing.end()) {
      out.missing.push_back(what);
    }
  };
  for (const MeasuredStep& step : watch.steps) {
    for (const std::string& link : step.links) {
      if (std::find(out.links.begin(), out.links.end(), link) == out.links.end()) {
        note("no link '" + link + "'");
      }
    }
    for (const std::string& name : step.nodes) {
      const auto& nodes = out.topology.nodes;
      const auto node = std::find_if(nodes.begin(), nodes.end(),
                                     [&](const NodeConfig& one) { return one.name == name; });
      if (node == nodes.end()) {
        note("no node '" + name + "'");
        continue;
      }
      const bool one_daemon = step.kind == MeasuredStep::Kind::process && step.subject != "all" &&
                              !out.open_vswitches.contains(name);
      const bool there =
          std::any_of(node->processes.begin(), node->processes.end(),
                      [&](const ProcessConfig& process) { return process.name == step.subject; });
      if (one_daemon && !there) {
        note("no daemon '" + step.subject + "' on " + name);
      }
    }
  }
}

MeasuredCase read(const json& document, const std::string& path) {
  MeasuredCase out;
  out.path = path;
  const bool at_rest = !document.contains("case");
  const json& state = at_rest
                          ? document.at("state")
                          : document.at("states").at(document.at("baseline").get<std::string>());
  json topology = document.at("topology");
  topology["order"] = numbers_of(document, state);
  read_measured_topology(topology, out);
  if (at_rest) {
    out.baseline = read_settled_state(state);
    return out;
  }
  const json& measured = document.at("case");
  out.id = measured.at("id");
  out.phase = seconds(measured.value("phase", kPhase));
  out.resettle = seconds(measured.value("resettle", kResettle));
  read_probes(topology, out);
  out.fault = read_watch(measured, topology, false, out.missing);
  out.timely = hangs_open_vswitch(out);
  if (measured.contains("restore") && !measured.at("restore").is_null()) {
    out.restore = read_watch(measured, topology, true, out.missing);
  }
  note_absent(out.fault, out);
  if (out.restore) {
    note_absent(*out.restore, out);
  }
  read_repetitions(document, out);
  return out;
}

}  // namespace

MeasuredCase load_measured_case(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    throw std::runtime_error(path + ": cannot be read");
  }
  try {
    return read(json::parse(file), path);
  } catch (const std::exception& error) {
    throw std::runtime_error(path + ": is no measured case: " + error.what());
  }
}

}  // namespace switchfault
