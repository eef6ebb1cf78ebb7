#include "protocols/bridge_settings.h"

#include <gtest/gtest.h>

namespace switchfault {
namespace {

TEST(BridgeSettings, TheIdentifierIsPriorityAndAddress) {
  const Arguments own = {{.name = "priority", .text = "4096"}};
  EXPECT_EQ(bridge_text(bridge_id(ArgumentReader(own), MacAddress{0x0200'0000'0001})),
            "4096/02:00:00:00:00:01");
  const Arguments given = {{.name = "priority", .text = "8192"},
                           {.name = "address", .text = "02:bb:00:00:00:07"}};
  EXPECT_EQ(bridge_text(bridge_id(ArgumentReader(given), MacAddress{1})), "8192/02:bb:00:00:00:07");
}

TEST(BridgeSettings, StandBeforeTheOtherParameters) {
  const auto all = with_bridge_parameters({{.name = "hello"}});
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].name, "priority");
  EXPECT_EQ(all[1].name, "address");
  EXPECT_EQ(all[2].name, "hello");
}

}  // namespace
}  // namespace switchfault
