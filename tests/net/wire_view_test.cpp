#include "net/wire_view.h"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/dissect.h"
#include "net/packet_lab.h"
#include "net/two_routers.h"

namespace switchfault {
namespace {

// "1s r1:eth1 out 10.0.1.1 > 10.0.2.1 ttl 64": time, port, direction, what a reader makes of it.
std::string told(const PacketLab::Crossing& crossing) {
  const Headers headers = dissect(LinkLayer::ethernet, crossing.bytes);
  std::string text = fmt::format("{} {} {} ", format_duration(crossing.at - kTimeZero),
                                 crossing.port, crossing.out ? "out" : "in");
  if (headers.vlan_count > 0) {
    text += fmt::format("vlan {} ", headers.vlans[0].vlan());
  }
  text += headers.kind == FrameKind::arp ? "arp " : fmt::format("ttl {} ", headers.ttl);
  text += headers.source.text() + " > " + headers.destination.text();
  if (crossing.disposition != Disposition::delivered) {
    text += fmt::format(" {}", disposition_name(crossing.disposition));
  }
  return text;
}

Log all_told(const PacketLab& lab) {
  Log log;
  for (const PacketLab::Crossing& crossing : lab.crossings) {
    log.push_back(told(crossing));
  }
  return log;
}

TEST(WireViewTest, AProbeIsSeenThereAndBackBehindTheQuestionsItNeeds) {
  PacketLab lab(kTwoRouters);
  lab.capture(lab.port("r1:eth1"));
  lab.at(1s, [&] { lab.send("h1", "h2"); });
  lab.play(2s);
  const Log log = all_told(lab);
  ASSERT_GE(log.size(), 4U);
  EXPECT_EQ(log[0], "1s r1:eth1 in arp 10.0.1.1 > 10.0.1.254");
  EXPECT_EQ(log[1], "1s r1:eth1 out arp 10.0.1.254 > 10.0.1.1");
  EXPECT_EQ(log[2], "1s r1:eth1 in ttl 64 10.0.1.1 > 10.0.2.1");
  EXPECT_EQ(log.back(), "1s r1:eth1 out ttl 62 10.0.2.1 > 10.0.1.1");
}

TEST(WireViewTest, OtherPortsAreNotLookedAt) {
  PacketLab lab(kTwoRouters);
  lab.at(1s, [&] { lab.send("h1", "h2"); });
  lab.play(2s);
  EXPECT_TRUE(lab.crossings.empty());
}

TEST(WireViewTest, AFrameThatIsLostIsSeenWhereItLeft) {
  PacketLab lab(kTwoRouters);
  lab.capture(lab.port("r1:eth2"));
  lab.capture(lab.port("r2:eth2"));
  lab.at(1s, [&] { lab.send("h1", "h2"); });
  lab.at(2s, [&] {
    lab.set_loss("r1:eth2", 1.0);
    lab.send("h1", "h2");
  });
  lab.play(3s);
  EXPECT_EQ(all_told(lab).back(), "2s r1:eth2 out ttl 63 10.0.1.1 > 10.0.2.1 gray_loss");
}

TEST(WireViewTest, FramesOnATrunkCarryTheirTag) {
  PacketLab lab(R"(
    switch s1 s2
    host h1 10.0.0.1/24
    host h2 10.0.0.2/24
    link h1:eth0 s1:eth1
    link s1:eth2 s2:eth2
    link h2:eth0 s2:eth1
    access s1:eth1 10
    access s2:eth1 10
    trunk s1:eth2 10
    trunk s2:eth2 10
  )");
  lab.capture(lab.port("s1:eth2"));
  lab.at(1s, [&] { lab.send("h1", "h2"); });
  lab.play(2s);
  const Log log = all_told(lab);
  ASSERT_FALSE(log.empty());
  EXPECT_EQ(log[0], "1s s1:eth2 out vlan 10 arp 10.0.0.1 > 10.0.0.2");
}

}  // namespace
}  // namespace switchfault
