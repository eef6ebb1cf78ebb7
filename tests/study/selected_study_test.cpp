#include "study/selected_study.h"

#include <gtest/gtest.h>

#include <switchfault/report.h>

#include "study/selection.h"
#include "study/study_lab.h"

namespace switchfault {
namespace {

StudyOptions selecting(std::vector<std::string> strategies, SelectionZone zone) {
  return {.strategies = std::move(strategies), .replications = 12, .select = zone};
}

// The half-hour between quick and slow costs 3,000 user-minutes, five seconds eight.
TEST(SelectedStudy, TheBestIsSelectedAndJudgedOnFreshSeeds) {
  const StudyLab lab;
  const StudyReport report =
      compare(lab.scenario, selecting({"none", "slow", "quick"}, {.width = 1000}));
  EXPECT_EQ(report.verdict, "decided");
  ASSERT_TRUE(report.selection);
  EXPECT_EQ(report.selection->selected, 2U);
  EXPECT_EQ(report.selection->zone, 1000);
  ASSERT_EQ(report.strategies.size(), 2U);
  EXPECT_EQ(report.strategies[0].name, "slow");  // Dropped last, and nearest.
  EXPECT_EQ(report.strategies[1].name, "quick");
  EXPECT_EQ(report.seeds.front(), replication_seed(1, 0));
  // The figures are those of a study of the two alone.
  const StudyReport alone = lab.compare({"slow", "quick"}, 12);
  EXPECT_EQ(report.objective_values, alone.objective_values);
  EXPECT_EQ(pair_of(report, 0, 1).verdict, PairVerdict::worse);
  EXPECT_EQ(pair_of(report, 0, 1).margin, 1000);
}

TEST(SelectedStudy, EqualOnesAreEquivalentWithinTheZone) {
  const StudyReport report =
      compare(StudyLab().scenario, selecting({"slow", "later", "quick"}, {.share = 0.01}));
  ASSERT_TRUE(report.selection);
  EXPECT_EQ(report.selection->pilot, 8U);
  EXPECT_GT(report.selection->zone, 20);
  EXPECT_EQ(report.selection->rows[1].fate, SelectionRow::Fate::behind);
  EXPECT_NEAR(report.selection->rows[1].behind, 100 * 5 / 60.0, 0.01);
  EXPECT_EQ(pair_of(report, 0, 1).verdict, PairVerdict::equivalent);
  EXPECT_EQ(report.verdict, "decided");
}

TEST(SelectedStudy, IsTheSameForAnyNumberOfThreads) {
  const StudyLab lab;
  StudyOptions options = selecting({}, {.share = 0.02});
  const std::string one = journal_json(compare(lab.scenario, options));
  options.jobs = 3;
  EXPECT_EQ(journal_json(compare(lab.scenario, options)), one);
}

// Keeps everything, and remembers what was put.
class Memory final : public ReplicationStore {
 public:
  std::vector<StrategyReplication> begin(const StudyIdentity&) override { return kept; }
  void put(const StrategyReplication& result) override { kept.push_back(result); }
  void commit() override {}
  std::vector<StrategyReplication> kept;
};

TEST(SelectedStudy, GoesOnWithItsStoreAndSoDoesAStudyWithoutSelection) {
  const StudyLab lab;
  StudyOptions options = selecting({"none", "slow", "quick"}, {.width = 1000});
  const std::string whole = journal_json(compare(lab.scenario, options));
  Memory memory;
  options.store = &memory;
  options.jobs = 2;
  EXPECT_EQ(journal_json(compare(lab.scenario, options)), whole);
  const std::size_t stored = memory.kept.size();
  EXPECT_GE(stored, 3U * 32 + 2 * 12);  // And what ran ahead.
  EXPECT_EQ(journal_json(compare(lab.scenario, options)), whole);
  EXPECT_EQ(memory.kept.size(), stored);
  std::erase_if(memory.kept, [n = 0](const StrategyReplication&) mutable { return ++n % 3 == 0; });
  EXPECT_EQ(journal_json(compare(lab.scenario, options)), whole);

  options.select.reset();
  const std::size_t before = memory.kept.size();
  const StudyReport plain = compare(lab.scenario, options);
  EXPECT_EQ(memory.kept.size(), before + 12);  // Only `none` had not run on these seeds.
  EXPECT_EQ(journal_json(plain), journal_json(lab.compare({"none", "slow", "quick"}, 12)));
}

TEST(SelectedStudy, AFailedStrategyLeavesItUndecided) {
  const StudyLab lab;
  Memory memory;
  memory.kept = {{.replication = kSelectionReplications + 1,
                  .strategy = 0,
                  .seed = replication_seed(1, kSelectionReplications + 1),
                  .error = "it broke"}};
  StudyOptions options = selecting({"none", "slow", "quick"}, {.width = 1000});
  options.store = &memory;
  const StudyReport report = compare(lab.scenario, options);
  EXPECT_EQ(report.verdict, "undecided");
  ASSERT_EQ(report.selection->failures.size(), 1U);
  EXPECT_EQ(report.selection->failures[0].strategy_name, "none");
  EXPECT_EQ(report.selection->failures[0].replication, 1U);
  const std::string text = format_comparison(report, {});
  EXPECT_NE(text.find("replication 1: it broke\n    switchfault run test.yaml --strategy none"),
            std::string::npos);
  EXPECT_TRUE(text.ends_with("undecided: a strategy was dropped because it failed\n")) << text;
}

TEST(SelectedStudy, AnInterruptKeepsWhoWasDropped) {
  const StudyLab lab;
  StudyOptions options = selecting({"none", "slow", "quick"}, {.width = 1000});
  options.progress = [](const StudyProgress& state) { return state.runs_done < 20; };
  const StudyReport report = compare(lab.scenario, options);
  EXPECT_TRUE(report.interrupted);
  EXPECT_EQ(report.verdict, "undecided");
  EXPECT_FALSE(report.selection->selected);
  EXPECT_TRUE(report.strategies.empty());
  EXPECT_NE(format_comparison(report, {}).find("interrupted"), std::string::npos);
}

TEST(SelectedStudy, RefusesWhatCannotSelect) {
  const StudyLab lab;
  const auto said = [&](const StudyOptions& options) {
    try {
      static_cast<void>(compare(lab.scenario, options));
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  StudyOptions few = selecting({}, {.width = 10});
  few.replications_max = 31;
  EXPECT_EQ(said(few),
            "test.yaml: error: a selection needs 32 replications at least\n"
            "  --max-replications allows fewer\n");
  Scenario quiet = lab.scenario;
  quiet.faults.clear();
  try {
    static_cast<void>(compare(quiet, selecting({"quick", "none"}, {.share = 0.1})));
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("is no zone: that mean is 0"), std::string::npos);
  }
}

TEST(SelectedStudy, TheSummarySaysWhoWasDroppedAndWhatWasSaved) {
  const std::string text = format_comparison(
      compare(StudyLab().scenario, selecting({"none", "slow", "quick"}, {.width = 1000})), {});
  EXPECT_NE(text.find("  12 fresh replications of 2 strategies"), std::string::npos) << text;
  EXPECT_NE(text.find("Selection: differences of 1,000 or more are worth detecting\n"),
            std::string::npos);
  EXPECT_NE(text.find("  slow               32  dropped: 3,000 behind quick, "), std::string::npos);
  EXPECT_NE(text.find("  quick              32  selected\n"), std::string::npos);
  EXPECT_NE(text.find("  96 runs; 96 if none had been dropped: 0 % saved\n"), std::string::npos);
  EXPECT_NE(text.find("  95 %: quick is the best if the best is ahead by 1,000; otherwise"),
            std::string::npos);
  EXPECT_TRUE(text.ends_with("\ndecided: quick\n"));
}

}  // namespace
}  // namespace switchfault
