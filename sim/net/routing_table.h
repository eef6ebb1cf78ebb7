// RoutingTable: what the routing process of a node decides: connected routes, static ones, and of
// those that protocols have learned the one of the most trusted source.
//
// A connected route exists while its interface is up. A next hop of a static route is used while it
// lies in a connected network of the same VRF (recursion over connected routes only); several make
// an equal-cost group. Connected wins over static; two lines for one prefix are one group.
// A learned next hop is used while its interface is up. A static one with `bfd` is used while the
// protocol of that name hears somebody on its interface.
// What a former process has left in the chip may stay until a source knows better.
// Not modelled: configured administrative distances, recursion over static routes.

#ifndef SWITCHFAULT_NET_ROUTING_TABLE_H_
#define SWITCHFAULT_NET_ROUTING_TABLE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include <switchfault/topology.h>

#include "core/ip_address.h"
#include "net/kernel_groups.h"
#include "os/chip.h"

namespace switchfault {

struct Interface;

// Who has learned a route; the value is the administrative distance, the same in most systems.
enum class RouteSource : std::uint8_t { ebgp = 20, ospf = 110, ibgp = 200 };

class RoutingTable {
 public:
  // `vrfs` are the names of the node's VRFs by index; a route of another VRF is not used. Both
  // outlive this; the routes are read anew for each decision, which is rarer than nodes are many.
  RoutingTable(std::span<const RouteConfig> routes, std::span<const std::string_view> vrfs)
      : routes_(routes), vrfs_(vrfs) {}

  // Its kernel keeps unused groups of next hops (net/kernel_groups.h).
  void keep_groups(Duration time) { groups_.emplace(time); }

  // The writes that lead from what was decided before to what the interfaces give now.
  std::vector<ChipWrite> update(std::span<const Interface> interfaces, SimTime now);
  // The same for a process that has started anew: everything is written again. `keeps_former`: what
  // its predecessor had written and nobody knows now stays until a source knows its prefix.
  std::vector<ChipWrite> restart(std::span<const Interface> interfaces, SimTime now,
                                 bool keeps_former);
  // The configuration is lost (no static routes) or back.
  void set_configured(bool configured) { configured_ = configured; }

  // All that a source knows from now on. REQUIRES: sorted by (vrf, prefix), one a prefix.
  void learn(RouteSource source, std::vector<FibEntry> routes);
  // Whether somebody is heard on an interface, for static routes that follow `bfd`.
  void hear(InterfaceIndex interface, bool heard);

 private:
  [[nodiscard]] std::vector<FibEntry> decide(std::span<const Interface> interfaces) const;
  void through_kernel(std::span<const Interface> interfaces, SimTime now,
                      std::vector<FibEntry>& routes);
  void prune_former(std::span<const Interface> interfaces);
  [[nodiscard]] std::vector<FibEntry> decided() const;
  void take(std::span<const ChipWrite> writes);

  std::span<const RouteConfig> routes_;
  std::span<const std::string_view> vrfs_;
  std::map<RouteSource, std::vector<FibEntry>> learned_;
  std::vector<FibEntry> former_;  // Of an earlier process. Sorted by (vrf, prefix).
  std::set<InterfaceIndex> heard_;
  std::optional<KernelGroups> groups_;
  RouteRows decided_;
  bool configured_ = true;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_ROUTING_TABLE_H_
