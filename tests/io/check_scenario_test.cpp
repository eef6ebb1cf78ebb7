#include "io/check_scenario.h"

#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

TEST(NameTable, FindsNamesAndReportsUnknownOnes) {
  std::vector<SourceFile> files;
  DiagnosticSink sink(files);
  NameTable table("node", sink);
  table.add("core-1", {.line = 1});
  table.add("core-2", {.line = 2});
  EXPECT_EQ(table.refer({"core-2", {}}), 1U);
  EXPECT_TRUE(sink.empty());
  EXPECT_FALSE(table.refer({"core-3", {.line = 9, .column = 4}}).has_value());
  EXPECT_FALSE(table.refer({"", {}}).has_value());  // Reported where it was read.
  try {
    sink.throw_if_any();
    FAIL();
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(), "9:1: error: there is no node 'core-3'\n  did you mean 'core-1'?\n");
  }
}

TEST(CheckScenario, NamesAreUniqueOverBothFiles) {
  EXPECT_EQ(brief_errors("services: {a: {endpoints: h1, depends: none}}\n"
                         "users: {u: {places: h1, count: 1}}\n"
                         "topology:\n"
                         "  topology: {nodes: {h1: {kind: host, address: 10.0.0.1/24}}}\n"
                         "  services: {a: {endpoints: h1, depends: none}}\n"
                         "  users: {u: {places: h1, count: 1}}\n"),
            "1:12 there are two services 'a'\n2:9 there are two user groups 'u'\n");
}

TEST(CheckScenario, WithoutAnyOfThemThereIsNothingToSuggest) {
  EXPECT_EQ(brief_errors("users: {u: {places: h1, count: 1, uses: web}}" + std::string(kNetwork)),
            "1:41 there is no service 'web' | there are no services\n");
}

TEST(CheckScenario, AllErrorsOfAFileAreTold) {
  std::string text = "users:\n";
  for (int i = 0; i < 30; ++i) {
    text += "  u" + std::to_string(i) + ": {places: x" + std::to_string(i) + ", count: 1}\n";
  }
  const std::string errors = errors_of(text + kNetwork);
  EXPECT_EQ(std::count(errors.begin(), errors.end(), '^'), 20);
  EXPECT_NE(errors.find("\n10 more errors not shown\n"), std::string::npos);
}

}  // namespace
}  // namespace switchfault
