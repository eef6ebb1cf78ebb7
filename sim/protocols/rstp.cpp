// rstp: the rapid spanning tree protocol of IEEE 802.1D-2004 on one node.
//
// The state machines are in protocols/rstp_machine.h; here they meet the network: usable ports are
// logical ports that are up, BPDUs are control frames, decisions go to the chip through the table
// programmer and into the log, hellos are streams that sleep while nobody could notice.
//
//   port_changed, receive, hello, timer ─▶ machine.settle ─▶ observations ─▶ chip ─▶ BPDUs
//
// All ports of a node that bridge take part, in their order, numbered from 1; aggregates are one
// port each. Hellos leave at anchor + n * hello on all ports, whatever else was sent meanwhile;
// with timers of whole seconds each transmission restarts the hello timer of its port, as in the
// standard. Restarted, it forgets everything and closes every port until it has decided anew;
// crashed or hung, it is silent and the chip keeps its states.
//
// An MLAG pair of which both run rstp is one bridge: the primary's process runs the ports of both,
// with one bridge identifier, and speaks over its own leg of a common aggregate while that is up;
// what the secondary hears is handed over the peer link, which always forwards and is no port of
// the tree. Without peer link, or when the control plane of the other is gone, each goes on alone
// with the same identifier and what is known of its ports.
//
// With `per_vlan` each bridged VLAN of the node has an instance of its own (Rapid-PVST+): a tree
// over the ports that carry it, states of its own in the chip, BPDUs that name it. Access ports
// send those of IEEE 802.1D. Trunks send SSTP BPDUs, tagged unless the VLAN is the native one, and
// VLAN 1 sends both, so that neighbours with one tree for all hear that of VLAN 1. A BPDU that came
// by another VLAN than it names, or an SSTP BPDU at an access port, blocks the port in these VLANs
// until none has come for three hellos.
//
// Not modelled: neighbours that run the kind `stp`, MSTP, BPDUs over a shared segment (it swallows
// them), path costs that follow the members of an aggregate. Of trees by VLAN: SSTP BPDUs through a
// bridge with one tree for all (it swallows them), timers and costs by VLAN, VLANs that no
// configuration names at the start, MLAG pairs, BPDUs of VLAN 1 where a trunk does not carry it.

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <switchfault/observation.h>

#include "net/frame_sender.h"
#include "net/hello_stream.h"
#include "net/network.h"
#include "net/protocol.h"
#include "protocols/bpdu.h"
#include "protocols/bridge_settings.h"
#include "protocols/link_history.h"
#include "protocols/port_arguments.h"
#include "protocols/remarks.h"
#include "protocols/rstp_machine.h"

namespace switchfault {
namespace {

constexpr std::string_view kName = "rstp";
constexpr std::int64_t kCostNumerator = 20'000'000'000'000;  // Table 17-3: 20 Tb/s over the rate.
constexpr std::int64_t kCostMost = 200'000'000;              // Table 17-3.
constexpr std::uint16_t kSecondaryNumbers = 2048;  // Added to the port numbers of a secondary.
constexpr std::size_t kLegs = 2;                   // Of an aggregate of a pair.
constexpr VlanId kIeeeVlan = 1;                    // Whose BPDUs leave trunks in both forms.
constexpr int kMissedHellos = 3;

std::vector<Parameter> port_parameters();
bool guards_bpdus(const LogicalPortInfo& info, const std::vector<Parameter>& parameters);

std::string_view guard_name(RstpGuard guard) {
  switch (guard) {
    case RstpGuard::none:
      break;
    case RstpGuard::root:
      return "root_guard";
    case RstpGuard::loop:
      return "loop_guard";
  }
  return "";
}

bool carries(const LogicalPortInfo& info, VlanId vlan) {
  return info.untagged == vlan || std::ranges::binary_search(info.tagged(), vlan);
}

bool is_trunk(const LogicalPortInfo& info) {
  return !info.tagged().empty();
}

class Rstp final : public Protocol, private HelloStream::Sender {
 public:
  Rstp(const ProtocolContext& context, const ArgumentReader& arguments);

  [[nodiscard]] ProcessFunction process() const override { return ProcessFunction::spanning_tree; }
  void start() override;
  void stop() override;
  void resume() override;
  void port_changed(LogicalPort port) override;
  void interface_changed(InterfaceIndex /*interface*/) override {}
  bool receive(LogicalPort port, InterfaceIndex interface, const ControlFrame& frame) override;
  [[nodiscard]] bool hears(LogicalPort port, const ControlFrame& frame) const override {
    return hearing(port, frame) != Hearing::nothing;
  }
  void queue(LogicalPort port, InterfaceIndex interface, const ControlFrame& frame) override;
  [[nodiscard]] bool renews(LogicalPort port, InterfaceIndex interface,
                            const ControlFrame& frame) const override;
  void held(LogicalPort port, InterfaceIndex interface, bool held, SimTime last) override;
  [[nodiscard]] ProtocolTable table() const override;

 private:
  // What a frame is to an instance; the last two block the port.
  enum class Hearing : std::uint8_t { nothing, bpdu, other_vlan, no_trunk };
  // A port of the node: how it is configured, and what was last decided for it.
  struct OwnPort {
    RstpPortSettings settings;
    bool in_tree = false;  // It bridges and is not the peer link of a pair.
    bool bpdu_guard = false;
    RstpRole role = RstpRole::disabled;     // As last observed.
    std::string_view guard;                 // As last observed.
    Hearing inconsistent = Hearing::bpdu;   // Unless what was heard blocks it …
    SimTime inconsistent_until;             // … until then.
    StpState state = StpState::discarding;  // As last observed.
    std::optional<StpState> written;        // By the process that runs now.
    std::optional<ControlFrame> waiting;    // The last frame that came while the process hung.
  };
  // Where a port of the tree is: on one node, or the two legs of an aggregate of a pair.
  struct Leg {
    Rstp* owner;
    LogicalPort port;
    std::unique_ptr<HelloStream> stream;
  };
  using TreePort = std::vector<Leg>;  // The primary's leg first.
  // In an MLAG pair: the other instance is told when this one's control plane comes or goes.
  struct PlaneWatch final : OsListener {
    explicit PlaneWatch(Rstp& own) : rstp(own) {}
    void plane_changed(SwitchOs& /*os*/, Plane /*plane*/) override { rstp.follow_pair(); }
    Rstp& rstp;
  };
  // Of a VLAN: ports may begin or cease to carry it.
  struct TrunkWatch final : OsListener {
    explicit TrunkWatch(Rstp& own) : rstp(own) {}
    void configuration_changed(SwitchOs& /*os*/, std::string_view /*key*/) override {
      rstp.follow_trunks();
    }
    Rstp& rstp;
  };

  void read_settings(const ArgumentReader& arguments);
  void find_own_ports();
  [[nodiscard]] RstpPortSettings settings_of(const LogicalPortInfo& info,
                                             const std::vector<Parameter>& parameters,
                                             std::uint16_t number) const;
  [[nodiscard]] std::uint32_t path_cost(const LogicalPortInfo& info) const;
  [[nodiscard]] bool point_to_point(const LogicalPortInfo& info) const;

  // --- one of several VLANs ---
  [[nodiscard]] Hearing hearing(LogicalPort port, const ControlFrame& frame) const;
  [[nodiscard]] ControlFrame frame_of(const Leg& leg, const RstpBpdu& bpdu) const;
  bool mark_inconsistent(std::size_t port, Hearing what, const RstpBpdu& bpdu);
  void end_inconsistencies();
  void follow_trunks();
  void leave(LogicalPort port);
  [[nodiscard]] std::string_view guard_of(std::size_t port) const;
  [[nodiscard]] StpState state_of(std::size_t port) const;
  // With the VLAN behind it, if it is one of several.
  [[nodiscard]] std::string told(std::string_view what) const;
  [[nodiscard]] ProtocolTable vlan_table() const;
  [[nodiscard]] std::vector<std::string> vlan_row(LogicalPort port) const;

  // --- the pair ---
  void find_partner();
  [[nodiscard]] std::optional<std::size_t> partner_leg(std::uint32_t mlag_id) const;
  [[nodiscard]] bool can_join() const;
  void follow_pair();
  void regroup();
  void form_tree(const std::vector<RstpMachine>& formers);
  [[nodiscard]] std::vector<TreePort> tree_ports();
  [[nodiscard]] Rstp& leader() { return joined_ && !primary_ ? *partner_ : *this; }
  [[nodiscard]] const Rstp& leader() const { return joined_ && !primary_ ? *partner_ : *this; }
  [[nodiscard]] std::vector<Rstp*> members();

  // --- one bridge ---
  void end_streams();
  void start_streams();
  void update_usable();
  void act(ObservationId why);
  void shut(LogicalPort port, ObservationId why);
  ObservationId announce_root();
  ObservationId decide(std::size_t port);
  void flush();
  void age_soon();
  void age_as_configured();
  bool send_pending(std::size_t port);
  void restart_hellos(std::size_t port);
  void on_timer();
  void arm();
  [[nodiscard]] ObservationId way_change(std::size_t port) const;
  [[nodiscard]] ObservationId why_silent(std::size_t port) const;
  [[nodiscard]] const Node& node() const { return context_.network.node(context_.node); }
  [[nodiscard]] static const LogicalPortInfo& info(const Leg& leg) {
    return leg.owner->node().logical_ports[static_cast<std::size_t>(leg.port)];
  }
  [[nodiscard]] OwnPort& own(const Leg& leg) const {
    return leg.owner->own_[static_cast<std::size_t>(leg.port)];
  }
  [[nodiscard]] const Leg& speaker(std::size_t port) const;
  [[nodiscard]] std::optional<std::size_t> find_port(const Rstp& owner, LogicalPort port) const;

  // --- HelloStream::Sender: key = kLegs * port + leg ---
  void hello_due(std::size_t key) override;
  [[nodiscard]] Next next_hello(std::size_t key) const override;
  void hellos_skipped(std::size_t key, std::int64_t count, SimTime last) override;
  [[nodiscard]] bool speaks(std::size_t key) const {
    return &tree_[key / kLegs][key % kLegs] == &speaker(key / kLegs);
  }

  ProtocolContext context_;
  RstpBridgeSettings settings_;
  Duration hello_{};
  bool auto_edge_ = false;
  std::string label_;         // "vlan 20"; empty: of all VLANs.
  std::vector<OwnPort> own_;  // By logical port.
  bool unsettled_ = false;    // Some port has become inconsistent, or is no longer.
  TrunkWatch trunk_watch_{*this};

  Rstp* partner_ = nullptr;  // In an MLAG pair.
  bool primary_ = true;
  bool joined_ = false;  // One bridge with the partner, since the last regroup().
  LogicalPort peer_link_ = LogicalPort::none;
  PlaneWatch plane_watch_{*this};

  bool running_ = false;
  std::uint64_t starts_ = 0;
  SimTime anchor_;                               // Of the hellos.
  ObservationId why_ = ObservationId::none;      // What it last decided, or why it did.
  ObservationId stopped_ = ObservationId::none;  // Why it stopped.
  std::uint32_t observed_root_;
  RstpMachine machine_;
  std::vector<TreePort> tree_;  // Beside the machine's ports.
  Timer timer_;
  Timer ageing_timer_;
};

// --- what is configured --------------------------------------------------------------------------

Rstp::Rstp(const ProtocolContext& context, const ArgumentReader& arguments)
    : context_(context),
      observed_root_(static_cast<std::uint32_t>(context.node)),
      timer_(context.simulator, Phase::protocol, context.os.node(), context.source(),
             [this] { on_timer(); }),
      ageing_timer_(context.simulator, Phase::protocol, context.os.node(), context.source(1),
                    [this] { age_as_configured(); }) {
  read_settings(arguments);
  if (context.vlan != 0) {
    label_ = fmt::format("vlan {}", context.vlan);
    context.os.add_listener(trunk_watch_);
  }
}

void Rstp::read_settings(const ArgumentReader& arguments) {
  hello_ = arguments.duration("hello");
  auto_edge_ = arguments.boolean("auto_edge");
  // 9.2.5: the VLAN is the system ID extension in the lower bits of the priority.
  settings_ = {.id = bridge_id(arguments, node().mac) | std::uint64_t{context_.vlan} << 48U,
               .node = static_cast<std::uint32_t>(context_.node),
               .times = {.message_age = {},
                         .max_age = bpdu_time(arguments.duration("max_age")),
                         .hello = bpdu_time(hello_),
                         .forward_delay = bpdu_time(arguments.duration("forward_delay"))},
               .hold_count = static_cast<std::uint32_t>(arguments.integer("hold_count")),
               .wait_hello_time = arguments.text("wait") == "hello",
               .version_0 = arguments.text("version") == "stp",
               .whole_seconds = arguments.text("timers") == "seconds"};
}

// What bridges may differ from boot to boot, when the configuration was lost.
void Rstp::find_own_ports() {
  const std::vector<Parameter> parameters = port_parameters();
  own_.resize(node().logical_ports.size());
  std::uint16_t number = partner_ != nullptr && !primary_ ? kSecondaryNumbers : 0;
  for (std::size_t i = 0; i < own_.size(); ++i) {
    const auto port = static_cast<LogicalPort>(i);
    const LogicalPortInfo& info = node().logical_ports[i];
    own_[i].in_tree = !info.routed && !info.members().empty() && port != peer_link_ &&
                      (context_.vlan == 0 || carries(info, context_.vlan));
    own_[i].settings = settings_of(info, parameters, ++number);
    own_[i].bpdu_guard = guards_bpdus(info, parameters);
    if (const auto leg = partner_leg(info.mlag_id())) {
      own_[i].settings.id = partner_->own_[*leg].settings.id;
    }
  }
}

// The primary's leg of an aggregate of which this node, the secondary, has the other: both have the
// number of that one.
std::optional<std::size_t> Rstp::partner_leg(std::uint32_t mlag_id) const {
  if (partner_ == nullptr || primary_ || mlag_id == 0) {
    return std::nullopt;
  }
  const auto& legs = partner_->node().logical_ports;
  const auto leg = std::ranges::find(legs, mlag_id, &LogicalPortInfo::mlag_id);
  return leg == legs.end() ? std::nullopt
                           : std::optional(static_cast<std::size_t>(leg - legs.begin()));
}

RstpPortSettings Rstp::settings_of(const LogicalPortInfo& info,
                                   const std::vector<Parameter>& parameters,
                                   std::uint16_t number) const {
  const Arguments arguments = port_arguments(info.config(), kName, parameters);
  const ArgumentReader reader(arguments);
  const auto given = [&](std::string_view name, std::int64_t otherwise) {
    return reader.has(name) ? reader.integer(name) : otherwise;
  };
  const std::string& link = reader.text("link");
  return {.id = static_cast<std::uint16_t>((reader.integer("priority") << 8U) |
                                           given("number", number)),
          .cost = static_cast<std::uint32_t>(given("cost", path_cost(info))),
          .edge = reader.boolean("edge"),
          .auto_edge = reader.has("auto_edge") ? reader.boolean("auto_edge") : auto_edge_,
          .point_to_point = link == "auto" ? point_to_point(info) : link == "point_to_point",
          .restricted_role = reader.boolean("root_guard"),
          .restricted_change = reader.boolean("change_guard"),
          .loop_guard = reader.boolean("loop_guard")};
}

bool guards_bpdus(const LogicalPortInfo& info, const std::vector<Parameter>& parameters) {
  const Arguments arguments = port_arguments(info.config(), kName, parameters);
  return ArgumentReader(arguments).boolean("bpdu_guard");
}

std::uint32_t Rstp::path_cost(const LogicalPortInfo& info) const {
  std::int64_t rate = 0;
  for (const PortIndex member : info.members()) {
    const LinkIndex link = node().ports[static_cast<std::size_t>(member)].link;
    if (link != LinkIndex::none) {
      rate += context_.network.link(link).terms->rate.bits_per_second;
    }
  }
  const std::int64_t cost = kCostNumerator / std::max<std::int64_t>(1, rate);
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(cost, 1, kCostMost));
}

bool Rstp::point_to_point(const LogicalPortInfo& info) const {
  return std::ranges::none_of(info.members(), [&](PortIndex member) {
    const auto other = context_.network.neighbor({context_.node, member});
    return other && context_.network.node(other->node).kind == NodeKind::segment;
  });
}

// --- the life of the process ---------------------------------------------------------------------

void Rstp::start() {
  find_partner();
  find_own_ports();
  running_ = true;
  why_ = context_.simulator.cause();
  anchor_ =
      context_.simulator.now() + context_.random.uniform({.purpose = Purpose("rstp.hello_phase"),
                                                          .entity = context_.os.stable_id(),
                                                          .occurrence = starts_++,
                                                          .index = context_.vlan},
                                                         Duration::zero(), hello_);
  machine_ = {};
  if (partner_ != nullptr && !partner_->running_) {
    partner_->machine_ = {};  // Who was there to take it over is gone.
  }
  for (OwnPort& own : own_) {
    own.written.reset();
    own.waiting.reset();
    own.inconsistent = Hearing::bpdu;
  }
  if (peer_link_ != LogicalPort::none) {
    context_.os.program(SetPortState{.port = peer_link_, .state = StpState::forwarding});
  }
  regroup();
}

void Rstp::stop() {
  running_ = false;
  stopped_ = context_.simulator.cause();
  regroup();
}

// It reads what its neighbours have said meanwhile; of each port the last frame.
void Rstp::resume() {
  running_ = true;
  if (context_.vlan != 0) {
    find_own_ports();  // Trunks may carry other VLANs by now.
  }
  regroup();
  for (std::size_t i = 0; i < own_.size(); ++i) {
    if (const auto frame = std::exchange(own_[i].waiting, std::nullopt)) {
      receive(static_cast<LogicalPort>(i), InterfaceIndex::none, *frame);
    }
  }
}

void Rstp::port_changed(LogicalPort port) {
  if (port == peer_link_) {
    follow_pair();
    return;
  }
  Rstp& rstp = leader();
  rstp.update_usable();
  rstp.act(context_.simulator.cause());
}

// --- the pair ------------------------------------------------------------------------------------

void Rstp::find_partner() {
  const auto& config = context_.os.config().mlag;
  if (partner_ != nullptr || !config || context_.vlan != 0) {
    return;
  }
  const NodeIndex peer = context_.network.find_node(config->peer.text);
  const auto found = context_.network.instances(peer, context_.id);
  const auto& theirs = context_.network.node(peer).config->mlag;
  if (found.empty() || !theirs) {
    return;
  }
  partner_ = static_cast<Rstp*>(found.front());  // Of this kind, as its id says.
  primary_ = theirs->primary != config->primary ? config->primary
                                                : context_.node < partner_->context_.node;
  peer_link_ = context_.network.find_logical_port(context_.node, config->peer_link.text);
  if (!primary_) {
    settings_.id = partner_->settings_.id;
  }
  context_.os.add_listener(plane_watch_);
  partner_->find_partner();
  partner_->find_own_ports();  // The secondary takes numbers from the primary.
}

// Both control planes live and hear each other over the peer link.
bool Rstp::can_join() const {
  if (partner_ == nullptr) {
    return false;
  }
  return std::ranges::all_of(
      std::array{this, static_cast<const Rstp*>(partner_)}, [](const Rstp* one) {
        return one->context_.os.serves(Plane::control) &&
               one->node().logical_ports[static_cast<std::size_t>(one->peer_link_)].up;
      });
}

void Rstp::follow_pair() {
  if (can_join() != joined_) {
    regroup();
  }
}

// Whoever decides now goes on from what was known of its ports before.
void Rstp::regroup() {
  std::vector<Rstp*> pair = {this};
  if (partner_ != nullptr) {
    pair.push_back(partner_);
  }
  for (Rstp* one : pair) {
    context_.network.touch(one->context_.node);  // Neighbours that hold a port let it go.
    one->end_streams();
    one->timer_.cancel();
  }
  const bool joined = can_join();
  std::vector<RstpMachine> formers;
  for (Rstp* one : pair) {
    formers.push_back(one->machine_);
    one->joined_ = joined;
  }
  for (Rstp* one : pair) {
    one->form_tree(formers);
  }
}

void Rstp::form_tree(const std::vector<RstpMachine>& formers) {
  tree_.clear();
  if (&leader() != this) {
    machine_ = {};  // The other one knows better now.
    return;
  }
  if (!running_) {
    return;
  }
  tree_ = tree_ports();
  std::vector<RstpPortSettings> ports;
  for (const TreePort& port : tree_) {
    ports.push_back(own(port.front()).settings);
  }
  machine_ = RstpMachine(settings_, ports,
                         settings_.whole_seconds ? anchor_ - hello_ : context_.simulator.now());
  for (const RstpMachine& former : formers) {
    machine_.continue_from(former);
  }
  start_streams();
  update_usable();
  act(context_.simulator.cause());
}

// Of this node and, in a joined pair, of the other.
std::vector<Rstp::TreePort> Rstp::tree_ports() {
  std::vector<TreePort> tree;
  for (Rstp* member : members()) {
    const auto& infos = member->node().logical_ports;
    for (std::size_t i = 0; i < infos.size(); ++i) {
      if (!member->own_[i].in_tree) {
        continue;
      }
      const auto common = std::ranges::find_if(tree, [&](const TreePort& port) {
        return infos[i].mlag_id() != 0 && port.front().owner != member &&
               info(port.front()).mlag_id() == infos[i].mlag_id();
      });
      TreePort& port = common != tree.end() ? *common : tree.emplace_back();
      port.push_back({.owner = member, .port = static_cast<LogicalPort>(i), .stream = nullptr});
    }
  }
  return tree;
}

std::vector<Rstp*> Rstp::members() {
  std::vector<Rstp*> members = {this};
  if (joined_ && partner_->running_) {
    members.push_back(partner_);
  }
  return members;
}

// --- one bridge ----------------------------------------------------------------------------------

void Rstp::end_streams() {
  for (TreePort& port : tree_) {
    for (Leg& leg : port) {
      leg.stream->stop();
    }
  }
  for (TreePort& port : tree_) {
    for (Leg& leg : port) {
      leg.stream.reset();
    }
  }
}

void Rstp::start_streams() {
  for (std::size_t port = 0; port < tree_.size(); ++port) {
    for (std::size_t i = 0; i < tree_[port].size(); ++i) {
      Leg& leg = tree_[port][i];
      leg.stream = std::make_unique<HelloStream>(
          HelloStream::Context{.simulator = context_.simulator,
                               .network = context_.network,
                               .node = leg.owner->context_.node,
                               .port = leg.port,
                               .protocol = context_.id,
                               .skip_quiet_time = context_.skip_quiet_time},
          static_cast<HelloStream::Sender&>(*this), kLegs * port + i,
          StandingFlow::Schedule{.anchor = anchor_,
                                 .period = hello_,
                                 .phase = Phase::protocol,
                                 .target = info(leg).entity(),
                                 .source = context_.source()});
      leg.stream->start();
    }
  }
}

void Rstp::update_usable() {
  for (std::size_t port = 0; port < tree_.size(); ++port) {
    const bool usable =
        std::ranges::any_of(tree_[port], [](const Leg& leg) { return info(leg).up; });
    machine_.set_usable(port, usable);
  }
}

const Rstp::Leg& Rstp::speaker(std::size_t port) const {
  const auto up = std::ranges::find_if(tree_[port], [](const Leg& leg) { return info(leg).up; });
  return up == tree_[port].end() ? tree_[port].front() : *up;
}

std::optional<std::size_t> Rstp::find_port(const Rstp& owner, LogicalPort port) const {
  for (std::size_t i = 0; i < tree_.size(); ++i) {
    for (const Leg& leg : tree_[i]) {
      if (leg.owner == &owner && leg.port == port) {
        return i;
      }
    }
  }
  return std::nullopt;
}

void Rstp::act(ObservationId why) {
  if (!running_) {
    return;
  }
  const CauseScope scope(context_.simulator, why);
  end_inconsistencies();
  const bool moved = machine_.settle(context_.simulator.now());
  if (std::exchange(unsettled_, false) || moved) {
    why_ = later_reason(why_, why);
    why_ = later_reason(why_, announce_root());
    for (std::size_t port = 0; port < tree_.size(); ++port) {
      why_ = later_reason(why_, decide(port));
    }
    flush();
    for (const Rstp* member : members()) {
      context_.network.touch(member->context_.node);
    }
  }
  for (std::size_t port = 0; port < tree_.size(); ++port) {
    if (send_pending(port) && settings_.whole_seconds) {
      restart_hellos(port);
    }
  }
  arm();
}

ObservationId Rstp::announce_root() {
  ObservationId last = ObservationId::none;
  for (Rstp* member : members()) {
    if (std::exchange(member->observed_root_, machine_.root_node()) == machine_.root_node()) {
      continue;
    }
    const CauseScope scope(context_.simulator, context_.simulator.cause());
    const Entity root = context_.network.node(static_cast<NodeIndex>(machine_.root_node())).entity;
    last = context_.log.append(ObservationKind::root_bridge, member->node().entity,
                               {.object = root, .text = label_});
  }
  return last;
}

// What was decided for a port is observed and handed to the programmer of its node.
ObservationId Rstp::decide(std::size_t port) {
  ObservationId last = ObservationId::none;
  const RstpRole role = machine_.role(port);
  const std::string_view guard = guard_of(port);
  const StpState state = state_of(port);
  for (const Leg& leg : tree_[port]) {
    const CauseScope scope(context_.simulator, context_.simulator.cause());
    OwnPort& own_port = own(leg);
    const Entity entity = info(leg).entity();
    const Entity box = leg.owner->node().entity;
    const bool new_guard = std::exchange(own_port.guard, guard) != guard;
    if (std::exchange(own_port.role, role) != role || new_guard) {
      last = context_.log.append(ObservationKind::port_role, entity,
                                 {.object = box,
                                  .value = static_cast<std::int64_t>(role),
                                  .text = told(guard.empty() ? kName : guard)});
    }
    if (std::exchange(own_port.state, state) != state) {
      last = context_.log.append(
          ObservationKind::port_state, entity,
          {.object = box, .value = static_cast<std::int64_t>(state), .text = label_});
    }
    if (own_port.written != state) {
      own_port.written = state;
      leg.owner->context_.os.program(
          SetPortState{.port = leg.port, .state = state, .vlan = context_.vlan});
    }
  }
  return last;
}

void Rstp::flush() {
  for (std::size_t port = 0; port < tree_.size(); ++port) {
    if (!machine_.take_flush(port)) {
      continue;
    }
    if (settings_.version_0) {
      age_soon();
      continue;
    }
    for (const Leg& leg : tree_[port]) {
      leg.owner->context_.os.program(
          FlushMacs{.port = leg.port, .but = LogicalPort::none, .vlan = context_.vlan});
    }
  }
}

// 17.19.1 for version 0: for the forward delay addresses age in that time.
void Rstp::age_soon() {
  if (ageing_timer_.armed()) {
    return;
  }
  const Duration time{settings_.times.forward_delay};
  for (Rstp* member : members()) {
    member->context_.os.set_mac_hold(time);
    member->context_.os.sweep_macs();
  }
  ageing_timer_.arm(context_.simulator.now() + time);
}

void Rstp::age_as_configured() {
  for (Rstp* member : members()) {
    member->context_.os.set_mac_hold(std::nullopt);
    member->context_.os.sweep_macs();
  }
}

// False: there was nothing to say, or it has to wait.
bool Rstp::send_pending(std::size_t port) {
  const auto bpdu = machine_.take_message(port, context_.simulator.now());
  if (!bpdu) {
    return false;
  }
  const CauseScope scope(context_.simulator, why_);
  const Leg& leg = speaker(port);
  context_.network.send(leg.owner->context_.node, leg.port, frame_of(leg, *bpdu));
  return true;
}

// 17.26, state IDLE: the next hello is hello ticks after whatever was sent last.
void Rstp::restart_hellos(std::size_t port) {
  const SimTime next = machine_.after(context_.simulator.now(), hello_);
  for (Leg& leg : tree_[port]) {
    leg.stream->restart(next);
  }
}

bool Rstp::receive(LogicalPort port, InterfaceIndex /*interface*/, const ControlFrame& frame) {
  const Hearing what = hearing(port, frame);
  if (what == Hearing::nothing) {
    return true;
  }
  Rstp& rstp = leader();
  const auto index = rstp.find_port(*this, port);
  if (rstp.running_ && index && own_[static_cast<std::size_t>(port)].bpdu_guard) {
    shut(port, later_reason(context_.simulator.cause(), rstp.way_change(*index)));
    return false;
  }
  if (what != Hearing::bpdu) {
    return !running_ || !index || !mark_inconsistent(*index, what, frame.as<RstpBpdu>());
  }
  if (!rstp.running_ || !index ||
      !rstp.machine_.receive(*index, frame.as<RstpBpdu>(), context_.simulator.now())) {
    return true;
  }
  rstp.act(
      later_reason(later_reason(context_.simulator.cause(), rstp.why_), rstp.way_change(*index)));
  return false;
}

// As an error-disable does: the port stays shut until somebody opens it.
void Rstp::shut(LogicalPort port, ObservationId why) {
  const CauseScope scope(context_.simulator, why);
  const LogicalPortInfo& shut = node().logical_ports[static_cast<std::size_t>(port)];
  own_[static_cast<std::size_t>(port)].role = RstpRole::disabled;
  context_.log.append(ObservationKind::port_role, shut.entity(),
                      {.object = node().entity,
                       .value = static_cast<std::int64_t>(RstpRole::disabled),
                       .text = told("bpdu_guard")});
  for (const PortIndex member : shut.members()) {
    context_.os.set_port_enabled(member, false);
  }
}

void Rstp::queue(LogicalPort port, InterfaceIndex /*interface*/, const ControlFrame& frame) {
  if (hears(port, frame)) {
    own_[static_cast<std::size_t>(port)].waiting = frame;
  }
}

bool Rstp::renews(LogicalPort port, InterfaceIndex /*interface*/, const ControlFrame& frame) const {
  const Hearing what = hearing(port, frame);
  if (what != Hearing::bpdu) {
    return what == Hearing::nothing;
  }
  const Rstp& rstp = leader();
  const auto index = rstp.find_port(*this, port);
  return !rstp.running_ || !index ||
         (!own_[static_cast<std::size_t>(port)].bpdu_guard &&
          rstp.machine_.renews(*index, frame.as<RstpBpdu>()));
}

void Rstp::held(LogicalPort port, InterfaceIndex /*interface*/, bool held, SimTime last) {
  Rstp& rstp = leader();
  const auto index = rstp.find_port(*this, port);
  if (!index) {
    return;
  }
  if (held) {
    rstp.machine_.hold(*index);  // Its deadline has only moved away.
    return;
  }
  rstp.machine_.release(*index, last);
  rstp.arm();
}

void Rstp::on_timer() {
  const SimTime now = context_.simulator.now();
  ObservationId why = ObservationId::none;
  for (std::size_t port = 0; port < tree_.size(); ++port) {
    if (machine_.information_over(port, now)) {
      why = later_reason(why, why_silent(port));
    }
  }
  act(why == ObservationId::none ? why_ : why);
}

// Deadlines only move away while hellos come in: the timer may fire too early, never too late.
void Rstp::arm() {
  const SimTime now = context_.simulator.now();
  if (timer_.deadline() == now && timer_.armed()) {
    return;  // Its turn is still to come in this instant.
  }
  SimTime next = machine_.next_deadline(now);
  for (std::size_t port = 0; context_.vlan != 0 && port < tree_.size(); ++port) {
    const OwnPort& first = own(tree_[port].front());
    next = first.inconsistent == Hearing::bpdu ? next : std::min(next, first.inconsistent_until);
  }
  if (next == kNever || !running_) {
    timer_.cancel();
  } else {
    timer_.arm(next);
  }
}

// The last change of the links and ports between the neighbour and this port.
ObservationId Rstp::way_change(std::size_t port) const {
  ObservationId last = ObservationId::none;
  for (const Leg& leg : tree_[port]) {
    last = later_reason(last, last_change_on(context_.network, leg.owner->context_.node, leg.port));
  }
  return last;
}

// Why nothing was heard any more: the neighbour's process, or the way to it.
ObservationId Rstp::why_silent(std::size_t port) const {
  ObservationId last = way_change(port);
  for (const Leg& leg : tree_[port]) {
    for (const PortIndex member : info(leg).members()) {
      const auto other = context_.network.neighbor({leg.owner->context_.node, member});
      if (!other) {
        continue;
      }
      for (const Protocol* protocol : context_.network.instances(other->node, context_.id)) {
        const Rstp& neighbor = static_cast<const Rstp*>(protocol)->leader();
        last = later_reason(last, neighbor.running_ ? ObservationId::none : neighbor.stopped_);
      }
    }
  }
  return last;
}

// --- one of several VLANs ------------------------------------------------------------------------

// SSTP BPDUs name their VLAN, those of IEEE 802.1D (0) are of the access VLAN or, on a trunk, of
// VLAN 1; who has one tree for all knows no others.
Rstp::Hearing Rstp::hearing(LogicalPort port, const ControlFrame& frame) const {
  const VlanId own = context_.vlan;
  if (own == 0) {
    return frame.vlan == 0 || frame.vlan == kIeeeVlan ? Hearing::bpdu : Hearing::nothing;
  }
  const LogicalPortInfo& info = node().logical_ports[static_cast<std::size_t>(port)];
  const bool trunk = is_trunk(info);
  const auto heard_by = [&](VlanId vlan, Hearing what) {
    return own == vlan ? what : Hearing::nothing;
  };
  if (frame.vlan == 0) {
    return heard_by(trunk ? kIeeeVlan : info.untagged, Hearing::bpdu);
  }
  if (!trunk && frame.tag != 0) {  // Of what VLAN 1 sends the other form gets in.
    return frame.vlan == kIeeeVlan ? heard_by(info.untagged, Hearing::bpdu) : Hearing::nothing;
  }
  if (!trunk) {
    return heard_by(info.untagged, Hearing::no_trunk);
  }
  const bool let_in = frame.tag == 0 || std::ranges::binary_search(info.tagged(), frame.tag);
  const VlanId came_by = frame.tag == 0 ? VlanId{info.untagged} : frame.tag;
  if (!let_in || came_by == 0) {
    return Hearing::nothing;
  }
  if (came_by == frame.vlan) {
    return heard_by(came_by, Hearing::bpdu);
  }
  return own == came_by ? Hearing::other_vlan : heard_by(frame.vlan, Hearing::other_vlan);
}

ControlFrame Rstp::frame_of(const Leg& leg, const RstpBpdu& bpdu) const {
  ControlFrame frame = ControlFrame::of(context_.id, bpdu);
  if (context_.vlan != 0 && is_trunk(info(leg))) {
    frame.vlan = context_.vlan;
    frame.tag = info(leg).untagged == context_.vlan ? VlanId{0} : context_.vlan;
  }
  return frame;
}

// False: only the time for which it is so has changed.
bool Rstp::mark_inconsistent(std::size_t port, Hearing what, const RstpBpdu& bpdu) {
  OwnPort& marked = own(tree_[port].front());
  marked.inconsistent_until = context_.simulator.now() + kMissedHellos * Duration{bpdu.times.hello};
  if (std::exchange(marked.inconsistent, what) == what) {
    return false;
  }
  unsettled_ = true;
  context_.os.program(
      FlushMacs{.port = tree_[port].front().port, .but = LogicalPort::none, .vlan = context_.vlan});
  act(later_reason(context_.simulator.cause(), way_change(port)));
  return true;
}

void Rstp::end_inconsistencies() {
  for (std::size_t port = 0; context_.vlan != 0 && port < tree_.size(); ++port) {
    OwnPort& marked = own(tree_[port].front());
    if (marked.inconsistent != Hearing::bpdu &&
        (!machine_.usable(port) || marked.inconsistent_until <= context_.simulator.now())) {
      marked.inconsistent = Hearing::bpdu;
      unsettled_ = true;
    }
  }
}

// The running configuration may have given other VLANs to trunks.
void Rstp::follow_trunks() {
  if (!running_) {
    return;
  }
  std::vector<bool> before;
  for (const OwnPort& port : own_) {
    before.push_back(port.in_tree);
  }
  find_own_ports();
  bool changed = false;
  for (std::size_t i = 0; i < own_.size(); ++i) {
    changed = changed || own_[i].in_tree != before[i];
    if (before[i] && !own_[i].in_tree) {
      leave(static_cast<LogicalPort>(i));
    }
  }
  if (changed) {
    regroup();
  }
}

void Rstp::leave(LogicalPort port) {
  OwnPort& left = own_[static_cast<std::size_t>(port)];
  const LogicalPortInfo& info = node().logical_ports[static_cast<std::size_t>(port)];
  const CauseScope scope(context_.simulator, context_.simulator.cause());
  if (std::exchange(left.role, RstpRole::disabled) != RstpRole::disabled) {
    context_.log.append(ObservationKind::port_role, info.entity(),
                        {.object = node().entity,
                         .value = static_cast<std::int64_t>(RstpRole::disabled),
                         .text = told(kName)});
  }
  if (std::exchange(left.state, StpState::discarding) != StpState::discarding) {
    context_.log.append(ObservationKind::port_state, info.entity(),
                        {.object = node().entity, .value = 0, .text = label_});
  }
  left.guard = {};
  left.inconsistent = Hearing::bpdu;
  left.written.reset();
  context_.os.program(
      SetPortState{.port = port, .state = StpState::discarding, .vlan = context_.vlan});
}

// What keeps the port from what it would do; empty: nothing.
std::string_view Rstp::guard_of(std::size_t port) const {
  switch (own(tree_[port].front()).inconsistent) {
    case Hearing::other_vlan:
      return "pvid_inconsistent";
    case Hearing::no_trunk:
      return "type_inconsistent";
    case Hearing::nothing:
    case Hearing::bpdu:
      break;
  }
  return guard_name(machine_.guard(port));
}

StpState Rstp::state_of(std::size_t port) const {
  return own(tree_[port].front()).inconsistent == Hearing::bpdu ? machine_.state(port)
                                                                : StpState::discarding;
}

std::string Rstp::told(std::string_view what) const {
  return label_.empty() ? std::string(what) : fmt::format("{} in {}", what, label_);
}

// --- hellos --------------------------------------------------------------------------------------

void Rstp::hello_due(std::size_t key) {
  if (!speaks(key)) {
    return;
  }
  const std::size_t port = key / kLegs;
  machine_.hello_due(port, context_.simulator.now());
  send_pending(port);
  // It may have to wait for the transmit limit; nothing else has changed.
  const SimTime next = machine_.send_deadline(port, context_.simulator.now());
  if (running_ && next < timer_.deadline()) {
    timer_.arm(next);
  }
}

HelloStream::Sender::Next Rstp::next_hello(std::size_t key) const {
  const std::size_t port = key / kLegs;
  const SimTime now = context_.simulator.now();
  Next next{.same_again = machine_.steady(port, now), .frame = std::nullopt};
  if (speaks(key) && machine_.usable(port) && machine_.role(port) == RstpRole::designated) {
    next.frame = frame_of(tree_[port][key % kLegs], machine_.message(port, now));
  }
  return next;
}

void Rstp::hellos_skipped(std::size_t key, std::int64_t count, SimTime last) {
  machine_.skip_hellos(key / kLegs, count, last);
}

// --- what is shown and documented ----------------------------------------------------------------

std::string guarded(const char* state, RstpGuard guard) {
  return guard == RstpGuard::none ? state : fmt::format("{} ({})", state, guard_name(guard));
}

ProtocolTable Rstp::table() const {
  static const char* const kStates[] = {"discarding", "learning", "forwarding"};
  ProtocolTable table{.name = "spanning-tree",
                      .columns = {"port", "role", "state", "cost", "edge", "root",
                                  "designated bridge", "designated port", "root path cost"},
                      .rows = {}};
  if (context_.vlan != 0) {
    return vlan_table();
  }
  const Rstp& rstp = leader();
  for (std::size_t i = 0; i < own_.size(); ++i) {
    const auto port = static_cast<LogicalPort>(i);
    if (!own_[i].in_tree) {
      continue;
    }
    const auto chip_state = static_cast<std::size_t>(context_.os.chip().port_state(port));
    const auto index = rstp.find_port(*this, port);
    const std::string name{node().name(static_cast<LogicalPort>(i))};
    if (!rstp.running_ || !index) {
      table.rows.push_back({name, "unknown", kStates[chip_state], "", "", "", "", "", ""});
      continue;
    }
    const RstpVector& vector = rstp.machine_.vector(*index);
    table.rows.push_back(
        {name, std::string{rstp_role_name(rstp.machine_.role(*index))},
         guarded(kStates[static_cast<std::size_t>(rstp.machine_.state(*index))],
                 rstp.machine_.guard(*index)),
         std::to_string(own_[i].settings.cost), rstp.machine_.edge(*index) ? "yes" : "no",
         bridge_text(rstp.machine_.root().root), bridge_text(vector.bridge),
         std::to_string(vector.port >> 8U & 0xf0U) + "." + std::to_string(vector.port & 0x0fffU),
         std::to_string(rstp.machine_.root().cost)});
  }
  return table;
}

// "priority 24596, address 02:00:00:00:00:01"
std::string identifier_text(std::uint64_t id) {
  return fmt::format("priority {}, address {}", id >> 48U, format_mac({id & 0xffffffffffffULL}));
}

// As operators of switches with a tree for each VLAN know it.
ProtocolTable Rstp::vlan_table() const {
  ProtocolTable table{.name = "spanning-tree",
                      .columns = {"port", "role", "sts", "cost", "prio.nbr", "type"},
                      .rows = {},
                      .instance = fmt::format("VLAN{:04}", context_.vlan)};
  for (std::size_t i = 0; i < own_.size(); ++i) {
    if (own_[i].in_tree) {
      table.rows.push_back(vlan_row(static_cast<LogicalPort>(i)));
    }
  }
  if (!running_) {
    table.facts.emplace_back("root ID", "unknown: the process does not run");
    return table;
  }
  const RstpVector& root = machine_.root();
  std::string way = "this bridge is the root";
  for (std::size_t port = 0; port < tree_.size(); ++port) {
    if (machine_.role(port) == RstpRole::root) {
      way = fmt::format("cost {}, port {}", root.cost, node().name(tree_[port].front().port));
    }
  }
  const auto seconds = [](BpduTime time) { return format_duration(Duration{time}); };
  table.facts.emplace_back("root ID", identifier_text(root.root) + ", " + way);
  table.facts.emplace_back(
      "bridge ID", fmt::format("{} (priority {} sys-id-ext {})", identifier_text(settings_.id),
                               (settings_.id >> 48U) - context_.vlan, context_.vlan));
  table.facts.emplace_back(
      "timers",
      fmt::format("hello {}, max age {}, forward delay {}", seconds(settings_.times.hello),
                  seconds(settings_.times.max_age), seconds(settings_.times.forward_delay)));
  return table;
}

std::vector<std::string> Rstp::vlan_row(LogicalPort port) const {
  static const char* const kRoles[] = {"Disb", "Root", "Desg", "Altn", "Back"};
  static const char* const kStates[] = {"BLK", "LRN", "FWD"};
  const RstpPortSettings& settings = own_[static_cast<std::size_t>(port)].settings;
  const auto index = find_port(*this, port);
  const bool known = running_ && index.has_value();
  const std::string_view guard = known ? guard_of(*index) : std::string_view();
  const StpState state =
      known ? state_of(*index) : context_.os.chip().port_state(port, context_.vlan);
  std::string type = settings.point_to_point ? "P2p" : "Shr";
  type += known && machine_.edge(*index) ? " Edge" : "";
  type += guard.empty() ? "" : fmt::format(" *{}", guard);
  return {std::string(node().name(port)),
          known ? kRoles[static_cast<std::size_t>(machine_.role(*index))] : "?",
          guard.empty() ? kStates[static_cast<std::size_t>(state)] : "BKN*",
          std::to_string(settings.cost),
          fmt::format("{}.{}", settings.id >> 8U & 0xf0U, settings.id & 0x0fffU),
          type};
}

std::vector<Parameter> port_parameters() {
  return {
      {.name = "edge",
       .unit = Unit::boolean,
       .default_text = "false",
       .summary = "no bridge behind it: forwards at once, until a BPDU arrives",
       .source = "IEEE 802.1D-2004 17.13.1 and Table 17-5"},
      {.name = "auto_edge",
       .unit = Unit::boolean,
       .summary = "as that of the node, for this port",
       .optional = true,
       .source = "IEEE 802.1D-2004 17.13.3"},
      {.name = "link",
       .unit = Unit::choice,
       .default_text = "auto",
       .summary = "whether agreements are believed; auto: shared on a segment",
       .choices = {"auto", "point_to_point", "shared"},
       .source = "IEEE 802.1D-2004 6.4.3"},
      {.name = "cost",
       .unit = Unit::integer,
       .summary = "path cost; when not given 20 Tb/s over the configured rate",
       .optional = true,
       .minimum = 1,
       .maximum = kCostMost,
       .source = "IEEE 802.1D-2004 Table 17-3"},
      {.name = "priority",
       .unit = Unit::integer,
       .default_text = "128",
       .summary = "first part of the port identifier",
       .minimum = 0,
       .maximum = 240,
       .step = 16,
       .source = "IEEE 802.1D-2004 Table 17-2"},
      {.name = "number",
       .unit = Unit::integer,
       .summary = "second part of it; when not given its place among the ports of the node",
       .optional = true,
       .minimum = 1,
       .maximum = 4095,
       .source = "IEEE 802.1D-2004 9.2.7"},
      {.name = "root_guard",
       .unit = Unit::boolean,
       .default_text = "false",
       .summary = "never becomes the root port; while it should, it does not forward",
       .source = "IEEE 802.1Q-2018 13.27.64, restrictedRole"},
      {.name = "bpdu_guard",
       .unit = Unit::boolean,
       .default_text = "false",
       .summary = "a BPDU shuts it until it is opened again, by bounce_ports for instance",
       .source = "off, as in switches of the field"},
      {.name = "loop_guard",
       .unit = Unit::boolean,
       .default_text = "false",
       .summary = "stays blocked when hellos that blocked it cease, until the next one",
       .source = "off, as in switches of the field"},
      {.name = "change_guard",
       .unit = Unit::boolean,
       .default_text = "false",
       .summary = "changes of the topology told by it are ignored",
       .source = "IEEE 802.1Q-2018 13.27.65, restrictedTcn"},
  };
}

Bpdu::Role wire_role(RstpRole role) {
  switch (role) {
    case RstpRole::root:
      return Bpdu::Role::root;
    case RstpRole::designated:
      return Bpdu::Role::designated;
    case RstpRole::alternate:
    case RstpRole::backup:
      return Bpdu::Role::alternate_or_backup;
    case RstpRole::disabled:
      break;
  }
  return Bpdu::Role::unknown;
}

Bpdu::Kind wire_kind(RstpBpdu::Kind kind) {
  switch (kind) {
    case RstpBpdu::Kind::configuration:
      return Bpdu::Kind::configuration;
    case RstpBpdu::Kind::topology_change:
      return Bpdu::Kind::topology_change;
    case RstpBpdu::Kind::rapid:
      break;
  }
  return Bpdu::Kind::rapid;
}

Bpdu bpdu_of(const ControlFrame& frame) {
  const auto said = frame.as<RstpBpdu>();
  return {.kind = wire_kind(said.kind),
          .topology_change = said.topology_change,
          .acknowledges = said.acknowledges,
          .role = wire_role(said.role),
          .proposal = said.proposal,
          .agreement = said.agreement,
          .learning = said.learning,
          .forwarding = said.forwarding,
          .root = said.vector.root,
          .cost = said.vector.cost,
          .bridge = said.vector.bridge,
          .port = said.vector.port,
          .message_age = said.times.message_age,
          .max_age = said.times.max_age,
          .hello = said.times.hello,
          .forward_delay = said.times.forward_delay};
}

FrameBytes rstp_bytes(const ControlFrame& frame, const FrameSender& sender) {
  return frame.vlan == 0 ? bpdu_frame(sender.mac, bpdu_of(frame))
                         : sstp_frame(sender.mac, bpdu_of(frame), frame.vlan, frame.tag);
}

// What VLAN 1 says on a trunk, for those who do not know SSTP.
FrameBytes ieee_bytes(const ControlFrame& frame, const FrameSender& sender) {
  return frame.vlan == kIeeeVlan ? bpdu_frame(sender.mac, bpdu_of(frame)) : FrameBytes();
}

}  // namespace

ProtocolKind rstp() {
  using std::chrono::seconds;
  return {
      .info = {.name = std::string{kName},
               .summary = "Rapid spanning tree: closes ports until the network has no loop.",
               .parameters = with_bridge_parameters(
                   {{.name = "hello",
                     .unit = Unit::duration,
                     .default_text = "2s",
                     .summary = "between two hellos; three missed ones are too many",
                     .shortest = seconds{1},
                     .longest = seconds{10},
                     .source = "IEEE 802.1D-2004 Table 17-1"},
                    {.name = "max_age",
                     .unit = Unit::duration,
                     .default_text = "20s",
                     .summary = "how old information may grow: a second for each bridge passed",
                     .shortest = seconds{6},
                     .longest = seconds{40},
                     .source = "IEEE 802.1D-2004 Table 17-1"},
                    {.name = "forward_delay",
                     .unit = Unit::duration,
                     .default_text = "15s",
                     .summary = "what a port without agreement waits, twice",
                     .shortest = seconds{4},
                     .longest = seconds{30},
                     .source = "IEEE 802.1D-2004 Table 17-1"},
                    {.name = "wait",
                     .unit = Unit::choice,
                     .default_text = "forward_delay",
                     .summary = "what it waits: forward_delay as field switches do, or hello",
                     .choices = {"forward_delay", "hello"},
                     .source = "IEEE 802.1D-2004 17.20.5 for hello"},
                    {.name = "version",
                     .unit = Unit::choice,
                     .default_text = "rstp",
                     .summary = "what it speaks; stp: BPDUs of 1998, waits, ages addresses",
                     .choices = {"rstp", "stp"},
                     .source = "IEEE 802.1D-2004 17.13.4"},
                    {.name = "timers",
                     .unit = Unit::choice,
                     .default_text = "exact",
                     .summary = "exact, or in ticks of whole seconds as mstpd and Open vSwitch",
                     .choices = {"exact", "seconds"},
                     .source = "IEEE 802.1D-2004 17.22 for seconds"},
                    {.name = "profile",
                     .unit = Unit::choice,
                     .default_text = "standard",
                     .summary = "openvswitch: the data path keeps flows and learns from them",
                     .choices = {"standard", "openvswitch"},
                     .source = "Open vSwitch 3.1 ofproto/ofproto-dpif-upcall.c"},
                    {.name = "hold_count",
                     .unit = Unit::integer,
                     .default_text = "6",
                     .summary = "BPDUs a port may send at once; one more each second",
                     .minimum = 1,
                     .maximum = 10,
                     .source = "IEEE 802.1D-2004 Table 17-1"},
                    {.name = "auto_edge",
                     .unit = Unit::boolean,
                     .default_text = "false",
                     .summary = "a port that hears no BPDU for 3s is an edge port",
                     .source = "IEEE 802.1D-2004 17.13.3, off as field switches have it"},
                    {.name = "per_vlan",
                     .unit = Unit::boolean,
                     .default_text = "false",
                     .summary = "a tree for each bridged VLAN (Rapid-PVST+), not one for all",
                     .source = "IEEE 802.1D-2004 clause 17 knows one tree"}}),
               .port_parameters = port_parameters(),
               .vlan_parameters = {{.name = "priority",
                                    .unit = Unit::integer,
                                    .summary = "as that of the node, for the tree of this VLAN",
                                    .optional = true,
                                    .minimum = 0,
                                    .maximum = 61440,
                                    .step = 4096,
                                    .source = "IEEE 802.1D-2004 9.2.5"}},
               .check =
                   [](const Topology& topology) {
                     // mstpd refuses such timers: MSTP_IN_set_cist_bridge_config().
                     auto remarks = bridge_remarks(topology, kName, true);
                     for (Remark& remark : vlan_tree_remarks(topology, kName)) {
                       remarks.push_back(std::move(remark));
                     }
                     return remarks;
                   }},
      .show = "spanning-tree",
      .make = [](const ProtocolContext& context, const ArgumentReader& arguments)
          -> std::unique_ptr<Protocol> { return std::make_unique<Rstp>(context, arguments); },
      .reserved = true,
      .bytes = rstp_bytes,
      .second_bytes = ieee_bytes,
      .per_vlan = [](const ArgumentReader& arguments) { return arguments.boolean("per_vlan"); }};
}

}  // namespace switchfault
