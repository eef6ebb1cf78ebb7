// Strategies compared by runs in which joint failures were made frequent, against exact enumeration
// of all states of the network.

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include <switchfault/report.h>
#include <switchfault/study.h>

#include "study/study_lab.h"
#include "study/theory.h"

namespace switchfault {
namespace {

constexpr double kRate = 1.0 / 4380;
constexpr double kRepair = 1.0 / 4;
constexpr double kHours = 720;

// Expected hours with all of n switches down that work at 0: the integral of the n-th power of the
// probability that one is down, by Simpson's rule.
double hours_all_down(double n) {
  const auto probability = [&](double t) {
    return std::pow(kRate / (kRate + kRepair) * -std::expm1(-(kRate + kRepair) * t), n);
  };
  constexpr int kSteps = 20000;
  constexpr double kStep = kHours / kSteps;
  double integral = probability(0) + probability(kHours);
  for (int i = 1; i < kSteps; ++i) {
    integral += (i % 2 == 0 ? 2 : 4) * probability(i * kStep);
  }
  return integral * kStep / 3;
}

// A service on three switches, one of which is enough. `two` takes the third out at once.
Scenario three_switches(const std::string& hasten) {
  return load_theory(star_of(3, "720h",
                             fmt::format(R"(
services: {{intranet: {{endpoints: [web1, web2, web3], quorum: 1, depends: none}}}}
users: {{office: {{places: [desk], count: 1}}}}
objective: any_service_down_s
faults:
  - {{name: dead, kind: gray_port, ports: ["eth*"], loss: 100%, select: "s*",
     trigger: {{random: {{mean: 4380h}}{}}},
     until: {{boots: none, after: {{mean: 4h}}}}}}
strategies:
  three: {{steps: [{{action: notify_users, when: start, duration: 1s, success: 1}}]}}
  two: {{steps: [{{action: isolate, targets: s3, when: start, duration: 1s, success: 1}}]}}
)",
                                         hasten)));
}

StudyReport study(const std::string& hasten, std::uint64_t replications, std::uint32_t jobs = 2) {
  return compare(three_switches(hasten), {.replications = replications, .jobs = jobs});
}

const std::string kHasten = ", hasten: {always: 3, together: 120}";

TEST(ClosedFormsHastened, MeansAndDifferencesAgreeWithEnumeration) {
  const StudyReport report = study(kHasten, 2500);
  const double of_two = 3600 * hours_all_down(2);
  const double of_three = 3600 * hours_all_down(3);
  EXPECT_NEAR(of_two, 2.13, 0.01);
  EXPECT_NEAR(of_three, 0.00195, 0.00001);
  const Estimate& two = metric_of(report, 1, "any_service_down_s").mean;
  EXPECT_LE(two.low, of_two);
  EXPECT_GE(two.high, of_two);
  EXPECT_LT(two.half_width(), 0.4 * of_two);  // Narrow enough to miss a wrong one.
  const Estimate& three = metric_of(report, 0, "any_service_down_s").mean;
  EXPECT_LE(three.low, of_three);
  EXPECT_GE(three.high, of_three);
  const PairSummary& pair = pair_of(report, 0, 1);
  EXPECT_LE(pair.difference.low, of_three - of_two);
  EXPECT_GE(pair.difference.high, of_three - of_two);
  EXPECT_EQ(pair.verdict, PairVerdict::better);
  EXPECT_EQ(report.verdict, "decided");
  for (const StrategySummary& strategy : report.strategies) {
    ASSERT_TRUE(strategy.weights);
    EXPECT_TRUE(strategy.weights->holds) << strategy.weights->mean.value;
    EXPECT_GT(strategy.weights->effective, 50);
  }
  EXPECT_GT(report.strategies[1].weights->gain, 50);
}

TEST(ClosedFormsHastened, HasNoQuantilesAndSaysSo) {
  const StudyReport report = study(kHasten, 60);
  EXPECT_TRUE(metric_of(report, 1, "any_service_down_s").quantiles.empty());
  EXPECT_TRUE(metric_of(report, 1, "any_service_down_s").ecdf.empty());
  EXPECT_EQ(report.strategies[0].not_recovered.value, 0);
  EXPECT_TRUE(std::isinf(report.strategies[0].not_recovered.high));
  const std::string text = format_comparison(report, {});
  EXPECT_NE(text.find("Hastened faults: means are of weight x value, there are no quantiles\n"),
            std::string::npos);
  EXPECT_NE(journal_json(report).find("\"weights\":{\"mean\":"), std::string::npos);
  EXPECT_EQ(journal_json(study(kHasten, 60, 1)), journal_json(report));
}

// Struck thousands of times as often, no run looks like a night of the scenario any more.
TEST(ClosedFormsHastened, WeightsThatDoNotAverageOneDecideNothing) {
  const StudyReport report = study(", hasten: {always: 400, together: 1}", 40);
  EXPECT_FALSE(report.strategies[0].weights->holds);
  EXPECT_EQ(report.verdict, "undecided");
  const std::string text = format_comparison(report, {});
  EXPECT_NE(text.find("the mean weight is not 1: do not trust its figures"), std::string::npos);
  EXPECT_TRUE(text.ends_with("undecided: the weights of hastened faults do not average 1\n"));
}

TEST(ClosedFormsHastened, WithoutHasteningThereAreNoWeights) {
  const StudyReport report = study("", 4);
  EXPECT_FALSE(report.strategies[0].weights);
  EXPECT_NE(journal_json(report).find("\"weights\":null"), std::string::npos);
}

}  // namespace
}  // namespace switchfault
