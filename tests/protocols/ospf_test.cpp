#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/ospf_lab.h"

namespace switchfault {
namespace {

// The process is gone at once, and the routing process withdraws what it had told.

TEST(Ospf, KilledItsRoutesGoWhileNeighboursStillSend) {
  OspfLab lab;
  lab.crash("r2", "ospf");
  EXPECT_EQ(lab.way("r2", "10.2.5.0/24"), "none");
  const Duration outage = lab.outage(8s);
  EXPECT_GE(outage, 2999ms);
  EXPECT_LE(outage, 4001ms);
}

TEST(Ospf, HungItsRoutesStayAndNothingIsLost) {
  OspfLab lab;
  lab.hang("r2", "ospf");
  EXPECT_EQ(lab.outage(8s), 0ms);
  EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.2.2");
  EXPECT_EQ(lab.way("r2", "10.2.5.0/24"), "10.1.1.2");
}

// It goes on with what it knew: its neighbours have been silent for too long, so it tells that and
// takes its routes out before it hears them again. Nobody sends to it before it has others.

TEST(Ospf, GoingOnAfterTheDeadIntervalItIsNotUsedTooEarly) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    OspfLab lab({.lab = lab_options(seed)});
    lab.hang("r2", "ospf");
    lab.run_for(10s);
    lab.resume("r2", "ospf");
    EXPECT_EQ(lab.outage(30s), 0ms) << "seed " << seed;
    EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.0.2");
  }
}

TEST(Ospf, GoingOnSoonerNobodyNoticesAndWhatCameMeanwhileIsRead) {
  OspfLab lab;
  lab.run_for(20s);  // So that no advertisement is so young that the next one is ignored.
  const auto adjacencies = [&] { return lab.log({ObservationKind::adjacency}).size(); };
  const std::size_t before = adjacencies();
  lab.hang("r2", "ospf");
  lab.cut("r4:eth3");  // Told while it hangs.
  lab.run_for(2900ms);
  EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "none");
  EXPECT_EQ(lab.way("r2", "10.2.5.0/24"), "10.1.1.2");
  lab.resume("r2", "ospf");
  lab.run_for(100ms);
  EXPECT_EQ(lab.way("r2", "10.2.5.0/24"), "none");
  lab.run_for(10s);
  EXPECT_EQ(adjacencies(), before);
}

// BIRD advertises once a second, and not again within five; the routes of one that is killed stay
// until the next one starts.

TEST(Ospf, LikeBirdItComesBackInTicks) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    NetPlan plan = square(
        {.protocol = "network=point_to_point hello=1s dead=4s profile=bird", .own_process = false});
    plan.node("r2").processes.push_back({.name = "bird",
                                         .function = "routing",
                                         .memory = {},
                                         .supervisor = SupervisorPolicy{.restarts = false},
                                         .at = {}});
    OspfLab lab(std::move(plan), lab_options(seed));
    lab.run_for(20s);
    EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.0.2");
    lab.crash("r2", "routing");
    EXPECT_EQ(lab.outage(10s), 0ms);
    EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.2.2");
    lab.restart("r2", "routing");
    EXPECT_EQ(lab.way("r2", "10.2.5.0/24"), "none");
    lab.run_for(
        5090ms);  // Its first tick comes after 100 ms, and five seconds pass to the next LSA.
    EXPECT_EQ(lab.way("r2", "10.2.5.0/24"), "none");
    lab.run_for(10s);
    EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.0.2");
    EXPECT_EQ(lab.way("r2", "10.2.5.0/24"), "10.1.1.2");
  }
}

// Who waits for a CPU reads all that came meanwhile at once, so that routers may calculate at
// different times and, for the hold time, send to each other.

TEST(Ospf, WaitingForACpuDelaysWhatFollowsAndNotTheDeadInterval) {
  NetPlan plan = square({});
  for (const char* router : {"r1", "r2", "r3", "r4"}) {
    plan.node(router).cpu_wait = 200ms;
  }
  OspfLab lab(std::move(plan), lab_options());
  lab.run_for(20s);
  EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.0.2");
  lab.set_loss("r2:eth2", 1);
  lab.set_loss("r4:eth1", 1);
  const Duration outage = lab.outage(8s);
  EXPECT_GT(outage, 2999ms);
  EXPECT_LT(outage, 4500ms);
}

// One process decides and is what others call the routing process.

TEST(Ospf, InTheRoutingProcessItselfItsRoutesOutliveIt) {
  OspfLab lab({.own_process = false});
  lab.crash("r2", "routing");
  EXPECT_EQ(lab.outage(80ms), 0ms);
  EXPECT_EQ(lab.way("r2", "10.2.5.0/24"), "10.1.1.2");
}

TEST(Ospf, EndedInOrderItIsLeftWithoutLoss) {
  OspfLab lab;
  lab.at(500ms, [&] { lab.os("r2").stop(lab.os("r2").find_process("ospf")); });
  EXPECT_LE(lab.outage(8s), 1ms);
  EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.2.2");
}

// What it withdrew is still known to be over; the new instance has to go beyond that at once.

TEST(Ospf, StartedAgainAfterItEndedInOrderItIsBackWithoutAStorm) {
  OspfLab lab({.own_process = true});
  lab.os("r2").stop(lab.os("r2").find_process("ospf"));
  lab.run_for(1ms);
  const std::uint64_t before = lab.simulator().executed();
  lab.restart("r2", "ospf");
  lab.run_for(20s);
  EXPECT_LT(lab.simulator().executed() - before, 5000U);
  EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.0.2");
}

// Quiet time that is skipped leaves no trace: not in what happens, not in when, not in why.

TEST(Ospf, StoriesAreTheSameWithAndWithoutQuietTime) {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    Story story(Dice(seed), square({.own_process = false}),
                {.process = "routing",
                 .nodes = {"r1", "r2", "r3", "r4"},
                 .places = {"r2:eth2", "r1:eth1", "r3:eth2", "r1:eth2"},
                 .hosts = {"h1", "h4"}});
    EXPECT_EQ(first_difference(story.tell(true), story.tell(false)), "") << "seed " << seed;
  }
}

TEST(Ospf, WhenEverythingIsMendedTheRoutesAreBack) {
  OspfLab untouched;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Story story(Dice(seed), square({.own_process = false}),
                {.process = "routing",
                 .nodes = {"r1", "r2", "r3", "r4"},
                 .places = {"r2:eth2", "r1:eth1", "r3:eth2", "r1:eth2"},
                 .hosts = {"h1", "h4"}});
    const auto lab = story.healed();
    lab->set_host_up("h1", true);
    lab->set_host_up("h4", true);
    lab->run_for(10s);
    for (const char* router : {"r1", "r2", "r3", "r4"}) {
      const auto& after = lab->network().chip(lab->index(router)).routes();
      const auto& before = untouched.network().chip(untouched.index(router)).routes();
      EXPECT_TRUE(std::ranges::equal(after, before,
                                     [](const FibEntry& a, const FibEntry& b) {
                                       return a.prefix == b.prefix && a.next_hops == b.next_hops;
                                     }))
          << router << " of seed " << seed;
    }
  }
}

}  // namespace
}  // namespace switchfault
