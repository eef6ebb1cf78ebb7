#include <gtest/gtest.h>

#include "actions/action_lab.h"

namespace switchfault {
namespace {

TEST(RestartService, ActsOnNoInstance) {
  const ActionKind kind = kind_named(action_catalog(), "restart_service");
  EXPECT_EQ(kind.info.targets, TargetKind::services);
  EXPECT_EQ(kind.make, nullptr);
  EXPECT_FALSE(kind.needs_login);
}

}  // namespace
}  // namespace switchfault
