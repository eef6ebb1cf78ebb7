// Documents of kinds: the part of docs/<name>.md that is made from a catalogue.
//
// It stands between two marker lines; a test compares it and, run with --update-documents, writes
// it anew. What stands outside of the markers is written by hand.

#ifndef SWITCHFAULT_TESTS_KIND_DOCUMENT_H_
#define SWITCHFAULT_TESTS_KIND_DOCUMENT_H_

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <switchfault/catalog.h>
#include <switchfault/units.h>

namespace switchfault {

inline std::string unit_word(const Parameter& parameter) {
  switch (parameter.unit) {
    case Unit::name:
      return "name";
    case Unit::names:
      return "names";
    case Unit::duration:
      return parameter.longest == Duration::zero()
                 ? "duration"
                 : format_duration(parameter.shortest) + " … " + format_duration(parameter.longest);
    case Unit::bit_rate:
      return "bit rate";
    case Unit::bytes:
      return "bytes";
    case Unit::byte_rate:
      return "byte rate";
    case Unit::share:
      return "share";
    case Unit::integer:
      return parameter.minimum == 0 && parameter.maximum == 0
                 ? "integer"
                 : std::to_string(parameter.minimum) + " … " + std::to_string(parameter.maximum) +
                       (parameter.step == 1 ? "" : ", steps of " + std::to_string(parameter.step));
    case Unit::process:
      return "process";
    case Unit::boolean:
      return "true, false";
    case Unit::address:
      return "address";
    case Unit::addresses:
      return "addresses";
    case Unit::prefix:
      return "prefix";
    case Unit::mac:
      return "MAC address";
    case Unit::choice: {
      std::string choices;
      for (const std::string& choice : parameter.choices) {
        choices += (choices.empty() ? "" : ", ") + choice;
      }
      return choices;
    }
  }
  return "";
}

inline std::string parameter_table(const std::vector<Parameter>& parameters) {
  std::string text =
      "\n| Parameter | Unit | Default | Meaning | Source of the default |\n|---|---|---|---|---|\n";
  for (const Parameter& parameter : parameters) {
    const std::string fallback = !parameter.default_text.empty() ? parameter.default_text
                                 : parameter.optional            ? "none"
                                                                 : "**required**";
    text += "| `" + parameter.name + "` | " + unit_word(parameter) + " | " + fallback + " | " +
            parameter.summary + " | " + parameter.source + " |\n";
  }
  return text;
}

// A section for each kind: its name as the heading, its summary, tables of its parameters.
inline std::string describe(const std::vector<KindInfo>& kinds) {
  std::string text;
  for (const KindInfo& kind : kinds) {
    text += "\n### " + kind.name + "\n\n" + kind.summary + "\n";
    if (!kind.parameters.empty()) {
      text += parameter_table(kind.parameters);
    }
    if (!kind.port_parameters.empty()) {
      text += "\nOn a port:\n" + parameter_table(kind.port_parameters);
    }
    if (!kind.interface_parameters.empty()) {
      text += "\nOn an interface:\n" + parameter_table(kind.interface_parameters);
    }
    if (!kind.vlan_parameters.empty()) {
      text += "\nFor a VLAN, under `vlans`:\n" + parameter_table(kind.vlan_parameters);
    }
  }
  return text + "\n";
}

inline bool documents_are_updated() {
  const std::vector<std::string> arguments = testing::internal::GetArgvs();
  return std::find(arguments.begin(), arguments.end(), "--update-documents") != arguments.end();
}

// Compares (or updates) the made part of the document with this name in docs/.
inline void expect_document(const std::string& name, const std::string& made) {
  const std::string path = std::string(SWITCHFAULT_SOURCE_DIR) + "/docs/" + name;
  const std::string begin = "<!-- made from the catalogue; tests refresh it -->\n";
  const std::string end = "<!-- end of what is made -->\n";
  std::ifstream in(path);
  ASSERT_TRUE(in) << path;
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const std::size_t from = text.find(begin);
  const std::size_t to = text.find(end);
  ASSERT_TRUE(from != std::string::npos && to != std::string::npos && from < to)
      << path << " has lost its markers";
  const std::size_t start = from + begin.size();
  if (documents_are_updated()) {
    text.replace(start, to - start, made);
    std::ofstream(path) << text;
    return;
  }
  EXPECT_EQ(text.substr(start, to - start), made)
      << "run this test program with --update-documents and look at the difference";
}

// The infos of a catalogue of kinds.
template <typename Kind>
std::vector<KindInfo> infos_of(const std::vector<Kind>& kinds) {
  std::vector<KindInfo> infos;
  for (const Kind& kind : kinds) {
    infos.push_back(kind.info);
  }
  return infos;
}

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_KIND_DOCUMENT_H_
