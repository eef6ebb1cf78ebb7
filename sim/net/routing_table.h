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
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include <switchfault/ip_address.h>
#include <switchfault/topology.h>

#include "net/kernel_groups.h"
#include "os/chip.h"

namespace switchfault {

struct Interface;

// Who has learned a route; the value is the administrative distance, the same in most systems.
enum class RouteSource : std::uint8_t { ebgp = 20, ospf = 110, ibgp = 200 };

class RoutingTable {
 public:
  // What a decision goes by. The lines of the file are read anew each time: decisions are rarer
  // than nodes are many.
  struct Given {
    std::span<const Interface> interfaces;
    std::span<const RouteConfig> routes;     // Static ones; none while the configuration is lost.
    std::span<const std::string_view> vrfs;  // Names by index; routes of others are not used.
    SimTime now;
  };
  // Its kernel keeps unused groups of next hops (net/kernel_groups.h).
  void keep_groups(Duration time) { more().groups.emplace(time); }

  // The writes that lead from what was decided before to what is given now.
  std::vector<ChipWrite> update(const Given& given);
  // The same for a process that has started anew: everything is written again. `keeps_former`: what
  // its predecessor had written and nobody knows now stays until a source knows its prefix.
  std::vector<ChipWrite> restart(const Given& given, bool keeps_former);

  // All that a source knows from now on. REQUIRES: sorted by (vrf, prefix), one a prefix.
  void learn(RouteSource source, std::vector<FibEntry> routes);
  // Whether somebody is heard on an interface, for static routes that follow `bfd`.
  void hear(InterfaceIndex interface, bool heard);
  // By the last decision.
  [[nodiscard]] const RouteRows& rows() const { return decided_; }

 private:
  // What few nodes of a large network have.
  struct More {
    std::map<RouteSource, std::vector<FibEntry>> learned;
    std::vector<FibEntry> former;  // Of an earlier process. Sorted by (vrf, prefix).
    std::set<InterfaceIndex> heard;
    std::optional<KernelGroups> groups;
  };
  More& more();
  [[nodiscard]] std::vector<FibEntry> decide(const Given& given) const;
  void through_kernel(const Given& given, std::vector<FibEntry>& routes);
  void prune_former(const Given& given);
  [[nodiscard]] std::vector<FibEntry> decided() const;
  // `now` is what was decided before with these writes.
  void take(std::span<const FibEntry> now, std::span<const ChipWrite> writes);

  std::unique_ptr<More> more_;  // Null: there is none of it.
  RouteRows decided_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_ROUTING_TABLE_H_
