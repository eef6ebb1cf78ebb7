#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/lab.h"
#include "protocols/story.h"

namespace switchfault {
namespace {

// Two firewalls with shared addresses and a cable of their own.
NetPlan firewall_pair(const std::string& arguments = "") {
  NetPlan plan(R"(
    switch s1 s2
    firewall fw1 fw2
    host h1 10.1.0.10/24 via 10.1.0.1
    host h2 10.2.0.10/24 via 10.2.0.1
    link s1:eth1 fw1:eth1
    link s1:eth2 fw2:eth1
    link s2:eth1 fw1:eth2
    link s2:eth2 fw2:eth2
    link s1:eth3 h1:eth0
    link s2:eth3 h2:eth0
    link fw1:eth9 fw2:eth9
    address fw1:eth1 10.1.0.1/24
    address fw2:eth1 10.1.0.1/24
    address fw1:eth2 10.2.0.1/24
    address fw2:eth2 10.2.0.1/24
    address fw1:eth9 10.9.0.1/30
    address fw2:eth9 10.9.0.2/30
  )");
  for (const std::string name : {"fw1", "fw2"}) {
    plan.add("protocol " + name + " active_standby interface=eth9 " + arguments);
    NodeConfig& node = plan.node(name);
    node.stateful = StatefulConfig{.session_capacity = 0,
                                   .peer = Name{name == "fw1" ? "fw2" : "fw1", {}},
                                   .active = name == "fw1",
                                   .sessions_synchronised = true,
                                   .heartbeat = 1s,
                                   .heartbeats_lost = 3,
                                   .at = {}};
    node.boots.fill(PlaneTimes{.data = 30s, .control = 30s, .management = 30s});
  }
  return plan;
}

std::vector<ObservationKind> owners() {
  return {ObservationKind::ownership};
}

TEST(ActiveStandby, TheConfiguredActiveOneOwnsAndTheOtherWaits) {
  ProtocolLab lab(firewall_pair(), lab_options());
  EXPECT_EQ(lab.column("fw1", 0, "role"), (Log{"eth9 active"}));
  EXPECT_EQ(lab.column("fw2", 0, "role"), (Log{"eth9 standby"}));
  EXPECT_EQ(lab.column("fw2", 0, "peer role"), (Log{"eth9 active"}));
  const std::uint64_t before = lab.simulator().executed();
  lab.run_for(1000h);
  EXPECT_EQ(lab.simulator().executed(), before);
  EXPECT_EQ(lab.log(), Log{});
}

TEST(ActiveStandby, AfterAPowerCutTheStandbyTakesOverAndKeepsIt) {
  ProtocolLab lab(firewall_pair(), lab_options());
  lab.at(10s, [&] { lab.os("fw1").power_off(); });
  lab.at(20s, [&] { lab.os("fw1").power_on(); });
  lab.run_for(100s);
  EXPECT_EQ(lab.log(owners()), (Log{"10s fw1 ownership 0", "12.426892s fw2 ownership 1"}));
}

TEST(ActiveStandby, WithPreemptionTheActiveOneComesBack) {
  ProtocolLab lab(firewall_pair("preempt=true"), lab_options());
  lab.at(10s, [&] { lab.os("fw1").power_off(); });
  lab.at(20s, [&] { lab.os("fw1").power_on(); });
  lab.run_for(100s);
  EXPECT_EQ(lab.log(owners()), (Log{"10s fw1 ownership 0", "12.426892s fw2 ownership 1",
                                    "50.652648s fw1 ownership 1", "50.652648s fw2 ownership 0"}));
}

TEST(ActiveStandby, AReloadHandsOverAtOnce) {
  ProtocolLab lab(firewall_pair(), lab_options());
  lab.at(10s, [&] { lab.os("fw1").boot(BootKind::cold, "test"); });
  lab.run_for(100s);
  EXPECT_EQ(lab.log(owners()), (Log{"10s fw1 ownership 0", "10s fw2 ownership 1"}));
}

TEST(ActiveStandby, AHungProcessMakesTwoOwnersUntilItStartsAgain) {
  ProtocolLab lab(firewall_pair(), lab_options());
  lab.at(10s, [&] { lab.hang("fw1", "sessions"); });
  lab.at(60s, [&] { lab.restart("fw1", "sessions"); });
  lab.run_for(100s);
  EXPECT_EQ(lab.explained_log(),
            (Log{"10s fw1 sessions process_state 3", "12.426892s fw2 ownership 1 <- 0",
                 "1m fw1 sessions process_state 0", "1m fw1 sessions process_state 2",
                 "1m652ms648us fw1 ownership 0 <- 3"}));
}

TEST(ActiveStandby, WithoutHeartbeatsBothOwnAndTheConfiguredOneIsRightInTheEnd) {
  ProtocolLab lab(firewall_pair(), lab_options());
  lab.at(10s, [&] { lab.cut("fw1:eth9"); });
  lab.at(60s, [&] { lab.mend("fw1:eth9"); });
  lab.run_for(100s);
  EXPECT_EQ(lab.explained_log(),
            (Log{"10s fw1:eth9 -- fw2:eth9 link_state 0", "10s fw1:eth9 port_carrier 0 <- 0",
                 "10s fw2:eth9 port_carrier 0 <- 0", "12.426892s fw2 ownership 1 <- 2",
                 "1m fw1:eth9 -- fw2:eth9 link_state 1", "1m fw1:eth9 port_carrier 1 <- 4",
                 "1m fw2:eth9 port_carrier 1 <- 4", "1m426ms892us fw2 ownership 0 <- 6"}));
}

Story random_story(std::uint64_t seed) {
  Dice dice(seed);
  return Story(dice, firewall_pair(dice.one_in(2) ? "preempt=true" : ""),
               {.process = "sessions",
                .nodes = {"fw1", "fw2"},
                .places = {"fw1:eth9", "fw2:eth9", "fw1:eth1", "fw2:eth1"},
                .hosts = {"h1", "h2"}});
}

TEST(ActiveStandby, SkippingQuietHeartbeatsIsInvisible) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Story story = random_story(seed);
    ASSERT_EQ(first_difference(story.tell(true), story.tell(false)), "") << "seed " << seed;
  }
}

}  // namespace
}  // namespace switchfault
