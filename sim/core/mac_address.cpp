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

}  // namespace switchfault
