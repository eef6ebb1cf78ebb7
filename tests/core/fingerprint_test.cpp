#include "core/fingerprint.h"

#include <initializer_list>
#include <set>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

std::string of(std::initializer_list<std::uint64_t> words) {
  Fingerprint fingerprint;
  for (const std::uint64_t word : words) {
    fingerprint.add(word);
  }
  return fingerprint.hex();
}

std::string of_texts(std::initializer_list<std::string_view> texts) {
  Fingerprint fingerprint;
  for (const std::string_view text : texts) {
    fingerprint.add(text);
  }
  return fingerprint.hex();
}

// Fingerprints are compared between machines and versions: these values never change.
TEST(Fingerprint, IsTheSameEverywhere) {
  EXPECT_EQ(of({}), "e91b67064bb841c2a880bb603e6b4361");
  EXPECT_EQ(of({1, 2, 3}), "953f4adc9801337ab18c957df7fb7eee");
  EXPECT_EQ(of_texts({"s1 host down", "\xff"}), "3768d8c62762627c9a880cc776d96a8f");
}

TEST(Fingerprint, OrderNumberAndBoundariesCount) {
  EXPECT_NE(of({1, 2}), of({2, 1}));
  EXPECT_NE(of({0}), of({0, 0}));
  EXPECT_NE(of({}), of({0}));
  EXPECT_NE(of_texts({"ab", "c"}), of_texts({"a", "bc"}));
  EXPECT_NE(of_texts({""}), of_texts({}));
  EXPECT_NE(of_texts({"12345678"}), of_texts({std::string_view("12345678\0", 9)}));
}

TEST(Fingerprint, GoesOnAfterBeingRead) {
  Fingerprint fingerprint;
  fingerprint.add(std::uint64_t{1});
  EXPECT_EQ(fingerprint.hex(), of({1}));
  fingerprint.add(std::uint64_t{2});
  EXPECT_EQ(fingerprint.hex(), of({1, 2}));
}

// Neighbouring sequences, the likeliest to be confused: no collision even in half of the digits.
TEST(Fingerprint, NeighboursDifferInEachLane) {
  std::set<std::string> upper;
  std::set<std::string> lower;
  for (std::uint64_t a = 0; a < 100; ++a) {
    for (std::uint64_t b = 0; b < 100; ++b) {
      const std::string hex = of({a, b << 57U});
      upper.insert(hex.substr(0, 16));
      lower.insert(hex.substr(16));
    }
  }
  EXPECT_EQ(upper.size(), 10'000U);
  EXPECT_EQ(lower.size(), 10'000U);
}

// Any bit of a word changes about half of the 128 bits.
TEST(Fingerprint, EveryBitSpreads) {
  const std::string base = of({0, 0});
  for (unsigned bit = 0; bit < 64; ++bit) {
    const std::string other = of({std::uint64_t{1} << bit, 0});
    int changed = 0;
    for (std::size_t digit = 0; digit < base.size(); ++digit) {
      const auto value = [](char c) { return std::string_view("0123456789abcdef").find(c); };
      changed += __builtin_popcountll(value(base[digit]) ^ value(other[digit]));
    }
    EXPECT_GT(changed, 38) << bit;
    EXPECT_LT(changed, 90) << bit;
  }
}

}  // namespace
}  // namespace switchfault
