#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

std::string error(const std::string& steps, const std::string& people = "{count: 1}") {
  return brief_errors("strategies: {s: {steps: [" + steps +
                      "]}}\nclock: {start: 2026-03-02T07:40:00+01:00, duration: 8h}\noperations: "
                      "{people: {field: " +
                      people + "}}" + kNetwork);
}

TEST(CheckStrategies, AnActionNamesWhatItWorksOn) {
  EXPECT_EQ(error("{action: reload}"),
            "1:26 the action 'reload' works on nodes; which ones? | write targets: all, a name, or "
            "criteria such as {role: core}\n");
  EXPECT_EQ(error("{action: restart_service}"),
            "1:26 the action 'restart_service' works on services; which ones? | write "
            "target_services: [...]\n");
  EXPECT_EQ(error("{action: wait}"), "");
  EXPECT_EQ(error("{action: wait, only: silent, standing: true}"),
            "1:26 the action 'wait' works on no nodes, so that monitoring never sees them as a "
            "standing order says\n");
}

TEST(CheckStrategies, StepsReferToWhatExists) {
  EXPECT_EQ(error("{action: reload, targets: {role: edge}}"),
            "1:52 this selects no node | no node has role 'edge'; known: access, core\n");
  EXPECT_EQ(error("{action: wait, access: ssh}"),
            "1:49 there is no access chain 'ssh' | there are no access chains\n");
  EXPECT_EQ(error("{action: restart_service, target_services: [web]}"),
            "1:70 there is no service 'web' | there are no services\n");
  EXPECT_EQ(error("{action: wait, needs: [{kind: artefact, what: a}, {kind: channel, what: b}, "
                  "{kind: access, what: c}]}"),
            "1:72 there is no artefact 'a' | there are no artefacts\n"
            "1:98 there is no channel 'b' | there are no channels\n"
            "1:123 there is no access chain 'c' | there are no access chains\n");
  EXPECT_EQ(error("{action: wait, needs: [{kind: diagnosis}]}"),
            "1:49 operations say nothing of a diagnosis | write operations: {diagnosis: {duration: "
            "30m}}\n");
  EXPECT_EQ(error("{action: wait, verify: {kind: service, target: web, within: 1m}}"),
            "1:73 there is no service 'web' | there are no services\n");
}

TEST(CheckStrategies, StepNamesAreUniqueAndKnown) {
  EXPECT_EQ(error("{name: a, action: wait}, {name: a, action: wait, on_failure: {go_to: b}}"),
            "1:51 there are two steps 'a'\n1:51 there is no step 'b' | did you mean 'a'?\n");
  EXPECT_EQ(error("{action: wait, on_failure: {go_to: step-2}}, {action: wait}"), "");
}

TEST(CheckStrategies, SomebodyCanDoIt) {
  const std::string step = "{action: wait, needs: [{kind: person, what: field, skill: cables}]}";
  EXPECT_EQ(error(step, "{count: 1, skills: [cables]}"), "");
  EXPECT_EQ(error(step, "{count: 1, skills: [cable]}"),
            "1:49 nobody in the pool 'field' has the skill 'cables' | did you mean 'cable'?\n");
  EXPECT_EQ(error(step, "{count: 0, skills: [cables]}"),
            "1:49 the pool 'field' has nobody in it\n");
  const std::string nobody =
      "1:49 nobody of the pool 'field' is on shift during the run, and they cannot be called in | "
      "write call_in: 45m at the pool, or shifts that meet the clock\n";
  EXPECT_EQ(error(step, "{count: 1, skills: [cables], shifts: none}"), nobody);
  EXPECT_EQ(error(step, "{count: 1, skills: [cables], shifts: [{days: sat}]}"), nobody);
  EXPECT_EQ(error(step, "{count: 1, skills: [cables], shifts: none, call_in: 1h}"), "");
  EXPECT_EQ(error(step, "{count: 1, skills: [cables], shifts: [{days: mon}]}"), "");
}

}  // namespace
}  // namespace switchfault
