#include <chrono>

#include <gtest/gtest.h>

#include "actions/action_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(CollectEvidence, ChangesNothing) {
  ActionLab lab;
  lab.os().hang_host("bug");
  lab.forget();
  EXPECT_EQ(lab.act("collect_evidence"), "");
  EXPECT_TRUE(lab.complete());
  EXPECT_EQ(lab.log(), Log{});
}

}  // namespace
}  // namespace switchfault
