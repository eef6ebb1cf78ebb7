// The workloads on ns-3: each builds its network, runs it and counts what was transmitted.
//
// Packet-hops are read from the counters that every ns-3 queue keeps anyway, so nothing is traced
// in the measured section. No queue discs, no IPv6, no global routing, no application objects:
// what could be left out of ns-3's work is left out.

#ifndef SWITCHFAULT_BENCH_NS3_NS3_BENCH_H_
#define SWITCHFAULT_BENCH_NS3_NS3_BENCH_H_

#include "peers/peer_options.h"

namespace switchfault::bench {

// PHOLD: 1024 logical processes, see phold.cpp.
PholdResult run_phold(const PeerOptions& options);
// The fat-tree with static prefix routes on point-to-point devices, see routed.cpp.
HopResult run_routed(const PeerOptions& options);
// Its loop-free tree with learning bridges on csma or SimpleNetDevice, see bridged.cpp.
HopResult run_bridged(const PeerOptions& options);

}  // namespace switchfault::bench

#endif  // SWITCHFAULT_BENCH_NS3_NS3_BENCH_H_
