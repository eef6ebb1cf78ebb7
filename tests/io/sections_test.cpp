#include "io/sections.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "io/load_links.h"
#include "io/load_node.h"
#include "io/schema_check.h"

namespace switchfault {
namespace {

using Json = SchemaJson;
using Keys = std::set<std::string>;

// --- what the readers ask for --------------------------------------------------------------------

template <typename Result, typename Item>
void call(Result (*read)(MapReader&, Item&), MapReader& in, Loading&) {
  Item item;
  read(in, item);
}
template <typename Result, typename Item>
void call(Result (*read)(MapReader&, Item&, Loading&), MapReader& in, Loading& loading) {
  Item item;
  read(in, item, loading);
}
template <typename Result>
void call(Result (*read)(MapReader&, Loading&), MapReader& in, Loading& loading) {
  read(in, loading);
}
template <auto read>
void ask(MapReader& in, Loading& loading) {
  call(read, in, loading);
}
void ask_scenario(MapReader& in, Loading& loading) {
  read_scenario(in, loading);
  in.ignore("topology");
}

// A section, as documents and schemas call it, and what reads its keys.
struct Section {
  std::string name;
  void (*read)(MapReader& in, Loading& loading);
};
const std::vector<Section> kSections = {
    {"scenario", ask_scenario},
    {"topology_file", ask<read_topology_file>},
    {"topology", ask<read_network>},
    {"node", ask<read_node_layer>},
    {"port", ask<read_port>},
    {"storm_control", ask<read_storm_control>},
    {"interface", ask<read_interface>},
    {"lag", ask<read_lag>},
    {"mlag", ask<read_mlag>},
    {"route", ask<read_route>},
    {"filter", ask<read_filter>},
    {"stateful", ask<read_stateful>},
    {"neighbors", ask<read_neighbors>},
    {"virtual_service", ask<read_virtual_service>},
    {"process", ask<read_process>},
    {"supervisor", ask<read_supervisor>},
    {"boot", ask<read_boot>},
    {"plane_times", ask<read_plane_times>},
    {"link", ask<read_link>},
    {"link_end", ask<read_link_end>},
    {"clock", ask<read_clock>},
    {"service", ask<read_service>},
    {"dependency", ask<read_dependency>},
    {"user_group", ask<read_user_group>},
    {"demand_period", ask<read_demand>},
    {"probe", ask<read_probe>},
    {"traffic", ask<read_traffic>},
    {"operations", ask<read_operations>},
    {"monitor", ask<read_monitor>},
    {"people", ask<read_people>},
    {"shift", ask<read_shift>},
    {"access", ask<read_access>},
    {"access_step", ask<read_access_step>},
    {"diagnosis", ask<read_diagnosis>},
    {"hypothesis", ask<read_hypothesis>},
    {"artefact", ask<read_artefact>},
    {"channel", ask<read_channel>},
    {"fault", ask<read_fault>},
    {"trigger", ask<read_trigger>},
    {"table_trigger", ask<read_table_trigger>},
    {"event_trigger", ask<read_event_trigger>},
    {"hasten", ask<read_hastening>},
    {"fault_end", ask<read_fault_end>},
    {"alternative", ask<read_alternative>},
    {"strategy", ask<read_strategy>},
    {"step", ask<read_step>},
    {"need", ask<read_need>},
    {"verification", ask<read_verification>},
    {"on_failure", ask<read_on_failure>},
    {"expectation", ask<read_expectation>},
    {"cost", ask<read_cost>},
    {"quantifier", ask<read_quantifier>},
    {"window", ask<read_window>},
    {"selector", ask<read_selector_keys>},
    {"law", ask<read_law_keys>},
};

// Every key that a reader asks an empty map for, so that nothing is listed twice. Arguments of
// kinds are not among them; those are the catalogue's.
Keys keys_of(const Section& section) {
  Scenario scenario;
  scenario.files.push_back({.path = {}, .text = "{}"});
  DiagnosticSink sink(scenario.files);  // An empty map lacks much; nobody is told.
  AssumptionLog assumptions;
  const Catalog catalog;
  Loading loading{catalog, {.sink = sink, .assumptions = assumptions}, scenario};
  const YamlFile empty = YamlFile::parse(0, scenario.files[0], {}, sink);
  MapReader in(empty.root(), loading.reading);
  section.read(in, loading);
  Keys keys;
  for (const std::string_view key : in.asked()) {
    keys.emplace(key);
  }
  return keys;
}

const std::string kDocs = std::string(SWITCHFAULT_SOURCE_DIR) + "/docs/";

std::string file_text(const std::string& name) {
  std::ifstream in(kDocs + name);
  EXPECT_TRUE(in) << name;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Words in backticks of a text.
Keys quoted(const std::string& text) {
  Keys words;
  for (std::size_t at = text.find('`'); at != std::string::npos; at = text.find('`', at)) {
    const std::size_t end = text.find('`', at + 1);
    if (end == std::string::npos) {
      break;
    }
    words.insert(text.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return words;
}

// The tables of the document by section: the keys in their first columns.
std::map<std::string, Keys> documented_keys(const std::string& text) {
  const std::string marker = "<!-- keys: ";
  std::map<std::string, Keys> tables;
  for (std::size_t at = text.find(marker); at != std::string::npos; at = text.find(marker, at)) {
    at += marker.size();
    Keys& keys = tables[text.substr(at, text.find(' ', at) - at)];
    std::size_t line = text.find('\n', at) + 1;
    for (int row = 0; text.compare(line, 1, "|") == 0; ++row) {
      if (row >= 2) {  // After the heading and its rule.
        keys.merge(quoted(text.substr(line, text.find(" | ", line) - line)));
      }
      line = text.find('\n', line) + 1;
    }
  }
  return tables;
}

// The definition of a section in the schemas. Both files themselves are sections too.
const Json& definition_of(const std::string& section, const Json& scenario, const Json& topology) {
  if (section == "scenario") {
    return scenario;
  }
  if (section == "topology_file") {
    return topology;
  }
  const bool in_scenario = scenario.at("definitions").contains(section);
  return (in_scenario ? scenario : topology).at("definitions").at(section);
}

TEST(Sections, TellTheirKeys) {
  const auto keys_of_section = [](const std::string& name) {
    return keys_of(*std::find_if(kSections.begin(), kSections.end(),
                                 [&](const Section& section) { return section.name == name; }));
  };
  EXPECT_EQ(keys_of_section("lag"), (Keys{"members", "mlag"}));
  EXPECT_EQ(keys_of_section("plane_times"), (Keys{"control", "data", "management"}));
  EXPECT_TRUE(keys_of_section("step").contains("on_failure"));
  EXPECT_TRUE(keys_of_section("node").contains("startup-config"));
}

TEST(Sections, ReadersAreAllLookedAtHere) {
  const std::string here = file_text("../tests/io/sections_test.cpp");
  const std::regex declared("\\n(?:void|bool) (read_\\w+)\\(MapReader& in");
  std::size_t readers = 0;
  for (const char* const header : {"sections.h", "load_node.h", "load_links.h", "loading.h"}) {
    const std::string text = file_text(std::string("../sim/io/") + header);
    for (std::sregex_iterator match(text.begin(), text.end(), declared), end; match != end;
         ++match, ++readers) {
      const std::string name = (*match)[1];
      EXPECT_TRUE(here.find("<" + name + ">") != here.npos || here.find(name + "(") != here.npos)
          << name << " of " << header << " is not a row of kSections";
    }
  }
  EXPECT_EQ(readers, kSections.size());
}

TEST(Sections, KeysAreThoseOfTheDocument) {
  const std::string text = file_text("scenario-format.md");
  std::map<std::string, Keys> documented = documented_keys(text);
  const Keys words = quoted(text);
  for (const std::string_view key : ignored_node_keys()) {  // They stand in a sentence.
    if (words.contains(std::string(key))) {
      documented["node"].emplace(key);
    }
  }
  for (const Section& section : kSections) {
    EXPECT_EQ(documented[section.name], keys_of(section)) << section.name;
  }
  EXPECT_EQ(documented.size(), kSections.size());
}

TEST(Sections, KeysAreThoseOfTheSchemas) {
  const Json scenario = Json::parse(file_text("schema/scenario.schema.json"));
  const Json topology = Json::parse(file_text("schema/topology.schema.json"));
  for (const Section& section : kSections) {
    Keys keys;
    for (const auto& property :
         definition_of(section.name, scenario, topology).at("properties").items()) {
      keys.insert(property.key());
    }
    EXPECT_EQ(keys, keys_of(section)) << section.name;
  }
}

SchemaCheck schema_check() {
  std::map<std::string, Json> files;
  for (const char* const name : {"scenario.schema.json", "topology.schema.json"}) {
    files[name] = Json::parse(file_text(std::string("schema/") + name));
  }
  return SchemaCheck(std::move(files));
}

std::string schema_errors(const std::string& schema, const std::string& yaml) {
  const std::vector<SourceFile> files = {{.path = "f.yaml", .text = yaml}};
  DiagnosticSink sink(files);
  const YamlFile file = YamlFile::parse(0, files[0], {}, sink);
  EXPECT_TRUE(file.usable());
  static const SchemaCheck check = schema_check();
  return check.errors(schema + ".schema.json", json_of(file.root()));
}

// Everything that is shipped, and what the corpus has of good files.
TEST(Sections, GoodFilesSatisfyTheSchemas) {
  std::size_t files = 0;
  for (const char* const folder : {"scenarios", "topologies", "tests/fuzz/corpus/scenario"}) {
    for (const auto& entry : std::filesystem::directory_iterator(kDocs + "../" + folder)) {
      const std::string name = entry.path().filename().string();
      const bool corpus = std::string_view(folder).starts_with("tests");
      if (entry.path().extension() == ".yaml" && (!corpus || name.starts_with("ok_"))) {
        const bool topology = std::string_view(folder) == "topologies";
        EXPECT_EQ(schema_errors(topology ? "topology" : "scenario",
                                file_text("../" + std::string(folder) + '/' + name)),
                  "")
            << name;
        ++files;
      }
    }
  }
  EXPECT_GT(files, 12U);
}

TEST(Sections, SchemasSayWhatIsWrong) {
  const struct {
    const char* yaml;
    const char* error;
  } cases[] = {
      {"{}", ": required"},
      {"{topology: t.yaml, titel: x}", ".titel: additionalProperties"},
      {"{topology: t.yaml, clock: {duration: 5}}", ".clock.duration: type"},
      {"{topology: t.yaml, clock: {duration: 5 h}}", ".clock.duration: pattern"},
      {"{topology: {nodes: {a: {ports: {e: {vlan: one}}}}}}",
       ".topology.nodes.a.ports.e.vlan: type"},
      {"{topology: t.yaml, faults: [{kind: x, select: all, trigger: {boot: hot}}]}",
       ".faults[0].trigger.boot: enum"},
      {"{topology: t.yaml, seed: {value: 3, base: assumed}}", ".seed: required"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(schema_errors("scenario", c.yaml), c.error) << c.yaml;
  }
}

}  // namespace
}  // namespace switchfault
