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
  DiaryFlow(NetLab& lab, Duration anchor, Duration period, Phase phase, bool skip = true)
      : StandingFlow(lab.simulator(), lab.network(),
                     {.anchor = kTimeZero + anchor,
                      .period = period,
                      .phase = phase,
                      .target = kFlow,
                      .source = kFlow},
                     skip),
        lab_(lab) {}

  bool quiet = true;
  ReadSet keeps;
  SimTime expires = kNever;
  std::function<void()> also = [] {};
  Log diary;

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
  void woke(std::int64_t n) override { write("awake after " + std::to_string(n)); }
  void write(const std::string& entry) {
    diary.push_back(seconds(lab_.simulator().now()) + " " + entry);
  }

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

TEST(StandingFlow, AnOccurrenceIsExplainedByNothingBeforeIt) {
  NetLab lab(kTwo);
  ObservationId cause{0};
  DiaryFlow flow(lab, 1s, 1s, Phase::traffic);
  flow.also = [&] { cause = lab.simulator().cause(); };
  flow.start();
  lab.at(3s, [&] { lab.cut("s1:eth1"); });
  lab.run_for(3s);
  EXPECT_EQ(flow.diary.back(), "3s asleep after 2");
  EXPECT_EQ(cause, ObservationId::none);
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
      if (!port.carrier || Random(lab_.options().seed).chance(key, link.loss[direction])) {
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
  [[nodiscard]] std::int64_t executions() const {
    std::int64_t sum = 0;
    for (const auto& poll : polls) {
      sum += poll->executions;
    }
    return sum;
  }

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
TEST(StandingFlow, SkippingIsInvisibleInRandomWorlds) {
  std::int64_t skipped = 0;
  std::int64_t executed = 0;
  for (std::uint64_t world = 1; world <= 60; ++world) {
    const RandomWorld with(world, true);
    const RandomWorld without(world, false);
    ASSERT_EQ(first_difference(with.lab.explained_log(), without.lab.explained_log()), "")
        << "world " << world;
    EXPECT_GT(with.lab.log().size(), 20U);
    skipped += without.executions() - with.executions();
    executed += with.executions();
  }
  EXPECT_GT(skipped, executed);  // Or nothing would have been shown.
}

}  // namespace
}  // namespace switchfault
