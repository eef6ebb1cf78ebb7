#include <string>

#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

// Errors of two routers with these settings of ospf, and of interface eth1 of
// the first.
std::string routers(const std::string& first, const std::string& second,
                    const std::string& interface = "") {
  Catalog catalog = small_catalog();
  const std::vector<Parameter> parameters = {
      {.name = "router_id", .unit = Unit::address, .optional = true},
      {.name = "area", .unit = Unit::name, .default_text = "0"},
      {.name = "hello", .unit = Unit::duration, .default_text = "10s"},
      {.name = "dead", .unit = Unit::duration, .default_text = "40s"}};
  std::vector<Parameter> of_interface = parameters;
  for (Parameter& parameter : of_interface) {
    parameter.default_text.clear();
    parameter.optional = true;
  }
  catalog.protocols.push_back({.name = "ospf",
                               .summary = "",
                               .parameters = parameters,
                               .port_parameters = {},
                               .interface_parameters = of_interface});
  return brief_errors(
      "topology:\n"
      "  nodes:\n"
      "    a: {kind: router, interfaces: {eth1: {address: "
      "10.0.0.1/24, ospf: {" +
          interface + "}}}, protocols: {ospf: {" + first +
          "}}}\n"
          "    b: {kind: router, protocols: {ospf: {" +
          second + "}}}\n",
      catalog);
}

TEST(CheckRouting, SoundSettingsAreSilent) {
  EXPECT_EQ(routers("router_id: 1.1.1.1, area: 0.0.0.1", "router_id: 2.2.2.2", "hello: 5s"), "");
}

TEST(CheckRouting, TwoRoutersOfOneIdentifierAreAnError) {
  EXPECT_EQ(routers("router_id: 1.1.1.1", "router_id: 1.1.1.1"),
            "4:53 'a' has this router_id of ospf, too | each router needs one "
            "of its own\n");
}

TEST(CheckRouting, ADeadIntervalIsLongerThanAHello) {
  EXPECT_EQ(routers("hello: 10s, dead: 10s", ""),
            "3:114 dead of 10s is not longer than hello of 10s | a neighbour "
            "would be lost between "
            "two hellos\n");
  EXPECT_EQ(routers("", "", "hello: 40s"),
            "3:79 dead of 40s is not longer than hello of 40s | a neighbour "
            "would be lost between "
            "two hellos\n");
}

TEST(CheckRouting, AnAreaIsANumberOrAnAddress) {
  EXPECT_EQ(routers("area: north", ""),
            "3:102 'north' is no area | a number or an address: 0, 0.0.0.1\n");
}

}  // namespace
}  // namespace switchfault
