#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/ospf_lab.h"

namespace switchfault {
namespace {

TEST(Ospf, ALostCarrierIsAnsweredAtOnce) {
  OspfLab lab;
  lab.at(10s, [&] { lab.cut("r2:eth2"); });
  lab.run_for(10s);
  EXPECT_LE(lab.outage(5s), 1ms);
  EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.2.2");
  lab.mend("r2:eth2");
  lab.run_for(10s);
  EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.0.2");
}

TEST(Ospf, ASilentLinkIsNoticedAfterTheDeadIntervalFromTheLastHello) {
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U}) {
    OspfLab lab({.lab = lab_options(seed)});
    lab.set_loss("r2:eth2", 1);
    const Duration outage = lab.outage(8s);
    EXPECT_GE(outage, 2999ms);
    EXPECT_LE(outage, 4001ms);
  }
}

TEST(Ospf, ARouterOfAnotherAreaIsRefusedAndShown) {
  NetPlan plan = square({});
  set_interface(plan, "r4", "eth1", "area", "1");
  OspfLab lab(std::move(plan), lab_options());
  EXPECT_EQ(lab.column("r2", 0, "note"), (Log{"eth1 ", "eth2 area 0.0.0.1 is not 0.0.0.0"}));
  EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.2.2");
}

// Three routers on one shared network: the two of the highest identifiers become its designated

// router and the backup, after the wait.

const std::string kLan = R"(
  router r1 r2 r3
  segment lan
  link r1:eth1 lan:p1
  link r2:eth1 lan:p2
  link r3:eth1 lan:p3
  address r1:eth1 10.9.0.1/24
  address r2:eth1 10.9.0.2/24
  address r3:eth1 10.9.0.3/24
  address r1:lo 10.255.0.1/32
  address r2:lo 10.255.0.2/32
  address r3:lo 10.255.0.3/32
  protocol r1 ospf hello=1s dead=4s
  protocol r2 ospf hello=1s dead=4s
  protocol r3 ospf hello=1s dead=4s
)";

TEST(Ospf, ASharedNetworkHasADesignatedRouterAfterTheWait) {
  OspfLab lab(NetPlan(kLan), lab_options());
  EXPECT_EQ(lab.column("r1", 0, "state"), (Log{"eth1 full", "eth1 full"}));
  EXPECT_EQ(lab.way("r1", "10.255.0.2/32"), "10.9.0.2");
  EXPECT_EQ(lab.way("r2", "10.255.0.3/32"), "10.9.0.3");
  lab.hang("r3", "routing");
  lab.run_for(20s);
  EXPECT_EQ(lab.way("r1", "10.255.0.3/32"), "none");
  EXPECT_EQ(lab.way("r1", "10.255.0.2/32"), "10.9.0.2");
}

}  // namespace
}  // namespace switchfault
