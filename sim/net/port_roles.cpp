#include "net/port_roles.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "core/check.h"
#include "net/network_impl.h"

namespace switchfault {
namespace {

constexpr VlanId kDefaultVlan = 1;  // IEEE 802.1Q-2018 table 9-2: the default PVID.

bool is_bridge(NodeKind kind) {
  return kind == NodeKind::switch_ || kind == NodeKind::segment;
}

bool has_vlan_settings(const PortConfig& config) {
  return config.access_vlan != 0 || !config.trunk_vlans.empty() || config.trunk_all ||
         config.native_vlan != 0;
}

void sort_unique(std::vector<VlanId>& vlans) {
  std::ranges::sort(vlans);
  vlans.erase(std::unique(vlans.begin(), vlans.end()), vlans.end());
}

// Every VLAN that the configuration of the node names, and the default one of a switch.
std::vector<VlanId> known_vlans(const Node& node) {
  std::vector<VlanId> vlans;
  if (is_bridge(node.kind)) {
    vlans.push_back(kDefaultVlan);
  }
  for (const PortConfig& port : node.config->ports) {
    vlans.push_back(port.access_vlan);
    vlans.push_back(port.native_vlan);
    vlans.insert(vlans.end(), port.trunk_vlans.begin(), port.trunk_vlans.end());
  }
  for (const Interface& interface : node.interfaces) {
    if (interface.kind == InterfaceKind::vlan) {
      vlans.push_back(interface.vlan);
    }
  }
  sort_unique(vlans);
  std::erase(vlans, VlanId{0});
  return vlans;
}

// The VLANs of a trunk as the running configuration has them: "10,20"; what is no number names
// none.
std::vector<VlanId> parse_vlans(std::string_view text) {
  std::vector<VlanId> vlans;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    VlanId vlan = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + end, vlan);
    if (error == std::errc() && rest == text.data() + end && vlan != 0) {
      vlans.push_back(vlan);
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return vlans;
}

// The tagged VLANs of a port: without the untagged one.
std::vector<VlanId> tagged_vlans(const Node& node, const PortConfig& config,
                                 const std::vector<VlanId>& known) {
  std::vector<VlanId> vlans = config.trunk_all ? known : config.trunk_vlans;
  if (node.os != nullptr) {
    const auto changed = node.os->configured("ports." + config.name + ".trunk");
    vlans = changed.empty() ? vlans : parse_vlans(changed);
  }
  sort_unique(vlans);
  std::erase(vlans, config.native_vlan);
  return vlans;
}

// By logical port.
std::vector<bool> carry_interfaces(const Node& node) {
  std::vector<bool> carry(node.logical_ports.size());
  for (const Interface& interface : node.interfaces) {
    if (interface.port != LogicalPort::none) {
      carry[static_cast<std::size_t>(interface.port)] = true;
    }
  }
  return carry;
}

void assign_configured(NetworkImpl& network, const Node& node, const NodeState& state,
                       bool carries_interface, LogicalPortInfo& port) {
  port.untagged = 0;
  port.tagged = {};
  const bool bridged = port.config != nullptr && has_vlan_settings(*port.config);
  port.routed = carries_interface || (port.config != nullptr && port.config->routed) ||
                (!bridged && !is_bridge(node.kind));
  if (port.routed) {
    return;
  }
  if (!bridged) {
    port.untagged = kDefaultVlan;
    return;
  }
  const bool trunk = port.config->trunk_all || !port.config->trunk_vlans.empty();
  port.untagged =
      trunk || port.config->access_vlan == 0 ? port.config->native_vlan : port.config->access_vlan;
  if (trunk) {
    port.tagged = *network.vlan_lists.insert(tagged_vlans(node, *port.config, state.vlans)).first;
  }
}

void assign_blank(const Node& node, LogicalPortInfo& port) {
  port.routed = !is_bridge(node.kind);
  port.untagged = port.routed ? VlanId{0} : kDefaultVlan;
  port.tagged = {};
}

// Members of aggregates leave the aggregate when the configuration is blank, and come back.
void assign_members(const NetworkImpl& network, Node& node, const NodeState& state) {
  const std::size_t physical = node.ports.size();
  for (std::size_t i = 0; i < physical; ++i) {
    node.ports[i].logical = static_cast<LogicalPort>(i);
    node.logical_ports[i].members = std::span(network.identity).subspan(i, 1);
  }
  std::size_t first = 0;
  for (std::size_t i = physical; i < node.logical_ports.size(); ++i) {
    LogicalPortInfo& port = node.logical_ports[i];
    const std::size_t count = port.aggregate->members.size();
    const auto members = std::span(state.lag_members).subspan(first, count);
    first += count;
    port.members = state.blank ? std::span<const PortIndex>() : members;
    port.mlag_id = state.blank ? 0 : port.aggregate->mlag_id;
    for (const PortIndex member : port.members) {
      node.ports[static_cast<std::size_t>(member)].logical = static_cast<LogicalPort>(i);
      node.logical_ports[static_cast<std::size_t>(member)].members = {};
    }
  }
}

// Parsed once; a blank configuration has none of them.
void parse_addresses(const Node& node, std::vector<IpPrefix>& addresses) {
  std::size_t count = 0;
  for (const Interface& interface : node.interfaces) {
    count += interface.config->addresses.size();
  }
  addresses.reserve(count);
  for (const Interface& interface : node.interfaces) {
    for (const Name& address : interface.config->addresses) {
      const auto parsed = IpPrefix::parse(address.text);
      SF_CHECK(parsed.has_value());
      addresses.push_back(*parsed);
    }
  }
}

}  // namespace

void assign_addresses(Node& node, NodeState& state) {
  if (state.addresses.empty()) {
    parse_addresses(node, state.addresses);
  }
  std::span<const IpPrefix> rest = state.addresses;
  for (Interface& interface : node.interfaces) {
    const std::size_t count = interface.config->addresses.size();
    const auto place = static_cast<std::size_t>(&interface - node.interfaces.data());
    const bool moved =
        place < state.moved_addresses.size() && state.moved_addresses[place].has_value();
    const std::span<const IpPrefix> now =
        moved ? std::span<const IpPrefix>(*state.moved_addresses[place]) : rest.first(count);
    interface.addresses = state.blank ? std::span<const IpPrefix>() : now;
    interface.enabled = !state.blank && interface.config->up;
    rest = rest.subspan(count);
  }
}

void assign_port_roles(NetworkImpl& network, Node& node, NodeState& state) {
  state.vlans = known_vlans(node);
  assign_addresses(node, state);
  ++network.address_assignments;
  ++state.role_assignments;
  assign_members(network, node, state);
  const std::vector<bool> carry = carry_interfaces(node);
  for (std::size_t i = 0; i < node.logical_ports.size(); ++i) {
    if (state.blank) {
      assign_blank(node, node.logical_ports[i]);
    } else {
      assign_configured(network, node, state, carry[i], node.logical_ports[i]);
    }
  }
}

}  // namespace switchfault
