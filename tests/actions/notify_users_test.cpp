#include <gtest/gtest.h>

#include "actions/action_lab.h"

namespace switchfault {
namespace {

TEST(NotifyUsers, ActsOnNoInstance) {
  const ActionKind kind = kind_named(action_catalog(), "notify_users");
  EXPECT_EQ(kind.info.targets, TargetKind::none);
  EXPECT_EQ(kind.make, nullptr);
  EXPECT_FALSE(kind.needs_login);
}

}  // namespace
}  // namespace switchfault
