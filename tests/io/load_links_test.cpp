#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

std::string network(const std::string& links) {
  return "topology:\n  nodes: {a: {kind: switch}, b: {kind: switch}}\n  links:\n" + links;
}

TEST(LoadLinks, BriefAndExtendedFormsAreTheSame) {
  const Scenario s =
      load_text(network("    - endpoints: [\"a:ethernet-1/1\", \"b:1/1/c1/1:2\"]\n"
                        "    - {type: veth, endpoints: [{node: a, interface: x, mac: 0}, {node: b, "
                        "interface: y}]}\n"));
  ASSERT_EQ(s.topology.links.size(), 2U);
  EXPECT_EQ(s.topology.links[0].a.port, "ethernet-1/1");
  EXPECT_EQ(s.topology.links[0].b.port, "1/1/c1/1:2");  // Split at the first colon.
  EXPECT_EQ(s.topology.links[0].b.node.text, "b");
  EXPECT_EQ(s.topology.links[1].a.node.text, "a");
  EXPECT_EQ(s.topology.links[1].b.port, "y");
}

TEST(LoadLinks, HaveRateDelayLossAndBackground) {
  const Scenario s = load_text(
      network("    - {endpoints: ['a:1', 'b:1'], rate: 10Gbps, delay: 5us, loss: 1%, loss_ba: 2%, "
              "background_ab: 1Gbps, up: false, mtu: 9000}\n    - {endpoints: ['a:2', 'b:2']}\n"));
  const LinkConfig& link = s.topology.links[0];
  EXPECT_EQ(link.rate.bits_per_second, 10'000'000'000);
  EXPECT_EQ(link.delay, std::chrono::microseconds{5});
  EXPECT_EQ(link.loss_ab, 0.01);
  EXPECT_EQ(link.loss_ba, 0.02);
  EXPECT_EQ(link.background_ab.bits_per_second, 1'000'000'000);
  EXPECT_EQ(link.background_ba.bits_per_second, 0);
  EXPECT_FALSE(link.up);
  EXPECT_EQ(s.topology.links[1].rate.bits_per_second, 1'000'000'000);
  EXPECT_TRUE(s.topology.links[1].up);
}

TEST(LoadLinks, AnEndOutsideBecomesAnExternalNode) {
  const Scenario s = load_text(
      network("    - endpoints: [\"a:e1\", \"host:veth7\"]\n"
              "    - endpoints: [\"mgmt-net:x\", \"b:e1\"]\n"
              "    - {type: macvlan, endpoint: {node: b, interface: e2}, host-interface: enp0s3}\n"
              "    - {type: dummy, endpoint: {node: b, interface: e3}}\n"));
  ASSERT_EQ(s.topology.links.size(), 3U);
  EXPECT_EQ(s.topology.links[0].b.node.text, "host:veth7");
  EXPECT_EQ(s.topology.links[1].a.node.text, "mgmt-net:x");
  EXPECT_EQ(s.topology.links[2].b.node.text, "macvlan:b:e2");
  ASSERT_EQ(s.topology.nodes.size(), 5U);
  EXPECT_EQ(s.topology.nodes[2].name, "host:veth7");
  EXPECT_EQ(s.topology.nodes[2].kind, NodeKind::external);
}

TEST(LoadLinks, ANodeMayBeCalledHost) {
  const Scenario s = load_text(
      "topology:\n  nodes: {host: {kind: host}, b: {kind: switch}}\n"
      "  links: [{endpoints: ['host:eth0', 'b:1']}]\n");
  EXPECT_EQ(s.topology.nodes.size(), 2U);
  EXPECT_EQ(s.topology.links[0].a.node.text, "host");
}

TEST(LoadLinks, SayWhatIsNoLink) {
  const std::string form = " | write endpoints: [\"a:eth1\", \"b:eth1\"]\n";
  const struct {
    const char* link;
    std::string error;
  } cases[] = {
      {"    - {endpoints: ['a:1']}\n", "4:19 a link has two endpoints" + form},
      {"    - {endpoints: ['a:1', 'b:1', 'a:2']}\n", "4:19 a link has two endpoints" + form},
      {"    - {endpoints: 'a:1'}\n", "4:19 a link has two endpoints" + form},
      {"    - {endpoints: ['a', 'b:1']}\n", "4:20 'a' is no endpoint" + form},
      {"    - {endpoints: ['a:', 'b:1']}\n", "4:20 'a:' is no endpoint" + form},
      {"    - {rate: 1Gbps}\n", "4:7 missing key 'endpoints'\n"},
      {"    - {endpoints: ['a:1', 'b:1'], rate: 0Gbps}\n",
       "4:41 a link without a rate carries nothing | write up: false\n"},
      {"    - {endpoints: ['a:1', 'b:1'], rate: 10}\n",
       "4:41 expected a rate such as 100Mbps or 10Gbps, found '10' | units must be written, as in "
       "'10Mbps'\n"},
      {"    - {endpoints: ['a:1', 'b:1'], speed: 1Gbps}\n",
       "4:35 unknown key 'speed' | known: type, endpoint, endpoints, rate, delay, loss, loss_ab, "
       "loss_ba, background_ab, background_ba, up, mtu, ...\n"},
      {"    - {endpoints: ['a:1', 'c:1']}\n", "4:27 there is no node 'c' | did you mean 'a'?\n"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(brief_errors(network(c.link)), c.error) << c.link;
  }
}

}  // namespace
}  // namespace switchfault
