#include "os/route_rows.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using Texts = std::vector<std::string>;

IpPrefix prefix(const char* text) {
  return IpPrefix::parse(text).value();
}

NextHop hop(std::uint16_t interface, const char* gateway) {
  return {InterfaceIndex{interface}, IpAddress::parse(gateway).value()};
}

// "10.0.0.0/8 1>10.0.0.1": by interface 1 over that gateway.
std::string text(const FibEntry& entry) {
  std::string result = entry.vrf == VrfIndex::global ? "" : "vrf ";
  result += entry.prefix.text();
  for (const NextHop& one : entry.next_hops) {
    result += " " + std::to_string(static_cast<int>(one.interface));
    result += one.gateway == IpAddress() ? "" : ">" + one.gateway.text();
  }
  return result;
}

Texts texts(const RouteRows& rows) {
  Texts result;
  for (const FibEntry& entry : rows.entries()) {
    result.push_back(text(entry));
  }
  return result;
}

TEST(RouteRows, StandByVrfFamilyAndLengthWhateverTheOrderOfWriting) {
  RouteRows rows;
  EXPECT_TRUE(rows.set({VrfIndex{1}, prefix("0.0.0.0/0"), {}}));
  EXPECT_TRUE(rows.set({VrfIndex::global, prefix("2001:db8::/32"), {{InterfaceIndex{2}, {}}}}));
  EXPECT_TRUE(rows.set({VrfIndex::global, prefix("10.2.0.0/16"), {{InterfaceIndex{3}, {}}}}));
  EXPECT_TRUE(rows.set({VrfIndex::global, prefix("10.1.0.0/16"), {hop(1, "10.9.0.1")}}));
  EXPECT_TRUE(rows.set({VrfIndex::global, prefix("10.2.3.0/24"), {}}));
  EXPECT_EQ(texts(rows), (Texts{"10.2.3.0/24", "10.1.0.0/16 1>10.9.0.1", "10.2.0.0/16 3",
                                "2001:db8::/32 2", "vrf 0.0.0.0/0"}));
  EXPECT_EQ(rows.size(), 5U);
}

TEST(RouteRows, AllAtOnceAreTheSameTableAndLeaveCopiesAlone) {
  RouteRows one_by_one;
  one_by_one.set({VrfIndex::global, prefix("10.2.3.0/24"), {}});
  const RouteRows before = one_by_one;
  const std::vector<FibEntry> entries = {
      {VrfIndex::global, prefix("10.1.0.0/16"), {hop(1, "10.9.0.1"), hop(2, "10.9.0.2")}},
      {VrfIndex::global, prefix("10.2.0.0/16"), {{InterfaceIndex{3}, {}}}},
      {VrfIndex::global, prefix("2001:db8::/32"), {{InterfaceIndex{2}, {}}}},
      {VrfIndex::global, prefix("10.2.3.0/24"), {}},
      {VrfIndex{1}, prefix("0.0.0.0/0"), {}}};
  for (const FibEntry& entry : entries) {
    one_by_one.set(entry);
  }
  RouteRows at_once = before;
  at_once.assign(entries);
  EXPECT_EQ(texts(at_once), (Texts{"10.2.3.0/24", "10.1.0.0/16 1>10.9.0.1 2>10.9.0.2",
                                   "10.2.0.0/16 3", "2001:db8::/32 2", "vrf 0.0.0.0/0"}));
  EXPECT_TRUE(at_once == one_by_one);
  EXPECT_EQ(texts(before), Texts{"10.2.3.0/24"});
  at_once.assign({});
  EXPECT_EQ(at_once.size(), 0U);
}

TEST(RouteRows, AnInterfaceIsFoundAsTheRouteIs) {
  RouteRows rows;
  rows.set({VrfIndex::global, prefix("10.0.0.0/8"), {{InterfaceIndex{1}, {}}}});
  rows.set({VrfIndex::global, prefix("10.2.0.0/16"), {hop(2, "10.9.0.1"), hop(4, "10.9.0.2")}});
  rows.set({VrfIndex::global, prefix("10.3.0.0/16"), {}});
  rows.set({VrfIndex::global, prefix("2001:db8::/32"), {{InterfaceIndex{5}, {}}}});
  const auto found = [&](const char* address) {
    return rows.find_interface(VrfIndex::global, *IpAddress::parse(address));
  };
  EXPECT_EQ(found("10.1.0.1"), InterfaceIndex{1});
  EXPECT_EQ(found("10.2.0.1"), InterfaceIndex{2});
  EXPECT_EQ(found("10.3.0.1"), InterfaceIndex::none);
  EXPECT_EQ(found("11.0.0.1"), InterfaceIndex::none);
  EXPECT_EQ(found("2001:db8::1"), InterfaceIndex{5});
}

TEST(RouteRows, TheLongestPrefixOfTheVrfIsFound) {
  RouteRows rows;
  rows.set({VrfIndex::global, prefix("10.0.0.0/8"), {{InterfaceIndex{1}, {}}}});
  rows.set({VrfIndex::global, prefix("10.2.0.0/16"), {{InterfaceIndex{2}, {}}}});
  rows.set({VrfIndex{1}, prefix("10.2.3.0/24"), {{InterfaceIndex{3}, {}}}});
  const IpAddress destination = IpAddress::v4(0x0a020304);
  EXPECT_EQ(text(rows.find(VrfIndex::global, destination).value()), "10.2.0.0/16 2");
  EXPECT_EQ(text(rows.find(VrfIndex{1}, destination).value()), "vrf 10.2.3.0/24 3");
  EXPECT_TRUE(rows.remove(VrfIndex::global, prefix("10.2.0.0/16")));
  EXPECT_EQ(text(rows.find(VrfIndex::global, destination).value()), "10.0.0.0/8 1");
  EXPECT_FALSE(rows.find(VrfIndex{2}, destination).has_value());
}

TEST(RouteRows, SeveralNextHopsAndThoseOfTheOtherFamilyAreKept) {
  RouteRows rows;
  const NextHops both = {hop(1, "10.0.0.1"), hop(2, "10.0.1.1")};
  rows.set({VrfIndex::global, prefix("10.8.0.0/16"), both});
  rows.set({VrfIndex::global, prefix("10.9.0.0/16"), {hop(1, "fe80::1")}});
  rows.set({VrfIndex::global, prefix("2001:db8::/32"), {hop(1, "fe80::2")}});
  EXPECT_EQ(texts(rows), (Texts{"10.8.0.0/16 1>10.0.0.1 2>10.0.1.1", "10.9.0.0/16 1>fe80::1",
                                "2001:db8::/32 1>fe80::2"}));
}

TEST(RouteRows, SayWhetherAWriteHasChangedAnything) {
  RouteRows rows;
  const IpPrefix network = prefix("10.8.0.0/16");
  const NextHops both = {hop(1, "10.0.0.1"), hop(2, "10.0.1.1")};
  EXPECT_TRUE(rows.set({VrfIndex::global, network, both}));
  EXPECT_FALSE(rows.set({VrfIndex::global, network, both}));
  EXPECT_TRUE(rows.set({VrfIndex::global, network, {hop(2, "10.0.1.1")}}));
  EXPECT_TRUE(rows.set({VrfIndex::global, network, both}));
  EXPECT_EQ(texts(rows), (Texts{"10.8.0.0/16 1>10.0.0.1 2>10.0.1.1"}));
  EXPECT_TRUE(rows.contains(VrfIndex::global, network));
  EXPECT_TRUE(rows.remove(VrfIndex::global, network));
  EXPECT_FALSE(rows.remove(VrfIndex::global, network));
  EXPECT_EQ(rows.size(), 0U);
}

}  // namespace
}  // namespace switchfault
