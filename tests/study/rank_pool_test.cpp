#include "study/rank_pool.h"

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include <switchfault/diagnostic.h>
#include <switchfault/optimize.h>

#include "study/study_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

// What ranks in one process send each other.
struct Post {
  std::mutex mutex;
  std::map<std::uint32_t, std::deque<RankMessage>> boxes;
};

class LocalRanks final : public Ranks {
 public:
  LocalRanks(Post& post, std::uint32_t rank, std::uint32_t count)
      : post_(post), rank_(rank), count_(count) {}

  [[nodiscard]] std::uint32_t rank() const override { return rank_; }
  [[nodiscard]] std::uint32_t count() const override { return count_; }
  void send(std::uint32_t to, std::string bytes) override {
    const std::lock_guard lock(post_.mutex);
    post_.boxes[to].push_back({.from = rank_, .bytes = std::move(bytes)});
  }
  std::optional<RankMessage> receive() override {
    const std::lock_guard lock(post_.mutex);
    auto& box = post_.boxes[rank_];
    if (box.empty()) {
      return std::nullopt;
    }
    RankMessage message = std::move(box.front());
    box.pop_front();
    return message;
  }

 private:
  Post& post_;
  std::uint32_t rank_, count_;
};

class RankPoolTest : public ::testing::Test {
 protected:
  StudyOptions options(Ranks& ranks, std::uint32_t jobs) {
    return {.strategies = {"quick", "slow"}, .replications = 20, .jobs = jobs, .ranks = &ranks};
  }
  // What the leader does when `note` is all that rank 1 says.
  std::string said_of(const RankNote& note, std::chrono::milliseconds lost_after = 1min) {
    LocalRanks other(post_, 1, 2);
    other.send(0, rank_bytes(note));
    RankPool pool(replications_, leader_, {.study = "a", .lost_after = lost_after});
    try {
      for (int i = 0; i < 100; ++i) {
        static_cast<void>(pool.take(1ms));
      }
    } catch (const RankLost& lost) {
      return lost.what();
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  }

  StudyLab lab_;
  std::vector<StudyMetric> metrics_ = study_metrics(lab_.scenario);
  std::vector<std::string> names_ = {"quick"};
  Replications replications_{lab_.scenario, metrics_, names_};
  Post post_;
  LocalRanks leader_{post_, 0, 2};
};

TEST_F(RankPoolTest, RanksShareAStudyAndItsJournalIsThatOfOne) {
  std::vector<std::thread> followers;
  for (std::uint32_t rank = 1; rank < 4; ++rank) {
    followers.emplace_back([&, rank] {
      LocalRanks ranks(post_, rank, 4);
      EXPECT_TRUE(serve_study(lab_.scenario, options(ranks, rank)));
    });
  }
  LocalRanks ranks(post_, 0, 4);
  const std::string journal = journal_json(compare(lab_.scenario, options(ranks, 1)));
  for (std::thread& follower : followers) {
    follower.join();
  }
  EXPECT_EQ(journal, journal_json(lab_.compare({"quick", "slow"}, 20)));
}

TEST_F(RankPoolTest, RanksShareASelectionAndGoOnWithWhatItLeft) {
  const auto selecting = [&](Ranks* ranks) {
    return StudyOptions{.strategies = {"none", "slow", "quick"},
                        .replications = 10,
                        .ranks = ranks,
                        .select = SelectionZone{.width = 1000}};
  };
  std::vector<std::thread> followers;
  for (std::uint32_t rank = 1; rank < 3; ++rank) {
    followers.emplace_back([&, rank] {
      LocalRanks ranks(post_, rank, 3);
      EXPECT_EQ(serve_study(lab_.scenario, selecting(&ranks)),
                (std::vector<std::string>{"slow", "quick"}));
    });
  }
  LocalRanks ranks(post_, 0, 3);
  const std::string journal = journal_json(compare(lab_.scenario, selecting(&ranks)));
  for (std::thread& follower : followers) {
    follower.join();
  }
  EXPECT_EQ(journal, journal_json(compare(lab_.scenario, selecting(nullptr))));
}

TEST_F(RankPoolTest, RanksFollowOneSearch) {
  const auto searching = [&](Ranks* ranks) {
    return OptimizeOptions{
        .strategies = {"slow"}, .budget = 200, .replications = 6, .ranks = ranks};
  };
  std::vector<std::thread> followers;
  for (std::uint32_t rank = 1; rank < 3; ++rank) {
    followers.emplace_back([&, rank] {
      LocalRanks ranks(post_, rank, 3);
      serve_optimization(lab_.scenario, searching(&ranks));
    });
  }
  LocalRanks ranks(post_, 0, 3);
  const std::string journal = journal_json(optimize(lab_.scenario, searching(&ranks)));
  for (std::thread& follower : followers) {
    follower.join();
  }
  EXPECT_EQ(journal, journal_json(optimize(lab_.scenario, searching(nullptr))));
}

TEST_F(RankPoolTest, ALostRankInterruptsASearch) {
  LocalRanks other(post_, 1, 2);
  other.send(0, "");
  const OptimizationReport report =
      optimize(lab_.scenario, {.strategies = {"quick", "slow"}, .budget = 50, .ranks = &leader_});
  EXPECT_TRUE(report.interrupted);
  EXPECT_EQ(report.interruption, "rank 1 of 2 has left");
  EXPECT_FALSE(report.comparison);
}

TEST_F(RankPoolTest, WhatIsConcludedIsToldAtTheEnd) {
  LocalRanks other(post_, 1, 2);
  { RankPool(replications_, leader_, {.study = "a"}).conclude({3, 1}); }
  EXPECT_EQ(serve(replications_, other, {.study = "a"}, [] { return true; }),
            (std::vector<double>{3, 1}));
}

TEST_F(RankPoolTest, RunsGoToWhoHasThreadsIdle) {
  LocalRanks other(post_, 1, 2);
  other.send(0, rank_bytes({.word = RankWord::ready, .study = "a", .threads = 3}));
  RankPool pool(replications_, leader_, {.threads = 1, .study = "a"});
  static_cast<void>(pool.take(1ms));
  EXPECT_EQ(pool.threads(), 4U);
  for (std::uint64_t i = 0; i < 9; ++i) {
    pool.submit({.replication = i, .strategy = 0, .seed = i});
  }
  std::size_t tasks = 0;
  while (const auto message = other.receive()) {
    tasks += rank_note(message->bytes).word == RankWord::task ? 1U : 0U;
  }
  EXPECT_EQ(tasks, 4U);  // Three threads, and one in reserve.
  EXPECT_EQ(pool.open(), 9U);
}

TEST_F(RankPoolTest, AResultCountsOnce) {
  LocalRanks other(post_, 1, 2);
  other.send(0, rank_bytes({.word = RankWord::ready, .study = "a", .threads = 8}));
  RankPool pool(replications_, leader_, {.threads = 1, .study = "a"});
  static_cast<void>(pool.take(1ms));
  pool.submit({.replication = 5, .strategy = 0, .seed = 1});
  const auto result = [](const std::string& study) {
    return rank_bytes({.word = RankWord::result,
                       .study = study,
                       .result = {.replication = 5, .strategy = 0, .seed = 1}});
  };
  other.send(0, result("of yesterday"));
  other.send(0, result("a"));
  other.send(0, result("a"));
  EXPECT_TRUE(pool.take(1s).has_value());
  EXPECT_FALSE(pool.take(1ms).has_value());
  EXPECT_EQ(pool.open(), 0U);
}

TEST_F(RankPoolTest, SaysWhichRankIsGoneAndWhy) {
  EXPECT_EQ(said_of({.word = RankWord::refuse, .text = "no such file"}),
            "error: rank 1 of 2 cannot take part: no such file\n");
  EXPECT_EQ(said_of({.word = RankWord::ready, .study = "b", .threads = 1}),
            "error: rank 1 of 2 has another scenario or version of the program\n"
            "  every machine needs the same files\n");
  EXPECT_EQ(said_of({.word = RankWord::stop, .study = "a"}), "rank 1 of 2 was interrupted");
  EXPECT_EQ(said_of({.word = RankWord::alive, .study = "a"}, 5ms),
            "rank 1 of 2 has said nothing for 0s");
  EXPECT_EQ(said_of({.word = RankWord::alive, .study = "a"}), "");
}

TEST_F(RankPoolTest, ALostRankInterruptsTheStudy) {
  LocalRanks other(post_, 1, 2);
  other.send(0, "");
  const StudyReport report = compare(lab_.scenario, options(leader_, 1));
  EXPECT_TRUE(report.interrupted);
  EXPECT_EQ(report.interruption, "rank 1 of 2 has left");
}

TEST_F(RankPoolTest, OthersEndWhenTheLeaderLeavesOrFallsSilent) {
  LocalRanks other(post_, 1, 2);
  leader_.send(1, "");
  EXPECT_FALSE(serve(replications_, other, {.study = "a"}, [] { return true; }));
  leader_.send(1, rank_bytes({.word = RankWord::alive, .study = "a"}));
  EXPECT_THROW(serve(replications_, other, {.study = "a", .lost_after = 5ms}, [] { return true; }),
               RankLost);
}

TEST_F(RankPoolTest, AnInterruptedRankTellsTheLeader) {
  LocalRanks other(post_, 1, 2);
  leader_.send(1, rank_bytes({.word = RankWord::end, .study = "of yesterday"}));
  EXPECT_TRUE(serve(replications_, other, {.study = "a"}, [&] {
    leader_.send(1, rank_bytes({.word = RankWord::end, .study = "a"}));
    return false;
  }));
  EXPECT_EQ(rank_note(leader_.receive()->bytes).word, RankWord::ready);
  EXPECT_EQ(rank_note(leader_.receive()->bytes).word, RankWord::stop);
}

}  // namespace
}  // namespace switchfault
