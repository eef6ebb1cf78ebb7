#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/lab.h"
#include "protocols/story.h"

namespace switchfault {
namespace {

// h1 - r1 - r2 - r4 - h4 and the longer way over r3, as it was measured.
const std::string kSquare = R"(
  router r1 r2 r3 r4
  host h1 10.2.4.10/24 via 10.2.4.1
  host h4 10.2.5.10/24 via 10.2.5.1
  link r1:eth1 r2:eth1
  link r2:eth2 r4:eth1
  link r1:eth2 r3:eth1
  link r3:eth2 r4:eth2
  link r1:eth3 h1:eth0
  link r4:eth3 h4:eth0
  address r1:lo 10.255.0.1/32
  address r2:lo 10.255.0.2/32
  address r3:lo 10.255.0.3/32
  address r4:lo 10.255.0.4/32
  address r1:eth1 10.1.0.1/30
  address r2:eth1 10.1.0.2/30
  address r2:eth2 10.1.1.1/30
  address r4:eth1 10.1.1.2/30
  address r1:eth2 10.1.2.1/30
  address r3:eth1 10.1.2.2/30
  address r3:eth2 10.1.3.1/30
  address r4:eth2 10.1.3.2/30
  address r1:eth3 10.2.4.1/24
  address r4:eth3 10.2.5.1/24
)";

struct SquareOptions {
  std::string protocol = "network=point_to_point hello=1s dead=4s profile=frr";
  bool own_process = true;
  NetLab::Options lab = lab_options();
};

void set_interface(NetPlan& plan, const std::string& node, const std::string& name,
                   const std::string& key, const std::string& value) {
  for (InterfaceConfig& interface : plan.node(node).interfaces) {
    if (interface.name == name) {
      interface.protocols["ospf"].push_back({.name = key, .text = value, .items = {}, .at = {}});
    }
  }
}

NetPlan square(const SquareOptions& options) {
  NetPlan plan(kSquare);
  for (const char* router : {"r1", "r2", "r3", "r4"}) {
    plan.add("protocol " + std::string(router) + " ospf " + options.protocol);
    if (options.own_process) {
      plan.node(router).processes.push_back({.name = "ospfd",
                                             .function = "ospf",
                                             .memory = {},
                                             .supervisor = SupervisorPolicy{.restarts = false},
                                             .at = {}});
    }
  }
  for (const char* place : {"r1 eth1", "r2 eth1", "r2 eth2", "r4 eth1"}) {
    set_interface(plan, std::string(place).substr(0, 2), std::string(place).substr(3), "cost",
                  "10");
  }
  for (const char* place : {"r1 eth2", "r3 eth1", "r3 eth2", "r4 eth2"}) {
    set_interface(plan, std::string(place).substr(0, 2), std::string(place).substr(3), "cost",
                  "20");
  }
  set_interface(plan, "r1", "eth3", "passive", "true");
  set_interface(plan, "r4", "eth3", "passive", "true");
  return plan;
}

class OspfLab : public ProtocolLab {
 public:
  explicit OspfLab(const SquareOptions& options = {}) : ProtocolLab(square(options), options.lab) {}
  OspfLab(NetPlan plan, const NetLab::Options& options) : ProtocolLab(std::move(plan), options) {}

  // How the chip of a node sends to a prefix: "10.1.0.2 10.1.2.2".
  [[nodiscard]] std::string way(std::string_view node, std::string_view prefix) {
    for (const FibEntry& entry : network().chip(index(node)).routes()) {
      if (entry.prefix.text() == prefix) {
        std::string text;
        for (const NextHop& hop : entry.next_hops) {
          text += (text.empty() ? "" : " ") +
                  (hop.gateway.is_unspecified() ? std::string("link") : hop.gateway.text());
        }
        return text;
      }
    }
    return "none";
  }
  // Whether h1 reaches h4 now.
  [[nodiscard]] bool reaches() {
    ReadSet reads;
    return network()
               .walk(index("h1"),
                     {.source = *IpAddress::parse("10.2.4.10"),
                      .destination = *IpAddress::parse("10.2.5.10")},
                     reads)
               .disposition == Disposition::delivered;
  }
  // The time within `window` for which h1 does not reach h4, looked at every millisecond.
  [[nodiscard]] Duration outage(Duration window) {
    Duration dark{};
    for (Duration passed{}; passed < window; passed += 1ms) {
      dark += reaches() ? 0ms : 1ms;
      run_for(1ms);
    }
    return dark;
  }
};

TEST(Ospf, RoutesLeadOverTheCheaperWay) {
  OspfLab lab;
  EXPECT_EQ(lab.column("r1", 0, "state"), (Log{"eth1 full", "eth2 full"}));
  EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.0.2");
  EXPECT_EQ(lab.way("r4", "10.255.0.1/32"), "10.1.1.1");
  EXPECT_EQ(lab.way("r3", "10.2.5.0/24"), "10.1.3.2");
  EXPECT_TRUE(lab.reaches());
}

TEST(Ospf, AQuietNetworkCostsNothing) {
  OspfLab lab;
  lab.run_for(10s);
  const std::uint64_t before = lab.simulator().executed();
  lab.run_for(1000h);
  EXPECT_EQ(lab.simulator().executed(), before);
}

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

// The process is gone at once, and the routing process withdraws what it had told.
TEST(Ospf, KilledItsRoutesGoWhileNeighboursStillSend) {
  OspfLab lab;
  lab.crash("r2", "ospf");
  EXPECT_EQ(lab.way("r2", "10.2.5.0/24"), "none");
  const Duration outage = lab.outage(8s);
  EXPECT_GE(outage, 2999ms);
  EXPECT_LE(outage, 4001ms);
}

TEST(Ospf, HungItsRoutesStayAndNothingIsLost) {
  OspfLab lab;
  lab.hang("r2", "ospf");
  EXPECT_EQ(lab.outage(8s), 0ms);
  EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.2.2");
  EXPECT_EQ(lab.way("r2", "10.2.5.0/24"), "10.1.1.2");
}

// One process decides and is what others call the routing process.
TEST(Ospf, InTheRoutingProcessItselfItsRoutesOutliveIt) {
  OspfLab lab({.own_process = false});
  lab.crash("r2", "routing");
  EXPECT_EQ(lab.outage(80ms), 0ms);
  EXPECT_EQ(lab.way("r2", "10.2.5.0/24"), "10.1.1.2");
}

TEST(Ospf, EndedInOrderItIsLeftWithoutLoss) {
  OspfLab lab;
  lab.at(500ms, [&] { lab.os("r2").stop(lab.os("r2").find_process("ospf")); });
  EXPECT_LE(lab.outage(8s), 1ms);
  EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.2.2");
}

// What it withdrew is still known to be over; the new instance has to go beyond that at once.
TEST(Ospf, StartedAgainAfterItEndedInOrderItIsBackWithoutAStorm) {
  OspfLab lab({.own_process = true});
  lab.os("r2").stop(lab.os("r2").find_process("ospf"));
  lab.run_for(1ms);
  const std::uint64_t before = lab.simulator().executed();
  lab.restart("r2", "ospf");
  lab.run_for(20s);
  EXPECT_LT(lab.simulator().executed() - before, 5000U);
  EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.0.2");
}

TEST(Ospf, RoutesWaitForTheDelayOfTheirCalculation) {
  OspfLab lab({.protocol = "network=point_to_point hello=1s dead=4s spf_delay=1s spf_hold=2s"});
  lab.at(10s, [&] { lab.cut("r2:eth2"); });
  lab.run_for(9s);
  const Duration outage = lab.outage(5s);
  EXPECT_GE(outage, 999ms);
  EXPECT_LE(outage, 1001ms);
}

TEST(Ospf, MaxMetricSendsTrafficRoundARouter) {
  NetPlan plan = square({});
  plan.node("r2").protocols[0].arguments.push_back(
      {.name = "max_metric", .text = "true", .items = {}, .at = {}});
  OspfLab lab(std::move(plan), lab_options());
  EXPECT_EQ(lab.way("r1", "10.2.5.0/24"), "10.1.2.2");
  EXPECT_EQ(lab.way("r1", "10.255.0.2/32"), "10.1.0.2");
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

// Quiet time that is skipped leaves no trace: not in what happens, not in when, not in why.
TEST(Ospf, StoriesAreTheSameWithAndWithoutQuietTime) {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    Story story(Dice(seed), square({.own_process = false}),
                {.process = "routing",
                 .nodes = {"r1", "r2", "r3", "r4"},
                 .places = {"r2:eth2", "r1:eth1", "r3:eth2", "r1:eth2"},
                 .hosts = {"h1", "h4"}});
    EXPECT_EQ(first_difference(story.tell(true), story.tell(false)), "") << "seed " << seed;
  }
}

TEST(Ospf, WhenEverythingIsMendedTheRoutesAreBack) {
  OspfLab untouched;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Story story(Dice(seed), square({.own_process = false}),
                {.process = "routing",
                 .nodes = {"r1", "r2", "r3", "r4"},
                 .places = {"r2:eth2", "r1:eth1", "r3:eth2", "r1:eth2"},
                 .hosts = {"h1", "h4"}});
    const auto lab = story.healed();
    lab->set_host_up("h1", true);
    lab->set_host_up("h4", true);
    lab->run_for(10s);
    for (const char* router : {"r1", "r2", "r3", "r4"}) {
      const auto& after = lab->network().chip(lab->index(router)).routes();
      const auto& before = untouched.network().chip(untouched.index(router)).routes();
      EXPECT_TRUE(std::ranges::equal(after, before,
                                     [](const FibEntry& a, const FibEntry& b) {
                                       return a.prefix == b.prefix && a.next_hops == b.next_hops;
                                     }))
          << router << " of seed " << seed;
    }
  }
}

}  // namespace
}  // namespace switchfault
