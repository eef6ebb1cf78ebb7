#include "report/observation_text.h"

#include <chrono>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

TEST(ObservationText, ReadsAsASentence) {
  RunLog log;
  log.texts = {"", "vrid 10"};
  log.names = {{.entity = {EntityKind::node, 0}, .name = "core-1"},
               {.entity = {EntityKind::interface, 0}, .name = "core-1 vlan10"}};
  const SimTime at = kTimeZero + std::chrono::seconds{4};
  EXPECT_EQ(observation_text(log, {.at = at,
                                   .value = 4,
                                   .subject = {EntityKind::node, 0},
                                   .kind = ObservationKind::host_state}),
            "4s core-1 host panicked");
  EXPECT_EQ(observation_text(log, {.at = at,
                                   .value = 2,
                                   .subject = {EntityKind::interface, 0},
                                   .text = TextId{1},
                                   .kind = ObservationKind::gateway_state}),
            "4s core-1 vlan10 gateway vrid 10 master");
}

TEST(ObservationText, EveryKindSaysSomething) {
  RunLog log;
  log.texts = {""};
  for (unsigned kind = 0; kind <= static_cast<unsigned>(ObservationKind::run_ended); ++kind) {
    const std::string text = observation_text(log, {.kind = static_cast<ObservationKind>(kind)});
    EXPECT_GT(text.size(), std::string("0s  ").size()) << kind;
  }
}

}  // namespace
}  // namespace switchfault
