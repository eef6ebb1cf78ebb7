#include "operations/diagnosis.h"

#include <gtest/gtest.h>

#include "operations/lab.h"

namespace switchfault {
namespace {

using Kind = ObservationKind;

Lines diagnosis(std::string_view probability) {
  const ScenarioLab lab(hung_switch(
      kCycle, "  diagnosis: {pool: team, duration: 10m, wrong: [{name: the line, probability: " +
                  std::string(probability) + ", cost: 5m}]}\n"));
  return lab.lines({Kind::diagnosis_wrong, Kind::diagnosis_done});
}

TEST(Diagnosis, AWrongHypothesisCostsItsTimeFirst) {
  const Lines lines = diagnosis("100%");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_NE(lines[0].find("wrong hypothesis given up: the line"), std::string::npos);
}

TEST(Diagnosis, AnUnbelievedOneCostsNothing) {
  EXPECT_EQ(diagnosis("0%").size(), 1U);
}

TEST(Diagnosis, WithoutAConfigurationTheCauseIsKnownAtOnce) {
  const ScenarioLab lab(hung_switch(kCycle));
  EXPECT_EQ(lab.lines({Kind::diagnosis_started, Kind::diagnosis_done}).size(), 2U);
}

}  // namespace
}  // namespace switchfault
