// Which physical ports a node has, and the natural order of their names: eth2 before eth10.
//
// A node has the ports its links end at, those its configuration names, and those its addressed
// interfaces stand on. The order of names is that of the port numbers everywhere (PortIndex, also
// in SwitchOs), so that the order of lines in a file changes nothing.

#ifndef SWITCHFAULT_NET_PORT_NAMES_H_
#define SWITCHFAULT_NET_PORT_NAMES_H_

#include <algorithm>
#include <compare>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <switchfault/topology.h>

namespace switchfault {

// Runs of digits compare as numbers; a total order (eth01 and eth1 differ).
std::strong_ordering natural_order(std::string_view a, std::string_view b);
inline bool naturally_before(std::string_view a, std::string_view b) {
  return natural_order(a, b) < 0;
}

// What a name begins with as a number: names are in the natural order of their beginnings, those of
// equal ones in that of the whole.
using NaturalBeginning = std::pair<std::uint64_t, std::uint64_t>;
NaturalBeginning natural_beginning(std::string_view name);

// Sorts many items by their names, which are looked at once each.
template <typename Item, typename NameOf>
void sort_naturally(std::vector<Item>& items, NameOf name_of) {
  std::vector<std::pair<NaturalBeginning, Item>> keyed;
  keyed.reserve(items.size());
  for (const Item& item : items) {
    keyed.emplace_back(natural_beginning(name_of(item)), item);
  }
  std::sort(keyed.begin(), keyed.end(), [&](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first
                              : naturally_before(name_of(a.second), name_of(b.second));
  });
  for (std::size_t i = 0; i < items.size(); ++i) {
    items[i] = keyed[i].second;
  }
}

// A name in a file as an interface: "vlan10" is VLAN 10, "eth1.20" VLAN 20 on eth1, "lo" and "lo0"
// are loopbacks; anything else is a routed port of that name.
enum class InterfaceKind : std::uint8_t { vlan, routed, sub, loopback };
struct InterfaceName {
  InterfaceKind kind = InterfaceKind::routed;
  std::string_view port;  // Of a routed or sub-interface.
  std::uint16_t vlan = 0;
};
InterfaceName parse_interface_name(const InterfaceConfig& config);

// Nodes by their names. Open addressing; names are where they were.
class NodeNames {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;

  explicit NodeNames(std::span<const NodeConfig* const> nodes);
  // Of several with the name the first; `name_of` gives that of a node by its index.
  template <typename NameOf>
  [[nodiscard]] std::uint32_t find(std::string_view name, NameOf name_of) const {
    std::size_t at = first_slot(name);
    while (slots_[at] != kNone && name_of(slots_[at]) != name) {
      at = (at + 1) & (slots_.size() - 1);
    }
    return slots_[at];
  }

 private:
  [[nodiscard]] std::size_t first_slot(std::string_view name) const;

  std::vector<std::uint32_t> slots_;
};

// The physical ports of every node: those of node i are of(i). A node that has the same names as
// the one before it shares them.
class PortNames {
 public:
  // `nodes` in the order of their indices. Link ends at unknown nodes are left out.
  PortNames(const Topology& topology, std::span<const NodeConfig* const> nodes);
  [[nodiscard]] std::span<const std::string_view> of(std::size_t node) const {
    return std::span(names_).subspan(lists_[node].first, lists_[node].count);
  }
  // Position of the name among the ports of the node, or kNone.
  [[nodiscard]] std::size_t find(std::size_t node, std::string_view name) const;
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  // Where a link ends: the node and the position among its ports.
  struct End {
    static constexpr std::uint32_t kUnknown = 0xffffffff;
    std::uint32_t node = kUnknown;
    std::uint32_t port = kUnknown;
  };
  // Two a link, a before b, in the order of the file.
  [[nodiscard]] const std::vector<End>& link_ends() const { return link_ends_; }
  [[nodiscard]] const NodeNames& nodes() const { return nodes_; }
  // What is needed while a network is built: ends of links, and which names are whose.
  void forget_places() {
    std::vector<End>().swap(link_ends_);
    std::vector<List>().swap(lists_);
  }

 private:
  struct List {
    std::uint32_t first = 0, count = 0;  // Of names_.
  };
  NodeNames nodes_;
  std::vector<std::string_view> names_;
  std::vector<List> lists_;  // By node.
  std::vector<End> link_ends_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_PORT_NAMES_H_
