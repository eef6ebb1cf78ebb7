#include "os/arguments.h"

#include <chrono>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

Argument scalar(const char* name, const char* text) {
  Argument argument;
  argument.name = name;
  argument.text = text;
  return argument;
}

TEST(ArgumentReader, ReadsEachUnit) {
  const Arguments arguments{
      scalar("process", "bgpd"),  scalar("after", "90s"),        scalar("size", "64MiB"),
      scalar("rate", "3MiB/60s"), scalar("share", "30%"),        scalar("count", "7"),
      scalar("saved", "true"),    scalar("gateway", "10.0.0.1"), scalar("network", "10.0.0.0/8")};
  const ArgumentReader reader(arguments);
  EXPECT_EQ(reader.text("process"), "bgpd");
  EXPECT_EQ(reader.duration("after"), Duration{90s});
  EXPECT_EQ(reader.bytes("size"), Bytes{64 << 20U});
  EXPECT_EQ(reader.byte_rate("rate"), (ByteRate{{3 << 20U}, 60s}));
  EXPECT_DOUBLE_EQ(reader.share("share"), 0.3);
  EXPECT_EQ(reader.integer("count"), 7);
  EXPECT_TRUE(reader.boolean("saved"));
  EXPECT_EQ(reader.address("gateway").text(), "10.0.0.1");
  EXPECT_EQ(reader.prefix("network").text(), "10.0.0.0/8");
  EXPECT_TRUE(reader.has("rate"));
  EXPECT_FALSE(reader.has("rates"));
}

TEST(ArgumentReader, AListMayHaveBeenWrittenAsOneName) {
  Argument list;
  list.name = "ports";
  list.items = {"eth1", "eth2"};
  const Arguments arguments{list, scalar("one", "eth3")};
  const ArgumentReader reader(arguments);
  EXPECT_EQ(reader.names("ports"), (std::vector<std::string>{"eth1", "eth2"}));
  EXPECT_EQ(reader.names("one"), (std::vector<std::string>{"eth3"}));
}

TEST(ArgumentReaderDeathTest, WhatTheLoaderMustHaveRefusedIsOurDefect) {
  const Arguments arguments{scalar("after", "90")};
  const ArgumentReader reader(arguments);
  EXPECT_DEATH(static_cast<void>(reader.duration("after")), "value.has_value");
  EXPECT_DEATH(static_cast<void>(reader.text("process")), "argument != nullptr");
}

}  // namespace
}  // namespace switchfault
