#include "net/flow_caches.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/diary_protocol.h"
#include "net/lab.h"

namespace switchfault {
namespace {

constexpr MacAddress kMoving{0x020000000042};

// A switch with two hosts, from either of which an address can be heard.
class FlowCachesTest : public testing::Test {
 protected:
  explicit FlowCachesTest(const std::string& profile = "openvswitch")
      : protocols_{DiaryProtocol::kind()}, lab_(plan(profile), {.protocols = protocols_}) {
    set_state("s1:left", StpState::forwarding);
    set_state("s1:right", StpState::forwarding);
  }

  static NetPlan plan(const std::string& profile) {
    NetPlan plan(R"(
      switch s1
      host left 10.0.0.1/24
      host right 10.0.0.2/24
      link s1:left left:eth0
      link s1:right right:eth0
    )");
    plan.add("protocol s1 diary profile=" + profile);
    return plan;
  }

  void talk(Duration time, const std::string& host) {
    lab_.at(time, [this, host] {
      lab_.network().announce(lab_.index(host), InterfaceIndex{0}, kMoving,
                              *IpAddress::parse("10.0.0.9"));
    });
  }
  void set_state(const std::string& port, StpState state) {
    lab_.os("s1").program(SetPortState{.port = lab_.logical(port).second, .state = state});
  }
  // Where the switch believes the address to be then.
  std::string place(Duration time) {
    lab_.run_for(kTimeZero + time - lab_.simulator().now());
    SimTime expires = kNever;
    const MacEntry* entry =
        lab_.network().chip(lab_.index("s1")).find_mac(1, kMoving, kTimeZero + time, expires);
    return entry == nullptr ? "-" : std::string(lab_.node("s1").name(entry->port));
  }

  std::vector<ProtocolKind> protocols_;
  NetLab lab_;
};

class EveryFrameTest : public FlowCachesTest {
 protected:
  EveryFrameTest() : FlowCachesTest("standard") {}
};

TEST_F(EveryFrameTest, AnAddressIsWhereItWasHeardLast) {
  talk(1s, "left");
  talk(2s, "left");
  talk(3s, "right");
  EXPECT_EQ(place(2100ms), "left");
  EXPECT_EQ(place(3100ms), "right");
}

TEST_F(FlowCachesTest, WhatTheFormerFlowHasCountedTakesAnAddressBack) {
  talk(1s, "left");
  talk(2s, "left");
  talk(3s, "right");
  talk(3200ms, "right");
  EXPECT_EQ(place(3000ms), "right");
  EXPECT_EQ(place(3100ms), "left");
  EXPECT_EQ(place(3499ms), "left");
  EXPECT_EQ(place(3501ms), "right");  // The new flow has been looked at, too.
}

TEST_F(FlowCachesTest, WhoHasSaidNothingSinceTheLastLookStaysWhereItIsHeard) {
  talk(1s, "left");
  talk(3s, "right");
  EXPECT_EQ(place(3100ms), "right");
}

TEST_F(FlowCachesTest, AFlowThatIsStillKeptTeachesLater) {
  talk(1s, "left");
  talk(2s, "right");
  talk(9100ms, "left");
  EXPECT_EQ(place(9101ms), "right");
  EXPECT_EQ(place(9501ms), "left");
}

TEST_F(FlowCachesTest, AFlowNobodyHasUsedForTenSecondsIsGone) {
  talk(1s, "left");
  talk(2s, "right");
  talk(11500ms, "left");
  EXPECT_EQ(place(11501ms), "left");
}

TEST_F(FlowCachesTest, AFlushIsUndoneByWhatHasBeenCounted) {
  talk(1s, "left");
  talk(2s, "left");
  lab_.at(3s, [&] {
    lab_.os("s1").program(FlushMacs{.port = LogicalPort::none, .but = LogicalPort::none});
  });
  EXPECT_EQ(place(3s), "-");
  EXPECT_EQ(place(3100ms), "left");
}

TEST_F(FlowCachesTest, APortThatDoesNotLearnTakesNothingBack) {
  talk(1s, "left");
  talk(2s, "left");
  talk(3s, "right");
  lab_.at(3s, [&] { set_state("s1:left", StpState::discarding); });
  EXPECT_EQ(place(3100ms), "right");
}

}  // namespace
}  // namespace switchfault
