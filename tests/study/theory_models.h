// Models of which the theory is known: the exact value, and the scenario that is to come to it.
// With given parameters each has its own test; with fresh ones all stand in
// closed_forms_fresh_test.
//
// References: Feller, An Introduction to Probability Theory, volume 1 (1968), XVII.7, for the
// repairman; the steady state of a Markov chain by its balance equations for the duplex; Huang,
// Kintala, Kolettis and Fulton, Software Rejuvenation (FTCS 1995); Barlow and Proschan,
// Mathematical Theory of Reliability (1965), chapter 4, for age replacement.

#ifndef SWITCHFAULT_TESTS_STUDY_THEORY_MODELS_H_
#define SWITCHFAULT_TESTS_STUDY_THEORY_MODELS_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "study/theory.h"

namespace switchfault {

inline std::string in_seconds(double hours_long) {
  return fmt::format("{:.0f}s", hours_long * 3600);
}

inline double any_down(const Report& report) {
  return hours(report.any_service_down) / hours(report.duration);
}

inline double sum_down(const Report& report) {
  double sum = 0;
  for (const ServiceReport& service : report.services) {
    sum += hours(service.down);
  }
  return sum / hours(report.duration);
}

struct Repairman {
  double down;      // How many machines on average.
  double any_down;  // Share of the time.
};

// p_k = p_0 prod (N - j) lambda / (min(j + 1, c) mu) over j < k.
inline Repairman repairman(unsigned machines, double mean_up, double mean_repair, unsigned crew) {
  double weight = 1;
  double sum = 1;
  double down = 0;
  for (unsigned k = 0; k < machines; ++k) {
    weight *= (machines - k) / mean_up * mean_repair / std::min(k + 1, crew);
    sum += weight;
    down += (k + 1) * weight;
  }
  return {.down = down / sum, .any_down = 1 - 1 / sum};
}

// Every switch hangs after an exponential time of its own; whoever monitoring finds silent is power
// cycled by one of the crew.
inline Scenario repairman_of(unsigned machines, double mean_up, double mean_repair, unsigned crew) {
  std::string services;
  for (unsigned i = 1; i <= machines; ++i) {
    services += fmt::format("  service{0}: {{endpoints: [web{0}], depends: none}}\n", i);
  }
  return load_theory(
      star_of(machines, "40000h",
              fmt::format(R"(
services:
{}users: {{office: {{places: [desk], count: 1}}}}
operations:
  monitoring: {{poller: {{host: ops, interval: 20s, lost: 1, targets: "s*"}}}}
  people: {{team: {{count: {}}}}}
  access: {{on-site: {{kind: on_site, targets: all}}}}
faults:
  - {{name: hang, kind: host_hang, data_plane: stops, select: "s*",
     trigger: {{random: {{mean: {}}}}}, until: {{boots: [power_cycle]}}}}
strategies:
  book:
    steps:
      - {{name: cycle, standing: true, only: silent, when: start, action: power_cycle,
         targets: "s*",
         parallel: {}, access: [on-site], needs: [{{kind: person, what: team}}],
         duration: {{mean: {}}}, success: 1, retries: 100, verify: {{kind: poll, within: 5m}}}}
)",
                          services, crew, in_seconds(mean_up), machines, in_seconds(mean_repair))));
}

// States (k switches down, the failover stuck or not) of a pair with one technician for its
// switches and somebody else who brings a stuck failover about: 2 lambda and lambda up, mu down,
// each failure sticks with 1 - c, b ends that. Power method on the uniformised chain.
struct Duplex {
  double stuck;
  double down;
};
inline Duplex duplex(double mean_up, double mean_repair, double mean_manual, double coverage) {
  constexpr int kSteps = 200000;
  const double lambda = 1 / mean_up;
  const double mu = 1 / mean_repair;
  const double b = 1 / mean_manual;
  const double fastest = 2 * lambda + mu + b;
  std::array<std::array<double, 2>, 3> p{};
  p[0][0] = 1;
  for (int step = 0; step < kSteps; ++step) {
    std::array<std::array<double, 2>, 3> next{};
    for (std::size_t k = 0; k < 3; ++k) {
      for (std::size_t stuck = 0; stuck < 2; ++stuck) {
        const double now = p[k][stuck];
        const double fails = k < 2 ? (2.0 - static_cast<double>(k)) * lambda : 0;
        const double repaired = k > 0 ? mu : 0;
        const double freed = stuck == 1 ? b : 0;
        next[k][stuck] += now * (fastest - fails - repaired - freed) / fastest;
        if (k < 2) {
          next[k + 1][1] += now * fails * (stuck == 1 ? 1 : 1 - coverage) / fastest;
          next[k + 1][0] += now * fails * (stuck == 1 ? 0 : coverage) / fastest;
        }
        if (k > 0) {
          next[k - 1][stuck] += now * repaired / fastest;
        }
        if (stuck == 1) {
          next[k][0] += now * freed / fastest;
        }
      }
    }
    p = next;
  }
  const double stuck = p[0][1] + p[1][1] + p[2][1];
  return {.stuck = stuck, .down = stuck + p[2][0]};
}

// Two ways between users and server, of which a spanning tree uses one; s1 and s2 stand in them.
// With 1 - c the users' switch is left with nothing when one of them fails, until somebody acts.
inline Scenario duplex_of(double mean_up, double mean_repair, double mean_manual, double coverage) {
  return load_theory(fmt::format(R"(title: duplex
topology:
  name: duplex
  topology:
    kinds:
      bridge: {{kind: switch, os: campusos, version: 7.9.4, boot: {{cold: 1s, power_cycle: 1s}},
               protocols: {{rstp: {{}}}}}}
    nodes:
      front: {{kind: bridge, ports: {{eth1: {{vlan: 10}}, eth2: {{vlan: 10}}, eth3: {{vlan: 10}}}}}}
      back: {{kind: bridge, protocols: {{rstp: {{priority: 4096}}}},
             ports: {{eth1: {{vlan: 10}}, eth2: {{vlan: 10}}, eth3: {{vlan: 10}},
                     eth4: {{vlan: 10}}}}}}
      s1: {{kind: bridge, management_address: 10.0.1.1,
           interfaces: {{vlan10: {{address: 10.0.1.1/16}}}},
           ports: {{eth1: {{vlan: 10}}, eth2: {{vlan: 10}}}}}}
      s2: {{kind: bridge, management_address: 10.0.1.2,
           interfaces: {{vlan10: {{address: 10.0.1.2/16}}}},
           ports: {{eth1: {{vlan: 10}}, eth2: {{vlan: 10}}}}}}
      desk: {{kind: host, address: 10.0.3.1/16}}
      ops: {{kind: host, address: 10.0.3.2/16}}
      web: {{kind: host, address: 10.0.2.1/16}}
    links:
      - endpoints: ["front:eth1", "s1:eth1"]
      - endpoints: ["front:eth2", "s2:eth1"]
      - endpoints: ["s1:eth2", "back:eth1"]
      - endpoints: ["s2:eth2", "back:eth2"]
      - endpoints: ["front:eth3", "desk:eth0"]
      - endpoints: ["back:eth3", "web:eth0"]
      - endpoints: ["back:eth4", "ops:eth0"]
clock: {{start: "2026-03-02T08:00:00Z", warm_up: 5m, duration: 40000h}}
services: {{intranet: {{endpoints: [web], depends: none}}}}
users: {{office: {{places: [desk], count: 1}}}}
operations:
  monitoring: {{poller: {{host: ops, interval: 20s, lost: 1, targets: "s*"}}}}
  people: {{team: {{count: 1}}}}
  access: {{on-site: {{kind: on_site, targets: all}}}}
faults:
  - {{name: dead, kind: host_hang, data_plane: stops, select: "s*",
     trigger: {{random: {{mean: {}}}}}, until: {{boots: [power_cycle]}}}}
  - {{name: stuck, kind: gray_port, ports: [eth3], loss: 100%, select: front,
     trigger: {{event: {{kind: fault_injected, of: "s*"}}, repeats: true, probability: {}}},
     until: {{boots: none, after: {{mean: {}}}}}}}
strategies:
  book:
    steps:
      - {{name: cycle, standing: true, only: silent, when: start, action: power_cycle,
         targets: "s*",
         parallel: 2, access: [on-site], needs: [{{kind: person, what: team}}],
         duration: {{mean: {}}}, success: 1, retries: 100, verify: {{kind: poll, within: 5m}}}}
)",
                                 in_seconds(mean_up), 1 - coverage, in_seconds(mean_manual),
                                 in_seconds(mean_repair)));
}

// S0 -r2-> Sp; Sp -lambda-> F -r1-> S0; Sp -r4-> R -r3-> S0, all times in hours.
inline double rejuvenation(double to_aged, double to_crash, double repair, double to_planned,
                           double planned) {
  const double r4 = to_planned > 0 ? 1 / to_planned : 0;
  const double aged = 1 / to_aged / (1 / to_crash + r4);  // All beside S0 = 1.
  const double failed = aged / to_crash * repair;
  const double reloaded = aged * r4 * planned;
  return (failed + reloaded) / (1 + aged + failed + reloaded);
}

// A switch ages, is degraded, crashes or is reloaded ahead of that; 0: never ahead.
inline Scenario rejuvenation_of(double to_aged, double to_crash, double repair, double to_planned,
                                double planned) {
  const std::string ahead =
      to_planned <= 0
          ? ""
          : fmt::format(
                "  - {{name: planned, kind: power_loss, select: s1, until: {{boots: none, after: "
                "{}}},\n"
                "     trigger: {{follows: aging, after: {{mean: {}}}}}}}\n",
                in_seconds(planned), in_seconds(to_planned));
  return load_theory(
      star_of(1, "87600h",
              fmt::format(R"(
services: {{intranet: {{endpoints: [web1], depends: none}}}}
users: {{office: {{places: [desk], count: 1}}}}
faults:
  - {{name: aging, kind: cpu_load, share: 20%, select: s1, trigger: {{random: {{mean: {}}}}},
     until: {{boots: any}}}}
  - {{name: crash, kind: power_loss, select: s1, trigger: {{follows: aging, after: {{mean: {}}}}},
     until: {{boots: none, after: {}}}}}
)",
                          in_seconds(to_aged), in_seconds(to_crash), in_seconds(repair)) +
                  ahead));
}

inline constexpr double kBootHours = 1.0 / 3600;

// Repairs of half an hour, planned reloads of five minutes at `age`; both end with a second of
// boot.
inline double age_replacement(double scale, double shape, double age) {
  constexpr int kSteps = 100000;
  const auto survival = [&](double t) { return std::exp(-std::pow(t / scale, shape)); };
  const double end = std::min(age, 5 * scale);  // Beyond it nobody has survived.
  double up = 0;
  for (int i = 0; i < kSteps; ++i) {
    up += survival((i + 0.5) * end / kSteps) * end / kSteps;
  }
  const double survivors = survival(end);
  const double down = survivors * (1.0 / 12 + kBootHours) + (1 - survivors) * (0.5 + kBootHours);
  return down / (up + down);
}

// 0: never replaced.
inline Scenario age_replacement_of(double scale, double shape, double age) {
  const std::string planned =
      age <= 0 ? ""
               : fmt::format(
                     "  - {{name: planned, kind: power_loss, select: s1,\n"
                     "     trigger: {{uptime: {}}}, until: {{boots: none, after: 5m}}}}\n",
                     in_seconds(age));
  return load_theory(star_of(1, "87600h",
                             fmt::format(R"(
services: {{intranet: {{endpoints: [web1], depends: none}}}}
users: {{office: {{places: [desk], count: 1}}}}
faults:
  - {{name: aged, kind: power_loss, select: s1,
     trigger: {{uptime: {{scale: {}, shape: {}}}}},
     until: {{boots: none, after: 30m}}}}
)",
                                         in_seconds(scale), shape) +
                                 planned));
}

// Six switches hang at 10m; from 20m on a crew power cycles them, 10 minutes of hands each.
inline Report restored_by(std::size_t crew, const std::string& step, std::uint64_t seed = 1,
                          const std::string& hands = "10m") {
  std::string text = R"(
services:
)";
  for (int i = 1; i <= 6; ++i) {
    text += fmt::format("  service{0}: {{endpoints: [web{0}], depends: none}}\n", i);
  }
  text += fmt::format(R"(
users: {{office: {{places: [desk], count: 1}}}}
operations:
  people: {{team: {{count: {0}}}}}
  access: {{on-site: {{kind: on_site, targets: all}}}}
faults:
  - {{name: hang, kind: host_hang, data_plane: stops, select: "s*", trigger: {{at: 10m}}}}
strategies:
  book:
    steps:
      - {{name: cycle, action: power_cycle, targets: "s*", when: start, wait_before: 20m,
         parallel: 6, access: [on-site], needs: [{{kind: person, what: team}}],
         duration: {2}, {1}}}
)",
                      crew, step, hands);
  const Scenario scenario = load_theory(star_of(6, "100h", text));
  return make_report(scenario, run(scenario, {.seed = seed}));
}

// Minutes after the start of the work at which each service was back, in order.
inline std::vector<double> minutes_of_return(const Report& report) {
  std::vector<double> minutes;
  for (const ServiceReport& service : report.services) {
    minutes.push_back(hours(service.outage) * 60 - 10);
  }
  std::sort(minutes.begin(), minutes.end());
  return minutes;
}

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_STUDY_THEORY_MODELS_H_
