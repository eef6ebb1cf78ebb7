#include "protocols/catalog.h"

#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

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
    for (const auto* parameters :
         {&kind.info.parameters, &kind.info.port_parameters, &kind.info.interface_parameters}) {
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

TEST(ProtocolCatalog, TheDocumentSaysTheSame) {
  expect_document("protocols.md", describe(infos_of(protocol_catalog())));
}

}  // namespace
}  // namespace switchfault
