#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "io/yaml_cursor.h"

namespace switchfault {
namespace {

// A tree as flow text, so that it can be compared.
std::string flow(YamlCursor cursor) {
  std::string text;
  switch (cursor.kind()) {
    case YamlCursor::Kind::null:
      return "~";
    case YamlCursor::Kind::scalar:
      return std::string(cursor.text());
    case YamlCursor::Kind::list:
      for (const YamlCursor item : cursor.items()) {
        text += (text.empty() ? "" : ",") + flow(item);
      }
      return '[' + text + ']';
    case YamlCursor::Kind::map:
      break;
  }
  for (const auto [key, value] : cursor.entries()) {
    text += (text.empty() ? "" : ",") + std::string(key.text()) + ':' + flow(value);
  }
  return '{' + text + '}';
}

struct Files {
  explicit Files(std::string text) : files{{"a", std::move(text)}, {"b", ""}}, sink(files) {}
  YamlFile parse(std::uint32_t index) { return YamlFile::parse(index, files[index], {}, sink); }
  YamlFile other(std::string text) {
    files[1].text = std::move(text) + '\n';
    return parse(1);
  }
  std::vector<SourceFile> files;
  DiagnosticSink sink;
};

TEST(YamlEdit, ReplacesAValueOfAnySize) {
  const struct {
    const char* key;
    const char* value;
    const char* result;
  } cases[] = {
      {"a", "x", "{a:x,b:{c:[1,{d:2}],e:3},f:~}"},
      {"a", "{x: [1, 2]}", "{a:{x:[1,2]},b:{c:[1,{d:2}],e:3},f:~}"},
      {"b", "x", "{a:0,b:x,f:~}"},
      {"b", "[]", "{a:0,b:[],f:~}"},
      {"f", "{y: {z: 1}}", "{a:0,b:{c:[1,{d:2}],e:3},f:{y:{z:1}}}"},
  };
  for (const auto& c : cases) {
    Files files("{a: 0, b: {c: [1, {d: 2}], e: 3}, f: }");
    YamlFile file = files.parse(0);
    ASSERT_TRUE(file.replace(*file.root().find(c.key), files.other(c.value)));
    EXPECT_EQ(flow(file.root()), c.result);
    EXPECT_EQ(file.root().find(c.key)->at().file, 1U);
    EXPECT_EQ(file.root().at().file, 0U);
  }
}

TEST(YamlEdit, ReplacesDeepInside) {
  Files files("{a: {b: [1, {c: 2}, 3]}, d: 4}");
  YamlFile file = files.parse(0);
  const YamlCursor list = *file.root().find("a")->find("b");
  for (const YamlCursor item : list.items()) {
    if (item.is_map()) {
      ASSERT_TRUE(file.replace(*item.find("c"), files.other("[5, 6]")));
      break;
    }
  }
  EXPECT_EQ(flow(file.root()), "{a:{b:[1,{c:[5,6]},3]},d:4}");
}

TEST(YamlEdit, InsertsAtTheEndOfAMap) {
  Files files("{a: {b: {c: 1}}, d: 2}");
  YamlFile file = files.parse(0);
  const std::string_view one[] = {"x"};
  file.insert(*file.root().find("a")->find("b"), one, files.other("[7]"));
  EXPECT_EQ(flow(file.root()), "{a:{b:{c:1,x:[7]}},d:2}");
  const std::string_view nested[] = {"p", "q", "r"};
  file.insert(file.root(), nested, files.other("{s: 8}"));
  EXPECT_EQ(flow(file.root()), "{a:{b:{c:1,x:[7]}},d:2,p:{q:{r:{s:8}}}}");
  EXPECT_EQ(file.root().size(), 3U);
}

TEST(YamlEdit, AnEmptyValueBecomesAMap) {
  Files files("{a: {b: }, c: 1}");
  YamlFile file = files.parse(0);
  const std::string_view key[] = {"x"};
  file.insert(*file.root().find("a")->find("b"), key, files.other("9"));
  EXPECT_EQ(flow(file.root()), "{a:{b:{x:9}},c:1}");
}

TEST(YamlEdit, AliasesFollowWhatMoves) {
  Files files("{a: 1, b: &b {c: 2}, d: *b, e: [*b]}");
  YamlFile file = files.parse(0);
  ASSERT_TRUE(file.replace(*file.root().find("a"), files.other("[1, 2, 3]")));
  EXPECT_EQ(flow(file.root()), "{a:[1,2,3],b:{c:2},d:{c:2},e:[{c:2}]}");
  ASSERT_TRUE(
      file.replace(*file.root().find("d"), files.other("x")));  // The alias, not its target.
  EXPECT_EQ(flow(file.root()), "{a:[1,2,3],b:{c:2},d:x,e:[{c:2}]}");
  EXPECT_FALSE(file.replace(*file.root().find("b"), files.other("x")));
  EXPECT_EQ(flow(file.root()), "{a:[1,2,3],b:{c:2},d:x,e:[{c:2}]}");
}

}  // namespace
}  // namespace switchfault
