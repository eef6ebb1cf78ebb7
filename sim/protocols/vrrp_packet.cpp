#include "protocols/vrrp_packet.h"

#include "core/byte_order.h"
#include "core/checksum.h"
#include "core/envelope.h"

namespace switchfault {
namespace {

constexpr std::uint8_t kProtocolVrrp = 112;
constexpr std::uint8_t kAdvertisement = 0x31;  // Version 3, type 1.
constexpr std::size_t kHeader = 8, kV4Size = 4, kV6Size = 16;
constexpr std::uint16_t kIntervalMask = 0x0fff;
constexpr std::uint32_t kGroupV4 = 0xe0000012;  // 224.0.0.18
constexpr std::uint64_t kGroupV6High = 0xff02000000000000ULL, kGroupV6Low = 0x12;

}  // namespace

IpAddress vrrp_group(bool ipv6) {
  return ipv6 ? IpAddress::v6(kGroupV6High, kGroupV6Low) : IpAddress::v4(kGroupV4);
}

std::vector<std::byte> encode_vrrp(const VrrpPacket& packet, const IpAddress& source) {
  const bool v4 = source.is_v4();
  const std::size_t size = v4 ? kV4Size : kV6Size;
  std::vector<std::byte> bytes(kHeader + packet.addresses.size() * size);
  bytes[0] = std::byte{kAdvertisement};
  bytes[1] = std::byte{packet.router};
  bytes[2] = std::byte{packet.priority};
  bytes[3] = static_cast<std::byte>(packet.addresses.size());
  store_big(&bytes[4], static_cast<std::uint16_t>(packet.interval_cs & kIntervalMask));
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
  store_big(&bytes[6], internet_checksum(bytes, pseudo_header_sum(source, vrrp_group(!v4),
                                                                  kProtocolVrrp, bytes.size())));
  return bytes;
}

std::optional<VrrpPacket> decode_vrrp(std::span<const std::byte> bytes, const IpAddress& source) {
  if (bytes.size() < kHeader || bytes[0] != std::byte{kAdvertisement}) {
    return std::nullopt;
  }
  const bool v4 = source.is_v4();
  const std::size_t size = v4 ? kV4Size : kV6Size;
  const auto count = std::to_integer<std::size_t>(bytes[3]);
  if (count == 0 || bytes.size() != kHeader + count * size ||
      internet_checksum(
          bytes, pseudo_header_sum(source, vrrp_group(!v4), kProtocolVrrp, bytes.size())) != 0) {
    return std::nullopt;
  }
  VrrpPacket packet{
      .router = std::to_integer<std::uint8_t>(bytes[1]),
      .priority = std::to_integer<std::uint8_t>(bytes[2]),
      .interval_cs = static_cast<std::uint16_t>(load_big16(&bytes[4]) & kIntervalMask),
      .addresses = {}};
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
