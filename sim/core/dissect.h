// dissect: what the headers of a recorded packet say, as one flat record.
//
// Pure: no allocation, no state; it reads nothing beyond the bytes it is given, whatever they
// claim. Layers 2 to 4, no further: no reassembly of fragments, no tunnels inside IP, nothing
// that is encrypted. MPLS carries no protocol number: a label stack is taken to hold IP when its
// first nibble says 4 or 6.

#ifndef SWITCHFAULT_CORE_DISSECT_H_
#define SWITCHFAULT_CORE_DISSECT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <switchfault/capture.h>
#include <switchfault/ip_address.h>

#include "core/byte_order.h"
#include "core/mac_address.h"

namespace switchfault {

// EtherTypes (IEEE registry).
inline constexpr std::uint16_t kEtherTypeIpv4 = 0x0800;
inline constexpr std::uint16_t kEtherTypeArp = 0x0806;
inline constexpr std::uint16_t kEtherTypeVlan = 0x8100;
inline constexpr std::uint16_t kEtherTypeIpv6 = 0x86dd;
inline constexpr std::uint16_t kEtherTypeMpls = 0x8847;
inline constexpr std::uint16_t kEtherTypeMplsUpstream = 0x8848;
inline constexpr std::uint16_t kEtherTypePppoe = 0x8864;
inline constexpr std::uint16_t kEtherTypeServiceVlan = 0x88a8;
inline constexpr std::uint16_t kEtherTypeStackedVlan = 0x9100;  // Before 802.1ad, still seen.
// A smaller number in the type field is the length of an LLC frame (IEEE 802.3 clause 3.2.6).
inline constexpr std::uint16_t kLeastEtherType = 0x0600;

// IP protocol numbers (IANA) that matter here.
inline constexpr std::uint8_t kProtocolIcmp = 1;
inline constexpr std::uint8_t kProtocolTcp = 6;
inline constexpr std::uint8_t kProtocolUdp = 17;
inline constexpr std::uint8_t kProtocolDccp = 33;
inline constexpr std::uint8_t kProtocolIcmpv6 = 58;
inline constexpr std::uint8_t kProtocolOspf = 89;
inline constexpr std::uint8_t kProtocolSctp = 132;
inline constexpr std::uint8_t kProtocolUdpLite = 136;

enum class FrameKind : std::uint8_t {
  ip,
  arp,
  other,       // A frame of layer 2 that is neither: LLC, LLDP, MPLS that holds no IP …
  unreadable,  // See UnreadableReason.
};

enum class UnreadableReason : std::uint8_t {
  none,
  link_type,          // A link layer that is not read at all.
  link_header_cut,    // The capture ends inside the link header, tags or labels.
  link_header_bad,    // A length or version in it is impossible.
  too_many_tags,      // More than two VLAN tags or kMaxMplsLabels labels.
  no_frame,           // 802.11 management or control, or data without a frame in it.
  encrypted,          // 802.11 with its Protected bit.
  aggregated,         // 802.11 with several frames in one (A-MSDU).
  wireless_fragment,  // 802.11: a part of a frame.
  ip_header_cut,
  ip_header_bad,  // Version or length impossible.
  arp_cut,
  arp_bad,  // Not Ethernet and IPv4.
};
// In words: "link header cut off".
std::string_view unreadable_text(UnreadableReason reason);

struct VlanTag {
  std::uint16_t type = 0;     // 0x8100, 0x88a8 or 0x9100
  std::uint16_t control = 0;  // Priority (3 bits), drop eligible (1), VLAN (12).
  [[nodiscard]] constexpr std::uint16_t vlan() const { return control & 0xfffU; }
  friend constexpr bool operator==(const VlanTag&, const VlanTag&) = default;
};

// Offsets count from the first captured byte. They are below 2^16: longer chains of headers than
// kMaxHeaderBytes are not followed.
struct Headers {
  static constexpr std::size_t kMaxVlanTags = 2;
  static constexpr std::size_t kMaxMplsLabels = 16;
  static constexpr std::size_t kMaxHeaderBytes = 16384;

  FrameKind kind = FrameKind::unreadable;
  UnreadableReason unreadable = UnreadableReason::none;

  // Layer 2. Linux "cooked" captures tell the source only, raw IP neither.
  bool has_source_mac = false;
  bool has_destination_mac = false;
  std::uint8_t vlan_count = 0;
  std::uint8_t mpls_count = 0;

  // Layer 3: of IP, or sender and target of ARP.
  std::uint8_t protocol = 0;  // Behind IPv6's extension headers.
  std::uint8_t ttl = 0;       // Hop limit

  MacAddress source_mac, destination_mac;
  std::array<VlanTag, kMaxVlanTags> vlans{};  // Outermost first.

  // The type field of the Ethernet frame behind its tags (a length for LLC); for other link layers
  // what it would be. Its payload begins at payload_offset.
  std::uint16_t type_field = 0;
  // What network_offset holds: also behind LLC/SNAP, MPLS, PPPoE. 0: LLC or nothing known.
  std::uint16_t ether_type = 0;
  std::uint16_t payload_offset = 0;
  std::uint16_t network_offset = 0;    // Of the IP or ARP header.
  std::uint16_t transport_offset = 0;  // 0: not there (fragment, cut off, no IP).

  // Layer 4.
  std::uint16_t source_port = 0, destination_port = 0;  // 0 unless has_ports.
  bool has_ports = false;                               // TCP, UDP, UDP-Lite, SCTP, DCCP.
  std::uint8_t tcp_flags = 0;  // FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128

  bool fragment = false;        // Part of a datagram, the first included.
  bool later_fragment = false;  // Not the first: there are no ports.
  bool more_fragments = false;
  bool source_routed = false;  // IPv6: the destination is not the last one (RFC 8200 section 4.4).

  std::uint16_t fragment_offset = 0;  // Bytes
  std::uint16_t arp_operation = 0;    // 1 request, 2 reply
  std::uint32_t fragment_id = 0;
  // Header included. 0: not told, a segment that the network card was to cut (up to the end).
  std::uint32_t ip_length = 0;

  IpAddress source, destination;
};

Headers dissect(LinkLayer link_layer, std::span<const std::byte> bytes);

// What most packets of most captures are: whole IPv4 with TCP or UDP in an Ethernet frame to one
// station, nothing unusual in it. Told in a few nanoseconds.
struct BriefHeaders {
  std::uint64_t addresses = 0;  // Source above destination.
  std::uint32_t ports = 0;      // The same.
  std::uint8_t protocol = 0;
  std::uint8_t ttl = 0;
  std::uint8_t tcp_flags = 0;
};
// False: not that; ask dissect(), which says the same of those that are.
inline bool dissect_briefly(std::span<const std::byte> frame, BriefHeaders& headers);

inline bool dissect_briefly(std::span<const std::byte> frame, BriefHeaders& headers) {
  constexpr std::size_t kNetwork = 14, kTransport = 34, kTcpFlagsEnd = 48;
  if (frame.size() < kTcpFlagsEnd) {
    return false;
  }
  const std::byte* const bytes = frame.data();
  const bool to_group = (bytes[0] & std::byte{1}) != std::byte{};
  // IPv4 of version 4 with a header of 20 bytes.
  const std::uint32_t type = load_big32(bytes + 12);
  const std::uint16_t length = load_big16(bytes + kNetwork + 2);
  const std::uint16_t parts = load_big16(bytes + kNetwork + 6);
  constexpr std::uint32_t kIpv4 = 0x08004500, kServiceMask = 0xffffff00;
  constexpr std::uint16_t kPartMask = 0x3fff;  // More fragments, offset.
  if (to_group || (type & kServiceMask) != kIpv4 || (parts & kPartMask) != 0 ||
      length < kTcpFlagsEnd - kNetwork) {
    return false;
  }
  headers.ttl = std::to_integer<std::uint8_t>(bytes[kNetwork + 8]);
  headers.protocol = std::to_integer<std::uint8_t>(bytes[kNetwork + 9]);
  headers.addresses = load_big64(bytes + kNetwork + 12);
  headers.ports = load_big32(bytes + kTransport);
  headers.tcp_flags = headers.protocol == kProtocolTcp
                          ? std::to_integer<std::uint8_t>(bytes[kTcpFlagsEnd - 1])
                          : std::uint8_t{0};
  return headers.protocol == kProtocolTcp || headers.protocol == kProtocolUdp;
}

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_DISSECT_H_
