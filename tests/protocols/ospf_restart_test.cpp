#include <string>

#include <gtest/gtest.h>

#include "protocols/ospf_lab.h"

namespace switchfault {
namespace {

const std::string kGraceful =
    "network=point_to_point hello=1s dead=4s graceful_restart=true grace_period=20s";

void end(OspfLab& lab, std::string_view node) {
  lab.os(node).stop(lab.os(node).find_process("ospf"));
}

// Told to end, it says so; its routes stay, and neighbours send on for longer than the dead
// interval. Back within the grace period nothing has changed.
TEST(OspfRestart, OneThatWasPreparedLosesNothing) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    OspfLab lab({.protocol = kGraceful, .lab = lab_options(seed)});
    const std::size_t adjacencies = lab.log({ObservationKind::adjacency}).size();
    end(lab, "r2");
    EXPECT_EQ(lab.outage(8s), 0ms);
    EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.0.2");
    EXPECT_EQ(lab.way("r2", "10.2.5.0/24"), "10.1.1.2");
    lab.restart("r2", "ospf");
    EXPECT_EQ(lab.outage(30s), 0ms);
    EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.0.2");
    EXPECT_EQ(lab.way("r2", "10.2.5.0/24"), "10.1.1.2");
    EXPECT_EQ(lab.way("r2", "10.255.0.1/32"), "10.1.0.1");
    // Only r2 itself, which knew nobody, has seen its neighbours come.
    EXPECT_EQ(lab.log({ObservationKind::adjacency}).size() - adjacencies, 2U);
  }
}

TEST(OspfRestart, OneThatStaysAwayIsGivenUpAfterTheGracePeriod) {
  OspfLab lab({.protocol = kGraceful});
  end(lab, "r2");
  lab.run_for(19900ms);
  EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.0.2");
  lab.run_for(200ms);
  EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.2.2");
  EXPECT_EQ(lab.way("r2", "10.2.5.0/24"), "none");
}

// What changes meanwhile it would not know of.
TEST(OspfRestart, HelpersGiveUpWhenTheNetworkChanges) {
  OspfLab lab({.protocol = kGraceful});
  end(lab, "r2");
  lab.run_for(6s);
  EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.0.2");
  lab.cut("r1:eth3");  // h1's own network.
  lab.run_for(100ms);
  EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.2.2");
}

TEST(OspfRestart, WhoDoesNotHelpRoutesRound) {
  OspfLab lab({.protocol = kGraceful + " graceful_helper=false"});
  end(lab, "r2");
  lab.run_for(4100ms);
  EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.2.2");
}

// FRR restarts gracefully only when it was told to prepare for it, and then however it ends.
TEST(OspfRestart, FrrHasToBeToldToPrepare) {
  OspfLab unprepared({.protocol = kGraceful + " profile=frr"});
  unprepared.crash("r2", "ospf");
  EXPECT_EQ(unprepared.way("r2", "10.2.5.0/24"), "none");

  OspfLab lab({.protocol = kGraceful + " profile=frr"});
  lab.os("r2").configure("ospf_graceful_restart", "prepare");
  lab.run_for(1s);
  lab.crash("r2", "ospf");
  EXPECT_EQ(lab.outage(8s), 0ms);
  lab.restart("r2", "ospf");
  EXPECT_EQ(lab.outage(30s), 0ms);
  EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.0.2");
}

// RFC 3623 section 5: back before its neighbours have lost it, nothing has changed.
TEST(OspfRestart, OneThatHasCrashedMayComeBackUnnoticed) {
  OspfLab lab({.protocol = kGraceful + " graceful_unplanned=true"});
  lab.crash("r2", "ospf");
  EXPECT_EQ(lab.outage(2s), 0ms);
  EXPECT_EQ(lab.way("r2", "10.2.5.0/24"), "10.1.1.2");
  lab.restart("r2", "ospf");
  EXPECT_EQ(lab.outage(30s), 0ms);
  EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.0.2");
  EXPECT_EQ(lab.way("r2", "10.255.0.1/32"), "10.1.0.1");
}

// After the dead interval nobody is left who would help: all route round it, and then use it again.
TEST(OspfRestart, OneThatComesBackLateStartsFromNothing) {
  OspfLab lab({.protocol = kGraceful + " graceful_unplanned=true"});
  lab.crash("r2", "ospf");
  lab.run_for(6s);
  EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.2.2");
  EXPECT_EQ(lab.way("r2", "10.2.5.0/24"), "10.1.1.2");
  lab.restart("r2", "ospf");
  lab.run_for(20s);
  EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.0.2");
}

}  // namespace
}  // namespace switchfault
