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
#include "study/theory.h"
#include "study/weighted.h"

namespace switchfault {
namespace {

constexpr double kFamilyError = 1e-4;
constexpr double kComparisons = 4;

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

std::string in_seconds(double hours_long) {
  return fmt::format("{:.0f}s", hours_long * 3600);
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

}  // namespace
}  // namespace switchfault
