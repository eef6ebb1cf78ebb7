#include "os/chip.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

constexpr SimTime kStart = kTimeZero;
constexpr LogicalPort kPort1{1};
constexpr LogicalPort kPort2{2};

Chip chip_with(const ChipCapacity& capacity = {}) {
  return {4, 2, capacity, 300s, 4h};
}

IpPrefix prefix(const char* text) {
  return *IpPrefix::parse(text);
}

IpAddress address(const char* text) {
  return *IpAddress::parse(text);
}

SetRoute route(const char* text, std::uint16_t interface) {
  return {{VrfIndex::global, prefix(text), {{InterfaceIndex{interface}, IpAddress()}}}};
}

LearnMac learn(std::uint64_t mac, LogicalPort port, SimTime at) {
  return {{.vlan = 10, .mac = {mac}, .port = port, .last_seen = at}};
}

// The interface a destination leaves by; empty without a route.
std::optional<std::uint16_t> leaves_by(const Chip& chip, const char* destination) {
  const auto entry = chip.find_route(VrfIndex::global, address(destination));
  return entry ? std::optional(static_cast<std::uint16_t>(entry->next_hops.front().interface))
               : std::nullopt;
}

bool knows(const Chip& chip, std::uint64_t mac, SimTime at) {
  SimTime expires = kNever;
  return chip.find_mac(10, {mac}, at, expires) != nullptr;
}

TEST(Chip, ALearnedMacAgesUnlessSeenAgain) {
  Chip chip = chip_with();
  chip.apply(learn(1, kPort1, kStart));
  SimTime expires = kNever;
  ASSERT_NE(chip.find_mac(10, {1}, kStart + 299s, expires), nullptr);
  EXPECT_EQ(expires, kStart + 300s);
  EXPECT_FALSE(knows(chip, 1, kStart + 300s));
  chip.refresh_mac(10, {1}, kStart + 200s);
  EXPECT_TRUE(knows(chip, 1, kStart + 499s));
  EXPECT_EQ(chip.find_mac(20, {1}, kStart, expires), nullptr);  // Another VLAN.
}

TEST(Chip, AKeptMacDoesNotAgeAndAgesFromItsRelease) {
  Chip chip = chip_with();
  chip.apply(learn(1, kPort1, kStart));
  chip.keep_mac(10, {1});
  SimTime expires = kNever;
  EXPECT_NE(chip.find_mac(10, {1}, kStart + 1000s, expires), nullptr);
  EXPECT_EQ(expires, kNever);
  chip.release_mac(10, {1}, kStart + 1000s);
  EXPECT_TRUE(knows(chip, 1, kStart + 1299s));
  EXPECT_FALSE(knows(chip, 1, kStart + 1300s));
}

TEST(Chip, AMacMovesButNotAFixedOne) {
  Chip chip = chip_with();
  LearnMac fixed = learn(2, kPort1, kStart);
  fixed.entry.fixed = true;
  chip.apply(learn(1, kPort1, kStart));
  chip.apply(fixed);
  chip.apply(learn(1, kPort2, kStart));
  chip.apply(learn(2, kPort2, kStart));
  EXPECT_EQ(chip.macs()[0].port, kPort2);
  EXPECT_EQ(chip.macs()[1].port, kPort1);
}

TEST(Chip, FlushingForgetsAPortOrAllPortsButOne) {
  Chip chip = chip_with();
  for (const std::uint64_t mac : {1U, 2U, 3U}) {
    chip.apply(learn(mac, LogicalPort{static_cast<std::uint16_t>(mac)}, kStart));
  }
  chip.apply(FlushMacs{kPort1, LogicalPort::none});
  EXPECT_FALSE(knows(chip, 1, kStart));
  chip.apply(FlushMacs{LogicalPort::none, kPort2});
  EXPECT_TRUE(knows(chip, 2, kStart));
  EXPECT_FALSE(knows(chip, 3, kStart));
}

TEST(Chip, FlushingAVlanLeavesTheOthers) {
  Chip chip = chip_with();
  for (const VlanId vlan : {VlanId{1}, VlanId{20}}) {
    chip.apply(LearnMac{{.vlan = vlan, .mac = {7}, .port = kPort1, .last_seen = kStart}});
  }
  chip.apply(FlushMacs{kPort1, LogicalPort::none, 20});
  ASSERT_EQ(chip.macs().size(), 1U);
  EXPECT_EQ(chip.macs()[0].vlan, 1);
}

TEST(Chip, APortHasOneStateOrOneForEachVlan) {
  Chip chip = chip_with();
  chip.apply(SetPortState{kPort1, StpState::forwarding});
  EXPECT_EQ(chip.port_state(kPort1, 20), StpState::forwarding);
  chip.apply(SetPortState{kPort1, StpState::learning, 20});
  chip.apply(SetPortState{kPort1, StpState::forwarding, 10});
  EXPECT_EQ(chip.port_state(kPort1), StpState::by_vlan);
  EXPECT_EQ(chip.port_state(kPort1, 10), StpState::forwarding);
  EXPECT_EQ(chip.port_state(kPort1, 20), StpState::learning);
  EXPECT_EQ(chip.port_state(kPort1, 30), StpState::discarding);
  EXPECT_EQ(chip.port_state(kPort2, 10), StpState::discarding);
  const std::uint64_t before = chip.revision();
  chip.apply(SetPortState{kPort1, StpState::learning, 20});
  EXPECT_EQ(chip.revision(), before);
  chip.apply(SetPortState{kPort1, StpState::forwarding, 20});
  EXPECT_EQ(chip.revision(), before + 1);
  chip.apply(SetPortState{kPort1, StpState::learning});  // All of them again.
  EXPECT_EQ(chip.port_state(kPort1, 10), StpState::learning);
  chip.apply(SetPortState{kPort1, StpState::forwarding, 20});
  EXPECT_EQ(chip.port_state(kPort1, 10), StpState::discarding);
  chip.reset();
  EXPECT_EQ(chip.port_state(kPort1, 20), StpState::discarding);
}

TEST(Chip, AFullMacTableMakesRoomByAgeingOnly) {
  Chip chip = chip_with({.macs = 2});
  EXPECT_TRUE(chip.apply(learn(1, kPort1, kStart)));
  EXPECT_TRUE(chip.apply(learn(2, kPort1, kStart + 200s)));
  EXPECT_FALSE(chip.apply(learn(3, kPort1, kStart + 299s)));
  EXPECT_TRUE(chip.apply(learn(3, kPort1, kStart + 300s)));
  EXPECT_FALSE(knows(chip, 1, kStart + 300s));
  EXPECT_EQ(chip.entries(ChipTable::mac, kStart + 300s), 2U);
}

TEST(Chip, TheLongestPrefixWins) {
  Chip chip = chip_with();
  chip.apply(route("0.0.0.0/0", 1));
  chip.apply(route("10.0.0.0/8", 2));
  chip.apply(route("10.1.0.0/16", 3));
  chip.apply(route("10.1.2.3/32", 4));
  chip.apply(route("2001:db8::/32", 5));
  EXPECT_EQ(leaves_by(chip, "192.0.2.1"), 1);
  EXPECT_EQ(leaves_by(chip, "10.2.0.1"), 2);
  EXPECT_EQ(leaves_by(chip, "10.1.2.4"), 3);
  EXPECT_EQ(leaves_by(chip, "10.1.2.3"), 4);
  EXPECT_EQ(leaves_by(chip, "2001:db8::1"), 5);
  EXPECT_EQ(leaves_by(chip, "2001:db9::1"), std::nullopt);
  chip.apply(RemoveRoute{VrfIndex::global, prefix("10.1.0.0/16")});
  EXPECT_EQ(leaves_by(chip, "10.1.2.4"), 2);
}

TEST(Chip, AnEmptyTableTakesWhatWasDecidedAtOnceIfThereIsRoom) {
  const std::vector<ChipWrite> writes = {route("10.0.0.0/8", 1), route("11.0.0.0/8", 2)};
  RouteRows decided;
  decided.set(route("10.0.0.0/8", 1).entry);
  decided.set(route("11.0.0.0/8", 2).entry);
  Chip chip = chip_with();
  const std::uint64_t before = chip.revision();
  EXPECT_TRUE(chip.take_routes(writes, decided));
  EXPECT_EQ(chip.revision(), before + 2);
  EXPECT_EQ(leaves_by(chip, "11.1.1.1"), 2);
  EXPECT_FALSE(chip.take_routes(writes, decided));  // It is no longer empty.
  Chip small = chip_with({.routes = 1});
  EXPECT_FALSE(small.take_routes(writes, decided));
  EXPECT_FALSE(leaves_by(small, "10.1.1.1").has_value());
}

TEST(Chip, AnEmptyTableDoesNotTakeWhatTheWritesDoNotFill) {
  RouteRows decided;  // As is left when 11.0.0.0/8 has gone.
  decided.set(route("10.0.0.0/8", 1).entry);
  Chip chip = chip_with();
  EXPECT_FALSE(chip.take_routes(
      std::vector<ChipWrite>{RemoveRoute{VrfIndex::global, prefix("11.0.0.0/8")}}, decided));
  EXPECT_FALSE(chip.take_routes(std::vector<ChipWrite>{}, decided));
  EXPECT_FALSE(leaves_by(chip, "10.1.1.1").has_value());
}

TEST(Chip, AnIpv6DefaultRouteIsNotOneForIpv4) {
  Chip chip = chip_with();
  chip.apply(route("::/0", 1));
  EXPECT_EQ(leaves_by(chip, "10.0.0.1"), std::nullopt);
  EXPECT_EQ(leaves_by(chip, "2001:db8::1"), 1);
  EXPECT_FALSE(chip.find_route(VrfIndex{1}, address("2001:db8::1")).has_value());
}

// The lookup by prefix lengths finds what looking at every route finds.
RC_GTEST_PROP(ChipRoutes, LookupAgreesWithASearchOfAllRoutes, ()) {
  const auto bits = [] { return *rc::gen::inRange<std::uint32_t>(0, 64); };
  const auto any_address = [&] {
    const bool v6 = *rc::gen::arbitrary<bool>();
    return v6 ? IpAddress::v6(std::uint64_t{bits()} << 58U, bits()) : IpAddress::v4(bits() << 26U);
  };
  Chip chip = chip_with();
  std::vector<IpPrefix> routes;
  const int count = *rc::gen::inRange(0, 20);
  for (int i = 0; i < count; ++i) {
    const IpAddress base = any_address();
    const int longest = base.is_v4() ? 33 : 129;
    const auto length = static_cast<std::uint8_t>(*rc::gen::inRange(0, longest));
    routes.push_back(IpPrefix(base, length).network());
    chip.apply(SetRoute{{VrfIndex::global, routes.back(), {}}});
  }
  const IpAddress destination = any_address();
  const IpPrefix* best = nullptr;
  for (const IpPrefix& one : routes) {
    if (one.contains(destination) && (best == nullptr || one.length() > best->length())) {
      best = &one;
    }
  }
  const auto found = chip.find_route(VrfIndex::global, destination);
  const bool agree = found ? best != nullptr && found->prefix == *best : best == nullptr;
  RC_ASSERT(agree);
}

TEST(Chip, ANeighborIsConfirmedForItsTimeout) {
  Chip chip = chip_with({.neighbors = 1});
  const auto neighbor = [](const char* text, SimTime at) {
    return SetNeighbor{{.vrf = VrfIndex::global,
                        .address = address(text),
                        .mac = {7},
                        .interface = InterfaceIndex{1},
                        .confirmed = at}};
  };
  EXPECT_TRUE(chip.apply(neighbor("10.0.0.2", kStart)));
  EXPECT_FALSE(chip.apply(neighbor("10.0.0.3", kStart + 1h)));
  SimTime expires = kNever;
  EXPECT_NE(chip.find_neighbor(VrfIndex::global, address("10.0.0.2"), kStart + 3h, expires),
            nullptr);
  EXPECT_EQ(expires, kStart + 4h);
  chip.keep_neighbor(VrfIndex::global, address("10.0.0.2"));
  EXPECT_EQ(chip.entries(ChipTable::neighbors, kStart + 10h), 1U);
  chip.release_neighbor(VrfIndex::global, address("10.0.0.2"), kStart + 5h);
  EXPECT_EQ(chip.entries(ChipTable::neighbors, kStart + 10h), 0U);
  EXPECT_TRUE(chip.apply(neighbor("10.0.0.3", kStart + 10h)));
  chip.apply(RemoveNeighbor{VrfIndex::global, address("10.0.0.3")});
  EXPECT_EQ(chip.neighbors().size(), 0U);
}

// Reachable for 30 s, probed 5 s later, three times a second apart, as Linux does.
class ProbedNeighbor : public testing::Test {
 protected:
  ProbedNeighbor() {
    chip.set_neighbor_timers(
        {.probed = true, .lifetime = 30s, .delay = 5s, .retransmit = 1s, .probes = 3});
    chip.apply(SetNeighbor{{.vrf = VrfIndex::global,
                            .address = peer,
                            .mac = {7},
                            .interface = InterfaceIndex{1},
                            .confirmed = kStart,
                            .used = kStart}});
  }
  [[nodiscard]] bool found(SimTime at) const {
    SimTime expires = kNever;
    return chip.find_neighbor(VrfIndex::global, peer, at, expires) != nullptr;
  }
  [[nodiscard]] NeighborState state(SimTime at) const {
    return chip.state_of(chip.neighbors().front(), at);
  }
  bool use(SimTime at, bool answered) {
    return chip.use_neighbor(VrfIndex::global, peer, at, answered);
  }
  [[nodiscard]] bool due(SimTime at) const { return chip.probe_due(VrfIndex::global, peer, at); }

  Chip chip = chip_with();
  IpAddress peer = address("10.0.0.2");
};

TEST_F(ProbedNeighbor, InUseFailsWhenThreeProbesWereNotAnswered) {
  EXPECT_EQ(state(kStart + 29s), NeighborState::reachable);
  EXPECT_FALSE(use(kStart + 34s, false));  // Nothing is due, and nothing was asked.
  EXPECT_EQ(state(kStart + 34s), NeighborState::delay);
  EXPECT_FALSE(due(kStart + 34s));
  EXPECT_TRUE(due(kStart + 35s));
  EXPECT_TRUE(use(kStart + 35s, false));
  EXPECT_FALSE(due(kStart + 35900ms));
  EXPECT_TRUE(due(kStart + 36s));
  EXPECT_FALSE(use(kStart + 36s, false));
  EXPECT_EQ(state(kStart + 37s), NeighborState::probe);
  EXPECT_TRUE(found(kStart + 37999ms));
  EXPECT_FALSE(found(kStart + 38s));
  EXPECT_EQ(state(kStart + 38s), NeighborState::failed);
}

TEST_F(ProbedNeighbor, IsReachableAgainWhenAProbeWasAnswered) {
  EXPECT_TRUE(use(kStart + 35s, false));
  EXPECT_TRUE(use(kStart + 36s, true));
  EXPECT_EQ(state(kStart + 60s), NeighborState::reachable);
  EXPECT_EQ(chip.neighbors().front().confirmed, kStart + 36s);
}

TEST_F(ProbedNeighbor, ThatIsKeptWasConfirmedEveryRound) {
  chip.keep_neighbor(VrfIndex::global, peer);
  EXPECT_TRUE(found(kStart + 1000s));
  EXPECT_EQ(chip.confirmed_at(chip.neighbors().front(), kStart + 1000s), kStart + 980s);
  EXPECT_EQ(state(kStart + 1000s), NeighborState::reachable);
  EXPECT_EQ(state(kStart + 1012s), NeighborState::delay);
  chip.release_neighbor(VrfIndex::global, peer, kStart + 1000s);
  EXPECT_EQ(chip.neighbors().front().confirmed, kStart + 980s);
}

TEST_F(ProbedNeighbor, ThatWasNotUsedIsStaleAndIsUsedForTheDelayBeforeItIsProbed) {
  EXPECT_EQ(state(kStart + 100s), NeighborState::stale);
  EXPECT_FALSE(found(kStart + 100s));
  EXPECT_NE(chip.stale_neighbor(VrfIndex::global, peer, kStart + 100s), nullptr);
  EXPECT_TRUE(use(kStart + 100s, false));
  EXPECT_EQ(state(kStart + 104s), NeighborState::delay);
  EXPECT_EQ(state(kStart + 107s), NeighborState::probe);
  EXPECT_FALSE(found(kStart + 108s));
}

TEST_F(ProbedNeighbor, IsAskedForOnceInARetransmitTime) {
  const IpAddress other = address("10.0.0.3");
  const auto asks = [&](SimTime at, SimTime& again) {
    return chip.ask_for(VrfIndex::global, other, InterfaceIndex{1}, at, again);
  };
  SimTime again = kNever;
  EXPECT_TRUE(asks(kStart, again));
  EXPECT_EQ(chip.state_of(chip.neighbors().back(), kStart + 2s), NeighborState::incomplete);
  EXPECT_EQ(again, kNever);
  EXPECT_FALSE(asks(kStart + 500ms, again));
  EXPECT_EQ(again, kStart + 1s);
  EXPECT_TRUE(asks(kStart + 1s, again));
  EXPECT_EQ(chip.state_of(chip.neighbors().back(), kStart + 3s), NeighborState::failed);
  EXPECT_EQ(chip.entries(ChipTable::neighbors, kStart), 1U);
}

TEST(Chip, EntriesOfAnInterfaceAreDropped) {
  Chip chip = chip_with();
  for (const std::uint32_t i : {1U, 2U}) {
    chip.apply(SetNeighbor{{.address = IpAddress::v4(i),
                            .mac = {7},
                            .interface = static_cast<InterfaceIndex>(i),
                            .confirmed = kStart}});
  }
  const auto dropped = chip.drop_neighbors(InterfaceIndex{1});
  ASSERT_EQ(dropped.size(), 1U);
  EXPECT_EQ(dropped[0].address, IpAddress::v4(1));
  EXPECT_EQ(chip.neighbors().size(), 1U);
}

TEST(Chip, PortsAggregatesAndRouterMacsAreWritten) {
  Chip chip = chip_with();
  chip.apply(SetPortState{kPort1, StpState::learning});
  chip.apply(SetLagMembers{LogicalPort{5}, {PortIndex{0}, PortIndex{2}}});
  const RouterMac gateway{InterfaceIndex{1}, {9}, address("10.0.0.1")};
  chip.apply(SetRouterMac{gateway, true});
  EXPECT_EQ(chip.port_state(kPort1), StpState::learning);
  EXPECT_EQ(chip.port_state(kPort2), StpState::discarding);
  EXPECT_EQ(chip.lag_members(LogicalPort{5}), (std::vector<PortIndex>{PortIndex{0}, PortIndex{2}}));
  EXPECT_EQ(chip.router_macs(), (std::vector<RouterMac>{gateway}));
  chip.apply(SetRouterMac{gateway, false});
  EXPECT_TRUE(chip.router_macs().empty());
}

TEST(Chip, OnlyAChangeGrowsTheRevision) {
  Chip chip = chip_with();
  chip.apply(route("10.0.0.0/8", 1));
  chip.apply(learn(1, kPort1, kStart));
  const std::uint64_t before = chip.revision();
  chip.apply(route("10.0.0.0/8", 1));
  chip.apply(learn(1, kPort1, kStart + 10s));
  chip.apply(SetPortState{kPort1, StpState::discarding});
  chip.apply(FlushMacs{kPort2, LogicalPort::none});
  EXPECT_EQ(chip.revision(), before);
  chip.apply(route("10.0.0.0/8", 2));
  EXPECT_EQ(chip.revision(), before + 1);
}

TEST(Chip, AShareOfTheKeysIsWrongUntilWrittenAgain) {
  Chip chip = chip_with();
  for (std::uint64_t mac = 0; mac < 1000; ++mac) {
    chip.apply(learn(mac, kPort1, kStart));
  }
  chip.corrupt({.table = ChipTable::mac, .share = 0.3, .salt = 99});
  const std::size_t hit = chip.corrupted_entries(ChipTable::mac, kStart);
  EXPECT_GT(hit, 250U);  // 300 +- 3.4 standard deviations of 14.5.
  EXPECT_LT(hit, 350U);
  for (std::uint64_t mac = 0; mac < 1000; ++mac) {
    chip.apply(learn(mac, kPort1, kStart));
  }
  EXPECT_EQ(chip.corrupted_entries(ChipTable::mac, kStart), 0U);
}

TEST(Chip, AllOrNoneOfTheKeysCanBeWrong) {
  Chip chip = chip_with();
  chip.apply(learn(1, kPort1, kStart));
  chip.corrupt({.table = ChipTable::mac, .share = 0});
  EXPECT_FALSE(chip.corrupted(ChipTable::mac, mac_key(10, {1}), nullptr));
  chip.corrupt({.table = ChipTable::mac, .share = 1});
  EXPECT_TRUE(chip.corrupted(ChipTable::mac, mac_key(10, {1}), nullptr));
  EXPECT_FALSE(chip.corrupted(ChipTable::routes, 1, nullptr));
  chip.repair(ChipTable::mac);
  EXPECT_FALSE(chip.corrupted(ChipTable::mac, mac_key(10, {1}), nullptr));
}

TEST(Chip, APrefixIsWrongForDestinationsWithinIt) {
  Chip chip = chip_with();
  chip.corrupt({.table = ChipTable::routes,
                .which = Corruption::Which::prefix,
                .prefix = prefix("10.1.0.0/16")});
  const IpAddress inside = address("10.1.2.3");
  const IpAddress outside = address("10.2.0.1");
  const std::uint64_t key = route_key(VrfIndex::global, prefix("10.0.0.0/8"));
  EXPECT_TRUE(chip.corrupted(ChipTable::routes, key, &inside));
  EXPECT_FALSE(chip.corrupted(ChipTable::routes, key, &outside));
  chip.apply(route("10.0.0.0/8", 1));
  EXPECT_FALSE(chip.corrupted(ChipTable::routes, key, &inside));
}

TEST(Chip, ABucketIsWrongForItsFlowsUntilRepaired) {
  Chip chip = chip_with();
  chip.apply(route("10.0.0.0/8", 1));
  chip.corrupt({.table = ChipTable::routes,
                .which = Corruption::Which::hash_bucket,
                .bucket = 3,
                .buckets = 16});
  EXPECT_TRUE(chip.corrupted(ChipTable::routes, 0, 19, nullptr));
  EXPECT_FALSE(chip.corrupted(ChipTable::routes, 0, 20, nullptr));
  EXPECT_EQ(chip.corrupted_entries(ChipTable::routes, kStart), 1U);
  chip.apply(route("10.0.0.0/8", 2));
  EXPECT_TRUE(chip.corrupted(ChipTable::routes, 0, 19, nullptr));
}

TEST(Chip, ClearingSessionsTurnsTheirEpoch) {
  Chip chip = chip_with();
  chip.set_sessions(12);
  EXPECT_EQ(chip.entries(ChipTable::sessions, kStart), 12U);
  const std::uint32_t epoch = chip.session_epoch();
  chip.clear(ChipTable::sessions);
  EXPECT_EQ(chip.entries(ChipTable::sessions, kStart), 0U);
  EXPECT_EQ(chip.session_epoch(), epoch + 1);
}

TEST(Chip, AResetLeavesNothing) {
  Chip chip = chip_with();
  chip.apply(SetPortState{kPort1, StpState::forwarding});
  chip.apply(SetLagMembers{LogicalPort{4}, {PortIndex{0}}});
  chip.apply(route("10.0.0.0/8", 1));
  chip.apply(learn(1, kPort1, kStart));
  chip.corrupt({.table = ChipTable::mac, .share = 1});
  chip.reset();
  EXPECT_EQ(chip.port_state(kPort1), StpState::discarding);
  EXPECT_TRUE(chip.lag_members(LogicalPort{4}).empty());
  EXPECT_TRUE(chip.routes().empty());
  EXPECT_TRUE(chip.macs().empty());
  EXPECT_FALSE(chip.corrupted(ChipTable::mac, 1, nullptr));
}

TEST(Chip, AFrameRefreshesTheEntryThatNamesItsPort) {
  Chip chip = chip_with();
  chip.apply(learn(1, kPort1, kStart));
  EXPECT_EQ(chip.see_mac(10, {1}, kPort2, kStart + 100s)->port, kPort1);
  EXPECT_FALSE(knows(chip, 1, kStart + 300s));
  EXPECT_EQ(chip.see_mac(10, {1}, kPort1, kStart + 200s)->last_seen, kStart + 200s);
  EXPECT_EQ(chip.see_mac(10, {1}, kPort1, kStart + 600s), nullptr);  // Aged out before.
  EXPECT_EQ(chip.see_mac(10, {2}, kPort1, kStart), nullptr);
}

TEST(Chip, AFlushNamesWhatItRemoved) {
  Chip chip = chip_with();
  chip.apply(learn(1, kPort1, kStart));
  chip.apply(learn(2, kPort2, kStart));
  chip.apply(FlushMacs{.port = kPort2, .but = LogicalPort::none});
  ASSERT_EQ(chip.flushed().size(), 1U);
  EXPECT_EQ(chip.flushed().front().mac, MacAddress{2});
}

TEST(Chip, WhoSeesAnAddressOftenMayWriteItsTime) {
  Chip chip = chip_with();
  chip.apply(learn(1, kPort1, kStart));
  EXPECT_EQ(chip.mac_last_seen(10, {1}, kStart + 300s), nullptr);  // Aged out.
  EXPECT_EQ(chip.mac_last_seen(10, {2}, kStart), nullptr);
  *chip.mac_last_seen(10, {1}, kStart + 200s) = kStart + 200s;
  EXPECT_TRUE(knows(chip, 1, kStart + 499s));
}

}  // namespace
}  // namespace switchfault
