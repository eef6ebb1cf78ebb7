// Replay: recorded traffic sent through the network of a scenario while it fails, and through the
// same network without its faults (the baseline), packet by packet.
//
// Open-loop: every recorded packet is offered at its recorded time, whatever became of those before
// it; nobody retransmits, backs off or gives up. Recorded addresses are mapped to hosts of the
// topology, by rules (ReplayMap) or by role. Each packet gets exactly one verdict in each of the
// two runs: a disposition of the network, or the reason why it was not sent. Verdicts sum up to the
// packets read. Memory does not grow with the capture, but with its flows, up to a bound.
// Not modelled: reassembly (later fragments are not sent), what is inside tunnels, TCP.

#ifndef SWITCHFAULT_REPLAY_H_
#define SWITCHFAULT_REPLAY_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <switchfault/capture.h>
#include <switchfault/diagnostic.h>
#include <switchfault/report.h>
#include <switchfault/run.h>
#include <switchfault/scenario.h>

namespace switchfault {

// Who takes the place of whom. All criteria given must hold; the first rule that fits decides.
struct ReplayRule {
  std::string prefix;  // "192.0.2.0/24", or one address as "192.0.2.7/32"; empty: any.
  std::string mac;     // "02:00:5e:10:00:01"; empty: any.
  std::optional<std::uint16_t> vlan;
  std::vector<Name> to;  // Hosts, taken one after another; empty: not sent.
  std::string as;        // The address of it to use; empty: its own.
  SourcePos at;
};

struct ReplayMap {
  std::vector<SourceFile> files;
  std::vector<ReplayRule> rules;
  std::map<std::uint16_t, std::uint16_t> ports;  // Recorded port of a server -> port here.
  bool automatic = true;                         // Whom no rule names is mapped by role.
};

// Recorded time runs so many times faster; kept as written, so that times stay exact.
struct ReplaySpeed {
  std::int64_t numerator = 1;
  std::int64_t denominator = 1;
};
// "2", "0.5", "1.25": from a millionth to a million, six decimals at most.
std::optional<ReplaySpeed> parse_replay_speed(std::string_view text);

struct ReplayOptions {
  RunOptions run;  // Its captures are of the run with faults.
  ReplayMap map;
  Duration start{};  // When the first packet is sent.
  ReplaySpeed speed;
  std::uint32_t loops = 1;
  // Opens the capture again; needed for more than one loop.
  std::function<std::unique_ptr<PacketSource>()> again;
};

struct VerdictCount {
  std::string verdict;
  std::uint64_t packets = 0;
};

// A stretch of lost packets: from the time the first of them was sent to that of the next one
// delivered; none: no later one was.
struct TrafficGap {
  SimTime start;
  std::optional<SimTime> end;
  std::uint64_t lost = 0;
};

// What became of the packets of a flow, or of an application, in one of the two runs.
struct TrafficReport {
  static constexpr std::size_t kMaxOutages = 16;  // Listed; all are counted.

  std::uint64_t delivered = 0, lost = 0;
  std::uint64_t reordered = 0;   // Arrived before one of the flow that was sent earlier.
  std::uint64_t duplicates = 0;  // Arrived more than once.
  std::vector<VerdictCount> lost_by;
  std::optional<SimTime> first_loss, last_loss;
  std::vector<TrafficGap> outages;
  std::uint64_t outage_count = 0;
  Duration outage{};  // Of all; one without end counts to the last packet of the capture.
  struct Delay {
    Duration min{}, mean{}, median{}, p99{}, max{};
  };
  std::optional<Delay> delay;  // None: nothing was delivered.
};

// One sense of a recorded conversation.
struct FlowReport {
  std::uint32_t conversation = 0;   // The same for both senses.
  bool reply = false;               // From the server.
  std::string source, destination;  // As recorded; a MAC where there is no IP.
  std::string protocol;
  std::uint16_t source_port = 0, destination_port = 0;
  std::string application;
  std::string from, to;  // Nodes; empty: not mapped.
  std::uint64_t packets = 0, bytes = 0;
  std::uint64_t lost_by_faults = 0;  // Lost, and delivered in the baseline.
  TrafficReport run, baseline;
};

// A service of the scenario, or a protocol and port that no service has.
struct ApplicationReport {
  std::string name;
  bool service = false;
  std::uint64_t conversations = 0;
  std::uint64_t failed = 0;    // Lost a packet that the baseline delivered …
  std::uint64_t for_good = 0;  // … and never got one through again.
  std::uint64_t packets = 0, bytes = 0;
  std::uint64_t lost_by_faults = 0;
  std::optional<SimTime> first_failure, last_failure;  // Sent then and lost by the faults.
  TrafficReport run, baseline;
  // Packets over time, from `ReplayReport::first_sent` on, each `bin` long.
  struct Bin {
    std::uint64_t sent = 0;
    std::uint64_t lost_by_faults = 0;
  };
  Duration bin{};
  std::vector<Bin> bins;
};

// Where packets were lost that the baseline delivered.
struct LossPlace {
  std::string verdict, place;
  Entity entity;
  std::uint64_t packets = 0;
  SimTime first, last;
};

struct MappedAddress {
  std::string recorded;    // Address or MAC
  std::uint16_t vlan = 0;  // When rules tell VLANs apart.
  std::string node;        // Empty: not mapped.
  std::string address;     // Of the node or service; empty: its own of the family.
  std::string role;        // client, server
  std::string why;
  std::uint64_t conversations = 0;
};

struct ReplayTrace {
  std::uint64_t packets = 0, bytes = 0;  // As recorded, all loops.
  std::uint64_t unreadable = 0;
  std::uint64_t sent = 0;      // Offered to the network.
  std::uint64_t backward = 0;  // Stamped earlier than one before them; sent at its time.
  std::int64_t first_unix_ns = 0, last_unix_ns = 0;
  std::uint32_t loops = 0;  // Finished.
  std::vector<VerdictCount> unreadable_by;
  CaptureEnd end;
};

struct ReplayReport {
  RunLog log;  // Of the run with faults.
  ReplayTrace trace;
  ReplaySpeed speed;
  SimTime first_sent, last_sent;
  std::vector<VerdictCount> dispositions, baseline_dispositions;  // Each sums up to trace.packets.
  std::vector<ApplicationReport> applications;                    // Services first, by name.
  std::vector<FlowReport> flows;                                  // In order of appearance.
  std::uint64_t conversations = 0, failed = 0, for_good = 0;
  std::uint64_t together = 0;     // Packets of conversations beyond the bound, accounted together.
  std::vector<LossPlace> losses;  // Most packets first.
  std::vector<MappedAddress> mapping;
  std::map<std::uint16_t, std::uint16_t> ports;  // Of the map.
  std::string fingerprint;                       // Of the log and of all verdicts.
  std::uint64_t hops = 0;  // Frames that left a port, in all runs; work done, never in a journal.
  bool interrupted = false;
};

// REQUIRES: `scenario` was loaded. Throws InputError when a rule or a port names nothing in it.
ReplayReport replay(const Scenario& scenario, const ReplayOptions& options, PacketSource& source);

// --- Files (docs/replay.md) ----------------------------------------------------------------------
ReplayMap load_replay_map(const std::string& path, std::uint64_t max_input_bytes = 8U << 20U);
// A map that does what this replay did, to be edited.
std::string replay_map_text(const ReplayReport& replay);
// The terminal summary.
std::string format_replay(const Report& report, const ReplayReport& replay,
                          const SummaryOptions& options);
// The journal of the run with what became of the recorded packets.
std::string journal_json(const Report& report, const ReplayReport& replay);

}  // namespace switchfault

#endif  // SWITCHFAULT_REPLAY_H_
