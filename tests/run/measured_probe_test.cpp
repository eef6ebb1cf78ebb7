#include "run/measured_probe.h"

#include <chrono>

#include <gtest/gtest.h>

#include "net/lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(MeasuredStream, CountsRequestsAndAnswersApart) {
  NetLab lab(R"(
    host a 10.0.0.1/24
    host b 10.0.0.2/24
    link a:eth0 b:eth0
  )");
  MeasuredProbe probe{.name = "a>b", .pair = "a>b", .from = "a", .receivers = {"b"}};
  probe.destination = "10.0.0.2";
  probe.interval = 10ms;
  MeasuredStream stream(lab.simulator(), lab.network(), probe, 0ms);
  stream.start();
  lab.at(1s, [&] { lab.cut("a:eth0"); });
  lab.at(2s, [&] { lab.mend("a:eth0"); });
  lab.run_for(3s);
  const MeasuredFlow flow = stream.losses(kTimeZero, kTimeZero + 3s);
  EXPECT_EQ(flow.there.lost, 100U);
  EXPECT_EQ(flow.there.outage, Duration{1s});
  EXPECT_TRUE(flow.back.recovered);
  EXPECT_FALSE(stream.clean(kTimeZero + 500ms, kTimeZero + 1500ms));
  EXPECT_TRUE(stream.clean(kTimeZero + 2500ms, kTimeZero + 3s));
  EXPECT_FALSE(stream.losses(kTimeZero, kTimeZero + 1500ms).there.recovered);
}

}  // namespace
}  // namespace switchfault
