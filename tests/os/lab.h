// Lab: a few OS instances on a clock, and what happened to them as lines of text.
//
//   Lab lab(lab_switch("s1"));
//   lab.os().panic("bug");
//   lab.run_for(3min);
//   EXPECT_EQ(lab.log(), (Log{"0s s1 host panicked: bug", …}));
//
// Instances are up at time 0; their first start is not logged. There is no network.

#ifndef SWITCHFAULT_TESTS_OS_LAB_H_
#define SWITCHFAULT_TESTS_OS_LAB_H_

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <switchfault/observation.h>
#include <switchfault/topology.h>

#include "core/check.h"
#include "core/observation_log.h"
#include "core/random.h"
#include "core/simulator.h"
#include "os/switch_os.h"

namespace switchfault {

using Log = std::vector<std::string>;

// A switch with boots of every kind: cold 90/60/100 s (data, control, management), fast 25/60/70 s,
// warm 0/60/70 s, power cycle 120/90/130 s.
inline NodeConfig lab_switch(const std::string& name) {
  using std::chrono::seconds;
  NodeConfig config;
  config.name = name;
  config.kind = NodeKind::switch_;
  config.os = "LabOS";
  config.version = "1.0";
  const auto times = [](int data, int control, int management) {
    return PlaneTimes{seconds{data}, seconds{control}, seconds{management}};
  };
  config.boots = {times(90, 60, 100), times(25, 60, 70), times(0, 60, 70), times(120, 90, 130)};
  return config;
}

// Adds a process with memory and a supervisor to a configuration.
inline void add_process(NodeConfig& config, const std::string& name, const std::string& function,
                        Bytes memory = {},
                        const std::optional<SupervisorPolicy>& supervisor = std::nullopt) {
  ProcessConfig process;
  process.name = name;
  process.function = function;
  process.memory = memory;
  process.supervisor = supervisor;
  config.processes.push_back(process);
}

class Lab {
 public:
  static constexpr std::size_t kPorts = 4;  // "1/1", "1/2", "2/1", "2/2"

  explicit Lab(const NodeConfig& config, std::uint64_t seed = 1)
      : Lab(std::vector<NodeConfig>{config}, seed) {}
  explicit Lab(std::vector<NodeConfig> configs, std::uint64_t seed = 1)
      : configs_(std::move(configs)), random_(seed), simulator_(seed), log_(simulator_) {
    std::uint32_t base = 0;
    for (std::size_t i = 0; i < configs_.size(); ++i) {
      const SwitchOs::Context context{simulator_, log_, random_};
      const Entity node(EntityKind::node, static_cast<std::uint32_t>(i));
      instances_.push_back(std::make_unique<SwitchOs>(context, configs_[i], node,
                                                      stable_hash(configs_[i].name), base, kPorts));
      static constexpr std::array<std::string_view, kPorts> kNames = {"1/1", "1/2", "2/1", "2/2"};
      instances_.back()->set_port_names(kNames);
      base += static_cast<std::uint32_t>(instances_.back()->processes().size());
    }
    log_.set_recording(false);
    for (auto& instance : instances_) {
      instance->power_on();
    }
    log_.set_recording(true);
  }

  SwitchOs& os(std::string_view name) {
    for (auto& instance : instances_) {
      if (instance->config().name == name) {
        return *instance;
      }
    }
    SF_CHECK(false);
    return *instances_.front();
  }
  SwitchOs& os() { return *instances_.front(); }
  Simulator& simulator() { return simulator_; }
  const Random& random() const { return random_; }
  ObservationLog& observations() { return log_; }

  void run_for(Duration duration) { simulator_.run_until(simulator_.now() + duration); }
  // Everything since the start, or since the last call of forget().
  [[nodiscard]] Log log() const {
    Log lines;
    for (std::size_t i = forgotten_; i < log_.observations().size(); ++i) {
      lines.push_back(line(log_.observations()[i]));
    }
    return lines;
  }
  void forget() { forgotten_ = log_.observations().size(); }

 private:
  [[nodiscard]] std::string line(const Observation& one) const {
    std::string text = format_duration(one.at.time_since_epoch()) + ' ';
    const Entity node = one.subject.kind() == EntityKind::process ? one.object : one.subject;
    text += configs_[node.index()].name + ' ' + event(one);
    return text;
  }

  [[nodiscard]] std::string event(const Observation& one) const {
    static constexpr std::array kHosts = {"off", "booting", "up", "hung", "panicked", "failed"};
    static constexpr std::array kBoots = {"cold", "fast", "warm", "power_cycle"};
    static constexpr std::array kProcesses = {"stopped", "starting", "running",
                                              "hung",    "crashed",  "given up"};
    static constexpr std::array kPlanes = {"data", "control", "management"};
    const std::string why(log_.text(one.text));
    const std::string because = why.empty() ? "" : ": " + why;
    const auto value = static_cast<std::size_t>(one.value);
    const std::string number = std::to_string(one.value);
    using K = ObservationKind;
    const K kind = one.kind;
    if (kind == K::host_state) {
      return std::string("host ") + kHosts.at(value) + because;
    }
    if (kind == K::boot_started) {
      return std::string("boot ") + kBoots.at(value) + because;
    }
    if (kind == K::boot_failed) {
      return "boot failed" + because;
    }
    if (kind == K::plane_state) {
      return std::string(kPlanes.at(value / 2)) + (value % 2 == 1 ? " up" : " down");
    }
    if (kind == K::management) {
      return value == 1 ? "management up" : "management down";
    }
    if (kind == K::process_state) {
      return process_name(one.subject) + ' ' + kProcesses.at(value);
    }
    if (kind == K::memory_state) {
      return "memory " + number + '%';
    }
    if (kind == K::cpu_state) {
      return "cpu " + number + '%';
    }
    if (kind == K::configuration) {
      return "configuration " + why;
    }
    if (kind == K::firmware) {
      return "firmware " + why;
    }
    if (kind == K::table_stale) {
      return value == 1 ? "tables stale" : "tables agree";
    }
    if (kind == K::table_corrupted) {
      return "table " + why + " corrupted: " + number;
    }
    if (kind == K::table_full) {
      return "table " + why + (value == 1 ? " full" : " has room");
    }
    return std::string(observation_name(one.kind)) + ' ' + number + because;
  }

  [[nodiscard]] std::string process_name(Entity process) const {
    for (const auto& instance : instances_) {
      for (const Process& row : instance->processes()) {
        if (row.entity == process) {
          return std::string(row.name);
        }
      }
    }
    return "?";
  }

  std::vector<NodeConfig> configs_;
  Random random_;
  Simulator simulator_;
  ObservationLog log_;
  std::vector<std::unique_ptr<SwitchOs>> instances_;
  std::size_t forgotten_ = 0;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_OS_LAB_H_
