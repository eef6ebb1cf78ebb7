// What the routers of a measured case have settled into, in the words of its files: routes of the
// kernel, neighbours and routes of OSPF, peers of BGP and BFD.

#ifndef SWITCHFAULT_RUN_MEASURED_ROUTER_STATE_H_
#define SWITCHFAULT_RUN_MEASURED_ROUTER_STATE_H_

#include <map>
#include <string>

#include <switchfault/measured.h>

#include "net/network.h"

namespace switchfault {

// `names`: interfaces of the case by those of the node.
void add_router_state(const Network& network, NodeIndex node,
                      const std::map<std::string, std::string>& names, SettledState& out);

}  // namespace switchfault

#endif  // SWITCHFAULT_RUN_MEASURED_ROUTER_STATE_H_
