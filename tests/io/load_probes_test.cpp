#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

TEST(LoadProbes, AreAMapOrAList) {
  const Scenario map = load_with_network("probes: {p: {from: h1, to: h2, interval: 100ms}}");
  EXPECT_EQ(map.probes[0].name, "p");
  EXPECT_EQ(map.probes[0].interval, std::chrono::milliseconds{100});
  const Scenario list = load_with_network(
      "probes: [{from: h1, to: h2}, {name: q, from: h2, to: "
      "h1, ipv6: true}]");
  EXPECT_EQ(list.probes[0].name, "h1-h2");
  EXPECT_EQ(list.probes[0].interval, std::chrono::seconds{1});
  EXPECT_EQ(list.probes[1].name, "q");
  EXPECT_TRUE(list.probes[1].ipv6);
}

TEST(LoadProbes, SayWhatIsWrong) {
  EXPECT_EQ(brief_errors("probes: [{from: h1}]" + std::string(kNetwork)),
            "1:10 missing key 'to'\n");
  EXPECT_EQ(brief_errors("probes: [{from: h1, to: h2, interval: 1us}]" + std::string(kNetwork)),
            "1:39 this duration must be at least 1ms, found '1us'\n");
  EXPECT_EQ(brief_errors("probes: 5" + std::string(kNetwork)),
            "1:9 expected a list, found '5' | write [a, b], or begin every item with '- '\n");
  EXPECT_EQ(
      brief_errors("probes: [{from: h1, to: h2}, {from: h1, to: h2}]" + std::string(kNetwork)),
      "1:30 there are two probes 'h1-h2'\n");
  EXPECT_EQ(brief_errors("probes: [{from: s1, to: h3}]" + std::string(kNetwork)),
            "1:17 the source 's1' has no address | write address: 10.0.0.1/24 at the node 's1'\n"
            "1:25 there is no node 'h3' | did you mean 'h1'?\n");
}

}  // namespace
}  // namespace switchfault
