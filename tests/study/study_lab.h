// StudyLab: a small scenario with strategies that differ, that are equal, and that do nothing.

#ifndef SWITCHFAULT_TESTS_STUDY_STUDY_LAB_H_
#define SWITCHFAULT_TESTS_STUDY_STUDY_LAB_H_

#include <string>
#include <string_view>
#include <vector>

#include <switchfault/catalog.h>
#include <switchfault/load.h>
#include <switchfault/study.h>

#include "run/scenario_lab.h"

namespace switchfault {

// s2 hangs after 20 minutes; `quick` sets out to cut its power ten minutes later, `slow` half an
// hour after that, `again` as `quick`, `later` five seconds after it, `none` never. Four hours.
inline std::string hanging_switch(std::string_view more = "") {
  return two_switches(std::string(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
faults:
  - name: hang
    kind: host_hang
    select: s2
    trigger: {at: 20m}
    data_plane: stops
    until: {boots: [power_cycle]}
strategies:
  quick: {steps: [{action: power_cycle, targets: s2, when: start, wait_before: 30m,
                   duration: {low: 5m, mode: 10m, high: 20m}, success: 1}]}
  slow: {steps: [{action: power_cycle, targets: s2, when: start, wait_before: 60m,
                  duration: {low: 5m, mode: 10m, high: 20m}, success: 1}]}
  again: {steps: [{action: power_cycle, targets: s2, when: start, wait_before: 30m,
                   duration: {low: 5m, mode: 10m, high: 20m}, success: 1}]}
  later: {steps: [{action: power_cycle, targets: s2, when: start, wait_before: 30m5s,
                   duration: {low: 5m, mode: 10m, high: 20m}, success: 1}]}
  none: {steps: [{action: notify_users, when: start, duration: 1m, success: 1}]}
)") + std::string(more));
}

// One night in four s2 panics again and again, whatever is done: costly and hardly different from
// night to night. In the others it hangs until its power is cut.
inline std::string looping_or_hanging_switch() {
  return two_switches(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
faults:
  - one-of:
      - name: loop
        weight: 1
        faults: [{kind: kernel_panic, select: s2, trigger: {at: 20m}, after_boot: 10s,
                  after_boot_max: 20s, until: {boots: none, actions: []}}]
      - name: hang
        weight: 3
        faults: [{kind: host_hang, select: s2, trigger: {at: 20m}, data_plane: stops,
                  until: {boots: [power_cycle]}}]
strategies:
  quick: {steps: [{action: power_cycle, targets: s2, when: start, wait_before: 30m,
                   duration: {low: 5m, mode: 20m, high: 100m}, success: 1}]}
  slow: {steps: [{action: power_cycle, targets: s2, when: start, wait_before: 60m,
                  duration: {low: 5m, mode: 20m, high: 100m}, success: 1}]}
)");
}

class StudyLab {
 public:
  explicit StudyLab(const std::string& yaml = hanging_switch())
      : scenario(load_scenario_text("test.yaml", yaml, builtin_catalog(),
                                    {.set = {"clock.duration=4h"}})) {}

  // As compare(), and judged over the ranges of assumed values.
  [[nodiscard]] StudyReport compare_over_ranges(const StudyOptions& options,
                                                std::uint64_t replications) const {
    StudyReport report = switchfault::compare(scenario, options);
    const LoadRangeEnd load = [&](const RangeEnd& end) {
      return load_scenario_text("test.yaml", scenario.files.front().text, builtin_catalog(),
                                {.set = {"clock.duration=4h"}, .range_end = end});
    };
    judge_over_ranges(scenario, options, replications, load, report);
    return report;
  }

  [[nodiscard]] StudyReport compare(const std::vector<std::string>& strategies,
                                    std::uint64_t replications, std::uint32_t jobs = 1) const {
    return switchfault::compare(
        scenario, {.strategies = strategies, .replications = replications, .jobs = jobs});
  }

  Scenario scenario;
};

inline const PairSummary& pair_of(const StudyReport& report, std::uint32_t a, std::uint32_t b) {
  for (const PairSummary& pair : report.pairs) {
    if (pair.metric == report.objective && pair.a == a && pair.b == b) {
      return pair;
    }
  }
  return report.pairs.front();
}

inline const MetricSummary& metric_of(const StudyReport& report, std::size_t strategy,
                                      std::string_view name) {
  std::size_t metric = 0;
  while (metric_text(report.metrics[metric]) != name) {
    ++metric;
  }
  return report.strategies[strategy].metrics[metric];
}

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_STUDY_STUDY_LAB_H_
