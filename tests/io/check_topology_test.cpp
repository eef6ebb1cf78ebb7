#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

std::string network(const std::string& nodes, const std::string& links) {
  return "topology:\n  defaults: {kind: switch}\n  nodes:\n" + nodes + "  links:\n" + links;
}

TEST(CheckTopology, IdentitiesAreUnique) {
  EXPECT_EQ(brief_errors("topology:\n  nodes:\n    a: {kind: host, id: x}\n    b: {kind: host, id: "
                         "x}\n    c: {kind: host, id: a}\n    d: {kind: host, id: b}\n"),
            "4:5 the nodes 'a' and 'b' have the same identity | give one of them another id\n");
}

TEST(CheckTopology, APortHasOneLinkAndNoLinkIsALoop) {
  EXPECT_EQ(brief_errors(network("    a:\n    b:\n",
                                 "    - endpoints: ['a:1', 'b:1']\n"
                                 "    - endpoints: ['a:2', 'b:1']\n"
                                 "    - endpoints: ['a:3', 'a:4']\n")),
            "8:26 the port b:1 has a link already, in line 7 | every port has one link\n"
            "9:26 this link joins 'a' to itself\n");
}

TEST(CheckTopology, MembersOfALagAreAlike) {
  const std::string links =
      "    - endpoints: ['a:1', 'b:1']\n      rate: 10Gbps\n"
      "    - endpoints: ['a:2', 'b:2']\n      rate: 10Gbps\n"
      "    - endpoints: ['a:3', 'b:3']\n"
      "    - endpoints: ['a:4', 'c:4']\n      rate: 10Gbps\n";
  const auto lags = [&](const std::string& members) {
    return brief_errors(
        network("    a: {lags: {po1: {members: " + members + "}}}\n    b:\n    c:\n", links));
  };
  EXPECT_EQ(lags("['1', '2']"), "");
  EXPECT_EQ(lags("['1', '3']"),
            "4:37 the members of a LAG have one rate; '3' has 1000 Mbps, the first 10000\n");
  EXPECT_EQ(lags("['1', '4']"),
            "4:37 the members of a LAG of 'a' lead to 'b' and 'c' | they lead to one node, or to "
            "the two of an MLAG pair\n");
  EXPECT_EQ(lags("['1', '5']"), "4:37 'a' has no link at port '5'\n");
  EXPECT_EQ(lags("['1'], mlag: 7"),
            "4:16 the LAG 'po1' has a number of an MLAG, but 'a' has no mlag | write mlag: {peer: "
            "..., peer_link: ..., on_peer_link_loss: ...}\n");
  EXPECT_EQ(lags("['1']}, po2: {members: ['1']"),
            "4:55 the port '1' is in the LAG 'po1' already\n");
  EXPECT_EQ(lags("['1']}, '2': {members: ['3']"),
            "4:39 '2' is both a LAG and a port with a "
            "link\n");
}

TEST(CheckTopology, AnMlagPairNamesEachOther) {
  const auto pair = [](const std::string& a, const std::string& b) {
    return brief_errors(network("    a: {" + a + "}\n    b: {" + b + "}\n    c:\n",
                                "    - endpoints: ['a:1', 'b:1']\n"
                                "    - endpoints: ['a:2', 'c:1']\n"
                                "    - endpoints: ['b:2', 'c:2']\n"));
  };
  const auto mlag = [](const std::string& peer, const std::string& link, bool primary) {
    return "mlag: {peer: " + peer + ", peer_link: '" + link +
           "', on_peer_link_loss: split_brain, primary: " + (primary ? "true" : "false") + "}";
  };
  EXPECT_EQ(pair(mlag("b", "1", true), mlag("a", "1", false)), "");
  EXPECT_EQ(pair(mlag("b", "1", true), ""),
            "4:22 'b' does not name 'a' as its MLAG peer | an MLAG pair names each other\n");
  EXPECT_EQ(pair(mlag("b", "1", true), mlag("a", "1", true)),
            "4:15 each of 'a' and 'b' is the primary of the MLAG pair | write primary: true at one "
            "of them\n");
  EXPECT_EQ(pair(mlag("b", "2", true), mlag("a", "9", false)),
            "4:36 the peer link leads to 'c', not to the peer 'b'\n"
            "5:36 'b' has no LAG and no linked port '9'\n");
}

TEST(CheckTopology, AnActivePairNamesEachOther) {
  const auto pair = [](const std::string& b) {
    return brief_errors(
        "topology:\n  nodes:\n"
        "    a: {kind: firewall, stateful: {peer: b, heartbeat: 1s}}\n"
        "    b: {kind: firewall, stateful: {" +
        b + "}}\n");
  };
  EXPECT_EQ(pair("peer: a, heartbeat: 1s, active: false"), "");
  EXPECT_EQ(pair("active: false"),
            "3:42 'b' does not name 'a' as its peer | an active/standby pair names each other\n");
  EXPECT_EQ(pair("peer: a, heartbeat: 1s"),
            "3:35 each of 'a' and 'b' is active at the start | write active: false at the "
            "standby\n");
}

TEST(CheckTopology, VirtualServicesStandOnLoadBalancers) {
  EXPECT_EQ(brief_errors("topology:\n  nodes:\n    a: {kind: router, virtual_services: [{address: "
                         "10.0.0.9, port: 80, pool: [h], health_interval: 5s}]}\n"),
            "3:42 'a' is no load balancer | virtual services stand on nodes of kind "
            "load_balancer\n"
            "3:79 there is no node 'h' | did you mean 'a'?\n");
}

TEST(CheckTopology, AProtocolsInterfaceExists) {
  EXPECT_EQ(brief_errors("topology:\n  nodes:\n    a: {kind: router, interfaces: {eth1: {address: "
                         "10.0.0.1/24}}, protocols: {vrrp: {id: 1, interface: eth2, addresses: "
                         "10.0.0.9}}}\n"),
            "3:104 'a' has no interface 'eth2' | did you mean 'eth1'?\n");
}

}  // namespace
}  // namespace switchfault
