#include "operations/artefacts.h"

#include <chrono>
#include <vector>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

class ArtefactsTest : public ::testing::Test {
 protected:
  Simulator simulator;
  ObservationLog log{simulator};
  Random random{1};
  std::vector<ArtefactConfig> configs{
      {.name = "patch", .available_after = DurationLaw{.a = 2h}, .after_vendor_called = true},
      {.name = "spare", .count = 1},
      {.name = "image"}};
  Artefacts artefacts{{simulator, log, random}, configs};
};

TEST_F(ArtefactsTest, ThePatchComesAfterTheVendorWasCalled) {
  EXPECT_FALSE(artefacts.available_at("patch").has_value());
  simulator.run_until(kTimeZero + 1h);
  artefacts.call_vendor();
  artefacts.call_vendor();  // Once is enough.
  EXPECT_EQ(artefacts.available_at("patch"), kTimeZero + 3h);
  EXPECT_EQ(log.observations().size(), 1U);
}

TEST_F(ArtefactsTest, ASpareIsUsedUp) {
  EXPECT_EQ(artefacts.available_at("spare"), kTimeZero);
  artefacts.take("spare");
  EXPECT_FALSE(artefacts.available_at("spare").has_value());
}

TEST_F(ArtefactsTest, AnImageIsNot) {
  artefacts.take("image");
  EXPECT_EQ(artefacts.available_at("image"), kTimeZero);
  EXPECT_EQ(artefacts.find("nothing"), nullptr);
}

}  // namespace
}  // namespace switchfault
