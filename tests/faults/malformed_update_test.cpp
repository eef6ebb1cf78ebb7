#include <chrono>
#include <optional>

#include <gtest/gtest.h>

#include "faults/fault_lab.h"

namespace switchfault {
namespace {

TEST(MalformedUpdate, DamagesWhatIsToldOfARoute) {
  FaultLab lab;
  const IpPrefix inside = IpPrefix::parse("10.2.7.0/24").value();
  const IpPrefix outside = IpPrefix::parse("10.0.0.0/8").value();
  lab.inject("malformed_update", {{"error", "as_path_length"}, {"prefix", "10.2.0.0/16"}});
  EXPECT_EQ(lab.os().update_damage(inside), UpdateDamage::as_path_length);
  EXPECT_EQ(lab.os().update_damage(outside), std::nullopt);
  lab.clear();
  EXPECT_EQ(lab.os().update_damage(inside), std::nullopt);
}

TEST(MalformedUpdate, TheSoftwareIsTheSameAfterABoot) {
  FaultLab lab;
  lab.inject("malformed_update", {{"error", "prefix_length"}});
  EXPECT_EQ(lab.survives(), kEveryBoot);
  lab.boot(BootKind::cold);
  EXPECT_EQ(lab.os().update_damage(IpPrefix::parse("10.2.7.0/24").value()),
            UpdateDamage::prefix_length);
}

}  // namespace
}  // namespace switchfault
