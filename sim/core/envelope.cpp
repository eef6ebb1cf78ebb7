#include "core/envelope.h"

#include <algorithm>
#include <array>

#include "core/byte_order.h"
#include "core/check.h"
#include "core/checksum.h"
#include "core/dissect.h"
#include "core/rewrite.h"

namespace switchfault {
namespace {

constexpr std::size_t kLeastFrame = 60;  // 64 with the checksum (IEEE 802.3-2018 4.4.2).
constexpr std::size_t kIpv4Size = 20, kIpv6Size = 40, kUdpSize = 8, kTcpSize = 20;
constexpr std::size_t kUdpChecksumAt = 6, kTcpChecksumAt = 16;
constexpr std::uint8_t kIpv4First = 0x45;  // Version 4, five words.
constexpr std::uint32_t kIpv6First = 0x60000000;
constexpr unsigned kClassShift = 20;
constexpr std::uint16_t kDontFragment = 0x4000;
constexpr std::uint16_t kTcpWindow = 0xffff;
constexpr unsigned kTcpHeaderShift = 12;
constexpr std::uint8_t kStpSap = 0x42, kSnapSap = 0xaa, kUnnumbered = 0x03;
constexpr std::uint8_t kHopLimitOfNeighbors = 255;  // RFC 4861: of no other node.

void store_address(std::byte* at, const IpAddress& address) {
  if (address.is_v4()) {
    store_big(at, address.v4_bits());
  } else {
    store_big(at, address.high());
    store_big(at + sizeof(std::uint64_t), address.low());
  }
}

void store_mac(std::byte* at, MacAddress mac) {
  constexpr std::size_t kMacSize = 6;
  for (std::size_t i = 0; i < kMacSize; ++i) {
    at[i] = static_cast<std::byte>(mac.bits >> (8 * (kMacSize - 1 - i)));
  }
}

FrameBytes ethernet_frame(MacAddress destination, MacAddress source, std::uint16_t type_or_length,
                          std::span<const std::byte> payload) {
  std::array<std::byte, kMaxEthernetHeader> header{};
  const std::size_t size = write_ethernet_header(header, destination, source, {}, type_or_length);
  FrameBytes frame(std::max(size + payload.size(), kLeastFrame));
  std::copy_n(header.begin(), size, frame.begin());
  std::ranges::copy(payload, frame.begin() + static_cast<std::ptrdiff_t>(size));
  return frame;
}

std::uint64_t sum_of(const IpAddress& address) {
  std::array<std::byte, 16> bytes{};
  store_address(bytes.data(), address);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    sum += load_big16(&bytes[i]);
  }
  return sum;
}

void put_checksum(FrameBytes& segment, std::size_t at, const IpEnvelope& ip) {
  const std::uint16_t checksum = internet_checksum(
      segment, pseudo_header_sum(ip.source, ip.destination, ip.protocol, segment.size()));
  store_big(&segment[at], checksum);
}

// RFC 826.
FrameBytes arp_frame(const NeighborMessage& message) {
  constexpr std::size_t kSize = 28;
  constexpr std::uint16_t kEthernet = 1, kRequest = 1, kReply = 2;
  const bool answer = message.kind == NeighborMessage::Kind::answer;
  std::array<std::byte, kSize> arp{};
  store_big(&arp[0], kEthernet);
  store_big(&arp[2], kEtherTypeIpv4);
  arp[4] = std::byte{6};
  arp[5] = std::byte{4};
  store_big(&arp[6], answer ? kReply : kRequest);
  store_mac(&arp[8], message.sender);
  store_big(&arp[14], message.sender_address.v4_bits());
  store_mac(&arp[18], answer ? message.target : MacAddress{});
  store_big(&arp[24], message.target_address.v4_bits());
  const bool to_one = answer || message.target != MacAddress{};
  return ethernet_frame(to_one ? message.target : kBroadcastMac, message.sender, kEtherTypeArp,
                        arp);
}

// RFC 4861 sections 4.3 and 4.4.
FrameBytes discovery_frame(const NeighborMessage& message) {
  constexpr std::size_t kSize = 32;
  constexpr std::uint8_t kSolicitation = 135, kAdvertisement = 136;
  constexpr std::uint8_t kSolicited = 0x40, kOverride = 0x20;
  constexpr std::uint8_t kSourceOption = 1, kTargetOption = 2;
  const bool question = message.kind == NeighborMessage::Kind::question;
  const bool answer = message.kind == NeighborMessage::Kind::answer;
  FrameBytes icmp(kSize);
  icmp[0] = std::byte{question ? kSolicitation : kAdvertisement};
  if (!question) {
    icmp[4] = static_cast<std::byte>(kOverride | (answer ? kSolicited : 0U));
  }
  store_address(&icmp[8], question ? message.target_address : message.sender_address);
  icmp[24] = std::byte{question ? kSourceOption : kTargetOption};
  icmp[25] = std::byte{1};  // Times eight bytes.
  store_mac(&icmp[26], message.sender);

  constexpr std::uint64_t kLinkLocalGroups = 0xff02000000000000ULL;
  constexpr std::uint64_t kSolicitedNode = 0x00000001ff000000ULL;  // RFC 4291 2.7.1.
  IpAddress to = message.target_address;
  const bool to_one = answer || (question && message.target != MacAddress{});
  if (question && !to_one) {
    to = IpAddress::v6(kLinkLocalGroups,
                       kSolicitedNode | (message.target_address.low() & 0xffffffULL));
  } else if (!to_one) {
    to = IpAddress::v6(kLinkLocalGroups, 1);
  }
  const IpEnvelope ip{.source = message.sender_address,
                      .destination = to,
                      .protocol = kProtocolIcmpv6,
                      .ttl = kHopLimitOfNeighbors,
                      .traffic_class = 0};
  put_checksum(icmp, 2, ip);
  return in_ethernet(to_one ? message.target : mac_of_group(to), message.sender, in_ip(ip, icmp));
}

}  // namespace

FrameBytes in_ethernet(MacAddress destination, MacAddress source, std::uint16_t type,
                       std::span<const std::byte> payload) {
  return ethernet_frame(destination, source, type, payload);
}

FrameBytes in_ethernet(MacAddress destination, MacAddress source, std::span<const std::byte> ip) {
  constexpr unsigned kVersionShift = 4, kVersion4 = 4;
  const bool v4 = std::to_integer<unsigned>(ip[0]) >> kVersionShift == kVersion4;
  return ethernet_frame(destination, source, v4 ? kEtherTypeIpv4 : kEtherTypeIpv6, ip);
}

FrameBytes in_llc(MacAddress destination, MacAddress source, std::span<const std::byte> payload) {
  FrameBytes llc{std::byte{kStpSap}, std::byte{kStpSap}, std::byte{kUnnumbered}};
  llc.insert(llc.end(), payload.begin(), payload.end());
  return ethernet_frame(destination, source, static_cast<std::uint16_t>(llc.size()), llc);
}

FrameBytes in_ip(const IpEnvelope& ip, std::span<const std::byte> payload) {
  SF_CHECK(ip.source.is_v4() == ip.destination.is_v4());
  const std::size_t size = ip.source.is_v4() ? kIpv4Size : kIpv6Size;
  FrameBytes packet(size + payload.size());
  if (ip.source.is_v4()) {
    packet[0] = std::byte{kIpv4First};
    packet[1] = std::byte{ip.traffic_class};
    store_big(&packet[2], static_cast<std::uint16_t>(packet.size()));
    store_big(&packet[4], ip.id);
    store_big(&packet[6], kDontFragment);
    packet[8] = std::byte{ip.ttl};
    packet[9] = std::byte{ip.protocol};
    store_address(&packet[12], ip.source);
    store_address(&packet[16], ip.destination);
    store_big(&packet[10], internet_checksum(std::span(packet).first(kIpv4Size)));
  } else {
    store_big(packet.data(), kIpv6First | (std::uint32_t{ip.traffic_class} << kClassShift));
    store_big(&packet[4], static_cast<std::uint16_t>(payload.size()));
    packet[6] = std::byte{ip.protocol};
    packet[7] = std::byte{ip.ttl};
    store_address(&packet[8], ip.source);
    store_address(&packet[24], ip.destination);
  }
  std::ranges::copy(payload, packet.begin() + static_cast<std::ptrdiff_t>(size));
  return packet;
}

FrameBytes in_udp(const IpEnvelope& ip, std::uint16_t source_port, std::uint16_t destination_port,
                  std::span<const std::byte> payload) {
  FrameBytes datagram(kUdpSize + payload.size());
  store_big(datagram.data(), source_port);
  store_big(&datagram[2], destination_port);
  store_big(&datagram[4], static_cast<std::uint16_t>(datagram.size()));
  std::ranges::copy(payload, datagram.begin() + kUdpSize);
  put_checksum(datagram, kUdpChecksumAt, ip);
  if (load_big16(&datagram[kUdpChecksumAt]) == 0) {
    store_big(&datagram[kUdpChecksumAt], std::uint16_t{0xffff});  // Zero says that there is none.
  }
  return in_ip(ip, datagram);
}

FrameBytes in_tcp(const IpEnvelope& ip, const TcpEnvelope& tcp,
                  std::span<const std::byte> payload) {
  FrameBytes segment(kTcpSize + payload.size());
  store_big(segment.data(), tcp.source_port);
  store_big(&segment[2], tcp.destination_port);
  store_big(&segment[4], tcp.sequence);
  store_big(&segment[8], tcp.acknowledgment);
  constexpr unsigned kWords = kTcpSize / 4;
  store_big(&segment[12], static_cast<std::uint16_t>(kWords << kTcpHeaderShift | tcp.flags));
  store_big(&segment[14], kTcpWindow);
  std::ranges::copy(payload, segment.begin() + kTcpSize);
  put_checksum(segment, kTcpChecksumAt, ip);
  return in_ip(ip, segment);
}

std::uint64_t pseudo_header_sum(const IpAddress& source, const IpAddress& destination,
                                std::uint8_t protocol, std::size_t length) {
  return sum_of(source) + sum_of(destination) + protocol + length;
}

FrameBytes echo(const IpEnvelope& ip, bool reply, std::uint16_t id, std::uint16_t sequence) {
  constexpr std::size_t kHeader = 8, kData = 56;  // As ping sends.
  constexpr std::uint8_t kRequest4 = 8, kReply4 = 0, kRequest6 = 128, kReply6 = 129;
  const bool v4 = ip.source.is_v4();
  FrameBytes message(kHeader + kData);
  message[0] = std::byte{v4 ? (reply ? kReply4 : kRequest4) : (reply ? kReply6 : kRequest6)};
  store_big(&message[4], id);
  store_big(&message[6], sequence);
  if (v4) {
    store_big(&message[2], internet_checksum(message));
  } else {
    put_checksum(message, 2, ip);
  }
  return in_ip(ip, message);
}

FrameBytes neighbor_frame(const NeighborMessage& message) {
  return message.sender_address.is_v4() ? arp_frame(message) : discovery_frame(message);
}

FrameBytes in_snap(MacAddress destination, MacAddress source, std::uint32_t organization,
                   std::uint16_t protocol, std::span<const std::byte> payload) {
  constexpr std::size_t kHeader = 8;
  FrameBytes snap(kHeader);
  snap[0] = snap[1] = std::byte{kSnapSap};
  store_big(&snap[2], (std::uint32_t{kUnnumbered} << 24U) | organization);
  store_big(&snap[6], protocol);
  snap.insert(snap.end(), payload.begin(), payload.end());
  return ethernet_frame(destination, source, static_cast<std::uint16_t>(snap.size()), snap);
}

MacAddress mac_of_group(const IpAddress& group) {
  constexpr std::uint64_t kV4 = 0x01005e000000, kV6 = 0x333300000000;
  constexpr std::uint64_t kV4Bits = 0x7fffff, kV6Bits = 0xffffffff;
  return group.is_v4() ? MacAddress{kV4 | (group.v4_bits() & kV4Bits)}
                       : MacAddress{kV6 | (group.low() & kV6Bits)};
}

void insert_tag(FrameBytes& frame, std::uint16_t control) {
  constexpr std::size_t kTagAt = 12, kTagSize = 4;
  std::array<std::byte, kTagSize> tag{};
  store_big(tag.data(), kEtherTypeVlan);
  store_big(&tag[2], control);
  frame.insert(frame.begin() + kTagAt, tag.begin(), tag.end());
}

}  // namespace switchfault
