#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "io/yaml_cursor.h"

namespace switchfault {
namespace {

void collect(YamlCursor cursor, std::vector<YamlCursor>& all) {
  all.push_back(cursor);
  for (const YamlCursor item : cursor.items()) {
    collect(item, all);
  }
  for (const auto [key, value] : cursor.entries()) {
    all.push_back(key);
    collect(value, all);
  }
}

TEST(YamlPath, OneWalkFindsWhatEveryCursorFindsForItself) {
  std::vector<SourceFile> files = {
      {"f", "a: [1, {b: 2, c: [3, []]}, &x {d: 4}]\ne: {f: *x, g: }\n"}, {"g", "[{h: 5}]"}};
  DiagnosticSink sink(files);
  const YamlFile first = YamlFile::parse(0, files[0], {}, sink);
  const YamlFile second = YamlFile::parse(1, files[1], {}, sink);
  std::vector<YamlCursor> cursors;
  collect(second.root(), cursors);
  collect(first.root(), cursors);
  std::swap(cursors[0], cursors[7]);  // In any order.
  const std::vector<std::string> paths = paths_of(cursors);
  ASSERT_EQ(paths.size(), cursors.size());
  for (std::size_t i = 0; i < cursors.size(); ++i) {
    EXPECT_EQ(paths[i], cursors[i].path()) << i;
  }
}

TEST(YamlPath, LongKeysAreClipped) {
  std::vector<SourceFile> files = {{"f", std::string(100, 'k') + ": 1\n"}};
  DiagnosticSink sink(files);
  const YamlFile file = YamlFile::parse(0, files[0], {}, sink);
  EXPECT_EQ(paths_of({*file.root().find(std::string(100, 'k'))})[0], std::string(60, 'k'));
}

}  // namespace
}  // namespace switchfault
