#include "os/configuration.h"

#include <gtest/gtest.h>

namespace switchfault {
namespace {

NodeConfig base() {
  NodeConfig config;
  config.kind = NodeKind::router;
  config.features = {"dns_client"};
  PortConfig port;
  port.name = "eth2";
  port.up = false;
  config.ports = {port};
  return config;
}

TEST(Configuration, IsWhatTheFileSaysUntilChanged) {
  Configuration configuration;
  EXPECT_TRUE(configuration.has_feature(base(), "dns_client"));
  EXPECT_FALSE(configuration.has_feature(base(), "sntp"));
  EXPECT_TRUE(configuration.port_enabled(base(), "eth1"));
  EXPECT_FALSE(configuration.port_enabled(base(), "eth2"));
  configuration.values = {{"features.dns_client", "off"}, {"ports.eth2.up", "on"}};
  EXPECT_FALSE(configuration.has_feature(base(), "dns_client"));
  EXPECT_TRUE(configuration.port_enabled(base(), "eth2"));
}

TEST(Configuration, IsolationShutsEveryPortWhateverElseIsSaid) {
  Configuration configuration;
  configuration.values = {{"isolated", "on"}, {"ports.eth1.up", "on"}};
  EXPECT_TRUE(configuration.isolated());
  EXPECT_FALSE(configuration.port_enabled(base(), "eth1"));
}

TEST(Configuration, ABlankOneHasNoFeaturesAndOnlySwitchesHaveOpenPorts) {
  Configuration configuration;
  configuration.blank = true;
  NodeConfig config = base();
  EXPECT_FALSE(configuration.has_feature(config, "dns_client"));
  EXPECT_FALSE(configuration.port_enabled(config, "eth1"));
  config.kind = NodeKind::switch_;
  EXPECT_TRUE(configuration.port_enabled(config, "eth2"));
}

}  // namespace
}  // namespace switchfault
