// RecordedHosts: which host of the topology stands for which recorded address.
//
// Rules of the map decide first, in their order. Then, unless the map forbids it: an address of the
// topology itself stands for its owner; the others are placed by role. Who was asked (the first
// SYN, a port of a service or the lower one, else the first word) is a server and takes the place
// of an endpoint of a service with that protocol and port; who asked is a client and takes a place
// of a group of users, subnet by subnet (/24, /64), one host after another. What is decided stays;
// the evidence is that of all packets looked at before decide(), weighed. Nothing is drawn: the
// same packets in the same order give the same map.

#ifndef SWITCHFAULT_RUN_REPLAY_MAP_H_
#define SWITCHFAULT_RUN_REPLAY_MAP_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <switchfault/ip_address.h>
#include <switchfault/replay.h>

#include "core/mac_address.h"
#include "net/network.h"

namespace switchfault {

// Who a packet came from or went to: an address, or a MAC where there is no IP.
struct RecordedHost {
  IpAddress address;
  MacAddress mac;  // Beside an address: as rules of the map see it, of its first packet.
  std::uint16_t vlan = 0;
  bool by_mac = false;
};

enum class HostIndex : std::uint32_t { none = 0xffffffff };

// How sure it is who serves in a conversation.
enum class Evidence : std::uint8_t { first_word = 1, port = 4, handshake = 16 };

class RecordedHosts {
 public:
  // Throws InputError for rules that name what is not there. REQUIRES: all outlive this object.
  RecordedHosts(const Scenario& scenario, const Network& network, const ReplayMap& map);
  ~RecordedHosts();
  RecordedHosts(const RecordedHosts&) = delete;
  RecordedHosts& operator=(const RecordedHosts&) = delete;

  // The same host, the same index; in order of appearance.
  HostIndex find_or_add(const RecordedHost& host);
  // It serves this protocol and port, or is a client of such a server; the peer may be none.
  void note(HostIndex index, bool serves, Evidence evidence, std::uint8_t protocol,
            std::uint16_t port, HostIndex peer);
  // ARP says that the two are one.
  void join(HostIndex by_mac, HostIndex by_address);
  // Maps everybody who is not mapped yet.
  void decide();

  struct Place {
    NodeIndex node = NodeIndex::none;  // None: stands for nobody.
    std::optional<IpAddress> address;  // Where it is reached, if not at an address of its own.
    bool is_virtual = false;           // `address` is a service's: others answer for it.
  };
  // REQUIRES: decided.
  [[nodiscard]] const Place& place(HostIndex host) const;
  // Its addresses as a destination and as a source; none: it has none of the family.
  [[nodiscard]] std::optional<IpAddress> reached_at(HostIndex index, bool ipv6) const;
  [[nodiscard]] std::optional<IpAddress> sends_from(HostIndex index, bool ipv6) const;

  // Whether rules tell VLANs apart, so that an address in two VLANs is two hosts.
  [[nodiscard]] bool by_vlan() const;
  // The port of a server as it is here.
  [[nodiscard]] std::uint16_t port_here(std::uint16_t recorded) const;
  // Whether a service has this protocol and (recorded) port.
  [[nodiscard]] bool is_service(std::uint8_t protocol, std::uint16_t port) const;
  // The service that is reached there; empty: none.
  [[nodiscard]] std::string_view service_at(HostIndex index, std::uint8_t protocol,
                                            std::uint16_t port) const;
  [[nodiscard]] std::vector<MappedAddress> rows() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_RUN_REPLAY_MAP_H_
