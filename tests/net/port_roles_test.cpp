#include "net/port_roles.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/lab.h"

namespace switchfault {
namespace {

// "untagged 1", "untagged 0 tagged 10 20", "routed", "member".
std::string role(const NetLab& lab, const std::string& place) {
  const auto [node, port] = lab.logical(place);
  const LogicalPortInfo& info =
      lab.node(place.substr(0, place.find(':'))).logical_ports[static_cast<std::size_t>(port)];
  if (info.members().empty()) {
    return "member";
  }
  if (info.routed) {
    return "routed";
  }
  std::string text = "untagged " + std::to_string(info.untagged);
  if (!info.tagged().empty()) {
    text += " tagged";
    for (const VlanId vlan : info.tagged()) {
      text += " " + std::to_string(vlan);
    }
  }
  return text;
}

TEST(PortRoles, OfASwitchFollowItsConfiguration) {
  NetLab lab(R"(
    switch s1 x
    link s1:eth1 x:eth1
    access s1:eth2 10
    trunk s1:eth3 30,10,10
    trunk s1:eth4 all native=10
    trunk s1:eth5 10,20 native=20
    port_protocol s1:eth6 rstp edge=true
    address s1:eth7 10.0.7.1/24
    address s1:eth8.80 10.0.8.1/24
    address s1:vlan40 10.0.40.1/24
  )");
  EXPECT_EQ(role(lab, "s1:eth1"), "untagged 1");
  EXPECT_EQ(role(lab, "s1:eth2"), "untagged 10");
  EXPECT_EQ(role(lab, "s1:eth3"), "untagged 0 tagged 10 30");
  EXPECT_EQ(role(lab, "s1:eth4"), "untagged 10 tagged 1 20 30 40");
  EXPECT_EQ(role(lab, "s1:eth5"), "untagged 20 tagged 10");
  EXPECT_EQ(role(lab, "s1:eth6"), "untagged 1");
  EXPECT_EQ(role(lab, "s1:eth7"), "routed");
  EXPECT_EQ(role(lab, "s1:eth8"), "routed");
}

TEST(PortRoles, VlansThatTheConfigurationNamesAreKnown) {
  NetLab lab(R"(
    switch s1 x
    link s1:eth1 x:eth1
    access s1:eth2 10
    trunk s1:eth3 30,10 native=20
    address s1:vlan40 10.0.40.1/24
  )");
  EXPECT_EQ(known_vlans(lab.node("s1")), (std::vector<VlanId>{1, 10, 20, 30, 40}));
  EXPECT_EQ(known_vlans(lab.node("x")), (std::vector<VlanId>{1}));
}

TEST(PortRoles, ATrunkHasTheVlansOfTheRunningConfiguration) {
  NetPlan plan(R"(
    switch s1 s2
    host h1 10.0.10.1/24
    host h2 10.0.10.2/24
    link s1:eth1 h1:eth0
    link s2:eth1 h2:eth0
    link s1:eth9 s2:eth9
    access s1:eth1 10
    access s2:eth1 10
    trunk s1:eth9 10,20
    trunk s2:eth9 10,20
  )");
  plan.node("s2").boots[static_cast<std::size_t>(BootKind::cold)] = {10s, 10s, 10s};
  NetLab lab(plan, {});
  const auto reaches = [&] {
    ReadSet reads;
    return lab.network()
        .converse(lab.index("h1"),
                  {.source = IpAddress::parse("10.0.10.1").value(),
                   .destination = IpAddress::parse("10.0.10.2").value()},
                  reads)
        .delivered();
  };
  EXPECT_TRUE(reaches());
  lab.os("s2").configure("ports.eth9.trunk", "20");
  EXPECT_EQ(role(lab, "s2:eth9"), "untagged 0 tagged 20");
  EXPECT_FALSE(reaches());
  lab.os("s2").configure("ports.eth9.trunk", "20,x,10");
  EXPECT_EQ(role(lab, "s2:eth9"), "untagged 0 tagged 10 20");
  EXPECT_TRUE(reaches());
  lab.os("s2").configure("ports.eth9.trunk", "none");
  EXPECT_EQ(role(lab, "s2:eth9"), "untagged 0");
  lab.os("s2").boot(BootKind::cold, "test");  // It was not saved.
  lab.run_for(20s);
  EXPECT_EQ(role(lab, "s2:eth9"), "untagged 0 tagged 10 20");
  EXPECT_TRUE(reaches());
}

TEST(PortRoles, OfOtherKindsAreRoutedUnlessTheyHaveVlans) {
  NetLab lab(R"(
    router r1
    firewall f1
    segment m1
    host h1 10.0.0.1/24
    link r1:eth1 f1:eth1
    link r1:eth2 m1:eth1
    link m1:eth2 h1:eth0
    access f1:eth2 10
  )");
  EXPECT_EQ(role(lab, "r1:eth1"), "routed");
  EXPECT_EQ(role(lab, "f1:eth1"), "routed");
  EXPECT_EQ(role(lab, "f1:eth2"), "untagged 10");
  EXPECT_EQ(role(lab, "m1:eth1"), "untagged 1");
  EXPECT_EQ(role(lab, "h1:eth0"), "routed");
}

TEST(PortRoles, MembersBelongToTheirAggregate) {
  NetLab lab(R"(
    switch s1
    lag s1:po10 eth3 eth4
    lag s1:po2 eth2 eth1
    trunk s1:po2 10
  )");
  EXPECT_EQ(role(lab, "s1:eth1"), "member");
  EXPECT_EQ(role(lab, "s1:po2"), "untagged 0 tagged 10");
  EXPECT_EQ(role(lab, "s1:po10"), "untagged 1");
  const Node& s1 = lab.node("s1");
  EXPECT_EQ(s1.ports[0].logical, lab.logical("s1:po2").second);
  EXPECT_EQ(s1.name(LogicalPort{4}), "po2");  // Aggregates by name, members by number.
  EXPECT_EQ(s1.logical_ports[4].members()[0], PortIndex{0});
}

TEST(PortRoles, WithoutConfigurationASwitchIsAsFromTheFactory) {
  NetPlan plan(R"(
    switch s1 s2
    link s1:eth1 s2:eth1
    link s1:eth2 s2:eth2
    lag s1:po1 eth1 eth2
    lag s2:po1 eth1 eth2
    trunk s1:po1 10
    trunk s2:po1 10
    access s1:eth3 10
    address s1:vlan10 10.0.0.1/24
  )");
  plan.node("s1").boots[static_cast<std::size_t>(BootKind::cold)] = {60s, 60s, 60s};
  NetLab lab(plan, {});
  EXPECT_TRUE(lab.interface_up("s1:vlan10"));
  lab.os("s1").lose_startup_configuration();
  lab.os("s1").boot(BootKind::cold, "test");
  lab.run_for(2min);

  EXPECT_EQ(role(lab, "s1:eth1"), "untagged 1");
  EXPECT_EQ(role(lab, "s1:eth3"), "untagged 1");
  EXPECT_EQ(role(lab, "s1:po1"), "member");
  EXPECT_TRUE(lab.up("s1:eth1"));
  EXPECT_FALSE(lab.up("s1:po1"));
  EXPECT_FALSE(lab.interface_up("s1:vlan10"));
  EXPECT_EQ(lab.network().address_of(lab.index("s1"), false), std::nullopt);

  lab.os("s1").restore_configuration();
  lab.os("s1").boot(BootKind::cold, "test");
  lab.run_for(2min);
  EXPECT_EQ(role(lab, "s1:eth1"), "member");
  EXPECT_TRUE(lab.up("s1:po1"));
  EXPECT_TRUE(lab.interface_up("s1:vlan10"));
  EXPECT_EQ(lab.network().address_of(lab.index("s1"), false), IpAddress::parse("10.0.0.1"));
}

}  // namespace
}  // namespace switchfault
