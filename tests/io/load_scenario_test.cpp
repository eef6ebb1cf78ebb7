#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

TEST(LoadScenario, TopKeysSayWhatItIs) {
  const Scenario s = load_with_network("title: A night\nnotice: All invented\nseed: 7\n");
  EXPECT_EQ(s.title, "A night");
  EXPECT_EQ(s.notice, "All invented");
  EXPECT_EQ(s.seed, 7U);
}

TEST(LoadScenario, WithoutThemTheSeedIsOne) {
  const Scenario s = load_with_network("");
  EXPECT_EQ(s.seed, 1U);
  EXPECT_EQ(s.notice, "");
}

TEST(LoadScenario, SaysWhatIsWrong) {
  const struct {
    const char* keys;
    const char* errors;
  } cases[] = {
      {"seed: -1", "1:7 this number must be at least 0, found '-1'\n"},
      {"seed: 1.5", "1:7 expected a whole number in decimal digits, found '1.5'\n"},
      {"titel: x", "1:1 unknown key 'titel' | did you mean 'title'?\n"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(brief_errors(c.keys + std::string(kNetwork)), c.errors) << c.keys;
  }
}

}  // namespace
}  // namespace switchfault
