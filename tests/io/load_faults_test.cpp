#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using Kind = Trigger::Kind;

Trigger trigger(const std::string& text) {
  return load_with_network(
             "clock: {start: 2026-03-02T07:40:00+01:00}\nfaults: [{kind: "
             "kernel_panic, select: s1, trigger: " +
             text + "}]")
      .faults[0]
      .trigger;
}
std::string error(const std::string& keys) {
  return brief_errors("faults:\n- kind: kernel_panic\n  select: s1\n" + keys + kNetwork);
}

TEST(LoadFaults, TriggersAreOfOneKind) {
  EXPECT_EQ(trigger("{at: 10m}").kind, Kind::instant);
  EXPECT_EQ(trigger("{date: 2026-03-02T08:00:00+01:00}").unix_ns, 1'772'434'800'000'000'000);
  EXPECT_EQ(trigger("{uptime: 49d17h}").kind, Kind::uptime);
  EXPECT_EQ(trigger("{uptime: {scale: 144h, shape: 3}}").law.kind, DurationLaw::Kind::weibull);
  EXPECT_EQ(trigger("{power_on: 28224h}").after, hours{28'224});
  EXPECT_EQ(trigger("{random: {law: exponential, mean: 90d}}").law.a, hours{2'160});
  const Trigger table = trigger("{table: {name: mac, fill: 95%}}");
  EXPECT_EQ(table.kind, Kind::table_fill);
  EXPECT_EQ(table.table, "mac");
  EXPECT_EQ(table.share, 0.95);
  EXPECT_FALSE(trigger("{boot: any}").boot.has_value());
  EXPECT_EQ(trigger("{boot: warm, after: 30s, repeats: true}").boot, BootKind::warm);
  const Trigger event =
      trigger("{event: {kind: port_carrier, of: s2, count: 3, within: 1m}, after: 5s}");
  EXPECT_EQ(event.event, "port_carrier");
  EXPECT_EQ(event.of->names[0].text, "s2");
  EXPECT_EQ(event.event_count, 3U);
  EXPECT_EQ(event.event_within, minutes{1});
  EXPECT_EQ(event.law.a, seconds{5});
  EXPECT_EQ(event.probability, 1);
  EXPECT_EQ(trigger("{event: {kind: boot_started}, probability: 5%}").probability, 0.05);
  EXPECT_EQ(trigger("{boot: any, after: {mean: 3m}}").law.kind, DurationLaw::Kind::exponential);
}

TEST(LoadFaults, ALaterStageNamesTheFaultBeforeIt) {
  const auto stage = [](const std::string& of) {
    return "faults:\n- {name: aging, kind: kernel_panic, select: s1, trigger: {at: 1s}}\n"
           "- {name: crash, kind: kernel_panic, select: s1, trigger: {follows: " +
           of + ", after: {mean: 48h}}}\n" + kNetwork;
  };
  const Trigger second = load_text(stage("aging")).faults[1].trigger;
  EXPECT_EQ(second.kind, Kind::follows);
  EXPECT_EQ(second.leader.text, "aging");
  EXPECT_EQ(second.law.a, hours{48});
  EXPECT_EQ(brief_errors(stage("ageing")),
            "3:68 there is no fault 'ageing' | did you mean 'aging'?\n");
  EXPECT_EQ(brief_errors(stage("crash")), "3:68 a fault cannot follow itself\n");
  EXPECT_EQ(error("  trigger: {at: 5m, after: 3m}\n"),
            "4:28 'after' goes with the triggers boot, event and follows only\n");
  EXPECT_EQ(error("  trigger: {random: {mean: 1h}, probability: 5%}\n"),
            "4:46 'probability' goes with the triggers boot and event only\n");
}

TEST(LoadFaults, EndsByActionBootTimeOrVersion) {
  const auto until = [](const std::string& text) {
    return load_with_network(
               "faults: [{kind: kernel_panic, select: s1, trigger: {at: 1s}, until: " + text + "}]")
        .faults[0]
        .until;
  };
  const FaultEnd end =
      until("{actions: [reload], boots: [cold, power_cycle], after: 4h, fixed_in: '>=4.3'}");
  EXPECT_EQ(end.actions[0].text, "reload");
  EXPECT_EQ(end.boots, (std::vector<BootKind>{BootKind::cold, BootKind::power_cycle}));
  ASSERT_TRUE(end.after);
  EXPECT_EQ(end.after->a, hours{4});
  EXPECT_EQ(end.fixed_in, ">=4.3");
  EXPECT_TRUE(end.stated);
  EXPECT_EQ(until("{boots: any}").boots.size(), 4U);
  EXPECT_TRUE(until("{boots: none}").stated);
  EXPECT_TRUE(until("none").stated);
  EXPECT_FALSE(until("{after: 1h}").stated);
}

TEST(LoadFaults, OnlyAConstantRateCanBeHastened) {
  const Trigger hastened = trigger("{random: {mean: 90d}, hasten: {always: 3, together: 500}}");
  EXPECT_EQ(hastened.hasten->always, 3);
  EXPECT_EQ(hastened.hasten->together, 500);
  EXPECT_EQ(trigger("{random: {mean: 90d}, hasten: {always: 3}}").hasten->together, 3);
  EXPECT_FALSE(trigger("{random: {mean: 90d}}").hasten.has_value());
  EXPECT_NE(error("  trigger: {at: 5m, hasten: {always: 3}}\n").find("constant rate"),
            std::string::npos);
  EXPECT_NE(error("  trigger: {random: 5m, hasten: {always: 3}}\n").find("constant rate"),
            std::string::npos);
}

TEST(LoadFaults, WithoutANameAreNumberedByKind) {
  const Scenario s = load_with_network(
      "faults:\n"
      "- {kind: kernel_panic, select: s1, trigger: {at: 1s}}\n"
      "- {kind: kernel_panic, select: s1, trigger: {at: 2s}, name: mine}\n"
      "- one-of:\n"
      "  - {name: a, weight: 3, faults: [{kind: kernel_panic, select: s1, trigger: {at: 1s}}]}\n"
      "  - {name: b, faults: []}\n");
  EXPECT_EQ(s.faults[0].name, "kernel_panic-1");
  EXPECT_EQ(s.faults[1].name, "mine");
  ASSERT_EQ(s.one_of.size(), 1U);
  EXPECT_EQ(s.one_of[0].alternatives[0].weight, 3);
  EXPECT_EQ(s.one_of[0].alternatives[0].faults[0].name, "kernel_panic-2");
  EXPECT_TRUE(s.one_of[0].alternatives[1].faults.empty());
}

TEST(LoadFaults, SayWhatIsWrong) {
  const std::string one =
      " | write one of at, date, uptime, power_on, random, table, boot, event, follows\n";
  const struct {
    const char* keys;
    std::string errors;
  } cases[] = {
      {"", "2:3 missing key 'trigger'\n"},
      {"  trigger: {}", "4:12 a trigger says when the fault strikes" + one},
      {"  trigger: 5m",
       "4:12 a trigger says when the fault strikes, by a key | write trigger: {at: 5m}\n"},
      {"  trigger: boot", "4:12 a trigger says when the fault strikes, by a key" + one},
      {"  trigger: {at: 1s, uptime: 2d}", "4:29 a trigger cannot be both 'at' and 'uptime'" + one},
      {"  trigger: {at: 1s, repeats: true}",
       "4:30 'repeats' goes with the triggers boot and event only\n"},
      {"  trigger: {boot: hot}",
       "4:19 expected any, cold, fast, warm or power_cycle, found 'hot'\n"},
      {"  trigger: {table: {name: arp, fill: 90%}}",
       "4:27 expected mac, routes, neighbors or sessions, found 'arp'\n"},
      {"  trigger: {event: {kind: boot}}",
       "4:27 there is no observation 'boot' | known: run_started, fault_injected, fault_cleared, "
       "fault_alternative, host_state, boot_started, boot_failed, plane_state, process_state, "
       "memory_state, cpu_state, configuration, ...\n"},
      {"  trigger: {at: 1s}\n  until: {actions: [relaod]}",
       "5:21 there is no action 'relaod' | did you mean 'reload'?\n"},
      {"  trigger: {at: 1s}\n  until: {boots: all}",
       "5:18 expected any, none or a list of boots, found 'all' | boots are cold, fast, warm and "
       "power_cycle\n"},
      {"  trigger: {at: 1s}\n  until: {boots: [hot]}",
       "5:19 expected cold, fast, warm or power_cycle, found 'hot'\n"},
      {"  trigger: {at: 1s}\n  one-of: []", "2:3 unknown key 'kind' | known: one-of"},
      {"  trigger: {date: 2026-03-02T08:00:00Z}",
       "4:12 a trigger by date needs the date at which the clock starts | write clock: {start: "
       "2026-03-02T07:40:00+01:00}\n"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(error(c.keys).substr(0, c.errors.size()), c.errors) << c.keys;
  }
}

}  // namespace
}  // namespace switchfault
