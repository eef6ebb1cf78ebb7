// The LLDPDU of IEEE 802.1AB-2016 (clause 8) as data and as bytes: chassis and port identifier,
// time to live and the system's name, each as type, length and value. Other types are passed over.

#ifndef SWITCHFAULT_PROTOCOLS_LLDPDU_H_
#define SWITCHFAULT_PROTOCOLS_LLDPDU_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/mac_address.h"

namespace switchfault {

inline constexpr MacAddress kNearestBridgeMac{0x0180c200000eULL};  // Table 7-1.
inline constexpr std::uint16_t kLldpType = 0x88cc;

struct Lldpdu {
  MacAddress chassis;
  std::string port;         // Name of the interface, at most 255 octets.
  std::uint16_t ttl = 0;    // Seconds; 0: what was told is void.
  std::string system = {};  // At most 255 octets; empty: not told.
  friend bool operator==(const Lldpdu&, const Lldpdu&) = default;
};

std::vector<std::byte> encode_lldpdu(const Lldpdu& pdu);
// Empty: cut off, without the three mandatory values in their order and at the beginning, or with
// identifiers of other subtypes than MAC address and interface name.
std::optional<Lldpdu> decode_lldpdu(std::span<const std::byte> bytes);

}  // namespace switchfault

#endif  // SWITCHFAULT_PROTOCOLS_LLDPDU_H_
