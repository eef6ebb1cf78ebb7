#include <chrono>

#include <gtest/gtest.h>

#include "faults/fault_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(GrayPort, LosesAShareOnTheNamedPortsOnly) {
  FaultLab lab;
  lab.inject("gray_port", {{"ports", "2/*"}, {"loss", "30%"}});
  EXPECT_EQ(lab.os().port_fault(PortIndex{1}), PortFault{});
  EXPECT_EQ(lab.os().port_fault(PortIndex{2}), (PortFault{0.3, 0.3, false}));
  EXPECT_EQ(lab.os().port_fault(PortIndex{3}), (PortFault{0.3, 0.3, false}));
  lab.clear();
  EXPECT_EQ(lab.os().port_fault(PortIndex{3}), PortFault{});
}

TEST(GrayPort, MayLoseInOneDirectionOrHoldEverythingBack) {
  FaultLab lab;
  lab.inject("gray_port", {{"ports", "1/1"}, {"loss", "1"}, {"direction", "receive"}});
  EXPECT_EQ(lab.os().port_fault(PortIndex{0}), (PortFault{0, 1, false}));
  FaultLab stuck;
  stuck.inject("gray_port", {{"ports", "1/1"}, {"loss", "0"}, {"stuck", "true"}});
  EXPECT_EQ(stuck.os().port_fault(PortIndex{0}), (PortFault{0, 0, true}));
}

TEST(GrayPort, SurvivesBootsButNotANewBox) {
  FaultLab lab;
  lab.inject("gray_port", {{"ports", "1/1"}, {"loss", "1"}});
  EXPECT_EQ(lab.survives(), kEveryBoot);
  lab.os().replace();
  lab.run_for(1h);
  lab.booted(BootKind::power_cycle);
  EXPECT_EQ(lab.os().port_fault(PortIndex{0}), PortFault{});
}

}  // namespace
}  // namespace switchfault
