#include "run/conversations.h"

#include <gtest/gtest.h>

#include "run/recorded_story.h"
#include "run/scenario_lab.h"
#include "run/world.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

// Two hosts behind a balancer with a pool of one, and a desk.
constexpr const char* kBalanced = R"(title: balanced
topology:
  name: balanced
  topology:
    nodes:
      sw: {kind: switch, os: x, version: 1.0.0, boot: {cold: 4m},
           ports: {eth1: {vlan: 1}, eth2: {vlan: 1}, eth3: {vlan: 1}}}
      lb: {kind: load_balancer, os: x, version: 1.0.0, interfaces: {eth1: {address: 10.0.0.8/24}},
           virtual_services: [{address: 10.0.0.80, port: 443, pool: [web], health_interval: 5s}]}
      web: {kind: host, address: 10.0.0.5/24}
      desk: {kind: host, address: 10.0.0.1/24}
    links:
      - endpoints: ["sw:eth1", "desk:eth0"]
      - endpoints: ["sw:eth2", "web:eth0"]
      - endpoints: ["sw:eth3", "lb:eth1"]
  services: {shop: {endpoints: [web], address: 10.0.0.80, port: 443, depends: none}}
  users: {office: {places: [desk], count: 2}}
clock: {warm_up: 1m, duration: 1h}
)";

class TalkLab {
 public:
  explicit TalkLab(const char* yaml = kBalanced, std::size_t limit = 1000)
      : scenario(load_scenario_text("t.yaml", yaml, builtin_catalog())),
        run(scenario, {}),
        baseline(scenario, {}),
        hosts(scenario, run.network(), map),
        talks(hosts, accounts,
              {Conversations::Net{run.network(), run.packets()},
               Conversations::Net{baseline.network(), baseline.packets()}},
              limit) {
    run_until(kTimeZero);
  }

  void run_until(SimTime until) {
    run.run_until(until);
    baseline.run_until(until);
  }

  // Looks at the next packet of the story.
  Conversations::Looked look() {
    RecordedPacket packet;
    EXPECT_TRUE(story.next(packet));
    return talks.look(dissect(LinkLayer::ethernet, packet.bytes));
  }
  // The account of the packet, in words: "desk > web shop".
  std::string words(const Conversations::Seen& seen) {
    FlowReport report;
    const std::uint32_t sense = talks.sense(seen);
    talks.describe(sense, report);
    return report.from + " > " + report.to + " " +
           accounts.applications()[accounts.sense(sense).application].name +
           (report.reply ? " reply" : "");
  }

  RecordedStory story;
  Scenario scenario;
  World run, baseline;
  FlowAccounts accounts;
  ReplayMap map;
  RecordedHosts hosts;
  Conversations talks;
};

TEST(ConversationsTest, HandshakeTellsWhoServes) {
  TalkLab lab;
  // The capture begins with the server's answer, on ports that say nothing.
  lab.story.tcp(0s, "192.168.7.9:50001", "192.168.7.5:50000", kSynFlag | kAckFlag)
      .tcp(1s, "192.168.7.5:50000", "192.168.7.9:50001", kAckFlag);
  const auto answer = lab.look();
  const auto request = lab.look();
  lab.talks.decide();
  EXPECT_EQ(lab.words(request.seen), "desk > web tcp/50001");
  EXPECT_EQ(lab.words(answer.seen), "web > desk tcp/50001 reply");
  EXPECT_TRUE(answer.seen.reversed != request.seen.reversed);
}

TEST(ConversationsTest, SessionsOpenWithASynOrInTheMiddle) {
  TalkLab lab;
  lab.story.tcp(0s, "192.168.7.5:1000", "192.168.7.9:443", kSynFlag)
      .tcp(1s, "192.168.7.9:443", "192.168.7.5:1000", kSynFlag | kAckFlag)
      .tcp(2s, "192.168.7.5:2000", "192.168.7.9:443", kAckFlag)
      .tcp(3s, "192.168.7.5:2000", "192.168.7.9:443", kAckFlag)
      .udp(4s, "192.168.7.5:2000", "192.168.7.9:53")
      .udp(5s, "192.168.7.5:2000", "192.168.7.9:53");
  std::string opens;
  for (int i = 0; i < 6; ++i) {
    opens += lab.look().seen.opens ? 'o' : '-';
  }
  EXPECT_EQ(opens, "o-o-oo");
}

TEST(ConversationsTest, WhoIsDecidedIsKnownBriefly) {
  TalkLab lab;
  lab.story.tcp(0s, "192.168.7.5:1000", "192.168.7.9:443", kSynFlag);
  const auto first = lab.look();
  BriefHeaders brief{.addresses = 0xc0a80705c0a80709, .ports = 1000U << 16U | 443, .protocol = 6};
  Conversations::Seen seen;
  lab.talks.remember(brief, first.seen);
  EXPECT_FALSE(lab.talks.look(brief, seen));  // What else it shows may still decide who it is.
  EXPECT_FALSE(lab.talks.all_decided());
  lab.talks.decide();
  EXPECT_TRUE(lab.talks.all_decided());
  lab.talks.remember(brief, first.seen);
  EXPECT_TRUE(lab.talks.look(brief, seen));
  EXPECT_EQ(seen.conversation, first.seen.conversation);
  EXPECT_FALSE(seen.opens);
  brief.tcp_flags = kSynFlag;
  EXPECT_FALSE(lab.talks.look(brief, seen));
}

TEST(ConversationsTest, WhatIsAskedNoMoreIsReady) {
  TalkLab lab;
  lab.story.tcp(0s, "192.168.7.5:1000", "192.168.7.9:443", kSynFlag);
  const auto request = lab.look();
  lab.talks.decide();
  EXPECT_EQ(lab.talks.ready(request.seen).flow, FlowIndex::none);
  const FlowIndex flow = lab.talks.flow(request.seen, kTimeZero);
  EXPECT_EQ(lab.talks.ready(request.seen).flow, flow);
  EXPECT_EQ(lab.talks.ready(request.seen).sense, lab.talks.sense(request.seen));
}

TEST(ConversationsTest, RepliesThroughABalancerComeFromItsPool) {
  TalkLab lab;
  lab.story.tcp(0s, "192.168.7.5:1000", "192.168.7.9:443", kSynFlag)
      .tcp(1s, "192.168.7.9:443", "192.168.7.5:1000", kSynFlag | kAckFlag);
  const auto request = lab.look();
  const auto reply = lab.look();
  lab.talks.decide();
  EXPECT_EQ(lab.words(request.seen), "desk > web shop");
  EXPECT_FALSE(lab.talks.is_unsettled(request.seen, kTimeZero));
  EXPECT_TRUE(lab.talks.is_unsettled(reply.seen, kTimeZero));
  const Packet there = lab.talks.packet_flow(lab.talks.flow(request.seen, kTimeZero)).packet;
  const Packet back = lab.talks.packet_flow(lab.talks.flow(reply.seen, kTimeZero)).packet;
  EXPECT_EQ(there.destination.text(), "10.0.0.80");
  EXPECT_EQ(back.source.text(), "10.0.0.5");
  EXPECT_EQ(back.destination.text(), "10.0.0.8");  // The balancer's own.
  EXPECT_FALSE(lab.talks.is_unsettled(reply.seen, kTimeZero + 1h));
}

TEST(ConversationsTest, PoolThatNobodyReachedIsAskedForAgainLater) {
  const std::string panic =
      std::string(kBalanced) + "faults: [{kind: kernel_panic, select: sw, trigger: {at: 10s}}]\n";
  TalkLab lab(panic.c_str());
  lab.story.tcp(0s, "192.168.7.9:443", "192.168.7.5:1000", kSynFlag | kAckFlag);
  const auto reply = lab.look();
  lab.talks.decide();
  lab.run_until(kTimeZero + 11s);
  lab.talks.flow(reply.seen, kTimeZero + 11s);
  EXPECT_FALSE(lab.talks.is_unsettled(reply.seen, kTimeZero + 11s + 99ms));
  EXPECT_TRUE(lab.talks.is_unsettled(reply.seen, kTimeZero + 11s + 100ms));
  lab.run_until(kTimeZero + 10min);  // The switch has booted.
  const FlowIndex found = lab.talks.flow(reply.seen, kTimeZero + 10min);
  EXPECT_EQ(lab.talks.packet_flow(found).packet.destination.text(), "10.0.0.8");
  EXPECT_FALSE(lab.talks.is_unsettled(reply.seen, kTimeZero + 1h));
}

TEST(ConversationsTest, GroupsGoToTheirMac) {
  TalkLab lab;
  lab.story.udp(0s, "192.168.7.5:5353", "224.0.0.251:5353")
      .frame(1s, {255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 9, 0x88, 0xb5, 1, 2, 3, 4});
  for (const char* name : {"udp/5353", "ethertype 0x88b5"}) {
    const auto looked = lab.look();
    lab.talks.decide();
    EXPECT_EQ(lab.words(looked.seen), std::string("desk >  ") + name);
    EXPECT_FALSE(lab.talks.refusal(looked.seen).has_value());
    const FlowIndex flow = lab.talks.flow(looked.seen, kTimeZero);
    EXPECT_TRUE(lab.talks.is_group(flow));
  }
}

TEST(ConversationsTest, BeyondTheBoundConversationsAreAccountedTogether) {
  TalkLab lab(kBalanced, 2);
  for (int client = 1; client <= 5; ++client) {
    const std::string from = "192.168.7.5:" + std::to_string(50000 + client);
    lab.story.tcp(client * 1s, from, "192.168.7.9:443", kAckFlag);
  }
  std::vector<std::uint32_t> numbers;
  for (int client = 1; client <= 5; ++client) {
    numbers.push_back(lab.look().seen.conversation);
  }
  EXPECT_EQ(numbers, (std::vector<std::uint32_t>{0, 1, 2, 2, 2}));
  EXPECT_EQ(lab.talks.together(), 3U);
}

TEST(ConversationsTest, NoMoreThanTwiceTheBoundAreKept) {
  TalkLab lab(kBalanced, 1);
  for (int host = 1; host <= 3; ++host) {
    const std::string from = "192.168.7." + std::to_string(host) + ":50000";
    lab.story.tcp(host * 1s, from, "192.168.7.9:443", kAckFlag);
  }
  EXPECT_FALSE(lab.look().refused.has_value());
  EXPECT_FALSE(lab.look().refused.has_value());
  EXPECT_EQ(lab.look().refused, NotSent::flow_limit);
}

}  // namespace
}  // namespace switchfault
