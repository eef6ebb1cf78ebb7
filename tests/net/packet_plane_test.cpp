#include "net/packet_plane.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "net/packet_lab.h"

namespace switchfault {
namespace {

const char* const kTwoSwitches = R"(
  switch s1 s2
  host h1 10.0.0.1/24
  host h2 10.0.0.2/24
  host h3 10.0.0.3/24
  link h1:eth0 s1:eth1 1us 1Gbps
  link s1:eth2 s2:eth2 10us 1Gbps
  link h2:eth0 s2:eth1 1us 1Gbps
  link h3:eth0 s2:eth3 1us 1Gbps
)";

TEST(PacketPlaneTest, AFrameTakesItsTimeOnEachLink) {
  PacketLab lab(kTwoSwitches);
  // 1000 bytes, 4 of checksum, 20 of preamble and gap at 8 ns a byte; three links and their delays.
  lab.send_at(lab.flow("h1", "h2"), 1s);
  lab.play();
  EXPECT_EQ(lab.told, (Log{"1000036576 delivered at h2"}));
  EXPECT_EQ(lab.plane().counters().hops, 3);
  EXPECT_TRUE(lab.conserves());
}

TEST(PacketPlaneTest, LeastFramesGoAtLineRate) {
  PacketLab lab(kTwoSwitches);
  const FlowIndex flow = lab.flow("h1", "h2");
  lab.plane().set_queue_limit(0, 0);
  for (int i = 0; i < 1488; ++i) {
    lab.send_at(flow, 1s, 60);
  }
  lab.play(1s + 1ms);
  // 1,488,095 a second at 1 Gb/s: the 1488th has left the host 999.936 us after the first began.
  EXPECT_EQ(lab.plane().direction(lab.port("h1:eth0")).packets, 1488);
  lab.play();
  EXPECT_EQ(lab.told.back(), "1001013280 delivered at h2");  // + 2 * 672 ns + 12 us
}

TEST(PacketPlaneTest, BridgesLearnFromFrames) {
  PacketLab lab(kTwoSwitches);
  lab.send_at(lab.flow("h1", "h2"), 1s);
  lab.send_at(lab.flow("h2", "h1"), 2s);
  lab.play();
  EXPECT_EQ(lab.ends[Disposition::delivered], 2);
  EXPECT_EQ(lab.learned("s1", 1, "h1"), "eth1");
  EXPECT_EQ(lab.learned("s2", 1, "h1"), "eth2");
  EXPECT_EQ(lab.plane().counters().copied, 0);  // The answer to ARP has taught both places.
}

TEST(PacketPlaneTest, AFrameKeepsItsSenderFromAgeing) {
  PacketLab lab(kTwoSwitches);
  const FlowIndex flow = lab.flow("h1", "h2");
  for (int i = 0; i < 5; ++i) {
    lab.send_at(flow, 200s * i + 1s);
  }
  lab.play(801s + 299s);
  EXPECT_EQ(lab.learned("s1", 1, "h1"), "eth1");
  lab.play(801s + 301s);
  EXPECT_EQ(lab.learned("s1", 1, "h1"), "-");
  // Nothing was flooded: h1 asks for h2 again when its own entry is 300 s old.
  EXPECT_EQ(lab.plane().counters().copied, 0);
  EXPECT_EQ(lab.ends[Disposition::delivered], 5);
}

TEST(PacketPlaneTest, AFullQueueDropsTheTail) {
  PacketLab lab(kTwoSwitches);
  lab.plane().set_queue_limit(4, 0);
  const FlowIndex flow = lab.flow("h1", "h2");
  for (int i = 0; i < 10; ++i) {
    lab.send_at(flow, 1s);
  }
  lab.play();
  EXPECT_EQ(lab.ends[Disposition::delivered], 4);
  EXPECT_EQ(lab.ends[Disposition::queue_full], 6);
  EXPECT_EQ(lab.told.front(), "1000000000 queue_full at h1:eth0");
  EXPECT_EQ(lab.plane().direction(lab.port("h1:eth0")).dropped, 6);
}

TEST(PacketPlaneTest, AQueueMayBeLimitedInBytes) {
  PacketLab lab(kTwoSwitches);
  lab.plane().set_queue_limit(0, 3000);
  const FlowIndex flow = lab.flow("h1", "h2");
  for (int i = 0; i < 10; ++i) {
    lab.send_at(flow, 1s);
  }
  lab.play();
  EXPECT_EQ(lab.ends[Disposition::delivered], 2);  // 2 * 1024 and 1004 are more than 3000.
}

TEST(PacketPlaneTest, FramesOnACutLinkAreLost) {
  PacketLab lab(kTwoSwitches);
  const FlowIndex flow = lab.flow("h1", "h2");
  for (int i = 0; i < 4; ++i) {
    lab.send_at(flow, 1s + 10us * i);
  }
  lab.at(1s + 25us, [&] { lab.cut("s1:eth2"); });
  lab.at(2s, [&] { lab.mend("s1:eth2"); });
  lab.send_at(flow, 3s);
  lab.play();
  EXPECT_EQ(lab.told, (Log{"1000025000 no_carrier at s1:eth2", "1000025000 no_carrier at s1:eth2",
                           "1000029192 no_destination_port at s1",
                           "1000039192 no_destination_port at s1", "3000036576 delivered at h2"}));
  EXPECT_TRUE(lab.conserves());
}

TEST(PacketPlaneTest, GrayLossIsDrawnForEachFrame) {
  PacketLab lab(kTwoSwitches);
  const FlowIndex flow = lab.flow("h1", "h2");
  lab.at(1s, [&] { lab.set_loss("s1:eth2", 0.25); });
  for (int i = 0; i < 4000; ++i) {
    lab.send_at(flow, 2s + 1ms * i);
  }
  lab.play();
  EXPECT_NEAR(static_cast<double>(lab.ends[Disposition::gray_loss]), 1000, 100);
  EXPECT_EQ(lab.ends[Disposition::gray_loss] + lab.ends[Disposition::delivered], 4000);
}

TEST(PacketPlaneTest, ABroadcastIsOnePacketWithManyCopies) {
  PacketLab lab(kTwoSwitches);
  lab.send_at(lab.broadcast("h1"), 1s, 60);
  lab.play();
  EXPECT_EQ(lab.told, (Log{"1000014016 delivered at h2"}));
  EXPECT_EQ(lab.last_copies, 2);
  EXPECT_EQ(lab.plane().counters().copied, 1);
  EXPECT_TRUE(lab.conserves());
}

TEST(PacketPlaneTest, AFloodThatMeetsOnlyOthersEndsWhereItWasFlooded) {
  PacketLab lab(kTwoSwitches);
  const FlowIndex flow = lab.flow("h1", "h2");
  lab.send_at(flow, 1s);
  lab.at(2s, [&] { lab.cut("s2:eth1"); });
  lab.send_at(flow, 3s);  // h1 still knows its neighbour, s2 no longer where it is.
  lab.play();
  EXPECT_EQ(lab.told.back().substr(lab.told.back().find(' ') + 1), "no_destination_port at s2");
}

TEST(PacketPlaneTest, APortUnderCaptureShowsWhatPasses) {
  PacketLab lab(kTwoSwitches);
  lab.capture(lab.port("s1:eth2"));
  lab.send_at(lab.flow("h1", "h2"), 1s);
  lab.send_at(lab.flow("h2", "h1"), 2s);
  lab.play();
  ASSERT_EQ(lab.frames.size(), 2);
  EXPECT_TRUE(lab.frames[0].out);
  EXPECT_FALSE(lab.frames[1].out);
  EXPECT_EQ(lab.frames[0].source, lab.node("h1").interfaces.front().mac());
  EXPECT_EQ(lab.frames[0].packet->destination, lab.address("h2"));
  EXPECT_EQ(lab.frames[0].at.time_since_epoch(), 1s + 1us + 8192ns);
}

TEST(PacketPlaneTest, ALoopIsNotCirculatedForEver) {
  PacketLab lab(R"(
    switch s1 s2 s3
    host h1 10.0.0.1/24
    link h1:eth0 s1:eth9
    link s1:eth1 s2:eth1
    link s2:eth2 s3:eth2
    link s3:eth1 s1:eth2
  )");
  lab.send_at(lab.broadcast("h1"), 1s, 60);
  lab.play(2s);
  EXPECT_EQ(lab.told.size(), 1);
  EXPECT_TRUE(lab.conserves());
  EXPECT_EQ(lab.plane().counters().in_flight, 0);
  EXPECT_LT(lab.plane().counters().hops, 400);
}

// --- Against queueing theory (Kleinrock, Queueing Systems I, 1975) -------------------------------

const char* const kOneLink = R"(
  host h1 10.0.0.1/24
  host h2 10.0.0.2/24
  link h1:eth0 h2:eth0 10Mbps
)";
constexpr std::uint32_t kFrameBytes = 976;  // 1000 bytes on the wire.
constexpr Duration kService = std::chrono::microseconds{800};
constexpr int kArrivals = 200'000;

// Poisson arrivals at this load of kService, lengths by `length(n)`.
template <typename Length>
Duration poisson(PacketLab& lab, double load, Length length) {
  const Random random(2026);
  const FlowIndex flow = lab.flow("h1", "h2");
  const Duration mean = std::chrono::duration_cast<Duration>(kService / load);
  Duration at = 1s;
  for (int n = 0; n < kArrivals; ++n) {
    at += random.exponential(
        {.purpose = Purpose("test.gap"), .occurrence = static_cast<std::uint64_t>(n)}, mean);
    lab.send_at(flow, at, length(n));
  }
  lab.play(at + 10s);
  return at;
}

// The mean wait of M/D/1 is load * service / (2 * (1 - load)) (Pollaczek and Khinchine).
TEST(PacketPlaneTest, WaitsLikeMD1) {
  for (const double load : {0.3, 0.6, 0.8}) {
    PacketLab lab(kOneLink);
    lab.plane().set_queue_limit(0, 0);
    poisson(lab, load, [](int) { return kFrameBytes; });
    const double wait = static_cast<double>(lab.total_delay.count()) / kArrivals -
                        static_cast<double>(kService.count());
    const double expected = load * static_cast<double>(kService.count()) / (2 * (1 - load));
    EXPECT_NEAR(wait / expected, 1, 0.03) << load;
    EXPECT_EQ(lab.ends[Disposition::delivered], kArrivals);
  }
}

// Of M/M/1/K the share (1 - load) load^K / (1 - load^(K + 1)) is lost, K with the one in service.
TEST(PacketPlaneTest, LosesLikeMM1K) {
  const Random random(2027);
  for (const auto& [load, places] : {std::pair(0.8, 5U), std::pair(1.2, 10U)}) {
    PacketLab lab(kOneLink);
    lab.plane().set_queue_limit(places, 0);
    poisson(lab, load, [&](int n) {
      // Exponential on the wire: what is shorter than a least frame takes its time all the same.
      const Duration bytes = random.exponential(
          {.purpose = Purpose("test.length"), .occurrence = static_cast<std::uint64_t>(n)}, 976ms);
      return static_cast<std::uint32_t>(bytes / 1ms);
    });
    const double lost = static_cast<double>(lab.ends[Disposition::queue_full]) / kArrivals;
    const double power = std::pow(load, places);
    EXPECT_NEAR(lost / ((1 - load) * power / (1 - load * power)), 1, 0.05) << load;
  }
}

}  // namespace
}  // namespace switchfault
