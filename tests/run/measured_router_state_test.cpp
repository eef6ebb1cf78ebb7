#include "run/measured_router_state.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

// Two routers and a host at rest, as a case file holds them.
SettledState at_rest() {
  const std::string path = testing::TempDir() + "measured_router_state.json";
  std::ofstream(path) << R"({"topology": {"name": "two", "ospf": {"hello": 1, "dead": 4},
    "bgp": {"keepalive": 3, "hold": 9}, "nodes": {"r1": {"kind": "router", "asn": 65001},
    "r2": {"kind": "router", "asn": 65002}, "h1": {"kind": "host"}},
    "links": [{"ends": ["r1", "r2"]}, {"ends": ["r2", "h1"]}]},
    "node_number": {"r1": 1, "r2": 2, "h1": 3}, "state": {"switches": {}, "routers": {}}})";
  const MeasuredCase measured = load_measured_case(path);
  std::filesystem::remove(path);
  return simulate_rest(measured, 1);
}

TEST(MeasuredRouterState, TellsNeighboursRoutesAndBestPaths) {
  const SettledState state = at_rest();
  EXPECT_EQ(state.at("r1 ospf_neighbours"), "10.255.0.2@r2 Full");
  EXPECT_EQ(state.at("r1 ospf_routes 10.2.1.0/24 cost"), "20");
  EXPECT_EQ(state.at("r1 ospf_routes 10.1.0.0/30 next_hops"), "direct@r2");
  EXPECT_EQ(state.at("r1 kernel_routes 10.255.0.2 next_hops"), "10.1.0.2@r2");
  EXPECT_EQ(state.at("r1 bgp_peers 10.1.0.2"), "Established");
  EXPECT_EQ(state.at("r1 bgp_best 10.2.1.0/24"), "10.1.0.2 as_path=65002");
  EXPECT_EQ(state.at("r1 bgp_best 10.255.0.1/32"), "0.0.0.0 as_path=");
}

}  // namespace
}  // namespace switchfault
