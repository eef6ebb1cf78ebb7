// One node as its layers describe it: defaults, kind, group, and its own entry, the most specific
// last. A layer overwrites what it mentions: values and lists as a whole, the maps ports,
// interfaces, lags, processes, boot, protocols and labels entry by entry.

#ifndef SWITCHFAULT_IO_LOAD_NODE_H_
#define SWITCHFAULT_IO_LOAD_NODE_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include <switchfault/topology.h>

#include "io/loading.h"

namespace switchfault {

struct NodeDraft {
  NodeConfig config;
  std::string_view image;                   // containerlab's, for the OS and its version.
  std::vector<InterfaceAddress> addresses;  // Short form of a host: of its single interface.
  std::vector<Name> gateways;               // Short form of default routes, one per family.
  Name management_at;                       // Where management_address is written.
  std::size_t weight = 0;                   // Of all layers it was read from.

  // Things that a copy of this draft holds; what a file can multiply through defaults.
  [[nodiscard]] std::size_t parts() const;
};

// Overwrites `out` with what this layer says. `kind` and `group` are known by then.
void read_node_layer(MapReader& in, NodeDraft& out, Loading& loading);

// --- keys of one item ---
void read_storm_control(MapReader& in, StormControl& out);
void read_port(MapReader& in, PortConfig& out, Loading& loading);
void read_interface(MapReader& in, InterfaceConfig& out, Loading& loading);
void read_lag(MapReader& in, LagConfig& out);
void read_mlag(MapReader& in, MlagConfig& out);
void read_route(MapReader& in, RouteConfig& out);
void read_filter(MapReader& in, FilterRule& out);
void read_stateful(MapReader& in, StatefulConfig& out);
void read_neighbors(MapReader& in, NeighborConfig& out);
void read_virtual_service(MapReader& in, VirtualService& out);
void read_process(MapReader& in, ProcessConfig& out);
void read_supervisor(MapReader& in, SupervisorPolicy& out);
void read_boot(MapReader& in, NodeConfig& out);
void read_plane_times(MapReader& in, PlaneTimes& out);

// Keys of containerlab that may stand in a node and mean nothing here.
const std::vector<std::string_view>& ignored_node_keys();

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_LOAD_NODE_H_
