#include <chrono>

#include <gtest/gtest.h>

#include "actions/action_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

NodeConfig with_dns() {
  NodeConfig config = lab_switch("s1");
  config.features = {"dns_client"};
  return config;
}

TEST(DisableFeature, StaysOffAfterABootWhenSaved) {
  ActionLab lab(with_dns());
  EXPECT_EQ(lab.act("disable_feature", {{"feature", "dns_client"}}), "");
  EXPECT_TRUE(lab.complete());
  EXPECT_FALSE(lab.os().has_feature("dns_client"));
  lab.os().boot(BootKind::cold, "reload");
  lab.run_for(2min);
  EXPECT_FALSE(lab.os().has_feature("dns_client"));
}

TEST(DisableFeature, ComesBackWithABootWhenNotSaved) {
  ActionLab lab(with_dns());
  EXPECT_EQ(lab.act("disable_feature", {{"feature", "dns_client"}, {"save", "false"}}), "");
  lab.os().boot(BootKind::cold, "reload");
  lab.run_for(2min);
  EXPECT_TRUE(lab.os().has_feature("dns_client"));
}

TEST(DisableFeature, NeedsAHostThatAnswers) {
  ActionLab lab(with_dns());
  lab.os().boot(BootKind::cold, "panic");
  EXPECT_EQ(lab.act("disable_feature", {{"feature", "dns_client"}}), "the host is booting");
}

}  // namespace
}  // namespace switchfault
