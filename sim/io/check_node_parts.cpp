#include "io/check_node_parts.h"

#include <algorithm>

#include <fmt/format.h>

namespace switchfault {
namespace {

// Names and functions by which the processes of a node can be named.
std::vector<std::string_view> process_names(const References& all, const NodeConfig& node) {
  std::vector<std::string_view> names;
  for (const ProcessConfig& process : node.processes) {
    names.emplace_back(process.name);
    if (!process.function.empty()) {
      names.emplace_back(process.function);
    }
  }
  for (const KindProcesses& kind : all.catalog.processes) {
    if (kind.kind == node.kind) {
      names.insert(names.end(), kind.functions.begin(), kind.functions.end());
    }
  }
  return names;
}

void check_process(References& all, const Argument& argument, const std::vector<std::size_t>& nodes,
                   bool all_of_them) {
  std::vector<std::size_t> without;
  for (const std::size_t index : nodes) {
    const NodeConfig& node = all.scenario.topology.nodes[index];
    if (!spend(node.processes.size(), all)) {
      return;
    }
    const auto names = process_names(all, node);
    if (std::find(names.begin(), names.end(), argument.text) == names.end()) {
      without.push_back(index);
    }
  }
  if (without.empty() || (!all_of_them && without.size() < nodes.size())) {
    return;
  }
  const auto names = process_names(all, all.scenario.topology.nodes[without.front()]);
  all.sink.error(argument.at,
                 fmt::format("there is no process {} at {}", in_quotes(argument.text),
                             node_and_others(all, without)),
                 all.sink.full() ? std::string{} : suggestion(argument.text, names));
}

}  // namespace

void check_processes(References& all, const KindInfo& kind, const Arguments& arguments,
                     const std::vector<std::size_t>& nodes) {
  for (const Parameter& parameter : kind.parameters) {
    const auto argument = std::find_if(arguments.begin(), arguments.end(),
                                       [&](const Argument& a) { return a.name == parameter.name; });
    if (parameter.unit == Unit::process && argument != arguments.end()) {
      check_process(all, *argument, nodes, kind.targets != TargetKind::nodes);
    }
  }
}

void check_memory(const References& all, const KindInfo& kind,
                  const std::vector<std::size_t>& nodes, SourcePos at) {
  std::vector<std::size_t> without;
  for (const std::size_t index : nodes) {
    if (kind.needs_memory && all.scenario.topology.nodes[index].memory.count == 0) {
      without.push_back(index);
    }
  }
  if (!without.empty()) {
    all.sink.error(at,
                   fmt::format("'{}' needs the memory of a node, which {} {} not state", kind.name,
                               node_and_others(all, without), without.size() == 1 ? "does" : "do"),
                   "write memory: 8GiB at the node, its kind or in defaults");
  }
}

}  // namespace switchfault
