#include "io/measured_state.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

namespace switchfault {
namespace {

using nlohmann::json;

std::string text_of(const json& value) {
  if (value.is_null()) {
    return "";
  }
  if (value.is_boolean()) {
    return value.get<bool>() ? "yes" : "no";
  }
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string hexadecimal(const std::string& text) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits),
               [](unsigned char c) { return std::isxdigit(c) != 0; });
  return digits;
}

std::string padded_address(const std::string& text) {
  if (text.find(':') == std::string::npos) {
    return text;
  }
  std::string all;  // "2:bb:0:0:0:1" writes no leading zeros.
  std::size_t from = 0;
  while (from <= text.size()) {
    const std::size_t to = std::min(text.find(':', from), text.size());
    const std::string part = text.substr(from, to - from);
    all += part.size() == 1 ? "0" + part : part;
    from = to + 1;
  }
  return all;
}

// "8000.2:bb:0:0:0:1", "8000.02bb00000001" or "8.000.02:BB:00:00:00:01".
std::string bridge_of(const std::string& text) {
  const std::size_t dot = text.rfind('.');
  if (dot == std::string::npos) {
    return text;
  }
  const std::string priority = hexadecimal(text.substr(0, dot));
  std::string address = hexadecimal(padded_address(text.substr(dot + 1)));
  std::transform(address.begin(), address.end(), address.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  unsigned value = 0;
  std::from_chars(priority.data(), priority.data() + priority.size(), value, 16);
  std::string out = std::to_string(value) + "/";
  for (std::size_t i = 0; i + 1 < address.size(); i += 2) {
    out += (i == 0 ? "" : ":") + address.substr(i, 2);
  }
  return out;
}

void read_ports(const json& ports, const std::string& node, bool tree, SettledState& out) {
  for (const auto& [name, port] : ports.items()) {
    const std::string at = fmt::format("{} ports {} ", node, name);
    for (const char* const field : {"role", "state", "cost", "edge", "carrier"}) {
      const bool of_tree = std::string_view(field) != "carrier";
      if (port.contains(field) && (tree || !of_tree)) {
        out[at + field] = text_of(port.at(field));
      }
    }
  }
}

void read_switch(const std::string& node, const json& state, SettledState& out) {
  const bool has_roles = std::any_of(state.at("ports").begin(), state.at("ports").end(),
                                     [](const json& port) { return port.contains("role"); });
  read_ports(state.at("ports"), node, has_roles, out);
  const std::string at = node + " ";
  if (state.contains("root_id")) {
    out[at + "root"] = bridge_of(text_of(state.at("root_id")));
  }
  if (state.contains("root_mac") && state.contains("root_priority")) {
    out[at + "root"] = text_of(state.at("root_priority")) + "/" + text_of(state.at("root_mac"));
  }
  if (state.contains("root_path_cost")) {
    out[at + "root path cost"] = text_of(state.at("root_path_cost"));
  }
  if (state.contains("root_port")) {
    out[at + "root port"] = text_of(state.at("root_port"));
  }
  if (state.contains("lacp_status")) {
    out[at + "lacp_status"] = text_of(state.at("lacp_status"));
  }
  for (const char* const bundle : {"lacp", "bond"}) {
    if (state.contains(bundle)) {
      for (const auto& [member, word] : state.at(bundle).items()) {
        out[fmt::format("{} {} {}", node, bundle, member)] = text_of(word);
      }
    }
  }
}

void read_leaves(const json& value, const std::string& at, SettledState& out) {
  if (value.is_object()) {
    for (const auto& [name, part] : value.items()) {
      read_leaves(part, fmt::format("{} {}", at, name), out);
    }
  } else if (value.is_array()) {
    std::string all;
    for (const json& part : value) {
      all += (all.empty() ? "" : ", ") + text_of(part);
    }
    out[at] = all;
  } else {
    out[at] = text_of(value);
  }
}

// The kernel's word for who has written a route, its metric, and the kind and area of a route are
// constants of the implementation. In which state a peer tries anew is a matter of the moment.
// Which of several equal BGP paths is called best depends on age.
void read_router(const std::string& node, const json& state, SettledState& out) {
  SettledState all;
  read_leaves(state, node, all);
  for (auto& [field, value] : all) {
    const std::string last = field.substr(field.rfind(' ') + 1);
    if (last == "metric" || last == "proto" || last == "type" || last == "area") {
      continue;
    }
    static constexpr std::string_view kBest = " best";
    for (std::size_t at = value.find(kBest); at != std::string::npos; at = value.find(kBest)) {
      value.erase(at, kBest.size());
    }
    const bool peer = field.find(" bgp_peers ") != std::string::npos;
    out[field] = peer && value != "Established" ? "down" : value;
  }
}

}  // namespace

SettledState read_settled_state(const json& state) {
  SettledState out;
  for (const auto& [node, one] : state.at("switches").items()) {
    read_switch(node, one, out);
  }
  for (const auto& [node, one] : state.at("routers").items()) {
    read_router(node, one, out);
  }
  if (state.contains("vrrp")) {
    read_leaves(state.at("vrrp"), "vrrp", out);
  }
  return out;
}

}  // namespace switchfault
