#include "core/rewrite.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "core/byte_order.h"
#include "core/check.h"
#include "core/checksum.h"

namespace switchfault {
namespace {

constexpr std::size_t kTagSize = 4;
constexpr std::size_t kIpv4ChecksumAt = 10;
constexpr std::size_t kIpv4SourceAt = 12;
constexpr std::size_t kIpv4DestinationAt = 16;
constexpr std::size_t kIpv6SourceAt = 8;
constexpr std::size_t kIpv6DestinationAt = 24;

void store_mac(std::byte* bytes, MacAddress mac) {
  store_big(bytes, static_cast<std::uint16_t>(mac.bits >> 32U));
  store_big(bytes + 2, static_cast<std::uint32_t>(mac.bits));
}

bool is_ipv4(const Headers& headers) {
  return headers.ether_type == kEtherTypeIpv4;
}

// Where in the transport header there is a checksum that covers the IP addresses.
std::optional<std::size_t> pseudo_checksum_at(const Headers& headers) {
  const std::uint8_t protocol = headers.protocol;
  if (protocol == kProtocolTcp) {
    return 16;
  }
  if (protocol == kProtocolUdp || protocol == kProtocolUdpLite || protocol == kProtocolDccp) {
    return 6;
  }
  if (protocol == kProtocolIcmpv6 && !is_ipv4(headers)) {
    return 2;
  }
  if (protocol == kProtocolOspf && !is_ipv4(headers)) {
    return 12;
  }
  return std::nullopt;
}

// First byte behind the IP packet that is there.
std::size_t packet_end(std::size_t size, const Headers& headers) {
  return headers.ip_length == 0
             ? size
             : std::min<std::size_t>(size, std::size_t{headers.network_offset} + headers.ip_length);
}

void update_transport(std::span<std::byte> frame, const Headers& headers,
                      const ChecksumChange& change) {
  const auto within = pseudo_checksum_at(headers);
  if (headers.transport_offset == 0 || !within) {
    return;
  }
  const std::size_t at = headers.transport_offset + *within;
  if (at + 2 > packet_end(frame.size(), headers)) {
    return;
  }
  const std::uint16_t before = load_big16(&frame[at]);
  const bool udp = headers.protocol == kProtocolUdp;
  if (udp && before == 0) {
    return;  // No checksum (RFC 768).
  }
  const std::uint16_t after = change.applied_to(before);
  store_big(&frame[at], udp && after == 0 ? std::uint16_t{0xffff} : after);
}

void update_ipv4_header(std::span<std::byte> frame, const Headers& headers,
                        const ChecksumChange& change) {
  std::byte* const checksum = &frame[headers.network_offset + kIpv4ChecksumAt];
  store_big(checksum, change.applied_to(load_big16(checksum)));
}

void replace_ipv4(std::byte* bytes, IpAddress address, ChecksumChange& change) {
  SF_CHECK(address.is_v4());
  change.replace32(load_big32(bytes), address.v4_bits());
  store_big(bytes, address.v4_bits());
}

void replace_ipv6(std::byte* bytes, IpAddress address, ChecksumChange& change) {
  change.replace64(load_big64(bytes), address.high());
  change.replace64(load_big64(bytes + 8), address.low());
  store_big(bytes, address.high());
  store_big(bytes + 8, address.low());
}

}  // namespace

std::size_t write_ethernet_header(std::span<std::byte, kMaxEthernetHeader> out,
                                  MacAddress destination, MacAddress source,
                                  std::span<const VlanTag> tags, std::uint16_t type_field) {
  SF_CHECK(tags.size() <= Headers::kMaxVlanTags);
  store_mac(&out[0], destination);
  store_mac(&out[6], source);
  std::size_t at = 12;
  for (const VlanTag& tag : tags) {
    store_big(&out[at], tag.type);
    store_big(&out[at + 2], tag.control);
    at += kTagSize;
  }
  store_big(&out[at], type_field);
  return at + 2;
}

void set_macs(std::span<std::byte> frame, MacAddress destination, MacAddress source) {
  SF_CHECK(frame.size() >= 12);
  store_mac(&frame[0], destination);
  store_mac(&frame[6], source);
}

void set_vlan(std::span<std::byte> frame, const Headers& headers, std::size_t index,
              std::uint16_t vlan) {
  SF_CHECK(index < headers.vlan_count && vlan <= 0xfff);
  const std::size_t at = 14 + index * kTagSize;
  SF_CHECK(at + 2 <= frame.size());
  const unsigned priority = headers.vlans[index].control & 0xf000U;
  store_big(&frame[at], static_cast<std::uint16_t>(priority | vlan));
}

void set_addresses(std::span<std::byte> frame, const Headers& headers, IpAddress source,
                   IpAddress destination) {
  SF_CHECK(headers.kind == FrameKind::ip || headers.kind == FrameKind::arp);
  std::byte* const network = &frame[headers.network_offset];
  ChecksumChange change;
  if (headers.kind == FrameKind::arp) {
    replace_ipv4(network + 14, source, change);
    replace_ipv4(network + 24, destination, change);
    return;
  }
  if (is_ipv4(headers)) {
    replace_ipv4(network + kIpv4SourceAt, source, change);
    replace_ipv4(network + kIpv4DestinationAt, destination, change);
    update_ipv4_header(frame, headers, change);
  } else {
    replace_ipv6(network + kIpv6SourceAt, source, change);
    ChecksumChange unseen;  // The checksum covers the last destination, in the routing header.
    replace_ipv6(network + kIpv6DestinationAt, destination,
                 headers.source_routed ? unseen : change);
  }
  update_transport(frame, headers, change);
}

void set_ports(std::span<std::byte> frame, const Headers& headers, std::uint16_t source,
               std::uint16_t destination) {
  SF_CHECK(headers.kind == FrameKind::ip && headers.has_ports);
  std::byte* const ports = &frame[headers.transport_offset];
  ChecksumChange change;
  change.replace16(load_big16(ports), source);
  change.replace16(load_big16(ports + 2), destination);
  store_big(ports, source);
  store_big(ports + 2, destination);
  update_transport(frame, headers, change);
}

void set_ttl(std::span<std::byte> frame, const Headers& headers, std::uint8_t ttl) {
  SF_CHECK(headers.kind == FrameKind::ip);
  std::byte* const network = &frame[headers.network_offset];
  if (!is_ipv4(headers)) {
    network[7] = std::byte{ttl};
    return;
  }
  ChecksumChange change;
  const std::uint16_t before = load_big16(network + 8);  // With the protocol.
  const auto after = static_cast<std::uint16_t>(unsigned{ttl} << 8U | (before & 0xffU));
  change.replace16(before, after);
  store_big(network + 8, after);
  update_ipv4_header(frame, headers, change);
}

void set_arp_macs(std::span<std::byte> frame, const Headers& headers, MacAddress sender,
                  MacAddress target) {
  SF_CHECK(headers.kind == FrameKind::arp);
  std::byte* const network = &frame[headers.network_offset];
  store_mac(network + 8, sender);
  store_mac(network + 18, target);
}

// The first 48 bytes as six words, of which these fields are made anew:
//   0: MAC of the destination, upper part of the source's   3: checksum, source, destination
//   1: rest of it                                           4: rest of it, ports
//   2: …, time to live and protocol                         5: UDP's checksum (TCP's is at 50)
BriefRewrite::BriefRewrite(std::span<const std::byte> frame, const NewHeaders& to) : tag_(to.tag) {
  constexpr std::size_t kTypeAt = 12;
  constexpr unsigned kUpperMac = 32, kMacBits = 48, kWordBits = 64;
  SF_CHECK(frame.size() >= kBytes && to.source.is_v4() && to.destination.is_v4());
  const auto word = [&](std::size_t i) { return load_big64(&frame[i * kWord]); };
  words_[0] = to.destination_mac.bits << (kWordBits - kMacBits) | to.source_mac.bits >> kUpperMac;
  words_[1] = to.source_mac.bits << 32U | load_big32(&frame[kTypeAt]);
  const std::uint64_t second = word(2), third = word(3), fourth = word(4), fifth = word(5);
  const std::uint32_t source = to.source.v4_bits(), destination = to.destination.v4_bits();
  ChecksumChange change;
  change.replace32(static_cast<std::uint32_t>(third >> 16U), source);
  change.replace32(static_cast<std::uint32_t>(third << 16U | fourth >> 48U), destination);
  ChecksumChange header = change;
  const auto life = static_cast<std::uint16_t>(second);
  const auto new_life = static_cast<std::uint16_t>(unsigned{to.ttl} << 8U | (life & 0xffU));
  header.replace16(life, new_life);
  words_[2] = (second & ~std::uint64_t{0xffff}) | new_life;
  const std::uint16_t header_sum = header.applied_to(static_cast<std::uint16_t>(third >> 48U));
  words_[3] = std::uint64_t{header_sum} << 48U | std::uint64_t{source} << 16U | destination >> 16U;
  const auto old_ports = static_cast<std::uint32_t>(fourth >> 16U);
  const bool same_ports = to.source_port == 0 || to.destination_port == 0;
  const std::uint32_t ports =
      same_ports ? old_ports : std::uint32_t{to.source_port} << 16U | to.destination_port;
  change.replace32(old_ports, ports);
  words_[4] = std::uint64_t{destination} << 48U | std::uint64_t{ports} << 16U | (fourth & 0xffffU);
  words_[5] = fifth;
  const auto length = static_cast<std::size_t>(second >> 48U);
  if ((life & 0xffU) == kProtocolUdp) {
    const auto old = static_cast<std::uint16_t>(fifth >> 48U);
    if (old != 0) {  // RFC 768: none.
      const std::uint16_t now = change.applied_to(old);
      words_[5] = std::uint64_t{now == 0 ? std::uint16_t{0xffff} : now} << 48U |
                  (fifth & ~(std::uint64_t{0xffff} << 48U));
    }
  } else if (std::min(frame.size(), kEthernet + length) >= kTcpChecksumAt + 2) {
    has_tcp_checksum_ = true;
    tcp_checksum_ = change.applied_to(load_big16(&frame[kTcpChecksumAt]));
  }
}

}  // namespace switchfault
