// ScenarioLab: a scenario in a few lines of YAML, run in memory, with its log as lines of text.

#ifndef SWITCHFAULT_TESTS_RUN_SCENARIO_LAB_H_
#define SWITCHFAULT_TESTS_RUN_SCENARIO_LAB_H_

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <switchfault/catalog.h>
#include <switchfault/load.h>
#include <switchfault/report.h>
#include <switchfault/run.h>

#include "report/observation_text.h"

namespace switchfault {

using Lines = std::vector<std::string>;

// Two switches in a row between a desk and a server; what a test adds stands below.
inline std::string two_switches(std::string_view more) {
  std::string text = R"(title: test
topology:
  name: two
  topology:
    kinds:
      small:
        {kind: switch, os: campusos, version: 7.9.4, role: access,
         boot: {cold: 4m, power_cycle: 5m}}
    nodes:
      s1:
        {kind: small, site: north, management_address: 10.0.10.2,
         interfaces: {vlan10: {address: 10.0.10.2/24}},
         ports: {eth1: {vlan: 10}, eth2: {vlan: 10}, eth3: {vlan: 10}}}
      s2:
        {kind: small, site: south, management_address: 10.0.10.3,
         interfaces: {vlan10: {address: 10.0.10.3/24}},
         ports: {eth1: {vlan: 10}, eth2: {vlan: 10}}}
      desk: {kind: host, address: 10.0.10.20/24}
      ops: {kind: host, address: 10.0.10.30/24}
      web: {kind: host, address: 10.0.10.10/24}
    links:
      - endpoints: ["desk:eth0", "s1:eth1"]
      - endpoints: ["ops:eth0", "s1:eth3"]
      - endpoints: ["s1:eth2", "s2:eth2"]
      - endpoints: ["s2:eth1", "web:eth0"]
clock: {start: "2026-03-02T08:00:00Z", warm_up: 6m, duration: 1h}
)";
  return text += more;
}

class ScenarioLab {
 public:
  explicit ScenarioLab(const std::string& yaml, const RunOptions& options = {})
      : scenario(load_scenario_text("test.yaml", yaml, builtin_catalog())),
        log(run(scenario, options)),
        report(make_report(scenario, log)) {}

  // Lines of the observations of these kinds.
  [[nodiscard]] Lines lines(const std::vector<ObservationKind>& kinds) const {
    Lines result;
    for (const Observation& observation : log.observations) {
      if (std::find(kinds.begin(), kinds.end(), observation.kind) != kinds.end()) {
        result.push_back(observation_text(log, observation));
      }
    }
    return result;
  }

  Scenario scenario;
  RunLog log;
  Report report;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_RUN_SCENARIO_LAB_H_
