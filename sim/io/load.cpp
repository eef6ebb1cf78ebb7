#include <algorithm>
#include <filesystem>
#include <span>

#include <fmt/format.h>

#include <switchfault/load.h>

#include "io/check_scenario.h"
#include "io/sections.h"
#include "io/settings.h"
#include "io/source_file.h"

namespace switchfault {
namespace {

// Keys that only a scenario has; a file with none of them is a topology.
constexpr std::string_view kScenarioKeys[] = {"title",  "notice",     "clock",  "seed",
                                              "faults", "strategies", "expect", "steady-state"};
// Keys of the section `topology` of a topology file.
constexpr std::string_view kNetworkKeys[] = {"nodes", "links", "kinds", "groups", "defaults"};

bool has_any(YamlCursor map, std::span<const std::string_view> keys) {
  return std::any_of(keys.begin(), keys.end(),
                     [&](std::string_view key) { return map.find(key).has_value(); });
}

bool is_topology(YamlCursor root) {
  const auto topology = root.find("topology");
  return topology && topology->is_map() && has_any(*topology, kNetworkKeys) &&
         !has_any(root, kScenarioKeys);
}

// A path in a file is relative to the file's folder.
std::string beside(const std::string& file, std::string_view path) {
  const std::filesystem::path named(path);
  return named.is_absolute() ? named.string()
                             : (std::filesystem::path(file).parent_path() / named).string();
}

// One loading: its files, what is wrong with them, and the scenario they make.
class Loader {
 public:
  Loader(const Catalog& catalog, const LoadOptions& options)
      : options_(options),
        sink_(scenario_.files),
        assumptions_(options.range_end),
        loading_{catalog, {.sink = sink_, .assumptions = assumptions_}, scenario_} {
    limits_.bytes = options.max_input_bytes;
  }

  Scenario scenario_file(const std::string& path);
  Scenario scenario_text(const std::string& name, const std::string& text);
  Scenario topology_file(const std::string& path);
  Scenario either_file(const std::string& path);

 private:
  void check_named(const std::string& path, SourcePos named_at);
  YamlFile read(const std::string& path, SourcePos named_at);
  YamlFile parse(std::string name, std::string text);
  Scenario convert_scenario(YamlFile file, bool from_disk);
  Scenario convert_topology(YamlFile file);
  void load_scenario_root(YamlCursor root, const YamlFile* topology);
  void load_topology_root(YamlCursor root);
  void load_inline_topology(YamlCursor section);
  void load_strategy_files();
  void check_strategy_names();
  Scenario finish();

  const LoadOptions& options_;
  std::vector<YamlFile> strategy_files_;  // What was read of them points into them.
  YamlLimits limits_;
  Scenario scenario_;
  DiagnosticSink sink_;
  AssumptionLog assumptions_;
  Loading loading_;
};

// What a file names is complained about where it is named.
void Loader::check_named(const std::string& path, SourcePos named_at) {
  std::error_code error;
  const bool is_directory = std::filesystem::is_directory(path, error);
  if (named_at.known() && (is_directory || !std::filesystem::exists(path, error))) {
    sink_.error(named_at,
                is_directory ? fmt::format("'{}' is a directory, a file is needed", path)
                             : fmt::format("there is no file '{}'", path),
                "a path is relative to the folder of the file that names it");
    sink_.throw_if_any();
  }
}

YamlFile Loader::read(const std::string& path, SourcePos named_at) {
  if (path.ends_with(".gotmpl")) {
    sink_.error(named_at, fmt::format("{} is a template", in_quotes(path)),
                "render it first, then load the result");
    sink_.throw_if_any();
  }
  check_named(path, named_at);
  const auto index = static_cast<std::uint32_t>(scenario_.files.size());
  scenario_.files.push_back({.path = path, .text = {}});
  SourceFile& file = scenario_.files.back();
  read_source_file(index, file, limits_.bytes, sink_);
  sink_.throw_if_any();  // Without the text nothing else can be said.
  YamlFile tree = YamlFile::parse(index, file, limits_, sink_);
  if (!tree.usable()) {
    sink_.throw_if_any();
  }
  return tree;
}

YamlFile Loader::parse(std::string name, std::string text) {
  const auto index = static_cast<std::uint32_t>(scenario_.files.size());
  scenario_.files.push_back({.path = std::move(name), .text = std::move(text)});
  YamlFile tree = YamlFile::parse(index, scenario_.files.back(), limits_, sink_);
  if (!tree.usable()) {
    sink_.throw_if_any();
  }
  return tree;
}

Scenario Loader::scenario_file(const std::string& path) {
  YamlFile file = read(path, {});
  if (is_topology(file.root()) && file.root().find("name")) {
    sink_.error(file.root().at(), "this is a topology file, a scenario is needed",
                "write a scenario file with 'topology: " + path + "' in it");
    sink_.throw_if_any();
  }
  return convert_scenario(std::move(file), true);
}

Scenario Loader::scenario_text(const std::string& name, const std::string& text) {
  return convert_scenario(parse(name, text), false);
}

Scenario Loader::topology_file(const std::string& path) {
  return convert_topology(read(path, {}));
}

Scenario Loader::either_file(const std::string& path) {
  YamlFile file = read(path, {});
  return is_topology(file.root()) ? convert_topology(std::move(file))
                                  : convert_scenario(std::move(file), true);
}

Scenario Loader::convert_scenario(YamlFile file, bool from_disk) {
  Settings settings(options_.set, scenario_.files, sink_);
  settings.choose_topology(file);
  std::optional<YamlFile> topology;
  const auto named = file.root().find("topology");
  if (named && named->is_scalar()) {
    if (from_disk) {
      topology = read(beside(scenario_.files.front().path, named->text()), named->at());
    } else {
      sink_.error(named->at(), "a scenario in memory cannot name a topology file",
                  "write the topology here");
    }
  }
  settings.apply(file, topology ? &*topology : nullptr);
  load_scenario_root(file.root(), topology ? &*topology : nullptr);
  load_strategy_files();
  return finish();
}

Scenario Loader::convert_topology(YamlFile file) {
  Settings settings(options_.set, scenario_.files, sink_);
  settings.apply(file, nullptr);
  load_topology_root(file.root());
  scenario_.title = scenario_.topology.name;
  return finish();
}

void Loader::load_topology_root(YamlCursor root) {
  MapReader in(root, loading_.reading);
  read_topology_file(in, loading_);
  in.finish();
}

// The content of a topology file, or only what stands in its section `topology`.
void Loader::load_inline_topology(YamlCursor section) {
  if (section.is_map() && has_any(section, kNetworkKeys)) {
    load_network(section, loading_);
  } else {
    load_topology_root(section);
  }
}

void Loader::load_scenario_root(YamlCursor root, const YamlFile* topology) {
  MapReader in(root, loading_.reading);
  const auto section = in.required("topology");
  if (topology != nullptr) {
    load_topology_root(topology->root());
  } else if (section && !section->is_scalar()) {
    load_inline_topology(*section);
  }
  read_scenario(in, loading_);
  in.finish();
}

void Loader::load_strategy_files() {
  for (const std::string& path : options_.strategy_files) {
    strategy_files_.push_back(read(path, {}));
  }
  for (const YamlFile& file : strategy_files_) {
    MapReader in(file.root(), loading_.reading);
    in.required("strategies");
    load_strategies(in, loading_);
    in.finish();
  }
  check_strategy_names();
}

// Names within one file differ already.
void Loader::check_strategy_names() {
  for (std::size_t i = 0; i < scenario_.strategies.size(); ++i) {
    const StrategyConfig& strategy = scenario_.strategies[i];
    const auto first = scenario_.strategies.begin();
    if (std::any_of(first, first + static_cast<std::ptrdiff_t>(i),
                    [&](const StrategyConfig& other) { return other.name == strategy.name; })) {
      sink_.error(strategy.at, fmt::format("there are two strategies {}", in_quotes(strategy.name)),
                  "give one of them another name");
    }
  }
}

Scenario Loader::finish() {
  scenario_.assumptions = assumptions_.take();
  scenario_.range_end = options_.range_end;
  check_scenario(scenario_, loading_.catalog, sink_);
  sink_.throw_if_any();
  return std::move(scenario_);
}

}  // namespace

Scenario load_scenario(const std::string& path, const Catalog& catalog,
                       const LoadOptions& options) {
  return Loader(catalog, options).scenario_file(path);
}

Scenario load_scenario_text(const std::string& name, const std::string& text,
                            const Catalog& catalog, const LoadOptions& options) {
  return Loader(catalog, options).scenario_text(name, text);
}

Scenario load_topology(const std::string& path, const Catalog& catalog,
                       const LoadOptions& options) {
  return Loader(catalog, options).topology_file(path);
}

Scenario load_file(const std::string& path, const Catalog& catalog, const LoadOptions& options) {
  return Loader(catalog, options).either_file(path);
}

}  // namespace switchfault
