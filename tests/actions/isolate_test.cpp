#include <chrono>

#include <gtest/gtest.h>

#include "actions/action_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(Isolate, ShutsEveryPortAndMayCutTheLogin) {
  ActionLab lab;
  EXPECT_EQ(lab.act("isolate", {{"save", "false"}}), "");
  for (std::uint16_t port = 0; port < Lab::kPorts; ++port) {
    EXPECT_FALSE(lab.os().port_enabled(PortIndex{port}));
  }
  EXPECT_TRUE(lab.os().serves(Plane::management));
  EXPECT_TRUE(lab.action().takes_path_down());
  EXPECT_TRUE(lab.complete());
}

}  // namespace
}  // namespace switchfault
