#include "net/stateful.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/packet_lab.h"
#include "net/walk_lab.h"

namespace switchfault {
namespace {

const std::vector<ObservationKind> kTables = {ObservationKind::session_table,
                                              ObservationKind::ownership};
const std::vector<ObservationKind> kPools = {ObservationKind::pool_member};

// inside - fw - outside; only web requests from inside are permitted.
NetPlan one_firewall() {
  NetPlan plan(R"(
    firewall fw
    host inside 10.0.1.1/24 2001:db8:1::1/64 via 10.0.1.254 via 2001:db8:1::fe
    host outside 10.0.2.1/24 2001:db8:2::1/64 via 10.0.2.254 via 2001:db8:2::fe
    link inside:eth0 fw:eth1
    link outside:eth0 fw:eth2
    address fw:eth1 10.0.1.254/24 2001:db8:1::fe/64
    address fw:eth2 10.0.2.254/24 2001:db8:2::fe/64
  )");
  plan.node("fw").filters = {{.permit = true, .from = "10.0.1.0/24", .protocol = "tcp"},
                             {.permit = true, .from = "2001:db8:1::/64", .protocol = "tcp"}};
  plan.node("fw").stateful = StatefulConfig{.session_capacity = 1000};
  return plan;
}

Packet web(WalkLab& lab, std::string_view from, std::string_view to) {
  Packet packet = lab.packet(from, to);
  packet.protocol = IpProtocol::tcp;
  packet.destination_port = 443;
  return packet;
}

TEST(StatefulTest, RepliesPassByTheSessionOfTheirRequest) {
  WalkLab lab(one_firewall(), {});
  EXPECT_EQ(lab.ping("inside", web(lab, "inside", "outside")), "delivered at outside");
  EXPECT_EQ(lab.ping("inside", web(lab, "inside", "2001:db8:2::1")), "delivered at outside");
  EXPECT_EQ(lab.last.sessions, (std::vector<SessionHop>{{lab.index("fw"), 0}}));
  EXPECT_EQ(lab.walk("outside", web(lab, "outside", "inside")), "filtered at fw");
  EXPECT_EQ(lab.walk("inside", "outside"), "filtered at fw");  // Not TCP.
  EXPECT_EQ(lab.ping("inside", "10.0.1.254"), "delivered at fw");
}

TEST(StatefulTest, WithoutItsProcessThereIsNoTable) {
  WalkLab lab(one_firewall(), {});
  lab.network().set_session_demand(1, lab.index("fw"), 400);
  lab.hang("fw", "sessions");
  EXPECT_EQ(lab.ping("inside", web(lab, "inside", "outside")), "delivered at outside");
  lab.crash("fw", "sessions");
  EXPECT_EQ(lab.ping("inside", web(lab, "inside", "outside")), "no_session at fw");
  lab.run_for(1s);  // Restarted by its supervisor.
  EXPECT_EQ(lab.ping("inside", web(lab, "inside", "outside")), "delivered at outside");
  EXPECT_EQ(lab.last.sessions, (std::vector<SessionHop>{{lab.index("fw"), 1}}));
  EXPECT_EQ(lab.log(kTables), Log{"0s fw session_table 400 process died"});
}

TEST(StatefulTest, ClearedTableIsANewGeneration) {
  WalkLab lab(one_firewall(), {});
  lab.os("fw").clear_table(ChipTable::sessions);
  lab.ping("inside", web(lab, "inside", "outside"));
  EXPECT_EQ(lab.last.sessions, (std::vector<SessionHop>{{lab.index("fw"), 1}}));
}

TEST(StatefulTest, WhatDoesNotFitIntoTheTableIsRefused) {
  WalkLab lab(one_firewall(), {});
  lab.network().set_session_demand(1, lab.index("fw"), 600);
  EXPECT_EQ(lab.ping("inside", web(lab, "inside", "outside")), "delivered at outside");
  lab.network().set_session_demand(2, lab.index("fw"), 3400);
  EXPECT_EQ(lab.ping("inside", web(lab, "inside", "outside")),
            "0.25 delivered at outside, the rest lost at fw");
  EXPECT_EQ(lab.os("fw").chip().entries(ChipTable::sessions, lab.simulator().now()), 1000U);
  // Three of four real attempts are refused.
  int full = 0;
  for (int i = 0; i < 200; ++i) {
    lab.run_for(1s);
    full += lab.send("inside", web(lab, "inside", "outside")) == "session_table_full at fw" ? 1 : 0;
  }
  EXPECT_GE(full, 130);
  EXPECT_LE(full, 170);
  lab.network().set_session_demand(2, lab.index("fw"), 0);
  EXPECT_EQ(lab.ping("inside", web(lab, "inside", "outside")), "delivered at outside");
}

// Request by one firewall, reply by the other: a switch that sends them different ways.
TEST(StatefulTest, ReplyByAnotherFirewallHasNoSession) {
  WalkLab lab(R"(
    firewall fw1 fw2
    host inside 10.0.1.1/24 via 10.0.1.254
    host outside 10.0.2.1/24 via 10.0.2.253
    switch s1 s2
    link inside:eth0 s1:eth1
    link outside:eth0 s2:eth1
    link fw1:eth1 s1:eth2
    link fw1:eth2 s2:eth2
    link fw2:eth1 s1:eth3
    link fw2:eth2 s2:eth3
    address fw1:eth1 10.0.1.254/24
    address fw1:eth2 10.0.2.254/24
    address fw2:eth1 10.0.1.253/24
    address fw2:eth2 10.0.2.253/24
  )");
  EXPECT_EQ(lab.walk("inside", "outside"), "delivered at outside");
  EXPECT_EQ(lab.ping("inside", "outside"), "no_session at fw2");
}

// Both share the addresses of the gateways; each has one of its own for the heartbeat.
NetPlan firewall_pair(bool synchronised) {
  NetPlan plan(R"(
    firewall fw1 fw2
    host inside 10.0.1.1/24 via 10.0.1.254
    host outside 10.0.2.1/24 via 10.0.2.254
    switch s1 s2
    link inside:eth0 s1:eth1
    link outside:eth0 s2:eth1
    link fw1:eth1 s1:eth2
    link fw1:eth2 s2:eth2
    link fw2:eth1 s1:eth3
    link fw2:eth2 s2:eth3
    link fw1:eth3 fw2:eth3
    address fw1:eth1 10.0.1.254/24
    address fw1:eth2 10.0.2.254/24
    address fw1:eth3 192.0.2.1/30
    address fw2:eth1 10.0.1.254/24
    address fw2:eth2 10.0.2.254/24
    address fw2:eth3 192.0.2.2/30
  )");
  for (const bool first : {true, false}) {
    plan.node(first ? "fw1" : "fw2").stateful =
        StatefulConfig{.peer = Name{first ? "fw2" : "fw1", {}},
                       .active = first,
                       .sessions_synchronised = synchronised};
  }
  return plan;
}

TEST(StatefulTest, OnlyTheOwnerAnswersForThePair) {
  WalkLab lab(firewall_pair(true), {});
  EXPECT_EQ(lab.ping("inside", "outside"), "delivered at outside");
  lab.network().set_owner(lab.index("fw1"), false);
  EXPECT_EQ(lab.ping("inside", "outside"), "neighbor_unresolved at fw1");
  lab.network().set_owner(lab.index("fw2"), true);
  EXPECT_EQ(lab.ping("inside", "outside"), "delivered at outside");
  EXPECT_EQ(lab.log(kTables), (Log{"0s fw1 ownership 0", "0s fw2 ownership 1"}));
}

TEST(StatefulTest, SynchronisedSessionsSurviveAChangeOfTheOwner) {
  for (const bool synchronised : {true, false}) {
    WalkLab lab(firewall_pair(synchronised), {});
    lab.ping("inside", "outside");
    const std::vector<SessionHop> before = lab.last.sessions;
    lab.network().set_owner(lab.index("fw1"), false);
    lab.network().set_owner(lab.index("fw2"), true);
    lab.ping("inside", "outside");
    EXPECT_EQ(lab.last.sessions == before, synchronised);
    EXPECT_EQ(lab.last.sessions.front().node, before.front().node);
  }
}

TEST(StatefulTest, CopyAtThePeerOutlivesTheOwnersProcess) {
  for (const bool synchronised : {true, false}) {
    WalkLab lab(firewall_pair(synchronised), {});
    lab.ping("inside", "outside");
    const std::vector<SessionHop> before = lab.last.sessions;
    lab.crash("fw1", "sessions");
    lab.run_for(1s);
    lab.ping("inside", "outside");
    EXPECT_EQ(lab.last.sessions == before, synchronised);
  }
}

TEST(StatefulTest, NewOwnerIsLearnedByBridgesAndHosts) {
  WalkLab lab(firewall_pair(true), {});
  lab.send("inside", "outside");
  EXPECT_EQ(lab.learned("s1", 1, "fw1"), "eth2");
  lab.network().set_owner(lab.index("fw1"), false);
  // The host still knows the old owner's MAC; the standby refuses.
  EXPECT_EQ(lab.ping("inside", "outside"), "no_session at fw1");
  lab.network().set_owner(lab.index("fw2"), true);
  EXPECT_EQ(lab.ping("inside", "outside"), "delivered at outside");
  EXPECT_EQ(lab.learned("s1", 1, "fw2"), "eth3");
}

NetPlan balanced(Duration interval) {
  NetPlan plan(R"(
    load_balancer lb
    switch s1 s2
    host user 10.0.1.1/24 via 10.0.1.254
    host w1 10.0.2.1/24 via 10.0.2.254
    host w2 10.0.2.2/24 via 10.0.2.254
    host w3 10.0.2.3/24 via 10.0.2.254
    link user:eth0 s1:eth1
    link lb:eth1 s1:eth2
    link lb:eth2 s2:eth9
    link w1:eth0 s2:eth1
    link w2:eth0 s2:eth2
    link w3:eth0 s2:eth3
    address lb:eth1 10.0.1.254/24
    address lb:eth2 10.0.2.254/24
  )");
  plan.node("lb").virtual_services.push_back({.address = "10.0.1.100",
                                              .port = 443,
                                              .pool = {{"w1", {}}, {"w2", {}}, {"w3", {}}},
                                              .health_interval = interval,
                                              .health_lost = 3});
  return plan;
}

// To how many of 300 flows each server answers: "100/100/100".
std::string spread(WalkLab& lab) {
  std::vector<int> counts(3, 0);
  for (std::uint16_t flow = 0; flow < 300; ++flow) {
    Packet packet = web(lab, "user", "10.0.1.100");
    packet.source_port = flow;
    const WalkResult result = lab.network().converse(lab.index("user"), packet, lab.reads);
    for (std::size_t i = 0; i < 3; ++i) {
      const std::string name = "w" + std::to_string(i + 1);
      counts[i] += result.delivered_to == lab.index(name) ? 1 : 0;
    }
  }
  return std::to_string(counts[0]) + "/" + std::to_string(counts[1]) + "/" +
         std::to_string(counts[2]);
}

TEST(StatefulTest, VirtualServiceSpreadsFlowsOverItsPool) {
  WalkLab lab(balanced(5s), {});
  EXPECT_EQ(spread(lab), "93/110/97");
  EXPECT_EQ(lab.last.sessions, std::vector<SessionHop>{});
  EXPECT_EQ(lab.ping("user", "10.0.1.100"), "not_for_host at lb");  // Another port.
  // What is no virtual service is routed.
  EXPECT_EQ(lab.ping("user", "w2"), "delivered at w2");
}

TEST(StatefulTest, WalkTellsThePacketAsTheServerGetsIt) {
  WalkLab lab(balanced(5s), {});
  const WalkResult result =
      lab.network().walk(lab.index("user"), web(lab, "user", "10.0.1.100"), lab.reads);
  EXPECT_EQ(result.packet.destination, lab.network().address_of(result.delivered_to, false));
  EXPECT_EQ(result.packet.source.text(), "10.0.2.254");
}

TEST(StatefulTest, HealthChecksTakeAMemberOutAndBackIn) {
  for (const bool skip : {true, false}) {
    WalkLab lab(balanced(5s), {.skip_quiet_time = skip});
    lab.at(2min, [&] { lab.set_host_up("w2", false); });
    lab.at(4min, [&] { lab.set_host_up("w2", true); });
    lab.run_for(3min);
    EXPECT_EQ(spread(lab), "151/0/149");
    lab.run_for(2min);
    const Log pool = lab.log(kPools);
    ASSERT_EQ(pool.size(), 2U);
    // Three checks in a row, 5 s apart, begun within 5 s.
    EXPECT_GE(lab.observations().observations()[0].at, kTimeZero + 2min);
    EXPECT_TRUE(pool[0].ends_with("lb pool_member 0")) << pool[0];
    EXPECT_TRUE(pool[1].ends_with("lb pool_member 1")) << pool[1];
  }
}

TEST(StatefulTest, ServerThatTakesNoConnectionsIsTakenOut) {
  WalkLab lab(balanced(5s), {});
  lab.network().set_serving(lab.index("w1"), false);
  lab.run_for(1min);
  EXPECT_EQ(spread(lab).substr(0, 2), "0/");
}

TEST(StatefulTest, DeadHealthChecksLeaveThePoolAsItWas) {
  WalkLab lab(balanced(5s), {});
  lab.hang("lb", "health_checks");
  lab.set_host_up("w1", false);
  lab.run_for(1min);
  EXPECT_EQ(lab.log(kPools), Log{});
  EXPECT_EQ(spread(lab), "0/110/97");  // The flows that the dead member should have had are lost.
}

TEST(StatefulTest, EmptyPoolIsNamed) {
  WalkLab lab(balanced(5s), {});
  for (const char* name : {"w1", "w2", "w3"}) {
    lab.set_host_up(name, false);
  }
  lab.run_for(1min);
  EXPECT_EQ(lab.ping("user", web(lab, "user", "10.0.1.100")), "no_pool_member at lb");
}

TEST(StatefulTest, QuietHealthChecksSleep) {
  WalkLab lab(balanced(5s), {});
  lab.run_for(1min);
  const std::uint64_t before = lab.simulator().executed();
  lab.run_for(24h);
  EXPECT_EQ(lab.simulator().executed(), before);
}

// --- Packets -------------------------------------------------------------------------------------

// A conversation between the two hosts of the plans above, from a port of its own.
struct Talk {
  FlowIndex there, back;
};

Talk talk(PacketLab& lab, std::uint16_t port, IpProtocol protocol = IpProtocol::tcp) {
  Packet request = lab.packet("inside", "outside");
  request.protocol = protocol;
  request.source_port = port;
  request.destination_port = 443;
  const Packet reply{.source = request.destination,
                     .destination = request.source,
                     .protocol = protocol,
                     .source_port = request.destination_port,
                     .destination_port = request.source_port};
  return {lab.flow("inside", request, port), lab.flow("outside", reply, port)};
}

// Ends of the packets so far, without their times.
Log ends_of(const PacketLab& lab) {
  Log ends;
  for (const std::string& one : lab.told) {
    ends.push_back(one.substr(one.find(' ') + 1));
  }
  return ends;
}

std::size_t entries(PacketLab& lab, std::string_view node) {
  return lab.os(node).chip().entries(ChipTable::sessions, lab.simulator().now());
}

NetPlan small_firewall(std::uint32_t capacity) {
  NetPlan plan = one_firewall();
  plan.node("fw").stateful->session_capacity = capacity;
  plan.node("fw").stateful->timeouts = {
      .tcp = 60s, .tcp_transitory = 10s, .udp = 20s, .icmp = 5s, .other = 30s};
  return plan;
}

TEST(StatefulTest, PacketsFillTheTableAndWhatIsInItGoesOn) {
  PacketLab lab(small_firewall(2), NetLab::Options{});
  const Talk first = talk(lab, 1001);
  const Talk second = talk(lab, 1002);
  const Talk third = talk(lab, 1003);
  lab.send_at(first.there, 1s);
  lab.send_at(second.there, 2s);
  lab.send_at(third.there, 3s);
  lab.send_at(first.back, 4s, 100, false);
  lab.send_at(second.there, 5s, 100, false);
  lab.send_at(third.there, 6s, 100, false);
  lab.send_at(third.there, 14s);  // Still full: nobody answered the second, but it sent at 5 s.
  lab.send_at(third.there, 16s);
  lab.send_at(second.there, 17s, 100, false);
  lab.play(20s);
  EXPECT_EQ(ends_of(lab),
            (Log{"delivered at outside", "delivered at outside", "session_table_full at fw",
                 "delivered at inside", "delivered at outside", "no_session at fw",
                 "session_table_full at fw", "delivered at outside", "no_session at fw"}));
  EXPECT_EQ(entries(lab, "fw"), 2U);
  EXPECT_TRUE(lab.conserves());
}

TEST(StatefulTest, IdleSessionsEndAndTcpMustBeginAgain) {
  PacketLab lab(small_firewall(100), NetLab::Options{});
  const Talk one = talk(lab, 1001);
  lab.send_at(one.there, 1s);
  lab.send_at(one.back, 2s, 100, false);
  lab.send_at(one.back, 61s, 100, false);
  lab.send_at(one.there, 122s, 100, false);
  lab.send_at(one.back, 123s, 100, false);
  lab.send_at(one.there, 124s);
  lab.play(130s);
  EXPECT_EQ(ends_of(lab), (Log{"delivered at outside", "delivered at inside", "delivered at inside",
                               "no_session at fw", "no_session at fw", "delivered at outside"}));
}

TEST(StatefulTest, AnyDatagramFromInsideOpensAnew) {
  NetPlan plan = small_firewall(100);
  plan.node("fw").filters = {{.permit = true, .from = "10.0.1.0/24"}};
  PacketLab lab(std::move(plan), NetLab::Options{});
  const Talk one = talk(lab, 1001, IpProtocol::udp);
  lab.send_at(one.there, 1s);
  lab.send_at(one.back, 20s);
  lab.send_at(one.back, 41s);  // Twenty seconds later nobody has asked for it.
  lab.send_at(one.there, 42s);
  lab.send_at(one.back, 43s);
  lab.play(50s);
  EXPECT_EQ(ends_of(lab), (Log{"delivered at outside", "delivered at inside", "filtered at fw",
                               "delivered at outside", "delivered at inside"}));
}

TEST(StatefulTest, FailoverWithoutSynchronisationLosesTheSessionsOfPackets) {
  for (const bool synchronised : {true, false}) {
    PacketLab lab(firewall_pair(synchronised), NetLab::Options{});
    const Talk one = talk(lab, 1001);
    lab.send_at(one.there, 1s);
    lab.send_at(one.back, 2s, 100, false);
    lab.at(3s, [&] {
      lab.network().set_owner(lab.index("fw1"), false);
      lab.network().set_owner(lab.index("fw2"), true);
    });
    lab.send_at(one.there, 4s, 100, false);
    lab.send_at(one.back, 5s, 100, false);
    lab.play(6s);
    const Log ends = ends_of(lab);
    EXPECT_EQ(ends[2], synchronised ? "delivered at outside" : "no_session at fw2");
    EXPECT_EQ(ends[3], synchronised ? "delivered at inside" : "no_session at fw2");
    EXPECT_EQ(entries(lab, "fw2"), synchronised ? 1U : 0U);
    EXPECT_EQ(lab.network().sessions(lab.index("fw2")).of_packets.size(), synchronised ? 1U : 0U);
    const Log tables = synchronised ? Log{"3s fw1 ownership 0", "3s fw2 ownership 1"}
                                    : Log{"3s fw1 ownership 0", "3s fw2 ownership 1",
                                          "3s fw2 session_table 1 ownership moved"};
    EXPECT_EQ(lab.log(kTables), tables);
  }
}

// Sessions of users are no packets: both want the same room.
TEST(StatefulTest, UsersGetTheRoomThatPacketsLeave) {
  PacketLab lab(small_firewall(100), NetLab::Options{});
  lab.network().set_session_demand(1, lab.index("fw"), 40);
  for (std::uint16_t i = 0; i < 80; ++i) {
    lab.send_at(talk(lab, static_cast<std::uint16_t>(1000 + i)).there, 1s + 10ms * i);
  }
  lab.play(2s);
  // The first 60 find room; further ones compete with the users for what is left.
  EXPECT_GE(lab.ends[Disposition::delivered], 65U);
  EXPECT_LT(lab.ends[Disposition::delivered], 80U);
  EXPECT_EQ(entries(lab, "fw"), 100U);
  const std::size_t packets = lab.network().sessions(lab.index("fw")).of_packets.size();
  EXPECT_EQ(lab.network().sessions(lab.index("fw")).of_users, 100U - packets);
  lab.simulator().run_until(kTimeZero + 3s);
  lab.ping("inside", web(lab, "inside", "outside"));
  EXPECT_DOUBLE_EQ(lab.last.share, static_cast<double>(100 - packets) / 40);
  // Nobody answers; ten seconds later all is free again, and users are told.
  lab.simulator().run_until(kTimeZero + 13s);
  EXPECT_EQ(lab.ping("inside", web(lab, "inside", "outside")), "delivered at outside");
  EXPECT_EQ(entries(lab, "fw"), 40U);
}

TEST(StatefulTest, SessionsAreShownAsTheyAre) {
  PacketLab lab(small_firewall(100), NetLab::Options{});
  const Talk one = talk(lab, 1001);
  lab.send_at(one.there, 1s);
  lab.send_at(talk(lab, 1002).there, 2s);
  lab.send_at(one.back, 3s, 100, false);
  lab.play(5s);
  const Network::Sessions sessions = lab.network().sessions(lab.index("fw"));
  ASSERT_EQ(sessions.of_packets.size(), 2U);
  EXPECT_EQ(sessions.of_packets[0].request.source_port, 1001);
  EXPECT_EQ(sessions.of_packets[0].state, "established");
  EXPECT_EQ(sessions.of_packets[0].idle_limit, 60s);
  EXPECT_EQ(sessions.of_packets[1].state, "opened");
  EXPECT_EQ(std::chrono::round<std::chrono::seconds>(sessions.of_packets[1].idle), 3s);
  EXPECT_TRUE(lab.network().sessions(lab.index("inside")).of_packets.empty());
}

// The second firewall of a chain has a table of its own.
TEST(StatefulTest, EachFirewallOnTheWayHasItsOwnSession) {
  PacketLab lab(R"(
    firewall fw1 fw2
    host inside 10.0.1.1/24 via 10.0.1.254
    host outside 10.0.2.1/24 via 10.0.2.254
    link inside:eth0 fw1:eth1
    link fw1:eth2 fw2:eth2
    link outside:eth0 fw2:eth1
    address fw1:eth1 10.0.1.254/24
    address fw1:eth2 192.0.2.1/30
    address fw2:eth1 10.0.2.254/24
    address fw2:eth2 192.0.2.2/30
    route fw1 10.0.2.0/24 192.0.2.2
    route fw2 10.0.1.0/24 192.0.2.1
  )");
  const Talk one = talk(lab, 1001);
  lab.send_at(one.there, 1s);
  lab.send_at(one.back, 2s, 100, false);
  lab.at(3s, [&] { lab.os("fw2").clear_table(ChipTable::sessions); });
  lab.send_at(one.there, 4s, 100, false);
  lab.send_at(one.back, 5s, 100, false);
  lab.play(6s);
  EXPECT_EQ(ends_of(lab), (Log{"delivered at outside", "delivered at inside", "no_session at fw2",
                               "no_session at fw2"}));
  EXPECT_EQ(entries(lab, "fw1"), 1U);
  EXPECT_EQ(entries(lab, "fw2"), 0U);
}

}  // namespace
}  // namespace switchfault
