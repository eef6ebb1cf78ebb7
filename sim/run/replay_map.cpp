#include "run/replay_map.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "core/by_name.h"
#include "core/check.h"
#include "net/port_names.h"

namespace switchfault {
namespace {

constexpr std::uint8_t kSubnetV4 = 24;
constexpr std::uint8_t kSubnetV6 = 64;

std::uint8_t protocol_number(std::string_view name) {
  return static_cast<std::uint8_t>(name == "udp"    ? IpProtocol::udp
                                   : name == "icmp" ? IpProtocol::icmp
                                                    : IpProtocol::tcp);
}

std::string service_port(std::uint8_t protocol, std::uint16_t port) {
  const auto known = static_cast<IpProtocol>(protocol);
  const std::string name = known == IpProtocol::tcp   ? "tcp"
                           : known == IpProtocol::udp ? "udp"
                                                      : fmt::format("IP protocol {}", protocol);
  return port == 0 ? name : fmt::format("{} {}", name, port);
}

bool is_within(IpAddress address, std::initializer_list<std::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view text) {
    return IpPrefix::parse(text)->contains(address);
  });
}

// RFC 1918, RFC 6598, RFC 4193, RFC 3927 and RFC 4291: of a site, not of the Internet.
bool is_private(IpAddress address) {
  return is_within(address, {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10",
                             "169.254.0.0/16", "fc00::/7", "fe80::/10"});
}

IpPrefix subnet_of(IpAddress address) {
  return IpPrefix(address, address.is_v4() ? kSubnetV4 : kSubnetV6).network();
}

void add_once(std::vector<NodeIndex>& nodes, NodeIndex node) {
  if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) {
    nodes.push_back(node);
  }
}

}  // namespace

struct RecordedHosts::Impl {
  struct Rule {
    const ReplayRule* config = nullptr;
    std::optional<IpPrefix> prefix;
    std::optional<MacAddress> mac;
    std::optional<IpAddress> as;
    std::vector<NodeIndex> to;
    std::size_t used = 0;
  };
  struct Service {
    std::string_view name;
    std::uint8_t protocol = 0;
    std::uint16_t port = 0;
    std::vector<Place> places;   // Of servers: the virtual address, else the endpoints.
    std::vector<Place> reached;  // Whatever leads to it.
  };
  struct Group {
    std::string_view name;
    const UserGroupConfig* config = nullptr;  // Null: nobody's hosts.
    std::vector<NodeIndex> places;
  };
  struct Subnet {
    std::size_t group = 0;
    std::size_t used = 0;
  };
  // What somebody has been seen to serve, or to ask for.
  struct Seen {
    std::uint64_t weight = 0;  // Of all evidence for this role.
    Evidence best{};           // Of what stands below.
    std::uint8_t protocol = 0;
    std::uint16_t port = 0;
    HostIndex peer = HostIndex::none;
  };
  struct Host {
    RecordedHost recorded;
    Seen server, client;
    HostIndex same = HostIndex::none;  // By ARP; of a MAC.
    Place place;
    std::string why;
    std::uint64_t conversations = 0;
    bool decided = false;
    std::optional<std::size_t> group;  // Of a client.
  };
  struct Key {
    bool by_mac = false;
    std::uint16_t vlan = 0;
    IpAddress address;
    MacAddress mac;
    friend auto operator<=>(const Key&, const Key&) = default;
  };

  Impl(const Scenario& scenario, const Network& given, const ReplayMap& rules_of_user)
      : network(given), map(rules_of_user) {
    compile();
    find_services(scenario);
    find_own_addresses(scenario);
    find_groups(scenario);
  }

  // --- construction ---

  void compile() {
    DiagnosticSink sink(map.files);
    for (const ReplayRule& config : map.rules) {
      Rule& rule = rules.emplace_back();
      rule.config = &config;
      rule.prefix = config.prefix.empty() ? std::nullopt : IpPrefix::parse(config.prefix);
      rule.mac = config.mac.empty() ? std::nullopt : parse_mac(config.mac);
      rule.as = config.as.empty() ? std::nullopt : IpAddress::parse(config.as);
      by_vlan = by_vlan || config.vlan.has_value();
      for (const Name& name : config.to) {
        const NodeIndex node = network.find_node(name.text);
        rule.to.push_back(node);
        if (node == NodeIndex::none) {
          sink.error(name.at, "there is no node " + in_quotes(name.text),
                     sink.full() ? "" : suggestion(name.text, node_names()));
        }
      }
    }
    sink.throw_if_any();
  }

  [[nodiscard]] std::vector<std::string_view> node_names() const {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < network.node_count(); ++i) {
      names.emplace_back(network.node(static_cast<NodeIndex>(i)).config->name);
    }
    return names;
  }

  void find_services(const Scenario& scenario) {
    for (const ServiceConfig* config : by_name(scenario.services, naturally_before)) {
      Service& service = services.emplace_back();
      service.name = config->name;
      service.protocol = protocol_number(config->protocol);
      service.port = config->protocol == "icmp" ? std::uint16_t{0} : config->port;
      for (const Name& endpoint : config->endpoints) {
        const NodeIndex node = network.find_node(endpoint.text);
        SF_CHECK(node != NodeIndex::none);
        add_once(endpoints, node);
        service.reached.push_back({.node = node, .address = {}});
      }
      service.places = service.reached;
      if (const auto address = IpAddress::parse(config->address)) {
        service.places = {
            {.node = service.reached.front().node, .address = *address, .is_virtual = true}};
        service.reached.push_back(service.places.front());
      }
    }
  }

  void find_own_addresses(const Scenario& scenario) {
    for (std::size_t i = 0; i < network.node_count(); ++i) {
      const auto node = static_cast<NodeIndex>(i);
      if (network.node(node).kind == NodeKind::external) {
        externals.push_back(node);
      }
      for (const Interface& interface : network.node(node).interfaces) {
        for (const IpPrefix& prefix : interface.addresses()) {
          own_addresses.emplace(prefix.address(), Place{.node = node, .address = prefix.address()});
        }
      }
    }
    for (const Service& service : services) {
      if (service.places.front().is_virtual) {
        own_addresses.emplace(*service.places.front().address, service.places.front());
      }
    }
    for (const NodeConfig& node : scenario.topology.nodes) {
      for (const VirtualService& service : node.virtual_services) {
        const auto address = IpAddress::parse(service.address);
        if (address && !service.pool.empty()) {
          own_addresses.emplace(*address,
                                Place{.node = network.find_node(service.pool.front().text),
                                      .address = *address,
                                      .is_virtual = true});
        }
      }
    }
  }

  void find_groups(const Scenario& scenario) {
    for (const UserGroupConfig* config : by_name(scenario.users, naturally_before)) {
      Group& group = groups.emplace_back();
      group.name = config->name;
      group.config = config;
      for (const Name& place : config->places) {
        group.places.push_back(network.find_node(place.text));
      }
    }
    if (!groups.empty()) {
      return;
    }
    Group& hosts_of_nobody = groups.emplace_back();
    add_hosts(hosts_of_nobody.places, false);
    if (hosts_of_nobody.places.empty()) {
      add_hosts(hosts_of_nobody.places, true);
    }
  }

  void add_hosts(std::vector<NodeIndex>& out, bool with_servers) const {
    for (std::size_t i = 0; i < network.node_count(); ++i) {
      const auto node = static_cast<NodeIndex>(i);
      const NodeKind kind = network.node(node).kind;
      const bool serves = std::find(endpoints.begin(), endpoints.end(), node) != endpoints.end();
      if ((kind == NodeKind::host || kind == NodeKind::external) && (with_servers || !serves)) {
        out.push_back(node);
      }
    }
  }

  // --- deciding ---

  [[nodiscard]] Host& host(HostIndex index) { return hosts[static_cast<std::size_t>(index)]; }

  void decide(Host& host) {
    if (std::exchange(host.decided, true)) {
      return;
    }
    if (by_rule(host)) {
      return;
    }
    if (!map.automatic) {
      host.why = "no rule of the map";
      return;
    }
    if (host.same != HostIndex::none) {
      const Host& other = this->host(host.same);
      host.place = other.place;
      host.why = "the host of " + other.recorded.address.text();
      return;
    }
    if (!host.recorded.by_mac) {
      const auto own = own_addresses.find(host.recorded.address);
      if (own != own_addresses.end()) {
        host.place = own->second;
        host.why = "its address in the topology";
        return;
      }
    }
    if (host.server.weight > host.client.weight) {
      as_server(host);
    } else {
      as_client(host);
    }
  }

  [[nodiscard]] static bool fits(const Rule& rule, const RecordedHost& host) {
    const bool prefix_fits = !rule.prefix || (!host.by_mac && rule.prefix->contains(host.address));
    return prefix_fits && (!rule.mac || *rule.mac == host.mac) &&
           (!rule.config->vlan || *rule.config->vlan == host.vlan);
  }

  bool by_rule(Host& host) {
    for (Rule& rule : rules) {
      if (!fits(rule, host.recorded)) {
        continue;
      }
      host.why = rule.config->at.known() ? fmt::format("line {} of the map", rule.config->at.line)
                                         : "a rule of the map";
      if (!rule.to.empty()) {
        host.place.node = rule.to[rule.used++ % rule.to.size()];
        host.place.address = rule.as;
        const auto own = rule.as ? own_addresses.find(*rule.as) : own_addresses.end();
        host.place.is_virtual =
            rule.as && (own == own_addresses.end() || own->second.node != host.place.node ||
                        own->second.is_virtual);
      }
      return true;
    }
    return false;
  }

  void as_server(Host& host) {
    const std::uint8_t protocol = host.server.protocol;
    const std::uint16_t port = port_here(host.server.port);
    std::vector<std::pair<const Service*, Place>> fitting;
    for (const Service& service : services) {
      if (service.protocol == protocol && service.port == port) {
        for (const Place& place : service.places) {
          fitting.emplace_back(&service, place);
        }
      }
    }
    const Group* const group = group_of(host.server.peer);
    const auto unused = [&](const auto& one) { return !uses(group, *one.first); };
    if (!std::all_of(fitting.begin(), fitting.end(), unused)) {
      fitting.erase(std::remove_if(fitting.begin(), fitting.end(), unused), fitting.end());
    }
    prefer_family(host, fitting, [](const auto& candidate) { return candidate.second; });
    std::size_t& used = servers_at[{protocol, port}];
    const NodeIndex taken = place_of_peer(host.server);
    if (!fitting.empty()) {
      const auto& [service, place] =
          next_of(fitting, used, [&](const auto& one) { return one.second.node == taken; });
      host.place = place;
      host.why = fmt::format("serves {}: service {}", service_port(protocol, port), service->name);
      return;
    }
    const bool outside = !host.recorded.by_mac && !is_private(host.recorded.address);
    std::string_view what = "an external network";
    std::vector<NodeIndex> nodes = outside ? externals : std::vector<NodeIndex>{};
    if (nodes.empty()) {
      nodes = servers_used_by(group);
      what = "where services of its clients are";
    }
    if (nodes.empty()) {
      add_hosts(nodes, true);
      what = "a host";
    }
    prefer_family(host, nodes, [](NodeIndex node) { return Place{.node = node, .address = {}}; });
    if (nodes.empty()) {
      host.why = "the topology has no host";
      return;
    }
    host.place.node = next_of(nodes, used, [&](NodeIndex node) { return node == taken; });
    host.why = fmt::format("serves {}, no service here: {}", service_port(protocol, port), what);
  }

  // One after another, but not one that is taken while there is another.
  template <typename Candidate, typename IsTaken>
  static const Candidate& next_of(const std::vector<Candidate>& candidates, std::size_t& used,
                                  const IsTaken& is_taken) {
    for (std::size_t tried = 1; tried < candidates.size(); ++tried) {
      if (!is_taken(candidates[used % candidates.size()])) {
        break;
      }
      ++used;
    }
    return candidates[used++ % candidates.size()];
  }

  [[nodiscard]] NodeIndex place_of_peer(const Seen& seen) const {
    return seen.peer == HostIndex::none ? NodeIndex::none
                                        : hosts[static_cast<std::size_t>(seen.peer)].place.node;
  }

  // The users at whose places the client is; null: not known.
  [[nodiscard]] const Group* group_of(HostIndex client) {
    if (client == HostIndex::none) {
      return nullptr;
    }
    decide(host(client));
    const auto& number = host(client).group;
    return number ? &groups[*number] : nullptr;
  }

  [[nodiscard]] static bool uses(const Group* group, const Service& service) {
    return group == nullptr || group->config == nullptr || group->config->uses.empty() ||
           std::any_of(group->config->uses.begin(), group->config->uses.end(),
                       [&](const Name& name) { return name.text == service.name; });
  }

  [[nodiscard]] std::vector<NodeIndex> servers_used_by(const Group* group) const {
    std::vector<NodeIndex> nodes;
    for (const Service& service : services) {
      for (const Place& place : service.reached) {
        if (uses(group, service) && !place.is_virtual) {
          add_once(nodes, place.node);
        }
      }
    }
    return nodes;
  }

  void as_client(Host& host) {
    const auto [known, added] =
        subnets.try_emplace(host.recorded.by_mac ? IpPrefix{} : subnet_of(host.recorded.address));
    Subnet& subnet = known->second;
    if (added) {
      const std::vector<std::size_t> candidates = groups_for(host);
      std::size_t& used = subnets_of[candidates];
      subnet.group = candidates[used++ % candidates.size()];
    }
    const Group& group = groups[subnet.group];
    host.group = subnet.group;
    std::vector<NodeIndex> places = group.places;
    prefer_family(host, places, [](NodeIndex node) { return Place{.node = node, .address = {}}; });
    if (places.empty()) {
      host.why = "the topology has no host";
      return;
    }
    const NodeIndex taken = place_of_peer(host.client);
    host.place.node = next_of(places, subnet.used, [&](NodeIndex node) { return node == taken; });
    host.why =
        fmt::format("client{}{}: {}",
                    host.client.weight == 0
                        ? ""
                        : " of " + service_port(host.client.protocol, port_here(host.client.port)),
                    host.recorded.by_mac ? "" : ", subnet " + known->first.text(),
                    group.config == nullptr ? "a host" : fmt::format("users {}", group.name));
  }

  // Groups that use what it asks for; those inside for private addresses; those of its family. A
  // wish that nobody fulfils is not made.
  [[nodiscard]] std::vector<std::size_t> groups_for(const Host& host) const {
    std::vector<std::size_t> candidates(groups.size());
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      candidates[i] = i;
    }
    const auto prefer = [&](auto&& wish) {
      std::vector<std::size_t> left;
      std::copy_if(candidates.begin(), candidates.end(), std::back_inserter(left),
                   [&](std::size_t i) { return wish(groups[i]); });
      candidates = left.empty() ? candidates : left;
    };
    prefer([&](const Group& group) { return asks_for_its_own(group, host.client); });
    const bool inside = host.recorded.by_mac || is_private(host.recorded.address);
    prefer([&](const Group& group) {
      return std::any_of(group.places.begin(), group.places.end(), [&](NodeIndex node) {
        return (network.node(node).kind == NodeKind::external) != inside;
      });
    });
    prefer(
        [&](const Group& group) { return !talks_to_own_subnet(host) || group.places.size() > 1; });
    prefer([&](const Group& group) {
      return host.recorded.by_mac ||
             std::any_of(group.places.begin(), group.places.end(), [&](NodeIndex node) {
               return has_family(node, !host.recorded.address.is_v4());
             });
    });
    return candidates;
  }

  [[nodiscard]] bool talks_to_own_subnet(const Host& host) const {
    const auto in_subnet = [&](const Seen& seen) {
      if (seen.peer == HostIndex::none || host.recorded.by_mac) {
        return false;
      }
      const RecordedHost& peer = hosts[static_cast<std::size_t>(seen.peer)].recorded;
      return !peer.by_mac && subnet_of(peer.address) == subnet_of(host.recorded.address);
    };
    return in_subnet(host.client) || in_subnet(host.server);
  }

  [[nodiscard]] bool asks_for_its_own(const Group& group, const Seen& asked) const {
    return std::any_of(services.begin(), services.end(), [&](const Service& service) {
      return service.protocol == asked.protocol && service.port == port_here(asked.port) &&
             uses(&group, service);
    });
  }

  // Leaves out those without an address of the family, unless nobody has one.
  template <typename Candidate, typename PlaceOf>
  void prefer_family(const Host& host, std::vector<Candidate>& candidates,
                     const PlaceOf& place_of) const {
    const bool ipv6 = !host.recorded.address.is_v4();
    const auto lacks = [&](const Candidate& candidate) {
      const Place place = place_of(candidate);
      return place.address ? place.address->is_v4() == ipv6 : !has_family(place.node, ipv6);
    };
    if (!host.recorded.by_mac && !std::all_of(candidates.begin(), candidates.end(), lacks)) {
      candidates.erase(std::remove_if(candidates.begin(), candidates.end(), lacks),
                       candidates.end());
    }
  }

  [[nodiscard]] bool has_family(NodeIndex node, bool ipv6) const {
    return network.address_of(node, ipv6).has_value();
  }

  [[nodiscard]] std::uint16_t port_here(std::uint16_t recorded) const {
    const auto found = map.ports.find(recorded);
    return found == map.ports.end() ? recorded : found->second;
  }

  const Network& network;
  const ReplayMap& map;
  std::vector<Rule> rules;
  bool by_vlan = false;
  std::vector<Service> services;             // By name.
  std::map<IpAddress, Place> own_addresses;  // Of nodes and services.
  std::vector<NodeIndex> externals, endpoints;
  std::vector<Group> groups;  // By name; at least one.
  std::map<std::pair<std::uint8_t, std::uint16_t>, std::size_t> servers_at;  // So far, by port.
  std::map<std::vector<std::size_t>, std::size_t> subnets_of;  // So far, by candidate groups.
  std::map<IpPrefix, Subnet> subnets;
  std::vector<Host> hosts;
  std::map<Key, HostIndex> numbers;
  std::size_t decided = 0;
};

RecordedHosts::RecordedHosts(const Scenario& scenario, const Network& network, const ReplayMap& map)
    : impl_(std::make_unique<Impl>(scenario, network, map)) {}

RecordedHosts::~RecordedHosts() = default;

HostIndex RecordedHosts::find_or_add(const RecordedHost& host) {
  Impl::Key key{.by_mac = host.by_mac, .vlan = host.vlan};
  if (host.by_mac) {
    key.mac = host.mac;
  } else {
    key.address = host.address;
  }
  const auto [found, added] =
      impl_->numbers.try_emplace(key, static_cast<HostIndex>(impl_->hosts.size()));
  if (added) {
    impl_->hosts.emplace_back().recorded = host;
  }
  return found->second;
}

void RecordedHosts::note(HostIndex index, bool serves, Evidence evidence, std::uint8_t protocol,
                         std::uint16_t port, HostIndex peer) {
  Impl::Host& host = impl_->host(index);
  ++host.conversations;
  Impl::Seen& seen = serves ? host.server : host.client;
  seen.weight += static_cast<std::uint64_t>(evidence);
  if (evidence > seen.best) {
    seen.best = evidence;
    seen.protocol = protocol;
    seen.port = port;
    seen.peer = peer;
  }
}

void RecordedHosts::join(HostIndex by_mac, HostIndex by_address) {
  impl_->host(by_mac).same = by_address;
}

void RecordedHosts::decide() {
  // A MAC goes where its address goes, so addresses come first.
  for (const bool by_mac : {false, true}) {
    for (std::size_t i = impl_->decided; i < impl_->hosts.size(); ++i) {
      if (impl_->hosts[i].recorded.by_mac == by_mac) {
        impl_->decide(impl_->hosts[i]);
      }
    }
  }
  impl_->decided = impl_->hosts.size();
}

const RecordedHosts::Place& RecordedHosts::place(HostIndex host) const {
  return impl_->host(host).place;
}

std::optional<IpAddress> RecordedHosts::reached_at(HostIndex index, bool ipv6) const {
  const Place& place = impl_->host(index).place;
  if (place.address) {
    return place.address->is_v4() != ipv6 ? place.address : std::nullopt;
  }
  return impl_->network.address_of(place.node, ipv6);
}

std::optional<IpAddress> RecordedHosts::sends_from(HostIndex index, bool ipv6) const {
  const Place& place = impl_->host(index).place;
  return place.is_virtual ? impl_->network.address_of(place.node, ipv6) : reached_at(index, ipv6);
}

bool RecordedHosts::by_vlan() const {
  return impl_->by_vlan;
}

std::uint16_t RecordedHosts::port_here(std::uint16_t recorded) const {
  return impl_->port_here(recorded);
}

bool RecordedHosts::is_service(std::uint8_t protocol, std::uint16_t port) const {
  return std::any_of(
      impl_->services.begin(), impl_->services.end(), [&](const Impl::Service& service) {
        return service.protocol == protocol && service.port == impl_->port_here(port);
      });
}

std::string_view RecordedHosts::service_at(HostIndex index, std::uint8_t protocol,
                                           std::uint16_t port) const {
  const Place& place = impl_->host(index).place;
  for (const Impl::Service& service : impl_->services) {
    if (service.protocol != protocol || service.port != impl_->port_here(port)) {
      continue;
    }
    for (const Place& reached : service.reached) {
      if (reached.is_virtual ? reached.address == place.address
                             : reached.node == place.node && !place.is_virtual) {
        return service.name;
      }
    }
  }
  return {};
}

std::vector<MappedAddress> RecordedHosts::rows() const {
  std::vector<MappedAddress> rows;
  for (const Impl::Host& host : impl_->hosts) {
    const RecordedHost& recorded = host.recorded;
    MappedAddress& row = rows.emplace_back();
    row.recorded = recorded.by_mac ? format_mac(recorded.mac) : recorded.address.text();
    row.vlan = recorded.vlan;
    if (host.place.node != NodeIndex::none) {
      row.node = impl_->network.node(host.place.node).config->name;
      row.address = host.place.address ? host.place.address->text() : "";
    }
    row.role = host.server.weight > host.client.weight ? "server" : "client";
    row.why = host.why;
    row.conversations = host.conversations;
  }
  return rows;
}

}  // namespace switchfault
