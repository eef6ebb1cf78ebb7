#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

TEST(LoadTraffic, IsAMapOrAList) {
  const Scenario map = load_with_network("traffic: {t: {from: h1, to: h2, rate: 10Mbps}}");
  EXPECT_EQ(map.traffic[0].name, "t");
  EXPECT_EQ(map.traffic[0].rate, BitRate{10'000'000});
  EXPECT_EQ(map.traffic[0].size, 1000);
  EXPECT_EQ(map.traffic[0].protocol, "udp");
  const Scenario list = load_with_network(
      "traffic: [{from: h1, to: h2, rate: 1Gbps, size: 64B, pattern: on_off, on: 2s, "
      "off: {mean: 1s}, start: 1m, until: 2m, protocol: tcp, port: 443}]");
  EXPECT_EQ(list.traffic[0].name, "h1-h2");
  EXPECT_EQ(list.traffic[0].pattern, TrafficConfig::Pattern::on_off);
  EXPECT_EQ(list.traffic[0].on.a, std::chrono::seconds{2});
  EXPECT_EQ(list.traffic[0].off.kind, DurationLaw::Kind::exponential);
  EXPECT_EQ(list.traffic[0].until, std::chrono::minutes{2});
}

TEST(LoadTraffic, SaysWhatIsWrong) {
  const std::string network(kNetwork);
  EXPECT_EQ(brief_errors("traffic: [{from: h1, to: h2}]" + network), "1:11 missing key 'rate'\n");
  EXPECT_EQ(brief_errors("traffic: [{from: h1, to: h2, rate: 1Mbps, size: 20B}]" + network),
            "1:49 a frame has 64 to 9216 bytes\n");
  EXPECT_EQ(
      brief_errors("traffic: [{from: h1, to: h2, rate: 1Mbps, pattern: on_off, on: 0s}]" + network),
      "1:11 missing key 'off'\n"
      "1:64 'on' takes a time above zero\n");
  EXPECT_EQ(brief_errors("traffic: [{from: h1, to: h2, rate: 1Mbps, on: 1s}]" + network),
            "1:47 'on' belongs to pattern: on_off\n");
  EXPECT_EQ(
      brief_errors("traffic: [{from: h1, to: h1, rate: 0Mbps, start: 2s, until: 1s}]" + network),
      "1:26 'h1' sends to itself\n"
      "1:36 nothing is sent at this rate | write rate: 10Mbps\n"
      "1:61 it ends before it starts\n");
}

}  // namespace
}  // namespace switchfault
