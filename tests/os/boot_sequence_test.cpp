#include "os/boot_sequence.h"

#include <chrono>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

constexpr SimTime kStart = kTimeZero + 5s;
constexpr BootSequence::Planes kAll{true, true, true};

TEST(BootSequence, PlanesReturnAtTheirTimesAndControlFirstInOneInstant) {
  BootSequence boot;
  boot.begin(BootKind::cold, {.data = 10s, .control = 10s, .management = 20s}, kAll, kStart);
  EXPECT_EQ(boot.next(), kStart + 10s);
  EXPECT_EQ(boot.take(kStart + 9s), std::nullopt);
  EXPECT_EQ(boot.take(kStart + 10s), Plane::control);
  EXPECT_EQ(boot.take(kStart + 10s), Plane::data);
  EXPECT_EQ(boot.take(kStart + 10s), std::nullopt);
  EXPECT_EQ(boot.take(kStart + 20s), Plane::management);
  EXPECT_FALSE(boot.running());
}

TEST(BootSequence, ATimeOfZeroInterruptsNothing) {
  BootSequence boot;
  boot.begin(BootKind::warm, {.data = 0s, .control = 10s, .management = 20s}, kAll, kStart);
  EXPECT_FALSE(boot.waits_for(Plane::data));
  EXPECT_TRUE(boot.waits_for(Plane::control));
}

TEST(BootSequence, APlaneThatWasDownReturnsWithTheLastOne) {
  BootSequence boot;
  boot.begin(BootKind::warm, {.data = 0s, .control = 10s, .management = 20s}, {false, true, true},
             kStart);
  EXPECT_EQ(boot.take(kStart + 20s), Plane::control);
  EXPECT_EQ(boot.take(kStart + 20s), Plane::data);
}

TEST(BootSequence, CanBeCancelled) {
  BootSequence boot;
  boot.begin(BootKind::cold, {.data = 1s, .control = 1s, .management = 1s}, kAll, kStart);
  boot.cancel();
  EXPECT_FALSE(boot.running());
  EXPECT_EQ(boot.take(kStart + 1h), std::nullopt);
}

}  // namespace
}  // namespace switchfault
