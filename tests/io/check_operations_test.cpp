#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

std::string error(const std::string& operations) {
  return brief_errors("operations: " + operations + kNetwork);
}

TEST(CheckOperations, ReferToWhatExists) {
  EXPECT_EQ(error("{monitoring: {m: {host: h3, interval: 60s, targets: {role: cor}}}}"),
            "1:37 there is no node 'h3' | did you mean 'h1'?\n"
            "1:65 this selects no node | no node has role 'cor'; did you mean 'core'?\n");
  EXPECT_EQ(error("{access: {a: {kind: in_band, from: h3, steps: [{host: h4}, {service: dns}, "
                  "{console: c}], targets: h1}}}"),
            "1:48 there is no node 'h3' | did you mean 'h1'?\n"
            "1:67 there is no node 'h4' | did you mean 'h1'?\n"
            "1:82 there is no service 'dns' | there are no services\n"
            "1:98 there is no node 'c' | known: s1, s2, h1, h2\n"
            "1:112 this selects no node | only switches, routers, firewalls, load balancers and "
            "controllers run a switch OS\n");
  EXPECT_EQ(error("{channels: {phone: {service: telephony}}}"),
            "1:42 there is no service 'telephony' | there are no services\n");
}

TEST(CheckOperations, AaaSaysWhatHappensWithoutIt) {
  EXPECT_EQ(error("{access: {a: {kind: in_band, from: h1, steps: [{host: h2, purpose: aaa}], "
                  "targets: all}}}"),
            "1:60 a step for AAA says what happens when AAA is gone | write fallback: "
            "local_accounts or fallback: none\n");
}

TEST(CheckOperations, TheDiagnosingPoolHasTheSkill) {
  EXPECT_EQ(error("{people: {field: {count: 1, skills: [cables]}}, diagnosis: {duration: 1h, pool: "
                  "field, skill: routing}}"),
            "1:72 nobody in the pool 'field' has the skill 'routing'\n");
}

TEST(CheckOperations, ArtefactsAreUsable) {
  EXPECT_EQ(error("{artefacts: {a: {kind: image}, b: {kind: spare}, c: {kind: backup}}}"),
            "1:26 the image 'a' has no version | write version: 4.32.1\n"
            "1:44 there is not one of the spare 'b' | write count: 1\n");
}

}  // namespace
}  // namespace switchfault
