// Running: one Scenario, one strategy, one seed to one RunLog. Opens no file, prints nothing, keeps
// no global state; may be called many times in one process, from several threads at once.

#ifndef SWITCHFAULT_RUN_H_
#define SWITCHFAULT_RUN_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <switchfault/capture.h>
#include <switchfault/observation.h>
#include <switchfault/scenario.h>

namespace switchfault {

// Frames that pass a port are written there; the writer outlives the run.
struct PortCapture {
  Name node;
  std::string port;
  CaptureWriter* writer = nullptr;
  std::uint32_t interface = 0;  // Of the writer.
};

struct RunOptions {
  std::string strategy;               // Empty: the first of the scenario, or none if it has none.
  std::optional<std::uint64_t> seed;  // Default: the scenario's.
  bool skip_quiet_time = true;        // False: execute what could change nothing, too.
  std::optional<Duration> until;      // Stop earlier than the scenario's duration.
  // Told every so many events; returning false ends the run early (RunLog::interrupted).
  std::function<bool(SimTime now, SimTime end)> progress;
  // Of the packets of `traffic` and of a replay; probes, demands and control protocols are not
  // there.
  std::vector<PortCapture> captures;
};

// One service as one user group sees it.
struct DemandInfo {
  std::uint32_t service = 0;  // Index in Scenario::services sorted by name.
  std::uint32_t users = 0;    // Index in Scenario::users sorted by name.
  std::string service_name, users_name;
};

// One fault of the scenario on the instances it selected.
struct FaultInfo {
  std::string name;
  std::string kind;
  std::string alternative;    // Of a one-of; empty otherwise.
  bool latent = false;        // Waits for an action; a strategy may avoid it.
  bool awaits_event = false;  // Strikes when something else happens, if it ever does.
  SourcePos at;
  std::vector<Entity> nodes;  // Selected, whether or not it struck yet.
};

// What became of the packets of one source of the scenario's traffic.
struct TrafficInfo {
  std::string name, from, to;
  std::uint64_t sent = 0, bytes = 0, delivered = 0, lost = 0;  // The rest is on its way.
  std::vector<std::pair<std::string, std::uint64_t>> lost_by;  // Disposition, packets.
  std::optional<SimTime> first_loss, last_loss;                // By the time of sending.
  struct Delay {
    Duration min{}, mean{}, max{};
  };
  std::optional<Delay> delay;  // None: nothing was delivered.
};

struct RunLog {
  std::string strategy;
  std::uint64_t seed = 0;
  SimTime end;  // The last instant simulated.
  bool interrupted = false;
  std::string fingerprint;
  // Logarithm of the run's weight where faults were hastened; 0: they struck as their laws say.
  double log_weight = 0;
  std::vector<Observation> observations;
  std::vector<std::string> texts;    // By TextId.
  std::vector<DemandInfo> demands;   // By index of Entity kind `demand`.
  std::vector<FaultInfo> faults;     // By index of kind `fault`.
  std::vector<TrafficInfo> traffic;  // By name.
  std::vector<std::string> expectations_names;
  std::vector<std::string> not_modelled;  // Model limits met in this run, sorted.
  // Names of all entities that occur in observations, sorted by entity.
  struct EntityName {
    Entity entity;
    std::string name;
    SourcePos at;  // Where the file speaks of it.
  };
  std::vector<EntityName> names;
  std::uint64_t events = 0;  // Work done; never part of a run's journal.

  [[nodiscard]] std::string_view name(Entity entity) const;
  [[nodiscard]] std::string_view text(TextId id) const;
};

// REQUIRES: `scenario` was loaded. Throws InputError when the scenario selects nothing to run
// (unknown strategy, a fault that selects no node).
RunLog run(const Scenario& scenario, const RunOptions& options = {});

// The alternative of each `one-of` that a run with this seed draws, joined by " + ", without
// running it; one without faults has no name.
std::string drawn_alternative(const Scenario& scenario, std::uint64_t seed);

// The state of one table at a time, for `show`.
struct Snapshot {
  std::string title;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::pair<std::string, std::string>> facts{};  // About all rows: name and value.
};
// `what`: spanning-tree, routes, neighbors, mac, lag, vrrp, processes, ports, or another table of a
// protocol kind. `node` empty: all nodes that have it, the name in the first column.
std::vector<Snapshot> show(const Scenario& scenario, const RunOptions& options, Duration at,
                           const std::string& node, const std::string& what);
// Names that `show` knows.
std::vector<std::string> show_tables();

}  // namespace switchfault

#endif  // SWITCHFAULT_RUN_H_
