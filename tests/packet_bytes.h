// Bytes of packets in tests, written in hexadecimal with any spaces and line ends between them.

#ifndef SWITCHFAULT_TESTS_PACKET_BYTES_H_
#define SWITCHFAULT_TESTS_PACKET_BYTES_H_

#include <cstddef>
#include <initializer_list>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace switchfault {

using Bytes = std::vector<std::byte>;

inline Bytes bytes_of(std::string_view hexadecimal) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  Bytes bytes;
  bool half = false;
  for (const char c : hexadecimal) {
    if (c == ' ' || c == '\n') {
      continue;
    }
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) {
      throw std::invalid_argument("no hexadecimal digit: " + std::string(1, c));
    }
    if (!half) {
      bytes.push_back(static_cast<std::byte>(digit << 4U));
    } else {
      bytes.back() |= static_cast<std::byte>(digit);
    }
    half = !half;
  }
  return bytes;
}

inline std::string hexadecimal(std::span<const std::byte> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : bytes) {
    text += kDigits[std::to_integer<std::size_t>(byte) >> 4U];
    text += kDigits[std::to_integer<std::size_t>(byte) & 0xfU];
  }
  return text;
}

inline Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_PACKET_BYTES_H_
