#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/lab.h"

namespace switchfault {
namespace {

constexpr MacAddress kMac{0x42};
const IpAddress kAddress = IpAddress::v4(0x0a000002);

const char* const kTwo = R"(
  switch s1 s2
  link s1:eth1 s2:eth1
  address s1:vlan1 10.0.0.1/24
)";

class FreshnessTest : public testing::Test, public WalkOwner {
 protected:
  FreshnessTest() {
    lab.os("s1").program(LearnMac{{.vlan = 1, .mac = kMac, .last_seen = kTimeZero}});
    lab.os("s1").program(SetNeighbor{{.address = kAddress,
                                      .mac = kMac,
                                      .interface = InterfaceIndex{0},
                                      .confirmed = kTimeZero}});
    kept.macs = {{.node = s1, .vlan = 1, .mac = kMac}};
    kept.neighbors = {{.node = s1, .vrf = VrfIndex::global, .address = kAddress}};
  }
  void stale(ObservationId /*cause*/) final { ++told; }

  [[nodiscard]] bool knows_mac() const {
    SimTime expires = kNever;
    return lab.network().chip(s1).find_mac(1, kMac, lab.simulator().now(), expires) != nullptr;
  }
  [[nodiscard]] bool knows_neighbor() const {
    SimTime expires = kNever;
    return lab.network().chip(s1).find_neighbor(VrfIndex::global, kAddress, lab.simulator().now(),
                                                expires) != nullptr;
  }

  NetLab lab{kTwo};
  NodeIndex s1 = lab.index("s1");
  ReadSet kept;
  int told = 0;
};

TEST_F(FreshnessTest, WhatIsKeptDoesNotAgeAndAgesFromTheLastTimeWhenReleased) {
  lab.network().keep(kept);
  lab.run_for(1000s);
  EXPECT_TRUE(knows_mac());
  lab.network().release(kept, kTimeZero + 900s);
  lab.run_for(199s);  // The entry is 299 s old.
  EXPECT_TRUE(knows_mac());
  lab.run_for(1s);
  EXPECT_FALSE(knows_mac());
  EXPECT_TRUE(knows_neighbor());  // For four hours.
  lab.run_for(4h - 300s);
  EXPECT_FALSE(knows_neighbor());
}

TEST_F(FreshnessTest, ReadersAreToldWhenNobodyKeepsAnEntryAnyMore) {
  const WatchId watch = lab.network().add_owner(*this);
  lab.network().keep(kept);
  lab.network().keep(kept);
  lab.network().watch(watch, kept);
  lab.network().release(kept, kTimeZero);
  lab.run_for(1s);
  EXPECT_EQ(told, 0);
  lab.network().release(kept, kTimeZero);
  lab.run_for(1s);
  EXPECT_EQ(told, 1);
}

TEST_F(FreshnessTest, AConversationSleepsOnlyIfItKeepsFasterThanEntriesAge) {
  EXPECT_TRUE(lab.network().may_sleep(kept, kept, 299s));
  EXPECT_FALSE(lab.network().may_sleep(kept, kept, 300s));
  ReadSet neighbors;
  neighbors.neighbors = kept.neighbors;
  EXPECT_TRUE(lab.network().may_sleep(neighbors, neighbors, 3h));
  EXPECT_FALSE(lab.network().may_sleep(neighbors, neighbors, 4h));
  ReadSet ends;
  ends.expires = kTimeZero + 5s;
  EXPECT_FALSE(lab.network().may_sleep(ends, {}, 1s));
}

// Each of these makes some frame of a conversation over the link be lost and another not.
TEST(Freshness, NobodySleepsWhereFramesAreLostByDraw) {
  using Change = std::function<void(NetLab&)>;
  const std::vector<std::pair<Change, bool>> cases = {
      {[](NetLab&) {}, true},
      {[](NetLab& lab) { lab.set_loss("s1:eth1", 0.1); }, false},
      {[](NetLab& lab) { lab.set_loss("s2:eth1", 0.1); }, false},
      {[](NetLab& lab) { lab.set_loss("s1:eth1", 1); }, true},
      {[](NetLab& lab) { lab.os("s2").set_port_fault(PortIndex{0}, {.transmit_loss = 0.1}); },
       false},
      {[](NetLab& lab) { lab.os("s2").set_port_fault(PortIndex{0}, {.receive_loss = 0.1}); },
       false},
      {[](NetLab& lab) { lab.os("s2").set_port_fault(PortIndex{0}, {.stuck = true}); }, true},
      {[](NetLab& lab) { lab.os("s1").set_cpu_load(1, 1.5); }, false},
      {[](NetLab& lab) { lab.os("s1").set_cpu_load(1, 1); }, true},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    NetLab lab(kTwo);
    cases[i].first(lab);
    ReadSet reads;
    reads.nodes = {lab.index("s1"), lab.index("s2")};
    reads.links = {LinkIndex{0}};
    EXPECT_EQ(lab.network().may_sleep(reads, {}, 1s), cases[i].second) << "case " << i;
  }
}

TEST(Freshness, BackgroundLoadAboveTheRateKeepsFlowsAwake) {
  NetPlan plan(kTwo);
  plan.topology.links[0].background_ba = {1'500'000'000};
  NetLab lab(plan, {});
  ReadSet reads;
  reads.links = {LinkIndex{0}};
  EXPECT_FALSE(lab.network().may_sleep(reads, {}, 1s));
}

}  // namespace
}  // namespace switchfault
