// Networks of different segments that overlap although routers join them.
//
// No daemon refuses that: Linux takes the addresses, routing protocols advertise both networks, and
// everybody sends to the nearer one, or to the one with the longer prefix.

#ifndef SWITCHFAULT_IO_OVERLAPPING_NETWORKS_H_
#define SWITCHFAULT_IO_OVERLAPPING_NETWORKS_H_

#include <vector>

#include <switchfault/load.h>
#include <switchfault/topology.h>

namespace switchfault {

// One for each network that lies within another one, or is the same, elsewhere; at the address that
// stands later in the file.
std::vector<LoadNote> overlapping_networks(const Topology& topology);

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_OVERLAPPING_NETWORKS_H_
