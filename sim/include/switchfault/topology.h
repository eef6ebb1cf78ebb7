// Topology: the network as its file describes it. Plain data, names unresolved, every part knows
// its place in the file. The shape follows containerlab (nodes a map, links with two endpoints);
// values from node, group, kind and defaults are merged by the loader, the most specific wins.
//
// References between parts are names here; run/build resolves them to dense indices.

#ifndef SWITCHFAULT_TOPOLOGY_H_
#define SWITCHFAULT_TOPOLOGY_H_

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <switchfault/diagnostic.h>
#include <switchfault/ip_address.h>
#include <switchfault/units.h>

namespace switchfault {

// A reference by name with the place where it is written.
struct Name {
  std::string text;
  SourcePos at;
};

enum class NodeKind : std::uint8_t {
  switch_,        // has an OS; bridges, and routes where it has addressed interfaces
  router,         // has an OS; every port is routed
  firewall,       // stateful: a reply without a session ends as no_session
  load_balancer,  // stateful: virtual services spread over a pool by health checks
  controller,     // has an OS, forwards nothing
  host,           // addresses, gateway, neighbour cache; runs services or stands for users
  external,       // a network of somebody else: answers, forwards nothing
  segment,        // shared medium without control plane (containerlab's bridge)
};

// How an OS is started again. Each kind has its own times per plane.
enum class BootKind : std::uint8_t { cold, fast, warm, power_cycle };
inline constexpr std::size_t kBootKinds = 4;

// Time from the start of a boot until each plane serves again; zero: not interrupted.
struct PlaneTimes {
  Duration data{};
  Duration control{};
  Duration management{};
};

// One value of a kind's parameter: text as written, its meaning checked against the catalogue.
struct Argument {
  std::string name;
  std::string text;                // A scalar; empty when `items` is used.
  std::vector<std::string> items;  // A list of scalars.
  SourcePos at;
};
using Arguments = std::vector<Argument>;

struct SupervisorPolicy {
  bool restarts = true;
  Duration poll{};                 // How often it looks; zero: it is told at once.
  Duration unresponsive_after{};   // A hung process is killed after this; zero: hangs go unnoticed.
  Duration delay{};                // From noticing to starting again.
  Duration delay_max{};            // Back-off doubles `delay` up to this; zero: no back-off.
  std::uint32_t limit_starts = 0;  // At most so many starts in `limit_window`; 0: no limit.
  Duration limit_window{};
};

struct ProcessConfig {
  std::string name;
  std::string function;  // spanning_tree, table_programmer, … ; empty: something else.
  Bytes memory;
  std::optional<SupervisorPolicy> supervisor;
  SourcePos at;
};

// "10.0.0.1/24" or "2001:db8::1/64", with its host bits, and where it is written.
struct InterfaceAddress {
  IpPrefix prefix;
  SourcePos at;
};

struct InterfaceConfig {
  std::string name;  // "vlan10", "eth1.20", "eth3", "lo", "mgmt0"
  std::vector<InterfaceAddress> addresses;
  std::string vrf;         // Empty: the global one. "management" is the management VRF.
  std::uint16_t vlan = 0;  // Of a VLAN interface or sub-interface.
  bool up = true;
  std::map<std::string, Arguments> protocols{};  // Settings on it: ospf: {cost: 10}.
  SourcePos at;
};

// How much that is flooded a port lets in, and what it does about more.
struct StormControl {
  enum class Action : std::uint8_t { drop, shutdown };
  BitRate rate;
  Action action = Action::drop;
};

struct PortConfig {
  std::string name;
  std::uint16_t access_vlan = 0;           // 0: not an access port.
  std::vector<std::uint16_t> trunk_vlans;  // Tagged; with `trunk_all` every VLAN of the node.
  bool trunk_all = false;
  std::uint16_t native_vlan = 0;  // Untagged on a trunk; 0: none.
  bool routed = false;
  bool up = true;
  std::optional<StormControl> storm_control;
  std::map<std::string, Arguments> protocols;  // Per-port settings: rstp: {edge: true}.
  SourcePos at;
};

struct LagConfig {
  std::string name;  // "po1"
  std::vector<Name> members;
  std::uint32_t mlag_id = 0;  // Same number on both peers: one LAG to the other side. 0: local.
  SourcePos at;
};

// Two instances that present one LACP system; the loss of the peer link has a declared outcome.
struct MlagConfig {
  Name peer;
  Name peer_link;  // A LAG or port of this node.
  enum class OnPeerLinkLoss : std::uint8_t { secondary_ports_shut, split_brain };
  OnPeerLinkLoss on_peer_link_loss = OnPeerLinkLoss::secondary_ports_shut;
  bool primary = false;
  SourcePos at;
};

struct RouteConfig {
  IpPrefix prefix;                   // Without host bits.
  std::vector<IpAddress> next_hops;  // Several: ECMP. Empty with `discard`.
  std::string vrf;
  bool discard = false;
  bool bfd = false;  // A next hop is used while `bfd` hears it.
  SourcePos at;
};

// What a routing process that starts does with routes that its predecessor has left in the kernel.
enum class FormerRoutes : std::uint8_t { removed, by_chance };

// A filter rule of a firewall or of an interface: first match decides, default permit on
// switches and routers, default deny on firewalls that have at least one rule.
struct FilterRule {
  bool permit = true;
  std::string from;      // Prefix or empty.
  std::string to;        // Prefix or empty.
  std::string protocol;  // tcp, udp, icmp or empty.
  std::uint16_t port = 0;
  SourcePos at;
};

// A session without a packet for so long ends.
struct SessionTimeouts {
  Duration tcp = std::chrono::hours{2} + std::chrono::minutes{4};  // RFC 5382 REQ-5: at least.
  // Not answered yet, or closed: RFC 5382 REQ-5, at least.
  Duration tcp_transitory = std::chrono::minutes{4};
  Duration udp = std::chrono::minutes{5};     // RFC 4787 REQ-5: recommended.
  Duration icmp = std::chrono::seconds{60};   // RFC 5508 REQ-1: at least.
  Duration other = std::chrono::minutes{10};  // Linux: nf_conntrack_generic_timeout.
};

struct StatefulConfig {
  std::uint32_t session_capacity = 0;  // 0: not limited, and said so under "not modelled".
  SessionTimeouts timeouts;            // Of sessions that packets have opened.
  std::optional<Name> peer;            // Active/standby partner.
  bool active = true;                  // The initial owner.
  bool sessions_synchronised = false;  // Sessions survive a change of the owner.
  Duration heartbeat{};                // Interval towards the peer.
  std::uint32_t heartbeats_lost = 3;   // Missed ones before the standby takes over.
  SourcePos at;
};

struct VirtualService {
  std::string address;
  std::uint16_t port = 0;
  std::vector<Name> pool;  // Host names.
  Duration health_interval{};
  std::uint32_t health_lost = 3;
  SourcePos at;
};

// A protocol instance on a node: rstp once, vrrp once per virtual router.
struct ProtocolConfig {
  std::string kind;
  Arguments arguments;
  std::map<std::uint16_t, Arguments> vlans{};  // What is said of single VLANs.
  SourcePos at;
};

// How a kernel keeps ARP and ND entries. Times that are not given are those of the profile.
struct NeighborConfig {
  enum class Profile : std::uint8_t {
    idle,          // An entry goes when no conversation has confirmed it for `reachable`.
    linux_kernel,  // Reachable, stale, delay, probe, failed.
    switch_,       // Asked for again when its time is over.
  };
  Profile profile = Profile::idle;
  std::optional<Duration> reachable, delay, retransmit;
  std::optional<std::uint32_t> probes;
};

struct NodeConfig {
  std::string name;
  std::string id;  // Stable identity; the name when empty.
  NodeKind kind = NodeKind::host;
  // What selectors can ask for.
  std::string os, version, standby_version, model, hardware_revision, role, site, group;
  std::vector<std::string> features;  // Enabled ones, e.g. "dns_client".
  std::map<std::string, std::string> labels;
  // The OS.
  Bytes memory;  // Zero: not modelled.
  std::array<std::optional<PlaneTimes>, kBootKinds> boots;
  std::vector<ProcessConfig> processes;
  Duration uptime_at_start{};
  Duration power_on_at_start{};
  Duration wall_clock_offset{};
  bool boot_cuts_port_power = false;  // Powered devices restart with it.
  bool startup_config_saved = true;   // False: running changes were never saved.
  std::uint32_t boxes = 1;            // Stack members under one OS instance.
  bool dual_supervisor = false;
  bool supervisor_synchronised = false;
  // Tables of the chip; zero: not limited.
  std::uint32_t mac_capacity = 0;
  std::uint32_t route_capacity = 0;
  std::uint32_t neighbor_capacity = 0;
  std::optional<Duration> mac_ageing;
  bool mac_sweep = false;  // Old MAC entries stay in use until a sweep of the table comes by.
  FormerRoutes former_routes = FormerRoutes::removed;
  // Timers of its kernel fire late, on a wheel of this tick; zero: exactly.
  Duration kernel_tick{};
  std::optional<Duration> neighbor_timeout;
  // An unused group of next hops is kept so long and taken for whole; zero: groups are always made
  // anew.
  Duration next_hop_group_keep{};
  Duration cpu_wait{};  // Mean time until a process reads what has arrived.
  NeighborConfig neighbors;
  // The network side.
  std::vector<PortConfig> ports;  // Only those with settings; others come from the links.
  std::vector<InterfaceConfig> interfaces;
  std::vector<LagConfig> lags;
  std::optional<MlagConfig> mlag;
  std::vector<RouteConfig> routes;
  std::vector<FilterRule> filters;
  std::optional<StatefulConfig> stateful;
  std::vector<VirtualService> virtual_services;
  std::vector<ProtocolConfig> protocols;
  std::string management_address;  // Where the operator logs in; empty: nowhere in band.
  SourcePos at;
};

struct LinkEnd {
  Name node;
  std::string port;
};

struct LinkConfig {
  LinkEnd a, b;
  BitRate rate{1'000'000'000};
  Duration delay{};
  double loss_ab = 0, loss_ba = 0;       // Shares, per direction.
  BitRate background_ab, background_ba;  // Fluid load that is always there.
  bool up = true;
  SourcePos at;
};

struct Topology {
  std::string name;
  std::vector<NodeConfig> nodes;  // In file order.
  std::vector<LinkConfig> links;
  SourcePos at;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_TOPOLOGY_H_
