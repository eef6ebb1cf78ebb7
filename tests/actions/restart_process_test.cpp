#include <chrono>

#include <gtest/gtest.h>

#include "actions/action_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(RestartProcess, BringsASilentOneBack) {
  ActionLab lab;
  lab.os().hang(lab.os().find_process("routing"));
  EXPECT_EQ(lab.act("restart_process", {{"process", "routing"}}), "");
  EXPECT_TRUE(lab.complete());
  EXPECT_EQ(lab.log(),
            (Log{"0s s1 routing hung", "0s s1 routing stopped", "0s s1 routing running"}));
}

TEST(RestartProcess, NeedsTheProcess) {
  ActionLab lab;
  EXPECT_EQ(lab.act("restart_process", {{"process", "bgpd"}}), "it has no process bgpd");
}

}  // namespace
}  // namespace switchfault
