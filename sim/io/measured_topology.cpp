#include "io/measured_topology.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include <switchfault/catalog.h>

#include "io/measured_json.h"
#include "io/measured_router.h"

namespace switchfault {
namespace {

using nlohmann::json;

// CONFIG_HZ of the measured kernel: its forward delays of 4 s took 4 to 4.256 s, which is a wheel
// of 4 ms ticks and no other that can be configured.
constexpr Duration kKernelTick = std::chrono::milliseconds{4};

struct Reader {
  json& topology;
  MeasuredCase& out;

  [[nodiscard]] std::string impl(const std::string& node) const;
  [[nodiscard]] json tree_of(const std::string& node) const;
  void note(const std::string& what) const;
  void name_interfaces() const;
  void read_node(const std::string& name, std::size_t number) const;
  void read_switch(const std::string& name, std::size_t number, NodeConfig& node) const;
  void read_host(const std::string& name, NodeConfig& node) const;
  void add_tree(const std::string& name, std::size_t number, NodeConfig& node) const;
  void add_bonds(const std::string& name, std::size_t number, NodeConfig& node) const;
  void add_port(const std::string& name, const json& link, const std::string& kind,
                NodeConfig& node) const;
  [[nodiscard]] json cost_of(const std::string& name, const json& link) const;
};

// All parameters that have a default.
Arguments defaults_of(const std::vector<Parameter>& parameters) {
  Arguments arguments;
  for (const Parameter& parameter : parameters) {
    if (!parameter.default_text.empty()) {
      arguments.push_back({.name = parameter.name, .text = parameter.default_text});
    }
  }
  return arguments;
}

const KindInfo* protocol(const std::string& name) {
  const auto& kinds = builtin_catalog().protocols;
  const auto at = std::find_if(kinds.begin(), kinds.end(),
                               [&](const KindInfo& kind) { return kind.name == name; });
  return at == kinds.end() ? nullptr : &*at;
}

std::string Reader::impl(const std::string& node) const {
  const json& spec = topology.at("nodes").at(node);
  const std::string kind = spec.at("kind");
  const std::string otherwise = kind == "router" ? "frr" : "linux";
  const std::string general =
      topology.contains("impl") ? topology.at("impl").value(kind, otherwise) : otherwise;
  return spec.value("impl", general);
}

json Reader::tree_of(const std::string& node) const {
  json all = {
      {"hello", 2}, {"max_age", 20}, {"forward_delay", 15}, {"ageing", 300}, {"priority", 32768}};
  all.update(topology.value("stp", json::object()));
  all.update(topology.at("nodes").at(node).value("stp", json::object()));
  if (!all.contains("mode")) {
    all["mode"] = impl(node) == "linux" ? "stp" : "rstp";
  }
  return all;
}

void Reader::note(const std::string& what) const {
  if (std::find(out.missing.begin(), out.missing.end(), what) == out.missing.end()) {
    out.missing.push_back(what);
  }
}

// As the case names them: after the neighbour, with a number from the second link to it on. Ours
// are p1, p2 … in the order of the links.
void Reader::name_interfaces() const {
  for (json& link : topology.at("links")) {
    for (const std::string node : {link["ends"][0], link["ends"][1]}) {
      auto& ports = out.interfaces[node];
      const std::string base = other_end(link, node);
      std::string name = base;
      for (int k = 2; std::any_of(ports.begin(), ports.end(),
                                  [&](const auto& port) { return port.second == name; });
           ++k) {
        name = fmt::format("{}.{}", base, k);
      }
      const std::string port = fmt::format("p{}", ports.size() + 1);
      ports[port] = name;
      link["port"][node] = port;
    }
    if (!link.contains("id")) {
      link["id"] = link["ends"][0].get<std::string>() + "-" + link["ends"][1].get<std::string>();
    }
  }
}

json Reader::cost_of(const std::string& name, const json& link) const {
  json cost = link.value("cost", topology.value("stp", json::object()).value("cost", json()));
  return cost.is_object() ? cost.value(name, json()) : cost;
}

void Reader::add_port(const std::string& name, const json& link, const std::string& kind,
                      NodeConfig& node) const {
  PortConfig port{.name = link.at("port").at(name)};
  const bool to_switch = kind_of(topology, other_end(link, name)) == "switch";
  if (link.contains("vlan") && !to_switch) {
    port.access_vlan = link.at("vlan");
  } else if (link.contains("trunk")) {
    port.trunk_vlans = link.at("trunk").get<std::vector<std::uint16_t>>();
  }
  if (!kind.empty()) {
    Arguments arguments = defaults_of(protocol(kind)->port_parameters);
    if (const json cost = cost_of(name, link); cost.is_number()) {
      set(arguments, "cost", cost.dump());
    } else {
      // What the implementations make of the 10 Gb/s that a veth device claims.
      set(arguments, "cost", kind == "stp" ? "2" : "2000");
    }
    const bool may_be_edge = impl(name) != "mstpd" || tree_of(name).value("edge", true);
    if (kind == "rstp" && !to_switch && may_be_edge) {
      set(arguments, "edge", "true");
    }
    port.protocols[kind] = arguments;
  }
  node.ports.push_back(port);
}

void Reader::add_tree(const std::string& name, std::size_t number, NodeConfig& node) const {
  const std::string made_by = impl(name);
  const json tree = tree_of(name);
  const std::string mode = tree.at("mode");
  std::string kind;
  if (mode != "none") {
    kind = made_by == "linux" && mode == "stp" ? "stp" : "rstp";
    if (made_by == "linux" && mode != "stp") {
      kind.clear();  // The kernel itself speaks no other version: nothing is started.
    } else if (made_by == "ovs" && mode == "stp") {
      kind.clear();
      // stp_tick() loses a part of a millisecond each time the main loop wakes up, so that the
      // clock runs 4 to 14 % fast by the packets that wake it.
      note("spanning tree of 1998 by Open vSwitch in user space");
    }
  }
  if (!kind.empty()) {
    Arguments arguments = defaults_of(protocol(kind)->parameters);
    set(arguments, "priority", std::to_string(tree.at("priority").get<int>() / 4096 * 4096));
    set(arguments, "address", fmt::format("02:bb:00:00:00:{:02x}", number));
    set(arguments, "max_age", seconds(tree.at("max_age")));
    set(arguments, "forward_delay", seconds(tree.at("forward_delay")));
    // Open vSwitch has no setting for it, and mstpd refuses any other than the 2 s of 802.1Q-2011.
    set(arguments, "hello", seconds(kind == "rstp" ? 2.0 : tree.at("hello").get<double>()));
    if (kind == "stp") {
      set(arguments, "age_step", "4ms");  // MESSAGE_AGE_INCR: one tick.
    } else {
      set(arguments, "timers", "seconds");
      set(arguments, "version", mode == "stp" ? "stp" : "rstp");
      set(arguments, "wait", "hello");  // 17.20.5, as both have it.
      set(arguments, "auto_edge", "true");
      set(arguments, "profile", made_by == "ovs" ? "openvswitch" : "standard");
    }
    node.protocols.push_back({.kind = kind, .arguments = arguments});
  }
  for (const json& link : topology.at("links")) {
    if (ends_at(link, name)) {
      add_port(name, link, kind, node);
    }
  }
}

void Reader::read_switch(const std::string& name, std::size_t number, NodeConfig& node) const {
  node.kind = NodeKind::switch_;
  const std::string made_by = impl(name);
  const SupervisorPolicy alone{.restarts = false};
  node.mac_ageing = Duration{std::llround(tree_of(name).at("ageing").get<double>() * 1e9)};
  node.kernel_tick = made_by == "ovs" ? Duration::zero() : kKernelTick;
  node.mac_sweep = made_by != "ovs";
  if (made_by == "mstpd") {
    node.processes.push_back(
        {.name = "mstpd", .function = "spanning_tree", .memory = {}, .supervisor = alone});
  } else if (made_by != "linux" && made_by != "ovs") {
    note("switch implementation '" + made_by + "'");
  }
  add_tree(name, number, node);
  if (made_by == "ovs") {  // The other bridges are given their links one by one.
    out.open_vswitches.insert(name);
    add_bonds(name, number, node);
  }
}

// All links with the same name of a bond; the settings of the first one count.
void Reader::add_bonds(const std::string& name, std::size_t number, NodeConfig& node) const {
  json settings = json::object();
  for (const json& link : topology.at("links")) {
    if (!ends_at(link, name) || !link.contains("bond")) {
      continue;
    }
    const std::string bond = link.at("bond");
    auto lag = std::find_if(node.lags.begin(), node.lags.end(),
                            [&](const LagConfig& one) { return one.name == bond; });
    if (lag == node.lags.end()) {
      node.lags.push_back({.name = bond});
      lag = std::prev(node.lags.end());
      settings[bond] = link.value("lacp", json::object());
    }
    lag->members.push_back({.text = link.at("port").at(name)});
  }
  if (node.lags.empty()) {
    return;
  }
  if (!node.protocols.empty()) {
    note("spanning tree beside a bond of Open vSwitch");
  }
  const KindInfo& kind = *protocol("lacp");
  Arguments arguments = defaults_of(kind.parameters);
  set(arguments, "profile", "openvswitch");
  set(arguments, "wait", "0s");
  set(arguments, "system", fmt::format("02:bb:00:00:00:{:02x}", number));
  node.protocols.push_back({.kind = kind.name, .arguments = arguments});
  for (const auto& [bond, lacp] : settings.items()) {
    const std::string mode = lacp.value("mode", "active");
    const std::string balance = lacp.value("bond_mode", "balance-tcp");
    if (balance != "balance-tcp" || (mode != "active" && mode != "passive")) {
      note(fmt::format("bond with lacp={} and bond_mode={}", mode, balance));
      continue;
    }
    PortConfig port{.name = bond};
    Arguments own = defaults_of(kind.port_parameters);
    set(own, "mode", mode);
    set(own, "rate", lacp.value("time", "slow"));
    port.protocols[kind.name] = own;
    node.ports.push_back(port);
  }
}

void Reader::read_host(const std::string& name, NodeConfig& node) const {
  node.kind = NodeKind::host;
  set_measured_neighbors(topology, name, node);
  const json& spec = topology.at("nodes").at(name);
  InterfaceConfig interface { .name = "p1" };
  if (spec.contains("addr")) {
    const std::string text = spec.at("addr");
    if (const auto prefix = IpPrefix::parse(text)) {
      interface.addresses.push_back({*prefix, {}});
    } else {
      note("address '" + text + "'");
    }
  }
  node.interfaces.push_back(interface);
  if (spec.contains("gw")) {
    const std::string text = spec.at("gw");
    if (const auto gateway = IpAddress::parse(text)) {
      node.routes.push_back({.prefix = IpPrefix(IpAddress::v4(0), 0), .next_hops = {*gateway}});
    } else {
      note("gateway '" + text + "'");
    }
  }
}

void Reader::read_node(const std::string& name, std::size_t number) const {
  NodeConfig node{.name = name};
  const std::string kind = kind_of(topology, name);
  if (kind == "switch") {
    read_switch(name, number, node);
  } else if (kind == "host") {
    read_host(name, node);
  } else {
    read_measured_router(topology, name, impl(name), node, out.missing);
  }
  out.topology.nodes.push_back(node);
}

}  // namespace

void read_measured_topology(json& topology, MeasuredCase& out) {
  give_measured_addresses(topology);
  const Reader reader{topology, out};
  out.topology.name = topology.value("name", "");
  out.static_neighbors = topology.value("static_arp", false);
  for (const json& group : topology.value("vrrp", json::array())) {
    const std::string number = group.at("vrid").dump();
    MeasuredGateway gateway{.name = "vrid " + number,
                            .address = group.at("vip"),
                            .nodes = {},
                            .asks_daemon = group.value("impl", "keepalived") == "frr"};
    for (const auto& [router, priority] : group.at("routers").items()) {
      gateway.nodes.push_back(router);
    }
    out.gateways.push_back(gateway);
  }
  reader.name_interfaces();
  for (const auto& [name, spec] : topology.at("nodes").items()) {
    const int number = topology.at("order").at(name);
    out.host_addresses[fmt::format("02:00:00:00:{:02x}:{:02x}", number >> 8, number & 255)] = name;
  }
  // Numbers follow the order of the file, which the parser keeps in `order`.
  for (const auto& [name, spec] : topology.at("nodes").items()) {
    reader.read_node(name, topology.at("order").at(name).get<std::size_t>());
  }
  for (const json& link : topology.at("links")) {
    const std::string a = link.at("ends")[0];
    const std::string b = link.at("ends")[1];
    LinkConfig config{.a = {.node = {.text = a}, .port = link.at("port").at(a)},
                      .b = {.node = {.text = b}, .port = link.at("port").at(b)}};
    out.topology.links.push_back(config);
    out.links.push_back(link.at("id"));
  }
}

}  // namespace switchfault
