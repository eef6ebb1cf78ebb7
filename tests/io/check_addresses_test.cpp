#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

std::string nodes(const std::string& text) {
  return brief_errors("topology:\n  nodes:\n" + text);
}

TEST(CheckAddresses, AnAddressExistsOnceInABroadcastDomain) {
  EXPECT_EQ(brief_errors(R"(topology:
  nodes:
    s: {kind: switch}
    a: {kind: host, address: 10.0.0.1/24}
    b: {kind: host, address: 10.0.0.1/24}
  links:
    - endpoints: ["s:1", "a:e"]
    - endpoints: ["s:2", "b:e"]
)"),
            "5:30 the address 10.0.0.1 is on 'e' of 'a' already, in line 4\n");
}

TEST(CheckAddresses, ANextHopIsInANetworkOfTheNode) {
  EXPECT_EQ(nodes("    h: {kind: host, address: 10.0.0.1/24, gateway: 10.0.1.1}\n"),
            "3:52 the next hop 10.0.1.1 is in no network of 'h' | it must be in the prefix of one "
            "of its interfaces\n");
  EXPECT_EQ(nodes("    h: {kind: host, address: 10.0.0.1/24, gateway: 10.0.0.1}\n"),
            "3:52 the next hop 10.0.0.1 is 'h' itself\n");
  EXPECT_EQ(nodes("    h: {kind: host, address: 10.0.0.1/24, gateway: 10.0.0.2}\n"), "");
}

TEST(CheckAddresses, AVrfHasItsOwnNetworks) {
  const auto router = [](const std::string& route) {
    return nodes(
        "    r: {kind: router, interfaces: {e1: {address: 10.0.0.1/24}, e2: {address: "
        "10.0.1.1/24, vrf: blue}}, routes: [{to: 10.9.0.0/16, " +
        route + "}]}\n");
  };
  EXPECT_EQ(router("via: 10.0.1.2, vrf: blue"), "");
  EXPECT_EQ(router("via: 10.0.1.2"),
            "3:113 the next hop 10.0.1.2 is in no network of 'r' | it must be in the prefix of one "
            "of its interfaces\n");
  EXPECT_EQ(router("via: 10.0.1.2, vrf: red"), "3:113 'r' has no interface in the VRF 'red'\n");
}

TEST(CheckAddresses, TheManagementAddressIsOnTheNode) {
  EXPECT_EQ(nodes("    s: {kind: switch, management_address: 10.0.0.1}\n"),
            "3:5 the management_address 10.0.0.1 of 's' is on none of its interfaces\n");
}

}  // namespace
}  // namespace switchfault
