#include <algorithm>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include <switchfault/ip_address.h>

#include "io/address_domains.h"
#include "io/check_scenario.h"

namespace switchfault {
namespace {

struct DomainAddress {
  std::uint32_t domain;
  IpAddress address;
  friend bool operator==(const DomainAddress&, const DomainAddress&) = default;
};
struct DomainAddressHash {
  std::size_t operator()(const DomainAddress& key) const {
    return (key.address.high() * 31 + key.address.low() + key.domain) * 0x9e3779b97f4a7c15ULL;
  }
};
struct Owner {
  const NodeConfig* node;
  const InterfaceConfig* interface;
  const InterfaceAddress* address;
};

std::size_t count_addresses(const Topology& topology) {
  std::size_t count = 0;
  for (const NodeConfig& node : topology.nodes) {
    for (const InterfaceConfig& interface : node.interfaces) {
      count += interface.addresses.size();
    }
  }
  return count;
}

// The two of an active/standby pair share addresses: the owner answers for them.
bool are_pair(const NodeConfig& a, const NodeConfig& b) {
  return a.stateful && b.stateful && a.stateful->peer && b.stateful->peer &&
         a.stateful->peer->text == b.name && b.stateful->peer->text == a.name;
}

void check_duplicates(const References& all) {
  const Topology& topology = all.scenario.topology;
  const std::size_t count = count_addresses(topology);
  if (count < 2) {
    return;
  }
  AddressDomains domains(topology, [&](std::string_view name) {
    const auto index = all.nodes.find(name);
    return index ? static_cast<std::ptrdiff_t>(*index) : std::ptrdiff_t{-1};
  });
  std::unordered_map<DomainAddress, Owner, DomainAddressHash> owners;
  owners.reserve(count);
  for (std::size_t i = 0; i < topology.nodes.size(); ++i) {
    const NodeConfig& node = topology.nodes[i];
    for (const InterfaceConfig& interface : node.interfaces) {
      for (const InterfaceAddress& given : interface.addresses) {
        const IpAddress address = given.prefix.address();
        if (address.is_link_local()) {
          continue;
        }
        const auto [owner, fresh] = owners.emplace(DomainAddress{domains.of(i, interface), address},
                                                   Owner{&node, &interface, &given});
        if (!fresh && !are_pair(*owner->second.node, node)) {
          all.sink.error(
              given.at,
              fmt::format("the address {} is on {} of {} already, in line {}", address.text(),
                          in_quotes(owner->second.interface->name),
                          in_quotes(owner->second.node->name), owner->second.address->at.line));
        }
      }
    }
  }
}

// The networks of a node's interfaces by VRF, and its own addresses.
class OwnNetworks {
 public:
  explicit OwnNetworks(const NodeConfig& node) {
    for (const InterfaceConfig& interface : node.interfaces) {
      vrfs_.insert(interface.vrf);
      for (const InterfaceAddress& given : interface.addresses) {
        networks_.insert({interface.vrf, given.prefix.network()});
        lengths_.insert({given.prefix.is_v4(), given.prefix.length()});
        addresses_.insert(given.prefix.address());
      }
    }
  }

  [[nodiscard]] bool has_vrf(std::string_view vrf) const { return vrfs_.contains(vrf); }
  [[nodiscard]] bool owns(IpAddress address) const { return addresses_.contains(address); }
  [[nodiscard]] bool reaches(std::string_view vrf, IpAddress address) const {
    return std::any_of(lengths_.begin(), lengths_.end(), [&](const auto& length) {
      return length.first == address.is_v4() &&
             networks_.contains({vrf, IpPrefix(address, length.second).network()});
    });
  }

 private:
  std::set<std::string_view> vrfs_;
  std::set<std::pair<std::string_view, IpPrefix>> networks_;
  std::set<std::pair<bool, std::uint8_t>> lengths_;
  std::set<IpAddress> addresses_;
};

void check_route(const References& all, const NodeConfig& node, const OwnNetworks& own,
                 const RouteConfig& route) {
  if (!route.vrf.empty() && !own.has_vrf(route.vrf)) {
    all.sink.error(route.at, fmt::format("{} has no interface in the VRF {}", in_quotes(node.name),
                                         in_quotes(route.vrf)));
    return;
  }
  for (const IpAddress& hop : route.next_hops) {
    if (own.owns(hop)) {
      all.sink.error(route.at,
                     fmt::format("the next hop {} is {} itself", hop.text(), in_quotes(node.name)));
    } else if (!own.reaches(route.vrf, hop)) {
      all.sink.error(
          route.at,
          fmt::format("the next hop {} is in no network of {}", hop.text(), in_quotes(node.name)),
          "it must be in the prefix of one of its interfaces");
    }
  }
}

void check_node(const References& all, const NodeConfig& node) {
  const OwnNetworks own(node);
  for (const RouteConfig& route : node.routes) {
    check_route(all, node, own, route);
  }
  const auto management = IpAddress::parse(node.management_address);
  if (management && !own.owns(*management)) {
    all.sink.error(node.at, fmt::format("the management_address {} of {} is on none of its "
                                        "interfaces",
                                        node.management_address, in_quotes(node.name)));
  }
}

}  // namespace

void check_addresses(References& all) {
  check_duplicates(all);
  for (const NodeConfig& node : all.scenario.topology.nodes) {
    if (!node.routes.empty() || !node.management_address.empty()) {
      check_node(all, node);
    }
  }
}

}  // namespace switchfault
