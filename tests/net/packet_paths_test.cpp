#include "net/packet_paths.h"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "net/packet_lab.h"
#include "net/random_worlds.h"
#include "net/two_routers.h"

namespace switchfault {
namespace {

std::string end_of(const std::string& told) {
  return told.substr(told.find(' ') + 1);
}

TEST(PacketPathsTest, RoutersRewriteTheFrameAndLowerTheTtl) {
  PacketLab lab(kTwoRouters);
  lab.capture(lab.port("r2:eth1"));
  lab.send_at(lab.flow("h1", "h2"), 1s);
  lab.send_at(lab.flow("h1", lab.packet("h1", "2001:db8:2::1")), 1s);
  lab.play();
  EXPECT_EQ(lab.ends[Disposition::delivered], 2);
  ASSERT_EQ(lab.frames.size(), 2);
  EXPECT_EQ(lab.frames[0].ttl, 62);
  EXPECT_EQ(lab.frames[0].source, lab.node("r2").interfaces.front().mac());
  EXPECT_EQ(lab.frames[0].destination, lab.node("h2").interfaces.front().mac());
}

TEST(PacketPathsTest, ATtlThatRunsOutEndsThere) {
  PacketLab lab(kTwoRouters);
  const FlowIndex flow = lab.flow("h1", "h2");
  lab.send_at(flow, 1s, 100, true, 1);
  lab.send_at(flow, 1s, 100, true, 2);
  lab.send_at(flow, 1s, 100, true, 3);
  lab.play();
  ASSERT_EQ(lab.told.size(), 3);
  EXPECT_EQ(end_of(lab.told[0]), "ttl_exceeded at r1");
  EXPECT_EQ(end_of(lab.told[1]), "ttl_exceeded at r2");
  EXPECT_EQ(end_of(lab.told[2]), "delivered at h2");
}

TEST(PacketPathsTest, AnAnswerHoldsUntilTheNodeChanges) {
  PacketLab lab(kTwoRouters);
  const FlowIndex flow = lab.flow("h1", "h2");
  lab.at(2s, [&] { lab.crash("r2", "routing"); });  // Its routes stay in the chip.
  lab.at(4s, [&] { lab.set_host_up("h2", false); });
  lab.send_at(flow, 1s);
  lab.send_at(flow, 3s);
  lab.send_at(flow, 5s);
  lab.play();
  ASSERT_EQ(lab.told.size(), 3);
  EXPECT_EQ(end_of(lab.told[1]), "delivered at h2");
  EXPECT_EQ(end_of(lab.told[2]), "no_route at r2");
}

TEST(PacketPathsTest, WhoGetsNoAnswerAsksAgainAfterASecond) {
  PacketLab lab(kTwoRouters);
  Packet to_nobody = lab.packet("h1", "h2");
  to_nobody.destination = IpAddress::parse("10.0.2.77").value();
  const FlowIndex flow = lab.flow("h1", to_nobody);
  const std::uint64_t before = lab.network().walk_counters().sent;
  for (int i = 0; i < 30; ++i) {
    lab.send_at(flow, 1s + 100ms * i);
  }
  lab.play();
  EXPECT_EQ(lab.ends[Disposition::neighbor_unresolved], 30);
  // Neighbours on the way answer once each, with a reply; nobody is asked for three times.
  EXPECT_EQ(lab.network().walk_counters().sent - before, 2 * 2 + 3);
}

NetPlan one_firewall() {
  NetPlan plan(R"(
    firewall fw
    host inside 10.0.1.1/24 via 10.0.1.254
    host outside 10.0.2.1/24 via 10.0.2.254
    link inside:eth0 fw:eth1
    link outside:eth0 fw:eth2
    address fw:eth1 10.0.1.254/24
    address fw:eth2 10.0.2.254/24
  )");
  plan.node("fw").filters = {{.permit = true, .from = "10.0.1.0/24", .protocol = "tcp"}};
  plan.node("fw").stateful = StatefulConfig{.session_capacity = 1000};
  return plan;
}

TEST(PacketPathsTest, RepliesPassByTheSessionThatTheFirstPacketOpened) {
  PacketLab lab(one_firewall(), NetLab::Options{});
  Packet request = lab.packet("inside", "outside");
  request.protocol = IpProtocol::tcp;
  const Packet reply{.source = request.destination,
                     .destination = request.source,
                     .protocol = IpProtocol::tcp,
                     .source_port = request.destination_port,
                     .destination_port = request.source_port};
  const FlowIndex there = lab.flow("inside", request, 7);
  const FlowIndex back = lab.flow("outside", reply, 7);
  lab.send_at(back, 1s, 100, false);
  lab.send_at(there, 2s, 100, false);
  lab.send_at(there, 3s, 100, true);
  lab.send_at(back, 3500ms, 100, false);
  lab.at(4s, [&] { lab.crash("fw", "sessions"); });
  lab.send_at(there, 6s, 100, false);
  lab.send_at(back, 6500ms, 100, false);
  lab.send_at(there, 7s, 100, true);
  lab.send_at(back, 7500ms, 100, false);
  lab.play();
  Log ends;
  for (const std::string& told : lab.told) {
    ends.push_back(end_of(told));
  }
  EXPECT_EQ(ends, (Log{"no_session at fw", "no_session at fw", "delivered at outside",
                       "delivered at inside", "no_session at fw", "no_session at fw",
                       "delivered at outside", "delivered at inside"}));
}

TEST(PacketPathsTest, AWayThatIsTakenAgainNeedsNoNewRecords) {
  PacketLab lab(kTwoRouters);
  const FlowIndex flow = lab.flow("h1", "h2");
  for (int i = 0; i < 5; ++i) {
    lab.at(1s * i + 500ms, [&] { lab.cut("r1:eth2"); });
    lab.at(1s * i + 600ms, [&] { lab.mend("r1:eth2"); });
    lab.send_at(flow, 1s * i + 900ms);
  }
  lab.play();
  EXPECT_EQ(lab.ends[Disposition::delivered], 5);
  EXPECT_EQ(lab.plane().hop_records(), 4);
}

// --- Packets against walks -----------------------------------------------------------------------

// Walks between all pairs, each followed by a packet the same way: it arrives exactly if the walk
// does (or may, where a share is lost).
void packets_go_where_walks_go(PacketLab& lab, std::size_t hosts) {
  Duration at = lab.simulator().now() - kTimeZero + 1s;
  for (std::size_t from = 0; from < hosts; ++from) {
    for (std::size_t to = 0; to < hosts; ++to) {
      if (from == to) {
        continue;
      }
      lab.simulator().run_until(kTimeZero + at);
      lab.walk(name('h', from), name('h', to));
      const bool walked = lab.last.delivered();
      const double share = lab.last.share;
      const std::uint64_t before = lab.ends[Disposition::delivered];
      lab.send_at(lab.flow(name('h', from), name('h', to)), at, 100);
      at += 10s;
      lab.play(at);
      const bool arrived = lab.ends[Disposition::delivered] > before;
      RC_ASSERT(walked == arrived || (walked && share < 1));
      RC_ASSERT(lab.plane().counters().in_flight == 0);
    }
  }
  RC_ASSERT(lab.conserves());
}

RC_GTEST_PROP(PacketPathsProperty, PacketsGoWhereWalksGoOverBridges, ()) {
  const BridgedWorld world = BridgedWorld::arbitrary();
  PacketLab lab(world.plan(), NetLab::Options{});
  packets_go_where_walks_go(lab, world.hosts.size());
  world.spoil(lab);
  packets_go_where_walks_go(lab, world.hosts.size());
}

RC_GTEST_PROP(PacketPathsProperty, PacketsGoWhereWalksGoOverRouters, ()) {
  const RoutedWorld world = RoutedWorld::arbitrary();
  PacketLab lab(world.plan(), NetLab::Options{});
  packets_go_where_walks_go(lab, world.routers);
  world.spoil(lab);
  packets_go_where_walks_go(lab, world.routers);
}

// At any instant, with a loop and faults while frames are on their way.
RC_GTEST_PROP(PacketPathsProperty, CopiesAreConservedAtAnyInstant, ()) {
  const BridgedWorld world = BridgedWorld::arbitrary();
  NetPlan plan = world.plan();
  if (likely(30)) {  // A second way: floods meet themselves.
    plan.add("link s0:loop " + name('s', world.bridges - 1) + ":back");
  }
  PacketLab lab(plan, NetLab::Options{});
  for (std::size_t i = 0; i < 50; ++i) {
    const std::size_t from = below(world.hosts.size());
    const std::size_t to = below(world.hosts.size());
    const FlowIndex flow = likely(20) || from == to ? lab.broadcast(name('h', from))
                                                    : lab.flow(name('h', from), name('h', to));
    lab.send_at(flow, 1s + 1us * i, 100 + 10 * static_cast<std::uint32_t>(below(100)));
  }
  lab.at(1s + 40us, [&] { world.spoil(lab); });
  for (Duration until = 1s; until < 1s + 200us; until += 7us) {
    lab.play(until);
    RC_ASSERT(lab.conserves());
  }
  lab.play(3s);
  RC_ASSERT(lab.conserves());
  RC_ASSERT(lab.plane().counters().in_flight == 0);
  RC_ASSERT(lab.told.size() == 50);  // One verdict a packet.
}

// A frame that is alone goes on without the calendar; nobody can tell.
RC_GTEST_PROP(PacketPathsProperty, ShortCutsChangeNothing, ()) {
  const BridgedWorld world = BridgedWorld::arbitrary();
  struct Send {
    std::size_t from, to;
    Duration at;
    std::uint32_t length;
  };
  std::vector<Send> sends;
  Duration at = 1s;
  for (std::size_t i = 0; i < 50; ++i) {
    at += Duration{below(likely(50) ? 20'000 : 2'000)};  // About as long as a frame takes.
    sends.push_back({below(world.hosts.size()), below(world.hosts.size()), at,
                     100 + 10 * static_cast<std::uint32_t>(below(100))});
  }
  std::vector<Log> told;
  std::vector<std::size_t> shown;
  for (const bool skip : {true, false}) {
    PacketLab lab(world.plan(), NetLab::Options{.skip_quiet_time = skip});
    lab.capture({lab.index("h0"), PortIndex{0}});
    for (const auto& [from, to, when, length] : sends) {
      lab.send_at(
          from == to ? lab.broadcast(name('h', from)) : lab.flow(name('h', from), name('h', to)),
          when, length);
    }
    lab.at(1s + 200us, [&] { world.spoil(lab); });
    lab.play(1s + 100us);
    lab.play(3s);
    told.push_back(lab.told);
    shown.push_back(lab.frames.size());
  }
  RC_ASSERT(told[0] == told[1]);
  RC_ASSERT(shown[0] == shown[1]);
}

}  // namespace
}  // namespace switchfault
