#include "net/routing_table.h"

#include <deque>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "net/network.h"

namespace switchfault {
namespace {

using Texts = std::vector<std::string>;

IpPrefix prefix(const std::string& text) {
  return IpPrefix::parse(text).value();
}

Interface interface(const std::vector<std::string>& addresses, VrfIndex vrf = VrfIndex::global) {
  // An interface only points at its addresses.
  static std::deque<std::vector<std::uint64_t>> kept;
  std::vector<std::uint64_t>& words = kept.emplace_back(addresses.size() * PrefixList::kV6Words);
  std::uint64_t* to = words.data();
  for (const std::string& text : addresses) {
    to = PrefixList::write(prefix(text), &text == &addresses.back(), to);
  }
  Interface result;
  result.address_words = addresses.empty() ? nullptr : words.data();
  result.vrf = vrf;
  result.up = true;
  return result;
}

RouteConfig route(const std::string& prefix_text, const std::vector<std::string>& next_hops,
                  const std::string& vrf = "") {
  std::vector<IpAddress> gateways;
  for (const std::string& next_hop : next_hops) {
    gateways.push_back(IpAddress::parse(next_hop).value());
  }
  return {.prefix = IpPrefix::parse(prefix_text).value(),
          .next_hops = gateways,
          .vrf = vrf,
          .discard = next_hops.empty(),
          .at = {}};
}

// "+10.0.0.0/8 0:10.1.1.1" sets a route to interface 0 over that gateway, "-10.0.0.0/8" removes it.
Texts texts(const std::vector<ChipWrite>& writes) {
  Texts result;
  for (const ChipWrite& write : writes) {
    if (const auto* removed = std::get_if<RemoveRoute>(&write)) {
      result.push_back("-" + removed->prefix.text());
      continue;
    }
    const FibEntry& entry = std::get<SetRoute>(write).entry;
    std::string text = entry.vrf == VrfIndex::global ? "+" : "vrf+";
    text += entry.prefix.text();
    for (const NextHop& hop : entry.next_hops) {
      text += " " + std::to_string(static_cast<int>(hop.interface));
      text += hop.gateway == IpAddress() ? "" : ":" + hop.gateway.text();
    }
    result.push_back(text);
  }
  return result;
}

const std::vector<std::string_view> kGlobal = {""};

// A table and what it is given besides interfaces.
struct Decisions : RoutingTable {
  Decisions(std::span<const RouteConfig> lines, std::span<const std::string_view> names)
      : routes(lines), vrfs(names) {}
  std::vector<ChipWrite> update(std::span<const Interface> interfaces, SimTime now) {
    return RoutingTable::update(
        {.interfaces = interfaces, .routes = routes, .vrfs = vrfs, .now = now});
  }
  std::vector<ChipWrite> restart(std::span<const Interface> interfaces, SimTime now, bool keeps) {
    return RoutingTable::restart(
        {.interfaces = interfaces, .routes = routes, .vrfs = vrfs, .now = now}, keeps);
  }
  std::span<const RouteConfig> routes;
  std::span<const std::string_view> vrfs;
};

TEST(RoutingTable, ConnectedRoutesFollowTheirInterface) {
  Decisions table({}, kGlobal);
  std::vector<Interface> interfaces = {interface({"10.0.0.1/24", "2001:db8::1/64"})};
  EXPECT_EQ(texts(table.update(interfaces, kTimeZero)),
            (Texts{"+10.0.0.0/24 0", "+2001:db8::/64 0"}));
  EXPECT_EQ(texts(table.update(interfaces, kTimeZero)), Texts{});
  interfaces[0].up = false;
  EXPECT_EQ(texts(table.update(interfaces, kTimeZero)), (Texts{"-10.0.0.0/24", "-2001:db8::/64"}));
}

TEST(RoutingTable, NextHopsThatAreReachableMakeOneGroup) {
  const std::vector<RouteConfig> routes = {route("0.0.0.0/0", {"10.0.1.254", "10.0.0.254"}),
                                           route("0.0.0.0/0", {"10.0.2.254"})};
  Decisions table(routes, kGlobal);
  std::vector<Interface> interfaces = {interface({"10.0.0.1/24"}), interface({"10.0.1.1/24"})};
  EXPECT_EQ(texts(table.update(interfaces, kTimeZero)),
            (Texts{"+0.0.0.0/0 0:10.0.0.254 1:10.0.1.254", "+10.0.0.0/24 0", "+10.0.1.0/24 1"}));
  interfaces[0].up = false;
  EXPECT_EQ(texts(table.update(interfaces, kTimeZero)),
            (Texts{"+0.0.0.0/0 1:10.0.1.254", "-10.0.0.0/24"}));
  interfaces[1].up = false;
  EXPECT_EQ(texts(table.update(interfaces, kTimeZero)), (Texts{"-0.0.0.0/0", "-10.0.1.0/24"}));
}

TEST(RoutingTable, DoesNotRecurseOverStaticRoutes) {
  const std::vector<RouteConfig> routes = {route("10.9.0.0/16", {"10.0.0.254"}),
                                           route("10.8.0.0/16", {"10.9.0.1"})};
  Decisions table(routes, kGlobal);
  EXPECT_EQ(texts(table.update(std::vector{interface({"10.0.0.1/24"})}, kTimeZero)),
            (Texts{"+10.0.0.0/24 0", "+10.9.0.0/16 0:10.0.0.254"}));
}

TEST(RoutingTable, TheLongestConnectedNetworkLeadsToTheGateway) {
  const std::vector<RouteConfig> routes = {route("0.0.0.0/0", {"10.0.0.254"})};
  Decisions table(routes, kGlobal);
  const std::vector<Interface> interfaces = {interface({"10.0.0.1/8"}),
                                             interface({"10.0.0.253/30"})};
  EXPECT_EQ(texts(table.update(interfaces, kTimeZero)),
            (Texts{"+0.0.0.0/0 1:10.0.0.254", "+10.0.0.0/8 0", "+10.0.0.252/30 1"}));
}

TEST(RoutingTable, ConnectedWinsOverStaticAndDiscardNeedsNoInterface) {
  const std::vector<RouteConfig> routes = {route("10.0.0.0/24", {"10.0.1.254"}),
                                           route("192.168.0.0/16", {})};
  Decisions table(routes, kGlobal);
  const std::vector<Interface> interfaces = {interface({"10.0.0.1/24"}),
                                             interface({"10.0.1.1/24"})};
  EXPECT_EQ(texts(table.update(interfaces, kTimeZero)),
            (Texts{"+10.0.0.0/24 0", "+10.0.1.0/24 1", "+192.168.0.0/16"}));
}

// By administrative distance, and while the interface of the next hop is up.
TEST(RoutingTable, OfLearnedRoutesTheMostTrustedSourceWins) {
  Decisions table({}, kGlobal);
  std::vector<Interface> interfaces = {interface({"10.0.0.1/24"}), interface({"10.1.0.1/24"})};
  const auto learned = [](std::uint16_t out, const char* gateway) {
    return FibEntry{.vrf = VrfIndex::global,
                    .prefix = prefix("10.7.0.0/16"),
                    .next_hops = {{.interface = InterfaceIndex{out},
                                   .gateway = IpAddress::parse(gateway).value()}}};
  };
  table.update(interfaces, kTimeZero);
  table.learn(RouteSource::ospf, {learned(0, "10.0.0.9")});
  table.learn(RouteSource::ebgp, {learned(1, "10.1.0.9")});
  EXPECT_EQ(texts(table.update(interfaces, kTimeZero)), (Texts{"+10.7.0.0/16 1:10.1.0.9"}));
  interfaces[1].up = false;
  EXPECT_EQ(texts(table.update(interfaces, kTimeZero)),
            (Texts{"-10.1.0.0/24", "+10.7.0.0/16 0:10.0.0.9"}));
  table.learn(RouteSource::ospf, {});
  EXPECT_EQ(texts(table.update(interfaces, kTimeZero)), (Texts{"-10.7.0.0/16"}));
}

TEST(RoutingTable, VrfsKeepApart) {
  const std::vector<std::string_view> vrfs = {"", "management"};
  const std::vector<RouteConfig> routes = {route("0.0.0.0/0", {"10.0.0.254"}, "management"),
                                           route("10.5.0.0/16", {"10.0.0.254"}, "elsewhere")};
  Decisions table(routes, vrfs);
  EXPECT_EQ(texts(table.update(std::vector{interface({"10.0.0.1/24"})}, kTimeZero)),
            (Texts{"+10.0.0.0/24 0"}));
  EXPECT_EQ(texts(table.update(std::vector{interface({"10.0.0.1/24"}, VrfIndex{1})}, kTimeZero)),
            (Texts{"-10.0.0.0/24", "vrf+0.0.0.0/0 0:10.0.0.254", "vrf+10.0.0.0/24 0"}));
}

TEST(RoutingTable, ANewProcessWritesEverythingAndRemovesWhatIsGone) {
  const std::vector<RouteConfig> routes = {route("0.0.0.0/0", {"10.0.0.254"})};
  Decisions table(routes, kGlobal);
  std::vector<Interface> interfaces = {interface({"10.0.0.1/24"}), interface({"10.0.1.1/24"})};
  table.update(interfaces, kTimeZero);
  interfaces[1].up = false;  // While the process was dead.
  EXPECT_EQ(texts(table.restart(interfaces, kTimeZero, false)),
            (Texts{"-10.0.1.0/24", "+0.0.0.0/0 0:10.0.0.254", "+10.0.0.0/24 0"}));
}

TEST(RoutingTable, WithoutConfigurationThereAreNoStaticRoutes) {
  const std::vector<RouteConfig> routes = {route("192.168.0.0/16", {})};
  Decisions table(routes, kGlobal);
  EXPECT_EQ(texts(table.update({}, kTimeZero)), (Texts{"+192.168.0.0/16"}));
  table.routes = {};
  EXPECT_EQ(texts(table.update({}, kTimeZero)), (Texts{"-192.168.0.0/16"}));
}

TEST(RoutingTable, ASourceThatKnowsThePrefixReplacesWhatAFormerProcessLeft) {
  Decisions table({}, kGlobal);
  std::vector<Interface> interfaces = {interface({"10.0.0.1/24"}), interface({"10.1.0.1/24"})};
  const auto by = [](std::uint16_t interface, const std::string& gateway) {
    return NextHops{{InterfaceIndex{interface}, IpAddress::parse(gateway).value()}};
  };
  const auto learned = [&](const std::string& text, const NextHops& hops) {
    return FibEntry{.vrf = VrfIndex::global, .prefix = prefix(text), .next_hops = hops};
  };
  table.learn(RouteSource::ospf, {learned("10.7.0.0/16", by(0, "10.0.0.9")),
                                  learned("10.8.0.0/16", by(1, "10.1.0.9"))});
  table.update(interfaces, kTimeZero);
  table.learn(RouteSource::ospf, {});
  EXPECT_EQ(texts(table.restart(interfaces, kTimeZero, true)),
            (Texts{"+10.0.0.0/24 0", "+10.1.0.0/24 1", "+10.7.0.0/16 0:10.0.0.9",
                   "+10.8.0.0/16 1:10.1.0.9"}));
  table.learn(RouteSource::ospf, {learned("10.7.0.0/16", by(1, "10.1.0.9"))});
  EXPECT_EQ(texts(table.update(interfaces, kTimeZero)), (Texts{"+10.7.0.0/16 1:10.1.0.9"}));
  table.learn(RouteSource::ospf, {});
  EXPECT_EQ(texts(table.update(interfaces, kTimeZero)), (Texts{"-10.7.0.0/16"}));
  interfaces[1].up = false;
  table.update(interfaces, kTimeZero);
  interfaces[1].up = true;  // The kernel does not bring back what it has removed.
  EXPECT_EQ(texts(table.update(interfaces, kTimeZero)), (Texts{"+10.1.0.0/24 1"}));
}

TEST(RoutingTable, AStaticRouteFollowsBfd) {
  RouteConfig tracked = route("10.9.0.0/16", {"10.0.0.9"});
  tracked.bfd = true;
  const std::vector<RouteConfig> routes = {tracked, route("10.9.0.0/16", {"10.1.0.9"})};
  Decisions table(routes, kGlobal);
  const std::vector interfaces = {interface({"10.0.0.1/24"}), interface({"10.1.0.1/24"})};
  table.update(interfaces, kTimeZero);
  table.hear(InterfaceIndex{0}, true);
  EXPECT_EQ(texts(table.update(interfaces, kTimeZero)),
            (Texts{"+10.9.0.0/16 0:10.0.0.9 1:10.1.0.9"}));
  table.hear(InterfaceIndex{0}, false);
  EXPECT_EQ(texts(table.update(interfaces, kTimeZero)), (Texts{"+10.9.0.0/16 1:10.1.0.9"}));
}

TEST(RoutingTable, ARefusedRouteLeavesTheOneBeforeIt) {
  Decisions table({}, kGlobal);
  table.keep_groups(std::chrono::minutes{3});
  std::vector<Interface> interfaces = {interface({"10.0.0.1/24"}), interface({"10.1.0.1/24"})};
  const auto set_up = [&](bool first, bool second) {
    interfaces[0].up = first;
    interfaces[1].up = second;
    table.update(interfaces, kTimeZero);
  };
  table.learn(RouteSource::ospf,
              {{.vrf = VrfIndex::global,
                .prefix = prefix("10.7.0.0/16"),
                .next_hops = {{InterfaceIndex{0}, IpAddress::parse("10.0.0.9").value()},
                              {InterfaceIndex{1}, IpAddress::parse("10.1.0.9").value()}}}});
  set_up(true, true);
  set_up(true, false);
  set_up(true, true);
  set_up(false, true);      // The group is empty; the route goes over the second alone …
  interfaces[0].up = true;  // … and stays there, as the group is refused.
  EXPECT_EQ(texts(table.update(interfaces, kTimeZero)), (Texts{"+10.0.0.0/24 0"}));
}

}  // namespace
}  // namespace switchfault
