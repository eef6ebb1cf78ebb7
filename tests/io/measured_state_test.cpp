#include "io/measured_state.h"

#include <gtest/gtest.h>

namespace switchfault {
namespace {

TEST(MeasuredState, EveryImplementationsIdentifiersBecomeOne) {
  const auto root_of = [](const char* text) {
    nlohmann::json state = {{"routers", nlohmann::json::object()}};
    state["switches"]["s1"] = nlohmann::json::parse(text);
    return read_settled_state(state).at("s1 root");
  };
  EXPECT_EQ(root_of(R"({"ports": {}, "root_id": "1000.02bb00000001"})"), "4096/02:bb:00:00:00:01");
  EXPECT_EQ(root_of(R"({"ports": {}, "root_id": "1.000.02:BB:00:00:00:01"})"),
            "4096/02:bb:00:00:00:01");
  EXPECT_EQ(root_of(R"({"ports": {}, "root_mac": "02:bb:00:00:00:01", "root_priority": 4096})"),
            "4096/02:bb:00:00:00:01");
}

TEST(MeasuredState, PortsWithoutATreeOnlyHaveACarrier) {
  const auto state = nlohmann::json::parse(
      R"({"routers": {}, "switches": {"s1": {"ports": {"h1": {"carrier": true,
          "state": "forwarding"}}}}})");
  EXPECT_EQ(read_settled_state(state), (SettledState{{"s1 ports h1 carrier", "yes"}}));
}

}  // namespace
}  // namespace switchfault
