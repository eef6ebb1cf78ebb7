// Joint failures of redundant switches, estimated from hastened faults and checked against exact
// enumeration of all states of the network.
//
// Reference for the method: Heidelberger, Fast simulation of rare events in queueing and
// reliability models, ACM TOMACS 5 (1995), failure biasing.

#include <cmath>
#include <string>
#include <vector>

#include "study/theory.h"
#include "study/weighted.h"

namespace switchfault {
namespace {

constexpr double kRate = 1.0 / 4380;
constexpr double kRepair = 1.0 / 4;
constexpr double kHours = 720;

// Expected down hours in the first kHours of n switches that all work at 0: over all 2^n states,
// each with the product of its switches' probabilities, integrated by Simpson's rule.
double enumerated_down_hours(std::size_t n, std::size_t needed) {
  const auto down_probability = [&](double t) {
    const double down = kRate / (kRate + kRepair) * -std::expm1(-(kRate + kRepair) * t);
    double sum = 0;
    for (std::size_t state = 0; state < (std::size_t{1} << n); ++state) {
      double probability = 1;
      std::size_t working = 0;
      for (std::size_t i = 0; i < n; ++i) {
        const bool works = (state >> i & 1U) != 0;
        probability *= works ? 1 - down : down;
        working += works ? 1U : 0U;
      }
      sum += working < needed ? probability : 0;
    }
    return sum;
  };
  constexpr std::size_t kSteps = 20000;
  constexpr double kStep = kHours / kSteps;
  double integral = down_probability(0) + down_probability(kHours);
  for (std::size_t i = 1; i < kSteps; ++i) {
    integral += (i % 2 == 0 ? 2 : 4) * down_probability(static_cast<double>(i) * kStep);
  }
  return integral * kStep / 3;
}

Scenario redundant(std::size_t n, std::size_t needed, const std::string& hasten) {
  std::string endpoints;
  for (std::size_t i = 1; i <= n; ++i) {
    endpoints += fmt::format("{}web{}", i == 1 ? "" : ", ", i);
  }
  return load_theory(star_of(n, "720h",
                             fmt::format(R"(
services: {{intranet: {{endpoints: [{}], quorum: {}, depends: none}}}}
users: {{office: {{places: [desk], count: 1}}}}
faults:
  - {{name: dead, kind: gray_port, ports: ["eth*"], loss: 100%, select: "s*",
     trigger: {{random: {{mean: 4380h}}{}}},
     until: {{boots: none, after: {{mean: 4h}}}}}}
)",
                                         endpoints, needed, hasten)));
}

WeightedEstimate estimate(const Scenario& scenario, std::size_t runs, std::uint64_t first) {
  std::vector<double> log_weights;
  const std::vector<double> values = replicate(scenario, runs, first, [&](const Report& report) {
    log_weights.push_back(report.log_weight);
    return hours(report.services[0].down);
  });
  return weighted_mean(values, log_weights);
}

// Both of a pair within four hours of each other: 0.0006 hours a month.
TEST(ClosedFormsJointFailures, PairAgreesWithEnumerationAndSavesHundreds) {
  const double exact = enumerated_down_hours(2, 1);
  EXPECT_NEAR(exact, 5.93e-4, 5e-6);
  const WeightedEstimate result =
      estimate(redundant(2, 1, ", hasten: {always: 4, together: 500}"), 2000, 2001);
  expect_exact(result.mean, exact, 0.25);
  EXPECT_TRUE(result.weight.contains(1)) << result.weight.estimate;
  EXPECT_GT(result.gain, 300) << result.gain;
  RecordProperty("gain", std::to_string(result.gain));
}

// All of three: half an hour in a million months, which no plain sample would ever show.
TEST(ClosedFormsJointFailures, ThreeAgreeWithEnumeration) {
  const double exact = enumerated_down_hours(3, 1);
  EXPECT_NEAR(exact, 5.413e-7, 1e-10);
  const WeightedEstimate result =
      estimate(redundant(3, 1, ", hasten: {always: 3, together: 500}"), 3000, 6001);
  expect_exact(result.mean, exact, 0.4);
  EXPECT_GT(result.gain, 10000) << result.gain;
  RecordProperty("gain", std::to_string(result.gain));
}

// Weighting is right, not only good for rare events: where failures are common it agrees with runs
// that are not hastened.
TEST(ClosedFormsJointFailures, SlowedFaultsAgreeToo) {
  const WeightedEstimate slowed = estimate(redundant(1, 1, ", hasten: {always: 0.7}"), 1500, 9001);
  expect_exact(slowed.mean, enumerated_down_hours(1, 1), 0.35);
  EXPECT_TRUE(slowed.weight.contains(1)) << slowed.weight.estimate;
}

}  // namespace
}  // namespace switchfault
