#include <set>
#include <string>

#include <gtest/gtest.h>

#include <switchfault/observation.h>

namespace switchfault {
namespace {

TEST(Observation, EveryKindHasItsOwnName) {
  std::set<std::string> names;
  const auto last = static_cast<unsigned>(ObservationKind::run_ended);
  for (unsigned kind = 0; kind <= last; ++kind) {
    names.emplace(observation_name(static_cast<ObservationKind>(kind)));
  }
  EXPECT_EQ(names.size(), last + 1);
  EXPECT_EQ(names.count("unknown"), 0U);
}

TEST(Observation, OperatorsDoNotSeeTheTruth) {
  EXPECT_TRUE(hidden_from_operations(ObservationKind::fault_injected));
  EXPECT_TRUE(hidden_from_operations(ObservationKind::port_loss));
  EXPECT_FALSE(hidden_from_operations(ObservationKind::poll_state));
}

}  // namespace
}  // namespace switchfault
