#include "report/critical_path.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
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

// Phases in the order in which a recovery passes through them first.
constexpr std::string_view kPhases[] = {
    "detection", "diagnosis", "person",   "channel", "approval",    "access",      "vendor",
    "time",      "other",     "hands on", "boot",    "application", "nothing done"};

std::size_t place_of(std::string_view phase) {
  return static_cast<std::size_t>(std::find(std::begin(kPhases), std::end(kPhases), phase) -
                                  std::begin(kPhases));
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
    if (!booting_.empty()) {
      return "boot";
    }
    if (!hands_on_.empty()) {
      return "hands on";
    }
    if (diagnosing_) {
      return "diagnosis";
    }
    if (!waits_.empty() && !strategy_done_) {
      return waits_.begin()->second;
    }
    if (network_back) {
      return "application";
    }
    return strategy_done_ ? "nothing done" : "other";
  }

 private:
  void observe_action(const Observation& observation) {
    using Kind = ObservationKind;
    const Kind kind = observation.kind;
    if (kind == Kind::action_started) {
      hands_on_[observation.subject] = observation.object;
    } else if (kind == Kind::action_done || kind == Kind::action_failed ||
               kind == Kind::action_blocked) {
      if (const auto action = hands_on_.find(observation.subject); action != hands_on_.end()) {
        booting_.erase(action->second);
        hands_on_.erase(action);
      }
    } else if (kind == Kind::boot_started) {
      const bool meant = std::any_of(hands_on_.begin(), hands_on_.end(), [&](const auto& action) {
        return action.second == observation.subject;
      });
      if (meant) {
        booting_.insert(observation.subject);
      }
    }
  }

  const RunLog& log_;
  std::map<std::uint32_t, std::string> waits_;
  std::map<Entity, Entity> hands_on_;  // Action → its target.
  std::set<Entity> booting_;           // Targets.
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
  std::stable_sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
    return place_of(a.phase) < place_of(b.phase);
  });
  return parts;
}

}  // namespace switchfault
