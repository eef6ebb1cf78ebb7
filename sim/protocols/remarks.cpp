#include "protocols/remarks.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include <switchfault/ip_address.h>
#include <switchfault/units.h>

namespace switchfault {
namespace {

const std::string* text_of(const Arguments& arguments, std::string_view name) {
  const auto found = std::ranges::find(arguments, name, &Argument::name);
  return found == arguments.end() ? nullptr : &found->text;
}

const IpPrefix* first_v4(const std::vector<IpPrefix>& prefixes) {
  return prefixes.empty() ? nullptr : &prefixes.front();
}

std::vector<IpPrefix> v4_addresses(const InterfaceConfig& interface) {
  std::vector<IpPrefix> found;
  for (const InterfaceAddress& address : interface.addresses) {
    if (address.prefix.is_v4()) {
      found.push_back(address.prefix);
    }
  }
  return found;
}

// An area is a number or looks like an address; both say the same.
std::string plain_area(const std::string& text) {
  const auto address = IpAddress::parse(text);
  return address && address->is_v4() ? std::to_string(address->v4_bits()) : text;
}

// "10s" and "10000ms" say the same.
std::string plain(std::string_view name, const std::string& text) {
  const auto time = parse_duration(text);
  return name == "area" ? plain_area(text) : time ? format_duration(*time) : text;
}

bool off(const RoutedEnd& end, std::string_view kind) {
  return end.setting(kind, "enabled") == "false" || end.setting(kind, "passive") == "true";
}

void say(std::vector<Remark>& remarks, const RoutedEnd& at, std::string text, std::string hint) {
  remarks.push_back({.at = at.interface->at, .text = std::move(text), .hint = std::move(hint)});
}

// The ends of links whose nodes both run the kind.
struct Speakers {
  std::vector<Remark>& remarks;
  std::string_view kind;

  void differ(const RoutedLink& link, std::string_view name, std::string_view effect) const {
    const std::string a = plain(name, link.a.setting(kind, name));
    const std::string b = plain(name, link.b.setting(kind, name));
    if (a != b) {
      say(remarks, link.b,
          fmt::format("{} has {} {} of {} and {} has {}: {}", link.a.name(), name, a, kind,
                      link.b.name(), b, effect),
          "");
    }
  }
};

}  // namespace

const ProtocolConfig* RoutedEnd::runs(std::string_view kind) const {
  const auto found = std::ranges::find(node->protocols, kind, &ProtocolConfig::kind);
  return found == node->protocols.end() ? nullptr : &*found;
}

std::string RoutedEnd::setting(std::string_view kind, std::string_view name) const {
  const auto here = interface->protocols.find(std::string(kind));
  if (here != interface->protocols.end()) {
    if (const std::string* text = text_of(here->second, name)) {
      return *text;
    }
  }
  const ProtocolConfig* const protocol = runs(kind);
  const std::string* const text =
      protocol == nullptr ? nullptr : text_of(protocol->arguments, name);
  return text == nullptr ? "" : *text;
}

std::string RoutedEnd::name() const {
  return fmt::format("'{}:{}'", node->name, interface->name);
}

std::vector<RoutedLink> routed_links(const Topology& topology) {
  std::map<std::pair<std::string_view, std::string_view>, RoutedEnd> ends;
  for (const NodeConfig& node : topology.nodes) {
    for (const InterfaceConfig& interface : node.interfaces) {
      if (!v4_addresses(interface).empty()) {
        ends[{node.name, interface.name}] = {.node = &node, .interface = &interface};
      }
    }
  }
  std::vector<RoutedLink> links;
  for (const LinkConfig& link : topology.links) {
    const auto a = ends.find({link.a.node.text, link.a.port});
    const auto b = ends.find({link.b.node.text, link.b.port});
    if (a != ends.end() && b != ends.end()) {
      links.push_back({.a = a->second, .b = b->second});
    }
  }
  return links;
}

std::vector<Remark> ospf_remarks(const Topology& topology) {
  std::vector<Remark> remarks;
  const Speakers speakers{remarks, "ospf"};
  for (const RoutedLink& link : routed_links(topology)) {
    const bool a = link.a.runs("ospf") != nullptr && !off(link.a, "ospf");
    const bool b = link.b.runs("ospf") != nullptr && !off(link.b, "ospf");
    if (a != b) {
      const RoutedEnd& silent = a ? link.b : link.a;
      if (silent.runs("ospf") != nullptr) {
        say(remarks, silent,
            fmt::format("{} speaks ospf and {} does not: they form no adjacency",
                        (a ? link.a : link.b).name(), silent.name()),
            "");
      }
      continue;
    }
    if (!a) {
      continue;
    }
    speakers.differ(link, "area", "they form no adjacency");
    speakers.differ(link, "hello", "they form no adjacency");
    speakers.differ(link, "dead", "they form no adjacency");
    speakers.differ(link, "network", "routes over this link are not used");
    const std::vector<IpPrefix> here = v4_addresses(*link.a.interface);
    const std::vector<IpPrefix> there = v4_addresses(*link.b.interface);
    if (first_v4(here)->network() != first_v4(there)->network()) {
      say(remarks, link.b,
          fmt::format("{} is in {} and {} in {}: next hops between them cannot be reached",
                      link.a.name(), first_v4(here)->network().text(), link.b.name(),
                      first_v4(there)->network().text()),
          "");
    }
  }
  return remarks;
}

std::vector<Remark> bgp_remarks(const Topology& topology) {
  std::vector<Remark> remarks;
  for (const RoutedLink& link : routed_links(topology)) {
    for (const auto& [here, there] : {std::pair(link.a, link.b), std::pair(link.b, link.a)}) {
      const std::string remote = here.setting("bgp", "remote_as");
      const std::string own = there.setting("bgp", "as");
      if (remote.empty() || here.runs("bgp") == nullptr) {
        continue;
      }
      if (there.setting("bgp", "remote_as").empty()) {
        say(remarks, here,
            fmt::format("{} wants a bgp session and {} does not: it never comes up", here.name(),
                        there.name()),
            "");
      } else if (!own.empty() && own != remote) {
        say(remarks, here,
            fmt::format("remote_as of {} is {} and {} is in AS {}: the session is refused",
                        here.name(), remote, there.name(), own),
            "");
      }
    }
  }
  return remarks;
}

std::vector<Remark> bfd_remarks(const Topology& topology) {
  std::vector<Remark> remarks;
  for (const RoutedLink& link : routed_links(topology)) {
    const auto speaks = [](const RoutedEnd& end) {
      return end.runs("bfd") != nullptr && !off(end, "bfd");
    };
    const bool a = speaks(link.a);
    const bool b = speaks(link.b);
    if (a != b) {
      const RoutedEnd& silent = a ? link.b : link.a;
      say(remarks, silent,
          fmt::format("{} has bfd and {} has not: silence between them is noticed by nobody",
                      (a ? link.a : link.b).name(), silent.name()),
          "");
    }
  }
  for (const NodeConfig& node : topology.nodes) {
    const bool runs =
        std::ranges::find(node.protocols, "bfd", &ProtocolConfig::kind) != node.protocols.end();
    for (const RouteConfig& route : node.routes) {
      if (route.bfd && !runs) {
        remarks.push_back({.at = route.at,
                           .text = fmt::format("the route to {} follows bfd, which '{}' does not "
                                               "run: it is never used",
                                               route.prefix.text(), node.name),
                           .hint = "write protocols: {bfd: {}}"});
      }
    }
  }
  return remarks;
}

// --- aggregates ----------------------------------------------------------------------------------

namespace {

// A node and the aggregate of a port, if it is in one.
struct BundledEnd {
  const NodeConfig* node = nullptr;
  const LagConfig* lag = nullptr;
  std::string port;

  BundledEnd(const Topology& topology, const LinkEnd& end) : port(end.port) {
    const auto at = std::ranges::find(topology.nodes, end.node.text, &NodeConfig::name);
    if (at == topology.nodes.end()) {
      return;
    }
    node = &*at;
    for (const LagConfig& one : node->lags) {
      const bool has = std::ranges::find(one.members, port, &Name::text) != one.members.end();
      lag = has ? &one : lag;
    }
  }
  // Hosts, external networks and segments run no protocols here.
  [[nodiscard]] bool runs_protocols() const {
    return node != nullptr && node->kind != NodeKind::host && node->kind != NodeKind::external &&
           node->kind != NodeKind::segment;
  }
  // The setting of the aggregate, else that of the node, else empty.
  [[nodiscard]] std::string setting(std::string_view name) const {
    const auto runs = std::ranges::find(node->protocols, "lacp", &ProtocolConfig::kind);
    if (lag == nullptr || runs == node->protocols.end()) {
      return "";
    }
    const auto value_in = [&](const Arguments& arguments) {
      const auto at = std::ranges::find(arguments, name, &Argument::name);
      return at == arguments.end() ? std::string() : at->text;
    };
    const auto config = std::ranges::find(node->ports, lag->name, &PortConfig::name);
    if (config != node->ports.end()) {
      const auto own = config->protocols.find("lacp");
      std::string value = own == config->protocols.end() ? "" : value_in(own->second);
      if (!value.empty()) {
        return value;
      }
    }
    return value_in(runs->arguments);
  }
  [[nodiscard]] bool speaks() const {
    const std::string mode = setting("mode");
    return mode == "active" || mode == "passive";
  }
  [[nodiscard]] std::string name() const {
    return fmt::format("'{}:{}'", node->name, lag == nullptr ? port : lag->name);
  }
  [[nodiscard]] SourcePos at() const { return lag == nullptr ? node->at : lag->at; }
};

}  // namespace

std::vector<Remark> lacp_remarks(const Topology& topology) {
  std::vector<Remark> remarks;
  for (const LinkConfig& link : topology.links) {
    const BundledEnd a(topology, link.a);
    const BundledEnd b(topology, link.b);
    if (!a.runs_protocols() || !b.runs_protocols()) {
      continue;
    }
    Remark remark;
    if (a.speaks() != b.speaks()) {
      const BundledEnd& speaker = a.speaks() ? a : b;
      const BundledEnd& silent = a.speaks() ? b : a;
      remark.at = silent.at();
      remark.text = fmt::format(
          "{} speaks lacp and {} does not: {}", speaker.name(), silent.name(),
          speaker.setting("silent") == "one" ? "one link works alone" : "it stays down");
    } else if (a.setting("mode") == "passive" && b.setting("mode") == "passive") {
      remark.at = b.at();
      remark.text = fmt::format("lacp is passive at {} and at {}: neither begins, both stay down",
                                a.name(), b.name());
    }
    // The other links of the same aggregates say the same.
    const auto same = [&](const Remark& one) { return one.text == remark.text; };
    if (!remark.text.empty() && std::ranges::none_of(remarks, same)) {
      remarks.push_back(remark);
    }
  }
  return remarks;
}

// --- bridges -------------------------------------------------------------------------------------

namespace {

using Bridges = std::vector<std::vector<std::size_t>>;  // Neighbours, by place in the topology.

// How far the bridges are that can be reached, from one of them.
std::vector<std::size_t> distances(const Bridges& bridges, std::size_t from) {
  std::vector<std::size_t> far(bridges.size(), std::numeric_limits<std::size_t>::max());
  std::vector<std::size_t> next = {from};
  far[from] = 0;
  for (std::size_t i = 0; i < next.size(); ++i) {
    for (const std::size_t other : bridges[next[i]]) {
      if (far[other] == std::numeric_limits<std::size_t>::max()) {
        far[other] = far[next[i]] + 1;
        next.push_back(other);
      }
    }
  }
  return far;
}

// 802.1D-2004 17.14: 2 x (forward delay - 1 s) >= max age >= 2 x (hello + 1 s).
std::optional<Remark> wrong_timers(const NodeConfig& node, const ProtocolConfig& protocol) {
  const auto time = [&](std::string_view name) {
    const std::string* const text = text_of(protocol.arguments, name);
    return text == nullptr ? std::nullopt : parse_duration(*text);
  };
  constexpr Duration kSecond = std::chrono::seconds{1};
  const auto hello = time("hello");
  const auto age = time("max_age");
  const auto delay = time("forward_delay");
  if (!hello || !age || !delay) {
    return std::nullopt;
  }
  if (2 * (*delay - kSecond) < *age) {
    return Remark{
        .at = protocol.at,
        .text = fmt::format("max_age {} of '{}' is more than 2 x (forward_delay {} - 1s): "
                            "ports may forward before all old information has gone",
                            format_duration(*age), node.name, format_duration(*delay)),
        .hint = "IEEE 802.1D-2004 17.14"};
  }
  if (*age < 2 * (*hello + kSecond)) {
    return Remark{
        .at = protocol.at,
        .text = fmt::format("max_age {} of '{}' is less than 2 x (hello {} + 1s): one lost "
                            "BPDU moves the tree",
                            format_duration(*age), node.name, format_duration(*hello)),
        .hint = "IEEE 802.1D-2004 17.14"};
  }
  return std::nullopt;
}

}  // namespace

std::vector<Remark> bridge_remarks(const Topology& topology, std::string_view kind, bool refuses) {
  std::vector<Remark> remarks;
  std::map<std::string_view, std::size_t> place;
  std::vector<const ProtocolConfig*> speakers(topology.nodes.size(), nullptr);
  for (std::size_t i = 0; i < topology.nodes.size(); ++i) {
    const NodeConfig& node = topology.nodes[i];
    const auto own = std::ranges::find(node.protocols, kind, &ProtocolConfig::kind);
    if (own != node.protocols.end()) {
      place[node.name] = i;
      speakers[i] = &*own;
      if (auto remark = wrong_timers(node, *own)) {
        remark->refused = refuses;
        remarks.push_back(std::move(*remark));
      }
    }
  }
  Bridges bridges(topology.nodes.size());
  std::set<std::pair<std::size_t, std::size_t>> joined;
  for (const LinkConfig& link : topology.links) {
    const auto a = place.find(link.a.node.text);
    const auto b = place.find(link.b.node.text);
    if (a != place.end() && b != place.end() && a != b &&
        joined.insert(std::minmax(a->second, b->second)).second) {
      bridges[a->second].push_back(b->second);
      bridges[b->second].push_back(a->second);
    }
  }
  std::vector<bool> seen(bridges.size(), false);
  for (const auto& [name, first] : place) {
    if (seen[first]) {
      continue;
    }
    const std::vector<std::size_t> near = distances(bridges, first);
    std::size_t count = 0;
    std::size_t end = first;
    bool ring = true;
    for (std::size_t i = 0; i < near.size(); ++i) {
      if (near[i] == std::numeric_limits<std::size_t>::max()) {
        continue;
      }
      seen[i] = true;
      ++count;
      end = near[i] > near[end] ? i : end;
      ring = ring && bridges[i].size() == 2;
    }
    // As a message may age by one second at each bridge, max age is also how many it can pass.
    const std::string* const age = text_of(speakers[first]->arguments, "max_age");
    const auto longest = age == nullptr ? std::nullopt : parse_duration(*age);
    if (!longest) {
      continue;
    }
    std::size_t apart = 0;
    for (const std::size_t far : distances(bridges, end)) {
      apart = far == std::numeric_limits<std::size_t>::max() ? apart : std::max(apart, far);
    }
    apart = ring && count > 2 ? count - 1 : apart;
    const auto most = static_cast<std::size_t>(*longest / std::chrono::seconds{1});
    if (apart > most) {
      remarks.push_back(
          {.at = speakers[first]->at,
           .text = ring && count > 2
                       ? fmt::format("a ring of {} bridges: without one of its links they are up "
                                     "to {} apart, and information lives for {}",
                                     count, apart, most)
                       : fmt::format("bridges are up to {} apart, and information lives for {}",
                                     apart, most),
           .hint = "a greater max_age, or fewer bridges"});
    }
  }
  return remarks;
}

// --- trees for each VLAN -------------------------------------------------------------------------

namespace {

const Argument* argument(const ProtocolConfig& protocol, std::string_view name) {
  const auto at = std::ranges::find(protocol.arguments, name, &Argument::name);
  return at == protocol.arguments.end() ? nullptr : &*at;
}

bool says(const ProtocolConfig& protocol, std::string_view name, std::string_view text) {
  const Argument* const own = argument(protocol, name);
  return own != nullptr && own->text == text;
}

// An end of a link at a node that runs the kind.
struct TreeEnd {
  const NodeConfig* node = nullptr;
  const ProtocolConfig* protocol = nullptr;
  bool by_vlan = false;
  bool trunk = false;

  TreeEnd(const Topology& topology, const LinkEnd& end, std::string_view kind) {
    const auto at = std::ranges::find(topology.nodes, end.node.text, &NodeConfig::name);
    if (at == topology.nodes.end()) {
      return;
    }
    node = &*at;
    const auto runs = std::ranges::find(node->protocols, kind, &ProtocolConfig::kind);
    if (runs == node->protocols.end()) {
      return;
    }
    protocol = &*runs;
    by_vlan = says(*protocol, "per_vlan", "true");
    std::string port = end.port;
    for (const LagConfig& lag : node->lags) {
      const bool has = std::ranges::find(lag.members, port, &Name::text) != lag.members.end();
      port = has ? lag.name : port;
    }
    const auto config = std::ranges::find(node->ports, port, &PortConfig::name);
    trunk = config != node->ports.end() && (config->trunk_all || !config->trunk_vlans.empty());
  }
};

void check_vlan_tree(const NodeConfig& node, const ProtocolConfig& protocol,
                     std::vector<Remark>& remarks) {
  const auto refuse = [&](std::string_view name, std::string text, std::string hint) {
    const Argument* const own = argument(protocol, name);
    remarks.push_back({.at = own == nullptr ? protocol.at : own->at,
                       .text = std::move(text),
                       .hint = std::move(hint),
                       .refused = true});
  };
  if (!says(protocol, "per_vlan", "true")) {
    if (!protocol.vlans.empty()) {
      refuse("per_vlan",
             fmt::format("'{}' has one tree for all VLANs, and settings of VLAN {}", node.name,
                         protocol.vlans.begin()->first),
             "write per_vlan: true");
    }
    return;
  }
  if (node.mlag) {
    refuse("per_vlan", fmt::format("'{}' is one of an MLAG pair, which has one tree", node.name),
           "leave per_vlan out on both nodes of a pair");
  }
  if (says(protocol, "version", "stp")) {
    refuse("version",
           fmt::format("a tree for each VLAN speaks rapid BPDUs, and '{}' is told version: stp",
                       node.name),
           "leave version or per_vlan out");
  }
}

}  // namespace

std::vector<Remark> vlan_tree_remarks(const Topology& topology, std::string_view kind) {
  std::vector<Remark> remarks;
  for (const NodeConfig& node : topology.nodes) {
    for (const ProtocolConfig& protocol : node.protocols) {
      if (protocol.kind == kind) {
        check_vlan_tree(node, protocol, remarks);
      }
    }
  }
  for (const LinkConfig& link : topology.links) {
    const TreeEnd a(topology, link.a, kind);
    const TreeEnd b(topology, link.b, kind);
    const TreeEnd& many = a.by_vlan ? a : b;
    const TreeEnd& one = a.by_vlan ? b : a;
    if (!many.by_vlan || one.by_vlan || one.protocol == nullptr || !many.trunk) {
      continue;
    }
    Remark remark{.at = many.protocol->at,
                  .text = fmt::format("'{}' has a tree for each VLAN and its neighbour '{}' on a "
                                      "trunk one for all: between them only VLAN 1 has one",
                                      many.node->name, one.node->name),
                  .hint = "others may loop through such a neighbour"};
    const auto same = [&](const Remark& other) { return other.text == remark.text; };
    if (std::ranges::none_of(remarks, same)) {
      remarks.push_back(std::move(remark));
    }
  }
  return remarks;
}

}  // namespace switchfault
