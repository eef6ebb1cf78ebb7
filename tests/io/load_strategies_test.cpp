#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

using std::chrono::minutes;

constexpr const char* kOperations =
    "operations:\n"
    "  people: {field: {count: 2, skills: [switches]}}\n"
    "  access: {ssh: {kind: in_band, from: h1, targets: all}, walk: {kind: on_site, targets: "
    "all}}\n"
    "  channels: {mobile: independent}\n";

TEST(LoadStrategies, KeepTheirOrderAndTheirSteps) {
  const Scenario s = load_with_network(
      std::string("strategies:\n"
                  "  waves:\n"
                  "    summary: one side at a time\n"
                  "    steps:\n"
                  "    - name: core\n"
                  "      action: reload\n"
                  "      kind: cold\n"
                  "      targets: s1\n"
                  "      order_by: [role:core, name]\n"
                  "      parallel: 2\n"
                  "      one_per: 1\n"
                  "      one_per_label: side\n"
                  "      duration: 5m\n"
                  "      success: 90%\n"
                  "      retries: 2\n"
                  "      access: [ssh, walk]\n"
                  "      needs: [{kind: person, what: field, skill: switches}, {kind: approval, "
                  "time: 20m}, {kind: channel, what: mobile}]\n"
                  "      verify: {kind: poll, within: 10m}\n"
                  "      on_failure: {go_to: rest}\n"
                  "      wait_before: 2m\n"
                  "      when: diagnosed\n"
                  "    - {name: rest, action: wait, on_failure: stop, in_background: true}\n"
                  "    - {action: reload, targets: s1, only: silent, standing: true}\n"
                  "    - {action: restart_service, target_services: dns}\n"
                  "  nothing: {steps: []}\n"
                  "services: {dns: {endpoints: h1, depends: none}}\n") +
      kOperations);
  ASSERT_EQ(s.strategies.size(), 2U);
  EXPECT_EQ(s.strategies[0].name, "waves");
  EXPECT_EQ(s.strategies[0].summary, "one side at a time");
  const StepConfig& core = s.strategies[0].steps[0];
  EXPECT_EQ(core.arguments[0].text, "cold");
  EXPECT_EQ(core.order_by, (std::vector<std::string>{"role:core", "name"}));
  EXPECT_EQ(core.one_per_label, "side");
  EXPECT_EQ(core.duration.a, minutes{5});
  EXPECT_EQ(core.success, 0.9);
  EXPECT_EQ(core.access[1].text, "walk");
  EXPECT_EQ(core.needs[1].time.a, minutes{20});
  EXPECT_EQ(core.verify.kind, Verification::Kind::poll);
  EXPECT_EQ(core.on_failure.step, "rest");
  EXPECT_EQ(core.wait_before, minutes{2});
  EXPECT_EQ(core.when, "diagnosed");
  EXPECT_EQ(s.strategies[0].steps[1].on_failure.kind, OnFailure::Kind::stop);
  EXPECT_FALSE(s.strategies[0].steps[1].success.has_value());
  EXPECT_TRUE(s.strategies[0].steps[2].standing);
  EXPECT_EQ(s.strategies[0].steps[3].name, "step-4");
}

TEST(LoadStrategies, SayWhatIsWrong) {
  const struct {
    const char* step;
    const char* errors;
  } cases[] = {
      {"{}", "1:26 missing key 'action'\n"},
      {"{action: wiat}", "1:35 there is no action 'wiat' | did you mean 'wait'?\n"},
      {"{action: wait, target: s1}", "1:41 unknown key 'target' | did you mean 'targets'?\n"},
      {"{action: reload, kind: hot, targets: s1}",
       "1:49 expected cold, fast or warm, found 'hot'\n"},
      {"{action: wait, order_by: [roll:core]}",
       "1:52 'roll:core' is no order | write name, role:core, site:x, group:x or "
       "label:key=value\n"},
      {"{action: wait, one_per: 1}",
       "1:50 'one_per' and 'one_per_label' go together | write one_per: 1 and one_per_label: "
       "side\n"},
      {"{action: wait, success: 2}",
       "1:50 expected a share such as 30% or 0.3, found '2' | units must be written, as in '2%'\n"},
      {"{action: wait, needs: [{kind: person}]}",
       "1:49 a need of kind 'person' says what | write {kind: person, what: NAME}\n"},
      {"{action: wait, needs: [{kind: vendor}]}",
       "1:49 a need of kind 'vendor' says how long it takes | write {kind: vendor, time: 30m}\n"},
      {"{action: wait, verify: {kind: poll}}", "1:49 missing key 'within'\n"},
      {"{action: wait, verify: {kind: service, within: 1m}}",
       "1:49 a verification by a service names it | write {kind: service, target: NAME, within: "
       "10m}\n"},
      {"{action: wait, on_failure: panic}", "1:53 expected next or stop, found 'panic'\n"},
      {"{action: wait, on_failure: {goto: x}}",
       "1:53 missing key 'go_to'\n1:54 unknown key 'goto' | did you mean 'go_to'?\n"},
      {"{action: reload, targets: s1, standing: true}",
       "1:66 a standing order says with 'only' when there is something to do | write only: "
       "silent\n"},
      {"{action: wait, when: later}",
       "1:47 expected detected, diagnosed or start, found 'later'\n"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(brief_errors("strategies: {s: {steps: [" + std::string(c.step) + "]}}" + kNetwork),
              c.errors)
        << c.step;
  }
}

}  // namespace
}  // namespace switchfault
