#include <set>
#include <string>

#include <gtest/gtest.h>

#include <switchfault/catalog.h>

namespace switchfault {
namespace {

TEST(Catalog, KindsHaveNamesSummariesAndNoTwins) {
  const Catalog& catalog = builtin_catalog();
  for (const auto* kinds : {&catalog.faults, &catalog.actions, &catalog.protocols}) {
    std::set<std::string> names;
    EXPECT_FALSE(kinds->empty());
    for (const KindInfo& kind : *kinds) {
      EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
      EXPECT_FALSE(kind.summary.empty()) << kind.name;
      for (const Parameter& parameter : kind.parameters) {
        EXPECT_FALSE(parameter.summary.empty()) << kind.name << " " << parameter.name;
      }
    }
  }
}

TEST(Catalog, EveryProtocolDefaultNamesItsSource) {
  for (const KindInfo& kind : builtin_catalog().protocols) {
    for (const auto* parameters : {&kind.parameters, &kind.port_parameters}) {
      for (const Parameter& parameter : *parameters) {
        EXPECT_TRUE(parameter.default_text.empty() || !parameter.source.empty())
            << kind.name << " " << parameter.name;
      }
    }
  }
}

}  // namespace
}  // namespace switchfault
