#include "study/rank_message.h"

#include <gtest/gtest.h>

#include <switchfault/ranks.h>

namespace switchfault {
namespace {

TEST(RankMessageTest, AResultArrivesBitByBit) {
  const StrategyReplication result{.replication = 7,
                                   .strategy = 2,
                                   .seed = 9007199254740991,
                                   .alternative = "fire + flood",
                                   .values = {0.1, -0.0, 1e300},
                                   .open = {1, 2},
                                   .recovered = false,
                                   .log_weight = -3.25,
                                   .events = 50941262,
                                   .error = "it broke"};
  const RankNote note =
      rank_note(rank_bytes({.word = RankWord::result, .study = "abc", .result = result}));
  EXPECT_EQ(note.word, RankWord::result);
  EXPECT_EQ(note.study, "abc");
  EXPECT_EQ(note.result.replication, 7U);
  EXPECT_EQ(note.result.strategy, 2U);
  EXPECT_EQ(note.result.seed, 9007199254740991U);
  EXPECT_EQ(note.result.alternative, "fire + flood");
  EXPECT_EQ(note.result.values, result.values);
  EXPECT_EQ(note.result.open, result.open);
  EXPECT_FALSE(note.result.recovered);
  EXPECT_EQ(note.result.log_weight, -3.25);
  EXPECT_EQ(note.result.events, 50941262U);
  EXPECT_EQ(note.result.error, "it broke");
}

TEST(RankMessageTest, EachWordCarriesItsFields) {
  const RankNote task = rank_note(
      rank_bytes({.word = RankWord::task, .task = {.replication = 1, .strategy = 2, .seed = 3}}));
  EXPECT_EQ(task.task.replication, 1U);
  EXPECT_EQ(task.task.strategy, 2U);
  EXPECT_EQ(task.task.seed, 3U);
  EXPECT_EQ(rank_note(rank_bytes({.word = RankWord::ready, .threads = 64})).threads, 64U);
  EXPECT_EQ(rank_note(rank_bytes({.word = RankWord::refuse, .text = "no"})).text, "no");
  EXPECT_EQ(rank_note(rank_bytes({.word = RankWord::end})).word, RankWord::end);
  EXPECT_EQ(rank_note(rank_bytes({.word = RankWord::end, .outcome = {2, -0.5}})).outcome,
            (std::vector<double>{2, -0.5}));
}

TEST(RankMessageTest, WhatIsCutOrForeignIsRefused) {
  const std::string whole =
      rank_bytes({.word = RankWord::result, .result = {.values = {1, 2}, .error = "x"}});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THROW(static_cast<void>(rank_note(whole.substr(0, size))), RankLost) << size;
  }
  EXPECT_THROW(static_cast<void>(rank_note(whole + "x")), RankLost);
  EXPECT_THROW(static_cast<void>(rank_note(std::string(64, '\x7f'))), RankLost);
}

}  // namespace
}  // namespace switchfault
