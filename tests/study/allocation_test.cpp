#include "study/allocation.h"

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using Counts = std::vector<std::uint64_t>;
constexpr std::uint64_t kMany = 1'000'000'001;  // Seen so often that nothing is doubted.

// Neyman: share x deviation / root of the cost: 0.5 x 4 / 1 = 2, 0.25 x 2 / 1 = 0.5 and
// 0.25 x 20 / 10 = 0.5.
TEST(Allocation, FollowsShareSpreadAndCost) {
  const AllocationStratum strata[] = {{.share = 0.5, .spread = 16, .cost = 1, .seen = kMany},
                                      {.share = 0.25, .spread = 4, .cost = 1, .seen = kMany},
                                      {.share = 0.25, .spread = 400, .cost = 100, .seen = kMany}};
  EXPECT_EQ(allocate(strata, 120), (Counts{80, 20, 20}));
}

// What costs much and varies little has eight, or one in 20; the others share the rest.
TEST(Allocation, LeavesToEachItsFewest) {
  const AllocationStratum strata[] = {{.share = 0.5, .spread = 1, .seen = kMany},
                                      {.share = 0.25, .spread = 4, .seen = kMany},
                                      {.share = 0.25, .spread = 0, .seen = kMany}};
  EXPECT_EQ(allocate(strata, 64), (Counts{28, 28, 8}));
  EXPECT_EQ(allocate(strata, 640), (Counts{304, 304, 32}));
}

TEST(Allocation, TakesNothingAway) {
  const AllocationStratum strata[] = {
      {.share = 0.5, .spread = 1, .seen = kMany, .count = 10},
      {.share = 0.5, .spread = 1, .seen = kMany, .count = 70},
  };
  EXPECT_EQ(allocate(strata, 100), (Counts{30, 70}));
  EXPECT_EQ(allocate(strata, 80), (Counts{10, 70}));
}

TEST(Allocation, FollowsTheSharesBeforeAnythingVaried) {
  const AllocationStratum strata[] = {{.share = 0.75}, {.share = 0.25}};
  EXPECT_EQ(allocate(strata, 16), (Counts{8, 8}));
  EXPECT_EQ(allocate(strata, 32), (Counts{24, 8}));
}

// Eight, 15.6 and 9.4: what the whole numbers leave goes to the largest fraction.
TEST(Allocation, AddsUp) {
  const AllocationStratum strata[] = {{.share = 0.2}, {.share = 0.5}, {.share = 0.3}};
  EXPECT_EQ(allocate(strata, 33), (Counts{8, 16, 9}));
}

// Four nights whose variance was 1 may come from 1 + 2 sqrt(2/3) as well.
TEST(Allocation, DoubtsWhatWasSeenSeldom) {
  const AllocationStratum strata[] = {{.share = 0.5, .spread = 1, .seen = kMany},
                                      {.share = 0.5, .spread = 1, .seen = 4}};
  EXPECT_EQ(allocate(strata, 100), (Counts{38, 62}));
}

TEST(Allocation, IsForAFewAlternativesThatAreNotRare) {
  EXPECT_TRUE(can_allocate({{"a", 0.5}, {"b", 0.5}}));
  EXPECT_FALSE(can_allocate({{"a", 1.0}}));
  EXPECT_FALSE(can_allocate({}));
  EXPECT_FALSE(can_allocate({{"a", 0.995}, {"b", 0.005}}));
  std::map<std::string, double> many;
  for (const char name : std::string("abcdefgh")) {
    many[std::string(1, name)] = 0.125;
  }
  EXPECT_TRUE(can_allocate(many));
  many["i"] = 0.125;
  EXPECT_FALSE(can_allocate(many));
}

}  // namespace
}  // namespace switchfault
