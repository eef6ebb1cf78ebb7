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

#include "study/theory.h"

namespace switchfault {
namespace {

double any_down(const Report& report) {
  return hours(report.any_service_down) / hours(report.duration);
}

double sum_down(const Report& report) {
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
Repairman repairman(unsigned machines, double mean_up, double mean_repair, unsigned crew) {
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
Scenario repairman_of(unsigned machines, unsigned crew) {
  std::string services;
  for (unsigned i = 1; i <= machines; ++i) {
    services += fmt::format("  service{0}: {{endpoints: [web{0}], depends: none}}\n", i);
  }
  return load_theory(star_of(machines, "40000h",
                             fmt::format(R"(
services:
{}users: {{office: {{places: [desk], count: 1}}}}
operations:
  monitoring: {{poller: {{host: ops, interval: 20s, lost: 1, targets: "s*"}}}}
  people: {{team: {{count: {}}}}}
  access: {{on-site: {{kind: on_site, targets: all}}}}
faults:
  - {{name: hang, kind: host_hang, data_plane: stops, select: "s*",
     trigger: {{random: {{mean: 40h}}}}, until: {{boots: [power_cycle]}}}}
strategies:
  book:
    steps:
      - {{name: cycle, standing: true, only: silent, when: start, action: power_cycle,
         targets: "s*",
         parallel: {}, access: [on-site], needs: [{{kind: person, what: team}}],
         duration: {{mean: 4h}}, success: 1, retries: 100, verify: {{kind: poll, within: 5m}}}}
)",
                                         services, crew, machines)));
}

// Among six switches that live 40 hours and take 4 of somebody's, one technician is a bottleneck:
// with two it is down to 0.57 instead of 1.06 switches. What a poll takes to notice adds 0.1 %.
TEST(ClosedFormsRepairLongTest, TheRepairmanWhoseMachinesFailAgain) {
  EXPECT_NEAR(repairman(20, 720, 4, 1).down, 0.123281, 1e-6);  // As tables have them.
  EXPECT_NEAR(repairman(20, 720, 4, 2).down, 0.110785, 1e-6);
  EXPECT_NEAR(repairman(100, 2190, 4, 1).down, 0.222253, 1e-6);
  EXPECT_NEAR(repairman(100, 2190, 4, 2).any_down, 1 - 0.832790, 1e-6);
  for (const unsigned crew : {1U, 2U, 6U}) {
    const Scenario scenario = repairman_of(6, crew);
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

// States (k switches down, the failover stuck or not) of a pair with one technician for its
// switches and somebody else who brings a stuck failover about: 2 lambda and lambda up, mu down,
// each failure sticks with 1 - c, b ends that. Power method on the uniformised chain.
struct Duplex {
  double stuck;
  double down;
};
Duplex duplex(double mean_up, double mean_repair, double mean_manual, double coverage) {
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
Scenario duplex_of(double coverage) {
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
     trigger: {{random: {{mean: 40h}}}}, until: {{boots: [power_cycle]}}}}
  - {{name: stuck, kind: gray_port, ports: [eth3], loss: 100%, select: front,
     trigger: {{event: {{kind: fault_injected, of: "s*"}}, repeats: true, probability: {}}},
     until: {{boots: none, after: {{mean: 30m}}}}}}
strategies:
  book:
    steps:
      - {{name: cycle, standing: true, only: silent, when: start, action: power_cycle,
         targets: "s*",
         parallel: 2, access: [on-site], needs: [{{kind: person, what: team}}],
         duration: {{mean: 4h}}, success: 1, retries: 100, verify: {{kind: poll, within: 5m}}}}
)",
                                 1 - coverage));
}

TEST(ClosedFormsRepairLongTest, TheDuplexWhoseFailoverDoesNotAlwaysCome) {
  // Where failures are rare it is the textbook's U = p0 + pU, as tables have it.
  EXPECT_NEAR(duplex(4380, 4, 0.5, 1).down, 1.6650e-6, 1e-8);
  EXPECT_NEAR(duplex(4380, 4, 0.5, 0.9).down, 2.4454e-5, 1e-7);
  EXPECT_NEAR(duplex(4380, 4, 0.5, 0.6).down, 9.2814e-5, 5e-7);
  for (const double coverage : {1.0, 0.9, 0.6}) {
    const Scenario scenario = duplex_of(coverage);
    const double exact = duplex(40, 4, 0.5, coverage).down;
    expect_exact(mean_interval(replicate(scenario, 30, 951, any_down)), exact, 0.06);
  }
}

// S0 -r2-> Sp; Sp -lambda-> F -r1-> S0; Sp -r4-> R -r3-> S0, all times in hours.
double rejuvenation(double to_aged, double to_crash, double repair, double to_planned,
                    double planned) {
  const double r4 = to_planned > 0 ? 1 / to_planned : 0;
  const double aged = 1 / to_aged / (1 / to_crash + r4);  // All beside S0 = 1.
  const double failed = aged / to_crash * repair;
  const double reloaded = aged * r4 * planned;
  return (failed + reloaded) / (1 + aged + failed + reloaded);
}

// A leak of ten days to a degraded state, from which it is 48 hours to the crash on average; who is
// degraded is reloaded ahead of that. A boot takes a second more.
TEST(ClosedFormsRepair, RejuvenationOfSoftwareThatAges) {
  EXPECT_NEAR(rejuvenation(240, 48, 4, 0, 0) * 8760, 120.0, 1e-4);  // As tables have them.
  EXPECT_NEAR(rejuvenation(240, 48, 4, 72, 1.0 / 12) * 8760, 78.5892, 1e-4);
  EXPECT_NEAR(rejuvenation(240, 48, 4, 24, 1.0 / 12) * 8760, 47.2696, 1e-4);
  EXPECT_NEAR(rejuvenation(168, 8640, 0.5, 336, 1.0 / 3) * 8640, 5.9661, 1e-3);
  for (const int to_planned : {0, 72, 24}) {
    const std::string planned =
        to_planned == 0 ? ""
                        : fmt::format(
                              "  - {{name: planned, kind: power_loss, select: s1, until: {{boots: "
                              "none, after: 5m}},\n"
                              "     trigger: {{follows: aging, after: {{mean: {}h}}}}}}\n",
                              to_planned);
    const Scenario scenario = load_theory(star_of(1, "87600h", R"(
services: {intranet: {endpoints: [web1], depends: none}}
users: {office: {places: [desk], count: 1}}
faults:
  - {name: aging, kind: cpu_load, share: 20%, select: s1, trigger: {random: {mean: 240h}},
     until: {boots: any}}
  - {name: crash, kind: power_loss, select: s1, trigger: {follows: aging, after: {mean: 48h}},
     until: {boots: none, after: 4h}}
)" + planned));
    const double exact = rejuvenation(240, 48, 4, to_planned, 1.0 / 12);
    expect_exact(mean_interval(replicate(scenario, 16, 971, any_down)), exact, 0.07);
  }
}

}  // namespace
}  // namespace switchfault
