// Checks of what routing protocols are told: what a real daemon would refuse.
// Kinds are not asked for by name: whoever has a router_id, an area, hello and
// dead intervals, keepalive and hold times means the same by them.

#include <charconv>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include <switchfault/ip_address.h>
#include <switchfault/units.h>

#include "io/check_scenario.h"

namespace switchfault {
namespace {

const Argument* find(const Arguments& arguments, std::string_view name) {
  for (const Argument& argument : arguments) {
    if (argument.name == name) {
      return &argument;
    }
  }
  return nullptr;
}

bool is_area(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  const auto address = IpAddress::parse(text);
  return is_number || (address && address->is_v4());
}

// Of a node, or of one interface: what stands there goes before what the node
// says.
struct Settings {
  const Arguments& node;
  const Arguments* here = nullptr;
  [[nodiscard]] const Argument* own(std::string_view name) const {
    return find(here != nullptr ? *here : node, name);
  }
  [[nodiscard]] const Argument* any(std::string_view name) const {
    const Argument* const found = own(name);
    return found != nullptr ? found : find(node, name);
  }
};

// Told at the one that stands here; what does not is told where it stands.
void check_order(const References& all, const Settings& settings, std::string_view shorter,
                 std::string_view longer, std::string_view why) {
  const Argument* const a = settings.any(shorter);
  const Argument* const b = settings.any(longer);
  const Argument* const at =
      settings.own(longer) != nullptr ? settings.own(longer) : settings.own(shorter);
  if (a == nullptr || b == nullptr || at == nullptr) {
    return;
  }
  const auto first = parse_duration(a->text);
  const auto second = parse_duration(b->text);
  if (first && second && *second > Duration::zero() && *first >= *second) {
    all.sink.error(
        at->at,
        fmt::format("{} of {} is not longer than {} of {}", longer, b->text, shorter, a->text),
        std::string(why));
  }
}

void check_settings(const References& all, const Settings& settings) {
  check_order(all, settings, "hello", "dead", "a neighbour would be lost between two hellos");
  check_order(all, settings, "keepalive", "hold", "a neighbour would be lost between two of them");
  const Argument* const area = settings.own("area");
  if (area != nullptr && !is_area(area->text)) {
    all.sink.error(area->at, fmt::format("'{}' is no area", area->text),
                   "a number or an address: 0, 0.0.0.1");
  }
}

}  // namespace

void check_routing(References& all) {
  for (const KindInfo& kind : all.catalog.protocols) {
    if (kind.check == nullptr) {
      continue;
    }
    for (const Remark& remark : kind.check(all.scenario.topology)) {
      if (remark.refused) {
        all.sink.error(remark.at, remark.text, remark.hint);
      }
    }
  }
  std::map<std::pair<std::string, std::string>, const NodeConfig*> routers;
  for (const NodeConfig& node : all.scenario.topology.nodes) {
    for (const ProtocolConfig& protocol : node.protocols) {
      check_settings(all, {protocol.arguments});
      for (const InterfaceConfig& interface : node.interfaces) {
        const auto own = interface.protocols.find(protocol.kind);
        if (own != interface.protocols.end()) {
          check_settings(all, {protocol.arguments, &own->second});
        }
      }
      const Argument* const router = find(protocol.arguments, "router_id");
      if (router == nullptr) {
        continue;
      }
      const auto [first, is_new] = routers.try_emplace({protocol.kind, router->text}, &node);
      if (!is_new) {
        all.sink.error(
            router->at,
            fmt::format("'{}' has this router_id of {}, too", first->second->name, protocol.kind),
            "each router needs one of its own");
      }
    }
  }
}

}  // namespace switchfault
