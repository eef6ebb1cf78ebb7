#include "io/dependency_cycles.h"

#include <string>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

ServiceConfig service(const std::string& name, const std::vector<std::string>& needs,
                      DependencyKind kind = DependencyKind::run) {
  ServiceConfig config;
  config.name = name;
  for (const std::string& need : needs) {
    Dependency dependency;
    dependency.service.text = need;
    dependency.kind = kind;
    config.dependencies.push_back(dependency);
  }
  return config;
}

std::vector<std::string> cycles(const std::vector<ServiceConfig>& services,
                                DependencyKind kind = DependencyKind::run) {
  std::vector<std::string> texts;
  for (const auto& cycle : dependency_cycles(services, kind)) {
    texts.emplace_back();
    for (const std::string_view name : cycle) {
      texts.back() += name;
    }
  }
  return texts;
}

TEST(DependencyCycles, AreOnePerGroupAndStartWithTheFirstName) {
  EXPECT_EQ(cycles({service("a", {"b"}), service("b", {"c"}), service("c", {})}),
            std::vector<std::string>{});
  EXPECT_EQ(cycles({service("c", {"a"}), service("b", {"c"}), service("a", {"b"})}),
            std::vector<std::string>{"abca"});
  EXPECT_EQ(cycles({service("a", {"b"}), service("b", {"a", "c"}), service("c", {"d"}),
                    service("d", {"c"})}),
            (std::vector<std::string>{"aba", "cdc"}));
}

TEST(DependencyCycles, AreTheShortestThroughTheirFirstName) {
  EXPECT_EQ(cycles({service("a", {"b", "d"}), service("b", {"c"}), service("c", {"a"}),
                    service("d", {"a"})}),
            std::vector<std::string>{"ada"});
}

TEST(DependencyCycles, OfOtherKindsAndUnknownNamesDoNotCount) {
  const auto start = DependencyKind::start;
  EXPECT_EQ(cycles({service("a", {"b"}), service("b", {"a"}, start)}), std::vector<std::string>{});
  EXPECT_EQ(cycles({service("a", {"b"}, start), service("b", {"a"}, start)}, start),
            std::vector<std::string>{"aba"});
  EXPECT_EQ(cycles({service("a", {"x", "a"})}), std::vector<std::string>{});
}

TEST(DependencyCycles, DoNotRecurse) {
  std::vector<ServiceConfig> chain;
  for (int i = 0; i < 50'000; ++i) {
    chain.push_back(service("s" + std::to_string(i), {"s" + std::to_string((i + 1) % 50'000)}));
  }
  const auto found = dependency_cycles(chain, DependencyKind::run);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].size(), 50'001U);
}

}  // namespace
}  // namespace switchfault
