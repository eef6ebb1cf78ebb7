#include "io/check_node_parts.h"

#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

// Two switches and a controller; only the first has memory and a process of its own.
std::string errors(const std::string& text) {
  return brief_errors(text + R"(
topology:
  defaults: {boot: {cold: 4m}}
  nodes:
    s1: {kind: switch, memory: 1GiB, processes: {thermald: {}, sshd: {function: management}}}
    s2: {kind: switch}
    c1: {kind: controller, memory: 1GiB}
)",
                      builtin_catalog());
}
std::string fault(const std::string& keys) {
  return errors("faults: [{trigger: {at: 1s}, " + keys + "}]");
}

TEST(CheckNodeParts, AProcessIsNamedByItsNameOrFunction) {
  for (const char* const process : {"thermald", "sshd", "management", "spanning_tree"}) {
    EXPECT_EQ(fault("kind: process_crash, select: s1, process: " + std::string(process)), "");
  }
  EXPECT_EQ(fault("kind: process_crash, select: all, process: management"), "");
}

TEST(CheckNodeParts, EveryNodeThatAFaultMayStrikeRunsTheProcess) {
  EXPECT_EQ(fault("kind: process_crash, select: s1, process: thermal"),
            "1:72 there is no process 'thermal' at 's1' | did you mean 'thermald'?\n");
  EXPECT_EQ(fault("kind: process_hang, select: [s1, s2, c1], process: thermald"),
            "1:81 there is no process 'thermald' at 's2' and 1 other node | known: spanning_tree, "
            "routing, first_hop_redundancy, mac_learning, neighbor_resolution, table_programmer, "
            "management\n");
  EXPECT_EQ(fault("kind: process_hang, select: c1, process: spanning_tree"),
            "1:71 there is no process 'spanning_tree' at 'c1' | known: neighbor_resolution, "
            "management\n");
}

TEST(CheckNodeParts, AnActionMayMeetNodesWithoutTheProcess) {
  const auto step = [](const std::string& process) {
    return errors("strategies: {s: {steps: [{action: restart_process, targets: all, process: " +
                  process + "}]}}");
  };
  EXPECT_EQ(step("thermald"), "");
  EXPECT_EQ(step("thermal"),
            "1:75 there is no process 'thermal' at 's1' and 2 other nodes | did you mean "
            "'thermald'?\n");
}

TEST(CheckNodeParts, ALeakNeedsTheMemoryOfEveryNode) {
  const std::string leak = "kind: memory_leak, process: management, rate: 1MiB/1s, select: ";
  EXPECT_EQ(fault(leak + "[s1, c1]"), "");
  EXPECT_EQ(fault(leak + "{names: 's*', amount: one}"),
            "1:10 'memory_leak' needs the memory of a node, which 's2' does not state | write "
            "memory: 8GiB at the node, its kind or in defaults\n");
}

}  // namespace
}  // namespace switchfault
