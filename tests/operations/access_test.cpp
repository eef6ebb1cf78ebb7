#include "operations/access.h"

#include <gtest/gtest.h>

#include "operations/lab.h"

namespace switchfault {
namespace {

std::string reason(std::string_view chains, std::string_view names) {
  const ScenarioLab lab(two_switches(std::string(R"(
services:
  intranet: {endpoints: [web], depends: none}
  aaa: {endpoints: [web], depends: none, port: 49}
users: {office: {places: [desk], count: 100}}
operations:
  monitoring: {ping: {host: ops, interval: 60s, lost: 2, targets: s2}}
  access:
)") + std::string(chains) + R"(
faults:
  - {name: hang, kind: host_hang, select: s2, trigger: {at: 10m}, data_plane: stops}
strategies:
  book:
    steps: [{name: look, action: collect_evidence, targets: s1, access: )" +
                                     std::string(names) + ", duration: 1m, success: 1}]\n"));
  return lab.report.actions.empty() ? "none" : lab.report.actions.front().reason;
}

TEST(Access, AWorkingChainHasNoMissingLink) {
  EXPECT_EQ(reason("    direct: {kind: in_band, from: ops, targets: all}", "[direct]"), "");
}

TEST(Access, AJumpHostBehindTheBrokenSwitchIsNamed) {
  EXPECT_EQ(reason("    jump: {kind: in_band, from: ops, targets: all, "
                   "steps: [{host: web, purpose: jump_host}]}",
                   "[jump]"),
            "jump_host web");
}

TEST(Access, AaaWithoutFallbackKeepsEverybodyOut) {
  EXPECT_EQ(reason("    strict: {kind: in_band, from: ops, targets: all, "
                   "steps: [{service: aaa, purpose: aaa, fallback: none}]}",
                   "[strict]"),
            "aaa aaa");
  EXPECT_EQ(reason("    local: {kind: in_band, from: ops, targets: all, "
                   "steps: [{service: aaa, purpose: aaa, fallback: local}]}",
                   "[local]"),
            "");
}

TEST(Access, TheSecondChainIsTriedWhenTheFirstFails) {
  EXPECT_EQ(reason("    jump: {kind: in_band, from: ops, targets: all, steps: [{host: web}]}\n"
                   "    direct: {kind: in_band, from: ops, targets: all}",
                   "[jump, direct]"),
            "");
}

}  // namespace
}  // namespace switchfault
