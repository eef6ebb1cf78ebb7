// The command line and the result line of the programs that bench/compare-peers sets side by side.
//
//   PROGRAM --workload fat-tree-l3 [--k 8] [--packet-hops 600000] [--scheduler NAME] [--json]
//   PROGRAM --workload tree-l2 [--k 8] [--device csma|simple] [--hosts ip|bare] ...
//   PROGRAM --workload phold [--pending 10000] [--events 1000000] [--scheduler NAME] [--json]
//
// Without --json the result is a line for people. Only the measured section counts: neither
// building the network nor learning addresses.

#ifndef SWITCHFAULT_BENCH_PEERS_PEER_OPTIONS_H_
#define SWITCHFAULT_BENCH_PEERS_PEER_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>

namespace switchfault::bench {

struct PeerOptions {
  std::string workload;
  std::string scheduler;  // Empty: the program's choice.
  std::string device = "csma";
  std::string hosts = "ip";
  std::uint64_t k = 8;
  std::uint64_t packet_hops = 0;  // About so many; 0: the program's choice.
  std::uint64_t pending = 10'000;
  std::uint64_t events = 1'000'000;
  bool json = false;
};

// Nothing when the arguments cannot be understood; says why on stderr.
std::optional<PeerOptions> parse_peer_options(int argc, char** argv);

struct HopResult {
  std::uint64_t hops = 0;
  std::uint64_t sent = 0;
  std::uint64_t delivered = 0;
  double cpu_s = 0;
};
// Prints the result and returns the exit status: 1 when a packet was lost or took another number of
// hops than six, because then the figure compares nothing.
int report(const PeerOptions& options, const HopResult& result);

struct PholdResult {
  std::uint64_t events = 0;
  double cpu_s = 0;
};
int report(const PeerOptions& options, const PholdResult& result);

double cpu_seconds();  // Of this process.

}  // namespace switchfault::bench

#endif  // SWITCHFAULT_BENCH_PEERS_PEER_OPTIONS_H_
