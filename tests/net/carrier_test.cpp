#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/diary_protocol.h"
#include "net/lab.h"
#include "net/network_impl.h"

namespace switchfault {
namespace {

// The bundle in the chip of an aggregate, as port names.
Log bundle(const NetLab& lab, const std::string& place) {
  const auto [index, port] = lab.logical(place);
  Log names;
  for (const PortIndex member : lab.network().chip(index).lag_members(port)) {
    names.emplace_back(lab.network().node(index).name(member));
  }
  return names;
}

TEST(Carrier, GoesWithTheDataPlaneOfEitherEndAndStaysWhileTheHostHangs) {
  NetPlan plan(R"(
    switch s1 s2
    link s1:eth1 s2:eth1
  )");
  plan.node("s1").boots[static_cast<std::size_t>(BootKind::cold)] = {30s, 20s, 40s};
  NetLab lab(plan, {});
  lab.at(10s, [&] { lab.os("s1").hang_host("test"); });
  lab.at(20s, [&] { lab.os("s1").boot(BootKind::cold, "reload"); });
  lab.run_for(60s);
  EXPECT_EQ(lab.log({ObservationKind::port_carrier}),
            (Log{"20s s1:eth1 port_carrier 0", "20s s2:eth1 port_carrier 0",
                 "50s s1:eth1 port_carrier 1", "50s s2:eth1 port_carrier 1"}));
}

TEST(Carrier, StaysThroughAWarmBootOfTheOtherPlanes) {
  NetPlan plan(R"(
    switch s1 s2
    link s1:eth1 s2:eth1
  )");
  plan.node("s1").boots[static_cast<std::size_t>(BootKind::warm)] = {0s, 20s, 20s};
  NetLab lab(plan, {});
  lab.os("s1").boot(BootKind::warm, "upgrade");
  lab.run_for(60s);
  EXPECT_EQ(lab.log({ObservationKind::port_carrier}), Log{});
}

TEST(Carrier, NeedsBothEndsEnabled) {
  NetPlan plan(R"(
    switch s1 s2
    host h1 10.0.0.1/24
    link s1:eth1 s2:eth1
    link s1:eth2 h1:eth0
  )");
  plan.port("s2:eth1").up = false;
  plan.port("h1:eth0").up = false;
  NetLab lab(plan, {});
  EXPECT_FALSE(lab.carrier("s1:eth1"));
  EXPECT_FALSE(lab.carrier("s1:eth2"));
  lab.os("s2").set_port_enabled(lab.port("s2:eth1").port, true);
  EXPECT_TRUE(lab.carrier("s1:eth1"));
  lab.os("s1").set_port_enabled(lab.port("s1:eth1").port, false);
  EXPECT_FALSE(lab.carrier("s2:eth1"));
}

TEST(Carrier, ALogicalPortIsUpWhileOneMemberIsAndTheChipGetsTheBundle) {
  NetLab lab(R"(
    switch s1 s2
    link s1:eth1 s2:eth1
    link s1:eth2 s2:eth2
    lag s1:po1 eth1 eth2
    lag s2:po1 eth1 eth2
  )");
  EXPECT_EQ(bundle(lab, "s2:po1"), (Log{"eth1", "eth2"}));
  lab.cut("s1:eth1");
  EXPECT_EQ(bundle(lab, "s2:po1"), (Log{"eth2"}));
  EXPECT_TRUE(lab.up("s2:po1"));
  lab.cut("s1:eth2");
  EXPECT_EQ(bundle(lab, "s2:po1"), Log{});
  EXPECT_FALSE(lab.up("s2:po1"));
}

TEST(Carrier, TheBundleIsStaleWhileTheProgrammerIsDead) {
  NetPlan plan(R"(
    switch s1 s2
    link s1:eth1 s2:eth1
    link s1:eth2 s2:eth2
    lag s1:po1 eth1 eth2
    lag s2:po1 eth1 eth2
  )");
  NetLab lab(plan, {});
  const ProcessIndex programmer = lab.os("s2").find_process("table_programmer");
  lab.os("s2").stop(programmer);
  lab.cut("s1:eth1");
  EXPECT_EQ(bundle(lab, "s2:po1"), (Log{"eth1", "eth2"}));
  lab.os("s2").restart(programmer);
  EXPECT_EQ(bundle(lab, "s2:po1"), (Log{"eth2"}));
}

const char* const kBundle = R"(
    switch s1 s2
    link s1:eth1 s2:eth1
    link s1:eth2 s2:eth2
    lag s1:po1 eth1 eth2
    lag s2:po1 eth1 eth2
  )";

TEST(Carrier, AGovernedAggregateHasTheMembersItIsGivenWhileTheyHaveCarrier) {
  NetLab lab(kBundle);
  const auto [node, port] = lab.logical("s1:po1");
  const auto give = [&](const std::vector<PortIndex>& members) {
    lab.network().set_aggregate_members(lab.logical("s1:po1").first, lab.logical("s1:po1").second,
                                        members);
  };
  lab.network().govern_aggregate(node, port);
  give({PortIndex{1}});
  EXPECT_EQ(bundle(lab, "s1:po1"), (Log{"eth2"}));
  give({});
  EXPECT_EQ(bundle(lab, "s1:po1"), Log{});
  EXPECT_FALSE(lab.up("s1:po1"));
  give({PortIndex{1}, PortIndex{0}});
  EXPECT_EQ(bundle(lab, "s1:po1"), (Log{"eth1", "eth2"}));
  EXPECT_TRUE(lab.up("s1:po1"));
  lab.cut("s1:eth1");
  EXPECT_EQ(bundle(lab, "s1:po1"), (Log{"eth2"}));
  EXPECT_EQ(bundle(lab, "s2:po1"), (Log{"eth2"}));
}

TEST(Carrier, ABucketKeepsItsMemberUntilThatIsGone) {
  NetLab lab(kBundle);
  const auto [node, port] = lab.logical("s1:po1");
  Network& network = lab.network();
  network.govern_aggregate(node, port);
  network.bucket_aggregate(node, port, 3);
  network.set_aggregate_members(node, port, {PortIndex{0}});
  network.set_aggregate_members(node, port, {PortIndex{0}, PortIndex{1}});
  const std::vector<PortIndex>& buckets = network.chip(node).lag_buckets(port);
  EXPECT_EQ(buckets, (std::vector{PortIndex{0}, PortIndex{0}, PortIndex{0}}));
  network.move_bucket(node, port, 1, PortIndex{1});
  EXPECT_EQ(buckets, (std::vector{PortIndex{0}, PortIndex{1}, PortIndex{0}}));
  lab.cut("s1:eth1");
  EXPECT_EQ(buckets, (std::vector{PortIndex{1}, PortIndex{1}, PortIndex{1}}));
  lab.mend("s1:eth1");
  EXPECT_EQ(buckets, (std::vector{PortIndex{1}, PortIndex{1}, PortIndex{1}}));
  EXPECT_EQ(bundle(lab, "s1:po1"), (Log{"eth1", "eth2"}));
}

TEST(Carrier, ADisabledAggregateTakesItsMembersDown) {
  NetPlan plan(R"(
    switch s1 s2
    link s1:eth1 s2:eth1
    lag s1:po1 eth1
    trunk s1:po1 all
  )");
  plan.port("s1:po1").up = false;
  EXPECT_FALSE(NetLab(plan, {}).carrier("s2:eth1"));
}

TEST(Carrier, AVlanInterfaceIsUpWhileAPortOfItsVlanForwards) {
  NetLab lab(R"(
    switch s1
    host h1 10.0.10.10/24
    host h2 10.0.20.10/24
    link s1:eth1 h1:eth0
    link s1:eth2 h2:eth0
    access s1:eth1 10
    access s1:eth2 20
    address s1:vlan10 10.0.10.1/24
    address s1:lo 10.255.0.1/32
  )");
  EXPECT_TRUE(lab.interface_up("s1:vlan10"));
  lab.os("s1").program(SetPortState{lab.logical("s1:eth1").second, StpState::discarding});
  EXPECT_FALSE(lab.interface_up("s1:vlan10"));
  lab.os("s1").program(SetPortState{lab.logical("s1:eth1").second, StpState::forwarding});
  EXPECT_TRUE(lab.interface_up("s1:vlan10"));
  lab.cut("s1:eth1");
  EXPECT_FALSE(lab.interface_up("s1:vlan10"));
  EXPECT_TRUE(lab.interface_up("s1:lo"));
}

TEST(Carrier, SubInterfacesFollowTheirPort) {
  NetPlan plan(R"(
    router r1 r2
    link r1:eth1 r2:eth1
    address r1:eth1.10 10.0.10.1/24
    address r1:eth1.20 10.0.20.1/24
    address r2:eth1.10 10.0.10.2/24
  )");
  plan.node("r1").interfaces[1].up = false;
  NetLab lab(plan, {});
  EXPECT_TRUE(lab.interface_up("r1:eth1.10"));
  EXPECT_FALSE(lab.interface_up("r1:eth1.20"));
  lab.cut("r1:eth1");
  EXPECT_FALSE(lab.interface_up("r1:eth1.10"));
}

TEST(Carrier, AnnouncesPortsBeforeInterfacesAndOnlyChanges) {
  NetLab lab(R"(
    switch s1 s2
    link s1:eth1 s2:eth1
    link s1:eth2 s2:eth2
    lag s2:po1 eth1 eth2
    address s2:vlan1 10.0.0.1/24
    protocol s2 diary
  )",
             with_diaries());
  lab.os("s2").program(SetPortState{lab.logical("s2:po1").second, StpState::forwarding});
  lab.at(1s, [&] { lab.cut("s1:eth1"); });
  lab.at(2s, [&] { lab.cut("s1:eth2"); });
  lab.run_for(3s);
  EXPECT_EQ(diary(lab, "s2"), (Log{"0s interface vlan1 up", "1s port po1 up", "2s port po1 down",
                                   "2s interface vlan1 down"}));
}

TEST(Carrier, PortsThatGoDownForgetTheirMacs) {
  NetLab lab(R"(
    switch s1 s2
    link s1:eth1 s2:eth1
  )");
  const LogicalPort port = lab.logical("s1:eth1").second;
  lab.os("s1").program(LearnMac{{.vlan = 1, .mac = MacAddress{5}, .port = port}});
  EXPECT_EQ(lab.os("s1").chip().macs().size(), 1U);
  lab.cut("s1:eth1");
  EXPECT_EQ(lab.os("s1").chip().macs().size(), 0U);
}

TEST(Carrier, OneEndMayBeInTheDark) {
  NetLab lab("switch s1 s2\nlink s1:eth1 s2:eth1");
  const LinkIndex link = lab.network().node(lab.index("s1")).ports[0].link;
  const bool s1_is_a = lab.network().link(link).a.node == lab.index("s1");
  lab.network().set_link_dark(link, {s1_is_a, !s1_is_a});
  EXPECT_TRUE(lab.carrier("s1:eth1"));
  EXPECT_FALSE(lab.carrier("s2:eth1"));
  lab.network().set_link_dark(link, {false, false});
  EXPECT_TRUE(lab.carrier("s2:eth1"));
}

}  // namespace
}  // namespace switchfault
