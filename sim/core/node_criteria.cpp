#include "core/node_criteria.h"

#include <algorithm>

namespace switchfault {

bool has_os(NodeKind kind) {
  switch (kind) {
    case NodeKind::switch_:
    case NodeKind::router:
    case NodeKind::firewall:
    case NodeKind::load_balancer:
    case NodeKind::controller:
      return true;
    case NodeKind::host:
    case NodeKind::external:
    case NodeKind::segment:
      return false;
  }
  return false;
}

bool matches_pattern(std::string_view pattern, std::string_view name) {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++retry;
    } else {
      return false;
    }
  }
  return std::all_of(pattern.begin() + static_cast<std::ptrdiff_t>(p), pattern.end(),
                     [](char c) { return c == '*'; });
}

bool matches_names(const Selector& selector, const NodeConfig& node) {
  return selector.names.empty() ||
         std::any_of(selector.names.begin(), selector.names.end(),
                     [&](const Name& name) { return matches_pattern(name.text, node.name); });
}

bool matches_properties(const Selector& selector, const NodeConfig& node) {
  const auto fits = [](const std::string& wanted, const std::string& value) {
    return wanted.empty() || matches_pattern(wanted, value);
  };
  const auto has_label = [&](const auto& wanted) {
    const auto label = node.labels.find(wanted.first);
    return label != node.labels.end() && matches_pattern(wanted.second, label->second);
  };
  return fits(selector.os, node.os) && fits(selector.model, node.model) &&
         fits(selector.hardware_revision, node.hardware_revision) &&
         fits(selector.role, node.role) && fits(selector.site, node.site) &&
         fits(selector.group, node.group) &&
         std::all_of(selector.labels.begin(), selector.labels.end(), has_label);
}

bool matches_identity(const Selector& selector, const NodeConfig& node) {
  return matches_names(selector, node) && matches_properties(selector, node);
}

}  // namespace switchfault
