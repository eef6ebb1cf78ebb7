// Ospf: one router of OSPF version 2 (RFC 2328) with its interfaces, neighbours and areas.
//
// Its sources by responsibility: ospf.cpp its life, packets, timers and what is configured;
// ospf_adjacency.cpp hellos, designated routers and the exchange of databases; ospf_flooding.cpp
// flooding and own advertisements; ospf_routes.cpp when and from what routes are calculated;
// ospf_restart.cpp graceful restart.

#ifndef SWITCHFAULT_PROTOCOLS_OSPF_ROUTER_H_
#define SWITCHFAULT_PROTOCOLS_OSPF_ROUTER_H_

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <switchfault/observation.h>

#include "net/hello_stream.h"
#include "net/multicast_stream.h"
#include "net/network.h"
#include "net/protocol.h"
#include "protocols/ospf_packet.h"
#include "protocols/ospf_spf.h"
#include "protocols/port_arguments.h"

namespace switchfault::ospf_v2 {

inline constexpr std::string_view kName = "ospf";
inline constexpr Duration kAtOnce = std::chrono::microseconds{1};
inline constexpr std::uint16_t kMaxMetric = 0xffff;  // RFC 6987.

inline std::string text_of(std::uint32_t address) {
  return IpAddress::v4(address).text();
}

// RFC 2328 A.1: 224.0.0.5 is heard by all routers, 224.0.0.6 by the designated one and its backup.
inline constexpr std::uint32_t kAllRouters = 0xe0000005;
inline constexpr std::uint32_t kDesignatedRouters = 0xe0000006;

// In front of every body.
struct Envelope {
  std::uint32_t router = 0;
  std::uint32_t area = 0;
  std::uint32_t source = 0;
  std::uint32_t destination = kAllRouters;  // Or kDesignatedRouters, or a neighbour's address.
  std::uint32_t node = 0;  // To find out later why it fell silent; not on the wire.
};

enum class NeighborState : std::uint8_t { down, init, two_way, ex_start, exchange, loading, full };

struct Neighbor {
  std::uint32_t id = 0;
  std::uint32_t address = 0;
  NodeIndex node = NodeIndex::none;
  NeighborState state = NeighborState::down;
  OspfHello hello;  // The last one.
  SimTime deadline = kNever;
  bool held = false;
  bool observed = false;  // As adjacent.
  // Exchange of databases.
  bool master = false;  // This router is.
  std::uint32_t sequence = 0;
  OspfDescription sent;
  std::optional<OspfDescription> received;
  std::vector<LsaHeader> summary;  // Still to be described.
  std::vector<LsaHeader> requests;
  std::vector<LsaKey> asked;  // By the last request.
  SimTime describe_at = kNever;
  SimTime request_at = kNever;
  // Flooding.
  std::map<LsaKey, LsaRef> unacknowledged;
  SimTime resend_at = kNever;
  SimTime ticks_from = kNever;  // With profile frr: of resending, since the exchange began.
  // It starts again and said that it would: until then it counts as adjacent (RFC 3623).
  std::optional<SimTime> helped_until;

  [[nodiscard]] bool adjacent() const { return state == NeighborState::full || helped_until; }
};

enum class InterfaceState : std::uint8_t {
  down,
  waiting,
  point_to_point,
  other,
  backup,
  designated
};

class Ospf;

struct OwnInterface final : MulticastStream::Sender {
  explicit OwnInterface(Ospf& owner) : ospf(owner) {}
  virtual ~OwnInterface() = default;
  [[nodiscard]] Message message() const override;
  [[nodiscard]] std::vector<MulticastStream::Listener> who_heard(const std::vector<NodeIndex>&,
                                                                 SimTime) const override {
    return {};
  }

  Ospf& ospf;
  InterfaceIndex index = InterfaceIndex::none;
  std::size_t area = 0;  // Of Ospf::areas_.
  // Configured.
  std::uint32_t address = 0;
  std::uint8_t length = 0;
  std::uint16_t cost = 0;
  std::uint8_t priority = 0;
  Duration hello{}, dead{};
  bool passive = false;
  bool broadcast = false;
  LogicalPort port = LogicalPort::none;  // Of frames to the other end of a link; else none.

  InterfaceState state = InterfaceState::down;
  std::uint64_t ups = 0;
  std::vector<Neighbor> neighbors;  // By identifier.
  std::uint32_t designated = 0;     // Addresses.
  std::uint32_t backup = 0;
  SimTime wait_until = kNever;
  std::string refused;  // Why the last hello was.
  std::vector<OspfUpdate::Item> pending;
  std::vector<LsaHeader> acknowledgments;
  SimTime acknowledge_at = kNever;
  SimTime hellos_from{};  // One leaves then and every `hello` after it.
  std::unique_ptr<HelloStream> hellos;
  std::unique_ptr<MulticastStream> multicast_hellos;
  ContentRef<OspfContent> said;  // The present hello.
  SimTime said_since{};
  Timer timer;

  // Whether it hears kDesignatedRouters.
  [[nodiscard]] bool is_chief() const {
    return state == InterfaceState::designated || state == InterfaceState::backup;
  }
  // Who hears of advertisements and confirmations (13.3 step 5, 13.5); all while nobody is elected.
  [[nodiscard]] std::uint32_t group() const {
    return state == InterfaceState::other ? kDesignatedRouters : kAllRouters;
  }
};

class Ospf final : public Protocol, private HelloStream::Sender, private OsListener {
 public:
  Ospf(const ProtocolContext& context, const ArgumentReader& arguments);

  [[nodiscard]] ProcessFunction process() const override { return function_; }
  void start() override;
  void stop() override;
  void resume() override;
  void port_changed(LogicalPort /*port*/) override {}
  void interface_changed(InterfaceIndex index) override;
  bool receive(LogicalPort port, InterfaceIndex index, const ControlFrame& frame) override;
  void queue(LogicalPort port, InterfaceIndex index, const ControlFrame& frame) override;
  [[nodiscard]] bool renews(LogicalPort port, InterfaceIndex index,
                            const ControlFrame& frame) const override;
  void held(LogicalPort port, InterfaceIndex index, bool held, SimTime last) override;
  void neighbor_lost(InterfaceIndex index) override;
  [[nodiscard]] ProtocolTable table() const override;

  [[nodiscard]] MulticastStream::Sender::Message hello_message(const OwnInterface& own) const;
  [[nodiscard]] bool running() const { return running_; }
  [[nodiscard]] const std::vector<OspfRoute>& routes() const { return routes_; }

 private:
  // What this router advertises itself.
  struct OwnLsa {
    LsaBody body;
    SimTime made = SimTime::min();
    bool waits = false;  // For MinLSInterval.
  };
  struct Area {
    std::uint32_t id = 0;
    LinkStateDatabase database;
    std::map<LsaKey, OwnLsa> own;
  };

  // A packet in the socket.
  struct Received {
    SimTime at;
    InterfaceIndex interface;
    ControlFrame frame;
    ObservationId cause;
  };

  // --- life ---
  void read_interfaces();
  void read_interface(std::size_t index, const Interface& interface);
  void forget();
  void bring_up(OwnInterface& own);
  void bring_down(OwnInterface& own);
  void start_hellos(OwnInterface& own);
  void send_hellos_from(OwnInterface& own, SimTime anchor);
  void resume_hellos(OwnInterface& own);
  // Everything that a packet, a timer or a change asks for is done; what is left goes out.
  void finish();
  // --- hellos and neighbours ---
  bool hear_hello(OwnInterface& own, const Envelope& from, const OspfHello& hello);
  [[nodiscard]] std::string refusal(const OwnInterface& own, const Envelope& from,
                                    const OspfHello& hello) const;
  void say_anew(OwnInterface& own);
  void change(OwnInterface& own, Neighbor& neighbor, NeighborState state);
  void observe_adjacency(OwnInterface& own, Neighbor& neighbor, bool adjacent);
  void lose(OwnInterface& own, std::uint32_t id);
  void consider_adjacency(OwnInterface& own, Neighbor& neighbor);
  void elect(OwnInterface& own);
  // --- exchange of databases ---
  void begin_exchange(OwnInterface& own, Neighbor& neighbor);
  void negotiated(OwnInterface& own, Neighbor& neighbor);
  void describe(OwnInterface& own, Neighbor& neighbor);
  void hear(OwnInterface& own, Neighbor& neighbor, const OspfDescription& description);
  void take_headers(OwnInterface& own, Neighbor& neighbor, const OspfDescription& description);
  void exchange_done(OwnInterface& own, Neighbor& neighbor);
  void request(OwnInterface& own, Neighbor& neighbor);
  void check_loading(OwnInterface& own, Neighbor& neighbor);
  void hear(OwnInterface& own, Neighbor& neighbor, const OspfRequest& request);
  // --- flooding ---
  void hear(OwnInterface& own, Neighbor& neighbor, const OspfUpdate& update);
  void hear_one(OwnInterface& own, Neighbor& neighbor, const OspfUpdate::Item& item);
  void hear(OwnInterface& own, Neighbor& neighbor, const OspfAcknowledgment& acknowledgment);
  bool flood(std::size_t area, const OspfUpdate::Item& item, const OwnInterface* from,
             const Neighbor* sender);
  static bool still_requested(Neighbor& neighbor, const OspfUpdate::Item& item);
  void install(std::size_t area, const OspfUpdate::Item& item, bool flooded);
  void acknowledge(OwnInterface& own, const LsaHeader& header);
  [[nodiscard]] SimTime next_resend(const Neighbor& neighbor) const;
  void drop_acknowledged(std::size_t area, const LsaKey& key);
  void send_update(OwnInterface& own, std::uint32_t to, std::vector<OspfUpdate::Item> items);
  // --- graceful restart (RFC 3623): ospf_restart.cpp ---
  void configuration_changed(SwitchOs& os, std::string_view key) override;
  void prepare_restart();
  void send_grace(std::uint16_t age);
  [[nodiscard]] bool keeps_routes() const;
  void hear_grace(OwnInterface& own, Neighbor& neighbor, const OspfUpdate::Item& item);
  void end_help(OwnInterface& own, Neighbor& neighbor);
  void end_help_in(std::size_t area, std::uint32_t changed);
  void check_restart();
  [[nodiscard]] bool all_back(std::size_t area) const;
  void end_restart();
  void on_grace_timer();
  // --- own advertisements ---
  void originate_router(std::size_t area);
  void originate_network(OwnInterface& own);
  void originate_summaries();
  void originate(std::size_t area, const LsaKey& key, LsaBody body);
  void withdraw(std::size_t area, const LsaKey& key);
  void make(std::size_t area, const LsaKey& key, OwnLsa& own,
            std::int32_t beyond = kLsaInitialSequence - 1);
  void hear_of_own(std::size_t area, const OspfUpdate::Item& item);
  [[nodiscard]] bool is_border() const;
  // --- routes ---
  void schedule_routes();
  void calculate();
  [[nodiscard]] std::vector<OspfRootLink> root_links(std::size_t area) const;
  std::vector<OspfRoute> routes_within(std::size_t area, bool use_summaries);
  // --- sending, timers ---
  void send(OwnInterface& own, std::uint32_t to, const ContentRef<OspfContent>& content);
  void send(OwnInterface& own, std::uint32_t to, OspfBody body) {
    send(own, to, make_content<OspfContent>(std::move(body)));
  }
  [[nodiscard]] ControlFrame frame(const OwnInterface& own, std::uint32_t to,
                                   const FrameContent* content) const;
  [[nodiscard]] static bool is_for(const OwnInterface& own, const Envelope& envelope);
  void handle(OwnInterface& own, const Envelope& from, const OspfBody& body);
  void wake_to_read();
  void read_inbox();
  void read(const Received& packet);
  void add_waiting_hellos(const OwnInterface& own, std::vector<Received>& waiting) const;
  [[nodiscard]] bool is_forgotten(const Received& packet) const;
  [[nodiscard]] static bool is_hello(const Received& packet);
  // How long the process waits for a CPU when it is woken up then.
  [[nodiscard]] Duration wait_for_cpu(SimTime woken) const;
  void on_timer(OwnInterface& own);
  void on_own_timer();
  void originate_at(SimTime due);
  // With profile bird: the first of its ticks that is not before.
  [[nodiscard]] SimTime tick_from(SimTime time) const;
  void arm(OwnInterface& own);
  // --- reasons ---
  [[nodiscard]] ObservationId way_change(const OwnInterface& own) const;
  [[nodiscard]] ObservationId why_silent(const OwnInterface& own, const Neighbor& neighbor) const;
  void because(ObservationId why) { why_ = later_reason(why_, why); }

  // --- HelloStream::Sender: key = place in interfaces_ ---
  void hello_due(std::size_t key) override;
  [[nodiscard]] Next next_hello(std::size_t key) const override;
  void hellos_skipped(std::size_t, std::int64_t, SimTime) override {}

  [[nodiscard]] const Node& node() const { return context_.network.node(context_.node); }
  [[nodiscard]] const Interface& interface(const OwnInterface& own) const {
    return node().interfaces[static_cast<std::size_t>(own.index)];
  }
  [[nodiscard]] OwnInterface* find(InterfaceIndex index) const;
  [[nodiscard]] static Neighbor* find(OwnInterface& own, std::uint32_t id);
  [[nodiscard]] SimTime now() const { return context_.simulator.now(); }

  ProtocolContext context_;
  Arguments arguments_;
  ProcessFunction function_ = ProcessFunction::routing;
  std::uint32_t router_ = 0;  // Its identifier.
  Duration retransmit_{}, least_interval_{}, least_arrival_{};
  Duration delay_{}, hold_{}, hold_max_{};
  bool max_metric_ = false;
  bool frr_ = false;
  bool bird_ = false;
  Duration cpu_wait_{};
  bool graceful_ = false;
  bool unplanned_ = false;
  bool helper_ = false;
  Duration grace_period_{};
  std::size_t most_paths_ = 0;

  bool running_ = false;
  ObservationId why_ = ObservationId::none;
  ObservationId stopped_ = ObservationId::none;
  std::vector<Area> areas_;                                // By identifier.
  std::vector<std::unique_ptr<OwnInterface>> interfaces_;  // In the order of the node's.
  std::uint32_t sequence_ = 0;                             // Of exchanges.
  std::vector<Received> inbox_;
  SimTime hung_since_{};
  SimTime origin_due_ = kNever;  // When it began to hang.
  SimTime route_due_ = kNever;
  SimTime prepared_until_ = SimTime::min();  // To start again.
  bool restarting_ = false;                  // Within that time.
  std::int32_t grace_sequence_ = kLsaInitialSequence;
  SimTime ticks_from_{};
  bool in_tick_ = false;
  Timer inbox_timer_, origin_timer_, route_timer_, grace_timer_;
  SimTime calculated_ = SimTime::min();
  std::int64_t hold_factor_ = 1;
  std::vector<OspfRoute> routes_;
  NextHopGroups groups_;
  OspfGraphs* graphs_ = nullptr;  // Of all routers of the network.
  std::map<std::pair<std::size_t, LsaKey>, bool> summaries_;
};

}  // namespace switchfault::ospf_v2

#endif  // SWITCHFAULT_PROTOCOLS_OSPF_ROUTER_H_
