// World: everything one run owns, built from a Scenario. No globals; several may exist.
//
// A run begins with a cold boot of everything at -clock.warm_up, with faults held and nothing
// recorded; at 0 recording begins, services are looked at for the first time, triggers are armed
// and the strategy starts to watch.

#ifndef SWITCHFAULT_RUN_WORLD_H_
#define SWITCHFAULT_RUN_WORLD_H_

#include <memory>
#include <string>
#include <vector>

#include <switchfault/run.h>
#include <switchfault/scenario.h>

#include "core/observation_log.h"
#include "core/random.h"
#include "core/simulator.h"
#include "net/network.h"
#include "net/packet_plane.h"
#include "operations/operations.h"
#include "os/selection.h"
#include "run/fault_director.h"
#include "run/frame_capture.h"
#include "run/probe.h"
#include "run/traffic_source.h"
#include "services/services.h"

namespace switchfault {

class World {
 public:
  // Throws InputError for what only building can find out. REQUIRES: `scenario` outlives it.
  World(const Scenario& scenario, const RunOptions& options);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // From the cold boot to `until` (not beyond the scenario's end).
  void run_until(SimTime until);
  [[nodiscard]] SimTime end() const { return end_; }
  [[nodiscard]] RunLog take_log();

  [[nodiscard]] const Network& network() const { return *network_; }
  [[nodiscard]] Network& network() { return *network_; }
  [[nodiscard]] Simulator& simulator() { return simulator_; }
  [[nodiscard]] PacketPlane& packets() { return network_->packets(); }
  // Null without RunOptions::captures.
  [[nodiscard]] FrameCapture* capture() { return capture_.get(); }
  // As the files name it.
  [[nodiscard]] std::string name(Entity entity) const;

 private:
  void build_instances(const PortNames& names);
  void build_probes();
  void build_traffic();
  void build_capture();
  void begin();  // Time 0.
  [[nodiscard]] SourcePos place(Entity entity) const;

  const Scenario& scenario_;
  RunOptions options_;
  SimTime end_;
  Simulator simulator_;
  ObservationLog log_;
  Random random_;
  const StrategyConfig* strategy_ = nullptr;
  std::vector<FaultKind> fault_kinds_;
  std::vector<ActionKind> action_kinds_;
  std::vector<ProtocolKind> protocol_kinds_;
  std::vector<const NodeConfig*> nodes_;  // By NodeIndex: natural order of their ids.
  std::vector<std::unique_ptr<SwitchOs>> owned_;
  std::vector<SwitchOs*> instances_;       // By NodeIndex.
  std::vector<Candidate> candidates_;      // By NodeIndex; none without faults.
  std::unique_ptr<FrameCapture> capture_;  // Outlives what it taps.
  std::unique_ptr<Network> network_;
  std::unique_ptr<Services> services_;
  std::unique_ptr<FaultDirector> faults_;
  std::unique_ptr<Operations> operations_;
  std::vector<std::unique_ptr<Probe>> probes_;
  std::vector<std::unique_ptr<TrafficSource>> traffic_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_RUN_WORLD_H_
