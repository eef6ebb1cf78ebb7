// The control packet of BFD (RFC 5880 4.1) as data and as bytes, without authentication.

#ifndef SWITCHFAULT_PROTOCOLS_BFD_PACKET_H_
#define SWITCHFAULT_PROTOCOLS_BFD_PACKET_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace switchfault {

enum class BfdState : std::uint8_t { admin_down, down, init, up };

struct BfdPacket {
  std::uint32_t own_discriminator = 0;
  std::uint32_t your_discriminator = 0;  // 0: not known yet.
  std::uint32_t transmit_us = 0;         // Desired minimum.
  std::uint32_t receive_us = 0;          // Required minimum.
  std::uint8_t multiplier = 0;
  BfdState state = BfdState::down;
  std::uint8_t diagnostic = 0;
  friend bool operator==(const BfdPacket&, const BfdPacket&) = default;
};

inline constexpr std::size_t kBfdLength = 24;
std::array<std::byte, kBfdLength> encode_bfd(const BfdPacket& packet);
// Empty: what RFC 5880 6.8.6 wants discarded.
std::optional<BfdPacket> decode_bfd(std::span<const std::byte> bytes);

}  // namespace switchfault

#endif  // SWITCHFAULT_PROTOCOLS_BFD_PACKET_H_
