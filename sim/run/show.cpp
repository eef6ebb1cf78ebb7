#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include <switchfault/run.h>

#include "protocols/catalog.h"
#include "run/world.h"

namespace switchfault {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string_view state_name(StpState state) {
  switch (state) {
    case StpState::discarding:
      return "discarding";
    case StpState::learning:
      return "learning";
    case StpState::forwarding:
      return "forwarding";
    case StpState::by_vlan:
      return "by VLAN";
  }
  return "";
}

std::string_view state_name(ProcessState state) {
  switch (state) {
    case ProcessState::stopped:
      return "stopped";
    case ProcessState::starting:
      return "starting";
    case ProcessState::running:
      return "running";
    case ProcessState::hung:
      return "hung";
    case ProcessState::crashed:
      return "crashed";
    case ProcessState::given_up:
      return "given up";
  }
  return "";
}

std::string_view state_name(NeighborState state) {
  switch (state) {
    case NeighborState::incomplete:
      return "INCOMPLETE";
    case NeighborState::reachable:
      return "REACHABLE";
    case NeighborState::stale:
      return "STALE";
    case NeighborState::delay:
      return "DELAY";
    case NeighborState::probe:
      return "PROBE";
    case NeighborState::failed:
      return "FAILED";
  }
  return "";
}

std::string interface_name(const Node& node, InterfaceIndex interface) {
  return interface == InterfaceIndex::none
             ? std::string{}
             : std::string(node.interfaces[static_cast<std::size_t>(interface)].name());
}

Snapshot routes(const Node& node) {
  Snapshot table{.columns = {"vrf", "prefix", "next hop", "interface"}};
  for (const FibEntry& entry : node.os->chip().routes()) {
    const std::string vrf(node.vrfs()[static_cast<std::size_t>(entry.vrf)]);
    if (entry.next_hops.empty()) {
      table.rows.push_back({vrf, entry.prefix.text(), "discard", ""});
    }
    for (const NextHop& hop : entry.next_hops) {
      table.rows.push_back({vrf, entry.prefix.text(),
                            hop.gateway.is_unspecified() ? "connected" : hop.gateway.text(),
                            interface_name(node, hop.interface)});
    }
  }
  return table;
}

// As `ip neigh` prints them, the VRF before and how long ago an entry was confirmed behind.
Snapshot neighbors(const Node& node, const Chip& chip, SimTime now) {
  Snapshot table{.columns = {"vrf", "address", "interface", "mac", "state", "age"}};
  for (const NeighborEntry& entry : chip.neighbors()) {
    const bool known = entry.mac.bits != 0;
    table.rows.push_back(
        {std::string(node.vrfs()[static_cast<std::size_t>(entry.vrf)]), entry.address.text(),
         interface_name(node, entry.interface), known ? format_mac(entry.mac) : std::string(),
         std::string(state_name(chip.state_of(entry, now))),
         known ? format_duration(now - chip.confirmed_at(entry, now)) : std::string()});
  }
  return table;
}

Snapshot macs(const Node& node) {
  Snapshot table{.columns = {"vlan", "mac", "port"}};
  for (const MacEntry& entry : node.os->chip().macs()) {
    table.rows.push_back(
        {std::to_string(entry.vlan), format_mac(entry.mac), std::string(node.name(entry.port))});
  }
  return table;
}

Snapshot lags(const Node& node) {
  Snapshot table{.columns = {"aggregate", "up", "configured members", "active members"}};
  const auto names = [&](std::span<const PortIndex> members) {
    std::string text;
    for (const PortIndex member : members) {
      text += text.empty() ? "" : " ";
      text += node.name(member);
    }
    return text;
  };
  for (std::size_t i = node.ports.size(); i < node.logical_ports.size(); ++i) {
    const LogicalPortInfo& lag = node.logical_ports[i];
    table.rows.push_back({std::string(node.name(static_cast<LogicalPort>(i))),
                          lag.up ? "yes" : "no", names(lag.members()),
                          names(node.os->chip().lag_members(static_cast<LogicalPort>(i)))});
  }
  return table;
}

Snapshot processes(const Node& node) {
  Snapshot table{.columns = {"process", "state", "starts since boot"}};
  for (const Process& process : node.os->processes()) {
    table.rows.push_back({std::string(process.name), std::string(state_name(process.state)),
                          std::to_string(process.starts)});
  }
  return table;
}

Snapshot ports(const Node& node) {
  Snapshot table{.columns = {"port", "carrier", "enabled", "state in the chip"}};
  for (std::size_t i = 0; i < node.ports.size(); ++i) {
    const Port& port = node.ports[i];
    table.rows.push_back({std::string(node.name(static_cast<PortIndex>(i))),
                          port.carrier ? "yes" : "no",
                          node.os->port_enabled(static_cast<PortIndex>(i)) ? "yes" : "no",
                          std::string(state_name(node.os->chip().port_state(port.logical)))});
  }
  return table;
}

std::string protocol_name(IpProtocol protocol) {
  switch (protocol) {
    case IpProtocol::icmp:
      return "icmp";
    case IpProtocol::tcp:
      return "tcp";
    case IpProtocol::udp:
      return "udp";
    case IpProtocol::icmp6:
      return "icmp6";
    case IpProtocol::vrrp:
      return "vrrp";
  }
  return std::to_string(static_cast<unsigned>(protocol));  // Of a capture, by its number.
}

Snapshot sessions(const Network& network, NodeIndex index) {
  Snapshot table{.columns = {"source", "destination", "protocol", "state", "idle", "ends after"}};
  const Network::Sessions all = network.sessions(index);
  const auto end = [](const IpAddress& address, std::uint16_t port) {
    return port == 0 ? address.text() : fmt::format("{} port {}", address.text(), port);
  };
  for (const Network::Session& session : all.of_packets) {
    const Packet& request = session.request;
    table.rows.push_back({end(request.source, request.source_port),
                          end(request.destination, request.destination_port),
                          protocol_name(request.protocol), std::string(session.state),
                          format_duration(session.idle), format_duration(session.idle_limit)});
  }
  if (all.of_users > 0) {
    table.rows.push_back(
        {"users", "services", "", fmt::format("{} sessions", all.of_users), "", ""});
  }
  return table;
}

struct TableKind {
  std::string_view name;
  Snapshot (*make)(const Network&, NodeIndex);
};
template <Snapshot (*make)(const Node&)>
Snapshot of_node(const Network& network, NodeIndex index) {
  return make(network.node(index));
}
constexpr std::array<TableKind, 6> kTables{{{"routes", of_node<routes>},
                                            {"mac", of_node<macs>},
                                            {"lag", of_node<lags>},
                                            {"processes", of_node<processes>},
                                            {"ports", of_node<ports>},
                                            {"sessions", sessions}}};

// Hosts have it, too.
constexpr std::string_view kNeighbors = "neighbors";

std::vector<Snapshot> tables_of(const Network& network, NodeIndex index, const std::string& what) {
  const Node& node = network.node(index);
  std::vector<Snapshot> tables;
  for (const TableKind& kind : kTables) {
    if (kind.name == what) {
      tables.push_back(kind.make(network, index));
    }
  }
  for (const auto& protocol : node.protocols) {
    ProtocolTable table = protocol->table();
    if (table.name == what) {
      // What is told apart by a name has nothing to show where it has no rows.
      if (table.instance.empty() || !table.rows.empty()) {
        tables.push_back({.title = std::move(table.instance),
                          .columns = std::move(table.columns),
                          .rows = std::move(table.rows),
                          .facts = std::move(table.facts)});
      }
    }
  }
  return tables;
}

}  // namespace

std::vector<std::string> show_tables() {
  std::vector<std::string> names;
  names.reserve(kTables.size() + 1);
  names.emplace_back(kNeighbors);
  for (const TableKind& kind : kTables) {
    names.emplace_back(kind.name);
  }
  for (const ProtocolKind& kind : protocol_catalog()) {
    names.push_back(kind.show);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<Snapshot> show(const Scenario& scenario, const RunOptions& options, Duration at,
                           const std::string& node, const std::string& what) {
  World world(scenario, options);
  world.run_until(kTimeZero + at);
  std::vector<Snapshot> result;
  for (std::size_t i = 0; i < world.network().node_count(); ++i) {
    const auto index = static_cast<NodeIndex>(i);
    const Node& candidate = world.network().node(index);
    if (!node.empty() && candidate.config->name != node) {
      continue;
    }
    std::vector<Snapshot> tables;
    if (what == kNeighbors && (candidate.os != nullptr || candidate.kind == NodeKind::host)) {
      tables.push_back(neighbors(candidate, world.network().chip(index), kTimeZero + at));
    } else if (candidate.os != nullptr) {
      tables = tables_of(world.network(), index, what);
    }
    for (Snapshot& table : tables) {
      table.title =
          candidate.config->name + " " + what + (table.title.empty() ? "" : " " + table.title);
      result.push_back(std::move(table));
    }
  }
  return result;
}

}  // namespace switchfault
