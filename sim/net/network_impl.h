// NetworkImpl: what the parts of a Network share. Private to sim/net.
//
// Structure (nodes, links, lookups) is fixed after building. State changes enter by the levers of
// Network and by what an OS tells; each change leaves steps to be done, and settle() does them in
// the order of Step until none is left, so that everybody who is told sees both ends of a link, the
// aggregates and the interfaces already changed, whatever the order of the file.
//
//   network_build.cpp   structure from the topology         reactions.cpp  OS tells, steps
//   port_roles.cpp      VLANs, aggregates of a node         carrier.cpp    links, carrier
//   control_frames.cpp  frames between protocols            mlag.cpp       pairs of instances

#ifndef SWITCHFAULT_NET_NETWORK_IMPL_H_
#define SWITCHFAULT_NET_NETWORK_IMPL_H_

#include <any>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "core/envelope.h"
#include "core/huge_pages.h"
#include "net/network.h"
#include "net/routing_table.h"
#include "net/watch_lists.h"

namespace switchfault {

struct ControlFrame;
class ControlFrames;
class PacketPlane;
class StatefulNodes;
class Storms;
class Walker;
class WireView;
struct FrameSender;

// How long a host keeps a neighbour nobody confirms. Assumed: kernels verify an entry in use within
// a minute and keep it while it answers (RFC 4861 section 7.3); the file may say otherwise.
inline constexpr Duration kDefaultHostNeighborTimeout = std::chrono::minutes{5};

// The interface that has an address by configuration, up or not.
struct AddressOwner {
  NodeIndex node = NodeIndex::none;
  InterfaceIndex interface = InterfaceIndex::none;
  friend auto operator<=>(const AddressOwner&, const AddressOwner&) = default;
};

using Owners = boost::container::small_vector<AddressOwner, 4>;

// The interface that has a MAC.
struct MacOwner {
  MacAddress mac;
  NodeIndex node = NodeIndex::none;
  InterfaceIndex interface = InterfaceIndex::none;
  friend auto operator<=>(const MacOwner&, const MacOwner&) = default;
};

// One of the two instances of an MLAG pair.
struct MlagState {
  NodeIndex peer = NodeIndex::none;
  LogicalPort peer_link = LogicalPort::none;
  MlagConfig::OnPeerLinkLoss on_loss = MlagConfig::OnPeerLinkLoss::secondary_ports_shut;
  bool primary = false;
  bool peer_link_up = false;
  bool ports_shut = false;  // By the loss of the peer link.
};

// An aggregate whose members a protocol decides on.
struct GovernedAggregate {
  LogicalPort port = LogicalPort::none;
  std::vector<PortIndex> members;  // May carry traffic; sorted.
  std::vector<PortIndex> buckets;  // Each with its member; empty: the hash chooses among all.
};

// What the configuration of a node makes of its ports, see port_roles.h.
struct PortPlan {
  std::vector<VlanId> vlans;           // Known on the node: what `trunk_all` means. Sorted.
  std::vector<PortIndex> lag_members;  // Of all aggregates, one after the other.
  std::vector<PortSettings> settings;  // Of the logical ports that have some.
};

// What `Node` does not show.
struct NodeState {
  std::unique_ptr<Chip> own_chip;   // Of a node without OS.
  std::unique_ptr<MlagState> mlag;  // Of an instance of a pair.
  std::unique_ptr<PortPlan> plan;   // Null: nothing is said of its ports, and it knows no VLAN.
  struct ProtocolSlot {
    std::uint64_t latest = 0;       // The last that was not 0.
    std::uint16_t kind = 0;         // ProtocolContext::id.
    std::uint64_t incarnation = 0;  // Of its process when it was started; 0: stopped.
    [[nodiscard]] bool running() const { return incarnation != 0; }
  };
  struct Control {
    std::vector<GovernedAggregate> governed;
    std::vector<ProtocolSlot> protocol_slots;  // Beside Node::protocols.
    std::uint64_t routing_incarnation = 0;     // Of the routing process, as for protocols.
    std::uint64_t routing_latest = 0;          // Of the last one that ran.
  };
  std::unique_ptr<Control> control;  // Of a node with OS.
  RoutingTable routes;
  std::uint32_t first_port = 0;             // World-wide row of port 0.
  std::uint32_t first_interface = 0;        // … of aggregate 0; interfaces follow.
  std::uint32_t first_address = 0;          // Of its interfaces, in NetworkImpl::prefixes.
  std::uint32_t role_assignments : 29 = 0;  // How often its ports were given roles.
  bool trunks_changed : 1 = false;          // By its running configuration.
  bool blank : 1 = false;                   // Its configuration is lost.
  bool interfaces_due : 1 = false;          // A step for them waits.

  [[nodiscard]] std::span<const ProtocolSlot> protocol_slots() const {
    return control == nullptr ? std::span<const ProtocolSlot>() : control->protocol_slots;
  }
};

// What frames lose on their way from a port to the other end of its link.
struct LinkLoss {
  double whole = 1;      // Survive the link and its ports: gray loss.
  double room = 1;       // Find room beside storm and background load.
  PortRef at;            // Where what does not survive ends.
  bool by_link = false;  // By something of the link, not of a port.
};

// What a change leaves to be done, in this order.
enum class Step : std::uint8_t {
  carrier,         // a port and the other end of its link
  logical_port,    // an aggregate or the port itself
  mlag,            // the peer link of a pair
  lag_members,     // the chip's bundle
  interfaces,      // of a node
  tell_port,       // protocols: a logical port changed
  tell_interface,  // protocols: an interface changed
  routes,          // of a node
};
inline constexpr std::size_t kSteps = 8;

struct NetworkImpl final : OsListener {
  // An address and the place of its interface among all.
  using V4Owner = std::pair<std::uint32_t, std::uint32_t>;
  using V6Owner = std::pair<IpAddress, std::uint32_t>;

  NetworkImpl(Network& facade, const Network::Context& context, const Topology& whole_topology,
              PortNames names, std::span<const NodeConfig* const> configs,
              std::span<SwitchOs* const> instances);
  virtual ~NetworkImpl();
  NetworkImpl(const NetworkImpl&) = delete;
  NetworkImpl& operator=(const NetworkImpl&) = delete;
  // The rest of building: needs Network::impl_ in its place, because it looks around.
  void build_pairs();
  void build_protocols(std::span<const ProtocolKind> kinds);

  // --- access ---
  Node& node(NodeIndex index) { return nodes[static_cast<std::size_t>(index)]; }
  [[nodiscard]] const Node& node(NodeIndex index) const {
    return nodes[static_cast<std::size_t>(index)];
  }
  NodeState& state(NodeIndex index) { return states[static_cast<std::size_t>(index)]; }
  [[nodiscard]] const NodeState& state(NodeIndex index) const {
    return states[static_cast<std::size_t>(index)];
  }
  Link& link(LinkIndex index) { return links[static_cast<std::size_t>(index)]; }
  [[nodiscard]] const Link& link(LinkIndex index) const {
    return links[static_cast<std::size_t>(index)];
  }
  [[nodiscard]] Port& port(PortRef ref) {
    return node(ref.node).ports[static_cast<std::size_t>(ref.port)];
  }
  [[nodiscard]] const Port& port(PortRef ref) const {
    return node(ref.node).ports[static_cast<std::size_t>(ref.port)];
  }
  [[nodiscard]] LogicalPortInfo& logical(NodeIndex index, LogicalPort port) {
    return node(index).logical_ports[static_cast<std::size_t>(port)];
  }
  [[nodiscard]] const LogicalPortInfo& logical(NodeIndex index, LogicalPort port) const {
    return node(index).logical_ports[static_cast<std::size_t>(port)];
  }
  [[nodiscard]] Interface& interface(NodeIndex index, InterfaceIndex interface) {
    return node(index).interfaces[static_cast<std::size_t>(interface)];
  }
  [[nodiscard]] const Interface& interface(NodeIndex index, InterfaceIndex interface) const {
    return node(index).interfaces[static_cast<std::size_t>(interface)];
  }
  // The tables forwarding reads, of the OS or of the node itself.
  [[nodiscard]] Chip& chip(NodeIndex index) {
    return node(index).os != nullptr ? node(index).os->chip() : *state(index).own_chip;
  }
  [[nodiscard]] const Chip& chip(NodeIndex index) const {
    const SwitchOs* os = node(index).os;
    return os != nullptr ? os->chip() : *state(index).own_chip;
  }
  // Writes a decision into them: through the OS's programmer, at once where there is no OS.
  void program(NodeIndex index, const ChipWrite& write);
  // The routes its table has decided: what stands on the node is told once.
  void program_routes(NodeIndex index, std::span<const ChipWrite> writes);
  [[nodiscard]] RoutingTable::Given given_to_routes(NodeIndex index) const;
  // To change what happens to frames on one link.
  LinkTerms& change_terms(LinkIndex index);
  [[nodiscard]] std::optional<PortRef> other_end(PortRef ref) const {
    const LinkIndex index = port(ref).link;
    if (index == LinkIndex::none) {
      return std::nullopt;
    }
    return link(index).a == ref ? link(index).b : link(index).a;
  }
  [[nodiscard]] Entity entity_of(PortRef ref) const {
    return {EntityKind::port, state(ref.node).first_port + static_cast<std::uint32_t>(ref.port)};
  }
  // The interface whose carrier is this port, for protocols that think in interfaces.
  [[nodiscard]] InterfaceIndex interface_on(NodeIndex index, LogicalPort port) const;
  // 0: traffic leaves a towards b on this port's link.
  [[nodiscard]] unsigned direction_out_of(PortRef ref) const;

  // --- what serves ---
  // Frames pass through its ports: the data plane of an OS, a host that is up.
  [[nodiscard]] bool forwards(NodeIndex index) const {
    const Node& box = node(index);
    return box.os != nullptr ? box.os->serves(Plane::data) : box.host_up;
  }
  // A function runs: the OS's process, or the kernel of a host that is up.
  [[nodiscard]] bool runs(NodeIndex index, ProcessFunction function) const;
  // Somebody is there to decide: the control plane of an OS, a host that is up.
  [[nodiscard]] bool decides(NodeIndex index) const;
  // Of an aggregate that a protocol decides on; null: a static one, or a port.
  [[nodiscard]] GovernedAggregate* governed(NodeIndex index, LogicalPort port);
  [[nodiscard]] const GovernedAggregate* governed(NodeIndex index, LogicalPort port) const;
  // Frames by this port are taken in and sent: no protocol keeps them from it.
  [[nodiscard]] bool carries_traffic(PortRef ref) const;
  // REQUIRES: `from` has a link.
  [[nodiscard]] LinkLoss loss_out_of(PortRef from, bool reserved = false) const;
  // The share of frames that survive the link and both its ports from here to the other end: loss,
  // gray ports, load above the rate. 0 without carrier.
  [[nodiscard]] double delivery_share(PortRef from, bool reserved = false) const;
  // The share of control frames the node's CPU takes in.
  [[nodiscard]] double cpu_share(NodeIndex index) const;

  // --- lookups ---
  [[nodiscard]] AddressOwner owner_of(std::uint32_t interface) const;  // By its place among all.
  // All interfaces that have the address by configuration, in any VRF, in order.
  [[nodiscard]] Owners owners_of(const IpAddress& address) const;
  [[nodiscard]] Owners owners_of(MacAddress mac) const;
  // Whether a packet to the address ends at this node: an address of an interface that is up; an
  // external network answers for its routes without next hop, or for everything if it has none.
  [[nodiscard]] bool has_address(NodeIndex index, VrfIndex vrf, const IpAddress& address) const;
  // Of the interface of the node that has the address; the global one when none has.
  [[nodiscard]] VrfIndex vrf_of(NodeIndex index, const IpAddress& address) const;
  [[nodiscard]] static bool carries(const LogicalPortInfo& port, VlanId vlan);

  // --- telling readers; the current cause becomes the explanation ---
  void node_changed(NodeIndex index);
  void tell_packets(NodeIndex index);
  void port_changed(PortRef ref);
  void logical_port_changed(NodeIndex index, LogicalPort port);
  void tell_domains(NodeIndex index, LogicalPort port);
  void link_changed(LinkIndex index);
  // `now`: the port the entry names; none when it has none or only its age has changed.
  void mac_changed(NodeIndex index, VlanId vlan, MacAddress mac, LogicalPort now);
  void neighbor_changed(NodeIndex index, VrfIndex vrf, const IpAddress& address);
  // Entries that nobody keeps any more age again, which whoever has read them must know before they
  // do. Told at the end of the instant without a cause: it is no event of the world, and somebody
  // who is told of a real one in this instant must hear of that one first.
  void ages_again(const ReadSet::MacKey& key);
  void ages_again(const ReadSet::NeighborKey& key);

  // --- steps ---
  void later(Step step, NodeIndex index, std::uint16_t detail = 0);
  void settle();  // Does nothing within itself.
  // An address comes to an interface, or goes; its kernel tells nobody.
  void set_address(NodeIndex index, InterfaceIndex interface, const IpPrefix& address,
                   bool present);
  // Everything gets power in one instant; what follows is done when all have it, once a node.
  void start();
  // All ports and interfaces of a node are to be looked at again.
  void power_changed(NodeIndex index);
  // The kernel of a host, an external network or a segment has started with empty tables.
  void boot_host(NodeIndex index);

  // --- MLAG (mlag.cpp) ---
  // Where the peer of a pair learns a MAC that is learned here: on its leg of the same aggregate or
  // its peer link. Learning on the peer link itself is off. Empty: no pair, or the peer link down.
  [[nodiscard]] std::optional<std::pair<NodeIndex, LogicalPort>> mlag_learns_at(
      NodeIndex index, LogicalPort port) const;
  // A frame that came over the peer link is not sent to an aggregate whose leg on the peer is up.
  [[nodiscard]] bool mlag_blocks(NodeIndex index, LogicalPort in, LogicalPort out) const;
  // MACs are not learned from frames on a working peer link.
  [[nodiscard]] bool is_working_peer_link(NodeIndex index, LogicalPort port) const;

  // --- OsListener ---
  void process_changed(SwitchOs& os, ProcessIndex process) override;
  void plane_changed(SwitchOs& os, Plane plane) override;
  void chip_changed(SwitchOs& os, const ChipWrite* write) override;
  void port_fault_changed(SwitchOs& os, PortIndex port) override;
  void port_admin_changed(SwitchOs& os, PortIndex port) override;
  void configuration_changed(SwitchOs& os, std::string_view key) override;
  void cpu_changed(SwitchOs& os) override;
  void port_power_changed(SwitchOs& os, PortIndex port) override;

  Network& network;
  Simulator& simulator;
  ObservationLog& log;
  const Random& random;
  const Topology& topology;
  bool skip_quiet_time;

  std::vector<Node> nodes;
  std::vector<NodeState> states;
  std::vector<Link> links;
  PortNames port_names;
  // The rows of all nodes, one node after the other.
  std::vector<Port> ports;
  std::vector<LogicalPortInfo> logical_ports;
  std::vector<Interface> interfaces;
  ZeroedTable<std::uint64_t> prefixes;  // Of interfaces as configured: lists, see PrefixList.
  // Of an interface instead, since addresses have moved.
  std::map<std::pair<NodeIndex, InterfaceIndex>, std::vector<std::uint64_t>> moved_addresses;
  std::vector<V4Owner> v4_owners;            // Sorted.
  std::vector<V6Owner> v6_owners;            // Sorted.
  std::uint64_t address_assignments = 0;     // Of interfaces: boots with and without configuration.
  std::vector<NodeIndex> by_mac;             // Sorted by the MAC of the node.
  std::size_t most_interfaces = 0;           // Of one node.
  std::set<std::vector<VlanId>> vlan_lists;  // Equal lists of tagged VLANs are one,
  std::set<std::vector<std::string_view>> vrf_lists;  // lists of the names of VRFs,
  std::set<LinkTerms> link_terms;                     // and terms of links …
  std::map<LinkIndex, LinkTerms> changed_terms;       // … that are as the file says.
  WatchLists watches;
  std::vector<bool> reserved_kinds;  // By ProtocolContext::id, ProtocolKind::reserved …
  std::vector<bool> per_link_kinds;  // … and ProtocolKind::per_link.
  // By ProtocolContext::id, ProtocolKind::bytes.
  using BytesOfFrame = FrameBytes (*)(const ControlFrame& frame, const FrameSender& sender);
  std::vector<BytesOfFrame> bytes_of_kinds, second_bytes_of_kinds;
  std::vector<std::any> shared_of_kinds;  // ProtocolContext::shared.
  std::unique_ptr<ControlFrames> frames;
  std::unique_ptr<Walker> walker;
  std::unique_ptr<Storms> storms;
  std::unique_ptr<StatefulNodes> stateful;
  std::unique_ptr<PacketPlane> packets;  // Made when first asked for.
  std::unique_ptr<WireView> wire;        // Only with ports under capture.

 private:
  void derive_macs();
  void build_nodes();
  struct InterfaceWork;
  void build_interfaces(Node& node, const NodeState& state, InterfaceWork& work);
  void build_links();
  void build_lookups();

  void perform(Step step, NodeIndex index, std::uint16_t detail);
  void update_carrier(PortRef ref);
  void update_logical_port(NodeIndex index, LogicalPort port);
  void write_lag_members(NodeIndex index, LogicalPort port);
  void update_interfaces(NodeIndex index);
  void update_mlag(NodeIndex index);
  void mlag_port_changed(NodeIndex index, LogicalPort port);
  void update_routes(NodeIndex index);
  [[nodiscard]] bool finds_former_routes(NodeIndex index) const;
  void write_base_entries(NodeIndex index);
  void follow_processes(NodeIndex index);
  void follow_configuration(NodeIndex index);
  void chip_written(NodeIndex index, const ChipWrite& write);
  void arm_released();
  void tell_released();

  // Of a step for a port: all ports of the node.
  static constexpr std::uint16_t kAllPorts = 0xffff;
  // A start leaves far more to be done than anything else; that memory is given back.
  static constexpr std::size_t kKeptItems = 65'536;
  struct Item {
    NodeIndex node;
    std::uint16_t detail;
    ObservationId cause;
  };
  std::array<std::vector<Item>, kSteps> steps_;
  std::array<std::size_t, kSteps> done_{};  // Of steps_, from the front.
  bool settling_ = false;
  bool starting_ = false;  // Whoever forwards has all of his ports looked at: links once, from `a`.

  ReadSet released_;  // Keys to be told of.
  Timer released_timer_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_NETWORK_IMPL_H_
