#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <switchfault/catalog.h>
#include <switchfault/diagnostic.h>
#include <switchfault/load.h>
#include <switchfault/scenario.h>

#include "commands.h"

namespace switchfault {
namespace {

std::string_view unit_name(Unit unit) {
  switch (unit) {
    case Unit::name:
      return "name";
    case Unit::names:
      return "names";
    case Unit::duration:
      return "duration";
    case Unit::bit_rate:
      return "bit rate";
    case Unit::bytes:
      return "bytes";
    case Unit::byte_rate:
      return "bytes per time";
    case Unit::share:
      return "share";
    case Unit::integer:
      return "integer";
    case Unit::boolean:
      return "true or false";
    case Unit::address:
      return "address";
    case Unit::addresses:
      return "addresses";
    case Unit::prefix:
      return "prefix";
    case Unit::mac:
      return "MAC address";
    case Unit::choice:
      return "choice";
    case Unit::process:
      return "process";
  }
  return "";
}

// The unit, or what can be chosen.
std::string unit_of(const Parameter& parameter) {
  return parameter.unit == Unit::choice ? fmt::format("{}", fmt::join(parameter.choices, ", "))
                                        : std::string(unit_name(parameter.unit));
}

std::string default_of(const Parameter& parameter) {
  if (!parameter.default_text.empty()) {
    return parameter.default_text;
  }
  return parameter.optional ? "none" : "required";
}

void print_kinds(const std::vector<KindInfo>& kinds) {
  for (const KindInfo& kind : kinds) {
    fmt::print("{}\n    {}\n", kind.name, kind.summary);
    for (const Parameter& parameter : kind.parameters) {
      fmt::print("    {}: {} ({}; {})\n", parameter.name, parameter.summary, unit_of(parameter),
                 default_of(parameter));
    }
    for (const Parameter& parameter : kind.port_parameters) {
      fmt::print("    {} (of a port): {} ({}; {})\n", parameter.name, parameter.summary,
                 unit_of(parameter), default_of(parameter));
    }
    for (const Parameter& parameter : kind.interface_parameters) {
      fmt::print("    {} (of an interface): {} ({}; {})\n", parameter.name, parameter.summary,
                 unit_of(parameter), default_of(parameter));
    }
    for (const Parameter& parameter : kind.vlan_parameters) {
      fmt::print("    {} (of a VLAN): {} ({}; {})\n", parameter.name, parameter.summary,
                 unit_of(parameter), default_of(parameter));
    }
  }
}

nlohmann::ordered_json json_of(const std::vector<KindInfo>& kinds) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const KindInfo& kind : kinds) {
    nlohmann::ordered_json parameters = nlohmann::ordered_json::array();
    for (const Parameter& parameter : kind.parameters) {
      parameters.push_back({{"name", parameter.name},
                            {"unit", unit_name(parameter.unit)},
                            {"choices", parameter.choices},
                            {"default", default_of(parameter)},
                            {"summary", parameter.summary},
                            {"source", parameter.source}});
    }
    json.push_back(
        {{"name", kind.name}, {"summary", kind.summary}, {"parameters", std::move(parameters)}});
  }
  return json;
}

// The scenario files of a folder, in the order of their names.
std::vector<std::filesystem::path> scenario_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().extension() == ".yaml") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Those of the working directory, otherwise those the program was built with.
std::filesystem::path scenario_folder() {
  const std::filesystem::path here = "scenarios";
  return std::filesystem::is_directory(here) ? here : SWITCHFAULT_SCENARIO_FOLDER;
}

int list_scenarios(bool as_json) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const auto& file : scenario_files(scenario_folder())) {
    const Scenario scenario = load_scenario(file.string(), builtin_catalog());
    nlohmann::ordered_json strategies = nlohmann::ordered_json::array();
    for (const StrategyConfig& strategy : scenario.strategies) {
      strategies.push_back({{"name", strategy.name}, {"summary", strategy.summary}});
    }
    if (!as_json) {
      fmt::print("{}\n    {}\n", file.string(), scenario.title);
      for (const StrategyConfig& strategy : scenario.strategies) {
        fmt::print("    {}: {}\n", strategy.name, strategy.summary);
      }
    }
    rows.push_back({{"file", file.string()},
                    {"title", scenario.title},
                    {"strategies", std::move(strategies)}});
  }
  if (as_json) {
    fmt::print("{}\n", rows.dump(2));
  }
  return kExitPass;
}

// Every default is that of a standard, of a measurement, or assumed, and stands in `models`; sets
// of other values for the systems of one vendor do not exist yet.
int list_profiles(bool as_json) {
  fmt::print("{}", as_json ? "[]\n"
                           : "none: the defaults are those of the standards, see 'switchfault "
                             "models'; files change them one by one\n");
  return kExitPass;
}

int list(const Parsed& parsed) {
  const Catalog& catalog = builtin_catalog();
  const std::string& what = parsed.positional().front();
  const bool as_json = parsed.choice("format", {"text", "json"}) == "json";
  if (what == "scenarios") {
    return list_scenarios(as_json);
  }
  if (what == "profiles") {
    return list_profiles(as_json);
  }
  const std::vector<KindInfo>* kinds = what == "faults"      ? &catalog.faults
                                       : what == "actions"   ? &catalog.actions
                                       : what == "protocols" ? &catalog.protocols
                                                             : nullptr;
  if (kinds == nullptr) {
    throw UsageError(
        fmt::format("unknown list '{}'; {}", what,
                    suggestion(what, {"faults", "actions", "protocols", "profiles", "scenarios"})));
  }
  if (as_json) {
    fmt::print("{}\n", json_of(*kinds).dump(2));
  } else {
    print_kinds(*kinds);
  }
  return kExitPass;
}

void print_defaults(const std::string& owner, const std::vector<Parameter>& parameters) {
  for (const Parameter& parameter : parameters) {
    if (!parameter.default_text.empty()) {
      fmt::print("{:<38} {:<20} {}\n", owner + parameter.name, parameter.default_text,
                 parameter.source.empty() ? parameter.summary : parameter.source);
    }
  }
}

int models(const Parsed& parsed) {
  const Catalog& catalog = builtin_catalog();
  if (parsed.choice("format", {"text", "json"}) == "json") {
    nlohmann::ordered_json json = {
        {"model", json_of({{.name = "model", .parameters = catalog.model_defaults}})},
        {"protocols", json_of(catalog.protocols)},
        {"faults", json_of(catalog.faults)},
        {"actions", json_of(catalog.actions)}};
    fmt::print("{}\n", json.dump(2));
    return kExitPass;
  }
  fmt::print("{:<38} {:<20} {}\n", "what", "default", "source");
  print_defaults("", catalog.model_defaults);
  for (const auto* kinds : {&catalog.protocols, &catalog.faults, &catalog.actions}) {
    for (const KindInfo& kind : *kinds) {
      print_defaults(kind.name + ".", kind.parameters);
      print_defaults(kind.name + " port.", kind.port_parameters);
      print_defaults(kind.name + " interface.", kind.interface_parameters);
      print_defaults(kind.name + " vlan.", kind.vlan_parameters);
    }
  }
  return kExitPass;
}

}  // namespace

Command list_command() {
  return {{.name = "list",
           .summary = "list the kinds of faults, actions or protocols, profiles or scenarios",
           .arguments = "faults|actions|protocols|profiles|scenarios",
           .minimum = 1,
           .maximum = 1,
           .options = {{"format", "FORMAT", "text or json"}}},
          list};
}

Command models_command() {
  return {{.name = "models",
           .summary = "print every default of the models with its source",
           .options = {{"format", "FORMAT", "text or json"}}},
          models};
}

}  // namespace switchfault
