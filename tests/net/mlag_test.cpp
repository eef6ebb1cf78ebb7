#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/lab.h"

namespace switchfault {
namespace {

// A server with two legs, one on each leaf; po9 is the peer link, po1 the pair's aggregate.
const char* const kPair = R"(
  switch leaf1 leaf2
  host server 10.0.0.10/24
  link leaf1:eth9 leaf2:eth9
  link leaf1:eth1 server:eth1
  link leaf2:eth1 server:eth2
  lag server:bond0 eth1 eth2
  lag leaf1:po1 eth1 mlag=1
  lag leaf2:po1 eth1 mlag=1
  lag leaf1:po9 eth9
  lag leaf2:po9 eth9
)";

NetPlan pair(const std::string& outcome = "") {
  NetPlan plan(kPair);
  plan.add("pair leaf1 leaf2 po9 " + outcome);
  for (NodeConfig& node : plan.topology.nodes) {
    node.boots[static_cast<std::size_t>(BootKind::cold)] = {60s, 50s, 60s};
  }
  return plan;
}

// The name of the port a MAC is learned on, or "-".
std::string learned_on(const NetLab& lab, const std::string& node, MacAddress mac) {
  SimTime expires = kNever;
  const MacEntry* entry =
      lab.network().chip(lab.index(node)).find_mac(1, mac, lab.simulator().now(), expires);
  return entry == nullptr ? "-" : std::string(lab.node(node).name(entry->port));
}

constexpr MacAddress kServer{0x42};

void learn(NetLab& lab, const std::string& place) {
  lab.os(place.substr(0, place.find(':')))
      .program(LearnMac{{.vlan = 1,
                         .mac = kServer,
                         .port = lab.logical(place).second,
                         .last_seen = lab.simulator().now()}});
}

TEST(Mlag, TheSecondaryShutsItsLegsWhenThePeerLinkIsLost) {
  NetLab lab(pair(), {});
  EXPECT_TRUE(lab.up("leaf2:po1"));
  lab.at(10s, [&] { lab.cut("leaf1:eth9"); });
  lab.at(20s, [&] { lab.mend("leaf1:eth9"); });
  lab.run_for(30s);
  EXPECT_EQ(lab.explained_log(),
            (Log{"10s leaf1:eth9 -- leaf2:eth9 link_state 0",         // 0
                 "10s leaf1:eth9 port_carrier 0 <- 0",                // 1
                 "10s leaf2:eth9 port_carrier 0 <- 0",                // 2
                 "10s leaf1 mlag_state 0 secondary_ports_shut <- 1",  // 3
                 "10s leaf2 mlag_state 0 secondary_ports_shut <- 1",  // 4
                 "10s leaf2:eth1 port_carrier 0 <- 4",                // 5
                 "20s leaf1:eth9 -- leaf2:eth9 link_state 1",         // 6
                 "20s leaf1:eth9 port_carrier 1 <- 6",                // 7
                 "20s leaf2:eth9 port_carrier 1 <- 6",                // 8
                 "20s leaf1 mlag_state 1 <- 7",                       // 9
                 "20s leaf2 mlag_state 1 <- 7",                       // 10
                 "20s leaf2:eth1 port_carrier 1 <- 10"}));
  EXPECT_TRUE(lab.up("leaf1:po1"));
}

TEST(Mlag, BothGoOnWhenSplitBrainIsDeclared) {
  NetLab lab(pair("split_brain"), {});
  lab.cut("leaf1:eth9");
  EXPECT_EQ(lab.log({ObservationKind::mlag_state}),
            (Log{"0s leaf1 mlag_state 0 split_brain", "0s leaf2 mlag_state 0 split_brain"}));
  EXPECT_TRUE(lab.up("leaf1:po1"));
  EXPECT_TRUE(lab.up("leaf2:po1"));
}

TEST(Mlag, TheSecondaryCarriesOnWhenThePrimaryIsGone) {
  NetLab lab(pair(), {});
  lab.os("leaf1").boot(BootKind::cold, "reload");
  EXPECT_TRUE(lab.up("leaf2:po1"));
  EXPECT_EQ(lab.log({ObservationKind::mlag_state}),
            (Log{"0s leaf1 mlag_state 0 peer_gone", "0s leaf2 mlag_state 0 peer_gone"}));
  lab.run_for(90s);
  EXPECT_TRUE(lab.up("leaf1:po1"));
  EXPECT_TRUE(lab.up("leaf2:po1"));
}

TEST(Mlag, AHungSecondaryShutsNothing) {
  NetLab lab(pair(), {});
  lab.os("leaf2").hang_host("test");
  lab.cut("leaf1:eth9");
  EXPECT_TRUE(lab.up("leaf2:po1"));
}

TEST(Mlag, MacsFollowTheLegThatIsUp) {
  NetLab lab(pair(), {});
  learn(lab, "leaf1:po1");
  learn(lab, "leaf2:po1");
  lab.cut("leaf2:eth1");
  EXPECT_EQ(learned_on(lab, "leaf2", kServer), "po9");
  EXPECT_EQ(learned_on(lab, "leaf1", kServer), "po1");
  lab.mend("leaf2:eth1");
  EXPECT_EQ(learned_on(lab, "leaf2", kServer), "po1");
  lab.cut("leaf1:eth9");
  EXPECT_EQ(learned_on(lab, "leaf2", kServer), "-");  // Its legs are shut.
}

}  // namespace
}  // namespace switchfault
