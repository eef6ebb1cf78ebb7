#include "net/frame_sender.h"

#include <gtest/gtest.h>

#include "net/two_routers.h"
#include "net/walk_lab.h"

namespace switchfault {
namespace {

FrameSender sender_at(WalkLab& lab, const char* node, std::uint32_t port) {
  return {.network = lab.network(),
          .node = lab.index(node),
          .port = static_cast<LogicalPort>(port),
          .interface = static_cast<InterfaceIndex>(port),
          .mac = lab.node(node).interfaces[port].mac()};
}

TEST(FrameSenderTest, KnowsItsOwnAddressesAndWhoIsAtTheOtherEnd) {
  WalkLab lab(kTwoRouters);
  const FrameSender r1 = sender_at(lab, "r1", 1);
  EXPECT_EQ(r1.address(false)->text(), "192.0.2.1");
  EXPECT_EQ(r1.address(true)->text(), "2001:db8:f::1");
  const auto r2 = receiver_of(r1);
  ASSERT_TRUE(r2.has_value());
  EXPECT_EQ(r2->address.text(), "192.0.2.2");
  EXPECT_EQ(r2->mac, lab.node("r2").interfaces[1].mac());
}

TEST(FrameSenderTest, NobodyIsThereWithoutACarrierOrAnInterface) {
  WalkLab lab(kTwoRouters);
  FrameSender r1 = sender_at(lab, "r1", 1);
  lab.cut("r1:eth2");
  EXPECT_FALSE(receiver_of(r1).has_value());
  r1.interface = InterfaceIndex::none;
  EXPECT_FALSE(r1.address(false).has_value());
  EXPECT_FALSE(receiver_of(r1).has_value());
}

TEST(FrameSenderTest, FindsTheMacOfAnAddressInItsNetworkOnly) {
  WalkLab lab(kTwoRouters);
  const FrameSender r1 = sender_at(lab, "r1", 0);
  EXPECT_EQ(mac_of(r1, IpAddress::parse("10.0.1.1").value()),
            lab.node("h1").interfaces.front().mac());
  EXPECT_FALSE(mac_of(r1, IpAddress::parse("10.0.2.1").value()).has_value());
  EXPECT_FALSE(mac_of(r1, IpAddress::parse("10.0.1.77").value()).has_value());
}

}  // namespace
}  // namespace switchfault
