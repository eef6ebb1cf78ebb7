#include "report/critical_path.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

namespace switchfault {
namespace {

std::optional<SimTime> first_outage(const Report& report) {
  std::optional<SimTime> first;
  for (const ServiceReport& row : report.services) {
    if (!row.outages.empty() && (!first || row.outages.front().start < *first)) {
      first = row.outages.front().start;
    }
  }
  return first;
}

// What a waiting step waits for, as a phase: the first word of its text ("person network: …").
std::string phase_of_wait(std::string_view text) {
  const std::string_view word = text.substr(0, text.find_first_of(" :"));
  for (const std::string_view known :
       {"diagnosis", "person", "access", "vendor", "artefact", "approval", "channel", "time"}) {
    if (word == known) {
      return std::string(word == "artefact" ? "vendor" : word);
    }
  }
  return "other";
}

// Follows the log and says which phase an instant belongs to.
class PhaseOfRecovery {
 public:
  explicit PhaseOfRecovery(const RunLog& log) : log_(log) {}

  void observe(const Observation& observation) {
    using Kind = ObservationKind;
    const Kind kind = observation.kind;
    detected_ = detected_ || kind == Kind::incident_detected;
    strategy_done_ = strategy_done_ || kind == Kind::strategy_done;
    if (kind == Kind::diagnosis_started || kind == Kind::diagnosis_done) {
      diagnosing_ = kind == Kind::diagnosis_started;
    } else if (kind == Kind::step_waiting) {
      waits_[observation.subject.packed] = phase_of_wait(log_.text(observation.text));
    } else if (observation.subject.kind() == EntityKind::step) {
      waits_.erase(observation.subject.packed);  // Started, done, failed or skipped.
    }
    observe_action(observation);
  }

  // `network_back`: the network is reachable again by then.
  [[nodiscard]] std::string phase(bool network_back) const {
    if (!detected_) {
      return "detection";
    }
    if (booting_ > 0) {
      return "boot";
    }
    if (hands_on_ > 0) {
      return "hands on";
    }
    if (diagnosing_) {
      return "diagnosis";
    }
    if (!waits_.empty() && !strategy_done_) {
      return waits_.begin()->second;
    }
    return !strategy_done_ ? "other" : network_back ? "application" : "nothing done";
  }

 private:
  void observe_action(const Observation& observation) {
    if (observation.kind == ObservationKind::action_started) {
      ++hands_on_;
    } else if (observation.kind == ObservationKind::action_done ||
               observation.kind == ObservationKind::action_failed ||
               observation.kind == ObservationKind::action_blocked) {
      hands_on_ = std::max(0, hands_on_ - 1);
    } else if (observation.kind == ObservationKind::host_state && hands_on_ > 0) {
      const bool boots = observation.value == static_cast<std::int64_t>(HostState::booting);
      booting_ = std::max(0, booting_ + (boots ? 1 : -1));
    }
  }

  const RunLog& log_;
  std::map<std::uint32_t, std::string> waits_;
  int hands_on_ = 0;
  int booting_ = 0;
  bool detected_ = false;
  bool diagnosing_ = false;
  bool strategy_done_ = false;
};

}  // namespace

std::vector<CriticalPathPart> critical_path(const RunLog& log, const Report& report) {
  std::vector<CriticalPathPart> parts;
  const auto start = first_outage(report);
  if (!start) {
    return parts;
  }
  const SimTime end = report.service_reachable.value_or(log.end);
  const auto spend = [&](const std::string& phase, Duration time) {
    if (time <= Duration::zero()) {
      return;
    }
    const auto part = std::find_if(parts.begin(), parts.end(),
                                   [&](const CriticalPathPart& p) { return p.phase == phase; });
    if (part == parts.end()) {
      parts.push_back({phase, time});
    } else {
      part->time += time;
    }
  };
  PhaseOfRecovery phases(log);
  SimTime since = *start;
  const auto phase = [&] {
    return phases.phase(report.network_reachable && *report.network_reachable <= since);
  };
  for (const Observation& observation : log.observations) {
    if (observation.at > end) {
      break;
    }
    if (observation.at > since) {
      spend(phase(), observation.at - since);
      since = observation.at;
    }
    phases.observe(observation);
  }
  spend(phase(), end - since);
  return parts;
}

}  // namespace switchfault
