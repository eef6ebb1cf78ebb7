#include "io/measured_router.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using nlohmann::json;

const char* const kLine = R"({"order": {"r1": 1, "r2": 2, "h1": 3},
  "ospf": {"hello": 1, "dead": 4, "bfd": true, "throttle": [1000, 2000, 10000]},
  "bgp": {"hold": 9, "multipath": 8},
  "nodes": {"h1": {"kind": "host"}, "r1": {"kind": "router", "asn": 65001},
            "r2": {"kind": "router", "asn": 65002, "static": ["10.9.0.0/24 10.1.1.1"]}},
  "links": [{"ends": ["h1", "r1"], "port": {"h1": "p1", "r1": "p1"}},
            {"ends": ["r1", "r2"], "port": {"r1": "p2", "r2": "p1"},
             "ospf_cost": {"r1": 4, "r2": 6}}]})";

struct Reading {
  json topology = json::parse(kLine);
  NodeConfig node;
  std::vector<std::string> missing;

  explicit Reading(const std::string& name, const std::string& impl = "frr") {
    give_measured_addresses(topology);
    read_measured_router(topology, name, impl, node, missing);
  }
  [[nodiscard]] std::string setting(const std::string& kind, const std::string& key) const {
    for (const ProtocolConfig& protocol : node.protocols) {
      for (const Argument& argument : protocol.arguments) {
        if (protocol.kind == kind && argument.name == key) {
          return argument.text;
        }
      }
    }
    return "none";
  }
  [[nodiscard]] std::vector<std::string> processes() const {
    std::vector<std::string> names;
    for (const ProcessConfig& process : node.processes) {
      names.push_back(process.name);
    }
    return names;
  }
};

TEST(MeasuredRouter, AddressesFollowTheNumberOfTheLink) {
  const Reading r1("r1");
  EXPECT_EQ(r1.topology["nodes"]["h1"]["addr"], "10.2.0.10/24");
  EXPECT_EQ(r1.topology["nodes"]["h1"]["gw"], "10.2.0.1");
  ASSERT_EQ(r1.node.interfaces.size(), 3U);
  EXPECT_EQ(r1.node.interfaces[0].addresses[0].prefix.text(), "10.255.0.1/32");
  EXPECT_EQ(r1.node.interfaces[2].addresses[0].prefix.text(), "10.1.1.1/30");
}

TEST(MeasuredRouter, EachDaemonOfFrrIsAProcess) {
  const Reading r2("r2");
  EXPECT_TRUE(r2.missing.empty());
  EXPECT_EQ(r2.processes(),
            (std::vector<std::string>{"zebra", "staticd", "bfdd", "ospfd", "bgpd"}));
  ASSERT_EQ(r2.node.routes.size(), 1U);
  EXPECT_EQ(r2.node.routes[0].next_hops, (std::vector{IpAddress::v4(0x0a010101)}));
}

TEST(MeasuredRouter, TimersAndCostsAreThoseOfTheCase) {
  const Reading r2("r2");
  EXPECT_EQ(r2.setting("ospf", "dead"), "4s");
  EXPECT_EQ(r2.setting("ospf", "spf_hold_max"), "10s");
  EXPECT_EQ(r2.setting("bgp", "hold"), "9s");
  const Arguments& link = r2.node.interfaces[1].protocols.at("ospf");
  const auto cost = std::find_if(link.begin(), link.end(),
                                 [](const Argument& one) { return one.name == "cost"; });
  EXPECT_EQ(cost->text, "6");
}

TEST(MeasuredRouter, LinesOfOspfdAreSettings) {
  Reading r1("r1");
  r1.topology["ospf"]["extra"] = {"max-metric router-lsa administrative", "maximum-paths 2",
                                  "timers lsa min-arrival 250", "ospf abr-type shortcut"};
  NodeConfig node;
  read_measured_router(r1.topology, "r1", "frr", node, r1.missing);
  r1.node = node;
  EXPECT_EQ(r1.setting("ospf", "max_metric"), "true");
  EXPECT_EQ(r1.setting("ospf", "max_paths"), "2");
  EXPECT_EQ(r1.setting("ospf", "min_ls_arrival"), "250ms");
  EXPECT_EQ(r1.missing, (std::vector<std::string>{"OSPF setting 'ospf abr-type shortcut'"}));
}

TEST(MeasuredRouter, BirdIsOneProcessAndExportsWhatIsConnected) {
  const Reading r1("r1", "bird");
  EXPECT_EQ(r1.processes(), (std::vector<std::string>{"bird"}));
  EXPECT_EQ(r1.setting("ospf", "profile"), "bird");
  EXPECT_EQ(r1.setting("bgp", "profile"), "bird");
  EXPECT_EQ(r1.setting("bgp", "max_paths"), "16");
  EXPECT_EQ(r1.missing, std::vector<std::string>{});
}

}  // namespace
}  // namespace switchfault
