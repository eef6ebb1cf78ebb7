#include "io/address_domains.h"

#include <algorithm>

#include "core/node_criteria.h"
#include "core/random.h"
#include "io/node_kind.h"

namespace switchfault {
namespace {

constexpr std::uint16_t kVrfTag = 0xffff;  // No VLAN has this number.
constexpr std::uint16_t kDefaultVlan = 1;  // Of a switch port without settings (IEEE 802.1Q).

// "eth1" of the sub-interface "eth1.20"; empty for every other interface.
std::string_view port_of_sub_interface(const InterfaceConfig& interface) {
  const std::size_t dot = interface.name.rfind('.');
  return interface.vlan == 0 || dot == std::string::npos
             ? std::string_view{}
             : std::string_view(interface.name).substr(0, dot);
}

void sort_unique(std::vector<std::uint16_t>& numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

bool routes(NodeKind kind) {
  return has_os(kind) && kind != NodeKind::controller;
}

}  // namespace

std::size_t AddressDomains::KeyHash::operator()(const Key& key) const {
  const std::size_t mixed = (key.node << 16U | key.tag) * 0x9e3779b97f4a7c15ULL;
  return key.port.empty() ? mixed : mixed ^ stable_hash(key.port);
}

AddressDomains::AddressDomains(const Topology& topology, const IndexOf& index_of)
    : topology_(topology) {
  collect_ports();
  for (const LinkConfig& link : topology.links) {
    const std::ptrdiff_t a = index_of(link.a.node.text);
    const std::ptrdiff_t b = index_of(link.b.node.text);
    if (a >= 0 && b >= 0) {
      join_link(end_of(static_cast<std::size_t>(a), link.a.port),
                end_of(static_cast<std::size_t>(b), link.b.port));
    }
  }
  segments_ = parents_;
  collect_interfaces();
}

void AddressDomains::collect_ports() {
  for (std::size_t i = 0; i < topology_.nodes.size(); ++i) {
    const NodeConfig& node = topology_.nodes[i];
    for (const PortConfig& port : node.ports) {
      ports_.emplace(PortKey{i, port.name, 0}, &port);
    }
    for (const LagConfig& lag : node.lags) {
      for (const Name& member : lag.members) {
        lag_of_.emplace(PortKey{i, member.text, 0}, lag.name);
      }
    }
    for (const InterfaceConfig& interface : node.interfaces) {
      const std::string_view port = port_of_sub_interface(interface);
      if (!port.empty()) {
        sub_interfaces_[{i, port, 0}].push_back(interface.vlan);
      }
    }
  }
  for (auto& [port, tags] : sub_interfaces_) {
    sort_unique(tags);
  }
}

// What a node routes between is one domain.
void AddressDomains::collect_interfaces() {
  for (std::size_t i = 0; i < topology_.nodes.size(); ++i) {
    const NodeConfig& node = topology_.nodes[i];
    for (const InterfaceConfig& interface : node.interfaces) {
      if (routes(node.kind) && !interface.addresses.empty()) {
        join(key_of(i, interface), {i, interface.vrf, kVrfTag});
      }
    }
  }
}

AddressDomains::End AddressDomains::end_of(std::size_t node, std::string_view port) const {
  End end{.node = node, .port = port};
  const auto lag = lag_of_.empty() ? lag_of_.end() : lag_of_.find({node, port, 0});
  if (lag != lag_of_.end()) {
    end.port = lag->second;
  }
  const auto config = ports_.empty() ? ports_.end() : ports_.find({node, end.port, 0});
  const NodeKind kind = topology_.nodes[node].kind;
  end.mode = kind == NodeKind::switch_   ? End::Mode::access
             : kind == NodeKind::segment ? End::Mode::transparent
                                         : End::Mode::routed;
  if (config == ports_.end()) {
    return end;
  }
  end.config = config->second;
  if (end.config->routed) {
    end.mode = End::Mode::routed;
  } else if (end.config->trunk_all || !end.config->trunk_vlans.empty()) {
    end.mode = End::Mode::trunk;
  } else if (end.config->access_vlan != 0) {
    end.mode = End::Mode::access;
  }
  return end;
}

bool AddressDomains::passes_any(const End& end) const {
  return end.mode == End::Mode::transparent ||
         (end.mode == End::Mode::trunk && end.config->trunk_all);
}

bool AddressDomains::accepts(const End& end, std::uint16_t tag) const {
  switch (end.mode) {
    case End::Mode::access:
      return tag == 0;
    case End::Mode::trunk:
      return tag == 0
                 ? end.config->native_vlan != 0
                 : end.config->trunk_all || std::binary_search(end.config->trunk_vlans.begin(),
                                                               end.config->trunk_vlans.end(), tag);
    case End::Mode::routed: {
      const auto tags = sub_interfaces_.find({end.node, end.port, 0});
      return tag == 0 || (tags != sub_interfaces_.end() &&
                          std::binary_search(tags->second.begin(), tags->second.end(), tag));
    }
    case End::Mode::transparent:
      return true;
  }
  return false;
}

AddressDomains::Key AddressDomains::key_of(const End& end, std::uint16_t tag) const {
  switch (end.mode) {
    case End::Mode::access:
      return {end.node,
              {},
              end.config == nullptr || end.config->access_vlan == 0 ? kDefaultVlan
                                                                    : end.config->access_vlan};
    case End::Mode::trunk:
      return {end.node, {}, tag == 0 ? end.config->native_vlan : tag};
    case End::Mode::routed:
      return {end.node, end.port, tag};
    case End::Mode::transparent:
      break;
  }
  return {end.node, {}, tag};
}

AddressDomains::Key AddressDomains::key_of(std::size_t node,
                                           const InterfaceConfig& interface) const {
  const std::string_view port = port_of_sub_interface(interface);
  if (!port.empty()) {
    return {node, port, interface.vlan};
  }
  return interface.vlan != 0 ? Key{node, {}, interface.vlan} : Key{node, interface.name, 0};
}

// VLANs that a node speaks of anywhere.
const std::vector<std::uint16_t>& AddressDomains::vlans_of(std::size_t node) {
  const auto [entry, fresh] = vlans_.try_emplace(node);
  std::vector<std::uint16_t>& vlans = entry->second;
  if (!fresh) {
    return vlans;
  }
  for (const PortConfig& port : topology_.nodes[node].ports) {
    vlans.push_back(port.access_vlan);
    vlans.push_back(port.native_vlan);
    vlans.insert(vlans.end(), port.trunk_vlans.begin(), port.trunk_vlans.end());
  }
  for (const InterfaceConfig& interface : topology_.nodes[node].interfaces) {
    vlans.push_back(interface.vlan);
  }
  sort_unique(vlans);
  std::erase(vlans, std::uint16_t{0});
  return vlans;
}

// Tags above 0 that an end names itself.
const std::vector<std::uint16_t>& AddressDomains::tags_of(const End& end) {
  static const std::vector<std::uint16_t> kNone;
  switch (end.mode) {
    case End::Mode::access:
      return kNone;
    case End::Mode::trunk:
      return end.config->trunk_all ? vlans_of(end.node) : end.config->trunk_vlans;
    case End::Mode::routed: {
      const auto tags = sub_interfaces_.find({end.node, end.port, 0});
      return tags == sub_interfaces_.end() ? kNone : tags->second;
    }
    case End::Mode::transparent:
      return vlans_of(end.node);
  }
  return kNone;
}

void AddressDomains::join_tags(const End& a, const End& b, const std::vector<std::uint16_t>& tags) {
  for (const std::uint16_t tag : tags) {
    if (accepts(a, tag) && accepts(b, tag)) {
      join(key_of(a, tag), key_of(b, tag));
    }
  }
}

void AddressDomains::join_link(const End& a, const End& b) {
  if (accepts(a, 0) && accepts(b, 0)) {
    join(key_of(a, 0), key_of(b, 0));
  }
  if (passes_any(a) && passes_any(b)) {
    const std::uint64_t low = std::min(a.node, b.node);
    const std::uint64_t high = std::max(a.node, b.node);
    if (!trunked_pairs_.insert(low << 32U | high).second) {
      return;
    }
    join_tags(a, b, tags_of(a));
    join_tags(a, b, tags_of(b));
    return;
  }
  join_tags(a, b, passes_any(a) ? tags_of(b) : tags_of(a));
}

std::uint32_t AddressDomains::element(const Key& key) {
  const auto [entry, fresh] =
      elements_.try_emplace(key, static_cast<std::uint32_t>(parents_.size()));
  if (fresh) {
    parents_.push_back(entry->second);
  }
  return entry->second;
}

std::uint32_t AddressDomains::root_of(std::uint32_t element) {
  while (parents_[element] != element) {
    parents_[element] = parents_[parents_[element]];
    element = parents_[element];
  }
  return element;
}

void AddressDomains::join(const Key& a, const Key& b) {
  const std::uint32_t first = root_of(element(a));
  const std::uint32_t second = root_of(element(b));
  parents_[std::max(first, second)] = std::min(first, second);
}

std::uint32_t AddressDomains::of(std::size_t node, const InterfaceConfig& interface) {
  return root_of(element(key_of(node, interface)));
}

// What came later has no link.
std::uint32_t AddressDomains::segment_of(std::size_t node, const InterfaceConfig& interface) {
  std::uint32_t at = element(key_of(node, interface));
  while (at < segments_.size() && segments_[at] != at) {
    at = segments_[at];
  }
  return at;
}

}  // namespace switchfault
