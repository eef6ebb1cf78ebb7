#include "io/link_type.h"

#include <gtest/gtest.h>

namespace switchfault {
namespace {

TEST(LinkType, KnowsWhatIsRead) {
  EXPECT_EQ(link_layer_of(1), LinkLayer::ethernet);
  EXPECT_EQ(link_layer_of(101), LinkLayer::raw_ip);
  EXPECT_EQ(link_layer_of(12), LinkLayer::raw_ip);
  EXPECT_EQ(link_layer_of(276), LinkLayer::linux_sll2);
  EXPECT_EQ(link_layer_of(189), LinkLayer::unknown);
}

TEST(LinkType, NamesAndCountsWhatIsNot) {
  CaptureTally tally;
  for (const std::uint32_t link_type : {189U, 4000U, 189U}) {
    tally.count_unreadable(link_type);
  }
  ASSERT_EQ(tally.unreadable.size(), 2U);
  EXPECT_EQ(tally.unreadable[0].name, "USB_LINUX");
  EXPECT_EQ(tally.unreadable[0].packets, 2U);
  EXPECT_EQ(tally.unreadable[1].name, "link type 4000");
  EXPECT_EQ(tally.unreadable[1].packets, 1U);
}

}  // namespace
}  // namespace switchfault
