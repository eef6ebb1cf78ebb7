// A measured case done again: cold boot, probes, the steps of the fault, watching, the steps of the
// restoring, watching, and what the network has settled into.
//
// When the network had not returned to where it was before a repetition began, as the case says,
// the repetition before it is done first. The phase of the fault is drawn within what the case
// says, and the network has been up as long as it was at one of the measured repetitions, because
// sweeps of address tables count from the boot. A step takes the time it took then: its links
// change one after the other, and of one link each direction by itself, because both ends race with
// the daemons that watch them. Not modelled: hosts and switches that wait for a CPU.

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <iterator>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include <switchfault/measured.h>

#include "core/check.h"
#include "core/mac_address.h"
#include "run/measured_bond.h"
#include "run/measured_probe.h"
#include "run/measured_router_state.h"
#include "run/world.h"

namespace switchfault {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// How the measuring program watched.
constexpr Duration kLook = milliseconds{200};     // Between two looks at the probes.
constexpr Duration kFlight = milliseconds{100};   // Packets younger than this do not count yet.
constexpr Duration kBefore = milliseconds{50};    // Packets sent so long before the fault count.
constexpr Duration kLate = milliseconds{300};     // The last ones sent do not.
constexpr Duration kBetween = milliseconds{600};  // Until the restoring, at least …
constexpr Duration kBetweenMore = seconds{1};     // … and at most so much more.
constexpr Duration kRest = seconds{180};          // A network at rest has been up so long.
constexpr Duration kLongest = std::chrono::hours{2};
constexpr std::uint64_t kStopped = 1;       // Owner of the loss of a stopped switch.
constexpr Duration kBoot = seconds{1};      // Of a network that is watched from its boot on.
constexpr Duration kBalance = seconds{10};  // Between two times that a bond is balanced.
constexpr Duration kStateLook = milliseconds{800};  // Between two looks at the state …
constexpr Duration kQuiet = seconds{3};             // … which must have been the same so long …
constexpr Duration kQuietMost = seconds{120};       // … and is waited for so long.
constexpr Duration kBeforePhase = milliseconds{1600};  // From there to a fault, at least.

class MeasuredRun {
 public:
  MeasuredRun(const MeasuredCase& measured, std::uint64_t session, std::uint64_t number,
              Duration since_boot, Duration cpu_wait);

  void start_probes();
  MeasuredPhase watch(const MeasuredWatch& watch, const std::vector<MeasuredStepTime>& times,
                      Duration& observed);
  void wait(Duration time) { world_.run_until(now() + time); }
  // Until the network has been up so long.
  void wait_until(Duration since_boot) { world_.run_until(std::max(now(), booted_ + since_boot)); }
  // Until the network has been in this state for a while.
  void wait_for(const SettledState& state);
  [[nodiscard]] Duration drawn(const char* purpose, Duration most) const {
    return random_.uniform({.purpose = Purpose(purpose)}, Duration::zero(), most);
  }
  [[nodiscard]] SettledState state() const;

 private:
  [[nodiscard]] SimTime now() { return world_.simulator().now(); }
  void write_static_neighbors();
  void make_bonds();
  // Something to do, from the first step of a phase on.
  struct Change {
    Duration at{};
    std::function<void()> make;
  };
  [[nodiscard]] std::vector<Change> changes_of(const MeasuredWatch& watch,
                                               const std::vector<MeasuredStepTime>& times);
  void add_wires(const MeasuredStep& step, const MeasuredStepTime& time,
                 std::vector<Change>& changes);
  void set_wire(const std::string& id, const std::string& mode);
  void set_light(const std::string& id, unsigned end, bool lit);
  void perform_on(NodeIndex node, const MeasuredStep& step);
  void set_static_mac(NodeIndex node, const MeasuredStep& step);
  void perform_at(NodeIndex node, InterfaceIndex interface, const MeasuredStep& step);
  [[nodiscard]] std::string port_of(NodeIndex node, const std::string& name) const;
  [[nodiscard]] InterfaceIndex interface_of(NodeIndex node, const std::string& name) const;
  void add_gateways(SettledState& out) const;
  [[nodiscard]] bool is_master(NodeIndex node, const MeasuredGateway& gateway) const;
  void set_trunk(NodeIndex node, const MeasuredStep& step);
  void signal(NodeIndex node, const MeasuredStep& step) const;
  void signal_whole(NodeIndex node, const std::string& what) const;
  static void signal(SwitchOs& os, const std::string& name, const std::string& what);
  static void signal(SwitchOs& os, ProcessIndex process, const std::string& what);
  [[nodiscard]] LinkIndex find_link(const std::string& id, NodeIndex& first) const;
  [[nodiscard]] bool clean(Duration time);

  const MeasuredCase& measured_;
  Random random_;
  std::uint64_t draws_ = 0;
  Scenario scenario_;
  World world_;
  SimTime booted_{};
  std::vector<std::unique_ptr<MeasuredStream>> streams_;
  std::vector<std::unique_ptr<MeasuredBond>> bonds_;
};

// What a repetition finds depends on the one before: a bond remembers which flows it has moved, the
// data path of Open vSwitch keeps flows for 10 s.
bool remembers(const MeasuredCase& measured) {
  return !measured.open_vswitches.empty() ||
         std::ranges::any_of(measured.topology.nodes,
                             [](const NodeConfig& node) { return !node.lags.empty(); });
}

// BIRD waits longer after each error of a session: all repetitions before count.
bool counts_errors(const MeasuredCase& measured) {
  return std::ranges::any_of(measured.topology.nodes, [](const NodeConfig& node) {
    return std::ranges::any_of(node.protocols, [](const ProtocolConfig& protocol) {
      return protocol.kind == "bgp" &&
             std::ranges::any_of(protocol.arguments, [](const Argument& argument) {
               return argument.name == "profile" && argument.text == "bird";
             });
    });
  });
}

Scenario scenario_of(const MeasuredCase& measured, std::uint64_t seed, Duration since_boot,
                     Duration cpu_wait) {
  Scenario scenario;
  scenario.topology = measured.topology;
  for (NodeConfig& node : scenario.topology.nodes) {
    const bool waits = node.kind == NodeKind::router || measured.open_vswitches.contains(node.name);
    node.cpu_wait = waits ? cpu_wait : Duration::zero();
  }
  scenario.seed = seed;
  scenario.clock.warm_up = since_boot;
  scenario.clock.duration = kLongest;
  return scenario;
}

MeasuredRun::MeasuredRun(const MeasuredCase& measured, std::uint64_t session, std::uint64_t number,
                         Duration since_boot, Duration cpu_wait)
    : measured_(measured),
      random_(Random(session).bits({.purpose = Purpose("measured.repetition"), .index = number})),
      scenario_(scenario_of(measured, session, since_boot, cpu_wait)),
      world_(scenario_, {.seed = session}) {
  make_bonds();
  world_.run_until(now() + milliseconds{1});
  booted_ = now();
  if (measured.static_neighbors) {
    write_static_neighbors();
  }
}

void MeasuredRun::write_static_neighbors() {
  Network& network = world_.network();
  for (const NodeConfig& owner : measured_.topology.nodes) {
    const NodeIndex at = network.find_node(owner.name);
    const auto address = network.address_of(at, false);
    if (owner.kind != NodeKind::host || !address) {
      continue;
    }
    for (const NodeConfig& other : measured_.topology.nodes) {
      if (other.kind == NodeKind::host && other.name != owner.name) {
        network.program(network.find_node(other.name),
                        SetNeighbor{{.address = *address,
                                     .mac = network.node(at).interfaces.front().mac(),
                                     .interface = InterfaceIndex{0},
                                     .confirmed = now()}});
      }
    }
  }
}

void MeasuredRun::make_bonds() {
  Network& network = world_.network();
  for (std::size_t i = 0; i < network.node_count(); ++i) {
    const auto index = static_cast<NodeIndex>(i);
    const Node& node = network.node(index);
    for (std::size_t port = node.ports.size(); port < node.logical_ports.size(); ++port) {
      const Duration phase = random_.uniform(
          {.purpose = Purpose("measured.bond"), .entity = node.stable_id, .occurrence = port},
          milliseconds{1}, kBalance);
      bonds_.push_back(std::make_unique<MeasuredBond>(world_.simulator(), network, measured_, index,
                                                      static_cast<LogicalPort>(port), phase));
    }
  }
}

void MeasuredRun::wait_for(const SettledState& state) {
  Duration same{};
  for (Duration waited{}; waited < kQuietMost && same < kQuiet; waited += kStateLook) {
    wait(kStateLook);
    same = this->state() == state && clean(seconds{1}) ? same + kStateLook : Duration::zero();
  }
}

void MeasuredRun::start_probes() {
  for (const MeasuredProbe& probe : measured_.probes) {
    const Duration phase = random_.uniform({.purpose = Purpose("measured.probe_phase")},
                                           Duration::zero(), probe.interval);
    streams_.push_back(
        std::make_unique<MeasuredStream>(world_.simulator(), world_.network(), probe, phase));
    streams_.back()->start();
  }
}

bool MeasuredRun::clean(Duration time) {
  return std::all_of(streams_.begin(), streams_.end(), [&](const auto& stream) {
    return stream->clean(now() - kFlight - time, now() - kFlight);
  });
}

MeasuredPhase MeasuredRun::watch(const MeasuredWatch& watch,
                                 const std::vector<MeasuredStepTime>& times, Duration& observed) {
  const SimTime begin = now();
  for (const Change& change : changes_of(watch, times)) {
    world_.run_until(begin + change.at);
    change.make();
  }
  const Duration last_step = watch.steps.empty() ? Duration::zero() : watch.steps.back().at;
  for (;;) {
    const Duration since = now() - begin;
    if (since >= watch.most ||
        (since >= std::max(watch.least, last_step + watch.settle) && clean(watch.settle))) {
      break;
    }
    wait(kLook);
  }
  observed = now() - kLate - begin;
  MeasuredPhase flows;
  for (const auto& stream : streams_) {
    flows.push_back(stream->losses(begin - kBefore, now() - kLate));
  }
  return flows;
}

// --- steps ---------------------------------------------------------------------------------------

std::vector<MeasuredRun::Change> MeasuredRun::changes_of(
    const MeasuredWatch& watch, const std::vector<MeasuredStepTime>& times) {
  std::vector<Change> changes;
  std::optional<std::size_t> command;
  Duration late{};
  for (const MeasuredStep& step : watch.steps) {
    const MeasuredStepTime time = step.number < times.size()
                                      ? times[step.number]
                                      : MeasuredStepTime{.began = step.at, .took = {}};
    if (step.kind == MeasuredStep::Kind::wire) {
      add_wires(step, time, changes);
      continue;
    }
    // A signal is sent at once; a command is a program of its own, which pulls its lever at some
    // time between its start and its end, less what it is known to wait; one part after the other.
    const bool at_once = step.kind == MeasuredStep::Kind::process;
    if (step.number != command) {
      command = step.number;
      late = Duration::zero();
    }
    if (!at_once && step.later == Duration::zero()) {
      late = random_.uniform({.purpose = Purpose("measured.command"), .occurrence = draws_++}, late,
                             std::max(late, time.took - step.waits));
    }
    changes.push_back({.at = time.began + late + step.later, .make = [this, &step] {
                         for (const std::string& node : step.nodes) {
                           perform_on(world_.network().find_node(node), step);
                         }
                       }});
  }
  std::ranges::stable_sort(changes, {}, &Change::at);
  return changes;
}

// What passes is changed first and at once, then the light of one link after the other.
void MeasuredRun::add_wires(const MeasuredStep& step, const MeasuredStepTime& time,
                            std::vector<Change>& changes) {
  changes.push_back({.at = time.began, .make = [this, &step] {
                       for (const std::string& link : step.links) {
                         set_wire(link, step.what);
                       }
                     }});
  const Duration each = time.took / std::max<std::int64_t>(1, std::ssize(step.links));
  Duration from = time.began;
  for (const std::string& link : step.links) {
    for (const unsigned end : {0U, 1U}) {
      const bool lit = step.what != "down" && step.what != (end == 0 ? "down_a" : "down_b");
      const Duration late = random_.uniform(
          {.purpose = Purpose("measured.light"), .occurrence = draws_++}, Duration::zero(), each);
      changes.push_back(
          {.at = from + late, .make = [this, &link, end, lit] { set_light(link, end, lit); }});
    }
    from += each;
  }
}

// Whether light arrives at the first (0) or the second end.
void MeasuredRun::set_light(const std::string& id, unsigned end, bool lit) {
  Network& network = world_.network();
  NodeIndex first{};
  const LinkIndex index = find_link(id, first);
  const Link& link = network.link(index);
  const bool at_b = (link.a.node == first) == (end == 1);
  std::array<bool, 2> dark = {link.dark[0], link.dark[1]};
  dark[at_b ? 0 : 1] = !lit;
  network.set_link_dark(index, dark);
}

LinkIndex MeasuredRun::find_link(const std::string& id, NodeIndex& first) const {
  const auto place = std::find(measured_.links.begin(), measured_.links.end(), id);
  SF_CHECK(place != measured_.links.end());
  const LinkEnd& end =
      measured_.topology.links[static_cast<std::size_t>(place - measured_.links.begin())].a;
  first = world_.network().find_node(end.node.text);
  const LogicalPort port = world_.network().find_logical_port(first, end.port);
  return world_.network().node(first).ports[static_cast<std::size_t>(port)].link;
}

void MeasuredRun::set_wire(const std::string& id, const std::string& mode) {
  Network& network = world_.network();
  NodeIndex first{};
  const LinkIndex link = find_link(id, first);
  const unsigned forth = network.link(link).a.node == first ? 0 : 1;
  network.set_link_loss(link, forth, mode == "drop" || mode == "drop_ab" ? 1 : 0);
  network.set_link_loss(link, 1 - forth, mode == "drop" || mode == "drop_ba" ? 1 : 0);
  network.set_link_filter(link, mode == "no_ctl", mode == "ctl_only");
}

void MeasuredRun::perform_on(NodeIndex node, const MeasuredStep& step) {
  using Kind = MeasuredStep::Kind;
  if (step.kind == Kind::address || step.kind == Kind::announce || step.kind == Kind::ask) {
    return perform_at(node, interface_of(node, step.port), step);
  }
  SwitchOs* const os = world_.network().node(node).os;
  SF_CHECK(os != nullptr);
  switch (step.kind) {
    case Kind::process:
      return signal(node, step);
    case Kind::flush_macs:
      return os->program(FlushMacs{.port = LogicalPort::none, .but = LogicalPort::none});
    case Kind::spanning_tree:
      return os->configure("stp", step.what == "on" ? "" : "off");
    case Kind::mac_ageing:
      os->set_mac_ageing(step.time);
      return os->sweep_macs();
    case Kind::static_mac:
      return set_static_mac(node, step);
    case Kind::forwarding:
      return os->configure(kIpForwardingKey, step.what == "on" ? "" : "off");
    case Kind::configure:
      return os->configure(step.subject, step.what);
    case Kind::trunk:
      return set_trunk(node, step);
    case Kind::wire:
    case Kind::address:
    case Kind::announce:
    case Kind::ask:
      break;
  }
  SF_CHECK(false);  // The loader has named it as missing.
}

// By the name that the case has for it.
std::string MeasuredRun::port_of(NodeIndex node, const std::string& name) const {
  const auto& ports = measured_.interfaces.at(world_.network().node(node).config->name);
  const auto port =
      std::find_if(ports.begin(), ports.end(), [&](const auto& one) { return one.second == name; });
  SF_CHECK(port != ports.end());
  return port->first;
}

InterfaceIndex MeasuredRun::interface_of(NodeIndex node, const std::string& name) const {
  const InterfaceIndex interface = world_.network().find_interface(node, port_of(node, name));
  SF_CHECK(interface != InterfaceIndex::none);
  return interface;
}

void MeasuredRun::perform_at(NodeIndex node, InterfaceIndex interface, const MeasuredStep& step) {
  Network& network = world_.network();
  const MacAddress mac = network.node(node).interfaces[static_cast<std::size_t>(interface)].mac();
  if (step.kind == MeasuredStep::Kind::address) {
    const auto address = IpPrefix::parse(step.subject);
    SF_CHECK(address.has_value());
    network.set_address(node, interface, *address, step.what == "add");
  } else if (step.kind == MeasuredStep::Kind::announce) {
    network.announce(node, interface, mac, IpAddress::parse(step.subject).value_or(IpAddress{}));
  } else {
    network.announce(node, interface, mac, IpAddress{});  // The same frame, which tells nothing.
  }
}

void MeasuredRun::set_trunk(NodeIndex node, const MeasuredStep& step) {
  const Node& box = world_.network().node(node);
  box.os->configure("ports." + port_of(node, step.port) + ".trunk",
                    fmt::format("{}", fmt::join(step.vlans, ",")));
}

void MeasuredRun::set_static_mac(NodeIndex node, const MeasuredStep& step) {
  const Network& network = world_.network();
  const auto host = measured_.host_addresses.find(step.subject);
  SF_CHECK(host != measured_.host_addresses.end());
  const MacAddress mac = network.node(network.find_node(host->second)).interfaces.front().mac();
  const LogicalPort at = network.find_logical_port(node, port_of(node, step.port));
  SwitchOs& os = *network.node(node).os;
  if (step.what == "remove") {
    os.program(ForgetMac{.vlan = 1, .mac = mac});
  } else {
    os.program(LearnMac{{.vlan = 1,
                         .mac = mac,
                         .port = at,
                         .last_seen = now(),
                         .fixed = true,
                         .moves = step.what == "set"}});
  }
}

// The whole switch is one process: while it is stopped or gone no frame leaves it.
void MeasuredRun::signal_whole(NodeIndex node, const std::string& what) const {
  SwitchOs& os = *world_.network().node(node).os;
  const bool works = what == "cont" || what == "start";
  for (std::size_t i = 0; i < os.processes().size(); ++i) {
    const auto process = static_cast<ProcessIndex>(i);
    if (what == "kill" || what == "term") {
      os.give_up(process);
    } else {
      signal(os, process, what);
    }
  }
  for (std::size_t i = 0; i < os.port_count(); ++i) {
    // What comes in waits in the socket of its port, and ends there: only BPDUs are read later.
    os.set_port_fault(kStopped, static_cast<PortIndex>(i), {.transmit_loss = works ? 0.0 : 1.0});
  }
  if (what == "start") {
    os.program(FlushMacs{.port = LogicalPort::none, .but = LogicalPort::none});
  }
}

void MeasuredRun::signal(NodeIndex node, const MeasuredStep& step) const {
  const Node& box = world_.network().node(node);
  if (measured_.open_vswitches.contains(box.config->name)) {
    return signal_whole(node, step.what);
  }
  if (step.subject != "all") {
    return signal(*box.os, step.subject, step.what);
  }
  for (const ProcessConfig& process : box.config->processes) {
    signal(*box.os, process.name, step.what);
  }
}

void MeasuredRun::signal(SwitchOs& os, const std::string& name, const std::string& what) {
  const ProcessIndex process = os.find_process(name);
  SF_CHECK(process != ProcessIndex::none);
  signal(os, process, what);
}

void MeasuredRun::signal(SwitchOs& os, ProcessIndex process, const std::string& what) {
  if (what == "kill") {
    os.crash(process);
  } else if (what == "term") {
    os.stop(process);
  } else if (what == "stop") {
    os.hang(process);
  } else if (what == "cont") {
    os.resume(process);
  } else {
    os.restart(process);
  }
}

// --- state ---------------------------------------------------------------------------------------

void add_tree(const Node& node, const ProtocolTable& tree,
              const std::map<std::string, std::string>& names, SettledState& out) {
  const std::string& at = node.config->name;
  std::string root_port;
  for (std::vector<std::string> row : tree.rows) {
    const bool silent = row[1] == "unknown";  // Nobody is there to ask.
    for (std::size_t i = 1; i < row.size(); ++i) {
      const std::string& column = tree.columns[i];
      row[i] = silent ? "" : row[i];
      if (column == "root" || column == "root path cost") {
        out[fmt::format("{} {}", at, column)] = row[i];
      } else if (column == "role" || column == "state" || column == "cost" || column == "edge") {
        out[fmt::format("{} ports {} {}", at, names.at(row.front()), column)] = row[i];
      }
      if (column == "role" && row[i] == "root") {
        root_port = names.at(row.front());
      }
    }
  }
  out[at + " root port"] = root_port;
}

// FRR's daemon says so; keepalived is master where its address is.
bool MeasuredRun::is_master(NodeIndex node, const MeasuredGateway& gateway) const {
  const Network& network = world_.network();
  if (!gateway.asks_daemon) {
    const auto address = IpAddress::parse(gateway.address);
    const auto& macs = network.chip(node).router_macs();
    return std::any_of(macs.begin(), macs.end(),
                       [&](const RouterMac& one) { return one.answers_for == address; });
  }
  for (const auto& protocol : network.node(node).protocols) {
    const ProtocolTable table = protocol->table();
    for (const std::vector<std::string>& row : table.rows) {
      if (table.name == "vrrp" && "vrid " + row[1] == gateway.name && row[3] == "master") {
        return true;
      }
    }
  }
  return false;
}

void MeasuredRun::add_gateways(SettledState& out) const {
  for (const MeasuredGateway& gateway : measured_.gateways) {
    std::string masters;
    for (const std::string& node : gateway.nodes) {
      if (is_master(world_.network().find_node(node), gateway)) {
        masters += (masters.empty() ? "" : ", ") + node;
      }
    }
    out["vrrp " + gateway.name + " masters"] = masters;
    out["vrrp " + gateway.name + " vip"] = gateway.address;
  }
}

void add_bond(const Node& node, const ProtocolTable& table,
              const std::map<std::string, std::string>& names, SettledState& out) {
  const std::string& at = node.config->name;
  bool negotiated = false;
  for (const std::vector<std::string>& row : table.rows) {
    const std::string& name = names.at(row[1]);
    const bool attached = row[4] == "attached" || row[4] == "collecting distributing";
    negotiated = negotiated || attached;
    out[fmt::format("{} lacp {}", at, name)] = row[2] + (attached ? " attached" : " detached");
    const auto port = static_cast<std::size_t>(std::ranges::find(node.port_names(), row[1]) -
                                               node.port_names().begin());
    const auto& members = node.os->chip().lag_members(node.ports[port].logical);
    const bool enabled = std::ranges::find(members, static_cast<PortIndex>(port)) != members.end();
    out[fmt::format("{} bond {}", at, name)] = enabled ? "enabled" : "disabled";
  }
  if (!table.rows.empty()) {
    out[at + " lacp_status"] = negotiated ? "negotiated" : "configured";
  }
}

SettledState MeasuredRun::state() const {
  SettledState out;
  add_gateways(out);
  const Network& network = world_.network();
  for (std::size_t i = 0; i < network.node_count(); ++i) {
    const Node& node = network.node(static_cast<NodeIndex>(i));
    if (node.os == nullptr) {
      continue;
    }
    const auto& names = measured_.interfaces.at(node.config->name);
    for (std::size_t p = 0; p < node.ports.size(); ++p) {
      const std::string name(node.port_names()[p]);
      out[fmt::format("{} ports {} carrier", node.config->name, names.at(name))] =
          node.ports[p].carrier ? "yes" : "no";
    }
    if (node.kind == NodeKind::router) {
      add_router_state(network, static_cast<NodeIndex>(i), names, out);
    }
    for (const auto& protocol : node.protocols) {
      const ProtocolTable table = protocol->table();
      if (table.name == "spanning-tree") {
        add_tree(node, table, names, out);
      } else if (table.name == "lag") {
        add_bond(node, table, names, out);
      }
    }
  }
  return out;
}

}  // namespace

MeasuredRepetition simulate_measured(const MeasuredCase& measured, std::uint64_t session,
                                     std::size_t number) {
  SF_CHECK(measured.missing.empty() && number < measured.repetitions.size());
  const MeasuredRepetition& model = measured.repetitions[number];
  MeasuredRepetition repetition;
  repetition.since_boot = model.since_boot;
  const bool after_another = remembers(measured);
  MeasuredRun run(measured, session, number + 1, after_another ? kBoot : repetition.since_boot,
                  model.cpu_wait);
  run.start_probes();
  const Duration phase = run.drawn("measured.phase", measured.phase);
  if (after_another && number > 0) {
    const MeasuredRepetition& former = measured.repetitions[number - 1];
    run.wait(kBalance + run.drawn("measured.phase_before", kBalance));
    const SettledState baseline = run.state();
    run.watch(measured.fault, former.fault_steps, repetition.observed);
    if (measured.restore) {
      run.wait(kBetween + run.drawn("measured.between_before", kBetweenMore));
      run.watch(*measured.restore, former.restore_steps, repetition.restore_observed);
    }
    run.wait_for(baseline);
    run.wait(kBeforePhase + phase);
  } else {
    // What those before have left is part of where this one begins.
    std::size_t first = counts_errors(measured) ? 0 : number;
    while (first > 0 && !measured.repetitions[first - 1].returned) {
      --first;
    }
    for (std::size_t i = first; i < number; ++i) {
      const MeasuredRepetition& former = measured.repetitions[i];
      run.wait_until(former.since_boot);
      run.watch(measured.fault, former.fault_steps, repetition.observed);
      if (measured.restore) {
        run.wait(kBetween);
        run.watch(*measured.restore, former.restore_steps, repetition.restore_observed);
      }
    }
    run.wait_until(repetition.since_boot + phase);
  }
  repetition.before = run.state();
  repetition.fault = run.watch(measured.fault, model.fault_steps, repetition.observed);
  repetition.after = run.state();
  if (measured.restore) {
    run.wait(kBetween + run.drawn("measured.between", kBetweenMore));
    repetition.restore =
        run.watch(*measured.restore, model.restore_steps, repetition.restore_observed);
  }
  run.wait(measured.resettle);
  repetition.restored = run.state();
  return repetition;
}

SettledState simulate_rest(const MeasuredCase& measured, std::uint64_t seed) {
  MeasuredRun run(measured, seed, 0, kRest, Duration::zero());
  run.wait(kRest);
  return run.state();
}

}  // namespace switchfault
