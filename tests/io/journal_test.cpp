#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "run/scenario_lab.h"

namespace switchfault {
namespace {

const std::string kPanic = two_switches(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: {value: 100, basis: assumed, source: invented}}}
faults: [{name: panic, kind: kernel_panic, select: s2, trigger: {at: 10m}}]
)");

TEST(Journal, HasWhatTheContractNames) {
  const auto journal = nlohmann::json::parse(journal_json(ScenarioLab(kPanic).report));
  for (const char* key : {"format", "schema_version", "program_version", "scenario", "strategy",
                          "seed", "fingerprint", "verdict", "clock", "services", "clocks", "probes",
                          "faults", "actions", "assumptions", "expectations"}) {
    EXPECT_TRUE(journal.contains(key)) << key;
  }
  const auto& row = journal["services"][0];
  EXPECT_EQ(row["service"], "intranet");
  EXPECT_EQ(row["users_count"], 100);
  EXPECT_EQ(row["outage_s"], 240.0);
  EXPECT_EQ(row["state_s"]["up"], 3360.0);
  EXPECT_EQ(row["outages"][0]["start_s"], 600.0);
  EXPECT_EQ(row["availability"], 0.933333333);  // Nine significant digits.
  EXPECT_EQ(journal["assumptions"][0]["basis"], "assumed");
  EXPECT_EQ(journal["clock"]["start"], "2026-03-02T08:00:00Z");
}

TEST(Journal, AnOpenOutageHasNoEnd) {
  RunOptions options;
  options.until = std::chrono::minutes{12};
  const auto journal = nlohmann::json::parse(journal_json(ScenarioLab(kPanic, options).report));
  EXPECT_TRUE(journal["services"][0]["outages"][0]["end_s"].is_null());
  EXPECT_EQ(journal["services"][0]["outages"][0]["censored"], true);
}

TEST(Journal, IsTheSameTwiceAndWithoutSkipping) {
  RunOptions all;
  all.skip_quiet_time = false;
  const std::string journal = journal_json(ScenarioLab(kPanic).report);
  EXPECT_EQ(journal, journal_json(ScenarioLab(kPanic).report));
  EXPECT_EQ(journal, journal_json(ScenarioLab(kPanic, all).report));
}

}  // namespace
}  // namespace switchfault
