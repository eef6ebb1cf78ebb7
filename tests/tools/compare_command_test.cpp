// `switchfault compare` against a hostile world: full disks, foreign stores, impossible wishes,
// interrupts.

#include <regex>
#include <string>

#include <gtest/gtest.h>

#include "study/study_lab.h"
#include "tools/program_lab.h"

namespace switchfault {
namespace {

class CompareCommand : public ProgramLab {
 protected:
  CompareCommand() { write("test.yaml", hanging_switch()); }

  [[nodiscard]] Result compare(const std::string& arguments, const std::string& before = "") const {
    return shell(before +
                 "$P compare test.yaml --set clock.duration=4h --strategy quick "
                 "--strategy slow " +
                 arguments);
  }
};

TEST_F(CompareCommand, AFullDiskKeepsWhatWasStored) {
  const Result full = compare("--quiet --replications 100000 --store s.sqlite", "ulimit -f 100; ");
  EXPECT_EQ(full.status, 2);
  // SQLite's words depend on which write came too late: no space, too large, or an I/O error.
  EXPECT_EQ(full.err.find("switchfault: s.sqlite: "), 0U) << full.err;
  ASSERT_EQ(compare("--quiet --replications 30 --store s.sqlite --resume --journal a.json").status,
            0);
  ASSERT_EQ(compare("--quiet --replications 30 --journal b.json").status, 0);
  EXPECT_EQ(read("a.json"), read("b.json"));
}

TEST_F(CompareCommand, AResultThatCannotBeWrittenIsAnError) {
  for (const std::string option : {"--journal", "--csv"}) {
    const Result full = compare("--quiet --replications 2 " + option + " /dev/full");
    EXPECT_EQ(full.status, 2);
    EXPECT_EQ(full.err, "switchfault: cannot write /dev/full: No space left on device\n");
  }
  const Result out = compare("--replications 2 > /dev/full");
  EXPECT_EQ(out.status, 2);
  EXPECT_EQ(out.err, "switchfault: cannot write to stdout: No space left on device\n");
}

// A study of months would be gone: it is said before the first run.
TEST_F(CompareCommand, APlaceThatCannotBeWrittenIsSaidBeforeTheStudy) {
  for (const std::string option : {"--journal", "--csv"}) {
    const Result result = compare("--replications 1000000 " + option + " no/such.out");
    EXPECT_EQ(result.status, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err, "switchfault: cannot write no/such.out: No such file or directory\n");
  }
  const Result sweep = compare("--replications 1000000 --set clock.duration=1h,2h --journal no/a");
  EXPECT_EQ(sweep.err, "switchfault: cannot write no/a: No such file or directory\n");
  const Result store = compare("--replications 1000000 --store no/s.sqlite");
  EXPECT_EQ(store.status, 2);
  EXPECT_EQ(store.err.find("no/s.sqlite"), store.err.rfind("no/s.sqlite")) << store.err;
}

TEST_F(CompareCommand, RefusesWhatMakesNoStudy) {
  const auto said = [&](const std::string& arguments) {
    const Result result = compare(arguments);
    EXPECT_EQ(result.status, 2) << arguments;
    return result.err;
  };
  EXPECT_EQ(said("--replications 0"),
            "switchfault: --replications takes a whole number from 2 to 1000000, not '0'\n");
  EXPECT_EQ(said("--precision 0%")
                .find("switchfault: --precision takes a share of the mean above 0% and below 100%"),
            0U);
  EXPECT_EQ(said("--replications 3 --store ''"), "error: the store needs a name\n");
  EXPECT_EQ(said("--replications 3 --store test.yaml --resume"),
            "test.yaml: error: this is no store of a study, or it is damaged\n"
            "  file is not a database\n");
  EXPECT_EQ(
      said("--replications 3 --select 0%")
          .find("switchfault: --select takes the smallest difference that is worth detecting"),
      0U);
  EXPECT_EQ(said("--replications 3 --select 10m"),
            "switchfault: --select: '10m' is no width of user_minutes_lost; write a number such as "
            "1000\n");
  EXPECT_EQ(said("--replications 3 --select 2% --max-replications 39"),
            "test.yaml: error: a selection needs 40 replications at least\n"
            "  --max-replications allows fewer\n");
  EXPECT_EQ(said("--replications 3 --select 2% --set seed=1,2")
                .find("switchfault: --select does not go with a --set of several levels"),
            0U);
  EXPECT_EQ(said("--replications 3 --resume"),
            "switchfault: --resume goes with --store: the file to go on with\n");
}

TEST_F(CompareCommand, APrecisionOutOfReachIsSaid) {
  const Result result = compare("--precision 0.0001% --max-replications 40");
  EXPECT_NE(result.out.find("the precision of 0.0001 % was not reached"), std::string::npos);
}

TEST_F(CompareCommand, AStoreOfAnotherScenarioIsRefused) {
  ASSERT_NE(compare("--quiet --replications 3 --store s.sqlite").status, 2);
  const Result other = compare("--replications 3 --store s.sqlite --resume --set title=other");
  EXPECT_EQ(other.status, 2);
  EXPECT_EQ(other.err.find("s.sqlite: error: the store is of another study: its scenario_hash is"),
            0U)
      << other.err;
}

TEST_F(CompareCommand, AnInterruptReportsAndResumes) {
  const Result result = shell(
      "timeout --foreground --signal=INT 2 $P compare test.yaml --set clock.duration=4h "
      "--strategy quick --strategy slow --replications 1000000 --store s.sqlite "
      "--journal a.json --csv a.csv --jobs 2 --progress");
  EXPECT_TRUE(std::regex_match(result.err, std::regex("[0-9]+ of 2000000 runs \\([0-9]+ %\\), "
                                                      "[0-9.]+ a second, mean .+ [0-9.]+ %, "
                                                      "[0-9dhms]+ left, 2 threads\n")))
      << result.err;
  EXPECT_EQ(result.status, 124) << result.err;  // timeout's own.
  EXPECT_NE(result.out.find("interrupted: only the replications completed so far"),
            std::string::npos);
  EXPECT_NE(read("a.json").find("\"incomplete\": true"), std::string::npos);
  EXPECT_GT(read("a.csv").size(), 1000U);
  ASSERT_EQ(compare("--quiet --replications 50 --store s.sqlite --resume --journal b.json").status,
            0);
  ASSERT_EQ(compare("--quiet --replications 50 --journal c.json").status, 0);
  EXPECT_EQ(read("b.json"), read("c.json"));
}

TEST_F(CompareCommand, ASelectionThatIsKilledGoesOnFromItsStore) {
  const std::string study =
      "$P compare test.yaml --set clock.duration=4h --select 40 --precision 1% --quiet ";
  const std::string stored = study + "--store s.sqlite --resume --jobs 2 --journal b.json";
  ASSERT_EQ(shell(study + "--journal a.json").status, 0);
  for (int i = 1; i <= 4; ++i) {
    static_cast<void>(shell("timeout --signal=KILL 0." + std::to_string(3 * i) + " " + stored));
  }
  ASSERT_EQ(shell(stored).status, 0);
  EXPECT_EQ(read("b.json"), read("a.json"));
}

TEST_F(CompareCommand, AnyReplicationCanBeRunAlone) {
  ASSERT_NE(compare("--quiet --replications 3 --csv a.csv").status, 2);
  const std::string csv = read("a.csv");
  const std::size_t last = csv.rfind("\n2,");
  ASSERT_NE(last, std::string::npos);
  const std::string row = csv.substr(last + 1);  // The seed is field 1, user_minutes_lost 7.
  const std::size_t begin = row.find(',') + 1;
  const std::string seed = row.substr(begin, row.find(',', begin) - begin);
  const Result alone = shell("$P run test.yaml --set clock.duration=4h --strategy slow --seed " +
                             seed + " --quiet --journal run.json");
  const std::string key = "\"user_minutes_lost\": ";
  const std::string journal = read("run.json");
  const std::size_t at = journal.rfind(key);
  ASSERT_NE(at, std::string::npos);
  std::size_t field = 0;
  for (int i = 0; i < 7; ++i) {
    field = row.find(',', field) + 1;
  }
  // The journal of a run rounds.
  EXPECT_NEAR(std::stod(journal.substr(at + key.size())), std::stod(row.substr(field)), 1e-5);
}

}  // namespace
}  // namespace switchfault
