#include <string>

#include <gtest/gtest.h>

#include "protocols/lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

const std::string kTwo = R"(
  switch s1 s2
  link s1:eth1 s2:eth7
  protocol s1 lldp
  protocol s2 lldp
)";

TEST(Lldp, NamesWhoIsAtTheOtherEnd) {
  ProtocolLab lab(kTwo);
  EXPECT_EQ(lab.column("s1", 0, "neighbor"), (Log{"eth1 s2"}));
  EXPECT_EQ(lab.column("s1", 0, "neighbor port"), (Log{"eth1 eth7"}));
  EXPECT_EQ(lab.column("s2", 0, "neighbor"), (Log{"eth7 s1"}));
  EXPECT_EQ(lab.column("s2", 0, "TTL"), (Log{"eth7 121 s"}));
}

// 30 s x 4 + 1 s after the last frame, which left up to 30 s before the cut.
TEST(Lldp, ANeighbourIsRememberedUntilItsTimeToLiveIsOver) {
  ProtocolLab lab(kTwo);
  lab.at(10s, [&] { lab.cut("s1:eth1"); });
  lab.run_for(90s);
  EXPECT_EQ(lab.column("s1", 0, "neighbor"), (Log{"eth1 s2"}));
  EXPECT_EQ(lab.column("s1", 0, "carrier"), (Log{"eth1 down"}));
  lab.run_for(50s);
  EXPECT_EQ(lab.column("s1", 0, "neighbor"), (Log{"eth1 "}));
  const Log log = lab.explained_log();
  ASSERT_EQ(log.size(), 5U);
  EXPECT_EQ(log[3].substr(log[3].find(' ')), " s2:eth7 adjacency 0 lldp <- 2");
  EXPECT_EQ(log[4].substr(log[4].find(' ')), " s1:eth1 adjacency 0 lldp <- 2");
}

TEST(Lldp, AHungSwitchIsMissedAfterTwoMinutesAndNothingElseNoticesIt) {
  ProtocolLab lab(kTwo);
  lab.at(10s, [&] { lab.os("s2").hang_host("test"); });
  lab.run_for(200s);
  const Log log = lab.log({ObservationKind::adjacency});
  ASSERT_EQ(log.size(), 1U);
  EXPECT_EQ(log[0].substr(log[0].find(' ')), " s1:eth1 adjacency 0 lldp");
}

TEST(Lldp, AProcessThatEndsInOrderSaysSo) {
  ProtocolLab lab(kTwo);
  lab.at(10s, [&] { lab.os("s2").stop(lab.os("s2").find_process("management")); });
  lab.at(20s, [&] { lab.restart("s2", "management"); });
  lab.run_for(60s);
  EXPECT_EQ(lab.log({ObservationKind::adjacency}),
            (Log{"10s1us s1:eth1 adjacency 0 lldp", "20s1us s1:eth1 adjacency 1 lldp",
                 "20s2us s2:eth7 adjacency 1 lldp"}));
}

// s2 has forgotten s1, s1 has not forgotten s2 and does not hurry.
TEST(Lldp, ARestartedProcessWaitsForTheNextFrameOfItsNeighbour) {
  ProtocolLab lab(kTwo);
  lab.at(10s, [&] { lab.crash("s2", "management"); });
  lab.run_for(10s + 1ms);
  EXPECT_EQ(lab.column("s2", 0, "neighbor"), (Log{"eth7 unknown"}));
  lab.restart("s2", "management");
  lab.run_for(10ms);
  EXPECT_EQ(lab.column("s1", 0, "neighbor"), (Log{"eth1 s2"}));
  EXPECT_EQ(lab.column("s2", 0, "neighbor"), (Log{"eth7 "}));
  lab.run_for(30s);
  EXPECT_EQ(lab.column("s2", 0, "neighbor"), (Log{"eth7 s1"}));
}

TEST(Lldp, SwitchesWithoutItDoNotPassItOn) {
  ProtocolLab lab(R"(
    switch s1 dumb s2
    link s1:eth1 dumb:eth1
    link dumb:eth2 s2:eth1
    protocol s1 lldp
    protocol s2 lldp
  )");
  EXPECT_EQ(lab.column("s1", 0, "neighbor"), (Log{"eth1 "}));
}

TEST(Lldp, MembersOfAnAggregateSpeakForThemselves) {
  ProtocolLab lab(R"(
    switch s1 s2
    link s1:eth1 s2:eth2
    link s1:eth2 s2:eth1
    lag s1:po1 eth1 eth2
    lag s2:po1 eth1 eth2
    protocol s1 lldp
    protocol s2 lldp
  )");
  EXPECT_EQ(lab.column("s1", 0, "neighbor port"), (Log{"eth1 eth2", "eth2 eth1"}));
}

TEST(Lldp, QuietNeighboursCostNothing) {
  ProtocolLab lab(kTwo);
  lab.run_for(10s);
  const std::uint64_t before = lab.simulator().executed();
  lab.run_for(1000h);
  EXPECT_EQ(lab.simulator().executed(), before);
  EXPECT_EQ(lab.log(), Log{});
}

// The same story with every frame executed.
TEST(Lldp, SkippingQuietTimeChangesNothing) {
  Log logs[2];
  for (const bool skip : {false, true}) {
    ProtocolLab lab(kTwo, lab_options(7, skip));
    lab.at(100s, [&] { lab.hang("s2", "management"); });
    lab.at(300s, [&] { lab.resume("s2", "management"); });
    lab.at(400s, [&] { lab.set_loss("s1:eth1", 1); });
    lab.run_for(900s);
    logs[skip ? 1 : 0] = lab.explained_log();
  }
  EXPECT_EQ(logs[0], logs[1]);
  EXPECT_GE(logs[0].size(), 5U);
}

}  // namespace
}  // namespace switchfault
