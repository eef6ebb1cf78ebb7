#include "protocols/heartbeat.h"

#include <gtest/gtest.h>

namespace switchfault {
namespace {

TEST(HeartbeatTest, EncodesAndDecodes) {
  for (unsigned bits = 0; bits < 16; ++bits) {
    const Heartbeat heartbeat{.node = 0x01020304,
                              .owns = (bits & 1U) != 0,
                              .fit = (bits & 2U) != 0,
                              .settled = (bits & 4U) != 0,
                              .leaves = (bits & 8U) != 0};
    EXPECT_EQ(decode_heartbeat(encode_heartbeat(heartbeat)), heartbeat);
  }
}

TEST(HeartbeatTest, WhatIsMalformedIsNotRead) {
  auto bytes = encode_heartbeat({.node = 1});
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(decode_heartbeat(std::span(bytes).first(size)), std::nullopt);
  }
  bytes[1] = std::byte{0x10};
  EXPECT_EQ(decode_heartbeat(bytes), std::nullopt);
  bytes = encode_heartbeat({.node = 1});
  bytes[0] = std::byte{2};
  EXPECT_EQ(decode_heartbeat(bytes), std::nullopt);
}

}  // namespace
}  // namespace switchfault
