#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

using std::chrono::minutes;

const NodeConfig& node(const Scenario& scenario, std::string_view name) {
  for (const NodeConfig& node : scenario.topology.nodes) {
    if (node.name == name) {
      return node;
    }
  }
  ADD_FAILURE() << "no node " << name;
  static const NodeConfig kNone;
  return kNone;
}

TEST(LoadTopology, TheMostSpecificLayerWins) {
  const Scenario s = load_text(R"(topology:
  defaults: {kind: switch, os: d, model: d, role: d, site: d, labels: {a: d, b: d}}
  kinds:
    switch: {os: k, model: k, role: k, labels: {b: k}}
  groups:
    g: {os: g, model: g}
  nodes:
    n: {group: g, os: n, labels: {c: n}}
    plain:
)");
  EXPECT_EQ(node(s, "n").os, "n");
  EXPECT_EQ(node(s, "n").model, "g");
  EXPECT_EQ(node(s, "n").role, "k");
  EXPECT_EQ(node(s, "n").site, "d");
  EXPECT_EQ(node(s, "n").labels,
            (std::map<std::string, std::string>{{"a", "d"}, {"b", "k"}, {"c", "n"}}));
  EXPECT_EQ(node(s, "plain").os, "k");
  EXPECT_EQ(node(s, "plain").kind, NodeKind::switch_);
}

TEST(LoadTopology, MapsMergeEntryByEntryAndListsAreReplaced) {
  const Scenario s = load_text(R"(topology:
  defaults:
    boot: {cold: 4m, warm: 0s}
    features: [a, b]
    ports: {eth1: {vlan: 10}, eth2: {vlan: 20}}
    protocols: {rstp: {priority: 4096}}
  nodes:
    n: {kind: switch, boot: {cold: 2m}, features: [c], ports: {eth2: {trunk: all}, eth3: {}}}
    o: {kind: switch, protocols: {rstp: none}}
)");
  const NodeConfig& n = node(s, "n");
  EXPECT_EQ(n.boots[static_cast<std::size_t>(BootKind::cold)]->data, minutes{2});
  EXPECT_EQ(n.boots[static_cast<std::size_t>(BootKind::warm)]->data, minutes{0});
  EXPECT_EQ(n.features, std::vector<std::string>{"c"});
  ASSERT_EQ(n.ports.size(), 3U);
  EXPECT_EQ(n.ports[0].access_vlan, 10);
  EXPECT_EQ(n.ports[1].access_vlan, 0);
  EXPECT_TRUE(n.ports[1].trunk_all);
  ASSERT_EQ(n.protocols.size(), 1U);
  EXPECT_EQ(n.protocols[0].arguments[0].text, "4096");
  EXPECT_TRUE(node(s, "o").protocols.empty());
}

TEST(LoadTopology, AFileMayDefineKindsOfItsOwn) {
  const Scenario s = load_text(R"(topology:
  kinds:
    arista_ceos: {boot: {cold: 3m}}
    leaf: {kind: arista_ceos, role: leaf, image: "ceos:4.32.0F"}
    border: {kind: leaf, site: edge}
  nodes: {n: {kind: border}}
)");
  const NodeConfig& n = node(s, "n");
  EXPECT_EQ(n.kind, NodeKind::switch_);
  EXPECT_EQ(n.os, "arista_ceos");
  EXPECT_EQ(n.version, "4.32.0F");
  EXPECT_EQ(n.role, "leaf");
  EXPECT_EQ(n.site, "edge");
  EXPECT_TRUE(n.boots[static_cast<std::size_t>(BootKind::cold)].has_value());
}

TEST(LoadTopology, ALinuxContainerIsAHostUnlessItsImageIsARouter) {
  const Scenario s = load_text(R"(topology:
  nodes:
    pc: {kind: linux, image: "alpine:3.20"}
    r: {kind: linux, image: "quay.io/frrouting/frr:10.5.1", group: edge}
    lan: {kind: bridge}
)");
  EXPECT_EQ(node(s, "pc").kind, NodeKind::host);
  EXPECT_EQ(node(s, "pc").version, "");
  EXPECT_EQ(node(s, "r").kind, NodeKind::router);
  EXPECT_EQ(node(s, "r").os, "frr");
  EXPECT_EQ(node(s, "r").version, "10.5.1");
  EXPECT_EQ(node(s, "r").role, "edge");
  EXPECT_EQ(node(s, "lan").kind, NodeKind::segment);
}

TEST(LoadTopology, AHostsAddressBelongsToItsOnlyPort) {
  const Scenario s = load_text(R"(topology:
  nodes:
    s: {kind: switch}
    a: {kind: host, address: [10.0.0.1/24, "2001:db8::1/64"], gateway: [10.0.0.254, "2001:db8::ff"]}
    b: {kind: host, address: 10.0.0.2/24}
    c: {kind: host, address: 10.0.0.3/24, lags: {bond0: {members: [e1, e2]}}}
  links:
    - endpoints: ["s:1", "a:ens3"]
    - endpoints: ["s:2", "c:e1"]
    - endpoints: ["s:3", "c:e2"]
)");
  EXPECT_EQ(node(s, "a").interfaces[0].name, "ens3");
  EXPECT_EQ(node(s, "a").interfaces[0].addresses.size(), 2U);
  ASSERT_EQ(node(s, "a").routes.size(), 2U);
  EXPECT_EQ(node(s, "a").routes[0].prefix.text(), "0.0.0.0/0");
  EXPECT_EQ(node(s, "a").routes[1].prefix.text(), "::/0");
  EXPECT_EQ(node(s, "b").interfaces[0].name, "eth0");
  EXPECT_EQ(node(s, "c").interfaces[0].name, "bond0");
}

TEST(LoadTopology, ErrorsNameTheirPlaceOnce) {
  const struct {
    const char* text;
    const char* errors;
  } cases[] = {
      {"topology:\n  nodes:\n    n: {}\n",
       "3:5 the node 'n' has no kind | write kind: switch, router, firewall, load_balancer, "
       "controller, host, external or segment\n"},
      {"topology:\n  nodes:\n    n: {kind: swich}\n",
       "3:15 there is no kind 'swich' of node | did you mean 'switch'?\n"},
      {"topology:\n  kinds: {a: {kind: b}, b: {kind: a}}\n  nodes: {n: {kind: a}}\n",
       "3:21 the kind 'a' never ends in a kind of node\n"},
      {"topology:\n  kinds: {switch: {kind: router}}\n  nodes: {n: {kind: switch}}\n",
       "2:26 'switch' is a kind of its own and cannot be another | give the new kind a name of "
       "your own\n"},
      {"topology:\n  defaults: {kind: switch, memmory: 1MiB}\n  nodes: {a: , b: , c: }\n",
       "2:28 unknown key 'memmory' | did you mean 'memory'?\n"},
      {"topology:\n  nodes: {all: {kind: host}}\n", "2:11 'all' cannot be the name of a node\n"},
      {"topology:\n  nodes: {'a/b': {kind: host}}\n",
       "2:11 the name of the node 'a/b' holds '/' | use letters, digits, '-', '_' and '.'\n"},
      {"topology:\n  nodes:\n    s: {kind: switch}\n    h: {kind: host, address: 10.0.0.1/24}\n"
       "  links:\n    - endpoints: [\"s:1\", \"h:e0\"]\n    - endpoints: [\"s:2\", \"h:e1\"]\n",
       "4:30 'h' has 2 linked ports; which one has this address? | write interfaces: {e0: "
       "{address: 10.0.0.1/24}}\n"},
      {"topology: {}\n", "1:11 missing key 'topology'\n"},
      {"title: t\n", "1:1 missing key 'topology'\n"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(brief_errors(c.text), c.errors) << c.text;
  }
}

TEST(LoadTopology, OrderOfTheFileChangesNothingButTheOrder) {
  const Scenario one = load_text(
      "topology: {defaults: {kind: switch}, groups: {g: {role: r}}, nodes: {a: {group: g}, b: }, "
      "links: [{endpoints: ['a:1', 'b:1'], rate: 1Gbps, delay: 1us}]}\n");
  const Scenario two = load_text(
      "topology: {links: [{delay: 1us, rate: 1Gbps, endpoints: ['a:1', 'b:1']}], nodes: {b: , a: "
      "{group: g}}, groups: {g: {role: r}}, defaults: {kind: switch}}\n");
  EXPECT_EQ(node(one, "a").role, node(two, "a").role);
  EXPECT_EQ(node(one, "b").kind, node(two, "b").kind);
  EXPECT_EQ(one.topology.links[0].delay, two.topology.links[0].delay);
  EXPECT_EQ(one.topology.nodes[0].name, two.topology.nodes[1].name);
}

TEST(LoadTopology, WhatDefaultsMultiplyIsLimited) {
  std::string ports;
  for (int i = 0; i < 2000; ++i) {
    ports += "p" + std::to_string(i) + ": ,";
  }
  std::string nodes;
  for (int i = 0; i < 1000; ++i) {
    nodes += "    n" + std::to_string(i) + ":\n";
  }
  const std::string errors = brief_errors("topology:\n  defaults: {kind: switch, ports: {" + ports +
                                          "}}\n  nodes:\n" + nodes);
  EXPECT_EQ(errors,
            "456:5 with what they take from defaults, kinds and groups the nodes have more than "
            "1000000 parts\n");
}

TEST(LoadTopology, LongTextsCountAsSeveralParts) {
  std::string nodes;
  for (int i = 0; i < 100; ++i) {
    nodes += "    n" + std::to_string(i) + ":\n";
  }
  EXPECT_EQ(brief_errors("topology:\n  defaults: {kind: switch, site: " +
                         std::string(1'000'000, 's') + "}\n  nodes:\n" + nodes),
            "65:5 with what they take from defaults, kinds and groups the nodes have more than "
            "1000000 parts\n");
}

}  // namespace
}  // namespace switchfault
