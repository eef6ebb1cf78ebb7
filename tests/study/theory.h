// A star of small switches whose theory is known: each has a server behind it and loses its power
// by a random law; the hub between the desk and all of them never fails. Estimates come from real
// runs by replications, seed after seed.

#ifndef SWITCHFAULT_TESTS_STUDY_THEORY_H_
#define SWITCHFAULT_TESTS_STUDY_THEORY_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <switchfault/catalog.h>
#include <switchfault/load.h>
#include <switchfault/report.h>
#include <switchfault/run.h>

#include "study/intervals.h"

namespace switchfault {

// `s1` … with `web1` … behind them, the users' desk and the operators' host at the hub. What a test
// adds stands below: services, operations, faults, strategies. A power cycle takes a second.
inline std::string star_of(std::size_t switches, std::string_view duration, std::string_view more) {
  std::string nodes;
  std::string links;
  std::string hub;
  for (std::size_t i = 1; i <= switches; ++i) {
    nodes += fmt::format(
        "      s{0}: {{kind: small, management_address: 10.0.1.{0},\n"
        "        interfaces: {{vlan10: {{address: 10.0.1.{0}/16}}}},\n"
        "        ports: {{eth1: {{vlan: 10}}, eth2: {{vlan: 10}}}}}}\n"
        "      web{0}: {{kind: host, address: 10.0.2.{0}/16}}\n",
        i);
    links += fmt::format(
        "      - endpoints: [\"hub:eth{0}\", \"s{0}:eth1\"]\n"
        "      - endpoints: [\"s{0}:eth2\", \"web{0}:eth0\"]\n",
        i);
    hub += fmt::format("eth{}: {{vlan: 10}}, ", i);
  }
  return fmt::format(R"(title: theory
topology:
  name: star
  topology:
    kinds:
      small: {{kind: switch, os: campusos, version: 7.9.4, role: access,
              boot: {{cold: 1s, power_cycle: 1s}}}}
    nodes:
      hub: {{kind: switch, os: hubos, version: 1.0, role: core, boot: {{cold: 1s}},
            ports: {{{}eth201: {{vlan: 10}}, eth202: {{vlan: 10}}}}}}
{}      desk: {{kind: host, address: 10.0.3.1/16}}
      ops: {{kind: host, address: 10.0.3.2/16}}
    links:
{}      - endpoints: ["hub:eth201", "desk:eth0"]
      - endpoints: ["hub:eth202", "ops:eth0"]
clock: {{start: "2026-03-02T08:00:00Z", warm_up: 1m, duration: {}}}
{})",
                     hub, nodes, links, duration, more);
}

inline Scenario load_theory(const std::string& yaml) {
  return load_scenario_text("theory.yaml", yaml, builtin_catalog());
}

using Measure = std::function<double(const Report&)>;

// One value a replication, seeds first, first + 1, …
inline std::vector<double> replicate(const Scenario& scenario, std::size_t replications,
                                     std::uint64_t first, const Measure& measure) {
  std::vector<double> values;
  for (std::uint64_t r = 0; r < replications; ++r) {
    const RunLog log = run(scenario, {.seed = first + r});
    values.push_back(measure(make_report(scenario, log)));
  }
  return values;
}

inline double hours(Duration duration) {
  return static_cast<double>(duration.count()) / 3.6e12;
}

// The exact value lies in the interval, and the interval is narrow enough that a wrong model would
// have missed it: half a width of at most `resolution` times the exact value.
inline void expect_exact(const Interval& interval, double exact, double resolution) {
  EXPECT_TRUE(interval.contains(exact))
      << interval.estimate << " +- " << interval.half_width() << ", exactly " << exact;
  EXPECT_LE(interval.half_width(), resolution * exact) << interval.estimate;
}

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_STUDY_THEORY_H_
