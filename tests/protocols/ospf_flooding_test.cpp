#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/ospf_lab.h"

namespace switchfault {
namespace {

TEST(Ospf, AQuietNetworkCostsNothing) {
  OspfLab lab;
  lab.run_for(10s);
  const std::uint64_t before = lab.simulator().executed();
  lab.run_for(1000h);
  EXPECT_EQ(lab.simulator().executed(), before);
}

TEST(Ospf, MaxMetricSendsTrafficRoundARouter) {
  NetPlan plan = square({});
  plan.node("r2").protocols[0].arguments.push_back(
      {.name = "max_metric", .text = "true", .items = {}, .at = {}});
  OspfLab lab(std::move(plan), lab_options());
  EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.2.2");
  EXPECT_EQ(lab.way("r1", "10.255.0.2/32"), "10.1.0.2");
}

// r2 stands in area 0 and area 1: each side knows the other by summaries.

TEST(Ospf, ABorderRouterTellsEachAreaOfTheOther) {
  NetPlan plan(R"(
    router r1 r2 r3
    link r1:eth1 r2:eth1
    link r2:eth2 r3:eth1
    address r1:eth1 10.1.0.1/30
    address r2:eth1 10.1.0.2/30
    address r2:eth2 10.1.1.1/30
    address r3:eth1 10.1.1.2/30
    address r1:lo 10.255.0.1/32
    address r2:lo 10.255.0.2/32
    address r3:lo 10.255.0.3/32
    protocol r1 ospf network=point_to_point
    protocol r2 ospf network=point_to_point
    protocol r3 ospf network=point_to_point area=1
  )");
  set_interface(plan, "r2", "eth2", "area", "1");
  OspfLab lab(std::move(plan), lab_options());
  EXPECT_EQ(lab.way("r1", "10.255.0.3/32"), "10.1.0.2");
  EXPECT_EQ(lab.way("r3", "10.255.0.1/32"), "10.1.1.1");
  lab.cut("r2:eth2");
  lab.run_for(1min);
  EXPECT_EQ(lab.way("r1", "10.255.0.3/32"), "none");
}

// Of several first instances the last is not the initial one any more: the one from before, which
// neighbours tell within a second, is ignored and asked for again after five. Until then they send.
TEST(Ospf, KilledAndStartedAgainItIsSentToBeforeItHasRoutes) {
  OspfLab lab;
  lab.crash("r2", "ospf");
  lab.run_for(10s);
  lab.restart("r2", "ospf");
  const Duration dark = lab.outage(10s);
  EXPECT_GT(dark, 3950ms);  // Less the time between the hellos of its two neighbours.
  EXPECT_LE(dark, 5050ms);
}

}  // namespace
}  // namespace switchfault
