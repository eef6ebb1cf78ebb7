// Report: what a run means for users, folded from its observations alone, and its printed forms.
//
// Times are seconds since clock.start. Shares are 0 … 1. Sums close: up + degraded + down is the
// duration for every service x users, and make_report checks it. An outage open at the end has no
// end and is censored.

#ifndef SWITCHFAULT_REPORT_H_
#define SWITCHFAULT_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <switchfault/run.h>
#include <switchfault/scenario.h>

namespace switchfault {

struct Outage {
  SimTime start;
  std::optional<SimTime> end;  // None: open at the end of the run (censored).
  ObservationId cause = ObservationId::none;
  std::string missing;  // The missing link, in words.
  std::string fault;    // The scenario's fault that began it or kept it going, …
  std::string action;   // … or the step of the strategy that did.
};

struct ServiceReport {
  std::string service, users;
  std::int64_t users_count = 0;
  std::int32_t priority = 0;
  double availability = 1;  // Share of time not down.
  Duration up{}, degraded{}, down{};
  Duration outage{};  // Down time, sum of outages.
  std::vector<Outage> outages;
  Duration longest_outage{};
  double user_minutes_lost = 0;      // By demand.
  double user_minutes_lost_raw = 0;  // By head count.
  std::optional<SimTime> detected, recovered;
};

struct ProbeReport {
  std::string from, to;
  std::uint64_t sent = 0, lost = 0;
  struct Gap {
    SimTime start;
    std::optional<SimTime> end;
    std::uint64_t lost = 0;
  };
  std::vector<Gap> outages;
};

struct FaultReport {
  std::string name, kind, alternative;
  std::vector<std::string> nodes;  // Hit.
  std::optional<SimTime> first_injected, last_cleared;
  std::optional<SimTime> first_effect;  // When it first changed something.
  std::vector<std::string> affected;    // Nodes of those hit on which it changed something.
  std::uint32_t injections = 0;
  bool latent = false;      // A condition that waits for an action.
  bool not_sprung = false;  // Latent, and no action of this run has set it off.
  bool exercised = false;   // It changed something.
};

struct ActionReport {
  std::string step, action, target;
  SimTime started;
  std::optional<SimTime> ended;
  std::string outcome;  // done, failed, blocked, running
  std::string reason;   // First missing link, or why it failed.
};

struct ExpectationReport {
  std::string name;
  bool judged = true;  // False: probability over seeds, or another strategy's.
  bool held = false;
  std::string observed;  // What was seen instead, in words with figures.
  std::string basis;
  SourcePos at;
};

// Where the minutes of the recovery went, along its critical path.
struct CriticalPathPart {
  std::string phase;  // detection, diagnosis, person, access, vendor, boot, application, other
  Duration time{};
};

struct Report {
  std::string title, notice, scenario_path, strategy;
  std::uint64_t seed = 0;
  std::string fingerprint, program_version;
  double log_weight = 0;  // RunLog's.
  std::int64_t start_unix_ns = 0;
  Duration duration{};
  std::vector<ServiceReport> services;  // By (priority, service, users).
  std::optional<SimTime> fault_repaired, network_reachable, service_reachable;
  std::vector<ProbeReport> probes;
  std::vector<TrafficInfo> traffic;
  std::vector<FaultReport> faults;
  std::vector<ActionReport> actions;
  std::vector<Assumption> assumptions;
  std::vector<ExpectationReport> expectations;
  std::vector<CriticalPathPart> critical_path;
  double user_minutes_lost = 0;  // Sum over services.
  Duration any_service_down{};   // At least one service x users down.
  std::vector<std::string> not_modelled;
  std::string verdict;  // pass, fail, undecided
  bool not_exercised =
      false;  // A fault changed nothing; latent ones that did not spring do not count.
  bool interrupted = false;
};

Report make_report(const Scenario& scenario, const RunLog& log);
// Of this program: "0.1.0".
std::string_view program_version();

struct SummaryOptions {
  bool color = false;
  std::uint32_t width = 100;  // Columns of the terminal.
};
// The terminal summary of `run`.
std::string format_summary(const Scenario& scenario, const RunLog& log, const Report& report,
                           const SummaryOptions& options);
// One chain of observations from a service outage back to a line of the scenario. Throws
// InputError-free std::invalid_argument with a message for people when there was no outage then.
std::string explain(const Scenario& scenario, const RunLog& log, const std::string& service,
                    const std::string& users, Duration at);

// Texts of the file formats (docs/journal.md, docs/events.md).
std::string journal_json(const Report& report);
std::string events_json_lines(const RunLog& log);
std::string junit_xml(const Report& report);
// Writes beside the target and renames; the target is never left truncated. Throws with path and
// system text.
void write_file(const std::string& path, const std::string& content);
// Throws as write_file() would when a file could not be begun there; changes nothing.
void check_writable(const std::string& path);

}  // namespace switchfault

#endif  // SWITCHFAULT_REPORT_H_
