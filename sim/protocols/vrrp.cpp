// vrrp: the virtual router redundancy protocol, version 3 (RFC 5798, RFC 9568).
//
// One instance is one virtual router of one address family on one interface: initialise, backup or
// master. The master answers for the virtual addresses with the virtual MAC, which bridges learn
// from its adverts; an advert every `interval` keeps the backups quiet.
//
//   skew = (256 - priority) / 256 x the master's interval      down = 3 x the master's interval +
//   skew
//
// Times are exact (implementations truncate them to centiseconds). What an instance decides reaches
// the chip through the table programmer. Hung or crashed, it leaves its entries there: its chip
// still forwards for the virtual MAC while a backup takes over. Stopped in order it says so with
// priority 0; so does a reload of the node, a power cut does not. Adverts are walks at one instant:
// they take no time on the way.
// Not modelled: version 2 and its authentication, tracking of other interfaces or routes, checks of
// the virtual addresses in adverts, owners that differ between addresses.

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <switchfault/observation.h>

#include "net/multicast_stream.h"
#include "net/network.h"
#include "net/protocol.h"

namespace switchfault {
namespace {

constexpr std::string_view kName = "vrrp";
constexpr std::uint64_t kMacIpv4 = 0x00005e000100ULL;  // RFC 9568 7.3; the last byte is the VRID.
constexpr std::uint64_t kMacIpv6 = 0x00005e000200ULL;
constexpr int kPriorityOwner = 255;
constexpr int kPriorityStops = 0;
constexpr int kMissedAdverts = 3;
constexpr int kPrioritySteps = 256;
using Centiseconds = std::chrono::duration<std::int64_t, std::centi>;

struct Advert {
  IpAddress source;        // Primary address of the sender.
  std::uint32_t node = 0;  // Who sent it, to find out later why it fell silent; not on the wire.
  std::uint16_t instance = 0;
  std::uint16_t interval_cs = 0;
  std::uint8_t router = 0;
  std::uint8_t priority = 0;
  bool ipv6 = false;
};

class Vrrp final : public Protocol, private MulticastStream::Sender {
 public:
  Vrrp(const ProtocolContext& context, const ArgumentReader& arguments);

  [[nodiscard]] ProcessFunction process() const override {
    return ProcessFunction::first_hop_redundancy;
  }
  void start() override;
  void stop() override;
  void port_changed(LogicalPort /*port*/) override {}
  void interface_changed(InterfaceIndex interface) override;
  bool receive(LogicalPort port, InterfaceIndex interface, const ControlFrame& frame) override;
  void held(LogicalPort port, InterfaceIndex interface, bool held, SimTime last) override;
  [[nodiscard]] ProtocolTable table() const override;

 private:
  enum class State : std::uint8_t { initialise, backup, master };

  // --- life ---
  void begin();
  void become_backup(ObservationId why);
  void become_master(ObservationId why);
  void initialise(ObservationId why);
  void enter(State state, ObservationId why);
  void set_router_macs(bool present);
  [[nodiscard]] bool ends_in_order() const;
  // --- adverts ---
  void advertise(int priority);
  void start_adverts();
  [[nodiscard]] Message message(int priority) const;
  [[nodiscard]] Message message() const override { return message(priority_); }
  [[nodiscard]] std::vector<MulticastStream::Listener> who_heard(
      const std::vector<NodeIndex>& nodes, SimTime at) const override;
  bool hear_as_backup(const Advert& advert);
  bool hear_as_master(const Advert& advert);
  void believe(const Advert& advert);
  [[nodiscard]] Vrrp* find_master() const;
  [[nodiscard]] ObservationId why_silent() const;
  // --- deadlines ---
  void on_timer();
  void arm();
  [[nodiscard]] Duration skew() const {
    return (kPrioritySteps - priority_) * master_interval_ / kPrioritySteps;
  }
  [[nodiscard]] Duration down_interval() const {
    return kMissedAdverts * master_interval_ + skew();
  }

  [[nodiscard]] const Node& node() const { return context_.network.node(context_.node); }
  [[nodiscard]] Entity entity() const {
    return interface_ == InterfaceIndex::none
               ? node().entity
               : node().interfaces[static_cast<std::size_t>(interface_)].entity;
  }
  [[nodiscard]] bool interface_up() const {
    return interface_ != InterfaceIndex::none &&
           node().interfaces[static_cast<std::size_t>(interface_)].up;
  }
  [[nodiscard]] IpAddress primary_address() const;
  [[nodiscard]] MacAddress virtual_mac() const {
    return {(ipv6_ ? kMacIpv6 : kMacIpv4) | static_cast<std::uint64_t>(router_)};
  }

  ProtocolContext context_;
  std::string interface_name_;
  InterfaceIndex interface_ = InterfaceIndex::none;
  std::int64_t router_ = 0;
  std::vector<IpAddress> addresses_;
  bool ipv6_ = false;
  int priority_ = 0;
  Duration interval_{};
  bool preempts_ = true;
  bool accepts_ = false;
  Timer timer_;  // Master_Down_Timer.

  bool running_ = false;
  State state_ = State::initialise;
  std::optional<State> observed_;
  ObservationId why_ = ObservationId::none;      // Of the last change of state.
  ObservationId stopped_ = ObservationId::none;  // Why its process stopped.
  // As backup: of the last advert it believed.
  std::optional<Advert> believed_;
  Duration master_interval_{};
  SimTime heard_at_ = SimTime::min();
  SimTime deadline_ = kNever;
  bool held_ = false;
  // As master.
  std::unique_ptr<MulticastStream> adverts_;
  SimTime asserted_ = SimTime::min();
};

// --- what is configured --------------------------------------------------------------------------

Vrrp::Vrrp(const ProtocolContext& context, const ArgumentReader& arguments)
    : context_(context),
      interface_name_(arguments.text("interface")),
      interface_(context.network.find_interface(context.node, interface_name_)),
      router_(arguments.integer("vrid")),
      priority_(static_cast<int>(arguments.integer("priority"))),
      interval_(std::chrono::round<Centiseconds>(arguments.duration("interval"))),
      preempts_(arguments.boolean("preempt")),
      accepts_(arguments.boolean("accept")),
      timer_(context.simulator, Phase::protocol, entity(), context.source(),
             [this] { on_timer(); }),
      master_interval_(interval_) {
  for (const std::string& text : arguments.names("addresses")) {
    if (const auto address = IpAddress::parse(text)) {
      addresses_.push_back(*address);
    }
  }
  ipv6_ = !addresses_.empty() && !addresses_.front().is_v4();
  if (interface_ == InterfaceIndex::none) {
    return;
  }
  const auto& own = node().interfaces[static_cast<std::size_t>(interface_)].addresses;
  const auto is_own = [&](const IpAddress& address) {
    return std::ranges::find(own, address, &IpPrefix::address) != own.end();
  };
  if (std::ranges::any_of(addresses_, is_own)) {
    priority_ = kPriorityOwner;
  }
}

// In IPv6 the link-local one, where it is configured.
IpAddress Vrrp::primary_address() const {
  std::optional<IpAddress> first;
  for (const IpPrefix& own : node().interfaces[static_cast<std::size_t>(interface_)].addresses) {
    if (own.is_v4() == ipv6_) {
      continue;
    }
    if (ipv6_ && own.address().is_link_local()) {
      return own.address();
    }
    first = first.value_or(own.address());
  }
  return first.value_or(IpAddress());
}

// --- life ----------------------------------------------------------------------------------------

void Vrrp::start() {
  running_ = true;
  believed_.reset();
  held_ = false;
  adverts_.reset();
  set_router_macs(false);  // What a former process may have left.
  enter(State::initialise, context_.simulator.cause());
  if (interface_up()) {
    begin();
  }
}

void Vrrp::stop() {
  stopped_ = context_.simulator.cause();
  if (ends_in_order()) {
    initialise(stopped_);
  }
  running_ = false;
  timer_.cancel();
  if (adverts_) {
    adverts_->stop();
  }
}

// Its process was told to end, by itself or with the node.
bool Vrrp::ends_in_order() const {
  const SwitchOs& os = context_.os;
  const bool ended = std::ranges::any_of(os.processes(), [&](const Process& one) {
    return one.function == process() && one.state == ProcessState::stopped;
  });
  return ended && os.host_state() == HostState::up;
}

void Vrrp::interface_changed(InterfaceIndex interface) {
  if (interface != interface_) {
    return;
  }
  if (!interface_up()) {
    initialise(context_.simulator.cause());
  } else if (state_ == State::initialise) {
    begin();
  }
}

void Vrrp::begin() {
  master_interval_ = interval_;
  believed_.reset();
  if (priority_ == kPriorityOwner) {
    become_master(context_.simulator.cause());
  } else {
    become_backup(context_.simulator.cause());
  }
}

void Vrrp::become_backup(ObservationId why) {
  const bool was_master = state_ == State::master;
  deadline_ = context_.simulator.now() + down_interval();
  enter(State::backup, why);
  if (was_master) {
    set_router_macs(false);
  }
  arm();
}

void Vrrp::become_master(ObservationId why) {
  enter(State::master, why);
  const CauseScope scope(context_.simulator, why_);
  timer_.cancel();
  set_router_macs(true);
  for (const IpAddress& address : addresses_) {
    context_.network.announce(context_.node, interface_, virtual_mac(), address);
  }
  start_adverts();
  advertise(priority_);
}

void Vrrp::initialise(ObservationId why) {
  const bool was_master = state_ == State::master;
  if (was_master && interface_up()) {
    advertise(kPriorityStops);
  }
  timer_.cancel();
  enter(State::initialise, why);
  if (was_master) {
    set_router_macs(false);
  }
}

// Tells everybody who counts on what this instance does with a frame.
void Vrrp::enter(State state, ObservationId why) {
  state_ = state;
  why_ = later_reason(why_, why);
  if (state != State::master && adverts_) {
    adverts_->stop();
  }
  const CauseScope scope(context_.simulator, why);
  if (std::exchange(observed_, state) != state) {
    const std::string text =
        "vrid " + std::to_string(router_) + (ipv6_ ? std::string(" ipv6") : std::string());
    why_ = later_reason(why_, context_.log.append(ObservationKind::gateway_state, entity(),
                                                  {.object = node().entity,
                                                   .value = static_cast<std::int64_t>(state),
                                                   .text = text}));
  }
  context_.network.touch(context_.node);
}

void Vrrp::set_router_macs(bool present) {
  for (const IpAddress& address : addresses_) {
    context_.os.program(SetRouterMac{.router_mac = {.interface = interface_,
                                                    .mac = virtual_mac(),
                                                    .answers_for = address,
                                                    .accepts = accepts_},
                                     .present = present});
  }
}

// --- adverts -------------------------------------------------------------------------------------

void Vrrp::start_adverts() {
  adverts_.reset();  // Two flows of one key must not exist.
  adverts_ = std::make_unique<MulticastStream>(
      MulticastStream::Context{.simulator = context_.simulator,
                               .network = context_.network,
                               .node = context_.node,
                               .skip_quiet_time = context_.skip_quiet_time},
      static_cast<MulticastStream::Sender&>(*this),
      StandingFlow::Schedule{.anchor = context_.simulator.now() + interval_,
                             .period = interval_,
                             .phase = Phase::protocol,
                             .target = entity(),
                             .source = context_.source(1)});
  adverts_->start();
}

void Vrrp::advertise(int priority) {
  adverts_->send(message(priority));
}

MulticastStream::Sender::Message Vrrp::message(int priority) const {
  const auto interval = std::chrono::duration_cast<Centiseconds>(interval_).count();
  const Advert advert{.source = primary_address(),
                      .node = static_cast<std::uint32_t>(context_.node),
                      .instance = context_.instance,
                      .interval_cs = static_cast<std::uint16_t>(interval),
                      .router = static_cast<std::uint8_t>(router_),
                      .priority = static_cast<std::uint8_t>(priority),
                      .ipv6 = ipv6_};
  return {.interface = interface_,
          .source = virtual_mac(),
          .frame = ControlFrame::of(context_.id, advert),
          .why = why_};
}

bool Vrrp::receive(LogicalPort /*port*/, InterfaceIndex interface, const ControlFrame& frame) {
  const auto advert = frame.as<Advert>();
  const bool own = advert.node == static_cast<std::uint32_t>(context_.node) &&
                   advert.instance == context_.instance;
  if (own || interface != interface_ || advert.router != router_ || advert.ipv6 != ipv6_) {
    return true;
  }
  switch (state_) {
    case State::initialise:
      return true;
    case State::backup:
      return hear_as_backup(advert);
    case State::master:
      return hear_as_master(advert);
  }
  return true;
}

bool Vrrp::hear_as_backup(const Advert& advert) {
  if (advert.priority == kPriorityStops) {
    deadline_ = context_.simulator.now() + skew();
    arm();
    return false;
  }
  if (preempts_ && advert.priority < priority_) {
    return true;  // Not believed: its time runs on.
  }
  const bool same = believed_ && believed_->source == advert.source &&
                    believed_->interval_cs == advert.interval_cs &&
                    believed_->priority == advert.priority;
  believe(advert);
  deadline_ = context_.simulator.now() + down_interval();
  if (!same) {
    context_.network.touch(context_.node);
  }
  arm();
  return same;
}

bool Vrrp::hear_as_master(const Advert& advert) {
  const ObservationId told = later_reason(context_.simulator.cause(), why_);
  const ObservationId why = later_reason(told, adverts_->last_change());
  if (advert.priority > priority_ ||
      (advert.priority == priority_ && advert.source > primary_address())) {
    believe(advert);
    become_backup(why);
    return false;
  }
  if (advert.priority == kPriorityStops) {
    start_adverts();
    advertise(priority_);
    return false;
  }
  // RFC 9568 6.4.3: the lower one is told at once; once an instant, should both think so.
  if (std::exchange(asserted_, context_.simulator.now()) != context_.simulator.now()) {
    advertise(priority_);
  }
  return false;
}

void Vrrp::believe(const Advert& advert) {
  believed_ = advert;
  master_interval_ = Centiseconds{advert.interval_cs};
  heard_at_ = context_.simulator.now();
}

// The backups that believed the advert of that time.
std::vector<MulticastStream::Listener> Vrrp::who_heard(const std::vector<NodeIndex>& nodes,
                                                       SimTime at) const {
  std::vector<MulticastStream::Listener> heard;
  for (const NodeIndex reached : nodes) {
    for (Protocol* protocol : context_.network.instances(reached, context_.id)) {
      const auto& other = *static_cast<const Vrrp*>(protocol);  // Of this kind, as its id says.
      if (other.running_ && other.state_ == State::backup && other.heard_at_ == at &&
          other.find_master() == this) {
        heard.push_back({.protocol = protocol, .interface = other.interface_});
      }
    }
  }
  return heard;
}

Vrrp* Vrrp::find_master() const {
  if (!believed_) {
    return nullptr;
  }
  const auto instances =
      context_.network.instances(static_cast<NodeIndex>(believed_->node), context_.id);
  return static_cast<Vrrp*>(instances[believed_->instance]);
}

// Why the master is not heard any more: its process, its own decision, or the way from it.
ObservationId Vrrp::why_silent() const {
  const Vrrp* master = find_master();
  if (master == nullptr) {
    return why_;
  }
  if (!master->running_) {
    return master->stopped_;
  }
  if (master->state_ != State::master) {
    return master->why_;
  }
  return later_reason(node().last_change, master->adverts_->last_change());
}

// --- deadlines -----------------------------------------------------------------------------------

void Vrrp::held(LogicalPort /*port*/, InterfaceIndex /*interface*/, bool held, SimTime last) {
  held_ = held;
  if (!held && state_ == State::backup) {
    deadline_ = std::max(deadline_, last + down_interval());
  }
  arm();
}

void Vrrp::on_timer() {
  if (state_ == State::backup && deadline_ <= context_.simulator.now()) {
    become_master(why_silent());
  } else {
    arm();  // An advert came in the same instant.
  }
}

void Vrrp::arm() {
  if (timer_.armed() && timer_.deadline() == context_.simulator.now()) {
    return;  // Its turn is still to come in this instant.
  }
  if (running_ && state_ == State::backup && !held_) {
    timer_.arm(deadline_);
  } else {
    timer_.cancel();
  }
}

// --- what is shown -------------------------------------------------------------------------------

ProtocolTable Vrrp::table() const {
  static const char* const kStates[] = {"initialise", "backup", "master"};
  std::string master;
  if (running_ && state_ == State::master) {
    master = primary_address().text();
  } else if (running_ && state_ == State::backup && believed_) {
    master = believed_->source.text();
  }
  return {.name = "vrrp",
          .columns = {"interface", "vrid", "family", "state", "master", "priority"},
          .rows = {{interface_name_, std::to_string(router_), ipv6_ ? "ipv6" : "ipv4",
                    running_ ? kStates[static_cast<std::size_t>(state_)] : "unknown", master,
                    std::to_string(priority_)}}};
}

}  // namespace

ProtocolKind vrrp() {
  return {
      .info = {.name = std::string{kName},
               .summary = "A gateway address that moves between routers (VRRP version 3).",
               .parameters = {{.name = "interface",
                               .unit = Unit::name,
                               .summary = "interface of the node that hosts the virtual router"},
                              {.name = "vrid",
                               .unit = Unit::integer,
                               .summary = "number of the virtual router on its network",
                               .minimum = 1,
                               .maximum = 255},
                              {.name = "addresses",
                               .unit = Unit::addresses,
                               .summary = "virtual addresses, all of one family; one that is the "
                                          "interface's own makes it the owner, priority 255"},
                              {.name = "priority",
                               .unit = Unit::integer,
                               .default_text = "100",
                               .summary = "the highest one is master",
                               .minimum = 1,
                               .maximum = 254,
                               .source = "RFC 9568 6.1"},
                              {.name = "interval",
                               .unit = Unit::duration,
                               .default_text = "1s",
                               .summary = "between two adverts, in whole centiseconds",
                               .shortest = Centiseconds{1},
                               .longest = Centiseconds{4095},
                               .source = "RFC 9568 6.1"},
                              {.name = "preempt",
                               .unit = Unit::boolean,
                               .default_text = "true",
                               .summary = "takes over from a master of lower priority",
                               .source = "RFC 9568 6.1"},
                              {.name = "accept",
                               .unit = Unit::boolean,
                               .default_text = "false",
                               .summary = "as master it takes packets to the virtual addresses",
                               .source = "RFC 9568 6.1"}},
               .port_parameters = {}},
      .show = "vrrp",
      .make = [](const ProtocolContext& context, const ArgumentReader& arguments)
          -> std::unique_ptr<Protocol> { return std::make_unique<Vrrp>(context, arguments); }};
}

}  // namespace switchfault
