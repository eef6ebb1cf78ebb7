#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/lab.h"
#include "protocols/story.h"

namespace switchfault {
namespace {

// Two gateways on a LAN, g1 preferred; u1 is beyond them.
const std::string kLan = R"(
  switch s1
  router g1 g2 u1
  host h1 10.0.0.10/24 via 10.0.0.254
  link s1:eth1 g1:eth1
  link s1:eth2 g2:eth1
  link s1:eth3 h1:eth0
  link g1:eth2 u1:eth1
  link g2:eth2 u1:eth2
  address g1:eth1 10.0.0.1/24
  address g2:eth1 10.0.0.2/24
  address g1:eth2 10.1.0.1/24
  address g2:eth2 10.2.0.1/24
  address u1:eth1 10.1.0.2/24
  address u1:eth2 10.2.0.2/24
  route u1 10.0.0.0/24 10.1.0.1
  protocol g1 vrrp interface=eth1 vrid=10 addresses=10.0.0.254 priority=200
  protocol g2 vrrp interface=eth1 vrid=10 addresses=10.0.0.254 priority=100
)";

std::vector<ObservationKind> gateway() {
  return {ObservationKind::gateway_state};
}

// Whether the host reaches the node beyond the gateways, in one direction.
Disposition reach(ProtocolLab& lab) {
  ReadSet reads;
  return lab.network()
      .walk(
          lab.index("h1"),
          {.source = *IpAddress::parse("10.0.0.10"), .destination = *IpAddress::parse("10.1.0.2")},
          reads)
      .disposition;
}

TEST(Vrrp, TheBackupTakesOverWhenAdvertsStop) {
  ProtocolLab lab(kLan);
  EXPECT_EQ(lab.column("g1", 0, "state"), (Log{"eth1 master"}));
  EXPECT_EQ(lab.column("g2", 0, "master"), (Log{"eth1 10.0.0.1"}));
  lab.at(10s, [&] { lab.cut("s1:eth1"); });
  lab.at(20s, [&] { lab.mend("s1:eth1"); });
  lab.run_for(12s);
  EXPECT_NE(reach(lab), Disposition::delivered);
  lab.run_for(18s);
  // Adverts leave at n + 0.21875 s; g2 waits 3.609375 s from the last, g1 3.21875 s from its
  // return.
  EXPECT_EQ(lab.explained_log(),
            (Log{"10s g1:eth1 -- s1:eth1 link_state 0", "10s g1:eth1 port_carrier 0 <- 0",
                 "10s s1:eth1 port_carrier 0 <- 0", "10s g1 eth1 gateway_state 0 vrid 10 <- 1",
                 "12.828125s g2 eth1 gateway_state 2 vrid 10 <- 3",
                 "20s g1:eth1 -- s1:eth1 link_state 1", "20s g1:eth1 port_carrier 1 <- 5",
                 "20s s1:eth1 port_carrier 1 <- 5", "20s g1 eth1 gateway_state 1 vrid 10 <- 6",
                 "23.21875s g1 eth1 gateway_state 2 vrid 10 <- 8",
                 "23.21875s g2 eth1 gateway_state 1 vrid 10 <- 9"}));
  EXPECT_EQ(reach(lab), Disposition::delivered);
}

TEST(Vrrp, BridgesLearnTheVirtualMacWhereTheMasterIs) {
  ProtocolLab lab(kLan);
  const auto place = [&] {
    SimTime expires = kNever;
    const MacEntry* entry =
        lab.network()
            .chip(lab.index("s1"))
            .find_mac(1, MacAddress{0x00005e00010a}, lab.simulator().now(), expires);
    return entry == nullptr ? "" : std::string(lab.node("s1").name(entry->port));
  };
  lab.run_for(1h);
  EXPECT_EQ(place(), "eth1");
  lab.set_loss("g1:eth1", 1);
  lab.run_for(4s);
  EXPECT_EQ(place(), "eth2");
}

TEST(Vrrp, AQuietPairCostsNothing) {
  ProtocolLab lab(kLan);
  lab.run_for(10s);
  const std::uint64_t before = lab.simulator().executed();
  lab.run_for(1000h);
  EXPECT_EQ(lab.simulator().executed(), before);
}

// A process that hangs keeps its entries: both chips forward for the virtual MAC.
TEST(Vrrp, AHungMasterStaysInItsChip) {
  ProtocolLab lab(kLan);
  lab.at(10s, [&] { lab.hang("g1", "first_hop_redundancy"); });
  lab.run_for(20s);
  EXPECT_EQ(lab.explained_log(), (Log{"10s g1 first_hop_redundancy process_state 3",
                                      "12.828125s g2 eth1 gateway_state 2 vrid 10 <- 0"}));
  const RouterMac entry{.interface = lab.interface("g1:eth1"),
                        .mac = MacAddress{0x00005e00010a},
                        .answers_for = *IpAddress::parse("10.0.0.254"),
                        .accepts = false};
  for (const char* gateway : {"g1", "g2"}) {
    const auto& macs = lab.network().chip(lab.index(gateway)).router_macs();
    EXPECT_NE(std::ranges::find(macs, entry), macs.end()) << gateway;
  }
  lab.restart("g1", "first_hop_redundancy");
  const auto& macs = lab.network().chip(lab.index("g1")).router_macs();
  EXPECT_EQ(std::ranges::find(macs, entry), macs.end());
}

TEST(Vrrp, StoppedInOrderItIsReplacedAfterTheSkewAlone) {
  ProtocolLab lab(kLan);
  lab.at(10s, [&] { lab.os("g1").stop(lab.os("g1").find_process("first_hop_redundancy")); });
  lab.run_for(20s);
  EXPECT_EQ(lab.log(gateway()), (Log{"10s g1 eth1 gateway_state 0 vrid 10",
                                     "10.609375s g2 eth1 gateway_state 2 vrid 10"}));
}

TEST(Vrrp, AReloadIsInOrderAndAPowerCutIsNot) {
  for (const bool reload : {true, false}) {
    NetPlan plan(kLan);
    plan.node("g1").boots.fill(PlaneTimes{.data = 60s, .control = 60s, .management = 60s});
    ProtocolLab lab(std::move(plan), lab_options());
    lab.at(10s,
           [&] { reload ? lab.os("g1").boot(BootKind::cold, "test") : lab.os("g1").power_off(); });
    lab.run_for(20s);
    EXPECT_EQ(lab.log(gateway()).back(), reload ? "10.609375s g2 eth1 gateway_state 2 vrid 10"
                                                : "12.828125s g2 eth1 gateway_state 2 vrid 10");
  }
}

TEST(Vrrp, WithoutPreemptionTheOneThatIsMasterStays) {
  NetPlan plan(kLan);
  plan.node("g1").protocols[0].arguments.push_back(
      {.name = "preempt", .text = "false", .items = {}, .at = {}});
  ProtocolLab lab(std::move(plan), lab_options());
  lab.at(10s, [&] { lab.cut("s1:eth1"); });
  lab.at(20s, [&] { lab.mend("s1:eth1"); });
  lab.run_for(60s);
  EXPECT_EQ(lab.log(gateway()), (Log{"10s g1 eth1 gateway_state 0 vrid 10",
                                     "12.828125s g2 eth1 gateway_state 2 vrid 10",
                                     "20s g1 eth1 gateway_state 1 vrid 10"}));
}

TEST(Vrrp, WhileAdvertsAreLostBothAreMaster) {
  ProtocolLab lab(kLan);
  lab.at(10s, [&] { lab.set_loss("s1:eth2", 1); });
  lab.at(20s, [&] { lab.set_loss("s1:eth2", 0); });
  lab.run_for(15s);
  EXPECT_EQ(lab.column("g1", 0, "state"), (Log{"eth1 master"}));
  EXPECT_EQ(lab.column("g2", 0, "state"), (Log{"eth1 master"}));
  lab.run_for(15s);
  EXPECT_EQ(
      lab.explained_log(),
      (Log{"10s g2:eth1 port_loss 1000000000", "12.828125s g2 eth1 gateway_state 2 vrid 10 <- 0",
           "20s g2:eth1 port_loss 0", "20.21875s g2 eth1 gateway_state 1 vrid 10 <- 2"}));
}

TEST(Vrrp, OfEqualPrioritiesTheFirstIsMasterAndOfTwoMastersTheHigherAddress) {
  NetPlan plan(kLan);
  plan.node("g1").protocols[0].arguments.back().text = "100";
  ProtocolLab lab(std::move(plan), lab_options());
  EXPECT_EQ(lab.column("g1", 0, "state"), (Log{"eth1 master"}));
  lab.at(10s, [&] { lab.set_loss("s1:eth2", 1); });
  lab.at(20s, [&] { lab.set_loss("s1:eth2", 0); });
  lab.run_for(40s);
  EXPECT_EQ(lab.column("g1", 0, "master"), (Log{"eth1 10.0.0.2"}));
  EXPECT_EQ(lab.column("g2", 0, "state"), (Log{"eth1 master"}));
}

TEST(Vrrp, WhoOwnsTheAddressIsMasterAtOnce) {
  NetPlan plan(kLan);
  plan.node("g2").interfaces[0].addresses[0].prefix = IpPrefix::parse("10.0.0.254/24").value();
  ProtocolLab lab(std::move(plan), lab_options());
  EXPECT_EQ(lab.column("g2", 0, "priority"), (Log{"eth1 255"}));
  lab.at(10s, [&] { lab.cut("s1:eth2"); });
  lab.at(20s, [&] { lab.mend("s1:eth2"); });
  lab.run_for(40s);
  EXPECT_EQ(lab.log(gateway()).back(), "20s g1 eth1 gateway_state 1 vrid 10");
  EXPECT_EQ(lab.column("g2", 0, "state"), (Log{"eth1 master"}));
}

TEST(Vrrp, FamiliesAreVirtualRoutersOfTheirOwn) {
  ProtocolLab lab(R"(
    switch s1
    router g1 g2
    link s1:eth1 g1:eth1
    link s1:eth2 g2:eth1
    address g1:eth1 10.0.0.1/24 fe80::1/64 2001:db8::1/64
    address g2:eth1 10.0.0.2/24 fe80::2/64 2001:db8::2/64
    protocol g1 vrrp interface=eth1 vrid=10 addresses=10.0.0.254 priority=200
    protocol g1 vrrp interface=eth1 vrid=10 addresses=fe80::fe,2001:db8::fe
    protocol g2 vrrp interface=eth1 vrid=10 addresses=10.0.0.254
    protocol g2 vrrp interface=eth1 vrid=10 addresses=fe80::fe,2001:db8::fe priority=200
  )");
  EXPECT_EQ(lab.column("g1", 0, "state"), (Log{"eth1 master"}));
  EXPECT_EQ(lab.column("g1", 1, "state"), (Log{"eth1 backup"}));
  EXPECT_EQ(lab.column("g1", 1, "master"), (Log{"eth1 fe80::2"}));
  lab.at(10s, [&] { lab.cut("s1:eth2"); });
  lab.run_for(20s);
  EXPECT_EQ(lab.log(gateway()),
            (Log{"10s g2 eth1 gateway_state 0 vrid 10", "10s g2 eth1 gateway_state 0 vrid 10 ipv6",
                 "12.828125s g1 eth1 gateway_state 2 vrid 10 ipv6"}));
  const auto& macs = lab.network().chip(lab.index("g1")).router_macs();
  EXPECT_EQ(std::ranges::count(macs, MacAddress{0x00005e00010a}, &RouterMac::mac), 1);
  EXPECT_EQ(std::ranges::count(macs, MacAddress{0x00005e00020a}, &RouterMac::mac), 2);
}

TEST(Vrrp, TheVirtualAddressItselfIsReachedOnlyWhereItIsAccepted) {
  for (const bool accept : {false, true}) {
    NetPlan plan(kLan);
    plan.node("g1").protocols[0].arguments.push_back(
        {.name = "accept", .text = accept ? "true" : "false", .items = {}, .at = {}});
    ProtocolLab tried(std::move(plan), lab_options());
    ReadSet reads;
    const WalkResult result = tried.network().walk(
        tried.index("h1"),
        {.source = *IpAddress::parse("10.0.0.10"), .destination = *IpAddress::parse("10.0.0.254")},
        reads);
    EXPECT_EQ(result.disposition, accept ? Disposition::delivered : Disposition::not_for_host);
  }
}

// A silent death at a random time is noticed after a time that is uniform over one interval.
TEST(Vrrp, DetectionIsUniformOverOneInterval) {
  struct Case {
    std::string arguments;  // Of the backup.
    double least_s, most_s;
  };
  const std::vector<Case> cases = {{"priority=100", 2.609375, 3.609375},
                                   {"priority=200", 2.21875, 3.21875},
                                   {"priority=254 preempt=false", 2.0078125, 3.0078125}};
  constexpr int kSeeds = 200;
  const double deviation = 1 / std::sqrt(12.0 * kSeeds);  // Of the mean of so many.
  for (const Case& one : cases) {
    double sum = 0;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      NetPlan plan(R"(
        switch s1
        router g1 g2
        link s1:eth1 g1:eth1
        link s1:eth2 g2:eth1
        address g1:eth1 10.0.0.1/24
        address g2:eth1 10.0.0.2/24
        protocol g1 vrrp interface=eth1 vrid=1 addresses=10.0.0.254 priority=254
      )");
      plan.add("protocol g2 vrrp interface=eth1 vrid=1 addresses=10.0.0.254 " + one.arguments);
      ProtocolLab lab(std::move(plan), lab_options(seed));
      const Duration death = Random(seed).uniform({.purpose = Purpose("death")}, 10s, 11s);
      lab.at(death, [&] { lab.hang("g1", "first_hop_redundancy"); });
      lab.run_for(20s);
      const Observation& last = lab.observations().observations().back();
      ASSERT_EQ(last.kind, ObservationKind::gateway_state) << "seed " << seed;
      const double detection = std::chrono::duration<double>(last.at - kTimeZero - death).count();
      EXPECT_GE(detection, one.least_s) << "seed " << seed;
      EXPECT_LE(detection, one.most_s) << "seed " << seed;
      sum += detection;
    }
    EXPECT_NEAR(sum / kSeeds, (one.least_s + one.most_s) / 2, 2 * deviation);
  }
}

// The pair of above, with further arguments for one or both of them.
NetPlan with(const Log& arguments, const Log& gateways = {"g1", "g2"}) {
  NetPlan plan(kLan);
  for (const std::string& gateway : gateways) {
    for (const std::string& argument : arguments) {
      const std::size_t equals = argument.find('=');
      Arguments& all = plan.node(gateway).protocols[0].arguments;
      std::erase_if(all,
                    [&](const Argument& one) { return one.name == argument.substr(0, equals); });
      all.push_back({.name = argument.substr(0, equals),
                     .text = argument.substr(equals + 1),
                     .items = {argument.substr(equals + 1)},
                     .at = {}});
    }
  }
  return plan;
}

// Which MAC the host has for the gateway, after a real exchange.
MacAddress believed(ProtocolLab& lab) {
  ReadSet reads, kept;
  lab.network().exchange(
      lab.index("h1"),
      {.source = *IpAddress::parse("10.0.0.10"), .destination = *IpAddress::parse("10.1.0.2")},
      reads, kept);
  SimTime expires = kNever;
  const NeighborEntry* entry = lab.network()
                                   .chip(lab.index("h1"))
                                   .find_neighbor(VrfIndex::global, *IpAddress::parse("10.0.0.254"),
                                                  lab.simulator().now(), expires);
  return entry == nullptr ? MacAddress{} : entry->mac;
}

MacAddress own_mac(ProtocolLab& lab, const char* gateway) {
  return lab.node(gateway)
      .interfaces[static_cast<std::size_t>(lab.interface(std::string(gateway) + ":eth1"))]
      .mac();
}

// 156 / 256 of a second are 0.60 s there; g1 counts 0.21 s.
TEST(Vrrp, FrrCountsWholeCentiseconds) {
  ProtocolLab lab(with({"profile=frr"}), lab_options());
  lab.at(10s, [&] { lab.cut("s1:eth1"); });
  lab.run_for(20s);
  EXPECT_EQ(lab.log(gateway()),
            (Log{"10s g1 eth1 gateway_state 0 vrid 10", "12.81s g2 eth1 gateway_state 2 vrid 10"}));
}

TEST(Vrrp, VersionTwoCountsItsOwnIntervalAndOneSecondInTheSkew) {
  ProtocolLab lab(with({"version=2", "interval=2s"}), lab_options());
  lab.at(10s, [&] { lab.os("g1").stop(lab.os("g1").find_process("first_hop_redundancy")); });
  lab.run_for(20s);
  EXPECT_EQ(lab.log(gateway()).back(), "10.609375s g2 eth1 gateway_state 2 vrid 10");
}

TEST(Vrrp, WhoSpeaksAnotherVersionIsNotHeard) {
  ProtocolLab lab(with({"version=2"}, {"g2"}), lab_options());
  EXPECT_EQ(lab.column("g1", 0, "state"), (Log{"eth1 master"}));
  EXPECT_EQ(lab.column("g2", 0, "state"), (Log{"eth1 master"}));
}

TEST(Vrrp, KeepalivedMovesTheAddressByGratuitousArp) {
  ProtocolLab lab(with({"profile=keepalived", "version=2"}), lab_options());
  EXPECT_EQ(believed(lab), own_mac(lab, "g1"));
  lab.at(10s, [&] { lab.os("g1").stop(lab.os("g1").find_process("first_hop_redundancy")); });
  lab.run_for(20s);
  EXPECT_EQ(lab.log(gateway()), (Log{"10s g1 eth1 gateway_state 0 vrid 10",
                                     "10.609375s g2 eth1 gateway_state 2 vrid 10"}));
  EXPECT_EQ(believed(lab), own_mac(lab, "g2"));
}

// Frames of the take-over are lost; those of five seconds later are not.
TEST(Vrrp, KeepalivedAnnouncesAgainAfterFiveSeconds) {
  ProtocolLab lab(with({"profile=keepalived"}), lab_options());
  EXPECT_EQ(believed(lab), own_mac(lab, "g1"));
  lab.at(10s, [&] { lab.os("g1").stop(lab.os("g1").find_process("first_hop_redundancy")); });
  lab.at(10500ms, [&] { lab.set_loss("s1:eth3", 1); });
  lab.at(11s, [&] { lab.set_loss("s1:eth3", 0); });
  lab.run_for(15500ms);
  EXPECT_EQ(believed(lab), own_mac(lab, "g1"));
  lab.run_for(200ms);
  EXPECT_EQ(believed(lab), own_mac(lab, "g2"));
}

TEST(Vrrp, AMasterOfKeepalivedAnnouncesWhenItHearsALowerOne) {
  ProtocolLab lab(with({"profile=keepalived"}), lab_options());
  EXPECT_EQ(believed(lab), own_mac(lab, "g1"));
  lab.at(10s, [&] { lab.set_loss("g1:eth1", 1); });
  lab.at(15s, [&] { lab.set_loss("g1:eth1", 0); });
  lab.run_for(14s);
  EXPECT_EQ(believed(lab), own_mac(lab, "g2"));
  lab.run_for(3s);
  EXPECT_EQ(lab.column("g2", 0, "state"), (Log{"eth1 backup"}));
}

TEST(Vrrp, WhileATrackedInterfaceIsDownItDoesNotTakePart) {
  ProtocolLab lab(with({"profile=keepalived", "track=eth2"}, {"g1"}), lab_options());
  lab.at(10s, [&] { lab.cut("g1:eth2"); });
  lab.at(20s, [&] { lab.mend("g1:eth2"); });
  lab.run_for(30s);
  EXPECT_EQ(
      lab.log(gateway()),
      (Log{"10s g1 eth1 gateway_state 0 vrid 10", "10.609375s g2 eth1 gateway_state 2 vrid 10",
           "20s g1 eth1 gateway_state 1 vrid 10", "23.21875s g1 eth1 gateway_state 2 vrid 10",
           "23.21875s g2 eth1 gateway_state 1 vrid 10"}));
}

// Of 200 it has 50 left, less than g2; the last advert that g2 believed left at 9.21875 s.
TEST(Vrrp, ATrackedInterfaceMayCostPriorityInstead) {
  ProtocolLab lab(with({"track=eth2", "track_decrement=150"}, {"g1"}), lab_options());
  lab.at(10s, [&] { lab.cut("g1:eth2"); });
  lab.run_for(20s);
  EXPECT_EQ(lab.log(gateway()), (Log{"12.828125s g2 eth1 gateway_state 2 vrid 10",
                                     "12.828125s g1 eth1 gateway_state 1 vrid 10"}));
}

TEST(Vrrp, AStartupDelayComesBeforeItListens) {
  ProtocolLab lab(with({"startup_delay=10s"}, {"g1"}), lab_options());
  lab.at(10s, [&] { lab.os("g1").stop(lab.os("g1").find_process("first_hop_redundancy")); });
  lab.at(20s, [&] { lab.restart("g1", "first_hop_redundancy"); });
  lab.run_for(40s);
  EXPECT_EQ(
      lab.log(gateway()),
      (Log{"10s g1 eth1 gateway_state 0 vrid 10", "10.609375s g2 eth1 gateway_state 2 vrid 10",
           "30s g1 eth1 gateway_state 1 vrid 10", "33.21875s g1 eth1 gateway_state 2 vrid 10",
           "33.21875s g2 eth1 gateway_state 1 vrid 10"}));
}

// Gateways on a ring of switches with spanning tree.
Story random_story(std::uint64_t seed) {
  Dice dice(seed);
  NetPlan plan(R"(
    switch s1 s2 s3
    link s1:eth1 s2:eth1
    link s2:eth2 s3:eth2
    link s1:eth2 s3:eth1
    host h1 10.0.0.10/24 via 10.0.0.254
    link s1:eth9 h1:eth0
    port_protocol s1:eth9 rstp edge=true
    protocol s1 rstp priority=4096
    protocol s2 rstp priority=8192
    protocol s3 rstp
  )");
  Story::Cast cast{.process = "first_hop_redundancy",
                   .nodes = {"s1", "s2", "s3"},
                   .places = {"s1:eth1", "s1:eth2", "s2:eth1", "s2:eth2", "s3:eth1", "s3:eth2"},
                   .hosts = {"h1"}};
  static const char* const kSwitches[] = {"s1", "s2", "s3"};
  static const char* const kIntervals[] = {"1s", "100ms", "3s"};
  static const char* const kProfiles[] = {"standard", "frr", "keepalived"};
  for (int i = 1; i <= 3; ++i) {
    const std::string name = "g" + std::to_string(i);
    const std::string place =
        std::string(kSwitches[dice.below(3)]) + ":eth" + std::to_string(i + 2);
    plan.add("router " + name);
    plan.add("link " + place + " " + name + ":eth1");
    plan.add("port_protocol " + place + " rstp edge=true");
    plan.add("address " + name + ":eth1 10.0.0." + std::to_string(i) + "/24");
    plan.add("protocol " + name + " vrrp interface=eth1 vrid=1 addresses=10.0.0.254 priority=" +
             std::to_string(100 + 50 * dice.below(3)) + " interval=" + kIntervals[dice.below(3)] +
             " preempt=" + (dice.one_in(3) ? "false" : "true") +
             " profile=" + kProfiles[dice.below(3)]);
    cast.nodes.push_back(name);
    cast.places.push_back(place);
    cast.places.push_back(name + ":eth1");
  }
  return Story(dice, plan, cast);
}

TEST(Vrrp, SkippingQuietAdvertsIsInvisible) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Story story = random_story(seed);
    ASSERT_EQ(first_difference(story.tell(true), story.tell(false)), "") << "seed " << seed;
  }
}

}  // namespace
}  // namespace switchfault
