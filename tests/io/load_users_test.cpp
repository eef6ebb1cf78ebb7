#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TEST(LoadUsers, HavePlacesDemandAndATelephone) {
  const Scenario s = load_with_network(
      "services: {web: {endpoints: h1, depends: none}}\n"
      "users:\n"
      "  office:\n"
      "    places: [h1, h2]\n"
      "    count: {value: 1200, basis: reported, source: annual report, calibrated: true}\n"
      "    uses: web\n"
      "    demand: [{days: mon-fri, from: \"07:00\", to: \"18:00\", level: 1}]\n"
      "    demand_otherwise: 0.1\n"
      "    flows: 8\n"
      "    call_after: {mean: 15m}\n"
      "  kiosk: {places: h2, count: 3}\n");
  const UserGroupConfig& office = s.users[0];
  EXPECT_EQ(office.count, 1200);
  EXPECT_EQ(office.uses[0].text, "web");
  EXPECT_EQ(office.demand[0].days, 0b0011111);
  EXPECT_EQ(office.demand[0].to, hours{18});
  EXPECT_EQ(office.demand_otherwise, 0.1);
  EXPECT_EQ(office.flows, 8U);
  EXPECT_TRUE(office.calls);
  EXPECT_EQ(office.call_after.a, minutes{15});
  EXPECT_FALSE(s.users[1].calls);
  EXPECT_EQ(s.users[1].demand_otherwise, 1);
  ASSERT_EQ(s.assumptions.size(), 1U);
  EXPECT_EQ(s.assumptions[0].path, "users.office.count");
  EXPECT_EQ(s.assumptions[0].value, "1200");
  EXPECT_EQ(s.assumptions[0].basis, Basis::reported);
  EXPECT_TRUE(s.assumptions[0].calibrated);
}

TEST(LoadUsers, SayWhatIsWrong) {
  const struct {
    const char* users;
    const char* errors;
  } cases[] = {
      {"{}", "1:12 missing key 'places'\n1:12 missing key 'count'\n"},
      {"{places: [], count: 1}", "1:21 users need a host to sit at\n"},
      {"{places: h1, count: 0}", "1:32 this number must be from 1 to 10000000000, found '0'\n"},
      {"{places: h1, count: 1, demand: [{days: sat}]}", "1:44 missing key 'level'\n"},
      {"{places: h1, count: 1, flows: 0}", "1:42 this number must be from 1 to 1024, found '0'\n"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(brief_errors("users: {u: " + std::string(c.users) + "}" + kNetwork), c.errors)
        << c.users;
  }
}

}  // namespace
}  // namespace switchfault
