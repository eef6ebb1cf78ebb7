#include <gtest/gtest.h>

#include "faults/fault_lab.h"

namespace switchfault {
namespace {

TEST(PortShutdown, ShutsTheNamedPortsOnlyUntilItIsCleared) {
  FaultLab lab;
  lab.inject("port_shutdown", {{"ports", "2/*"}});
  EXPECT_TRUE(lab.os().port_enabled(PortIndex{1}));
  EXPECT_FALSE(lab.os().port_enabled(PortIndex{2}));
  EXPECT_FALSE(lab.os().port_enabled(PortIndex{3}));
  lab.clear();
  EXPECT_TRUE(lab.os().port_enabled(PortIndex{2}));
}

TEST(PortShutdown, IsGoneAfterAnyBoot) {
  FaultLab lab;
  lab.inject("port_shutdown", {{"ports", "1/1"}});
  EXPECT_EQ(lab.survives(), "");
  lab.boot(BootKind::cold);
  EXPECT_TRUE(lab.os().port_enabled(PortIndex{0}));
}

}  // namespace
}  // namespace switchfault
