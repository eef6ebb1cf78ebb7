#include "protocols/ospf_packet.h"

#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

std::vector<std::byte> bytes(std::initializer_list<int> values) {
  std::vector<std::byte> result;
  for (const int value : values) {
    result.push_back(static_cast<std::byte>(value));
  }
  return result;
}

LsaRef router_lsa() {
  return make_content<Lsa>(
      LsaKey{LsaType::router, 0x0aff0001, 0x0aff0001}, kLsaInitialSequence + 4,
      LsaBody{.border = true,
              .links = {{RouterLink::Type::point_to_point, 10, 0x0aff0002, 0x0a010001},
                        {RouterLink::Type::stub, 10, 0x0a010000, 0xfffffffc}},
              .routers = {},
              .mask = 0,
              .metric = 0});
}

// What comes back is what was sent, whichever of the five it is.
void expect_same(const OspfBody& body) {
  const auto packet = decode_ospf(encode_ospf(0x0aff0001, 7, body));
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->router, 0x0aff0001U);
  EXPECT_EQ(packet->area, 7U);
  ASSERT_EQ(packet->body.index(), body.index());
  EXPECT_EQ(encode_ospf(0x0aff0001, 7, packet->body), encode_ospf(0x0aff0001, 7, body));
}

TEST(OspfPacket, AHelloIsWrittenAsTheStandardSays) {
  const OspfHello hello{.mask = 0xfffffffc,
                        .hello_seconds = 10,
                        .priority = 1,
                        .dead_seconds = 40,
                        .designated = 0,
                        .backup = 0,
                        .neighbors = {0x0aff0002}};
  EXPECT_EQ(encode_ospf(0x0aff0001, 0, hello),
            bytes({2,    1,    0,    48,   0x0a, 0xff, 0, 1, 0,    0,    0, 0,
                   0xe5, 0x9d, 0,    0,    0,    0,    0, 0, 0,    0,    0, 0,  // header
                   0xff, 0xff, 0xff, 0xfc, 0,    10,   2, 1, 0,    0,    0, 40,
                   0,    0,    0,    0,    0,    0,    0, 0, 0x0a, 0xff, 0, 2}));
}

// Opaque type 3 of link scope: 3 pieces, the reason padded to four octets.
TEST(OspfPacket, AGraceAdvertisementIsWrittenAsRfc3623Says) {
  LsaBody body;
  body.grace_seconds = 120;
  body.address = 0x0a010001;
  const auto grace =
      make_content<Lsa>(LsaKey{LsaType::grace, kGraceId, 0x0aff0001}, kLsaInitialSequence, body);
  const std::vector<std::byte> encoded = grace->encoded(0);
  ASSERT_EQ(encoded.size(), 44U);
  EXPECT_EQ(std::vector(encoded.begin() + 3, encoded.begin() + 8), bytes({9, 3, 0, 0, 0}));
  EXPECT_EQ(std::vector(encoded.begin() + 20, encoded.end()),
            bytes({0, 1, 0, 4, 0, 0, 0, 120, 0, 2, 0, 1, 1, 0, 0, 0, 0, 3, 0, 4, 10, 1, 0, 1}));
  expect_same(OspfUpdate{.items = {{grace, 5}}});
}

TEST(OspfPacket, EveryKindComesBackAsItWasSent) {
  const LsaHeader header = router_lsa()->header(3);
  const auto network = make_content<Lsa>(
      LsaKey{LsaType::network, 0x0a000001, 0x0aff0001}, kLsaInitialSequence,
      LsaBody{.border = false, .links = {}, .routers = {1, 2, 3}, .mask = 0xffffff00, .metric = 0});
  const auto summary = make_content<Lsa>(
      LsaKey{LsaType::summary, 0x0a020000, 0x0aff0001}, kLsaInitialSequence,
      LsaBody{.border = false, .links = {}, .routers = {}, .mask = 0xffff0000, .metric = 70000});
  expect_same(OspfHello{.mask = 0xffffff00, .hello_seconds = 1, .dead_seconds = 4});
  expect_same(OspfDescription{
      .initial = true, .more = false, .master = true, .sequence = 99, .headers = {header}});
  expect_same(OspfRequest{{header.key, network->key()}});
  expect_same(OspfUpdate{{{router_lsa(), 1}, {network, 2}, {summary, kLsaMaxAge}}});
  expect_same(OspfAcknowledgment{{header}});
}

TEST(OspfPacket, OneWrongBitIsNoticed) {
  const std::vector<std::byte> good = encode_ospf(1, 0, OspfUpdate{{{router_lsa(), 1}}});
  for (std::size_t i = 0; i < good.size() * 8; ++i) {
    std::vector<std::byte> bad = good;
    bad[i / 8] ^= std::byte{1} << (i % 8);
    const bool authentication = i / 8 >= 16 && i / 8 < 24;
    EXPECT_EQ(decode_ospf(bad).has_value(), authentication) << i;
  }
}

TEST(OspfPacket, WhatIsCutShortIsMalformed) {
  const std::vector<std::byte> good = encode_ospf(1, 0, OspfUpdate{{{router_lsa(), 1}}});
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(decode_ospf(std::span(good).first(size))) << size;
  }
}

// RFC 2328 13.1: sequence, checksum, MaxAge, then the younger by more than a quarter of an hour.
TEST(OspfPacket, TheMoreRecentInstanceIsToldBySequenceThenAge) {
  const LsaHeader now = router_lsa()->header(10);
  LsaHeader other = now;
  EXPECT_TRUE(more_recent(now, other) == 0);
  other.age = 1000;
  EXPECT_TRUE(more_recent(now, other) > 0);
  other.age = kLsaMaxAge;
  EXPECT_TRUE(more_recent(now, other) < 0);
  other.sequence = now.sequence - 1;
  EXPECT_TRUE(more_recent(now, other) > 0);
}

}  // namespace
}  // namespace switchfault
