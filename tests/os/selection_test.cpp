#include "os/selection.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "os/lab.h"

namespace switchfault {
namespace {

using Amount = Selector::Amount;
using Indices = std::vector<std::size_t>;

// Switches s0, s1 …; every second one is of the role core.
std::vector<NodeConfig> switches(std::size_t count) {
  std::vector<NodeConfig> configs;
  for (std::size_t i = 0; i < count; ++i) {
    configs.push_back(lab_switch("s" + std::to_string(i)));
    configs.back().role = i % 2 == 0 ? "core" : "access";
  }
  return configs;
}

std::vector<Candidate> candidates(const std::vector<NodeConfig>& configs) {
  std::vector<Candidate> all;
  for (const NodeConfig& config : configs) {
    all.push_back({.config = &config, .stable_id = stable_hash(config.name)});
  }
  return all;
}

std::size_t number_chosen(Amount amount, std::size_t among, double share = 0,
                          std::uint32_t count = 0) {
  const std::vector<NodeConfig> configs = switches(among);
  Selector selector;
  selector.amount = amount;
  selector.share = share;
  selector.count = count;
  return select(selector, candidates(configs), Random(1), 7).size();
}

TEST(Selection, AllThatFitAreChosen) {
  const std::vector<NodeConfig> configs = switches(5);
  Selector selector;
  selector.role = "core";
  EXPECT_EQ(select(selector, candidates(configs), Random(1), 7), (Indices{0, 2, 4}));
  selector.role = "edge";
  EXPECT_EQ(select(selector, candidates(configs), Random(1), 7), Indices{});
}

TEST(Selection, AnAmountIsOfThoseThatFit) {
  EXPECT_EQ(number_chosen(Amount::one, 9), 1U);
  EXPECT_EQ(number_chosen(Amount::minority, 9), 4U);
  EXPECT_EQ(number_chosen(Amount::minority, 10), 4U);
  EXPECT_EQ(number_chosen(Amount::majority, 9), 5U);
  EXPECT_EQ(number_chosen(Amount::majority, 10), 6U);
  EXPECT_EQ(number_chosen(Amount::share, 10, 0.3), 3U);
  EXPECT_EQ(number_chosen(Amount::count, 10, 0, 4), 4U);
  EXPECT_EQ(number_chosen(Amount::count, 3, 0, 4), 3U);
  EXPECT_EQ(number_chosen(Amount::minority, 2), 1U);  // At least one of any that fit.
  EXPECT_EQ(number_chosen(Amount::minority, 0), 0U);
  EXPECT_EQ(number_chosen(Amount::majority, 0), 0U);
}

TEST(Selection, AFurtherNodeChangesNobodyElsesLuck) {
  Selector selector;
  selector.amount = Amount::count;
  selector.count = 6;
  const std::vector<NodeConfig> few = switches(12);
  const std::vector<NodeConfig> many = switches(13);
  const Indices before = select(selector, candidates(few), Random(3), 7);
  const Indices after = select(selector, candidates(many), Random(3), 7);
  std::size_t gone = 0;
  for (const std::size_t index : before) {
    gone += std::find(after.begin(), after.end(), index) == after.end() ? 1U : 0U;
  }
  EXPECT_LE(gone, 1U);  // The new one takes the place of one at most.
}

TEST(Selection, SeedAndOwnerDrawAnew) {
  Selector selector;
  selector.amount = Amount::share;
  selector.share = 0.5;
  const std::vector<NodeConfig> configs = switches(40);
  const std::vector<Candidate> all = candidates(configs);
  const Indices chosen = select(selector, all, Random(1), 7);
  EXPECT_EQ(chosen, select(selector, all, Random(1), 7));
  EXPECT_NE(chosen, select(selector, all, Random(2), 7));
  EXPECT_NE(chosen, select(selector, all, Random(1), 8));
}

TEST(Selection, LooksAtWhatRunsNow) {
  NodeConfig config = lab_switch("s1");
  config.version = "4.2.1";
  config.features = {"dns"};
  Lab lab(config);
  Selector version;
  version.version = "<4.3";
  Selector feature;
  feature.feature = "dns";
  const Candidate in_file = {.config = &config};
  const Candidate running = {.config = &config, .os = &lab.os()};
  EXPECT_TRUE(matches(version, in_file) && matches(version, running));
  EXPECT_TRUE(matches(feature, in_file) && matches(feature, running));
  lab.os().configure("features.dns", "off");
  EXPECT_TRUE(matches(feature, in_file));
  EXPECT_FALSE(matches(feature, running));
  version.version = ">=4.3";
  EXPECT_FALSE(matches(version, in_file) || matches(version, running));
}

TEST(Selection, PortsAreNamedByPatterns) {
  Lab lab(lab_switch("s1"));
  const std::vector<PortIndex> second_card{PortIndex{2}, PortIndex{3}};
  EXPECT_EQ(ports_named(lab.os(), {"2/*", "2/1"}), second_card);
  EXPECT_EQ(ports_named(lab.os(), {"9/*"}), std::vector<PortIndex>{});
}

}  // namespace
}  // namespace switchfault
