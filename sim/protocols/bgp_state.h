// What a BGP instance has chosen, for whoever compares it with real routers.

#ifndef SWITCHFAULT_PROTOCOLS_BGP_STATE_H_
#define SWITCHFAULT_PROTOCOLS_BGP_STATE_H_

#include <map>
#include <string>
#include <vector>

#include <switchfault/ip_address.h>

namespace switchfault {

class Protocol;

// "10.1.0.1 as_path=65000 65002" for each path that is used, sorted; own networks have the next hop
// 0.0.0.0. REQUIRES: an instance of the kind bgp; empty while it does not run.
std::map<IpPrefix, std::vector<std::string>> bgp_best_paths(const Protocol& bgp);

}  // namespace switchfault

#endif  // SWITCHFAULT_PROTOCOLS_BGP_STATE_H_
