#include <chrono>

#include <gtest/gtest.h>

#include "actions/action_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(BouncePorts, ShutsThePortsForAWhile) {
  ActionLab lab;
  EXPECT_EQ(lab.act("bounce_ports", {{"ports", "2/*"}, {"shut_for", "3s"}}), "");
  lab.run_for(2s);
  EXPECT_TRUE(lab.os().port_enabled(PortIndex{1}));
  EXPECT_FALSE(lab.os().port_enabled(PortIndex{2}));
  EXPECT_FALSE(lab.complete());
  lab.run_for(1s);
  EXPECT_TRUE(lab.os().port_enabled(PortIndex{2}));
  EXPECT_TRUE(lab.complete());
}

TEST(BouncePorts, OpensAPortThatWasShut) {
  ActionLab lab;
  lab.os().set_port_enabled(PortIndex{0}, false);
  EXPECT_EQ(lab.act("bounce_ports", {{"ports", "1/1"}}), "");
  lab.run_for(5s);
  EXPECT_TRUE(lab.os().port_enabled(PortIndex{0}));
}

TEST(BouncePorts, IsRefusedWithoutSuchAPortOrAHostThatAnswers) {
  ActionLab lab;
  EXPECT_EQ(lab.act("bounce_ports", {{"ports", "9/*"}}), "no port has such a name");
  lab.os().hang_host("bug");
  EXPECT_NE(lab.act("bounce_ports", {{"ports", "1/*"}}), "");
}

}  // namespace
}  // namespace switchfault
