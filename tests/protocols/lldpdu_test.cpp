#include "protocols/lldpdu.h"

#include <cstddef>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

const Lldpdu kPdu{.chassis = {0x02a1b2c3d4e5}, .port = "eth1", .ttl = 121, .system = "s1"};

std::vector<std::byte> bytes_of(const std::vector<int>& values) {
  std::vector<std::byte> bytes;
  for (const int value : values) {
    bytes.push_back(static_cast<std::byte>(value));
  }
  return bytes;
}

// 8.4: seven bits of type, nine of length.
const std::vector<int> kWire{0x02, 7, 4,   0x02, 0xa1, 0xb2, 0xc3, 0xd4, 0xe5,  //
                             0x04, 5, 5,   'e',  't',  'h',  '1',               //
                             0x06, 2, 0,   121,                                 //
                             0x0a, 2, 's', '1',                                 //
                             0,    0};

TEST(Lldpdu, IsWrittenAsTheStandardSays) {
  EXPECT_EQ(encode_lldpdu(kPdu), bytes_of(kWire));
}

TEST(Lldpdu, ComesBackAsItWasSent) {
  EXPECT_EQ(decode_lldpdu(encode_lldpdu(kPdu)), kPdu);
  const Lldpdu nameless{.chassis = {1}, .port = "po1", .ttl = 0};
  EXPECT_EQ(decode_lldpdu(encode_lldpdu(nameless)), nameless);
}

TEST(Lldpdu, UnknownValuesPaddingAndAMissingEndDoNotMatter) {
  std::vector<int> wire(kWire.begin(), kWire.end() - 2);
  EXPECT_EQ(decode_lldpdu(bytes_of(wire)), kPdu);
  wire.insert(wire.end(), {0x0e, 4, 0, 0x14, 0, 4});  // Capabilities.
  wire.insert(wire.end(), {0, 0, 1, 2, 3});           // What follows the end is padding.
  EXPECT_EQ(decode_lldpdu(bytes_of(wire)), kPdu);
}

TEST(Lldpdu, LongNamesAreCut) {
  const Lldpdu named{.chassis = {1}, .port = std::string(300, 'p'), .ttl = 1};
  const auto read = decode_lldpdu(encode_lldpdu(named));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->port, std::string(255, 'p'));
}

TEST(Lldpdu, WhatIsCutOffOrOutOfOrderIsNotRead) {
  const auto whole = bytes_of(kWire);
  for (std::size_t length = 0; length < 20; ++length) {
    EXPECT_FALSE(decode_lldpdu(std::span(whole).first(length))) << length;
  }
  EXPECT_FALSE(decode_lldpdu(std::span(whole).first(21)));  // In the head of the name.
  std::vector<int> swapped(kWire.begin() + 9, kWire.begin() + 16);
  swapped.insert(swapped.end(), kWire.begin(), kWire.begin() + 9);
  swapped.insert(swapped.end(), kWire.begin() + 16, kWire.end());
  EXPECT_FALSE(decode_lldpdu(bytes_of(swapped)));
  auto other_subtype = whole;
  other_subtype[2] = std::byte{7};
  EXPECT_FALSE(decode_lldpdu(other_subtype));
}

}  // namespace
}  // namespace switchfault
