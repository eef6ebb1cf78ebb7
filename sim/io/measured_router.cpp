#include "io/measured_router.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <regex>

#include <fmt/format.h>

#include <switchfault/catalog.h>

#include "io/measured_json.h"

namespace switchfault {
namespace {

using nlohmann::json;

// What FRR and BIRD wait when a file says nothing, in seconds.
constexpr double kHello = 10;
constexpr double kDead = 40;
constexpr double kKeepalive = 60;
constexpr double kHold = 180;
constexpr double kConnect = 10;                             // The measuring program's, not FRR's.
constexpr Duration kGroupKeep = std::chrono::seconds{180};  // ZEBRA_DEFAULT_NHG_KEEP_TIMER.

struct Router {
  const json& topology;
  const std::string& name;
  const std::string& impl;
  NodeConfig& node;
  std::vector<std::string>& missing;

  [[nodiscard]] bool bird() const { return impl == "bird"; }
  [[nodiscard]] const json& spec() const { return topology.at("nodes").at(name); }
  // Settings of a protocol: those of the node over those of all; null: it is not spoken here.
  [[nodiscard]] json protocol(const char* kind) const;
  void note(const std::string& what) const;
  void add_process(const char* process, const char* function) const;
  InterfaceConfig& interface(const json& link) const;
  void add_address(InterfaceConfig& interface, const std::string& text) const;
  void add_interfaces() const;
  void add_static_routes() const;
  void add_ospf(const json& settings) const;
  void set_ospf_link(const json& link, const json& settings) const;
  void add_bgp(const json& settings) const;
  void add_bfd() const;
  void add_vrrp() const;
  [[nodiscard]] std::string port_to(const std::string& interface) const;
};

std::string milliseconds(double value) {
  return seconds(value / 1e3);
}

Arguments defaults_of(const char* kind) {
  Arguments arguments;
  for (const KindInfo& info : builtin_catalog().protocols) {
    for (const Parameter& parameter : info.parameters) {
      if (info.name == kind && !parameter.default_text.empty()) {
        set(arguments, parameter.name, parameter.default_text);
      }
    }
  }
  return arguments;
}

// A setting of a link, perhaps of this end alone.
json at_end(const json& link, const char* key, const std::string& node, const json& otherwise) {
  const json value = link.value(key, otherwise);
  return value.is_object() ? value.value(node, otherwise) : value;
}

bool has_address(const json& link, const std::string& node) {
  return link.contains("addr") && link.at("addr").contains(node);
}

std::string network_of(const std::string& address) {
  const std::size_t dot = address.rfind('.');
  return address.substr(0, dot) + ".0" + address.substr(address.find('/'));
}

json Router::protocol(const char* kind) const {
  const bool here = spec().contains(kind);
  if (here && spec().at(kind).is_boolean() && !spec().at(kind).get<bool>()) {
    return {};
  }
  if (!here && !topology.contains(kind)) {
    return {};
  }
  json all = topology.value(kind, json::object());
  if (here && spec().at(kind).is_object()) {
    all.update(spec().at(kind));
  }
  return all;
}

void Router::note(const std::string& what) const {
  if (std::find(missing.begin(), missing.end(), what) == missing.end()) {
    missing.push_back(what);
  }
}

void Router::add_process(const char* process, const char* function) const {
  node.processes.push_back({.name = process,
                            .function = function,
                            .memory = {},
                            .supervisor = SupervisorPolicy{.restarts = false},
                            .at = {}});
}

InterfaceConfig& Router::interface(const json& link) const {
  const std::string port = link.at("port").at(name);
  return *std::find_if(node.interfaces.begin(), node.interfaces.end(),
                       [&](const InterfaceConfig& one) { return one.name == port; });
}

void Router::add_address(InterfaceConfig& interface, const std::string& text) const {
  if (const auto prefix = IpPrefix::parse(text)) {
    interface.addresses.push_back({*prefix, {}});
  } else {
    note("address '" + text + "'");
  }
}

void Router::add_interfaces() const {
  InterfaceConfig loopback{.name = "lo"};
  add_address(loopback, spec().at("id").get<std::string>() + "/32");
  node.interfaces.push_back(loopback);
  for (const json& link : topology.at("links")) {
    if (ends_at(link, name) && has_address(link, name)) {
      InterfaceConfig interface { .name = link.at("port").at(name) };
      add_address(interface, link.at("addr").at(name));
      node.interfaces.push_back(interface);
    }
  }
}

// "10.2.6.0/24 10.0.0.2"
void Router::add_static_routes() const {
  for (const json& line : spec().value("static", json::array())) {
    const std::string text = line;
    const std::size_t space = text.find(' ');
    const auto prefix = IpPrefix::parse(text.substr(0, space));
    const auto hop =
        space == std::string::npos ? std::nullopt : IpAddress::parse(text.substr(space + 1));
    if (!prefix || !hop) {
      note("static route '" + text + "'");
      continue;
    }
    node.routes.push_back({.prefix = prefix->network(), .next_hops = {*hop}});
  }
}

void Router::set_ospf_link(const json& link, const json& settings) const {
  Arguments& here = interface(link).protocols["ospf"];
  if (link.contains("ospf") && link.at("ospf") == false) {
    set(here, "enabled", "false");
    return;
  }
  set(here, "cost", at_end(link, "ospf_cost", name, 10).dump());
  const json area = bird() ? json(0) : at_end(link, "area", name, 0);
  set(here, "area", area.is_string() ? area.get<std::string>() : area.dump());
  const std::string peer = kind_of(topology, other_end(link, name));
  const bool speaks =
      peer == "router" || (!bird() && peer == "switch" && link.value("ospf_active", false));
  if (!speaks) {
    set(here, "passive", "true");
  } else if (peer == "router" && settings.value("network", "point-to-point") == "point-to-point") {
    set(here, "network", "point_to_point");
  }
}

// A line of the configuration of ospfd.
bool set_ospf_line(const std::string& line, Arguments& arguments) {
  static const std::regex kThrottle(R"(timers throttle spf (\d+) (\d+) (\d+))");
  static const std::regex kArrival(R"(timers lsa min-arrival (\d+))");
  static const std::regex kPaths(R"(maximum-paths (\d+))");
  const auto time = [](const std::string& text) { return milliseconds(std::stod(text)); };
  std::smatch parts;
  if (line == "max-metric router-lsa administrative") {
    set(arguments, "max_metric", "true");
  } else if (std::regex_match(line, parts, kThrottle)) {
    set(arguments, "spf_delay", time(parts[1]));
    set(arguments, "spf_hold", time(parts[2]));
    set(arguments, "spf_hold_max", time(parts[3]));
  } else if (std::regex_match(line, parts, kArrival)) {
    set(arguments, "min_ls_arrival", time(parts[1]));
  } else if (std::regex_match(line, parts, kPaths)) {
    set(arguments, "max_paths", parts[1]);
  } else {
    return false;
  }
  return true;
}

void Router::add_ospf(const json& settings) const {
  Arguments arguments = defaults_of("ospf");
  set(arguments, "router_id", spec().at("id"));
  set(arguments, "profile", bird() ? "bird" : "frr");
  if (settings.contains("minimal")) {
    set(arguments, "hello", milliseconds(1e3 / settings.at("minimal").get<double>()));
    set(arguments, "dead", "1s");
  } else {
    set(arguments, "hello", seconds(settings.value("hello", kHello)));
    set(arguments, "dead", seconds(settings.value("dead", kDead)));
  }
  const char* const graceful = settings.value("graceful_restart", false) ? "true" : "false";
  set(arguments, "graceful_restart", bird() ? "false" : graceful);
  set(arguments, "graceful_helper", bird() ? "true" : graceful);  // BIRD: aware, unless told else.
  set(arguments, "grace_period", "60s");
  if (bird()) {
    set(arguments, "max_paths", "16");
  } else if (settings.contains("throttle")) {
    const auto throttle = settings.at("throttle").get<std::vector<double>>();
    set(arguments, "spf_delay", milliseconds(throttle.at(0)));
    set(arguments, "spf_hold", milliseconds(throttle.at(1)));
    set(arguments, "spf_hold_max", milliseconds(throttle.at(2)));
  }
  for (const json& line : settings.value("extra", json::array())) {
    if (bird() || !set_ospf_line(line, arguments)) {
      note("OSPF setting '" + line.get<std::string>() + "'");
    }
  }
  node.protocols.push_back({.kind = "ospf", .arguments = arguments, .at = {}});
  for (const json& link : topology.at("links")) {
    if (ends_at(link, name) && has_address(link, name)) {
      set_ospf_link(link, settings);
    }
  }
  const json area = spec().value("lo_area", json(0));
  set(node.interfaces.front().protocols["ospf"], "area",
      area.is_string() ? area.get<std::string>() : area.dump());
}

void Router::add_bgp(const json& settings) const {
  Arguments arguments = defaults_of("bgp");
  set(arguments, "as", spec().at("asn").dump());
  set(arguments, "router_id", spec().at("id"));
  set(arguments, "profile", bird() ? "bird" : "frr");
  set(arguments, "multipath_relax", "true");
  set(arguments, "keepalive", seconds(settings.value("keepalive", kKeepalive)));
  set(arguments, "hold", seconds(settings.value("hold", kHold)));
  if (bird()) {
    set(arguments, "max_paths", "16");
  } else {
    set(arguments, "connect", seconds(settings.value("connect", kConnect)));
    set(arguments, "max_paths", std::to_string(settings.value("multipath", 1)));
    set(arguments, "fast_failover", settings.value("fast_failover", true) ? "true" : "false");
    set(arguments, "graceful_restart",
        settings.value("graceful_restart", false) ? "true" : "false");
  }
  Argument networks{.name = "networks", .text = {}, .items = {}, .at = {}};
  networks.items.push_back(spec().at("id").get<std::string>() + "/32");
  if (!bird()) {
    for (const json& network : spec().value("networks", json::array())) {
      networks.items.push_back(network);
    }
  }
  for (const json& link : topology.at("links")) {
    if (!ends_at(link, name) || !has_address(link, name)) {
      continue;
    }
    const std::string peer = other_end(link, name);
    if (bird() || kind_of(topology, peer) == "host") {  // BIRD exports all that is connected.
      networks.items.push_back(network_of(link.at("addr").at(name)));
    }
    const json& there = topology.at("nodes").at(peer);
    if (kind_of(topology, peer) == "router" && there.contains("asn") &&
        link.value("bgp", json(true)) != false) {
      Arguments& here = interface(link).protocols["bgp"];
      set(here, "remote_as", there.at("asn").dump());
      const bool inside = there.at("asn") == spec().at("asn");
      set(here, "next_hop_self", inside && !bird() ? "true" : "false");
    }
  }
  arguments.push_back(networks);
  node.protocols.push_back({.kind = "bgp", .arguments = arguments, .at = {}});
}

// BIRD configures the intervals that are FRR's defaults.
void Router::add_bfd() const {
  node.protocols.push_back({.kind = "bfd", .arguments = defaults_of("bfd"), .at = {}});
}

// Interfaces are named after the neighbour, from the second link to it on with a number.
std::string Router::port_to(const std::string& interface) const {
  std::map<std::string, int> links;
  for (const json& link : topology.at("links")) {
    if (!ends_at(link, name)) {
      continue;
    }
    const std::string peer = other_end(link, name);
    const int number = ++links[peer];
    if (interface == (number == 1 ? peer : fmt::format("{}.{}", peer, number))) {
      return link.at("port").at(name);
    }
  }
  return "";
}

void Router::add_vrrp() const {
  for (const json& group : topology.value("vrrp", json::array())) {
    if (!group.at("routers").contains(name)) {
      continue;
    }
    const bool frr = group.value("impl", "keepalived") == "frr";
    Arguments arguments = defaults_of("vrrp");
    set(arguments, "interface", port_to(group.at("on")));
    set(arguments, "vrid", group.at("vrid").dump());
    arguments.push_back(
        {.name = "addresses", .text = {}, .items = {group.at("vip").get<std::string>()}, .at = {}});
    set(arguments, "priority", group.at("routers").at(name).dump());
    set(arguments, "interval", seconds(group.value("advert", 1.0)));
    set(arguments, "preempt", group.value("preempt", true) ? "true" : "false");
    set(arguments, "profile", frr ? "frr" : "keepalived");
    set(arguments, "version", frr ? "3" : std::to_string(group.value("version", 2)));
    set(arguments, "virtual_mac", frr || group.value("vmac", false) ? "true" : "false");
    Argument track{.name = "track", .text = {}, .items = {}, .at = {}};
    for (const json& interface : group.value("track", json::array())) {
      // Each router is told all of them; it has those towards its own neighbours.
      if (const std::string port = port_to(interface); !port.empty() && !frr) {
        track.items.push_back(port);
      }
    }
    if (!track.items.empty()) {
      arguments.push_back(track);
    }
    node.protocols.push_back({.kind = "vrrp", .arguments = arguments, .at = {}});
    const char* const process = frr ? "vrrpd" : "keepalived";
    const auto is_there = [&](const ProcessConfig& one) { return one.name == process; };
    if (std::none_of(node.processes.begin(), node.processes.end(), is_there)) {
      add_process(process, "first_hop_redundancy");
    }
  }
}

}  // namespace

// On a link between routers, or of a router and a host, there is nobody else, and what is sent
// while an entry is asked for again waits for the answer: there entries stay.
void set_measured_neighbors(const json& topology, const std::string& name, NodeConfig& node) {
  const json& links = topology.at("links");
  const bool shared = std::any_of(links.begin(), links.end(), [&](const json& link) {
    return ends_at(link, name) && kind_of(topology, other_end(link, name)) == "switch";
  });
  if (shared && !topology.value("static_arp", false)) {
    node.neighbors.profile = NeighborConfig::Profile::linux_kernel;
  } else {
    node.neighbor_timeout = Duration::zero();
  }
}

void give_measured_addresses(json& topology) {
  int number = 0;  // Of the link.
  for (json& link : topology.at("links")) {
    const int at = number++;
    const std::string a = link.at("ends")[0];
    const std::string b = link.at("ends")[1];
    const std::string kinds = kind_of(topology, a) + " " + kind_of(topology, b);
    if (link.contains("addr") || kinds.find("switch") != std::string::npos) {
      continue;
    }
    if (kinds == "router router") {
      link["addr"] = {{a, fmt::format("10.1.{}.1/30", at)}, {b, fmt::format("10.1.{}.2/30", at)}};
    } else if (kinds != "host host") {
      const bool first = kind_of(topology, a) == "host";
      json& host = topology.at("nodes").at(first ? a : b);
      link["addr"] = {{first ? b : a, fmt::format("10.2.{}.1/24", at)},
                      {first ? a : b, fmt::format("10.2.{}.10/24", at)}};
      host.emplace("gw", fmt::format("10.2.{}.1", at));
      host.emplace("addr", fmt::format("10.2.{}.10/24", at));
    }
  }
  for (const auto& [name, node] : topology.at("nodes").items()) {
    if (node.at("kind") == "router" && !node.contains("id")) {
      node["id"] = "10.255.0." + topology.at("order").at(name).dump();
    }
  }
}

void read_measured_router(const json& topology, const std::string& name, const std::string& impl,
                          NodeConfig& node, std::vector<std::string>& missing) {
  const Router router{topology, name, impl, node, missing};
  node.kind = NodeKind::router;
  set_measured_neighbors(topology, name, node);
  if (impl != "frr" && impl != "bird") {
    router.note("router by " + impl);
    return;
  }
  router.add_interfaces();
  router.add_static_routes();
  router.add_process(router.bird() ? "bird" : "zebra", "routing");
  const json ospf = router.protocol("ospf");
  const json bgp = router.spec().contains("asn") ? router.protocol("bgp") : json();
  const auto wants_bfd = [](const json& settings) {
    return settings.is_object() && settings.value("bfd", false);
  };
  const bool bfd = wants_bfd(ospf) || (!router.bird() && wants_bfd(bgp));
  if (ospf.is_object()) {
    router.add_ospf(ospf);
  }
  if (bgp.is_object()) {
    router.add_bgp(bgp);
  }
  if (bfd) {
    router.add_bfd();
  }
  router.add_vrrp();
  if (router.bird()) {
    return;
  }
  node.next_hop_group_keep = kGroupKeep;
  node.former_routes = FormerRoutes::by_chance;
  if (router.spec().contains("static")) {
    router.add_process("staticd", "other");
  }
  if (bfd) {
    router.add_process("bfdd", "bfd");
  }
  if (ospf.is_object()) {
    router.add_process("ospfd", "ospf");
  }
  if (bgp.is_object()) {
    router.add_process("bgpd", "bgp");
  }
}

}  // namespace switchfault
