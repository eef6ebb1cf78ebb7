#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <switchfault/study.h>

#include "study/study_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

class ReplicationStoreTest : public ::testing::Test {
 protected:
  ReplicationStoreTest() {
    std::string name = (std::filesystem::temp_directory_path() / "store-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    path_ = folder_ + "/study.sqlite";
  }
  ~ReplicationStoreTest() override { std::filesystem::remove_all(folder_); }

  std::string refusal(const StudyIdentity& identity) {
    try {
      static_cast<void>(open_replication_store(path_, true)->begin(identity));
    } catch (const InputError& error) {
      return error.diagnostics().front().message;
    }
    return "";
  }

  // The journal of a study that reads and writes the store.
  std::string study(const StudyLab& lab, std::uint64_t replications, bool resume = true) {
    const auto store = open_replication_store(path_, resume);
    return journal_json(compare(lab.scenario, {.strategies = {"quick", "slow"},
                                               .replications = replications,
                                               .jobs = 2,
                                               .store = store.get()}));
  }

  // A process of its own that is killed after some time.
  void study_killed_after(const StudyLab& lab, std::chrono::milliseconds time) {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto store = open_replication_store(path_, true);
      StudyOptions options{.strategies = {"quick", "slow"}, .replications = 40, .jobs = 2};
      options.store = store.get();
      // Every result is committed at once, so that something is there to be cut off.
      options.progress = [&](const StudyProgress&) {
        store->commit();
        return true;
      };
      static_cast<void>(compare(lab.scenario, options));
      ::_exit(0);
    }
    ::usleep(static_cast<useconds_t>(time.count() * 1000));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }

  std::string folder_, path_;
  StudyIdentity identity_{.program_version = "1",
                          .scenario_hash = "abc",
                          .title = "test",
                          .seed = 18446744073709551615U,
                          .strategies = {"a", "b"},
                          .metrics = {{.name = "minutes"}, {.name = "actions"}}};
};

TEST_F(ReplicationStoreTest, GivesBackWhatWasPut) {
  const StrategyReplication result{.replication = 3,
                                   .strategy = 1,
                                   .seed = 9007199254740991,
                                   .alternative = "fire",
                                   .values = {0.1, 1e300},
                                   .open = {1},
                                   .recovered = false,
                                   .log_weight = -0.75,
                                   .events = 50941262};
  {
    const auto store = open_replication_store(path_, false);
    EXPECT_TRUE(store->begin(identity_).empty());
    store->put(result);
    store->put({.replication = 0, .strategy = 0, .error = "it broke"});
    store->commit();
  }
  const auto stored = open_replication_store(path_, true)->begin(identity_);
  ASSERT_EQ(stored.size(), 2U);
  EXPECT_EQ(stored[0].error, "it broke");
  EXPECT_TRUE(stored[0].values.empty());
  EXPECT_EQ(stored[1].replication, 3U);
  EXPECT_EQ(stored[1].seed, 9007199254740991U);
  EXPECT_EQ(stored[1].alternative, "fire");
  EXPECT_EQ(stored[1].values, result.values);
  EXPECT_EQ(stored[1].open, result.open);
  EXPECT_FALSE(stored[1].recovered);
  EXPECT_EQ(stored[1].log_weight, -0.75);
  EXPECT_EQ(stored[1].events, 50941262U);
}

TEST_F(ReplicationStoreTest, WhatIsNotCommittedIsNotThere) {
  {
    const auto store = open_replication_store(path_, false);
    static_cast<void>(store->begin(identity_));
    store->put({.replication = 0, .strategy = 0, .values = {1, 2}});
  }
  EXPECT_TRUE(open_replication_store(path_, true)->begin(identity_).empty());
}

TEST_F(ReplicationStoreTest, IsNotOverwritten) {
  static_cast<void>(open_replication_store(path_, false)->begin(identity_));
  try {
    static_cast<void>(open_replication_store(path_, false));
    FAIL();
  } catch (const InputError& error) {
    EXPECT_EQ(std::string(error.what()),
              path_ + ": error: the store exists\n  --resume goes on with it\n");
  }
}

TEST_F(ReplicationStoreTest, RefusesAnotherStudy) {
  static_cast<void>(open_replication_store(path_, false)->begin(identity_));
  EXPECT_EQ(refusal(identity_), "");
  StudyIdentity other = identity_;
  other.scenario_hash = "abd";
  EXPECT_EQ(refusal(other), "the store is of another study: its scenario_hash is 'abc', not 'abd'");
  other = identity_;
  other.program_version = "2";
  EXPECT_EQ(refusal(other), "the store is of another study: its program_version is '1', not '2'");
  other = identity_;
  other.seed = 1;
  EXPECT_EQ(refusal(other),
            "the store is of another study: its seed is '18446744073709551615', not '1'");
  other = identity_;
  other.strategies = {"b", "a"};
  EXPECT_EQ(refusal(other), "the store is of another study: it compares other strategies");
}

TEST_F(ReplicationStoreTest, RefusesWhatIsNoStore) {
  std::ofstream(path_) << std::string(5000, 'x');
  EXPECT_EQ(refusal(identity_), "this is no store of a study, or it is damaged");
}

TEST_F(ReplicationStoreTest, RefusesAStoreThatIsDamaged) {
  { static_cast<void>(study(StudyLab(), 20, false)); }
  std::fstream file(path_, std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(path_) / 2));
  file << std::string(4096, 'x');
  file.close();
  try {
    static_cast<void>(open_replication_store(path_, true));
    FAIL();
  } catch (const InputError& error) {
    EXPECT_EQ(error.diagnostics().front().message, "the store is damaged");
  }
}

TEST_F(ReplicationStoreTest, LeavesADatabaseOfOthersAlone) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &database), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(database, "CREATE TABLE t (a)", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(database);
  const auto written = std::filesystem::last_write_time(path_);
  EXPECT_EQ(refusal(identity_), "this is no store of a study of this format");
  EXPECT_EQ(std::filesystem::last_write_time(path_), written);
}

TEST_F(ReplicationStoreTest, AFolderThatIsMissingIsNamed) {
  try {
    static_cast<void>(open_replication_store(folder_ + "/gone/study.sqlite", false));
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_EQ(std::string(error.what()),
              folder_ +
                  "/gone/study.sqlite: unable to open database file: No such file or "
                  "directory");
  }
}

TEST_F(ReplicationStoreTest, AStudyGoesOnWhereItWasInterrupted) {
  const StudyLab lab;
  const std::string whole = journal_json(lab.compare({"quick", "slow"}, 12));
  EXPECT_NE(study(lab, 5, false), whole);
  EXPECT_EQ(study(lab, 12), whole);
  EXPECT_EQ(study(lab, 12), whole);  // Nothing is left to run.
}

TEST_F(ReplicationStoreTest, KilledAtAnyMomentItResumesToTheSameJournal) {
  const StudyLab lab;
  const std::string whole = journal_json(lab.compare({"quick", "slow"}, 40));
  for (int i = 0; i < 12; ++i) {
    study_killed_after(lab, std::chrono::milliseconds{5 + 7 * i});
  }
  EXPECT_EQ(study(lab, 40), whole);
}

}  // namespace
}  // namespace switchfault
