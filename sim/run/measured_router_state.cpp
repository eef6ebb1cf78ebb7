#include "run/measured_router_state.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "protocols/bgp_state.h"
#include "protocols/ospf_router.h"

namespace switchfault {
namespace {

constexpr std::uint8_t kHostLength = 32;

struct Writer {
  const Network& network;
  const Node& node;
  const std::map<std::string, std::string>& names;
  SettledState& out;

  [[nodiscard]] std::string name_of(InterfaceIndex index) const {
    return named(std::string(node.interfaces[static_cast<std::size_t>(index)].name()));
  }
  [[nodiscard]] std::string named(const std::string& name) const {
    const auto at = names.find(name);
    return at == names.end() ? name : at->second;
  }
  [[nodiscard]] std::string at() const { return node.config->name + " "; }
};

std::string joined(std::vector<std::string> parts) {
  std::sort(parts.begin(), parts.end());
  return fmt::format("{}", fmt::join(parts, ", "));
}

// "10.255.0.2" for a single address, as the kernel prints it.
std::string kernel_prefix(const IpPrefix& prefix) {
  if (prefix.length() == 0) {
    return "default";
  }
  return prefix.length() == kHostLength ? prefix.address().text() : prefix.text();
}

// All but connected ones.
void add_kernel(const Writer& writer, const Chip& chip) {
  for (const FibEntry& entry : chip.routes()) {
    std::vector<std::string> hops;
    for (const NextHop& hop : entry.next_hops) {
      if (!hop.gateway.is_unspecified()) {
        hops.push_back(hop.gateway.text() + "@" + writer.name_of(hop.interface));
      }
    }
    if (entry.next_hops.empty()) {
      hops.emplace_back("link@None");  // As the kernel names a route that leads nowhere.
    }
    if (!hops.empty()) {
      writer.out[writer.at() + "kernel_routes " + kernel_prefix(entry.prefix) + " next_hops"] =
          joined(hops);
    }
  }
}

// "exstart" is ExStart.
std::string state_word(const std::string& state) {
  static const std::map<std::string, std::string> kWords = {
      {"down", "Down"},         {"init", "Init"},       {"2-way", "2-Way"}, {"exstart", "ExStart"},
      {"exchange", "Exchange"}, {"loading", "Loading"}, {"full", "Full"}};
  const auto at = kWords.find(state);
  return at == kWords.end() ? state : at->second;
}

void add_ospf(const Writer& writer, const ospf_v2::Ospf& ospf) {
  if (!ospf.running()) {
    return;  // Nobody is there to ask.
  }
  std::vector<std::string> neighbors;
  for (const std::vector<std::string>& row : ospf.table().rows) {
    if (!row[1].empty()) {
      neighbors.push_back(row[1] + "@" + writer.named(row[0]) + " " + state_word(row[2]));
    }
  }
  writer.out[writer.at() + "ospf_neighbours"] = joined(neighbors);
  for (const OspfRoute& route : ospf.routes()) {
    std::vector<std::string> hops;
    for (const NextHop& hop : route.next_hops) {
      hops.push_back((hop.gateway.is_unspecified() ? "direct" : hop.gateway.text()) + "@" +
                     writer.name_of(hop.interface));
    }
    for (std::size_t i = 0; i < writer.node.interfaces.size() && route.next_hops.empty(); ++i) {
      const auto addresses = writer.node.interfaces[i].addresses();
      const auto attached = [&](const IpPrefix& one) { return one.network() == route.prefix; };
      if (std::any_of(addresses.begin(), addresses.end(), attached)) {
        hops.push_back("direct@" + writer.name_of(static_cast<InterfaceIndex>(i)));
      }
    }
    const std::string at = writer.at() + "ospf_routes " + route.prefix.text() + " ";
    writer.out[at + "cost"] = std::to_string(route.cost);
    writer.out[at + "next_hops"] = joined(hops);
  }
}

// The address at the other end of an interface, from the network and not from what was heard.
std::string far_address(const Writer& writer, const std::string& name) {
  const LogicalPort port =
      writer.network.find_logical_port(writer.network.find_node(writer.node.config->name), name);
  const auto other = writer.network.neighbor(
      {writer.network.find_node(writer.node.config->name), static_cast<PortIndex>(port)});
  for (const Interface& there : writer.network.node(other->node).interfaces) {
    if (there.port == static_cast<LogicalPort>(other->port) && !there.addresses().empty()) {
      return there.addresses().front().address().text();
    }
  }
  return "";
}

void add_best_paths(const Writer& writer, const Protocol& bgp) {
  for (const auto& [prefix, paths] : bgp_best_paths(bgp)) {
    writer.out[writer.at() + "bgp_best " + prefix.text()] = joined(paths);
  }
}

void add_sessions(const Writer& writer, const ProtocolTable& table) {
  for (const std::vector<std::string>& row : table.rows) {
    if (table.name == "bgp" && row[3] != "unknown") {
      writer.out[writer.at() + "bgp_peers " + far_address(writer, row[0])] =
          row[3] == "established" ? "Established" : "down";
    } else if (table.name == "bfd") {
      const auto state = std::find(table.columns.begin(), table.columns.end(), "state");
      writer.out[writer.at() + "bfd_peers " + far_address(writer, row[0])] =
          row[static_cast<std::size_t>(state - table.columns.begin())];
    }
  }
}

}  // namespace

void add_router_state(const Network& network, NodeIndex node,
                      const std::map<std::string, std::string>& names, SettledState& out) {
  const Writer writer{network, network.node(node), names, out};
  add_kernel(writer, network.chip(node));
  for (const auto& protocol : writer.node.protocols) {
    const ProtocolTable table = protocol->table();
    if (table.name == ospf_v2::kName) {
      add_ospf(writer, *static_cast<const ospf_v2::Ospf*>(protocol.get()));  // As its table says.
    } else {
      add_sessions(writer, table);
    }
    if (table.name == "bgp") {
      add_best_paths(writer, *protocol);
    }
  }
}

}  // namespace switchfault
