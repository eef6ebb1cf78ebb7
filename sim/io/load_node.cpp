#include "io/load_node.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "core/version.h"

namespace switchfault {
namespace {

constexpr std::int64_t kMaxVlan = 4'094;   // IEEE 802.1Q: 0 and 4095 are reserved.
constexpr std::size_t kVlansPerPart = 64;  // So many take the memory of a small part.
constexpr std::size_t kWeightOfPart = 64;  // Texts of this weight do, too.
constexpr std::int64_t kMaxPort = 65'535;
constexpr std::uint32_t kMostBoxes = 64;
constexpr std::uint32_t kMostMlags = 65'535;
constexpr Duration kLeastReachable = std::chrono::seconds{1};
constexpr Duration kLeastRetransmit = std::chrono::milliseconds{1};  // As in Linux.
constexpr std::uint32_t kMostProbes = 100;  // Of a neighbour, before it is given up.

constexpr Choice<bool> kActions[] = {{"permit", true}, {"deny", false}};
constexpr Choice<MlagConfig::OnPeerLinkLoss> kPeerLinkLosses[] = {
    {"secondary_ports_shut", MlagConfig::OnPeerLinkLoss::secondary_ports_shut},
    {"split_brain", MlagConfig::OnPeerLinkLoss::split_brain}};
constexpr Choice<StormControl::Action> kStormActions[] = {
    {"drop", StormControl::Action::drop}, {"shutdown", StormControl::Action::shutdown}};
constexpr Choice<FormerRoutes> kFormerRoutes[] = {{"removed", FormerRoutes::removed},
                                                  {"by_chance", FormerRoutes::by_chance}};
constexpr Choice<NeighborConfig::Profile> kNeighborProfiles[] = {
    {"idle", NeighborConfig::Profile::idle},
    {"linux", NeighborConfig::Profile::linux_kernel},
    {"switch", NeighborConfig::Profile::switch_}};
constexpr struct {
  std::string_view key;
  BootKind kind;
} kBoots[] = {{"cold", BootKind::cold},
              {"fast", BootKind::fast},
              {"warm", BootKind::warm},
              {"power_cycle", BootKind::power_cycle}};
constexpr std::string_view kFunctions[] = {"spanning_tree",
                                           "lacp",
                                           "routing",
                                           "ospf",
                                           "bgp",
                                           "bfd",
                                           "first_hop_redundancy",
                                           "mac_learning",
                                           "neighbor_resolution",
                                           "table_programmer",
                                           "sessions",
                                           "health_checks",
                                           "management"};
constexpr std::string_view kFilterProtocols[] = {"tcp", "udp", "icmp"};

// Where an entry of a map goes: over the entry of the same name of an earlier layer, or behind.
// Keys of one map differ, so only the entries that were there before have to be looked up.
template <typename T>
class Overlay {
 public:
  explicit Overlay(std::vector<T>& list) : list_(list) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      inherited_.emplace(list[i].name, i);
    }
  }
  void put(T item) {
    const auto found = inherited_.find(item.name);
    if (found == inherited_.end()) {
      list_.push_back(std::move(item));
    } else {
      list_[found->second] = std::move(item);
    }
  }

 private:
  std::vector<T>& list_;
  std::unordered_map<std::string, std::size_t> inherited_;
};

// Reads a map of named things over those of earlier layers.
template <typename T, typename Read>
void read_named(MapReader& in, std::string_view key, std::vector<T>& out, const Read& read) {
  const YamlEntries entries = in.entries(key);
  if (entries.empty()) {
    return;
  }
  Overlay<T> overlay(out);
  for (const auto [name, value] : entries) {
    T item;
    item.name = name.text();
    item.at = name.at();
    MapReader reader(value, in.reading());
    read(reader, item);
    reader.finish();
    overlay.put(std::move(item));
  }
}

// Reads a list of maps, which replaces that of earlier layers.
template <typename T, typename Read>
void read_list(MapReader& in, std::string_view key, std::vector<T>& out, const Read& read) {
  if (!in.optional(key)) {
    return;
  }
  out.clear();
  for (const YamlCursor value : in.items(key)) {
    T item;
    item.at = value.at();
    MapReader reader(value, in.reading());
    read(reader, item);
    reader.finish();
    out.push_back(std::move(item));
  }
}

void read_word_into(MapReader& in, std::string_view key, std::span<const std::string_view> words,
                    std::string& out) {
  if (const auto cursor = in.optional(key)) {
    set(out, read_word(*cursor, in.reading(), words));
  }
}

std::optional<std::uint16_t> read_vlan(YamlCursor cursor, Reading reading) {
  const auto vlan = read_integer(cursor, reading, {.min = 1, .max = kMaxVlan});
  return vlan ? std::optional(static_cast<std::uint16_t>(*vlan)) : std::nullopt;
}

std::uint16_t read_vlan_key(MapReader& in, std::string_view key) {
  const auto cursor = in.optional(key);
  return cursor ? read_vlan(*cursor, in.reading()).value_or(0) : std::uint16_t{0};
}

std::uint16_t read_port_number(MapReader& in, std::string_view key, Presence presence) {
  const auto port = in.integer(key, {.min = 1, .max = kMaxPort}, presence);
  return static_cast<std::uint16_t>(port.value_or(0));
}

// The number in "vlan10", "Vlan10" or "eth1.20"; 0: there is none.
std::uint16_t vlan_in_name(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  std::string_view digits;
  if (dot != std::string_view::npos) {
    digits = name.substr(dot + 1);
  } else if (name.starts_with("vlan") || name.starts_with("Vlan")) {
    digits = name.substr(4);
  }
  const auto vlan = digits.starts_with('-') ? std::nullopt : parse_integer(digits);
  return vlan && *vlan >= 1 && *vlan <= kMaxVlan ? static_cast<std::uint16_t>(*vlan)
                                                 : std::uint16_t{0};
}

// `trunk: all` or the tagged VLANs.
void read_trunk(MapReader& in, PortConfig& out) {
  const auto trunk = in.optional("trunk");
  if (!trunk) {
    return;
  }
  if (is_word(*trunk, "all")) {
    out.trunk_all = true;
    return;
  }
  for (const YamlCursor item : in.items("trunk")) {
    if (const auto vlan = read_vlan(item, in.reading())) {
      out.trunk_vlans.push_back(*vlan);
    }
  }
  std::sort(out.trunk_vlans.begin(), out.trunk_vlans.end());
  const auto twice = std::adjacent_find(out.trunk_vlans.begin(), out.trunk_vlans.end());
  if (twice != out.trunk_vlans.end()) {
    in.error("trunk", fmt::format("VLAN {} stands twice in this list", *twice));
  }
}

void check_port_mode(MapReader& in) {
  const int modes = int{in.has("vlan")} + int{in.has("trunk")} + int{in.has("routed")};
  if (modes > 1) {
    in.reading().sink.error(in.at(),
                            "a port is an access port, a trunk or routed, only one of them",
                            "write one of vlan: 10, trunk: [10, 20], routed: true");
  }
  if (in.has("native") && !in.has("trunk")) {
    in.error("native", "a native VLAN belongs to a trunk");
  }
}

void read_ports(MapReader& in, NodeDraft& out, Loading& loading) {
  const auto ports = in.optional("ports");
  // In containerlab a list: which ports of a container are published.
  if (!ports || ports->is_list()) {
    return;
  }
  read_named(in, "ports", out.config.ports,
             [&](MapReader& port, PortConfig& config) { read_port(port, config, loading); });
}

void read_boots(MapReader& in, NodeConfig& out) {
  const auto section = in.optional("boot");
  if (!section) {
    return;
  }
  MapReader boots(*section, in.reading());
  read_boot(boots, out);
  boots.finish();
}

// `supervisor: none`: nobody restarts it.
void read_supervisor_key(MapReader& in, ProcessConfig& out) {
  const auto cursor = in.optional("supervisor");
  if (!cursor) {
    return;
  }
  SupervisorPolicy policy;
  if (is_word(*cursor, "none")) {
    policy.restarts = false;
  } else {
    MapReader reader(*cursor, in.reading());
    read_supervisor(reader, policy);
    reader.finish();
  }
  out.supervisor = policy;
}

std::optional<ProtocolConfig> read_protocol(YamlCursor cursor, const KindInfo& info,
                                            SourcePos kind_at, Reading reading) {
  ProtocolConfig config;
  config.kind = info.name;
  config.at = cursor.at();
  MapReader in(cursor, reading);
  config.arguments = read_arguments(in, info.parameters, kind_at);
  if (!info.vlan_parameters.empty()) {
    for (const auto [key, value] : in.entries("vlans")) {
      MapReader of_vlan(value, reading);
      const Arguments arguments = read_arguments(of_vlan, info.vlan_parameters, key.at());
      of_vlan.finish();
      if (const auto vlan = read_vlan(key, reading)) {
        config.vlans[*vlan] = arguments;
      }
    }
  }
  in.finish();
  return config;
}

// A kind in this layer replaces all instances of it from earlier layers; `none` removes them.
void read_protocols(MapReader& in, NodeConfig& out, Loading& loading) {
  for (const auto [key, value] : in.entries("protocols")) {
    const Name name{std::string(key.text()), key.at()};
    const KindInfo* const info =
        find_kind(loading.catalog.protocols, name, "protocol", in.reading());
    if (info == nullptr) {
      continue;
    }
    std::erase_if(out.protocols, [&](const ProtocolConfig& p) { return p.kind == name.text; });
    if (is_word(value, "none")) {
      continue;
    }
    if (!value.is_list()) {
      if (auto protocol = read_protocol(value, *info, name.at, in.reading())) {
        out.protocols.push_back(*std::move(protocol));
      }
      continue;
    }
    for (const YamlCursor item : value.items()) {
      if (auto protocol = read_protocol(item, *info, item.at(), in.reading())) {
        out.protocols.push_back(*std::move(protocol));
      }
    }
  }
}

void read_labels(MapReader& in, NodeConfig& out) {
  for (const auto [key, value] : in.entries("labels")) {
    if (const auto text = read_text(value, in.reading())) {
      out.labels[std::string(key.text())] = *text;
    }
  }
}

// Our unit, or containerlab's limit of a container ("1Gb"), which means nothing here.
void read_memory(MapReader& in, NodeConfig& out) {
  const auto cursor = in.optional("memory");
  if (!cursor) {
    return;
  }
  const std::string_view text = cursor->text();
  const bool of_container = !parse_bytes(text) && text.size() > 2 && text.front() >= '0' &&
                            text.front() <= '9' && (text.ends_with("b") || text.ends_with("B"));
  if (!of_container) {
    set(out.memory, read_bytes(*cursor, in.reading()));
  }
}

// A version text that the selectors can compare.
void read_version_key(MapReader& in, std::string_view key, std::string& out) {
  const auto version = in.text(key);
  if (!version) {
    return;
  }
  if (!Version::parse(*version)) {
    in.error(key, fmt::format("the version {} holds no number", in_quotes(*version)));
    return;
  }
  out = *version;
}

void read_identity(MapReader& in, NodeDraft& draft) {
  NodeConfig& out = draft.config;
  set(out.id, in.text("id"));
  set(out.os, in.text("os"));
  read_version_key(in, "version", out.version);
  read_version_key(in, "standby_version", out.standby_version);
  set(out.model, in.text("type"));
  set(out.model, in.text("model"));
  set(out.hardware_revision, in.text("hardware_revision"));
  set(out.role, in.text("role"));
  set(out.site, in.text("site"));
  set(out.group, in.text("group"));
  set(out.features, in.texts("features"));
  read_labels(in, out);
  in.ignore("kind");
  if (const auto image = in.optional("image")) {
    if (const auto text = read_text(*image, in.reading())) {
      draft.image = *text;
    }
  }
}

void read_os_parts(MapReader& in, NodeConfig& out) {
  read_memory(in, out);
  read_boots(in, out);
  set(out.boot_cuts_port_power, in.boolean("boot_cuts_port_power"));
  read_named(in, "processes", out.processes, read_process);
  set(out.uptime_at_start, in.duration("uptime_at_start"));
  set(out.power_on_at_start, in.duration("power_on_at_start"));
  if (const auto offset = in.optional("wall_clock_offset")) {
    set(out.wall_clock_offset, read_offset(*offset, in.reading()));
  }
  set(out.startup_config_saved, in.boolean("startup_config_saved"));
  set(out.boxes, in.count("boxes", 1, kMostBoxes));
  set(out.dual_supervisor, in.boolean("dual_supervisor"));
  set(out.supervisor_synchronised, in.boolean("supervisor_synchronised"));
}

void read_tables(MapReader& in, NodeConfig& out) {
  set(out.mac_capacity, in.count("mac_capacity", 1));
  set(out.route_capacity, in.count("route_capacity", 1));
  set(out.neighbor_capacity, in.count("neighbor_capacity", 1));
  if (const auto ageing = in.duration("mac_ageing")) {
    out.mac_ageing = *ageing;
  }
  set(out.mac_sweep, in.boolean("mac_sweep"));
  set(out.kernel_tick, in.duration("kernel_tick"));
  if (const auto timeout = in.duration("neighbor_timeout")) {
    out.neighbor_timeout = *timeout;
  }
  set(out.next_hop_group_keep, in.duration("next_hop_group_keep"));
  set(out.former_routes, in.choice("former_routes", kFormerRoutes));
  set(out.cpu_wait, in.duration("cpu_wait"));
  if (const auto neighbors = in.optional("neighbors")) {
    MapReader reader(*neighbors, in.reading());
    read_neighbors(reader, out.neighbors);
    reader.finish();
  }
}

void read_network_side(MapReader& in, NodeDraft& draft, Loading& loading) {
  NodeConfig& out = draft.config;
  read_ports(in, draft, loading);
  read_named(in, "interfaces", out.interfaces, [&](MapReader& interface, InterfaceConfig& config) {
    read_interface(interface, config, loading);
  });
  read_named(in, "lags", out.lags, read_lag);
  if (const auto mlag = in.optional("mlag")) {
    out.mlag.emplace();
    out.mlag->at = mlag->at();
    MapReader reader(*mlag, in.reading());
    read_mlag(reader, *out.mlag);
    reader.finish();
  }
  read_list(in, "routes", out.routes, read_route);
  read_list(in, "filters", out.filters, read_filter);
  if (const auto stateful = in.optional("stateful")) {
    out.stateful.emplace();
    out.stateful->at = stateful->at();
    MapReader reader(*stateful, in.reading());
    read_stateful(reader, *out.stateful);
    reader.finish();
  }
  read_list(in, "virtual_services", out.virtual_services, read_virtual_service);
  read_protocols(in, out, loading);
  if (auto management = in.name("management_address")) {
    if (read_plain_address(*management, in.reading())) {
      out.management_address = management->text;
      draft.management_at = *std::move(management);
    }
  }
}

std::size_t parts_of(const Arguments& arguments) {
  std::size_t parts = 1 + arguments.size();
  for (const Argument& argument : arguments) {
    parts += argument.items.size();
  }
  return parts;
}

void read_short_forms(MapReader& in, NodeDraft& out) {
  if (auto addresses = in.names("address")) {
    for (const Name& address : *addresses) {
      if (const auto prefix = read_interface_address(address, in.reading())) {
        out.addresses.push_back({*prefix, address.at});
      }
    }
  }
  if (auto gateways = in.names("gateway")) {
    std::erase_if(*gateways,
                  [&](const Name& name) { return !read_plain_address(name, in.reading()); });
    out.gateways = *std::move(gateways);
  }
}

}  // namespace

std::size_t NodeDraft::parts() const {
  std::size_t parts = 1 + weight / kWeightOfPart + config.filters.size() + config.processes.size() +
                      config.labels.size() + config.features.size() + addresses.size() +
                      gateways.size();
  for (const PortConfig& port : config.ports) {
    parts += 1 + port.trunk_vlans.size() / kVlansPerPart;
    for (const auto& protocol : port.protocols) {
      parts += parts_of(protocol.second);
    }
  }
  for (const InterfaceConfig& interface : config.interfaces) {
    parts += 1 + interface.addresses.size();
    for (const auto& protocol : interface.protocols) {
      parts += parts_of(protocol.second);
    }
  }
  for (const LagConfig& lag : config.lags) {
    parts += 1 + lag.members.size();
  }
  for (const RouteConfig& route : config.routes) {
    parts += 1 + route.next_hops.size();
  }
  for (const VirtualService& service : config.virtual_services) {
    parts += 1 + service.pool.size();
  }
  for (const ProtocolConfig& protocol : config.protocols) {
    parts += parts_of(protocol.arguments);
    for (const auto& of_vlan : protocol.vlans) {
      parts += 1 + parts_of(of_vlan.second);
    }
  }
  return parts;
}

const std::vector<std::string_view>& ignored_node_keys() {
  static const std::vector<std::string_view> kKeys = {"SANs",
                                                      "aliases",
                                                      "auto-remove",
                                                      "binds",
                                                      "cap-add",
                                                      "certificate",
                                                      "cmd",
                                                      "components",
                                                      "config",
                                                      "cpu",
                                                      "cpu-set",
                                                      "credentials",
                                                      "devices",
                                                      "dns",
                                                      "enforce-startup-config",
                                                      "entrypoint",
                                                      "env",
                                                      "env-files",
                                                      "exec",
                                                      "extras",
                                                      "healthcheck",
                                                      "image-pull-policy",
                                                      "kernel",
                                                      "license",
                                                      "mgmt-ipv4",
                                                      "mgmt-ipv6",
                                                      "mgmt_ipv4",
                                                      "mgmt_ipv6",
                                                      "network-mode",
                                                      "position",
                                                      "publish",
                                                      "restart-policy",
                                                      "runtime",
                                                      "sandbox",
                                                      "shm-size",
                                                      "stages",
                                                      "startup-config",
                                                      "startup-delay",
                                                      "suppress-startup-config",
                                                      "sysctls",
                                                      "user",
                                                      "wait-for"};
  return kKeys;
}

void read_node_layer(MapReader& in, NodeDraft& out, Loading& loading) {
  out.weight += in.cursor().weight();
  read_identity(in, out);
  read_os_parts(in, out.config);
  read_tables(in, out.config);
  read_network_side(in, out, loading);
  read_short_forms(in, out);
  for (const std::string_view key : ignored_node_keys()) {
    in.ignore(key);
  }
}

namespace {

// What each protocol is told about this port or interface.
void read_settings_of_protocols(MapReader& in, std::vector<Parameter> KindInfo::*which,
                                std::map<std::string, Arguments>& out, Loading& loading) {
  for (const KindInfo& protocol : loading.catalog.protocols) {
    if ((protocol.*which).empty()) {
      continue;
    }
    if (const auto settings = in.optional(protocol.name)) {
      MapReader reader(*settings, in.reading());
      out[protocol.name] = read_arguments(reader, protocol.*which, settings->at());
      reader.finish();
    }
  }
}

}  // namespace

void read_storm_control(MapReader& in, StormControl& out) {
  set(out.rate, in.bit_rate("rate", Presence::required));
  set(out.action, in.choice("action", kStormActions));
}

void read_port(MapReader& in, PortConfig& out, Loading& loading) {
  out.access_vlan = read_vlan_key(in, "vlan");
  read_trunk(in, out);
  out.native_vlan = read_vlan_key(in, "native");
  set(out.routed, in.boolean("routed"));
  set(out.up, in.boolean("up"));
  if (const auto settings = in.optional("storm_control")) {
    MapReader control(*settings, in.reading());
    read_storm_control(control, out.storm_control.emplace());
    control.finish();
  }
  check_port_mode(in);
  read_settings_of_protocols(in, &KindInfo::port_parameters, out.protocols, loading);
}

void read_interface(MapReader& in, InterfaceConfig& out, Loading& loading) {
  if (auto addresses = in.names("address")) {
    for (const Name& address : *addresses) {
      if (const auto prefix = read_interface_address(address, in.reading())) {
        out.addresses.push_back({*prefix, address.at});
      }
    }
  }
  set(out.vrf, in.text("vrf"));
  out.vlan = in.optional("vlan") ? read_vlan_key(in, "vlan") : vlan_in_name(out.name);
  set(out.up, in.boolean("up"));
  read_settings_of_protocols(in, &KindInfo::interface_parameters, out.protocols, loading);
}

void read_lag(MapReader& in, LagConfig& out) {
  set(out.members, in.names("members", Presence::required));
  if (in.has("members") && out.members.empty()) {
    in.error("members", "a LAG needs a member");
  }
  set(out.mlag_id, in.count("mlag", 1, kMostMlags));
}

void read_mlag(MapReader& in, MlagConfig& out) {
  set(out.peer, in.name("peer", Presence::required));
  set(out.peer_link, in.name("peer_link", Presence::required));
  set(out.on_peer_link_loss, in.choice("on_peer_link_loss", kPeerLinkLosses, Presence::required));
  set(out.primary, in.boolean("primary"));
}

void read_route(MapReader& in, RouteConfig& out) {
  const auto to = in.name("to", Presence::required);
  const auto prefix = to ? read_prefix(*to, in.reading()) : std::nullopt;
  set(out.prefix, prefix);
  for (const Name& hop : in.names("via").value_or(std::vector<Name>{})) {
    const auto address = read_plain_address(hop, in.reading());
    if (address && prefix && address->is_v4() != prefix->is_v4()) {
      in.reading().sink.error(hop.at, fmt::format("{} and {} are of different families",
                                                  in_quotes(hop.text), in_quotes(prefix->text())));
    } else if (address) {
      out.next_hops.push_back(*address);
    }
  }
  set(out.vrf, in.text("vrf"));
  set(out.discard, in.boolean("discard"));
  set(out.bfd, in.boolean("bfd"));
  if (out.discard == in.has("via")) {
    in.error_of_map("a route goes via a next hop or is discarded",
                    "write via: 10.0.0.1 or discard: true");
  }
}

void read_filter(MapReader& in, FilterRule& out) {
  set(out.permit, in.choice("action", kActions, Presence::required));
  for (const auto& [key, target] : {std::pair{"from", &out.from}, std::pair{"to", &out.to}}) {
    if (const auto name = in.name(key)) {
      if (read_prefix(*name, in.reading())) {
        *target = name->text;
      }
    }
  }
  read_word_into(in, "protocol", kFilterProtocols, out.protocol);
  out.port = read_port_number(in, "port", Presence::optional);
  if (out.port != 0 && out.protocol != "tcp" && out.protocol != "udp") {
    in.error("port", "a port goes with protocol: tcp or udp");
  }
}

void read_neighbors(MapReader& in, NeighborConfig& out) {
  set(out.profile, in.choice("profile", kNeighborProfiles));
  const auto time = [&](std::string_view key, Duration least, std::optional<Duration>& value) {
    if (const auto read = in.duration(key, Presence::optional, {.min = least})) {
      value = *read;
    }
  };
  time("reachable", kLeastReachable, out.reachable);
  time("delay", Duration::zero(), out.delay);
  time("retransmit", kLeastRetransmit, out.retransmit);
  if (const auto probes = in.count("probes", 1, kMostProbes)) {
    out.probes = *probes;
  }
}

void read_stateful(MapReader& in, StatefulConfig& out) {
  set(out.session_capacity, in.count("session_capacity", 1));
  for (const auto& [key, target] :
       {std::pair{"tcp_timeout", &out.timeouts.tcp},
        std::pair{"tcp_transitory_timeout", &out.timeouts.tcp_transitory},
        std::pair{"udp_timeout", &out.timeouts.udp}, std::pair{"icmp_timeout", &out.timeouts.icmp},
        std::pair{"other_timeout", &out.timeouts.other}}) {
    if (const auto timeout = in.duration(key)) {
      if (*timeout == Duration::zero()) {
        in.error(key, "a session must last a while");
      }
      *target = *timeout;
    }
  }
  out.peer = in.name("peer");
  set(out.active, in.boolean("active"));
  set(out.sessions_synchronised, in.boolean("sessions_synchronised"));
  set(out.heartbeat, in.duration("heartbeat", out.peer ? Presence::required : Presence::optional));
  set(out.heartbeats_lost, in.count("heartbeats_lost", 1, 1'000));
}

void read_virtual_service(MapReader& in, VirtualService& out) {
  if (const auto address = in.name("address", Presence::required)) {
    if (read_plain_address(*address, in.reading())) {
      out.address = address->text;
    }
  }
  out.port = read_port_number(in, "port", Presence::required);
  set(out.pool, in.names("pool", Presence::required));
  if (in.has("pool") && out.pool.empty()) {
    in.error("pool", "a virtual service needs a host behind it");
  }
  set(out.health_interval,
      in.duration("health_interval", Presence::required, {.min = std::chrono::milliseconds{100}}));
  set(out.health_lost, in.count("health_lost", 1, 1'000));
}

void read_boot(MapReader& in, NodeConfig& out) {
  for (const auto& [key, kind] : kBoots) {
    const auto cursor = in.optional(key);
    if (!cursor) {
      continue;
    }
    PlaneTimes times;
    if (cursor->is_map() && !cursor->find("value")) {
      MapReader planes(*cursor, in.reading());
      read_plane_times(planes, times);
      planes.finish();
    } else if (const auto all = read_duration(*cursor, in.reading())) {
      times = {*all, *all, *all};
    }
    out.boots[static_cast<std::size_t>(kind)] = times;
  }
}

void read_process(MapReader& in, ProcessConfig& out) {
  read_word_into(in, "function", kFunctions, out.function);
  set(out.memory, in.bytes("memory"));
  read_supervisor_key(in, out);
}

void read_supervisor(MapReader& in, SupervisorPolicy& out) {
  set(out.restarts, in.boolean("restarts"));
  set(out.poll, in.duration("poll"));
  set(out.unresponsive_after, in.duration("unresponsive_after"));
  set(out.delay, in.duration("delay"));
  set(out.delay_max, in.duration("delay_max"));
  set(out.limit_starts, in.count("limit_starts", 1));
  set(out.limit_window, in.duration("limit_window"));
  if (in.has("limit_starts") != in.has("limit_window")) {
    in.error(in.has("limit_starts") ? "limit_starts" : "limit_window",
             "'limit_starts' and 'limit_window' go together");
  }
  if (in.has("delay_max") && out.delay_max < out.delay) {
    in.error("delay_max", "delay_max is below delay");
  }
}

void read_plane_times(MapReader& in, PlaneTimes& out) {
  set(out.data, in.duration("data", Presence::required));
  set(out.control, in.duration("control", Presence::required));
  set(out.management, in.duration("management", Presence::required));
}

}  // namespace switchfault
