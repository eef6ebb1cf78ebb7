// A scenario in which the order of repairs is all that counts, and the best one is known.

#ifndef SWITCHFAULT_TESTS_STUDY_REPAIRS_LAB_H_
#define SWITCHFAULT_TESTS_STUDY_REPAIRS_LAB_H_

#include <string>

namespace switchfault {

// Four switches, each alone before its users, hang at once; one technician restarts them one after
// the other in ten minutes each. With equal times the loss is least when the most users come first
// (Smith 1956): d (400), b (300), c (200), a (100).
inline std::string four_repairs(const std::string& strategies) {
  std::string text = R"(title: repairs
topology:
  name: four
  topology:
    kinds:
      small:
        {kind: switch, os: campusos, version: 7.9.4, role: access,
         boot: {cold: 1m, power_cycle: 1m}}
    nodes:
      core: {kind: small, role: core, site: north}
)";
  for (const char* name : {"a", "b", "c", "d"}) {
    const std::string n = name;
    text += "      " + n + ": {kind: small, site: site-" + n + "}\n";
    text += "      pc-" + n + ": {kind: host, address: 10.0.0." + std::to_string(*name) + "/24}\n";
  }
  text +=
      "      web: {kind: host, address: 10.0.0.10/24}\n    links:\n"
      "      - endpoints: [\"web:eth0\", \"core:eth9\"]\n";
  int port = 0;
  for (const char* name : {"a", "b", "c", "d"}) {
    const std::string n = name;
    text += "      - endpoints: [\"core:eth" + std::to_string(++port) + "\", \"" + n +
            ":eth1\"]\n      - endpoints: [\"" + n + ":eth2\", \"pc-" + n + ":eth0\"]\n";
  }
  text += R"(clock: {start: "2026-03-02T08:00:00Z", warm_up: 6m, duration: 4h}
services: {intranet: {endpoints: [web], depends: none}}
users:
  of-a: {places: [pc-a], count: 100}
  of-b: {places: [pc-b], count: 300}
  of-c: {places: [pc-c], count: 200}
  of-d: {places: [pc-d], count: 400}
operations:
  people:
    technician: {count: 1, skills: [field]}
  access: {on-site: {kind: on_site, targets: all}}
faults:
  - {name: hang, kind: host_hang, select: [a, b, c, d], trigger: {at: 1s}, data_plane: stops,
     until: {boots: [power_cycle]}}
strategies:
)";
  return text += strategies;
}

inline std::string in_this_order(const std::string& name, const std::string& order) {
  std::string text = "  " + name + ":\n    steps:\n";
  for (const char target : order) {
    text += std::string("      - {name: repair-") + target +
            ", action: power_cycle, targets: " + target + ", when: start" +
            ", access: [on-site], needs: [{kind: person, what: technician, skill: field}],"
            " duration: {low: 8m, mode: 10m, high: 12m}, success: 1}\n";
  }
  return text;
}

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_STUDY_REPAIRS_LAB_H_
