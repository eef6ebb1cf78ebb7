#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "run/scenario_lab.h"

namespace switchfault {
namespace {

TEST(Events, OneObservationALineWithItsCause) {
  const ScenarioLab lab(two_switches(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
faults: [{name: panic, kind: kernel_panic, select: s2, trigger: {at: 10m}}]
)"));
  std::istringstream lines(events_json_lines(lab.log));
  std::string line;
  std::size_t count = 0;
  while (std::getline(lines, line)) {
    const auto event = nlohmann::json::parse(line);
    EXPECT_EQ(event["id"], count);
    if (!event["cause"].is_null()) {
      EXPECT_LT(event["cause"].get<std::size_t>(), count);
    }
    if (event["kind"] == "fault_injected") {
      EXPECT_EQ(event["t_ns"], 600'000'000'000);
      EXPECT_EQ(event["subject"], "panic");
      EXPECT_EQ(event["object"], "s2");
    }
    ++count;
  }
  EXPECT_EQ(count, lab.log.observations.size());
}

}  // namespace
}  // namespace switchfault
