// Port roles: what the configuration of a node makes of its ports: bridge ports with their VLANs,
// routed ports, members of aggregates; and what a node without configuration makes of them.
//
// A switch port without settings is an access port in VLAN 1, as switches leave the factory. A port
// with an interface of its own name, or with sub-interfaces, is routed; on routers, firewalls, load
// balancers and hosts every port without VLAN settings is. A segment is one VLAN.
// The VLANs of a trunk may be others in the running configuration: ports.NAME.trunk = 10,20.
// Not modelled: private VLANs, VLAN translation, voice VLANs.

#ifndef SWITCHFAULT_NET_PORT_ROLES_H_
#define SWITCHFAULT_NET_PORT_ROLES_H_

#include <vector>

#include "os/chip.h"

namespace switchfault {

struct Node;
struct NodeState;
struct NetworkImpl;

// Every VLAN that the configuration of the node names, and the default one of a switch; sorted.
std::vector<VlanId> known_vlans(const Node& node);

// Applies NodeState::blank to logical ports, Port::logical and the interfaces' addresses.
void assign_port_roles(NetworkImpl& network, Node& node, NodeState& state);
// The addresses alone, also those that have moved.
void assign_addresses(NetworkImpl& network, Node& node, const NodeState& state);

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_PORT_ROLES_H_
