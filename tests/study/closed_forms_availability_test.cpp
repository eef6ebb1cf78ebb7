// Alternating renewal, k of n, and common cause: availability from means alone.
//
// References: Barlow and Proschan, Mathematical Theory of Reliability (1965), chapters 3 and 4;
// Fleming, the beta-factor model (1975). A power cycle takes a second, which is part of the repair.

#include <cmath>
#include <string>
#include <vector>

#include "study/theory.h"

namespace switchfault {
namespace {

constexpr double kBootHours = 1.0 / 3600;

// Ten years of one switch with mean 200 h up and 8 h down.
std::string one_switch(const std::string& repair) {
  return star_of(1, "87600h",
                 R"(
services: {intranet: {endpoints: [web1], depends: none}}
users: {office: {places: [desk], count: 1}}
faults:
  - {name: power, kind: power_loss, select: s1, trigger: {random: {mean: 200h}},
     until: {boots: none, after: )" +
                     repair + "}}\n");
}

double unavailability(const Report& report) {
  return hours(report.services[0].down) / hours(report.duration);
}

// Insensitive to the shape of the repair: exponential, constant, log-normal with the same mean.
TEST(ClosedFormsAvailability, AlternatingRenewalNeedsOnlyTheMeans) {
  const double exact = (8 + kBootHours) / (208 + kBootHours);
  for (const std::string repair :
       {"{mean: 8h}", "8h", "{median: 6h40m34s, sigma: 0.6}"}) {  // 8 h exp(-0.18) = 6.682 h
    const Scenario scenario = load_theory(one_switch(repair));
    const auto values = replicate(scenario, 12, 501, unavailability);
    expect_exact(mean_interval(values), exact, 0.07);  // About 5,000 repairs.
  }
}

// Of n equal switches at least k work. Mean 100 h up, 25 h down.
double at_least(std::size_t k, std::size_t n, double up) {
  double sum = 0;
  for (std::size_t working = k; working <= n; ++working) {
    const double ways = std::tgamma(static_cast<double>(n) + 1) /
                        (std::tgamma(static_cast<double>(working) + 1) *
                         std::tgamma(static_cast<double>(n - working) + 1));
    sum += ways * std::pow(up, static_cast<double>(working)) *
           std::pow(1 - up, static_cast<double>(n - working));
  }
  return sum;
}

TEST(ClosedFormsAvailability, KOfNAsTheDomainsTableHasThem) {
  constexpr double kUp = 4380.0 / 4384;
  constexpr double kMinutesPerYear = 525600;
  EXPECT_NEAR((1 - at_least(1, 2, kUp)) * kMinutesPerYear, 0.437557, 1e-5);
  EXPECT_NEAR((1 - at_least(2, 3, kUp)) * kMinutesPerYear, 1.311871, 1e-5);
  EXPECT_NEAR((1 - at_least(3, 4, kUp)) * kMinutesPerYear, 2.622147, 1e-5);
  EXPECT_NEAR((1 - at_least(2, 2, kUp)) * kMinutesPerYear, 958.6865, 1e-3);
}

// One run serves three services: one of two, two of three, both of two.
TEST(ClosedFormsAvailability, KOfNOfIndependentSwitches) {
  const Scenario scenario = load_theory(star_of(3, "20000h", R"(
services:
  a-one-of-two: {endpoints: [web1, web2], quorum: any_of, priority: 1, depends: none}
  b-two-of-three: {endpoints: [web1, web2, web3], quorum: 2, priority: 2, depends: none}
  c-both: {endpoints: [web1, web2], quorum: all_of, priority: 3, depends: none}
users: {office: {places: [desk], count: 1}}
faults:
  - {name: power, kind: power_loss, select: "s*", trigger: {random: {mean: 100h}},
     until: {boots: none, after: {mean: 25h}}}
)"));
  std::vector<std::vector<double>> down(3);
  replicate(scenario, 16, 521, [&](const Report& report) {
    for (std::size_t i = 0; i < down.size(); ++i) {
      down[i].push_back(hours(report.services[i].down) / hours(report.duration));
    }
    return 0.0;
  });
  const double up = 100 / (125 + kBootHours);
  expect_exact(mean_interval(down[0]), 1 - at_least(1, 2, up), 0.11);
  expect_exact(mean_interval(down[1]), 1 - at_least(2, 3, up), 0.08);
  expect_exact(mean_interval(down[2]), 1 - at_least(2, 2, up), 0.06);
}

// A tenth of the failures strikes both of a pair at once, through what they share (here the hub).
TEST(ClosedFormsAvailability, CommonCauseDominatesAPair) {
  const auto pair_down = [](double rate, double repair, double beta) {
    const double alone = (1 - beta) * rate / ((1 - beta) * rate + repair);
    const double shared = beta * rate / (beta * rate + repair);
    return 1 - (1 - shared) * (1 - alone * alone);
  };
  // The beta-factor's approximation, as the domain's table has it in minutes a year.
  EXPECT_NEAR(pair_down(1.0 / 4380, 0.25, 0.1) * 525600, 48.3, 0.1);
  EXPECT_NEAR(pair_down(1.0 / 4380, 0.25, 0.01) * 525600, 5.22, 0.02);
  const Scenario scenario = load_theory(star_of(2, "40000h", R"(
services: {intranet: {endpoints: [web1, web2], depends: none}}
users: {office: {places: [desk], count: 1}}
faults:
  - {name: own, kind: power_loss, select: "s*", trigger: {random: {mean: 250h}},
     until: {boots: none, after: {mean: 20h}}}
  - {name: shared, kind: gray_port, ports: ["eth*"], loss: 100%, select: hub,
     trigger: {random: {mean: 2250h}}, until: {boots: none, after: {mean: 20h}}}
)"));
  const double exact = pair_down(1.0 / 225, 1.0 / 20, 0.1);  // 250 h = 225 h / 0.9
  expect_exact(mean_interval(replicate(scenario, 24, 541, unavailability)), exact, 0.13);
}

}  // namespace
}  // namespace switchfault
