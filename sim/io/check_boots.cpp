#include "io/check_boots.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace switchfault {
namespace {

constexpr std::array<std::string_view, kBootKinds> kBootNames = {"cold", "fast", "warm",
                                                                 "power_cycle"};

// The boot that a kind names, directly or through one of its parameters.
std::string_view boot_named(const KindInfo& info, const Arguments& arguments) {
  for (const Argument& argument : arguments) {
    if (argument.name == info.boot) {
      return argument.text;
    }
  }
  return info.boot;
}

}  // namespace

void check_boot_times(const References& all, const std::vector<KindInfo>& kinds,
                      const std::string& kind, const Arguments& arguments,
                      const std::vector<std::size_t>& nodes, SourcePos at) {
  const auto info =
      std::find_if(kinds.begin(), kinds.end(), [&](const KindInfo& k) { return k.name == kind; });
  if (info == kinds.end() || info->boot.empty()) {
    return;
  }
  const auto boot = std::find(kBootNames.begin(), kBootNames.end(), boot_named(*info, arguments));
  if (boot == kBootNames.end()) {
    return;
  }
  const auto number = static_cast<std::size_t>(boot - kBootNames.begin());
  std::vector<std::size_t> without;
  for (const std::size_t index : nodes) {
    if (!all.scenario.topology.nodes[index].boots[number]) {
      without.push_back(index);
    }
  }
  if (!without.empty()) {
    all.sink.error(
        at,
        fmt::format("'{}' needs the times of a {} boot, which {} {} not state", kind, *boot,
                    node_and_others(all, without), without.size() == 1 ? "does" : "do"),
        fmt::format("write boot: {{{}: 4m}} at the node, its kind or in defaults", *boot));
  }
}

}  // namespace switchfault
