#include "protocols/catalog.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <span>
#include <string>

#include <gtest/gtest.h>

#include "fuzz/protocol_walk.h"
#include "kind_document.h"

namespace switchfault {
namespace {

TEST(ProtocolCatalog, EveryKindCanBeMadeAndHasANameOfItsOwn) {
  std::set<std::string> names, tables;
  for (const ProtocolKind& kind : protocol_catalog()) {
    EXPECT_NE(kind.make, nullptr) << kind.info.name;
    EXPECT_EQ(kind.info.summary.back(), '.') << kind.info.name;
    EXPECT_TRUE(names.insert(kind.info.name).second) << kind.info.name;
    tables.insert(kind.show);  // Both spanning trees fill one.
  }
  EXPECT_TRUE(names.contains("rstp"));
  EXPECT_TRUE(tables.contains("spanning-tree"));
}

TEST(ProtocolCatalog, EveryDefaultHasASource) {
  for (const ProtocolKind& kind : protocol_catalog()) {
    for (const auto* parameters : {&kind.info.parameters, &kind.info.port_parameters,
                                   &kind.info.interface_parameters, &kind.info.vlan_parameters}) {
      for (const Parameter& parameter : *parameters) {
        EXPECT_TRUE(parameter.default_text.empty() || !parameter.source.empty())
            << kind.info.name << " " << parameter.name;
        EXPECT_FALSE(parameter.optional && !parameter.default_text.empty())
            << kind.info.name << " " << parameter.name;
        EXPECT_FALSE(parameter.summary.empty()) << kind.info.name << " " << parameter.name;
      }
    }
  }
}

// The fuzzer's corpus: a frame of each kind that is read ("ok_"), and some of each that are not.
TEST(ProtocolCorpus, KeepsEveryPromise) {
  std::size_t files = 0;
  const std::string folder = SWITCHFAULT_SOURCE_DIR "/tests/fuzz/corpus/protocol";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream stream(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    const std::string name = entry.path().filename().string();
    const ProtocolWalk walk(std::as_bytes(std::span(text)));
    EXPECT_EQ(walk.promise(), "") << name;
    EXPECT_EQ(walk.read(), name.starts_with("ok_")) << name;
    ++files;
  }
  EXPECT_GT(files, 20U);
}

TEST(ProtocolCatalog, TheDocumentSaysTheSame) {
  expect_document("protocols.md", describe(infos_of(protocol_catalog())));
}

}  // namespace
}  // namespace switchfault
