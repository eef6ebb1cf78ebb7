#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/lab.h"
#include "protocols/story.h"

namespace switchfault {
namespace {

// Two switches joined by an aggregate of two links, a host behind each.
NetPlan bundle(const std::string& a = "rate=fast", const std::string& b = "rate=fast") {
  NetPlan plan(R"(
    switch s1 s2
    host h1 10.0.0.1/24
    host h2 10.0.0.2/24
    link s1:eth1 s2:eth1
    link s1:eth2 s2:eth2
    link s1:eth9 h1:eth0
    link s2:eth9 h2:eth0
    lag s1:po1 eth1 eth2
    lag s2:po1 eth1 eth2
  )");
  plan.add("protocol s1 lacp " + a);
  plan.add("protocol s2 lacp " + b);
  for (const char* name : {"s1", "s2"}) {
    plan.node(name).processes.push_back({.name = "teamd",
                                         .function = "lacp",
                                         .memory = {},
                                         .supervisor = SupervisorPolicy{.restarts = false}});
  }
  return plan;
}

class LacpLab : public ProtocolLab {
 public:
  explicit LacpLab(NetPlan plan = bundle(), const NetLab::Options& options = lab_options())
      : ProtocolLab(std::move(plan), options) {}

  // The members in the chip.
  [[nodiscard]] std::string carrying(const std::string& place) const {
    const auto [node, port] = logical(place);
    std::string text;
    for (const PortIndex member : network().chip(node).lag_members(port)) {
      text += text.empty() ? "" : " ";
      text += network().node(node).name(member);
    }
    return text;
  }
  void set_silent(const std::string& port, bool silent) {
    set_loss("s1:" + port, silent ? 1 : 0);
    set_loss("s2:" + port, silent ? 1 : 0);
  }
  [[nodiscard]] std::string cell(std::string_view name, std::size_t row, std::string_view title) {
    const ProtocolTable table = node(name).protocols[0]->table();
    const auto at =
        static_cast<std::size_t>(std::ranges::find(table.columns, title) - table.columns.begin());
    return table.rows.at(row).at(at);
  }
};

TEST(Lacp, LinksBetweenTwoSwitchesAreOneAggregate) {
  LacpLab lab;
  EXPECT_EQ(lab.carrying("s1:po1"), "eth1 eth2");
  EXPECT_TRUE(lab.up("s1:po1"));
  EXPECT_EQ(lab.cell("s1", 0, "state"), "current");
  EXPECT_EQ(lab.cell("s1", 0, "mux"), "collecting distributing");
  EXPECT_EQ(lab.cell("s1", 1, "actor flags"), "ASGs+CD");
  EXPECT_EQ(lab.cell("s1", 1, "partner flags"), "ASGs+CD");
  EXPECT_EQ(lab.cell("s1", 1, "partner"), "32768/" + format_mac(lab.node("s2").mac));
  EXPECT_EQ(lab.cell("s1", 1, "partner port"), "32768/2");
  EXPECT_EQ(lab.log(), Log{});
}

TEST(Lacp, ASilentLinkLeavesAfterTwoToThreeSeconds) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    LacpLab lab(bundle(), lab_options(seed));
    lab.set_silent("eth1", true);
    lab.run_for(1990ms);
    EXPECT_EQ(lab.carrying("s1:po1"), "eth1 eth2");
    lab.run_for(1020ms);
    EXPECT_EQ(lab.carrying("s1:po1"), "eth2");
    EXPECT_EQ(lab.carrying("s2:po1"), "eth2");
    lab.run_for(10s);
    EXPECT_EQ(lab.cell("s1", 0, "state"), "defaulted");
    lab.set_silent("eth1", false);
    lab.run_for(40s);
    EXPECT_EQ(lab.carrying("s1:po1"), "eth1 eth2");
  }
}

TEST(Lacp, ASlowPartnerIsMissedAfterNinetySecondsAtMost) {
  LacpLab lab(bundle("rate=slow", "rate=slow"));
  lab.set_silent("eth1", true);
  lab.run_for(59s);
  EXPECT_EQ(lab.carrying("s1:po1"), "eth1 eth2");
  lab.run_for(32s);
  EXPECT_EQ(lab.carrying("s1:po1"), "eth2");
}

TEST(Lacp, LostCarrierTakesALinkOutAtOnce) {
  LacpLab lab;
  lab.cut("s1:eth1");
  EXPECT_EQ(lab.carrying("s1:po1"), "eth2");
  EXPECT_EQ(lab.carrying("s2:po1"), "eth2");
  EXPECT_TRUE(lab.up("s1:po1"));
  lab.mend("s1:eth1");
  EXPECT_EQ(lab.carrying("s1:po1"), "eth2");
  lab.run_for(1990ms);
  EXPECT_EQ(lab.carrying("s1:po1"), "eth2");
  lab.run_for(20ms);
  EXPECT_EQ(lab.carrying("s1:po1"), "eth1 eth2");
}

TEST(Lacp, AHungProcessKeepsItsLinksAndLosesItsPartner) {
  LacpLab lab;
  lab.hang("s1", "teamd");
  lab.run_for(3s);
  EXPECT_EQ(lab.carrying("s1:po1"), "eth1 eth2");  // It knows of nothing.
  EXPECT_EQ(lab.carrying("s2:po1"), "");
  EXPECT_FALSE(lab.up("s2:po1"));
  EXPECT_EQ(lab.cell("s1", 0, "state"), "unknown");
  lab.os("s1").resume(lab.os("s1").find_process("teamd"));
  lab.run_for(40s);
  EXPECT_EQ(lab.carrying("s2:po1"), "eth1 eth2");
}

TEST(Lacp, AStartedProcessNegotiatesFromTheBeginning) {
  LacpLab lab;
  lab.restart("s1", "teamd");
  EXPECT_EQ(lab.carrying("s1:po1"), "");
  EXPECT_FALSE(lab.up("s1:po1"));
  lab.run_for(100ms);
  EXPECT_EQ(lab.carrying("s2:po1"), "");  // Told that the other end is not in sync.
  lab.run_for(2s);
  EXPECT_EQ(lab.carrying("s1:po1"), "eth1 eth2");
  EXPECT_EQ(lab.carrying("s2:po1"), "eth1 eth2");
}

TEST(Lacp, WithTheProgrammerDeadTheChipKeepsADeadLink) {
  LacpLab lab;
  lab.hang("s1", "table_programmer");
  lab.set_silent("eth1", true);
  lab.run_for(4s);
  EXPECT_EQ(lab.carrying("s1:po1"), "eth1 eth2");
  EXPECT_EQ(lab.carrying("s2:po1"), "eth2");
}

TEST(Lacp, WhereOneEndDoesNotSpeakTheOtherIsDown) {
  NetPlan plan = bundle();
  plan.node("s2").protocols.clear();
  LacpLab lab(plan);
  EXPECT_FALSE(lab.up("s1:po1"));
  EXPECT_TRUE(lab.up("s2:po1"));  // A static one.
  EXPECT_EQ(lab.cell("s1", 0, "state"), "defaulted");
  EXPECT_EQ(lab.cell("s1", 0, "churn"), "yes");
}

TEST(Lacp, OrOneLinkWorksAlone) {
  NetPlan plan = bundle("silent=one");
  plan.node("s2").protocols.clear();
  LacpLab lab(plan);
  EXPECT_EQ(lab.carrying("s1:po1"), "eth1");
}

TEST(Lacp, TwoPassiveEndsDoNotMeet) {
  LacpLab lab(bundle("mode=passive", "mode=passive"));
  EXPECT_FALSE(lab.up("s1:po1"));
  LacpLab one(bundle("mode=passive"));
  EXPECT_EQ(one.carrying("s1:po1"), "eth1 eth2");
}

TEST(Lacp, AnAggregateMayBeSetByItselfOrStayStatic) {
  NetPlan plan = bundle();
  plan.add("port_protocol s1:po1 lacp mode=off");
  plan.add("port_protocol s2:po1 lacp mode=off");
  LacpLab lab(plan);
  EXPECT_EQ(lab.carrying("s1:po1"), "eth1 eth2");
  EXPECT_EQ(lab.node("s1").protocols[0]->table().rows.size(), 0U);
  NetPlan least = bundle();
  least.add("port_protocol s1:po1 lacp min_links=2");
  LacpLab both(least);
  both.cut("s1:eth1");
  EXPECT_FALSE(both.up("s1:po1"));
}

TEST(Lacp, WithoutAProcessOfItsOwnItRunsInThatOfSpanningTreeAndOpensNoPorts) {
  NetPlan plan = bundle();
  plan.node("s1").processes.clear();
  plan.node("s2").processes.clear();
  LacpLab lab(plan);
  EXPECT_EQ(lab.carrying("s1:po1"), "eth1 eth2");
  ReadSet reads;
  const Packet packet{.source = IpAddress::parse("10.0.0.2").value(),
                      .destination = IpAddress::parse("10.0.0.1").value()};
  EXPECT_TRUE(lab.network().converse(lab.index("h2"), packet, reads).delivered());
  lab.hang("s1", "spanning_tree");
  lab.run_for(4s);
  EXPECT_FALSE(lab.up("s2:po1"));
}

TEST(Lacp, AnAggregateTowardsAHostIsStatic) {
  NetPlan plan(R"(
    switch s1
    host h1 10.0.0.1/24
    link s1:eth1 h1:eth0
    link s1:eth2 h1:eth1
    lag s1:po1 eth1 eth2
    protocol s1 lacp
  )");
  LacpLab lab(plan);
  EXPECT_EQ(lab.carrying("s1:po1"), "eth1 eth2");
}

// Frames that come in by a link which is not collected from are dropped.
TEST(Lacp, ALinkThatIsOutTakesNothingIn) {
  NetPlan plan = bundle();
  plan.node("s2").protocols.clear();
  LacpLab lab(plan);
  ReadSet reads;
  const Packet packet{.source = IpAddress::parse("10.0.0.2").value(),
                      .destination = IpAddress::parse("10.0.0.1").value()};
  const WalkResult result = lab.network().walk(lab.index("h2"), packet, reads);
  EXPECT_FALSE(result.delivered());
}

TEST(Lacp, APairShowsOneSystem) {
  NetPlan plan(R"(
    switch s1 s2 t1
    link s1:eth1 t1:eth1
    link s2:eth1 t1:eth2
    link s1:eth9 s2:eth9
    lag s1:po1 eth1 mlag=7
    lag s2:po1 eth1 mlag=7
    lag t1:po1 eth1 eth2
    pair s1 s2 eth9
    protocol s1 lacp
    protocol s2 lacp
    protocol t1 lacp
  )");
  LacpLab lab(plan);
  EXPECT_EQ(lab.carrying("t1:po1"), "eth1 eth2");
  EXPECT_EQ(lab.cell("t1", 0, "partner"), lab.cell("t1", 1, "partner"));
  EXPECT_EQ(lab.cell("t1", 0, "partner"), "32768/" + format_mac(lab.node("s1").mac));
  EXPECT_EQ(lab.cell("t1", 0, "partner port"), "32768/1");
  EXPECT_EQ(lab.cell("t1", 1, "partner port"), "32768/16385");
  EXPECT_EQ(lab.cell("t1", 0, "partner key"), "32775");
}

TEST(Lacp, AQuietAggregateCostsNothing) {
  LacpLab lab;
  lab.run_for(10s);
  const std::uint64_t before = lab.simulator().executed();
  lab.run_for(1000h);
  EXPECT_EQ(lab.simulator().executed(), before);
}

TEST(Lacp, ALinkIsObservedWithItsCause) {
  LacpLab lab;
  lab.at(5s, [&] { lab.set_silent("eth1", true); });
  lab.run_for(10s);
  const Log lines = lab.log({ObservationKind::adjacency});
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_NE(lines[0].find("eth1 adjacency 0 lacp"), std::string::npos) << lines[0];
  for (const Observation& observation : lab.observations().observations()) {
    if (observation.kind == ObservationKind::adjacency) {
      ASSERT_NE(observation.cause, ObservationId::none);
      EXPECT_EQ(lab.observations().observations()[static_cast<std::size_t>(observation.cause)].kind,
                ObservationKind::port_loss);
    }
  }
}

// Quiet time that is skipped leaves no trace: not in what happens, not in when, not in why.
TEST(Lacp, StoriesAreTheSameWithAndWithoutQuietTime) {
  for (const char* const rate :
       {"rate=fast", "rate=slow", "rate=fast profile=openvswitch wait=0s"}) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      Story story(Dice(seed), bundle(rate, rate),
                  {.process = "teamd",
                   .nodes = {"s1", "s2"},
                   .places = {"s1:eth1", "s2:eth2", "s1:eth2"},
                   .hosts = {"h1", "h2"}});
      EXPECT_EQ(first_difference(story.tell(true), story.tell(false)), "")
          << "seed " << seed << " " << rate;
    }
  }
}

TEST(Lacp, OnceAllIsMendedAllLinksCarryTraffic) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    Story story(Dice(seed), bundle(),
                {.process = "teamd",
                 .nodes = {"s1", "s2"},
                 .places = {"s1:eth1", "s2:eth2", "s1:eth2"},
                 .hosts = {"h1", "h2"}});
    const auto lab = story.healed();
    for (const char* const place : {"s1:po1", "s2:po1"}) {
      const auto [node, port] = lab->logical(place);
      EXPECT_EQ(lab->network().chip(node).lag_members(port).size(), 2U) << seed << place;
    }
  }
}

}  // namespace
}  // namespace switchfault
