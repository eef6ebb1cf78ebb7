#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <switchfault/run.h>

#include "commands.h"
#include "loading.h"

namespace switchfault {
namespace {

std::string text_table(const Snapshot& snapshot) {
  std::vector<std::size_t> widths;
  for (const std::string& column : snapshot.columns) {
    widths.push_back(column.size());
  }
  for (const auto& row : snapshot.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string text = snapshot.title + "\n";
  const auto add = [&](const std::vector<std::string>& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += fmt::format("  {:<{}}", row[i], widths[i]);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  };
  std::size_t width = 0;
  for (const auto& [name, value] : snapshot.facts) {
    width = std::max(width, name.size());
  }
  for (const auto& [name, value] : snapshot.facts) {
    text += fmt::format("  {:<{}}  {}\n", name, width, value);
  }
  add(snapshot.columns);
  for (const auto& row : snapshot.rows) {
    add(row);
  }
  return snapshot.rows.empty() ? text + "  (no entries)\n" : text;
}

nlohmann::ordered_json json_table(const Snapshot& snapshot) {
  nlohmann::ordered_json json = {{"title", snapshot.title}};
  for (const auto& [name, value] : snapshot.facts) {
    json["facts"][name] = value;
  }
  json["columns"] = snapshot.columns;
  json["rows"] = snapshot.rows;
  return json;
}

int execute(const Parsed& parsed) {
  const auto& positional = parsed.positional();
  const std::string& what = positional.back();
  const std::string node = positional.size() == 3 ? positional[1] : "";
  const std::vector<std::string> tables = show_tables();
  if (std::find(tables.begin(), tables.end(), what) == tables.end()) {
    const std::vector<std::string_view> known(tables.begin(), tables.end());
    throw UsageError(fmt::format("unknown table '{}'; {}", what, suggestion(what, known)));
  }
  const Scenario scenario = load_from(parsed);
  if (!node.empty()) {
    std::vector<std::string_view> nodes;
    for (const NodeConfig& config : scenario.topology.nodes) {
      nodes.emplace_back(config.name);
    }
    if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) {
      throw UsageError(fmt::format("unknown node '{}'; {}", node, suggestion(node, nodes)));
    }
  }
  const Duration at = time_argument(parsed, scenario);
  const auto snapshots = show(scenario, run_options(parsed), at, node, what);
  if (parsed.choice("format", {"text", "json"}) == "json") {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const Snapshot& snapshot : snapshots) {
      json.push_back(json_table(snapshot));
    }
    fmt::print("{}\n", json.dump(2));
    return kExitPass;
  }
  for (const Snapshot& snapshot : snapshots) {
    fmt::print("{}", text_table(snapshot));
  }
  if (snapshots.empty()) {
    fmt::print(stderr, "{} {} table\n", node.empty() ? "no node has a" : node + " has no", what);
  }
  return kExitPass;
}

}  // namespace

Command show_command() {
  CommandSpec spec{.name = "show",
                   .summary = "print a table of a node (routes, mac, spanning-tree …) at a time",
                   .arguments = "SCENARIO [NODE] TABLE",
                   .minimum = 2,
                   .maximum = 3,
                   .options = scenario_options(),
                   .details = fmt::format("TABLE is {}.\nWithout NODE, of every node that has one.",
                                          fmt::join(show_tables(), ", "))};
  spec.options.push_back({"at", "TIME", "time since the start (4h30m) or a date with offset"});
  spec.options.push_back({"format", "FORMAT", "text or json"});
  return {spec, execute};
}

}  // namespace switchfault
