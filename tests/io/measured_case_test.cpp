#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <switchfault/measured.h>

namespace switchfault {
namespace {

const std::string kFolder = std::string(SWITCHFAULT_SOURCE_DIR) + "/tests/measured/";

TEST(MeasuredCaseFile, EveryFileOfTheFolderCanBeRead) {
  std::size_t files = 0;
  for (const char* const part : {"cases", "rest"}) {
    for (const auto& entry : std::filesystem::directory_iterator(kFolder + part)) {
      const MeasuredCase measured = load_measured_case(entry.path().string());
      EXPECT_FALSE(measured.baseline.empty()) << entry.path();
      EXPECT_EQ(measured.repetitions.empty(), std::string(part) == "rest") << entry.path();
      ++files;
    }
  }
  EXPECT_EQ(files, 78U);
}

TEST(MeasuredCaseFile, HoldsWhatWasMeasured) {
  const MeasuredCase measured =
      load_measured_case(kFolder + "cases/stp-tri-fast-direct-carrier.json");
  EXPECT_EQ(measured.id, "stp-tri-fast-direct-carrier");
  ASSERT_EQ(measured.repetitions.size(), 5U);
  ASSERT_EQ(measured.probes.size(), 6U);
  EXPECT_EQ(measured.probes[2].name, "h1>h3");
  EXPECT_EQ(measured.repetitions[0].fault[2].there.lost, 419U);
  EXPECT_FALSE((*measured.repetitions[0].restore)[2].there.recovered);
  EXPECT_EQ(measured.fault.steps[0].what, "down");
  EXPECT_EQ(measured.baseline.at("s3 ports s2 state"), "blocking");
}

TEST(MeasuredCaseFile, OfASwitchThatKeepsFramesWhatComesLateIsLost) {
  const MeasuredCase hung = load_measured_case(kFolder + "cases/rstp-ovs-tri-hang-root-5s.json");
  EXPECT_TRUE(hung.timely);
  EXPECT_GT(hung.repetitions[0].fault[0].there.outage, Duration{5'000'000'000});
  EXPECT_FALSE(load_measured_case(kFolder + "cases/lacp-fast-silent.json").timely);
}

// After the link was back the routers did not use both next hops again. The longest of some 677
// gaps of a probe every 10 ms was 45.7 ms: 35.7 ms / (ln 677 + 0.577).
TEST(MeasuredCaseFile, TellsWhatWasLeftAndHowLateTheMachineWas) {
  const MeasuredCase measured = load_measured_case(kFolder + "cases/ospf-square-fast-carrier.json");
  EXPECT_FALSE(measured.repetitions[0].returned);
  EXPECT_NEAR(static_cast<double>(measured.repetitions[0].cpu_wait.count()) / 1e6, 5.03, 0.01);
}

TEST(MeasuredCaseFile, AStepWithNothingToActOnIsMissing) {
  std::ifstream file(kFolder + "cases/vrrp-keepalived-term.json");
  nlohmann::json document = nlohmann::json::parse(file);
  document["case"]["event"][0]["daemon"] = "vrrpd";
  document["case"]["restore"] =
      nlohmann::json::array({{{"do", "wire"}, {"link", "g1-g9"}, {"mode", "up"}},
                             {{"do", "start"}, {"node", "g9"}, {"daemon", "keepalived"}}});
  const std::string path = testing::TempDir() + "absent.json";
  std::ofstream(path) << document;
  EXPECT_EQ(
      load_measured_case(path).missing,
      (std::vector<std::string>{"no daemon 'vrrpd' on g1", "no link 'g1-g9'", "no node 'g9'"}));
}

TEST(MeasuredCaseFile, OtherFilesAreRefusedWithTheirName) {
  EXPECT_THROW(load_measured_case("/nowhere/case.json"), std::runtime_error);
  EXPECT_THROW(load_measured_case(kFolder + "README.md"), std::runtime_error);
}

}  // namespace
}  // namespace switchfault
