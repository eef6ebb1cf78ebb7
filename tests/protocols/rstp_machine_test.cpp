// A small LAN of machines with a clock of its own: messages take a microsecond, hellos are due
// every two seconds of each bridge's own phase.

#include "protocols/rstp_machine.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "core/random.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

constexpr BpduTime seconds256(int seconds) {
  return BpduTime{256 * seconds};
}
constexpr RstpTimes kTimes{.message_age = {},
                           .max_age = seconds256(20),
                           .hello = seconds256(2),
                           .forward_delay = seconds256(15)};

struct End {
  std::size_t bridge, port;
  friend auto operator<=>(const End&, const End&) = default;
};

class Lan {
 public:
  // Port i of a bridge has number i + 1; all costs are `cost`.
  explicit Lan(const std::vector<std::size_t>& ports, std::uint32_t cost = 20000)
      : hello_(ports.size()) {
    for (std::size_t b = 0; b < ports.size(); ++b) {
      settings_.push_back({.id = (std::uint64_t{0x8000} << 48U) | (b + 1),
                           .node = static_cast<std::uint32_t>(b),
                           .times = kTimes});
      std::vector<RstpPortSettings> all(ports[b]);
      for (std::size_t p = 0; p < all.size(); ++p) {
        all[p] = {.id = static_cast<std::uint16_t>(0x8001 + p), .cost = cost};
      }
      port_settings_.push_back(all);
    }
  }
  RstpBridgeSettings& settings(std::size_t bridge) { return settings_[bridge]; }
  RstpPortSettings& port(std::size_t bridge, std::size_t port) {
    return port_settings_[bridge][port];
  }
  void connect(End a, End b) {
    wires_[a] = b;
    wires_[b] = a;
  }
  void begin() {
    for (std::size_t b = 0; b < settings_.size(); ++b) {
      machines_.emplace_back(settings_[b], port_settings_[b], now_);
      hello_[b] = now_ + (b + 1) * 100ms;
      settle(b);
    }
    for (const auto& [end, other] : wires_)
      set_usable(end, true);
  }
  void set_usable(End end, bool usable) {
    machines_[end.bridge].set_usable(end.port, usable);
    settle(end.bridge);
  }
  void cut(End end) {
    const End other = wires_.at(end);
    wires_.erase(end);
    wires_.erase(other);
    set_usable(end, false);
    set_usable(other, false);
  }
  void silence(std::size_t bridge) { silent_.insert(bridge); }  // It hears and says nothing.
  void lose(End from) { lost_.insert(from); }                   // One way.

  void run_for(Duration time) {
    const SimTime end = now_ + time;
    for (;;) {
      SimTime next = end;
      for (const Flight& flight : flights_)
        next = std::min(next, flight.at);
      for (std::size_t b = 0; b < machines_.size(); ++b) {
        if (silent_.contains(b)) continue;
        next = std::min({next, hello_[b], machines_[b].next_deadline(now_)});
      }
      now_ = next;
      if (next == end) return;
      deliver();
      for (std::size_t b = 0; b < machines_.size(); ++b)
        wake(b);
    }
  }

  RstpMachine& machine(std::size_t bridge) { return machines_[bridge]; }
  SimTime now() const { return now_; }
  std::size_t flushes(End end) { return flushes_[end]; }
  std::size_t messages(End end) { return messages_[end]; }
  const std::vector<std::string>& log() const { return log_; }
  // "1:root/forwarding 2:alternate/discarding"
  std::string show(std::size_t bridge) const {
    std::string text;
    const RstpMachine& machine = machines_[bridge];
    for (std::size_t p = 0; p < machine.ports(); ++p) {
      static const char* const kStates[] = {"discarding", "learning", "forwarding"};
      text += (p == 0 ? "" : " ") + std::string{rstp_role_name(machine.role(p))} + "/" +
              kStates[static_cast<int>(machine.state(p))];
    }
    return text;
  }

 private:
  struct Flight {
    SimTime at;
    End to;
    RstpBpdu bpdu;
  };
  void deliver() {
    std::vector<Flight> arriving;
    std::erase_if(flights_, [&](const Flight& flight) {
      if (flight.at == now_) arriving.push_back(flight);
      return flight.at == now_;
    });
    for (const Flight& flight : arriving) {
      if (silent_.contains(flight.to.bridge)) continue;
      machines_[flight.to.bridge].receive(flight.to.port, flight.bpdu, now_);
      settle(flight.to.bridge);
    }
  }
  void wake(std::size_t b) {
    if (silent_.contains(b)) return;
    if (hello_[b] == now_) {
      hello_[b] += 2s;
      for (std::size_t p = 0; p < machines_[b].ports(); ++p)
        machines_[b].hello_due(p, now_);
    }
    settle(b);
  }
  void settle(std::size_t b) {
    const std::string before = show(b);
    RstpMachine& machine = machines_[b];
    machine.settle(now_);
    if (const std::string after = show(b); after != before) {
      log_.push_back(format_seconds(now_ - kTimeZero) + " b" + std::to_string(b) + " " + after);
    }
    for (std::size_t p = 0; p < machine.ports(); ++p) {
      const End end{b, p};
      if (machine.take_flush(p)) ++flushes_[end];
      const auto bpdu = machine.take_message(p, now_);
      if (!bpdu) continue;
      ++messages_[end];
      if (wires_.contains(end) && !lost_.contains(end)) {
        flights_.push_back({now_ + 1us, wires_[end], *bpdu});
      }
    }
  }

  std::vector<RstpBridgeSettings> settings_;
  std::vector<std::vector<RstpPortSettings>> port_settings_;
  std::vector<RstpMachine> machines_;
  std::vector<SimTime> hello_;
  std::map<End, End> wires_;
  std::map<End, std::size_t> flushes_, messages_;
  std::set<std::size_t> silent_;
  std::set<End> lost_;
  std::vector<Flight> flights_;
  std::vector<std::string> log_;
  SimTime now_ = kTimeZero;
};

using Log = std::vector<std::string>;

// b0 is the root; b2's second port is the one that blocks.
Lan triangle() {
  Lan lan({2, 2, 2});
  lan.connect({0, 0}, {1, 0});
  lan.connect({0, 1}, {2, 0});
  lan.connect({1, 1}, {2, 1});
  lan.begin();
  return lan;
}

TEST(RstpMachine, TwoBridgesAgreeWithoutWaiting) {
  Lan lan({1, 1});
  lan.connect({0, 0}, {1, 0});
  lan.begin();
  lan.run_for(1s);
  EXPECT_EQ(lan.log(), (Log{"0 b0 designated/discarding", "0 b1 designated/discarding",
                            "0.000001 b1 root/forwarding", "0.000002 b0 designated/forwarding"}));
}

TEST(RstpMachine, TheTriangleBlocksOnePort) {
  Lan lan = triangle();
  lan.run_for(1s);
  EXPECT_EQ(lan.show(0), "designated/forwarding designated/forwarding");
  EXPECT_EQ(lan.show(1), "root/forwarding designated/forwarding");
  EXPECT_EQ(lan.show(2), "root/forwarding alternate/discarding");
}

TEST(RstpMachine, AnAlternateTakesOverAtOnceWhenTheRootPortLosesItsLink) {
  Lan lan = triangle();
  lan.run_for(10s);
  lan.cut({2, 0});
  EXPECT_EQ(lan.show(2), "disabled/discarding root/forwarding");
  lan.run_for(1s);
  EXPECT_EQ(lan.show(1), "root/forwarding designated/forwarding");
}

TEST(RstpMachine, WithoutAgreementAPortWaitsTwiceTheForwardDelay) {
  Lan lan({1});
  lan.begin();
  lan.set_usable({0, 0}, true);
  lan.run_for(40s);
  EXPECT_EQ(lan.log(), (Log{"0 b0 designated/discarding", "15 b0 designated/learning",
                            "30 b0 designated/forwarding"}));
}

TEST(RstpMachine, WithTheShortWaitAPortWaitsMaxAgeAndOneHello) {
  Lan lan({1});
  lan.settings(0).wait_hello_time = true;
  lan.begin();
  lan.set_usable({0, 0}, true);
  lan.run_for(40s);
  EXPECT_EQ(lan.log(), (Log{"0 b0 designated/discarding", "20 b0 designated/learning",
                            "22 b0 designated/forwarding"}));
}

// The last hello of b0 comes at 90.1 s, the sixth tick after it is 96 s, which has lowered the wait
// already.
TEST(RstpMachine, AWaitThatBeginsInATickHasLostASecond) {
  Lan lan({2, 2, 2});
  lan.connect({0, 0}, {1, 0});
  lan.connect({0, 1}, {2, 0});
  lan.connect({1, 1}, {2, 1});
  for (std::size_t b = 0; b < 3; ++b) {
    lan.settings(b).version_0 = lan.settings(b).whole_seconds = true;
  }
  lan.begin();
  lan.run_for(90200ms);
  lan.lose({0, 1});
  const std::size_t before = lan.log().size();
  lan.run_for(40s);
  const Log after(lan.log().begin() + static_cast<std::ptrdiff_t>(before), lan.log().end());
  EXPECT_EQ(after, (Log{"96 b2 designated/discarding root/discarding",
                        "110 b2 designated/discarding root/learning",
                        "111 b2 designated/learning root/learning",
                        "125 b2 designated/learning root/forwarding",
                        "126 b2 designated/forwarding root/forwarding"}));
}

TEST(RstpMachine, AGuardedRootPortThatHearsNothingMoreIsNoLongerUsedAndClosesNoLoop) {
  Lan lan({2, 2, 2});
  lan.connect({0, 0}, {1, 0});
  lan.connect({0, 1}, {2, 0});
  lan.connect({1, 1}, {2, 1});
  lan.port(2, 0).loop_guard = true;
  lan.begin();
  lan.run_for(10s);
  lan.lose({0, 1});
  lan.run_for(60s);
  EXPECT_EQ(lan.show(2), "alternate/discarding root/forwarding");
  EXPECT_EQ(lan.machine(2).guard(0), RstpGuard::loop);
}

TEST(RstpMachine, AGuardedPortThatIsTakenOutAndInAgainStartsAnew) {
  Lan lan({1, 1});
  lan.port(1, 0).loop_guard = true;
  lan.connect({0, 0}, {1, 0});
  lan.begin();
  lan.run_for(10s);
  lan.silence(0);
  lan.run_for(40s);
  EXPECT_EQ(lan.show(1), "alternate/discarding");
  lan.set_usable({1, 0}, false);
  lan.set_usable({1, 0}, true);
  lan.run_for(40s);
  EXPECT_EQ(lan.show(1), "designated/forwarding");
}

TEST(RstpMachine, OfTwoSilentEndsTheOneThatIsSpokenToFirstGoesOn) {
  Lan lan({1, 1});
  lan.port(1, 0).loop_guard = true;
  lan.connect({0, 0}, {1, 0});
  lan.begin();
  lan.run_for(10s);
  RstpMachine& guarded = lan.machine(1);
  lan.silence(0);
  lan.run_for(20s);
  EXPECT_EQ(guarded.guard(0), RstpGuard::loop);
  // The other end has been given a worse identifier meanwhile and says that it is below.
  RstpBpdu below = lan.machine(0).message(0, lan.now());
  below.role = RstpRole::root;
  below.vector = guarded.vector(0);
  guarded.receive(0, below, lan.now());
  guarded.settle(lan.now());
  EXPECT_EQ(guarded.guard(0), RstpGuard::none);
  EXPECT_EQ(guarded.role(0), RstpRole::designated);
}

TEST(RstpMachine, ARestrictedPortIsNeverTheRootPort) {
  Lan lan({1, 1});
  lan.port(1, 0).restricted_role = true;
  lan.connect({0, 0}, {1, 0});
  lan.begin();
  lan.run_for(40s);
  EXPECT_EQ(lan.show(1), "alternate/discarding");
  EXPECT_EQ(lan.machine(1).guard(0), RstpGuard::root);
  EXPECT_EQ(lan.machine(1).root().root, lan.settings(1).id);
}

// b2 comes and goes; b0 hears of it by b1, at once and by the hellos of the next three seconds.
TEST(RstpMachine, ChangesToldByARestrictedPortAreIgnored) {
  for (const bool restricted : {false, true}) {
    Lan lan({2, 2, 1, 1});
    lan.port(0, 0).restricted_change = restricted;
    lan.connect({0, 0}, {1, 0});
    lan.connect({1, 1}, {2, 0});
    lan.connect({0, 1}, {3, 0});
    lan.begin();
    lan.run_for(100s);
    const std::size_t before = lan.flushes({0, 1});
    lan.set_usable({1, 1}, false);
    lan.set_usable({1, 1}, true);
    lan.run_for(10s);
    EXPECT_EQ(lan.flushes({0, 1}) - before, restricted ? 0U : 3U);
  }
}

TEST(RstpMachine, OnASharedLinkAgreementIsNotBelieved) {
  Lan lan({1, 1});
  lan.port(0, 0).point_to_point = false;
  lan.connect({0, 0}, {1, 0});
  lan.begin();
  lan.run_for(40s);
  EXPECT_EQ(lan.log().back(), "30 b0 designated/forwarding");
}

TEST(RstpMachine, AnEdgePortForwardsAtOnceAndIsNoEdgeAfterABpdu) {
  Lan lan({1, 1});
  lan.port(0, 0).edge = true;
  lan.begin();
  lan.set_usable({0, 0}, true);
  EXPECT_EQ(lan.show(0), "designated/forwarding");
  EXPECT_TRUE(lan.machine(0).edge(0));
  lan.connect({0, 0}, {1, 0});
  lan.set_usable({1, 0}, true);
  lan.run_for(1ms);
  EXPECT_FALSE(lan.machine(0).edge(0));
}

TEST(RstpMachine, AutoEdgeFindsAnEdgeAfterTheMigrateTime) {
  Lan lan({1});
  lan.port(0, 0).auto_edge = true;
  lan.begin();
  lan.set_usable({0, 0}, true);
  lan.run_for(10s);
  EXPECT_EQ(lan.log(), (Log{"0 b0 designated/discarding", "3 b0 designated/forwarding"}));
}

// b1 falls silent without losing its link: b2 believes it for three hellos, then offers itself to
// a neighbour that does not answer.
TEST(RstpMachine, ASilentNeighbourIsForgottenAfterThreeHellos) {
  Lan lan = triangle();
  lan.run_for(10s);
  lan.silence(1);
  lan.run_for(60s);
  const Log log = lan.log();
  ASSERT_GE(log.size(), 3U);
  // The last hello of b1 was due at 8.2 s and took a microsecond.
  EXPECT_EQ(log[log.size() - 3], "14.200001 b2 root/forwarding designated/discarding");
  EXPECT_EQ(log[log.size() - 2], "29.200001 b2 root/forwarding designated/learning");
  EXPECT_EQ(log[log.size() - 1], "44.200001 b2 root/forwarding designated/forwarding");
}

// What b2 says as designated makes b1, which hears it and holds better information, stop: the
// wire is broken one way only, and no loop forms.
TEST(RstpMachine, AOneWayWireIsDisputedAndStaysClosed) {
  Lan lan = triangle();
  lan.run_for(10s);
  lan.lose({1, 1});
  lan.run_for(60s);
  EXPECT_EQ(lan.show(2), "root/forwarding designated/forwarding");
  EXPECT_EQ(lan.show(1), "root/forwarding designated/discarding");
}

// The designated bridge says something worse than before: believed at once, not after max age.
TEST(RstpMachine, WorseNewsFromTheDesignatedBridgeIsBelievedAtOnce) {
  Lan lan({2, 2});
  lan.connect({0, 0}, {1, 0});
  lan.begin();
  lan.run_for(1s);
  RstpBpdu worse = lan.machine(0).message(0, lan.now());
  worse.vector.root += 7;
  worse.vector.bridge += 7U << 12U;  // Neither the same bridge nor a better one: no effect.
  lan.machine(1).receive(0, worse, lan.now());
  lan.machine(1).settle(lan.now());
  EXPECT_EQ(lan.machine(1).root().root, lan.settings(0).id);
  worse.vector.bridge = lan.settings(0).id;
  lan.machine(1).receive(0, worse, lan.now());
  lan.machine(1).settle(lan.now());
  EXPECT_EQ(lan.machine(1).root().root, lan.settings(1).id);
}

TEST(RstpMachine, InformationThatIsTooOldIsNotBelieved) {
  Lan lan({1, 1});
  lan.connect({0, 0}, {1, 0});
  lan.begin();
  lan.run_for(1s);
  RstpBpdu old = lan.machine(0).message(0, lan.now());
  old.times.message_age = seconds256(20);
  lan.machine(1).receive(0, old, lan.now());
  lan.machine(1).settle(lan.now());
  EXPECT_EQ(lan.show(1), "designated/forwarding");
}

TEST(RstpMachine, ATopologyChangeVoidsTheAddressesOfOtherPorts) {
  Lan lan = triangle();
  lan.run_for(10s);
  const std::size_t passed_on = lan.flushes({1, 0}), arrived = lan.flushes({1, 1});
  lan.cut({2, 0});
  lan.run_for(50ms);
  EXPECT_EQ(lan.flushes({1, 0}), passed_on + 1);
  EXPECT_EQ(lan.flushes({1, 1}), arrived);
}

TEST(RstpMachine, NoMoreThanSixMessagesAreSentInASecond) {
  Lan lan({1, 1});
  lan.connect({0, 0}, {1, 0});
  lan.begin();
  for (int i = 0; i < 20; ++i) {
    lan.machine(0).hello_due(0, lan.now());
    lan.set_usable({0, 0}, true);
    lan.run_for(1ms);
  }
  EXPECT_EQ(lan.messages({0, 0}), 6U);
  lan.run_for(1s);
  EXPECT_EQ(lan.messages({0, 0}), 7U);
}

// Property: skipped hellos count as if each had been sent.
TEST(RstpMachine, SkippedHellosCountLikeSentOnes) {
  const Random random(7);
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    RstpTimes times = kTimes;
    times.hello = BpduTime{256 + static_cast<int>(random.below({Purpose("hello"), seed}, 600))};
    const Duration hello = times.hello;
    const RstpBridgeSettings bridge{.id = 1, .times = times};
    RstpMachine sent(bridge, {{.id = 0x8001, .cost = 1}}, kTimeZero);
    RstpMachine skipped = sent;
    const SimTime first =
        kTimeZero + random.uniform({Purpose("first"), seed}, Duration::zero(), hello);
    const auto burst = static_cast<int>(random.below({Purpose("burst"), seed}, 6));
    const auto count = static_cast<std::int64_t>(1 + random.below({Purpose("count"), seed}, 20));
    for (RstpMachine* machine : {&sent, &skipped}) {
      machine->set_usable(0, true);
      machine->settle(kTimeZero);
      for (int i = 0; i <= burst; ++i) {
        machine->hello_due(0, first);
        machine->take_message(0, first);
      }
    }
    SimTime at = first;
    for (std::int64_t n = 0; n < count; ++n) {
      at += hello;
      sent.hello_due(0, at);
      ASSERT_TRUE(sent.take_message(0, at));
    }
    skipped.skip_hellos(0, count, at);
    int more_sent = 0, more_skipped = 0;
    for (int i = 0; i < 10; ++i) {
      sent.hello_due(0, at);
      skipped.hello_due(0, at);
      more_sent += sent.take_message(0, at) ? 1 : 0;
      more_skipped += skipped.take_message(0, at) ? 1 : 0;
    }
    EXPECT_EQ(more_sent, more_skipped) << "seed " << seed;
  }
}

// --- against a second, obviously right computation -----------------------------------------------

struct Graph {
  std::vector<std::size_t> ports;  // Of each bridge.
  std::vector<std::pair<End, End>> wires;
  std::map<End, std::uint32_t> costs;
};

Graph random_graph(std::uint64_t seed) {
  const Random random(seed);
  const std::size_t bridges = 2 + random.below({Purpose("bridges")}, 9);
  Graph graph{std::vector<std::size_t>(bridges), {}, {}};
  const auto add = [&](std::size_t a, std::size_t b) {
    graph.wires.push_back({{a, graph.ports[a]++}, {b, graph.ports[b]++}});
  };
  for (std::size_t b = 1; b < bridges; ++b)
    add(random.below({Purpose("tree"), b}, b), b);
  const std::size_t more = random.below({Purpose("more")}, 2 * bridges);
  for (std::size_t i = 0; i < more; ++i) {
    const std::size_t a = random.below({Purpose("a"), i}, bridges);
    const std::size_t b = random.below({Purpose("b"), i}, bridges);
    if (a != b) add(a, b);
  }
  std::uint64_t draw = 0;
  for (const auto& [a, b] : graph.wires) {
    for (const End end : {a, b}) {
      graph.costs[end] = 1 + static_cast<std::uint32_t>(random.below({Purpose("cost"), draw++}, 4));
    }
  }
  return graph;
}

// Root path costs by relaxation until nothing improves; then each bridge takes the best offer as
// root port, each wire the better end as designated, and the rest are alternates.
std::map<End, RstpRole> expected_roles(const Graph& graph) {
  const std::size_t bridges = graph.ports.size();
  std::vector<std::uint32_t> cost(bridges, 1000000);
  cost[0] = 0;
  for (std::size_t i = 0; i < bridges; ++i) {
    for (const auto& [a, b] : graph.wires) {
      cost[a.bridge] = std::min(cost[a.bridge], cost[b.bridge] + graph.costs.at(a));
      cost[b.bridge] = std::min(cost[b.bridge], cost[a.bridge] + graph.costs.at(b));
    }
  }
  std::map<End, RstpRole> roles;
  for (std::size_t bridge = 1; bridge < bridges; ++bridge) {
    std::vector<std::tuple<std::uint32_t, std::size_t, std::size_t, End>> offers;
    for (const auto& [a, b] : graph.wires) {
      for (const auto& [here, there] : {std::pair{a, b}, std::pair{b, a}}) {
        if (here.bridge != bridge) continue;
        offers.emplace_back(cost[there.bridge] + graph.costs.at(here), there.bridge, there.port,
                            here);
      }
    }
    roles[std::get<End>(*std::min_element(offers.begin(), offers.end()))] = RstpRole::root;
  }
  for (const auto& [a, b] : graph.wires) {
    const bool a_better =
        std::tie(cost[a.bridge], a.bridge, a.port) < std::tie(cost[b.bridge], b.bridge, b.port);
    const auto [better, worse] = a_better ? std::pair{a, b} : std::pair{b, a};
    roles[better] = RstpRole::designated;
    roles.try_emplace(worse, RstpRole::alternate);
  }
  return roles;
}

TEST(RstpMachine, ConvergesToTheTreeOfAPlainComputation) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const Graph graph = random_graph(seed);
    Lan lan(graph.ports);
    for (const auto& [a, b] : graph.wires)
      lan.connect(a, b);
    for (const auto& [end, cost] : graph.costs)
      lan.port(end.bridge, end.port).cost = cost;
    lan.begin();
    lan.run_for(60s);
    for (const auto& [end, role] : expected_roles(graph)) {
      EXPECT_EQ(rstp_role_name(lan.machine(end.bridge).role(end.port)), rstp_role_name(role))
          << "seed " << seed << " bridge " << end.bridge << " port " << end.port;
      const bool open = role == RstpRole::root || role == RstpRole::designated;
      EXPECT_EQ(lan.machine(end.bridge).state(end.port),
                open ? StpState::forwarding : StpState::discarding);
    }
  }
}

}  // namespace
}  // namespace switchfault
