// Measured cases: what real implementations did under a fault, and the same case simulated.
//
// A case file holds a topology, the steps of a fault and of its undoing, and for every repetition
// what numbered probe packets lost. load_measured_case() makes plain data of it, naming what the
// simulator does not have; simulate_measured() does the same steps to the same network, from a cold
// boot that is as long ago as it was then; judge_measured() compares the two by a fixed rule.
// Formats and rule: docs/agreement.md.

#ifndef SWITCHFAULT_MEASURED_H_
#define SWITCHFAULT_MEASURED_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <switchfault/topology.h>
#include <switchfault/units.h>

namespace switchfault {

// One numbered stream of requests that are answered.
struct MeasuredProbe {
  std::string name;  // "h1>h2", or "h1>h2#3" for one of several flows.
  std::string pair;  // The same without the number of the flow.
  std::string from;
  std::vector<std::string> receivers;  // Whoever may have the address.
  std::string destination;
  Duration interval{}, offset{};
  std::uint16_t number = 0;  // Of all streams; tells their ports.
};

struct MeasuredLoss {
  Duration outage{};  // Sum of the runs of lost packets.
  std::uint32_t lost = 0;
  bool recovered = true;  // False: lost to the end of the window.
};

// One stream in one phase: requests, and answered requests.
struct MeasuredFlow {
  MeasuredLoss there, back;
};
using MeasuredPhase = std::vector<MeasuredFlow>;  // Beside MeasuredCase::probes.

// What a network has settled into, field by field: "s1 ports s2 role" is "designated".
using SettledState = std::map<std::string, std::string>;

// When a step was begun, from the first one of its phase on, and how long it took.
struct MeasuredStepTime {
  Duration began{}, took{};
};

struct MeasuredRepetition {
  // Of what was measured; simulated repetitions take them over.
  std::vector<MeasuredStepTime> fault_steps, restore_steps;
  Duration since_boot{};  // About how long the network had been up.
  Duration observed{}, restore_observed{};
  bool returned = true;  // Before the next one began the network was as at first.
  Duration cpu_wait{};   // Of daemons, on average, as late as the probing program was.
  MeasuredPhase fault;
  std::optional<MeasuredPhase> restore;
  SettledState before, after, restored;
};

struct MeasuredStep {
  enum class Kind : std::uint8_t {
    wire,           // links, what: up, down, drop, drop_ab, drop_ba, ctl_only, no_ctl
    process,        // nodes, subject: its name, what: kill, term, stop, cont, start
    flush_macs,     // nodes
    spanning_tree,  // nodes, what: on, off
    mac_ageing,     // nodes, time
    static_mac,     // nodes, subject: address, port, what: set, set sticky, remove
    trunk,          // nodes, port, vlans
    forwarding,     // nodes, what: on, off
    configure,      // nodes, subject: key of the running configuration, what: its value
    address,        // nodes, subject: an address with its length, port, what: add, del
    announce,       // nodes, subject: an address, port: gratuitous ARP
    ask,            // nodes, port: a broadcast question that nobody answers
  };
  Kind kind = Kind::wire;
  Duration at{};
  std::size_t number = 0;  // Of the step of the file, in their order of time.
  Duration later{};        // After the first of its kind in one command.
  Duration waits{};        // So long its command goes on when all of it is done.
  std::vector<std::string> nodes, links;
  std::string what, subject, port;
  std::vector<std::uint16_t> vlans;
  Duration time{};
};

// Steps, and how long the probes are watched from the first of them on: at least `least`, then
// until nothing was lost for `settle`, at most `most`.
struct MeasuredWatch {
  std::vector<MeasuredStep> steps;
  Duration least{}, most{}, settle{};
};

// A virtual router, and whether its daemon is asked who is master, or the kernel who has the
// address.
struct MeasuredGateway {
  std::string name, address;
  std::vector<std::string> nodes;
  bool asks_daemon = false;
};

struct MeasuredCase {
  std::string id;
  std::string path;
  Topology topology;
  bool static_neighbors = false;  // Hosts know each other's MAC addresses for good.
  // A switch that hangs keeps frames: those that come late count as lost, which the file knows of
  // one way only.
  bool timely = false;
  std::vector<MeasuredProbe> probes;
  MeasuredWatch fault;
  std::optional<MeasuredWatch> restore;
  Duration phase{};                             // The fault comes at a random time within this.
  Duration resettle{};                          // So long it may take to be at rest again.
  Duration send_gap{};                          // The longest between two packets of a stream.
  std::vector<MeasuredRepetition> repetitions;  // Empty: a network at rest.
  SettledState baseline;
  // Ports of the simulated nodes by (node, port), as the case names them.
  std::map<std::string, std::map<std::string, std::string>> interfaces;
  std::vector<std::string> links;                     // Names, beside the topology's links.
  std::map<std::string, std::string> host_addresses;  // Hosts by the MAC they had.
  std::vector<MeasuredGateway> gateways;
  std::set<std::string> open_vswitches;  // Switches whose data path is a process.
  std::vector<std::string> missing;      // Why it cannot be compared; empty: it can.
};

// Throws std::runtime_error with path and reason when the file is no such case.
MeasuredCase load_measured_case(const std::string& path);

// One repetition. REQUIRES: nothing is missing. All repetitions of a session are done to the same
// network, with daemons started at the same instants: `session` draws their phases, both numbers
// draw when the steps are done. Repetition `number` of a session takes the length of the boot
// before and the times of the steps from that of the measured ones.
MeasuredRepetition simulate_measured(const MeasuredCase& measured, std::uint64_t session,
                                     std::size_t number);
// A network at rest, some minutes after its boot.
SettledState simulate_rest(const MeasuredCase& measured, std::uint64_t seed);

// What all simulated repetitions say about a case.
struct MeasuredVerdict {
  struct Range {
    double median = 0, min = 0, max = 0;  // Milliseconds.
  };
  std::optional<Range> measured, simulated;  // Longest outage of a fault; none of a rest.
  bool agrees = true;
  std::vector<std::string> disagreements;
  std::size_t set_aside = 0;  // Measured repetitions with a step during which the machine stalled.
};
// `simulated`: sessions one after the other, each of as many repetitions as were measured;
// `comparisons`: how many medians the whole program run compares (Bonferroni).
MeasuredVerdict judge_measured(const MeasuredCase& measured,
                               const std::vector<MeasuredRepetition>& simulated,
                               std::size_t comparisons);
MeasuredVerdict judge_rest(const MeasuredCase& measured, const SettledState& simulated);
// Medians that judge_measured() compares.
std::size_t measured_comparisons(const MeasuredCase& measured);

}  // namespace switchfault

#endif  // SWITCHFAULT_MEASURED_H_
