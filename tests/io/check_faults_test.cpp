#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

std::string error(const std::string& faults) {
  return brief_errors("faults:\n" + faults + kNetwork);
}

TEST(CheckFaults, TheEventOfATriggerIsThatOfANode) {
  EXPECT_EQ(
      error("- {kind: kernel_panic, select: s1, trigger: {event: {kind: host_state, of: x1}}}"),
      "2:76 there is no node 'x1' | did you mean 's1'?\n");
}

TEST(CheckFaults, TheFixIsARangeOfVersions) {
  EXPECT_EQ(error("- {kind: kernel_panic, select: s1, trigger: {at: 1s}, until: {fixed_in: soon}}"),
            "2:62 'soon' is not a range of versions | write '>=4.2.1' or '4.2.1, 4.3.*'\n");
}

TEST(CheckFaults, OneAlternativeCanHappen) {
  EXPECT_EQ(error("- one-of: [{name: a, weight: 0, faults: []}, {name: a, weight: 0, faults: []}]"),
            "2:3 one of the alternatives needs a weight above 0\n"
            "2:46 there are two alternatives 'a'\n");
}

TEST(CheckFaults, NamesAreUniqueOverAlternatives) {
  EXPECT_EQ(error("- {name: x, kind: kernel_panic, select: s1, trigger: {at: 1s}}\n"
                  "- one-of:\n"
                  "  - {name: a, faults: [{name: x, kind: kernel_panic, select: s1, trigger: {at: "
                  "1s}}]}"),
            "4:24 there are two faults 'x'\n");
}

}  // namespace
}  // namespace switchfault
