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

constexpr VlanId kVlanBits = 0xfff;
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

// REQUIRES: what it is told apart from others by lies in the plan.
PortSettings& settings_of(const LogicalPortInfo& port, NodeState& state) {
  return state.plan
      ->settings[static_cast<std::size_t>(port.settings - state.plan->settings.data())];
}

void assign_configured(NetworkImpl& network, const Node& node, NodeState& state,
                       bool carries_interface, LogicalPortInfo& port) {
  const PortConfig* config = port.config();
  const bool bridged = config != nullptr && has_vlan_settings(*config);
  port.untagged = 0;
  port.routed = carries_interface || (config != nullptr && config->routed) ||
                (!bridged && !is_bridge(node.kind));
  if (port.routed) {
    return;
  }
  if (!bridged) {
    port.untagged = kDefaultVlan;
    return;
  }
  const bool trunk = config->trunk_all || !config->trunk_vlans.empty();
  const VlanId untagged =
      trunk || config->access_vlan == 0 ? config->native_vlan : config->access_vlan;
  port.untagged = untagged & kVlanBits;
  if (trunk) {
    settings_of(port, state).tagged =
        *network.vlan_lists.insert(tagged_vlans(node, *config, state.plan->vlans)).first;
  }
}

void assign_blank(const Node& node, LogicalPortInfo& port) {
  port.routed = !is_bridge(node.kind);
  port.untagged = port.routed ? VlanId{0} : kDefaultVlan;
}

// Members of aggregates leave the aggregate when the configuration is blank, and come back.
void assign_members(Node& node, NodeState& state) {
  const std::size_t physical = node.ports.size();
  for (std::size_t i = 0; i < physical; ++i) {
    node.ports[i].logical = static_cast<LogicalPort>(i);
    node.logical_ports[i].bundled = false;
  }
  std::size_t first = 0;
  for (std::size_t i = physical; i < node.logical_ports.size(); ++i) {
    PortSettings& settings = settings_of(node.logical_ports[i], state);
    const std::size_t count = settings.aggregate->members.size();
    const auto members = std::span(state.plan->lag_members).subspan(first, count);
    first += count;
    settings.members = state.blank ? std::span<const PortIndex>() : members;
    settings.mlag_id = state.blank ? 0 : settings.aggregate->mlag_id;
    for (const PortIndex member : settings.members) {
      node.ports[static_cast<std::size_t>(member)].logical = static_cast<LogicalPort>(i);
      node.logical_ports[static_cast<std::size_t>(member)].bundled = true;
    }
  }
}

}  // namespace

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

void assign_addresses(NetworkImpl& network, Node& node, const NodeState& state) {
  const std::uint64_t* next = network.prefixes.data() + state.first_address;
  for (std::size_t i = 0; i < node.interfaces.size(); ++i) {
    Interface& interface = node.interfaces[i];
    interface.enabled = !state.blank && interface.config->up;
    interface.address_words = nullptr;
    if (!interface.config->addresses.empty()) {
      interface.address_words = state.blank ? nullptr : next;
      next = PrefixList(next).past();
    }
    const auto moved = network.moved_addresses.find(
        {static_cast<NodeIndex>(node.entity.index()), static_cast<InterfaceIndex>(i)});
    if (moved != network.moved_addresses.end()) {
      const bool none = state.blank || moved->second.empty();
      interface.address_words = none ? nullptr : moved->second.data();
    }
  }
}

void assign_port_roles(NetworkImpl& network, Node& node, NodeState& state) {
  if (std::vector<VlanId> vlans = known_vlans(node); !vlans.empty()) {
    if (state.plan == nullptr) {
      state.plan = std::make_unique<PortPlan>();
    }
    state.plan->vlans = std::move(vlans);
  }
  assign_addresses(network, node, state);
  ++network.address_assignments;
  ++state.role_assignments;
  assign_members(node, state);
  for (std::size_t i = 0; state.plan != nullptr && i < state.plan->settings.size(); ++i) {
    state.plan->settings[i].tagged = {};
  }
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
