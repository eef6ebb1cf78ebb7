#include "run/traffic_source.h"

#include <vector>

#include <gtest/gtest.h>

#include "net/packet_lab.h"

namespace switchfault {
namespace {

const char* const kTwoHosts = R"(
  switch s1
  host h1 10.0.0.1/24
  host h2 10.0.0.2/24
  link h1:eth0 s1:eth1 1us 1Gbps
  link s1:eth2 h2:eth0 1us 100Mbps
)";

TrafficConfig load(TrafficConfig::Pattern pattern) {
  TrafficConfig config{.name = "load", .from = {"h1", {}}, .to = {"h2", {}}, .pattern = pattern};
  config.rate = {8'000'000};  // 1000 frames of 1000 bytes a second.
  config.start = 1s;
  return config;
}

class TrafficSourceTest : public ::testing::Test {
 protected:
  // Offered times until the end.
  std::vector<Duration> times(const TrafficConfig& config, Duration end = 100s) {
    TrafficSource source(config, random_, lab_.network(), kTimeZero + end);
    std::vector<Duration> all;
    while (source.next() != kNever) {
      all.push_back(source.next() - kTimeZero);
      EXPECT_EQ(source.take().length, 996);
    }
    return all;
  }
  Random random_{7};
  PacketLab lab_{kTwoHosts};
};

TEST_F(TrafficSourceTest, SendsAtEqualGapsFromStartUntilItsEnd) {
  TrafficConfig config = load(TrafficConfig::Pattern::constant);
  config.until = 1s + 3ms;
  EXPECT_EQ(times(config), (std::vector<Duration>{1s, 1001ms, 1002ms}));
  config.rate = {3'000'000'000};  // 8/3 us a frame: the thousandth is not 1000 roundings late.
  EXPECT_EQ(times(config)[1000], 1s + 2'666'666ns);
}

TEST_F(TrafficSourceTest, PoissonGapsHaveTheMeanAndDeviationOfTheRate) {
  const std::vector<Duration> all = times(load(TrafficConfig::Pattern::poisson));
  const double n = static_cast<double>(all.size());
  EXPECT_NEAR(n, 99'000, 3 * 315);  // sqrt(99,000) = 315
  double squares = 0;
  for (std::size_t i = 1; i < all.size(); ++i) {
    const double gap = std::chrono::duration<double, std::milli>(all[i] - all[i - 1]).count();
    squares += gap * gap;
  }
  EXPECT_NEAR(squares / n, 2, 0.06);  // The second moment of the exponential is 2 * mean^2.
}

TEST_F(TrafficSourceTest, IsSilentWhileItIsOff) {
  TrafficConfig config = load(TrafficConfig::Pattern::on_off);
  config.on.a = 2ms;
  config.off.a = 10ms;
  config.until = 1s + 25ms;
  EXPECT_EQ(times(config), (std::vector<Duration>{1s, 1001ms, 1012ms, 1013ms, 1024ms}));
}

TEST_F(TrafficSourceTest, CountsWhatBecameOfItsPackets) {
  TrafficConfig config = load(TrafficConfig::Pattern::constant);
  config.until = 1s + 10ms;
  TrafficSource source(config, random_, lab_.network(), kTimeZero + 10s);
  lab_.plane().add_origin(source);
  lab_.at(1s + 4500us, [&] { lab_.cut("s1:eth2"); });
  lab_.run_for(5s);
  const TrafficInfo info = source.info();
  EXPECT_EQ(info.sent, 10);
  EXPECT_EQ(info.bytes, 10'000);
  EXPECT_EQ(info.delivered, 5);
  EXPECT_EQ(info.lost, 5);
  EXPECT_EQ(info.lost_by.front().first, "no_destination_port");
  EXPECT_EQ(info.first_loss, kTimeZero + 1005ms);
  EXPECT_EQ(info.last_loss, kTimeZero + 1009ms);
  // 1020 bytes at 1 Gb/s and at 100 Mb/s, twice a microsecond.
  EXPECT_EQ(info.delay->min, 8160ns + 81600ns + 2us);
  EXPECT_EQ(lab_.told.size(), 0);  // Those of others are told to others.
}

}  // namespace
}  // namespace switchfault
