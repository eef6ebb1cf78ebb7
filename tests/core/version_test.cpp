#include "core/version.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>
// RapidCheck needs GoogleTest first.
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace switchfault {
namespace {

Version version(std::string_view text) {
  const auto parsed = Version::parse(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(*Version::parse("0"));
}

// Each of these is before the next.
TEST(Version, OrdersReleasesAsTheirVendorsDo) {
  const std::vector<std::vector<const char*>> kAscending = {
      {"7.2", "7.9", "7.9.1", "7.10", "7.10.2", "8", "10.0"},
      {"7.12beta3", "7.12rc1", "7.12rc2", "7.12", "7.12.1"},
      {"12.2(55)SE", "12.2(55)SE12", "15.2(4)E", "15.2(4)E8", "15.2(4)E10", "15.2(7)E1"},
      {"17.09.04", "17.9.4a", "17.09.05", "17.10.1"},
      {"7.0(3)I7(9)", "7.0(3)I7(10)", "9.3(9)", "9.3(10)"},
      {"4.31.1F", "4.32.0F", "4.32.0.1F", "4.32.1F"},
      {"20.4R3", "20.4R3.8", "20.4R3-S2", "20.4R3-S2.6", "20.4R3-S10", "21.1R1"},
      {"15.1X53-D59", "15.1X53-D593"},
      {"10.2.4", "10.2.4-h2", "10.2.4-h16", "10.2.10"},
      {"SONiC.202211.5", "SONiC.202311.1", "SONiC.202311.1-dirty", "SONiC.202311.2"},
      {"9.1-dev", "9.1", "9.1.1"},
      {"31.7.1.4", "31.7.1.4-patch1-3", "31.7.1.4-patch1-12", "31.7.2.28"}};
  for (const auto& chain : kAscending) {
    for (std::size_t i = 1; i < chain.size(); ++i) {
      EXPECT_TRUE(version(chain[i - 1]) < version(chain[i]))
          << chain[i - 1] << " is before " << chain[i];
      EXPECT_TRUE(version(chain[i]) > version(chain[i - 1]));
    }
  }
}

TEST(Version, TakesDifferentSpellingsForTheSame) {
  EXPECT_EQ(version("7.9"), version("7.9.0"));
  EXPECT_EQ(version("17.09.04a"), version("17.9.4A"));
  EXPECT_EQ(version("SONiC.202311.1"), version("202311.1"));
  EXPECT_EQ(version("v7.2.5"), version("FortiOS 7.2.5"));
  EXPECT_EQ(version("FL.10.09.1010"), version("10.9.1010"));
  EXPECT_NE(version("15.2(4)E"), version("15.2(4)M"));
}

TEST(Version, KeepsItsTextAndRefusesWhatHasNoNumber) {
  EXPECT_EQ(version("SONiC.202311.1").text(), "SONiC.202311.1");
  EXPECT_FALSE(Version::parse("").has_value());
  EXPECT_FALSE(Version::parse("latest").has_value());
  EXPECT_FALSE(Version::parse("1.18446744073709551616").has_value());
  EXPECT_TRUE(Version::parse("1.18446744073709551615").has_value());
}

struct RangeCase {
  const char* range;
  std::vector<const char*> inside;
  std::vector<const char*> outside;
};

TEST(VersionRange, ContainsWhatItSays) {
  const std::vector<RangeCase> kCases = {
      {"*", {"1", "SONiC.202311.1"}, {}},
      {"7.9", {"7.9", "7.9.0"}, {"7.9.1", "7.90", "7"}},
      {"=7.9", {"7.9.0"}, {"7.9.1"}},
      {"4.2.*", {"4.2", "4.2.0", "4.2.17", "4.2rc1"}, {"4.20", "4.3", "4", "5.4.2"}},
      {"4.0.*", {"4", "4.0.3"}, {"4.1"}},
      {"15.2(4)E*", {"15.2(4)E", "15.2(4)E8"}, {"15.2(4)", "15.2(7)E1", "15.2(4)M1"}},
      {"20.4R3-*", {"20.4R3", "20.4R3-S2", "20.4R3.8"}, {"20.4R30", "20.4R2-S7"}},
      {">=7.9 <7.12", {"7.9", "7.10", "7.11.9"}, {"7.8.9", "7.12", "7.12.1", "8"}},
      {">= 7.9  < 7.12", {"7.9", "7.11"}, {"7.12"}},
      {">7.9<=7.12", {"7.9.1", "7.12.0"}, {"7.9.0", "7.12.1"}},
      {"<4.32.0F", {"4.31.6M", "4.32.0"}, {"4.32.0F", "4.32.1F"}},
      {"15.2(4)E .. 15.2(7)E", {"15.2(4)E", "15.2(4)E8", "15.2(7)E"}, {"15.2(3)E9", "15.2(7)E1"}},
      {"7.9..7.12", {"7.9", "7.12"}, {"7.12.1"}},
      {"7.9, 7.11.*,>=8 <9", {"7.9", "7.11.4", "8.3"}, {"7.10", "9", "7.9.1"}},
      {"<7.2, 8.1", {"7.1", "8.1"}, {"7.2", "8.2"}}};
  for (const RangeCase& test : kCases) {
    const auto range = VersionRange::parse(test.range);
    ASSERT_TRUE(range.has_value()) << test.range;
    for (const char* text : test.inside) {
      EXPECT_TRUE(range->contains(version(text))) << text << " in " << test.range;
    }
    for (const char* text : test.outside) {
      EXPECT_FALSE(range->contains(version(text))) << text << " not in " << test.range;
    }
  }
}

TEST(VersionRange, RefusesWhatCouldBeMisread) {
  for (const char* text :
       {"",        " ",       "latest",     ">=",           ">=7.9 7.12",  "7.9 7.10",
        "7.1*",    "7.*.1",   "**",         "7.9,",         ",7.9",        "7.12 .. 7.9",
        "7.9 .. ", " .. 7.9", "7.9...7.12", ">=7.9, <7.12", "<7.9, >7.12", "=>7.9",
        ">=7.*",   "~7.9 <",  "!=7.9"}) {
    EXPECT_FALSE(VersionRange::parse(text).has_value()) << "'" << text << "'";
  }
}

// Any text of the characters that versions are made of, with a number at the front.
rc::Gen<std::string> any_text() {
  const auto tail = rc::gen::container<std::string>(
      rc::gen::elementOf(std::string("0012389.....()()--aERSx rcf")));
  return rc::gen::map(tail, [](const std::string& text) { return "1" + text; });
}

// Exactly one of before, after and equivalent holds, the other way round in the other direction.
RC_GTEST_PROP(VersionProperty, EveryTwoCompare, ()) {
  const Version a = version(*any_text());
  const Version b = version(*any_text());
  RC_ASSERT((a < b) + (a > b) + (a == b) == 1);
  RC_ASSERT((a < b) == (b > a));
  RC_ASSERT(a == a);
}

// Sorting any versions leaves every earlier one not after every later one.
RC_GTEST_PROP(VersionProperty, TheOrderIsTransitive, ()) {
  std::vector<Version> versions;
  for (const std::string& text : *rc::gen::container<std::vector<std::string>>(any_text())) {
    versions.push_back(version(text));
  }
  std::sort(versions.begin(), versions.end());
  for (std::size_t i = 0; i < versions.size(); ++i) {
    for (std::size_t j = i + 1; j < versions.size(); ++j) {
      RC_ASSERT(versions[i] <= versions[j]);
    }
  }
}

// Zeros at the end change nothing.
RC_GTEST_PROP(VersionProperty, ZerosAtTheEndDoNotCount, ()) {
  const std::string text = *any_text();
  RC_ASSERT(version(text) == version(text + ".0.0"));
}

}  // namespace
}  // namespace switchfault
