#include <algorithm>
#include <set>

#include <fmt/format.h>

#include <switchfault/ip_address.h>

#include "io/check_scenario.h"
#include "io/dependency_cycles.h"
#include "io/node_kind.h"

namespace switchfault {
namespace {

bool has_address(const NodeConfig& node) {
  return std::any_of(node.interfaces.begin(), node.interfaces.end(),
                     [](const InterfaceConfig& i) { return !i.addresses.empty(); });
}

// A host that walks can start from or end at.
void check_host(const References& all, const Name& name, std::string_view role) {
  const auto index = all.nodes.refer(name);
  if (!index) {
    return;
  }
  const NodeConfig& node = all.scenario.topology.nodes[*index];
  if (!has_address(node)) {
    all.sink.error(name.at, fmt::format("{} {} has no address", role, in_quotes(name.text)),
                   fmt::format("write address: 10.0.0.1/24 at the node {}", in_quotes(name.text)));
  }
}

// Virtual services by node.
using VirtualAddresses = std::set<std::pair<std::size_t, IpAddress>>;

VirtualAddresses virtual_addresses(const Topology& topology) {
  VirtualAddresses addresses;
  for (std::size_t i = 0; i < topology.nodes.size(); ++i) {
    for (const VirtualService& service : topology.nodes[i].virtual_services) {
      if (const auto address = IpAddress::parse(service.address)) {
        addresses.emplace(i, *address);
      }
    }
  }
  return addresses;
}

// "lb-1/10.0.0.10": a virtual service of a load balancer.
void check_virtual_endpoint(const References& all, const Name& name,
                            const VirtualAddresses& known) {
  const std::size_t slash = name.text.find('/');
  const auto index = all.nodes.refer({name.text.substr(0, slash), name.at});
  const auto address = IpAddress::parse(std::string_view(name.text).substr(slash + 1));
  if (index && !(address && known.contains({*index, *address}))) {
    all.sink.error(
        name.at, fmt::format("{} has no virtual service {}", in_quotes(name.text.substr(0, slash)),
                             in_quotes(name.text.substr(slash + 1))));
  }
}

std::set<IpAddress> all_addresses(const Topology& topology) {
  std::set<IpAddress> addresses;
  const auto add = [&](std::string_view text) {
    if (const auto address = IpAddress::parse(text.substr(0, text.find('/')))) {
      addresses.insert(*address);
    }
  };
  for (const NodeConfig& node : topology.nodes) {
    for (const VirtualService& service : node.virtual_services) {
      add(service.address);
    }
    for (const InterfaceConfig& interface : node.interfaces) {
      for (const InterfaceAddress& address : interface.addresses) {
        addresses.insert(address.prefix.address());
      }
    }
    for (const ProtocolConfig& protocol : node.protocols) {
      for (const Argument& argument : protocol.arguments) {
        add(argument.text);
        for (const std::string& item : argument.items) {
          add(item);
        }
      }
    }
  }
  return addresses;
}

void check_service(const References& all, const ServiceConfig& service,
                   const VirtualAddresses& known) {
  for (const Name& endpoint : service.endpoints) {
    if (endpoint.text.find('/') == std::string::npos) {
      check_host(all, endpoint, "the endpoint");
    } else {
      check_virtual_endpoint(all, endpoint, known);
    }
  }
  if (service.quorum == ServiceConfig::Quorum::quorum &&
      service.quorum_count > service.endpoints.size()) {
    all.sink.error(service.at, fmt::format("the service {} needs {} endpoints and has {}",
                                           in_quotes(service.name), service.quorum_count,
                                           service.endpoints.size()));
  }
  std::set<std::pair<std::string_view, DependencyKind>> seen;
  for (const Dependency& dependency : service.dependencies) {
    all.services.refer(dependency.service);
    if (dependency.service.text == service.name) {
      all.sink.error(dependency.at, "a service cannot depend on itself");
    } else if (!seen.insert({dependency.service.text, dependency.kind}).second) {
      all.sink.error(dependency.at, fmt::format("the dependency on {} stands here already",
                                                in_quotes(dependency.service.text)));
    }
  }
}

void check_service_addresses(const References& all) {
  const auto& services = all.scenario.services;
  if (std::all_of(services.begin(), services.end(),
                  [](const ServiceConfig& s) { return s.address.empty(); })) {
    return;
  }
  const std::set<IpAddress> known = all_addresses(all.scenario.topology);
  for (const ServiceConfig& service : services) {
    const auto address = IpAddress::parse(service.address);
    if (address && !known.contains(*address)) {
      all.sink.error(service.at, fmt::format("nobody has the address {} of the service {}",
                                             service.address, in_quotes(service.name)));
    }
  }
}

void check_run_cycles(const References& all) {
  for (const std::vector<std::string_view>& cycle :
       dependency_cycles(all.scenario.services, DependencyKind::run)) {
    const auto index = all.services.find(cycle.front());
    all.sink.error(
        all.scenario.services[*index].at,
        fmt::format("these services depend on each other to run: {}", fmt::join(cycle, " -> ")),
        "make one of the dependencies kind: start");
  }
}

void check_users(const References& all, const UserGroupConfig& group) {
  for (const Name& place : group.places) {
    check_host(all, place, "the place");
  }
  for (const Name& service : group.uses) {
    all.services.refer(service);
  }
}

}  // namespace

void check_services(References& all) {
  const VirtualAddresses known = virtual_addresses(all.scenario.topology);
  for (const ServiceConfig& service : all.scenario.services) {
    check_service(all, service, known);
  }
  check_service_addresses(all);
  check_run_cycles(all);
  for (const UserGroupConfig& group : all.scenario.users) {
    check_users(all, group);
  }
  NameTable probes("probe", all.sink);
  for (const ProbeConfig& probe : all.scenario.probes) {
    probes.add(probe.name, probe.at);
    check_host(all, probe.from, "the source");
    check_host(all, probe.to, "the target");
  }
  NameTable traffic("source of traffic", all.sink);
  for (const TrafficConfig& source : all.scenario.traffic) {
    traffic.add(source.name, source.at);
    check_host(all, source.from, "the sender");
    check_host(all, source.to, "the receiver");
    if (source.from.text == source.to.text) {
      all.sink.error(source.to.at, fmt::format("{} sends to itself", in_quotes(source.to.text)));
    }
  }
}

}  // namespace switchfault
