#include "net/network.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/lab.h"

namespace switchfault {
namespace {

TEST(Network, NamesEverythingItNumbers) {
  NetLab lab(R"(
    switch s1 s2
    link s1:eth10 s2:eth1
    link s1:eth9 s2:eth2
    lag s1:po1 eth9 eth10
    address s1:vlan10 10.0.0.1/24
  )");
  const Network& network = lab.network();
  EXPECT_EQ(network.name(lab.node("s1").entity), "s1");
  EXPECT_EQ(network.name(lab.node("s1").entity_of(PortIndex{1})), "s1:eth10");
  EXPECT_EQ(network.name(lab.node("s1").logical_ports[2].entity()), "s1 po1");
  EXPECT_EQ(network.name(lab.node("s1").interfaces[0].entity()), "s1 vlan10");
  EXPECT_EQ(network.name(lab.node("s2").entity_of(PortIndex{0})), "s2:eth1");
  EXPECT_EQ(network.name(entity_of(lab.link("s2:eth1"))), "s1:eth10 -- s2:eth1");
}

TEST(Network, FindsPartsByNameAndTheOtherEndOfALink) {
  NetLab lab(R"(
    switch s1 s2
    link s2:eth4 s1:eth3
  )");
  EXPECT_EQ(lab.network().find_node("s3"), NodeIndex::none);
  EXPECT_EQ(lab.network().find_logical_port(lab.index("s1"), "eth4"), LogicalPort::none);
  EXPECT_EQ(lab.network().find_interface(lab.index("s1"), "vlan1"), InterfaceIndex::none);
  EXPECT_EQ(lab.network().neighbor(lab.port("s1:eth3")), lab.port("s2:eth4"));
}

TEST(Network, TheAddressOfANodeIsItsFirstGlobalOne) {
  NetLab lab(R"(
    router r1
    address r1:eth0 10.9.0.1/24 vrf=management
    address r1:eth1 169.254.0.1/16 fe80::1/64
    address r1:eth10 10.0.2.1/24 2001:db8:2::1/64
    address r1:eth2 10.0.1.1/24
  )");
  EXPECT_EQ(lab.network().address_of(lab.index("r1"), false), IpAddress::parse("10.0.1.1"));
  EXPECT_EQ(lab.network().address_of(lab.index("r1"), true), IpAddress::parse("2001:db8:2::1"));
}

TEST(Network, ACutLinkIsObservedOnceAndExplainsTheCarrierOfBothEnds) {
  NetLab lab(R"(
    switch s1 s2
    link s1:eth1 s2:eth1
  )");
  lab.at(10s, [&] {
    lab.cut("s1:eth1");
    lab.cut("s2:eth1");
  });
  lab.at(20s, [&] { lab.mend("s1:eth1"); });
  lab.run_for(30s);
  EXPECT_EQ(lab.explained_log(), (Log{"10s s1:eth1 -- s2:eth1 link_state 0",  //
                                      "10s s1:eth1 port_carrier 0 <- 0",      //
                                      "10s s2:eth1 port_carrier 0 <- 0",      //
                                      "20s s1:eth1 -- s2:eth1 link_state 1",  //
                                      "20s s1:eth1 port_carrier 1 <- 3",      //
                                      "20s s2:eth1 port_carrier 1 <- 3"}));
}

TEST(Network, LossIsObservedAtTheReceiverInPartsPerBillion) {
  NetLab lab(R"(
    switch s1 s2
    link s1:eth1 s2:eth1
  )");
  lab.at(1s, [&] { lab.set_loss("s2:eth1", 0.25); });
  lab.at(2s, [&] { lab.set_loss("s2:eth1", 0); });
  lab.run_for(3s);
  EXPECT_EQ(lab.log(), (Log{"1s s1:eth1 port_loss 250000000", "2s s1:eth1 port_loss 0"}));
}

TEST(Network, AHostThatIsOffTakesTheCarrierOfItsSwitchPort) {
  NetLab lab(R"(
    switch s1
    host h1 10.0.0.1/24
    link s1:eth1 h1:eth0
  )");
  EXPECT_TRUE(lab.carrier("s1:eth1"));
  lab.at(5s, [&] { lab.set_host_up("h1", false); });
  lab.at(6s, [&] { lab.set_host_up("h1", true); });
  lab.run_for(10s);
  EXPECT_EQ(lab.explained_log(), (Log{"5s h1 host_state 0", "5s s1:eth1 port_carrier 0 <- 0",  //
                                      "6s h1 host_state 2", "6s s1:eth1 port_carrier 1 <- 2"}));
}

TEST(Network, SpeedIsTheSumOfTheMembersThatAreUp) {
  NetLab lab(R"(
    switch s1 s2
    link s1:eth1 s2:eth1 10Gbps
    link s1:eth2 s2:eth2 10Gbps
    lag s1:po1 eth1 eth2
    lag s2:po1 eth1 eth2
  )");
  const auto [node, port] = lab.logical("s1:po1");
  EXPECT_EQ(lab.network().speed(node, port).bits_per_second, 20'000'000'000);
  lab.cut("s2:eth2");
  EXPECT_EQ(lab.network().speed(node, port).bits_per_second, 10'000'000'000);
}

}  // namespace
}  // namespace switchfault
