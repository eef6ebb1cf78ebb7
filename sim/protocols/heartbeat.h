// The heartbeat between two stateful nodes as data and as bytes. Real pairs speak protocols of
// their vendors; this one has an EtherType that IEEE leaves for local experiments.

#ifndef SWITCHFAULT_PROTOCOLS_HEARTBEAT_H_
#define SWITCHFAULT_PROTOCOLS_HEARTBEAT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace switchfault {

struct Heartbeat {
  std::uint32_t node = 0;
  bool owns = false;
  bool fit = false;      // Its data plane works.
  bool settled = false;  // It has heard the peer, or long enough nothing, since it started.
  bool leaves = false;   // The last one: its process ends in order.
  friend bool operator==(const Heartbeat&, const Heartbeat&) = default;
};

inline constexpr std::uint16_t kHeartbeatType = 0x88b5;  // IEEE 802-2014 table 9-1.
inline constexpr std::size_t kHeartbeatLength = 6;
std::array<std::byte, kHeartbeatLength> encode_heartbeat(const Heartbeat& heartbeat);
// Empty: too short, another version, unknown flags.
std::optional<Heartbeat> decode_heartbeat(std::span<const std::byte> bytes);

}  // namespace switchfault

#endif  // SWITCHFAULT_PROTOCOLS_HEARTBEAT_H_
