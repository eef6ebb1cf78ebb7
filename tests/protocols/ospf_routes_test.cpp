#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/ospf_lab.h"

namespace switchfault {
namespace {

TEST(Ospf, RoutesLeadOverTheCheaperWay) {
  OspfLab lab;
  EXPECT_EQ(lab.column("r1", 0, "state"), (Log{"eth1 full", "eth2 full"}));
  EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.0.2");
  EXPECT_EQ(lab.way("r4", "10.255.0.1/32"), "10.1.1.1");
  EXPECT_EQ(lab.way("r3", "10.2.5.0/24"), "10.1.3.2");
  EXPECT_TRUE(lab.reaches());
}

TEST(Ospf, RoutesWaitForTheDelayOfTheirCalculation) {
  OspfLab lab({.protocol = "network=point_to_point hello=1s dead=4s spf_delay=1s spf_hold=2s"});
  lab.at(10s, [&] { lab.cut("r2:eth2"); });
  lab.run_for(9s);
  const Duration outage = lab.outage(5s);
  EXPECT_GE(outage, 999ms);
  EXPECT_LE(outage, 1001ms);
}

}  // namespace
}  // namespace switchfault
