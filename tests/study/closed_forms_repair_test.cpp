// Switches that fail again and again and the few people who bring them back: the machine repairman,
// the duplex whose failover does not always come, and software rejuvenation.
//
// References: Feller, An Introduction to Probability Theory, volume 1 (1968), XVII.7, for the
// repairman; the steady state of a Markov chain by its balance equations for the duplex; Huang,
// Kintala, Kolettis and Fulton, Software Rejuvenation (FTCS 1995).

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "study/theory_models.h"

namespace switchfault {
namespace {

// Among six switches that live 40 hours and take 4 of somebody's, one technician is a bottleneck:
// with two it is down to 0.57 instead of 1.06 switches. What a poll takes to notice adds 0.1 %.
TEST(ClosedFormsRepairLongTest, TheRepairmanWhoseMachinesFailAgain) {
  EXPECT_NEAR(repairman(20, 720, 4, 1).down, 0.123281, 1e-6);  // As tables have them.
  EXPECT_NEAR(repairman(20, 720, 4, 2).down, 0.110785, 1e-6);
  EXPECT_NEAR(repairman(100, 2190, 4, 1).down, 0.222253, 1e-6);
  EXPECT_NEAR(repairman(100, 2190, 4, 2).any_down, 1 - 0.832790, 1e-6);
  for (const unsigned crew : {1U, 2U, 6U}) {
    const Scenario scenario = repairman_of(6, 40, 4, crew);
    const Repairman exact = repairman(6, 40, 4, crew);
    std::vector<double> down;
    std::vector<double> any;
    for (std::uint64_t seed = 901; seed < 907; ++seed) {
      const Report report = make_report(scenario, run(scenario, {.seed = seed}));
      down.push_back(sum_down(report));
      any.push_back(any_down(report));
    }
    expect_exact(mean_interval(down), exact.down, 0.04);
    expect_exact(mean_interval(any), exact.any_down, 0.04);
  }
}

TEST(ClosedFormsRepairLongTest, TheDuplexWhoseFailoverDoesNotAlwaysCome) {
  // Where failures are rare it is the textbook's U = p0 + pU, as tables have it.
  EXPECT_NEAR(duplex(4380, 4, 0.5, 1).down, 1.6650e-6, 1e-8);
  EXPECT_NEAR(duplex(4380, 4, 0.5, 0.9).down, 2.4454e-5, 1e-7);
  EXPECT_NEAR(duplex(4380, 4, 0.5, 0.6).down, 9.2814e-5, 5e-7);
  for (const double coverage : {1.0, 0.9, 0.6}) {
    const Scenario scenario = duplex_of(40, 4, 0.5, coverage);
    const double exact = duplex(40, 4, 0.5, coverage).down;
    expect_exact(mean_interval(replicate(scenario, 30, 951, any_down)), exact, 0.06);
  }
}

// A leak of ten days to a degraded state, from which it is 48 hours to the crash on average; who is
// degraded is reloaded ahead of that. A boot takes a second more.
TEST(ClosedFormsRepair, RejuvenationOfSoftwareThatAges) {
  EXPECT_NEAR(rejuvenation(240, 48, 4, 0, 0) * 8760, 120.0, 1e-4);  // As tables have them.
  EXPECT_NEAR(rejuvenation(240, 48, 4, 72, 1.0 / 12) * 8760, 78.5892, 1e-4);
  EXPECT_NEAR(rejuvenation(240, 48, 4, 24, 1.0 / 12) * 8760, 47.2696, 1e-4);
  EXPECT_NEAR(rejuvenation(168, 8640, 0.5, 336, 1.0 / 3) * 8640, 5.9661, 1e-3);
  for (const int to_planned : {0, 72, 24}) {
    const Scenario scenario = rejuvenation_of(240, 48, 4, to_planned, 1.0 / 12);
    const double exact = rejuvenation(240, 48, 4, to_planned, 1.0 / 12);
    expect_exact(mean_interval(replicate(scenario, 16, 971, any_down)), exact, 0.07);
  }
}

}  // namespace
}  // namespace switchfault
