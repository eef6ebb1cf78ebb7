// NetLab: a small network for tests, described in a few lines, with its clock to run.
//
//   switch s1 s2                         # also: router firewall load_balancer controller segment
//   host h1 10.0.0.1/24 via 10.0.0.254   # on eth0; also: external
//   link s1:eth1 s2:eth1 5ms 100Mbps     # delay and rate may be left out
//   address s1:vlan10 10.0.10.1/24 2001:db8::1/64 vrf=management
//   access s1:eth3 10
//   trunk s1:eth1 10,20 native=1         # or: trunk s1:eth1 all
//   lag s1:po1 eth1 eth2 mlag=5
//   pair s1 s2 po9 split_brain           # MLAG, the first is primary; outcome may be left out
//   route s1 0.0.0.0/0 10.0.0.254 10.0.0.253 vrf=management
//   protocol s1 rstp priority=4096
//   port_protocol s1:eth3 rstp edge=true
//
// Everything has power from −warm_up on; what is observed from 0 on is in log(). Levers take effect
// at now(), at() schedules them. Topology parts that have no line are set in `plan` before
// building.

#ifndef SWITCHFAULT_TESTS_NET_LAB_H_
#define SWITCHFAULT_TESTS_NET_LAB_H_

#include <algorithm>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <switchfault/topology.h>

#include "core/observation_log.h"
#include "core/random.h"
#include "core/simulator.h"
#include "net/network.h"
#include "net/port_names.h"
#include "os/switch_os.h"

namespace switchfault {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace): 10s in stories.
using Log = std::vector<std::string>;

// A topology from the lines above.
class NetPlan {
 public:
  NetPlan() = default;
  explicit NetPlan(const std::string& text) { add(text); }

  void add(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line.substr(0, line.find('#')));
      std::vector<std::string> list;
      for (std::string word; words >> word;) {
        list.push_back(word);
      }
      if (!list.empty()) {
        add_line(list);
      }
    }
  }

  NodeConfig& node(std::string_view name) {
    for (NodeConfig& config : topology.nodes) {
      if (config.name == name) {
        return config;
      }
    }
    throw std::invalid_argument("no node " + std::string(name));
  }
  NodeConfig& add_node(NodeKind kind, const std::string& name) {
    NodeConfig& config = topology.nodes.emplace_back();
    config.kind = kind;
    config.name = name;
    return config;
  }
  PortConfig& port(const std::string& place) {
    const auto [name, port_name] = split(place, ':');
    NodeConfig& config = node(name);
    for (PortConfig& one : config.ports) {
      if (one.name == port_name) {
        return one;
      }
    }
    config.ports.emplace_back().name = port_name;
    return config.ports.back();
  }
  LinkConfig& link(const std::string& a, const std::string& b) {
    LinkConfig& config = topology.links.emplace_back();
    std::tie(config.a.node.text, config.a.port) = split(a, ':');
    std::tie(config.b.node.text, config.b.port) = split(b, ':');
    return config;
  }

  Topology topology;

 private:
  using Words = std::vector<std::string>;

  static std::pair<std::string, std::string> split(const std::string& text, char separator) {
    const std::size_t at = text.find(separator);
    if (at == std::string::npos) {
      throw std::invalid_argument("no '" + std::string(1, separator) + "' in " + text);
    }
    return {text.substr(0, at), text.substr(at + 1)};
  }
  // Takes "key=value" out of the words.
  static std::string take(Words& words, const std::string& key) {
    for (auto word = words.begin(); word != words.end(); ++word) {
      if (word->starts_with(key + "=")) {
        std::string value = word->substr(key.size() + 1);
        words.erase(word);
        return value;
      }
    }
    return "";
  }
  static std::uint16_t number(const std::string& text) {
    return static_cast<std::uint16_t>(std::stoul(text));
  }
  static Arguments arguments(const Words& words, std::size_t from) {
    Arguments result;
    for (std::size_t i = from; i < words.size(); ++i) {
      const auto [name, value] = split(words[i], '=');
      result.push_back({.name = name, .text = value, .items = {}, .at = {}});
    }
    return result;
  }

  void add_line(Words words) {
    static const std::vector<std::pair<std::string, NodeKind>> kKinds = {
        {"switch", NodeKind::switch_},        {"router", NodeKind::router},
        {"firewall", NodeKind::firewall},     {"load_balancer", NodeKind::load_balancer},
        {"controller", NodeKind::controller}, {"segment", NodeKind::segment},
    };
    const std::string& what = words[0];
    for (const auto& [name, kind] : kKinds) {
      if (what == name) {
        for (std::size_t i = 1; i < words.size(); ++i) {
          add_node(kind, words[i]);
        }
        return;
      }
    }
    if (what == "host" || what == "external") {
      add_host(what == "host" ? NodeKind::host : NodeKind::external, words);
    } else if (what == "link") {
      add_link(words);
    } else if (what == "address") {
      add_address(words);
    } else if (what == "access") {
      port(words.at(1)).access_vlan = number(words.at(2));
    } else if (what == "trunk") {
      add_trunk(words);
    } else if (what == "lag") {
      add_lag(words);
    } else if (what == "pair") {
      add_pair(words);
    } else if (what == "route") {
      const std::string vrf = take(words, "vrf");
      RouteConfig& route = node(words.at(1)).routes.emplace_back();
      route.prefix = IpPrefix::parse(words.at(2)).value();
      for (std::size_t i = 3; i < words.size(); ++i) {
        route.next_hops.push_back(IpAddress::parse(words[i]).value());
      }
      route.vrf = vrf;
      route.discard = words.size() == 3;
    } else if (what == "protocol") {
      node(words.at(1))
          .protocols.push_back({.kind = words.at(2), .arguments = arguments(words, 3), .at = {}});
    } else if (what == "vlan_protocol") {  // s1 rstp 20 priority=4096
      node(words.at(1)).protocols.back().vlans[number(words.at(3))] = arguments(words, 4);
    } else if (what == "port_protocol") {
      port(words.at(1)).protocols[words.at(2)] = arguments(words, 3);
    } else {
      throw std::invalid_argument("unknown line: " + what);
    }
  }

  void add_host(NodeKind kind, const Words& words) {
    NodeConfig& config = add_node(kind, words.at(1));
    InterfaceConfig interface;
    interface.name = "eth0";
    for (std::size_t i = 2; i < words.size(); ++i) {
      if (words[i] == "via") {
        const IpAddress gateway = IpAddress::parse(words.at(++i)).value();
        const IpPrefix all_v4(IpAddress::v4(0), 0);
        config.routes.push_back({.prefix = gateway.is_v4() ? all_v4 : IpPrefix(),
                                 .next_hops = {gateway},
                                 .vrf = "",
                                 .discard = false,
                                 .at = {}});
      } else {
        interface.addresses.push_back({IpPrefix::parse(words[i]).value(), {}});
      }
    }
    config.interfaces.push_back(interface);
  }

  void add_link(const Words& words) {
    LinkConfig& config = link(words.at(1), words.at(2));
    for (std::size_t i = 3; i < words.size(); ++i) {
      if (const auto delay = parse_duration(words[i])) {
        config.delay = *delay;
      } else {
        config.rate = parse_bit_rate(words[i]).value();
      }
    }
  }

  void add_address(Words words) {
    const std::string vrf = take(words, "vrf");
    const auto [name, interface_name] = split(words.at(1), ':');
    InterfaceConfig& interface = node(name).interfaces.emplace_back();
    interface.name = interface_name;
    interface.vrf = vrf;
    for (std::size_t i = 2; i < words.size(); ++i) {
      interface.addresses.push_back({IpPrefix::parse(words[i]).value(), {}});
    }
  }

  void add_trunk(Words words) {
    PortConfig& config = port(words.at(1));
    const std::string native = take(words, "native");
    config.native_vlan = native.empty() ? std::uint16_t{0} : number(native);
    config.trunk_all = words.at(2) == "all";
    std::istringstream vlans(config.trunk_all ? "" : words[2]);
    for (std::string vlan; std::getline(vlans, vlan, ',');) {
      config.trunk_vlans.push_back(number(vlan));
    }
  }

  void add_lag(Words words) {
    const std::string mlag = take(words, "mlag");
    const auto [name, lag_name] = split(words.at(1), ':');
    LagConfig& lag = node(name).lags.emplace_back();
    lag.name = lag_name;
    lag.mlag_id = mlag.empty() ? 0U : number(mlag);
    for (std::size_t i = 2; i < words.size(); ++i) {
      lag.members.push_back({words[i], {}});
    }
  }

  void add_pair(const Words& words) {
    const bool split_brain = words.size() > 4 && words[4] == "split_brain";
    for (const bool first : {true, false}) {
      node(words.at(first ? 1 : 2)).mlag = MlagConfig{
          .peer = {words.at(first ? 2 : 1), {}},
          .peer_link = {words.at(3), {}},
          .on_peer_link_loss = split_brain ? MlagConfig::OnPeerLinkLoss::split_brain
                                           : MlagConfig::OnPeerLinkLoss::secondary_ports_shut,
          .primary = first,
          .at = {}};
    }
  }
};

class NetLab {
 public:
  struct Options {
    std::uint64_t seed = 42;
    bool skip_quiet_time = true;
    Duration warm_up = 60s;
    std::vector<ProtocolKind> protocols;
  };

  explicit NetLab(const std::string& text) : NetLab(NetPlan(text), Options()) {}
  NetLab(const std::string& text, Options options) : NetLab(NetPlan(text), std::move(options)) {}
  NetLab(NetPlan plan, Options options)
      : options_(std::move(options)),
        topology_(std::move(plan.topology)),
        simulator_(options_.seed, kTimeZero - options_.warm_up),
        log_(simulator_),
        random_(options_.seed) {
    log_.set_recording(false);
    for (const NodeConfig& config : topology_.nodes) {
      configs_.push_back(&config);
    }
    std::ranges::sort(configs_, [](const NodeConfig* a, const NodeConfig* b) {
      return natural_order(id_of(*a), id_of(*b)) < 0;
    });
    PortNames names(topology_, configs_);
    make_instances(names);
    network_ = std::make_unique<Network>(
        Network::Context{.simulator = simulator_,
                         .log = log_,
                         .random = random_,
                         .skip_quiet_time = options_.skip_quiet_time},
        topology_, std::move(names), configs_, instances_, options_.protocols);
    network_->start();
    simulator_.run_until(kTimeZero);
    log_.set_recording(true);
  }

  // --- the clock ---
  void run_for(Duration time) { simulator_.run_until(simulator_.now() + time); }
  // Does it at this time, before anything reacts to anything else at that time.
  void at(Duration time, std::function<void()> what) {
    planned_.push_back(std::move(what));
    simulator_.schedule({.at = kTimeZero + time,
                         .phase = Phase::environment,
                         .target = {},
                         .source = {},
                         .occurrence = planned_.size()},
                        [action = &planned_.back()] { (*action)(); });
  }

  // --- parts ---
  [[nodiscard]] const Simulator& simulator() const { return simulator_; }
  [[nodiscard]] Simulator& simulator() { return simulator_; }
  [[nodiscard]] ObservationLog& observations() { return log_; }
  [[nodiscard]] Network& network() const { return *network_; }
  [[nodiscard]] const Options& options() const { return options_; }
  [[nodiscard]] NodeIndex index(std::string_view name) const {
    const NodeIndex found = network_->find_node(name);
    if (found == NodeIndex::none) {
      throw std::invalid_argument("no node " + std::string(name));
    }
    return found;
  }
  [[nodiscard]] const Node& node(std::string_view name) const {
    return network_->node(index(name));
  }
  [[nodiscard]] SwitchOs& os(std::string_view name) {
    return *instances_.at(static_cast<std::size_t>(index(name)));
  }
  // "s1:eth1", also an aggregate.
  [[nodiscard]] std::pair<NodeIndex, LogicalPort> logical(const std::string& place) const {
    const auto [owner, port] = split(place);
    const LogicalPort found = network_->find_logical_port(owner, port);
    if (found == LogicalPort::none) {
      throw std::invalid_argument("no port " + place);
    }
    return {owner, found};
  }
  [[nodiscard]] PortRef port(const std::string& place) const {
    const auto [owner, found] = logical(place);
    return {owner, static_cast<PortIndex>(found)};
  }
  [[nodiscard]] LinkIndex link(const std::string& place) const {
    const PortRef ref = port(place);
    return network_->node(ref.node).ports[static_cast<std::size_t>(ref.port)].link;
  }
  [[nodiscard]] InterfaceIndex interface(const std::string& place) const {
    const auto [owner, name] = split(place);
    return network_->find_interface(owner, name);
  }
  [[nodiscard]] bool carrier(const std::string& place) const {
    const PortRef ref = port(place);
    return network_->node(ref.node).ports[static_cast<std::size_t>(ref.port)].carrier;
  }
  [[nodiscard]] bool up(const std::string& place) const {
    const auto [owner, found] = logical(place);
    return network_->node(owner).logical_ports[static_cast<std::size_t>(found)].up;
  }
  [[nodiscard]] bool interface_up(const std::string& place) const {
    const auto [owner, name] = split(place);
    const InterfaceIndex found = network_->find_interface(owner, name);
    return network_->node(owner).interfaces[static_cast<std::size_t>(found)].up;
  }

  // --- levers; a link is named by one of its ends ---
  void cut(const std::string& place) { network_->set_link_dark(link(place), {true, true}); }
  void mend(const std::string& place) { network_->set_link_dark(link(place), {false, false}); }
  // Loss of frames sent out of this port.
  void set_loss(const std::string& place, double share) {
    const LinkIndex found = link(place);
    network_->set_link_loss(found, network_->link(found).a == port(place) ? 0 : 1, share);
  }
  void set_host_up(std::string_view name, bool up) { network_->set_host_up(index(name), up); }
  void crash(std::string_view name, std::string_view process) {
    os(name).crash(os(name).find_process(process));
  }
  void hang(std::string_view name, std::string_view process) {
    os(name).hang(os(name).find_process(process));
  }
  void resume(std::string_view name, std::string_view process) {
    os(name).resume(os(name).find_process(process));
  }
  void restart(std::string_view name, std::string_view process) {
    os(name).restart(os(name).find_process(process));
  }

  // --- what was observed since 0: "10s s1:eth1 port_carrier 0 text" ---
  [[nodiscard]] Log log() const {
    Log lines;
    for (const Observation& observation : log_.observations()) {
      lines.push_back(line(observation));
    }
    return lines;
  }
  // Only those of some kinds.
  [[nodiscard]] Log log(const std::vector<ObservationKind>& kinds) const {
    Log lines;
    for (const Observation& observation : log_.observations()) {
      if (std::ranges::find(kinds, observation.kind) != kinds.end()) {
        lines.push_back(line(observation));
      }
    }
    return lines;
  }
  // With the cause of each: "… <- 3" for the fourth line.
  [[nodiscard]] Log explained_log() const {
    Log lines;
    for (const Observation& observation : log_.observations()) {
      const bool unexplained = observation.cause == ObservationId::none;
      lines.push_back(
          line(observation) +
          (unexplained ? ""
                       : " <- " + std::to_string(static_cast<std::uint32_t>(observation.cause))));
    }
    return lines;
  }

 private:
  static const std::string& id_of(const NodeConfig& config) {
    return config.id.empty() ? config.name : config.id;
  }

  void make_instances(const PortNames& names) {
    std::uint32_t process_base = 0;
    for (std::size_t i = 0; i < configs_.size(); ++i) {
      const NodeKind kind = configs_[i]->kind;
      if (kind == NodeKind::host || kind == NodeKind::external || kind == NodeKind::segment) {
        instances_.push_back(nullptr);
        continue;
      }
      owned_.push_back(std::make_unique<SwitchOs>(
          SwitchOs::Context{.simulator = simulator_, .log = log_, .random = random_}, *configs_[i],
          Entity(EntityKind::node, static_cast<std::uint32_t>(i)), stable_hash(id_of(*configs_[i])),
          process_base, names.of(i).size()));
      instances_.push_back(owned_.back().get());
      process_base += static_cast<std::uint32_t>(owned_.back()->processes().size());
    }
  }

  [[nodiscard]] std::pair<NodeIndex, std::string> split(const std::string& place) const {
    const std::size_t colon = place.find(':');
    return {index(place.substr(0, colon)), place.substr(colon + 1)};
  }

  [[nodiscard]] std::string name(Entity entity) const {
    if (entity.kind() != EntityKind::process) {
      return network_->name(entity);
    }
    for (const auto& instance : owned_) {
      for (const Process& process : instance->processes()) {
        if (process.entity == entity) {
          return instance->config().name + " " + std::string(process.name);
        }
      }
    }
    return "process";
  }

  [[nodiscard]] std::string line(const Observation& observation) const {
    const std::string_view text = log_.text(observation.text);
    return format_duration(observation.at.time_since_epoch()) + " " + name(observation.subject) +
           " " + std::string(observation_name(observation.kind)) + " " +
           std::to_string(observation.value) + (text.empty() ? "" : " " + std::string(text));
  }

  Options options_;
  Topology topology_;
  Simulator simulator_;
  ObservationLog log_;
  Random random_;
  std::vector<const NodeConfig*> configs_;
  std::vector<std::unique_ptr<SwitchOs>> owned_;
  std::vector<SwitchOs*> instances_;
  std::unique_ptr<Network> network_;
  std::deque<std::function<void()>> planned_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_NET_LAB_H_
