#include "net/routing_table.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <variant>

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

// Leaves routes the next hops whose interface is up. Routes that follow each other often have one
// group, which is then looked at once.
class UsableHops {
 public:
  explicit UsableHops(std::span<const Interface> interfaces) : interfaces_(interfaces) {}
  const NextHops& of(const NextHops& hops) {
    if (!hops.shares(asked_)) {
      asked_ = hops;
      const auto up = [this](const NextHop& hop) {
        return interfaces_[static_cast<std::size_t>(hop.interface)].up;
      };
      if (std::ranges::all_of(hops, up)) {
        usable_ = hops;
      } else {
        std::vector<NextHop> rest;
        std::ranges::copy_if(hops, std::back_inserter(rest), up);
        usable_ = NextHops(rest);
      }
    }
    return usable_;
  }

 private:
  std::span<const Interface> interfaces_;
  NextHops asked_, usable_;
};

// Those whose prefix nobody more trusted has, both sorted.
void add_learned(const std::vector<FibEntry>& learned, UsableHops& usable,
                 std::vector<FibEntry>& routes) {
  const std::vector<FibEntry> trusted = std::exchange(routes, {});
  routes.reserve(trusted.size() + learned.size());
  auto next = trusted.begin();
  for (const FibEntry& route : learned) {
    for (; next != trusted.end() && by_key(*next, route); ++next) {
      routes.push_back(*next);
    }
    if (next != trusted.end() && same_key(*next, route)) {
      continue;
    }
    const NextHops& hops = usable.of(route.next_hops);
    if (!hops.empty()) {
      routes.push_back({.vrf = route.vrf, .prefix = route.prefix, .next_hops = hops});
    }
  }
  routes.insert(routes.end(), next, trusted.end());
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
  bool bfd = false;
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
      parsed.push_back({*vrf, prefix->network(), std::nullopt, false});
    }
    for (const std::string& next_hop : route.next_hops) {
      const auto gateway = IpAddress::parse(next_hop);
      SF_CHECK(gateway.has_value());
      parsed.push_back({*vrf, prefix->network(), gateway, route.bfd});
    }
  }
  std::ranges::sort(parsed);
  parsed.erase(std::unique(parsed.begin(), parsed.end()), parsed.end());
  return parsed;
}

// What can be reached by connected networks, one entry a prefix.
void add_static(const std::vector<StaticRoute>& lines, const RouteRows& networks,
                const std::set<InterfaceIndex>& heard, std::vector<FibEntry>& routes) {
  routes.reserve(routes.size() + lines.size());
  for (std::size_t i = 0; i < lines.size();) {
    FibEntry entry{.vrf = lines[i].vrf, .prefix = lines[i].prefix, .next_hops = {}};
    std::vector<NextHop> hops;
    bool discards = true;  // A gateway beats a discard, even one that cannot be reached.
    for (; i < lines.size() && lines[i].vrf == entry.vrf && lines[i].prefix == entry.prefix; ++i) {
      if (lines[i].gateway) {
        discards = false;
        const auto way = networks.find(entry.vrf, *lines[i].gateway);
        if (way && (!lines[i].bfd || heard.contains(way->next_hops.front().interface))) {
          hops.push_back({way->next_hops.front().interface, *lines[i].gateway});
        }
      }
    }
    if (discards || !hops.empty()) {
      entry.next_hops = NextHops(hops);
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
    add_static(static_routes(routes_, vrfs_), networks, heard_, routes);
    std::inplace_merge(routes.begin(), routes.begin() + own, routes.end(), by_key);
    routes.erase(std::unique(routes.begin(), routes.end(), same_key), routes.end());
  }
  UsableHops usable(interfaces);
  for (const auto& [source, learned] : learned_) {
    add_learned(learned, usable, routes);
  }
  add_learned(former_, usable, routes);
  return routes;
}

void RoutingTable::learn(RouteSource source, std::vector<FibEntry> routes) {
  if (!former_.empty()) {
    std::erase_if(former_, [&](const FibEntry& former) {
      const auto at = std::ranges::lower_bound(routes, former, by_key);
      return at != routes.end() && same_key(*at, former);
    });
  }
  learned_[source] = std::move(routes);
}

void RoutingTable::hear(InterfaceIndex interface, bool heard) {
  if (heard) {
    heard_.insert(interface);
  } else {
    heard_.erase(interface);
  }
}

// Sorted by (vrf, prefix). The rows are so within each prefix length: what is sorted is merged.
std::vector<FibEntry> RoutingTable::decided() const {
  std::vector<FibEntry> routes = decided_.entries();
  auto sorted = std::is_sorted_until(routes.begin(), routes.end(), by_key);
  while (sorted != routes.end()) {
    const auto next = std::is_sorted_until(sorted, routes.end(), by_key);
    std::inplace_merge(routes.begin(), sorted, next, by_key);
    sorted = next;
  }
  return routes;
}

void RoutingTable::take(std::span<const ChipWrite> writes) {
  decided_.expect(writes.size());
  for (const ChipWrite& write : writes) {
    if (const auto* set = std::get_if<SetRoute>(&write)) {
      decided_.set(set->entry);
    } else if (const auto* gone = std::get_if<RemoveRoute>(&write)) {
      decided_.remove(gone->vrf, gone->prefix);
    }
  }
}

// What stands in the kernel when these have been written. A refused route leaves the one before it.
void RoutingTable::through_kernel(std::span<const Interface> interfaces, SimTime now,
                                  std::vector<FibEntry>& routes) {
  if (!groups_) {
    return;
  }
  const std::vector<FibEntry> wanted = routes;
  groups_->follow(interfaces);
  groups_->write(routes, now);
  UsableHops usable(interfaces);
  const std::vector<FibEntry> before = decided();
  std::size_t kept = 0;
  for (std::size_t i = 0; i < routes.size(); ++i) {
    FibEntry& route = routes[i];
    if (route.next_hops.empty() && !wanted[i].next_hops.empty()) {
      const auto at = std::ranges::lower_bound(before, route, by_key);
      if (at == before.end() || !same_key(*at, route) || usable.of(at->next_hops).empty()) {
        continue;
      }
      route.next_hops = usable.of(at->next_hops);
    }
    routes[kept++] = route;
  }
  routes.resize(kept);
}

// The kernel has removed what its interfaces lead to no more.
void RoutingTable::prune_former(std::span<const Interface> interfaces) {
  UsableHops usable(interfaces);
  std::erase_if(former_, [&](FibEntry& route) {
    route.next_hops = usable.of(route.next_hops);
    return route.next_hops.empty();
  });
}

std::vector<ChipWrite> RoutingTable::update(std::span<const Interface> interfaces, SimTime time) {
  prune_former(interfaces);
  const std::vector<FibEntry> before = decided();
  std::vector<FibEntry> now = decide(interfaces);
  through_kernel(interfaces, time, now);
  std::vector<ChipWrite> writes;
  auto old = before.begin();
  for (const FibEntry& entry : now) {
    for (; old != before.end() && by_key(*old, entry); ++old) {
      writes.emplace_back(RemoveRoute{old->vrf, old->prefix});
    }
    const bool known = old != before.end() && same_key(*old, entry);
    if (!known || old->next_hops != entry.next_hops) {
      writes.emplace_back(SetRoute{entry});
    }
    old += known ? 1 : 0;
  }
  for (; old != before.end(); ++old) {
    writes.emplace_back(RemoveRoute{old->vrf, old->prefix});
  }
  take(writes);
  return writes;
}

std::vector<ChipWrite> RoutingTable::restart(std::span<const Interface> interfaces, SimTime time,
                                             bool keeps_former) {
  former_ = keeps_former ? decided() : std::vector<FibEntry>();
  prune_former(interfaces);
  std::vector<FibEntry> now = decide(interfaces);
  if (groups_) {
    groups_->clear();
  }
  through_kernel(interfaces, time, now);
  std::vector<ChipWrite> writes;
  auto standing = now.begin();
  for (const FibEntry& old : decided()) {
    standing = std::lower_bound(standing, now.end(), old, by_key);
    if (standing == now.end() || !same_key(*standing, old)) {
      writes.emplace_back(RemoveRoute{old.vrf, old.prefix});
    }
  }
  for (const FibEntry& entry : now) {
    writes.emplace_back(SetRoute{entry});
  }
  take(writes);
  return writes;
}

}  // namespace switchfault
