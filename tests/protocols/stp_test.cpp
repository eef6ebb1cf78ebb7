#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "protocols/lab.h"
#include "protocols/random_bridges.h"

namespace switchfault {
namespace {

const std::string kTriangle = R"(
  switch s1 s2 s3
  link s1:eth1 s2:eth1
  link s2:eth2 s3:eth2
  link s1:eth2 s3:eth1
  protocol s1 stp priority=4096 hello=1s max_age=6s forward_delay=4s
  protocol s2 stp priority=8192 hello=1s max_age=6s forward_delay=4s
  protocol s3 stp hello=1s max_age=6s forward_delay=4s
)";

TEST(Stp, ATriangleBlocksTheDearestPort) {
  ProtocolLab lab(kTriangle);
  EXPECT_EQ(lab.column("s3", 0, "role"), (Log{"eth1 root", "eth2 alternate"}));
  EXPECT_EQ(lab.column("s3", 0, "state"), (Log{"eth1 forwarding", "eth2 blocking"}));
  EXPECT_EQ(lab.column("s3", 0, "root path cost"), (Log{"eth1 4", "eth2 4"}));
}

TEST(Stp, TheBlockedPortNeedsTheForwardDelayTwice) {
  ProtocolLab lab(kTriangle);
  lab.at(10s, [&] { lab.cut("s1:eth2"); });
  lab.run_for(30s);
  EXPECT_EQ(lab.tree_log(),
            (Log{"10s s1:eth2 disabled", "10s s1:eth2 discarding", "10s s3:eth1 disabled",
                 "10s s3:eth1 discarding", "10s s3:eth2 root", "14s s3:eth2 learning",
                 "18s s3:eth2 forwarding"}));
}

TEST(Stp, SilenceIsNoticedAfterMaxAge) {
  ProtocolLab lab(kTriangle);
  lab.at(10s, [&] { lab.set_loss("s1:eth2", 1); });
  lab.run_for(30s);
  const Log log = lab.tree_log();
  ASSERT_FALSE(log.empty());
  // The last hello came up to a second before.
  EXPECT_TRUE(log.front().starts_with("15.") || log.front().starts_with("14.")) << log.front();
  EXPECT_EQ(lab.column("s3", 0, "role"), (Log{"eth1 designated", "eth2 root"}));
}

TEST(Stp, ACrashedProcessLeavesItsPortsAndForgets) {
  ProtocolLab lab(kTriangle);
  lab.at(10s, [&] { lab.crash("s3", "spanning_tree"); });
  lab.run_for(5s);
  const auto [node, port] = lab.logical("s3:eth1");
  EXPECT_EQ(lab.network().chip(node).port_state(port), StpState::forwarding);
}

TEST(Stp, SwitchedOffByConfigurationItOpensWhatComesBack) {
  ProtocolLab lab(kTriangle);
  lab.at(10s, [&] { lab.os("s3").configure("stp", "off"); });
  lab.at(11s, [&] { lab.cut("s3:eth2"); });
  lab.at(12s, [&] { lab.mend("s3:eth2"); });
  lab.run_for(13s);
  EXPECT_EQ(lab.column("s3", 0, "state"), (Log{"eth1 forwarding", "eth2 forwarding"}));
}

TEST(Stp, WithTheProfileOfOpenVSwitchAddressesAreForgottenAtOnce) {
  std::string text = kTriangle + "host h1 10.0.0.1/24\nlink s1:eth3 h1:eth0\n" +
                     "host h2 10.0.0.2/24\nlink s2:eth3 h2:eth0\n";
  for (std::size_t at = 0; (at = text.find(" stp ", at)) != std::string::npos; at += 5) {
    text.insert(at + 5, "profile=openvswitch ");
  }
  ProtocolLab lab(text);
  const auto known = [&] { return lab.os("s1").chip().macs().size(); };
  ReadSet reads, kept;
  const WalkResult result = lab.network().exchange(
      lab.index("h1"),
      {.source = *IpAddress::parse("10.0.0.1"), .destination = *IpAddress::parse("10.0.0.2")},
      reads, kept);
  EXPECT_TRUE(result.delivered());
  lab.run_for(1s);  // What was learned is written.
  EXPECT_GT(known(), 0U);
  lab.at(10s, [&] { lab.cut("s1:eth2"); });
  lab.run_for(19s);
  EXPECT_EQ(known(), 0U);
  EXPECT_EQ(lab.os("s1").chip().mac_ageing(), Duration{300s});
}

TEST(Stp, AddressesAgeByTheForwardDelayWhileTheTopologyChanges) {
  ProtocolLab lab(kTriangle + "host h1 10.0.0.1/24\nlink s3:eth3 h1:eth0\n");
  const auto ageing = [&] { return lab.os("s1").chip().mac_ageing(); };
  EXPECT_EQ(ageing(), Duration{300s});
  lab.at(10s, [&] { lab.cut("s1:eth2"); });
  lab.run_for(19s);
  EXPECT_EQ(ageing(), Duration{4s});
  lab.run_for(20s);
  EXPECT_EQ(ageing(), Duration{300s});
}

RC_GTEST_PROP(Stp, OneTreeAComponentThatReturnsWhenAllCablesAreBack, ()) {
  RandomBridges::any("stp").check_story(180s);
}

}  // namespace
}  // namespace switchfault
