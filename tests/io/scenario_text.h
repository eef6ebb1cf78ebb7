// Scenarios as short texts: a small catalogue, a small network, and what loading them says.

#ifndef SWITCHFAULT_TESTS_IO_SCENARIO_TEXT_H_
#define SWITCHFAULT_TESTS_IO_SCENARIO_TEXT_H_

#include <string>
#include <vector>

#include <switchfault/load.h>

namespace switchfault {

// One kind for each sort of parameter.
inline Catalog small_catalog() {
  Catalog catalog;
  catalog.faults = {
      {.name = "kernel_panic", .summary = "", .parameters = {}, .boot = "cold"},
      {.name = "memory_leak",
       .summary = "",
       .parameters = {{.name = "process"},
                      {.name = "rate", .unit = Unit::byte_rate},
                      {.name = "limit", .unit = Unit::bytes, .optional = true}}},
      {.name = "gray_port",
       .summary = "",
       .parameters = {{.name = "ports", .unit = Unit::names},
                      {.name = "loss", .unit = Unit::share, .default_text = "10%"},
                      {.name = "every", .unit = Unit::duration, .default_text = "1s"},
                      {.name = "count",
                       .unit = Unit::integer,
                       .default_text = "1",
                       .minimum = 1,
                       .maximum = 9},
                      {.name = "prefix", .unit = Unit::prefix, .optional = true},
                      {.name = "peer", .unit = Unit::address, .optional = true},
                      {.name = "below", .unit = Unit::bit_rate, .optional = true},
                      {.name = "silent", .unit = Unit::boolean, .default_text = "false"},
                      {.name = "direction",
                       .unit = Unit::choice,
                       .default_text = "both",
                       .choices = {"both", "transmit", "receive"}}}}};
  catalog.actions = {{.name = "reload",
                      .summary = "",
                      .parameters = {{.name = "kind",
                                      .unit = Unit::choice,
                                      .default_text = "cold",
                                      .choices = {"cold", "fast", "warm"}}},
                      .targets = TargetKind::nodes,
                      .boot = "kind"},
                     {.name = "restart_service", .summary = "", .targets = TargetKind::services},
                     {.name = "wait", .summary = ""}};
  catalog.protocols = {
      {.name = "rstp",
       .summary = "",
       .parameters = {{.name = "priority",
                       .unit = Unit::integer,
                       .default_text = "32768",
                       .minimum = 0,
                       .maximum = 61440,
                       .step = 4096}},
       .port_parameters = {{.name = "edge", .unit = Unit::boolean, .default_text = "false"}},
       .vlan_parameters = {{.name = "priority",
                            .unit = Unit::integer,
                            .optional = true,
                            .minimum = 0,
                            .maximum = 61440,
                            .step = 4096}}},
      {.name = "vrrp",
       .summary = "",
       .parameters = {{.name = "id", .unit = Unit::integer, .minimum = 1, .maximum = 255},
                      {.name = "interface"},
                      {.name = "addresses", .unit = Unit::names}}}};
  return catalog;
}

// Two switches, a host at each; placed behind the text of a test, whose lines count from 1.
inline constexpr const char* kNetwork = R"(
topology:
  nodes:
    s1: {kind: switch, os: sonic, version: 4.2.1, role: core, boot: {cold: 4m}, features: [dns]}
    s2: {kind: switch, os: sonic, version: 4.10.7, role: access}
    h1: {kind: host, address: 10.0.0.1/24}
    h2: {kind: host, address: 10.0.0.2/24}
  links:
    - endpoints: ["s1:eth1", "s2:eth1"]
    - endpoints: ["s1:eth2", "h1:eth0"]
    - endpoints: ["s2:eth2", "h2:eth0"]
)";

inline Scenario load_text(const std::string& text, const std::vector<std::string>& set = {},
                          const Catalog& catalog = small_catalog()) {
  LoadOptions options;
  options.set = set;
  return load_scenario_text("s.yaml", text, catalog, options);
}

// Everything that is printed; empty when the text loads.
inline std::string errors_of(const std::string& text, const std::vector<std::string>& set = {}) {
  try {
    load_text(text, set);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

// The same with the small network behind the text.
inline Scenario load_with_network(const std::string& text) {
  return load_text(text + kNetwork);
}
inline std::string network_errors(const std::string& text) {
  return errors_of(text + kNetwork);
}

// "line:column message" of each error, one a line; the hint behind " | ".
inline std::string brief_errors(const std::string& text, const Catalog& catalog = small_catalog()) {
  std::string brief;
  try {
    load_text(text, {}, catalog);
  } catch (const InputError& error) {
    for (const Diagnostic& d : error.diagnostics()) {
      brief += std::to_string(d.at.line) + ':' + std::to_string(d.at.column) + ' ' + d.message +
               (d.hint.empty() ? "" : " | " + d.hint) + '\n';
    }
  }
  return brief;
}

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_IO_SCENARIO_TEXT_H_
