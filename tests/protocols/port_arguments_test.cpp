#include "protocols/port_arguments.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

const std::vector<Parameter> kParameters = {
    {.name = "edge", .unit = Unit::boolean, .default_text = "false"},
    {.name = "cost", .unit = Unit::integer, .optional = true}};

std::vector<std::string> texts(const Arguments& arguments) {
  std::vector<std::string> all;
  for (const Argument& argument : arguments) {
    all.push_back(argument.name + "=" + argument.text);
  }
  return all;
}

TEST(PortArguments, APortWithoutSettingsHasTheDefaults) {
  EXPECT_EQ(texts(port_arguments(nullptr, "rstp", kParameters)),
            (std::vector<std::string>{"edge=false"}));
  PortConfig port;
  port.protocols["lacp"] = {{.name = "edge", .text = "true", .items = {}, .at = {}}};
  EXPECT_EQ(texts(port_arguments(&port, "rstp", kParameters)),
            (std::vector<std::string>{"edge=false"}));
}

TEST(PortArguments, WhatIsSetStaysAndTheRestIsAdded) {
  PortConfig port;
  port.protocols["rstp"] = {{.name = "cost", .text = "7", .items = {}, .at = {}}};
  EXPECT_EQ(texts(port_arguments(&port, "rstp", kParameters)),
            (std::vector<std::string>{"cost=7", "edge=false"}));
}

TEST(PortArguments, AnInterfaceHasItsOwn) {
  InterfaceConfig interface;
  interface.protocols["ospf"] = {{.name = "cost", .text = "7", .items = {}, .at = {}}};
  EXPECT_EQ(texts(interface_arguments(&interface, "ospf", kParameters)),
            (std::vector<std::string>{"cost=7", "edge=false"}));
}

}  // namespace
}  // namespace switchfault
