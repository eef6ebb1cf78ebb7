#include "core/compose.h"

#include <algorithm>
#include <array>
#include <span>

#include "core/byte_order.h"
#include "core/check.h"
#include "core/checksum.h"
#include "core/dissect.h"
#include "core/rewrite.h"

namespace switchfault {
namespace {

constexpr std::uint32_t kEthernetSize = 14, kIpv4Size = 20, kIpv6Size = 40;
constexpr std::uint32_t kUdpSize = 8, kTcpSize = 20;
constexpr std::size_t kUdpChecksumAt = 6, kTcpChecksumAt = 16;
constexpr std::uint8_t kIpv4First = 0x45, kIpv6First = 0x60;  // Version and words of the header.
constexpr std::uint16_t kDontFragment = 0x4000;
constexpr std::uint16_t kTcpFlags = 0x5010;  // Five words of header, ACK.
constexpr std::uint16_t kTcpWindow = 0xffff;

std::uint32_t transport_size(const ComposedFrame& frame) {
  return frame.protocol == kProtocolTcp ? kTcpSize : kUdpSize;
}

std::uint32_t ip_size(const ComposedFrame& frame) {
  return frame.source.is_v4() ? kIpv4Size : kIpv6Size;
}

void store_address(std::byte* at, const IpAddress& address) {
  if (address.is_v4()) {
    store_big(at, address.v4_bits());
  } else {
    store_big(at, address.high());
    store_big(at + sizeof(std::uint64_t), address.low());
  }
}

// RFC 791 3.1.
void write_ipv4(std::span<std::byte> packet, const ComposedFrame& frame) {
  packet[0] = std::byte{kIpv4First};
  store_big(&packet[2], static_cast<std::uint16_t>(packet.size()));
  store_big(&packet[4], static_cast<std::uint16_t>(frame.number));
  store_big(&packet[6], kDontFragment);
  packet[8] = std::byte{frame.ttl};
  packet[9] = std::byte{frame.protocol};
  store_address(&packet[12], frame.source);
  store_address(&packet[16], frame.destination);
  store_big(&packet[10], internet_checksum(packet.first(kIpv4Size)));
}

// RFC 8200 section 3.
void write_ipv6(std::span<std::byte> packet, const ComposedFrame& frame) {
  packet[0] = std::byte{kIpv6First};
  store_big(&packet[4], static_cast<std::uint16_t>(packet.size() - kIpv6Size));
  packet[6] = std::byte{frame.protocol};
  packet[7] = std::byte{frame.ttl};
  store_address(&packet[8], frame.source);
  store_address(&packet[24], frame.destination);
}

// RFC 768, RFC 9293 3.1. `addresses`: those of the IP header, for the checksum.
void write_transport(std::span<std::byte> segment, std::span<const std::byte> addresses,
                     const ComposedFrame& frame) {
  store_big(segment.data(), frame.source_port);
  store_big(&segment[2], frame.destination_port);
  const bool tcp = frame.protocol == kProtocolTcp;
  if (tcp) {
    const std::uint64_t sent = frame.number * (segment.size() - kTcpSize);
    store_big(&segment[4], static_cast<std::uint32_t>(sent + 1));
    store_big(&segment[8], std::uint32_t{1});
    store_big(&segment[12], kTcpFlags);
    store_big(&segment[14], kTcpWindow);
  } else {
    store_big(&segment[4], static_cast<std::uint16_t>(segment.size()));
  }
  std::uint64_t sum = std::uint64_t{frame.protocol} + segment.size();
  for (std::size_t i = 0; i < addresses.size(); i += 2) {
    sum += load_big16(&addresses[i]);
  }
  const std::uint16_t checksum = internet_checksum(segment, sum);
  // A UDP checksum of zero says that there is none.
  store_big(&segment[tcp ? kTcpChecksumAt : kUdpChecksumAt],
            checksum == 0 && !tcp ? std::uint16_t{0xffff} : checksum);
}

}  // namespace

std::uint32_t least_composed_length(const ComposedFrame& frame) {
  return kEthernetSize + ip_size(frame) + transport_size(frame);
}

void compose(const ComposedFrame& frame, std::vector<std::byte>& bytes) {
  const bool v4 = frame.source.is_v4();
  SF_CHECK(v4 == frame.destination.is_v4());
  std::array<std::byte, kMaxEthernetHeader> header{};
  const VlanTag tag{.type = kEtherTypeVlan, .control = frame.tag};
  const std::size_t size = write_ethernet_header(header, frame.destination_mac, frame.source_mac,
                                                 {&tag, frame.tag == 0 ? std::size_t{0} : 1},
                                                 v4 ? kEtherTypeIpv4 : kEtherTypeIpv6);
  const std::uint32_t length = std::max(frame.length, least_composed_length(frame));
  bytes.assign(size + length - kEthernetSize, std::byte{0});
  std::copy_n(header.begin(), size, bytes.begin());
  const std::span<std::byte> packet = std::span(bytes).subspan(size);
  constexpr std::size_t kIpv4Addresses = 12, kIpv6Addresses = 8;
  if (v4) {
    write_ipv4(packet, frame);
    write_transport(packet.subspan(kIpv4Size), packet.subspan(kIpv4Addresses, 8), frame);
  } else {
    write_ipv6(packet, frame);
    write_transport(packet.subspan(kIpv6Size), packet.subspan(kIpv6Addresses, 32), frame);
  }
}

}  // namespace switchfault
