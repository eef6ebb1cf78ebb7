#include <algorithm>
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include <switchfault/measured.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

MeasuredCase load(const std::string& name) {
  return load_measured_case(std::string(SWITCHFAULT_SOURCE_DIR) + "/tests/measured/cases/" + name +
                            ".json");
}

TEST(MeasuredRun, ABrokenRootPortCostsTwoForwardDelaysAndWhatTheTimersAreLate) {
  const MeasuredRepetition one = simulate_measured(load("stp-tri-fast-direct-carrier"), 7, 0);
  const MeasuredLoss& cut_off = one.fault[2].there;
  EXPECT_TRUE(cut_off.recovered);
  EXPECT_GT(cut_off.outage, Duration{8s});
  EXPECT_LT(cut_off.outage, Duration{8400ms});
  EXPECT_EQ(one.fault[0].there.lost, 0U);
  EXPECT_EQ(one.before.at("s3 ports s2 role"), "alternate");
  EXPECT_EQ(one.after.at("s3 ports s1 role"), "disabled");
}

TEST(MeasuredRun, AStaleEntryOutlivesTheTreeUntilTheSweepIsStarted) {
  const MeasuredRepetition stale = simulate_measured(load("stp-tri-fast-direct-silent"), 3, 0);
  EXPECT_FALSE(stale.fault[2].there.recovered);
  const MeasuredRepetition swept =
      simulate_measured(load("stp-tri-fast-direct-silent-gc-kick"), 3, 0);
  EXPECT_TRUE(swept.fault[2].there.recovered);
}

// Reachable and delay of up to 50 s, of which some may be over, and three probes.
TEST(MeasuredRun, AMovedAddressWaitsForItsEntryToFailUnlessItIsAnnounced) {
  const MeasuredRepetition silent = simulate_measured(load("move-ip-no-garp"), 5, 0);
  EXPECT_TRUE(silent.fault[0].there.recovered);
  EXPECT_GE(silent.fault[0].there.outage, Duration{3s});
  EXPECT_LE(silent.fault[0].there.outage, Duration{53s});
  const MeasuredRepetition told = simulate_measured(load("move-ip-garp"), 5, 0);
  EXPECT_LE(told.fault[0].there.outage, Duration{400ms});
  EXPECT_GT(told.fault[0].there.lost, 0U);
}

TEST(MeasuredRun, AGatewayThatFallsSilentIsReplaced) {
  const MeasuredRepetition one = simulate_measured(load("vrrp-master-death-silent"), 2, 0);
  EXPECT_EQ(one.before.at("vrrp vrid 5 masters"), "g1");
  EXPECT_EQ(one.after.at("vrrp vrid 5 masters"), "g1, g2");
  EXPECT_GT(one.fault[0].there.outage, Duration{2600ms});
  EXPECT_LT(one.fault[0].there.outage, Duration{3700ms});
}

TEST(MeasuredRun, TheSameSeedIsTheSameRepetition) {
  const MeasuredCase measured = load("rstp-mstpd-tri-direct-silent");
  const auto outage = [&](std::uint64_t seed) {
    return simulate_measured(measured, seed, 0).fault[2].there.outage;
  };
  EXPECT_EQ(outage(1), outage(1));
  EXPECT_NE(outage(1), outage(2));
}

TEST(MeasuredRun, ASilentMemberOfABondCostsFlowsUntilItsPartnerHasExpired) {
  const MeasuredCase measured = load("lacp-fast-silent");
  Duration longest{};
  const MeasuredRepetition one = simulate_measured(measured, 2, 0);
  for (const MeasuredFlow& flow : one.fault) {
    longest = std::max(longest, flow.back.outage);
  }
  EXPECT_LT(longest, Duration{3200ms});
  EXPECT_EQ(one.before.at("s1 lacp s2"), "current attached");
  EXPECT_EQ(one.after.at("s1 lacp s2"), "defaulted detached");
  EXPECT_EQ(one.after.at("s1 bond s2"), "disabled");
  EXPECT_EQ(one.after.at("s1 bond s2.2"), "enabled");
  EXPECT_EQ(one.after.at("s1 lacp_status"), "negotiated");
  EXPECT_EQ(one.restored, one.before);
}

TEST(MeasuredRun, AVlanTakenOffATrunkIsMissedUntilItIsBack) {
  const MeasuredRepetition one = simulate_measured(load("vlan-removed-active-trunk"), 1, 0);
  EXPECT_FALSE(one.fault[0].there.recovered);
  EXPECT_EQ(one.fault[2].there.lost, 0U);
  EXPECT_LT(one.restore->at(0).there.outage, Duration{1s});
}

TEST(MeasuredRun, AStoppedSwitchTakesNothingInUntilItGoesOn) {
  const MeasuredRepetition one = simulate_measured(load("rstp-ovs-tri-hang-root-5s"), 1, 0);
  EXPECT_GT(one.fault[0].there.outage, Duration{4900ms});
  EXPECT_TRUE(one.fault[0].there.recovered);
}

TEST(MeasuredRun, ADeadDaemonTellsNothing) {
  const MeasuredRepetition one = simulate_measured(load("rstp-mstpd-tri-kill-blocker"), 1, 0);
  EXPECT_EQ(one.after.at("s3 ports s2 role"), "");
  EXPECT_EQ(one.fault[2].there.lost, 0U);
}

}  // namespace
}  // namespace switchfault
