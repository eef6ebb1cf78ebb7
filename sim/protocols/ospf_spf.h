// The link-state database of an OSPF area, and the routes that follow from it (RFC 2328 section
// 16): Dijkstra with all equally short ways.
//
// Which router links of its own lead where is told by the caller, who knows his neighbours. A link
// counts when both ends advertise it. O(links log routers) a calculation; the database is a sorted
// vector, small and quick to walk.
// Not modelled: incremental calculation, external routes, types of service.

#ifndef SWITCHFAULT_PROTOCOLS_OSPF_SPF_H_
#define SWITCHFAULT_PROTOCOLS_OSPF_SPF_H_

#include <cstdint>
#include <span>
#include <vector>

#include <switchfault/units.h>

#include "core/ip_address.h"
#include "os/chip.h"
#include "protocols/ospf_packet.h"

namespace switchfault {

class LinkStateDatabase {
 public:
  struct Entry {
    LsaRef lsa;
    SimTime installed;
    std::uint16_t age = 0;  // When it was installed.
    bool flooded = false;   // Came from a neighbour.
    [[nodiscard]] bool over() const { return age >= kLsaMaxAge; }
    [[nodiscard]] LsaHeader header() const { return lsa->header(age); }
  };

  [[nodiscard]] const Entry* find(const LsaKey& key) const;
  void install(Entry entry);  // Replaces the one with its key.
  void remove(const LsaKey& key);
  void clear() { entries_.clear(); }
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }  // Sorted by key.

 private:
  std::vector<Entry> entries_;
};

// One of the calculating router's own links and how a packet leaves by it.
struct OspfRootLink {
  RouterLink link;  // As advertised.
  InterfaceIndex interface = InterfaceIndex::none;
  std::uint32_t gateway = 0;  // Of a point-to-point link.
};

struct OspfRoute {
  IpPrefix prefix;
  std::uint32_t cost = 0;
  bool inter_area = false;
  std::vector<NextHop> next_hops;  // Sorted by interface and gateway; empty: attached.
  friend bool operator==(const OspfRoute&, const OspfRoute&) = default;
};

// Sorted by prefix, one each. An area of which the router is not part has no root links.
std::vector<OspfRoute> ospf_routes(const LinkStateDatabase& database, std::uint32_t self,
                                   std::span<const OspfRootLink> links, bool use_summaries);

// "255.255.255.0" as a length and back.
std::uint8_t length_of_mask(std::uint32_t mask);
std::uint32_t mask_of_length(std::uint8_t length);

}  // namespace switchfault

#endif  // SWITCHFAULT_PROTOCOLS_OSPF_SPF_H_
