#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

TEST(LoadCost, ReadsWeightsAndTheObjective) {
  const Scenario scenario = load_with_network(
      "cost: {unit: EUR, user_minute: 0.5, outage_hour: 1000, staff_hour: 80, action: 5}\n"
      "objective: cost");
  ASSERT_TRUE(scenario.cost.has_value());
  EXPECT_EQ(scenario.cost->unit, "EUR");
  EXPECT_EQ(scenario.cost->user_minute, 0.5);
  EXPECT_EQ(scenario.cost->outage_hour, 1000);
  EXPECT_EQ(scenario.cost->staff_hour, 80);
  EXPECT_EQ(scenario.cost->action, 5);
  EXPECT_EQ(scenario.objective.text, "cost");
}

TEST(LoadCost, NothingCostsAnythingUnlessTheFileSaysSo) {
  const Scenario scenario = load_with_network("objective: recovery_s");
  EXPECT_FALSE(scenario.cost.has_value());
  EXPECT_EQ(scenario.objective.text, "recovery_s");
}

TEST(LoadCost, SaysWhatIsNoObjective) {
  EXPECT_EQ(network_errors("objective: recovery"),
            "s.yaml:1:12: error: unknown metric 'recovery'\n"
            "  objective: recovery\n"
            "             ^\n"
            "  did you mean 'recovery_s'?\n");
  EXPECT_EQ(network_errors("objective: cost"),
            "s.yaml:1:12: error: the objective is the cost, and nothing says what anything costs\n"
            "  objective: cost\n"
            "             ^\n"
            "  write a section cost: {user_minute: 0.5, staff_hour: 80}\n");
}

TEST(LoadCost, SaysWhatIsNoWeight) {
  EXPECT_EQ(network_errors("cost: {unit: EUR}"),
            "s.yaml:1:7: error: a cost without a weight above 0\n"
            "  cost: {unit: EUR}\n"
            "        ^\n"
            "  write user_minute, outage_hour, staff_hour or action\n");
}

}  // namespace
}  // namespace switchfault
