// Numbers in network byte order (big-endian) and in little-endian, read from and written to bytes.
// The callers know that the bytes are there.

#ifndef SWITCHFAULT_CORE_BYTE_ORDER_H_
#define SWITCHFAULT_CORE_BYTE_ORDER_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace switchfault {

constexpr std::uint16_t swapped(std::uint16_t value) {
  return __builtin_bswap16(value);
}
constexpr std::uint32_t swapped(std::uint32_t value) {
  return __builtin_bswap32(value);
}
constexpr std::uint64_t swapped(std::uint64_t value) {
  return __builtin_bswap64(value);
}

// REQUIRES: sizeof(Number) bytes at `bytes`.
template <typename Number>
Number load_big(const std::byte* bytes) {
  Number value;
  std::memcpy(&value, bytes, sizeof(value));
  return std::endian::native == std::endian::big ? value : swapped(value);
}
template <typename Number>
Number load_little(const std::byte* bytes) {
  Number value;
  std::memcpy(&value, bytes, sizeof(value));
  return std::endian::native == std::endian::little ? value : swapped(value);
}
template <typename Number>
void store_big(std::byte* bytes, Number value) {
  value = std::endian::native == std::endian::big ? value : swapped(value);
  std::memcpy(bytes, &value, sizeof(value));
}
template <typename Number>
void store_little(std::byte* bytes, Number value) {
  value = std::endian::native == std::endian::little ? value : swapped(value);
  std::memcpy(bytes, &value, sizeof(value));
}

inline std::uint16_t load_big16(const std::byte* bytes) {
  return load_big<std::uint16_t>(bytes);
}
inline std::uint32_t load_big32(const std::byte* bytes) {
  return load_big<std::uint32_t>(bytes);
}
inline std::uint64_t load_big64(const std::byte* bytes) {
  return load_big<std::uint64_t>(bytes);
}

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_BYTE_ORDER_H_
