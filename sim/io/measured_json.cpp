#include "io/measured_json.h"

#include <cmath>

namespace switchfault {

using nlohmann::json;

std::string other_end(const json& link, const std::string& node) {
  const std::string first = link.at("ends")[0];
  return first == node ? link.at("ends")[1].get<std::string>() : first;
}

bool ends_at(const json& link, const std::string& node) {
  return link.at("ends")[0] == node || link.at("ends")[1] == node;
}

std::string kind_of(const json& topology, const std::string& node) {
  return topology.at("nodes").at(node).at("kind");
}

std::string seconds(double value) {
  return format_duration(Duration{std::llround(value * 1e9)});
}

void set(Arguments& arguments, const std::string& name, const std::string& text) {
  for (Argument& argument : arguments) {
    if (argument.name == name) {
      argument.text = text;
      return;
    }
  }
  arguments.push_back({.name = name, .text = text, .items = {}, .at = {}});
}

}  // namespace switchfault
