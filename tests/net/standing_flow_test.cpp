#include "net/standing_flow.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/lab.h"

namespace switchfault {
namespace {

constexpr Entity kFlow{EntityKind::probe, 0};

const char* const kTwo = R"(
  switch s1 s2
  link s1:eth1 s2:eth1
)";

std::string seconds(SimTime time) {
  return format_duration(time.time_since_epoch());
}

// Writes down each execution, falling asleep and waking; reads s1, is quiet when told to be.
class DiaryFlow final : public StandingFlow {
 public:
  DiaryFlow(NetLab& lab, Duration anchor, Duration period, Phase phase, bool skip = true,
            Duration jitter = {})
      : StandingFlow(lab.simulator(), lab.network(),
                     {.anchor = kTimeZero + anchor,
                      .period = period,
                      .phase = phase,
                      .target = kFlow,
                      .source = kFlow,
                      .jitter = {.most = jitter,
                                 .random = &random_,
                                 .key = {.purpose = Purpose("test.jitter")}}},
                     skip),
        lab_(lab) {}

  bool quiet = true;
  ReadSet keeps;
  SimTime expires = kNever;
  std::function<void()> also = [] {};
  Log diary;
  ObservationId cause_of_waking{0};

 private:
  Outcome execute(std::int64_t n, ReadSet& reads, ReadSet& kept) override {
    write("run " + std::to_string(n));
    reads.nodes = {lab_.index("s1")};
    reads.expires = expires;
    kept = keeps;
    also();
    return {.quiet = quiet};
  }
  void fell_asleep(std::int64_t n) override { write("asleep after " + std::to_string(n)); }
  void woke(std::int64_t n) override {
    write("awake after " + std::to_string(n));
    cause_of_waking = lab_.simulator().cause();
  }
  void write(const std::string& entry) {
    diary.push_back(seconds(lab_.simulator().now()) + " " + entry);
  }

  Random random_{1};
  NetLab& lab_;
};

void touch(NetLab& lab) {
  const double load = lab.os("s1").cpu_load();
  lab.os("s1").set_cpu_load(9, load > 0.2 ? 0.1 : 0.3);
}

TEST(StandingFlow, SleepsUntilSomethingItReadChanges) {
  NetLab lab(kTwo);
  DiaryFlow flow(lab, 500ms, 1s, Phase::traffic);
  flow.start();
  lab.at(3200ms, [&] { touch(lab); });
  lab.at(3300ms, [&] { touch(lab); });
  lab.run_for(10s);
  EXPECT_EQ(flow.diary, (Log{"500ms run 0", "500ms asleep after 0", "3.2s awake after 2",
                             "3.5s run 3", "3.5s asleep after 3"}));
  EXPECT_TRUE(flow.asleep());
  EXPECT_EQ(flow.last_occurrence(), 9);
}

TEST(StandingFlow, RunsEveryTimeWithoutSkipping) {
  NetLab lab(kTwo);
  DiaryFlow flow(lab, 500ms, 1s, Phase::traffic, false);
  flow.start();
  lab.run_for(4s);
  EXPECT_EQ(flow.diary, (Log{"500ms run 0", "1.5s run 1", "2.5s run 2", "3.5s run 3"}));
  EXPECT_EQ(flow.last_occurrence(), 3);
}

TEST(StandingFlow, WithJitterEachOccurrenceIsUpToSoMuchLate) {
  NetLab lab(kTwo);
  DiaryFlow flow(lab, 0ms, 100ms, Phase::protocol, false, 40ms);
  flow.start();
  lab.run_for(10s);
  ASSERT_EQ(flow.last_occurrence(), 99);
  Duration least = 1s, most{};
  for (std::int64_t n = 0; n < 99; ++n) {
    const Duration late = flow.time_of(n) - (kTimeZero + n * 100ms);
    least = std::min(least, late);
    most = std::max(most, late);
  }
  EXPECT_GE(least, 0ms);
  EXPECT_LT(least, 2ms);
  EXPECT_GT(most, 38ms);
  EXPECT_LT(most, 40ms);
}

// Asleep it knows which occurrence was the last one, whatever the jitter of each is.
TEST(StandingFlow, WithJitterSleepIsInvisible) {
  NetLab one(kTwo), other(kTwo);
  DiaryFlow sleeper(one, 0ms, 100ms, Phase::protocol, true, 90ms);
  DiaryFlow awake(other, 0ms, 100ms, Phase::protocol, false, 90ms);
  sleeper.start();
  awake.start();
  for (int i = 0; i < 200; ++i) {
    one.run_for(13ms);
    other.run_for(13ms);
    ASSERT_EQ(sleeper.last_occurrence(), awake.last_occurrence()) << i;
  }
}

TEST(StandingFlow, StaysAwakeWhileItChangesThings) {
  NetLab lab(kTwo);
  DiaryFlow flow(lab, 0s, 1s, Phase::traffic);
  flow.quiet = false;
  flow.start();
  lab.run_for(2s);
  EXPECT_EQ(flow.diary, (Log{"1s run 1", "2s run 2"}));  // 0 s was over when it started.
}

TEST(StandingFlow, StaysAwakeWhileSomethingItReadExpires) {
  NetLab lab(kTwo);
  DiaryFlow flow(lab, 1s, 1s, Phase::traffic);
  flow.expires = kTimeZero + 100s;
  flow.start();
  lab.run_for(2s);
  EXPECT_EQ(flow.diary, (Log{"1s run 0", "2s run 1"}));
}

// The change comes in the phase of the environment: a flow of a later phase has its turn still to
// come in this instant, one that ran at the same instant before it would not.
TEST(StandingFlow, AnOccurrenceDueInTheInstantOfTheChangeIsExecutedIfItsTurnIsStillToCome) {
  NetLab lab(kTwo);
  DiaryFlow flow(lab, 1s, 1s, Phase::traffic);
  flow.start();
  lab.at(5s, [&] { touch(lab); });
  lab.run_for(5500ms);
  EXPECT_EQ(flow.diary, (Log{"1s run 0", "1s asleep after 0", "5s awake after 3", "5s run 4",
                             "5s asleep after 4"}));
}

TEST(StandingFlow, AnOccurrenceThatHadItsTurnBeforeTheChangeIsNotExecutedAgain) {
  NetLab lab(kTwo);
  DiaryFlow flow(lab, 1s, 1s, Phase::traffic);
  flow.start();
  lab.simulator().schedule(
      {.at = kTimeZero + 5s, .phase = Phase::settle, .target = kFlow, .source = kFlow},
      [&lab] { touch(lab); });
  lab.run_for(6500ms);
  EXPECT_EQ(flow.diary, (Log{"1s run 0", "1s asleep after 0", "5s awake after 4", "6s run 5",
                             "6s asleep after 5"}));
}

TEST(StandingFlow, RestartedItCountsFromTheNewAnchor) {
  NetLab lab(kTwo);
  DiaryFlow flow(lab, 1s, 1s, Phase::traffic);
  flow.start();
  lab.at(3500ms, [&] { flow.restart(kTimeZero + 5200ms); });
  lab.run_for(6s);
  EXPECT_EQ(flow.diary, (Log{"1s run 0", "1s asleep after 0", "3.5s awake after 2", "5.2s run 0",
                             "5.2s asleep after 0"}));
}

TEST(StandingFlow, StoppingWakesItAndStartingBeginsWithTheNextOccurrence) {
  NetLab lab(kTwo);
  DiaryFlow flow(lab, 1s, 1s, Phase::traffic);
  EXPECT_EQ(flow.last_occurrence(), -1);
  flow.start();
  lab.at(3500ms, [&] { flow.stop(); });
  lab.at(6500ms, [&] { flow.start(); });
  lab.run_for(6600ms);
  EXPECT_EQ(flow.last_occurrence(), -1);
  lab.run_for(1s);
  EXPECT_EQ(flow.diary, (Log{"1s run 0", "1s asleep after 0", "3.5s awake after 2", "7s run 6",
                             "7s asleep after 6"}));
}

TEST(StandingFlow, MayStopAndRestartItselfWhileItRuns) {
  NetLab lab(kTwo);
  DiaryFlow flow(lab, 1s, 1s, Phase::traffic);
  flow.also = [&] {
    flow.stop();
    if (flow.diary.size() < 3) {
      flow.start();
    }
  };
  flow.start();
  lab.run_for(10s);
  EXPECT_EQ(flow.diary, (Log{"1s run 0", "2s run 1", "3s run 2"}));
  EXPECT_FALSE(flow.running());
}

TEST(StandingFlow, KeepsWhatItRefreshesUntilItWakes) {
  NetLab lab(kTwo);
  const MacAddress mac{0x42};
  const NodeIndex s1 = lab.index("s1");
  lab.os("s1").program(
      LearnMac{{.vlan = 1, .mac = mac, .port = LogicalPort{0}, .last_seen = kTimeZero}});
  DiaryFlow flow(lab, 1s, 1s, Phase::traffic);
  flow.keeps.macs = {{.node = s1, .vlan = 1, .mac = mac}};
  flow.start();
  lab.at(1000s + 500ms, [&] {
    flow.quiet = false;
    touch(lab);
  });
  lab.run_for(1001s);
  SimTime expires = kNever;
  EXPECT_NE(lab.network().chip(s1).find_mac(1, mac, lab.simulator().now(), expires), nullptr);
  EXPECT_EQ(expires, kTimeZero + 1300s);
}

TEST(StandingFlow, WakesWhenWhatItKeepsIsFlushed) {
  NetLab lab(kTwo);
  const MacAddress mac{0x42};
  lab.os("s1").program(
      LearnMac{{.vlan = 1, .mac = mac, .port = LogicalPort{0}, .last_seen = kTimeZero}});
  DiaryFlow flow(lab, 1s, 1s, Phase::traffic);
  flow.keeps.macs = {{.node = lab.index("s1"), .vlan = 1, .mac = mac}};
  flow.start();
  lab.at(3500ms, [&] { lab.os("s1").program(FlushMacs{LogicalPort::none, LogicalPort::none}); });
  lab.run_for(3600ms);
  EXPECT_EQ(flow.diary.back(), "3.5s awake after 2");
}

TEST(StandingFlow, NeitherWakingNorAnOccurrenceIsExplainedByWhatWokeIt) {
  NetLab lab(kTwo);
  ObservationId cause{0};
  DiaryFlow flow(lab, 1s, 1s, Phase::traffic);
  flow.also = [&] { cause = lab.simulator().cause(); };
  flow.start();
  lab.at(3s, [&] { lab.cut("s1:eth1"); });
  lab.run_for(3s);
  EXPECT_EQ(flow.diary.back(), "3s asleep after 2");
  EXPECT_EQ(cause, ObservationId::none);
  EXPECT_EQ(flow.cause_of_waking, ObservationId::none);
}

// --- skipping is invisible --------------------------------------------------------------------

// A poll along a fixed path that does what an exchange does: it is lost without carrier or by a
// draw, learns and refreshes a MAC at every node it passes, and observes when the answer changes.
class PathPoll final : public StandingFlow {
 public:
  PathPoll(NetLab& lab, std::uint32_t number, std::vector<PortRef> path, Duration anchor,
           Duration period)
      : StandingFlow(lab.simulator(), lab.network(),
                     {.anchor = kTimeZero + anchor,
                      .period = period,
                      .phase = Phase::traffic,
                      .target = {EntityKind::probe, number},
                      .source = {EntityKind::probe, number}},
                     lab.options().skip_quiet_time),
        lab_(lab),
        number_(number),
        path_(std::move(path)) {}
  std::int64_t executions = 0;

 private:
  Outcome execute(std::int64_t n, ReadSet& reads, ReadSet& kept) override {
    ++executions;
    bool learned = false;
    const bool answered = pass(n, reads, kept, learned);
    if (answered != last_) {
      last_ = answered;
      lab_.observations().append(ObservationKind::probe_state,
                                 {EntityKind::link, number_ % lab_links()},
                                 {.value = answered ? 1 : 0, .text = std::to_string(number_)});
      return {.quiet = false};
    }
    return {.quiet = !learned};
  }

  [[nodiscard]] std::uint32_t lab_links() const {
    return static_cast<std::uint32_t>(lab_.network().link_count());
  }

  bool pass(std::int64_t n, ReadSet& reads, ReadSet& kept, bool& learned) {
    for (const PortRef& hop : path_) {
      const Node& node = lab_.network().node(hop.node);
      const Port& port = node.ports[static_cast<std::size_t>(hop.port)];
      reads.nodes.push_back(hop.node);
      reads.links.push_back(port.link);
      if (!node.os->running(ProcessFunction::mac_learning)) {
        return false;  // Stands for anything a poll needs of a process.
      }
      learned = refresh(hop, kept) || learned;
      const Link& link = lab_.network().link(port.link);
      const unsigned direction = link.a == hop ? 0 : 1;
      const DrawKey key{.purpose = Purpose("test.loss"),
                        .entity = number_,
                        .occurrence = static_cast<std::uint64_t>(n),
                        .index = reads.links.size()};
      if (!port.carrier || Random(lab_.options().seed).chance(key, link.terms->loss[direction])) {
        return false;
      }
    }
    return true;
  }

  // Writes the MAC of this poll at the node, as real frames would.
  bool refresh(const PortRef& hop, ReadSet& kept) {
    const MacAddress mac{0x100 + number_ / 2};  // Two polls share an address.
    const VlanId vlan = 1;
    const SimTime now = lab_.simulator().now();
    SwitchOs& os = *lab_.network().node(hop.node).os;
    SimTime expires = kNever;
    const MacEntry* entry = os.chip().find_mac(vlan, mac, now, expires);
    kept.macs.push_back({.node = hop.node, .vlan = vlan, .mac = mac});
    if (entry != nullptr && entry->port == static_cast<LogicalPort>(hop.port)) {
      os.chip().refresh_mac(vlan, mac, now);
      return false;
    }
    os.program(LearnMac{
        {.vlan = vlan, .mac = mac, .port = static_cast<LogicalPort>(hop.port), .last_seen = now}});
    return true;
  }

  NetLab& lab_;
  std::uint32_t number_;
  std::vector<PortRef> path_;
  bool last_ = false;
};

// Looks whether a MAC is known, when told and when it expires, as a pure walk's owner does.
class MacWatcher final : public WalkOwner {
 public:
  MacWatcher(NetLab& lab, std::uint32_t number, const ReadSet::MacKey& key)
      : lab_(lab),
        key_(key),
        watch_(lab.network().add_owner(*this)),
        timer_(lab.simulator(), Phase::settle, {EntityKind::demand, number},
               lab.network().node(key.node).entity, [this] { look(); }) {
    look();
  }
  void stale(ObservationId /*cause*/) override { timer_.arm(lab_.simulator().now()); }

 private:
  void look() {
    SimTime expires = kNever;
    const bool known = lab_.network().chip(key_.node).find_mac(key_.vlan, key_.mac,
                                                               lab_.simulator().now(), expires);
    if (known != known_) {
      known_ = known;
      lab_.observations().append(ObservationKind::table_stale,
                                 lab_.network().node(key_.node).entity, {.value = known ? 1 : 0});
    }
    ReadSet reads;
    reads.macs = {key_};
    lab_.network().watch(watch_, reads);
    // That time passes has no cause.
    CauseScope scope(lab_.simulator(), ObservationId::none);
    if (expires == kNever) {
      timer_.cancel();
    } else {
      timer_.arm(expires);
    }
  }

  NetLab& lab_;
  ReadSet::MacKey key_;
  WatchId watch_;
  Timer timer_;
  bool known_ = false;
};

template <typename Poll>
std::int64_t executions_of(const std::vector<std::unique_ptr<Poll>>& polls) {
  std::int64_t sum = 0;
  for (const auto& poll : polls) {
    sum += poll->executions;
  }
  return sum;
}

// A ring of six switches; polls run clockwise over one to four links; things break and heal.
struct RandomWorld {
  static constexpr std::uint64_t kSwitches = 6;
  static constexpr std::uint64_t kPolls = 8;

  RandomWorld(std::uint64_t world, bool skip) : draw(world), lab(ring(), options(world, skip)) {
    for (std::uint64_t i = 0; i < kPolls; ++i) {
      std::vector<PortRef> path;
      const std::uint64_t first = number("first", i, kSwitches);
      const std::uint64_t length = 1 + number("length", i, 4);
      for (std::uint64_t hop = 0; hop < length; ++hop) {
        path.push_back(lab.port(name((first + hop) % kSwitches) + ":eth1"));
      }
      // Whole seconds on purpose: many things fall into one instant.
      polls.push_back(std::make_unique<PathPoll>(
          lab, static_cast<std::uint32_t>(i), path, std::chrono::seconds{number("anchor", i, 5)},
          std::chrono::seconds{1 + number("period", i, 60)}));
      polls.back()->start();
      watchers.push_back(std::make_unique<MacWatcher>(
          lab, static_cast<std::uint32_t>(i),
          ReadSet::MacKey{.node = path.back().node, .vlan = 1, .mac = MacAddress{0x100 + i / 2}}));
    }
    for (std::uint64_t i = 0; i < 30; ++i) {
      lab.at(std::chrono::seconds{number("when", i, 3000)}, [this, i] { disturb(i); });
    }
    lab.run_for(4000s);
  }

  static std::string name(std::uint64_t i) { return "s" + std::to_string(i); }
  static std::string ring() {
    std::string text;
    for (std::uint64_t i = 0; i < kSwitches; ++i) {
      text += "switch " + name(i) + "\n";
    }
    for (std::uint64_t i = 0; i < kSwitches; ++i) {
      text += "link " + name(i) + ":eth1 " + name((i + 1) % kSwitches) + ":eth2\n";
    }
    return text;
  }
  static NetLab::Options options(std::uint64_t world, bool skip) {
    NetLab::Options result;
    result.seed = world;
    result.skip_quiet_time = skip;
    return result;
  }
  [[nodiscard]] std::uint64_t number(const char* what, std::uint64_t i, std::uint64_t count) const {
    return draw.below(
        {.purpose = Purpose("test.world"), .entity = stable_hash(what), .occurrence = i}, count);
  }

  void disturb(std::uint64_t i) {
    const std::string place = name(number("where", i, kSwitches));
    switch (number("what", i, 6)) {
      case 0:
        lab.cut(place + ":eth1");
        break;
      case 1:
        lab.mend(place + ":eth1");
        break;
      case 2:
        lab.set_loss(place + ":eth1", number("loss", i, 2) == 0 ? 0.3 : 0);
        break;
      case 3:
        lab.crash(place, "mac_learning");
        break;
      case 4:
        lab.os(place).program(FlushMacs{LogicalPort::none, LogicalPort::none});
        break;
      default:
        lab.crash(place, "table_programmer");
        break;
    }
  }
  [[nodiscard]] std::int64_t executions() const { return executions_of(polls); }

  Random draw;
  NetLab lab;
  std::vector<std::unique_ptr<PathPoll>> polls;
  std::vector<std::unique_ptr<MacWatcher>> watchers;
};

// "" for equal logs.
std::string first_difference(const Log& a, const Log& b) {
  const auto [in_a, in_b] = std::ranges::mismatch(a, b);
  if (in_a == a.end() && in_b == b.end()) {
    return "";
  }
  return "entry " + std::to_string(in_a - a.begin()) + ": " + (in_a == a.end() ? "-" : *in_a) +
         " | " + (in_b == b.end() ? "-" : *in_b);
}

// What is observed, and why, does not depend on whether quiet time is skipped.
template <typename World>
void skipping_is_invisible(std::uint64_t worlds) {
  std::int64_t skipped = 0;
  std::int64_t executed = 0;
  for (std::uint64_t world = 1; world <= worlds; ++world) {
    const World with(world, true);
    const World without(world, false);
    ASSERT_EQ(first_difference(with.lab.explained_log(), without.lab.explained_log()), "")
        << "world " << world;
    EXPECT_GT(with.lab.log().size(), 20U);
    skipped += without.executions() - with.executions();
    executed += with.executions();
  }
  EXPECT_GT(skipped, executed);  // Or nothing would have been shown.
}

TEST(StandingFlow, SkippingIsInvisibleInRandomWorlds) {
  skipping_is_invisible<RandomWorld>(60);
}

// --- the same with real exchanges ---------------------------------------------------------------

// A poll that observes what becomes of it, and why.
class ExchangePoll final : public StandingFlow {
 public:
  ExchangePoll(NetLab& lab, std::uint32_t number, const std::string& from, const std::string& to,
               Duration anchor, Duration period)
      : StandingFlow(lab.simulator(), lab.network(),
                     {.anchor = kTimeZero + anchor,
                      .period = period,
                      .phase = Phase::traffic,
                      .target = {EntityKind::probe, number},
                      .source = {EntityKind::probe, number}},
                     lab.options().skip_quiet_time),
        lab_(lab),
        from_(lab.index(from)),
        text_(from + " to " + to) {
    packet_.source = lab.network().address_of(from_, false).value();
    packet_.destination = lab.network().address_of(lab.index(to), false).value();
  }
  std::int64_t executions = 0;

 private:
  Outcome execute(std::int64_t /*n*/, ReadSet& reads, ReadSet& kept) override {
    ++executions;
    const WalkResult result = lab_.network().exchange(from_, packet_, reads, kept);
    const bool changed = std::exchange(last_, result.disposition) != result.disposition;
    if (changed) {
      CauseScope scope(lab_.simulator(), result.cause);
      lab_.observations().append(
          ObservationKind::poll_state, lab_.network().node(from_).entity,
          {.object = result.place,
           .text = text_ + " " + std::string(disposition_name(result.disposition))});
    }
    return {.quiet = !changed && !result.learned && (result.share <= 0 || result.share >= 1)};
  }

  NetLab& lab_;
  NodeIndex from_;
  std::string text_;
  Packet packet_;
  std::optional<Disposition> last_;
};

// The answer of a pure conversation, evaluated whenever something it read has changed.
class PureFlow final : public WalkOwner {
 public:
  PureFlow(NetLab& lab, std::uint32_t number, const std::string& from, const std::string& to)
      : lab_(lab),
        from_(lab.index(from)),
        text_(from + " to " + to),
        watch_(lab.network().add_owner(*this)),
        timer_(lab.simulator(), Phase::settle, {EntityKind::demand, number},
               {EntityKind::demand, number}, [this] { evaluate(); }),
        expiry_(lab.simulator(), Phase::operations, {EntityKind::demand, number},
                {EntityKind::demand, number}, [this] { stale(ObservationId::none); }) {
    packet_.source = lab.network().address_of(from_, false).value();
    packet_.destination = lab.network().address_of(lab.index(to), false).value();
    evaluate();
  }
  void stale(ObservationId /*cause*/) override {
    CauseScope scope(lab_.simulator(), ObservationId::none);
    timer_.arm(lab_.simulator().now());
  }

 private:
  void evaluate() {
    ReadSet reads;
    const WalkResult result = lab_.network().converse(from_, packet_, reads);
    if (std::exchange(last_, result.disposition) != result.disposition) {
      CauseScope scope(lab_.simulator(), result.cause);
      lab_.observations().append(
          ObservationKind::service_share, lab_.network().node(from_).entity,
          {.object = result.place,
           .text = text_ + " " + std::string(disposition_name(result.disposition))});
    }
    lab_.network().watch(watch_, reads);
    CauseScope scope(lab_.simulator(), ObservationId::none);
    if (reads.expires == kNever) {
      expiry_.cancel();
    } else {
      expiry_.arm(reads.expires);
    }
  }

  NetLab& lab_;
  NodeIndex from_;
  std::string text_;
  Packet packet_;
  std::optional<Disposition> last_;
  WatchId watch_;
  Timer timer_;
  Timer expiry_;
};

// Two sites of switches in a tree, a router between them, hosts everywhere; no spanning tree is
// needed. Hosts and polls, and what breaks and heals when, are drawn.
//
//   s0 ── s1 ── s2        r1        s3 ── s4 ── s5
//    └────── vlan 1 ──────┘ └──────── vlan 1 ───┘
struct Site {
  static constexpr std::uint64_t kSwitches = 6;
  static constexpr std::uint64_t kHosts = 8;
  static constexpr std::uint64_t kPolls = 10;

  Site(std::uint64_t world, bool skip) : Site(world, skip, false) {}
  Site(std::uint64_t world, bool skip, bool probes)
      : draw(world), lab(plan(draw, probes), options(world, skip)), moves(probes) {
    for (std::uint64_t i = 0; i < kPolls; ++i) {
      const std::uint64_t from = number(draw, "from", i, kHosts);
      const std::uint64_t to = (from + 1 + number(draw, "to", i, kHosts - 1)) % kHosts;
      polls.push_back(
          std::make_unique<ExchangePoll>(lab, static_cast<std::uint32_t>(i), host(from), host(to),
                                         std::chrono::seconds{number(draw, "anchor", i, 5)},
                                         std::chrono::seconds{1 + number(draw, "period", i, 90)}));
      polls.back()->start();
      flows.push_back(
          std::make_unique<PureFlow>(lab, static_cast<std::uint32_t>(i), host(from), host(to)));
    }
    for (std::uint64_t i = 0; i < 40; ++i) {
      lab.at(std::chrono::seconds{number(draw, "when", i, 3000)}, [this, i] { disturb(i); });
    }
    lab.run_for(4500s);
  }

  static std::uint64_t number(const Random& draw, const char* what, std::uint64_t i,
                              std::uint64_t count) {
    return draw.below(
        {.purpose = Purpose("test.site"), .entity = stable_hash(what), .occurrence = i}, count);
  }
  static std::string host(std::uint64_t i) { return "h" + std::to_string(i); }
  static std::string switch_name(std::uint64_t i) { return "s" + std::to_string(i); }

  static NetPlan plan(const Random& draw, bool probes) {
    NetPlan result(R"(
      switch s0 s1 s2 s3 s4 s5
      router r1
      link s0:up s1:down1
      link s2:up s1:down2
      link s3:up s4:down1
      link s5:up s4:down2
      link s1:up r1:eth1
      link s4:up r1:eth2
      address r1:eth1 10.0.0.1/24
      address r1:eth2 10.0.1.1/24
    )");
    for (std::uint64_t i = 0; i < kHosts; ++i) {
      const std::uint64_t at = number(draw, "at", i, kSwitches);
      const std::string net = at < 3 ? "10.0.0." : "10.0.1.";
      result.add("host " + host(i) + " " + net + std::to_string(10 + i) + "/24 via " + net + "1");
      result.link(host(i) + ":eth0", switch_name(at) + ":" + host(i));
    }
    for (NodeConfig& node : result.topology.nodes) {
      node.boots[static_cast<std::size_t>(BootKind::cold)] = {40s, 30s, 50s};
      if (probes) {
        const bool kernel = node.kind == NodeKind::host;
        node.neighbors.profile =
            kernel ? NeighborConfig::Profile::linux_kernel : NeighborConfig::Profile::switch_;
        if (!kernel) {
          node.neighbors.reachable = 200s;
        }
      }
    }
    return result;
  }
  static NetLab::Options options(std::uint64_t world, bool skip) {
    NetLab::Options result;
    result.seed = world;
    result.skip_quiet_time = skip;
    return result;
  }

  // An address leaves its host, or comes back, and nobody is told.
  void move(const std::string& host, std::uint64_t i) {
    const IpPrefix address = lab.node(host).config->interfaces[0].addresses[0].prefix;
    lab.network().set_address(lab.index(host), InterfaceIndex{0}, address, i % 3 != 0);
  }

  void disturb(std::uint64_t i) {
    const std::uint64_t box = number(draw, "box", i, kSwitches + 1);
    const std::string name = box == kSwitches ? "r1" : switch_name(box);
    const auto link = static_cast<LinkIndex>(number(draw, "link", i, lab.network().link_count()));
    const std::string some_host = host(number(draw, "host", i, kHosts));
    SwitchOs& os = lab.os(name);
    switch (number(draw, "what", i, moves ? 17 : 14)) {
      case 0:
        return lab.network().set_link_dark(link, {true, true});
      case 1:
      case 2:
        return lab.network().set_link_dark(link, {false, false});
      case 3:
        return lab.network().set_link_loss(link, i % 2, 0.3);
      case 4:
        return lab.network().set_link_loss(link, i % 2, 0);
      case 5:
        return lab.crash(name, box == kSwitches ? "routing" : "mac_learning");
      case 6:
        return lab.hang(name, "neighbor_resolution");
      case 7:
        return lab.restart(name, "neighbor_resolution");
      case 8:
        return lab.crash(name, "table_programmer");
      case 9:
        return lab.set_host_up(some_host, !lab.node(some_host).host_up);
      case 10:
        return os.program(FlushMacs{LogicalPort::none, LogicalPort::none});
      case 11:
        return os.boot(BootKind::cold, "drawn");
      case 12:
        return os.set_port_fault(PortIndex{0}, {.receive_loss = i % 3 == 0 ? 0.5 : 0});
      case 13:
        return os.clear_table(ChipTable::neighbors);
      default:
        return move(some_host, i);
    }
  }
  [[nodiscard]] std::int64_t executions() const { return executions_of(polls); }

  Random draw;
  NetLab lab;
  bool moves;
  std::vector<std::unique_ptr<ExchangePoll>> polls;
  std::vector<std::unique_ptr<PureFlow>> flows;
};

TEST(StandingFlow, SkippingIsInvisibleForExchanges) {
  skipping_is_invisible<Site>(40);
}

// Hosts and the router probe their neighbours; addresses go and come.
struct ProbingSite : Site {
  ProbingSite(std::uint64_t world, bool skip) : Site(world, skip, true) {}
};

TEST(StandingFlow, SkippingIsInvisibleWhereNeighborsAreProbed) {
  skipping_is_invisible<ProbingSite>(40);
}

}  // namespace
}  // namespace switchfault
