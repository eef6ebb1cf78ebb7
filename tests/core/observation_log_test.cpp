#include "core/observation_log.h"

#include <vector>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

constexpr Entity kNode{EntityKind::node, 3};

struct Hearer final : ObservationListener {
  void observed(ObservationId id, const Observation&) override { heard.push_back(id); }
  std::vector<ObservationId> heard;
};

TEST(ObservationLog, EachObservationExplainsTheNext) {
  Simulator simulator;
  ObservationLog log(simulator);
  const ObservationId first = log.append(ObservationKind::host_state, kNode, {.value = 4});
  const ObservationId second =
      log.append(ObservationKind::boot_started, kNode, {.value = 0, .text = "panic"});
  EXPECT_EQ(log[first].cause, ObservationId::none);
  EXPECT_EQ(log[second].cause, first);
  EXPECT_EQ(log.text(log[second].text), "panic");
  EXPECT_EQ(simulator.cause(), second);
}

TEST(ObservationLog, KeepsTheWarmUpOut) {
  Simulator simulator;
  ObservationLog log(simulator);
  Hearer hearer;
  log.subscribe(hearer);
  log.set_recording(false);
  log.append(ObservationKind::host_state, kNode);
  EXPECT_TRUE(log.observations().empty());
  log.set_recording(true);
  log.append(ObservationKind::host_state, kNode);
  EXPECT_EQ(log.observations().size(), 1U);
  EXPECT_EQ(hearer.heard, std::vector<ObservationId>{ObservationId{0}});
}

TEST(ObservationLog, TheFingerprintSeesValuesTextsAndCauses) {
  const auto fingerprint = [](std::int64_t value, std::string_view text) {
    Simulator simulator;
    ObservationLog log(simulator);
    log.append(ObservationKind::configuration, kNode, {.value = value, .text = text});
    return log.fingerprint();
  };
  EXPECT_EQ(fingerprint(1, "a"), fingerprint(1, "a"));
  EXPECT_NE(fingerprint(1, "a"), fingerprint(2, "a"));
  EXPECT_NE(fingerprint(1, "a"), fingerprint(1, "b"));
}

}  // namespace
}  // namespace switchfault
