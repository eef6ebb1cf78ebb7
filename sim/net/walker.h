// Walker: drives frames through the forwarding function without time. Private to sim/net.
//
// Depth first over the copies of a frame, each of which ends in one disposition. Of a walk that
// reaches nobody the disposition of that copy is reported which ended nearest to the destination,
// in links of the whole network whether up or not; of equally near ones the first. With several
// deliveries the one with the greatest share counts, of equal ones the first in order of ports.
//
// Where a flood goes is known in advance when the domain is a tree and the destination has one
// place: only the way that led there the last time is followed, and when it does not lead there all
// ways are. What such a walk read is what stands on its way, because nothing else could change it.
// A pure walk does not follow a flood into a domain that does not hold the destination: it ends at
// the edge of the domain that is nearest to it, and watches the domain.
//
// A node without a neighbour entry asks: the request floods, the owner's reply comes back. A pure
// walk goes on as if the answer was programmed; answers are remembered until anything changes.
// Bridges crossed have learned where the frames of the same conversation came from (Trail).
// A real exchange probes the neighbours that it used where their kernel does so.
// Not modelled: retransmissions, fragments, ICMP errors.

#ifndef SWITCHFAULT_NET_WALKER_H_
#define SWITCHFAULT_NET_WALKER_H_

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/huge_pages.h"
#include "net/bridge_domains.h"
#include "net/flow_caches.h"
#include "net/forwarding.h"
#include "net/network_impl.h"
#include "net/read_collector.h"
#include "net/sparse_table.h"
#include "net/stateful.h"
#include "net/walk.h"
#include "net/wire_view.h"

namespace switchfault {

class Walker {
 public:
  // Copies of one walk; beyond them every copy ends as loop_limit. More than the ports of the
  // largest network that is promised to load (40,000 links) carry in one flood.
  static constexpr std::size_t kMaxCopies = 200'000;

  explicit Walker(NetworkImpl& network);
  ~Walker();

  WalkResult walk(NodeIndex from, const Packet& packet, ReadSet& reads);
  WalkResult converse(NodeIndex from, const Packet& request, ReadSet& reads);
  WalkResult exchange(NodeIndex from, const Packet& request, ReadSet& reads, ReadSet& kept);
  WalkResult multicast(NodeIndex from, InterfaceIndex interface, MacAddress source,
                       const ControlFrame& frame, ReadSet& reads, ReadSet& kept);
  void announce(NodeIndex from, InterfaceIndex interface, MacAddress mac, const IpAddress& address);
  // Asks for a neighbour at this instant, as real frames would; empty: nobody answers.
  std::optional<MacAddress> ask_now(NodeIndex node, InterfaceIndex interface,
                                    const IpAddress& address);

  // Something of the node changed; looked at before the next walk.
  void node_changed(NodeIndex node);
  void port_changed(NodeIndex node, LogicalPort port);

  // Certain that no frame over the link is lost while it has carrier.
  [[nodiscard]] bool loses_nothing(const Link& link) const;
  [[nodiscard]] BridgeDomains& domains() { return domains_; }
  [[nodiscard]] const Forwarding& forwarding() const { return forwarding_; }
  [[nodiscard]] FlowCaches& flow_caches() { return flow_caches_; }
  [[nodiscard]] const WalkCounters& counters() const { return counters_; }

 private:
  static constexpr std::uint32_t kNoHop = 0xffffffff;

  // One frame between two nodes.
  struct Copy {
    Frame frame;
    NodeIndex node = NodeIndex::none;
    PortIndex port{};
    std::uint16_t packet = 0;  // Of Pass::packets.
    std::uint8_t ttl = 0;
    LogicalPort left_by = LogicalPort::none;  // Of the node of the hop before.
    LinkIndex link = LinkIndex::none;
    std::uint32_t before = kNoHop;  // The hop it comes from.
    std::uint64_t leg = 0;          // The same from one router to the next.
    double share = 1;
    std::uint32_t crossing = kNoHop;  // Of Pass::crossings, its last.
  };
  // Of a frame of which only the way to its receiver is shown.
  struct KeptCrossing {
    WireView::Crossing crossing;
    std::uint32_t before = kNoHop;
  };
  // A node that a copy has crossed or where it ended.
  struct Hop {
    TableReads reads;
    MacAddress source;
    MacAddress destination;
    MacAddress goal;  // Where its flood should lead.
    std::uint32_t before = kNoHop;
    NodeIndex node = NodeIndex::none;
    LinkIndex link = LinkIndex::none;         // By which it came.
    LogicalPort left_by = LogicalPort::none;  // Of the hop before.
    LogicalPort in = LogicalPort::none;
    VlanId vlan = 0;
    VlanId flooded = 0;
    bool floods = false;
    bool learns = false;
    bool counted =
        false;  // It belongs to a flow of a cache, from which its source is learned later.
    std::uint32_t resolution = kNoHop;  // Of resolutions_.
    std::uint32_t session = kNoHop;     // Of Pass::sessions.
    std::uint32_t domain = kNoHop;      // In which it could not lead on.
  };
  struct Obstacle {
    Disposition disposition = Disposition::delivered;
    NodeIndex node = NodeIndex::none;
    Entity place;
    ObservationId cause = ObservationId::none;
  };
  struct Ended {
    Obstacle obstacle;
    std::size_t hops;  // So far.
  };
  // Where a bridge has learned a MAC.
  struct Place {
    NodeIndex node;
    VlanId vlan;
    LogicalPort port;
    MacAddress mac;
  };
  struct Receiver {
    NodeIndex node;
    LogicalPort port;
    InterfaceIndex interface;
    PortRef came_from;  // The port that sent it on the last link.
  };

  enum class Aim : std::uint8_t { packet, request, reply, everybody };
  // A frame with all its copies, from where it was sent to where they ended.
  struct Pass {
    Aim aim = Aim::packet;
    bool sampled = false;
    bool hints = true;    // Allowed.
    bool one_way = true;  // So far every copy had at most one way to the destination.
    bool hinted = false;  // A flood was cut short.
    bool flooded = false;
    bool nowhere = false;  // It led into a domain in which its destination is not.
    bool looped = false;
    bool reply = false;  // Crosses stateful nodes by the sessions of its request.
    BridgeDomains::Bridge looped_at;
    IpAddress target;  // The destination, or the address that is asked for.
    MacAddress goal;   // Where broadcasts should lead; zero: not known.
    NodeIndex goal_node = NodeIndex::none;
    InterfaceIndex goal_interface = InterfaceIndex::none;
    // The best copy that arrived, or the obstacle nearest to the destination.
    bool delivered = false;
    double share = 0;
    std::uint32_t last_hop = kNoHop;
    NodeIndex node = NodeIndex::none;
    InterfaceIndex interface = InterfaceIndex::none;
    std::uint16_t packet = 0;
    MacAddress answer;
    std::vector<Ended> ended;  // Not looked at yet.
    std::optional<Obstacle> obstacle;
    std::uint32_t obstacle_distance = 0;
    std::optional<Obstacle> lossy;  // Where a share was lost last.

    Trail* trail = nullptr;
    std::vector<Hop> hops;
    std::vector<Copy> copies;  // Still to be followed.
    std::vector<Packet> packets;
    std::vector<SessionRecord> sessions;
    std::vector<Egress> egress;
    std::vector<Receiver> receivers;
    // For ports under capture: the frame, if it is no packet; the ways of one that is for one only.
    FrameBytes shown;
    std::vector<KeptCrossing> crossings;
    std::uint32_t arrived_by = kNoHop;

    void begin(Aim what, bool is_sampled);
    // Nothing that could still arrive would count.
    [[nodiscard]] bool done() const { return delivered && one_way && !sampled; }
    // It arrived by the only way there was for it.
    [[nodiscard]] bool is_path() const { return done() || ((delivered || nowhere) && !flooded); }
  };
  // Asking for a neighbour.
  struct Resolution {
    NodeIndex node = NodeIndex::none;
    InterfaceIndex interface = InterfaceIndex::none;
    IpAddress address;
    bool found = false;
    bool looped = false;
    BridgeDomains::Bridge looped_at;
    MacAddress mac;
    Obstacle obstacle;
    ReadSet reads;
    std::vector<Place> places;
  };
  // A virtual router's address where it is answered now.
  struct VirtualOwner {
    IpAddress address;
    MacAddress mac;
    NodeIndex node;
    InterfaceIndex interface;
    friend auto operator<=>(const VirtualOwner&, const VirtualOwner&) = default;
  };
  struct Hint {
    MacAddress mac;
    NodeIndex node = NodeIndex::none;
    VlanId vlan = 0;
    LogicalPort port = LogicalPort::none;
  };
  struct Facts {
    bool kernel_up = false;
    bool learns = false;
    bool resolves = false;
    bool stateful = false;
    bool loses = false;  // Some port is gray.
  };
  // Where a flood through a domain comes nearest to a node that is not in it.
  struct Edge {
    std::uint32_t domain;
    NodeIndex goal;
    Obstacle obstacle;
    std::uint32_t away = std::numeric_limits<std::uint32_t>::max();  // In links.
  };
  struct Answer {
    NodeIndex node;
    NeighborEntry entry;
  };

  void mark(NodeIndex node);
  void catch_up();
  void look_at(NodeIndex node);

  // --- one pass ---
  void run_packet(Pass& pass, NodeIndex from, const Packet& packet, bool sampled, bool reply);
  void originate(Pass& pass, NodeIndex from);
  static std::uint32_t add_hop(Pass& pass, const Copy& copy);
  void follow(Pass& pass);
  void arrive(Pass& pass, const Copy& copy);
  void take(Pass& pass, const Copy& copy, std::uint32_t hop, const Verdict& verdict);
  void flood(Pass& pass, const Copy& copy, std::uint32_t hop, const Verdict& verdict);
  void cross(Pass& pass, const Copy& copy, std::uint32_t hop, const Egress& egress);
  [[nodiscard]] bool leads_nowhere(const Pass& pass, MacAddress goal, std::uint32_t domain);
  [[nodiscard]] bool is_in(std::uint32_t domain, NodeIndex node, InterfaceIndex interface);
  [[nodiscard]] const Edge& edge_towards(std::uint32_t domain, NodeIndex goal);
  void end_nowhere(Pass& pass, NodeIndex node, std::uint32_t domain);
  bool survives(Pass& pass, const PortRef& from, const PortRef& to, double& share);
  // --- ports under capture ---
  void show(Pass& pass, Copy& copy, const PortRef& from, const PortRef& to, bool lost);
  void show_way(const Pass& pass) const;
  [[nodiscard]] NeighborMessage question_of(const Resolution& resolution, MacAddress to) const;
  [[nodiscard]] bool drawn(const PortRef& sender, std::uint64_t index, double probability) const;
  void arrive_for_node(Pass& pass, const Copy& copy, std::uint32_t hop, InterfaceIndex interface);
  void route(Pass& pass, Copy copy, std::uint32_t hop, VrfIndex vrf, bool transit);
  bool cross_stateful(Pass& pass, Copy& copy, std::uint32_t hop, VrfIndex vrf);
  void emit(Pass& pass, Copy copy, std::uint32_t hop, InterfaceIndex interface);
  void deliver(Pass& pass, const Copy& copy, std::uint32_t hop, InterfaceIndex interface);
  void arrived(Pass& pass, const Copy& copy, std::uint32_t hop, InterfaceIndex interface,
               MacAddress answer);
  // --- obstacles ---
  void end(Pass& pass, const Obstacle& obstacle);
  void choose_obstacle(Pass& pass);
  void blame_ports(Pass& pass);
  void blame_port(Pass& pass, NodeIndex node, LogicalPort port, VlanId vlan);
  std::uint32_t distance_to_goal(Pass& pass, const Ended& ended);
  std::uint32_t distance(NodeIndex from, NodeIndex to);
  [[nodiscard]] NodeIndex owner_node(const IpAddress& address);
  [[nodiscard]] NodeIndex gateway_of(const IpAddress& address);
  [[nodiscard]] NodeIndex find_gateway(const IpAddress& address) const;
  [[nodiscard]] Obstacle obstacle_at(NodeIndex node, Disposition disposition) const;
  [[nodiscard]] Obstacle obstacle_beyond(const PortRef& ref, VlanId vlan) const;
  [[nodiscard]] Obstacle obstacle_of(NodeIndex node, const Verdict& verdict) const;
  [[nodiscard]] ObservationId cause_at(const PortRef& ref) const;

  // --- neighbours ---
  std::uint32_t resolve(Pass& pass, NodeIndex node, InterfaceIndex interface,
                        const IpAddress& address);
  void grow_resolution_slots();
  static void use(Pass& pass, const Resolution& resolution);
  [[nodiscard]] bool can_ask(NodeIndex node) const;
  void ask(Resolution& resolution, bool sampled, MacAddress to = kBroadcastMac);
  [[nodiscard]] bool may_ask(Resolution& resolution);
  void note_asker(NodeIndex node, InterfaceIndex interface);
  [[nodiscard]] const NeighborEntry* just_learned(NodeIndex node, VrfIndex vrf,
                                                  const IpAddress& address) const;
  [[nodiscard]] IpAddress address_towards(NodeIndex node, InterfaceIndex interface,
                                          const IpAddress& other) const;
  static void begin_frame(Pass& pass, Aim aim, bool sampled);
  void send_frame(Pass& pass, NodeIndex node, InterfaceIndex interface, MacAddress source,
                  MacAddress destination);
  void finish_question(Resolution& resolution, const Pass& pass);
  [[nodiscard]] std::optional<MacAddress> answer_of(NodeIndex node, InterfaceIndex interface,
                                                    const IpAddress& address) const;
  [[nodiscard]] std::optional<MacAddress> one_owner(const IpAddress& address) const;
  [[nodiscard]] bool one_place(MacAddress mac) const;

  // --- what led there the last time, what bridges have learned ---
  Hint& hint(NodeIndex node, VlanId vlan, MacAddress mac);
  void remember_ways(const Pass& pass);
  void teach(const Pass& pass, std::vector<Place>& places);

  // --- what a real frame leaves behind (walk.cpp) ---
  WalkResult converse(NodeIndex from, const Packet& request, bool sampled);
  [[nodiscard]] WalkResult result_of(const Pass& pass) const;
  void add_reads(ReadSet& reads);  // Of the conversation.
  void add_reads(const Pass& pass, ReadCollector& reads);
  void add_reads(const Hop& hop, ReadCollector& reads) const;
  void add_reads_on_path(const Pass& pass, const Hop& hop, LogicalPort out, ReadCollector& reads);
  [[nodiscard]] bool is_steady(const Pass& pass, const Hop& hop, LogicalPort out);
  void report_loop(const Pass& pass);
  void note_sessions(const Pass& pass, std::vector<SessionHop>& hops);
  void note_learning(const Pass& pass);
  static FlowCaches::Flow flow_of(const Hop& hop);
  void note_neighbors(const Pass& pass);
  bool apply_notes(bool confirmed, ReadSet& kept);
  bool probe_neighbors(bool learned, ReadSet& kept);
  bool probe(const ReadSet::NeighborKey& key, const NeighborEntry& entry);
  bool apply_place(const Place& place, ReadSet& kept);
  bool apply_answer(const Answer& answer, ReadSet& kept);
  void note_expiry(ReadSet& reads, const ReadSet& kept) const;

  NetworkImpl& network_;
  Forwarding forwarding_;
  BridgeDomains domains_;
  FlowCaches flow_caches_;
  ReadCollector collector_, asking_reads_;
  Trail trail_, asking_trail_;
  Pass there_, back_, everybody_, asking_, answering_;
  ZeroedTable<std::uint64_t> visited_;  // By row of the port: leg and tag of the last arrival.
  std::uint64_t next_leg_ = 1;

  std::vector<Edge> edges_;  // Those of this epoch.

  std::uint64_t epoch_ = 0;           // Of the changes told to readers.
  std::size_t resolution_count_ = 0;  // Those of this epoch.
  std::vector<std::unique_ptr<Resolution>> resolutions_;
  std::vector<std::uint32_t> resolution_slots_;  // Open addressing.

  std::vector<Hint> hints_;    // Direct mapped.
  std::vector<bool> changed_;  // By node: listed in changed_nodes_.
  std::vector<NodeIndex> changed_nodes_;
  std::vector<Facts> facts_;                           // By node.
  std::vector<VirtualOwner> virtual_owners_;           // Sorted.
  std::vector<MacOwner> virtual_places_;               // Of them, sorted.
  SparseTable<std::vector<std::uint16_t>> distances_;  // By destination, then node; on demand.
  std::map<IpAddress, NodeIndex> gateways_;            // Asked for since the assignment below.
  std::uint64_t gateways_of_assignment_ = 0;

  std::vector<SessionRecord> sessions_;  // Of the request that is answered.
  std::vector<Place> places_;            // Scratch.
  std::vector<Place> learned_;
  bool counted_ = false;  // Some bridge has counted what it would have learned from.
  std::vector<ReadSet::NeighborKey> used_neighbors_;
  std::vector<ReadSet::NeighborKey> probed_neighbors_;  // Used ones of kernels that probe.
  std::vector<ReadSet::NeighborKey> questions_;         // Of such, asked for in vain.
  std::vector<ReadSet> probe_reads_;                    // Of the probes of the exchange.
  SimTime ask_again_ = kNever;                          // A question waits until then.
  std::vector<Answer> answers_;
  WalkCounters counters_;
  std::uint16_t exchange_ = 0;  // Its number, for ports under capture.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_WALKER_H_
