// The Internet checksum (RFC 1071): computed over bytes, or updated for words that change (RFC
// 1624, equation 3). An update leaves a wrong checksum wrong by the same amount, so a damaged
// packet stays a damaged packet.

#ifndef SWITCHFAULT_CORE_CHECKSUM_H_
#define SWITCHFAULT_CORE_CHECKSUM_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/byte_order.h"

namespace switchfault {

// The sum of its words with what they carry over; 0 only of 0. Whatever is left of it is the same
// modulo 0xffff, so that wider words may be summed as they are.
constexpr std::uint16_t folded(std::uint64_t sum) {
  sum = (sum & 0xffffffff) + (sum >> 32U);
  sum = (sum & 0xffff) + (sum >> 16U);
  sum = (sum & 0xffff) + (sum >> 16U);
  sum = (sum & 0xffff) + (sum >> 16U);
  return static_cast<std::uint16_t>(sum);
}

// What replacing 16-bit words does to every checksum over them. The words are even-aligned.
class ChecksumChange {
 public:
  constexpr void replace16(std::uint16_t before, std::uint16_t after) {
    sum_ += static_cast<std::uint16_t>(~before);
    sum_ += after;
  }
  constexpr void replace32(std::uint32_t before, std::uint32_t after) {
    sum_ += static_cast<std::uint32_t>(~before);
    sum_ += after;
  }
  constexpr void replace64(std::uint64_t before, std::uint64_t after) {
    replace32(static_cast<std::uint32_t>(before >> 32U), static_cast<std::uint32_t>(after >> 32U));
    replace32(static_cast<std::uint32_t>(before), static_cast<std::uint32_t>(after));
  }
  [[nodiscard]] constexpr std::uint16_t applied_to(std::uint16_t checksum) const {
    const auto inverted = static_cast<std::uint16_t>(~checksum);
    return static_cast<std::uint16_t>(~folded(inverted + sum_));
  }

 private:
  std::uint64_t sum_ = 0;
};

// The checksum of these bytes; a last odd byte counts as the upper half of a word. `sum` is what
// else belongs to it (a pseudo-header), as a sum of words.
inline std::uint16_t internet_checksum(std::span<const std::byte> bytes, std::uint64_t sum = 0) {
  std::size_t at = 0;
  for (; at + 2 <= bytes.size(); at += 2) {
    sum += load_big16(&bytes[at]);
  }
  if (at < bytes.size()) {
    sum += std::to_integer<std::uint64_t>(bytes[at]) << 8U;
  }
  return static_cast<std::uint16_t>(~folded(sum));
}

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_CHECKSUM_H_
