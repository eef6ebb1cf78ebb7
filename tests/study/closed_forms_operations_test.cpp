// Staffed restoration and detection: waves of technicians, and how late a poll notices.
//
// References: the makespan of n equal jobs on c machines (any text on scheduling); the geometric
// law for repeated attempts; a periodic inspection at a uniform phase.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "study/theory_models.h"

namespace switchfault {
namespace {

// n devices, t each, c crews: the i-th is back after ceil(i / c) t. Exact; t is 10 minutes of hands
// and a second of boot, which the technician waits for.
TEST(ClosedFormsOperations, CrewsRestoreInWaves) {
  constexpr double kEach = 10 + 1.0 / 60;
  for (const std::size_t crew : {1U, 2U, 4U, 6U}) {
    const std::vector<double> minutes = minutes_of_return(restored_by(crew, "success: 1"));
    ASSERT_EQ(minutes.size(), 6U);
    for (std::size_t i = 0; i < 6; ++i) {
      const double wave = std::ceil(static_cast<double>(i + 1) / static_cast<double>(crew));
      EXPECT_NEAR(minutes[i], wave * kEach, 0.01) << crew << " technicians, device " << i + 1;
    }
  }
}

// The machine repairman's queue as it drains: k machines down and c crews with exponential hands of
// an hour each finish the next one after 1 / min(k, c) hours, and all k wait for it.
TEST(ClosedFormsOperations, RandomHandsDrainTheQueueOfTheRepairman) {
  for (const std::size_t crew : {1U, 2U, 6U}) {
    std::vector<double> waited;  // Hours, sum over the devices of a run.
    for (std::uint64_t seed = 631; seed < 781; ++seed) {
      double sum = 0;
      for (const double minutes :
           minutes_of_return(restored_by(crew, "success: 1", seed, "{mean: 1h}"))) {
        sum += minutes / 60;
      }
      waited.push_back(sum);
    }
    double exact = 0;
    for (std::size_t down = 6; down > 0; --down) {
      exact += static_cast<double>(down) / static_cast<double>(std::min(down, crew));
    }
    expect_exact(mean_interval(waited), exact, 0.12);
  }
}

// Until it works: 1 / p attempts on average, with five minutes between two of them.
TEST(ClosedFormsOperations, AttemptsUntilSuccessAreGeometric) {
  std::vector<double> minutes;
  for (std::uint64_t seed = 561; seed < 621; ++seed) {
    const std::vector<double> each =
        minutes_of_return(restored_by(6, "success: 0.4, retries: 200", seed));
    minutes.insert(minutes.end(), each.begin(), each.end());
  }
  const Interval interval = mean_interval(minutes);
  const double pauses = 1 / 0.4 - 1;
  const double shortest = (10 + pauses * 5 + 10 * pauses);  // If a failed attempt boots nothing,
  const double longest = shortest + (1 + pauses) / 60;      // or each one waits for its second.
  EXPECT_LE(interval.low, longest);
  EXPECT_GE(interval.high, shortest);
  EXPECT_LE(interval.half_width(), 0.1 * shortest);
}

// Hours from the fault to the alarm.
double detection_delay(const Scenario& scenario, std::uint64_t seed) {
  const RunLog log = run(scenario, {.seed = seed});
  SimTime struck;
  for (const Observation& observation : log.observations) {
    if (observation.kind == ObservationKind::fault_injected) {
      struck = observation.at;
    }
    if (observation.kind == ObservationKind::alarm && observation.value == 1) {
      return hours(observation.at - struck);
    }
  }
  return std::nan("");
}

// A poll each P that alarms at the k-th miss in a row: uniform in [(k - 1) P, k P].
TEST(ClosedFormsOperations, DetectionIsUniformOverOnePoll) {
  for (const int misses : {1, 3}) {
    const Scenario scenario = load_theory(star_of(1, "100h",
                                                  fmt::format(R"(
services: {{intranet: {{endpoints: [web1], depends: none}}}}
users: {{office: {{places: [desk], count: 1}}}}
operations:
  monitoring: {{poller: {{host: ops, interval: 1h, lost: {}, targets: s1}}}}
faults:
  - {{name: power, kind: power_loss, select: s1, trigger: {{random: {{mean: 7h}}}}}}
)",
                                                              misses)));
    std::vector<double> delays;
    for (std::uint64_t seed = 701; seed < 901; ++seed) {
      const double delay = detection_delay(scenario, seed);
      if (!std::isnan(delay)) {
        delays.push_back(delay);
      }
    }
    ASSERT_EQ(delays.size(), 200U);
    const auto [least, most] = std::minmax_element(delays.begin(), delays.end());
    EXPECT_GE(*least, misses - 1);
    EXPECT_LE(*most, misses + 1e-3);
    EXPECT_GT(*most - *least, 0.95);
    expect_exact(mean_interval(delays), misses - 0.5, 0.09);
  }
}

}  // namespace
}  // namespace switchfault
