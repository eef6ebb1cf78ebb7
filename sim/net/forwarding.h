// Forwarding: what a node does with a frame, the same for packets and for walks.
//
//   frame ─▶ receive() ─┬─▶ out of one port, or flood()
//                       └─▶ for the node ─▶ route() ─▶ neighbour ─▶ send() ─▶ out of one port
//
// Reads chip tables, port and interface states and the static layout of the node, changes nothing
// and allocates nothing in the steady state; what it would learn it reports. Where several ports or
// next hops are equal, the hash of the flow chooses, seeded by the node's stable id.
// Not modelled: VLAN translation, multicast routing and snooping, proxy ARP, hairpin ports.

#ifndef SWITCHFAULT_NET_FORWARDING_H_
#define SWITCHFAULT_NET_FORWARDING_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/huge_pages.h"
#include "net/disposition.h"
#include "net/network_impl.h"

namespace switchfault {

struct Frame {
  MacAddress source, destination;
  VlanId tag = 0;          // As on the wire; 0: untagged.
  std::uint64_t hash = 0;  // Of the flow.
};

// One copy on its way out.
struct Egress {
  LogicalPort logical = LogicalPort::none;
  PortIndex port{};
  VlanId tag = 0;
};

// What the tables said to it, so that the answer can be looked at again when they change.
struct TableReads {
  bool mac = false;
  VlanId vlan = 0;
  MacAddress mac_address;
  bool neighbor = false;
  VrfIndex vrf = VrfIndex::global;
  IpAddress address;
  SimTime expires = kNever;      // Of the neighbour.
  SimTime mac_expires = kNever;  // Of the MAC.
};

struct Verdict {
  enum class Kind : std::uint8_t {
    ended,       // `disposition` at `place`
    unicast,     // out of `egress`
    flood,       // to the ports of `vlan`, and to the node itself when `for_node`
    for_node,    // to `interface` of the node itself
    local,       // route(): the destination is the node's own
    unresolved,  // route(): the MAC of `next_hop` on `interface` is not known
    resolved,    // route(): `next_hop` on `interface` has `destination`
  };
  Kind kind = Kind::ended;
  Disposition disposition = Disposition::delivered;
  bool for_node = false;
  bool learns = false;  // `vlan` and `in` are where the source MAC is.
  VlanId vlan = 0;
  LogicalPort in = LogicalPort::none;
  InterfaceIndex interface = InterfaceIndex::none;
  Entity place;
  LogicalPort place_port = LogicalPort::none;  // Where the place is a port.
  Egress egress;
  MacAddress destination;
  IpAddress next_hop;
  TableReads reads;
};

// Where MACs are, as frames of this very conversation have just taught the bridges they crossed.
class Trail {
 public:
  explicit Trail(std::size_t nodes) : crossed_(nodes) {}
  void clear();
  void add(NodeIndex node, VlanId vlan, MacAddress mac, LogicalPort port);
  // The latest; none when nothing was taught there.
  [[nodiscard]] LogicalPort find(NodeIndex node, VlanId vlan, MacAddress mac) const;

 private:
  static constexpr std::uint32_t kNoPlace = 0xffffffff;
  struct Place {
    MacAddress mac;
    std::uint32_t before;  // The place taught to the same node before this one.
    VlanId vlan;
    LogicalPort port;
  };
  struct Crossing {
    std::uint32_t generation = 0;
    std::uint32_t latest = kNoPlace;
  };
  std::vector<Place> places_;
  ZeroedTable<Crossing> crossed_;  // By node.
  std::uint32_t generation_ = 1;
};

std::uint64_t flow_hash(const Packet& packet);
// Of frames that are not IP: ARP, ND, control frames.
std::uint64_t frame_hash(MacAddress source, MacAddress destination, VlanId vlan);
// Which of `count` equal ways a flow takes at a node.
std::size_t equal_choice(std::uint64_t hash, std::uint64_t seed, std::size_t count);
// Which of so many members or buckets of an aggregate of a node takes a flow.
std::size_t member_choice(std::uint64_t hash, std::uint64_t stable_id, std::size_t count);

class Forwarding {
 public:
  explicit Forwarding(const NetworkImpl& network);
  ~Forwarding();

  // A frame arrives at a physical port. `trail` may be null.
  [[nodiscard]] Verdict receive(NodeIndex node, PortIndex port, const Frame& frame,
                                const Trail* trail) const;
  // The copies of a flood, by logical port; with `only` no other port than that one.
  void flood(NodeIndex node, VlanId vlan, LogicalPort in, std::uint64_t hash, LogicalPort only,
             std::vector<Egress>& copies) const;
  // An IP packet that the node sends itself or that has arrived for it. `local`, `unresolved`,
  // `resolved` or `ended`; never `unicast`. Only packets in transit are filtered and lose TTL.
  [[nodiscard]] Verdict route(NodeIndex node, VrfIndex vrf, const Packet& packet,
                              std::uint64_t hash, bool transit, bool filtered) const;
  // A frame leaves an interface of the node towards a MAC, or floods for a group.
  [[nodiscard]] Verdict send(NodeIndex node, InterfaceIndex interface, const Frame& frame,
                             const Trail* trail) const;

  // The MAC with which the interface answers ARP or ND for the address; whether its kernel is up
  // to answer is not asked here.
  [[nodiscard]] std::optional<MacAddress> answers(NodeIndex node, InterfaceIndex interface,
                                                  const IpAddress& address) const;
  // First match; without one `permitted` unless the node is a firewall with rules.
  [[nodiscard]] bool permits(NodeIndex node, const Packet& packet) const;
  // The VLAN interface of the VLAN.
  [[nodiscard]] InterfaceIndex vlan_interface(NodeIndex node, VlanId vlan) const;
  // Bridge ports that are members of the VLAN, up or not.
  [[nodiscard]] std::span<const LogicalPort> vlan_ports(NodeIndex node, VlanId vlan) const;
  [[nodiscard]] std::span<const VlanId> vlans(NodeIndex node) const;
  // The VLAN of a frame with this tag that arrives at the port; 0: not allowed.
  [[nodiscard]] VlanId vlan_at(NodeIndex node, LogicalPort port, VlanId tag) const;
  // A bridge port that takes part in a VLAN: up and forwarding.
  [[nodiscard]] bool forwards_at(NodeIndex node, LogicalPort port, VlanId vlan) const;
  // The VLAN in which the other end of a link bridges a frame with this tag; empty: it does not,
  // or the port does not take part. A segment bridges every tag as it is.
  [[nodiscard]] std::optional<VlanId> bridges_at(const PortRef& port, VlanId tag) const;
  // The routed or sub-interface for frames with this tag; none, or down: none.
  [[nodiscard]] InterfaceIndex routed_interface(NodeIndex node, LogicalPort port, VlanId tag) const;
  // A physical port that the chip uses for the logical one.
  [[nodiscard]] bool is_member(NodeIndex node, LogicalPort port, PortIndex physical) const;
  // The physical port for a flow; empty: a bundle without members.
  [[nodiscard]] std::optional<PortIndex> member(NodeIndex node, LogicalPort port,
                                                std::uint64_t hash) const;

 private:
  struct Layout;  // Of one node, derived once.

  [[nodiscard]] const Layout& layout(NodeIndex node) const;
  [[nodiscard]] Verdict arrive_routed(NodeIndex node, LogicalPort port, const Frame& frame,
                                      Entity at) const;
  [[nodiscard]] Verdict arrive_bridged(NodeIndex node, LogicalPort port, const Frame& frame,
                                       Entity at, const Trail* trail) const;
  void look_up_mac(NodeIndex node, const Frame& frame, const Trail* trail, Verdict& verdict) const;
  void leave_by(NodeIndex node, LogicalPort port, std::uint64_t hash, Verdict& verdict) const;
  [[nodiscard]] bool is_router_mac(NodeIndex node, InterfaceIndex interface, MacAddress mac) const;
  [[nodiscard]] bool owns(NodeIndex node, VrfIndex vrf, const IpAddress& address) const;
  [[nodiscard]] bool is_local(NodeIndex node, InterfaceIndex interface,
                              const IpAddress& address) const;
  // The virtual address of an interface that answers for it.
  [[nodiscard]] const RouterMac* find_virtual(NodeIndex node, InterfaceIndex interface,
                                              const IpAddress& address) const;
  void look_up_neighbor(NodeIndex node, VrfIndex vrf, std::uint64_t hash, Verdict& verdict) const;

  const NetworkImpl& network_;
  mutable std::vector<std::unique_ptr<Layout>> layouts_;  // Made when first asked for.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_FORWARDING_H_
