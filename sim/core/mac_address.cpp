#include "core/mac_address.h"

#include <string_view>

namespace switchfault {

std::string format_mac(MacAddress mac) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (unsigned shift = 48; shift > 0; shift -= 8) {
    const auto byte = static_cast<unsigned>((mac.bits >> (shift - 8U)) & 0xffU);
    if (!text.empty()) {
      text += ':';
    }
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 0xfU];
  }
  return text;
}

std::optional<MacAddress> parse_mac(std::string_view text) {
  constexpr std::size_t kLength = 17;
  constexpr std::size_t kPair = 3;  // Two digits and a colon.
  if (text.size() != kLength) {
    return std::nullopt;
  }
  MacAddress mac;
  for (std::size_t i = 0; i < kLength; ++i) {
    const char c = text[i];
    if (i % kPair == kPair - 1) {
      if (c != ':') {
        return std::nullopt;
      }
      continue;
    }
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) {
      return std::nullopt;
    }
    mac.bits = mac.bits << 4U | static_cast<std::uint64_t>(digit);
  }
  return mac;
}

}  // namespace switchfault
