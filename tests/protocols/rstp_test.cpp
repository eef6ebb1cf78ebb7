#include <algorithm>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "protocols/lab.h"
#include "protocols/random_bridges.h"
#include "protocols/story.h"

namespace switchfault {
namespace {

const std::string kTriangle = R"(
  switch s1 s2 s3
  link s1:eth1 s2:eth1
  link s2:eth2 s3:eth2
  link s1:eth2 s3:eth1
  protocol s1 rstp priority=4096
  protocol s2 rstp priority=8192
  protocol s3 rstp
)";

// c1 is the root, s1 and s2 a pair, a1 is attached to both.
const std::string kPair = R"(
  switch c1 s1 s2 a1
  link s1:eth8 s2:eth8
  link s1:eth9 s2:eth9
  lag s1:po9 eth8 eth9
  lag s2:po9 eth8 eth9
  pair s1 s2 po9
  link c1:eth1 s1:eth1
  link c1:eth2 s2:eth1
  link a1:eth1 s1:eth2
  link a1:eth2 s2:eth2
  lag a1:po1 eth1 eth2
  lag s1:po1 eth2 mlag=1
  lag s2:po1 eth2 mlag=1
  protocol c1 rstp priority=4096
  protocol s1 rstp priority=8192
  protocol s2 rstp priority=8192
  protocol a1 rstp
)";

// Trunks of two VLANs; s1 is the root of VLAN 10, s2 that of VLAN 20.
const std::string kTwoVlans = R"(
  switch s1 s2 s3
  link s1:eth1 s2:eth1
  link s2:eth2 s3:eth2
  link s1:eth2 s3:eth1
  trunk s1:eth1 10,20
  trunk s1:eth2 10,20
  trunk s2:eth1 10,20
  trunk s2:eth2 10,20
  trunk s3:eth1 10,20
  trunk s3:eth2 10,20
  protocol s1 rstp per_vlan=true
  vlan_protocol s1 rstp 10 priority=4096
  protocol s2 rstp per_vlan=true
  vlan_protocol s2 rstp 20 priority=4096
  protocol s3 rstp per_vlan=true
)";

// The instance of a VLAN; null: the node has none.
const Protocol* tree_of(ProtocolLab& lab, const std::string& node, int vlan) {
  for (const auto& protocol : lab.node(node).protocols) {
    if (protocol->table().instance == fmt::format("VLAN{:04}", vlan)) {
      return protocol.get();
    }
  }
  return nullptr;
}

// "eth1 Root FWD"; with what the type says of it: "eth1 Desg BKN* P2p *pvid_inconsistent".
Log vlan_ports(ProtocolLab& lab, const std::string& node, int vlan) {
  Log lines;
  for (const auto& row : tree_of(lab, node, vlan)->table().rows) {
    lines.push_back(row[0] + " " + row[1] + " " + row[2] + (row[5] == "P2p" ? "" : " " + row[5]));
  }
  return lines;
}

StpState chip_state(ProtocolLab& lab, const std::string& place, VlanId vlan) {
  const auto [node, port] = lab.logical(place);
  return lab.network().chip(node).port_state(port, vlan);
}

StpState chip_state(ProtocolLab& lab, const std::string& place) {
  const auto [node, port] = lab.logical(place);
  return lab.network().chip(node).port_state(port);
}

TEST(Rstp, ATriangleTakesTheBlockedPortIntoUseAndGivesItBack) {
  ProtocolLab lab(kTriangle);
  EXPECT_EQ(lab.column("s3", 0, "role"), (Log{"eth1 root", "eth2 alternate"}));
  lab.at(10s, [&] { lab.cut("s1:eth2"); });
  lab.at(20s, [&] { lab.mend("s1:eth2"); });
  lab.run_for(60s);
  EXPECT_EQ(lab.tree_log(),
            (Log{"10s s1:eth2 disabled", "10s s1:eth2 discarding", "10s s3:eth1 disabled",
                 "10s s3:eth1 discarding", "10s s3:eth2 root", "10s s3:eth2 forwarding",
                 "20s s1:eth2 designated", "20s s3:eth1 designated", "20s1us s3:eth1 root",
                 "20s1us s3:eth1 forwarding", "20s1us s3:eth2 alternate",
                 "20s1us s3:eth2 discarding", "20s2us s1:eth2 forwarding"}));
}

TEST(Rstp, EveryDecisionIsExplainedByWhatBrokeTheLink) {
  ProtocolLab lab(kTriangle);
  lab.at(10s, [&] { lab.cut("s1:eth2"); });
  lab.run_for(60s);
  EXPECT_EQ(lab.explained_log(),
            (Log{"10s s1:eth2 -- s3:eth1 link_state 0", "10s s1:eth2 port_carrier 0 <- 0",
                 "10s s3:eth1 port_carrier 0 <- 0", "10s s1:eth2 port_role 0 rstp <- 1",
                 "10s s1:eth2 port_state 0 <- 3", "10s s3:eth1 port_role 0 rstp <- 2",
                 "10s s3:eth1 port_state 0 <- 5", "10s s3:eth2 port_role 1 rstp <- 2",
                 "10s s3:eth2 port_state 2 <- 7"}));
}

// The cut is on the far side: s2 believes itself root until s3 tells it better.
TEST(Rstp, ARingOfFourTurnsRoundAfterACutOnTheFarSide) {
  ProtocolLab lab(R"(
    switch s1 s2 s3 s4
    link s1:eth1 s2:eth1
    link s2:eth2 s3:eth1
    link s3:eth2 s4:eth1
    link s4:eth2 s1:eth2
    protocol s1 rstp priority=4096
    protocol s2 rstp priority=8192
    protocol s3 rstp priority=12288
    protocol s4 rstp priority=16384
  )");
  EXPECT_EQ(lab.column("s3", 0, "role"), (Log{"eth1 root", "eth2 alternate"}));
  lab.at(10s, [&] { lab.cut("s1:eth1"); });
  lab.run_for(60s);
  EXPECT_EQ(lab.tree_log(),
            (Log{"10s s1:eth1 disabled", "10s s1:eth1 discarding", "10s s2 sees s2",
                 "10s s2:eth1 disabled", "10s s2:eth1 discarding", "10s1us s3:eth1 designated",
                 "10s1us s3:eth1 discarding", "10s1us s3:eth2 root", "10s1us s3:eth2 forwarding",
                 "10s2us s2 sees s1", "10s2us s2:eth2 root", "10s3us s3:eth1 forwarding"}));
}

TEST(Rstp, OfTwoParallelLinksThePortNumberOfTheDesignatedBridgeDecides) {
  const std::string plan = R"(
    switch s1 s2
    link s1:eth1 s2:eth2
    link s1:eth2 s2:eth1
    protocol s1 rstp priority=4096
    protocol s2 rstp
  )";
  ProtocolLab lab(plan);
  EXPECT_EQ(lab.column("s2", 0, "role"), (Log{"eth1 alternate", "eth2 root"}));
  ProtocolLab numbered(plan + "port_protocol s1:eth1 rstp number=7");
  EXPECT_EQ(numbered.column("s2", 0, "role"), (Log{"eth1 root", "eth2 alternate"}));
  ProtocolLab preferred(plan + "port_protocol s1:eth2 rstp priority=112");
  EXPECT_EQ(preferred.column("s2", 0, "role"), (Log{"eth1 root", "eth2 alternate"}));
  ProtocolLab costly(plan + "port_protocol s2:eth2 rstp cost=20001");
  EXPECT_EQ(costly.column("s2", 0, "role"), (Log{"eth1 root", "eth2 alternate"}));
}

TEST(Rstp, AnEdgePortForwardsAtOnceAndAnotherWaitsTwiceTheForwardDelay) {
  ProtocolLab lab(R"(
    switch s1
    host h1 10.0.0.1/24
    host h2 10.0.0.2/24
    link s1:eth1 h1:eth0
    link s1:eth2 h2:eth0
    protocol s1 rstp
    port_protocol s1:eth1 rstp edge=true
  )");
  for (const std::string host : {"h1", "h2"}) {
    lab.at(9s, [&lab, host] { lab.set_host_up(host, false); });
    lab.at(10s, [&lab, host] { lab.set_host_up(host, true); });
  }
  lab.run_for(60s);
  EXPECT_EQ(lab.tree_log(),
            (Log{"9s s1:eth1 disabled", "9s s1:eth1 discarding", "9s s1:eth2 disabled",
                 "9s s1:eth2 discarding", "10s s1:eth1 designated", "10s s1:eth1 forwarding",
                 "10s s1:eth2 designated", "25s s1:eth2 learning", "40s s1:eth2 forwarding"}));
}

TEST(Rstp, AnAggregateIsOnePortAndCostsByItsRate) {
  ProtocolLab lab(R"(
    switch s1 s2
    link s1:eth1 s2:eth1
    link s1:eth2 s2:eth2
    link s1:eth3 s2:eth3
    lag s1:po1 eth1 eth2
    lag s2:po1 eth1 eth2
    protocol s1 rstp priority=4096
    protocol s2 rstp
  )");
  EXPECT_EQ(lab.column("s2", 0, "role"), (Log{"eth3 alternate", "po1 root"}));
  EXPECT_EQ(lab.column("s2", 0, "cost"), (Log{"eth3 20000", "po1 10000"}));
  lab.at(10s, [&] { lab.cut("s1:eth1"); });
  lab.at(20s, [&] { lab.cut("s1:eth2"); });
  lab.run_for(60s);
  EXPECT_EQ(lab.tree_log(),
            (Log{"20s s1 po1 disabled", "20s s1 po1 discarding", "20s s2:eth3 root",
                 "20s s2:eth3 forwarding", "20s s2 po1 disabled", "20s s2 po1 discarding"}));
}

TEST(Rstp, TheRootRebootsAndTakesItsPlaceAgain) {
  NetPlan plan(kTriangle);
  plan.node("s1").boots.fill(PlaneTimes{.data = 30s, .control = 20s, .management = 30s});
  ProtocolLab lab(std::move(plan), lab_options());
  lab.at(10s, [&] { lab.os("s1").boot(BootKind::cold, "test"); });
  lab.run_for(35s);
  EXPECT_EQ(lab.tree_log(),
            (Log{"10s s2 sees s2", "10s s2:eth1 disabled", "10s s2:eth1 discarding",
                 "10s s3:eth1 disabled", "10s s3:eth1 discarding", "10s s3:eth2 root",
                 "10s s3:eth2 forwarding", "10s1us s3 sees s2", "30s s1:eth1 disabled",
                 "30s s1:eth1 discarding", "30s s1:eth2 disabled", "30s s1:eth2 discarding"}));
  EXPECT_EQ(chip_state(lab, "s1:eth1"), StpState::discarding);
  lab.run_for(10s);
  EXPECT_EQ(lab.column("s3", 0, "role"), (Log{"eth1 root", "eth2 alternate"}));
  EXPECT_EQ(lab.tree_log().back(), "40s2us s3:eth2 alternate");
}

// s2 does not answer the offer of s3: nobody agrees, and the loop is closed after two delays.
TEST(Rstp, AHungDesignatedBridgeIsForgottenAndTheLoopIsClosed) {
  ProtocolLab lab(kTriangle);
  lab.at(10s, [&] { lab.hang("s2", "spanning_tree"); });
  lab.run_for(100s);
  EXPECT_EQ(lab.explained_log(),
            (Log{"10s s2 spanning_tree process_state 3", "14.670623s s3:eth2 port_role 2 rstp <- 0",
                 "29.670623s s3:eth2 port_state 1 <- 1", "44.670623s s3:eth2 port_state 2 <- 2"}));
  EXPECT_EQ(chip_state(lab, "s2:eth2"), StpState::forwarding);
}

// The hung s2 still forwards: without the guard s3 would close the loop at 44 s.
TEST(Rstp, LoopGuardKeepsThePortTowardsAHungBridgeBlockedUntilItSpeaks) {
  ProtocolLab lab(std::string(kTriangle) + "port_protocol s3:eth2 rstp loop_guard=true");
  lab.at(10s, [&] { lab.hang("s2", "spanning_tree"); });
  lab.run_for(100s);
  EXPECT_EQ(lab.explained_log(), (Log{"10s s2 spanning_tree process_state 3",
                                      "14.670623s s3:eth2 port_role 3 loop_guard <- 0"}));
  EXPECT_EQ(lab.column("s3", 0, "state"), (Log{"eth1 forwarding", "eth2 discarding (loop_guard)"}));
  lab.resume("s2", "spanning_tree");
  lab.run_for(10s);
  EXPECT_EQ(lab.column("s3", 0, "state"), (Log{"eth1 forwarding", "eth2 discarding"}));
  lab.cut("s1:eth2");
  lab.run_for(10s);
  EXPECT_EQ(lab.column("s3", 0, "state"), (Log{"eth1 discarding", "eth2 forwarding"}));
}

// Somebody gives the switch of the wiring closet the best priority of all.
TEST(Rstp, RootGuardDiscardsWhereABetterRootIsHeard) {
  const std::string plan = R"(
    switch core1 core2 closet
    link core1:eth1 core2:eth1
    link core1:eth2 closet:eth1
    protocol core1 rstp priority=4096
    protocol core2 rstp priority=8192
    protocol closet rstp priority=0
  )";
  ProtocolLab open(plan);
  EXPECT_EQ(open.column("core2", 0, "root").front(),
            "eth1 " + open.column("closet", 0, "root").front().substr(5));
  ProtocolLab lab(plan + "port_protocol core1:eth2 rstp root_guard=true");
  EXPECT_EQ(lab.column("core1", 0, "role"), (Log{"eth1 designated", "eth2 alternate"}));
  EXPECT_EQ(lab.column("core1", 0, "state"),
            (Log{"eth1 forwarding", "eth2 discarding (root_guard)"}));
  EXPECT_EQ(lab.column("core2", 0, "root").front(),
            "eth1 " + lab.column("core1", 0, "root").front().substr(5));
  EXPECT_EQ(lab.column("core2", 0, "root path cost").front(), "eth1 20000");
}

TEST(Rstp, BpduGuardShutsAPortUntilItIsOpenedAgain) {
  ProtocolLab lab(R"(
    switch s1 rogue
    link s1:eth1 rogue:eth1
    protocol s1 rstp priority=4096
    protocol rogue rstp
    port_protocol s1:eth1 rstp edge=true bpdu_guard=true
  )");
  EXPECT_FALSE(lab.up("s1:eth1"));
  EXPECT_FALSE(lab.carrier("rogue:eth1"));
  lab.os("rogue").stop(lab.os("rogue").find_process("spanning_tree"));
  lab.at(10s, [&] { lab.os("s1").set_port_enabled(lab.port("s1:eth1").port, true); });
  lab.at(20s, [&] { lab.restart("rogue", "spanning_tree"); });
  lab.run_for(15s);
  EXPECT_EQ(lab.column("s1", 0, "state"), (Log{"eth1 forwarding"}));
  lab.run_for(45s);
  EXPECT_FALSE(lab.up("s1:eth1"));
  const Log log = lab.log({ObservationKind::port_role});
  EXPECT_EQ(std::ranges::count(log, "20s1us s1:eth1 port_role 0 bpdu_guard"), 1)
      << testing::PrintToString(log);
}

TEST(Rstp, StoppingTheBlockerDoesNothingAndStartingItAgainCutsOffWhatIsBehindIt) {
  ProtocolLab lab(kTriangle);
  lab.at(10s, [&] { lab.os("s3").stop(lab.os("s3").find_process("spanning_tree")); });
  lab.at(60s, [&] { lab.restart("s3", "spanning_tree"); });
  lab.run_for(59s);
  EXPECT_EQ(lab.tree_log(), Log{});
  lab.run_for(41s);
  EXPECT_EQ(lab.tree_log(),
            (Log{"1m s3 sees s3", "1m s3:eth1 designated", "1m s3:eth1 discarding",
                 "1m s3:eth2 designated", "1m670ms623us s3 sees s1", "1m670ms623us s3:eth2 root",
                 "1m670ms623us s3:eth2 forwarding", "1m670ms626us s3:eth1 root",
                 "1m670ms626us s3:eth1 forwarding", "1m670ms626us s3:eth2 alternate",
                 "1m670ms626us s3:eth2 discarding"}));
}

TEST(Rstp, WithoutTableProgrammerTheChipKeepsTheOldStates) {
  ProtocolLab lab(kTriangle);
  lab.at(5s, [&] { lab.os("s3").stop(lab.os("s3").find_process("table_programmer")); });
  lab.at(10s, [&] { lab.cut("s1:eth2"); });
  lab.at(20s, [&] { lab.restart("s3", "table_programmer"); });
  lab.run_for(15s);
  EXPECT_EQ(lab.column("s3", 0, "state"), (Log{"eth1 discarding", "eth2 forwarding"}));
  EXPECT_EQ(chip_state(lab, "s3:eth2"), StpState::discarding);
  lab.run_for(10s);
  EXPECT_EQ(chip_state(lab, "s3:eth2"), StpState::forwarding);
}

TEST(Rstp, ASilentRootLinkIsNoticedAfterTwoToThreeHellos) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    ProtocolLab lab(kTriangle, lab_options(seed));
    lab.at(10s, [&] { lab.set_loss("s1:eth2", 1); });
    lab.run_for(30s);
    const Log log = lab.log({ObservationKind::port_role});
    ASSERT_FALSE(log.empty()) << "seed " << seed;
    const SimTime noticed = lab.observations()[static_cast<ObservationId>(1)].at;
    EXPECT_GE(noticed, kTimeZero + 14s) << "seed " << seed;
    EXPECT_LE(noticed, kTimeZero + 16s + 1us) << "seed " << seed;
    EXPECT_EQ(log.front().substr(log.front().find(' ')), " s3:eth1 port_role 2 rstp");
  }
}

TEST(Rstp, AQuietTreeCostsNothing) {
  ProtocolLab lab(kTriangle);
  lab.run_for(10s);
  const std::uint64_t before = lab.simulator().executed();
  lab.run_for(1000h);
  EXPECT_EQ(lab.simulator().executed(), before);
  EXPECT_EQ(lab.log(), Log{});
}

// --- pairs ---------------------------------------------------------------------------------------

TEST(Rstp, APairIsOneBridge) {
  ProtocolLab lab(kPair);
  EXPECT_EQ(lab.column("s1", 0, "role"), (Log{"eth1 root", "po1 designated"}));
  EXPECT_EQ(lab.column("s2", 0, "role"), (Log{"eth1 alternate", "po1 designated"}));
  EXPECT_EQ(lab.column("s1", 0, "designated bridge")[1],
            lab.column("s2", 0, "designated bridge")[1]);
  EXPECT_EQ(chip_state(lab, "s1:po9"), StpState::forwarding);
  lab.at(10s, [&] { lab.cut("c1:eth1"); });
  lab.at(20s, [&] { lab.cut("a1:eth1"); });
  lab.run_for(60s);
  EXPECT_EQ(lab.tree_log(),
            (Log{"10s c1:eth1 disabled", "10s c1:eth1 discarding", "10s s1:eth1 disabled",
                 "10s s1:eth1 discarding", "10s s2:eth1 root", "10s s2:eth1 forwarding"}));
}

TEST(Rstp, TheSecondaryGoesOnWhereThePrimaryStopped) {
  ProtocolLab lab(kPair);
  lab.at(10s, [&] { lab.os("s1").hang_host("test"); });
  lab.run_for(60s);
  EXPECT_EQ(lab.tree_log(), (Log{"10s s2:eth1 root", "10s s2:eth1 forwarding"}));
}

TEST(Rstp, APairWithoutPeerLinkIsTwoBridges) {
  ProtocolLab lab(kPair);
  lab.at(10s, [&] {
    lab.cut("s1:eth8");
    lab.cut("s1:eth9");
  });
  lab.run_for(60s);
  EXPECT_EQ(lab.tree_log(), (Log{"10s s2:eth1 root", "10s s2:eth1 forwarding",
                                 "10s s2 po1 disabled", "10s s2 po1 discarding"}));
}

// --- properties ----------------------------------------------------------------------------------

// A tree of so many switches and some links more; connect(a, b).
template <typename Connect>
void connect_at_random(Dice& dice, std::size_t switches, const Connect& connect) {
  for (std::size_t i = 1; i < switches; ++i) {
    connect(dice.below(i), i);
  }
  for (std::size_t i = dice.below(switches + 2); i > 0; --i) {
    const std::size_t a = dice.below(switches), b = dice.below(switches);
    if (a != b) {
      connect(a, b);
    }
  }
}

// Random switches with hosts; more links than a tree needs.
Story random_story(std::uint64_t seed) {
  Dice dice(seed);
  NetPlan plan;
  Story::Cast cast{.process = "spanning_tree", .nodes = {}, .places = {}, .hosts = {}};
  const std::size_t switches = 2 + dice.below(4);
  for (std::size_t i = 1; i <= switches; ++i) {
    const std::string name = "s" + std::to_string(i);
    plan.add("switch " + name);
    plan.add("protocol " + name + " rstp priority=" + std::to_string(4096 * dice.below(8)) +
             (dice.one_in(3) ? " hello=1s" : "") +
             (dice.one_in(3) ? " forward_delay=4s max_age=6s" : "") +
             (dice.one_in(3) ? " wait=hello" : "") + (dice.one_in(3) ? " auto_edge=true" : ""));
    cast.nodes.push_back(name);
  }
  std::vector<std::size_t> ports(switches);
  const auto new_port = [&](std::size_t i) {
    return cast.nodes[i] + ":eth" + std::to_string(++ports[i]);
  };
  const auto connect = [&](std::size_t a, std::size_t b) {
    static const char* const kDelays[] = {"", " 3us", " 5ms", " 700ms"};
    cast.places.push_back(new_port(a));
    cast.places.push_back(new_port(b));
    plan.add("link " + cast.places[cast.places.size() - 2] + " " + cast.places.back() +
             kDelays[dice.below(4)]);
  };
  connect_at_random(dice, switches, connect);
  for (std::size_t i = 0; i < switches; ++i) {
    cast.hosts.push_back("h" + std::to_string(i + 1));
    const std::string port = new_port(i);
    plan.add("host " + cast.hosts.back() + " 10.0.0." + std::to_string(i + 1) + "/24");
    plan.add("link " + port + " " + cast.hosts.back() + ":eth0");
    plan.add("port_protocol " + port + " rstp edge=" + (dice.one_in(2) ? "true" : "false"));
  }
  return Story(dice, plan, cast);
}

Story pair_story(std::uint64_t seed) {
  return Story(Dice(seed), NetPlan(kPair + "host h1 10.0.0.1/24\nlink a1:eth3 h1:eth0"),
               {.process = "spanning_tree",
                .nodes = {"c1", "s1", "s2", "a1"},
                .places = {"s1:eth8", "s1:eth9", "c1:eth1", "c1:eth2", "s1:eth1", "s2:eth1",
                           "a1:eth1", "a1:eth2", "s1:eth2", "s2:eth2"},
                .hosts = {"h1"}});
}

// Property: whatever has happened, when all is well again the ports that forward at both ends of
// their links make a tree over all switches.
TEST(Rstp, AMendedNetworkForwardsOnATree) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const auto lab = random_story(seed).healed();
    const Network& network = lab->network();
    std::vector<std::size_t> group(network.node_count());
    std::iota(group.begin(), group.end(), std::size_t{0});
    std::size_t switches = 0, joined = 0;
    for (std::size_t i = 0; i < network.node_count(); ++i) {
      switches += network.node(static_cast<NodeIndex>(i)).os != nullptr ? 1U : 0U;
    }
    for (std::size_t i = 0; i < network.link_count(); ++i) {
      const Link& link = network.link(static_cast<LinkIndex>(i));
      const auto forwards = [&](PortRef end) {
        return network.node(end.node).os != nullptr &&
               network.chip(end.node).port_state(static_cast<LogicalPort>(end.port)) ==
                   StpState::forwarding;
      };
      if (!forwards(link.a) || !forwards(link.b)) {
        continue;
      }
      const std::size_t a = group[static_cast<std::size_t>(link.a.node)];
      const std::size_t b = group[static_cast<std::size_t>(link.b.node)];
      EXPECT_NE(a, b) << "a loop, seed " << seed;
      std::ranges::replace(group, a, b);
      ++joined;
    }
    EXPECT_EQ(joined + 1, switches) << "seed " << seed;
  }
}

TEST(Rstp, SkippingQuietHellosIsInvisible) {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    Story story = random_story(seed);
    ASSERT_EQ(first_difference(story.tell(true), story.tell(false)), "") << "seed " << seed;
  }
}

TEST(Rstp, SkippingQuietHellosIsInvisibleInAPair) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Story story = pair_story(seed);
    ASSERT_EQ(first_difference(story.tell(true), story.tell(false)), "") << "seed " << seed;
  }
}

// --- one of several VLANs ------------------------------------------------------------------------

TEST(Rstp, VlansWithOtherRootsUseOtherLinks) {
  ProtocolLab lab(kTwoVlans);
  EXPECT_EQ(vlan_ports(lab, "s3", 10), (Log{"eth1 Root FWD", "eth2 Altn BLK"}));
  EXPECT_EQ(vlan_ports(lab, "s3", 20), (Log{"eth1 Altn BLK", "eth2 Root FWD"}));
  EXPECT_EQ(chip_state(lab, "s3:eth1"), StpState::by_vlan);
  EXPECT_EQ(chip_state(lab, "s3:eth1", 10), StpState::forwarding);
  EXPECT_EQ(chip_state(lab, "s3:eth1", 20), StpState::discarding);
  EXPECT_TRUE(vlan_ports(lab, "s3", 1).empty());
  const ProtocolTable table = tree_of(lab, "s3", 20)->table();
  ASSERT_EQ(table.facts.size(), 3U);
  EXPECT_EQ(table.facts[0].second.substr(0, 14), "priority 4116,");  // With the VLAN: 9.2.5.
  EXPECT_TRUE(table.facts[0].second.ends_with("cost 20000, port eth2")) << table.facts[0].second;
  EXPECT_TRUE(table.facts[1].second.ends_with("(priority 32768 sys-id-ext 20)"));
  EXPECT_EQ(table.rows[1],
            (std::vector<std::string>{"eth2", "Root", "FWD", "20000", "128.2", "P2p"}));
}

// VLAN 20 only loses links that it did not use.
TEST(Rstp, ACutDisturbsTheVlansThatUsedTheLink) {
  ProtocolLab lab(kTwoVlans);
  lab.at(10s, [&] { lab.cut("s1:eth2"); });
  lab.run_for(60s);
  Log of_20;
  bool moved_10 = false;
  for (const std::string& line : lab.log({ObservationKind::port_state})) {
    if (line.ends_with(" vlan 20")) {
      of_20.push_back(line);
    } else {
      moved_10 = moved_10 || line.find("s3:eth2 port_state 2 vlan 10") != line.npos;
    }
  }
  EXPECT_EQ(of_20, (Log{"10s s1:eth2 port_state 0 vlan 20"}));
  EXPECT_TRUE(moved_10);
  EXPECT_EQ(vlan_ports(lab, "s3", 10), (Log{"eth1 Disb BLK", "eth2 Root FWD"}));
}

TEST(Rstp, AChangeFlushesTheAddressesOfItsVlan) {
  ProtocolLab lab(kTwoVlans);
  const auto [node, port] = lab.logical("s2:eth1");
  for (const VlanId vlan : {VlanId{10}, VlanId{20}}) {
    lab.os("s2").program(
        LearnMac{{.vlan = vlan, .mac = {7}, .port = port, .last_seen = lab.simulator().now()}});
  }
  lab.at(10s, [&] { lab.cut("s1:eth2"); });
  lab.run_for(20s);
  const auto& macs = lab.network().chip(node).macs();
  ASSERT_EQ(macs.size(), 1U);
  EXPECT_EQ(macs[0].vlan, 20);
}

TEST(Rstp, OneProcessRunsTheTreesOfAllVlans) {
  ProtocolLab lab(kTwoVlans);
  lab.hang("s1", "spanning_tree");
  lab.run_for(60s);  // Both take s1, which still forwards, for gone.
  EXPECT_EQ(vlan_ports(lab, "s3", 10), (Log{"eth1 Desg FWD", "eth2 Root FWD"}));
  lab.resume("s1", "spanning_tree");
  lab.run_for(60s);
  EXPECT_EQ(vlan_ports(lab, "s3", 10), (Log{"eth1 Root FWD", "eth2 Altn BLK"}));
  lab.crash("s3", "spanning_tree");
  EXPECT_EQ(vlan_ports(lab, "s3", 10), (Log{"eth1 ? FWD", "eth2 ? BLK"}));
  lab.run_for(60s);
  EXPECT_EQ(vlan_ports(lab, "s3", 20), (Log{"eth1 Altn BLK", "eth2 Root FWD"}));
}

// s2 has one tree for all: it takes part in that of VLAN 1, tagged or not.
TEST(Rstp, ANeighbourWithOneTreeHearsThatOfVlan1) {
  for (const std::string native : {"1", "10"}) {
    ProtocolLab lab(R"(
      switch s1 s2
      link s1:eth1 s2:eth1
      link s1:eth2 s2:eth2
      trunk s1:eth1 1,10 native=)" +
                    native + R"(
      trunk s1:eth2 1,10 native=)" +
                    native + R"(
      protocol s1 rstp per_vlan=true
      vlan_protocol s1 rstp 1 priority=4096
      protocol s2 rstp
    )");
    EXPECT_EQ(lab.column("s2", 0, "role"), (Log{"eth1 root", "eth2 alternate"}));
    EXPECT_EQ(lab.column("s2", 0, "root").front().substr(0, 10), "eth1 4097/");
    EXPECT_EQ(vlan_ports(lab, "s1", 1), (Log{"eth1 Desg FWD", "eth2 Desg FWD"}));
    EXPECT_EQ(vlan_ports(lab, "s1", 10), (Log{"eth1 Desg FWD", "eth2 Desg FWD"}));
  }
}

TEST(Rstp, AccessPortsSpeakAsTheStandardDoes) {
  ProtocolLab lab(R"(
    switch s1 s2
    link s1:eth1 s2:eth1
    link s1:eth2 s2:eth2
    access s1:eth1 10
    access s1:eth2 10
    access s2:eth1 20
    access s2:eth2 20
    protocol s1 rstp per_vlan=true
    protocol s2 rstp per_vlan=true
  )");
  EXPECT_EQ(vlan_ports(lab, "s1", 10), (Log{"eth1 Desg FWD", "eth2 Desg FWD"}));
  EXPECT_EQ(vlan_ports(lab, "s2", 20), (Log{"eth1 Root FWD", "eth2 Altn BLK"}));
}

// What s1 says of VLAN 10 comes in by VLAN 20 of s2.
TEST(Rstp, ABpduByAnotherVlanBlocksThePortInBoth) {
  ProtocolLab lab(R"(
    switch s1 s2
    link s1:eth1 s2:eth1
    trunk s1:eth1 10,20,30 native=10
    trunk s2:eth1 10,20,30 native=20
    protocol s1 rstp per_vlan=true
    protocol s2 rstp per_vlan=true
  )");
  EXPECT_EQ(vlan_ports(lab, "s2", 10), (Log{"eth1 Desg BKN* P2p *pvid_inconsistent"}));
  EXPECT_EQ(vlan_ports(lab, "s2", 20), (Log{"eth1 Desg BKN* P2p *pvid_inconsistent"}));
  EXPECT_EQ(vlan_ports(lab, "s2", 30), (Log{"eth1 Root FWD"}));
  EXPECT_EQ(chip_state(lab, "s2:eth1", 10), StpState::discarding);
  EXPECT_EQ(chip_state(lab, "s2:eth1", 30), StpState::forwarding);
  lab.at(10s, [&] { lab.hang("s1", "spanning_tree"); });
  lab.run_for(60s);  // None comes any more.
  EXPECT_EQ(vlan_ports(lab, "s2", 20), (Log{"eth1 Desg FWD"}));
  EXPECT_EQ(std::ranges::count_if(lab.log({ObservationKind::port_state}),
                                  [](const std::string& line) {
                                    return line.find("s2:eth1 port_state 2 vlan 20") != line.npos;
                                  }),
            1);
}

TEST(Rstp, ATrunkThatMeetsAnAccessPortBlocksIt) {
  ProtocolLab lab(R"(
    switch s1 s2
    link s1:eth1 s2:eth1
    trunk s1:eth1 10,20 native=10
    access s2:eth1 10
    protocol s1 rstp per_vlan=true
    protocol s2 rstp per_vlan=true
  )");
  EXPECT_EQ(vlan_ports(lab, "s2", 10), (Log{"eth1 Desg BKN* P2p *type_inconsistent"}));
}

TEST(Rstp, ATrunkMayCarryOtherVlansLater) {
  ProtocolLab lab(kTwoVlans);
  lab.os("s3").configure("ports.eth1.trunk", "20");
  lab.run_for(60s);
  EXPECT_EQ(vlan_ports(lab, "s3", 10), (Log{"eth2 Root FWD"}));
  EXPECT_EQ(chip_state(lab, "s3:eth1", 10), StpState::discarding);
  lab.os("s3").configure("ports.eth1.trunk", "10,20");
  lab.run_for(60s);
  EXPECT_EQ(vlan_ports(lab, "s3", 10), (Log{"eth1 Root FWD", "eth2 Altn BLK"}));
}

// Switches joined at random by trunks and access ports, some of which do not fit, some with one
// tree for all.
Story vlan_story(std::uint64_t seed) {
  Dice dice(seed);
  NetPlan plan;
  Story::Cast cast{.process = "spanning_tree", .nodes = {}, .places = {}, .hosts = {}};
  const std::size_t switches = 2 + dice.below(3);
  for (std::size_t i = 1; i <= switches; ++i) {
    const std::string name = "s" + std::to_string(i);
    const bool per_vlan = !dice.one_in(5);
    plan.add("switch " + name);
    plan.add("protocol " + name + " rstp priority=" + std::to_string(4096 * dice.below(8)) +
             (dice.one_in(3) ? " hello=1s" : "") + (per_vlan ? " per_vlan=true" : "") +
             (dice.one_in(3) ? " wait=hello" : "") + (dice.one_in(3) ? " auto_edge=true" : ""));
    if (per_vlan) {
      plan.add("vlan_protocol " + name +
               " rstp 20 priority=" + std::to_string(4096 * dice.below(8)));
    }
    cast.nodes.push_back(name);
  }
  std::vector<std::size_t> ports(switches);
  const auto new_port = [&](std::size_t i) {
    return cast.nodes[i] + ":eth" + std::to_string(++ports[i]);
  };
  const auto connect = [&](std::size_t a, std::size_t b) {
    static const char* const kDelays[] = {"", " 3us", " 5ms", " 700ms"};
    static const char* const kNatives[] = {"", " native=1", " native=20"};
    const std::string native = kNatives[dice.below(3)];
    const bool trunk = !dice.one_in(4);
    for (const std::size_t end : {a, b}) {
      const std::string place = new_port(end);
      cast.places.push_back(place);
      const bool fits = !dice.one_in(8);
      if (trunk && fits) {
        plan.add("trunk " + place + " 1,10,20" + native);
      } else if (trunk) {
        plan.add("trunk " + place + " 10,20" + kNatives[dice.below(3)]);
      } else {
        plan.add("access " + place + (fits ? " 10" : " 20"));
      }
    }
    plan.add("link " + cast.places[cast.places.size() - 2] + " " + cast.places.back() +
             kDelays[dice.below(4)]);
  };
  connect_at_random(dice, switches, connect);
  for (std::size_t i = 0; i < switches; ++i) {
    cast.hosts.push_back("h" + std::to_string(i + 1));
    const std::string port = new_port(i);
    plan.add("host " + cast.hosts.back() + " 10.0.0." + std::to_string(i + 1) + "/24");
    plan.add("link " + port + " " + cast.hosts.back() + ":eth0");
    plan.add("access " + port + (dice.one_in(2) ? " 10" : " 20"));
    plan.add("port_protocol " + port + " rstp edge=" + (dice.one_in(2) ? "true" : "false"));
  }
  return Story(dice, plan, cast);
}

TEST(Rstp, SkippingQuietHellosIsInvisibleByVlan) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Story story = vlan_story(seed);
    ASSERT_EQ(first_difference(story.tell(true), story.tell(false)), "") << "seed " << seed;
  }
}

// Trunks at random, each with some of three VLANs; priorities that differ by VLAN.
struct RandomVlans {
  static constexpr int kVlans[] = {10, 20, 30};
  RandomBridges bridges = RandomBridges::any("rstp");
  std::vector<std::vector<int>> carried;     // By cable.
  std::vector<std::vector<int>> priorities;  // By VLAN and bridge.

  RandomVlans() {
    for (std::size_t i = 0; i < bridges.cables.size(); ++i) {
      const auto bits = *rc::gen::inRange(1, 8);
      std::vector<int>& vlans = carried.emplace_back();
      for (std::size_t bit = 0; bit < std::size(kVlans); ++bit) {
        if ((bits >> bit & 1) != 0) {
          vlans.push_back(kVlans[bit]);
        }
      }
    }
    for (std::size_t i = 0; i < std::size(kVlans); ++i) {
      std::vector<int> shuffled = bridges.priorities;
      const auto turn = *rc::gen::inRange<std::size_t>(0, shuffled.size());
      std::rotate(shuffled.begin(), shuffled.begin() + static_cast<std::ptrdiff_t>(turn),
                  shuffled.end());
      priorities.push_back(shuffled);
    }
  }
  [[nodiscard]] std::string plan() const {
    std::string text = "switch";
    for (std::size_t i = 0; i < bridges.priorities.size(); ++i) {
      text += " " + RandomBridges::name(i);
    }
    text += "\n";
    for (std::size_t i = 0; i < bridges.cables.size(); ++i) {
      const RandomBridges::Cable& cable = bridges.cables[i];
      text += "link " + cable.a_place + " " + cable.b_place + "\n";
      for (const std::string& place : {cable.a_place, cable.b_place}) {
        text += "trunk " + place + fmt::format(" {}\n", fmt::join(carried[i], ","));
      }
    }
    for (std::size_t i = 0; i < bridges.priorities.size(); ++i) {
      const std::string name = RandomBridges::name(i);
      text += "protocol " + name + " rstp per_vlan=true\n";
      for (std::size_t v = 0; v < std::size(kVlans); ++v) {
        text += fmt::format("vlan_protocol {} rstp {} priority={}\n", name, kVlans[v],
                            priorities[v][i]);
      }
    }
    return text;
  }
  void check(ProtocolLab& lab, bool failed) const {
    for (std::size_t v = 0; v < std::size(kVlans); ++v) {
      check_tree(lab, kVlans[v], priorities[v], failed);
    }
  }
  // In each component of the VLAN one spanning tree, with the lowest bridge as its only root.
  void check_tree(ProtocolLab& lab, int vlan, const std::vector<int>& priority, bool failed) const {
    const std::size_t count = priority.size();
    Components cabled(count);
    Components forwarding(count);
    const auto forwards = [&](const std::string& place) {
      return chip_state(lab, place, static_cast<VlanId>(vlan)) == StpState::forwarding;
    };
    for (std::size_t i = 0; i < bridges.cables.size(); ++i) {
      const RandomBridges::Cable& cable = bridges.cables[i];
      if ((failed && cable.fails) || std::ranges::find(carried[i], vlan) == carried[i].end()) {
        continue;
      }
      cabled.join(cable.a, cable.b);
      if (forwards(cable.a_place) && forwards(cable.b_place)) {
        RC_ASSERT(forwarding.join(cable.a, cable.b));
      }
    }
    for (std::size_t a = 0; a < count; ++a) {
      bool lowest = true;
      for (std::size_t b = 0; b < count; ++b) {
        RC_ASSERT((cabled.of(a) == cabled.of(b)) == (forwarding.of(a) == forwarding.of(b)));
        lowest = lowest && (cabled.of(a) != cabled.of(b) || priority[a] <= priority[b]);
      }
      if (const Protocol* tree = tree_of(lab, RandomBridges::name(a), vlan)) {
        const ProtocolTable table = tree->table();
        RC_ASSERT(lowest == table.facts[0].second.ends_with("this bridge is the root"));
      }
    }
  }
};

RC_GTEST_PROP(Rstp, EachVlanHasATreeOfItsOwnAlsoAfterFailures, ()) {
  const RandomVlans vlans;
  ProtocolLab lab(vlans.plan());
  lab.run_for(60s);
  vlans.check(lab, false);
  for (const bool fails : {true, false}) {
    for (const RandomBridges::Cable& cable : vlans.bridges.cables) {
      if (cable.fails) {
        fails ? lab.cut(cable.a_place) : lab.mend(cable.a_place);
      }
    }
    lab.run_for(120s);
    vlans.check(lab, fails);
  }
}

RC_GTEST_PROP(Rstp, OneTreeAComponentThatReturnsWhenAllCablesAreBack, ()) {
  RandomBridges::any("rstp").check_story(120s);
}

}  // namespace
}  // namespace switchfault
