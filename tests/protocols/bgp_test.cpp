#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/lab.h"
#include "protocols/story.h"

namespace switchfault {
namespace {

// Two spines of one AS and three leaves of their own; h1 and h2 behind the
// first two. Addresses as in the measured fabric: link i is 10.1.i.0/30.
struct FabricOptions {
  std::string protocol =
      "hold=9s keepalive=3s connect=5s max_paths=8 "
      "multipath_relax=true profile=frr";
  bool own_process = true;
  std::string leaves = {};  // Their protocol, in the process `routing`; empty: as the spines.
};

void set_interface(NetPlan& plan, const std::string& node, const std::string& name,
                   const std::string& key, const std::string& value) {
  for (InterfaceConfig& interface : plan.node(node).interfaces) {
    if (interface.name == name) {
      interface.protocols["bgp"].push_back({.name = key, .text = value, .items = {}, .at = {}});
    }
  }
}

void add_router(NetPlan& plan, const std::string& name, const std::string& as,
                const std::string& networks, const FabricOptions& options) {
  plan.add("protocol " + name + " bgp as=" + as + " " + options.protocol);
  std::vector<std::string> items;
  std::istringstream words(networks);
  for (std::string word; words >> word;) {
    items.push_back(word);
  }
  plan.node(name).protocols[0].arguments.push_back(
      {.name = "networks", .text = "", .items = items, .at = {}});
  if (options.own_process) {
    plan.node(name).processes.push_back({.name = "bgpd",
                                         .function = "bgp",
                                         .memory = {},
                                         .supervisor = SupervisorPolicy{.restarts = false},
                                         .at = {}});
  }
}

NetPlan fabric(const FabricOptions& options = {}) {
  NetPlan plan(R"(
    router p1 p2 l1 l2 l3
    host h1 10.2.6.10/24 via 10.2.6.1
    host h2 10.2.7.10/24 via 10.2.7.1
    link l1:eth9 h1:eth0
    link l2:eth9 h2:eth0
    address l1:eth9 10.2.6.1/24
    address l2:eth9 10.2.7.1/24
    address p1:lo 10.255.0.1/32
    address p2:lo 10.255.0.2/32
    address l1:lo 10.255.0.3/32
    address l2:lo 10.255.0.4/32
    address l3:lo 10.255.0.5/32
  )");
  for (int link = 0; link < 6; ++link) {
    const std::string spine = link < 3 ? "p1" : "p2";
    const std::string leaf = "l" + std::to_string(link % 3 + 1);
    const std::string down = "eth" + std::to_string(link % 3 + 1);
    const std::string up = link < 3 ? "eth1" : "eth2";
    const std::string net = "10.1." + std::to_string(link) + ".";
    plan.add("link " + spine + ":" + down + " " + leaf + ":" + up);
    plan.add("address " + spine + ":" + down + " " + net + "1/30");
    plan.add("address " + leaf + ":" + up + " " + net + "2/30");
    set_interface(plan, spine, down, "remote_as", "6500" + std::to_string(link % 3 + 1));
    set_interface(plan, leaf, up, "remote_as", "65000");
  }
  add_router(plan, "p1", "65000", "10.255.0.1/32", options);
  add_router(plan, "p2", "65000", "10.255.0.2/32", options);
  const FabricOptions other{.protocol = options.leaves, .own_process = false};
  const FabricOptions& leaf = options.leaves.empty() ? options : other;
  add_router(plan, "l1", "65001", "10.255.0.3/32 10.2.6.0/24", leaf);
  add_router(plan, "l2", "65002", "10.255.0.4/32 10.2.7.0/24", leaf);
  add_router(plan, "l3", "65003", "10.255.0.5/32", leaf);
  return plan;
}

class BgpLab : public ProtocolLab {
 public:
  explicit BgpLab(NetPlan plan = fabric(), const NetLab::Options& options = lab_options())
      : ProtocolLab(std::move(plan), options) {}

  [[nodiscard]] std::string way(std::string_view node, std::string_view prefix) {
    for (const FibEntry& entry : network().chip(index(node)).routes()) {
      if (entry.prefix.text() == prefix) {
        std::string text;
        for (const NextHop& hop : entry.next_hops) {
          text += (text.empty() ? "" : " ") + hop.gateway.text();
        }
        return text;
      }
    }
    return "none";
  }
  // The time within `window` for which not everything from h1 gets to h2,
  // looked at every millisecond.
  [[nodiscard]] Duration outage(Duration window) {
    Duration dark{};
    for (Duration passed{}; passed < window; passed += 1ms) {
      ReadSet reads;
      const WalkResult result = network().walk(
          index("h1"),
          {.source = *IpAddress::parse("10.2.6.10"), .destination = *IpAddress::parse("10.2.7.10")},
          reads);
      dark += result.delivered() && result.share >= 1 ? 0ms : 1ms;
      run_for(1ms);
    }
    return dark;
  }
};

TEST(Bgp, AFabricUsesAllItsSpines) {
  BgpLab lab;
  EXPECT_EQ(lab.column("p1", 0, "state"),
            (Log{"eth1 established", "eth2 established", "eth3 established"}));
  EXPECT_EQ(lab.way("l1", "10.2.7.0/24"), "10.1.0.1 10.1.3.1");
  EXPECT_EQ(lab.way("p1", "10.2.7.0/24"), "10.1.1.2");
  EXPECT_EQ(lab.way("l1", "10.255.0.1/32"), "10.1.0.1");
  // Neither spine believes a path that has its own AS in it.
  EXPECT_EQ(lab.way("p1", "10.255.0.2/32"), "none");
}

TEST(Bgp, AQuietFabricCostsNothing) {
  BgpLab lab;
  lab.run_for(10s);
  const std::uint64_t before = lab.simulator().executed();
  lab.run_for(1000h);
  EXPECT_EQ(lab.simulator().executed(), before);
}

// Both ends of the way back know at once; h2's leaf learns of it after the
// queues of p1 and l2.
TEST(Bgp, ALostCarrierEndsTheSessionAtOnce) {
  BgpLab lab;
  lab.cut("p1:eth1");
  lab.run_for(1ms);
  EXPECT_EQ(lab.way("l1", "10.2.7.0/24"), "10.1.3.1");
  EXPECT_EQ(lab.way("l2", "10.2.6.0/24"), "10.1.1.1 10.1.4.1");
  lab.run_for(98ms);
  EXPECT_EQ(lab.way("l2", "10.2.6.0/24"), "10.1.1.1 10.1.4.1");
  lab.run_for(2ms);
  EXPECT_EQ(lab.way("l2", "10.2.6.0/24"), "10.1.4.1");
}

TEST(Bgp, ASilentLinkIsNoticedAfterTheHoldTimeFromTheLastKeepalive) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    BgpLab lab(fabric(), lab_options(seed));
    lab.set_loss("l1:eth1", 1);
    lab.set_loss("p1:eth1", 1);
    const Duration outage = lab.outage(10s);
    EXPECT_GE(outage, 6000ms);
    EXPECT_LE(outage, 9052ms);
  }
}

// The reset tells them, and their queues take 50 ms.
TEST(Bgp, KilledItIsNoticedAtOnce) {
  BgpLab lab;
  lab.crash("p1", "bgp");
  EXPECT_EQ(lab.way("p1", "10.2.7.0/24"), "none");
  const Duration outage = lab.outage(10s);
  EXPECT_GE(outage, 50ms);
  EXPECT_LE(outage, 52ms);
  lab.restart("p1", "bgp");
  EXPECT_EQ(lab.outage(10s), 0ms);
  EXPECT_EQ(lab.way("l1", "10.2.7.0/24"), "10.1.0.1 10.1.3.1");
}

// Who is in which state at p1.
Log states_of_p1(BgpLab& lab) {
  return lab.column("p1", 0, "state");
}

const FabricOptions kBird{
    .protocol = "hold=9s keepalive=3s profile=bird max_paths=16 multipath_relax=true",
    .own_process = false};

// The hold time is drawn anew with each keepalive, of which the last is up to 3 s old.
TEST(Bgp, TimersOfBirdAreUpToAQuarterShorter) {
  Duration least = 1h, most{};
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    BgpLab lab(fabric(kBird), lab_options(seed));
    lab.set_loss("l1:eth1", 1);
    lab.set_loss("p1:eth1", 1);
    const Duration outage = lab.outage(10s);
    least = std::min(least, outage);
    most = std::max(most, outage);
  }
  EXPECT_GE(least, 3750ms);
  EXPECT_LT(least, 7s);
  EXPECT_LE(most, 9s);
}

TEST(Bgp, BirdWaitsAMinuteAfterALostCarrierAndTwoAfterTheNext) {
  BgpLab lab(fabric(kBird));
  const Log all{"eth1 established", "eth2 established", "eth3 established"};
  ASSERT_EQ(states_of_p1(lab), all);
  const auto back_after_cut = [&] {
    lab.cut("p1:eth1");
    lab.run_for(1s);
    lab.mend("p1:eth1");
    Duration waited{};
    for (; waited < 10min && states_of_p1(lab) != all; waited += 1s) {
      lab.run_for(1s);
    }
    return waited;
  };
  const Duration first = back_after_cut();
  EXPECT_GE(first, 45s);
  EXPECT_LE(first, 66s);
  const Duration second = back_after_cut();
  EXPECT_GE(second, 90s);
  EXPECT_LE(second, 126s);
  lab.run_for(6min);  // More than 300 s after the last error it is forgotten.
  EXPECT_LE(back_after_cut(), 66s);
}

// FRR offers long-lived graceful restart without a time: a leaf of BIRD goes on sending to a spine
// that is silent, for the 120 s that the spine may take to start again.
TEST(Bgp, BirdKeepsWhatASilentFrrHasTold) {
  BgpLab lab(fabric({.leaves = kBird.protocol}));
  ASSERT_EQ(lab.way("l1", "10.2.7.0/24"), "10.1.0.1 10.1.3.1");
  lab.set_loss("l1:eth1", 1);
  lab.set_loss("p1:eth1", 1);
  lab.run_for(110s);
  EXPECT_EQ(lab.way("l1", "10.2.7.0/24"), "10.1.0.1 10.1.3.1");
  EXPECT_EQ(lab.column("l1", 0, "state")[0], "eth1 connect");
  EXPECT_EQ(lab.column("p1", 0, "state")[0], "eth1 connect");
  lab.run_for(20s);
  EXPECT_EQ(lab.way("l1", "10.2.7.0/24"), "10.1.3.1");
}

// A connection that is only closed is no error.
TEST(Bgp, BirdIsBackSoonAfterItWasKilled) {
  BgpLab lab(fabric(kBird));
  lab.crash("p1", "routing");
  lab.run_for(10s);
  lab.restart("p1", "routing");
  lab.run_for(6s);
  EXPECT_EQ(states_of_p1(lab), (Log{"eth1 established", "eth2 established", "eth3 established"}));
}

TEST(Bgp, HungItsNeighboursWaitAndNothingIsLost) {
  BgpLab lab;
  lab.hang("p1", "bgp");
  EXPECT_EQ(lab.outage(5s), 0ms);
  EXPECT_EQ(lab.way("l1", "10.2.7.0/24"), "10.1.0.1 10.1.3.1");
  EXPECT_EQ(lab.outage(5s), 0ms);
  EXPECT_EQ(lab.way("l1", "10.2.7.0/24"), "10.1.3.1");
  lab.restart("p1", "bgp");
  lab.run_for(10s);
  EXPECT_EQ(lab.way("l1", "10.2.7.0/24"), "10.1.0.1 10.1.3.1");
}

// RFC 4724: the routing process keeps what the killed one had told it, its neighbours too.
TEST(Bgp, WithGracefulRestartAKilledOneLosesNothing) {
  BgpLab lab(fabric({.protocol = "hold=9s keepalive=3s connect=5s max_paths=8 "
                                 "multipath_relax=true profile=frr graceful_restart=true"}));
  lab.crash("p1", "bgp");
  EXPECT_EQ(lab.outage(3s), 0ms);
  EXPECT_EQ(lab.way("p1", "10.2.7.0/24"), "10.1.1.2");
  EXPECT_EQ(lab.way("l1", "10.2.7.0/24"), "10.1.0.1 10.1.3.1");
  lab.restart("p1", "bgp");
  EXPECT_EQ(lab.outage(15s), 0ms);
  EXPECT_EQ(lab.way("p1", "10.2.7.0/24"), "10.1.1.2");
  EXPECT_EQ(lab.way("l1", "10.2.7.0/24"), "10.1.0.1 10.1.3.1");
}

TEST(Bgp, WithGracefulRestartWhatIsNotToldAgainGoes) {
  BgpLab lab(fabric({.protocol = "hold=9s keepalive=3s connect=5s max_paths=8 "
                                 "multipath_relax=true profile=frr graceful_restart=true"}));
  lab.crash("p1", "bgp");
  lab.crash("l2", "bgp");
  lab.run_for(1s);
  lab.restart("p1", "bgp");
  lab.run_for(15s);
  // p1 waits for l2, which has not told anything, and keeps its way there.
  EXPECT_EQ(lab.way("p1", "10.2.7.0/24"), "10.1.1.2");
  lab.run_for(106s);  // Two minutes after l2 went, p2 has not heard from it again.
  EXPECT_EQ(lab.way("p2", "10.2.7.0/24"), "none");
  lab.run_for(300s);  // p1 decides without it.
  EXPECT_EQ(lab.way("p1", "10.2.7.0/24"), "none");
}

TEST(Bgp, WithGracefulRestartOneThatStaysAwayIsForgottenAfterTheRestartTime) {
  BgpLab lab(fabric({.protocol = "hold=9s keepalive=3s connect=5s max_paths=8 profile=frr "
                                 "multipath_relax=true graceful_restart=true restart_time=20s"}));
  lab.crash("p1", "bgp");
  lab.run_for(19s);
  EXPECT_EQ(lab.way("l1", "10.2.7.0/24"), "10.1.0.1 10.1.3.1");
  lab.run_for(2s);
  EXPECT_EQ(lab.way("l1", "10.2.7.0/24"), "10.1.3.1");
  EXPECT_EQ(lab.way("p1", "10.2.7.0/24"), "none");
}

TEST(Bgp, PrependingAndPreferenceMoveTraffic) {
  NetPlan plan = fabric();
  set_interface(plan, "p1", "eth1", "prepend",
                "2");  // p1 tells l1 longer paths.
  set_interface(plan, "l2", "eth1", "local_preference", "200");
  BgpLab lab(std::move(plan));
  EXPECT_EQ(lab.way("l1", "10.2.7.0/24"), "10.1.3.1");
  EXPECT_EQ(lab.way("l2", "10.2.6.0/24"), "10.1.1.1");
}

TEST(Bgp, TooManyPrefixesEndTheSession) {
  NetPlan plan = fabric();
  set_interface(plan, "l1", "eth1", "max_prefixes", "2");
  BgpLab lab(std::move(plan));
  lab.run_for(60s);
  EXPECT_EQ(lab.column("l1", 0, "state"), (Log{"eth1 idle", "eth2 established"}));
  EXPECT_EQ(lab.way("l1", "10.2.7.0/24"), "10.1.3.1");
}

// a1 - rr - a2 are one AS; what a1 hears from outside gets to a2 by the
// reflector alone.
NetPlan reflected(bool client) {
  NetPlan plan(R"(
    router x a1 rr a2
    link x:eth1 a1:eth1
    link a1:eth2 rr:eth1
    link rr:eth2 a2:eth1
    address x:eth1 10.1.0.1/30
    address a1:eth1 10.1.0.2/30
    address a1:eth2 10.1.1.1/30
    address rr:eth1 10.1.1.2/30
    address rr:eth2 10.1.2.1/30
    address a2:eth1 10.1.2.2/30
    route a2 10.1.1.0/30 10.1.2.1
  )");
  const FabricOptions options;
  add_router(plan, "x", "65100", "10.7.0.0/16", options);
  for (const char* router : {"a1", "rr", "a2"}) {
    add_router(plan, router, "65000", "", options);
  }
  set_interface(plan, "x", "eth1", "remote_as", "65000");
  set_interface(plan, "a1", "eth1", "remote_as", "65100");
  set_interface(plan, "a1", "eth2", "remote_as", "65000");
  set_interface(plan, "a1", "eth2", "next_hop_self", "true");
  set_interface(plan, "rr", "eth1", "remote_as", "65000");
  set_interface(plan, "rr", "eth2", "remote_as", "65000");
  set_interface(plan, "a2", "eth1", "remote_as", "65000");
  if (client) {
    set_interface(plan, "rr", "eth2", "route_reflector_client", "true");
  }
  return plan;
}

TEST(Bgp, OnlyAReflectorPassesOnWhatItHeardInside) {
  for (const bool client : {false, true}) {
    BgpLab lab(reflected(client));
    EXPECT_EQ(lab.way("rr", "10.7.0.0/16"), "10.1.1.1");
    EXPECT_EQ(lab.column("a2", 0, "prefixes received"), (Log{client ? "eth1 1" : "eth1 0"}));
  }
}

// --- malformed updates ---------------------------------------------------------------------------

// l2 damages what it tells of h2's network.
void damage(BgpLab& lab, const char* router, UpdateDamage what) {
  lab.os(router).set_update_damage(
      1, DamagedUpdates{.damage = what, .prefix = IpPrefix::parse("10.2.7.0/24")});
}

TEST(Bgp, AMalformedAttributeWithdrawsItsRouteAndNothingElse) {
  BgpLab lab;
  damage(lab, "l2", UpdateDamage::origin_value);
  lab.run_for(1s);
  EXPECT_EQ(lab.way("l1", "10.2.7.0/24"), "none");
  EXPECT_EQ(lab.way("l1", "10.255.0.4/32"), "10.1.0.1 10.1.3.1");
  EXPECT_EQ(lab.column("p1", 0, "state"),
            (Log{"eth1 established", "eth2 established", "eth3 established"}));
  EXPECT_EQ(lab.column("p1", 0, "malformed"), (Log{"eth1 0", "eth2 1", "eth3 0"}));
  lab.os("l2").set_update_damage(1, std::nullopt);
  lab.run_for(1s);
  EXPECT_EQ(lab.way("l1", "10.2.7.0/24"), "10.1.0.1 10.1.3.1");
}

// RFC 4271: the session ends, comes back after five seconds and ends again.
TEST(Bgp, BeforeRfc7606AMalformedAttributeEndsTheSessionAgainAndAgain) {
  BgpLab lab(fabric({.protocol = "hold=9s keepalive=3s connect=5s max_paths=8 "
                                 "multipath_relax=true profile=frr error_handling=rfc4271"}));
  lab.run_for(1s);
  damage(lab, "l2", UpdateDamage::origin_value);
  lab.run_for(1s);
  EXPECT_EQ(lab.way("l1", "10.255.0.4/32"), "none");
  EXPECT_EQ(lab.column("p1", 0, "state"),
            (Log{"eth1 established", "eth2 idle", "eth3 established"}));
  lab.run_for(10s);
  EXPECT_EQ(lab.column("p1", 0, "malformed"), (Log{"eth1 0", "eth2 3", "eth3 0"}));
  EXPECT_EQ(lab.column("p1", 0, "state"),
            (Log{"eth1 established", "eth2 idle", "eth3 established"}));
}

TEST(Bgp, WhatDoesNotMatterToTheRouteIsIgnored) {
  BgpLab lab;
  damage(lab, "l2", UpdateDamage::aggregator_length);
  lab.run_for(1s);
  EXPECT_EQ(lab.way("l1", "10.2.7.0/24"), "10.1.0.1 10.1.3.1");
  EXPECT_EQ(lab.column("p1", 0, "malformed"), (Log{"eth1 0", "eth2 1", "eth3 0"}));
}

TEST(Bgp, PrefixesThatCannotBeToldApartEndTheSessionInAnyCase) {
  for (const UpdateDamage what : {UpdateDamage::prefix_length, UpdateDamage::attributes_length}) {
    BgpLab lab;
    damage(lab, "l2", what);
    lab.run_for(1s);
    EXPECT_EQ(lab.way("l1", "10.255.0.4/32"), "none");
    EXPECT_EQ(lab.column("p1", 0, "state"),
              (Log{"eth1 established", "eth2 idle", "eth3 established"}));
  }
}

TEST(Bgp, AMalformedUpdateIsObserved) {
  BgpLab lab;
  const Log before = lab.log();
  damage(lab, "l2", UpdateDamage::med_length);
  lab.run_for(1s);
  Log after = lab.log();
  after.erase(after.begin(), after.begin() + static_cast<std::ptrdiff_t>(before.size()));
  EXPECT_EQ(after, (Log{"1us p1 eth2 malformed_frame 1 bgp 10.1.1.2 MULTI_EXIT_DISC with a wrong "
                        "length",
                        "1us p2 eth2 malformed_frame 1 bgp 10.1.4.2 MULTI_EXIT_DISC with a wrong "
                        "length"}));
}

// FRR 8.4 is strict towards its own AS: what a1 tells rr ends their session; x, outside, loses
// nothing but the route.
TEST(Bgp, FrrEndsSessionsInsideTheAsOnly) {
  BgpLab inside(reflected(true));
  inside.os("a1").set_update_damage(1, DamagedUpdates{.damage = UpdateDamage::next_hop_length});
  inside.run_for(1s);
  EXPECT_EQ(inside.column("rr", 0, "state"), (Log{"eth1 idle", "eth2 established"}));
  BgpLab outside(reflected(true));
  outside.os("x").set_update_damage(1, DamagedUpdates{.damage = UpdateDamage::next_hop_length});
  outside.run_for(1s);
  EXPECT_EQ(outside.column("a1", 0, "state"), (Log{"eth1 established", "eth2 established"}));
  EXPECT_EQ(outside.way("rr", "10.7.0.0/16"), "none");
}

// a1 does not know what it passes on.
TEST(Bgp, AnAttributeThatIsPassedOnUnreadEndsASessionFarAway) {
  NetPlan plan = reflected(true);
  plan.node("rr").protocols[0].arguments.push_back(
      {.name = "entropy_label", .text = "true", .items = {}, .at = {}});
  BgpLab lab(std::move(plan));
  lab.os("x").set_update_damage(1, DamagedUpdates{.damage = UpdateDamage::entropy_label_length});
  lab.run_for(1s);
  EXPECT_EQ(lab.column("a1", 0, "state"), (Log{"eth1 established", "eth2 idle"}));
  EXPECT_EQ(lab.column("a1", 0, "malformed"), (Log{"eth1 0", "eth2 0"}));
  EXPECT_EQ(lab.column("rr", 0, "malformed"), (Log{"eth1 1", "eth2 0"}));
}

// Quiet time that is skipped leaves no trace: not in what happens, not in when,
// not in why.
TEST(Bgp, StoriesAreTheSameWithAndWithoutQuietTime) {
  for (std::uint64_t seed = 1; seed <= 21; ++seed) {
    const FabricOptions frr{.own_process = false};
    Story story(Dice(seed), fabric(seed % 3 == 0 ? kBird : frr),
                {.process = "routing",
                 .nodes = {"p1", "p2", "l1", "l2"},
                 .places = {"p1:eth1", "l1:eth1", "p2:eth2", "l2:eth1"},
                 .hosts = {"h1", "h2"}});
    EXPECT_EQ(first_difference(story.tell(true), story.tell(false)), "") << "seed " << seed;
  }
}

TEST(Bgp, WhenEverythingIsMendedTheRoutesAreBack) {
  BgpLab untouched;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Story story(Dice(seed), fabric({.own_process = false}),
                {.process = "routing",
                 .nodes = {"p1", "p2", "l1", "l2"},
                 .places = {"p1:eth1", "l1:eth1", "p2:eth2", "l2:eth1"},
                 .hosts = {"h1", "h2"}});
    const auto lab = story.healed();
    lab->set_host_up("h1", true);
    lab->set_host_up("h2", true);
    lab->run_for(30s);
    for (const char* router : {"p1", "p2", "l1", "l2", "l3"}) {
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
