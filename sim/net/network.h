// Network: nodes with their ports and interfaces, the links between them, and what travels.
//
// Built once from a Topology. It derives carrier, aggregates, interface state and routes from the
// state of boxes, links and processes, forwards by the chip tables alone, carries control frames,
// and tells everybody whose walk read something when that changes.
//
//   box power, link, admin ─▶ carrier ─▶ aggregates ─▶ protocols ─▶ chip (through the programmer)
//                                   └──▶ interfaces ─▶ routes  ──▶        └─▶ walks are stale
//
// Not modelled here: queues and serialisation (net/packet_plane.h).

#ifndef SWITCHFAULT_NET_NETWORK_H_
#define SWITCHFAULT_NET_NETWORK_H_

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <switchfault/topology.h>

#include "core/observation_log.h"
#include "core/random.h"
#include "core/simulator.h"
#include "net/port_names.h"
#include "net/prefix_list.h"
#include "net/protocol.h"
#include "net/routing_table.h"
#include "net/walk.h"
#include "net/watch_lists.h"
#include "os/switch_os.h"

namespace switchfault {

struct PortRef {
  NodeIndex node = NodeIndex::none;
  PortIndex port{};
  friend auto operator<=>(const PortRef&, const PortRef&) = default;
};

// What a link does to frames. Links alike share one, until something happens to one of them.
struct LinkTerms {
  BitRate rate;
  Duration delay{};
  double loss[2] = {0, 0};  // [0] a to b, [1] b to a
  BitRate background[2];    // Fluid load that is always there.
  BitRate storm[2];         // Offered by storms now.
  // Frames to the addresses that bridges keep for themselves (01-80-c2-00-00-0x) do not pass, or
  // all others do not.
  bool blocks_reserved = false, blocks_others = false;
  friend auto operator<=>(const LinkTerms&, const LinkTerms&) = default;
};

// Rows of large networks are kept small: what few of them have lies behind a pointer, what all of a
// kind share is there once, and names are those of the configuration.
struct Link {
  PortRef a, b;
  const LinkTerms* terms = nullptr;
  ObservationId last_change = ObservationId::none;
  bool dark[2] = {false, false};  // By direction: no light arrives, hence no carrier there.
};

[[nodiscard]] inline Entity entity_of(LinkIndex link) {
  return {EntityKind::link, static_cast<std::uint32_t>(link)};
}

// Texts, spans and pointers below belong to the topology or the network; both outlive the reader.
struct Port {
  LinkIndex link = LinkIndex::none;
  ObservationId last_change = ObservationId::none;
  LogicalPort logical = LogicalPort::none;  // Itself or its aggregate.
  bool carrier = false;
};

// What the file says of a logical port.
struct PortSettings {
  const PortConfig* config = nullptr;    // Its settings in the file, if any.
  const LagConfig* aggregate = nullptr;  // Null: a physical port.
  std::span<const PortIndex> members;    // Of an aggregate, configured.
  std::span<const VlanId> tagged;        // Sorted.
  std::uint32_t mlag_id = 0;
};

// A bridge port or the carrier of a routed interface: a physical port or an aggregate. Logical port
// i is physical port i for all physical ports of the node, then come the aggregates; a physical
// port inside an aggregate has no members here and is never up.
struct LogicalPortInfo {
  const PortSettings* settings = nullptr;  // Null: nothing is said.
  std::uint32_t row = 0;                   // World-wide: of the port, or of the aggregate.
  PortIndex self{};                        // Of a physical port.
  VlanId untagged : 12 = 0;                // Access or native VLAN; 0: no untagged frames.
  bool routed : 1 = false;
  bool bundled : 1 = false;  // In an aggregate.
  bool up : 1 = false;       // At least one member that may carry traffic, with carrier.

  [[nodiscard]] const PortConfig* config() const {
    return settings == nullptr ? nullptr : settings->config;
  }
  [[nodiscard]] const LagConfig* aggregate() const {
    return settings == nullptr ? nullptr : settings->aggregate;
  }
  [[nodiscard]] std::span<const VlanId> tagged() const {
    return settings == nullptr ? std::span<const VlanId>() : settings->tagged;
  }
  [[nodiscard]] std::uint32_t mlag_id() const {
    return settings == nullptr ? 0 : settings->mlag_id;
  }
  // Configured; one for a physical port.
  [[nodiscard]] std::span<const PortIndex> members() const {
    return aggregate() != nullptr ? settings->members
                                  : std::span<const PortIndex>(&self, bundled ? 0 : 1);
  }
  [[nodiscard]] Entity entity() const {
    return {aggregate() != nullptr ? EntityKind::interface : EntityKind::port, row};
  }
};

struct Interface {
  const InterfaceConfig* config = nullptr;
  const std::uint64_t* address_words = nullptr;  // Of a PrefixList; null while there are none.
  std::uint64_t mac_bits : 48 = 0;
  VlanId vlan : 12 = 0;  // Of a VLAN interface or sub-interface.
  InterfaceKind kind : 2 = InterfaceKind::routed;
  bool enabled : 1 = true;  // By configuration.
  bool up : 1 = false;
  std::uint32_t row = 0;                 // World-wide.
  LogicalPort port = LogicalPort::none;  // Of a routed or sub-interface.
  VrfIndex vrf = VrfIndex::global;

  [[nodiscard]] std::string_view name() const { return config->name; }
  [[nodiscard]] MacAddress mac() const { return {mac_bits}; }
  [[nodiscard]] Entity entity() const { return {EntityKind::interface, row}; }
  // None while the configuration is lost.
  [[nodiscard]] PrefixList addresses() const { return PrefixList(address_words); }
};
static_assert(sizeof(Link) == 32 && sizeof(Port) == 12 && sizeof(Interface) == 32);

// The rows of one node within a table of all nodes.
template <typename T>
class Rows {
 public:
  Rows() = default;
  explicit Rows(std::span<T> rows)
      : first_(rows.data()), size_(static_cast<std::uint32_t>(rows.size())) {}

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  T* begin() { return first_; }
  T* end() { return first_ + size_; }
  T& operator[](std::size_t i) { return first_[i]; }
  [[nodiscard]] const T* begin() const { return first_; }
  [[nodiscard]] const T* end() const { return first_ + size_; }
  [[nodiscard]] const T& operator[](std::size_t i) const { return first_[i]; }
  [[nodiscard]] const T& front() const { return *first_; }

 private:
  T* first_ = nullptr;
  std::uint32_t size_ = 0;
};

// The instances of protocols on a node; most nodes have none.
class ProtocolList {
 public:
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] std::size_t size() const { return all_ == nullptr ? 0 : all_->size(); }
  [[nodiscard]] const std::unique_ptr<Protocol>* begin() const {
    return all_ == nullptr ? nullptr : all_->data();
  }
  [[nodiscard]] const std::unique_ptr<Protocol>* end() const { return begin() + size(); }
  [[nodiscard]] const std::unique_ptr<Protocol>& operator[](std::size_t i) const {
    return (*all_)[i];
  }
  void push_back(std::unique_ptr<Protocol> protocol) {
    if (all_ == nullptr) {
      all_ = std::make_unique<std::vector<std::unique_ptr<Protocol>>>();
    }
    all_->push_back(std::move(protocol));
  }
  void clear() { all_.reset(); }

 private:
  std::unique_ptr<std::vector<std::unique_ptr<Protocol>>> all_;
};

// What is small lies behind rows, where they leave room.
struct Node {
  const NodeConfig* config = nullptr;
  std::uint64_t stable_id = 0;
  MacAddress mac;          // Unique; the base of its interfaces' and its bridge address.
  SwitchOs* os = nullptr;  // Null: host, external, segment.
  [[no_unique_address]] Rows<Port> ports;  // By natural order of their names.
  Entity entity;
  [[no_unique_address]] Rows<LogicalPortInfo> logical_ports;
  ObservationId last_change = ObservationId::none;
  [[no_unique_address]] Rows<Interface> interfaces;
  NodeKind kind = NodeKind::host;
  bool host_up = true;  // Hosts only.
  const std::string_view* first_port_name = nullptr;
  const std::vector<std::string_view>* vrf_names = nullptr;
  ProtocolList protocols;

  [[nodiscard]] std::span<const std::string_view> port_names() const {
    return {first_port_name, ports.size()};
  }
  [[nodiscard]] const std::vector<std::string_view>& vrfs() const {  // [0] is the global one.
    return *vrf_names;
  }
  [[nodiscard]] Entity entity_of(PortIndex port) const {
    return logical_ports[static_cast<std::size_t>(port)].entity();
  }
  [[nodiscard]] std::string_view name(PortIndex port) const {
    return first_port_name[static_cast<std::size_t>(port)];
  }
  [[nodiscard]] std::string_view name(LogicalPort port) const;
};

class PacketPlane;
struct NetworkImpl;

// Somebody whose answer depends on what a walk read.
class WalkOwner {
 public:
  // Something it read changed. Called at most once until it watches again.
  virtual void stale(ObservationId cause) = 0;

 protected:
  ~WalkOwner() = default;
};

class Network {
 public:
  struct Context {
    Simulator& simulator;
    ObservationLog& log;
    const Random& random;
    bool skip_quiet_time;
  };
  // `instances` has one entry a node, null where there is no OS; nodes in the order of their stable
  // ids, which is also that of `names`. Port and interface entities are numbered here.
  Network(const Context& context, const Topology& topology, PortNames names,
          std::span<const NodeConfig* const> nodes, std::span<SwitchOs* const> instances,
          std::span<const ProtocolKind> protocols);
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  // --- structure ---
  [[nodiscard]] std::size_t node_count() const;
  [[nodiscard]] const Node& node(NodeIndex node) const;
  [[nodiscard]] std::size_t link_count() const;
  [[nodiscard]] const Link& link(LinkIndex link) const;
  [[nodiscard]] NodeIndex find_node(std::string_view name) const;
  [[nodiscard]] std::optional<PortRef> neighbor(PortRef port) const;  // The other end of its link.
  [[nodiscard]] LogicalPort find_logical_port(NodeIndex node, std::string_view name) const;
  [[nodiscard]] InterfaceIndex find_interface(NodeIndex node, std::string_view name) const;
  // The address users would use for a host or node: its first global address of the family.
  [[nodiscard]] std::optional<IpAddress> address_of(NodeIndex node, bool ipv6) const;
  [[nodiscard]] BitRate speed(NodeIndex node, LogicalPort port) const;  // Sum of the members up.
  // The name of any entity numbered here: "core-1", "core-1:eth3", "core-1 vlan10", "a:x -- b:y".
  [[nodiscard]] std::string name(Entity entity) const;

  // The tables forwarding reads: of the OS, or of a host's own kernel.
  [[nodiscard]] const Chip& chip(NodeIndex node) const;

  // --- levers outside the OS ---
  // [0] at end b, [1] at end a: whether light fails to arrive there.
  void set_link_dark(LinkIndex index, std::array<bool, 2> dark);
  void set_link_loss(LinkIndex index, unsigned direction, double share);
  // Passes only some kinds of frames, in both directions, see Link.
  void set_link_filter(LinkIndex index, bool blocks_reserved, bool blocks_others);
  void set_host_up(NodeIndex index, bool up);
  // An address comes to an interface, or goes; nobody is told, see announce().
  void set_address(NodeIndex node, InterfaceIndex interface, const IpPrefix& address, bool present);
  // What an administrator writes into the tables of a node, its programmer permitting.
  void program(NodeIndex node, const ChipWrite& write);
  // Whether the servers on a host take connections: what health checks of load balancers ask.
  void set_serving(NodeIndex host, bool serving);
  // Which of an active/standby pair of stateful nodes owns the shared addresses and forwards.
  void set_owner(NodeIndex node, bool owner);
  [[nodiscard]] bool owns(NodeIndex node) const;
  // Sessions at a stateful node: those that packets have opened, one by one, and how many of users
  // have found room.
  struct Session {
    Packet request;          // As it came.
    std::string_view state;  // opened, established, closing
    Duration idle{}, idle_limit{};
  };
  struct Sessions {
    std::vector<Session> of_packets;
    std::uint64_t of_users = 0;
  };
  [[nodiscard]] Sessions sessions(NodeIndex node) const;
  // How many sessions somebody (a demand) wants in the table of a stateful node or its pair.
  void set_session_demand(std::uint64_t owner, NodeIndex node, std::uint64_t sessions);
  // Powers everything on: called once at the start of the warm-up.
  void start();

  // --- walks ---
  // From a node (host or OS), pure. The read set is added to, not cleared.
  [[nodiscard]] WalkResult walk(NodeIndex from, const Packet& packet, ReadSet& reads) const;
  // There and back with sessions: delivered both ways or the disposition that stopped it.
  [[nodiscard]] WalkResult converse(NodeIndex from, const Packet& request, ReadSet& reads) const;
  // The same as a real exchange at this instant: learns, refreshes, resolves, is lost by draw.
  // `kept` lists the entries it refreshed, for a standing conversation. When it has changed a table
  // (`learned`), the same again will read other things: neither is complete then.
  WalkResult exchange(NodeIndex from, const Packet& request, ReadSet& reads, ReadSet& kept);
  // Whether somebody who reaches the node can log in: the management plane of an OS, a host that is
  // up. Answering a ping takes less.
  [[nodiscard]] bool login_works(NodeIndex node) const;

  // Copies of all walks so far: a debugging aid, never part of a result.
  [[nodiscard]] const WalkCounters& walk_counters() const;

  // --- packets ---
  // Frames with time and queues over this network. Made when first asked for; costs nothing before.
  [[nodiscard]] PacketPlane& packets();

  // --- being told ---
  WatchId add_owner(WalkOwner& owner);
  void remove_owner(WatchId watch);  // Its id may be given to somebody else.
  // Replaces what `watch` watches. Expiry is the caller's business: arm a timer at reads.expires,
  // with no cause (CauseScope), because when it is armed may depend on who sleeps.
  void watch(WatchId watch, const ReadSet& reads);
  void unwatch(WatchId watch);
  // What a protocol of the node would do with a frame has changed: whoever read that is told.
  void touch(NodeIndex node);
  // Entries refreshed by a conversation that goes to sleep, and its waking.
  void keep(const ReadSet& kept);
  void release(const ReadSet& kept, SimTime last);
  // Whether a conversation of this period that read and refreshed these may sleep: nothing but time
  // could change its outcome, and time cannot either while it keeps what it refreshes.
  [[nodiscard]] bool may_sleep(const ReadSet& reads, const ReadSet& kept, Duration period) const;

  // --- routes ---
  // All routes that a protocol of a node has learned, from now on; its routing process chooses
  // among sources. REQUIRES: sorted by (vrf, prefix), one a prefix, with next hops.
  void learn_routes(NodeIndex node, RouteSource source, std::vector<FibEntry> routes);

  // Whether `bfd` of the node hears the next hop on an interface, for static routes that follow it.
  void hear_next_hop(NodeIndex node, InterfaceIndex interface, bool heard);

  // --- aggregates ---
  // From now on a protocol says which members may carry traffic; none does before it has.
  void govern_aggregate(NodeIndex node, LogicalPort aggregate);
  // Those that may, while they have carrier. A frame that comes in by another is dropped.
  void set_aggregate_members(NodeIndex node, LogicalPort aggregate, std::vector<PortIndex> members);
  // A hash chooses among so many buckets, each of which has a member and keeps it as long as it may
  // carry traffic. REQUIRES: governed.
  void bucket_aggregate(NodeIndex node, LogicalPort aggregate, std::size_t buckets);
  void move_bucket(NodeIndex node, LogicalPort aggregate, std::size_t bucket, PortIndex member);

  // --- control frames ---
  // To the neighbour on a logical port, over the first member that carries traffic; arrives after
  // the link's delay, or dies with the link, its loss, or an overloaded CPU.
  void send(NodeIndex from, LogicalPort port, const ControlFrame& frame);
  // To all instances of the protocol on the interface's subnet, at this instant, from `source` MAC,
  // which bridges learn.
  WalkResult multicast(NodeIndex from, InterfaceIndex interface, MacAddress source,
                       const ControlFrame& frame, ReadSet& reads, ReadSet& kept);
  // The protocol of this kind at the other end of a logical port while it can hear; else null.
  [[nodiscard]] Protocol* peer(NodeIndex from, LogicalPort port, std::uint16_t protocol) const;
  // All instances of a kind on a node, running or not.
  [[nodiscard]] std::vector<Protocol*> instances(NodeIndex node, std::uint16_t protocol) const;
  // How a frame would reach the neighbour on a logical port now.
  struct Way {
    PortRef from, to;                                 // No node: no carrier.
    LogicalPort port = LogicalPort::none;             // There.
    InterfaceIndex interface = InterfaceIndex::none;  // There.
    bool open = false;                                // Some frames arrive …
    std::vector<Protocol*> listeners;                 // … and these hear some of them.
  };
  [[nodiscard]] Way way(NodeIndex from, LogicalPort port, std::uint16_t protocol) const;
  [[nodiscard]] SimTime arrival(SimTime sent, const Way& way) const;
  // Sends a frame as if it had left at `sent`, when none was lost on this way. False, and nothing
  // is sent: it would have arrived before the running event.
  bool send_as_of(SimTime sent, const Way& way, const ControlFrame& frame);
  // A virtual address has moved here: unsolicited ARP or ND so that bridges learn the new place.
  void announce(NodeIndex from, InterfaceIndex interface, MacAddress mac, IpAddress address);

 private:
  std::unique_ptr<NetworkImpl> impl_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_NETWORK_H_
