#include "run/flow_table.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace switchfault {
namespace {

FlowEnd end(std::uint32_t address, std::uint16_t port) {
  return {.address = IpAddress::v4(address), .port = port};
}
FlowKey tcp(FlowEnd a, FlowEnd b) {
  return {.a = a, .b = b, .type = 0x0800, .protocol = 6};
}

TEST(FlowTableTest, BothSensesAreOneConversation) {
  FlowTable table(10);
  const auto request = table.find_or_add(tcp(end(1, 40000), end(2, 80)));
  const auto reply = table.find_or_add(tcp(end(2, 80), end(1, 40000)));
  const auto again = table.find_or_add(tcp(end(1, 40000), end(2, 80)));
  EXPECT_TRUE(request->added && !request->reversed);
  EXPECT_TRUE(!reply->added && reply->reversed);
  EXPECT_TRUE(!again->added && !again->reversed);
  EXPECT_EQ(table.size(), 1U);
  EXPECT_EQ(table.key(0).a, end(1, 40000));
}

TEST(FlowTableTest, WhatDiffersIsAnotherConversation) {
  FlowTable table(10);
  const FlowKey key = tcp(end(1, 53), end(2, 53));
  FlowKey udp = key;
  udp.protocol = 17;
  FlowKey tagged = key;
  tagged.vlan = 12;
  FlowKey mac = key;
  mac.by_mac = true;
  FlowKey port = key;
  port.b.port = 54;
  for (const FlowKey& other : {key, udp, tagged, mac, port}) {
    EXPECT_TRUE(table.find_or_add(other)->added);
  }
  EXPECT_EQ(table.size(), 5U);
}

TEST(FlowTableTest, ConversationOfOneEndWithItselfHasOneSense) {
  FlowTable table(10);
  const FlowKey key = tcp(end(1, 1), end(1, 1));
  table.find_or_add(key);
  EXPECT_FALSE(table.find_or_add(key)->reversed);
}

TEST(FlowTableTest, FullTableStillFindsWhatItHolds) {
  FlowTable table(2);
  table.find_or_add(tcp(end(1, 1), end(9, 80)));
  table.find_or_add(tcp(end(2, 1), end(9, 80)));
  EXPECT_FALSE(table.find_or_add(tcp(end(3, 1), end(9, 80))).has_value());
  EXPECT_EQ(table.find_or_add(tcp(end(9, 80), end(1, 1)))->conversation, 0U);
  EXPECT_EQ(table.size(), 2U);
  EXPECT_FALSE(table.find(tcp(end(3, 1), end(9, 80))).has_value());
  EXPECT_TRUE(table.find(tcp(end(9, 80), end(2, 1)))->reversed);
}

// Numbers follow the order of first appearance, and every key is found again after growing.
RC_GTEST_PROP(FlowTableTest, FindsEveryConversationAgain, (std::uint16_t many)) {
  const std::uint32_t count = many % 5000U;
  FlowTable table(count + 1U);
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto found =
        table.find_or_add(tcp(end(i / 7, static_cast<std::uint16_t>(i)), end(9, 80)));
    RC_ASSERT(found->conversation == i && found->added);
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto found =
        table.find_or_add(tcp(end(9, 80), end(i / 7, static_cast<std::uint16_t>(i))));
    RC_ASSERT(found->conversation == i && found->reversed);
  }
}

}  // namespace
}  // namespace switchfault
