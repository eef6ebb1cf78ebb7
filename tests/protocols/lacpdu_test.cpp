#include "protocols/lacpdu.h"

#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

#include "core/random.h"

namespace switchfault {
namespace {

constexpr Lacpdu kPdu{.actor = {.system = {0x020000000001},
                                .system_priority = 0x8000,
                                .key = 7,
                                .port_priority = 0x1234,
                                .port = 3,
                                .state = 0x3d},
                      .partner = {.system = {0x020000000002},
                                  .system_priority = 1,
                                  .key = 9,
                                  .port_priority = 255,
                                  .port = 4,
                                  .state = 0x47},
                      .collector_delay = 50};

std::vector<int> numbers(std::span<const std::byte> bytes) {
  std::vector<int> all;
  for (const std::byte byte : bytes) {
    all.push_back(std::to_integer<int>(byte));
  }
  return all;
}

TEST(Lacpdu, IsWrittenAsTheStandardSays) {
  const auto bytes = encode_lacpdu(kPdu);
  EXPECT_EQ(numbers(std::span(bytes).first(50)),
            (std::vector<int>{1,    1,                                                       //
                              1,    20, 0x80, 0,  2, 0, 0, 0, 0, 1, 0, 7, 0x12, 0x34, 0, 3,  //
                              0x3d, 0,  0,    0,                                             //
                              2,    20, 0,    1,  2, 0, 0, 0, 0, 2, 0, 9, 0,    255,  0, 4,  //
                              0x47, 0,  0,    0,                                             //
                              3,    16, 0,    50, 0, 0, 0, 0}));
  EXPECT_EQ(numbers(std::span(bytes).subspan(50)), std::vector<int>(60, 0));
}

TEST(Lacpdu, ComesBackAsItWasSent) {
  EXPECT_EQ(decode_lacpdu(encode_lacpdu(kPdu)), kPdu);
  std::vector<std::byte> padded(200);
  const auto bytes = encode_lacpdu(kPdu);
  std::copy(bytes.begin(), bytes.end(), padded.begin());
  EXPECT_EQ(decode_lacpdu(padded), kPdu);
}

TEST(Lacpdu, ALaterVersionIsReadAsThisOne) {
  auto bytes = encode_lacpdu(kPdu);
  bytes[1] = std::byte{2};
  EXPECT_EQ(decode_lacpdu(bytes), kPdu);
}

TEST(Lacpdu, WhatIsNoneIsMalformed) {
  const auto refused = [](std::size_t at, int value) {
    auto bytes = encode_lacpdu(kPdu);
    bytes[at] = static_cast<std::byte>(value);
    return !decode_lacpdu(bytes);
  };
  EXPECT_TRUE(refused(0, 2));    // A marker.
  EXPECT_TRUE(refused(1, 0));    // No version.
  EXPECT_TRUE(refused(2, 2));    // Not the actor.
  EXPECT_TRUE(refused(3, 21));   // Its length.
  EXPECT_TRUE(refused(22, 1));   // Not the partner.
  EXPECT_TRUE(refused(23, 19));  // Its length.
  const auto good = encode_lacpdu(kPdu);
  for (std::size_t length = 0; length < kLacpduLength; ++length) {
    EXPECT_FALSE(decode_lacpdu(std::span(good).first(length))) << length;
  }
}

TEST(Lacpdu, AnyBytesAreReadOrRefused) {
  const Random random(7);
  std::size_t read = 0;
  for (std::uint64_t n = 0; n < 20'000; ++n) {
    auto bytes = encode_lacpdu(kPdu);
    for (std::uint64_t k = 0; k < 4; ++k) {
      const DrawKey key{.purpose = Purpose("test"), .entity = n, .index = k};
      bytes[random.below(key, kLacpduLength)] = static_cast<std::byte>(
          random.bits({.purpose = Purpose("value"), .entity = n, .index = k}));
    }
    if (const auto pdu = decode_lacpdu(bytes)) {
      EXPECT_EQ(decode_lacpdu(encode_lacpdu(*pdu)), pdu);
      ++read;
    }
  }
  EXPECT_GT(read, 10'000U);
}

TEST(Lacpdu, FlagsAreLetters) {
  EXPECT_EQ(lacp_flags(0x3d), "ALGs+CD");
  EXPECT_EQ(lacp_flags(0x00), "PLIs-");
  EXPECT_EQ(lacp_flags(0xc7), "ASGs-Xd");
}

}  // namespace
}  // namespace switchfault
