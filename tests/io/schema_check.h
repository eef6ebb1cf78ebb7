// SchemaCheck: whether a YAML value satisfies a JSON Schema, as an editor would say it.
//
// Only the keywords that docs/schema uses; any other is an error of the schema. Plain scalars are
// what YAML's core schema makes of them: true, 12, 0.5 and nothing are no texts.

#ifndef SWITCHFAULT_TESTS_IO_SCHEMA_CHECK_H_
#define SWITCHFAULT_TESTS_IO_SCHEMA_CHECK_H_

#include <algorithm>
#include <map>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/check.h"
#include "io/yaml_cursor.h"

namespace switchfault {

using SchemaJson = nlohmann::ordered_json;

inline SchemaJson json_of(YamlCursor cursor) {
  switch (cursor.kind()) {
    case YamlCursor::Kind::null:
      return nullptr;
    case YamlCursor::Kind::scalar: {
      static const std::regex number("-?(0|[1-9][0-9]*)(\\.[0-9]+)?");
      const std::string text(cursor.text());
      const bool plain = !cursor.quoted();
      const bool json =
          plain && (text == "true" || text == "false" || std::regex_match(text, number));
      return json ? SchemaJson::parse(text) : SchemaJson(text);
    }
    case YamlCursor::Kind::list: {
      SchemaJson list = SchemaJson::array();
      for (const YamlCursor item : cursor.items()) {
        list.push_back(json_of(item));
      }
      return list;
    }
    case YamlCursor::Kind::map:
      break;
  }
  SchemaJson map = SchemaJson::object();
  for (const auto [key, value] : cursor.entries()) {
    map[std::string(key.text())] = json_of(value);
  }
  return map;
}

class SchemaCheck {
 public:
  // The schemas by the names that they refer to each other by.
  explicit SchemaCheck(std::map<std::string, SchemaJson> files) : files_(std::move(files)) {}

  // What does not fit, as "path: keyword" of the first; empty when all does.
  std::string errors(const std::string& file, const SchemaJson& value) const {
    return check({file, files_.at(file)}, value, "");
  }

 private:
  struct Schema {
    std::string file;  // That local references are in.
    const SchemaJson& rules;
  };

  [[nodiscard]] Schema referred(const Schema& from, const std::string& reference) const {
    const std::size_t hash = std::min(reference.find('#'), reference.size());
    const std::string file = hash == 0 ? from.file : reference.substr(0, hash);
    const SchemaJson& whole = files_.at(file);
    const std::string place = hash < reference.size() ? reference.substr(hash + 1) : "";
    return {file, whole.at(SchemaJson::json_pointer(place))};
  }

  static bool is(const SchemaJson& value, const std::string& type) {
    return (type == "null" && value.is_null()) || (type == "object" && value.is_object()) ||
           (type == "array" && value.is_array()) || (type == "string" && value.is_string()) ||
           (type == "boolean" && value.is_boolean()) || (type == "number" && value.is_number()) ||
           (type == "integer" && value.is_number_integer());
  }
  static bool has_type(const SchemaJson& value, const SchemaJson& types) {
    return types.is_array() ? std::any_of(types.begin(), types.end(),
                                          [&](const auto& type) { return is(value, type); })
                            : is(value, types);
  }

  [[nodiscard]] std::string check(const Schema& schema, const SchemaJson& value,
                                  const std::string& path) const {
    for (const auto& [keyword, rule] : schema.rules.items()) {
      std::string error = check_keyword(schema, keyword, rule, value, path);
      if (!error.empty()) {
        return error;
      }
    }
    return "";
  }

  [[nodiscard]] std::string check_keyword(const Schema& schema, const std::string& keyword,
                                          const SchemaJson& rule, const SchemaJson& value,
                                          const std::string& path) const {
    const auto unless = [&](bool fits) { return fits ? "" : path + ": " + keyword; };
    if (keyword == "$ref") {
      return check(referred(schema, rule), value, path);
    }
    if (keyword == "type") {
      return unless(has_type(value, rule));
    }
    if (keyword == "enum") {
      return unless(std::find(rule.begin(), rule.end(), value) != rule.end());
    }
    if (keyword == "const") {
      return unless(rule == value);
    }
    if (keyword == "pattern") {
      return unless(!value.is_string() ||
                    std::regex_search(value.get<std::string>(), std::regex(std::string(rule))));
    }
    if (keyword == "minimum" || keyword == "maximum") {
      return unless(!value.is_number() || (keyword == "minimum" ? value >= rule : value <= rule));
    }
    if (keyword == "minItems" || keyword == "maxItems") {
      return unless(!value.is_array() ||
                    (keyword == "minItems" ? value.size() >= rule : value.size() <= rule));
    }
    if (keyword == "minProperties") {
      return unless(!value.is_object() || value.size() >= rule);
    }
    if (keyword == "required") {
      return unless(!value.is_object() ||
                    std::all_of(rule.begin(), rule.end(),
                                [&](const auto& key) { return value.contains(std::string(key)); }));
    }
    if (keyword == "items") {
      return value.is_array() ? check_items({schema.file, rule}, value, path) : "";
    }
    if (keyword == "properties" || keyword == "additionalProperties") {
      return value.is_object() ? check_members(schema, keyword, value, path) : "";
    }
    if (keyword == "if") {
      const char* const branch = check({schema.file, rule}, value, path).empty() ? "then" : "else";
      return schema.rules.contains(branch) ? check({schema.file, schema.rules[branch]}, value, path)
                                           : "";
    }
    static const std::vector<std::string> kSayNothing = {
        "$schema", "title", "description", "definitions", "examples", "then", "else"};
    SF_CHECK(std::find(kSayNothing.begin(), kSayNothing.end(), keyword) != kSayNothing.end());
    return "";
  }

  [[nodiscard]] std::string check_items(const Schema& rule, const SchemaJson& list,
                                        const std::string& path) const {
    for (std::size_t i = 0; i < list.size(); ++i) {
      std::string error = check(rule, list[i], path + '[' + std::to_string(i) + ']');
      if (!error.empty()) {
        return error;
      }
    }
    return "";
  }

  // Members that `properties` names are its business, all others that of `additionalProperties`.
  [[nodiscard]] std::string check_members(const Schema& schema, const std::string& keyword,
                                          const SchemaJson& map, const std::string& path) const {
    static const SchemaJson kNone = SchemaJson::object();
    const SchemaJson& known =
        schema.rules.contains("properties") ? schema.rules["properties"] : kNone;
    for (const auto& [key, member] : map.items()) {
      if (known.contains(key) != (keyword == "properties")) {
        continue;
      }
      const std::string place = path + '.' + key;
      const SchemaJson& rule = keyword == "properties" ? known[key] : schema.rules[keyword];
      if (rule.is_boolean()) {
        if (!rule) {
          return place + ": " + keyword;
        }
        continue;
      }
      std::string error = check({schema.file, rule}, member, place);
      if (!error.empty()) {
        return error;
      }
    }
    return "";
  }

  std::map<std::string, SchemaJson> files_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_IO_SCHEMA_CHECK_H_
