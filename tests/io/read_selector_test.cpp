#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

using Amount = Selector::Amount;

Selector select(const std::string& text) {
  return load_with_network(
             "faults: [{kind: memory_leak, process: p, rate: 1B/1s, trigger: {at: "
             "1s}, select: " +
             text + "}]")
      .faults[0]
      .select;
}

std::string error(const std::string& text) {
  return brief_errors(
      "faults:\n- kind: memory_leak\n  process: p\n  rate: 1B/1s\n  trigger: {at: "
      "1s}\n  select: " +
      text + kNetwork);
}

TEST(ReadSelector, AWordANameOrAList) {
  EXPECT_TRUE(select("all").names.empty());
  EXPECT_EQ(select("all").amount, Amount::all);
  EXPECT_EQ(select("s1").names[0].text, "s1");
  EXPECT_EQ(select("[s1, s2]").names.size(), 2U);
  EXPECT_EQ(select("s*").names[0].text, "s*");
}

TEST(ReadSelector, CriteriaAndAmount) {
  const Selector some =
      select("{os: sonic, version: '>=4.2 <5', role: core, feature: dns, amount: one}");
  EXPECT_EQ(some.os, "sonic");
  EXPECT_EQ(some.version, ">=4.2 <5");
  EXPECT_EQ(some.role, "core");
  EXPECT_EQ(some.feature, "dns");
  EXPECT_EQ(some.amount, Amount::one);
  EXPECT_EQ(select("{amount: minority}").amount, Amount::minority);
  EXPECT_EQ(select("{amount: 2}").count, 2U);
  EXPECT_EQ(select("{amount: 50%}").amount, Amount::share);
  EXPECT_EQ(select("{amount: 0.5}").share, 0.5);
}

TEST(ReadSelector, SaysWhatIsNoSelector) {
  const struct {
    const char* text;
    const char* message;
  } cases[] = {
      {"[]",
       "6:11 this selects nothing | write all, a name, a list of names, or criteria such as {role: "
       "core}\n"},
      {"{rolle: core}", "6:12 unknown key 'rolle' | did you mean 'role'?\n"},
      {"{amount: most}", "6:20 expected one, minority, majority or all, found 'most'\n"},
      {"{amount: 0%}", "6:11 this share of 2 nodes is less than "},
      {"{amount: 0}", "6:20 this number must be from 1 to 1000000, found '0'\n"},
      {"{version: '>='}",
       "6:21 '>=' is not a range of versions | write 4.2.*, '>=7.9 <7.12', '15.2(4)E .. 15.2(7)E' "
       "or '7.9, 7.10.2'\n"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(error(c.text).substr(0, std::string(c.message).size()), c.message) << c.text;
  }
}

}  // namespace
}  // namespace switchfault
