#include <chrono>

#include <gtest/gtest.h>

#include "actions/action_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(ChangeConfiguration, SetsAKey) {
  ActionLab lab;
  EXPECT_EQ(lab.act("change_configuration", {{"key", "ports.1/2.up"}, {"value", "off"}}), "");
  EXPECT_TRUE(lab.complete());
  EXPECT_FALSE(lab.os().port_enabled(PortIndex{1}));
  EXPECT_FALSE(lab.action().takes_path_down());
  EXPECT_EQ(lab.log(),
            (Log{"0s s1 configuration ports.1/2.up = off", "0s s1 configuration saved"}));
}

}  // namespace
}  // namespace switchfault
