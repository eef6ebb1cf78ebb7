#include "os/process.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "core/check.h"

namespace switchfault {
namespace {

using F = ProcessFunction;

constexpr std::array<std::string_view, kProcessFunctions> kNames = {"spanning_tree",
                                                                    "lacp",
                                                                    "routing",
                                                                    "ospf",
                                                                    "bgp",
                                                                    "bfd",
                                                                    "first_hop_redundancy",
                                                                    "mac_learning",
                                                                    "neighbor_resolution",
                                                                    "table_programmer",
                                                                    "sessions",
                                                                    "health_checks",
                                                                    "management",
                                                                    "other"};

std::initializer_list<ProcessFunction> functions_of(NodeKind kind) {
  static constexpr std::initializer_list<F> kSwitch = {F::spanning_tree,
                                                       F::routing,
                                                       F::first_hop_redundancy,
                                                       F::mac_learning,
                                                       F::neighbor_resolution,
                                                       F::table_programmer,
                                                       F::management};
  static constexpr std::initializer_list<F> kRouter = {F::routing, F::first_hop_redundancy,
                                                       F::neighbor_resolution, F::table_programmer,
                                                       F::management};
  static constexpr std::initializer_list<F> kFirewall = {
      F::routing,          F::first_hop_redundancy,
      F::mac_learning,     F::neighbor_resolution,
      F::table_programmer, F::sessions,
      F::management};
  static constexpr std::initializer_list<F> kLoadBalancer = {
      F::routing,          F::first_hop_redundancy,
      F::mac_learning,     F::neighbor_resolution,
      F::table_programmer, F::sessions,
      F::health_checks,    F::management};
  static constexpr std::initializer_list<F> kController = {F::neighbor_resolution, F::management};
  switch (kind) {
    case NodeKind::switch_:
      return kSwitch;
    case NodeKind::router:
      return kRouter;
    case NodeKind::firewall:
      return kFirewall;
    case NodeKind::load_balancer:
      return kLoadBalancer;
    case NodeKind::controller:
      return kController;
    case NodeKind::host:
    case NodeKind::external:
    case NodeKind::segment:
      return {};
  }
  return {};
}

ProcessFunction function_named(std::string_view name) {
  const auto at = std::find(kNames.begin(), kNames.end(), name);
  return at == kNames.end() ? F::other : static_cast<F>(at - kNames.begin());
}

// amount per `per`, over `elapsed`, without overflow: 2^63 ns are 292 years.
std::int64_t leaked(const ByteRate& rate, Duration elapsed) {
  __extension__ using Wide = __int128;
  if (rate.amount.count == 0 || elapsed <= Duration::zero()) {
    return 0;
  }
  SF_CHECK(rate.per > Duration::zero());
  const Wide lost = Wide{rate.amount.count} * elapsed.count() / rate.per.count();
  constexpr Wide kMost = std::int64_t{1} << 60U;  // Beyond every memory; sums cannot overflow.
  return static_cast<std::int64_t>(std::min(lost, kMost));
}

}  // namespace

std::string_view function_name(ProcessFunction function) {
  return kNames[static_cast<std::size_t>(function)];
}

Bytes Process::memory_at(SimTime time) const {
  if (!alive()) {
    return {};
  }
  return {memory_at_start.count + lost.count + leaked(leak, time - leak_since)};
}

SupervisorPolicy default_supervisor() {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  return {.restarts = true,
          .poll = {},
          .unresponsive_after = {},
          .delay = milliseconds{100},
          .delay_max = {},
          .limit_starts = 5,
          .limit_window = seconds{10}};
}

std::vector<KindProcesses> processes_by_kind() {
  std::vector<KindProcesses> rows;
  for (const NodeKind kind : {NodeKind::switch_, NodeKind::router, NodeKind::firewall,
                              NodeKind::load_balancer, NodeKind::controller}) {
    KindProcesses& row = rows.emplace_back(KindProcesses{.kind = kind, .functions = {}});
    for (const ProcessFunction function : functions_of(kind)) {
      row.functions.emplace_back(function_name(function));
    }
  }
  return rows;
}

std::vector<Process> make_processes(const NodeConfig& config, std::uint32_t process_base) {
  std::vector<Process> processes;
  const auto defaults = functions_of(config.kind);
  processes.reserve(defaults.size() + config.processes.size());
  for (const ProcessFunction function : defaults) {
    Process process;
    process.name = function_name(function);
    process.function = function;
    process.supervisor = default_supervisor();
    processes.push_back(process);
  }
  for (const ProcessConfig& named : config.processes) {
    const ProcessFunction function = function_named(named.function);
    auto at = std::find_if(processes.begin(), processes.end(), [&](const Process& process) {
      return process.name == named.name || (function != F::other && process.function == function);
    });
    if (at == processes.end()) {
      processes.emplace_back();
      at = std::prev(processes.end());
      at->function = function;
    }
    at->name = named.name;
    at->memory_at_start = named.memory;
    at->supervisor = named.supervisor.value_or(default_supervisor());
  }
  for (std::size_t i = 0; i < processes.size(); ++i) {
    processes[i].entity = Entity(EntityKind::process, process_base + static_cast<std::uint32_t>(i));
  }
  return processes;
}

std::size_t process_count(const NodeConfig& config) {
  return make_processes(config, 0).size();
}

}  // namespace switchfault
