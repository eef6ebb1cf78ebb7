// Remarks of protocols on a topology file: what a daemon would refuse, and settings of two ends
// that do not fit, so that no adjacency forms although nobody reports an error.
//
// They work on the file's words, before anything is built: what a kind was told at both ends of a
// link, completed by its defaults. Ends that a bridge joins are not looked at.

#ifndef SWITCHFAULT_PROTOCOLS_REMARKS_H_
#define SWITCHFAULT_PROTOCOLS_REMARKS_H_

#include <string>
#include <string_view>
#include <vector>

#include <switchfault/catalog.h>
#include <switchfault/topology.h>

namespace switchfault {

// One end of a link between two addressed interfaces.
struct RoutedEnd {
  const NodeConfig* node = nullptr;
  const InterfaceConfig* interface = nullptr;

  // What the kind is told on the node; null: it does not run there.
  [[nodiscard]] const ProtocolConfig* runs(std::string_view kind) const;
  // The setting of the interface, else that of the node, else empty.
  [[nodiscard]] std::string setting(std::string_view kind, std::string_view name) const;
  // "'r1:eth1'"
  [[nodiscard]] std::string name() const;
};
struct RoutedLink {
  RoutedEnd a, b;
};
// Both interfaces have the name of the port of their end and an IPv4 address.
std::vector<RoutedLink> routed_links(const Topology& topology);

// Remarks of both ends on each other, at the second one.
std::vector<Remark> ospf_remarks(const Topology& topology);
std::vector<Remark> bgp_remarks(const Topology& topology);
std::vector<Remark> bfd_remarks(const Topology& topology);
// Of the two ends of aggregates, at the one that does not speak.
std::vector<Remark> lacp_remarks(const Topology& topology);
// On timers of 802.1D, and on bridges that are further apart than information lives; `kind` names
// who speaks: its bridges are the nodes that run it. `refuses`: it does not start with such timers.
std::vector<Remark> bridge_remarks(const Topology& topology, std::string_view kind, bool refuses);
// On trees for each VLAN (`per_vlan`): what does not go with them, and neighbours on trunks that
// have one tree for all.
std::vector<Remark> vlan_tree_remarks(const Topology& topology, std::string_view kind);

}  // namespace switchfault

#endif  // SWITCHFAULT_PROTOCOLS_REMARKS_H_
