// What must hold for every text that is read as YAML, whoever wrote it: used by the fuzz target and
// by the ordinary test that reads its corpus.

#ifndef SWITCHFAULT_TESTS_FUZZ_YAML_WALK_H_
#define SWITCHFAULT_TESTS_FUZZ_YAML_WALK_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <switchfault/diagnostic.h>

#include "core/version.h"
#include "io/map_reader.h"
#include "io/yaml_cursor.h"

namespace switchfault {

class YamlWalk {
 public:
  // Reads the text and everything in it; promise() says which promise was broken.
  YamlWalk(std::string_view text, const YamlLimits& limits)
      : limits_(limits), files_{{.path = "f.yaml", .text = std::string(text)}}, sink_(files_) {
    const YamlFile file = YamlFile::parse(0, files_[0], limits, sink_);
    expect(file.usable() || !sink_.empty(), "a file that is not usable has an error");
    usable_ = file.usable();
    visit(file.root(), 1);
    const auto budget = std::uint64_t{limits.values} + limits.aliased_values;
    expect(values_ <= budget, "aliases do not explode");
    MapReader reader(file.root(), {sink_, assumptions_});
    reader.ignore("value");
    reader.finish();
    try {
      sink_.throw_if_any();
    } catch (const InputError& error) {
      text_ = error.what();
    }
  }

  [[nodiscard]] bool usable() const { return usable_; }
  // The first promise that was broken; empty when all were kept.
  [[nodiscard]] const std::string& promise() const { return promise_; }
  // What a user sees.
  [[nodiscard]] const std::string& errors() const { return text_; }

 private:
  void expect(bool kept, const char* promise) {
    if (!kept && promise_.empty()) {
      promise_ = promise;
    }
  }

  void visit(YamlCursor cursor, std::uint32_t depth) {
    ++values_;
    expect(depth <= limits_.depth + 1, "a tree is not deeper than the limit");
    const SourcePos at = cursor.at();
    const std::string_view line = files_[0].line(at.line);
    expect(at.known() && at.column >= 1 && at.column <= line.size() + 1, "a place is in the text");
    if (values_ % 16 == 1) {
      expect(!cursor.path().empty() || depth == 1, "a value has a path");
    }
    switch (cursor.kind()) {
      case YamlCursor::Kind::null:
        expect(cursor.text().empty() && cursor.size() == 0, "nothing holds nothing");
        break;
      case YamlCursor::Kind::scalar:
        read(cursor);
        break;
      case YamlCursor::Kind::list: {
        std::size_t items = 0;
        for (const YamlCursor item : cursor.items()) {
          visit(item, depth + 1);
          ++items;
        }
        expect(items == cursor.size(), "a list has its size");
        break;
      }
      case YamlCursor::Kind::map: {
        std::size_t entries = 0;
        for (const auto [key, value] : cursor.entries()) {
          expect(key.is_scalar() && !key.text().empty(), "a key is a text");
          visit(value, depth + 1);
          ++entries;
        }
        expect(entries == cursor.size(), "a map has its size");
        break;
      }
    }
  }

  void read(YamlCursor cursor) {
    const Reading reading{sink_, assumptions_};
    read_duration(cursor, reading);
    read_bit_rate(cursor, reading);
    read_bytes(cursor, reading);
    read_byte_rate(cursor, reading);
    read_share(cursor, reading);
    read_integer(cursor, reading, {.min = -5, .max = 5});
    read_number(cursor, reading);
    read_boolean(cursor, reading);
    read_date_time(cursor, reading);
    read_names(cursor, reading);
    const auto version = Version::parse(cursor.text());
    const auto range = VersionRange::parse(cursor.text());
    expect(!version || *version == *version, "a version equals itself");
    const bool plain = cursor.text().find_first_of("<>=*,") == std::string_view::npos &&
                       cursor.text().find("..") == std::string_view::npos;
    expect(!version || !range || !plain || range->contains(*version),
           "a version is in its own range");
  }

  YamlLimits limits_;
  std::vector<SourceFile> files_;
  DiagnosticSink sink_;
  AssumptionLog assumptions_;
  std::uint64_t values_ = 0;
  bool usable_ = false;
  std::string promise_;
  std::string text_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_FUZZ_YAML_WALK_H_
