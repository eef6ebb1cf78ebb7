#include "net/routing_table.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>

#include "core/check.h"
#include "net/network.h"

namespace switchfault {
namespace {

// A network that an interface which is up stands in.
struct Connected {
  VrfIndex vrf;
  IpPrefix network;
  InterfaceIndex interface;
};

bool by_key(const FibEntry& a, const FibEntry& b) {
  return std::pair(a.vrf, a.prefix) < std::pair(b.vrf, b.prefix);
}

bool same_key(const FibEntry& a, const FibEntry& b) {
  return a.vrf == b.vrf && a.prefix == b.prefix;
}

std::vector<Connected> connected_networks(std::span<const Interface> interfaces) {
  std::vector<Connected> networks;
  for (std::size_t i = 0; i < interfaces.size(); ++i) {
    if (interfaces[i].up) {
      for (const IpPrefix& address : interfaces[i].addresses) {
        networks.push_back({interfaces[i].vrf, address.network(), static_cast<InterfaceIndex>(i)});
      }
    }
  }
  return networks;
}

// The interface towards a gateway: the longest connected network, the first interface of equals.
std::optional<InterfaceIndex> towards(const std::vector<Connected>& networks, VrfIndex vrf,
                                      const IpAddress& gateway) {
  const Connected* best = nullptr;
  for (const Connected& candidate : networks) {
    if (candidate.vrf == vrf && candidate.network.contains(gateway) &&
        (best == nullptr || candidate.network.length() > best->network.length())) {
      best = &candidate;
    }
  }
  return best == nullptr ? std::nullopt : std::optional(best->interface);
}

// The route by those of its next hops whose interface is up.
void add_usable(const FibEntry& route, std::span<const Interface> interfaces,
                std::vector<FibEntry>& routes) {
  const auto usable = [&](const NextHop& hop) {
    return interfaces[static_cast<std::size_t>(hop.interface)].up;
  };
  if (std::ranges::all_of(route.next_hops, usable)) {
    routes.push_back(route);
    return;
  }
  FibEntry rest{.vrf = route.vrf, .prefix = route.prefix, .next_hops = {}};
  std::ranges::copy_if(route.next_hops, std::back_inserter(rest.next_hops), usable);
  if (!rest.next_hops.empty()) {
    routes.push_back(std::move(rest));
  }
}

std::optional<VrfIndex> find_vrf(std::span<const std::string_view> vrfs, std::string_view name) {
  const auto found = std::ranges::find(vrfs, name);
  return found == vrfs.end() ? std::nullopt
                             : std::optional(static_cast<VrfIndex>(found - vrfs.begin()));
}

}  // namespace

RoutingTable::RoutingTable(std::span<const RouteConfig> routes,
                           std::span<const std::string_view> vrfs) {
  for (const RouteConfig& route : routes) {
    const auto vrf = find_vrf(vrfs, route.vrf);
    const auto prefix = IpPrefix::parse(route.prefix);
    SF_CHECK(prefix.has_value());
    if (!vrf) {
      continue;  // No interface is in that VRF, so nothing could use the route.
    }
    StaticRoute parsed{.vrf = *vrf, .prefix = prefix->network(), .gateways = {}};
    for (const std::string& next_hop : route.next_hops) {
      const auto gateway = IpAddress::parse(next_hop);
      SF_CHECK(gateway.has_value());
      parsed.gateways.push_back(*gateway);
    }
    static_routes_.push_back(std::move(parsed));
  }
  std::ranges::stable_sort(static_routes_, {}, [](const StaticRoute& route) {
    return std::pair(route.vrf, route.prefix);
  });
  // Lines for one prefix are one group; a gateway beats a discard.
  std::vector<StaticRoute> merged;
  for (StaticRoute& route : static_routes_) {
    if (merged.empty() || merged.back().vrf != route.vrf || merged.back().prefix != route.prefix) {
      merged.push_back({.vrf = route.vrf, .prefix = route.prefix, .gateways = {}});
    }
    std::vector<IpAddress>& gateways = merged.back().gateways;
    gateways.insert(gateways.end(), route.gateways.begin(), route.gateways.end());
  }
  for (StaticRoute& route : merged) {
    std::ranges::sort(route.gateways);
    route.gateways.erase(std::unique(route.gateways.begin(), route.gateways.end()),
                         route.gateways.end());
  }
  static_routes_ = std::move(merged);
}

std::vector<FibEntry> RoutingTable::decide(std::span<const Interface> interfaces) const {
  const std::vector<Connected> networks = connected_networks(interfaces);
  std::vector<FibEntry> routes;
  routes.reserve(networks.size());
  for (const Connected& network : networks) {
    routes.push_back({.vrf = network.vrf,
                      .prefix = network.network,
                      .next_hops = {{.interface = network.interface, .gateway = {}}}});
  }
  if (configured_) {
    for (const StaticRoute& route : static_routes_) {
      FibEntry entry{.vrf = route.vrf, .prefix = route.prefix, .next_hops = {}};
      for (const IpAddress& gateway : route.gateways) {
        if (const auto interface = towards(networks, route.vrf, gateway)) {
          entry.next_hops.push_back({.interface = *interface, .gateway = gateway});
        }
      }
      if (!entry.next_hops.empty() || route.gateways.empty()) {
        routes.push_back(std::move(entry));
      }
    }
  }
  // Connected ones stand first, so they win among equal keys, and learned ones last; of two
  // interfaces in one network the first sends.
  std::ranges::stable_sort(routes, by_key);
  for (const auto& [source, learned] : learned_) {
    const auto own = static_cast<std::ptrdiff_t>(routes.size());
    for (const FibEntry& route : learned) {
      add_usable(route, interfaces, routes);
    }
    std::inplace_merge(routes.begin(), routes.begin() + own, routes.end(), by_key);
  }
  routes.erase(std::unique(routes.begin(), routes.end(), same_key), routes.end());
  return routes;
}

void RoutingTable::learn(RouteSource source, std::vector<FibEntry> routes) {
  learned_[source] = std::move(routes);
}

std::vector<ChipWrite> RoutingTable::update(std::span<const Interface> interfaces) {
  std::vector<FibEntry> now = decide(interfaces);
  std::vector<ChipWrite> writes;
  // Merge of two sorted lists: only in the old one, changed, only in the new one.
  auto before = decided_.begin();
  auto after = now.begin();
  while (before != decided_.end() || after != now.end()) {
    if (after == now.end() || (before != decided_.end() && by_key(*before, *after))) {
      writes.emplace_back(RemoveRoute{before->vrf, before->prefix});
      ++before;
    } else if (before == decided_.end() || by_key(*after, *before)) {
      writes.emplace_back(SetRoute{*after});
      ++after;
    } else {
      if (before->next_hops != after->next_hops) {
        writes.emplace_back(SetRoute{*after});
      }
      ++before;
      ++after;
    }
  }
  decided_ = std::move(now);
  return writes;
}

std::vector<ChipWrite> RoutingTable::restart(std::span<const Interface> interfaces) {
  std::vector<ChipWrite> writes;
  for (const ChipWrite& write : update(interfaces)) {
    if (std::holds_alternative<RemoveRoute>(write)) {
      writes.push_back(write);
    }
  }
  for (const FibEntry& entry : decided_) {
    writes.emplace_back(SetRoute{entry});
  }
  return writes;
}

}  // namespace switchfault
