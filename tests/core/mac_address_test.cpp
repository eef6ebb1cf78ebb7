#include "core/mac_address.h"

#include <gtest/gtest.h>

namespace switchfault {
namespace {

TEST(MacAddress, IsWrittenAsSixPairsOfDigits) {
  EXPECT_EQ(format_mac({0x00005e000101ULL}), "00:00:5e:00:01:01");
  EXPECT_EQ(format_mac(kBroadcastMac), "ff:ff:ff:ff:ff:ff");
}

TEST(MacAddress, IsReadAsItIsWritten) {
  EXPECT_EQ(parse_mac("00:00:5e:00:01:01"), MacAddress{0x00005e000101ULL});
  EXPECT_EQ(parse_mac("FF:ff:FF:ff:FF:ff"), kBroadcastMac);
  for (const char* wrong :
       {"", "00:00:5e:00:01", "00-00-5e-00-01-01", "00:00:5e:00:01:0g", "00:00:5e:00:01:010"}) {
    EXPECT_EQ(parse_mac(wrong), std::nullopt) << wrong;
  }
}

TEST(MacAddress, DerivedOnesAreLocalUnicastAndDifferByNumber) {
  const MacAddress first = derived_mac(42, 1);
  EXPECT_EQ(first.bits >> 40U, 0x02U);  // Locally administered, not a group.
  EXPECT_FALSE(first.is_group());
  EXPECT_NE(first, derived_mac(42, 2));
  EXPECT_NE(first, derived_mac(43, 1));
  EXPECT_TRUE(kBroadcastMac.is_group());
}

}  // namespace
}  // namespace switchfault
