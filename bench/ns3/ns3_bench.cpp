// ns3_bench --workload phold|fat-tree-l3|tree-l2 [options of peers/peer_options.h]
//
// What does the ns-3 of this machine do with the workloads that ours is measured on?
// --scheduler is map, heap, calendar or priority-queue. The priority queue is the fastest of
// them almost everywhere and stands for ns-3 where none is named, though ns-3's own default is map.

#include "ns3/ns3_bench.h"

#include <map>
#include <string>

#include <fmt/format.h>
#include <ns3/core-module.h>

namespace {

using switchfault::bench::PeerOptions;

const std::map<std::string, std::string> kSchedulers = {
    {"", "ns3::PriorityQueueScheduler"},
    {"map", "ns3::MapScheduler"},
    {"heap", "ns3::HeapScheduler"},
    {"calendar", "ns3::CalendarScheduler"},
    {"priority-queue", "ns3::PriorityQueueScheduler"}};

int run(const PeerOptions& options) {
  if (options.workload == "phold") {
    return report(options, switchfault::bench::run_phold(options));
  }
  if (options.workload == "fat-tree-l3") {
    return report(options, switchfault::bench::run_routed(options));
  }
  if (options.workload == "tree-l2" && (options.device == "csma" || options.device == "simple") &&
      (options.hosts == "ip" || options.hosts == "bare")) {
    return report(options, switchfault::bench::run_bridged(options));
  }
  fmt::print(stderr, "ns3_bench: unknown workload, device or kind of host\n");
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = switchfault::bench::parse_peer_options(argc, argv);
  if (!options || kSchedulers.count(options->scheduler) == 0) {
    fmt::print(stderr,
               "usage: ns3_bench --workload phold|fat-tree-l3|tree-l2 [--scheduler "
               "map|heap|calendar|priority-queue] [--json] ...\n");
    return 2;
  }
  ns3::ObjectFactory scheduler;
  scheduler.SetTypeId(kSchedulers.at(options->scheduler));
  ns3::Simulator::SetScheduler(scheduler);
  const int status = run(*options);
  ns3::Simulator::Destroy();
  return status;
}
