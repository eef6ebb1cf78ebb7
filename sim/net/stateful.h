// StatefulNodes: firewalls and load balancers, their sessions, owners and pools.
//
// A firewall lets through what its filters permit and the replies to it; a reply without a session,
// or anything at the standby of a pair, ends as no_session. A load balancer translates packets to a
// virtual service to one of the healthy members of its pool, chosen by the hash of the flow, from
// an address of its own, so that the replies come back through it. Sessions of users are not kept
// one by one: a conversation has those that its request opened, and established ones are known by
// the generation of the table that has them. Sessions of packets are (net/session_table.h). The two
// of a pair share one table, named after the one with the smaller index; its generation grows when
// the owner loses its table and nobody has a copy.
//
//   sessions process crashes, chip reset or cleared ─┬─▶ synchronised and the peer lives: kept
//   ownership moves to an unsynchronised peer ───────┴─▶ generation + 1, session_table observed
//
// While the sessions process is dead there is no table at all; while it hangs the table stays.
// A table that is wanted by more sessions than it holds refuses the share that does not fit: users
// share the room that packets leave, a packet that wants to open one competes with them for it.
// While there is not enough, users are told once a second how much packets leave; the number of
// entries in the chip is late by a second at most when sessions end.
// Not modelled: timeouts of users' sessions, port translation beyond addresses, asymmetric
// clusters.

#ifndef SWITCHFAULT_NET_STATEFUL_H_
#define SWITCHFAULT_NET_STATEFUL_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "net/disposition.h"
#include "net/forwarding.h"
#include "net/network_impl.h"
#include "net/session_table.h"

namespace switchfault {

class HealthCheck;

// A session that the request of a conversation has opened.
struct SessionRecord {
  NodeIndex node = NodeIndex::none;
  Packet before, after;  // Translation; equal at a firewall.
};

// A session that a conversation of packets has opened, at the pair with this name.
struct PacketSession {
  NodeIndex pair = NodeIndex::none;
  SessionTable::Ref ref;
};

// By which session a packet passes, and in which sense.
struct SessionPass {
  SessionTable* table = nullptr;
  SessionTable::Ref ref;
  bool reply = false;
};

class StatefulNodes {
 public:
  StatefulNodes(NetworkImpl& network, const Forwarding& forwarding);
  ~StatefulNodes();

  // What becomes of a packet that has arrived at a stateful node.
  struct Crossing {
    Disposition disposition = Disposition::delivered;  // Otherwise it ends here.
    bool session = false;                              // Belongs to one, with `packet` behind it.
    Packet packet;
    double share = 1;  // Of new sessions that find room.
    SessionPass by;    // Of pass() only.
  };
  [[nodiscard]] Crossing cross(NodeIndex node, VrfIndex vrf, const Packet& packet,
                               std::uint64_t hash, bool reply,
                               std::span<const SessionRecord> sessions) const;

  // A packet of a conversation that has opened these sessions. One that opens (the first of TCP,
  // any of another protocol) adds a session where it needs one; no other passes without.
  struct Passing {
    NodeIndex node = NodeIndex::none;
    VrfIndex vrf{};
    const Packet& packet;
    std::uint64_t hash = 0;
    bool opens = false;
    TcpClose closes = TcpClose::none;
    std::uint64_t conversation = 0;  // Its number, for draws.
  };
  Crossing pass(const Passing& passing, std::vector<PacketSession>& sessions);
  // Those of packets, as `show` tells them: at whoever has the table of the pair.
  [[nodiscard]] std::vector<const SessionTable::Session*> packet_sessions(NodeIndex node) const;
  // Those of users that have found room.
  [[nodiscard]] std::uint64_t user_sessions(NodeIndex node) const;

  [[nodiscard]] bool is_stateful(NodeIndex node) const { return find(node) != nullptr; }
  // Its table has room for a share of those who want in: who opens a session is drawn.
  [[nodiscard]] bool refuses_some(NodeIndex node) const;
  // The table of a pair goes by the name of one of the two.
  [[nodiscard]] SessionHop session_hop(NodeIndex node) const;
  // Alone, or the active one of its pair.
  [[nodiscard]] bool owns(NodeIndex node) const;
  void set_owner(NodeIndex node, bool owner);
  // False: an address of both instances of a pair, at the one that does not own it.
  [[nodiscard]] bool may_answer(NodeIndex node, const IpAddress& address) const;
  // Virtual addresses the node answers for on the interface while it owns them.
  [[nodiscard]] std::vector<IpAddress> virtual_addresses(NodeIndex node,
                                                         InterfaceIndex interface) const;
  // The load balancer of a virtual address, owner or not.
  [[nodiscard]] NodeIndex balancer_of(const IpAddress& address) const;

  // How many sessions `owner` wants to have in the table of the node or its pair; zero takes them
  // away.
  void set_session_demand(std::uint64_t owner, NodeIndex node, std::uint64_t sessions);
  // Whether the servers on a host take connections, as health checks see it.
  void set_serving(NodeIndex host, bool serving);

  // Something of the node changed: processes, tables.
  void node_changed(NodeIndex node);

 private:
  friend class HealthCheck;

  struct Member {
    NodeIndex host = NodeIndex::none;
    IpAddress address;
    bool in_pool = true;
    std::unique_ptr<HealthCheck> check;  // Null: never asked.
  };
  struct Service {
    IpAddress address;
    std::uint16_t port = 0;
    std::uint32_t lost_limit = 0;
    std::vector<Member> members;
  };
  struct Box {
    NodeIndex node = NodeIndex::none;
    NodeIndex peer = NodeIndex::none;
    bool filters_all = false;  // Sessions for whatever passes, not only for virtual services.
    bool synchronised = false;
    bool owner = true;
    bool has_table = false;        // When last looked at.
    std::uint32_t epoch = 0;       // Of the chip's session table, when last looked at.
    std::uint32_t generation = 0;  // Of the pair; counted at the one with the smaller index.
    // Of users, of the pair; at the one with the smaller index.
    std::uint64_t wanted = 0;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> demands;  // By owner, sorted.
    std::vector<Service> services;
    bool checking = false;
    SessionTable sessions{SessionTimeouts{}};  // Of packets; at the one with the smaller index.
    std::uint64_t packets_told = 0;            // To users: how many those are.
    Timer tells;                               // Again.
  };

  [[nodiscard]] Box* find(NodeIndex node);
  [[nodiscard]] const Box* find(NodeIndex node) const;
  Box make_box(NodeIndex node) const;
  void make_services(Box& box);
  [[nodiscard]] Box& named(const Box& box) { return *find(session_hop(box.node).node); }
  [[nodiscard]] const Box& named(const Box& box) const { return *find(session_hop(box.node).node); }
  [[nodiscard]] std::uint64_t wanted(const Box& box) const { return named(box).wanted; }
  [[nodiscard]] static bool has_sessions(const Box& box);
  // What so many sessions of packets leave; without a limit the largest number.
  [[nodiscard]] std::uint64_t room(const Box& box, std::uint64_t packets) const;
  // It is less than users want.
  [[nodiscard]] bool is_tight(const Box& box, std::uint64_t packets) const;
  void tell_users(Box& box);
  void tell_chip(Box& box);
  void look_again(Box& box, SimTime at);
  [[nodiscard]] Crossing open(const Box& box, const Packet& packet, const Packet& translated,
                              std::uint64_t hash) const;
  [[nodiscard]] Crossing balance(const Box& box, VrfIndex vrf, const Service& service,
                                 const Packet& packet, std::uint64_t hash) const;
  [[nodiscard]] std::optional<IpAddress> own_address(const Box& box, VrfIndex vrf,
                                                     const IpAddress& towards) const;
  [[nodiscard]] bool has_table(NodeIndex node) const;
  [[nodiscard]] bool is_shared(const Box& box, const IpAddress& address) const;
  void forget_sessions(Box& box, std::string_view why);
  void announce(const Box& box);
  // Outcome of a health check; true when the pool changed.
  bool checked(NodeIndex node, Member& member, bool answered, std::uint32_t& lost,
               std::uint32_t limit, ObservationId cause);

  NetworkImpl& network_;
  const Forwarding& forwarding_;
  std::vector<Box> boxes_;                                  // Sorted by node.
  std::vector<std::pair<IpAddress, NodeIndex>> balancers_;  // Sorted.
  std::vector<bool> serving_;                               // By node.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_STATEFUL_H_
