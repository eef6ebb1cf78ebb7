#include "net/walk.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/two_routers.h"
#include "net/walk_lab.h"

namespace switchfault {
namespace {

const char* const kTwoSwitches = R"(
  switch s1 s2
  host h1 10.0.0.1/24
  host h2 10.0.0.2/24
  link h1:eth0 s1:eth1
  link s1:eth2 s2:eth2
  link h2:eth0 s2:eth1
)";

TEST(WalkTest, CrossesTwoBridges) {
  WalkLab lab(kTwoSwitches);
  EXPECT_EQ(lab.walk("h1", "h2"), "delivered at h2");
  EXPECT_EQ(lab.ping("h1", "h2"), "delivered at h2");
}

TEST(WalkTest, PureWalkLeavesNoTrace) {
  WalkLab lab(kTwoSwitches);
  EXPECT_EQ(lab.ping("h1", "h2"), "delivered at h2");
  EXPECT_EQ(lab.learned("s1", 1, "h1"), "-");
  EXPECT_FALSE(lab.last.learned);
}

TEST(WalkTest, ExchangeTeachesBridgesBothPlaces) {
  WalkLab lab(kTwoSwitches);
  EXPECT_EQ(lab.send("h1", "h2"), "delivered at h2");
  EXPECT_TRUE(lab.last.learned);
  EXPECT_EQ(lab.learned("s1", 1, "h1"), "eth1");
  EXPECT_EQ(lab.learned("s1", 1, "h2"), "eth2");
  EXPECT_EQ(lab.learned("s2", 1, "h1"), "eth2");
  EXPECT_EQ(lab.send("h1", "h2"), "delivered at h2");
  EXPECT_FALSE(lab.last.learned);
}

TEST(WalkTest, CutLinkIsNamed) {
  WalkLab lab(kTwoSwitches);
  lab.cut("s1:eth2");
  EXPECT_EQ(lab.walk("h1", "h2"), "neighbor_unresolved at s1:eth2");
}

TEST(WalkTest, CrossesTwoRoutersInBothFamilies) {
  WalkLab lab(kTwoRouters);
  EXPECT_EQ(lab.ping("h1", "h2"), "delivered at h2");
  EXPECT_EQ(lab.ping("h1", "2001:db8:2::1"), "delivered at h2");
  EXPECT_EQ(lab.ping("h1", "192.0.2.2"), "delivered at r2");
}

// --- What a walk read ----------------------------------------------------------------------------

class Reader final : public WalkOwner {
 public:
  explicit Reader(WalkLab& lab) : lab_(lab), watch_(lab.network().add_owner(*this)) {}
  ~Reader() { lab_.network().remove_owner(watch_); }
  void watch() { lab_.network().watch(watch_, lab_.reads); }
  void stale(ObservationId /*cause*/) override { ++told; }
  int told = 0;

 private:
  WalkLab& lab_;
  WatchId watch_;
};

// h1 - s1 - s2 - h2 with s3 hanging off s2.
const char* const kWithABranch = R"(
  switch s1 s2 s3
  host h1 10.0.0.1/24
  host h2 10.0.0.2/24
  host h3 10.0.0.3/24
  link h1:eth0 s1:eth1
  link s1:eth2 s2:eth2
  link h2:eth0 s2:eth1
  link s2:eth3 s3:eth3
  link h3:eth0 s3:eth1
)";

TEST(WalkTest, ReadsWhatStandsOnItsWayAndNothingElse) {
  WalkLab lab(kWithABranch);
  Reader reader(lab);
  lab.ping("h1", "h2");
  reader.watch();
  lab.set_host_up("h3", false);
  lab.crash("s3", "mac_learning");
  EXPECT_EQ(reader.told, 0);
  lab.crash("s2", "mac_learning");
  EXPECT_EQ(reader.told, 1);
  lab.ping("h1", "h2");
  reader.watch();
  lab.set_loss("h2:eth0", 0.5);
  EXPECT_EQ(reader.told, 2);
}

TEST(WalkTest, FailedWalkReadsEverythingThatCouldMendIt) {
  WalkLab lab(kWithABranch);
  lab.cut("s2:eth3");
  Reader reader(lab);
  EXPECT_EQ(lab.ping("h1", "h3"), "neighbor_unresolved at s2:eth3");
  reader.watch();
  lab.mend("s2:eth3");
  EXPECT_EQ(reader.told, 1);
  EXPECT_EQ(lab.ping("h1", "h3"), "delivered at h3");
}

TEST(WalkTest, MacEntryOnTheWayIsReadWithItsEnd) {
  WalkLab lab(kWithABranch);
  lab.send("h1", "h2");
  lab.run_for(10s);
  lab.ping("h1", "h2");
  EXPECT_EQ(lab.reads.expires, kTimeZero + 300s);  // Default ageing of IEEE 802.1Q.
  Reader reader(lab);
  reader.watch();
  lab.os("s1").clear_table(ChipTable::mac);
  EXPECT_EQ(reader.told, 1);
}

// --- Conversations -------------------------------------------------------------------------------

TEST(WalkTest, RequestTeachesTheWayOfItsReply) {
  WalkLab lab(kTwoSwitches);
  lab.send("h1", "h2");
  // s1 believes that h2 has moved to where h1 is, until h2 itself speaks.
  const MacEntry wrong{.vlan = 1,
                       .mac = lab.node("h2").interfaces.front().mac(),
                       .port = lab.logical("s1:eth1").second,
                       .last_seen = lab.simulator().now()};
  lab.os("s1").program(LearnMac{wrong});
  EXPECT_EQ(lab.ping("h1", "h2"), "no_destination_port at s1:eth1");
  EXPECT_EQ(lab.ping("h2", "h1"), "delivered at h1");
  lab.crash("s1", "mac_learning");
  EXPECT_EQ(lab.ping("h2", "h1"), "no_destination_port at s1:eth1");
}

TEST(WalkTest, ReplyTakesItsOwnWay) {
  WalkLab lab(kTwoRouters);
  lab.os("r2").program(RemoveRoute{VrfIndex::global, IpPrefix::parse("10.0.1.0/24").value()});
  EXPECT_EQ(lab.walk("h1", "h2"), "delivered at h2");
  EXPECT_EQ(lab.ping("h1", "h2"), "no_route at r2");
}

TEST(WalkTest, ConversationWithOneself) {
  WalkLab lab(kTwoRouters);
  EXPECT_EQ(lab.ping("h1", "h1"), "delivered at h1");
  EXPECT_EQ(lab.ping("r1", "192.0.2.1"), "delivered at r1");
}

TEST(WalkTest, NodeReachesOthersFromItsOwnAddress) {
  WalkLab lab(kTwoRouters);
  EXPECT_EQ(lab.ping("r1", "192.0.2.2"), "delivered at r2");
  EXPECT_EQ(lab.ping("r2", "h1"), "delivered at h1");
  lab.os("r1").hang_host("test");
  EXPECT_EQ(lab.ping("r1", "192.0.2.2"), "host_down at r1");
}

TEST(WalkTest, ManagementVrfIsApart) {
  WalkLab lab(R"(
    switch s1
    router r1
    host admin 10.9.0.1/24
    host user 10.0.1.1/24 via 10.0.1.254
    link admin:eth0 s1:eth1
    link r1:mgmt0 s1:eth2
    link user:eth0 r1:eth1
    address r1:eth1 10.0.1.254/24
    address r1:mgmt0 10.9.0.2/24 vrf=management
  )");
  EXPECT_EQ(lab.ping("admin", "10.9.0.2"), "delivered at r1");
  EXPECT_EQ(lab.ping("user", "10.9.0.2"), "no_route at r1");
  Packet packet = lab.packet("user", "admin");
  packet.source = lab.address("10.9.0.2");
  EXPECT_EQ(lab.ping("r1", packet), "delivered at admin");
}

// --- Exchanges -----------------------------------------------------------------------------------

TEST(WalkTest, ExchangesAreLostByDrawAndAlwaysTheSame) {
  std::vector<std::string> outcomes[2];
  for (std::vector<std::string>& all : outcomes) {
    WalkLab lab(kTwoSwitches);
    lab.send("h1", "h2");
    lab.set_loss("s1:eth2", 0.3);
    for (int i = 0; i < 1000; ++i) {
      lab.run_for(100ms);
      all.push_back(lab.send("h1", "h2"));
    }
  }
  EXPECT_EQ(outcomes[0], outcomes[1]);
  const auto lost = std::count(outcomes[0].begin(), outcomes[0].end(), "gray_loss at s1:eth2");
  const auto good = std::count(outcomes[0].begin(), outcomes[0].end(), "delivered at h2");
  EXPECT_EQ(lost + good, 1000);
  EXPECT_NEAR(static_cast<double>(lost), 300, 60);  // Four standard deviations.
}

TEST(WalkTest, ExchangesAreLostToALoadAboveTheRate) {
  NetPlan plan(kTwoSwitches);
  plan.topology.links[1].background_ab = BitRate{4'000'000'000};  // Of 1 Gbps.
  WalkLab lab(plan, {});
  int lost = 0;
  for (int i = 0; i < 400; ++i) {
    lab.run_for(1s);
    lost += lab.send("h2", "h1") == "overload at s1:eth2" ? 1 : 0;
  }
  EXPECT_NEAR(lost, 300, 40);
}

TEST(WalkTest, EntriesAgeAndAreRefreshedByTraffic) {
  WalkLab lab(kTwoSwitches);
  lab.send("h1", "h2");
  lab.run_for(200s);
  lab.send("h1", "h2");
  lab.run_for(200s);
  EXPECT_EQ(lab.learned("s1", 1, "h2"), "eth2");
  lab.run_for(101s);
  EXPECT_EQ(lab.learned("s1", 1, "h2"), "-");
}

TEST(WalkTest, ExchangeKeepsWhatItUses) {
  WalkLab lab(kTwoRouters);
  lab.send("h1", "h2");
  lab.send("h1", "h2");
  EXPECT_EQ(lab.reads.expires, kNever);  // It refreshes all it relies on.
  // The gateway at both hosts, the next router and the host at both routers.
  EXPECT_EQ(lab.kept.neighbors.size(), 6U);
  EXPECT_TRUE(lab.network().may_sleep(lab.reads, lab.kept, 1s));
}

TEST(WalkTest, NothingIsLearnedWithoutLearningOrProgramming) {
  for (const std::string process : {"mac_learning", "table_programmer"}) {
    WalkLab lab(kTwoSwitches);
    lab.hang("s1", process);
    EXPECT_EQ(lab.send("h1", "h2"), "delivered at h2");
    EXPECT_EQ(lab.learned("s1", 1, "h1"), "-") << process;
    EXPECT_EQ(lab.learned("s2", 1, "h1"), "eth2");
    EXPECT_EQ(lab.os("s1").pending_writes(), 0U);
  }
}

TEST(WalkTest, FullMacTableFloods) {
  NetPlan plan(kTwoSwitches);
  plan.node("s1").mac_capacity = 1;
  WalkLab lab(plan, {});
  EXPECT_EQ(lab.send("h1", "h2"), "delivered at h2");
  EXPECT_EQ(lab.learned("s1", 1, "h1"), "eth1");
  EXPECT_EQ(lab.learned("s1", 1, "h2"), "-");
  EXPECT_EQ(lab.send("h1", "h2"), "delivered at h2");
  EXPECT_FALSE(lab.last.learned);
}

TEST(WalkTest, MovedHostIsFoundWhenItSpeaks) {
  WalkLab lab(R"(
    switch s1
    host h1 10.0.0.1/24
    host old 10.0.0.2/24
    host fresh 10.0.0.3/24
    link h1:eth0 s1:eth1
    link old:eth0 s1:eth2
    link fresh:eth0 s1:eth3
  )");
  EXPECT_EQ(lab.send("h1", "10.0.0.2"), "delivered at old");
  const MacAddress fresh = lab.node("fresh").interfaces.front().mac();
  lab.network().announce(lab.index("fresh"), lab.interface("fresh:eth0"), fresh,
                         lab.address("10.0.0.2"));
  EXPECT_EQ(lab.learned("s1", 1, "fresh"), "eth3");
  EXPECT_EQ(lab.walk("h1", "10.0.0.2"), "not_for_host at fresh");
}

TEST(WalkTest, BridgesThatSendInCirclesAreStopped) {
  WalkLab lab(R"(
    switch s1 s2 s3
    host h1 10.0.0.1/24
    host h2 10.0.0.2/24
    link h1:eth0 s1:eth9
    link h2:eth0 s3:eth9
    link s1:eth1 s2:eth1
    link s2:eth2 s3:eth2
    link s3:eth3 s1:eth3
  )");
  lab.os("s3").program(SetPortState{lab.logical("s3:eth3").second, StpState::discarding});
  lab.send("h1", "h2");
  lab.os("s3").program(SetPortState{lab.logical("s3:eth3").second, StpState::forwarding});
  const MacAddress mac = lab.node("h2").interfaces.front().mac();
  lab.os("s3").program(LearnMac{{.vlan = 1,
                                 .mac = mac,
                                 .port = lab.logical("s3:eth3").second,
                                 .last_seen = lab.simulator().now()}});
  EXPECT_EQ(lab.walk("h1", "h2"), "loop_limit at s2");
}

TEST(WalkTest, EntryTowardsAPortWithoutTheVlan) {
  WalkLab lab(R"(
    switch s1
    host h1 10.0.0.1/24
    host h2 10.0.0.2/24
    link h1:eth0 s1:eth1
    link h2:eth0 s1:eth2
    access s1:eth1 10
    access s1:eth2 10
    access s1:eth3 20
  )");
  lab.send("h1", "h2");
  lab.os("s1").program(LearnMac{{.vlan = 10,
                                 .mac = lab.node("h2").interfaces.front().mac(),
                                 .port = lab.logical("s1:eth3").second,
                                 .last_seen = lab.simulator().now()}});
  EXPECT_EQ(lab.walk("h1", "h2"), "vlan_not_allowed at s1:eth3");
}

// --- Multicasts ----------------------------------------------------------------------------------

// Counts what it hears; quiet about everything but the first frame.
class Listener final : public Protocol {
 public:
  [[nodiscard]] ProcessFunction process() const override {
    return ProcessFunction::first_hop_redundancy;
  }
  void start() override {}
  void stop() override {}
  void port_changed(LogicalPort /*port*/) override {}
  void interface_changed(InterfaceIndex /*interface*/) override {}
  bool receive(LogicalPort /*port*/, InterfaceIndex /*interface*/,
               const ControlFrame& frame) override {
    heard += frame.as<int>();
    return heard > 5;
  }
  void held(LogicalPort /*port*/, InterfaceIndex /*interface*/, bool /*held*/,
            SimTime /*last*/) override {}
  [[nodiscard]] ProtocolTable table() const override { return {}; }
  int heard = 0;
};

TEST(WalkTest, MulticastReachesTheInstancesOfItsSubnet) {
  ProtocolKind kind;
  kind.info.name = "listener";
  kind.make = [](const ProtocolContext&, const ArgumentReader&) -> std::unique_ptr<Protocol> {
    return std::make_unique<Listener>();
  };
  WalkLab lab(NetPlan(R"(
                switch s1
                router r1 r2 r3
                link r1:eth0 s1:eth1
                link r2:eth0 s1:eth2
                link r3:eth0 s1:eth3
                access s1:eth1 10
                access s1:eth2 10
                access s1:eth3 20
                address r1:eth0 10.0.0.1/24
                address r2:eth0 10.0.0.2/24
                address r3:eth0 10.0.0.3/24
                protocol r1 listener
                protocol r2 listener
                protocol r3 listener
              )"),
              {.protocols = {kind}});
  const MacAddress source{0x00005e000101};
  const auto say = [&] {
    ReadSet reads, kept;
    return lab.network().multicast(lab.index("r1"), lab.interface("r1:eth0"), source,
                                   ControlFrame::of(0, 5), reads, kept);
  };
  const auto heard = [&](const char* name) {
    return static_cast<const Listener&>(*lab.node(name).protocols[0]).heard;
  };
  const WalkResult first = say();
  EXPECT_EQ(lab.text(first), "delivered at r2");
  EXPECT_TRUE(first.learned);
  EXPECT_FALSE(say().learned);
  EXPECT_EQ(heard("r1"), 0);
  EXPECT_EQ(heard("r2"), 10);
  EXPECT_EQ(heard("r3"), 0);
  SimTime expires = kNever;
  EXPECT_NE(lab.os("s1").chip().find_mac(10, source, lab.simulator().now(), expires), nullptr);
}

// --- Virtual routers -----------------------------------------------------------------------------

const char* const kTwoGateways = R"(
  switch s1
  router r1 r2
  host h1 10.0.1.1/24 via 10.0.1.254
  host h2 10.0.2.1/24 via 10.0.2.254
  link h1:eth0 s1:eth1
  link r1:eth1 s1:eth2
  link r2:eth1 s1:eth3
  link h2:eth0 r1:eth2
  address r1:eth1 10.0.1.252/24
  address r2:eth1 10.0.1.253/24
  address r1:eth2 10.0.2.254/24
)";

TEST(WalkTest, VirtualAddressIsWhereItsMasterIs) {
  WalkLab lab(kTwoGateways);
  const MacAddress virtual_mac{0x00005e000101};
  const auto master = [&](const char* name, bool present) {
    lab.os(name).program(SetRouterMac{{.interface = lab.interface(std::string(name) + ":eth1"),
                                       .mac = virtual_mac,
                                       .answers_for = lab.address("10.0.1.254")},
                                      present});
  };
  EXPECT_EQ(lab.ping("h1", "h2"), "neighbor_unresolved at s1");  // Nobody beyond it answers.
  master("r1", true);
  EXPECT_EQ(lab.ping("h1", "h2"), "delivered at h2");
  EXPECT_EQ(lab.ping("h1", "10.0.1.254"), "delivered at r1");
  master("r1", false);
  master("r2", true);
  EXPECT_EQ(lab.ping("h1", "10.0.1.254"), "delivered at r2");
  EXPECT_EQ(lab.ping("h1", "h2"), "no_route at r2");
  master("r1", true);  // Split brain: the first in order of ports answers.
  EXPECT_EQ(lab.ping("h1", "10.0.1.254"), "delivered at r1");
}

// --- External networks ---------------------------------------------------------------------------

TEST(WalkTest, ExternalNetworkAnswersForWhatIsSaid) {
  NetPlan plan(R"(
    router r1
    external internet 192.0.2.2/30 via 192.0.2.1
    host h1 10.0.1.1/24 via 10.0.1.254
    link h1:eth0 r1:eth1
    link internet:eth0 r1:eth2
    address r1:eth1 10.0.1.254/24
    address r1:eth2 192.0.2.1/30
    route r1 0.0.0.0/0 192.0.2.2
  )");
  WalkLab anything(plan, {});
  EXPECT_EQ(anything.ping("h1", "198.51.100.7"), "delivered at internet");
  plan.add("route internet 203.0.113.0/24");
  WalkLab something(plan, {});
  EXPECT_EQ(something.ping("h1", "203.0.113.9"), "delivered at internet");
  EXPECT_EQ(something.ping("h1", "198.51.100.7"), "not_for_host at internet");
}

// Two switches in a row; a third one beside the way.
const char* const kBesideTheWay = R"(
  switch s1 s2 s3
  host h1 10.0.0.1/24
  host h2 10.0.0.2/24
  host h3 10.0.0.3/24
  link h1:eth0 s1:eth1
  link h2:eth0 s2:eth2
  link s1:eth9 s2:eth9
  link s1:eth8 s3:eth8
  link h3:eth0 s3:eth3
  link s1:eth7 s3:eth7
)";

TEST(WalkTest, APathIsNotConcernedByOtherPortsOfItsNodes) {
  WalkLab lab(kBesideTheWay);
  lab.cut("s1:eth7");
  Reader reader(lab);
  ASSERT_EQ(lab.ping("h1", "h2"), "delivered at h2");
  reader.watch();
  lab.cut("s1:eth8");
  lab.mend("s1:eth8");
  EXPECT_EQ(reader.told, 0);
  lab.cut("s2:eth9");
  EXPECT_EQ(reader.told, 1);
}

TEST(WalkTest, AWayThatEndsInADomainIsToldWhenTheDomainChanges) {
  WalkLab lab(kBesideTheWay);
  lab.cut("s1:eth7");
  lab.cut("s1:eth9");
  Reader reader(lab);
  ASSERT_EQ(lab.ping("h1", "h2"), "neighbor_unresolved at s1:eth9");
  reader.watch();
  lab.cut("s1:eth8");
  EXPECT_EQ(reader.told, 1);
  ASSERT_EQ(lab.ping("h1", "h2"), "neighbor_unresolved at s1:eth9");
  reader.watch();
  lab.cut("s3:eth3");  // Not in it any more.
  EXPECT_EQ(reader.told, 1);
  lab.mend("s1:eth9");
  EXPECT_EQ(reader.told, 2);
  EXPECT_EQ(lab.ping("h1", "h2"), "delivered at h2");
}

// The service address moves from v1 to v2; h1 sends to it every second.
NetPlan moving_plan() {
  NetPlan plan(R"(
    switch s1 s2
    host h1 10.0.0.1/24
    host v1 10.0.0.11/24
    host v2 10.0.0.12/24
    link s1:eth1 s2:eth1
    link s1:eth2 h1:eth0
    link s1:eth3 v1:eth0
    link s2:eth2 v2:eth0
  )");
  for (const char* host : {"h1", "v1", "v2"}) {
    plan.node(host).neighbors.profile = NeighborConfig::Profile::linux_kernel;
  }
  return plan;
}

void move_address(WalkLab& lab) {
  const auto address = IpPrefix::parse("10.0.0.11/24");
  lab.network().set_address(lab.index("v1"), InterfaceIndex{0}, *address, false);
  lab.network().set_address(lab.index("v2"), InterfaceIndex{0}, *address, true);
}

TEST(WalkTest, AMovedAddressIsFoundWhenItsEntryHasFailed) {
  WalkLab lab(moving_plan(), {});
  EXPECT_EQ(lab.send("h1", "10.0.0.11"), "delivered at v1");
  const Duration round = lab.network().chip(lab.index("h1")).neighbor_timers().round();
  EXPECT_GE(round, 20s);
  EXPECT_LT(round, 50s);
  move_address(lab);
  Duration dark{};
  for (; lab.send("h1", "10.0.0.11") != "delivered at v2"; dark += 1s) {
    ASSERT_LT(dark, 60s);
    EXPECT_EQ(lab.text(lab.last), "not_for_host at v1");
    lab.run_for(1s);
  }
  // Probed at the first packet after the round, given up three seconds after its end.
  EXPECT_EQ(dark, std::chrono::ceil<std::chrono::seconds>(round) + 3s);
}

TEST(WalkTest, AMovedAddressThatIsAnnouncedIsFoundAtOnceAndProbedLater) {
  WalkLab lab(moving_plan(), {});
  lab.send("h1", "10.0.0.11");
  move_address(lab);
  const NodeIndex v2 = lab.index("v2");
  lab.network().announce(v2, InterfaceIndex{0}, lab.node("v2").interfaces.front().mac(),
                         *IpAddress::parse("10.0.0.11"));
  EXPECT_EQ(lab.learned("s1", 1, "v2"), "eth1");
  EXPECT_EQ(lab.send("h1", "10.0.0.11"), "delivered at v2");
  const Chip& chip = lab.network().chip(lab.index("h1"));
  const auto state = [&] { return chip.state_of(chip.neighbors().front(), lab.simulator().now()); };
  EXPECT_EQ(state(), NeighborState::delay);
  lab.run_for(5s);
  lab.send("h1", "10.0.0.11");
  EXPECT_EQ(state(), NeighborState::reachable);
}

TEST(WalkTest, AnAddressThatNobodyHasIsAskedForOnceASecond) {
  WalkLab lab(moving_plan(), {});
  const auto asked = [&] {
    const auto before = lab.network().walk_counters().sent;
    lab.send("h1", Packet{.source = *IpAddress::parse("10.0.0.1"),
                          .destination = *IpAddress::parse("10.0.0.99")});
    EXPECT_EQ(lab.last.disposition, Disposition::neighbor_unresolved);
    return lab.network().walk_counters().sent - before > 1;
  };
  EXPECT_TRUE(asked());
  lab.run_for(500ms);
  EXPECT_FALSE(asked());
  EXPECT_EQ(lab.reads.expires, lab.simulator().now() + 500ms);
  lab.run_for(500ms);
  EXPECT_TRUE(asked());
}

TEST(WalkTest, WhoIsAskedKnowsWhoAsked) {
  WalkLab lab(moving_plan(), {});
  lab.send("h1", "10.0.0.12");
  const auto& known = lab.network().chip(lab.index("v2")).neighbors();
  ASSERT_EQ(known.size(), 1U);
  EXPECT_EQ(known.front().address, *IpAddress::parse("10.0.0.1"));
}

TEST(WalkTest, ACarrierThatIsLostTakesProbedEntriesWithIt) {
  WalkLab lab(moving_plan(), {});
  lab.send("h1", "10.0.0.12");
  EXPECT_EQ(lab.network().chip(lab.index("h1")).neighbors().size(), 1U);
  lab.cut("s1:eth2");
  EXPECT_TRUE(lab.network().chip(lab.index("h1")).neighbors().empty());
}

TEST(WalkTest, AnOldEntryOfASwitchIsAskedForWhenItIsUsedAndGoesAfterFiveSeconds) {
  NetPlan plan = moving_plan();
  plan.node("h1").neighbors.profile = NeighborConfig::Profile::switch_;
  WalkLab lab(plan, {});
  lab.send("h1", "10.0.0.11");
  lab.run_for(4h + 5s);
  move_address(lab);
  lab.send("h1", "10.0.0.11");
  EXPECT_EQ(lab.last.disposition, Disposition::not_for_host);
  lab.run_for(4s);
  lab.send("h1", "10.0.0.11");
  EXPECT_EQ(lab.last.disposition, Disposition::not_for_host);
  lab.run_for(1s);
  EXPECT_EQ(lab.send("h1", "10.0.0.11"), "delivered at v2");
}
}  // namespace
}  // namespace switchfault
