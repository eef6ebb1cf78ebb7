// What stands around the bytes of a protocol on an Ethernet wire: MAC header, LLC, IPv4, IPv6, UDP,
// TCP, with right lengths and checksums; and the whole frames of ICMP echo, ARP and neighbour
// discovery. Frames are padded to the least length of Ethernet, without its checksum.
// Not made: options of IP and TCP, fragments.

#ifndef SWITCHFAULT_CORE_ENVELOPE_H_
#define SWITCHFAULT_CORE_ENVELOPE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <switchfault/ip_address.h>

#include "core/mac_address.h"

namespace switchfault {

using FrameBytes = std::vector<std::byte>;

inline constexpr std::uint8_t kClassOfControl = 0xc0;  // Network control: DSCP CS6 (RFC 2474).

struct IpEnvelope {
  IpAddress source, destination;
  std::uint8_t protocol = 0;
  std::uint8_t ttl = 0;
  std::uint8_t traffic_class = kClassOfControl;
  std::uint16_t id = 0;  // IPv4 only.
};
struct TcpEnvelope {
  static constexpr std::uint8_t kFin = 0x01, kSyn = 0x02, kRst = 0x04, kPsh = 0x08, kAck = 0x10;
  std::uint16_t source_port = 0, destination_port = 0;
  std::uint32_t sequence = 0, acknowledgment = 0;
  std::uint8_t flags = 0;
};

FrameBytes in_ethernet(MacAddress destination, MacAddress source, std::uint16_t type,
                       std::span<const std::byte> payload);
// With the packet's own type, IPv4 or IPv6.
FrameBytes in_ethernet(MacAddress destination, MacAddress source, std::span<const std::byte> ip);
// IEEE 802.3 with the length, and LLC of the spanning tree (IEEE 802.1D-2004 9.2).
FrameBytes in_llc(MacAddress destination, MacAddress source, std::span<const std::byte> payload);
// IEEE 802.3 with the length, LLC and SNAP: who gave out the number, and the number (IEEE 802-2014
// 9.2 and 9.5).
FrameBytes in_snap(MacAddress destination, MacAddress source, std::uint32_t organization,
                   std::uint16_t protocol, std::span<const std::byte> payload);
// REQUIRES of these: both addresses of one family.
FrameBytes in_ip(const IpEnvelope& ip, std::span<const std::byte> payload);
FrameBytes in_udp(const IpEnvelope& ip, std::uint16_t source_port, std::uint16_t destination_port,
                  std::span<const std::byte> payload);
FrameBytes in_tcp(const IpEnvelope& ip, const TcpEnvelope& tcp, std::span<const std::byte> payload);

// The sum of words of the pseudo-header that checksums of upper layers count in.
std::uint64_t pseudo_header_sum(const IpAddress& source, const IpAddress& destination,
                                std::uint8_t protocol, std::size_t length);

// A packet of ICMP or ICMPv6.
FrameBytes echo(const IpEnvelope& ip, bool reply, std::uint16_t id, std::uint16_t sequence);

// Somebody who asks for a neighbour, or tells his own address.
struct NeighborMessage {
  enum class Kind : std::uint8_t { question, answer, announcement };
  Kind kind = Kind::question;
  MacAddress sender;
  IpAddress sender_address;  // That of an announcement.
  MacAddress target;  // Of an answer: who has asked. Of a question: only he, where it is given.
  IpAddress target_address;
};
// The frame: ARP for IPv4, neighbour discovery for IPv6.
FrameBytes neighbor_frame(const NeighborMessage& message);

// The MAC that a group of IP receives at (RFC 1112, RFC 2464).
MacAddress mac_of_group(const IpAddress& group);
// Puts an 802.1Q tag into a frame that has none.
void insert_tag(FrameBytes& frame, std::uint16_t control);

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_ENVELOPE_H_
