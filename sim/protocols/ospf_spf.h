// The routes that follow from the link-state database of an OSPF area (RFC 2328 section 16):
// Dijkstra with all equally short ways.
//
// Which router links of its own lead where is told by the caller, who knows his neighbours.
// O(links log routers + prefixes) a calculation.
// Not modelled: incremental calculation, external routes, types of service.

#ifndef SWITCHFAULT_PROTOCOLS_OSPF_SPF_H_
#define SWITCHFAULT_PROTOCOLS_OSPF_SPF_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <switchfault/ip_address.h>

#include "os/next_hops.h"
#include "protocols/ospf_graph.h"

namespace switchfault {

// One of the calculating router's own links and how a packet leaves by it.
struct OspfRootLink {
  RouterLink link;  // As advertised.
  InterfaceIndex interface = InterfaceIndex::none;
  std::uint32_t gateway = 0;  // Of a point-to-point link.
};

// The router that calculates.
struct OspfRoot {
  std::uint32_t id = 0;
  std::span<const OspfRootLink> links;  // None: it is not part of the area.
  bool use_summaries = true;
  std::size_t most_paths = std::numeric_limits<std::size_t>::max();  // Next hops of a route.
};

struct OspfRoute {
  IpPrefix prefix;
  std::uint32_t cost = 0;
  bool inter_area = false;
  NextHops next_hops;  // Sorted by interface and gateway; empty: attached.
  friend bool operator==(const OspfRoute&, const OspfRoute&) = default;
};

// Sorted by prefix, one each. Next hops come from `groups`.
std::vector<OspfRoute> ospf_routes(const OspfGraph& graph, const OspfRoot& root,
                                   NextHopGroups& groups);

}  // namespace switchfault

#endif  // SWITCHFAULT_PROTOCOLS_OSPF_SPF_H_
