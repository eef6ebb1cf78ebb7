#include "protocols/bpdu.h"

#include <gtest/gtest.h>

namespace switchfault {
namespace {

constexpr Bpdu kRapid{.kind = Bpdu::Kind::rapid,
                      .topology_change = true,
                      .role = Bpdu::Role::designated,
                      .proposal = true,
                      .agreement = true,
                      .learning = true,
                      .forwarding = true,
                      .root = 0x1000020000000001,
                      .cost = 20000,
                      .bridge = 0x8000020000000002,
                      .port = 0x8003,
                      .message_age = BpduTime{256},
                      .max_age = BpduTime{20 * 256},
                      .hello = BpduTime{2 * 256},
                      .forward_delay = BpduTime{15 * 256}};

TEST(BpduTest, EncodesAndDecodesEachKind) {
  Bpdu configuration = kRapid;
  configuration.kind = Bpdu::Kind::configuration;
  configuration.acknowledges = true;
  configuration.role = Bpdu::Role::unknown;
  configuration.proposal = configuration.agreement = false;
  configuration.learning = configuration.forwarding = false;
  const Bpdu change{.kind = Bpdu::Kind::topology_change};
  for (const Bpdu& bpdu : {kRapid, configuration, change}) {
    EXPECT_EQ(decode_bpdu(encode_bpdu(bpdu)), bpdu);
  }
}

TEST(BpduTest, IsWhatTheStandardDraws) {
  const auto bytes = encode_bpdu(kRapid);
  ASSERT_EQ(bytes.size(), 36U);
  EXPECT_EQ(bytes[2], std::byte{2});
  EXPECT_EQ(bytes[3], std::byte{2});
  EXPECT_EQ(bytes[4], std::byte{0x7f});  // All but the acknowledgment.
  EXPECT_EQ(encode_bpdu({.kind = Bpdu::Kind::topology_change}).size(), 4U);
}

TEST(BpduTest, WhatIsMalformedIsNotRead) {
  std::vector<std::byte> bytes = encode_bpdu(kRapid);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(decode_bpdu(std::span(bytes).first(size)), std::nullopt) << size;
  }
  bytes[3] = std::byte{7};
  EXPECT_EQ(decode_bpdu(bytes), std::nullopt);
  Bpdu old{.kind = Bpdu::Kind::configuration, .message_age = BpduTime{5}, .max_age = BpduTime{5}};
  EXPECT_EQ(decode_bpdu(encode_bpdu(old)), std::nullopt);
}

TEST(BpduTest, FrameGoesToTheBridges) {
  const FrameBytes frame = bpdu_frame({0x020000000005}, kRapid);
  ASSERT_EQ(frame.size(), 60U);
  EXPECT_EQ(frame[5], std::byte{0});
  EXPECT_EQ(frame[0], std::byte{0x01});
  EXPECT_EQ(frame[1], std::byte{0x80});
  EXPECT_EQ(frame[13], std::byte{39});  // The length: LLC and BPDU.
  EXPECT_EQ(frame[14], std::byte{0x42});
}

TEST(BpduTest, FrameOfAVlanNamesItInATlv) {
  const FrameBytes untagged = sstp_frame({0x020000000005}, kRapid, 20, 0);
  ASSERT_EQ(untagged.size(), 64U);  // 14, LLC and SNAP 8, BPDU 36, TLV 6.
  EXPECT_EQ(untagged[0], std::byte{0x01});
  EXPECT_EQ(untagged[5], std::byte{0xcd});
  EXPECT_EQ(untagged[13], std::byte{50});
  EXPECT_EQ(FrameBytes(untagged.end() - 6, untagged.end()),
            (FrameBytes{{}, {}, {}, std::byte{2}, {}, std::byte{20}}));
  const FrameBytes tagged = sstp_frame({0x020000000005}, kRapid, 20, 20);
  ASSERT_EQ(tagged.size(), 68U);
  EXPECT_EQ(tagged[12], std::byte{0x81});
  EXPECT_EQ(tagged[14], std::byte{0xe0});  // Priority 7.
  EXPECT_EQ(tagged[15], std::byte{20});
}

}  // namespace
}  // namespace switchfault
