#include "core/byte_order.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include <gtest/gtest.h>

#include "packet_bytes.h"

namespace switchfault {
namespace {

TEST(ByteOrder, ReadsBothOrders) {
  const Bytes bytes = bytes_of("0102030405060708");
  EXPECT_EQ(load_big16(bytes.data()), 0x0102);
  EXPECT_EQ(load_big32(bytes.data()), 0x01020304U);
  EXPECT_EQ(load_big64(bytes.data()), 0x0102030405060708U);
  EXPECT_EQ(load_little<std::uint16_t>(bytes.data()), 0x0201);
  EXPECT_EQ(load_little<std::uint32_t>(bytes.data()), 0x04030201U);
}

TEST(ByteOrder, WritesBothOrders) {
  std::array<std::byte, 6> bytes{};
  store_big(&bytes[0], std::uint16_t{0x0102});
  store_little(&bytes[2], std::uint32_t{0x03040506});
  EXPECT_EQ(hexadecimal(bytes), "010206050403");
}

}  // namespace
}  // namespace switchfault
