// vrrp: the virtual router redundancy protocol, versions 2 (RFC 3768) and 3 (RFC 5798, RFC 9568).
//
// One instance is one virtual router of one address family on one interface: initialise, backup or
// master. The master answers for the virtual addresses with the virtual MAC, which bridges learn
// from its adverts; an advert every `interval` keeps the backups quiet.
//
//   skew = (256 - priority) / 256 x the master's interval      down = 3 x the master's interval +
//   skew
//
// Version 2 takes one second instead in the skew, and its own interval. Times are exact; vrrpd of
// FRR truncates the skew to centiseconds, and a master there does not answer a lower one.
// keepalived has no virtual MAC unless it is told to: the addresses belong to the interface, and
// move by gratuitous ARP, which it repeats after 5 s; it sends them, too, when a lower one speaks.
// With a virtual MAC its adverts still come from the interface's own. What an instance decides
// reaches the chip through the table programmer. Hung or crashed, it leaves its entries there: its
// chip still forwards for the virtual MAC while a backup takes over. Stopped in order it says so
// with priority 0; so does a reload of the node, a power cut does not. Adverts are walks at one
// instant: they take no time on the way. Not modelled: authentication of version 2, tracking of
// routes and scripts, checks of the virtual addresses in adverts, owners that differ between
// addresses. The five gratuitous ARPs that keepalived sends at once are one here: they would share
// their fate.

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <switchfault/observation.h>

#include "net/frame_sender.h"
#include "net/multicast_stream.h"
#include "net/network.h"
#include "net/protocol.h"
#include "protocols/own_process.h"
#include "protocols/vrrp_packet.h"

namespace switchfault {
namespace {

constexpr std::string_view kName = "vrrp";
constexpr std::uint64_t kMacIpv4 = 0x00005e000100ULL;  // RFC 9568 7.3; the last byte is the VRID.
constexpr std::uint64_t kMacIpv6 = 0x00005e000200ULL;
constexpr int kPriorityOwner = 255;
constexpr int kPriorityStops = 0;
constexpr int kMissedAdverts = 3;
constexpr int kPrioritySteps = 256;
constexpr Duration kSkewOfVersion2 = std::chrono::seconds{1};  // RFC 3768 6.1.
constexpr Duration kAnnounceAgain = std::chrono::seconds{5};   // keepalived: garp_master_delay.
using Centiseconds = std::chrono::duration<std::int64_t, std::centi>;

struct Advert {
  IpAddress source;        // Primary address of the sender.
  std::uint32_t node = 0;  // Who sent it, to find out later why it fell silent; not on the wire.
  std::uint16_t instance = 0;
  std::uint16_t interval_cs = 0;
  std::uint8_t router = 0;
  std::uint8_t priority = 0;
  std::uint8_t version = 0;
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
  // Of the instance with this number.
  [[nodiscard]] const std::vector<IpAddress>* addresses_of(std::uint16_t instance) const {
    return context_.instance == instance ? &addresses_ : nullptr;
  }

 private:
  enum class State : std::uint8_t { initialise, backup, master };
  enum class Profile : std::uint8_t { standard, frr, keepalived };

  // --- life ---
  void begin();
  void become_backup(ObservationId why);
  void become_master(ObservationId why);
  void initialise(ObservationId why);
  void enter(State state, ObservationId why);
  void set_router_macs(bool present);
  void announce();
  [[nodiscard]] bool can_run() const;
  [[nodiscard]] bool is_up(InterfaceIndex interface) const {
    return interface != InterfaceIndex::none &&
           node().interfaces[static_cast<std::size_t>(interface)].up;
  }
  // That of the file, less what tracked interfaces that are down take of it.
  [[nodiscard]] int priority() const;
  // --- adverts ---
  void advertise(int priority);
  void start_adverts();
  [[nodiscard]] Message message(int priority) const;
  [[nodiscard]] Message message() const override { return message(priority()); }
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
    const Duration base = version_ == 2 ? kSkewOfVersion2 : master_interval_;
    const Duration exact = (kPrioritySteps - priority()) * base / kPrioritySteps;
    return profile_ == Profile::frr ? std::chrono::floor<Centiseconds>(exact) : exact;
  }
  [[nodiscard]] Duration down_interval() const {
    return kMissedAdverts * (version_ == 2 ? interval_ : master_interval_) + skew();
  }

  [[nodiscard]] const Node& node() const { return context_.network.node(context_.node); }
  [[nodiscard]] Entity entity() const {
    return interface_ == InterfaceIndex::none
               ? node().entity
               : node().interfaces[static_cast<std::size_t>(interface_)].entity();
  }
  [[nodiscard]] IpAddress primary_address() const;
  [[nodiscard]] MacAddress own_mac() const {
    return node().interfaces[static_cast<std::size_t>(interface_)].mac();
  }
  // Which is in answers for the virtual addresses.
  [[nodiscard]] MacAddress virtual_mac() const {
    return has_virtual_mac_
               ? MacAddress{(ipv6_ ? kMacIpv6 : kMacIpv4) | static_cast<std::uint64_t>(router_)}
               : own_mac();
  }

  ProtocolContext context_;
  std::string interface_name_;
  InterfaceIndex interface_ = InterfaceIndex::none;
  std::int64_t router_ = 0;
  std::vector<IpAddress> addresses_;
  bool ipv6_ = false;
  Profile profile_ = Profile::standard;
  std::int64_t version_ = 3;
  bool has_virtual_mac_ = true;
  int priority_ = 0;
  Duration interval_{};
  bool preempts_ = true;
  bool accepts_ = false;
  std::vector<InterfaceIndex> tracked_;
  int decrement_ = 0;  // For each tracked interface that is down; 0: it does not take part.
  Duration startup_delay_{};
  Timer timer_;          // Master_Down_Timer.
  Timer startup_timer_;  // Until it takes part.
  Timer announce_timer_;

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
      profile_(arguments.text("profile") == "frr"          ? Profile::frr
               : arguments.text("profile") == "keepalived" ? Profile::keepalived
                                                           : Profile::standard),
      version_(arguments.integer("version")),
      has_virtual_mac_(arguments.has("virtual_mac") ? arguments.boolean("virtual_mac")
                                                    : profile_ != Profile::keepalived),
      priority_(static_cast<int>(arguments.integer("priority"))),
      interval_(std::chrono::round<Centiseconds>(arguments.duration("interval"))),
      preempts_(arguments.boolean("preempt")),
      accepts_(arguments.boolean("accept") || profile_ != Profile::standard),
      decrement_(static_cast<int>(arguments.integer("track_decrement"))),
      startup_delay_(arguments.duration("startup_delay")),
      timer_(context.simulator, Phase::protocol, entity(), context.source(),
             [this] { on_timer(); }),
      startup_timer_(context.simulator, Phase::protocol, entity(), context.source(2),
                     [this] {
                       if (state_ == State::initialise && can_run()) {
                         begin();
                       }
                     }),
      announce_timer_(context.simulator, Phase::protocol, entity(), context.source(3),
                      [this] { announce(); }),
      master_interval_(interval_) {
  if (arguments.has("track")) {
    for (const std::string& name : arguments.names("track")) {
      tracked_.push_back(context.network.find_interface(context.node, name));
    }
  }
  for (const std::string& text : arguments.names("addresses")) {
    if (const auto address = IpAddress::parse(text)) {
      addresses_.push_back(*address);
    }
  }
  ipv6_ = !addresses_.empty() && !addresses_.front().is_v4();
  if (interface_ == InterfaceIndex::none) {
    return;
  }
  const auto own = node().interfaces[static_cast<std::size_t>(interface_)].addresses();
  const auto is_own = [&](const IpAddress& address) {
    return std::ranges::find(own, address, &IpPrefix::address) != own.end();
  };
  if (std::ranges::any_of(addresses_, is_own)) {
    priority_ = kPriorityOwner;
  }
}

int Vrrp::priority() const {
  if (priority_ == kPriorityOwner) {
    return priority_;
  }
  const auto down = std::ranges::count_if(
      tracked_, [this](InterfaceIndex interface) { return !is_up(interface); });
  return std::max(1, priority_ - decrement_ * static_cast<int>(down));
}

bool Vrrp::can_run() const {
  const auto up = [this](InterfaceIndex interface) { return is_up(interface); };
  return is_up(interface_) && !startup_timer_.armed() &&
         (decrement_ != 0 || std::ranges::all_of(tracked_, up));
}

// In IPv6 the link-local one, where it is configured.
IpAddress Vrrp::primary_address() const {
  std::optional<IpAddress> first;
  for (const IpPrefix& own : node().interfaces[static_cast<std::size_t>(interface_)].addresses()) {
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
  if (startup_delay_ > Duration::zero()) {
    startup_timer_.arm(context_.simulator.now() + startup_delay_);
  }
  if (can_run()) {
    begin();
  }
}

void Vrrp::stop() {
  stopped_ = context_.simulator.cause();
  if (ended_in_order(context_.os, process())) {
    initialise(stopped_);
  }
  running_ = false;
  timer_.cancel();
  startup_timer_.cancel();
  announce_timer_.cancel();
  if (adverts_) {
    adverts_->stop();
  }
}

void Vrrp::interface_changed(InterfaceIndex interface) {
  const bool tracked = std::ranges::find(tracked_, interface) != tracked_.end();
  if (interface != interface_ && !tracked) {
    return;
  }
  if (!can_run()) {
    initialise(context_.simulator.cause());
  } else if (state_ == State::initialise) {
    begin();
  } else if (tracked && decrement_ != 0) {
    why_ = later_reason(why_, context_.simulator.cause());
    context_.network.touch(context_.node);  // Its adverts say something else from now on.
  }
}

void Vrrp::begin() {
  master_interval_ = interval_;
  believed_.reset();
  if (priority() == kPriorityOwner) {
    become_master(context_.simulator.cause());
  } else {
    become_backup(context_.simulator.cause());
  }
}

void Vrrp::become_backup(ObservationId why) {
  const bool was_master = state_ == State::master;
  deadline_ = context_.simulator.now() + down_interval();
  enter(State::backup, why);
  announce_timer_.cancel();
  if (was_master) {
    set_router_macs(false);
  }
  arm();
}

// Gratuitous ARP or unsolicited neighbour advertisements.
void Vrrp::announce() {
  const CauseScope scope(context_.simulator, why_);
  for (const IpAddress& address : addresses_) {
    context_.network.announce(context_.node, interface_, virtual_mac(), address);
  }
}

void Vrrp::become_master(ObservationId why) {
  enter(State::master, why);
  const CauseScope scope(context_.simulator, why_);
  timer_.cancel();
  set_router_macs(true);
  announce();
  if (profile_ == Profile::keepalived) {
    announce_timer_.arm(context_.simulator.now() + kAnnounceAgain);
  }
  start_adverts();
  advertise(priority());
}

void Vrrp::initialise(ObservationId why) {
  const bool was_master = state_ == State::master;
  if (was_master && is_up(interface_)) {
    advertise(kPriorityStops);
  }
  timer_.cancel();
  announce_timer_.cancel();
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
                      .version = static_cast<std::uint8_t>(version_),
                      .ipv6 = ipv6_};
  return {.interface = interface_,
          .source = profile_ == Profile::keepalived ? own_mac() : virtual_mac(),
          .frame = ControlFrame::of(context_.id, advert),
          .why = why_};
}

bool Vrrp::receive(LogicalPort /*port*/, InterfaceIndex interface, const ControlFrame& frame) {
  const auto advert = frame.as<Advert>();
  const bool own = advert.node == static_cast<std::uint32_t>(context_.node) &&
                   advert.instance == context_.instance;
  if (own || interface != interface_ || advert.router != router_ || advert.ipv6 != ipv6_ ||
      advert.version != version_) {
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
  if (preempts_ && advert.priority < priority()) {
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
  if (advert.priority > priority() ||
      (advert.priority == priority() && advert.source > primary_address())) {
    believe(advert);
    become_backup(why);
    return false;
  }
  if (advert.priority == kPriorityStops) {
    start_adverts();
    advertise(priority());
    return false;
  }
  if (profile_ == Profile::frr) {
    return true;  // vrrpd discards it.
  }
  // RFC 9568 6.4.3: the lower one is told at once; once an instant, should both think so.
  if (std::exchange(asserted_, context_.simulator.now()) != context_.simulator.now()) {
    advertise(priority());
    if (profile_ == Profile::keepalived && state_ == State::master) {
      announce();
      announce_timer_.arm(context_.simulator.now() + kAnnounceAgain);
    }
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
                    std::to_string(priority())}}};
}

// RFC 9568 5.1, RFC 3768 5.2.
FrameBytes vrrp_bytes(const ControlFrame& frame, const FrameSender& sender) {
  constexpr std::uint8_t kTtl = 255;
  const auto advert = frame.as<Advert>();
  VrrpPacket packet{.router = advert.router,
                    .priority = advert.priority,
                    .interval_cs = advert.interval_cs,
                    .addresses = {},
                    .version = advert.version};
  for (const Protocol* protocol : sender.network.instances(sender.node, frame.protocol)) {
    const auto& one = *static_cast<const Vrrp*>(protocol);  // Of this kind, as its id says.
    if (const auto* addresses = one.addresses_of(advert.instance)) {
      packet.addresses = *addresses;
    }
  }
  const IpAddress to = vrrp_group(advert.ipv6);
  return in_ethernet(mac_of_group(to), sender.mac,
                     in_ip({.source = advert.source,
                            .destination = to,
                            .protocol = static_cast<std::uint8_t>(IpProtocol::vrrp),
                            .ttl = kTtl},
                           encode_vrrp(packet, advert.source)));
}

}  // namespace

ProtocolKind vrrp() {
  return {
      .info = {.name = std::string{kName},
               .summary = "A gateway address that moves between routers (VRRP).",
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
                               .summary = "as master it takes packets to the virtual addresses; "
                                          "frr and keepalived always do",
                               .source = "RFC 9568 6.1"},
                              {.name = "version",
                               .unit = Unit::integer,
                               .default_text = "3",
                               .summary = "2 (IPv4 only, whole seconds) or 3",
                               .minimum = 2,
                               .maximum = 3,
                               .source = "RFC 9568; keepalived's own default is 2"},
                              {.name = "profile",
                               .unit = Unit::choice,
                               .default_text = "standard",
                               .summary = "frr: skew in whole centiseconds, a lower master is not "
                                          "answered; keepalived: no virtual MAC, gratuitous ARP "
                                          "again after 5s and when a lower master speaks",
                               .choices = {"standard", "frr", "keepalived"},
                               .source = "RFC 9568; vrrpd of FRR 8.4; keepalived 2.2"},
                              {.name = "virtual_mac",
                               .unit = Unit::boolean,
                               .summary = "answers with the virtual MAC, else with that of the "
                                          "interface; true, with keepalived false",
                               .optional = true,
                               .source = "RFC 9568 7.3; keepalived use_vmac"},
                              {.name = "track",
                               .unit = Unit::names,
                               .summary = "other interfaces of the node, its uplinks for instance; "
                                          "while one is down it does not take part",
                               .optional = true},
                              {.name = "track_decrement",
                               .unit = Unit::integer,
                               .default_text = "0",
                               .summary = "with it a tracked interface that is down costs so much "
                                          "priority instead",
                               .minimum = 0,
                               .maximum = 253,
                               .source = "keepalived: no weight"},
                              {.name = "startup_delay",
                               .unit = Unit::duration,
                               .default_text = "0s",
                               .summary = "after its start it listens to nobody for so long",
                               .source = "keepalived vrrp_startup_delay"}},
               .port_parameters = {}},
      .show = "vrrp",
      .make = [](const ProtocolContext& context, const ArgumentReader& arguments)
          -> std::unique_ptr<Protocol> { return std::make_unique<Vrrp>(context, arguments); },
      .bytes = vrrp_bytes};
}

}  // namespace switchfault
