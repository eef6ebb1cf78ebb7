// The closed formulas with parameters nobody has chosen: drawn anew each time, the seed printed.
//
// All comparisons together fail by accident once in ten thousand times; one that fails is judged
// once more with ten times the replications. SWITCHFAULT_THEORY_SEED repeats a case.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "core/random.h"
#include "study/coverage.h"
#include "study/theory_models.h"
#include "study/weighted.h"

namespace switchfault {
namespace {

constexpr double kFamilyError = 1e-4;
constexpr double kComparisons = 9;

std::uint64_t fresh_seed() {
  const char* const given = std::getenv("SWITCHFAULT_THEORY_SEED");
  // Narrow, so that it is easily typed again.
  return given != nullptr ? std::stoull(given) : std::random_device{}() % 1'000'000;
}

// A number between low and high, the n-th of the case.
struct Parameters {
  Draws draws;
  double operator()(std::uint64_t which, double low, double high) const {
    return low + (high - low) * draws.uniform(0, which);
  }
};

using Estimate =
    std::function<Interval(std::size_t replications, std::uint64_t first, double level)>;

// Once, and if it fails once more with ten times the replications.
void judge(const Estimate& estimate, std::size_t replications, double exact, std::uint64_t seed) {
  const double level = 1 - kFamilyError / kComparisons;
  const Interval first = estimate(replications, seed * 1'000'000, level);
  if (first.contains(exact)) {
    return;
  }
  const Interval second = estimate(10 * replications, seed * 1'000'000 + 500'000, level);
  EXPECT_TRUE(second.contains(exact))
      << second.estimate << " +- " << second.half_width() << ", exactly " << exact
      << "; repeat with SWITCHFAULT_THEORY_SEED=" << seed;
}

double down_share(const Report& report) {
  return hours(report.services[0].down) / hours(report.duration);
}

std::string random_faults(const std::string& up, const std::string& repair,
                          const std::string& hasten = "") {
  return fmt::format(
      "users: {{office: {{places: [desk], count: 1}}}}\n"
      "faults:\n"
      "  - {{name: dead, kind: gray_port, ports: [\"eth*\"], loss: 100%, select: \"s*\",\n"
      "     trigger: {{random: {{mean: {}}}{}}}, until: {{boots: none, after: {}}}}}\n",
      up, hasten, repair);
}

class ClosedFormsFreshLongTest : public ::testing::Test {
 protected:
  ClosedFormsFreshLongTest() { std::cout << "SWITCHFAULT_THEORY_SEED=" << seed << "\n"; }

  std::uint64_t seed = fresh_seed();
  Parameters parameter{Draws(seed)};
};

TEST_F(ClosedFormsFreshLongTest, AlternatingRenewal) {
  const double up = parameter(0, 50, 400);
  const double down = parameter(1, 1, 40);
  const Scenario scenario = load_theory(
      star_of(1, in_seconds(400 * (up + down)),
              "services: {intranet: {endpoints: [web1], depends: none}}\n" +
                  random_faults(in_seconds(up), parameter(2, 0, 1) < 0.5
                                                    ? in_seconds(down)
                                                    : "{mean: " + in_seconds(down) + "}")));
  judge(
      [&](std::size_t n, std::uint64_t first, double level) {
        return mean_interval(replicate(scenario, n, first, down_share), level);
      },
      30, down / (up + down), seed);
}

TEST_F(ClosedFormsFreshLongTest, OneOfTwo) {
  const double up = parameter(10, 50, 400);
  const double down = parameter(11, 10, 60);
  const Scenario scenario =
      load_theory(star_of(2, in_seconds(300 * (up + down)),
                          "services: {intranet: {endpoints: [web1, web2], depends: none}}\n" +
                              random_faults(in_seconds(up), "{mean: " + in_seconds(down) + "}")));
  judge(
      [&](std::size_t n, std::uint64_t first, double level) {
        return mean_interval(replicate(scenario, n, first, down_share), level);
      },
      40, down / (up + down) * down / (up + down), seed);
}

// Down at least once within the run: 1 - exp(-T / mean), whatever the faults are hastened by.
TEST_F(ClosedFormsFreshLongTest, WeightedFirstFailure) {
  const double up = parameter(20, 500, 5000);
  const double length = parameter(21, 50, 200);
  const std::string hasten =
      fmt::format(", hasten: {{always: {:.3f}}}", parameter(22, 0.8, 1.2 * up / length));
  const Scenario scenario =
      load_theory(star_of(1, in_seconds(length),
                          "services: {intranet: {endpoints: [web1], depends: none}}\n" +
                              random_faults(in_seconds(up), in_seconds(2 * length), hasten)));
  judge(
      [&](std::size_t n, std::uint64_t first, double level) {
        std::vector<double> log_weights;
        const std::vector<double> hits = replicate(scenario, n, first, [&](const Report& report) {
          log_weights.push_back(report.log_weight);
          return report.services[0].outages.empty() ? 0.0 : 1.0;
        });
        return weighted_mean(hits, log_weights, level).mean;
      },
      2000, -std::expm1(-length / up), seed);
}

TEST_F(ClosedFormsFreshLongTest, DetectionByPolls) {
  const double period = parameter(30, 0.2, 2);
  const auto misses = static_cast<int>(parameter(31, 1, 5));
  const Scenario scenario = load_theory(star_of(
      1, "400h",
      fmt::format("services: {{intranet: {{endpoints: [web1], depends: none}}}}\n"
                  "operations:\n"
                  "  monitoring: {{poller: {{host: ops, interval: {}, lost: {}, targets: s1}}}}\n",
                  in_seconds(period), misses) +
          random_faults("15h", "{mean: 4000h}")));
  judge(
      [&](std::size_t n, std::uint64_t first, double level) {
        return mean_interval(
            replicate(scenario, n, first,
                      [](const Report& report) {
                        const ServiceReport& service = report.services[0];
                        return service.outages.empty() || !service.detected
                                   ? std::nan("")
                                   : hours(*service.detected - service.outages[0].start);
                      }),
            level);
      },
      200, (misses - 0.5) * std::round(period * 3600) / 3600, seed);
}

TEST_F(ClosedFormsFreshLongTest, Repairman) {
  const auto machines = static_cast<unsigned>(parameter(40, 3, 8));
  const auto crew = static_cast<unsigned>(parameter(41, 1, machines + 1));
  const double up = parameter(42, 30, 80);
  const double repair = parameter(43, 2, 8);
  const Scenario scenario = repairman_of(machines, up, repair, crew);
  judge([&](std::size_t n, std::uint64_t first,
            double level) { return mean_interval(replicate(scenario, n, first, sum_down), level); },
        10, repairman(machines, up, repair, crew).down, seed);
}

TEST_F(ClosedFormsFreshLongTest, DuplexWithCoverage) {
  const double up = parameter(50, 30, 80);
  const double repair = parameter(51, 2, 6);
  const double manual = parameter(52, 0.3, 2);
  const double coverage = parameter(53, 0.5, 1);
  const Scenario scenario = duplex_of(up, repair, manual, coverage);
  judge([&](std::size_t n, std::uint64_t first,
            double level) { return mean_interval(replicate(scenario, n, first, any_down), level); },
        60, duplex(up, repair, manual, coverage).down, seed);
}

TEST_F(ClosedFormsFreshLongTest, Rejuvenation) {
  const double aged = parameter(60, 100, 400);
  const double crash = parameter(61, 30, 100);
  const double repair = parameter(62, 2, 8);
  const double ahead = parameter(63, 12, 100);
  const double planned = parameter(64, 0.05, 0.5);
  const Scenario scenario = rejuvenation_of(aged, crash, repair, ahead, planned);
  judge([&](std::size_t n, std::uint64_t first,
            double level) { return mean_interval(replicate(scenario, n, first, any_down), level); },
        150, rejuvenation(aged, crash, repair, ahead, planned), seed);
}

TEST_F(ClosedFormsFreshLongTest, ReplacementByAge) {
  const double scale = parameter(70, 80, 200);
  const double shape = parameter(71, 1.5, 4);
  const double age = parameter(72, 30, 150);
  const Scenario scenario = age_replacement_of(scale, shape, age);
  judge([&](std::size_t n, std::uint64_t first,
            double level) { return mean_interval(replicate(scenario, n, first, any_down), level); },
        12, age_replacement(scale, shape, age), seed);
}

// The repairman's queue as it drains: hours that six devices wait for one to six people.
TEST_F(ClosedFormsFreshLongTest, StaffedRestoration) {
  const auto crew = static_cast<std::size_t>(parameter(80, 1, 7));
  const double hands = parameter(81, 0.5, 3);
  double exact = 0;
  for (std::size_t down = 6; down > 0; --down) {
    exact += hands * static_cast<double>(down) / static_cast<double>(std::min(down, crew));
  }
  judge(
      [&](std::size_t n, std::uint64_t first, double level) {
        std::vector<double> waited;
        for (std::uint64_t r = 0; r < n; ++r) {
          double sum = 0;
          for (const double minutes : minutes_of_return(restored_by(
                   crew, "success: 1", first + r, "{mean: " + in_seconds(hands) + "}"))) {
            sum += minutes / 60;
          }
          waited.push_back(sum);
        }
        return mean_interval(waited, level);
      },
      1000, exact, seed);
}

}  // namespace
}  // namespace switchfault
