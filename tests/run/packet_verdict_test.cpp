#include "run/packet_verdict.h"

#include <set>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

TEST(PacketVerdictTest, IsADispositionOrAReason) {
  EXPECT_EQ(PacketVerdict(Disposition::delivered).name(), "delivered");
  EXPECT_EQ(PacketVerdict(Disposition::no_carrier).name(), "no_carrier");
  EXPECT_EQ(PacketVerdict(NotSent::unmapped).name(), "unmapped");
}

TEST(PacketVerdictTest, OnlyTheNetworkLosesPackets) {
  EXPECT_TRUE(PacketVerdict().delivered());
  EXPECT_FALSE(PacketVerdict().lost());
  EXPECT_TRUE(PacketVerdict(Disposition::host_down).lost());
  EXPECT_FALSE(PacketVerdict(NotSent::unreadable).lost());
  EXPECT_FALSE(PacketVerdict(NotSent::unreadable).delivered());
}

TEST(PacketVerdictTest, ReasonsHaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kNotSentReasons; ++i) {
    names.insert(PacketVerdict(static_cast<NotSent>(i)).name());
  }
  EXPECT_EQ(names.size(), kNotSentReasons);
  EXPECT_FALSE(names.contains("unknown"));
  EXPECT_EQ(PacketVerdict(static_cast<NotSent>(kNotSentReasons)).name(), "unknown");
}

}  // namespace
}  // namespace switchfault
