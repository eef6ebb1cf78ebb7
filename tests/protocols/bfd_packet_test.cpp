#include "protocols/bfd_packet.h"

#include <algorithm>
#include <cstddef>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

constexpr BfdPacket kUp{.own_discriminator = 0x01020304,
                        .your_discriminator = 0x05060708,
                        .transmit_us = 300'000,
                        .receive_us = 300'000,
                        .multiplier = 3,
                        .state = BfdState::up,
                        .diagnostic = 0};

TEST(BfdPacket, IsWrittenAsTheStandardSays) {
  const std::array<int, kBfdLength> expected = {
      0x20, 0xc0, 3, 24, 1, 2, 3, 4, 5, 6, 7, 8, 0, 4, 0x93, 0xe0, 0, 4, 0x93, 0xe0, 0, 0, 0, 0};
  EXPECT_TRUE(std::ranges::equal(encode_bfd(kUp), expected, {},
                                 [](std::byte b) { return std::to_integer<int>(b); }));
}

TEST(BfdPacket, ComesBackAsItWasSent) {
  for (const BfdState state :
       {BfdState::admin_down, BfdState::down, BfdState::init, BfdState::up}) {
    BfdPacket packet = kUp;
    packet.state = state;
    packet.diagnostic = 1;
    EXPECT_EQ(decode_bfd(encode_bfd(packet)), packet);
  }
}

TEST(BfdPacket, WhatTheStandardDiscardsIsMalformed) {
  const auto refused = [](auto change) {
    auto bytes = encode_bfd(kUp);
    change(bytes);
    return !decode_bfd(bytes);
  };
  EXPECT_TRUE(refused([](auto& bytes) { bytes[0] = std::byte{0}; }));   // Version.
  EXPECT_TRUE(refused([](auto& bytes) { bytes[1] |= std::byte{4}; }));  // Authentication.
  EXPECT_TRUE(refused([](auto& bytes) { bytes[2] = std::byte{0}; }));   // Multiplier.
  EXPECT_TRUE(refused([](auto& bytes) { bytes[3] = std::byte{23}; }));  // Length.
  EXPECT_TRUE(refused([](auto& bytes) { std::fill_n(&bytes[4], 4, std::byte{0}); }));
  EXPECT_TRUE(refused([](auto& bytes) { std::fill_n(&bytes[8], 4, std::byte{0}); }));
  const auto good = encode_bfd(kUp);
  EXPECT_FALSE(decode_bfd(std::span(good).first(kBfdLength - 1)));
}

}  // namespace
}  // namespace switchfault
