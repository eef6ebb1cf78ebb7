#include <gtest/gtest.h>

#include "actions/action_lab.h"

namespace switchfault {
namespace {

TEST(LimitLogins, ActsOnServicesAndNotByRestartingThem) {
  const ActionKind kind = kind_named(action_catalog(), "limit_logins");
  EXPECT_EQ(kind.info.targets, TargetKind::services);
  EXPECT_EQ(kind.make, nullptr);
  EXPECT_EQ(kind.on_service, ServiceEffect::limit_logins);
}

}  // namespace
}  // namespace switchfault
