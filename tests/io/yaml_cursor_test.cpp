#include "io/yaml_cursor.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "fuzz/yaml_walk.h"

namespace switchfault {
namespace {

// One file "f.yaml" of this text, read under these limits.
struct Reader {
  explicit Reader(std::string text, const YamlLimits& limits = {})
      : files{{.path = "f.yaml", .text = std::move(text)}},
        sink(files),
        yaml(YamlFile::parse(0, files[0], limits, sink)) {}

  // What a user would see.
  std::string errors() {
    try {
      sink.throw_if_any();
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  }

  std::vector<SourceFile> files;
  DiagnosticSink sink;
  YamlFile yaml;
};

std::string errors_of(const std::string& text) {
  return Reader(text).errors();
}

// A value in one line, with the place and the quotes of every scalar: map{a@1:1=…}.
std::string written(YamlCursor cursor) {
  const SourcePos at = cursor.at();
  std::string text = fmt::format("{}:{} ", at.line, at.column);
  switch (cursor.kind()) {
    case YamlCursor::Kind::null:
      return text + "null";
    case YamlCursor::Kind::scalar:
      return text +
             (cursor.quoted() ? fmt::format("\"{}\"", cursor.text()) : std::string(cursor.text()));
    case YamlCursor::Kind::list:
      text += "[";
      for (const YamlCursor item : cursor.items()) {
        text += fmt::format("{}{}", text.back() == '[' ? "" : ", ", written(item));
      }
      return text + "]";
    case YamlCursor::Kind::map:
      text += "{";
      for (const auto [key, value] : cursor.entries()) {
        text +=
            fmt::format("{}{}: {}", text.back() == '{' ? "" : ", ", written(key), written(value));
      }
      return text + "}";
  }
  return text;
}

std::string tree_of(const std::string& text) {
  Reader reader(text);
  EXPECT_EQ(reader.errors(), "");
  EXPECT_TRUE(reader.yaml.usable());
  return written(reader.yaml.root());
}

TEST(YamlCursor, KeepsOrderPlacesAndQuotes) {
  EXPECT_EQ(tree_of("b: 1\na: [x, \"y\", 'z']\nc:\n  - d: |\n      two\n      lines\n  - {}\n"),
            "1:1 {1:1 b: 1:4 1, 2:1 a: 2:4 [2:5 x, 2:8 \"y\", 2:13 \"z\"], "
            "3:1 c: 4:3 [4:5 {4:5 d: 4:8 \"two\nlines\n\"}, 7:5 {}]}");
}

TEST(YamlCursor, LeavesMeaningToTheReaders) {
  EXPECT_EQ(tree_of("[010, yes, 4.10, 1e3, 0x1F, true]"),
            "1:1 [1:2 010, 1:7 yes, 1:12 4.10, 1:18 1e3, 1:23 0x1F, 1:29 true]");
}

TEST(YamlCursor, PlacesAnEmptyValueAtItsKey) {
  EXPECT_EQ(tree_of("a:\nb: ~\nc: null\nnull_route:\n"),
            "1:1 {1:1 a: 1:1 null, 2:1 b: 2:4 null, 3:1 c: 3:4 null, 4:1 null_route: 4:1 null}");
  EXPECT_EQ(tree_of("{a: , b}"), "1:1 {1:2 a: 1:2 null, 1:7 b: 1:7 null}");
  EXPECT_EQ(tree_of("l:\n  -\n  - ~\n"), "1:1 {1:1 l: 2:3 [2:3 null, 3:5 null]}");
}

TEST(YamlCursor, FollowsAliasesAndNamesThePlaceOfUse) {
  EXPECT_EQ(tree_of("a: &x {k: 1}\nb: *x\nc: &y 5\nd: [*y, *x]\ne: &z\nf: *z\n"),
            "1:1 {1:1 a: 1:4 {1:8 k: 1:11 1}, 2:1 b: 2:4 {1:8 k: 1:11 1}, 3:1 c: 3:4 5, "
            "4:1 d: 4:4 [4:5 5, 4:9 {1:8 k: 1:11 1}], 5:1 e: 5:4 null, 6:1 f: 6:4 null}");
}

TEST(YamlCursor, TakesTheAnchorDefinedLast) {
  EXPECT_EQ(tree_of("- &x 1\n- *x\n- &x 2\n- *x\n"), "1:1 [1:3 1, 2:3 1, 3:3 2, 4:3 2]");
}

TEST(YamlCursor, AcceptsLineEndsOfEveryKindAndAByteOrderMark) {
  EXPECT_EQ(tree_of("\xEF\xBB\xBF"
                    "a: 1\r\nb: \"x\"\r\n"),
            "1:1 {1:1 a: 1:4 1, 2:1 b: 2:4 \"x\"}");
  EXPECT_EQ(tree_of("a: 1\r"), "1:1 {1:1 a: 1:4 1}");
  EXPECT_EQ(tree_of("---\na: 1\n...\n"), "2:1 {2:1 a: 2:4 1}");
}

TEST(YamlCursor, AcceptsStandardTagsThatFit) {
  EXPECT_EQ(tree_of("[!!str 5, !!int 5, ! 5, !!seq [], !!map {}]"),
            "1:1 [1:2 \"5\", 1:11 5, 1:20 \"5\", 1:25 [], 1:35 {}]");
}

TEST(YamlCursor, FindsKeysAndCountsChildren) {
  Reader reader("a: {x: 1, y: 2}\nb: [1, 2, 3]\nc: 5\n");
  const YamlCursor root = reader.yaml.root();
  EXPECT_EQ(root.size(), 3U);
  EXPECT_EQ(root.find("a")->find("y")->text(), "2");
  EXPECT_EQ(root.find("a")->find("z"), std::nullopt);
  EXPECT_EQ(root.find("b")->size(), 3U);
  EXPECT_EQ(root.find("b")->find("x"), std::nullopt);
  EXPECT_TRUE(root.find("b")->entries().empty());
  EXPECT_TRUE(root.find("a")->items().empty());
  EXPECT_EQ(root.find("c")->size(), 0U);
  EXPECT_EQ(root.text(), "");
}

TEST(YamlCursor, NamesThePathOfAValue) {
  Reader reader(
      "faults:\n  - kind: x\n  - kind: y\n    trigger: {uptime: 5d}\nbase: &b {c: 1}\nuse: *b\n");
  const YamlCursor root = reader.yaml.root();
  EXPECT_EQ(root.path(), "");
  YamlCursor last = root;
  for (const YamlCursor fault : root.find("faults")->items()) {
    last = fault;
  }
  EXPECT_EQ(last.path(), "faults[1]");
  EXPECT_EQ(last.find("trigger")->find("uptime")->path(), "faults[1].trigger.uptime");
  EXPECT_EQ((*last.find("trigger")->entries().begin()).key.path(), "faults[1].trigger.uptime");
  EXPECT_EQ(root.find("use")->path(), "use");
  EXPECT_EQ(root.find("use")->find("c")->path(), "base.c");
}

TEST(YamlCursor, RefusesDuplicateKeysAndReadsOn) {
  Reader reader("nodes:\n  sw1: {os: x}\n  \"sw1\": {os: y, os: z}\n");
  EXPECT_TRUE(reader.yaml.usable());
  EXPECT_EQ(reader.yaml.root().find("nodes")->size(), 1U);
  EXPECT_EQ(reader.errors(),
            "f.yaml:3:3: error: duplicate key 'sw1', first in line 2\n"
            "    \"sw1\": {os: y, os: z}\n"
            "    ^\n"
            "f.yaml:3:18: error: duplicate key 'os', first in line 3\n"
            "    \"sw1\": {os: y, os: z}\n"
            "                   ^\n");
}

TEST(YamlCursor, FindsDuplicatesAmongManyKeys) {
  std::string text;
  for (int i = 0; i < 1000; ++i) {
    text += fmt::format("n{}: {}\n", i * 7 % 1000, i);
  }
  EXPECT_EQ(errors_of(text), "");
  EXPECT_EQ(errors_of(text + "n14: 1\nn14: 2\n"),
            "f.yaml:1001:1: error: duplicate key 'n14', first in line 3\n"
            "  n14: 1\n"
            "  ^\n"
            "f.yaml:1002:1: error: duplicate key 'n14', first in line 3\n"
            "  n14: 2\n"
            "  ^\n");
}

TEST(YamlCursor, RefusesKeysThatAreNoText) {
  EXPECT_EQ(errors_of("? [a, b]\n: 1\n"),
            "f.yaml:1:3: error: a list cannot be a key\n"
            "  ? [a, b]\n"
            "    ^\n"
            "  quote the text if the brackets belong to it\n");
  EXPECT_EQ(errors_of("{{ name }}: 1\n"),
            "f.yaml:1:1: error: a map cannot be a key\n"
            "  {{ name }}: 1\n"
            "  ^\n"
            "  quote the text if the brackets belong to it\n");
  EXPECT_EQ(errors_of("a: &x k\n*x : 1\n\"\": 2\n~: 3\n"),
            "f.yaml:2:1: error: an alias cannot be a key\n"
            "  *x : 1\n"
            "  ^\n"
            "f.yaml:3:1: error: a key is empty\n"
            "  \"\": 2\n"
            "  ^\n"
            "f.yaml:4:1: error: a key is missing or null\n"
            "  ~: 3\n"
            "  ^\n"
            "  quote it if it is the text 'null' or '~'\n");
}

TEST(YamlCursor, LeavesRefusedKeysOut) {
  Reader reader("<<: {x: 1}\na: 1\n<<: 2\n~: {b: c}\nd: 2\n\"\": 7\n");
  EXPECT_FALSE(reader.sink.empty());
  EXPECT_EQ(reader.yaml.root().size(), 2U);
  EXPECT_EQ(written(reader.yaml.root()), "1:1 {2:1 a: 2:4 1, 5:1 d: 5:4 2}");
}

TEST(YamlCursor, ExplainsMergeKeys) {
  EXPECT_EQ(
      errors_of("base: &b {os: x}\nsw1:\n  <<: *b\n  \"<<\": 1\n"),
      "f.yaml:3:3: error: merge keys '<<' are not supported\n"
      "    <<: *b\n"
      "    ^\n"
      "  write the keys out; common values can stand under 'defaults', 'kinds' and 'groups'\n");
}

TEST(YamlCursor, RefusesWhatFollowsTheFirstDocument) {
  EXPECT_EQ(errors_of("a: 1\n---\nb: 2\n"),
            "f.yaml:2:1: error: a second document begins here, a file holds one\n"
            "  ---\n"
            "  ^\n"
            "  leave '---' out, or put the second document into a file of its own\n");
  EXPECT_EQ(errors_of("[1] x\n"),
            "f.yaml:1:5: error: this comes after the end of the file's one value\n"
            "  [1] x\n"
            "      ^\n"
            "  check the indentation and the brackets above\n");
  EXPECT_EQ(errors_of("- 1\nb: 2\n").substr(0, 68),
            "f.yaml:2:1: error: this comes after the end of the file's one value\n");
}

TEST(YamlCursor, RefusesTags) {
  EXPECT_EQ(errors_of("a: !secret x\nb: !!binary eA==\nc: !!map 5\n"),
            "f.yaml:1:4: error: a tag '!secret' is not supported here\n"
            "  a: !secret x\n"
            "     ^\n"
            "  leave it out; quote the text if the '!' belongs to it\n"
            "f.yaml:2:4: error: a tag '!!binary' is not supported here\n"
            "  b: !!binary eA==\n"
            "     ^\n"
            "  leave it out; quote the text if the '!' belongs to it\n"
            "f.yaml:3:4: error: a tag '!!map' is not supported here\n"
            "  c: !!map 5\n"
            "     ^\n"
            "  leave it out; quote the text if the '!' belongs to it\n");
}

TEST(YamlCursor, RefusesAFileWithoutAValue) {
  EXPECT_EQ(errors_of(""), "f.yaml: error: the file is empty\n");
  EXPECT_EQ(errors_of("# only a comment\n\n"), "f.yaml: error: the file is empty\n");
  EXPECT_EQ(errors_of("---\n"), "f.yaml: error: the file is empty\n");
  EXPECT_EQ(errors_of("~"), "f.yaml: error: the file is empty\n");
}

TEST(YamlCursor, RefusesBytesThatAreNoText) {
  EXPECT_EQ(errors_of("a: \xFF\n"),
            "f.yaml:1:4: error: byte FF is not UTF-8 text here\n"
            "  a: \\xFF\n"
            "     ^\n"
            "  save the file as UTF-8\n");
  EXPECT_EQ(errors_of(std::string("a: 1\nb: \0x\n", 11)),
            "f.yaml:2:4: error: a control character, U+0000\n"
            "  b: \\x00x\n"
            "     ^\n");
  EXPECT_EQ(errors_of("a: \"x\\0y\"\nb: \"\\e[31m\"\n"),
            "f.yaml:1:4: error: an escape makes the control character U+0000 of this text\n"
            "  a: \"x\\0y\"\n"
            "     ^\n"
            "f.yaml:2:4: error: an escape makes the control character U+001B of this text\n"
            "  b: \"\\e[31m\"\n"
            "     ^\n");
}

TEST(YamlCursor, RewordsSyntaxErrors) {
  EXPECT_EQ(errors_of("a: 1\nb: \"it's\n# c\n"),
            "f.yaml:2:4: error: the quoted text that begins here is never closed\n"
            "  b: \"it's\n"
            "     ^\n");
  EXPECT_EQ(errors_of("l: [\"a\", 'b', \"c]\n"),
            "f.yaml:1:15: error: the quoted text that begins here is never closed\n"
            "  l: [\"a\", 'b', \"c]\n"
            "                ^\n");
  EXPECT_EQ(errors_of("a: [1, 2\nb: 3\n"),
            "f.yaml:2:2: error: expected ',' or ']' here\n"
            "  b: 3\n"
            "   ^\n"
            "  a text that holds braces, brackets or commas must be quoted\n");
  EXPECT_EQ(errors_of("a: {b: [1, 2\n\n"),
            "f.yaml:1:8: error: the '[' here is never closed\n"
            "  a: {b: [1, 2\n"
            "         ^\n");
  EXPECT_EQ(
      errors_of("a:\n  - 1\n  b: 2\n"),
      "f.yaml:3:3: error: this does not fit into the map around it, which begins in line 1\n"
      "    b: 2\n"
      "    ^\n"
      "  check the indentation, and that every quote above is closed; a text that holds ': ' or "
      "quotes must be quoted as a whole\n");
  EXPECT_EQ(errors_of("[[1, ']]'], [\n"),
            "f.yaml:1:1: error: the '[' here is never closed\n"
            "  [[1, ']]'], [\n"
            "  ^\n");
  EXPECT_EQ(errors_of("a: b: c\n"),
            "f.yaml:1:5: error: a second ': ' in one value\n"
            "  a: b: c\n"
            "      ^\n"
            "  quote the text if the colon belongs to it; begin a nested map on a new line\n");
  EXPECT_EQ(errors_of("select: {name: *}\n"),
            "f.yaml:1:17: error: a name must follow '*'\n"
            "  select: {name: *}\n"
            "                  ^\n"
            "  quote the text if the '*' belongs to it: \"*\"\n");
  EXPECT_EQ(errors_of("a: *nobody\n"),
            "f.yaml:1:4: error: no anchor of this name is defined above\n"
            "  a: *nobody\n"
            "     ^\n"
            "  quote the text if the '*' belongs to it\n");
  EXPECT_EQ(errors_of("a:\n\tb: 1\n"),
            "f.yaml:2:1: error: a tab in the indentation\n"
            "      b: 1\n"
            "  ^\n"
            "  use spaces\n");
  EXPECT_EQ(errors_of("a: \"C:\\data\"\n"),
            "f.yaml:1:9: error: unknown escape '\\d' in double quotes\n"
            "  a: \"C:\\data\"\n"
            "          ^\n"
            "  write '\\\\' for a backslash, or use single quotes\n");
}

TEST(YamlCursor, RefusesDeepNesting) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(errors_of(nested(64)), "");
  EXPECT_EQ(errors_of(nested(65)).substr(0, 54),
            "f.yaml:1:65: error: nested deeper than 64 levels, alia");
  EXPECT_EQ(errors_of(nested(10'000)).substr(0, 48),
            "f.yaml:1:65: error: nested deeper than 64 levels");
  EXPECT_EQ(errors_of(std::string(10'000, '[')).substr(0, 48),
            "f.yaml:1:64: error: nested deeper than 64 levels");
  std::string block;
  for (std::size_t i = 0; i < 3000; ++i) {
    block += std::string(i, ' ') + "a:\n";
  }
  EXPECT_EQ(errors_of(block).substr(0, 49), "f.yaml:65:65: error: nested deeper than 64 levels");
  std::string items;
  for (std::size_t i = 0; i < 10'000; ++i) {
    items += "- ";
  }
  EXPECT_EQ(errors_of(items).substr(0, 49), "f.yaml:1:129: error: nested deeper than 64 levels");
}

TEST(YamlCursor, RefusesCyclicAndExplodingAliases) {
  EXPECT_EQ(errors_of("a: &a [1, *a]\n"),
            "f.yaml:1:11: error: an alias inside the value that it stands for\n"
            "  a: &a [1, *a]\n"
            "            ^\n");
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    bomb +=
        fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i, i - 1);
  }
  EXPECT_EQ(errors_of(bomb),
            "f.yaml:7:15: error: aliases repeat more than 500000 values in this file\n"
            "  a6: &a6 [*a5, *a5, *a5, *a5, *a5, *a5, *a5]\n"
            "                ^\n");
  std::string chain = "a0: &a0 [x]\n";
  for (int i = 1; i < 100; ++i) {
    chain += fmt::format("a{0}: &a{0} [*a{1}]\n", i, i - 1);
  }
  EXPECT_EQ(errors_of(chain),
            "f.yaml:64:12: error: nested deeper than 64 levels, aliases followed\n"
            "  a63: &a63 [*a62]\n"
            "             ^\n");
}

TEST(YamlCursor, KeepsToItsLimits) {
  const YamlLimits limits{
      .bytes = 40, .depth = 2, .values = 5, .aliased_values = 3, .bracket_marks = 28};
  EXPECT_EQ(Reader("[1, 2, 3, 4]", limits).errors(), "");
  EXPECT_EQ(Reader("- 1\n- 2\n- 3\n- 4\n- 5\n", limits).errors(),
            "f.yaml:5:3: error: more than 5 values in this file\n"
            "  - 5\n"
            "    ^\n");
  EXPECT_EQ(Reader("[&a [1, 2], *a]", limits).errors(), "");
  EXPECT_EQ(Reader("[&a [1], *a, *a]", limits).errors(),
            "f.yaml:1:14: error: aliases repeat more than 3 values in this file\n"
            "  [&a [1], *a, *a]\n"
            "               ^\n");
  EXPECT_EQ(Reader("a: [1, 2, 3, 4, 5, 6, 7, 8]", limits).errors(),
            "f.yaml:1:1: error: a value in brackets with more than 28 commas, colons, quotes and "
            "brackets\n"
            "  a: [1, 2, 3, 4, 5, 6, 7, 8]\n"
            "  ^\n"
            "  write long lists and maps without brackets, one entry a line\n");
  EXPECT_EQ(Reader(std::string(41, 'x'), limits).errors(),
            "f.yaml: error: 41 bytes long, at most 40 are read\n"
            "  --max-input raises the limit\n");
}

TEST(YamlCursor, CountsTheMarksOfOneValueOnly) {
  std::string text;
  for (int i = 0; i < 5000; ++i) {
    text += fmt::format("- {{a: {}, b: [1, 2]}}\n", i);
  }
  EXPECT_EQ(Reader(text, {.bracket_marks = 6000}).errors(), "");
}

TEST(YamlCursor, WeighsTextsAndValues) {
  Reader reader("a: &a [x, yy, ~]\nb: {c: *a}\nd: 'long text'\n");
  const YamlCursor root = reader.yaml.root();
  EXPECT_EQ(root.find("a")->weight(), 7U);  // A list, three values and three letters.
  EXPECT_EQ(root.find("b")->weight(), 10U);
  EXPECT_EQ(root.find("d")->weight(), 10U);
}

TEST(YamlCursor, AliasesOfLongTextsCountByTheirLength) {
  const std::string text = "a: &a " + std::string(640, 'x') + "\nb: [*a, *a, *a]\n";
  EXPECT_EQ(Reader(text, {.aliased_values = 33}).errors(), "");
  EXPECT_EQ(Reader(text, {.aliased_values = 32}).errors(),
            "f.yaml:2:13: error: aliases repeat more than 32 values in this file\n"
            "  b: [*a, *a, *a]\n"
            "              ^\n");
}

// The fuzzer's corpus: small files of every kind that is refused, and some that are not ("ok_").
TEST(YamlCorpus, KeepsEveryPromise) {
  std::size_t files = 0;
  const std::string folder = SWITCHFAULT_SOURCE_DIR "/tests/fuzz/corpus/yaml";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream stream(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    const std::string name = entry.path().filename().string();
    EXPECT_EQ(YamlWalk(text, {}).promise(), "") << name;
    EXPECT_EQ(Reader(text).errors().empty(), name.starts_with("ok_")) << name;
    ++files;
  }
  EXPECT_GT(files, 50U);
}

}  // namespace
}  // namespace switchfault
