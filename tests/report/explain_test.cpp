#include <stdexcept>

#include <gtest/gtest.h>

#include "run/scenario_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

const std::string kPanic = two_switches(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
faults:
  - {name: panic, kind: kernel_panic, select: s2, trigger: {at: 10m}}
)");

TEST(Explain, EndsAtTheLineOfTheFault) {
  const ScenarioLab lab(kPanic);
  const std::string why = explain(lab.scenario, lab.log, "intranet", "", 11min);
  EXPECT_NE(why.find("0 % of the demand of office for intranet is served"), std::string::npos);
  EXPECT_NE(why.find("panic fault strikes s2"), std::string::npos);
  EXPECT_NE(why.find(": - {name: panic, kind: kernel_panic"), std::string::npos);
}

TEST(Explain, SaysSoWhenThereWasNothing) {
  const ScenarioLab lab(kPanic);
  EXPECT_THROW(static_cast<void>(explain(lab.scenario, lab.log, "intranet", "", 5min)),
               std::invalid_argument);
  EXPECT_THROW(static_cast<void>(explain(lab.scenario, lab.log, "extranet", "", 11min)),
               std::invalid_argument);
}

}  // namespace
}  // namespace switchfault
