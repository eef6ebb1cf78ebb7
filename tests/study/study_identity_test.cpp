#include "study/study_identity.h"

#include <gtest/gtest.h>

#include "study/study_lab.h"

namespace switchfault {
namespace {

TEST(StudyIdentityTest, RanksOfOneSeriesDifferOnlyBehindTheStroke) {
  const StudyLab lab;
  StudyOptions options{.strategies = {"quick", "slow"}};
  const StudyIdentity identity = identity_of(lab.scenario, options);
  const std::string series = study_series(identity);
  EXPECT_EQ(study_digest(identity, lab.scenario, options), series + "/");
  Scenario at_end = lab.scenario;
  at_end.range_end = RangeEnd{.range_at = {.file = 0, .line = 7, .column = 3}, .high = true};
  EXPECT_EQ(study_digest(identity, at_end, options), series + "/ 0:7:3 high");
  options.part = StudyPart{.series = "all", .name = "3"};
  EXPECT_EQ(study_digest(identity, lab.scenario, options), "all/3");
}

TEST(StudyIdentityTest, OtherStrategiesAreAnotherSeries) {
  const StudyLab lab;
  const auto series = [&](const std::vector<std::string>& strategies) {
    return study_series(identity_of(lab.scenario, {.strategies = strategies}));
  };
  EXPECT_NE(series({"quick", "slow"}), series({"quick", "none"}));
  EXPECT_EQ(series({"quick", "slow"}), series({"quick", "slow", "quick"}));
}

TEST(StudyIdentityTest, AStrategyThatCannotBeBuiltIsTheFilesError) {
  StudyLab lab;
  EXPECT_NO_THROW(build_strategies(lab.scenario, {"quick"}));
  lab.scenario.faults[0].select.names = {{.text = "nobody-*"}};
  EXPECT_THROW(build_strategies(lab.scenario, {"quick"}), InputError);
}

}  // namespace
}  // namespace switchfault
