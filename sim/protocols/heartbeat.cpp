#include "protocols/heartbeat.h"

#include "core/byte_order.h"

namespace switchfault {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr unsigned kOwns = 1, kFit = 2, kSettled = 4, kLeaves = 8;

}  // namespace

std::array<std::byte, kHeartbeatLength> encode_heartbeat(const Heartbeat& heartbeat) {
  std::array<std::byte, kHeartbeatLength> bytes{};
  bytes[0] = std::byte{kVersion};
  bytes[1] =
      static_cast<std::byte>((heartbeat.owns ? kOwns : 0) | (heartbeat.fit ? kFit : 0) |
                             (heartbeat.settled ? kSettled : 0) | (heartbeat.leaves ? kLeaves : 0));
  store_big(&bytes[2], heartbeat.node);
  return bytes;
}

std::optional<Heartbeat> decode_heartbeat(std::span<const std::byte> bytes) {
  if (bytes.size() < kHeartbeatLength || bytes[0] != std::byte{kVersion}) {
    return std::nullopt;
  }
  const auto flags = std::to_integer<unsigned>(bytes[1]);
  if ((flags & ~(kOwns | kFit | kSettled | kLeaves)) != 0) {
    return std::nullopt;
  }
  return Heartbeat{.node = load_big32(&bytes[2]),
                   .owns = (flags & kOwns) != 0,
                   .fit = (flags & kFit) != 0,
                   .settled = (flags & kSettled) != 0,
                   .leaves = (flags & kLeaves) != 0};
}

}  // namespace switchfault
