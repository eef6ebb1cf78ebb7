// MacAddress: 48 bits in a value type. Addresses of nodes derive from their stable ids, so they do
// not depend on the order of the file.

#ifndef SWITCHFAULT_CORE_MAC_ADDRESS_H_
#define SWITCHFAULT_CORE_MAC_ADDRESS_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace switchfault {

struct MacAddress {
  std::uint64_t bits = 0;  // Upper 16 bits are zero.
  friend constexpr auto operator<=>(MacAddress, MacAddress) = default;
  [[nodiscard]] constexpr bool is_group() const { return ((bits >> 40U) & 1U) != 0; }
};
inline constexpr MacAddress kBroadcastMac{0xffffffffffffULL};

// Locally administered unicast address from a stable id and a port or interface number.
constexpr MacAddress derived_mac(std::uint64_t stable_id, std::uint32_t number) {
  std::uint64_t mixed = stable_id * 0x9e3779b97f4a7c15ULL;
  mixed ^= mixed >> 29U;
  return {((0x02ULL << 40U) | ((mixed & 0xffffffULL) << 16U) | (number & 0xffffU))};
}

std::string format_mac(MacAddress mac);                      // "02:00:5e:10:00:01"
std::optional<MacAddress> parse_mac(std::string_view text);  // The same, also in capitals.

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_MAC_ADDRESS_H_
