// Routers of case files as ours: addresses as the measuring program gave them, protocols and
// processes with the profile of the implementation (FRR, BIRD) that was measured.

#ifndef SWITCHFAULT_IO_MEASURED_ROUTER_H_
#define SWITCHFAULT_IO_MEASURED_ROUTER_H_

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <switchfault/topology.h>

namespace switchfault {

// Addresses of links between routers, and between routers and hosts, that the file leaves out; they
// go to `addr` of the links and of the hosts, identifiers to `id` of the routers.
void give_measured_addresses(nlohmann::json& topology);

// How the kernel of a host or router keeps its neighbours.
void set_measured_neighbors(const nlohmann::json& topology, const std::string& name,
                            NodeConfig& node);

// Interfaces, processes, protocols and static routes. What is not mapped is added to `missing`.
// REQUIRES: addresses are given, ports are named (`port` of the links).
void read_measured_router(const nlohmann::json& topology, const std::string& name,
                          const std::string& impl, NodeConfig& node,
                          std::vector<std::string>& missing);

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_MEASURED_ROUTER_H_
