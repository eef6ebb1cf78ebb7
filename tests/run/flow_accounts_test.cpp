#include "run/flow_accounts.h"

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

class Story {
 public:
  Story() : web(accounts.application("web", true)), sense(accounts.add_sense(0, web, false)) {}

  Story& packet(Duration at, Disposition run, Disposition baseline = Disposition::delivered) {
    return packet_of(sense, at, run, baseline);
  }
  Story& packet_of(std::uint32_t of, Duration at, Disposition run,
                   Disposition baseline = Disposition::delivered) {
    PacketRecord record{.sent = kTimeZero + at, .sense = of, .length = 100, .outcomes = {}};
    record.outcomes[0] = {
        .delay = 1ms, .place = {EntityKind::port, 3}, .copies = 1, .verdict = PacketVerdict(run)};
    record.outcomes[1] = {
        .delay = 1ms, .place = {}, .copies = 1, .verdict = PacketVerdict(baseline)};
    accounts.fold(record);
    return *this;
  }
  FlowAccounts accounts;
  std::uint32_t web, sense;
};

constexpr Disposition kOk = Disposition::delivered;
constexpr Disposition kDead = Disposition::no_carrier;

TEST(FlowAccountsTest, ConversationThatComesBackHasFailedButNotForGood) {
  Story story;
  const std::uint32_t other =
      story.accounts.add_sense(1, story.accounts.application("tcp/22", false), false);
  story.packet(1s, kOk).packet(2s, kDead).packet(3s, kOk).packet_of(other, 4s, kDead);
  EXPECT_EQ(story.accounts.failed(), 2U);
  EXPECT_EQ(story.accounts.for_good(), 1U);
  const auto applications = story.accounts.applications();
  ASSERT_EQ(applications.size(), 2U);
  EXPECT_EQ(applications[0].failed, 1U);
  EXPECT_EQ(applications[0].for_good, 0U);
  EXPECT_EQ(applications[0].first_failure, kTimeZero + 2s);
  EXPECT_EQ(applications[1].for_good, 1U);
}

TEST(FlowAccountsTest, WithOneSideTheRunIsItsOwnBaseline) {
  FlowAccounts accounts(1);
  const std::uint32_t sense = accounts.add_sense(0, accounts.application("web", true), false);
  PacketRecord record{.sent = kTimeZero, .sense = sense, .length = 100, .outcomes = {}};
  record.outcomes[0] = {
      .delay = 2ms, .place = {}, .copies = 1, .verdict = PacketVerdict(Disposition::delivered)};
  accounts.fold(record);
  EXPECT_EQ(accounts.traffic(sense, Side::baseline).delivered, 1U);
  EXPECT_EQ(accounts.applications()[0].baseline.delay->median, 2ms);
  EXPECT_EQ(accounts.dispositions(Side::baseline)[0].packets, 1U);
}

TEST(FlowAccountsTest, WhatTheBaselineLosesToIsNotTheFaults) {
  Story story;
  story.packet(1s, kDead, Disposition::filtered);
  EXPECT_EQ(story.accounts.failed(), 0U);
  EXPECT_EQ(story.accounts.sense(0).lost_by_faults, 0U);
  EXPECT_EQ(story.accounts.traffic(0, Side::run).lost, 1U);
  EXPECT_TRUE(story.accounts.losses().empty());
}

TEST(FlowAccountsTest, VerdictsSumUpToThePackets) {
  Story story;
  story.packet(1s, kOk).packet(2s, kDead);
  story.accounts.refuse(NotSent::unreadable, 60);
  story.accounts.refuse(NotSent::after_end, 60, story.sense);
  EXPECT_EQ(story.accounts.packets(), 4U);
  std::string text;
  for (const VerdictCount& count : story.accounts.dispositions(Side::run)) {
    text += count.verdict + " " + std::to_string(count.packets) + ", ";
  }
  EXPECT_EQ(text, "delivered 1, no_carrier 1, unreadable 1, after_end 1, ");
  EXPECT_EQ(story.accounts.sense(0).packets, 3U);
  EXPECT_EQ(story.accounts.sense(0).bytes, 260U);
}

TEST(FlowAccountsTest, PlacesOfLossAreSortedByPackets) {
  Story story;
  story.packet(1s, Disposition::no_route).packet(2s, kDead).packet(3s, kDead);
  const auto losses = story.accounts.losses();
  ASSERT_EQ(losses.size(), 2U);
  EXPECT_EQ(losses[0].verdict, "no_carrier");
  EXPECT_EQ(losses[0].packets, 2U);
  EXPECT_EQ(losses[0].first, kTimeZero + 2s);
  EXPECT_EQ(losses[0].last, kTimeZero + 3s);
}

TEST(FlowAccountsTest, TooManyApplicationsShareOneAccount) {
  FlowAccounts accounts;
  std::uint32_t last = 0;
  for (int port = 0; port < 2000; ++port) {
    last = accounts.application("tcp/" + std::to_string(port), false);
  }
  EXPECT_EQ(last, FlowAccounts::kMaxApplications - 1);
  EXPECT_EQ(accounts.applications()[last].name, "other");
}

TEST(FlowAccountsTest, FingerprintTellsVerdictsApart) {
  Story one, same, other;
  one.packet(1s, kOk).packet(2s, kDead);
  same.packet(1s, kOk).packet(2s, kDead);
  other.packet(1s, kOk).packet(2s, Disposition::no_route);
  EXPECT_EQ(one.accounts.fingerprint(), same.accounts.fingerprint());
  EXPECT_NE(one.accounts.fingerprint(), other.accounts.fingerprint());
}

}  // namespace
}  // namespace switchfault
