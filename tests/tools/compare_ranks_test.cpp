// `switchfault compare` under mpirun, by each implementation of MPI that is there.

#include <cstdint>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "study/study_lab.h"
#include "tools/program_lab.h"

namespace switchfault {
namespace {

std::int64_t stored_runs(const std::string& path) {
  sqlite3* database = nullptr;
  std::int64_t count = -1;
  const auto note = [](void* to, int, char** values, char**) {
    *static_cast<std::int64_t*>(to) = std::stoll(values[0]);
    return 0;
  };
  if (sqlite3_open(path.c_str(), &database) == SQLITE_OK) {
    sqlite3_exec(database, "SELECT count(*) FROM runs", note, &count, nullptr);
  }
  sqlite3_close(database);
  return count;
}

class CompareRanks : public ProgramLab, public ::testing::WithParamInterface<Mpi> {
 protected:
  void SetUp() override {
    if (!has(GetParam())) {
      GTEST_SKIP() << GetParam().name << " is not installed, or was not when this was configured";
    }
    write("test.yaml", hanging_switch());
  }

  [[nodiscard]] Result ranks(int count, const std::string& arguments) const {
    return shell(GetParam().launcher + " -n " + std::to_string(count) + " $P " + arguments);
  }
};

using CompareRanksLongTest = CompareRanks;

// 4 h of five strategies.
const std::string kStudy =
    "compare test.yaml --set clock.duration=4h --color never --replications 40 --journal ";
const std::string kPrecise =
    "compare test.yaml --set clock.duration=4h --color never --precision 3% --strategy quick "
    "--strategy slow --journal ";
// Stored; one that does not end by itself, if not told otherwise.
std::string stored(const std::string& journal, std::int64_t replications = 1'000'000) {
  return "compare test.yaml --set clock.duration=4h --strategy quick --strategy slow --quiet "
         "--store runs.sqlite --resume --journal " +
         journal + " --replications " + std::to_string(replications);
}

TEST_P(CompareRanks, TheJournalIsTheSameForAnyNumberOfRanksAndThreads) {
  const Result alone = shell("$P " + kStudy + "one.json --jobs 1");
  ASSERT_EQ(shell("$P " + kStudy + "threads.json --jobs 3").status, alone.status);
  const std::string journal = read("one.json");
  ASSERT_FALSE(journal.empty());
  EXPECT_EQ(read("threads.json"), journal);
  for (int count = 1; count <= 3; ++count) {
    const Result result = ranks(count, kStudy + "ranks.json --jobs 2");
    EXPECT_EQ(result.status, alone.status) << result.err;
    EXPECT_EQ(result.out, alone.out) << count;  // Of rank 0 alone.
    EXPECT_EQ(read("ranks.json"), journal) << count;
  }
}

TEST_P(CompareRanks, AStudyStopsAtTheSameReplication) {
  const Result alone = shell("$P " + kPrecise + "one.json --jobs 1");
  const Result together = ranks(3, kPrecise + "ranks.json --jobs 1");
  EXPECT_EQ(together.status, alone.status) << together.err;
  EXPECT_FALSE(alone.out.empty());
  EXPECT_EQ(together.out, alone.out);
  EXPECT_EQ(read("ranks.json"), read("one.json"));
}

TEST_P(CompareRanks, TheRangesOfAssumedValuesAreSharedToo) {
  write("ranges.yaml", hanging_switch() + R"(operations:
  diagnosis: {duration: {value: 10m, basis: assumed, range: [5m, 20m]}}
  inventory_age: {value: 1d, basis: assumed, range: [0s, 30d]}
)");
  const std::string study =
      "compare ranges.yaml --set clock.duration=4h --color never --replications 20 --journal ";
  const Result alone = shell("$P " + study + "one.json --jobs 1");
  EXPECT_NE(alone.out.find("over the ranges of assumed values"), std::string::npos) << alone.err;
  const Result together = ranks(3, study + "ranks.json --jobs 1");
  EXPECT_EQ(together.status, alone.status) << together.err;
  EXPECT_EQ(together.out, alone.out);
  EXPECT_EQ(read("ranks.json"), read("one.json"));
}

TEST_P(CompareRanks, ASweepIsTheSameForAnyNumberOfRanks) {
  const std::string study =
      "compare test.yaml --set clock.duration=4h,6h --strategy quick --strategy slow --color never "
      "--replications 12 --journal ";
  const Result alone = shell("$P " + study + "one.json --jobs 1");
  ASSERT_NE(alone.out.find("clock.duration"), std::string::npos) << alone.err;
  const Result together = ranks(3, study + "ranks.json --jobs 1");
  EXPECT_EQ(together.status, alone.status) << together.err;
  EXPECT_EQ(together.out, alone.out);
  EXPECT_EQ(read("ranks.json"), read("one.json"));
}

TEST_P(CompareRanks, ASelectionIsTheSameForAnyNumberOfRanksAndGoesOnFromItsStore) {
  write("ranges.yaml", hanging_switch() + R"(operations:
  diagnosis: {duration: {value: 10m, basis: assumed, range: [5m, 20m]}}
)");
  const std::string study =
      "compare ranges.yaml --set clock.duration=4h --select 2% --color never --replications 12 ";
  const Result alone = shell("$P " + study + "--jobs 1 --journal one.json");
  ASSERT_NE(alone.out.find("Selection: differences of"), std::string::npos) << alone.err;
  EXPECT_NE(alone.out.find("over the ranges of assumed values"), std::string::npos);
  const Result together = ranks(3, study + "--jobs 1 --journal ranks.json --store runs.sqlite");
  EXPECT_EQ(together.status, alone.status) << together.err;
  EXPECT_EQ(together.out, alone.out);
  EXPECT_EQ(read("ranks.json"), read("one.json"));
  const std::int64_t runs = stored_runs(path("runs.sqlite"));
  ASSERT_GE(runs, 5 * 8 + 4 * 32);
  const Result again =
      shell("$P " + study + "--jobs 2 --journal again.json --store runs.sqlite --resume");
  EXPECT_EQ(again.out, alone.out) << again.err;
  EXPECT_EQ(read("again.json"), read("one.json"));
  EXPECT_EQ(stored_runs(path("runs.sqlite")), runs);
}

TEST_P(CompareRanks, ARankWithOtherPointsOfASweepIsRefused) {
  write("rank.sh", R"(#!/bin/sh
if [ "${OMPI_COMM_WORLD_RANK:-$PMI_RANK}" = 1 ]; then
  exec "$@" --set clock.duration=4h,5h
fi
exec "$@" --set clock.duration=4h,6h
)");
  const Result result =
      shell(GetParam().launcher + " -n 2 sh rank.sh $P compare test.yaml --replications 4000");
  EXPECT_NE(result.status, 0);
  EXPECT_NE(result.err.find("has another scenario or version"), std::string::npos) << result.err;
}

TEST_P(CompareRanksLongTest, TheDeathOfARankEndsTheStudyAndLosesNothingThatWasStored) {
  // The last rank kills itself when there is something to be lost.
  write("rank.sh", R"(#!/bin/sh
if [ "${OMPI_COMM_WORLD_RANK:-$PMI_RANK}" = 1 ]; then
  (while [ ! -s runs.sqlite ]; do sleep 0.1; done; sleep 1.5; kill -9 $$) &
fi
exec "$@"
)");
  const Result broken = shell(GetParam().launcher + " -n 2 sh rank.sh $P " + stored("broken.json"));
  EXPECT_NE(broken.status, 0);
  EXPECT_NE(broken.err + broken.out, "");  // The launcher names the rank.
  const std::int64_t runs = stored_runs(path("runs.sqlite"));
  ASSERT_GT(runs, 0);
  const std::int64_t more = runs / 2 + 20;
  const Result resumed = ranks(2, stored("resumed.json", more));
  EXPECT_EQ(resumed.status, 0) << resumed.err;
  EXPECT_GE(stored_runs(path("runs.sqlite")), 2 * more);
  std::filesystem::remove(path("runs.sqlite"));
  ASSERT_EQ(shell("$P " + stored("whole.json", more)).status, 0);
  EXPECT_EQ(read("resumed.json"), read("whole.json"));
}

TEST_P(CompareRanksLongTest, AnInterruptReportsWhatIsThere) {
  write("rank.sh", R"(#!/bin/sh
if [ "${OMPI_COMM_WORLD_RANK:-$PMI_RANK}" = 0 ]; then
  (while [ ! -s runs.sqlite ]; do sleep 0.1; done; sleep 1; kill -INT $$) &
fi
exec "$@"
)");
  const Result result = shell(GetParam().launcher + " -n 2 sh rank.sh $P " + stored("a.json"));
  EXPECT_EQ(result.status, 130) << result.err;
  EXPECT_NE(read("a.json").find("\"incomplete\": true"), std::string::npos);
}

TEST_P(CompareRanks, WhatCannotBeReadIsSaidOnce) {
  const Result result = ranks(2, "compare missing.yaml --replications 3");
  EXPECT_NE(result.status, 0);
  const std::string said = "missing.yaml: error: cannot be read: No such file or directory\n";
  const std::size_t first = result.err.find(said);
  ASSERT_NE(first, std::string::npos) << result.err;
  EXPECT_EQ(result.err.find(said, first + 1), std::string::npos);
}

TEST_P(CompareRanks, ARankWithAnotherScenarioIsRefused) {
  write("rank.sh", R"(#!/bin/sh
if [ "${OMPI_COMM_WORLD_RANK:-$PMI_RANK}" = 1 ]; then
  exec "$@" --set clock.duration=3h
fi
exec "$@" --set clock.duration=4h
)");
  const Result result =
      shell(GetParam().launcher + " -n 2 sh rank.sh $P compare test.yaml --replications 4000");
  EXPECT_NE(result.status, 0);
  EXPECT_NE(result.err.find("error: rank 1 of 2 has another scenario or version of the program\n"
                            "  every machine needs the same files\n"),
            std::string::npos)
      << result.err;
}

std::string short_name(const ::testing::TestParamInfo<Mpi>& mpi) {
  return mpi.index == 0 ? "OpenMpi" : "Mpich";
}

INSTANTIATE_TEST_SUITE_P(Mpi, CompareRanks, ::testing::Values(open_mpi(), mpich()), short_name);
INSTANTIATE_TEST_SUITE_P(Mpi, CompareRanksLongTest, ::testing::Values(open_mpi(), mpich()),
                         short_name);

}  // namespace
}  // namespace switchfault
