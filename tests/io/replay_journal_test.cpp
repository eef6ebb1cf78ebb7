#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <switchfault/replay.h>

#include "run/recorded_story.h"
#include "run/scenario_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

// One conversation a second for twenty minutes; the switch is down from the tenth on.
class ReplayLab {
 public:
  ReplayLab()
      : scenario(load_scenario_text("test.yaml", two_switches(R"(
services: {shop: {endpoints: [web], port: 443, depends: none}}
users: {office: {places: [desk], count: 5}}
faults: [{name: panic, kind: kernel_panic, select: s2, trigger: {at: 10m}}]
)"),
                                    builtin_catalog())) {
    RecordedStory story;
    for (Duration at = 0s; at < 20min; at += 1s) {
      story.tcp(at, "192.168.7.5:50000", "198.51.100.9:443", kAckFlag);
    }
    story.frame(20min, {1, 2, 3});
    replayed = replay(scenario, {}, story);
    text = journal_json(make_report(scenario, replayed.log), replayed);
    journal = nlohmann::json::parse(text);
  }

  Scenario scenario;
  ReplayReport replayed;
  std::string text;
  nlohmann::json journal;
};

TEST(ReplayJournalTest, HasWhatTheContractNames) {
  const ReplayLab lab;
  EXPECT_EQ(lab.journal["format"], "switchfault-journal");
  EXPECT_EQ(lab.journal["trace"]["packets"], 1201);
  EXPECT_EQ(lab.journal["trace"]["unreadable"], 1);
  EXPECT_EQ(lab.journal["trace"]["open_loop"], true);
  EXPECT_EQ(lab.journal["trace"]["complete"], true);
  std::uint64_t sum = 0;
  for (const auto& count : lab.journal["dispositions"]) {
    sum += count.get<std::uint64_t>();
  }
  EXPECT_EQ(sum, 1201U);
  EXPECT_EQ(lab.journal["baseline_dispositions"]["delivered"], 1200);
  EXPECT_EQ(lab.journal["services"][0]["service"], "shop");  // That of the run is there as well.
}

TEST(ReplayJournalTest, FlowTellsItsOutageBesideItsBaseline) {
  const ReplayLab lab;
  ASSERT_EQ(lab.journal["flows"].size(), 1U);
  const auto& flow = lab.journal["flows"][0];
  EXPECT_EQ(flow["src"], "192.168.7.5");
  EXPECT_EQ(flow["dst_port"], 443);
  EXPECT_EQ(flow["application"], "shop");
  EXPECT_EQ(flow["first_loss_s"], 600.0);
  EXPECT_EQ(flow["packets"], flow["delivered"].get<int>() + flow["lost"].get<int>());
  EXPECT_EQ(flow["lost"], flow["lost_by_faults"]);
  EXPECT_EQ(flow["outages"][0]["start_s"], 600.0);
  EXPECT_EQ(flow["baseline"]["lost"], 0);
  EXPECT_TRUE(flow["baseline"]["first_loss_s"].is_null());
  EXPECT_EQ(flow["delay_s"]["p50"], 0.000002016);
}

TEST(ReplayJournalTest, ApplicationsAndMappingAreThere) {
  const ReplayLab lab;
  const auto& shop = lab.journal["applications"][0];
  EXPECT_EQ(shop["name"], "shop");
  EXPECT_EQ(shop["failed"], 1);
  EXPECT_EQ(shop["over_time"]["sent"].size(), shop["over_time"]["lost_by_faults"].size());
  EXPECT_EQ(lab.journal["mapping"][1]["node"], "web");
  EXPECT_EQ(lab.journal["losses"][0]["first_s"], 600.0);
}

TEST(ReplayJournalTest, IsTheSameTwice) {
  EXPECT_EQ(ReplayLab().text, ReplayLab().text);
}

}  // namespace
}  // namespace switchfault
