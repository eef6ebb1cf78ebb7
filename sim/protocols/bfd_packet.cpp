#include "protocols/bfd_packet.h"

#include "core/byte_order.h"

namespace switchfault {
namespace {

constexpr unsigned kVersion = 1;
constexpr unsigned kAuthentication = 0x04, kMultipoint = 0x01;  // Flags beside the state.

}  // namespace

std::array<std::byte, kBfdLength> encode_bfd(const BfdPacket& packet) {
  std::array<std::byte, kBfdLength> bytes{};
  bytes[0] = static_cast<std::byte>(kVersion << 5U | packet.diagnostic);
  bytes[1] = static_cast<std::byte>(static_cast<unsigned>(packet.state) << 6U);
  bytes[2] = static_cast<std::byte>(packet.multiplier);
  bytes[3] = static_cast<std::byte>(kBfdLength);
  store_big(&bytes[4], packet.own_discriminator);
  store_big(&bytes[8], packet.your_discriminator);
  store_big(&bytes[12], packet.transmit_us);
  store_big(&bytes[16], packet.receive_us);
  return bytes;  // No echo.
}

std::optional<BfdPacket> decode_bfd(std::span<const std::byte> bytes) {
  if (bytes.size() < kBfdLength) {
    return std::nullopt;
  }
  const auto first = std::to_integer<unsigned>(bytes[0]);
  const auto flags = std::to_integer<unsigned>(bytes[1]);
  const auto length = std::to_integer<std::size_t>(bytes[3]);
  const BfdPacket packet{.own_discriminator = load_big32(&bytes[4]),
                         .your_discriminator = load_big32(&bytes[8]),
                         .transmit_us = load_big32(&bytes[12]),
                         .receive_us = load_big32(&bytes[16]),
                         .multiplier = std::to_integer<std::uint8_t>(bytes[2]),
                         .state = static_cast<BfdState>(flags >> 6U),
                         .diagnostic = static_cast<std::uint8_t>(first & 0x1fU)};
  const bool nobody = packet.your_discriminator == 0 && packet.state != BfdState::down &&
                      packet.state != BfdState::admin_down;
  if (first >> 5U != kVersion || length != kBfdLength || packet.multiplier == 0 ||
      packet.own_discriminator == 0 || nobody || (flags & (kAuthentication | kMultipoint)) != 0) {
    return std::nullopt;
  }
  return packet;
}

}  // namespace switchfault
