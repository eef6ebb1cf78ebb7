#include <chrono>

#include <gtest/gtest.h>

#include "faults/fault_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(PowerLoss, TheNodeStartsAgainWhenThePowerIsBack) {
  FaultLab lab;
  lab.inject("power_loss");
  EXPECT_EQ(lab.os().host_state(), HostState::off);
  lab.run_for(1h);
  lab.clear();
  lab.run_for(130s);
  EXPECT_TRUE(lab.os().serves(Plane::management));
}

TEST(PowerLoss, MayHitOneBoxOfAStack) {
  NodeConfig config = lab_switch("s1");
  config.boxes = 2;
  FaultLab lab(config);
  lab.inject("power_loss", {{"box", "2"}});
  EXPECT_FALSE(lab.os().port_powered(PortIndex{2}));
  EXPECT_TRUE(lab.os().serves(Plane::data));
  EXPECT_EQ(lab.survives(), kEveryBoot);  // The rest may boot.
  lab.boot(BootKind::cold);
  EXPECT_FALSE(lab.os().port_powered(PortIndex{2}));
  lab.clear();
  EXPECT_TRUE(lab.os().port_powered(PortIndex{2}));
}

TEST(PowerLoss, OfABoxThatIsNotThereDoesNothing) {
  FaultLab lab;
  lab.inject("power_loss", {{"box", "2"}});
  EXPECT_EQ(lab.log(), Log{});
}

}  // namespace
}  // namespace switchfault
