// WalkLab: a NetLab that sends packets and says in words what became of them.
//
//   lab.ping("h1", "h2")     "delivered at h2", "no_carrier at s1:eth1"
//
// Addresses may be written instead of names of destinations.

#ifndef SWITCHFAULT_TESTS_NET_WALK_LAB_H_
#define SWITCHFAULT_TESTS_NET_WALK_LAB_H_

#include <string>
#include <string_view>

#include <fmt/format.h>

#include <switchfault/ip_address.h>

#include "net/disposition.h"
#include "net/lab.h"

namespace switchfault {

class WalkLab : public NetLab {
 public:
  using NetLab::NetLab;

  [[nodiscard]] IpAddress address(std::string_view of, bool ipv6 = false) {
    if (const auto literal = IpAddress::parse(of)) {
      return *literal;
    }
    return network().address_of(index(of), ipv6).value();
  }
  [[nodiscard]] Packet packet(std::string_view from, std::string_view to) {
    const IpAddress destination = address(to);
    return {.source = network().address_of(index(from), !destination.is_v4()).value(),
            .destination = destination,
            .protocol = IpProtocol::udp,
            .source_port = 40000,
            .destination_port = 7};
  }
  [[nodiscard]] std::string text(const WalkResult& result) {
    std::string words = fmt::format("{} at {}", disposition_name(result.disposition),
                                    result.place == Entity{} ? "?" : network().name(result.place));
    if (result.delivered() && result.share < 1) {
      return fmt::format("{:.6g} delivered at {}, the rest lost at {}", result.share,
                         network().name(network().node(result.delivered_to).entity),
                         network().name(result.place));
    }
    return words;
  }

  // One way.
  std::string walk(std::string_view from, std::string_view to) {
    return walk(from, packet(from, to));
  }
  std::string walk(std::string_view from, const Packet& sent) {
    reads.clear();
    return text(last = network().walk(index(from), sent, reads));
  }
  // There and back.
  std::string ping(std::string_view from, std::string_view to) {
    return ping(from, packet(from, to));
  }
  std::string ping(std::string_view from, const Packet& sent) {
    reads.clear();
    return text(last = network().converse(index(from), sent, reads));
  }
  // The same as a real exchange.
  std::string send(std::string_view from, std::string_view to) {
    return send(from, packet(from, to));
  }
  std::string send(std::string_view from, const Packet& sent) {
    reads.clear();
    kept.clear();
    return text(last = network().exchange(index(from), sent, reads, kept));
  }
  // Where a bridge has learned a host: "eth2", or "-".
  std::string learned(std::string_view bridge, VlanId vlan, std::string_view host) {
    SimTime expires = kNever;
    const MacEntry* entry =
        network()
            .chip(index(bridge))
            .find_mac(vlan, node(host).interfaces.front().mac(), simulator().now(), expires);
    return entry == nullptr ? "-" : std::string(node(bridge).name(entry->port));
  }

  WalkResult last;
  ReadSet reads, kept;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_NET_WALK_LAB_H_
