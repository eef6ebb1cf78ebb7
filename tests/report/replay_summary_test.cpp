#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <switchfault/replay.h>

#include "run/recorded_story.h"
#include "run/scenario_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// A packet a second for so long, over two switches of which one panics at ten minutes.
std::string summary_of(Duration length, CaptureEnd::How end = CaptureEnd::How::complete) {
  const Scenario scenario = load_scenario_text("test.yaml", two_switches(R"(
services: {shop: {endpoints: [web], port: 443, depends: none}}
users: {office: {places: [desk], count: 5}}
faults: [{name: panic, kind: kernel_panic, select: s2, trigger: {at: 10m}}]
)"),
                                               builtin_catalog());
  RecordedStory story;
  for (Duration at = 0s; at < length; at += 1s) {
    story.tcp(at, "192.168.7.5:50000", "198.51.100.9:443", kAckFlag);
  }
  story.ends = end;
  const ReplayReport replayed = replay(scenario, {}, story);
  return format_replay(make_report(scenario, replayed.log), replayed, {});
}

TEST(ReplaySummaryTest, FirstSentenceSaysWhatFailedWhenAndWhy) {
  EXPECT_THAT(
      summary_of(20min),
      StartsWith("test: 1 of 1 flow (1 of 1 application) would have failed, from 10m to 13m59s, "
                 "because of panic (neighbor_unresolved at desk); all got through again.\n"));
}

TEST(ReplaySummaryTest, FlowThatNeverCameBackIsSaid) {
  EXPECT_THAT(summary_of(11min), HasSubstr("; 1 got nothing through again.\n"));
  EXPECT_THAT(summary_of(11min), HasSubstr("60 of     660 lost, 10m to the end\n"));
}

TEST(ReplaySummaryTest, NothingLostIsSaid) {
  const std::string text = summary_of(5min);
  EXPECT_THAT(text, StartsWith("test: none of 1 flow would have failed by the faults.\n"));
  EXPECT_THAT(text, Not(HasSubstr("Worst flows")));
}

TEST(ReplaySummaryTest, TablesCloseAndSayThatTheReplayIsOpenLoop) {
  const std::string text = summary_of(20min);
  EXPECT_THAT(text, HasSubstr("  Open-loop: packets are offered at their recorded times"));
  EXPECT_THAT(text, HasSubstr("  delivered                     960           1,200\n"
                              "  neighbor_unresolved           240               0\n"
                              "  sum                         1,200           1,200\n"));
  EXPECT_THAT(text, HasSubstr("  192.168.7.5                    desk"));
  EXPECT_THAT(text, HasSubstr("240  neighbor_unresolved at desk, 10m to 13m59s, by panic\n"));
  EXPECT_THAT(text,
              HasSubstr("|...............................-############-...................|"));
}

TEST(ReplaySummaryTest, CutOffCaptureIsSaid) {
  EXPECT_THAT(summary_of(5min, CaptureEnd::How::cut_off),
              HasSubstr("  The capture is not complete: "));
}

TEST(ReplaySummaryTest, EmptyCaptureHasASummary) {
  EXPECT_THAT(summary_of(0s), StartsWith("test: none of 0 flows would have failed"));
}

}  // namespace
}  // namespace switchfault
