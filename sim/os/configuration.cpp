#include "os/configuration.h"

#include <algorithm>

namespace switchfault {

std::string_view Configuration::value(std::string_view key) const {
  const auto at = values.find(key);
  return at == values.end() ? std::string_view() : std::string_view(at->second);
}

bool Configuration::has_feature(const NodeConfig& base, std::string_view feature) const {
  const std::string_view changed = values.empty() ? "" : value(feature_key(feature));
  if (!changed.empty()) {
    return changed == "on";
  }
  return !blank &&
         std::find(base.features.begin(), base.features.end(), feature) != base.features.end();
}

bool Configuration::port_enabled(const NodeConfig& base, std::string_view port) const {
  if (isolated()) {
    return false;
  }
  const std::string_view changed = values.empty() ? "" : value(port_key(port));
  if (!changed.empty()) {
    return changed == "on";
  }
  if (blank) {
    return base.kind == NodeKind::switch_;
  }
  const auto at = std::find_if(base.ports.begin(), base.ports.end(),
                               [&](const PortConfig& config) { return config.name == port; });
  return at == base.ports.end() || at->up;
}

std::string feature_key(std::string_view feature) {
  return "features." + std::string(feature);
}

std::string port_key(std::string_view port) {
  return "ports." + std::string(port) + ".up";
}

}  // namespace switchfault
