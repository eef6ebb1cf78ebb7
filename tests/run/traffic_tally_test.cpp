#include "run/traffic_tally.h"

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

class Story {
 public:
  Story& delivered(Duration at, Duration delay = 1ms, std::uint32_t copies = 1) {
    tally.add(kTimeZero + at, {.delay = delay,
                               .place = {},
                               .copies = copies,
                               .verdict = PacketVerdict(Disposition::delivered)});
    return *this;
  }
  Story& lost(Duration at, Disposition why = Disposition::no_carrier) {
    tally.add(kTimeZero + at,
              {.delay = 0ns, .place = {}, .copies = 0, .verdict = PacketVerdict(why)});
    return *this;
  }
  TrafficTally tally;
};

TEST(TrafficTallyTest, OutageRunsFromTheFirstLossToTheNextPacketThatArrives) {
  Story story;
  story.delivered(1s).lost(2s).lost(3s).delivered(5s).lost(9s);
  const TrafficReport report = story.tally.report(kTimeZero + 10s);
  ASSERT_EQ(report.outages.size(), 2U);
  EXPECT_EQ(report.outages[0].start, kTimeZero + 2s);
  EXPECT_EQ(report.outages[0].end, kTimeZero + 5s);
  EXPECT_EQ(report.outages[0].lost, 2U);
  EXPECT_FALSE(report.outages[1].end.has_value());
  EXPECT_EQ(report.outage, 3s + 1s);  // The open one counts to the last packet sent.
  EXPECT_EQ(report.first_loss, kTimeZero + 2s);
  EXPECT_EQ(report.last_loss, kTimeZero + 9s);
}

TEST(TrafficTallyTest, LossesAreNamed) {
  Story story;
  story.lost(1s).lost(2s, Disposition::no_route).lost(3s);
  const TrafficReport report = story.tally.report(kTimeZero + 3s);
  ASSERT_EQ(report.lost_by.size(), 2U);
  EXPECT_EQ(report.lost_by[0].verdict, "no_carrier");
  EXPECT_EQ(report.lost_by[0].packets, 2U);
  EXPECT_EQ(report.lost_by[1].verdict, "no_route");
  EXPECT_FALSE(report.delay.has_value());
}

TEST(TrafficTallyTest, OvertakenPacketsAndDuplicatesAreCounted) {
  Story story;
  story.delivered(1s, 50ms).delivered(1010ms, 5ms).delivered(2s, 5ms, 3);
  const TrafficReport report = story.tally.report(kTimeZero + 2s);
  EXPECT_EQ(report.reordered, 1U);  // The second overtook the first.
  EXPECT_EQ(report.duplicates, 2U);
  EXPECT_EQ(report.delay->min, 5ms);
  EXPECT_EQ(report.delay->mean, 20ms);
  EXPECT_EQ(report.delay->max, 50ms);
}

TEST(TrafficTallyTest, OutagesBeyondTheListAreStillCounted) {
  Story story;
  for (int i = 0; i < 20; ++i) {
    story.lost(i * 2s).delivered(i * 2s + 1s);
  }
  const TrafficReport report = story.tally.report(kTimeZero + 40s);
  EXPECT_EQ(report.outages.size(), TrafficReport::kMaxOutages);
  EXPECT_EQ(report.outage_count, 20U);
  EXPECT_EQ(report.outage, 20s);
}

TEST(TrafficTallyTest, WhatWasNotSentIsNeitherDeliveredNorLost) {
  TrafficTally tally;
  tally.add(
      kTimeZero,
      {.delay = 0ns, .place = {}, .copies = 0, .verdict = PacketVerdict(NotSent::unfinished)});
  const TrafficReport report = tally.report(kTimeZero);
  EXPECT_EQ(report.delivered + report.lost, 0U);
}

}  // namespace
}  // namespace switchfault
