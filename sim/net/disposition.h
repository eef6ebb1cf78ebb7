// Disposition: how a copy of a packet ends. Every copy, in packet mode or in a walk, ends in
// exactly one of these; the name is what reports and `why` print.

#ifndef SWITCHFAULT_NET_DISPOSITION_H_
#define SWITCHFAULT_NET_DISPOSITION_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace switchfault {

enum class Disposition : std::uint8_t {
  delivered,
  no_carrier,           // sent out of a port whose link is down
  port_discarding,      // spanning tree blocks the port, or LACP keeps it out of its aggregate
  vlan_not_allowed,     // the VLAN is not configured on the port
  no_destination_port,  // flooded, and no copy reached the destination
  data_plane_down,      // the chip of the node does not forward
  no_route,
  discard_route,
  neighbor_unresolved,  // ARP or ND got no answer, or the answer could not be programmed
  ttl_exceeded,
  table_corrupted,  // a wrong table entry swallowed it silently
  filtered,
  no_session,  // a reply, or a packet to a standby, without a session
  session_table_full,
  no_pool_member,  // a virtual service without a healthy server
  gray_loss,       // loss on a port or link that keeps its carrier
  overload,        // storm or background load above the rate
  host_down,
  not_for_host,  // reached a host that does not own the address
  loop_limit,    // the bound on hops of a walk, or on copies of a packet, was reached
  queue_full,    // packet mode: the queue of a port had no room
};
inline constexpr std::size_t kDispositions = 21;

std::string_view disposition_name(Disposition disposition);

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_DISPOSITION_H_
