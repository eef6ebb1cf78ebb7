// A hung switch, people who look after it, and what a test adds: the world of the operations tests.

#ifndef SWITCHFAULT_TESTS_OPERATIONS_LAB_H_
#define SWITCHFAULT_TESTS_OPERATIONS_LAB_H_

#include <string>
#include <string_view>

#include "run/scenario_lab.h"

namespace switchfault {

// `book` is the list of steps of the only strategy, `more` further sections of `operations`.
inline std::string hung_switch(std::string_view book, std::string_view more = "") {
  return two_switches(std::string(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
operations:
  monitoring: {ping: {host: ops, interval: 60s, lost: 2, targets: s2}}
  people: {team: {count: 1, skills: [network], site: north, travel: 20m}}
  access:
    in-band: {kind: in_band, from: ops, targets: all}
    on-site: {kind: on_site, targets: all}
)") + std::string(more) +
                      R"(
faults:
  - {name: hang, kind: host_hang, select: s2, trigger: {at: 10m}, data_plane: stops}
strategies: {book: {steps: )" +
                      std::string(book) + "}}\n");
}

inline constexpr std::string_view kCycle =
    "[{name: cycle, action: power_cycle, targets: s2, access: [on-site], duration: 1m, success: "
    "1}]";

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_OPERATIONS_LAB_H_
