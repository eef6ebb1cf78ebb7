#include "io/settings.h"

#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

using std::chrono::hours;

std::string text(const std::string& head) {
  return head + kNetwork;
}
std::string error(const std::string& setting) {
  return errors_of(text("services: {web: {endpoints: h1, depends: none}}\n"
                        "faults: [{name: f, kind: kernel_panic, select: s1, trigger: {at: 1s}}]"),
                   {setting});
}

TEST(Settings, ReplaceAValueOfTheFile) {
  const Scenario s = load_text(text("seed: 1\nclock: {duration: 1h}\n"
                                    "faults: [{name: f, kind: kernel_panic, select: s1, trigger: "
                                    "{at: 1s}}]"),
                               {"seed=42", "clock.duration=2h", "faults[0].trigger.at=5s",
                                "topology.nodes.s1.version=4.3", "faults.f.select=[s1]"});
  EXPECT_EQ(s.seed, 42U);
  EXPECT_EQ(s.clock.duration, hours{2});
  EXPECT_EQ(s.faults[0].trigger.after, std::chrono::seconds{5});
  EXPECT_EQ(s.faults[0].select.names[0].text, "s1");
  EXPECT_EQ(s.topology.nodes[0].version, "4.3");
}

TEST(Settings, AddWhatTheFileLeavesOut) {
  const Scenario s = load_text(
      text(""), {"clock.duration=3h", "clock.warm_up=1m", "title=a b",
                 "topology.nodes.s2.boot={cold: 5m}", "users={u: {places: h1, count: 3}}"});
  EXPECT_EQ(s.clock.duration, hours{3});
  EXPECT_EQ(s.clock.warm_up, std::chrono::minutes{1});
  EXPECT_EQ(s.title, "a b");
  EXPECT_TRUE(s.topology.nodes[1].boots[0].has_value());
  EXPECT_EQ(s.users[0].count, 3);
}

TEST(Settings, TheLastOneOfAKeyHolds) {
  EXPECT_EQ(load_text(text(""), {"seed=1", "seed=2"}).seed, 2U);
}

TEST(Settings, AKeyMayHoldDots) {
  const Scenario s = load_text("topology: {nodes: {s1.lan: {kind: switch}, s1: {kind: host}}}\n",
                               {"topology.nodes.s1.lan.version=7.1"});
  EXPECT_EQ(s.topology.nodes[0].version, "7.1");
  EXPECT_EQ(s.topology.nodes[1].version, "");
}

TEST(Settings, AnEmptyValueBecomesAMap) {
  const Scenario s = load_text("clock:\ntopology: {nodes: {a: }, defaults: {kind: host}}\n",
                               {"clock.duration=3h", "topology.nodes.a.site=x"});
  EXPECT_EQ(s.clock.duration, hours{3});
  EXPECT_EQ(s.topology.nodes[0].site, "x");
}

TEST(Settings, ErrorsPointIntoTheSetting) {
  EXPECT_EQ(error("clock.duration=soon"),
            "--set:1:16: error: expected a duration such as 250ms, 90s or 1h30m, found 'soon'\n"
            "  clock.duration=soon\n"
            "                 ^\n"
            "  units are ns, us, ms, s, m, h, d and w, without blanks; at most 292 years\n");
  EXPECT_EQ(error("clok.duration=1h"),
            "--set:1:1: error: unknown key 'clok'\n"
            "  clok.duration=1h\n"
            "  ^\n"
            "  did you mean 'clock'?\n");
  EXPECT_EQ(error("services.wep.port=80"),
            "--set:1:1: error: there is no 'wep' in 'services'\n"
            "  services.wep.port=80\n"
            "  ^\n"
            "  did you mean 'web'?\n");
  EXPECT_EQ(error("services.web.port=[80"),
            "--set:1:19: error: the '[' here is never closed\n"
            "  services.web.port=[80\n"
            "                    ^\n");
  EXPECT_EQ(error("faults[1].name=x"),
            "--set:1:1: error: there is no item '1' in 'faults'\n"
            "  faults[1].name=x\n"
            "  ^\n"
            "  it has 1 items, counted from 0\n");
  EXPECT_EQ(error("faults.g.name=x"),
            "--set:1:1: error: there is no item 'g' in 'faults'\n"
            "  faults.g.name=x\n"
            "  ^\n"
            "  did you mean 'f'?\n");
  EXPECT_EQ(error("faults.f.name.x=x"),
            "--set:1:1: error: 'faults.f.name' is a single value\n"
            "  faults.f.name.x=x\n"
            "  ^\n"
            "  leave 'x' out\n");
}

TEST(Settings, ATextWithoutKeyOrValueIsNone) {
  for (const char* const setting : {"seed", "=5", "seed=", ""}) {
    EXPECT_EQ(error(setting).substr(0, 20 + std::string(setting).size()),
              "--set:1:1: error: '" + std::string(setting) + "'")
        << setting;
  }
}

TEST(Settings, CannotTouchWhatAnAliasStandsFor) {
  EXPECT_EQ(
      errors_of("topology: {nodes: {a: &a {kind: host}, b: *a}}\n", {"topology.nodes.a.site=x"}),
      "");  // Adding changes both.
  EXPECT_EQ(errors_of("topology: {nodes: {a: &a {kind: host}, b: *a}}\n",
                      {"topology.nodes.a={kind: switch}"}),
            "--set:1:1: error: an alias in the file stands for 'topology.nodes.a' or a part of it\n"
            "  topology.nodes.a={kind: switch}\n"
            "  ^\n"
            "  change the file\n");
}

}  // namespace
}  // namespace switchfault
