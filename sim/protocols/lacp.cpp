// lacp: the link aggregation control protocol of IEEE 802.1AX on the aggregates of one node.
//
// The state machines are in protocols/lacp_machine.h, one for each aggregate; here they meet the
// network: frames belong to one link each, links that may carry traffic are told to the network,
// which has them written to the chip while they have carrier, and frames that say nothing new are
// streams that sleep while nobody could notice.
//
//   port_changed, receive, timer ─▶ machine.settle ─▶ observations ─▶ members ─▶ LACPDUs
//
// Aggregates whose links lead to nodes without an OS stay static: hosts here run no protocols.
// It runs in the process with the function `lacp`, without one in that of spanning tree, else in
// `routing`. Restarted, the process has no partners and the aggregate is down until it has found
// one; crashed or hung it is silent, the partner gives it up after its timeout, and the own chip
// keeps the links it had. In an MLAG pair both instances show one system on their common
// aggregates: that of the primary. At most three frames a second tell of changes; those of the
// period are not counted.
// Not modelled: marker protocol, conversation-sensitive collection, members of different rates.

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <switchfault/observation.h>

#include "core/check.h"
#include "net/frame_sender.h"
#include "net/hello_stream.h"
#include "net/network.h"
#include "net/protocol.h"
#include "protocols/lacp_machine.h"
#include "protocols/lacpdu.h"
#include "protocols/link_history.h"
#include "protocols/own_process.h"
#include "protocols/port_arguments.h"
#include "protocols/remarks.h"

namespace switchfault {
namespace {

using std::chrono::seconds;

constexpr std::string_view kName = "lacp";
constexpr std::size_t kMostAtOnce = 3;  // 6.4.16: frames within a fast period.
constexpr Duration kFastPeriod = seconds{1};
constexpr std::uint16_t kPairKeys = 0x8000;  // Keys of aggregates of a pair: their number and this.
constexpr std::uint16_t kSecondaryPorts = 0x4000;  // Added to port numbers of a secondary.

std::vector<Parameter> port_parameters();

struct Carried {
  Lacpdu pdu;
  std::uint32_t node = 0;  // To find out later why it fell silent; not on the wire.
};

class Lacp final : public Protocol, private HelloStream::Sender {
 public:
  Lacp(const ProtocolContext& context, const ArgumentReader& arguments);

  [[nodiscard]] ProcessFunction process() const override { return function_; }
  void start() override;
  void stop() override;
  void resume() override;
  void port_changed(LogicalPort port) override;
  void interface_changed(InterfaceIndex /*interface*/) override {}
  bool receive(LogicalPort port, InterfaceIndex interface, const ControlFrame& frame) override;
  void queue(LogicalPort port, InterfaceIndex interface, const ControlFrame& frame) override;
  [[nodiscard]] bool renews(LogicalPort port, InterfaceIndex interface,
                            const ControlFrame& frame) const override;
  void held(LogicalPort port, InterfaceIndex interface, bool held, SimTime last) override;
  [[nodiscard]] ProtocolTable table() const override;

 private:
  struct Member {
    PortIndex port{};
    std::size_t aggregate = 0;  // In aggregates_ …
    std::size_t place = 0;      // … and in its machine.
    NodeIndex peer = NodeIndex::none;
    bool carries = false;  // As last observed.
    ObservationId why = ObservationId::none;
    std::optional<ControlFrame> waiting;  // The last frame that came while the process hung.
    std::unique_ptr<HelloStream> stream;
    Duration period{};
    std::uint64_t streams = 0;
    std::array<SimTime, kMostAtOnce> told_at{};  // When changes were told, the oldest first.
  };
  struct Aggregate {
    LogicalPort port = LogicalPort::none;
    LacpMachine machine;
    std::vector<std::size_t> members;  // In members_.
    std::vector<PortIndex> carrying;   // As last told to the network.
  };

  void govern();
  [[nodiscard]] Arguments arguments_of(const LogicalPortInfo& info) const;
  [[nodiscard]] bool speaks_on(const LogicalPortInfo& info) const;
  void build();
  [[nodiscard]] LacpSettings settings_of(LogicalPort port) const;
  [[nodiscard]] NodeIndex primary() const;

  void act(Aggregate& aggregate, ObservationId why);
  void follow_carrier(Aggregate& aggregate);
  void observe(Aggregate& aggregate);
  void tell_network(Aggregate& aggregate);
  void send_news(Member& member);
  void follow_period(Member& member);
  void start_stream(Member& member, SimTime anchor);
  static void end_stream(Member& member);
  void transmit(Member& member);
  void on_timer();
  void arm();
  [[nodiscard]] SimTime may_tell(const Member& member) const;
  [[nodiscard]] ObservationId way_change(const Member& member) const;
  [[nodiscard]] ObservationId why_silent(const Member& member) const;
  [[nodiscard]] Member* find(LogicalPort port);
  [[nodiscard]] const Member* find(LogicalPort port) const;
  [[nodiscard]] LacpMachine& machine(const Member& member) {
    return aggregates_[member.aggregate].machine;
  }
  [[nodiscard]] const LacpMachine& machine(const Member& member) const {
    return aggregates_[member.aggregate].machine;
  }
  [[nodiscard]] const Port& physical(const Member& member) const {
    return node().ports[static_cast<std::size_t>(member.port)];
  }
  [[nodiscard]] ControlFrame frame(const Member& member) const {
    return ControlFrame::of(context_.id,
                            Carried{.pdu = machine(member).compose(member.place),
                                    .node = static_cast<std::uint32_t>(context_.node)});
  }

  // --- HelloStream::Sender: key = place in members_ ---
  void hello_due(std::size_t key) override { transmit(members_[key]); }
  [[nodiscard]] Next next_hello(std::size_t key) const override {
    const Member& member = members_[key];
    return {.same_again = !machine(member).wants_to_send(member.place), .frame = frame(member)};
  }
  void hellos_skipped(std::size_t, std::int64_t, SimTime) override {}

  [[nodiscard]] const Node& node() const { return context_.network.node(context_.node); }
  [[nodiscard]] SimTime now() const { return context_.simulator.now(); }

  ProtocolContext context_;
  ProcessFunction function_ = ProcessFunction::routing;
  Arguments arguments_;
  bool open_vswitch_ = false;
  bool running_ = false;
  ObservationId stopped_ = ObservationId::none;
  std::vector<Aggregate> aggregates_;
  std::vector<Member> members_;
  Timer timer_;
};

// --- what is configured --------------------------------------------------------------------------

Lacp::Lacp(const ProtocolContext& context, const ArgumentReader& arguments)
    : context_(context),
      open_vswitch_(arguments.text("profile") == "openvswitch"),
      timer_(context.simulator, Phase::protocol, context.os.node(), context.source(1),
             [this] { on_timer(); }) {
  function_ = own_process(context.os, {ProcessFunction::lacp, ProcessFunction::spanning_tree});
  for (const ProtocolConfig& config : context.os.config().protocols) {
    if (config.kind == kName) {
      arguments_ = config.arguments;
    }
  }
  govern();
}

// From the beginning on, so that no link carries traffic before somebody has decided.
void Lacp::govern() {
  for (std::size_t i = node().ports.size(); i < node().logical_ports.size(); ++i) {
    if (speaks_on(node().logical_ports[i])) {
      context_.network.govern_aggregate(context_.node, static_cast<LogicalPort>(i));
    }
  }
}

// The settings of an aggregate or a member: what stands there, else what stands at the node.
Arguments Lacp::arguments_of(const LogicalPortInfo& info) const {
  Arguments own = port_arguments(info.config(), kName, port_parameters());
  for (const Argument& general : arguments_) {
    const auto same = [&](const Argument& one) { return one.name == general.name; };
    if (general.name != "priority" && std::ranges::none_of(own, same)) {
      own.push_back(general);
    }
  }
  return own;
}

bool Lacp::speaks_on(const LogicalPortInfo& info) const {
  const auto faces_os = [&](PortIndex member) {
    const auto other = context_.network.neighbor({context_.node, member});
    return !other || context_.network.node(other->node).os != nullptr;
  };
  const Arguments arguments = arguments_of(info);
  return info.aggregate() != nullptr && !info.members().empty() &&
         std::ranges::all_of(info.members(), faces_os) &&
         ArgumentReader(arguments).text("mode") != "off";
}

// The instance whose address is the system of a pair's common aggregates.
NodeIndex Lacp::primary() const {
  const auto& own = context_.os.config().mlag;
  const NodeIndex peer = context_.network.find_node(own->peer.text);
  SF_CHECK(peer != NodeIndex::none);
  const auto& theirs = context_.network.node(peer).config->mlag;
  const bool first =
      theirs && theirs->primary != own->primary ? own->primary : context_.node < peer;
  return first ? context_.node : peer;
}

LacpSettings Lacp::settings_of(LogicalPort port) const {
  const LogicalPortInfo& info = node().logical_ports[static_cast<std::size_t>(port)];
  const Arguments arguments = arguments_of(info);
  const ArgumentReader reader(arguments);
  const ArgumentReader general(arguments_);
  const bool in_pair = info.mlag_id() != 0 && context_.os.config().mlag.has_value();
  MacAddress system = in_pair ? context_.network.node(primary()).mac : node().mac;
  if (general.has("system")) {
    system = parse_mac(general.text("system")).value_or(system);
  }
  const auto place = static_cast<std::size_t>(port) - node().ports.size() + 1;
  const auto key = reader.has("key") ? static_cast<std::uint16_t>(reader.integer("key"))
                   : in_pair         ? static_cast<std::uint16_t>(kPairKeys + info.mlag_id())
                                     : static_cast<std::uint16_t>(place);
  return {.system = system,
          .system_priority = static_cast<std::uint16_t>(general.integer("priority")),
          .key = key,
          .active = reader.text("mode") == "active",
          .fast = reader.text("rate") == "fast",
          .wait = general.duration("wait"),
          .min_links = static_cast<std::uint32_t>(reader.integer("min_links")),
          .max_links = static_cast<std::uint32_t>(reader.integer("max_links")),
          .one_alone = reader.text("silent") == "one",
          .open_vswitch = open_vswitch_};
}

// What is bundled may differ from boot to boot, when the configuration was lost.
void Lacp::build() {
  members_.clear();
  aggregates_.clear();
  for (std::size_t i = node().ports.size(); i < node().logical_ports.size(); ++i) {
    const LogicalPortInfo& info = node().logical_ports[i];
    if (!speaks_on(info)) {
      continue;
    }
    Aggregate aggregate;
    aggregate.port = static_cast<LogicalPort>(i);
    const LacpSettings settings = settings_of(aggregate.port);
    const bool secondary =
        info.mlag_id() != 0 && context_.os.config().mlag && primary() != context_.node;
    std::vector<LacpPortSettings> ports;
    for (const PortIndex port : info.members()) {
      const LogicalPortInfo& own = node().logical_ports[static_cast<std::size_t>(port)];
      const Arguments arguments = port_arguments(own.config(), kName, port_parameters());
      const ArgumentReader reader(arguments);
      const auto number = static_cast<std::uint16_t>(static_cast<std::size_t>(port) + 1 +
                                                     (secondary ? kSecondaryPorts : 0));
      ports.push_back(
          {.number = number, .priority = static_cast<std::uint16_t>(reader.integer("priority"))});
      aggregate.members.push_back(members_.size());
      Member& member = members_.emplace_back();
      member.port = port;
      member.aggregate = aggregates_.size();
      member.place = ports.size() - 1;
      member.told_at.fill(SimTime::min());
    }
    aggregate.machine = LacpMachine(settings, ports, now());
    aggregates_.push_back(std::move(aggregate));
  }
}

Lacp::Member* Lacp::find(LogicalPort port) {
  const auto found = std::ranges::find(members_, static_cast<PortIndex>(port), &Member::port);
  return found == members_.end() ? nullptr : &*found;
}

const Lacp::Member* Lacp::find(LogicalPort port) const {
  const auto found = std::ranges::find(members_, static_cast<PortIndex>(port), &Member::port);
  return found == members_.end() ? nullptr : &*found;
}

// --- the life of the process ---------------------------------------------------------------------

void Lacp::start() {
  running_ = true;
  for (Member& member : members_) {
    end_stream(member);
  }
  build();
  const ObservationId why = context_.simulator.cause();
  for (Aggregate& aggregate : aggregates_) {
    context_.network.set_aggregate_members(context_.node, aggregate.port, {});
    follow_carrier(aggregate);
    act(aggregate, why);
  }
  arm();
  context_.network.touch(context_.node);
}

void Lacp::stop() {
  running_ = false;
  stopped_ = context_.simulator.cause();
  timer_.cancel();
  for (Member& member : members_) {
    if (member.stream) {
      member.stream->stop();
    }
  }
}

// It reads what its partners have said last; those that said nothing are late. Carrier may have
// changed since.
void Lacp::resume() {
  running_ = true;
  const ObservationId why = context_.simulator.cause();
  for (Member& member : members_) {
    end_stream(member);
    if (const auto waiting = std::exchange(member.waiting, std::nullopt)) {
      machine(member).receive(member.place, waiting->as<Carried>().pdu, now());
    }
    if (machine(member).silent(member.place, now())) {
      machine(member).expire(member.place, now());
    }
  }
  for (Aggregate& aggregate : aggregates_) {
    follow_carrier(aggregate);
    act(aggregate, why);
  }
  arm();
  context_.network.touch(context_.node);
}

void Lacp::port_changed(LogicalPort port) {
  const auto found = std::ranges::find(aggregates_, port, &Aggregate::port);
  if (found == aggregates_.end()) {
    return;
  }
  follow_carrier(*found);
  act(*found, context_.simulator.cause());
  arm();
}

void Lacp::follow_carrier(Aggregate& aggregate) {
  for (const std::size_t index : aggregate.members) {
    Member& member = members_[index];
    const bool carrier = physical(member).carrier;
    if (aggregate.machine.port(member.place).enabled != carrier) {
      member.why = context_.simulator.cause();
      aggregate.machine.set_enabled(member.place, carrier, now());
    }
  }
}

// --- decisions -----------------------------------------------------------------------------------

void Lacp::act(Aggregate& aggregate, ObservationId why) {
  const CauseScope scope(context_.simulator, why);
  aggregate.machine.settle(now());
  observe(aggregate);
  tell_network(aggregate);
  for (const std::size_t index : aggregate.members) {
    follow_period(members_[index]);
    send_news(members_[index]);
  }
  context_.network.touch(context_.node);
}

void Lacp::observe(Aggregate& aggregate) {
  const ObservationId why = context_.simulator.cause();
  for (const std::size_t index : aggregate.members) {
    Member& member = members_[index];
    const bool carries = aggregate.machine.carries(member.place);
    if (std::exchange(member.carries, carries) == carries) {
      continue;
    }
    const CauseScope scope(context_.simulator, why);
    const bool known = member.peer != NodeIndex::none;
    member.why = context_.log.append(
        ObservationKind::adjacency, node().entity_of(member.port),
        {.object = known ? context_.network.node(member.peer).entity : context_.os.node(),
         .value = carries ? 1 : 0,
         .text = kName});
  }
}

void Lacp::tell_network(Aggregate& aggregate) {
  std::vector<PortIndex> carrying;
  for (const std::size_t index : aggregate.members) {
    if (members_[index].carries) {
      carrying.push_back(members_[index].port);
    }
  }
  if (carrying != aggregate.carrying) {
    aggregate.carrying = carrying;
    context_.network.set_aggregate_members(context_.node, aggregate.port, std::move(carrying));
  }
}

// --- frames --------------------------------------------------------------------------------------

void Lacp::transmit(Member& member) {
  context_.network.send(context_.node, static_cast<LogicalPort>(member.port), frame(member));
  machine(member).sent(member.place);
}

// From when on a change may be told.
SimTime Lacp::may_tell(const Member& member) const {
  const SimTime oldest = member.told_at.front();
  return open_vswitch_ || oldest == SimTime::min() ? SimTime::min() : oldest + kFastPeriod;
}

void Lacp::send_news(Member& member) {
  if (!running_ || !machine(member).wants_to_send(member.place) || may_tell(member) > now()) {
    return;
  }
  std::shift_left(member.told_at.begin(), member.told_at.end(), 1);
  member.told_at.back() = now();
  transmit(member);
  if (open_vswitch_ && member.stream) {
    member.stream->restart(now() + member.period);  // Its timer starts at each transmission.
  }
}

void Lacp::follow_period(Member& member) {
  const std::optional<Duration> period = machine(member).period(member.place);
  if (!running_ || !period) {
    end_stream(member);
    return;
  }
  if (*period == member.period) {
    return;
  }
  // Faster than before: at once, and from now on (6.4.13); Open vSwitch lets the timer run out.
  SimTime anchor = now() + *period;
  if (member.stream && open_vswitch_) {
    anchor = member.stream->time_of(member.stream->last_occurrence() + 1);
  } else if (member.stream && *period < member.period) {
    transmit(member);
  }
  end_stream(member);
  member.period = *period;
  start_stream(member, anchor);
}

// Whoever is held by it is let go first.
void Lacp::end_stream(Member& member) {
  if (member.stream) {
    member.stream->stop();
  }
  member.stream.reset();
  member.period = {};
}

// What began before the run began has run for long: its phase is drawn.
void Lacp::start_stream(Member& member, SimTime anchor) {
  if (now() < kTimeZero && !open_vswitch_) {
    anchor = now() + context_.random.uniform(
                         {.purpose = Purpose("lacp.phase"),
                          .entity = context_.os.stable_id() ^ stable_hash(node().name(member.port)),
                          .occurrence = member.streams},
                         std::chrono::microseconds{1}, member.period);
  }
  ++member.streams;
  const auto key = static_cast<std::size_t>(&member - members_.data());
  member.stream = std::make_unique<HelloStream>(
      HelloStream::Context{.simulator = context_.simulator,
                           .network = context_.network,
                           .node = context_.node,
                           .port = static_cast<LogicalPort>(member.port),
                           .protocol = context_.id,
                           .skip_quiet_time = context_.skip_quiet_time},
      static_cast<HelloStream::Sender&>(*this), key,
      StandingFlow::Schedule{.anchor = anchor,
                             .period = member.period,
                             .phase = Phase::protocol,
                             .target = node().entity_of(member.port),
                             .source = context_.source()});
  member.stream->start();
}

bool Lacp::receive(LogicalPort port, InterfaceIndex /*interface*/, const ControlFrame& frame) {
  Member* member = find(port);
  if (!running_ || member == nullptr) {
    return true;
  }
  const auto carried = frame.as<Carried>();
  member->peer = static_cast<NodeIndex>(carried.node);
  const bool same = machine(*member).renews(member->place, carried.pdu);
  machine(*member).receive(member->place, carried.pdu, now());
  if (same) {
    return true;
  }
  member->why =
      later_reason(member->why, later_reason(context_.simulator.cause(), way_change(*member)));
  act(aggregates_[member->aggregate], member->why);
  arm();
  return false;
}

void Lacp::queue(LogicalPort port, InterfaceIndex /*interface*/, const ControlFrame& frame) {
  if (Member* const member = find(port)) {
    member->waiting = frame;
  }
}

bool Lacp::renews(LogicalPort port, InterfaceIndex /*interface*/, const ControlFrame& frame) const {
  const Member* member = find(port);
  return !running_ || member == nullptr ||
         machine(*member).renews(member->place, frame.as<Carried>().pdu);
}

void Lacp::held(LogicalPort port, InterfaceIndex /*interface*/, bool held, SimTime last) {
  const Member* member = find(port);
  if (member == nullptr) {
    return;
  }
  if (held) {
    machine(*member).hold(member->place);
  } else {
    machine(*member).release(member->place, last);
  }
  arm();
}

// --- time ----------------------------------------------------------------------------------------

void Lacp::on_timer() {
  for (Aggregate& aggregate : aggregates_) {
    bool due = false;
    ObservationId why = ObservationId::none;
    for (const std::size_t index : aggregate.members) {
      Member& member = members_[index];
      if (aggregate.machine.silent(member.place, now())) {
        member.why = later_reason(member.why, why_silent(member));
        aggregate.machine.expire(member.place, now());
        due = true;
      }
      const LacpMachine::Port& state = aggregate.machine.port(member.place);
      const bool held_back =
          aggregate.machine.wants_to_send(member.place) && may_tell(member) <= now();
      due = due || held_back || (state.mux == LacpMux::waiting && state.wait_until <= now());
      why = later_reason(why, member.why);
    }
    if (due) {
      act(aggregate, why);
    }
  }
  arm();
}

// Deadlines only move away while frames come in: this may fire too early, never too late.
void Lacp::arm() {
  if (timer_.armed() && timer_.deadline() == now()) {
    return;  // Its turn is still to come in this instant.
  }
  SimTime next = kNever;
  for (const Aggregate& aggregate : aggregates_) {
    next = std::min(next, aggregate.machine.deadline());
    for (const std::size_t index : aggregate.members) {
      const Member& member = members_[index];
      if (aggregate.machine.wants_to_send(member.place) && may_tell(member) > now()) {
        next = std::min(next, may_tell(member));
      }
    }
  }
  next = running_ ? next : kNever;
  if (next != timer_.deadline()) {
    timer_.arm(next);
  }
}

ObservationId Lacp::way_change(const Member& member) const {
  return later_reason(physical(member).last_change,
                      last_change_on(context_.network, {context_.node, member.port}));
}

ObservationId Lacp::why_silent(const Member& member) const {
  ObservationId last = way_change(member);
  if (member.peer != NodeIndex::none) {
    for (const Protocol* protocol : context_.network.instances(member.peer, context_.id)) {
      const auto& other = *static_cast<const Lacp*>(protocol);  // Of this kind, as its id says.
      last = later_reason(last, other.running_ ? ObservationId::none : other.stopped_);
    }
  }
  return last;
}

// --- what is shown and documented ----------------------------------------------------------------

ProtocolTable Lacp::table() const {
  ProtocolTable table{
      .name = "lag",
      .columns = {"aggregate", "member", "state", "selected", "mux", "churn", "actor flags",
                  "actor key", "partner", "partner key", "partner port", "partner flags"},
      .rows = {}};
  for (const Member& member : members_) {
    const Aggregate& aggregate = aggregates_[member.aggregate];
    const LacpMachine::Port& state = aggregate.machine.port(member.place);
    const Lacpdu pdu = aggregate.machine.compose(member.place);
    std::vector<std::string> row = {std::string(node().name(aggregate.port)),
                                    std::string(node().name(member.port))};
    if (!running_) {
      row.emplace_back("unknown");
      row.resize(table.columns.size());
      table.rows.push_back(std::move(row));
      continue;
    }
    const bool known = pdu.partner.system != MacAddress{};
    for (std::string cell :
         {std::string(lacp_word(state.receive)), std::string(lacp_word(state.selected)),
          std::string(lacp_word(state.mux)),
          std::string(aggregate.machine.churns(member.place, now()) ? "yes" : "no"),
          lacp_flags(pdu.actor.state), std::to_string(pdu.actor.key),
          known ? std::to_string(pdu.partner.system_priority) + "/" + format_mac(pdu.partner.system)
                : std::string(),
          known ? std::to_string(pdu.partner.key) : std::string(),
          known ? std::to_string(pdu.partner.port_priority) + "/" + std::to_string(pdu.partner.port)
                : std::string(),
          known ? lacp_flags(pdu.partner.state) : std::string()}) {
      row.push_back(std::move(cell));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::vector<Parameter> port_parameters() {
  return {{.name = "mode",
           .unit = Unit::choice,
           .summary = "of an aggregate: as that of the node; off: static, without LACP",
           .optional = true,
           .choices = {"active", "passive", "off"},
           .source = "IEEE 802.1AX-2014 6.4.2.3"},
          {.name = "rate",
           .unit = Unit::choice,
           .summary = "of an aggregate: as that of the node",
           .optional = true,
           .choices = {"slow", "fast"},
           .source = "IEEE 802.1AX-2014 6.4.2.3"},
          {.name = "key",
           .unit = Unit::integer,
           .summary = "of an aggregate; when not given its place among those of the node",
           .optional = true,
           .minimum = 1,
           .maximum = 65535,
           .source = "IEEE 802.1AX-2014 6.3.5"},
          {.name = "min_links",
           .unit = Unit::integer,
           .summary = "of an aggregate: as that of the node",
           .optional = true,
           .minimum = 1,
           .maximum = 64},
          {.name = "max_links",
           .unit = Unit::integer,
           .summary = "of an aggregate: as that of the node",
           .optional = true,
           .minimum = 1,
           .maximum = 64},
          {.name = "silent",
           .unit = Unit::choice,
           .summary = "of an aggregate: as that of the node",
           .optional = true,
           .choices = {"down", "one"}},
          {.name = "priority",
           .unit = Unit::integer,
           .default_text = "32768",
           .summary = "of a member: the lowest joins first",
           .minimum = 0,
           .maximum = 65535,
           .source = "IEEE 802.1AX-2014 6.3.4; the default is that of implementations"}};
}

FrameBytes lacp_bytes(const ControlFrame& frame, const FrameSender& sender) {
  return in_ethernet(kSlowProtocolsMac, sender.mac, kSlowProtocolsType,
                     encode_lacpdu(frame.as<Carried>().pdu));
}

}  // namespace

ProtocolKind lacp() {
  return {
      .info = {.name = std::string{kName},
               .summary = "Link aggregation control: which links of an aggregate carry traffic.",
               .parameters =
                   {{.name = "mode",
                     .unit = Unit::choice,
                     .default_text = "active",
                     .summary = "of its aggregates; passive: speaks only when spoken to",
                     .choices = {"active", "passive", "off"},
                     .source = "IEEE 802.1AX-2014 6.4.2.3"},
                    {.name = "rate",
                     .unit = Unit::choice,
                     .default_text = "slow",
                     .summary = "slow: a frame each 30s, lost after 90s; fast: 1s and 3s",
                     .choices = {"slow", "fast"},
                     .source = "IEEE 802.1AX-2014 6.4.4; slow is the default of Linux"},
                    {.name = "priority",
                     .unit = Unit::integer,
                     .default_text = "32768",
                     .summary = "of the system: the lower one's port priorities decide",
                     .minimum = 0,
                     .maximum = 65535,
                     .source = "IEEE 802.1AX-2014 6.3.2; the default is that of implementations"},
                    {.name = "system",
                     .unit = Unit::mac,
                     .summary = "its identifier; when not given the node's own address",
                     .optional = true,
                     .source = "IEEE 802.1AX-2014 6.3.2"},
                    {.name = "wait",
                     .unit = Unit::duration,
                     .default_text = "2s",
                     .summary = "from finding a partner to joining",
                     .longest = seconds{60},
                     .source = "IEEE 802.1AX-2014 6.4.4: Aggregate_Wait_Time"},
                    {.name = "min_links",
                     .unit = Unit::integer,
                     .default_text = "1",
                     .summary = "with fewer the aggregate is down",
                     .minimum = 1,
                     .maximum = 64,
                     .source = "usual default of switches"},
                    {.name = "max_links",
                     .unit = Unit::integer,
                     .default_text = "64",
                     .summary = "more of them stand by",
                     .minimum = 1,
                     .maximum = 64,
                     .source = "chips differ; large enough not to matter"},
                    {.name = "silent",
                     .unit = Unit::choice,
                     .default_text = "down",
                     .summary = "without any partner: down, or one link works alone",
                     .choices = {"down", "one"},
                     .source = "usual default of switches; one: LACP fallback"},
                    {.name = "profile",
                     .unit = Unit::choice,
                     .default_text = "standard",
                     .summary = "openvswitch: joins at once, is detached when defaulted",
                     .choices = {"standard", "openvswitch"},
                     .source = "IEEE 802.1AX-2014; Open vSwitch 3.1 lib/lacp.c"}},
               .port_parameters = port_parameters(),
               .check = &lacp_remarks},
      .show = "lag",
      .make = [](const ProtocolContext& context, const ArgumentReader& arguments)
          -> std::unique_ptr<Protocol> { return std::make_unique<Lacp>(context, arguments); },
      .reserved = true,
      .per_link = true,
      .bytes = lacp_bytes};
}

}  // namespace switchfault
