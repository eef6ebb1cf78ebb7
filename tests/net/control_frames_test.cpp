#include "net/control_frames.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/diary_protocol.h"
#include "net/lab.h"

namespace switchfault {
namespace {

const char* const kTwo = R"(
  switch s1 s2
  link s1:eth1 s2:eth1 5ms
  link s1:eth2 s2:eth2
  protocol s1 diary
  protocol s2 diary
)";

void greet(NetLab& lab, const std::string& place, std::uint32_t number) {
  const auto [node, port] = lab.logical(place);
  lab.network().send(node, port, greeting(number));
}

TEST(ControlFrames, ArriveAfterTheDelayOfTheLink) {
  NetLab lab(kTwo, with_diaries());
  lab.at(1s, [&] {
    greet(lab, "s1:eth1", 7);
    greet(lab, "s1:eth2", 8);
  });
  lab.run_for(2s);
  EXPECT_EQ(diary(lab, "s2"), (Log{"1s1us greeting 8 on eth2", "1s5ms greeting 7 on eth1"}));
}

TEST(ControlFrames, OfOneInstantArriveInTheOrderTheyWereSent) {
  NetLab lab(kTwo, with_diaries());
  lab.at(1s, [&] {
    greet(lab, "s1:eth1", 1);
    greet(lab, "s1:eth1", 2);
    greet(lab, "s1:eth1", 3);
  });
  lab.run_for(2s);
  EXPECT_EQ(diary(lab, "s2"), (Log{"1s5ms greeting 1 on eth1", "1s5ms greeting 2 on eth1",
                                   "1s5ms greeting 3 on eth1"}));
}

const char* const kBundled = R"(
  switch s1 s2
  link s1:eth1 s2:eth1
  link s1:eth2 s2:eth2
  lag s1:po1 eth1 eth2
  lag s2:po1 eth1 eth2
  protocol s1 diary
  protocol s2 diary
)";

TEST(ControlFrames, OfALinkAreHandedOverWithTheMemberByWhichTheyCame) {
  NetLab::Options options = with_diaries();
  options.protocols.front().per_link = true;
  NetLab lab(kBundled, options);
  const auto [node, port] = lab.logical("s2:po1");
  lab.network().govern_aggregate(node, port);  // No member carries traffic: they do all the same.
  lab.at(1s, [&] { greet(lab, "s1:eth2", 7); });
  lab.run_for(2s);
  EXPECT_EQ(diary(lab, "s2"), (Log{"1s1us greeting 7 on eth2"}));
}

TEST(ControlFrames, OfAnAggregateTakeAMemberThatCarriesTraffic) {
  NetLab lab(kBundled, with_diaries());
  for (const char* const place : {"s1:po1", "s2:po1"}) {
    const auto [node, port] = lab.logical(place);
    lab.network().govern_aggregate(node, port);
    lab.network().set_aggregate_members(node, port, {PortIndex{1}});
  }
  lab.run_for(500ms);
  lab.set_loss("s1:eth1", 1);
  lab.at(1s, [&] { greet(lab, "s1:po1", 7); });
  lab.at(2s, [&] {
    const auto [node, port] = lab.logical("s2:po1");
    lab.network().set_aggregate_members(node, port, {PortIndex{0}});
  });
  lab.at(3s, [&] { greet(lab, "s1:po1", 8); });  // The other end does not collect from this one.
  lab.run_for(4s);
  const Log entries = diary(lab, "s2");
  EXPECT_EQ(std::count(entries.begin(), entries.end(), "1s1us greeting 7 on po1"), 1);
  EXPECT_EQ(std::count_if(
                entries.begin(), entries.end(),
                [](const std::string& one) { return one.find("greeting 8") != std::string::npos; }),
            0);
}

TEST(ControlFrames, DieWithTheCarrierWhenSentAndOnTheWay) {
  NetLab lab(kTwo, with_diaries());
  lab.at(1s, [&] { greet(lab, "s1:eth1", 1); });
  lab.at(1s + 1ms, [&] { lab.cut("s1:eth1"); });
  lab.at(2s, [&] { greet(lab, "s1:eth1", 2); });
  lab.at(3s, [&] { lab.mend("s1:eth1"); });
  lab.at(4s, [&] { greet(lab, "s1:eth1", 3); });
  lab.run_for(5s);
  EXPECT_EQ(diary(lab, "s2"),
            (Log{"1s1ms port eth1 down", "3s port eth1 up", "4s5ms greeting 3 on eth1"}));
}

TEST(ControlFrames, AreHeardOnlyWhileTheProcessRuns) {
  NetLab lab(kTwo, with_diaries());
  lab.at(1s, [&] { lab.hang("s2", "spanning_tree"); });
  lab.at(2s, [&] { greet(lab, "s1:eth1", 1); });
  lab.run_for(3s);
  EXPECT_EQ(diary(lab, "s2"), (Log{"1s stop"}));
  const auto [node, port] = lab.logical("s1:eth1");
  EXPECT_EQ(lab.network().peer(node, port, 0), nullptr);
}

TEST(ControlFrames, LeaveAnAggregateOverTheFirstMemberThatIsUp) {
  NetLab lab(std::string(kTwo) + R"(
    lag s1:po1 eth1 eth2
    lag s2:po1 eth1 eth2
  )",
             with_diaries());
  lab.at(1s, [&] { greet(lab, "s1:po1", 1); });
  lab.at(2s, [&] { lab.cut("s1:eth1"); });
  lab.at(3s, [&] { greet(lab, "s1:po1", 2); });
  lab.run_for(4s);
  EXPECT_EQ(diary(lab, "s2"),
            (Log{"1s5ms greeting 1 on po1", "2s port po1 up", "3s1us greeting 2 on po1"}));
}

// Sends 1,000 greetings, one a second, and counts those that arrive.
std::size_t arrived(NetLab& lab) {
  for (std::uint32_t i = 1; i <= 1000; ++i) {
    lab.at(std::chrono::seconds{i}, [&lab, i] { greet(lab, "s1:eth1", i); });
  }
  lab.run_for(1001s);
  return diary(lab, "s2").size();
}

// 0.4 of 1,000 with a standard deviation of 15.5: within four of them.
void expect_about_400(std::size_t count) {
  EXPECT_GE(count, 338U);
  EXPECT_LE(count, 462U);
}

TEST(ControlFrames, AreLostByTheLossOfTheirDirection) {
  NetLab lab(kTwo, with_diaries());
  lab.set_loss("s1:eth1", 0.6);
  expect_about_400(arrived(lab));

  NetLab other_direction(kTwo, with_diaries());
  other_direction.set_loss("s2:eth1", 0.6);
  EXPECT_EQ(arrived(other_direction), 1000U);
}

TEST(ControlFrames, AreLostByGrayPortsAtEitherEnd) {
  NetLab lab(kTwo, with_diaries());
  lab.os("s1").set_port_fault(PortIndex{0}, {.transmit_loss = 0.2});
  lab.os("s2").set_port_fault(PortIndex{0}, {.receive_loss = 0.5});
  expect_about_400(arrived(lab));

  NetLab stuck(kTwo, with_diaries());
  stuck.os("s1").set_port_fault(PortIndex{0}, {.stuck = true});
  EXPECT_EQ(arrived(stuck), 0U);
}

TEST(ControlFrames, AreLostByLoadAboveTheRate) {
  NetPlan plan(kTwo);
  plan.topology.links[0].background_ab = {2'500'000'000};
  NetLab lab(plan, with_diaries());
  expect_about_400(arrived(lab));
}

TEST(ControlFrames, AreLostByACpuThatIsAskedForTooMuch) {
  NetLab lab(kTwo, with_diaries());
  lab.os("s2").set_cpu_load(1, 2.5);
  expect_about_400(arrived(lab));
}

// What one port loses does not depend on what another sends, nor on earlier frames.
TEST(ControlFrames, DrawsDependOnPortAndTimeAlone) {
  const auto run = [](bool more) {
    NetLab lab(kTwo, with_diaries());
    lab.set_loss("s1:eth1", 0.5);
    lab.set_loss("s1:eth2", 0.5);
    for (std::uint32_t i = 1; i <= 50; ++i) {
      lab.at(std::chrono::seconds{i}, [&lab, i, more] {
        if (more) {
          greet(lab, "s1:eth2", 1000 + i);
        }
        if (more || i % 2 == 0) {
          greet(lab, "s1:eth1", i);
        }
      });
    }
    lab.run_for(60s);
    Log even;
    for (const std::string& entry : diary(lab, "s2")) {
      const std::uint32_t number =
          static_cast<std::uint32_t>(std::stoul(entry.substr(entry.find("greeting ") + 9)));
      if (number < 1000 && number % 2 == 0) {
        even.push_back(entry);
      }
    }
    return even;
  };
  EXPECT_EQ(run(false), run(true));
}

}  // namespace
}  // namespace switchfault
