#include "net/routing_table.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "core/check.h"
#include "net/network.h"

namespace switchfault {
namespace {

// Before `prefix` of the VRF: the order in which routes are decided and written.
auto key_of(VrfIndex vrf, const IpPrefix& prefix) {
  return std::pair(vrf, prefix);
}

bool by_key(const FibEntry& a, const FibEntry& b) {
  return key_of(a.vrf, a.prefix) < key_of(b.vrf, b.prefix);
}

bool same_key(const FibEntry& a, const FibEntry& b) {
  return a.vrf == b.vrf && a.prefix == b.prefix;
}

// The networks that interfaces which are up stand in; of two interfaces in one the first sends.
RouteRows connected_networks(std::span<const Interface> interfaces) {
  RouteRows networks;
  for (std::size_t i = 0; i < interfaces.size(); ++i) {
    if (interfaces[i].up) {
      for (const IpPrefix& address : interfaces[i].addresses) {
        const IpPrefix network = address.network();
        if (!networks.contains(interfaces[i].vrf, network)) {
          networks.set({.vrf = interfaces[i].vrf,
                        .prefix = network,
                        .next_hops = {{static_cast<InterfaceIndex>(i), IpAddress()}}});
        }
      }
    }
  }
  return networks;
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

// A line of the file, or one of several next hops of it.
struct StaticRoute {
  VrfIndex vrf;
  IpPrefix prefix;
  std::optional<IpAddress> gateway;  // Empty: discard.
  friend auto operator<=>(const StaticRoute&, const StaticRoute&) = default;
};

// Lines for one prefix stand together, gateways in order; a discard first.
std::vector<StaticRoute> static_routes(std::span<const RouteConfig> routes,
                                       std::span<const std::string_view> vrfs) {
  std::vector<StaticRoute> parsed;
  parsed.reserve(routes.size());
  for (const RouteConfig& route : routes) {
    const auto vrf = find_vrf(vrfs, route.vrf);
    const auto prefix = IpPrefix::parse(route.prefix);
    SF_CHECK(prefix.has_value());
    if (!vrf) {
      continue;  // No interface is in that VRF, so nothing could use the route.
    }
    if (route.next_hops.empty()) {
      parsed.push_back({*vrf, prefix->network(), std::nullopt});
    }
    for (const std::string& next_hop : route.next_hops) {
      const auto gateway = IpAddress::parse(next_hop);
      SF_CHECK(gateway.has_value());
      parsed.push_back({*vrf, prefix->network(), gateway});
    }
  }
  std::ranges::sort(parsed);
  parsed.erase(std::unique(parsed.begin(), parsed.end()), parsed.end());
  return parsed;
}

// What can be reached by connected networks, one entry a prefix.
void add_static(const std::vector<StaticRoute>& lines, const RouteRows& networks,
                std::vector<FibEntry>& routes) {
  routes.reserve(routes.size() + lines.size());
  for (std::size_t i = 0; i < lines.size();) {
    FibEntry entry{.vrf = lines[i].vrf, .prefix = lines[i].prefix, .next_hops = {}};
    bool discards = true;  // A gateway beats a discard, even one that cannot be reached.
    for (; i < lines.size() && lines[i].vrf == entry.vrf && lines[i].prefix == entry.prefix; ++i) {
      if (lines[i].gateway) {
        discards = false;
        if (const auto way = networks.find(entry.vrf, *lines[i].gateway)) {
          entry.next_hops.push_back({way->next_hops.front().interface, *lines[i].gateway});
        }
      }
    }
    if (discards || !entry.next_hops.empty()) {
      routes.push_back(std::move(entry));
    }
  }
}

}  // namespace

// Sorted by (vrf, prefix), one a key: connected wins over static, both over what was learned.
std::vector<FibEntry> RoutingTable::decide(std::span<const Interface> interfaces) const {
  const RouteRows networks = connected_networks(interfaces);
  std::vector<FibEntry> routes = networks.entries();
  std::ranges::sort(routes, by_key);
  if (configured_ && !routes_.empty()) {
    const auto own = static_cast<std::ptrdiff_t>(routes.size());
    add_static(static_routes(routes_, vrfs_), networks, routes);
    std::inplace_merge(routes.begin(), routes.begin() + own, routes.end(), by_key);
  }
  for (const auto& [source, learned] : learned_) {
    const auto own = static_cast<std::ptrdiff_t>(routes.size());
    routes.reserve(routes.size() + learned.size());
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

std::vector<RemoveRoute> RoutingTable::take(const std::vector<FibEntry>& now,
                                            std::vector<bool>& changed) {
  decided_.expect(now.size() - std::min(now.size(), decided_.size()));
  for (const FibEntry& entry : now) {
    changed.push_back(decided_.set(entry));
  }
  std::vector<RemoveRoute> removed;
  if (decided_.size() == now.size()) {
    return removed;
  }
  for (const FibEntry& entry : decided_.entries()) {
    const auto at = std::ranges::lower_bound(now, entry, by_key);
    if (at == now.end() || by_key(entry, *at)) {
      removed.push_back({entry.vrf, entry.prefix});
    }
  }
  std::ranges::sort(removed, {},
                    [](const RemoveRoute& one) { return key_of(one.vrf, one.prefix); });
  for (const RemoveRoute& one : removed) {
    decided_.remove(one.vrf, one.prefix);
  }
  return removed;
}

std::vector<ChipWrite> RoutingTable::update(std::span<const Interface> interfaces) {
  std::vector<FibEntry> now = decide(interfaces);
  std::vector<bool> changed;
  const std::vector<RemoveRoute> removed = take(now, changed);
  std::vector<ChipWrite> writes;
  auto gone = removed.begin();
  for (std::size_t i = 0; i < now.size(); ++i) {
    for (; gone != removed.end() &&
           key_of(gone->vrf, gone->prefix) < key_of(now[i].vrf, now[i].prefix);
         ++gone) {
      writes.emplace_back(*gone);
    }
    if (changed[i]) {
      writes.emplace_back(SetRoute{std::move(now[i])});
    }
  }
  writes.insert(writes.end(), gone, removed.end());
  return writes;
}

std::vector<ChipWrite> RoutingTable::restart(std::span<const Interface> interfaces) {
  std::vector<FibEntry> now = decide(interfaces);
  std::vector<bool> changed;
  std::vector<ChipWrite> writes;
  for (const RemoveRoute& one : take(now, changed)) {
    writes.emplace_back(one);
  }
  for (FibEntry& entry : now) {
    writes.emplace_back(SetRoute{std::move(entry)});
  }
  return writes;
}

}  // namespace switchfault
