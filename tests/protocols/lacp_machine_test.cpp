#include "protocols/lacp_machine.h"

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr MacAddress kSelf{0x0a}, kPartner{0x0b}, kOthers{0x0c};

LacpSettings settings(const LacpSettings& changed = {}) {
  LacpSettings all = changed;
  all.system = kSelf;
  all.system_priority = 32768;
  all.key = 1;
  if (all.wait == Duration{}) {
    all.wait = seconds{2};
  }
  return all;
}

// One aggregate and, at the other ends of its links, whatever a test says.
class Bundle {
 public:
  explicit Bundle(const LacpSettings& settings, std::size_t links = 2)
      : machine(settings, ports(links), kTimeZero) {
    for (std::size_t i = 0; i < links; ++i) {
      machine.set_enabled(i, true, now);
    }
    machine.settle(now);
  }
  static std::vector<LacpPortSettings> ports(std::size_t links) {
    std::vector<LacpPortSettings> all;
    for (std::size_t i = 0; i < links; ++i) {
      all.push_back({.number = static_cast<std::uint16_t>(i + 1), .priority = 32768});
    }
    return all;
  }
  // What a partner in the same state would send.
  [[nodiscard]] Lacpdu answer(std::size_t link, MacAddress system = kPartner,
                              std::uint16_t key = 5) const {
    const LacpInfo own = machine.compose(link).actor;
    const std::uint8_t in_sync = own.state & LacpState::kInSync;
    const std::uint8_t general = LacpState::kActive | LacpState::kAggregatable;
    return {.actor = {.system = system,
                      .system_priority = 32768,
                      .key = key,
                      .port_priority = 32768,
                      .port = static_cast<std::uint16_t>(10 + link),
                      .state = static_cast<std::uint8_t>(general | in_sync)},
            .partner = own};
  }
  void hear(std::size_t link, const Lacpdu& pdu) {
    machine.receive(link, pdu, now);
    machine.settle(now);
  }
  void hear_all() {
    for (std::size_t i = 0; i < machine.size(); ++i) {
      hear(i, answer(i));
    }
  }
  void pass(Duration time) {
    const SimTime until = now + time;
    while (machine.deadline() <= until) {
      now = machine.deadline();
      for (std::size_t i = 0; i < machine.size(); ++i) {
        if (machine.silent(i, now)) {
          machine.expire(i, now);
        }
      }
      machine.settle(now);
    }
    now = until;
  }
  // "current selected attached" of each link.
  [[nodiscard]] std::string link(std::size_t i) const {
    const LacpMachine::Port& port = machine.port(i);
    return std::string(lacp_word(port.receive)) + ", " + std::string(lacp_word(port.selected)) +
           ", " + std::string(lacp_word(port.mux));
  }
  [[nodiscard]] std::string carrying() const {
    std::string text;
    for (std::size_t i = 0; i < machine.size(); ++i) {
      text += machine.carries(i) ? std::to_string(i) : "";
    }
    return text;
  }

  SimTime now = kTimeZero;
  LacpMachine machine;
};

TEST(LacpMachine, LinksThatFindOnePartnerJoinTogetherAfterTheWait) {
  Bundle bundle(settings());
  EXPECT_EQ(bundle.link(0), "expired, unselected, detached");
  bundle.hear(0, bundle.answer(0));
  EXPECT_EQ(bundle.link(0), "current, selected, waiting");
  bundle.pass(seconds{1});
  bundle.hear(1, bundle.answer(1));
  bundle.pass(milliseconds{1999});
  EXPECT_EQ(bundle.carrying(), "");
  bundle.pass(milliseconds{1});
  EXPECT_EQ(bundle.link(0), "current, selected, attached");  // The partner knows nothing of it yet.
  bundle.hear_all();
  EXPECT_EQ(bundle.carrying(), "01");
}

TEST(LacpMachine, APartnerThatDoesNotKnowThisEndIsNotInSync) {
  Bundle bundle(settings());
  bundle.hear_all();
  bundle.pass(seconds{2});
  Lacpdu stranger = bundle.answer(0);
  stranger.partner.system = kOthers;
  bundle.machine.sent(0);
  bundle.hear(0, stranger);
  EXPECT_EQ(bundle.link(0), "current, selected, attached");
  EXPECT_TRUE(bundle.machine.wants_to_send(0));
  bundle.hear_all();
  EXPECT_EQ(bundle.carrying(), "01");
}

TEST(LacpMachine, SilenceExpiresAndThenIsDefaulted) {
  Bundle bundle(settings({.fast = true}));
  bundle.hear_all();
  bundle.pass(seconds{2});
  bundle.hear_all();
  ASSERT_EQ(bundle.carrying(), "01");
  for (int second = 0; second < 3; ++second) {  // Only the second link is heard.
    bundle.pass(milliseconds{999});
    bundle.hear(1, bundle.answer(1));
    EXPECT_EQ(bundle.carrying(), "01");
  }
  bundle.pass(milliseconds{3});
  EXPECT_EQ(bundle.carrying(), "1");
  EXPECT_EQ(bundle.link(0), "expired, selected, attached");
  EXPECT_EQ(bundle.machine.period(0), seconds{1});
  bundle.hear(1, bundle.answer(1));
  bundle.pass(milliseconds{2000});
  bundle.hear(1, bundle.answer(1));
  bundle.pass(milliseconds{999});
  EXPECT_EQ(bundle.link(0), "expired, selected, attached");
  bundle.pass(milliseconds{1});
  EXPECT_EQ(bundle.link(0), "defaulted, unselected, detached");
  EXPECT_EQ(bundle.machine.period(0), seconds{30});
}

TEST(LacpMachine, ASlowOneWaitsNinetySeconds) {
  Bundle bundle(settings());
  bundle.hear_all();
  bundle.pass(seconds{2});
  bundle.hear_all();
  bundle.pass(milliseconds{89'999});
  EXPECT_EQ(bundle.carrying(), "01");
  bundle.pass(milliseconds{1});
  EXPECT_EQ(bundle.carrying(), "");
}

TEST(LacpMachine, LostCarrierIsNoBusinessOfTheTimeout) {
  Bundle bundle(settings());
  bundle.hear_all();
  bundle.pass(seconds{2});
  bundle.hear_all();
  bundle.machine.set_enabled(0, false, bundle.now);
  bundle.machine.settle(bundle.now);
  EXPECT_EQ(bundle.link(0), "port disabled, unselected, detached");
  EXPECT_EQ(bundle.carrying(), "1");
}

TEST(LacpMachine, OfSeveralPartnersOneIsAggregated) {
  Bundle bundle(settings(), 3);
  bundle.hear(0, bundle.answer(0, kOthers));
  bundle.hear(1, bundle.answer(1));
  bundle.hear(2, bundle.answer(2));
  EXPECT_EQ(bundle.link(0), "current, selected, waiting");  // The best port of the better system.
  EXPECT_EQ(bundle.link(1), "current, unselected, detached");
  bundle.pass(seconds{2});
  bundle.hear(0, bundle.answer(0, kOthers));
  EXPECT_EQ(bundle.carrying(), "0");
  bundle.machine.set_enabled(0, false, bundle.now);
  bundle.machine.settle(bundle.now);
  bundle.pass(seconds{2});
  bundle.hear(1, bundle.answer(1));
  bundle.hear(2, bundle.answer(2));
  EXPECT_EQ(bundle.carrying(), "12");
  bundle.machine.set_enabled(0, true, bundle.now);  // It is back, but the others work already.
  bundle.hear(0, bundle.answer(0, kOthers));
  bundle.pass(seconds{5});
  EXPECT_EQ(bundle.link(0), "current, unselected, detached");
  EXPECT_EQ(bundle.carrying(), "12");
}

TEST(LacpMachine, AnotherKeyOfThePartnerIsAnotherAggregate) {
  Bundle bundle(settings());
  bundle.hear(0, bundle.answer(0));
  bundle.hear(1, bundle.answer(1, kPartner, 6));
  bundle.pass(seconds{2});
  bundle.hear(0, bundle.answer(0));
  bundle.hear(1, bundle.answer(1, kPartner, 6));
  EXPECT_EQ(bundle.carrying(), "0");
  EXPECT_EQ(bundle.link(1), "current, unselected, detached");
}

TEST(LacpMachine, ALinkToItselfDoesNotJoin) {
  Bundle bundle(settings());
  bundle.hear(0, bundle.answer(0, kSelf));
  EXPECT_EQ(bundle.link(0), "current, unselected, detached");
}

TEST(LacpMachine, LinksBeyondTheLimitStandBy) {
  Bundle bundle(settings({.max_links = 2}), 3);
  bundle.hear_all();
  bundle.pass(seconds{2});
  bundle.hear_all();
  EXPECT_EQ(bundle.carrying(), "01");
  EXPECT_EQ(bundle.link(2), "current, standby, waiting");
  bundle.machine.set_enabled(0, false, bundle.now);
  bundle.machine.settle(bundle.now);
  bundle.hear(2, bundle.answer(2));
  EXPECT_EQ(bundle.carrying(), "12");  // It has waited already.
}

TEST(LacpMachine, FewerThanTheLeastCarryNothing) {
  Bundle bundle(settings({.min_links = 2}));
  bundle.hear_all();
  bundle.pass(seconds{2});
  bundle.hear_all();
  EXPECT_EQ(bundle.carrying(), "01");
  bundle.machine.set_enabled(0, false, bundle.now);
  bundle.machine.settle(bundle.now);
  EXPECT_EQ(bundle.carrying(), "");
}

TEST(LacpMachine, WithoutPartnerTheAggregateIsDownOrOneLinkWorksAlone) {
  Bundle down(settings());
  down.pass(seconds{100});
  EXPECT_EQ(down.link(0), "defaulted, unselected, detached");
  Bundle alone(settings({.one_alone = true}));
  alone.pass(seconds{3} - milliseconds{1});
  EXPECT_EQ(alone.carrying(), "");
  alone.pass(seconds{3});
  EXPECT_EQ(alone.carrying(), "0");
  alone.hear_all();  // A partner comes: it is negotiated from the beginning.
  EXPECT_EQ(alone.carrying(), "");
  alone.pass(seconds{2});
  alone.hear_all();
  EXPECT_EQ(alone.carrying(), "01");
}

TEST(LacpMachine, APassiveOneSpeaksOnlyToAnActiveOne) {
  Bundle bundle(settings({.active = false}));
  EXPECT_FALSE(bundle.machine.wants_to_send(0));
  EXPECT_EQ(bundle.machine.period(0), std::nullopt);
  bundle.hear(0, bundle.answer(0));
  EXPECT_TRUE(bundle.machine.wants_to_send(0));
  EXPECT_EQ(bundle.machine.period(0), seconds{30});
}

TEST(LacpMachine, AMinuteOutOfSyncIsChurn) {
  Bundle bundle(settings());
  bundle.pass(milliseconds{59'999});
  EXPECT_FALSE(bundle.machine.churns(0, bundle.now));
  bundle.pass(milliseconds{1});
  EXPECT_TRUE(bundle.machine.churns(0, bundle.now));
  bundle.hear_all();
  bundle.pass(seconds{2});
  EXPECT_FALSE(bundle.machine.churns(0, bundle.now));
}

TEST(LacpMachine, WhatSaysNothingNewRenews) {
  Bundle bundle(settings());
  bundle.hear_all();
  bundle.pass(seconds{2});
  bundle.hear_all();
  const Lacpdu again = bundle.answer(0);
  bundle.hear(0, again);
  EXPECT_TRUE(bundle.machine.renews(0, again));
  Lacpdu fast = again;
  fast.actor.state |= LacpState::kShortTimeout;
  EXPECT_FALSE(bundle.machine.renews(0, fast));
}

TEST(LacpMachine, OpenVSwitchJoinsAtOnceAndKeepsAnExpiredLinkAttached) {
  Bundle bundle(settings({.fast = true, .open_vswitch = true}));
  bundle.hear_all();
  bundle.hear_all();
  EXPECT_EQ(bundle.carrying(), "01");
  bundle.pass(milliseconds{2500});
  bundle.hear(1, bundle.answer(1));
  bundle.pass(milliseconds{500});
  EXPECT_EQ(bundle.link(0), "expired, selected, attached");
  EXPECT_EQ(bundle.carrying(), "1");
  EXPECT_FALSE(bundle.machine.wants_to_send(0));
  bundle.hear(1, bundle.answer(1));
  bundle.pass(milliseconds{2500});
  bundle.hear(1, bundle.answer(1));
  bundle.pass(milliseconds{500});
  EXPECT_EQ(bundle.link(0), "defaulted, unselected, detached");
  EXPECT_TRUE(bundle.machine.wants_to_send(0));  // It is no longer in sync.
  EXPECT_EQ(bundle.machine.period(0), seconds{30});
}

TEST(LacpMachine, OpenVSwitchDefaultsALinkWithoutCarrier) {
  Bundle bundle(settings({.fast = true, .open_vswitch = true}));
  bundle.hear_all();
  bundle.hear_all();
  bundle.machine.set_enabled(0, false, bundle.now);
  bundle.machine.settle(bundle.now);
  EXPECT_EQ(bundle.carrying(), "1");
  bundle.pass(milliseconds{2999});
  EXPECT_EQ(bundle.link(0), "expired, selected, attached");
  bundle.pass(milliseconds{1});
  EXPECT_EQ(bundle.link(0), "defaulted, unselected, detached");
}

}  // namespace
}  // namespace switchfault
