#include "actions/catalog.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "kind_document.h"

namespace switchfault {
namespace {

TEST(ActionCatalog, IsSortedByNameAndComplete) {
  std::vector<std::string> names;
  for (const ActionKind& kind : action_catalog()) {
    names.push_back(kind.info.name);
    EXPECT_EQ(kind.make != nullptr, kind.info.targets == TargetKind::nodes) << kind.info.name;
    EXPECT_FALSE(kind.needs_login && kind.needs_presence) << kind.info.name;
    EXPECT_EQ(kind.info.summary.back(), '.') << kind.info.name;
  }
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_EQ(std::unique(names.begin(), names.end()), names.end());
  EXPECT_GE(names.size(), 20U);
}

TEST(ActionCatalog, EveryDefaultHasASource) {
  for (const ActionKind& kind : action_catalog()) {
    for (const Parameter& parameter : kind.info.parameters) {
      EXPECT_EQ(parameter.default_text.empty(), parameter.source.empty())
          << kind.info.name << " " << parameter.name;
    }
  }
}

TEST(ActionCatalog, TheDocumentSaysTheSame) {
  expect_document("actions.md", describe(infos_of(action_catalog())));
}

}  // namespace
}  // namespace switchfault
