// Walk: an instantaneous passage of a packet through the network over the chip tables.
//
// The forwarding function (net/forwarding.h) is one; walks drive it without time. A pure walk has
// no side effect and records what it read, so that its owner is told when the answer may differ. A
// sampled walk (polls, probes, protocol multicasts) learns, refreshes and resolves as real frames
// would. Losses are fluid: `share` is the product of the delivery shares of the directions crossed;
// sampled walks draw against it with (link, direction, send time).

#ifndef SWITCHFAULT_NET_WALK_H_
#define SWITCHFAULT_NET_WALK_H_

#include <array>
#include <cstdint>
#include <vector>

#include <switchfault/entity.h>
#include <switchfault/ip_address.h>
#include <switchfault/observation.h>
#include <switchfault/units.h>

#include "core/mac_address.h"
#include "net/disposition.h"
#include "os/chip.h"

namespace switchfault {

enum class NodeIndex : std::uint32_t { none = 0xffffffff };
enum class LinkIndex : std::uint32_t { none = 0xffffffff };

enum class IpProtocol : std::uint8_t { icmp = 1, tcp = 6, udp = 17, icmp6 = 58, vrrp = 112 };

struct Packet {
  IpAddress source, destination;
  IpProtocol protocol = IpProtocol::udp;
  std::uint16_t source_port = 0, destination_port = 0;
  std::uint8_t ttl = 64;  // Linux default; RFC 1700 recommends 64.
};

// A stateful node that was crossed, and the generation of its session table at that time.
struct SessionHop {
  NodeIndex node = NodeIndex::none;
  std::uint32_t generation = 0;
  friend bool operator==(const SessionHop&, const SessionHop&) = default;
};

// What a walk read. Sorted and without duplicates when finished.
struct ReadSet {
  std::vector<NodeIndex> nodes;  // Ports, states, routes, processes, host state of a node.
  std::vector<LinkIndex> links;
  // One port of a node, and everything of the node but its other ports.
  struct PortKey {
    NodeIndex node;
    LogicalPort port;
    friend auto operator<=>(const PortKey&, const PortKey&) = default;
  };
  std::vector<PortKey> ports;
  // Bridging domains by their numbers: which ports of which bridges forward.
  std::vector<std::uint32_t> domains;
  // Also what the protocols of these nodes would do with a frame (Network::touch).
  bool protocols = false;
  struct MacKey {
    NodeIndex node;
    VlanId vlan;
    MacAddress mac;
    friend auto operator<=>(const MacKey&, const MacKey&) = default;
  };
  std::vector<MacKey> macs;  // MAC table answers, present or absent.
  // An answer that could only change for another port: without it the flood leaves there as well.
  struct SteadyMac {
    MacKey key;
    LogicalPort port;
    friend auto operator<=>(const SteadyMac&, const SteadyMac&) = default;
  };
  std::vector<SteadyMac> steady_macs;
  struct NeighborKey {
    NodeIndex node;
    VrfIndex vrf;
    IpAddress address;
    friend auto operator<=>(const NeighborKey&, const NeighborKey&) = default;
  };
  std::vector<NeighborKey> neighbors;
  // The first time at which an entry read ages out. Entries that an exchange has refreshed do not
  // count: they are in its `kept`.
  SimTime expires = kNever;

  void clear() {
    nodes.clear();
    links.clear();
    ports.clear();
    domains.clear();
    macs.clear();
    steady_macs.clear();
    neighbors.clear();
    protocols = false;
    expires = kNever;
  }
};

// Copies of frames: sent + copied == ended + left.
struct WalkCounters {
  std::uint64_t sent = 0;
  std::uint64_t copied = 0;  // More copies out of a node than came in.
  std::uint64_t left = 0;    // Not followed, because another copy had arrived.
  std::array<std::uint64_t, kDispositions> ended{};  // By disposition.
};

struct WalkResult {
  Disposition disposition = Disposition::delivered;
  double share = 1;                           // 0 … 1; 0 when not delivered.
  Disposition rest = Disposition::delivered;  // What becomes of a share that is not delivered.
  Entity place;                               // Node or port where it ended.
  ObservationId cause = ObservationId::none;  // What last changed at that place.
  NodeIndex delivered_to = NodeIndex::none;
  Packet packet;         // Of a walk one way: as delivered, translated by load balancers.
  bool learned = false;  // A sampled walk changed a table.
  bool looped = false;   // A flood met itself.
  bool arrived = false;  // Of a conversation: the request did, whatever became of the answer.
  std::vector<SessionHop> sessions;
  [[nodiscard]] bool delivered() const { return disposition == Disposition::delivered; }
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_WALK_H_
