#include "study/worker_pool.h"

#include <set>

#include <gtest/gtest.h>

#include "study/study_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

class WorkerPoolTest : public ::testing::Test {
 protected:
  StudyLab lab_;
  std::vector<StudyMetric> metrics_ = study_metrics(lab_.scenario);
  std::vector<std::string> names_ = {"quick"};
  Replications replications_{lab_.scenario, metrics_, names_};
};

TEST_F(WorkerPoolTest, GivesEachResultOnce) {
  WorkerPool pool(replications_, 3);
  for (std::uint64_t i = 0; i < 8; ++i) {
    pool.submit({.replication = i, .strategy = 0, .seed = i});
  }
  std::set<std::uint64_t> seen;
  while (pool.open() > 0) {
    if (const auto result = pool.take(1s)) {
      EXPECT_EQ(result->seed, result->replication);
      EXPECT_TRUE(seen.insert(result->replication).second);
    }
  }
  EXPECT_EQ(seen.size(), 8U);
}

TEST_F(WorkerPoolTest, NothingToDoIsNoResult) {
  WorkerPool pool(replications_, 1);
  EXPECT_FALSE(pool.take(1ms).has_value());
}

TEST_F(WorkerPoolTest, DropsWhatHasNotBegun) {
  WorkerPool pool(replications_, 1);
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    pool.submit({.replication = i, .strategy = 0, .seed = i});
  }
  EXPECT_TRUE(pool.take(10s).has_value());  // The destructor does not wait for the others.
}

}  // namespace
}  // namespace switchfault
