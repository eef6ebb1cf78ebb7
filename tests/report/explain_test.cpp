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

std::string refusal(const ScenarioLab& lab, const std::string& service, const std::string& users) {
  try {
    return explain(lab.scenario, lab.log, service, users, 11min);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

TEST(Explain, TellsAMisspeltServiceFromOneThatNobodyUses) {
  const ScenarioLab lab(two_switches(R"(
services:
  dns: {endpoints: [web], depends: none}
  intranet: {endpoints: [web], depends: [dns]}
users: {office: {places: [desk], count: 100, uses: [intranet]}}
)"));
  EXPECT_EQ(refusal(lab, "intranett", ""),
            "there is no service 'intranett'; did you mean 'intranet'?");
  EXPECT_EQ(refusal(lab, "intranet", "offise"),
            "there is no user group 'offise'; did you mean 'office'?");
  EXPECT_EQ(refusal(lab, "dns", ""),
            "no users use 'dns' themselves, so nothing measures it; ask about a service that "
            "depends on it");
  EXPECT_EQ(refusal(lab, "dns", "office"), "the users 'office' do not use 'dns'");
}

TEST(Explain, FollowsDependenciesToTheOneThatWasNeverThere) {
  std::string yaml = two_switches(R"(
services:
  clock: {endpoints: [ops], depends: none}
  names: {endpoints: [desk], depends: [clock]}
  intranet: {endpoints: [web], depends: [names]}
users: {office: {places: [desk], count: 100, uses: [intranet]}}
)");
  yaml.replace(yaml.find("10.0.10.30"), 10, "10.0.99.30");  // No way leads there.
  const ScenarioLab lab(yaml);
  EXPECT_EQ(explain(lab.scenario, lab.log, "intranet", "", 5min),
            "At 5m 0 % of the demand of office for intranet is served. Why:\n"
            "  0s intranet for office 0 % served: server not serving at web\n"
            "    0s intranet at web lacks names: server not serving at desk\n"
            "      0s names at desk lacks clock: no_route at desk\n"
            "no fault of the scenario stands behind it\n");
}

}  // namespace
}  // namespace switchfault
