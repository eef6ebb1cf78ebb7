// Software that ages: age replacement, reboot loops, and the supervisor that gives up.
//
// References: Barlow and Proschan, Mathematical Theory of Reliability (1965), chapter 4, for age
// replacement; the mean of an alternating process; systemd.unit(5), StartLimitBurst.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "study/theory_models.h"

namespace switchfault {
namespace {

TEST(ClosedFormsAging, ReplacementByAge) {
  EXPECT_NEAR(age_replacement(144, 3, 1e9), 3.873e-3,
              5e-6);  // As tables have them, without a boot.
  EXPECT_NEAR(age_replacement(144, 3, 48), 2.066e-3, 8e-6);
  EXPECT_NEAR(age_replacement(144, 3, 68), 1.883e-3, 8e-6);
  for (const int age : {0, 48, 96}) {
    const Scenario scenario = age_replacement_of(144, 3, age);
    const double exact = age_replacement(144, 3, age == 0 ? 1e9 : age);
    expect_exact(mean_interval(replicate(scenario, 12, 801, any_down)), exact, 0.02);
  }
}

// A kernel that panics so long after each boot is there for up / (up + boot) of the time.
TEST(ClosedFormsAging, ARebootLoop) {
  struct Loop {
    int up;
    int boot;  // Minutes.
    double share;
  };
  for (const Loop& loop : {Loop{1, 2, 0.333}, {2, 3, 0.4}, {5, 3, 0.625}, {1, 5, 0.167}}) {
    std::string text = star_of(1, "400h",
                               fmt::format(R"(
services: {{intranet: {{endpoints: [web1], depends: none}}}}
users: {{office: {{places: [desk], count: 1}}}}
faults:
  - {{name: loop, kind: kernel_panic, select: s1, trigger: {{uptime: {}m}}, until: {{boots: any}}}}
)",
                                           loop.up));
    const std::string boots = "boot: {cold: 1s, power_cycle: 1s}";
    const std::size_t at = text.find(boots);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, boots.size(),
                 fmt::format("boot: {{cold: {0}m, power_cycle: {0}m}}", loop.boot));
    const Scenario scenario = load_theory(text);
    const double up = 1 - any_down(make_report(scenario, run(scenario, {.seed = 1})));
    EXPECT_NEAR(up, static_cast<double>(loop.up) / (loop.up + loop.boot), 0.005);
    EXPECT_NEAR(up, loop.share, 0.005);
  }
}

// Three starts in 1200 s, 30 s apart from the crash: a process that crashes up seconds after each
// start is given up if 3 (up + 30 s) < 1200 s.
TEST(ClosedFormsAging, TheSupervisorGivesUpACrashLoop) {
  const auto given_up = [](int up) {
    std::string text = star_of(1, "40h",
                               fmt::format(R"(
services: {{intranet: {{endpoints: [web1], depends: none}}}}
users: {{office: {{places: [desk], count: 1}}}}
faults:
  - {{name: loop, kind: process_crash, process: agent, again_after: {}s, select: s1,
     trigger: {{at: 1h}}, until: {{boots: any}}}}
)",
                                           up));
    const std::string boots = "boot: {cold: 1s, power_cycle: 1s}";
    const std::size_t at = text.find(boots);
    text.insert(at,
                "processes: {agent: {supervisor: {delay: 30s, limit_starts: 3, "
                "limit_window: 1200s}}},\n              ");
    const Scenario scenario = load_theory(text);
    const RunLog log = run(scenario, {.seed = 1});
    return std::count_if(
        log.observations.begin(), log.observations.end(), [](const Observation& observation) {
          return observation.kind == ObservationKind::process_state &&
                 observation.value == static_cast<std::int64_t>(ProcessState::given_up);
        });
  };
  for (const int up : {30, 180, 350, 365}) {
    EXPECT_EQ(given_up(up), 1) << up;
  }
  for (const int up : {375, 390, 600}) {
    EXPECT_EQ(given_up(up), 0) << up;
  }
}

}  // namespace
}  // namespace switchfault
