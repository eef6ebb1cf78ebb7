#include "net/routing_table.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "core/check.h"
#include "core/prefetch.h"
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

// The networks that interfaces which are up stand in, sorted; of two in one the first sends.
std::vector<FibEntry> connected_networks(std::span<const Interface> interfaces) {
  std::vector<FibEntry> networks;
  networks.reserve(interfaces.size());
  for (std::size_t i = 0; i < interfaces.size(); ++i) {
    if (interfaces[i].up) {
      for (const IpPrefix& address : interfaces[i].addresses()) {
        networks.push_back({.vrf = interfaces[i].vrf,
                            .prefix = address.network(),
                            .next_hops = {{static_cast<InterfaceIndex>(i), IpAddress()}}});
      }
    }
  }
  if (!std::ranges::is_sorted(networks, by_key)) {
    std::ranges::stable_sort(networks, by_key);
  }
  networks.erase(std::unique(networks.begin(), networks.end(), same_key), networks.end());
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
    if (!hops.empty() || route.next_hops.empty()) {
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

// A number that is never less for a line that belongs behind: of most lines it tells the order.
std::uint64_t rank_of(const StaticRoute& line) {
  const IpAddress address = line.prefix.address();
  const std::uint64_t vrf = static_cast<std::uint64_t>(line.vrf) << 48U;
  if (address.is_v4()) {
    return vrf | 1ULL << 46U | std::uint64_t{address.v4_bits()} << 8U | line.prefix.length();
  }
  return vrf | (address < IpAddress::v4(0) ? 0ULL : 2ULL << 46U);
}

void sort_by_key(std::vector<StaticRoute>& lines) {
  if (std::ranges::is_sorted(lines)) {
    return;
  }
  std::vector<std::pair<std::uint64_t, std::uint32_t>> order;
  order.reserve(lines.size());
  for (std::uint32_t i = 0; i < lines.size(); ++i) {
    order.emplace_back(rank_of(lines[i]), i);
  }
  std::ranges::sort(order, [&](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : lines[a.second] < lines[b.second];
  });
  std::vector<StaticRoute> sorted;
  sorted.reserve(lines.size());
  for (const auto& [rank, i] : order) {
    sorted.push_back(lines[i]);
  }
  lines = std::move(sorted);
}

constexpr std::size_t kAhead = 4;  // Lines of which next hops are fetched meanwhile.

// Lines for one prefix stand together, gateways in order; a discard first.
std::vector<StaticRoute> static_routes(std::span<const RouteConfig> routes,
                                       std::span<const std::string_view> vrfs) {
  std::vector<StaticRoute> lines;
  lines.reserve(routes.size());
  for (std::size_t i = 0; i < routes.size(); ++i) {
    const RouteConfig& route = routes[i];
    if (i + kAhead < routes.size()) {
      prefetch(routes[i + kAhead].next_hops.data());
    }
    const auto vrf = find_vrf(vrfs, route.vrf);
    if (!vrf) {
      continue;  // No interface is in that VRF, so nothing could use the route.
    }
    if (route.next_hops.empty()) {
      lines.push_back({*vrf, route.prefix, std::nullopt, false});
    }
    for (const IpAddress& gateway : route.next_hops) {
      lines.push_back({*vrf, route.prefix, gateway, route.bfd});
    }
  }
  sort_by_key(lines);
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  return lines;
}

// What can be reached by connected networks, one entry a prefix. `heard`: by BFD; null: nobody.
void add_static(const std::vector<StaticRoute>& lines, const RouteRows& networks,
                const std::set<InterfaceIndex>* heard, std::vector<FibEntry>& routes) {
  routes.reserve(routes.size() + lines.size());
  std::vector<NextHop> hops;
  for (std::size_t i = 0; i < lines.size();) {
    FibEntry entry{.vrf = lines[i].vrf, .prefix = lines[i].prefix, .next_hops = {}};
    hops.clear();
    bool discards = true;  // A gateway beats a discard, even one that cannot be reached.
    for (; i < lines.size() && lines[i].vrf == entry.vrf && lines[i].prefix == entry.prefix; ++i) {
      if (lines[i].gateway) {
        discards = false;
        const InterfaceIndex way = networks.find_interface(entry.vrf, *lines[i].gateway);
        if (way != InterfaceIndex::none &&
            (!lines[i].bfd || (heard != nullptr && heard->contains(way)))) {
          hops.push_back({way, *lines[i].gateway});
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
std::vector<FibEntry> RoutingTable::decide(const Given& given) const {
  std::vector<FibEntry> routes = connected_networks(given.interfaces);
  // Without a network to reach a gateway in, only a discard can come of the lines of the file.
  const bool any = !routes.empty() || std::ranges::any_of(given.routes, [](const auto& route) {
    return route.next_hops.empty();
  });
  if (any && !given.routes.empty()) {
    RouteRows networks;
    networks.assign(routes);
    const auto own = static_cast<std::ptrdiff_t>(routes.size());
    add_static(static_routes(given.routes, given.vrfs), networks,
               more_ != nullptr ? &more_->heard : nullptr, routes);
    if (by_key(routes.back(), routes.front())) {  // As of most hosts.
      std::rotate(routes.begin(), routes.begin() + own, routes.end());
    } else {
      std::inplace_merge(routes.begin(), routes.begin() + own, routes.end(), by_key);
    }
    routes.erase(std::unique(routes.begin(), routes.end(), same_key), routes.end());
  }
  if (more_ == nullptr) {
    return routes;
  }
  UsableHops usable(given.interfaces);
  for (const auto& [source, learned] : more_->learned) {
    add_learned(learned, usable, routes);
  }
  add_learned(more_->former, usable, routes);
  return routes;
}

void RoutingTable::learn(RouteSource source, std::vector<FibEntry> routes) {
  std::vector<FibEntry>& former = more().former;
  std::erase_if(former, [&](const FibEntry& route) {
    const auto at = std::ranges::lower_bound(routes, route, by_key);
    return at != routes.end() && same_key(*at, route);
  });
  more().learned[source] = std::move(routes);
}

void RoutingTable::hear(InterfaceIndex interface, bool heard) {
  if (heard) {
    more().heard.insert(interface);
  } else {
    more().heard.erase(interface);
  }
}

RoutingTable::More& RoutingTable::more() {
  if (more_ == nullptr) {
    more_ = std::make_unique<More>();
  }
  return *more_;
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

// A few changes are made one by one.
void RoutingTable::take(std::span<const FibEntry> now, std::span<const ChipWrite> writes) {
  constexpr std::size_t kFew = 4;
  if (writes.size() >= now.size() / kFew) {
    decided_.assign(now);
    return;
  }
  for (const ChipWrite& write : writes) {
    if (const auto* set = std::get_if<SetRoute>(&write)) {
      decided_.set(set->entry);
    } else if (const auto* gone = std::get_if<RemoveRoute>(&write)) {
      decided_.remove(gone->vrf, gone->prefix);
    }
  }
}

// What stands in the kernel when these have been written. A refused route leaves the one before it.
void RoutingTable::through_kernel(const Given& given, std::vector<FibEntry>& routes) {
  if (more_ == nullptr || !more_->groups) {
    return;
  }
  const std::vector<FibEntry> wanted = routes;
  more_->groups->follow(given.interfaces);
  more_->groups->write(routes, given.now);
  UsableHops usable(given.interfaces);
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
void RoutingTable::prune_former(const Given& given) {
  if (more_ == nullptr) {
    return;
  }
  UsableHops usable(given.interfaces);
  std::erase_if(more_->former, [&](FibEntry& route) {
    route.next_hops = usable.of(route.next_hops);
    return route.next_hops.empty();
  });
}

std::vector<ChipWrite> RoutingTable::update(const Given& given) {
  prune_former(given);
  const std::vector<FibEntry> before = decided();
  std::vector<FibEntry> now = decide(given);
  through_kernel(given, now);
  std::vector<ChipWrite> writes;
  writes.reserve(before.empty() ? now.size() : 0);
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
  if (!writes.empty()) {
    take(now, writes);
  }
  return writes;
}

std::vector<ChipWrite> RoutingTable::restart(const Given& given, bool keeps_former) {
  if (keeps_former || more_ != nullptr) {
    more().former = keeps_former ? decided() : std::vector<FibEntry>();
  }
  prune_former(given);
  std::vector<FibEntry> now = decide(given);
  if (more_ != nullptr && more_->groups) {
    more_->groups->clear();
  }
  through_kernel(given, now);
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
  if (!writes.empty()) {
    take(now, writes);
  }
  return writes;
}

}  // namespace switchfault
