// Chip: the tables that forwarding reads, one set an OS instance.
//
// Forwarding never looks at protocol state; a decision reaches these tables as a ChipWrite through
// the table programmer (os/table_programmer.h) and nowhere else. When the programmer is dead the
// tables are stale; a corruption makes hits silently wrong until the entry is written again.
// MAC ageing is lazy: an entry is valid while its age is below the ageing time, or while a standing
// conversation that is not executed (because it could change nothing) keeps it fresh.
// A network has many nodes, most of them hosts: what few of them need is made when needed.
// Not modelled here: queues and buffers, TCAM layout, per-unit tables of a stack.

#ifndef SWITCHFAULT_OS_CHIP_H_
#define SWITCHFAULT_OS_CHIP_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include <boost/container/small_vector.hpp>

#include <switchfault/ip_address.h>
#include <switchfault/units.h>

#include "core/check.h"
#include "core/mac_address.h"
#include "os/route_rows.h"

namespace switchfault {

// Dense ids within one node. A logical port is a physical port or, after those, an aggregate.
enum class PortIndex : std::uint16_t {};
enum class LogicalPort : std::uint16_t { none = 0xffff };
using VlanId = std::uint16_t;  // 1 … 4094; 0: none.

// IEEE 802.1D-2004 table 7-5: recommended ageing time.
inline constexpr Duration kDefaultMacAgeing = std::chrono::seconds{300};
// RFC 1122 2.3.2.1 wants a timeout and names none; routers commonly keep ARP entries for 4 h.
inline constexpr Duration kDefaultNeighborTimeout = std::chrono::hours{4};

// by_vlan: of a port in the chip, each of its VLANs has one of the others.
enum class StpState : std::uint8_t { discarding, learning, forwarding, by_vlan };

enum class ChipTable : std::uint8_t { mac, routes, neighbors, sessions };

struct MacEntry {
  VlanId vlan = 0;
  MacAddress mac;
  LogicalPort port = LogicalPort::none;
  SimTime last_seen;
  std::uint16_t kept = 0;  // Standing conversations that refresh it without being executed.
  bool fixed = false;      // Static: does not age or move …
  bool moves = false;      // … but does when the address talks elsewhere, as in the Linux bridge.
};

struct NeighborEntry {
  VrfIndex vrf = VrfIndex::global;
  IpAddress address;
  MacAddress mac;  // None: asked for, nobody has answered yet.
  InterfaceIndex interface = InterfaceIndex::none;
  SimTime confirmed;  // Without a MAC: when it was asked for first.
  std::uint16_t kept = 0;
  SimTime used;                 // By the last real packet.
  SimTime unanswered = kNever;  // When the first probe that nobody answered was or will be sent.
};

// How neighbour entries are kept up; docs/protocols.md, neighbours.
struct NeighborTimers {
  // Idle: an entry goes when no conversation has confirmed it for `lifetime`. Else an entry in use
  // is probed `delay` after the end of its `lifetime`, and goes when no probe was answered.
  bool probed = false;
  Duration lifetime{};  // Zero: for ever.
  Duration delay{};
  Duration retransmit{};  // Between two probes, or two questions for an address.
  std::int64_t probes = 0;

  [[nodiscard]] Duration round() const { return lifetime + delay; }  // From probe to probe.
  [[nodiscard]] Duration patience() const { return probes * retransmit; }
};

// As operators know them from `ip neigh`.
enum class NeighborState : std::uint8_t { incomplete, reachable, stale, delay, probe, failed };

// A MAC for which an interface routes besides its own: a virtual router's while master.
struct RouterMac {
  InterfaceIndex interface = InterfaceIndex::none;
  MacAddress mac;
  IpAddress answers_for;  // Virtual address whose ARP/ND requests are answered; else unspecified.
  bool accepts = true;    // Packets to that address end here.
  friend bool operator==(const RouterMac&, const RouterMac&) = default;
};

// What is wrong with a table: hits on the chosen keys are dropped silently.
struct Corruption {
  ChipTable table = ChipTable::mac;
  enum class Which : std::uint8_t { share_of_keys, prefix, hash_bucket };
  Which which = Which::share_of_keys;
  double share = 0;          // share_of_keys
  IpPrefix prefix;           // prefix
  std::uint32_t bucket = 0;  // hash_bucket: hash mod buckets == bucket
  std::uint32_t buckets = 1;
  std::uint64_t salt = 0;  // Which keys a share hits; from a draw.
};

// Keys by which a corruption chooses entries; the same for forwarding and for the tables.
std::uint64_t mac_key(VlanId vlan, MacAddress mac);
std::uint64_t route_key(VrfIndex vrf, const IpPrefix& prefix);
std::uint64_t neighbor_key(VrfIndex vrf, const IpAddress& address);

// The closed set of writes. A later write with the same key replaces an earlier one.
struct SetPortState {
  LogicalPort port;
  StpState state;
  VlanId vlan = 0;  // Only of this one; from then on others discard until told. 0: of all.
};
struct SetLagMembers {
  LogicalPort lag;
  std::vector<PortIndex> members;
  // Each with its member, chosen by the hash of a flow; empty: the hash chooses among the members.
  std::vector<PortIndex> buckets{};
};
struct SetRoute {
  FibEntry entry;
};
struct RemoveRoute {
  VrfIndex vrf;
  IpPrefix prefix;
};
struct SetNeighbor {
  NeighborEntry entry;
};
struct RemoveNeighbor {
  VrfIndex vrf;
  IpAddress address;
};
struct LearnMac {
  MacEntry entry;
};
struct FlushMacs {
  LogicalPort port;  // none: all ports
  LogicalPort but;   // with port == none: all but this one
  VlanId vlan = 0;   // 0: of all VLANs
};
struct SetRouterMac {
  RouterMac router_mac;
  bool present;
};
struct ForgetMac {
  VlanId vlan;
  MacAddress mac;
};
struct SweepMacs {
  SimTime seen_by;  // Entries last seen then or earlier go.
};
using ChipWrite =
    std::variant<SetPortState, SetLagMembers, SetRoute, RemoveRoute, SetNeighbor, RemoveNeighbor,
                 LearnMac, FlushMacs, SetRouterMac, SweepMacs, ForgetMac>;

struct ChipCapacity {
  std::uint32_t macs = 0, routes = 0, neighbors = 0, sessions = 0;  // 0: not limited.
  friend bool operator==(const ChipCapacity&, const ChipCapacity&) = default;
};

class Chip {
 public:
  Chip(std::size_t physical_ports, std::size_t lags, const ChipCapacity& capacity,
       Duration mac_ageing, Duration neighbor_timeout);

  // Only the table programmer calls this. False: the table was full and the write had no effect.
  bool apply(const ChipWrite& change);
  // Power-cycled or cold-started: everything empty, ports discarding.
  void reset();

  // --- what forwarding reads ---
  [[nodiscard]] StpState port_state(LogicalPort port) const {
    SF_CHECK(static_cast<std::size_t>(port) < port_states_.size());
    return port_states_[static_cast<std::size_t>(port)];
  }
  // Never by_vlan.
  [[nodiscard]] StpState port_state(LogicalPort port, VlanId vlan) const {
    const StpState state = port_state(port);
    return state != StpState::by_vlan ? state : vlan_state(port, vlan);
  }
  [[nodiscard]] const std::vector<PortIndex>& lag_members(LogicalPort lag) const {
    const std::size_t index = static_cast<std::size_t>(lag) - physical_ports_;
    SF_CHECK(more_ != nullptr && index < more_->lag_members.size());
    return more_->lag_members[index];
  }
  [[nodiscard]] const std::vector<PortIndex>& lag_buckets(LogicalPort lag) const {
    return more_->lag_buckets[static_cast<std::size_t>(lag) - physical_ports_];
  }
  // Null: unknown or aged out at `now`. `expires` is lowered to the time at which the answer ends.
  [[nodiscard]] const MacEntry* find_mac(VlanId vlan, MacAddress mac, SimTime now,
                                         SimTime& expires) const;
  [[nodiscard]] std::optional<FibEntry> find_route(VrfIndex vrf,
                                                   const IpAddress& destination) const {
    return routes_.find(vrf, destination);
  }
  // These writes at once, if they fill an empty table with what was decided. False: they do not.
  [[nodiscard]] bool take_routes(std::span<const ChipWrite> writes, const RouteRows& decided);
  // These are what should stand in it: one memory, if they do.
  void share_routes(const RouteRows& decided) { routes_.share(decided); }
  [[nodiscard]] const NeighborEntry* find_neighbor(VrfIndex vrf, const IpAddress& address,
                                                   SimTime now, SimTime& expires) const;
  // An entry that nobody has used for so long that it has to be probed: packets still go there.
  [[nodiscard]] const NeighborEntry* stale_neighbor(VrfIndex vrf, const IpAddress& address,
                                                    SimTime now) const;
  // Any entry that an announcement changes: alive or, where entries are probed, of any age.
  [[nodiscard]] const NeighborEntry* known_neighbor(VrfIndex vrf, const IpAddress& address,
                                                    SimTime now) const;
  [[nodiscard]] const std::vector<RouterMac>& router_macs() const;
  // True when a hit on the entry with this key (mac_key, route_key, neighbor_key; of a session any
  // hash) is silently wrong for a flow with this hash. `address`: what was looked up, or null.
  [[nodiscard]] bool corrupted(ChipTable table, std::uint64_t key_hash, std::uint64_t flow_hash,
                               const IpAddress* address) const;
  [[nodiscard]] bool corrupted(ChipTable table, std::uint64_t key_hash,
                               const IpAddress* address) const {
    return corrupted(table, key_hash, key_hash, address);
  }
  // Grows whenever an answer of find_* or of the ports may have changed other than by ageing.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }

  // --- upkeep ---
  void refresh_mac(VlanId vlan, MacAddress mac, SimTime now);
  // A frame of `mac` has come in by `port`: the entry that is alive, refreshed if it says so too.
  const MacEntry* see_mac(VlanId vlan, MacAddress mac, LogicalPort port, SimTime now);
  // When the entry of an address that is alive was last seen, for whoever sees it often: to be
  // written as long as no write has changed the table. Null: none, or it does not age.
  SimTime* mac_last_seen(VlanId vlan, MacAddress mac, SimTime now);
  void keep_mac(VlanId vlan, MacAddress mac);  // a standing conversation sleeps
  void release_mac(VlanId vlan, MacAddress mac, SimTime last_seen);  // … and wakes
  void refresh_neighbor(VrfIndex vrf, const IpAddress& address, SimTime now);
  // Of entries that are probed. Whether a probe leaves with a packet that is sent now …
  [[nodiscard]] bool probe_due(VrfIndex vrf, const IpAddress& address, SimTime now) const;
  // … and the packet, with what became of the probe, if any. True: readers must be told.
  bool use_neighbor(VrfIndex vrf, const IpAddress& address, SimTime now, bool answered);
  // A packet needs an address that is not known. False: who asked a moment ago waits until `again`.
  bool ask_for(VrfIndex vrf, const IpAddress& address, InterfaceIndex interface, SimTime now,
               SimTime& again);
  // All entries of an interface are gone, as when its kernel loses the carrier.
  std::vector<NeighborEntry> drop_neighbors(InterfaceIndex interface);
  void keep_neighbor(VrfIndex vrf, const IpAddress& address);
  void release_neighbor(VrfIndex vrf, const IpAddress& address, SimTime confirmed);
  void corrupt(const Corruption& corruption);
  void repair(ChipTable table);  // All entries of the table are written again.
  void clear(ChipTable table);   // Emptied; learned entries come back with traffic.
  // Sessions are kept by the stateful node (net); it tells their number and looks at the epoch,
  // which changes when the table was emptied.
  void set_sessions(std::size_t sessions) { more().sessions = sessions; }  // SwitchOs::set_sessions
  [[nodiscard]] std::uint32_t session_epoch() const { return session_epoch_; }

  [[nodiscard]] std::size_t entries(ChipTable table, SimTime now) const;
  // Entries of which at least some hits are wrong.
  [[nodiscard]] std::size_t corrupted_entries(ChipTable table, SimTime now) const;
  [[nodiscard]] bool has_corruption() const {
    return more_ != nullptr && !more_->corruptions.empty();
  }
  [[nodiscard]] std::uint32_t capacity(ChipTable table) const;
  [[nodiscard]] Duration mac_ageing() const { return mac_ageing_; }
  // Entries of another age count from now on; whoever has read some must be told.
  void set_mac_ageing(Duration ageing);
  [[nodiscard]] bool has_static_macs() const { return bridge_ && bridge_->static_macs; }  // Or had.
  // Entries of any age are used until SweepMacs removes them.
  void set_mac_sweep() { swept_ = true; }
  // When the oldest entry that ages was last seen; `now` when there is none.
  [[nodiscard]] SimTime oldest_mac(SimTime now) const;
  [[nodiscard]] NeighborTimers neighbor_timers() const {
    return more_ != nullptr && more_->neighbor_timers
               ? *more_->neighbor_timers
               : NeighborTimers{.lifetime = neighbor_lifetime_};
  }
  void set_neighbor_timers(const NeighborTimers& timers) { more().neighbor_timers = timers; }
  // What an operator would see now, and since when the entry is known to be right.
  [[nodiscard]] NeighborState state_of(const NeighborEntry& entry, SimTime now) const;
  [[nodiscard]] SimTime confirmed_at(const NeighborEntry& entry, SimTime now) const;
  [[nodiscard]] const std::vector<MacEntry>& macs() const;  // Sorted by key.
  // What the last FlushMacs, SweepMacs or ForgetMac has removed.
  [[nodiscard]] const std::vector<MacEntry>& flushed() const;
  [[nodiscard]] std::vector<FibEntry> routes() const { return routes_.entries(); }
  [[nodiscard]] const std::vector<NeighborEntry>& neighbors() const { return neighbors_; }

 private:
  // A corruption and the keys that were written again since.
  struct ActiveCorruption {
    Corruption what;
    std::vector<std::uint64_t> rewritten;  // Sorted.
    [[nodiscard]] bool hits(std::uint64_t key_hash, std::uint64_t flow_hash,
                            const IpAddress* address) const;
  };

  // Of a node that has learned a MAC.
  struct Bridge {
    std::vector<MacEntry> macs;           // Sorted by (vlan, mac).
    std::vector<std::uint64_t> mac_keys;  // VLAN and address of each as one number: searched.
    std::vector<MacEntry> flushed;
    bool static_macs = false;
    [[nodiscard]] std::size_t place(std::uint64_t key) const;  // Of the first not below.
    template <typename Goes>
    void erase(Goes goes);
  };

  struct VlanState {
    LogicalPort port;
    VlanId vlan;
    StpState state;
  };

  // What few nodes have: aggregates, states of VLANs, limits, virtual addresses, sessions,
  // something wrong.
  struct More {
    std::vector<VlanState> vlan_states;  // Of ports by VLAN; sorted by (port, vlan).
    std::vector<std::vector<PortIndex>> lag_members, lag_buckets;
    std::vector<RouterMac> router_macs;
    std::vector<ActiveCorruption> corruptions;
    ChipCapacity capacity;
    std::size_t sessions = 0;
    std::optional<NeighborTimers> neighbor_timers;  // Empty: idle, see neighbor_lifetime_.
  };

  More& more();
  [[nodiscard]] ChipCapacity capacity() const {
    return more_ == nullptr ? ChipCapacity() : more_->capacity;
  }
  bool write(const SetPortState& write);
  bool write(const SetLagMembers& write);
  bool write(const SetRoute& write);
  bool write(const RemoveRoute& write);
  bool write(const SetNeighbor& write);
  bool write(const RemoveNeighbor& write);
  bool write(const LearnMac& write);
  bool write(const FlushMacs& write);
  bool write(const SetRouterMac& write);
  bool write(const SweepMacs& write);
  bool write(const ForgetMac& write);
  template <typename Goes>
  void flush_macs(Goes goes);
  [[nodiscard]] StpState vlan_state(LogicalPort port, VlanId vlan) const;
  void set_vlan_state(const SetPortState& write);
  [[nodiscard]] bool alive(const MacEntry& entry, SimTime now) const;
  [[nodiscard]] bool alive(const NeighborEntry& entry, SimTime now) const;
  [[nodiscard]] SimTime end_of(const NeighborEntry& entry) const;
  [[nodiscard]] std::int64_t rounds(SimTime from, SimTime to) const;
  MacEntry* mac_at(VlanId vlan, MacAddress mac);
  NeighborEntry* neighbor_at(VrfIndex vrf, const IpAddress& address);
  void rewritten(ChipTable table, std::uint64_t key_hash);

  static constexpr std::size_t kFewPorts = 8;

  boost::container::small_vector<StpState, kFewPorts> port_states_;
  std::unique_ptr<Bridge> bridge_;  // Null: has never learned.
  std::unique_ptr<More> more_;      // Null: there is none of it.
  RouteRows routes_;
  std::vector<NeighborEntry> neighbors_;  // Sorted by (vrf, address).
  Duration mac_ageing_;
  Duration neighbor_lifetime_;
  std::uint64_t revision_ = 0;
  std::uint32_t physical_ports_;
  std::uint32_t session_epoch_ = 0;
  bool swept_ = false;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_OS_CHIP_H_
