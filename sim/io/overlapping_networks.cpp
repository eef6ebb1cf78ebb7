#include "io/overlapping_networks.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include <fmt/format.h>

#include <switchfault/ip_address.h>

#include "io/address_domains.h"

namespace switchfault {
namespace {

struct Network {
  std::uint32_t domain = 0;
  IpPrefix prefix;
  std::uint32_t segment = 0;
  const NodeConfig* node = nullptr;
  const InterfaceConfig* interface = nullptr;
  SourcePos at;

  // Whether it is no network but one address.
  [[nodiscard]] bool single() const { return prefix.length() == (prefix.is_v4() ? 32 : 128); }
  // Those around a network stand before it, those within it after it.
  [[nodiscard]] auto order() const {
    return std::tuple(domain, prefix.network().address(), prefix.length(), segment, at);
  }
  [[nodiscard]] bool same_as(const Network& other) const {
    return domain == other.domain && segment == other.segment &&
           prefix.network() == other.prefix.network();
  }
  [[nodiscard]] bool surrounds(const Network& other) const {
    return domain == other.domain && prefix.length() <= other.prefix.length() &&
           prefix.contains(other.prefix.address());
  }
};

std::vector<Network> networks_of(const Topology& topology) {
  std::unordered_map<std::string_view, std::ptrdiff_t> places;
  for (std::size_t i = 0; i < topology.nodes.size(); ++i) {
    places.emplace(topology.nodes[i].name, static_cast<std::ptrdiff_t>(i));
  }
  AddressDomains domains(topology, [&](std::string_view name) {
    const auto place = places.find(name);
    return place == places.end() ? std::ptrdiff_t{-1} : place->second;
  });
  std::vector<Network> all;
  for (std::size_t i = 0; i < topology.nodes.size(); ++i) {
    const NodeConfig& node = topology.nodes[i];
    for (const InterfaceConfig& interface : node.interfaces) {
      for (const InterfaceAddress& address : interface.addresses) {
        if (address.prefix.address().is_link_local()) {
          continue;
        }
        const Network network{.domain = domains.of(i, interface),
                              .prefix = address.prefix,
                              .segment = domains.segment_of(i, interface),
                              .node = &node,
                              .interface = &interface,
                              .at = address.at};
        if (!network.single()) {
          all.push_back(network);
        }
      }
    }
  }
  std::ranges::sort(all, {}, &Network::order);
  all.erase(std::unique(all.begin(), all.end(),
                        [](const Network& a, const Network& b) { return a.same_as(b); }),
            all.end());
  return all;
}

LoadNote note_on(const Network& a, const Network& b) {
  const bool a_first = a.at < b.at;
  const Network& first = a_first ? a : b;
  const Network& second = a_first ? b : a;
  return {second.at,
          fmt::format("{} at '{}:{}' overlaps {} at '{}:{}' (line {}), which is another segment: "
                      "routers send to the nearer one or to the longer prefix",
                      second.prefix.network().text(), second.node->name, second.interface->name,
                      first.prefix.network().text(), first.node->name, first.interface->name,
                      first.at.line)};
}

}  // namespace

std::vector<LoadNote> overlapping_networks(const Topology& topology) {
  std::vector<LoadNote> notes;
  std::vector<const Network*> around;  // Each lies within the one before it.
  const std::vector<Network> all = networks_of(topology);
  for (const Network& network : all) {
    while (!around.empty() && !around.back()->surrounds(network)) {
      around.pop_back();
    }
    const auto elsewhere = std::ranges::find_if(
        around, [&network](const Network* one) { return one->segment != network.segment; });
    if (elsewhere != around.end()) {
      notes.push_back(note_on(**elsewhere, network));
    }
    around.push_back(&network);
  }
  return notes;
}

}  // namespace switchfault
