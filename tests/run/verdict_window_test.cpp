#include "run/verdict_window.h"

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

PacketOutcome ended(Disposition disposition) {
  return {.delay = 1ms, .place = {}, .copies = 1, .verdict = PacketVerdict(disposition)};
}

TEST(VerdictWindowTest, PacketsLeaveInTheOrderOfSendingWithBothOutcomes) {
  VerdictWindow window;
  window.send(kTimeZero, 7, 100);
  window.send(kTimeZero + 1s, 8, 200);
  window.judge(Side::run, 1, ended(Disposition::no_carrier));
  window.judge(Side::baseline, 1, ended(Disposition::delivered));
  window.judge(Side::run, 0, ended(Disposition::delivered));
  EXPECT_EQ(window.take(), nullptr);  // The first one lacks its baseline.
  window.judge(Side::baseline, 0, ended(Disposition::delivered));
  EXPECT_EQ(window.take()->sense, 7U);
  const PacketRecord* second = window.take();
  EXPECT_EQ(second->sense, 8U);
  EXPECT_TRUE(second->lost_by_faults());
  EXPECT_EQ(window.take(), nullptr);
}

TEST(VerdictWindowTest, LossInTheBaselineIsNoFaultsDoing) {
  VerdictWindow window;
  window.send(kTimeZero, 0, 64);
  window.judge(Side::run, 0, ended(Disposition::filtered));
  window.judge(Side::baseline, 0, ended(Disposition::filtered));
  EXPECT_FALSE(window.take()->lost_by_faults());
}

TEST(VerdictWindowTest, WithOneSideItsVerdictIsEnough) {
  VerdictWindow window(1);
  window.send(kTimeZero, 3, 64);
  EXPECT_EQ(window.take(), nullptr);
  window.judge(Side::run, 0, ended(Disposition::filtered));
  const PacketRecord* record = window.take();
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(record->run().verdict.name(), "filtered");
  EXPECT_FALSE(record->lost_by_faults());
}

TEST(VerdictWindowTest, WhatNeverEndedIsUnfinished) {
  VerdictWindow window;
  window.send(kTimeZero, 0, 64);
  window.judge(Side::run, 0, ended(Disposition::delivered));
  const PacketRecord* record = window.take(true);
  EXPECT_TRUE(record->run().verdict.delivered());
  EXPECT_EQ(record->baseline().verdict.name(), "unfinished");
  EXPECT_FALSE(record->lost_by_faults());
}

TEST(VerdictWindowTest, GrowsWithWhatIsInFlight) {
  VerdictWindow window;
  for (std::uint32_t i = 0; i < 5000; ++i) {
    EXPECT_EQ(window.send(kTimeZero + Duration{i}, i, 64), i);
  }
  for (std::uint32_t i = 5000; i-- > 0;) {
    window.judge(Side::run, i, ended(Disposition::delivered));
    window.judge(Side::baseline, i, ended(Disposition::delivered));
  }
  for (std::uint32_t i = 0; i < 5000; ++i) {
    ASSERT_EQ(window.take()->sense, i);
  }
  EXPECT_EQ(window.oldest(), window.next());
}

}  // namespace
}  // namespace switchfault
