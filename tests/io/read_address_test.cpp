#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

std::string error(const std::string& address) {
  return brief_errors("topology:\n  nodes:\n    h1: {kind: host, address: '" + address + "'}\n");
}

TEST(ReadAddress, AnInterfaceNeedsAPrefixLength) {
  EXPECT_EQ(error("10.0.0.1"),
            "3:31 the address '10.0.0.1' has no prefix length | write 10.0.0.1/24\n");
  EXPECT_EQ(error("2001:db8::1"),
            "3:31 the address '2001:db8::1' has no prefix length | write 2001:db8::1/64\n");
  EXPECT_EQ(error("10.0.0.1/33"),
            "3:31 '10.0.0.1/33' is no address with a prefix length | write "
            "10.0.0.1/24 or 2001:db8::1/64\n");
  EXPECT_EQ(error("gateway"),
            "3:31 'gateway' is no address with a prefix length | write "
            "10.0.0.1/24 or 2001:db8::1/64\n");
}

TEST(ReadAddress, AnInterfaceCannotHaveEveryAddress) {
  EXPECT_EQ(error("10.0.0.0/24"), "3:31 '10.0.0.0/24' is the address of the network itself\n");
  EXPECT_EQ(error("10.0.0.255/24"),
            "3:31 '10.0.0.255/24' is the broadcast address of its "
            "network\n");
  EXPECT_EQ(error("224.0.0.5/24"), "3:31 '224.0.0.5/24' is a multicast address\n");
  EXPECT_EQ(error("0.0.0.0/0"), "3:31 '0.0.0.0/0' is the unspecified address\n");
  EXPECT_EQ(error("::/64"), "3:31 '::/64' is the unspecified address\n");
}

TEST(ReadAddress, TwoAddressesOfAPointToPointLinkAreFine) {
  EXPECT_EQ(error("10.0.0.0/31"), "");
  EXPECT_EQ(error("10.0.0.1/31"), "");
  EXPECT_EQ(error("10.0.0.0/32"), "");
  EXPECT_EQ(error("2001:db8::/64"), "");  // The subnet-router anycast address is an address.
}

}  // namespace
}  // namespace switchfault
