#include "io/overlapping_networks.h"

#include <string>

#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

// Two routers, each with a host behind it; what is noted on their networks.
std::string noted(const std::string& first, const std::string& second,
                  const std::string& between = "10.1.0") {
  const Scenario scenario = load_text(
      "topology:\n  nodes:\n"
      "    r1: {kind: router, interfaces: {a: {address: " +
      first + "}, b: {address: " + between +
      ".1/30}}}\n"
      "    r2: {kind: router, interfaces: {a: {address: " +
      second + "}, b: {address: " + between +
      ".2/30}}}\n"
      "  links:\n    - endpoints: ['r1:b', 'r2:b']\n");
  std::string text;
  for (const LoadNote& note : overlapping_networks(scenario.topology)) {
    text += std::to_string(note.at.line) + ' ' + note.text + '\n';
  }
  return text;
}

TEST(OverlappingNetworks, OneNetworkIsOnOneSegment) {
  EXPECT_EQ(noted("10.0.0.1/24", "10.0.1.1/24"), "");
  EXPECT_EQ(noted("10.0.0.1/24", "10.0.0.2/24"),
            "4 10.0.0.0/24 at 'r2:a' overlaps 10.0.0.0/24 at 'r1:a' (line 3), which is another "
            "segment: routers send to the nearer one or to the longer prefix\n");
}

TEST(OverlappingNetworks, AnotherLengthOverlapsToo) {
  EXPECT_EQ(noted("10.0.0.129/25", "10.0.0.1/16"),
            "4 10.0.0.0/16 at 'r2:a' overlaps 10.0.0.128/25 at 'r1:a' (line 3), which is another "
            "segment: routers send to the nearer one or to the longer prefix\n");
}

TEST(OverlappingNetworks, ASingleAddressIsNoNetwork) {
  EXPECT_EQ(noted("10.0.0.1/24", "10.0.0.9/32"), "");
}

// Both ends of a link are in one segment; without a router between them nobody is misled.
TEST(OverlappingNetworks, WhatNoRouterJoinsMayBeTheSame) {
  const Scenario scenario = load_text(
      "topology:\n  nodes:\n"
      "    a: {kind: host, address: 10.0.0.1/24}\n"
      "    b: {kind: host, address: 10.0.0.2/24}\n"
      "    s: {kind: switch, ports: {'1': {vlan: 5}, '2': {vlan: 6}}}\n"
      "  links:\n    - endpoints: ['a:e', 's:1']\n    - endpoints: ['b:e', 's:2']\n");
  EXPECT_TRUE(overlapping_networks(scenario.topology).empty());
}

}  // namespace
}  // namespace switchfault
