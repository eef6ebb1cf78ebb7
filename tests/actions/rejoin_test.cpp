#include <chrono>

#include <gtest/gtest.h>

#include "actions/action_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(Rejoin, OpensWhatIsolateHasShut) {
  ActionLab lab;
  lab.os().set_port_enabled(PortIndex{1}, false);
  EXPECT_EQ(lab.act("isolate"), "");
  EXPECT_EQ(lab.act("rejoin"), "");
  EXPECT_TRUE(lab.os().port_enabled(PortIndex{0}));
  EXPECT_FALSE(lab.os().port_enabled(PortIndex{1}));  // Shut before, shut after.
}

}  // namespace
}  // namespace switchfault
