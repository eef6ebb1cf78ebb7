// PacketPaths: what each node does with the frames of a flow, asked once and held until something
// of the node changes. Private to sim/net.
//
// A Hop stands for "a frame of this flow, looking like this, arrives here". Asking decides what
// becomes of it (one Forwarding function for packets and walks), teaches the bridge, resolves the
// neighbour, opens sessions; the answer names the hops that follow. Hops form a tree a flow and are
// kept for as long as the plane, so that frames in flight may name them; a way that is taken again
// finds its hops again.

#ifndef SWITCHFAULT_NET_PACKET_PATHS_H_
#define SWITCHFAULT_NET_PACKET_PATHS_H_

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "core/huge_pages.h"
#include "core/prefetch.h"
#include "net/forwarding.h"
#include "net/network_impl.h"
#include "net/packet_plane.h"
#include "net/stateful.h"

namespace switchfault {

using HopIndex = std::uint32_t;
inline constexpr HopIndex kNoHop = 0xffffffff;

// One sense of a link, by its dense number: twice the link, plus one from b to a.
using DirectionIndex = std::uint32_t;

struct PacketHop {
  enum class Kind : std::uint8_t {
    forward,  // out by `direction`, to be seen as `next`
    flood,    // to all children of `next`, one after the other; the node itself may hear it, too
    deliver,  // taken in
    end,      // `disposition` at `place`
  };
  NodeIndex node = NodeIndex::none;
  std::uint32_t generation = 0;  // Of the node when it was asked; 0: never.
  SimTime* last_seen = nullptr;  // Of the MAC that this frame refreshes.
  std::uint32_t expires_s = 0;   // The answer does not hold from this second of the run on.
  HopIndex next = kNoHop;        // forward and flood; else …
  DirectionIndex direction = 0;  // … the entity that is the place, packed.
  Kind kind = Kind::end;
  Disposition disposition = Disposition::delivered;
  bool routed : 1 = false;       // The TTL goes down by one.
  bool heard : 1 = false;        // flood: by the node itself, too.
  bool by_share : 1 = false;     // deliver: the CPU takes in only some.
  bool always_asks : 1 = false;  // Each frame does: MLAG pairs learn twice, sessions may be opened.
  bool by_session : 1 = false;   // … unless the session that lets it pass is still alive.

  [[nodiscard]] Entity place() const {
    Entity entity;
    entity.packed = direction;
    return entity;
  }
};
static_assert(sizeof(PacketHop) == 32);

class PacketPaths {
 public:
  explicit PacketPaths(NetworkImpl& network);

  [[nodiscard]] PacketHop& hop(HopIndex index) { return hops_[index]; }
  [[nodiscard]] std::size_t size() const { return hops_.size(); }

  // Where frames of the flow begin.
  HopIndex add_flow(const PacketFlow& flow);
  // Whether the answer of a hop still holds for a frame at `now`; refreshes what it keeps. Answers
  // end at whole seconds, up to one too early: asked again they are the same. REQUIRES: tick(now).
  [[nodiscard]] bool holds(PacketHop& hop, SimTime now) const {
    const NodeState& node = nodes_[static_cast<std::size_t>(hop.node)];
    if (hop.generation != node.generation || second_ >= hop.expires_s) {
      return false;
    }
    if (hop.last_seen != nullptr) {
      if (now - *hop.last_seen >= node.ageing) {
        return false;
      }
      *hop.last_seen = now;
    }
    return true;
  }
  // Packets are at this time.
  void tick(SimTime now) {
    if (now >= next_second_) {
      second_ = second_of(now);
      next_second_ = kTimeZero + std::chrono::seconds{second_ + 1};
    }
  }
  // Asks. `opens` and `closes`: as in OfferedPacket.
  void ask(HopIndex index, bool opens, TcpClose closes);
  // Whether the frame passes by a session that is alive; refreshes it. REQUIRES: the answer holds.
  [[nodiscard]] bool session_goes_on(HopIndex index, SimTime now, bool opens, TcpClose closes) {
    if (!hops_[index].by_session) {
      return false;
    }
    const SessionPass& pass = passes_[arrivals_[index].pass];
    if (!pass.ref.alive(now)) {
      return false;
    }
    pass.table->renew(pass.ref, {.opens = opens, .closes = closes, .reply = pass.reply}, now);
    return true;
  }
  // The next copy of a flood behind `child`, first: hop(index).next.
  [[nodiscard]] HopIndex next_child(HopIndex child) const { return arrivals_[child].sibling; }
  [[nodiscard]] bool is_current_child(HopIndex child) const { return arrivals_[child].current; }
  [[nodiscard]] DirectionIndex direction_to(HopIndex index) const {
    return arrivals_[index].direction;
  }
  // A frame is flooded here: begins a storm when there is a loop.
  [[nodiscard]] bool meets_loop(HopIndex index) const;
  [[nodiscard]] const Frame& frame(HopIndex index) const { return arrivals_[index].frame; }
  [[nodiscard]] const Packet& packet(HopIndex index) const {
    return packets_[arrivals_[index].packet];
  }
  // As its node says when asked with this packet: the share that its CPU takes in.
  [[nodiscard]] double cpu_share(NodeIndex node) const { return network_.cpu_share(node); }

  // Fetches what a frame at this hop will need: first the hop, then what the hop names.
  void fetch(HopIndex index) const { prefetch(&hops_[index]); }
  [[nodiscard]] DirectionIndex fetch_node(HopIndex index) const {
    const PacketHop& hop = hops_[index];
    prefetch(&nodes_[static_cast<std::size_t>(hop.node)]);
    return hop.kind == PacketHop::Kind::forward ? hop.direction : 0;
  }

  void node_changed(NodeIndex node) {
    std::uint32_t& generation = nodes_[static_cast<std::size_t>(node)].generation;
    generation = generation == 0xffffffff ? 1 : generation + 1;
  }

 private:
  struct NodeState {
    std::uint32_t generation = 1;
    Duration ageing{};
  };
  static constexpr std::uint32_t kNoPass = 0xffffffff;
  // How a frame looks when it arrives: what the question is made of.
  struct Arrival {
    Frame frame;
    std::uint32_t packet = 0;  // Of packets_.
    std::uint32_t flow = 0;
    DirectionIndex direction = 0;  // By which it comes; of a first hop: none.
    HopIndex child = kNoHop;       // All hops that ever followed.
    HopIndex sibling = kNoHop;
    std::uint32_t pass = kNoPass;  // Of passes_: the session by which it passes the node.
    PortIndex port{};              // At the node.
    VlanId vlan = 0;               // flood: in which.
    bool origin = false;           // Sent by the node itself.
    bool current = false;          // A copy of the flood of its parent goes here.
  };
  static_assert(sizeof(Arrival) == 64);

  static constexpr std::uint32_t kOneWay = 0x80000000;  // Numbers of flows without another sense.

  static std::uint32_t second_of(SimTime at);
  struct Question;
  void originate(Question& question);
  void arrive(Question& question);
  void learn(Question& question, VlanId vlan, LogicalPort port);
  bool learn_at(NodeIndex node, VlanId vlan, MacAddress mac, LogicalPort port);
  void route(Question& question, VrfIndex vrf, bool transit);
  bool cross_stateful(Question& question, VrfIndex vrf);
  bool resolve(Question& question, VrfIndex vrf, bool transit, bool filtered, Verdict& verdict);
  void send(Question& question, InterfaceIndex interface);
  void take(Question& question, const Verdict& verdict);
  void flood(Question& question, const Verdict& verdict);
  void deliver(Question& question);
  void end(Question& question, Disposition disposition, Entity place);
  // The hop behind a port; kNoHop: there is no carrier.
  HopIndex follow(const Question& question, const Egress& egress);
  std::uint32_t number_of(const Question& question, const Packet& packet);
  [[nodiscard]] bool kernel_up(NodeIndex node) const;

  NetworkImpl& network_;
  const Forwarding& forwarding_;
  Table<PacketHop> hops_;
  Table<Arrival> arrivals_;  // By hop.
  std::vector<SessionPass> passes_;
  Table<NodeState> nodes_;
  Table<std::uint32_t> conversations_;                            // By flow.
  std::map<std::uint32_t, MacAddress> groups_;                    // Of the flows that have one.
  Table<Packet> packets_;                                         // As sent, then as translated.
  std::map<std::uint32_t, std::vector<PacketSession>> sessions_;  // By conversation.
  std::uint32_t one_ways_ = 0;
  std::vector<Egress> egress_;  // Scratch.
  std::uint32_t second_ = 0;
  SimTime next_second_ = kTimeZero;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_PACKET_PATHS_H_
