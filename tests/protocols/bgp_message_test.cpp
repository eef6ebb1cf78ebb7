#include "protocols/bgp_message.h"

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

IpPrefix prefix(const char* text) {
  return IpPrefix::parse(text).value();
}

BgpUpdate update() {
  return {.withdrawn = {prefix("10.9.0.0/17")},
          .path = {.as_path = {65001, 4200000000},
                   .next_hop = 0x0a010001,
                   .med = 7,
                   .local_preference = 200,
                   .originator = 0x0aff0001,
                   .clusters = {0x0aff0002}},
          .prefixes = {prefix("10.2.6.0/24"), prefix("0.0.0.0/0"), prefix("10.255.0.1/32")}};
}

TEST(BgpMessage, LengthIsKnownWithoutTheBytes) {
  BgpUpdate longer = update();
  longer.path.as_path.assign(300, 65001);
  longer.path.clusters.assign(70, 1);
  longer.path.med.reset();
  EXPECT_EQ(bgp_length(longer), encode_bgp(longer).size());
}

TEST(BgpMessage, AKeepaliveIsNothingButItsHeader) {
  std::vector<std::byte> expected(16, std::byte{0xff});
  for (const int value : {0, 19, 4}) {
    expected.push_back(static_cast<std::byte>(value));
  }
  EXPECT_EQ(encode_bgp(BgpKeepalive{}), expected);
}

TEST(BgpMessage, EveryKindComesBackAsItWasSent) {
  for (const BgpMessage& message :
       {BgpMessage(BgpOpen{.as = 65001, .hold_seconds = 9, .router = 0x0aff0001}),
        BgpMessage(BgpOpen{.as = 4200000000, .hold_seconds = 180, .router = 1}),
        BgpMessage(BgpOpen{.as = 65001,
        .hold_seconds = 9,
        .router = 1,
        .restart = BgpRestart{.restarting = true, .preserved = true, .seconds = 120}}),
        BgpMessage(BgpOpen{.as = 65001,
        .hold_seconds = 9,
        .router = 1,
        .restart = BgpRestart{.seconds = 120, .helps_only = true, .long_lived = true}}),
        BgpMessage(update()), BgpMessage(BgpUpdate{.withdrawn = {}, .path = {}, .prefixes = {}}),
        BgpMessage(BgpNotification{.code = 6, .subcode = 1}), BgpMessage(BgpKeepalive{})}) {
    EXPECT_EQ(decode_bgp(encode_bgp(message)), message);
    EXPECT_EQ(bgp_length(message), encode_bgp(message).size());
  }
}

TEST(BgpMessage, ALongPathTakesSeveralSegments) {
  BgpUpdate longer = update();
  longer.path.as_path.assign(300, 65001);
  EXPECT_EQ(decode_bgp(encode_bgp(longer)), BgpMessage(longer));
}

TEST(BgpMessage, WhatIsCutShortIsMalformed) {
  const std::vector<std::byte> good = encode_bgp(update());
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(decode_bgp(std::span(good).first(size))) << size;
  }
}

// What stands in it, read from its bytes: what is wrong, and what is left.
std::string read_damaged(UpdateDamage damage, bool entropy_label = true) {
  BgpUpdate damaged = update();
  damaged.damage = damage;
  const std::vector<std::byte> bytes = encode_bgp(damaged);
  EXPECT_EQ(bgp_length(damaged), bytes.size());
  std::string text;
  for (const BgpFlaw& flaw : read_bgp_update(bytes, entropy_label).flaws) {
    text += (text.empty() ? "" : ", ") + text_of(flaw);
  }
  return text;
}

TEST(BgpMessage, DamageIsFoundInTheBytes) {
  EXPECT_EQ(read_damaged(UpdateDamage::origin_value), "ORIGIN with a wrong value");
  EXPECT_EQ(read_damaged(UpdateDamage::origin_flags), "ORIGIN with wrong flags");
  EXPECT_EQ(read_damaged(UpdateDamage::as_path_length), "AS_PATH with a wrong length");
  EXPECT_EQ(read_damaged(UpdateDamage::next_hop_length), "NEXT_HOP with a wrong length");
  EXPECT_EQ(read_damaged(UpdateDamage::next_hop_missing), "no NEXT_HOP");
  EXPECT_EQ(read_damaged(UpdateDamage::med_length), "MULTI_EXIT_DISC with a wrong length");
  EXPECT_EQ(read_damaged(UpdateDamage::local_preference_length), "LOCAL_PREF with a wrong length");
  EXPECT_EQ(read_damaged(UpdateDamage::aggregator_length), "AGGREGATOR with a wrong length");
  EXPECT_EQ(read_damaged(UpdateDamage::communities_length), "COMMUNITIES with a wrong length");
  EXPECT_EQ(read_damaged(UpdateDamage::entropy_label_length), "ELCA with a wrong length");
  EXPECT_EQ(read_damaged(UpdateDamage::attributes_length), "attributes longer than the message");
  EXPECT_EQ(read_damaged(UpdateDamage::prefix_length), "wrong prefixes");
}

TEST(BgpMessage, WhoDoesNotKnowAnAttributePassesItOnAsPartial) {
  BgpUpdate damaged = update();
  damaged.damage = UpdateDamage::entropy_label_length;
  const auto read = decode_bgp(encode_bgp(damaged));
  ASSERT_TRUE(read.has_value());
  const auto& unread = std::get<BgpUpdate>(*read).path.unread;
  EXPECT_EQ(
      unread,
      (std::vector<BgpAttribute>{{.flags = 0xe0, .type = 28, .value = std::vector<std::byte>(5)}}));
  EXPECT_EQ(decode_bgp(encode_bgp(*read)), read);
}

}  // namespace
}  // namespace switchfault
