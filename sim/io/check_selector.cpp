#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "core/node_criteria.h"
#include "core/version.h"
#include "io/check_scenario.h"
#include "io/node_kind.h"

namespace switchfault {
namespace {

bool has_pattern(const Selector& selector) {
  return std::any_of(selector.names.begin(), selector.names.end(),
                     [](const Name& name) { return name.text.find('*') != std::string::npos; });
}

bool has_feature(const NodeConfig& node, const std::string& feature) {
  return feature.empty() ||
         std::find(node.features.begin(), node.features.end(), feature) != node.features.end();
}

// Bytes that one comparison looks at; a pattern may be tried at every place of a text.
constexpr std::size_t kBytesPerComparison = 16;

std::size_t cost_of(std::string_view wanted, std::string_view value) {
  return wanted.size() * value.size() / kBytesPerComparison;
}

std::size_t cost_of_labels(const Selector& selector, const NodeConfig& node) {
  std::size_t cost = 0;
  for (const auto& [name, wanted] : selector.labels) {
    const auto label = node.labels.find(name);
    cost += 1 + (label == node.labels.end() ? 0 : cost_of(wanted, label->second));
  }
  return cost;
}

// What it takes to compare all that the selector says with a node, its names left aside.
std::size_t cost_of(const Selector& selector, const NodeConfig& node) {
  return 1 + cost_of(selector.os, node.os) + cost_of(selector.model, node.model) +
         cost_of(selector.hardware_revision, node.hardware_revision) +
         cost_of(selector.role, node.role) + cost_of(selector.site, node.site) +
         cost_of(selector.group, node.group) + cost_of_labels(selector, node) +
         selector.version.size() / kBytesPerComparison +
         (selector.feature.empty() ? 0 : node.features.size());
}

// The nodes that have one of the names, each once; as many as may be compared.
std::vector<std::size_t> named_nodes(const Selector& selector, References& all) {
  const std::vector<NodeConfig>& nodes = all.scenario.topology.nodes;
  std::vector<std::size_t> found;
  if (!selector.names.empty() && !has_pattern(selector)) {
    for (const Name& name : selector.names) {
      if (const auto index = all.nodes.find(name.text)) {
        found.push_back(*index);
      }
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    std::size_t cost = selector.names.size();
    for (const Name& name : selector.names) {
      cost += cost_of(name.text, nodes[i].name);
    }
    if (!spend(cost, all)) {
      break;
    }
    if (matches_names(selector, nodes[i])) {
      found.push_back(i);
    }
  }
  return found;
}

// One criterion and what nodes have under it.
struct Criterion {
  std::string_view name;
  const std::string& wanted;
  std::string NodeConfig::*value;
};

// "no node has role 'cor'", with the nearest that exists.
std::string reason_of(const Criterion& criterion, const References& all) {
  if (criterion.wanted.empty()) {
    return {};
  }
  std::set<std::string_view> present;
  for (const NodeConfig& node : all.scenario.topology.nodes) {
    const std::string& value = node.*criterion.value;
    if (matches_pattern(criterion.wanted, value)) {
      return {};
    }
    if (!value.empty()) {
      present.insert(value);
    }
  }
  const std::string hint = suggestion(criterion.wanted, {present.begin(), present.end()});
  return fmt::format("no node has {} {}{}{}", criterion.name, in_quotes(criterion.wanted),
                     hint.empty() ? "" : "; ", hint);
}

// The same of a label: nobody has it, or nobody with this value.
std::string reason_of_label(const std::string& name, const std::string& wanted,
                            const References& all) {
  std::set<std::string_view> names;
  std::set<std::string_view> values;
  for (const NodeConfig& node : all.scenario.topology.nodes) {
    for (const auto& [key, value] : node.labels) {
      names.insert(key);
      if (key == name && matches_pattern(wanted, value)) {
        return {};
      }
      if (key == name) {
        values.insert(value);
      }
    }
  }
  const bool known = names.contains(name);
  const std::string hint = known ? suggestion(wanted, {values.begin(), values.end()})
                                 : suggestion(name, {names.begin(), names.end()});
  return fmt::format("no node has {} {}{}{}", known ? name + ':' : "the label",
                     in_quotes(known ? wanted : name), hint.empty() ? "" : "; ", hint);
}

// The first criterion that no node fulfils; otherwise what the nodes that fit the others lack.
std::string why_nothing(const Selector& selector, References& all, bool with_os) {
  const Criterion criteria[] = {
      {"os", selector.os, &NodeConfig::os},
      {"model", selector.model, &NodeConfig::model},
      {"hardware_revision", selector.hardware_revision, &NodeConfig::hardware_revision},
      {"role", selector.role, &NodeConfig::role},
      {"site", selector.site, &NodeConfig::site},
      {"group", selector.group, &NodeConfig::group},
  };
  for (const Criterion& criterion : criteria) {
    std::string reason = reason_of(criterion, all);
    if (!reason.empty()) {
      return reason;
    }
  }
  for (const auto& [name, wanted] : selector.labels) {
    std::string reason = reason_of_label(name, wanted, all);
    if (!reason.empty()) {
      return reason;
    }
  }
  if (with_os && !selected_nodes(selector, all, false).empty()) {
    return "only switches, routers, firewalls, load balancers and controllers run a switch OS";
  }
  if (!selector.version.empty()) {
    Selector any_version = selector;
    any_version.version.clear();
    std::set<std::string_view> present;
    for (const std::size_t index : selected_nodes(any_version, all, with_os)) {
      const std::string& version = all.scenario.topology.nodes[index].version;
      present.insert(version.empty() ? "no version" : std::string_view(version));
    }
    if (!present.empty()) {
      std::string list;
      for (const std::string_view version : present) {
        list += fmt::format("{}{}", list.empty() ? "" : ", ", version);
      }
      return fmt::format("the nodes that fit otherwise have {}", in_quotes(list));
    }
  }
  return {};
}

// How many of the matching nodes the amount means.
std::size_t amount_of(const Selector& selector, std::size_t matching) {
  switch (selector.amount) {
    case Selector::Amount::share:
      return static_cast<std::size_t>(std::llround(selector.share * static_cast<double>(matching)));
    case Selector::Amount::count:
      return selector.count;
    case Selector::Amount::all:
    case Selector::Amount::one:
    case Selector::Amount::minority:
    case Selector::Amount::majority:
      break;
  }
  return matching;
}

}  // namespace

bool spend(std::size_t comparisons, References& all) {
  all.comparisons -= std::min(comparisons, all.comparisons);
  return all.comparisons > 0;
}

std::string node_and_others(const References& all, const std::vector<std::size_t>& nodes) {
  const std::string first = in_quotes(all.scenario.topology.nodes[nodes.front()].name);
  const std::size_t others = nodes.size() - 1;
  return others == 0 ? first
                     : fmt::format("{} and {} other node{}", first, others, others == 1 ? "" : "s");
}

std::vector<std::size_t> selected_nodes(const Selector& selector, References& all, bool with_os) {
  const std::vector<NodeConfig>& nodes = all.scenario.topology.nodes;
  if (all.versions.empty()) {
    for (const NodeConfig& node : nodes) {
      all.versions.push_back(Version::parse(node.version));
    }
  }
  const auto range =
      selector.version.empty() ? std::nullopt : VersionRange::parse(selector.version);
  std::vector<std::size_t> found;
  for (const std::size_t index : named_nodes(selector, all)) {
    const NodeConfig& node = nodes[index];
    if (!spend(cost_of(selector, node), all)) {
      break;
    }
    const std::optional<Version>& version = all.versions[index];
    if ((!with_os || has_os(node.kind)) && matches_properties(selector, node) &&
        has_feature(node, selector.feature) && (!range || (version && range->contains(*version)))) {
      found.push_back(index);
    }
  }
  return found;
}

std::vector<std::size_t> check_selector(const Selector& selector, References& all, bool with_os) {
  std::vector<std::size_t> found = selected_nodes(selector, all, with_os);
  bool known = true;
  for (const Name& name : selector.names) {
    known = (name.text.find('*') != std::string::npos || all.nodes.refer(name)) && known;
  }
  if (!known || all.comparisons == 0 || all.sink.full()) {
    return found;
  }
  if (found.empty()) {
    all.sink.error(selector.at, "this selects no node", why_nothing(selector, all, with_os));
    return found;
  }
  const std::size_t amount = amount_of(selector, found.size());
  if (amount == 0) {
    all.sink.error(selector.at, fmt::format("this share of {} node{} is less than half a node",
                                            found.size(), found.size() == 1 ? "" : "s"));
  } else if (amount > found.size()) {
    all.sink.error(selector.at, fmt::format("this selects {} nodes, only {} fit{}", amount,
                                            found.size(), found.size() == 1 ? "s" : ""));
  }
  return found;
}

}  // namespace switchfault
