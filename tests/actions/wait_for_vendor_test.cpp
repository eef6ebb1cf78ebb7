#include <gtest/gtest.h>

#include "actions/action_lab.h"

namespace switchfault {
namespace {

TEST(WaitForVendor, ActsOnNoInstance) {
  const ActionKind kind = kind_named(action_catalog(), "wait_for_vendor");
  EXPECT_EQ(kind.info.targets, TargetKind::none);
  EXPECT_EQ(kind.make, nullptr);
  EXPECT_FALSE(kind.needs_login);
}

}  // namespace
}  // namespace switchfault
