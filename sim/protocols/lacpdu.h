// The LACPDU of IEEE 802.1AX (6.4.2, version 1) as data and as bytes.
//
// What follows the Ethernet header of a frame of the slow protocols (0x8809) to 01-80-c2-00-00-02:
// subtype and version, then actor, partner and collector as type, length and value, a terminator,
// and reserved octets to a fixed length.

#ifndef SWITCHFAULT_PROTOCOLS_LACPDU_H_
#define SWITCHFAULT_PROTOCOLS_LACPDU_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/mac_address.h"

namespace switchfault {

inline constexpr MacAddress kSlowProtocolsMac{0x0180c2000002ULL};
inline constexpr std::uint16_t kSlowProtocolsType = 0x8809;

// Bits of the state of one end (6.4.2.3 m).
struct LacpState {
  static constexpr std::uint8_t kActive = 0x01;
  static constexpr std::uint8_t kShortTimeout = 0x02;
  static constexpr std::uint8_t kAggregatable = 0x04;
  static constexpr std::uint8_t kInSync = 0x08;
  static constexpr std::uint8_t kCollecting = 0x10;
  static constexpr std::uint8_t kDistributing = 0x20;
  static constexpr std::uint8_t kDefaulted = 0x40;
  static constexpr std::uint8_t kExpired = 0x80;
};

// One end of a link.
struct LacpInfo {
  MacAddress system;
  std::uint16_t system_priority = 0;
  std::uint16_t key = 0;
  std::uint16_t port_priority = 0;
  std::uint16_t port = 0;
  std::uint8_t state = 0;
  [[nodiscard]] bool has(std::uint8_t bits) const { return (state & bits) == bits; }
  friend bool operator==(const LacpInfo&, const LacpInfo&) = default;
};

struct Lacpdu {
  LacpInfo actor, partner;
  std::uint16_t collector_delay = 0;  // Tens of microseconds.
  friend bool operator==(const Lacpdu&, const Lacpdu&) = default;
};

inline constexpr std::size_t kLacpduLength = 110;
std::array<std::byte, kLacpduLength> encode_lacpdu(const Lacpdu& pdu);
// Empty: too short, another slow protocol, or without actor and partner in their places. A later
// version is read as this one (6.4.2.3 b); what follows the partner is not looked at (6.4.10).
std::optional<Lacpdu> decode_lacpdu(std::span<const std::byte> bytes);

// "ALGs+CD": active or passive, long or short timeout, aggregatable or individual, in sync or not,
// collecting, distributing; then X for expired and d for defaulted.
std::string lacp_flags(std::uint8_t state);

}  // namespace switchfault

#endif  // SWITCHFAULT_PROTOCOLS_LACPDU_H_
