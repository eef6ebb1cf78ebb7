#include <chrono>

#include <gtest/gtest.h>

#include "faults/fault_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

TEST(ConfigurationChange, StandsUntilTheStartUpConfigurationIsLoaded) {
  FaultLab lab;
  lab.inject("configuration_change", {{"key", "isolated"}, {"value", "on"}});
  EXPECT_FALSE(lab.os().port_enabled(PortIndex{0}));
  EXPECT_EQ(lab.log(), (Log{"0s s1 configuration isolated = on"}));
  lab.boot(BootKind::cold);
  EXPECT_TRUE(lab.os().port_enabled(PortIndex{0}));
  EXPECT_EQ(lab.survives(), "");
}

TEST(ConfigurationChange, SurvivesBootsWhenSaved) {
  FaultLab lab;
  lab.inject("configuration_change", {{"key", "isolated"}, {"value", "on"}, {"saved", "true"}});
  lab.boot(BootKind::power_cycle);
  EXPECT_FALSE(lab.os().port_enabled(PortIndex{0}));
  EXPECT_EQ(lab.survives(), kEveryBoot);
}

TEST(ConfigurationChange, ClearingBringsTheFormerValueBack) {
  FaultLab lab;
  lab.os().configure("filter", "strict");
  lab.inject("configuration_change", {{"key", "filter"}, {"value", "none"}});
  EXPECT_EQ(lab.os().configured("filter"), "none");
  lab.clear();
  EXPECT_EQ(lab.os().configured("filter"), "strict");
}

TEST(ConfigurationChange, WhatSomebodyElseHasMendedIsNotTouched) {
  FaultLab lab;
  lab.inject("configuration_change", {{"key", "filter"}, {"value", "none"}});
  lab.os().configure("filter", "new");
  lab.clear();
  EXPECT_EQ(lab.os().configured("filter"), "new");
}

}  // namespace
}  // namespace switchfault
