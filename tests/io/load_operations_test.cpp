#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* kOperations = R"(
services: {dns: {endpoints: h1, depends: none}}
operations:
  monitoring:
    nms: {host: h1, interval: 60s, lost: 5, targets: {role: core}}
  people:
    field: {count: 4, skills: [switches, cables], site: north, travel: {median: 25m, sigma: 0.3},
            shifts: [{days: mon-fri, from: "07:00", to: "16:00"}], call_in: 45m}
    vendor: {count: 1, shifts: none, call_in: 2h}
  access:
    ssh: {kind: in_band, from: h1, steps: [{service: dns, purpose: name_resolution},
          {host: h2, purpose: jump_host}, {service: dns, purpose: aaa, fallback: local_accounts}],
          targets: all}
    console: {kind: out_of_band, from: h1, steps: [{console: h2}], targets: {role: core}}
    walk: {kind: on_site, targets: all}
  diagnosis:
    duration: {median: 40m, sigma: 0.5}
    wrong: [{name: the line, probability: 60%, cost: 1h}]
    pool: field
    skill: switches
  artefacts:
    old: {kind: image, version: 202305.1}
    saved: {kind: backup, age: 1d}
    box: {kind: spare, site: north, count: 2}
    fix:
      {kind: patch, version: 202311.2, available_after: {low: 2h, mode: 8h, high: 20h},
       after_vendor_called: true}
  channels: {phone: {service: dns}, mobile: independent}
  calls_to_detect: 5
  inventory_age: 30d
)";

TEST(LoadOperations, WhoSeesWhoComesAndOverWhichPath) {
  const OperationsConfig o = load_with_network(kOperations).operations;
  EXPECT_EQ(o.monitors[0].interval, seconds{60});
  EXPECT_EQ(o.monitors[0].lost, 5U);
  EXPECT_EQ(o.monitors[0].targets.role, "core");
  EXPECT_EQ(o.people[0].skills, (std::vector<std::string>{"switches", "cables"}));
  EXPECT_EQ(o.people[0].travel.a, minutes{25});
  EXPECT_TRUE(o.people[0].can_be_called_in);
  ASSERT_EQ(o.people[1].shifts.size(), 1U);
  EXPECT_EQ(o.people[1].shifts[0].days, 0);
  EXPECT_EQ(o.access[0].kind, AccessChain::Kind::in_band);
  EXPECT_EQ(o.access[0].steps[1].kind, AccessStep::Kind::host);
  EXPECT_FALSE(o.access[0].steps[0].fallback_stated);
  EXPECT_TRUE(o.access[0].steps[2].has_fallback);
  EXPECT_EQ(o.access[1].steps[0].kind, AccessStep::Kind::console);
  EXPECT_EQ(o.access[2].from.text, "");
}

TEST(LoadOperations, WhatIsKnownAndAtHand) {
  const OperationsConfig o = load_with_network(kOperations).operations;
  EXPECT_EQ(o.diagnosis->duration.kind, DurationLaw::Kind::log_normal);
  EXPECT_EQ(o.diagnosis->wrong[0].probability, 0.6);
  EXPECT_EQ(o.diagnosis->wrong[0].cost.a, hours{1});
  EXPECT_EQ(o.artefacts[1].age, hours{24});
  EXPECT_EQ(o.artefacts[2].count, 2U);
  EXPECT_EQ(o.artefacts[3].available_after->mode, hours{8});
  EXPECT_TRUE(o.artefacts[3].after_vendor_called);
  EXPECT_EQ(o.channels[0].service->text, "dns");
  EXPECT_FALSE(o.channels[1].service.has_value());
  EXPECT_EQ(o.calls_to_detect, 5U);
  EXPECT_TRUE(o.calls_stated);
  EXPECT_EQ(o.inventory_age, hours{720});
}

TEST(LoadOperations, SayWhatIsWrong) {
  const struct {
    const char* operations;
    const char* errors;
  } cases[] = {
      {"{monitoring: {m: {}}}",
       "1:30 missing key 'host'\n1:30 missing key 'interval'\n1:30 missing key 'targets'\n"},
      {"{people: {p: {}}}", "1:26 missing key 'count'\n"},
      {"{access: {a: {kind: phone, from: h1, targets: all}}}",
       "1:33 expected in_band, out_of_band or on_site, found 'phone'\n"},
      {"{access: {a: {kind: in_band, targets: all}}}", "1:26 missing key 'from'\n"},
      {"{access: {a: {kind: on_site, targets: all, steps: [{purpose: door}]}}}",
       "1:64 a step of an access chain names exactly one target | write {service: dns}, {host: "
       "jump-1} or {console: console-1}\n"},
      {"{diagnosis: {}}", "1:25 missing key 'duration'\n"},
      {"{artefacts: {a: {kind: car}}}",
       "1:36 expected image, backup, patch, spare or evidence, found 'car'\n"},
      {"{channels: {phone: {}}}", "1:32 missing key 'service'\n"},
      {"{calls_to_detect: 0}", "1:31 this number must be from 1 to 4294967295, found '0'\n"},
      {"{monitors: {}}",
       "1:14 unknown key 'monitors' | known: monitoring, people, access, diagnosis, artefacts, "
       "channels, calls_to_detect, inventory_age\n"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(brief_errors("operations: " + std::string(c.operations) + kNetwork), c.errors)
        << c.operations;
  }
}

}  // namespace
}  // namespace switchfault
