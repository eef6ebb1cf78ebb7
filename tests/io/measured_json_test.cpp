#include "io/measured_json.h"

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using nlohmann::json;

TEST(MeasuredJson, TellsTheEndsOfALink) {
  const json link = json::parse(R"({"ends": ["r1", "h1"]})");
  EXPECT_EQ(other_end(link, "r1"), "h1");
  EXPECT_EQ(other_end(link, "h1"), "r1");
  EXPECT_TRUE(ends_at(link, "h1"));
  EXPECT_FALSE(ends_at(link, "r2"));
}

TEST(MeasuredJson, TellsTheKindOfANode) {
  EXPECT_EQ(kind_of(json::parse(R"({"nodes": {"r1": {"kind": "router"}}})"), "r1"), "router");
}

TEST(MeasuredJson, WritesSecondsAsFilesDo) {
  EXPECT_EQ(seconds(4), "4s");
  EXPECT_EQ(seconds(1.5), "1.5s");
}

TEST(MeasuredJson, AnArgumentIsReplacedOrAdded) {
  Arguments arguments;
  set(arguments, "hello", "1s");
  set(arguments, "dead", "4s");
  set(arguments, "hello", "2s");
  ASSERT_EQ(arguments.size(), 2U);
  EXPECT_EQ(arguments[0].text, "2s");
  EXPECT_EQ(arguments[1].name, "dead");
}

}  // namespace
}  // namespace switchfault
