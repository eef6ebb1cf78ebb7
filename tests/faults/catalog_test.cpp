#include "faults/catalog.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "kind_document.h"

namespace switchfault {
namespace {

TEST(FaultCatalog, IsSortedByNameAndComplete) {
  std::vector<std::string> names;
  for (const FaultKind& kind : fault_catalog()) {
    names.push_back(kind.info.name);
    EXPECT_NE(kind.make, nullptr) << kind.info.name;
    EXPECT_EQ(kind.info.summary.back(), '.') << kind.info.name;
  }
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_EQ(std::unique(names.begin(), names.end()), names.end());
  EXPECT_GE(names.size(), 11U);
}

TEST(FaultCatalog, EveryDefaultHasASource) {
  for (const FaultKind& kind : fault_catalog()) {
    for (const Parameter& parameter : kind.info.parameters) {
      EXPECT_EQ(parameter.default_text.empty(), parameter.source.empty())
          << kind.info.name << " " << parameter.name;
      EXPECT_FALSE(parameter.optional && !parameter.default_text.empty())
          << kind.info.name << " " << parameter.name;
      EXPECT_FALSE(parameter.summary.empty()) << kind.info.name << " " << parameter.name;
    }
  }
}

TEST(FaultCatalog, TheDocumentSaysTheSame) {
  expect_document("faults.md", describe(infos_of(fault_catalog())));
}

}  // namespace
}  // namespace switchfault
