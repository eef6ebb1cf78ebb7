#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

TEST(ReadWord, AFaultMayLieBeforeTheStart) {
  const auto after = [](const std::string& at) {
    return load_with_network(
               "faults: [{kind: memory_leak, process: p, rate: 1B/1s, select: s1, "
               "trigger: {at: " +
               at + "}}]")
        .faults[0]
        .trigger.after;
  };
  EXPECT_EQ(after("-10m"), -std::chrono::minutes{10});
  EXPECT_EQ(after("0s"), Duration::zero());
  EXPECT_EQ(after("90s"), std::chrono::seconds{90});
}

TEST(ReadWord, OtherTimesAreNotNegative) {
  EXPECT_EQ(brief_errors("clock: {duration: -1h}" + std::string(kNetwork)),
            "1:19 expected a duration such as 250ms, 90s or 1h30m, found '-1h' | it cannot be "
            "negative\n");
  EXPECT_EQ(brief_errors("faults: [{kind: memory_leak, process: p, rate: 1B/1s, select: s1, "
                         "trigger: {at: -5}}]" +
                         std::string(kNetwork)),
            "1:81 expected a duration such as 250ms, 90s or 1h30m, found '-5' | units are ns, "
            "us, ms, s, m, h, d and w, without blanks; at most 292 years\n");
}

TEST(ReadWord, ObservationsAreThoseOfTheEventsFile) {
  EXPECT_EQ(brief_errors("expect: [{observed: host_sate}]" + std::string(kNetwork)),
            "1:21 there is no observation 'host_sate' | did you mean 'host_state'?\n");
}

TEST(ReadWord, AQuotedWordIsAName) {
  EXPECT_EQ(brief_errors("services: {a: {endpoints: h1, depends: 'none'}}" + std::string(kNetwork)),
            "1:40 dependencies are a list of services, or none | write 'depends: [dns, directory]' "
            "or 'depends: none'\n");
}

}  // namespace
}  // namespace switchfault
