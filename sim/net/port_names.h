// Which physical ports a node has, and the natural order of their names: eth2 before eth10.
//
// A node has the ports its links end at, those its configuration names, and those its addressed
// interfaces stand on. The order of names is that of the port numbers everywhere (PortIndex, also
// in SwitchOs), so that the order of lines in a file changes nothing.

#ifndef SWITCHFAULT_NET_PORT_NAMES_H_
#define SWITCHFAULT_NET_PORT_NAMES_H_

#include <compare>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <switchfault/topology.h>

namespace switchfault {

// Runs of digits compare as numbers; a total order (eth01 and eth1 differ).
std::strong_ordering natural_order(std::string_view a, std::string_view b);
inline bool naturally_before(std::string_view a, std::string_view b) {
  return natural_order(a, b) < 0;
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
  void forget_links() { std::vector<End>().swap(link_ends_); }

 private:
  struct List {
    std::uint32_t first = 0, count = 0;  // Of names_.
  };
  std::vector<std::string_view> names_;
  std::vector<List> lists_;  // By node.
  std::vector<End> link_ends_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_PORT_NAMES_H_
