// IpAddress and IpPrefix: IPv4 and IPv6 addresses as one 16-byte value.
//
// An IPv4 address is kept as its IPv4-mapped IPv6 form (RFC 4291 section 2.5.5.2), so both families
// compare, hash and mask alike; "::ffff:10.0.0.1" therefore is the IPv4 address 10.0.0.1. Parsers
// accept what inet_pton accepts and nothing else (no octal, no zone index), and report failure by
// an empty optional. Not modelled: scoped (zoned) addresses.

#ifndef SWITCHFAULT_IP_ADDRESS_H_
#define SWITCHFAULT_IP_ADDRESS_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace switchfault {

class IpAddress {
 public:
  constexpr IpAddress() = default;  // The unspecified address "::".
  // Both halves in host byte order, `high` holds the first eight bytes on the wire.
  static constexpr IpAddress v6(std::uint64_t high, std::uint64_t low) { return {high, low}; }
  static constexpr IpAddress v4(std::uint32_t bits) { return {0, kMappedV4 | bits}; }
  static std::optional<IpAddress> parse(std::string_view text);

  [[nodiscard]] constexpr bool is_v4() const { return high_ == 0 && (low_ >> 32U) == 0xffffU; }
  // REQUIRES: is_v4().
  [[nodiscard]] constexpr std::uint32_t v4_bits() const { return static_cast<std::uint32_t>(low_); }
  [[nodiscard]] constexpr std::uint64_t high() const { return high_; }
  [[nodiscard]] constexpr std::uint64_t low() const { return low_; }
  // "::" and "0.0.0.0".
  [[nodiscard]] constexpr bool is_unspecified() const {
    return high_ == 0 && (low_ == 0 || low_ == kMappedV4);
  }
  [[nodiscard]] constexpr bool is_multicast() const {
    return is_v4() ? (v4_bits() >> 28U) == 0xeU : (high_ >> 56U) == 0xffU;
  }
  // fe80::/10 and 169.254.0.0/16.
  [[nodiscard]] constexpr bool is_link_local() const {
    return is_v4() ? (v4_bits() >> 16U) == 0xa9feU : (high_ >> 54U) == 0x3faU;
  }

  // RFC 5952: lower case, longest run of zero groups shortened; IPv4 as dotted decimals.
  [[nodiscard]] std::string text() const;

  friend constexpr auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  static constexpr std::uint64_t kMappedV4 = 0xffff00000000ULL;
  constexpr IpAddress(std::uint64_t high, std::uint64_t low) : high_(high), low_(low) {}

  std::uint64_t high_ = 0;
  std::uint64_t low_ = 0;
};

// An address with a prefix length: of an interface ("10.0.0.1/24", host bits kept) or of a route
// ("10.0.0.0/24", equal to its own network()).
class IpPrefix {
 public:
  constexpr IpPrefix() = default;
  // REQUIRES: length <= 32 for IPv4, <= 128 for IPv6.
  constexpr IpPrefix(IpAddress address, std::uint8_t length) : address_(address), length_(length) {}
  // "address/length"; empty without a length.
  static std::optional<IpPrefix> parse(std::string_view text);

  [[nodiscard]] constexpr IpAddress address() const { return address_; }
  [[nodiscard]] constexpr std::uint8_t length() const { return length_; }
  [[nodiscard]] constexpr bool is_v4() const { return address_.is_v4(); }
  [[nodiscard]] constexpr bool is_host() const { return length_ == (is_v4() ? 32 : 128); }
  // The same with all host bits cleared.
  [[nodiscard]] IpPrefix network() const;
  // IPv4 only: the address with all host bits set (RFC 919).
  [[nodiscard]] IpAddress broadcast() const;
  // False for an address of the other family.
  [[nodiscard]] bool contains(IpAddress address) const;
  [[nodiscard]] std::string text() const;

  friend constexpr auto operator<=>(const IpPrefix&, const IpPrefix&) = default;

 private:
  IpAddress address_;
  std::uint8_t length_ = 0;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_IP_ADDRESS_H_
