// `switchfault optimize` under mpirun, by each implementation of MPI that is there.

#include <string>

#include <gtest/gtest.h>

#include "study/repairs_lab.h"
#include "tools/program_lab.h"

namespace switchfault {
namespace {

class OptimizeRanks : public ProgramLab, public ::testing::WithParamInterface<Mpi> {
 protected:
  void SetUp() override {
    if (!has(GetParam())) {
      GTEST_SKIP() << GetParam().name << " is not installed, or was not when this was configured";
    }
    write("test.yaml", four_repairs(in_this_order("worst", "acbd")));
  }

  [[nodiscard]] Result ranks(int count, const std::string& arguments) const {
    return shell(GetParam().launcher + " -n " + std::to_string(count) + " $P " + arguments);
  }
};

const std::string kSearch = "optimize test.yaml --color never --budget 1500 --replications 12 ";

TEST_P(OptimizeRanks, TheSearchIsTheSameForAnyNumberOfRanksAndThreads) {
  const Result alone = shell("$P " + kSearch + "--jobs 1 --journal one.json --write one.yaml");
  ASSERT_EQ(alone.status, 0) << alone.err;
  const std::string journal = read("one.json");
  ASSERT_NE(journal.find("\"found\": \"optimized\""), std::string::npos);
  ASSERT_EQ(shell("$P " + kSearch + "--jobs 3 --journal threads.json").status, 0);
  EXPECT_EQ(read("threads.json"), journal);
  for (int count = 2; count <= 3; ++count) {
    const Result result =
        ranks(count, kSearch + "--jobs 2 --journal ranks.json --write ranks.yaml");
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(result.out, alone.out) << count;  // Of rank 0 alone.
    EXPECT_EQ(read("ranks.json"), journal) << count;
    EXPECT_EQ(read("ranks.yaml"), read("one.yaml")) << count;
  }
}

TEST_P(OptimizeRanks, ARankWithAnotherBudgetIsRefused) {
  write("rank.sh", R"(#!/bin/sh
if [ "${OMPI_COMM_WORLD_RANK:-$PMI_RANK}" = 1 ]; then
  exec "$@" --budget 200
fi
exec "$@" --budget 3000
)");
  const Result result = shell(GetParam().launcher + " -n 2 sh rank.sh $P optimize test.yaml");
  EXPECT_NE(result.status, 0);
  EXPECT_NE(result.err.find("error: rank 1 of 2 has another scenario or version of the program"),
            std::string::npos)
      << result.err;
}

std::string short_name(const ::testing::TestParamInfo<Mpi>& mpi) {
  return mpi.index == 0 ? "OpenMpi" : "Mpich";
}

INSTANTIATE_TEST_SUITE_P(Mpi, OptimizeRanks, ::testing::Values(open_mpi(), mpich()), short_name);

}  // namespace
}  // namespace switchfault
