#include "io/subject_names.h"

#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

std::string subject(const std::string& name) {
  return brief_errors(
      "services: {web: {endpoints: h1, depends: none}, dns: {endpoints: h1, depends: none}}\n"
      "users: {office: {places: h2, count: 1, uses: web}}\n"
      "operations: {people: {net-team: {count: 2}}}\n"
      "faults: [{name: panic, kind: kernel_panic, select: s1, trigger: {at: 1s}}]\n"
      "strategies: {s: {steps: [{name: hold, action: wait}]}}\n"
      "expect: [{observed: alarm, occurrences_max: 0, window: always, subject: '" +
      name + "'}]" + kNetwork);
}

TEST(SubjectNames, ASubjectIsSomethingThatTheRunHas) {
  for (const char* const name :
       {"s1", "s1:eth2", "s1:eth1 -- s2:eth1", "web", "office", "web for office", "panic", "hold",
        "wait", "net-team 2", "vlan10", "scenario", "s"}) {
    EXPECT_EQ(subject(name), "") << name;
  }
}

TEST(SubjectNames, ASubjectOfNothingIsRefused) {
  const struct {
    const char* name;
    const char* error;
  } cases[] = {
      {"panik", "'panik' | did you mean 'panic'?"},
      {"s1:eth7", "'s1:eth7' | did you mean 's1:eth1'?"},
      {"web for offise", "'web for offise' | did you mean 'web for office'?"},
      {"dns for office", "'dns for office' | did you mean 'web for office'?"},
      {"net-team 3",
       "'net-team 3' | known: s1, s2, h1, h2, web, dns, office, panic, s, hold, wait, scenario"},
      {"vlan4095",
       "'vlan4095' | known: s1, s2, h1, h2, web, dns, office, panic, s, hold, wait, scenario"},
      {"s1:eth1 -- h1:eth0", "'s1:eth1 -- h1:eth0' | known: s1:eth1, s1:eth2"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(subject(c.name), "6:73 nothing is called " + std::string(c.error) + "\n") << c.name;
  }
}

TEST(SubjectNames, AProcessIsASubjectByTheNodesNameBeforeIt) {
  const auto process = [](const std::string& name) {
    return brief_errors("expect: [{observed: process_state, subject: " + name + "}]" + kNetwork,
                        builtin_catalog());
  };
  EXPECT_EQ(process("s1 table_programmer"), "");
  EXPECT_EQ(process("s1 table_programer"),
            "1:45 nothing is called 's1 table_programer' | did you mean 's1 table_programmer'?\n");
}

}  // namespace
}  // namespace switchfault
