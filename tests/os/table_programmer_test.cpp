#include "os/table_programmer.h"

#include <gtest/gtest.h>

namespace switchfault {
namespace {

constexpr LogicalPort kPort{1};

SetRoute route(const char* text) {
  return {{VrfIndex::global, *IpPrefix::parse(text), {}}};
}

LearnMac learn(std::uint64_t mac) {
  return {{.vlan = 1, .mac = {mac}, .port = kPort}};
}

TEST(PendingWrites, ALaterWriteWithTheSameKeyReplacesAnEarlierOne) {
  PendingWrites pending;
  pending.add(SetPortState{kPort, StpState::learning});
  pending.add(SetPortState{kPort, StpState::forwarding});
  pending.add(SetPortState{LogicalPort{2}, StpState::learning});
  const auto writes = pending.take();
  ASSERT_EQ(writes.size(), 2U);
  EXPECT_EQ(std::get<SetPortState>(writes[0]).state, StpState::forwarding);
  EXPECT_EQ(pending.size(), 0U);
}

TEST(PendingWrites, VlansDoNotMeet) {
  PendingWrites pending;
  for (const VlanId vlan : {VlanId{10}, VlanId{20}, VlanId{10}}) {
    pending.add(SetPortState{kPort, StpState::forwarding, vlan});
    pending.add(FlushMacs{kPort, LogicalPort::none, vlan});
  }
  EXPECT_EQ(pending.size(), 4U);
}

TEST(PendingWrites, SettingAndRemovingShareAKey) {
  PendingWrites pending;
  pending.add(route("10.0.0.0/8"));
  pending.add(route("10.0.0.0/16"));
  pending.add(RemoveRoute{VrfIndex::global, *IpPrefix::parse("10.0.0.0/8")});
  const auto writes = pending.take();
  ASSERT_EQ(writes.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<SetRoute>(writes[0]));
  EXPECT_TRUE(std::holds_alternative<RemoveRoute>(writes[1]));
}

TEST(PendingWrites, AReplacedWriteTakesTheLastPlace) {
  PendingWrites pending;
  pending.add(FlushMacs{kPort, LogicalPort::none});
  pending.add(learn(1));
  pending.add(FlushMacs{kPort, LogicalPort::none});
  const auto writes = pending.take();
  ASSERT_EQ(writes.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<FlushMacs>(writes[1]));
}

TEST(PendingWrites, MacsOfDifferentAddressesDoNotMeet) {
  PendingWrites pending;
  pending.add(learn(1));
  pending.add(learn(2));
  EXPECT_EQ(pending.size(), 2U);
  pending.clear();
  EXPECT_EQ(pending.size(), 0U);
}

TEST(Tables, HaveNames) {
  EXPECT_EQ(table_named("neighbors"), ChipTable::neighbors);
  EXPECT_EQ(table_named("fib"), std::nullopt);
  EXPECT_EQ(table_name(ChipTable::mac), "mac");
  EXPECT_EQ(table_of(learn(1)), ChipTable::mac);
  EXPECT_EQ(table_of(RemoveRoute{}), std::nullopt);
}

}  // namespace
}  // namespace switchfault
