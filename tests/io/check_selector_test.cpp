#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

std::string error(const std::string& select) {
  return brief_errors(
      "faults:\n- kind: memory_leak\n  process: p\n  rate: 1B/1s\n  trigger: {at: "
      "1s}\n  select: " +
      select + kNetwork);
}

TEST(CheckSelector, AFaultSelectsSomething) {
  for (const char* const good :
       {"all", "s1", "[s1, s2]", "s*", "{os: so*}", "{version: 4.2.*}", "{version: '>4.9'}",
        "{feature: dns}", "{role: core, amount: one}", "{amount: 2}", "{amount: 25%}"}) {
    EXPECT_EQ(error(good), "") << good;
  }
}

TEST(CheckSelector, SaysWhyNothingFits) {
  const struct {
    const char* select;
    const char* errors;
  } cases[] = {
      {"s3", "6:11 there is no node 's3' | did you mean 's1'?\n"},
      {"[s1, s3, x]",
       "6:16 there is no node 's3' | did you mean 's1'?\n"
       "6:20 there is no node 'x' | known: s1, s2, h1, h2\n"},
      {"x*", "6:11 this selects no node\n"},
      {"h1",
       "6:11 this selects no node | only switches, routers, firewalls, load balancers and "
       "controllers run a switch OS\n"},
      {"{role: cor}", "6:11 this selects no node | no node has role 'cor'; did you mean 'core'?\n"},
      {"{os: junos}", "6:11 this selects no node | no node has os 'junos'; known: sonic\n"},
      {"{version: '>=5'}",
       "6:11 this selects no node | the nodes that fit otherwise have '4.10.7, 4.2.1'\n"},
      {"{version: 4.1.*}",
       "6:11 this selects no node | the nodes that fit otherwise have '4.10.7, 4.2.1'\n"},
      {"{role: core, version: 4.10.7}",
       "6:11 this selects no node | the nodes that fit otherwise have '4.2.1'\n"},
      {"{feature: ntp}", "6:11 this selects no node\n"},
      {"{amount: 3}", "6:11 this selects 3 nodes, only 2 fit\n"},
      {"{role: core, amount: 2}", "6:11 this selects 2 nodes, only 1 fits\n"},
      {"{role: core, amount: 40%}", "6:11 this share of 1 node is less than half a node\n"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(error(c.select), c.errors) << c.select;
  }
}

// Comparing 500 nodes with this pattern would take too many steps to wait for.
TEST(CheckSelector, WhatIsTooMuchToCompareIsLeftToTheRun) {
  std::string nodes =
      "topology:\n  defaults: {kind: switch, boot: {cold: 1m}, os: " + std::string(50, 'o') +
      "}\n  nodes:\n";
  for (int i = 0; i < 500; ++i) {
    nodes += "    n" + std::to_string(i) + ":\n";
  }
  const auto errors = [&](std::size_t length) {
    return brief_errors(nodes + "faults: [{kind: kernel_panic, trigger: {at: 1s}, select: {os: '*" +
                        std::string(length, 'x') + "'}}]\n");
  };
  EXPECT_EQ(errors(5000).substr(0, 29), "504:58 this selects no node |");
  EXPECT_EQ(errors(10000), "");
}

TEST(CheckSelector, KnowsGroupsAndLabels) {
  const auto errors = [](const std::string& select) {
    return brief_errors(
        "faults: [{kind: gray_port, ports: eth1, trigger: {at: 1s}, select: " + select +
        R"(}]
topology:
  nodes:
    s1: {kind: switch, group: spine, labels: {rack: r1}}
    s2: {kind: switch, group: leaf, labels: {rack: r2, side: b}}
)");
  };
  EXPECT_EQ(errors("{group: spine}"), "");
  EXPECT_EQ(errors("{labels: {rack: 'r*', side: b}, amount: one}"), "");
  EXPECT_EQ(errors("{group: spin}"),
            "1:68 this selects no node | no node has group 'spin'; did you mean 'spine'?\n");
  EXPECT_EQ(errors("{labels: {rak: r1}}"),
            "1:68 this selects no node | no node has the label 'rak'; did you mean 'rack'?\n");
  EXPECT_EQ(errors("{labels: {rack: r3}}"),
            "1:68 this selects no node | no node has rack: 'r3'; did you mean 'r1'?\n");
}

}  // namespace
}  // namespace switchfault
