// Rewriting of a captured frame in place, as hosts' addresses are mapped and routers forward, with
// the checksums of IP, TCP, UDP, UDP-Lite, DCCP, ICMPv6 and OSPFv3 kept as right or as wrong as
// they were. A UDP checksum of zero (none) stays zero. Of a sliced frame the part that is there is
// changed. `headers` are those of the frame's bytes, before and after a rewrite alike (lengths and
// offsets do not change); addresses in them become stale.
// Not done: checksums inside tunnels, authentication headers, IPv4 source routes.

#ifndef SWITCHFAULT_CORE_REWRITE_H_
#define SWITCHFAULT_CORE_REWRITE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <switchfault/ip_address.h>

#include "core/dissect.h"
#include "core/mac_address.h"

namespace switchfault {

// Ethernet header with at most two tags.
inline constexpr std::size_t kMaxEthernetHeader = 22;

// The bytes of an Ethernet header in front of a payload; returns how many of `out` are used.
// REQUIRES: at most Headers::kMaxVlanTags tags, outermost first.
std::size_t write_ethernet_header(std::span<std::byte, kMaxEthernetHeader> out,
                                  MacAddress destination, MacAddress source,
                                  std::span<const VlanTag> tags, std::uint16_t type_field);

// REQUIRES: an Ethernet frame that has both addresses.
void set_macs(std::span<std::byte> frame, MacAddress destination, MacAddress source);
// The VLAN of a tag that is there, its priority kept. REQUIRES: an Ethernet frame with
// index < headers.vlan_count.
void set_vlan(std::span<std::byte> frame, const Headers& headers, std::size_t index,
              std::uint16_t vlan);

// IP source and destination, or sender and target of ARP. REQUIRES: kind ip or arp, addresses of
// the family that is there.
void set_addresses(std::span<std::byte> frame, const Headers& headers, IpAddress source,
                   IpAddress destination);
// Ports of TCP, UDP, UDP-Lite, SCTP, DCCP; the checksum of SCTP, a CRC, becomes wrong.
// REQUIRES: kind ip with has_ports.
void set_ports(std::span<std::byte> frame, const Headers& headers, std::uint16_t source,
               std::uint16_t destination);
// IPv4 time to live, IPv6 hop limit. REQUIRES: kind ip.
void set_ttl(std::span<std::byte> frame, const Headers& headers, std::uint8_t ttl);
// ARP: hardware addresses of sender and target. REQUIRES: kind arp.
void set_arp_macs(std::span<std::byte> frame, const Headers& headers, MacAddress sender,
                  MacAddress target);

// What is new of a frame.
struct NewHeaders {
  MacAddress destination_mac, source_mac;
  std::uint16_t tag = 0;  // Control of an 802.1Q tag; 0: none.
  IpAddress source, destination;
  std::uint16_t source_port = 0, destination_port = 0;  // Either is 0: as they were.
  std::uint8_t ttl = 0;
};
// What dissect_briefly() reads, copied and rewritten as by all of the above in one go: `out` is
// frame.size() bytes long, with a tag four more, and only written to. REQUIRES: a frame that it
// reads, addresses of IPv4.
void rewrite_briefly(std::span<const std::byte> frame, const NewHeaders& to, std::byte* out);

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_REWRITE_H_
