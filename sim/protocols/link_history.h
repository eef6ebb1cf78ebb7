// What last happened to a link and the ports at its ends: why a neighbour is no longer heard.

#ifndef SWITCHFAULT_PROTOCOLS_LINK_HISTORY_H_
#define SWITCHFAULT_PROTOCOLS_LINK_HISTORY_H_

#include "net/network.h"

namespace switchfault {

// None for a port without a link.
ObservationId last_change_on(const Network& network, PortRef port);
// Of all members.
ObservationId last_change_on(const Network& network, NodeIndex node, LogicalPort port);

}  // namespace switchfault

#endif  // SWITCHFAULT_PROTOCOLS_LINK_HISTORY_H_
