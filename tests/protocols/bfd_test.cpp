#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/lab.h"
#include "protocols/story.h"

namespace switchfault {
namespace {

// Two ways from r1 to r3, the one over r2 cheaper.
NetPlan triangle(const std::string& routing = "ospf network=point_to_point hello=1s dead=4s") {
  NetPlan plan(R"(
    router r1 r2 r3
    link r1:eth1 r2:eth1
    link r2:eth2 r3:eth1
    link r1:eth2 r3:eth2 1ms 10Mbps
    address r1:eth1 10.1.0.1/30
    address r2:eth1 10.1.0.2/30
    address r2:eth2 10.1.1.1/30
    address r3:eth1 10.1.1.2/30
    address r1:eth2 10.1.2.1/30
    address r3:eth2 10.1.2.2/30
    address r1:lo 10.255.0.1/32
    address r2:lo 10.255.0.2/32
    address r3:lo 10.255.0.3/32
    protocol r1 bfd
    protocol r2 bfd
    protocol r3 bfd
  )");
  for (const char* router : {"r1", "r2", "r3"}) {
    plan.add("protocol " + std::string(router) + " " + routing);
  }
  return plan;
}

class BfdLab : public ProtocolLab {
 public:
  explicit BfdLab(NetPlan plan = triangle(), const NetLab::Options& options = lab_options())
      : ProtocolLab(std::move(plan), options) {}

  [[nodiscard]] std::string way(std::string_view node, std::string_view prefix) {
    for (const FibEntry& entry : network().chip(index(node)).routes()) {
      if (entry.prefix.text() == prefix) {
        return entry.next_hops.front().gateway.text();
      }
    }
    return "none";
  }
  void set_silent(bool silent) {
    set_loss("r2:eth2", silent ? 1 : 0);
    set_loss("r3:eth1", silent ? 1 : 0);
  }
};

TEST(Bfd, SessionsComeUpBetweenRouters) {
  BfdLab lab;
  EXPECT_EQ(lab.column("r2", 0, "state"), (Log{"eth1 up", "eth2 up"}));
  EXPECT_EQ(lab.column("r2", 0, "detection time"), (Log{"eth1 900ms", "eth2 900ms"}));
}

TEST(Bfd, ASilentLinkIsNoticedWithinTheDetectionTime) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    BfdLab lab(triangle(), lab_options(seed));
    EXPECT_EQ(lab.way("r1", "10.255.0.3/32"), "10.1.0.2");
    lab.set_silent(true);
    lab.run_for(590ms);
    EXPECT_EQ(lab.way("r1", "10.255.0.3/32"), "10.1.0.2");
    lab.run_for(315ms);
    EXPECT_EQ(lab.way("r1", "10.255.0.3/32"), "10.1.2.2");
    lab.set_silent(false);
    lab.run_for(20s);
    EXPECT_EQ(lab.way("r1", "10.255.0.3/32"), "10.1.0.2");
  }
}

// RFC 5880 6.8.7: with a multiplier of 1 no interval is longer than 90 %, so that a session lives
// though its detection time is not longer than the interval.
TEST(Bfd, WithAMultiplierOfOneASessionLives) {
  NetPlan plan = triangle();
  plan.node("r2").protocols[0].arguments.push_back(
      {.name = "multiplier", .text = "1", .items = {}, .at = {}});
  NetLab::Options options = lab_options(1);
  options.skip_quiet_time = false;
  BfdLab lab(std::move(plan), options);
  EXPECT_EQ(lab.column("r1", 0, "detection time"), (Log{"eth1 300ms", "eth2 900ms"}));
  EXPECT_EQ(lab.column("r1", 0, "state"), (Log{"eth1 up", "eth2 up"}));
  lab.run_for(600s);
  EXPECT_EQ(lab.column("r1", 0, "state"), (Log{"eth1 up", "eth2 up"}));
}

TEST(Bfd, AQuietSessionCostsNothing) {
  BfdLab lab;
  lab.run_for(10s);
  const std::uint64_t before = lab.simulator().executed();
  lab.run_for(1000h);
  EXPECT_EQ(lab.simulator().executed(), before);
}

TEST(Bfd, ALostCarrierIsNoBusinessOfTheDetectionTime) {
  BfdLab lab;
  lab.cut("r2:eth2");
  lab.run_for(10ms);
  EXPECT_EQ(lab.column("r2", 0, "state"), (Log{"eth1 up", "eth2 down"}));
  lab.mend("r2:eth2");
  lab.run_for(5s);
  EXPECT_EQ(lab.column("r2", 0, "state"), (Log{"eth1 up", "eth2 up"}));
}

TEST(Bfd, AStaticRouteIsUsedWhileItsNextHopIsHeard) {
  NetPlan plan = triangle();
  plan.add("route r1 10.7.0.0/16 10.1.2.2");
  plan.node("r1").routes.back().bfd = true;
  BfdLab lab(std::move(plan));
  EXPECT_EQ(lab.way("r1", "10.7.0.0/16"), "10.1.2.2");
  lab.set_loss("r1:eth2", 1);
  lab.set_loss("r3:eth2", 1);
  lab.run_for(590ms);
  EXPECT_EQ(lab.way("r1", "10.7.0.0/16"), "10.1.2.2");
  lab.run_for(315ms);
  EXPECT_EQ(lab.way("r1", "10.7.0.0/16"), "none");
  lab.set_loss("r1:eth2", 0);
  lab.set_loss("r3:eth2", 0);
  lab.run_for(5s);
  EXPECT_EQ(lab.way("r1", "10.7.0.0/16"), "10.1.2.2");
}

// Quiet time that is skipped leaves no trace: not in what happens, not in when, not in why.
TEST(Bfd, StoriesAreTheSameWithAndWithoutQuietTime) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    NetPlan plan = triangle();
    plan.add("host h1 10.9.0.2/24 via 10.9.0.1");
    plan.add("link h1:eth0 r1:eth9");
    plan.add("address r1:eth9 10.9.0.1/24");
    Story story(Dice(seed), plan,
                {.process = "routing",
                 .nodes = {"r1", "r2", "r3"},
                 .places = {"r2:eth2", "r1:eth1", "r1:eth2"},
                 .hosts = {"h1"}});
    EXPECT_EQ(first_difference(story.tell(true), story.tell(false)), "") << "seed " << seed;
  }
}

}  // namespace
}  // namespace switchfault
