// stp: the spanning tree protocol of IEEE 802.1D-1998 on one node.
//
// The procedures are in protocols/stp_machine.h; here they meet the network: usable ports are
// logical ports that are up, BPDUs are control frames, decisions go to the chip through the table
// programmer and into the log. While the root says that the topology changes, addresses age by the
// forward delay; where a sweep removes them (mac_sweep) it is not started by that. With the profile
// of Open vSwitch all of them are forgotten instead, and timers are looked at once a second.
//
// All ports of a node that bridge take part, in their order, numbered from 1; aggregates are one
// port each. The first hello leaves at a drawn phase. A running configuration `stp: off` ends the
// protocol and leaves the ports as they are. Restarted, it forgets everything.
//
// Not modelled: MLAG pairs as one bridge, BPDUs over a shared segment, bridges of other versions
// as neighbours; hellos that tell nothing new are executed all the same.

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <switchfault/observation.h>

#include "core/mac_address.h"
#include "net/frame_sender.h"
#include "net/network.h"
#include "net/protocol.h"
#include "protocols/bpdu.h"
#include "protocols/bpdu_time.h"
#include "protocols/bridge_settings.h"
#include "protocols/port_arguments.h"
#include "protocols/remarks.h"
#include "protocols/rstp_machine.h"
#include "protocols/stp_machine.h"

namespace switchfault {
namespace {

constexpr std::string_view kName = "stp";
constexpr std::int64_t kCostMost = 65535;   // Table 8-5 of 802.1D-1998: 16 bits.
constexpr std::int64_t kPriorityStep = 16;  // Of a port.
// Where kernel timers are modelled: with two CPUs half of the bridges count seconds three ticks
// later than the others, so that BPDUs held back for a second may lag by one.
constexpr std::uint64_t kCpus = 2;
// Open vSwitch: stp_wait() of ofproto-dpif.c.
constexpr Duration kOpenVSwitchWake = std::chrono::seconds{1};
constexpr unsigned kNumberBits = 10;  // BR_PORT_BITS: Linux has longer port numbers.

std::vector<Parameter> port_parameters();

// Table 8-5 of 802.1D-1998 with the rates it did not know yet, as br_if.c has it.
std::uint32_t cost_of(BitRate rate) {
  const std::int64_t mbps = rate.bits_per_second / 1'000'000;
  if (mbps >= 10'000) return 2;
  if (mbps >= 1'000) return 4;
  return mbps >= 100 ? 19 : 100;
}

StpState chip_state(StpPortState state) {
  switch (state) {
    case StpPortState::forwarding:
      return StpState::forwarding;
    case StpPortState::learning:
      return StpState::learning;
    case StpPortState::disabled:
    case StpPortState::blocking:
    case StpPortState::listening:
      return StpState::discarding;
  }
  return StpState::discarding;
}

class Stp final : public Protocol, private OsListener {
 public:
  Stp(const ProtocolContext& context, const ArgumentReader& arguments);

  [[nodiscard]] ProcessFunction process() const override { return ProcessFunction::spanning_tree; }
  void start() override;
  void stop() override;
  void port_changed(LogicalPort port) override;
  void interface_changed(InterfaceIndex /*interface*/) override {}
  bool receive(LogicalPort port, InterfaceIndex interface, const ControlFrame& frame) override;
  void held(LogicalPort /*port*/, InterfaceIndex /*interface*/, bool /*held*/,
            SimTime /*last*/) override {}
  [[nodiscard]] ProtocolTable table() const override;

 private:
  // A port of the tree, and what was last observed and written for it.
  struct TreePort {
    LogicalPort port;
    RstpRole role = RstpRole::disabled;
    StpState state = StpState::discarding;
    bool written = false;
  };

  void configuration_changed(SwitchOs& os, std::string_view key) override;
  [[nodiscard]] StpPortSettings settings_of(const LogicalPortInfo& info,
                                            const std::vector<Parameter>& parameters,
                                            std::uint16_t number) const;
  void find_ports();
  void act(ObservationId why);
  ObservationId announce_root();
  ObservationId decide(std::size_t index);
  void on_timer();
  [[nodiscard]] RstpRole role(std::size_t port) const;
  [[nodiscard]] ObservationId why_silent(std::size_t port) const;
  [[nodiscard]] const Node& node() const { return context_.network.node(context_.node); }
  [[nodiscard]] const LogicalPortInfo& info(LogicalPort port) const {
    return node().logical_ports[static_cast<std::size_t>(port)];
  }

  ProtocolContext context_;
  StpBridgeSettings settings_;
  StpMachine machine_;
  std::vector<TreePort> tree_;  // Beside the machine's ports.
  bool running_ = false;
  bool changing_ = false;  // As the bridge was last told.
  bool forgets_ = false;   // All addresses at once, instead of ageing sooner.
  std::uint64_t starts_ = 0;
  std::uint32_t observed_root_;
  ObservationId why_ = ObservationId::none;      // What it last decided, or why it did.
  ObservationId stopped_ = ObservationId::none;  // Why it stopped.
  Timer timer_;
};

// --- what is configured --------------------------------------------------------------------------

Stp::Stp(const ProtocolContext& context, const ArgumentReader& arguments)
    : context_(context),
      observed_root_(static_cast<std::uint32_t>(context.node)),
      timer_(context.simulator, Phase::protocol, context.os.node(), context.source(),
             [this] { on_timer(); }) {
  settings_ = {.id = bridge_id(arguments, node().mac),
               .node = static_cast<std::uint32_t>(context.node),
               .max_age = arguments.duration("max_age"),
               .hello = arguments.duration("hello"),
               .forward_delay = arguments.duration("forward_delay"),
               .age_step = arguments.duration("age_step"),
               .kernel_tick = context.os.config().kernel_tick};
  forgets_ = arguments.text("profile") == "openvswitch";
  if (forgets_) {
    settings_.wake = kOpenVSwitchWake;
  }
  context.os.add_listener(*this);
}

void Stp::find_ports() {
  const std::vector<Parameter> parameters = port_parameters();
  std::vector<StpPortSettings> settings;
  tree_.clear();
  for (std::size_t i = 0; i < node().logical_ports.size(); ++i) {
    const LogicalPortInfo& one = node().logical_ports[i];
    if (!one.routed && !one.members().empty()) {
      tree_.push_back({.port = static_cast<LogicalPort>(i)});
      settings.push_back(settings_of(one, parameters, static_cast<std::uint16_t>(tree_.size())));
    }
  }
  machine_ = StpMachine(settings_, settings);
}

StpPortSettings Stp::settings_of(const LogicalPortInfo& info,
                                 const std::vector<Parameter>& parameters,
                                 std::uint16_t number) const {
  const Arguments arguments = port_arguments(info.config(), kName, parameters);
  const ArgumentReader reader(arguments);
  BitRate rate;
  for (const PortIndex member : info.members()) {
    const LinkIndex link = node().ports[static_cast<std::size_t>(member)].link;
    if (link != LinkIndex::none) {
      rate.bits_per_second += context_.network.link(link).terms->rate.bits_per_second;
    }
  }
  const auto own_number =
      reader.has("number") ? static_cast<std::uint16_t>(reader.integer("number")) : number;
  const std::int64_t priority = reader.integer("priority") / kPriorityStep;
  return {.id = static_cast<std::uint16_t>((priority << (kNumberBits + 2)) | own_number),
          .cost = reader.has("cost") ? static_cast<std::uint32_t>(reader.integer("cost"))
                                     : cost_of(rate),
          .guard_root = reader.boolean("root_guard"),
          .guard_bpdus = reader.boolean("bpdu_guard")};
}

// --- the life of the process ---------------------------------------------------------------------

void Stp::start() {
  settings_.cpu = static_cast<std::int64_t>(context_.random.below(
      {.purpose = Purpose("stp.cpu"), .entity = context_.os.stable_id(), .occurrence = starts_},
      kCpus));
  find_ports();
  running_ = true;
  why_ = context_.simulator.cause();
  const SimTime now = context_.simulator.now();
  const Duration phase = context_.random.uniform({.purpose = Purpose("stp.hello_phase"),
                                                  .entity = context_.os.stable_id(),
                                                  .occurrence = starts_++},
                                                 Duration::zero(), settings_.hello);
  machine_.start(now, phase);
  if (context_.os.configured(kName) == "off") {
    machine_.switch_off();
  }
  for (std::size_t port = 0; port < tree_.size(); ++port) {
    machine_.set_usable(port, info(tree_[port].port).up, now);
  }
  act(context_.simulator.cause());
}

void Stp::stop() {
  running_ = false;
  stopped_ = context_.simulator.cause();
  timer_.cancel();
}

void Stp::configuration_changed(SwitchOs& os, std::string_view /*key*/) {
  const bool on = os.configured(kName) != "off";
  if (!running_ || on == machine_.on()) {
    return;
  }
  if (on) {
    machine_.switch_on(context_.simulator.now());
  } else {
    machine_.switch_off();
  }
  act(context_.simulator.cause());
}

void Stp::port_changed(LogicalPort port) {
  for (std::size_t i = 0; i < tree_.size(); ++i) {
    if (tree_[i].port == port && running_) {
      machine_.set_usable(i, info(port).up, context_.simulator.now());
      act(context_.simulator.cause());
    }
  }
}

bool Stp::receive(LogicalPort port, InterfaceIndex /*interface*/, const ControlFrame& frame) {
  const auto at = std::ranges::find(tree_, port, &TreePort::port);
  if (running_ && at != tree_.end()) {
    machine_.receive(static_cast<std::size_t>(at - tree_.begin()), frame.as<StpBpdu>(),
                     context_.simulator.now());
    act(later_reason(context_.simulator.cause(), why_));
  }
  return false;
}

void Stp::on_timer() {
  const SimTime now = context_.simulator.now();
  ObservationId why = why_;
  for (std::size_t port = 0; port < tree_.size(); ++port) {
    if (machine_.information_over(port, now)) {
      why = later_reason(why, why_silent(port));
    }
  }
  machine_.run_timers(now);
  act(why);
}

// The last change of the links and ports between the neighbour and this port, or its process.
ObservationId Stp::why_silent(std::size_t port) const {
  ObservationId last = ObservationId::none;
  for (const PortIndex member : info(tree_[port].port).members()) {
    const Port& physical = node().ports[static_cast<std::size_t>(member)];
    const auto other = context_.network.neighbor({context_.node, member});
    if (!other) {
      continue;
    }
    last = later_reason(last, physical.last_change);
    last = later_reason(last, context_.network.link(physical.link).last_change);
    for (const Protocol* protocol : context_.network.instances(other->node, context_.id)) {
      const Stp& neighbor = *static_cast<const Stp*>(protocol);
      last = later_reason(last, neighbor.running_ ? ObservationId::none : neighbor.stopped_);
    }
  }
  return last;
}

// --- what was decided ----------------------------------------------------------------------------

void Stp::act(ObservationId why) {
  const CauseScope scope(context_.simulator, why);
  why_ = later_reason(why_, announce_root());
  for (std::size_t port = 0; port < tree_.size(); ++port) {
    why_ = later_reason(why_, decide(port));
  }
  if (forgets_) {
    if (machine_.take_flush()) {
      context_.os.program(FlushMacs{.port = LogicalPort::none, .but = LogicalPort::none});
    }
  } else if (std::exchange(changing_, machine_.topology_change()) != machine_.topology_change()) {
    context_.os.set_mac_hold(changing_ ? std::optional(machine_.forward_delay()) : std::nullopt);
  }
  for (const StpMachine::Sent& sent : machine_.take_outbox()) {
    context_.network.send(context_.node, tree_[sent.port].port,
                          ControlFrame::of(context_.id, sent.bpdu));
  }
  timer_.arm(machine_.next_deadline());
}

ObservationId Stp::announce_root() {
  if (std::exchange(observed_root_, machine_.root_node()) == machine_.root_node()) {
    return ObservationId::none;
  }
  const CauseScope scope(context_.simulator, context_.simulator.cause());
  const Entity root = context_.network.node(static_cast<NodeIndex>(machine_.root_node())).entity;
  return context_.log.append(ObservationKind::root_bridge, node().entity, {.object = root});
}

RstpRole Stp::role(std::size_t port) const {
  if (machine_.state(port) == StpPortState::disabled) {
    return RstpRole::disabled;
  }
  if (machine_.root_port() == port) {
    return RstpRole::root;
  }
  if (machine_.designated(port)) {
    return RstpRole::designated;
  }
  return machine_.vector(port).bridge == settings_.id ? RstpRole::backup : RstpRole::alternate;
}

ObservationId Stp::decide(std::size_t index) {
  TreePort& port = tree_[index];
  const RstpRole now_role = role(index);
  const StpState state = chip_state(machine_.state(index));
  const CauseScope scope(context_.simulator, context_.simulator.cause());
  ObservationId last = ObservationId::none;
  const Entity entity = info(port.port).entity();
  if (std::exchange(port.role, now_role) != now_role) {
    last = context_.log.append(
        ObservationKind::port_role, entity,
        {.object = node().entity, .value = static_cast<std::int64_t>(now_role), .text = kName});
  }
  const bool changed = std::exchange(port.state, state) != state;
  if (changed) {
    last =
        context_.log.append(ObservationKind::port_state, entity,
                            {.object = node().entity, .value = static_cast<std::int64_t>(state)});
  }
  if (changed || !std::exchange(port.written, true)) {
    context_.os.program(SetPortState{.port = port.port, .state = state});
  }
  return last;
}

// --- what is shown and documented ----------------------------------------------------------------

ProtocolTable Stp::table() const {
  static const char* const kStates[] = {"disabled", "blocking", "listening", "learning",
                                        "forwarding"};
  ProtocolTable table{.name = "spanning-tree",
                      .columns = {"port", "role", "state", "cost", "edge", "root",
                                  "designated bridge", "designated port", "root path cost"},
                      .rows = {}};
  const std::vector<Parameter> parameters = port_parameters();
  for (std::size_t i = 0; i < tree_.size(); ++i) {
    const LogicalPortInfo& one = info(tree_[i].port);
    const StpVector& vector = machine_.vector(i);
    const StpPortSettings settings =
        settings_of(one, parameters, static_cast<std::uint16_t>(i + 1));
    table.rows.push_back({std::string{node().name(tree_[i].port)},
                          running_ ? std::string{rstp_role_name(role(i))} : "unknown",
                          kStates[static_cast<std::size_t>(machine_.state(i))],
                          std::to_string(settings.cost), "no", bridge_text(machine_.root()),
                          bridge_text(vector.bridge),
                          std::to_string((vector.port >> (kNumberBits + 2)) * kPriorityStep) + "." +
                              std::to_string(vector.port & ((1U << kNumberBits) - 1)),
                          std::to_string(machine_.root_cost())});
  }
  return table;
}

std::vector<Parameter> port_parameters() {
  return {{.name = "cost",
           .unit = Unit::integer,
           .summary = "path cost; when not given by the configured rate",
           .optional = true,
           .minimum = 1,
           .maximum = kCostMost,
           .source = "IEEE 802.1D-1998 Table 8-5; 10 Gb/s: 2, as Linux has it"},
          {.name = "priority",
           .unit = Unit::integer,
           .default_text = "128",
           .summary = "first part of the port identifier",
           .minimum = 0,
           .maximum = 240,
           .step = kPriorityStep,
           .source = "IEEE 802.1D-1998 Table 8-4"},
          {.name = "number",
           .unit = Unit::integer,
           .summary = "second part of it; when not given its place among the ports of the node",
           .optional = true,
           .minimum = 1,
           .maximum = 1023,
           .source = "IEEE 802.1D-1998 8.5.5.1"},
          {.name = "root_guard",
           .unit = Unit::boolean,
           .default_text = "false",
           .summary = "never becomes the root port; while it should, it does not forward",
           .source = "off, as in Linux (root_block)"},
          {.name = "bpdu_guard",
           .unit = Unit::boolean,
           .default_text = "false",
           .summary = "a BPDU shuts it until it has lost its carrier",
           .source = "off, as in Linux (guard)"}};
}

FrameBytes stp_bytes(const ControlFrame& frame, const FrameSender& sender) {
  const auto said = frame.as<StpBpdu>();
  const bool change = said.kind == StpBpdu::Kind::topology_change;
  return bpdu_frame(sender.mac,
                    {.kind = change ? Bpdu::Kind::topology_change : Bpdu::Kind::configuration,
                     .topology_change = said.change,
                     .acknowledges = said.acknowledges,
                     .root = said.vector.root,
                     .cost = said.vector.cost,
                     .bridge = said.vector.bridge,
                     .port = said.vector.port,
                     .message_age = said.age,
                     .max_age = said.max_age,
                     .hello = said.hello,
                     .forward_delay = said.forward_delay});
}

}  // namespace

ProtocolKind stp() {
  using std::chrono::seconds;
  std::vector<Parameter> parameters = with_bridge_parameters(
      {{.name = "hello",
        .unit = Unit::duration,
        .default_text = "2s",
        .summary = "between two BPDUs of the root",
        .shortest = seconds{1},
        .longest = seconds{10},
        .source = "IEEE 802.1D-1998 Table 8-3"},
       {.name = "max_age",
        .unit = Unit::duration,
        .default_text = "20s",
        .summary = "how old information may grow before it is forgotten",
        .shortest = seconds{6},
        .longest = seconds{40},
        .source = "IEEE 802.1D-1998 Table 8-3"},
       {.name = "forward_delay",
        .unit = Unit::duration,
        .default_text = "15s",
        .summary = "what a port spends in each of listening and learning",
        .shortest = seconds{2},
        .longest = seconds{30},
        .source = "IEEE 802.1D-1998 Table 8-3; Linux allows 2 s"},
       {.name = "age_step",
        .unit = Unit::duration,
        .default_text = "1s",
        .summary = "by which information ages at each bridge; the Linux bridge adds 1/256 s",
        .shortest = Duration{1},
        .longest = seconds{4},
        .source = "IEEE 802.1D-1998 8.10.2, message age increment overestimate"},
       {.name = "profile",
        .unit = Unit::choice,
        .default_text = "standard",
        .summary = "openvswitch, over the kernel's data path: timers are looked at once a second, "
                   "and when the topology changes or a port begins or ceases to learn all "
                   "addresses are forgotten",
        .choices = {"standard", "openvswitch"},
        .source = "IEEE 802.1D-1998; Open vSwitch: lib/stp.c, stp_run() of ofproto-dpif.c"}});
  return {
      .info = {.name = std::string{kName},
               .summary = "Spanning tree of 1998: waits the forward delay twice for everything.",
               .parameters = std::move(parameters),
               .port_parameters = port_parameters(),
               .check =
                   [](const Topology& topology) {
                     // The Linux bridge takes any timers within their ranges.
                     return bridge_remarks(topology, kName, false);
                   }},
      .show = "spanning-tree",
      .make = [](const ProtocolContext& context, const ArgumentReader& arguments)
          -> std::unique_ptr<Protocol> { return std::make_unique<Stp>(context, arguments); },
      .reserved = true,
      .bytes = stp_bytes};
}

}  // namespace switchfault
