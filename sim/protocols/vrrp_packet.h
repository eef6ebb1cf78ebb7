// The advertisement of VRRP, version 3 (RFC 9568 section 5) and 2 (RFC 3768 section 5.3), as data
// and as bytes. Not modelled: authentication of version 2, whose field is zero.

#ifndef SWITCHFAULT_PROTOCOLS_VRRP_PACKET_H_
#define SWITCHFAULT_PROTOCOLS_VRRP_PACKET_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <switchfault/ip_address.h>

namespace switchfault {

struct VrrpPacket {
  std::uint8_t router = 0;
  std::uint8_t priority = 0;
  std::uint16_t interval_cs = 0;     // Version 2: whole seconds.
  std::vector<IpAddress> addresses;  // All of the family of the sender.
  std::uint8_t version = 3;          // 2 for IPv4 only.
  friend bool operator==(const VrrpPacket&, const VrrpPacket&) = default;
};

// What VRRP advertisements go to (RFC 9568 section 5.1).
IpAddress vrrp_group(bool ipv6);
// Behind the IP header, with the checksum.
std::vector<std::byte> encode_vrrp(const VrrpPacket& packet, const IpAddress& source);
// Empty: what section 7.1 of either wants discarded.
std::optional<VrrpPacket> decode_vrrp(std::span<const std::byte> bytes, const IpAddress& source);

}  // namespace switchfault

#endif  // SWITCHFAULT_PROTOCOLS_VRRP_PACKET_H_
