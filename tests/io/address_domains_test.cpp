#include "io/address_domains.h"

#include <string>

#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

// Whether 10.0.0.1 may be on two hosts "a" and "b" of a network.
bool may_share(const std::string& nodes, const std::string& links) {
  return errors_of(
             "topology:\n  nodes:\n    a: {kind: host, interfaces: {e: {address: "
             "10.0.0.1/24}}}\n    b: {kind: host, interfaces: {e: {address: 10.0.0.1/24}}}\n" +
             nodes + "  links:\n" + links)
             .find("already") == std::string::npos;
}
const char* const kOneSwitch = "    - endpoints: ['a:e', 's:1']\n    - endpoints: ['b:e', 's:2']\n";
const char* const kTwoSwitches =
    "    - endpoints: ['a:e', 's:1']\n    - endpoints: ['b:e', 't:1']\n"
    "    - endpoints: ['s:2', 't:2']\n";

TEST(AddressDomains, VlansSeparateHostsOfOneSwitch) {
  EXPECT_FALSE(may_share("    s: {kind: switch}\n", kOneSwitch));
  EXPECT_FALSE(may_share("    s: {kind: segment}\n", kOneSwitch));
  EXPECT_FALSE(may_share("    s: {kind: switch, ports: {'1': {vlan: 1}}}\n", kOneSwitch));
  EXPECT_TRUE(may_share("    s: {kind: switch, ports: {'1': {vlan: 5}}}\n", kOneSwitch));
  EXPECT_TRUE(may_share("    s: {kind: router}\n", kOneSwitch));
}

TEST(AddressDomains, TrunksCarryVlansBetweenSwitches) {
  const auto pair = [](const std::string& s, const std::string& t) {
    return may_share("    s: {kind: switch, ports: {'1': {vlan: 5}, '2': " + s +
                         "}}\n    t: {kind: switch, ports: {'1': {vlan: 5}, '2': " + t + "}}\n",
                     kTwoSwitches);
  };
  EXPECT_FALSE(pair("{trunk: [5, 6]}", "{trunk: [4, 5]}"));
  EXPECT_FALSE(pair("{trunk: all}", "{trunk: all}"));
  EXPECT_FALSE(pair("{trunk: all}", "{trunk: [5]}"));
  EXPECT_TRUE(pair("{trunk: [6]}", "{trunk: all}"));
  EXPECT_TRUE(pair("{trunk: [5]}", "{vlan: 5}"));  // Tagged here, untagged there.
  EXPECT_FALSE(pair("{trunk: [6], native: 5}", "{vlan: 5}"));
}

TEST(AddressDomains, ARouterJoinsWhatItRoutesBetween) {
  const auto router = [](const std::string& kind, const std::string& second_vrf) {
    return may_share("    s: {kind: " + kind +
                         ", interfaces: {'1': {address: 10.0.0.9/24}, '2': {address: 10.0.1.9/24" +
                         second_vrf + "}}}\n",
                     kOneSwitch);
  };
  EXPECT_FALSE(router("router", ""));
  EXPECT_TRUE(router("router", ", vrf: blue"));
  EXPECT_TRUE(router("host", ""));
}

TEST(AddressDomains, SubInterfacesAreTaggedEnds) {
  const auto sub = [](const std::string& name) {
    return may_share(
        "    s: {kind: switch, ports: {'1': {vlan: 5}, '2': {vlan: 5}, '3': {trunk: [5]}}}\n"
        "    r: {kind: router, interfaces: {" +
            name + ": {address: 10.0.0.1/24}}}\n",
        "    - endpoints: ['a:e', 's:1']\n    - endpoints: ['r:x', 's:3']\n");
  };
  EXPECT_FALSE(sub("x.5"));
  EXPECT_TRUE(sub("x.6"));
  EXPECT_TRUE(sub("x"));
}

TEST(AddressDomains, ALagIsOnePort) {
  EXPECT_FALSE(
      may_share("    s: {kind: switch, lags: {po: {members: ['2', '3']}}, ports: {'1': {vlan: 5}, "
                "po: {trunk: "
                "[5]}}}\n"
                "    t: {kind: switch, lags: {po: {members: ['2', '3']}}, ports: {'1': {vlan: 5}, "
                "po: {trunk: "
                "[5]}}}\n",
                std::string(kTwoSwitches) + "    - endpoints: ['s:3', 't:3']\n"));
}

}  // namespace
}  // namespace switchfault
