#include "report/critical_path.h"

#include <chrono>

#include <gtest/gtest.h>

#include "operations/lab.h"

namespace switchfault {
namespace {

TEST(CriticalPath, IsEmptyWhenNothingFell) {
  EXPECT_TRUE(critical_path(RunLog{}, Report{}).empty());
}

TEST(CriticalPath, PartsAddUpToTheRecovery) {
  const ScenarioLab lab(
      hung_switch(kCycle, "  diagnosis: {pool: team, duration: 10m, wrong: []}\n"));
  const SimTime start = lab.report.services.front().outages.front().start;
  ASSERT_TRUE(lab.report.service_reachable.has_value());
  Duration sum{};
  std::string phases;
  for (const CriticalPathPart& part : lab.report.critical_path) {
    sum += part.time;
    phases += part.phase + " ";
  }
  EXPECT_EQ(sum, *lab.report.service_reachable - start);
  EXPECT_EQ(phases.find("detection "), 0U);
  EXPECT_NE(phases.find("boot "), std::string::npos);
}

}  // namespace
}  // namespace switchfault
