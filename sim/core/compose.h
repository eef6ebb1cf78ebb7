// Frames that nobody has recorded, as bytes: Ethernet, IP, UDP or TCP with right lengths and
// checksums, and zeros as what they carry. A TCP segment stands in the middle of a connection that
// is open: acknowledgment, one after the other by its number.
// Not made: options, extension headers, other transports, handshakes.

#ifndef SWITCHFAULT_CORE_COMPOSE_H_
#define SWITCHFAULT_CORE_COMPOSE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include <switchfault/ip_address.h>

#include "core/mac_address.h"

namespace switchfault {

struct ComposedFrame {
  MacAddress destination_mac, source_mac;
  std::uint16_t tag = 0;  // Control of an 802.1Q tag; 0: none.
  IpAddress source, destination;
  std::uint8_t protocol = 0;  // kProtocolUdp or kProtocolTcp.
  std::uint16_t source_port = 0, destination_port = 0;
  std::uint8_t ttl = 0;
  std::uint64_t number = 0;  // Among those of its sender, from 0.
  std::uint32_t length = 0;  // Without tag and Ethernet's checksum.
};

// The least that its headers take; a length below it is taken for it.
std::uint32_t least_composed_length(const ComposedFrame& frame);
// Into `bytes`, whose memory is used again. REQUIRES: both addresses of one family.
void compose(const ComposedFrame& frame, std::vector<std::byte>& bytes);

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_COMPOSE_H_
