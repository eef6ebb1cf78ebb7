#include "protocols/vrrp_packet.h"

#include "core/byte_order.h"
#include "core/checksum.h"
#include "core/envelope.h"

namespace switchfault {
namespace {

constexpr std::uint8_t kProtocolVrrp = 112;
constexpr std::uint8_t kVersion3 = 0x31;  // Type 1.
constexpr std::uint8_t kVersion2 = 0x21;
constexpr std::size_t kHeader = 8, kV4Size = 4, kV6Size = 16;
constexpr std::size_t kAuthentication = 8;  // Behind the addresses of version 2.
constexpr std::uint16_t kSecond = 100;      // In hundredths.
constexpr std::uint16_t kIntervalMask = 0x0fff;
constexpr std::uint32_t kGroupV4 = 0xe0000012;  // 224.0.0.18
constexpr std::uint64_t kGroupV6High = 0xff02000000000000ULL, kGroupV6Low = 0x12;

// Version 2 has no pseudo header in its checksum.
std::uint16_t checksum_of(std::span<const std::byte> bytes, const IpAddress& source,
                          bool version2) {
  return internet_checksum(bytes, version2 ? 0
                                           : pseudo_header_sum(source, vrrp_group(!source.is_v4()),
                                                               kProtocolVrrp, bytes.size()));
}

}  // namespace

IpAddress vrrp_group(bool ipv6) {
  return ipv6 ? IpAddress::v6(kGroupV6High, kGroupV6Low) : IpAddress::v4(kGroupV4);
}

std::vector<std::byte> encode_vrrp(const VrrpPacket& packet, const IpAddress& source) {
  const bool v4 = source.is_v4();
  const std::size_t size = v4 ? kV4Size : kV6Size;
  const bool version2 = packet.version == 2;
  std::vector<std::byte> bytes(kHeader + packet.addresses.size() * size +
                               (version2 ? kAuthentication : 0));
  bytes[0] = std::byte{version2 ? kVersion2 : kVersion3};
  bytes[1] = std::byte{packet.router};
  bytes[2] = std::byte{packet.priority};
  bytes[3] = static_cast<std::byte>(packet.addresses.size());
  store_big(&bytes[4], static_cast<std::uint16_t>(version2 ? packet.interval_cs / kSecond
                                                           : packet.interval_cs & kIntervalMask));
  std::byte* at = bytes.data() + kHeader;
  for (const IpAddress& address : packet.addresses) {
    if (v4) {
      store_big(at, address.v4_bits());
    } else {
      store_big(at, address.high());
      store_big(at + sizeof(std::uint64_t), address.low());
    }
    at += size;
  }
  store_big(&bytes[6], checksum_of(bytes, source, version2));
  return bytes;
}

std::optional<VrrpPacket> decode_vrrp(std::span<const std::byte> bytes, const IpAddress& source) {
  const bool v4 = source.is_v4();
  const bool version2 = v4 && !bytes.empty() && bytes[0] == std::byte{kVersion2};
  if (bytes.size() < kHeader || (!version2 && bytes[0] != std::byte{kVersion3})) {
    return std::nullopt;
  }
  const std::size_t size = v4 ? kV4Size : kV6Size;
  const auto count = std::to_integer<std::size_t>(bytes[3]);
  if (count == 0 || bytes.size() != kHeader + count * size + (version2 ? kAuthentication : 0) ||
      checksum_of(bytes, source, version2) != 0) {
    return std::nullopt;
  }
  const std::uint16_t interval = load_big16(&bytes[4]);
  if (version2 && (interval >> 8U) != 0) {
    return std::nullopt;  // Authentication, which is not configured.
  }
  VrrpPacket packet{.router = std::to_integer<std::uint8_t>(bytes[1]),
                    .priority = std::to_integer<std::uint8_t>(bytes[2]),
                    .interval_cs = static_cast<std::uint16_t>(version2 ? interval * kSecond
                                                                       : interval & kIntervalMask),
                    .addresses = {},
                    .version = static_cast<std::uint8_t>(version2 ? 2 : 3)};
  if (packet.router == 0) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const std::byte* at = bytes.data() + kHeader + i * size;
    packet.addresses.push_back(v4 ? IpAddress::v4(load_big32(at))
                                  : IpAddress::v6(load_big64(at), load_big64(at + 8)));
  }
  return packet;
}

}  // namespace switchfault
