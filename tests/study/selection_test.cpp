// What a selection runs, whom it drops, and how often it is right.

#include "study/selection.h"

#include <cmath>
#include <functional>
#include <vector>

#include "study/coverage.h"

namespace switchfault {
namespace {

using Value = std::function<std::optional<double>(const Selection::Run&)>;
using Fate = SelectionRow::Fate;

// Runs it to its end in order; returns how many runs it wanted.
std::size_t run_all(Selection& selection, const Value& value) {
  std::size_t runs = 0;
  while (const auto run = selection.next()) {
    selection.add(*run, value(*run));
    ++runs;
  }
  return runs;
}

const std::vector<std::string> kNames = {"a", "b", "c"};

// The strategies differ by 10 a piece, plus or minus 1.
double steps_of_ten(const Selection::Run& run) {
  return 100 + 10.0 * run.strategy + (run.replication % 2 == 0 ? 1 : -1) * (run.strategy + 1.0);
}

TEST(Selection, DropsWhatIsBehindAtTheFirstLookAndSaysByHowMuch) {
  Selection selection({.zone = {.width = 5}}, 3);
  run_all(selection, steps_of_ten);
  ASSERT_TRUE(selection.ended());
  const SelectionReport report = selection.report(kNames);
  EXPECT_EQ(report.selected, 0U);
  EXPECT_EQ(report.replications, 32U);
  EXPECT_EQ(report.runs, 96U);
  EXPECT_EQ(report.runs_of_all, 96U);
  EXPECT_EQ(report.rows[2].fate, Fate::behind);
  EXPECT_EQ(report.rows[2].by, 0U);
  EXPECT_DOUBLE_EQ(report.rows[2].behind, 20);
  EXPECT_LT(report.rows[2].allowed, 1);
  EXPECT_EQ(selection.finalists(), (std::vector<std::size_t>{0, 1}));  // The nearest one dropped.
}

TEST(Selection, SpendsReplicationsOnContenders) {
  const Draws draws(77);
  Selection selection({.zone = {.width = 1}}, 3);
  run_all(selection, [&](const Selection::Run& run) {
    const double mean = run.strategy == 2 ? 50 : run.strategy;
    return mean + 3 * draws.normal(run.strategy, run.replication);
  });
  const SelectionReport report = selection.report(kNames);
  EXPECT_EQ(report.selected, 0U);
  EXPECT_EQ(report.rows[2].replications, 32U);
  EXPECT_GT(report.rows[1].replications, 32U);
  EXPECT_EQ(report.rows[0].replications, report.replications);
  EXPECT_EQ(report.runs, 32 + 2 * report.replications);
  EXPECT_EQ(report.runs_of_all, 3 * report.replications);
}

TEST(Selection, TheOrderOfResultsChangesNothing) {
  const Draws draws(78);
  const auto value = [&](const Selection::Run& run) {
    return run.strategy + 4 * draws.normal(run.strategy, run.replication);
  };
  Selection in_order({.zone = {.width = 1}}, 3);
  run_all(in_order, value);
  Selection late({.zone = {.width = 1}}, 3);
  std::vector<Selection::Run> open;
  while (true) {  // Always seven runs under way, the latest one ends first.
    while (open.size() < 7) {
      const auto run = late.next();
      if (!run) {
        break;
      }
      open.push_back(*run);
    }
    if (open.empty()) {
      break;
    }
    const Selection::Run run = open.back();
    open.pop_back();
    late.add(run, value(run));
  }
  const SelectionReport a = in_order.report(kNames);
  const SelectionReport b = late.report(kNames);
  EXPECT_EQ(a.selected, b.selected);
  EXPECT_EQ(a.replications, b.replications);
  EXPECT_EQ(a.runs, b.runs);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(a.rows[i].replications, b.rows[i].replications);
    EXPECT_EQ(a.rows[i].behind, b.rows[i].behind);
  }
}

TEST(Selection, WhatIsThereAlreadyIsNotRunAgain) {
  Selection selection({.zone = {.width = 5}}, 3);
  for (std::uint64_t i = 0; i < 32; ++i) {
    selection.add({.replication = i, .strategy = 1},
                  steps_of_ten({.replication = i, .strategy = 1}));
  }
  selection.add({.replication = 5000, .strategy = 2}, 0);  // Beyond the end.
  EXPECT_EQ(run_all(selection, steps_of_ten), 64U);
  EXPECT_EQ(selection.report(kNames).selected, 0U);
  EXPECT_EQ(selection.report(kNames).runs, 96U);
}

TEST(Selection, AShareIsOfTheSmallestMeanOfAPilotThatDecidesNothing) {
  Selection selection({.zone = {.share = 0.05}}, 3);
  // In the pilot the worst looks best by far.
  run_all(selection, [](const Selection::Run& run) {
    return run.replication < 8 ? 300 - 100.0 * run.strategy : steps_of_ten(run);
  });
  const SelectionReport report = selection.report(kNames);
  EXPECT_EQ(report.pilot, 8U);
  EXPECT_DOUBLE_EQ(report.zone, 5);
  EXPECT_EQ(report.selected, 0U);
  EXPECT_EQ(report.replications, 40U);
  EXPECT_EQ(fewest_replications({.share = 0.05}), 40U);
}

TEST(Selection, AShareOfNothingIsNoZone) {
  Selection selection({.zone = {.share = 0.05}}, 2);
  run_all(selection, [](const Selection::Run&) { return 0; });
  EXPECT_TRUE(selection.ended());
  EXPECT_TRUE(selection.without_zone());
  EXPECT_FALSE(selection.report({"a", "b"}).selected);
}

TEST(Selection, WhatFailsIsNoCandidate) {
  for (const std::uint64_t failing : {3U, 20U}) {  // In the pilot, in the first replications.
    Selection selection({.zone = {.share = 0.05}}, 3);
    run_all(selection, [&](const Selection::Run& run) {
      return run.strategy == 0 && run.replication == failing ? std::nullopt
                                                             : std::optional(steps_of_ten(run));
    });
    const SelectionReport report = selection.report(kNames);
    EXPECT_EQ(report.rows[0].fate, Fate::failed);
    EXPECT_EQ(report.rows[0].replications, failing == 3 ? 8U : 40U);
    EXPECT_EQ(report.selected, 1U);
    EXPECT_EQ(selection.finalists(), (std::vector<std::size_t>{1, 2}));
  }
}

TEST(Selection, NothingIsLeftWhenAllFail) {
  Selection selection({.zone = {.width = 5}}, 2);
  run_all(selection, [](const Selection::Run&) { return std::nullopt; });
  EXPECT_TRUE(selection.ended());
  EXPECT_TRUE(selection.finalists().empty());
  EXPECT_FALSE(selection.report({"a", "b"}).selected);
}

TEST(Selection, EndsWithSeveralAtTheMost) {
  const Draws draws(79);
  Selection selection({.zone = {.width = 0.01}, .most = 100}, 2);
  run_all(selection,
          [&](const Selection::Run& run) { return draws.normal(run.strategy, run.replication); });
  EXPECT_TRUE(selection.ended());
  EXPECT_EQ(selection.replications(), 96U);  // 32 + 4 x 16.
  EXPECT_EQ(selection.finalists(), (std::vector<std::size_t>{0, 1}));
  EXPECT_FALSE(selection.report({"a", "b"}).selected);
}

TEST(Selection, TheHigherIsBetterWhenAsked) {
  Selection selection({.zone = {.width = 5}, .better = Better::higher}, 3);
  run_all(selection, steps_of_ten);
  EXPECT_EQ(selection.report(kNames).selected, 2U);
  EXPECT_DOUBLE_EQ(selection.report(kNames).rows[0].behind, 20);
}

struct Studied {
  Coverage correct;
  double saved = 0;  // Mean share of runs.
};

// Many selections with a zone of 10 % of a smallest mean of `best`; `value` has the strategy's own
// mean, the last is the best. `good`: a selected one counts when it is within the zone.
Studied repeat(std::size_t strategies, std::size_t studies, double best, bool good,
               const std::function<double(std::uint64_t study, const Selection::Run&)>& value,
               const std::function<double(std::size_t)>& mean) {
  Studied result;
  const std::vector<std::string> names(strategies, "x");
  for (std::size_t study = 0; study < studies; ++study) {
    Selection selection({.zone = {.share = 0.1}, .most = 1'000'000}, strategies);
    run_all(selection, [&](const Selection::Run& run) { return value(study, run); });
    const SelectionReport report = selection.report(names);
    EXPECT_TRUE(report.selected.has_value());
    const std::size_t selected = report.selected.value_or(0);
    result.correct.add(good ? mean(selected) <= best * 1.1 : selected + 1 == strategies);
    result.saved +=
        (1 - static_cast<double>(report.runs) / static_cast<double>(report.runs_of_all)) /
        static_cast<double>(studies);
  }
  return result;
}

// A share of the mean as zone, luck that is shared in part, all others exactly the zone behind. The
// pilot's mean may be too high and the zone too wide, so they are a little more than it behind.
TEST(SelectionCoverage, SelectsTheBestAsOftenAsPromised) {
  const Draws draws(611);
  for (const std::size_t strategies : {2U, 6U}) {
    const auto mean = [&](std::size_t s) { return s + 1 == strategies ? 100.0 : 112.0; };
    const auto value = [&](std::uint64_t study, const Selection::Run& run) {
      return mean(run.strategy) + 10 * draws.normal(study, run.replication, 0) +
             (8 + 2.0 * run.strategy) * draws.normal(study, run.replication, run.strategy + 1);
    };
    expect_at_least(repeat(strategies, 400, 100, false, value, mean).correct, 0.95);
  }
}

// Two within the zone of the best: whichever remains is not worse than the zone.
TEST(SelectionCoverage, SelectsAGoodOneWhenSeveralAreClose) {
  const Draws draws(612);
  const auto mean = [](std::size_t s) {
    return s >= 3 ? 106.0 - 3.0 * (static_cast<double>(s) - 3) : 125.0;
  };
  const auto value = [&](std::uint64_t study, const Selection::Run& run) {
    return mean(run.strategy) + 20 * draws.normal(study, run.replication, run.strategy + 1);
  };
  expect_at_least(repeat(6, 400, 100, true, value, mean).correct, 0.95);
}

// Skewed nights: exponential losses, as heavy as their mean.
TEST(SelectionCoverage, HoldsForSkewedValues) {
  const Draws draws(613);
  const auto mean = [](std::size_t s) { return s == 3 ? 100.0 : 112.0; };
  const auto value = [&](std::uint64_t study, const Selection::Run& run) {
    return mean(run.strategy) * draws.exponential(study, run.replication, run.strategy + 1);
  };
  const Studied studied = repeat(4, 200, 100, false, value, mean);
  expect_at_least(studied.correct, 0.95);
}

TEST(SelectionCoverage, SavesRunsWhereMostAreFarBehind) {
  const Draws draws(614);
  const auto mean = [](std::size_t s) { return s == 9 ? 100.0 : s == 8 ? 112.0 : 200.0; };
  const auto value = [&](std::uint64_t study, const Selection::Run& run) {
    return mean(run.strategy) + 40 * draws.normal(study, run.replication, run.strategy + 1);
  };
  const Studied studied = repeat(10, 100, 100, false, value, mean);
  expect_at_least(studied.correct, 0.95);
  EXPECT_GT(studied.saved, 0.4);
}

}  // namespace
}  // namespace switchfault
