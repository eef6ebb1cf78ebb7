#include "protocols/vrrp_packet.h"

#include <gtest/gtest.h>

namespace switchfault {
namespace {

const IpAddress kSource4 = IpAddress::parse("10.0.0.2").value();
const IpAddress kSource6 = IpAddress::parse("fe80::2").value();

VrrpPacket packet(const char* address) {
  return {.router = 7,
          .priority = 200,
          .interval_cs = 100,
          .addresses = {IpAddress::parse(address).value()}};
}

TEST(VrrpPacketTest, EncodesAndDecodesBothFamilies) {
  EXPECT_EQ(decode_vrrp(encode_vrrp(packet("10.0.0.1"), kSource4), kSource4), packet("10.0.0.1"));
  EXPECT_EQ(decode_vrrp(encode_vrrp(packet("fe80::1"), kSource6), kSource6), packet("fe80::1"));
}

TEST(VrrpPacketTest, IsWhatTheStandardDraws) {
  const auto bytes = encode_vrrp(packet("10.0.0.1"), kSource4);
  ASSERT_EQ(bytes.size(), 12U);
  EXPECT_EQ(bytes[0], std::byte{0x31});
  EXPECT_EQ(bytes[1], std::byte{7});
  EXPECT_EQ(bytes[2], std::byte{200});
  EXPECT_EQ(bytes[3], std::byte{1});
  EXPECT_EQ(bytes[5], std::byte{100});
  EXPECT_EQ(bytes[8], std::byte{10});
}

// Seconds, no pseudo header, and room for an authentication that is none.
TEST(VrrpPacketTest, Version2HasItsOwnForm) {
  VrrpPacket old = packet("10.0.0.1");
  old.version = 2;
  const auto bytes = encode_vrrp(old, kSource4);
  ASSERT_EQ(bytes.size(), 20U);
  EXPECT_EQ(bytes[0], std::byte{0x21});
  EXPECT_EQ(bytes[4], std::byte{0});
  EXPECT_EQ(bytes[5], std::byte{1});
  EXPECT_EQ(decode_vrrp(bytes, kSource4), old);
  EXPECT_EQ(decode_vrrp(bytes, IpAddress::parse("10.0.0.3").value()), old);
  EXPECT_EQ(decode_vrrp(std::span(bytes).first(12), kSource4), std::nullopt);
  auto authenticated = bytes;
  authenticated[4] = std::byte{1};
  EXPECT_EQ(decode_vrrp(authenticated, kSource4), std::nullopt);
}

TEST(VrrpPacketTest, WhatIsMalformedIsNotRead) {
  auto bytes = encode_vrrp(packet("10.0.0.1"), kSource4);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(decode_vrrp(std::span(bytes).first(size), kSource4), std::nullopt) << size;
  }
  EXPECT_EQ(decode_vrrp(bytes, IpAddress::parse("10.0.0.3").value()), std::nullopt);
  EXPECT_EQ(decode_vrrp(bytes, kSource6), std::nullopt);
  bytes[2] = std::byte{1};  // Its checksum is wrong now.
  EXPECT_EQ(decode_vrrp(bytes, kSource4), std::nullopt);
}

TEST(VrrpPacketTest, GroupsAreThoseOfTheStandard) {
  EXPECT_EQ(vrrp_group(false).text(), "224.0.0.18");
  EXPECT_EQ(vrrp_group(true).text(), "ff02::12");
}

}  // namespace
}  // namespace switchfault
