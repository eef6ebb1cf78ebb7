#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

TEST(CheckExpectations, NamesAreUniqueOverBothLists) {
  EXPECT_EQ(brief_errors("steady-state: [{name: a, services: all, state: up}]\n"
                         "expect: [{name: a, services: all, state: up}]" +
                         std::string(kNetwork)),
            "2:10 there are two expectations 'a'\n");
}

TEST(CheckExpectations, ServicesAndUsersMayBeAll) {
  EXPECT_EQ(
      brief_errors("expect: [{services: all, users: all, state: up}]" + std::string(kNetwork)), "");
}

TEST(CheckExpectations, AServiceThatNobodyUsesIsNotMeasured) {
  EXPECT_EQ(brief_errors("services: {a: {endpoints: h1, depends: none}, b: {endpoints: h1, "
                         "depends: [a]}}\n"
                         "users: {u: {places: h1, count: 1, uses: b}}\n"
                         "expect: [{services: [b, a], state: up}]" +
                         std::string(kNetwork)),
            "3:25 no users use the service 'a', so nothing measures it | name it at 'uses' of a "
            "user group, or a service that depends on it here\n");
}

TEST(CheckExpectations, AWindowMayFollowADetectionOrAFaultOfAnAlternative) {
  EXPECT_EQ(brief_errors("faults: [one-of: [{name: a, faults: [{name: f, kind: kernel_panic, "
                         "select: s1, trigger: {at: 1s}}]}]]\n"
                         "expect: [{services: all, state: up, window: within 5h of f}, {services: "
                         "all, state: up, window: within 5h of detected}]" +
                         std::string(kNetwork)),
            "");
}

}  // namespace
}  // namespace switchfault
